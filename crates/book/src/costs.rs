//! A cost is a short list of (day, amount): what a lot, a taking or an order has cost, and when each part became known.
//!
//! Ten for 70.00 on 2 March and a freight bill of 5.00 on 9 March: [2 March 70.00, 9 March 5.00]. Four taken on
//! 5 March cost [5 March 28.00, 9 March 2.00]: a part reaches what lies downstream on the later of its own day and
//! the day of the movement that carried it there (POST-27). Nearly every list has one entry.
//! Not here: where costs come from (`purchase.rs`), how they flow (`graph.rs`).

use money::{Amount, Quantity};

use crate::day::Day;

/// Amounts by day, ascending, each day once, none zero. Base currency, minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    first: (Day, Amount),
    #[allow(
        clippy::box_collection,
        reason = "a thin pointer: nearly every lot has none, and there are many lots"
    )]
    more: Option<Box<Vec<(Day, Amount)>>>,
}

impl Default for Costs {
    fn default() -> Self {
        Costs { first: (Day::FIRST, Amount::ZERO), more: None }
    }
}

/// Sums of amounts that are parts of what entered the book; `Book::enter` keeps that below what an amount can hold.
#[inline]
pub(crate) fn sum(a: Amount, b: Amount) -> Amount {
    a.checked_add(b).unwrap_or_else(|_| unreachable!("the book's budget bounds every sum of its parts"))
}

impl Costs {
    /// One amount on one day.
    pub fn on(day: Day, amount: Amount) -> Costs {
        Costs { first: (if amount.is_zero() { Day::FIRST } else { day }, amount), more: None }
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.first.1.is_zero()
    }

    /// The entries in order of day.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (Day, Amount)> {
        let first = Some(self.first).filter(|(_, amount)| !amount.is_zero());
        first.into_iter().chain(self.more.iter().flat_map(|more| more.iter().copied()))
    }

    /// Adds an amount to a day.
    pub fn add(&mut self, day: Day, amount: Amount) {
        if amount.is_zero() {
            return;
        }
        if self.is_empty() {
            self.first = (day, amount);
        } else if self.more.is_none() && self.first.0 == day {
            *self = Costs::on(day, sum(self.first.1, amount));
        } else {
            let mut all: Vec<_> = self.iter().collect();
            match all.binary_search_by_key(&day, |entry| entry.0) {
                Ok(at) => {
                    all[at].1 = sum(all[at].1, amount);
                    if all[at].1.is_zero() {
                        all.remove(at);
                    }
                }
                Err(at) => all.insert(at, (day, amount)),
            }
            *self = Costs::from_sorted(all);
        }
    }

    fn from_sorted(mut all: Vec<(Day, Amount)>) -> Costs {
        if all.is_empty() {
            return Costs::default();
        }
        let first = all.remove(0);
        Costs { first, more: (!all.is_empty()).then(|| Box::new(all)) }
    }

    /// Adds every entry of another list, none before `not_before`.
    pub fn add_all(&mut self, other: &Costs, not_before: Day) {
        for (day, amount) in other.iter() {
            self.add(day.max(not_before), amount);
        }
    }

    /// Takes every entry of another list away, on its day.
    pub fn take_all(&mut self, other: &Costs) {
        for (day, amount) in other.iter() {
            self.add(day, -amount);
        }
    }

    /// What it comes to in the end.
    pub fn total(&self) -> Amount {
        self.iter().fold(Amount::ZERO, |total, (_, amount)| sum(total, amount))
    }

    /// What was known by the end of a day.
    pub fn total_until(&self, day: Day) -> Amount {
        self.iter()
            .take_while(|entry| entry.0 <= day)
            .fold(Amount::ZERO, |total, (_, amount)| sum(total, amount))
    }

    /// The entries of units `before` to `after` of `whole`, none before `not_before`. Entry by entry the parts of all
    /// units sum to the entry (INV-6).
    #[inline]
    pub fn each_part(
        &self,
        before: Quantity,
        after: Quantity,
        whole: Quantity,
        not_before: Day,
        mut each: impl FnMut(Day, Amount),
    ) {
        for (day, amount) in self.iter() {
            let part = money::part(amount, before, after, whole);
            if !part.is_zero() {
                each(day.max(not_before), part);
            }
        }
    }

    /// `each_part` as a list.
    pub fn part(&self, before: Quantity, after: Quantity, whole: Quantity, not_before: Day) -> Costs {
        let mut part = Costs::default();
        self.each_part(before, after, whole, not_before, |day, amount| part.add(day, amount));
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i32) -> Day {
        Day::from_number(number)
    }

    #[test]
    fn entries_merge_by_day_and_vanish_at_zero() {
        let mut costs = Costs::default();
        for (on, cents) in [(9, 500), (2, 7_000), (9, 100), (5, 1), (5, -1)] {
            costs.add(day(on), Amount::from_minor(cents));
        }
        let entries: Vec<_> = costs.iter().map(|(on, amount)| (on.number(), amount.minor())).collect();
        assert_eq!(entries, [(2, 7_000), (9, 600)]);
        assert_eq!((costs.total().minor(), costs.total_until(day(8)).minor()), (7_600, 7_000));
        costs.add(day(2), Amount::from_minor(-7_000));
        costs.add(day(9), Amount::from_minor(-600));
        assert_eq!(costs, Costs::default());
    }

    /// rule: POST-27
    #[test]
    fn a_part_carries_each_entry_on_the_later_day() {
        let mut costs = Costs::on(day(2), Amount::from_minor(7_000));
        costs.add(day(9), Amount::from_minor(500));
        let part = costs.part(Quantity::ZERO, Quantity::units(4), Quantity::units(10), day(5));
        assert_eq!(
            part.iter().map(|(on, a)| (on.number(), a.minor())).collect::<Vec<_>>(),
            [(5, 2_800), (9, 200)]
        );
    }
}
