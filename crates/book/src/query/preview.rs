//! What a command would do, before it does it: to each account on each day, to each document, and how far it reaches.
//!
//! A preview is a clone, the events, and the difference. A freight bill of 90.00 that arrives after half of the goods were
//! sold: "45.00 stays in stock, 45.00 to COGS of SH-1".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::Amount;

use crate::book::Book;
use crate::command::{Asking, Command, Stamp};
use crate::costs::sum;
use crate::day::Day;
use crate::ids::{DocumentId, LotId};
use crate::posting::{Key, Rule};
use crate::refusal::Refusal;
use crate::stock::Standing;

/// A change of one account on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// The day it belongs to.
    pub day: Day,
    /// The row of POST.
    pub rule: Rule,
    /// The account.
    pub key: Key,
    /// Debit, or credit if below zero.
    pub amount: Amount,
}

/// What a command would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Changes by day and account.
    pub changes: Vec<Change>,
    /// Value of what is left of each lot: before and after, where they differ.
    pub lots: Vec<(LotId, Amount, Amount)>,
    /// Cost of what each document took: before and after, where they differ.
    pub documents: Vec<(DocumentId, Amount, Amount)>,
    /// Lots and takings that it recomputes.
    pub recomputed: u64,
    /// The book as it would be.
    pub book: Book,
}

impl Book {
    /// Does a command on a clone and compares. Nothing changes.
    pub fn preview(&self, command: Command, asking: Asking) -> Result<Preview, Refusal> {
        let events = self.decide(command, asking)?;
        let mut book = self.clone();
        let mut recomputed = 0;
        for event in &events {
            book.apply(event, Stamp { at: 0, by: asking.by });
            recomputed += book.recomputed();
        }
        let mut sums: BTreeMap<(Day, Rule, Key), Amount> = BTreeMap::new();
        for delta in book.ledger.deltas_from(self.seq()) {
            for (key, amount) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
                let total = sums.entry((delta.day, delta.rule, book.ledger.name(key).clone())).or_default();
                *total = sum(*total, amount);
            }
        }
        let changes = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
        let changes = changes.map(|((day, rule, key), amount)| Change { day, rule, key, amount }).collect();
        let (lots, documents) = self.differences(&book);
        Ok(Preview { changes, lots, documents, recomputed, book })
    }

    /// Lots and documents whose value or cost differs between two states.
    #[allow(clippy::type_complexity, reason = "two lists of the same shape")]
    fn differences(&self, after: &Book) -> (Vec<(LotId, Amount, Amount)>, Vec<(DocumentId, Amount, Amount)>) {
        let mut lots = Vec::new();
        let mut documents: BTreeMap<DocumentId, (Amount, Amount)> = BTreeMap::new();
        for number in 0..after.lots.len() {
            let lot = LotId(number as u32);
            if self.same_lot(after, lot) {
                continue;
            }
            let (old, new) = (self.left(lot).value, after.left(lot).value);
            if old != new {
                lots.push((lot, old, new));
            }
            for (book, which) in [(self, 0), (after, 1)] {
                for (_, movement) in book.movements_of(lot).filter(|(_, m)| m.standing == Standing::Taken) {
                    let entry = documents.entry(movement.document).or_default();
                    let cost = book.movement_costs(movement).total();
                    let side = if which == 0 { &mut entry.0 } else { &mut entry.1 };
                    *side = sum(*side, cost);
                }
            }
        }
        let documents = documents.into_iter().filter(|(_, (old, new))| old != new);
        (lots, documents.map(|(id, (old, new))| (id, old, new)).collect())
    }

    /// Whether a lot, its cost and what was taken from it are the same in both states.
    fn same_lot(&self, after: &Book, lot: LotId) -> bool {
        let (Some(old), Some(new)) = (self.lots.get(lot.index()), after.lots.get(lot.index())) else {
            return false;
        };
        old.costs == new.costs
            && old.quantity == new.quantity
            && old.free == new.free
            && old.last_movement == new.last_movement
            && self.movements_of(lot).count() == after.movements_of(lot).count()
            && self.revaluations(lot).len() == after.revaluations(lot).len()
    }
}
