//! What the Purchases account consists of: order lines and fees, each with what is billed and not received, and received
//! and not billed.
//!
//! Order 100 @ 10.00, 60 received, 40 billed @ 11.00: 20 units for 200.00 are still to be billed, the balance is -200.00.
//! The balances of all lines and fees sum to the account, on every day.
//! Not here: the arithmetic of units that meet (`purchase.rs`), the table that people see (crate `reports`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::command::Closing;
use crate::content::{BillTarget, Content, FeeTarget, VendorReturnKind};
use crate::costs::sum;
use crate::day::Day;
use crate::document::Closed;
use crate::documents::order_costs::{self, Line, OrderCosts};
use crate::documents::{bill, fee};
use crate::ids::{DocumentId, ItemId, LineRef};
use crate::purchase::Half;
use crate::stock::{Standing, plus};

/// What a part of Purchases is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bought {
    /// Goods of an order's line.
    Goods {
        /// The order's line.
        at: LineRef,
        /// The item.
        item: ItemId,
        /// Ordered, in stock units.
        ordered: Quantity,
    },
    /// An additional fee.
    Fee(DocumentId),
}

/// A part of what stands on Purchases at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OnPurchases {
    /// What it is for.
    pub what: Bought,
    /// Received by then, in stock units; a fee has none.
    pub received: Quantity,
    /// Billed by then, in stock units.
    pub billed: Quantity,
    /// Billed, not received.
    pub goods_to_come: Half,
    /// Received, not billed: stands as a credit.
    pub bills_to_come: Half,
    /// Went back for credit, and the credit hasn't come.
    pub credits_to_come: Amount,
    /// The line is closed.
    pub closed: Option<Closed>,
    /// Debits less credits.
    pub balance: Amount,
}

impl Book {
    /// Every order line and fee that was received or billed by the end of a day.
    pub fn on_purchases(&self, day: Day) -> Vec<OnPurchases> {
        let mut found = Vec::new();
        let mut absorbed: BTreeMap<DocumentId, Amount> = BTreeMap::new();
        for (id, document) in self.documents() {
            let Content::PurchaseOrder(content) = &document.content else { continue };
            if document.dependents.is_empty() && content.invoice.is_none() && content.operation.is_none() {
                continue;
            }
            let costs = if document.is_live() { order_costs::costs(self, id) } else { OrderCosts::default() };
            let fees = costs.lots.iter().flat_map(|lot| &lot.fees);
            let fees = fees.chain(&costs.fees_given).chain(&costs.operation_fees);
            for fee in fees {
                let total = absorbed.entry(fee.fee).or_default();
                *total = sum(*total, fee.costs.total_until(day));
            }
            for (number, line) in order_costs::lines(self, id).iter().enumerate() {
                found.extend(self.line_on_purchases(id, number, line, &costs, day));
            }
        }
        for (id, document) in self.documents() {
            if let Content::Fee(fee) = &document.content
                && !matches!(fee.target, FeeTarget::Transfer(_))
            {
                found.extend(self.fee_on_purchases(id, absorbed.get(&id).copied(), day));
            }
        }
        found
    }

    fn line_on_purchases(
        &self,
        order: DocumentId,
        number: usize,
        line: &Line,
        costs: &OrderCosts,
        day: Day,
    ) -> Option<OnPurchases> {
        let Content::PurchaseOrder(content) = &self.documents[order.index()].content else { return None };
        let at = LineRef { document: order, line: number as u16 };
        let (mut goods_to_come, mut bills_to_come) = line.facts.halves(day);
        let mut received = Quantity::ZERO;
        for one in line.facts.received.iter().filter(|one| one.day <= day) {
            received = plus(received, one.quantity);
        }
        let by_then = line.facts.billed.iter().filter(|one| one.day <= day);
        let billed = by_then.clone().fold(Quantity::ZERO, |total, one| plus(total, one.quantity));
        // Until they go back, units that go back before their bill are received like others.
        for lot in line.returned.iter().map(|lot| (*lot, &self.lots[lot.index()])) {
            let (id, row) = lot;
            let mut left = row.costs.total_until(day);
            let mut there = if row.arrival <= day { row.quantity } else { Quantity::ZERO };
            for (_, movement) in self.movements_of(id).filter(|(_, m)| m.standing == Standing::Taken) {
                left = sum(left, -self.movement_costs(movement).total_until(day));
                if movement.day <= day {
                    there = plus(there, -movement.quantity);
                }
            }
            if !there.is_zero() || !left.is_zero() {
                received = plus(received, there);
                bills_to_come.add(row.arrival, there, left);
            }
        }
        // A price credit may be dated before its bill.
        let papers = self.bills_naming(order);
        let target = BillTarget::Order(at);
        let posted = papers.fold(Amount::ZERO, |total, (id, one)| {
            sum(total, bill::posted_until(self, id, one, &target, day))
        });
        let posted = sum(posted, order_costs::own_bill_until(self, order, number, day));
        let counted = by_then.fold(Amount::ZERO, |total, one| sum(total, one.costs.total_until(day)));
        goods_to_come.amount = sum(goods_to_come.amount, sum(posted, -counted));

        let mut balance = posted;
        for one in costs.lots.iter().filter(|one| one.line == number) {
            balance = sum(balance, -one.goods.total_until(day));
        }
        for lot in &line.returned {
            for (_, movement) in self.movements_of(*lot).filter(|(_, m)| m.standing == Standing::Taken) {
                balance = sum(balance, self.movement_costs(movement).total_until(day));
            }
        }
        let given = costs.differences.iter().chain(&costs.operation);
        for (_, given) in given.filter(|one| one.0 == number) {
            balance = sum(balance, -given.total_until(day));
        }
        let closed = line.facts.closed.filter(|closed| closed.day <= day);
        if closed.is_some_and(|closed| closed.closing != Closing::Left) {
            // Closed is closed: what is left, if anything, is one side.
            let since = goods_to_come.since.or(bills_to_come.since);
            (goods_to_come, bills_to_come) = sides(balance, since);
        }
        let mut credits_to_come = Amount::ZERO;
        for (_, credit) in costs.credits.iter().filter(|one| one.0 == number) {
            credits_to_come = sum(credits_to_come, credit.total_until(day));
        }
        credits_to_come = sum(credits_to_come, -self.credited_until(order, number, day));
        let item = content.lines[number].item;
        let found = OnPurchases {
            what: Bought::Goods { at, item, ordered: line.ordered },
            received,
            billed,
            goods_to_come,
            bills_to_come,
            credits_to_come,
            closed,
            balance: sum(balance, credits_to_come),
        };
        let nothing = received.is_zero() && billed.is_zero() && found.balance.is_zero();
        (!nothing).then_some(found)
    }

    fn bills_naming(&self, id: DocumentId) -> impl Iterator<Item = (DocumentId, &crate::content::Bill)> {
        self.documents[id.index()].dependents.iter().filter_map(|one| {
            let document = &self.documents[one.index()];
            match &document.content {
                Content::Bill(bill) if document.is_live() => Some((*one, &**bill)),
                _ => None,
            }
        })
    }

    /// What suppliers' credits have given by the end of a day for goods of an order's line that went back.
    fn credited_until(&self, order: DocumentId, line: usize, day: Day) -> Amount {
        let mut total = Amount::ZERO;
        for one in &self.documents[order.index()].dependents {
            let document = &self.documents[one.index()];
            let Content::VendorReturn(back) = &document.content else { continue };
            let lines = back.lines.iter().enumerate().filter(|_| document.is_live());
            for (at, _) in lines.filter(|(_, one)| {
                one.kind == VendorReturnKind::ForCredit && self.order_line_of(one.receipt) == Some(line)
            }) {
                total = sum(total, order_costs::credited(self, *one, at as u16).total_until(day));
            }
        }
        total
    }

    fn order_line_of(&self, receipt: LineRef) -> Option<usize> {
        match &self.documents[receipt.document.index()].content {
            Content::Receipt(content) => {
                content.lines.get(usize::from(receipt.line)).map(|line| usize::from(line.line))
            }
            _ => None,
        }
    }

    fn fee_on_purchases(&self, id: DocumentId, absorbed: Option<Amount>, day: Day) -> Option<OnPurchases> {
        let target = BillTarget::Fee(id);
        let (mut billed, mut since) = (Amount::ZERO, None);
        for (paper, content) in self.bills_naming(id) {
            billed = sum(billed, bill::posted_until(self, paper, content, &target, day));
            since = Some(since.map_or(content.terms.day, |before: Day| before.min(content.terms.day)));
        }
        let Content::Fee(content) = &self.documents[id.index()].content else { return None };
        if let Some((on, amount)) = fee::billed_by_order(self, content).filter(|(on, _)| *on <= day) {
            (billed, since) = (sum(billed, amount), Some(on));
        }
        if absorbed.is_none() && billed.is_zero() {
            return None;
        }
        let balance = sum(billed, -absorbed.unwrap_or_default());
        let (goods_to_come, bills_to_come) = sides(balance, Some(since.unwrap_or(content.day)));
        Some(OnPurchases {
            what: Bought::Fee(id),
            received: Quantity::ZERO,
            billed: Quantity::ZERO,
            goods_to_come,
            bills_to_come,
            credits_to_come: Amount::ZERO,
            closed: None,
            balance,
        })
    }
}

/// A balance as one of the two halves.
fn sides(balance: Amount, since: Option<Day>) -> (Half, Half) {
    let half = |amount: Amount| match amount.is_zero() {
        true => Half::default(),
        false => Half { units: Quantity::ZERO, amount, since },
    };
    (half(balance.max(Amount::ZERO)), half((-balance).max(Amount::ZERO)))
}
