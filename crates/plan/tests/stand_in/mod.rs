//! A company of the book's own notation, connected to the demo company of the stand-in: documents become papers, papers are
//! printed for a bookkeeper, and each is sent to the stand-in, which must count as we did.
//!
//! The lists are read from the stand-in's JSON by code of this file: nothing is proved by the part that is being proved.

#![allow(dead_code, unused_imports, reason = "every test file uses a part of it")]

mod lists;
mod print;

use std::collections::BTreeMap;

use book::{Day, DocumentId, ItemId, PartyId, Text, TrackingOptionId};
use jiff::Timestamp;
use money::{Currency, Percent};
use plan::*;
use serde_json::{Value, json};
use xero::XeroId;
use xero_sandbox::{Call, Country, Method, Org, UserRef, seed};

use crate::book_notation::{Shop, after};

pub use print::{held, paper, words};

/// A company and its organisation.
#[derive(Clone)]
pub struct Company {
    pub shop: Shop,
    pub org: Org,
    pub settings: Settings,
    /// What Xero says of items that were linked by hand.
    items: BTreeMap<u32, HeldItem>,
    /// Codes that are linked to nothing.
    unlinked: Vec<String>,
    /// What is in the organisation already, by subject.
    links: BTreeMap<Subject, Guid>,
    unregistered: bool,
    lacking: Vec<Currency>,
    archived: Vec<String>,
    partly_lost: Vec<String>,
}

pub fn now() -> Timestamp {
    "2026-03-31T00:00:00Z".parse().expect("a moment")
}

impl Company {
    /// Accounts as in the stand-in's chart: Purchases 630, Sales 200, Rounding 320.
    pub fn new() -> Company {
        let mut company = Company {
            shop: Shop::new(),
            org: seed::demo(Country::Nz, 1, now()),
            settings: Settings::default(),
            items: BTreeMap::new(),
            unlinked: Vec::new(),
            links: BTreeMap::new(),
            unregistered: false,
            lacking: Vec::new(),
            archived: Vec::new(),
            partly_lost: Vec::new(),
        };
        for line in ["role Purchases 630", "role Sales 200", "role Rounding 320"] {
            assert!(company.prepare(line));
        }
        company
    }

    /// The same company once more.
    pub fn again(&self) -> Company {
        self.clone()
    }

    /// A call on the stand-in; its answer must be 200.
    pub fn call(org: &mut Org, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut call =
            Call::new(method, path, UserRef::adviser()).with("unitdp", "4").with("summarizeErrors", "false");
        if let Some(body) = body {
            call = call.body(body.to_string());
        }
        let answer = org.call(&call, now());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{path}: {text}");
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// Makes one element in the stand-in; what it has now.
    pub fn put(&mut self, path: &str, body: &Value) -> Value {
        let answer = Company::call(&mut self.org, Method::Put, path, Some(body));
        let plural = path.rsplit('/').next().expect("a path");
        answer[plural][0].clone()
    }

    /// A line that is about Xero or the settings; whether it was one.
    pub fn prepare(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split_whitespace().collect();
        let plain = |word: &str| word.replace('_', " ");
        match words[..] {
            ["role", role, account, ..] => {
                let mapping = self.mapping(role, account, &words);
                self.settings.accounts.push(mapping);
            }
            ["no", "role", role] => {
                let role = role_of(role);
                self.settings.accounts.retain(|mapping| mapping.role != role);
            }
            ["balances", "on"] => self.settings.balances = Switch::On,
            ["prefer", side, percent, tax_type, ..] => {
                let side = if side == "sales" { TaxSide::Sales } else { TaxSide::Purchases };
                let percent =
                    (percent != "none").then(|| percent.trim_end_matches('%').parse::<Percent>().expect("%"));
                let party = after(&words, "for").map(|code| self.shop.party(code).expect("a party"));
                self.settings.taxes.push(TaxPreference { side, percent, party, tax_type: tax_type.into() });
            }
            ["unregistered"] => self.unregistered = true,
            ["unlinked", code] => self.unlinked.push(code.to_owned()),
            ["tracked", code] => self.held_item(code).tracked = true,
            ["xero", "item", code, "code", theirs] => self.held_item(code).code = theirs.into(),
            ["xero", "item", code, "account", account] => {
                let id = self.account(account);
                self.held_item(code).expense = Some(id);
            }
            ["xero", "archives", "option", option] => self.archived.push(option.to_owned()),
            ["xero", "archives", account] => self.archived.push(account.to_owned()),
            ["xero", "lacks", currency] => self.lacking.push(currency.parse().expect("a currency")),
            ["taxrate", name, percent, report, ..] => {
                let component = json!({ "Name": "Tax", "Rate": percent.trim_end_matches('%') });
                self.put(
                    "TaxRates",
                    &json!({ "Name": plain(name), "ReportTaxType": report, "TaxComponents": [component] }),
                );
                if words.contains(&"partly-lost") {
                    self.partly_lost.push(plain(name));
                }
            }
            ["delete", "taxrate", name] => {
                let body = json!({ "Name": plain(name), "Status": "DELETED" });
                Company::call(&mut self.org, Method::Post, "TaxRates", Some(&body));
            }
            ["currency", code] => {
                self.put("Currencies", &json!({ "Code": code }));
            }
            ["named", code, ..] => {
                let id = self.shop.book.items().find(code).expect("an item");
                let name = line.splitn(3, ' ').nth(2).unwrap_or_default();
                let mut record = (*self.shop.book.item(ItemId::new(id)).expect("a row").record).clone();
                record.name = match name.strip_prefix("x*") {
                    Some(count) => "x".repeat(count.parse().expect("a count")).into(),
                    None => name.into(),
                };
                let record = book::Record::Item(record);
                self.shop
                    .command(book::Command::SaveRecord { id: Some(id), external: None, record })
                    .expect("saved");
            }
            _ => return false,
        }
        true
    }

    fn held_item(&mut self, code: &str) -> &mut HeldItem {
        let id = self.shop.book.items().find(code).expect("an item");
        let new = || HeldItem { code: code.into(), tracked: false, expense: None };
        self.items.entry(id).or_insert_with(new)
    }

    fn mapping(&self, role: &str, account: &str, words: &[&str]) -> Mapping {
        let book = &self.shop.book;
        let category = after(words, "for").map(|code| book.categories().find(code).expect("a category"));
        let warehouse = after(words, "in").map(|code| self.shop.warehouse(code).expect("a warehouse"));
        Mapping {
            role: role_of(role),
            category: category.map(book::CategoryId::new),
            warehouse,
            currency: None,
            account: self.account(account),
            from: after(words, "from").unwrap_or("2000-01-01").parse().expect("a day"),
        }
    }

    /// The id of an account's code.
    pub fn account(&self, code: &str) -> XeroId<xero::Account> {
        let lists = lists::read(&mut self.org.clone());
        lists.account_of_code(code).unwrap_or_else(|| panic!("no account {code}")).id
    }

    /// What we know of Xero, with everything linked that isn't said to be unlinked.
    pub fn exchange(&mut self) -> Exchange {
        let mut exchange = self.connected();
        let (book, mut linked) = (&self.shop.book, Vec::new());
        let parties = book
            .parties()
            .iter()
            .map(|(id, row)| (Subject::Party(PartyId::new(id)), row.record.code.clone()));
        let items =
            book.items().iter().map(|(id, row)| (Subject::Item(ItemId::new(id)), row.record.code.clone()));
        let options = book.tracking_options().iter();
        let options =
            options.map(|(id, row)| (Subject::Option(TrackingOptionId::new(id)), row.record.code.clone()));
        let all: Vec<(Subject, Text)> = parties.chain(items).chain(options).collect();
        for (subject, code) in all {
            if self.unlinked.iter().any(|one| **one == *code) {
                continue;
            }
            if let Some(xero) = self.link(&subject, &exchange) {
                linked.push((subject, xero));
            }
        }
        for (subject, xero) in linked {
            let item = match &subject {
                Subject::Item(id) => self.items.get(&id.number()).cloned(),
                _ => None,
            };
            let name = "it".into();
            let candidate = Candidate { xero, name, by: MatchedBy::Code, archived: false, held: None, item };
            let found =
                Event::XeroFound(vec![Found { subject: subject.clone(), candidates: vec![candidate] }]);
            exchange.apply(&found, 4, 0);
            exchange.apply(
                &Event::XeroLinked { subject, xero, how: Linking::Made, held: None, paper: None, version: 0 },
                4,
                0,
            );
        }
        // Tracking options may have come.
        let lists = self.lists();
        let seen = ListsSeen { tracking: Some(lists.tracking), ..ListsSeen::default() };
        exchange.apply(&Event::XeroListsSeen(Box::new(seen)), 5, 0);
        exchange
    }

    /// Connected, with lists and settings, nothing linked.
    pub fn connected(&self) -> Exchange {
        let mut exchange = Exchange::default();
        let lists = self.lists();
        let organisation = lists.organisation.clone().expect("an organisation");
        let cut_over = Day::FIRST;
        let connected = Connected {
            organisation: organisation.clone(),
            app: App::Custom,
            cut_over,
            after: 0,
            ahead: Switch::Off,
            starts_anew: true,
        };
        let seen = ListsSeen {
            organisation: Some(organisation),
            accounts: Some(lists.accounts),
            tax_rates: Some(lists.tax_rates),
            tracking: Some(lists.tracking),
            currencies: Some(lists.currencies),
        };
        exchange.apply(&Event::XeroConnected(Box::new(connected)), 1, 0);
        exchange.apply(&Event::XeroSettingsSaved(Box::new(self.settings.clone())), 2, 0);
        exchange.apply(&Event::XeroListsSeen(Box::new(seen)), 3, 0);
        exchange
    }

    pub fn lists(&self) -> Lists {
        let mut lists = lists::read(&mut self.org.clone());
        if let Some(organisation) = &mut lists.organisation {
            organisation.pays_tax = !self.unregistered;
        }
        lists.currencies.retain(|currency| !self.lacking.contains(currency));
        for account in &mut lists.accounts {
            if self.archived.iter().any(|code| **code == *account.code) {
                account.standing = Standing::Archived;
            }
        }
        for option in lists.tracking.iter_mut().flat_map(|category| &mut category.options) {
            if self.archived.iter().any(|name| **name == *option.name) {
                option.standing = Standing::Archived;
            }
        }
        for rate in &mut lists.tax_rates {
            if self.partly_lost.iter().any(|name| **name == *rate.name) {
                rate.lost = Percent::from_millionths(rate.rate.millionths() / 2).expect("half");
            }
        }
        lists
    }

    /// The counterpart in the stand-in, made if it isn't there.
    fn link(&mut self, subject: &Subject, exchange: &Exchange) -> Option<Guid> {
        if let Some(xero) = self.links.get(subject) {
            return Some(*xero);
        }
        let book = &self.shop.book;
        let (path, body, id) = match subject {
            Subject::Party(party) => {
                ("Contacts".to_owned(), json(&records::contact(book, exchange, *party)), "ContactID")
            }
            Subject::Item(item) => {
                if !records::is_item(&book.item(*item)?.record) {
                    return None;
                }
                ("Items".to_owned(), json(&records::item(book, exchange, *item)), "ItemID")
            }
            Subject::Option(option) => {
                let option = book.tracking_options().row(option.number())?.record.clone();
                let category = &book.tracking_categories().row(option.category.number())?.record.code;
                let theirs = exchange.lists().tracking.iter().find(|one| one.name == *category)?;
                if let Some(there) = theirs.options.iter().find(|one| one.name == option.code) {
                    return Some(there.id.cast());
                }
                let path = format!("TrackingCategories/{}/Options", theirs.id);
                (path, json!({ "Name": &*option.code }), "TrackingOptionID")
            }
            _ => return None,
        };
        let made = self.put(&path, &body);
        let xero = made[id].as_str().and_then(XeroId::read).unwrap_or_else(|| panic!("not made: {made}"));
        self.links.insert(subject.clone(), xero);
        Some(xero)
    }

    /// What a paper becomes in the stand-in.
    pub fn send(&mut self, paper: &Paper, status: NewStatus, lists: &Lists) -> Result<Held, String> {
        Company::write(&mut self.org, Method::Put, &bodies::create(paper, status, lists), lists)
    }

    /// Sends a body; what the stand-in then holds, or what it said.
    pub fn write(org: &mut Org, method: Method, body: &Body, lists: &Lists) -> Result<Held, String> {
        let (path, body) = match body {
            Body::Invoice(record) => ("Invoices", json(record)),
            Body::CreditNote(record) => ("CreditNotes", json(record)),
            Body::Order(record) => ("PurchaseOrders", json(record)),
            Body::Quote(record) => ("Quotes", json(record)),
            other => return Err(format!("{other:?} is no document")),
        };
        let answer = Company::call(org, method, path, Some(&body));
        let element = &answer[path][0];
        if element["StatusAttributeString"] == "ERROR" || element["HasErrors"] == true {
            return Err(element["ValidationErrors"].to_string());
        }
        Company::read(path, element, lists).ok_or_else(|| format!("can't be read: {element}"))
    }

    pub fn read_if_document(path: &str, element: &Value, lists: &Lists) -> Option<Held> {
        let documents = ["Invoices", "CreditNotes", "PurchaseOrders", "Quotes"];
        documents.contains(&path).then(|| Company::read(path, element, lists)).flatten()
    }

    pub fn read(path: &str, element: &Value, lists: &Lists) -> Option<Held> {
        let text = element.to_string();
        match path {
            "Invoices" => reading::invoice(&serde_json::from_str(&text).expect("an invoice"), lists),
            "CreditNotes" => {
                reading::credit_note(&serde_json::from_str(&text).expect("a credit note"), lists)
            }
            "PurchaseOrders" => reading::order(&serde_json::from_str(&text).expect("an order"), lists),
            _ => reading::quote(&serde_json::from_str(&text).expect("a quote"), lists),
        }
    }
}

/// A record as JSON.
pub fn json<T: serde::Serialize>(record: &T) -> Value {
    // Decimals are written as raw numbers, so by text.
    serde_json::from_str(&serde_json::to_string(record).expect("JSON")).expect("JSON")
}

fn role_of(name: &str) -> AccountRole {
    match name {
        "Purchases" => AccountRole::Purchases,
        "Sales" => AccountRole::Sales,
        "Rounding" => AccountRole::Rounding,
        other => panic!("no role {other}"),
    }
}
