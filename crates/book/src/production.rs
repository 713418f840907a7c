//! What a manufacturing order gives its lots, day by day (POST-22): the arithmetic, over plain facts.
//!
//! Ten tables are ordered; parts of 100.00 are in, labour of 20.00 is planned and not started; four tables are done.
//! They carry the smaller of the 100.00 that have reached the order and 4 ÷ 10 × (100.00 + 20.00) = 48.00. When the other six
//! are done, each of the ten carries a tenth of what the order cost. So work in progress is never below zero, and zero after the end.
//!
//! Units stand in a row: completion by completion, in each first the good ones, then the abnormal scrap. What the order gives
//! until the end of a day is split over the units that are done by then; what a day changes is that day's entry (POST-27).
//! `spread` is the same for goods made by a vendor (POST-2.2).
//! Not here: where facts come from (`documents/manufacturing_order.rs`), accounts (`posting.rs`).

use std::collections::BTreeSet;

use money::{Amount, Currency, Quantity, UnitPrice};

use crate::content::Outcome;
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::stock::{minus, plus};

/// Planned and actual labour and overhead of one operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) labour: Amount,
    pub(crate) overhead: Amount,
}

impl Applied {
    pub(crate) fn total(self) -> Amount {
        sum(self.labour, self.overhead)
    }
}

/// An operation, with what was recorded of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationFacts {
    pub(crate) planned: Applied,
    /// The day it was first started.
    pub(crate) started: Option<Day>,
    pub(crate) actual: Applied,
}

/// A part of the plan, with what was consumed of it less what was put back, by day.
#[derive(Clone, Debug)]
pub(crate) struct PartFacts {
    pub(crate) planned: Quantity,
    pub(crate) unit_cost: UnitPrice,
    pub(crate) consumed: Vec<(Day, Quantity)>,
}

/// Units that were made on a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) day: Day,
    pub(crate) good: Quantity,
    pub(crate) abnormal: Quantity,
}

/// All that a manufacturing order's costs stand on.
#[derive(Clone, Debug)]
pub(crate) struct OrderFacts {
    pub(crate) base: Currency,
    pub(crate) ordered: Quantity,
    /// What its consumptions took less put-backs, and its bought operations.
    pub(crate) materials: Costs,
    pub(crate) operations: Vec<OperationFacts>,
    pub(crate) parts: Vec<PartFacts>,
    /// Completions in order of day and entry.
    pub(crate) made: Vec<Made>,
    /// The day on which it ended, and how.
    pub(crate) end: Option<(Day, Outcome)>,
}

/// What an order gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Completion by completion: what the good units cost, and what the abnormal scrap cost.
    pub(crate) made: Vec<(Costs, Costs)>,
    /// What an order without any unit has lost.
    pub(crate) lost: Costs,
}

impl OrderFacts {
    /// Labour and overhead by day: the plan on the first start, the actual on the end (POST-4.2, POST-4.3b).
    pub(crate) fn applied(&self) -> Costs {
        let mut costs = Costs::default();
        for operation in &self.operations {
            let Some(started) = operation.started else { continue };
            costs.add(started, operation.planned.total());
            if let Some((end, _)) = self.end {
                costs.add(end, sum(operation.actual.total(), -operation.planned.total()));
            }
        }
        costs
    }

    /// All that reached the order, by day.
    pub(crate) fn pool(&self) -> Costs {
        let mut pool = self.materials.clone();
        pool.add_all(&self.applied(), Day::FIRST);
        pool
    }

    /// What its units cost.
    pub(crate) fn given(&self) -> Given {
        let mut given =
            Given { made: vec![(Costs::default(), Costs::default()); self.made.len()], ..Given::default() };
        let pool = self.pool();
        let row: Quantity =
            self.made.iter().fold(Quantity::ZERO, |row, made| plus(row, plus(made.good, made.abnormal)));
        if row.is_zero() {
            if let Some((end, _)) = self.end {
                given.lost.add_all(&pool, end);
            }
            return given;
        }
        let mut units = Vec::with_capacity(self.made.len() * 2);
        for made in &self.made {
            units.extend([(made.day, made.good), (made.day, made.abnormal)]);
        }
        let mut days: BTreeSet<Day> = pool.iter().map(|(day, _)| day).collect();
        if self.end.is_none_or(|(end, _)| self.made.iter().any(|made| made.day < end)) {
            days.extend(self.parts.iter().flat_map(|part| part.consumed.iter().map(|consumed| consumed.0)));
            days.extend(self.operations.iter().filter_map(|operation| operation.started));
        }
        days.extend(self.end.map(|(day, _)| day));
        let parts = spread(&units, days, |day, done| self.carried(day, done, pool.total_until(day)));
        let mut parts = parts.into_iter();
        for made in &mut given.made {
            if let (Some(good), Some(abnormal)) = (parts.next(), parts.next()) {
                *made = (good, abnormal);
            }
        }
        given
    }

    /// What the units done by the end of a day carry together, and the units that it is split over.
    fn carried(&self, day: Day, done: Quantity, reached: Amount) -> (Amount, Quantity) {
        if self.end.is_some_and(|(end, _)| end <= day) {
            return (reached, done);
        }
        let whole = sum(reached, self.rest_of_plan(day));
        let fair = money::share(whole, done.min(self.ordered), self.ordered);
        (fair.clamp(reached.min(Amount::ZERO), reached.max(Amount::ZERO)), done)
    }

    /// What the plan still expects to cost after a day: parts not consumed, operations not started.
    fn rest_of_plan(&self, day: Day) -> Amount {
        let mut rest = Amount::ZERO;
        for part in &self.parts {
            let consumed = part.consumed.iter().filter(|consumed| consumed.0 <= day);
            let consumed = consumed.fold(Quantity::ZERO, |total, consumed| plus(total, consumed.1));
            let left = minus(part.planned, consumed);
            if left > Quantity::ZERO {
                // Saving the order made sure that the planned quantity at this cost fits.
                let cost = left
                    .at(part.unit_cost, self.base)
                    .map_or(Amount::ZERO, |cost| Amount::from_minor(cost.minor()));
                rest = sum(rest, cost);
            }
        }
        for operation in self.operations.iter().filter(|one| one.started.is_none_or(|started| started > day))
        {
            rest = sum(rest, operation.planned.total());
        }
        rest
    }
}

/// Splits what stands behind a row of units, day by day, over those that are there by then. `until` answers for a day
/// and the units by then how much they carry together, and the units that this is for. An interval's entry of a day is what
/// the day changed for it.
pub(crate) fn spread(
    units: &[(Day, Quantity)],
    days: BTreeSet<Day>,
    until: impl Fn(Day, Quantity) -> (Amount, Quantity),
) -> Vec<Costs> {
    let mut days = days;
    let Some(first) = units.iter().filter(|one| !one.1.is_zero()).map(|one| one.0).min() else {
        return vec![Costs::default(); units.len()];
    };
    days.retain(|day| *day > first);
    days.extend(units.iter().filter(|one| !one.1.is_zero()).map(|one| one.0));
    let mut costs = vec![Costs::default(); units.len()];
    let mut before = vec![Amount::ZERO; units.len()];
    for day in days {
        let there = units.iter().filter(|one| one.0 <= day);
        let done = there.fold(Quantity::ZERO, |done, one| plus(done, one.1));
        let (carried, whole) = until(day, done);
        let mut from = Quantity::ZERO;
        for (number, (made, quantity)) in units.iter().enumerate() {
            let now = if *made <= day {
                let to = plus(from, *quantity);
                let part = money::part(carried, from, to, whole);
                from = to;
                part
            } else {
                Amount::ZERO
            };
            costs[number].add(day, sum(now, -before[number]));
            before[number] = now;
        }
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i32) -> Day {
        Day::from_number(number)
    }

    fn entries(costs: &Costs) -> Vec<(i32, i64)> {
        costs.iter().map(|(on, amount)| (on.number(), amount.minor())).collect()
    }

    fn order(end: Option<i32>) -> OrderFacts {
        let made = |on, good| Made { day: day(on), good: Quantity::units(good), abnormal: Quantity::ZERO };
        OrderFacts {
            base: Currency::parse("NZD").unwrap_or_else(|error| panic!("{error}")),
            ordered: Quantity::units(10),
            materials: Costs::on(day(1), Amount::from_minor(10_000)),
            operations: vec![OperationFacts {
                planned: Applied { labour: Amount::from_minor(2_000), overhead: Amount::ZERO },
                started: end.map(|_| day(4)),
                actual: Applied { labour: Amount::from_minor(2_500), overhead: Amount::ZERO },
            }],
            parts: Vec::new(),
            made: if end.is_some() { vec![made(3, 4), made(5, 6)] } else { vec![made(3, 4)] },
            end: end.map(|end| (day(end), Outcome::Finished)),
        }
    }

    /// rule: POST-22
    #[test]
    fn finished_units_carry_the_smaller_and_in_the_end_everything() {
        assert_eq!(entries(&order(None).given().made[0].0), [(3, 4_800)]);
        let given = order(Some(5)).given();
        // On day 4 labour starts: 4/10 of 120.00 as before. On day 5 it is 125.00, 50.00 for four and 75.00 for six.
        assert_eq!(entries(&given.made[0].0), [(3, 4_800), (5, 200)]);
        assert_eq!(entries(&given.made[1].0), [(5, 7_500)]);
    }

    /// rule: POST-4.5 POST-4.6
    #[test]
    fn an_order_that_ends_without_a_unit_has_lost_everything_on_its_end() {
        let mut facts = order(Some(5));
        facts.made.clear();
        assert_eq!(entries(&facts.given().lost), [(5, 12_500)]);
    }
}
