//! What the received units of an order line cost (POST-23), and what of it stays on Purchases.
//!
//! Received units stand in a row by day of receipt, billed units in a row by invoice date; they meet in order, unless a
//! bill line names its receipt. A unit that is billed costs its bill's price, one that isn't the order's. Order 100 @
//! 10.00, 60 received, 40 billed @ 11.00: 440.00 + 200.00 = 640.00, and Purchases stands at −200.00.
//! Each part has its day (POST-27): the order's price on the receipt's day; the bill's difference on the bill's.
//! A closed line gives its balance away (POST-1.9). Positions are cumulative shares, so parts sum to their whole.
//! Not here: fees (`fees.rs`), finding the documents (`documents/purchase_order.rs`).

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Quantity};

use crate::command::Closing;
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::document::Closed;
use crate::ids::LineRef;
use crate::stock::{minus, plus};

/// Units received by one line of a receipt, less what went back before its bill. Stock units.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) at: LineRef,
    pub(crate) day: Day,
    pub(crate) quantity: Quantity,
}

/// Units billed by one line of a bill; its costs are the bill's amount and the price credits on it, in base currency.
#[derive(Clone, Debug)]
pub(crate) struct Billed {
    pub(crate) day: Day,
    pub(crate) quantity: Quantity,
    pub(crate) costs: Costs,
    pub(crate) receipt: Option<LineRef>,
}

/// An order line with all that refers to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineFacts {
    /// What `whole` units cost at the order's price and rate.
    pub(crate) estimate: Amount,
    /// Ordered units, or received ones if they are more.
    pub(crate) whole: Quantity,
    /// In order of day, then entry.
    pub(crate) received: Vec<Received>,
    /// In order of invoice date, then entry.
    pub(crate) billed: Vec<Billed>,
    pub(crate) closed: Option<Closed>,
}

/// Units of one receipt that one bill line bills.
pub(crate) struct Met {
    pub(crate) receipt: usize,
    pub(crate) bill: usize,
    /// Their first position in the row of received units.
    pub(crate) from: Quantity,
    /// The first of them among the bill line's units.
    pub(crate) billed_from: Quantity,
    pub(crate) units: Quantity,
}

/// One half of what stands on Purchases: units, what they cost, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Half {
    /// Stock units.
    pub units: Quantity,
    /// Base currency.
    pub amount: Amount,
    /// The day of the oldest of them.
    pub since: Option<Day>,
}

impl Half {
    pub(crate) fn add(&mut self, since: Day, units: Quantity, amount: Amount) {
        self.units = plus(self.units, units);
        self.amount = sum(self.amount, amount);
        self.since = Some(self.since.map_or(since, |before| before.min(since)));
    }
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineCosts {
    /// One for each of `received`.
    pub(crate) received: Vec<Costs>,
    /// What a closed line gives to Purchase differences.
    pub(crate) differences: Costs,
}

impl LineFacts {
    pub(crate) fn received_units(&self) -> Quantity {
        self.received.iter().fold(Quantity::ZERO, |total, one| plus(total, one.quantity))
    }

    /// The costs of each receipt.
    pub(crate) fn costs(&self) -> LineCosts {
        let mut costs = self.at_order_price();
        self.meet_bills(&mut costs);
        let differences = self.give_away(&mut costs);
        LineCosts { received: costs, differences }
    }

    fn at_order_price(&self) -> Vec<Costs> {
        let mut from = Quantity::ZERO;
        let costs = self.received.iter().map(|one| {
            let to = plus(from, one.quantity);
            let part = money::part(self.estimate, std::mem::replace(&mut from, to), to, self.whole);
            Costs::on(one.day, part)
        });
        costs.collect()
    }

    /// Units that are billed leave the order's price for the bill's on the bill's day.
    fn meet_bills(&self, costs: &mut [Costs]) {
        self.each_meeting(|met| {
            let (one, paper) = (&self.received[met.receipt], &self.billed[met.bill]);
            let units = met.units;
            let estimated = money::part(self.estimate, met.from, plus(met.from, units), self.whole);
            costs[met.receipt].add(paper.day.max(one.day), -estimated);
            let until = plus(met.billed_from, units);
            paper.costs.each_part(met.billed_from, until, paper.quantity, one.day, |day, amount| {
                costs[met.receipt].add(day, amount);
            });
        });
    }

    /// Which received units meet which billed ones: first bills that name their receipt, then all in order.
    pub(crate) fn each_meeting(&self, mut each: impl FnMut(Met)) {
        // Each receipt's first position in the row of received units, and how many of its units are billed.
        let mut starts = Vec::with_capacity(self.received.len());
        let mut next = Quantity::ZERO;
        for one in &self.received {
            starts.push(next);
            next = plus(next, one.quantity);
        }
        let mut met = vec![Quantity::ZERO; self.received.len()];
        let mut used = vec![Quantity::ZERO; self.billed.len()];
        let mut meet = |receipt: usize, bill: usize| {
            let (one, paper) = (&self.received[receipt], &self.billed[bill]);
            let units = minus(one.quantity, met[receipt]).min(minus(paper.quantity, used[bill]));
            if units <= Quantity::ZERO {
                return;
            }
            let from = plus(starts[receipt], met[receipt]);
            each(Met { receipt, bill, from, billed_from: used[bill], units });
            met[receipt] = plus(met[receipt], units);
            used[bill] = plus(used[bill], units);
        };
        for (bill, paper) in self.billed.iter().enumerate() {
            let named = paper.receipt.and_then(|at| self.received.iter().position(|one| one.at == at));
            if let Some(receipt) = named {
                meet(receipt, bill);
            }
        }
        for bill in 0..self.billed.len() {
            for receipt in 0..self.received.len() {
                meet(receipt, bill);
            }
        }
    }

    /// What stands on Purchases for the line: billed less what received units cost, by day.
    pub(crate) fn balance(&self, costs: &[Costs]) -> Costs {
        let mut balance = Costs::default();
        for paper in &self.billed {
            balance.add_all(&paper.costs, Day::FIRST);
        }
        for one in costs {
            balance.take_all(one);
        }
        balance
    }

    /// What stands on Purchases at the end of a day, without closing, in its two halves: what is billed and still to
    /// come, and what came and is still to be billed (REC-8). Their difference is the balance.
    pub(crate) fn halves(&self, day: Day) -> (Half, Half) {
        let (mut goods, mut bills) = (Half::default(), Half::default());
        let mut met = vec![Quantity::ZERO; self.received.len()];
        let mut used = vec![Quantity::ZERO; self.billed.len()];
        let mut to_bill = |since: Day, from: Quantity, units: Quantity| {
            bills.add(since, units, money::part(self.estimate, from, plus(from, units), self.whole));
        };
        let mut to_come = |paper: &Billed, from: Quantity, units: Quantity| {
            let part = paper.costs.part(from, plus(from, units), paper.quantity, Day::FIRST);
            goods.add(paper.day, units, part.total_until(day));
        };
        self.each_meeting(|one| {
            let (receipt, paper) = (&self.received[one.receipt], &self.billed[one.bill]);
            met[one.receipt] = plus(met[one.receipt], one.units);
            used[one.bill] = plus(used[one.bill], one.units);
            match (receipt.day <= day, paper.day <= day) {
                (true, false) => to_bill(receipt.day, one.from, one.units),
                (false, true) => to_come(paper, one.billed_from, one.units),
                _ => {}
            }
        });
        let mut next = Quantity::ZERO;
        for (receipt, met) in self.received.iter().zip(met) {
            if receipt.day <= day && met < receipt.quantity {
                to_bill(receipt.day, plus(next, met), minus(receipt.quantity, met));
            }
            next = plus(next, receipt.quantity);
        }
        for (paper, used) in self.billed.iter().zip(used) {
            if paper.day <= day && used < paper.quantity {
                to_come(paper, used, minus(paper.quantity, used));
            }
        }
        (goods, bills)
    }

    fn give_away(&self, costs: &mut [Costs]) -> Costs {
        let mut differences = Costs::default();
        let Some(closed) = self.closed else { return differences };
        let units = self.received_units();
        let balance = self.balance(costs);
        match closed.closing {
            Closing::Left => {}
            Closing::IntoLots if units > Quantity::ZERO => {
                let mut from = Quantity::ZERO;
                for (one, costs) in self.received.iter().zip(costs) {
                    let to = plus(from, one.quantity);
                    let not_before = closed.day.max(one.day);
                    balance.each_part(from, to, units, not_before, |day, amount| costs.add(day, amount));
                    from = to;
                }
            }
            Closing::ToDifferences | Closing::IntoLots => differences.add_all(&balance, closed.day),
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DocumentId;

    fn at(number: u32) -> LineRef {
        LineRef { document: DocumentId(number), line: 0 }
    }

    fn facts(received: &[(i32, i32)], billed: &[(i32, i32, i64)]) -> LineFacts {
        let received = (0..).zip(received).map(|(n, (day, units))| Received {
            at: at(n),
            day: Day::from_number(*day),
            quantity: Quantity::units(*units),
        });
        let billed = billed.iter().map(|(day, units, cents)| Billed {
            day: Day::from_number(*day),
            quantity: Quantity::units(*units),
            costs: Costs::on(Day::from_number(*day), Amount::from_minor(*cents)),
            receipt: None,
        });
        LineFacts {
            estimate: Amount::from_minor(100_000),
            whole: Quantity::units(100),
            received: received.collect(),
            billed: billed.collect(),
            closed: None,
        }
    }

    fn entries(costs: &Costs) -> Vec<(i32, i64)> {
        costs.iter().map(|(day, amount)| (day.number(), amount.minor())).collect()
    }

    /// rule: POST-23, POST-27
    #[test]
    fn the_example_of_the_rule() {
        let first = facts(&[(2, 60)], &[(5, 40, 44_000)]);
        let costs = first.costs();
        assert_eq!(entries(&costs.received[0]), [(2, 60_000), (5, 4_000)]);
        assert_eq!(first.balance(&costs.received).total().minor(), -20_000);
        let both = facts(&[(2, 60)], &[(5, 40, 44_000), (9, 60, 72_000)]);
        let costs = both.costs();
        assert_eq!(entries(&costs.received[0]), [(2, 60_000), (5, 4_000), (9, 4_000)]);
        assert_eq!(both.balance(&costs.received).total().minor(), 48_000);
    }

    #[test]
    fn a_bill_before_its_goods_is_their_price_from_the_start() {
        let costs = facts(&[(7, 30), (8, 30)], &[(5, 40, 44_000)]).costs();
        assert_eq!(entries(&costs.received[0]), [(7, 33_000)]);
        assert_eq!(entries(&costs.received[1]), [(8, 31_000)]);
    }

    #[test]
    fn a_bill_line_may_name_its_receipt() {
        let mut facts = facts(&[(2, 10), (3, 10)], &[(5, 10, 12_000)]);
        facts.billed[0].receipt = Some(at(1));
        let costs = facts.costs();
        assert_eq!(entries(&costs.received[0]), [(2, 10_000)]);
        assert_eq!(entries(&costs.received[1]), [(3, 10_000), (5, 2_000)]);
    }

    /// rule: POST-1.9
    #[test]
    fn a_closed_line_gives_its_balance_away() {
        let mut facts = facts(&[(2, 60)], &[(5, 100, 100_001)]);
        let closed = |closing| Some(Closed { line: 0, day: Day::from_number(9), closing });
        facts.closed = closed(Closing::IntoLots);
        let costs = facts.costs();
        assert_eq!(costs.received[0].total().minor(), 100_001);
        assert!(facts.balance(&costs.received).total().is_zero());
        facts.closed = closed(Closing::ToDifferences);
        let costs = facts.costs();
        assert_eq!(entries(&costs.differences), [(9, 40_000)]);
        assert_eq!(facts.balance(&costs.received).total(), costs.differences.total());
    }
}
