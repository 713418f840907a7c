//! A desk of journals: a book, what is known of Xero, and a Xero that takes everything.
//!
//! Not here: the real Xero (`simulation`), what is expected (the tests say it).

#![allow(dead_code, reason = "every test file uses a part of it")]

use book::{Day, Section, Stamp};
use money::{Amount, Currency};
use plan::journals::{HeldJournal, HeldJournalLine, JournalPaper, Kept, plan};
use plan::{
    Account, AccountRole, Another, App, Asking, Command, Event, Exchange, HeldStatus, Intended, Intent,
    ListsSeen, Mapping, Organisation, Outcome, Refusal, SeenJournal, Settings, Settlement, Standing, Switch,
};
use xero::XeroId;
use xero::statuses::{AccountClass, AccountType};

use crate::book_notation::{Failure, Shop};

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

pub fn account(number: usize) -> XeroId<xero::Account> {
    format!("00000000-0000-0000-0000-{number:012}").parse().expect("an id")
}

/// The account of a role: its place in the table; from 100 on those that take its place.
pub fn of(role: AccountRole) -> usize {
    AccountRole::ALL.iter().position(|one| *one == role).expect("a role") + 1
}

pub struct Desk {
    pub shop: Shop,
    pub exchange: Exchange,
    pub sent: u32,
}

impl Desk {
    /// Connected on 1 March with that as cut-over, all accounts mapped, Balances on.
    pub fn new() -> Desk {
        let mut desk = Desk { shop: Shop::new(), exchange: Exchange::default(), sent: 0 };
        desk.connect("2026-03-01");
        desk
    }

    pub fn connect(&mut self, cut_over: &str) {
        self.choose(cut_over).expect("ours");
        let accounts = AccountRole::ALL.iter().flat_map(|role| [of(*role), of(*role) + 100]);
        let named =
            [("430", 901), ("400", 902)].map(|(code, number)| chart_row(number, code, AccountType::Expense));
        let accounts = accounts.map(|number| chart_row(number, &number.to_string(), kind(number % 100)));
        let accounts = Some(accounts.chain(named).collect());
        self.apply(Event::XeroListsSeen(Box::new(ListsSeen { accounts, ..ListsSeen::default() })));
        let map = |role: &AccountRole| Mapping {
            role: *role,
            category: None,
            warehouse: None,
            currency: None,
            account: account(of(*role)),
            from: Day::FIRST,
        };
        let accounts = AccountRole::ALL.iter().map(map).collect();
        self.apply(Event::XeroSettingsSaved(Box::new(Settings {
            accounts,
            balances: Switch::On,
            ..Settings::default()
        })));
    }

    pub fn apply(&mut self, event: Event) {
        let seq = self.exchange.seq() + 1;
        self.exchange.apply(&event, seq, 0);
    }

    pub fn ask(&mut self, command: &Command) -> Result<(), Refusal> {
        let asking = Asking { today: self.shop.today, by: 0, at: 0 };
        let decided = plan::decide(&self.shop.book, &self.exchange, command, asking)?;
        decided.book.iter().for_each(|event| self.shop.book.apply(event, Stamp { at: 0, by: 0 }));
        decided.exchange.into_iter().for_each(|event| self.apply(event));
        Ok(())
    }

    /// An administrator connects, or chooses another cut-over date.
    pub fn choose(&mut self, cut_over: &str) -> Result<(), Refusal> {
        self.ask(&Command::Connect {
            organisation: Box::new(organisation(None)),
            app: App::Custom,
            cut_over: Some(day(cut_over)),
            another: Another::Refused,
        })
    }

    /// It is that day, and somebody does something: what the log says before it.
    pub fn today(&mut self, today: &str) {
        self.shop.today = day(today);
        self.ask(&Command::SeeDay).expect("it is");
    }

    pub fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut wanted = self.exchange.settings().clone();
        change(&mut wanted);
        self.ask(&Command::AgreeSettings(Box::new(wanted))).expect("settings");
    }

    pub fn lock(&mut self, until: Option<&str>) {
        let organisation = Some(organisation(until.map(day)));
        self.apply(Event::XeroListsSeen(Box::new(ListsSeen { organisation, ..ListsSeen::default() })));
    }

    /// Xero's tracking categories are the book's, with these options archived there.
    pub fn track(&mut self, archived: &[&str]) {
        let book = &self.shop.book;
        let option = |(id, row): (u32, &book::Row<book::TrackingOption>)| plan::TrackingOption {
            id: format!("20000000-0000-0000-0000-{id:012}").parse().expect("an id"),
            name: row.record.code.clone(),
            standing: if archived.contains(&&*row.record.code) {
                Standing::Archived
            } else {
                Standing::Active
            },
        };
        let category = |(id, row): (u32, &book::Row<book::TrackingCategory>)| plan::TrackingCategory {
            id: format!("30000000-0000-0000-0000-{id:012}").parse().expect("an id"),
            name: row.record.code.clone(),
            standing: Standing::Active,
            options: {
                let all = book.tracking_options().iter();
                all.filter(|(_, row)| row.record.category.number() == id).map(option).collect()
            },
        };
        let tracking = Some(book.tracking_categories().iter().map(category).collect());
        self.apply(Event::XeroListsSeen(Box::new(ListsSeen { tracking, ..ListsSeen::default() })));
    }

    /// The item's options on balance-sheet lines, as an administrator turns them on or off.
    pub fn put_options(&mut self, put: &str, from: Option<&str>) -> Vec<String> {
        let (book, lists) = (&self.shop.book, self.exchange.lists());
        let (before, today) = (self.exchange.settings(), self.shop.today);
        let from = from.map_or(String::new(), |day| format!(r#","item_options_from":"{day}""#));
        let form = plan::Form::of(before, book, lists, today);
        let form = form.patched(&format!(r#"{{"item_options":"{put}"{from}}}"#)).expect("a form");
        let wanted = form.settings(book, lists, before, today).expect("settings");
        let remarks = plan::review(book, &self.exchange, &wanted, today);
        let said = remarks.iter().filter(|one| one.says.field() == Some("item_options"));
        let said = said.map(|one| one.says.message()).collect();
        self.ask(&Command::AgreeSettings(Box::new(wanted))).expect("settings");
        said
    }

    pub fn say(&mut self, statements: &str) {
        for statement in statements.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Err(Failure::Unreadable(why)) = self.shop.say(statement) {
                panic!("{statement}: {why}");
            }
        }
    }

    /// What is due on a day, as lines of an accountant.
    pub fn due(&self, until: &str) -> Vec<JournalPaper> {
        let plan = plan(&self.shop.book, &self.exchange, day(until));
        plan.journals.into_iter().map(|one| one.paper).collect()
    }

    pub fn back(&self, until: &str) -> Vec<(Section, Day, Kept)> {
        let plan = plan(&self.shop.book, &self.exchange, day(until));
        plan.back.into_iter().map(|one| (one.section, one.day, one.kept)).collect()
    }

    pub fn intend(&mut self, papers: &[JournalPaper]) -> Result<u32, Refusal> {
        let intended = |paper: &JournalPaper| Intended {
            subject: plan::Subject::Journal(paper.number),
            verb: plan::Verb::Create,
            mark: plan::journals::mark(paper.number),
            xero: None,
            version: 0,
            paper: None,
            payment: None,
            allocation: None,
            credit: None,
            journal: Some(Box::new(paper.clone())),
        };
        let batch = self.exchange.next_batch();
        let intent = Intent {
            batch,
            call: "PUT ManualJournals".into(),
            key: "key".into(),
            body: "".into(),
            operations: papers.iter().map(intended).collect(),
        };
        self.ask(&Command::Intend(Box::new(intent))).map(|()| batch)
    }

    /// A run until a day: what went.
    pub fn run(&mut self, until: &str) -> Vec<JournalPaper> {
        let papers = self.due(until);
        if !papers.is_empty() {
            let batch = self.intend(&papers).expect("planned just now");
            let done = papers.iter().map(|paper| {
                self.sent += 1;
                Outcome::Done {
                    xero: format!("10000000-0000-0000-0000-{:012}", self.sent).parse().expect("an id"),
                    held: None,
                    warnings: Vec::new(),
                    altered: Vec::new(),
                    payment: None,
                    credit: None,
                    journal: Some(Box::new(held(paper, self.sent))),
                }
            });
            let outcomes = (0..).zip(done).collect();
            self.ask(&Command::Settle(Box::new(Settlement { batch, outcomes, correlation: None })))
                .expect("open");
        }
        assert_eq!(self.due(until), [], "after a run nothing is left");
        papers
    }

    /// Somebody changes a journal in Xero, and a look finds it.
    pub fn in_xero(&mut self, number: u32, change: impl FnOnce(&mut HeldJournal)) {
        let mut held = self.exchange.journal(number).and_then(|one| one.now.clone()).expect("it was sent");
        change(&mut held);
        held.updated += 1;
        self.ask(&Command::SeeJournals(vec![SeenJournal { number, held }])).expect("seen");
    }
}

pub fn held(paper: &JournalPaper, id: u32) -> HeldJournal {
    let line = |line: &plan::journals::JournalLine| HeldJournalLine {
        account: Some(line.account),
        tracking: line.names.clone(),
        amount: line.amount,
        tax: Amount::ZERO,
    };
    let mut lines: Vec<_> = paper.lines.iter().map(line).collect();
    lines.sort();
    HeldJournal {
        id: format!("10000000-0000-0000-0000-{id:012}").parse().expect("an id"),
        status: HeldStatus::Approved,
        date: paper.date,
        text: paper.text.clone(),
        lines,
        updated: 0,
    }
}

pub fn kind(number: usize) -> AccountType {
    let role = AccountRole::ALL[number.max(1) - 1];
    role.row().types(Switch::On, plan::Used::Alone).first().cloned().unwrap_or(AccountType::Bank)
}

pub fn chart_row(number: usize, code: &str, kind: AccountType) -> Account {
    Account {
        id: account(number),
        code: code.into(),
        name: format!("Account {number}").into(),
        kind,
        class: AccountClass::Asset,
        standing: Standing::Active,
        system: None,
        payments: false,
        currency: Some(Currency::NZD),
        tax_type: "NONE".into(),
    }
}

pub fn organisation(period_lock: Option<Day>) -> Organisation {
    Organisation {
        id: "00000000-0000-0000-0001-000000000000".parse().expect("an id"),
        name: "Demo".into(),
        base: Currency::NZD,
        version: "NZ".into(),
        zone: "NEWZEALANDSTANDARDTIME".into(),
        short_code: "!demo".into(),
        pays_tax: true,
        year_end: (31, 3),
        period_lock,
        year_lock: None,
        not_allowed: Vec::new(),
        role: None,
        plan: "BUSINESS".into(),
        edition: "BUSINESS".into(),
    }
}

/// `2026-03-02 purchasing: 4 +100.00, 1 -100.00`
pub fn told(papers: &[JournalPaper]) -> Vec<String> {
    let line = |line: &plan::journals::JournalLine| {
        let id = line.account.to_string();
        let number = id.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
        let on = line.day.to_string();
        format!("{number} {} on {}", line.amount.display(Currency::NZD), &on[5..])
    };
    let one = |paper: &JournalPaper| {
        let lines: Vec<String> = paper.lines.iter().map(line).collect();
        format!("{} | {}", paper.text, lines.join(", "))
    };
    papers.iter().map(one).collect()
}
