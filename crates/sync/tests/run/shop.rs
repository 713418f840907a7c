//! A shop with suppliers and items, and a plan that any child could make: who has no contact gets one, who was renamed is
//! changed, what is new becomes an item. So the runner is tested without the planner.
//!
//! Not here: real plans (`plan`).

use std::sync::Arc;

use book::{Book, Item, Party, PartyId, PartyKind, Record, Unit};
use futures_util::future::{Either, select};
use plan::{Basis, Body, Exchange, Operation, Plan, Subject, Verb};
use sync::{Cause, Plans, Report, Runner, Stopping, Until, View};
use world::Clock;
use world::simulated::{SeededChance, SimulatedClock, drive};
use xero::Contact;
use xero_sandbox::{Call, Method, Role, UserRef};

use crate::desk::{Dies, Memory};
use crate::support::House;

/// The plan.
pub struct ByHand;

impl Plans for ByHand {
    fn plan(&mut self, view: &View) -> Plan {
        let View { book, exchange, .. } = view;
        let parties = book.parties().iter().map(|(number, _)| contact(book, exchange, PartyId::new(number)));
        let items = book.items().iter().map(|(number, _)| item(book, exchange, book::ItemId::new(number)));
        let operations =
            parties.chain(items).flatten().filter(|one| !exchange.is_open(&one.subject)).collect();
        Plan { operations, ..Plan::default() }
    }
}

fn operation(
    exchange: &Exchange,
    subject: Subject,
    version: u32,
    (name, mark, body): (&str, String, Body),
) -> Option<Operation> {
    let link = exchange.link(&subject);
    let refused =
        exchange.problem(&subject).is_some_and(|problem| problem.refused && problem.version == version);
    if refused || link.is_some_and(|link| link.version == version) {
        return None;
    }
    Some(Operation {
        verb: if link.is_some() { Verb::Update } else { Verb::Create },
        name: name.to_owned(),
        reason: "it is new".to_owned(),
        waits_for: Vec::new(),
        body,
        mark: mark.into(),
        xero: link.map(|link| link.xero),
        paper: None,
        payment: None,
        allocation: None,
        journal: None,
        credit: None,
        basis: Basis { version, link: link.map_or(0, |link| link.changed) },
        subject,
    })
}

/// A name's length stands for its version.
fn contact(book: &Book, exchange: &Exchange, id: PartyId) -> Option<Operation> {
    let party = &book.party(id)?.record;
    let subject = Subject::Party(id);
    let mark = format!("MB-{}", id.number());
    let contact = Contact {
        contact_id: exchange.link(&subject).map(|link| link.xero.to_string().parse().unwrap()),
        contact_number: Some(mark.clone()),
        name: Some(party.name.to_string()),
        ..Contact::default()
    };
    let version = u32::try_from(party.name.len()).unwrap();
    operation(exchange, subject, version, (&party.name, mark, Body::Contact(Box::new(contact))))
}

fn item(book: &Book, exchange: &Exchange, id: book::ItemId) -> Option<Operation> {
    let item = &book.item(id)?.record;
    let subject = Subject::Item(id);
    let record = xero::Item {
        item_id: exchange.link(&subject).map(|link| link.xero.to_string().parse().unwrap()),
        code: Some(item.code.to_string()),
        name: Some(item.name.to_string()),
        ..xero::Item::default()
    };
    operation(exchange, subject, 1, (&item.name, item.code.to_string(), Body::Item(Box::new(record))))
}

/// A shop that is connected to a stand-in.
pub struct Shop {
    pub house: House,
    pub desk: Memory,
    pub runner: Runner,
}

impl Shop {
    pub fn new() -> Shop {
        let house = House::new();
        let desk = Memory::new(&house.clock);
        desk.connect(organisation(&house));
        let runner = runner(&house, &desk, 1);
        let mut shop = Shop { house, desk, runner };
        let report = shop.run_as(Cause::Refresh);
        assert_eq!((report.stopped, report.calls.reading), (None, 6), "lists are read");
        shop.house.calls();
        shop.desk.lock().leases = 0;
        shop
    }

    /// The process ends and another begins, as after a crash.
    pub fn restart(&mut self, seed: u64) {
        self.runner = runner(&self.house, &self.desk, seed);
    }

    pub fn supplier(&self, name: &str) {
        self.save_supplier(None, name);
    }

    pub fn rename(&self, id: u32, name: &str) {
        self.save_supplier(Some(id), name);
    }

    fn save_supplier(&self, id: Option<u32>, name: &str) {
        let code = id.map_or_else(
            || format!("A{}", self.desk.lock().book.parties().iter().count()),
            |id| format!("A{id}"),
        );
        let party = Party {
            code: code.as_str().into(),
            name: name.into(),
            kind: PartyKind::Supplier,
            currency: None,
            bill_terms: None,
            invoice_terms: None,
            consolidated: None,
            tracking: book::Tracking::default(),
        };
        self.desk.save(id, Record::Party(party));
    }

    pub fn run(&mut self) -> Report {
        self.run_as(Cause::Schedule)
    }

    /// A run whose process dies at the n-th question to the desk; false if there were fewer.
    pub fn run_and_die(&mut self, at: u32, dies: Dies) -> bool {
        let crash = Stopping::default();
        {
            let mut inner = self.desk.lock();
            (inner.dies, inner.crash) = (Some((at, dies)), crash.clone());
        }
        let ended = {
            let run = Box::pin(self.runner.run(Cause::Schedule, Until::NothingReady));
            let crashed = Box::pin(crash.told());
            let first = drive(&self.house.clock, select(run, crashed)).unwrap();
            matches!(first, Either::Left(_))
        };
        self.desk.lock().dies = None;
        !ended
    }

    pub fn run_as(&mut self, cause: Cause) -> Report {
        self.house.run(self.runner.run(cause, Until::NothingReady))
    }

    /// How many contacts of this name Xero has.
    pub fn contacts(&self, name: &str) -> usize {
        held(&self.house, "Contacts?includeArchived=true")
            .iter()
            .filter(|contact| contact["Name"] == name)
            .count()
    }
}

/// What Xero holds of a collection, past the door and our client.
pub fn held(house: &House, path: &str) -> Vec<serde_json::Value> {
    let user = UserRef { name: "Ada Accountant".to_owned(), role: Role::Adviser };
    let (collection, query) = path.split_once('?').unwrap_or((path, ""));
    let mut call = Call::new(Method::Get, collection, user).with("pageSize", "1000").with("page", "1");
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        call = call.with(name, value);
    }
    let now = jiff::Timestamp::from_millisecond(house.clock.now().millis()).unwrap();
    let mut sandbox = house.xero.sandbox.lock().unwrap();
    let org = sandbox.org_mut(&house.tenant.to_string()).unwrap();
    let said: serde_json::Value = serde_json::from_slice(&org.call(&call, now).body).unwrap();
    said[collection].as_array().unwrap().clone()
}

pub fn runner(house: &House, desk: &Memory, seed: u64) -> Runner {
    let clock: SimulatedClock = house.clock.clone();
    let parts: (Arc<dyn Clock>, Arc<dyn world::Chance>) =
        (Arc::new(clock), Arc::new(SeededChance::new(seed)));
    let zone = jiff::tz::TimeZone::get("Pacific/Auckland").unwrap();
    Runner::new(Arc::new(desk.clone()), house.client.clone(), parts, zone).with_plans(Box::new(ByHand))
}

pub fn organisation(house: &House) -> plan::Organisation {
    plan::Organisation {
        id: house.tenant.to_string().parse().unwrap(),
        name: "Demo Company (NZ)".into(),
        base: money::Currency::NZD,
        version: "NZ".into(),
        zone: "NEWZEALANDSTANDARDTIME".into(),
        short_code: "!x".into(),
        pays_tax: true,
        year_end: (31, 3),
        period_lock: None,
        year_lock: None,
        not_allowed: Vec::new(),
        role: None,
        plan: "".into(),
        edition: "".into(),
    }
}

/// For items, when a test needs some.
#[allow(dead_code, reason = "benchmarks share this file")]
pub fn unit(desk: &Memory) {
    desk.save(None, Record::Unit(Unit { code: "pc".into(), name: "piece".into(), of: None }));
}

#[allow(dead_code, reason = "benchmarks share this file")]
pub fn item_of(desk: &Memory, code: &str) {
    let item: Item =
        serde_json::from_value(serde_json::json!({"code": code, "name": code, "unit": 0})).unwrap();
    desk.save(None, Record::Item(item));
}
