//! The book against itself: every lot's cost and every posting worked out from nothing, without the order in which things
//! happened, must give what the book has kept change by change.
//!
//! Slow on purpose: all costs are emptied and worked out again and again until nothing changes. Not here: a second opinion
//! on the rules themselves (`crates/oracle`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::Amount;

use crate::book::{Book, Work};
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::documents;
use crate::ids::{DocumentId, LotId};
use crate::ledger::Ledger;
use crate::posting::Key;
use crate::stock::Direction;

/// Something that the book has kept otherwise than it follows from its documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// A lot's cost: kept, worked out.
    Lot(LotId, Costs, Costs),
    /// An account's movement on a day: kept, worked out.
    Account(Box<Key>, Day, Amount, Amount),
    /// What a shelf counts and what its lots have: on hand, booked.
    Shelf(u32),
    /// An order whose work in progress is below zero on a day, or not zero after its end (POST-22).
    InProgress(DocumentId, Day, Amount),
    /// Costs that never settle: they stand on themselves.
    Endless,
}

impl Book {
    /// Works everything out from nothing; what differs from what was kept.
    pub fn check(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        let Some(fresh) = self.worked_out_anew() else { return vec![Difference::Endless] };
        for (number, (kept, found)) in self.lots.iter().zip(fresh.lots.iter()).enumerate() {
            if kept.costs != found.costs {
                differences.push(Difference::Lot(
                    LotId(number as u32),
                    kept.costs.clone(),
                    found.costs.clone(),
                ));
            }
        }
        let (kept, found) = (movements(&self.ledger), movements(&fresh.posted_anew()));
        for ((key, day), amount) in &kept {
            let other = found.get(&(key.clone(), *day)).copied().unwrap_or_default();
            if other != *amount {
                differences.push(Difference::Account(Box::new(key.clone()), *day, *amount, other));
            }
        }
        for ((key, day), amount) in found.iter().filter(|(place, _)| !kept.contains_key(*place)) {
            differences.push(Difference::Account(Box::new(key.clone()), *day, Amount::ZERO, *amount));
        }
        self.check_shelves(&mut differences);
        let wrong = self.progress().wrong.into_iter();
        differences.extend(wrong.map(|(id, day, amount)| Difference::InProgress(id, day, amount)));
        differences
    }

    fn worked_out_anew(&self) -> Option<Book> {
        let mut book = self.clone();
        for number in 0..book.lots.len() {
            book.lots[number].costs = Costs::default();
        }
        book.carried = Default::default();
        // A round settles at least one more step of the longest chain.
        for _ in 0..=book.lots.len() + 1 {
            let mut changed = false;
            for number in 0..book.documents.len() {
                let id = DocumentId(number as u32);
                let worked = documents::worked(&book, id);
                for (lot, costs) in worked.lots {
                    changed |= book.lots[lot.index()].costs != costs;
                    book.lots[lot.index()].costs = costs;
                }
                changed |= book.carried(id) != worked.carried;
                book.set_carried(id, worked.carried);
            }
            let revalued: Vec<LotId> = book.revalued.keys().copied().collect();
            revalued.into_iter().for_each(|lot| book.resolve_revaluations(lot));
            if !changed {
                return Some(book);
            }
        }
        None
    }

    /// All postings of the book as it stands, in a ledger of their own.
    fn posted_anew(mut self) -> Ledger {
        self.work = Work::default();
        for number in 0..self.documents.len() {
            documents::post(&mut self, DocumentId(number as u32), Direction::Assert);
        }
        for number in 0..self.lots.len() {
            self.post_lot(LotId(number as u32), Direction::Assert);
        }
        let mut ledger = self.ledger.emptied();
        ledger.commit(0, std::mem::take(&mut self.work.posted));
        ledger
    }

    fn check_shelves(&self, differences: &mut Vec<Difference>) {
        let mut found = BTreeMap::new();
        for (id, lot) in self.lots() {
            let left = self.left(id);
            let entry: &mut (i128, i128) = found.entry(lot.shelf).or_default();
            entry.0 += i128::from(left.quantity.millionths());
            entry.1 += i128::from(left.booked.millionths());
        }
        for (number, shelf) in (0..).zip(self.shelves.iter()) {
            let kept = (i128::from(shelf.on_hand.millionths()), i128::from(shelf.booked.millionths()));
            if found.get(&number).copied().unwrap_or_default() != kept {
                differences.push(Difference::Shelf(number));
            }
        }
    }
}

fn movements(ledger: &Ledger) -> BTreeMap<(Key, Day), Amount> {
    let mut found: BTreeMap<(Key, Day), Amount> = BTreeMap::new();
    for (key, days) in ledger.daily() {
        for (day, amount) in days {
            let total = found.entry((key.clone(), *day)).or_default();
            *total = sum(*total, *amount);
        }
    }
    found.retain(|_, amount| !amount.is_zero());
    found
}
