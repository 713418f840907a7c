//! A company on paper: a book, a chart of accounts, settings; statements change them, answers are text.
//!
//! ```text
//! account 630 Purchases clearing: CURRENT
//! map purchases 630
//! set balances on
//! save
//! ```
//! Each statement is one line; what a bookkeeper reads, not what a programmer calls. Not here: the expected answers.

use std::fmt::Write as _;

use book::{Book, Books, CategoryId, Command as Ask, Day, PartyId, Record, Stamp, WarehouseId};
use plan::{
    Account, AccountRole, Asking, Command, Event, Every, Exchange, ItemOptions, Lists, ListsSeen, Mapping,
    NewStatus, OrderTrigger, Organisation, Purchasing, Refusal, Settings, Standing, Switch, TaxPreference,
    TaxRate, TaxSide, Weight, review, troubles,
};
use xero::XeroId;
use xero::statuses::{AccountClass, AccountType};

/// The day on which all cases happen.
pub const TODAY: &str = "2026-03-10";

/// A company and the settings that somebody is writing.
pub struct Company {
    pub book: Book,
    pub exchange: Exchange,
    pub lists: Lists,
    pub wanted: Settings,
    pub today: Day,
    pub items: Vec<xero::Item>,
    pub contacts: Vec<xero::Contact>,
}

pub type Answer = Result<String, String>;

impl Company {
    pub fn new() -> Company {
        let mut company = Company {
            book: Book::new("NZD".parse().expect("a currency")),
            exchange: Exchange::default(),
            lists: Lists::default(),
            wanted: Settings::default(),
            today: TODAY.parse().expect("a day"),
            items: Vec::new(),
            contacts: Vec::new(),
        };
        company.lists.organisation = Some(organisation(1, "Jam Organics", "NZD"));
        company
    }

    pub fn asking(&self) -> Asking {
        Asking { today: self.today, by: 1, at: 1_800_000_000 }
    }

    /// Does a command, for both folds.
    pub fn ask(&mut self, command: &Command) -> Result<plan::Decided, Refusal> {
        let decided = plan::decide(&self.book, &self.exchange, command, self.asking())?;
        for event in &decided.book {
            self.book.apply(event, Stamp { at: 1_800_000_000, by: 1 });
        }
        for event in &decided.exchange {
            let seq = self.exchange.seq() + 1;
            self.exchange.apply(event, seq, 1_800_000_000);
        }
        Ok(decided)
    }

    /// Tells the book something.
    pub fn tell(&mut self, command: Ask) -> Result<(), String> {
        let asking = book::Asking { today: self.today, by: 1 };
        let events = self.book.decide(command, asking).map_err(|refusal| refusal.to_string())?;
        for event in &events {
            self.book.apply(event, Stamp { at: 1_800_000_000, by: 1 });
        }
        Ok(())
    }

    pub fn record(&mut self, record: impl Into<Record>) -> Result<(), String> {
        self.tell(Ask::SaveRecord { id: None, external: None, record: record.into() })
    }

    /// Xero's lists as the company sees them from now on.
    pub fn look(&mut self) {
        let looking = self.looking();
        self.ask(&looking).expect("lists of the same organisation are never refused");
    }

    /// A look at all lists.
    pub fn looking(&self) -> Command {
        let lists = self.lists.clone();
        let seen = ListsSeen {
            organisation: lists.organisation,
            accounts: Some(lists.accounts),
            tax_rates: Some(lists.tax_rates),
            tracking: Some(lists.tracking),
            currencies: Some(lists.currencies),
        };
        Command::SeeLists(Box::new(seen))
    }

    /// Does one statement; what it answers.
    pub fn say(&mut self, line: &str) -> Answer {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "account" => self.account(rest)?,
            "rate" => self.rate(rest)?,
            "organisation" => self.organisation(rest)?,
            "book" => self.in_book(rest)?,
            "map" => self.map(rest)?,
            "unmap" => {
                let (role, _) = role(rest)?;
                self.wanted.accounts.retain(|mapping| mapping.role != role);
            }
            "prefer" => self.prefer(rest)?,
            "set" => self.set(rest)?,
            "archive" => self.change(rest, |account, _| account.standing = Standing::Archived)?,
            "restore" => self.change(rest, |account, _| account.standing = Standing::Active)?,
            "delete" => self.change(rest, |account, _| account.standing = Standing::Gone)?,
            "recode" => self.change(rest, |account, to| account.code = to.into())?,
            "retype" => self.change(rest, |account, to| account.kind = to.into())?,
            "save" => return self.save(rest),
            "troubles" => return Ok(self.troubles()),
            "today" => self.today = rest.parse().map_err(|_| rest.to_owned())?,
            "hold" => return Ok(self.outcome(&Command::Hold(Switch::On))),
            "release" => return Ok(self.outcome(&Command::Hold(Switch::Off))),
            _ => return self.say_more(verb, rest),
        }
        Ok(String::new())
    }

    pub fn outcome(&mut self, command: &Command) -> String {
        match self.ask(command) {
            Err(refusal) => format!("refused {}\n", remark(&refusal)),
            Ok(decided) if decided.exchange.is_empty() && decided.book.is_empty() => "nothing new\n".into(),
            Ok(decided) => {
                let names = decided.exchange.iter().map(|event| match event {
                    Event::XeroHeld(Switch::On) => "held",
                    Event::XeroHeld(Switch::Off) => "released",
                    Event::XeroConnected(_) => "connected",
                    Event::XeroDisconnected { .. } => "disconnected",
                    Event::XeroSignInLost { .. } => "shut out",
                    Event::XeroSettingsSaved(_) => "saved",
                    _ => "done",
                });
                names.map(|name| format!("{name}\n")).collect()
            }
        }
    }

    /// `630 Purchases clearing: CURRENT payments`
    fn account(&mut self, text: &str) -> Result<(), String> {
        let (name, rest) = text.split_once(": ").ok_or_else(|| text.to_owned())?;
        let (code, name) = name.split_once(' ').ok_or_else(|| text.to_owned())?;
        let mut words = rest.split(' ');
        let kind = AccountType::from(words.next().unwrap_or_default());
        let mut account = Account {
            id: XeroId::read(&format!("{:032x}", self.lists.accounts.len() + 1)).expect("an id"),
            code: code.trim_matches('-').into(),
            name: name.into(),
            class: class(&kind),
            kind,
            standing: Standing::Active,
            system: None,
            payments: false,
            currency: None,
            tax_type: "".into(),
        };
        while let Some(word) = words.next() {
            match word {
                "payments" => account.payments = true,
                "archived" => account.standing = Standing::Archived,
                "system" => account.system = words.next().map(Into::into),
                currency => account.currency = Some(currency.parse().map_err(|_| text.to_owned())?),
            }
        }
        self.lists.accounts.push(account);
        Ok(())
    }

    /// `INPUT2 15 purchases [deleted]`
    fn rate(&mut self, text: &str) -> Result<(), String> {
        let words: Vec<&str> = text.split(' ').collect();
        let [tax_type, percent, side, ..] = words[..] else { return Err(text.to_owned()) };
        let (expense, revenue) = (AccountClass::Expense, AccountClass::Revenue);
        self.lists.tax_rates.push(TaxRate {
            tax_type: tax_type.into(),
            name: tax_type.into(),
            report: "".into(),
            standing: if words.contains(&"deleted") { Standing::Gone } else { Standing::Active },
            rate: percent.parse().map_err(|_| text.to_owned())?,
            applies: match side {
                "purchases" => vec![expense],
                "sales" => vec![revenue],
                _ => vec![expense, revenue],
            },
            lost: money::Percent::ZERO,
        });
        Ok(())
    }

    fn organisation(&mut self, text: &str) -> Result<(), String> {
        let organisation = self.lists.organisation.as_mut().ok_or("no organisation")?;
        let (what, rest) = text.split_once(' ').unwrap_or((text, ""));
        match what {
            "unregistered" => organisation.pays_tax = false,
            "zone" => organisation.zone = rest.into(),
            "plan" => organisation.plan = rest.into(),
            "edition" => organisation.edition = rest.into(),
            "role" => organisation.role = Some(rest.into()),
            "forbids" => organisation.not_allowed.push(rest.into()),
            "locked" => organisation.year_lock = Some(rest.parse().map_err(|_| text.to_owned())?),
            "is" => {
                let (number, name) = rest.split_once(' ').ok_or_else(|| text.to_owned())?;
                let (name, currency) = name.split_once(", ").unwrap_or((name, "NZD"));
                let number = number.parse().map_err(|_| text.to_owned())?;
                self.lists.organisation = Some(self::organisation(number, name, currency));
            }
            _ => return Err(text.to_owned()),
        }
        Ok(())
    }

    fn in_book(&mut self, text: &str) -> Result<(), String> {
        let (what, code) = text.split_once(' ').unwrap_or((text, ""));
        let name = || book::Text::from(code);
        match what {
            "site" => self.record(Record::Site(book::Site { code: name(), name: name() })),
            "category" => self.record(Record::Category(book::Category { code: name(), name: name() })),
            "warehouse" | "off-book" => {
                let books = if what == "off-book" { Books::OffBook } else { Books::OnBook };
                let tracking = book::Tracking::default();
                let record = book::Warehouse { code: name(), name: name(), site: None, books, tracking };
                self.record(Record::Warehouse(record))
            }
            "approval" => {
                let settings = book::Settings { approval: book::Workflow::On, ..self.book.settings() };
                self.tell(Ask::SaveSettings(settings))
            }
            "tracking" => self.record(Record::TrackingCategory(book::TrackingCategory { code: name() })),
            "supplier" | "customer" => {
                let kind =
                    if what == "supplier" { book::PartyKind::Supplier } else { book::PartyKind::Customer };
                let words: Vec<&str> = code.splitn(2, ' ').collect();
                let [code, name] = words[..] else { return Err(text.to_owned()) };
                self.record(Record::Party(party(code, name, kind)))
            }
            "opening" => self.opening(),
            _ => Err(text.to_owned()),
        }
    }

    fn opening(&mut self) -> Result<(), String> {
        self.record(Record::Unit(book::Unit { code: "kg".into(), name: "kilogram".into(), of: None }))?;
        self.record(Record::Item(item("SUGAR", "Sugar")))?;
        if self.book.warehouses().is_empty() {
            self.in_book("warehouse MAIN")?;
        }
        let ins = serde_json::json!({ "kind": "opening", "day": TODAY, "warehouse": 0,
            "ins": [{ "item": 0, "quantity": "10", "cost": 1000 }] });
        let content: book::StockEntry = serde_json::from_value(ins).map_err(|why| why.to_string())?;
        let content = book::Content::StockEntry(content.into());
        self.tell(Ask::Save { document: None, number: None, external: None, content })
    }

    /// `materials 620 [of JAMS] [in MAIN] [for EUR] [from 2026-05-01]`
    fn map(&mut self, text: &str) -> Result<(), String> {
        let (role, rest) = role(text)?;
        let words: Vec<&str> = rest.split(' ').collect();
        let (id, pairs) = words.split_first().ok_or_else(|| text.to_owned())?;
        let account = self.lists.account_of_code(id).or_else(|| self.of_name(id)).map(|account| account.id);
        let account = account.or_else(|| XeroId::read(id)).ok_or_else(|| format!("no account {id}"))?;
        let mut mapping =
            Mapping { role, category: None, warehouse: None, currency: None, account, from: Day::FIRST };
        for pair in pairs.chunks(2) {
            let [word, value] = pair else { return Err(text.to_owned()) };
            let book = &self.book;
            match *word {
                "of" => mapping.category = Some(CategoryId::new(book.categories().find(value).unwrap_or(99))),
                "in" => {
                    mapping.warehouse = Some(WarehouseId::new(book.warehouses().find(value).unwrap_or(99)))
                }
                "for" => mapping.currency = Some(value.parse().map_err(|_| text.to_owned())?),
                "from" => mapping.from = value.parse().map_err(|_| text.to_owned())?,
                _ => return Err(text.to_owned()),
            }
        }
        self.wanted.accounts.push(mapping);
        Ok(())
    }

    fn of_name(&self, name: &str) -> Option<&Account> {
        self.lists.accounts.iter().find(|account| account.name.eq_ignore_ascii_case(name))
    }

    /// `purchases 15 INPUT2 [for NORD]`
    fn prefer(&mut self, text: &str) -> Result<(), String> {
        let words: Vec<&str> = text.split(' ').collect();
        let [side, percent, tax_type, ..] = words[..] else { return Err(text.to_owned()) };
        let find = |code: &str| PartyId::new(self.book.parties().find(code).unwrap_or(99));
        self.wanted.taxes.push(TaxPreference {
            side: if side == "purchases" { TaxSide::Purchases } else { TaxSide::Sales },
            percent: percent.parse().ok(),
            party: words.get(4).map(|code| find(code)),
            tax_type: tax_type.into(),
        });
        Ok(())
    }

    fn set(&mut self, text: &str) -> Result<(), String> {
        let (field, value) = text.split_once(' ').ok_or_else(|| text.to_owned())?;
        let switch = || if value == "on" { Switch::On } else { Switch::Off };
        let status = || match value {
            "draft" => NewStatus::Draft,
            "awaiting" => NewStatus::Awaiting,
            _ => NewStatus::Approved,
        };
        let wanted = &mut self.wanted;
        match field {
            "clear" => wanted.synchronisations.clear(),
            "sales" => wanted.sales = switch(),
            "procurement" => wanted.procurement = switch(),
            "balances" => wanted.balances = switch(),
            "quotes" => wanted.quotes = switch(),
            "take-over" => wanted.take_over_bills = switch(),
            "purchasing" => {
                wanted.purchasing = match value {
                    "orders" => Purchasing::Orders,
                    "orders as bills" => Purchasing::OrdersAsBills,
                    "bills" => Purchasing::Bills,
                    _ => Purchasing::OrdersAndBills,
                }
            }
            "trigger" => wanted.order_trigger = OrderTrigger::Approval,
            "invoice" => wanted.new.invoice = status(),
            "bill" => wanted.new.bill = status(),
            "order" => wanted.new.order = status(),
            "hour" => wanted.nightly_hour = value.parse().map_err(|_| text.to_owned())?,
            "from" => wanted.journals.from = Some(value.parse().map_err(|_| text.to_owned())?),
            "stock" => wanted.journals.stock = if value == "on" { Every::Day } else { Every::Off },
            // From this day on; off again, as if it had never been on.
            "options" => {
                let on = value.parse().ok().map(|from| ItemOptions { from, put: Switch::On });
                wanted.item_options = on.into_iter().collect();
            }
            "look" => wanted.look_every = value.parse().ok(),
            _ => return Err(text.to_owned()),
        }
        Ok(())
    }

    fn change(&mut self, text: &str, change: impl Fn(&mut Account, &str)) -> Result<(), String> {
        let (code, to) = text.split_once(' ').unwrap_or((text, ""));
        let account = self.lists.accounts.iter_mut().find(|account| &*account.code == code);
        change(account.ok_or_else(|| text.to_owned())?, to);
        Ok(())
    }

    /// All remarks of weight, then whether it was saved; `save notes` says the notes too.
    fn save(&mut self, which: &str) -> Answer {
        self.look();
        let mut out = String::new();
        for one in review(&self.book, &self.exchange, &self.wanted, self.today) {
            let weight = match one.weight {
                Weight::Refused => "refused",
                Weight::Question => "question",
                Weight::Warning => "warning",
                Weight::Note if which == "notes" => "note",
                Weight::Note => continue,
            };
            let _ = writeln!(out, "{weight} {}", remark(&one.says));
        }
        let wanted = self.wanted.clone();
        match self.ask(&Command::SaveSettings(Box::new(wanted))) {
            Ok(decided) if decided.exchange.is_empty() => out += "nothing new\n",
            Ok(_) => out += "saved\n",
            Err(refusal) if out.contains(refusal.code().id()) => {}
            Err(refusal) => return Err(format!("the save says {refusal}, the review doesn't")),
        }
        Ok(out)
    }

    fn troubles(&mut self) -> String {
        self.look();
        let found = troubles(&self.book, self.exchange.settings(), self.exchange.lists(), self.today);
        match found.is_empty() {
            true => "all mapped accounts can be used\n".into(),
            false => found.iter().map(|trouble| format!("{}\n", remark(&trouble.says))).collect(),
        }
    }
}

/// `S201 accounts[2].account  message` and, on a line of its own, what to do.
pub fn remark(refusal: &Refusal) -> String {
    let field = refusal.field().map(|field| format!("{field}: ")).unwrap_or_default();
    format!("{} {field}{}\n  {}", refusal.code().id(), refusal.message(), refusal.remedy())
}

fn role(text: &str) -> Result<(AccountRole, &str), String> {
    let named = |role: &AccountRole| {
        let name = role.name().to_lowercase().replace(' ', "-");
        text.strip_prefix(&name)
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
            .map(|rest| (*role, rest.trim()))
    };
    AccountRole::ALL.iter().find_map(named).ok_or_else(|| format!("no role: {text}"))
}

fn class(kind: &AccountType) -> AccountClass {
    match kind.as_str() {
        "EQUITY" => AccountClass::Equity,
        "REVENUE" | "SALES" | "OTHERINCOME" => AccountClass::Revenue,
        "EXPENSE" | "DIRECTCOSTS" | "OVERHEADS" => AccountClass::Expense,
        "CURRLIAB" | "LIABILITY" | "TERMLIAB" => AccountClass::Liability,
        _ => AccountClass::Asset,
    }
}

pub fn organisation(number: u32, name: &str, currency: &str) -> Organisation {
    Organisation {
        id: XeroId::read(&format!("{number:032x}")).expect("an id"),
        name: name.into(),
        base: currency.parse().expect("a currency"),
        version: "NZ".into(),
        zone: "NEWZEALANDSTANDARDTIME".into(),
        short_code: "!jam".into(),
        pays_tax: true,
        year_end: (31, 3),
        period_lock: None,
        year_lock: None,
        not_allowed: Vec::new(),
        role: None,
        plan: "STANDARD".into(),
        edition: "BUSINESS".into(),
    }
}

pub fn party(code: &str, name: &str, kind: book::PartyKind) -> book::Party {
    book::Party {
        code: code.into(),
        name: name.into(),
        kind,
        currency: None,
        bill_terms: None,
        invoice_terms: None,
        consolidated: None,
        tracking: book::Tracking::default(),
    }
}

pub fn item(code: &str, name: &str) -> book::Item {
    serde_json::from_value(serde_json::json!({ "code": code, "name": name, "unit": 0 })).expect("an item")
}
