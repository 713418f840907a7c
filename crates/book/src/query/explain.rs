//! What stands behind a balance: which document put which amount there, by which rule, on which day, for which lot.
//!
//! Finished goods of 64.00 are R-1 70.00 and R-2 80.00 received, less 86.00 that SH-1 took: 70.00 of R-1's lot and 16.00
//! of R-2's. Nothing is kept for it: every document and every taking is posted once more into an empty ledger, so the
//! contributions also prove the ledger, which was kept command by command: per key, rule and day both say the same.
//! Not here: the ledger (`ledger.rs`), what a command would change (`preview.rs`).

use schemars::JsonSchema;
use serde::Serialize;

use money::Amount;

use crate::book::{Book, Work};
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::documents;
use crate::ids::{DocumentId, LotId};
use crate::ledger::{KeyId, Posted};
use crate::posting::{Key, Role, Rule};
use crate::stock::{Direction, Standing};

/// A part of a balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contribution {
    /// The day it belongs to.
    pub day: Day,
    /// The row of POST.
    pub rule: Rule,
    /// The account.
    pub key: Key,
    /// The document that put it there: an order for what its receipts cost, a transfer for its fees, a shipment for
    /// what it took and for what came back of it.
    pub document: DocumentId,
    /// The lot that it is about; invoices, bills and closed lines have none.
    pub lot: Option<LotId>,
    /// Debit, or credit if below zero. Base currency.
    pub amount: Amount,
}

impl Book {
    /// The balance of a role at the end of a day, taken apart: the amounts sum to it exactly.
    pub fn explain(&self, role: Role, day: Day) -> Vec<Contribution> {
        self.contributed(|key, on| key.role == role && on <= day)
    }

    /// Everything that stands on any account, document by document, worked out from scratch. In order of day.
    pub fn contributions(&self) -> Vec<Contribution> {
        self.contributed(|_, _| true)
    }

    /// What stands on accounts and days that are wanted.
    fn contributed(&self, wanted: impl Fn(&Key, Day) -> bool) -> Vec<Contribution> {
        let mut fork = self.clone();
        fork.work = Work::default();
        let mut found = Vec::new();
        for number in 0..fork.documents.len() {
            let document = DocumentId(number as u32);
            fork.work.watched = Some(Vec::new());
            documents::post(&mut fork, document, Direction::Assert);
            for (lot, posted) in fork.work.watched.take().unwrap_or_default() {
                fork.sides(&wanted, document, lot, posted, &mut found);
            }
        }
        for number in 0..fork.lots.len() {
            let lot = LotId(number as u32);
            let taken = self.movements_of(lot).filter(|(_, m)| m.standing == Standing::Taken);
            for (_, movement) in taken {
                fork.post_costs(movement, Direction::Assert);
                let posted = std::mem::take(&mut fork.work.posted);
                fork.sides(&wanted, movement.document, Some(lot), posted, &mut found);
            }
            for one in self.revaluations(lot) {
                let place = fork.revaluation_place(lot, one.by);
                fork.post_list(&place, &Costs::on(one.day, -one.amount), Direction::Assert);
                let posted = std::mem::take(&mut fork.work.posted);
                fork.sides(&wanted, one.by.document, Some(lot), posted, &mut found);
            }
        }
        found.sort_by_key(|one| (one.day, one.rule, one.document, one.lot));
        found
    }

    /// Both sides of what was posted for a lot, each day, rule and account once. There are few, so a scan finds them.
    fn sides(
        &self,
        wanted: &impl Fn(&Key, Day) -> bool,
        document: DocumentId,
        lot: Option<LotId>,
        posted: Posted,
        found: &mut Vec<Contribution>,
    ) {
        let mut sums: Vec<((Day, Rule, KeyId), Amount)> = Vec::new();
        for ((day, rule, debit, credit), amount) in posted.into_lines() {
            for (key, amount) in [(debit, amount), (credit, -amount)] {
                if !wanted(self.ledger.name(key), day) {
                    continue;
                }
                match sums.iter_mut().find(|(place, _)| *place == (day, rule, key)) {
                    Some((_, total)) => *total = sum(*total, amount),
                    None => sums.push(((day, rule, key), amount)),
                }
            }
        }
        let parts = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
        found.extend(parts.map(|((day, rule, key), amount)| {
            let key = self.ledger.name(key).clone();
            Contribution { day, rule, key, document, lot, amount }
        }));
    }
}
