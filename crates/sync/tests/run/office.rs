//! A shop with documents and the real planner: what the shop does in the notation of the book's cases, settings as most have.
//!
//! Not here: whether the documents are right in Xero (`simulation`).

use std::sync::Arc;

use plan::{AccountRole, Command, Mapping, Settings, Switch};
use sync::{Cause, Report, Runner, Until};
use world::simulated::SeededChance;
use xero_client::settings::App;

use crate::desk::Memory;
use crate::notation;
use crate::support::House;

/// The roles of the stand-in's demo company.
const ACCOUNTS: &[(AccountRole, &str)] = &[
    (AccountRole::Purchases, "630"),
    (AccountRole::Sales, "200"),
    (AccountRole::Materials, "621"),
    (AccountRole::FinishedGoods, "620"),
    (AccountRole::CostOfGoodsSold, "310"),
    (AccountRole::Rounding, "325"),
    (AccountRole::PurchaseDifferences, "315"),
];

pub struct Office {
    pub house: House,
    pub desk: Memory,
    pub runner: Runner,
    notation: notation::Shop,
}

impl Office {
    /// Connected, with accounts, lists read, sales and purchases on.
    pub fn new() -> Office {
        Office::of(House::new())
    }

    /// The same in a house whose client isn't signed in yet.
    pub fn in_house(house: House, app: &App) -> Office {
        house.sign_in(app);
        Office::of(house)
    }

    fn of(house: House) -> Office {
        let desk = Memory::new(&house.clock);
        desk.connect(crate::shop::organisation(&house));
        let runner = runner(&house, &desk);
        let mut office = Office { house, desk, runner, notation: notation::Shop::new() };
        let report = office.run(Cause::Refresh);
        assert_eq!(report.stopped, None);
        let accounts = ACCOUNTS.iter().map(|(role, code)| {
            let inner = office.desk.lock();
            let account = inner.exchange.lists().account_of_code(code).unwrap().id;
            let from = book::Day::new(2000, 1, 1).unwrap();
            Mapping { role: *role, category: None, warehouse: None, currency: None, account, from }
        });
        let settings = Settings {
            sales: Switch::On,
            procurement: Switch::On,
            accounts: accounts.collect(),
            ..Settings::default()
        };
        office.desk.wish(&Command::SaveSettings(Box::new(settings)));
        for line in
            ["unit pc", "warehouse Main", "supplier Nord terms 20 days", "customer Shop terms 20 days"]
        {
            office.say(line);
        }
        office.house.calls();
        office
    }

    /// The shop does something.
    pub fn say(&mut self, statement: &str) {
        self.notation.today = book::Day::new(2026, 11, 22).unwrap();
        self.notation.book = self.desk.lock().book.clone();
        let commands =
            self.notation.read(statement).unwrap_or_else(|failure| panic!("{statement}: {failure:?}"));
        commands.into_iter().for_each(|command| self.desk.book(command));
    }

    /// 20 contacts and 10 items that Xero doesn't know, 60 bills and 40 invoices that need them.
    pub fn fill(&mut self) {
        for number in 0..10 {
            self.say(&format!("supplier S{number} terms 20 days"));
            self.say(&format!("customer C{number} terms 20 days"));
            self.say(&format!("item I{number} tax 15"));
        }
        for number in 0..60 {
            let (supplier, item) = (number % 10, number % 10);
            bill(number, supplier, item).iter().for_each(|line| self.say(line));
        }
        for number in 0..40 {
            let (customer, item) = (number % 10, number % 10);
            self.say(&format!("invoice V-{number} 2026-11-20 for C{customer}: 2 I{item} @ 20.00 tax 15"));
        }
    }

    pub fn run(&mut self, cause: Cause) -> Report {
        self.house.run(self.runner.run(cause, Until::NothingReady))
    }
}

fn runner(house: &House, desk: &Memory) -> Runner {
    let parts: (Arc<dyn world::Clock>, Arc<dyn world::Chance>) =
        (Arc::new(house.clock.clone()), Arc::new(SeededChance::new(3)));
    let zone = jiff::tz::TimeZone::get("Pacific/Auckland").unwrap();
    Runner::new(Arc::new(desk.clone()), house.client.clone(), parts, zone)
}

/// An order and its bill.
pub fn bill(number: u32, supplier: u32, item: u32) -> [String; 2] {
    [
        format!("order PO-{number} 2026-11-19 from S{supplier}: 10 I{item} @ 10.00"),
        format!(
            "bill B-{number} 2026-11-20 of PO-{number} from S{supplier} ref P{number}: 10 I{item} @ 10.00 tax 15"
        ),
    ]
}

/// A runner in the place of one that is away at work.
pub fn spare(office: &Office) -> Runner {
    runner(&office.house, &office.desk)
}
