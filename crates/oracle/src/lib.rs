//! A second opinion on the book: the same statements in, the same text out, and no code in common.
//!
//! Everything is a plain list. A statement changes documents and what is taken from lots; all amounts are worked out
//! from nothing each time they are printed, by docs/costing.md and docs/rules.md. It is slow and it believes what it is
//! told: which statements are refused is the book's to say, and those are left out. Where it finds that goods are not
//! there it says so. Not here: events, previews, the past as it was known, anything fast.

mod accounts;
mod cost;
mod document;
mod items;
mod lines;
mod lots;
mod number;
mod order;
mod plan;
mod pool;
mod post;
mod print;
mod production;
mod read;
mod recipe;
mod stock;

use std::collections::BTreeMap;

pub use document::Day;
use document::{Document, Item, Lot, Taking, Warehouse};
use number::written;
use recipe::Recipe;

/// A company, as lists.
#[derive(Clone, Debug)]
pub struct Oracle {
    today: Day,
    units: BTreeMap<String, (i128, i128)>,
    items: Vec<Item>,
    warehouses: Vec<Warehouse>,
    options: Vec<(String, usize)>,
    categories: Vec<String>,
    series: BTreeMap<String, (String, usize)>,
    reasons: BTreeMap<String, Option<String>>,
    rates: BTreeMap<(String, Day), i128>,
    /// What of the tax of the documents to come is cost.
    lost: document::Lost,
    /// Workstations with what an hour costs.
    workstations: BTreeMap<String, i128>,
    recipes: Vec<Recipe>,
    documents: Vec<Document>,
    lots: Vec<Lot>,
    takings: Vec<Taking>,
}

impl Default for Oracle {
    fn default() -> Oracle {
        Oracle::new()
    }
}

impl Oracle {
    /// A company in NZD with warehouse Main and today 2026-03-31.
    pub fn new() -> Oracle {
        let mut oracle = Oracle {
            today: "2026-03-31".into(),
            units: BTreeMap::new(),
            items: Vec::new(),
            warehouses: Vec::new(),
            options: Vec::new(),
            categories: Vec::new(),
            series: BTreeMap::new(),
            reasons: BTreeMap::new(),
            rates: BTreeMap::new(),
            lost: document::Lost::default(),
            workstations: BTreeMap::new(),
            recipes: Vec::new(),
            documents: Vec::new(),
            lots: Vec::new(),
            takings: Vec::new(),
        };
        oracle.say("warehouse Main").expect("a warehouse");
        oracle
    }

    /// Does a statement that the book has taken.
    ///
    /// Errors: words it can't read, or goods that are not there; the oracle is then in no particular state.
    pub fn say(&mut self, statement: &str) -> Result<(), String> {
        self.read(statement)
    }

    /// Does the statements of a case, without those that are to be refused; what must be expected where it says
    /// `show` and at the end.
    ///
    /// Errors: as `say`, with the statement.
    pub fn run(statements: &str) -> Result<String, String> {
        let (mut oracle, mut out) = (Oracle::new(), String::new());
        for line in statements.lines().map(str::trim) {
            let skipped = [
                "#",
                "rule: ",
                "refused ",
                "status ",
                "totals ",
                "payments ",
                "approval ",
                "files ",
                "left ",
                "consolidated ",
                "takings ",
                "spread ",
                "options ",
            ]
            .iter()
            .any(|prefix| line.starts_with(prefix));
            if line == "show" {
                out += &oracle.show();
            } else if let Some(order) = line.strip_prefix("purchases ") {
                for (place, left) in oracle.purchases(oracle.find(order)?).into_iter().enumerate() {
                    out += &format!("{order}  line {}  Purchases  {}\n", place + 1, written(left, 2));
                }
            } else if let Some(day) = line.strip_prefix("worth ") {
                out += &oracle.worth(day.to_owned());
            } else if !line.is_empty() && !skipped {
                oracle.say(line).map_err(|why| format!("{line}\n  {why}"))?;
            }
        }
        Ok(out + &oracle.show())
    }

    /// Journals and lots as the cases print them.
    pub fn show(&self) -> String {
        format!("journals\n{}lots\n{}", self.journals(), self.lots())
    }
}
