//! Revalued lots (POST-10.1): what is left of a lot on a day is worth so much from then on.
//!
//! The fact is the new value; the amount is worked out from what is left that day cost by then, so a corrected price
//! before that day changes the loss and not the value. Down to the new value, up again at most to cost.
//! Ten for 100.00, four sold, the rest revalued to 45.00: a loss of 15.00; the next two sold cost 15.00.
//! Not here: the rest of a lot's cost (`graph.rs`).

use serde::{Deserialize, Serialize};

use money::{Amount, Quantity};

use crate::book::Book;
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::ids::{LineRef, LotId};
use crate::stock::{Movement, Standing, minus, plus};

/// A revaluation of a lot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Revalued {
    pub(crate) by: LineRef,
    pub(crate) day: Day,
    pub(crate) value: Amount,
    /// The units that were left, ascending.
    pub(crate) covered: Vec<(Quantity, Quantity)>,
    /// The change of their value.
    pub(crate) amount: Amount,
}

impl Revalued {
    fn covered_below(&self, unit: Quantity) -> Quantity {
        let below = self.covered.iter().take_while(|(start, _)| *start < unit);
        below.fold(Quantity::ZERO, |total, (start, end)| plus(total, minus((*end).min(unit), *start)))
    }

    pub(crate) fn part(&self, from: Quantity, to: Quantity) -> Amount {
        let whole = self.covered_below(Quantity::MAX);
        money::part(self.amount, self.covered_below(from), self.covered_below(to), whole)
    }
}

impl Book {
    /// Units of a lot that were there at the end of a day.
    pub(crate) fn left_on(&self, lot: LotId, day: Day) -> Vec<(Quantity, Quantity)> {
        let mut taken: Vec<_> = self
            .movements_of(lot)
            .filter(|(_, m)| m.standing == Standing::Taken && m.day <= day)
            .map(|(_, m)| (m.start, m.end()))
            .collect();
        taken.sort();
        let (mut left, mut from) = (Vec::new(), Quantity::ZERO);
        for (start, end) in taken {
            if start > from {
                left.push((from, start));
            }
            from = end;
        }
        let whole = self.lots[lot.index()].quantity;
        if from < whole {
            left.push((from, whole));
        }
        left
    }

    /// What units of a lot cost by the end of a day, with revaluations before the one at `before`.
    fn worth(
        &self,
        lot: LotId,
        units: &[(Quantity, Quantity)],
        day: Day,
        earlier: &[Revalued],
    ) -> (Amount, Amount) {
        let row = &self.lots[lot.index()];
        let (mut cost, mut change) = (Amount::ZERO, Amount::ZERO);
        for (start, end) in units {
            let part = row.costs.part(*start, *end, row.quantity, Day::FIRST);
            cost = sum(cost, part.total_until(day));
            change = earlier.iter().fold(change, |change, one| sum(change, one.part(*start, *end)));
        }
        (cost, sum(cost, change))
    }

    /// What is left of a lot at the end of a day: units, cost, and value with revaluations.
    pub(crate) fn left_value(&self, lot: LotId, day: Day) -> (Quantity, Amount, Amount) {
        let units = self.left_on(lot, day);
        let quantity =
            units.iter().fold(Quantity::ZERO, |total, (start, end)| plus(total, minus(*end, *start)));
        let all = self.revaluations(lot);
        let earlier = &all[..all.partition_point(|one| one.day <= day)];
        let (cost, value) = self.worth(lot, &units, day, earlier);
        (quantity, cost, value)
    }

    pub(crate) fn revaluations(&self, lot: LotId) -> &[Revalued] {
        if self.revalued.is_empty() {
            return &[];
        }
        self.revalued.get(&lot).map_or(&[], |all| all.as_slice())
    }

    /// Works out a lot's revaluations anew, in order of day.
    pub(crate) fn resolve_revaluations(&mut self, lot: LotId) {
        let mut all = self.revaluations(lot).to_vec();
        all.sort_by_key(|one| (one.day, one.by));
        for at in 0..all.len() {
            let covered = self.left_on(lot, all[at].day);
            let (cost, value) = self.worth(lot, &covered, all[at].day, &all[..at]);
            let wanted = all[at].value.min(cost);
            all[at].covered = covered;
            all[at].amount = sum(wanted, -value);
        }
        self.set_revaluations(lot, all);
    }

    pub(crate) fn set_revaluations(&mut self, lot: LotId, all: Vec<Revalued>) {
        if all.is_empty() {
            self.revalued.remove_mut(&lot);
        } else {
            self.revalued.insert_mut(lot, all.into());
        }
    }

    /// What a booking or taking carries: its part of the lot's cost and revaluations, by day (POST-27).
    pub(crate) fn movement_costs(&self, movement: &Movement) -> Costs {
        let lot = &self.lots[movement.lot.index()];
        let mut costs = lot.costs.part(movement.start, movement.end(), lot.quantity, movement.day);
        for one in self.revaluations(movement.lot) {
            costs.add(one.day.max(movement.day), one.part(movement.start, movement.end()));
        }
        costs
    }
}
