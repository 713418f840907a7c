//! What the received units of an order's line cost (POST-23): units and bills meet in order.
//!
//! Ordered 100 @ 10, 60 received, a bill of 40 @ 11: the first 40 units cost 440, the other 20 the order's 200.

use crate::Oracle;
use crate::cost::{Entries, add, later};
use crate::document::{At, Closing, Day, Kind, Target};
use crate::number::part;

/// Units of a receipt that meet units of a bill's line.
struct Meeting {
    bill: At,
    units: (i128, i128),
    billed: i128,
}

impl Oracle {
    /// The receipts of an order's line in order of day and entry, with their units' place in the row.
    pub(crate) fn row(&self, line: At) -> Vec<(At, i128, i128)> {
        if self.for_operation(line) {
            let shipped = self.documents[line.0].live() && self.documents[line.0].shipped.is_some();
            return if shipped { vec![(line, 0, self.units(line))] } else { Vec::new() };
        }
        let mut receipts: Vec<(Day, At, i128)> = Vec::new();
        for lot in &self.lots {
            let at = (lot.source.0, lot.source.1);
            let document = &self.documents[at.0];
            if document.kind == Kind::Receipt
                && lot.quantity > 0
                && document.lines[at.1].target == Target::Line(line)
            {
                receipts.push((lot.day.clone(), at, lot.quantity));
            }
        }
        receipts.sort();
        let mut end = 0;
        let place = |(_, at, units): (Day, At, i128)| {
            end += units;
            (at, end - units, end)
        };
        receipts.into_iter().map(place).collect()
    }

    /// Lines of an order for an operation count as received when the goods went out for it (POST-3).
    pub(crate) fn for_operation(&self, line: At) -> bool {
        self.documents[line.0].kind == Kind::Order && self.documents[line.0].part_of.is_some()
    }

    /// Whether a line's goods and bills stand on Purchases (DOC-13).
    pub(crate) fn on_purchases(&self, line: At) -> bool {
        self.items[self.documents[line.0].lines[line.1].item].stocked || self.for_operation(line)
    }

    /// The day of a receipt, or of a shipment to a bought operation, and the order's line that it is of.
    pub(crate) fn arrived(&self, receipt: At) -> Option<(&Day, At)> {
        let document = &self.documents[receipt.0];
        match document.lines[receipt.1].target {
            Target::Line(line) => Some((&document.day, line)),
            _ => document.shipped.as_ref().map(|day| (day, receipt)),
        }
    }

    pub(crate) fn received_units(&self, line: At) -> i128 {
        self.row(line).last().map_or(0, |(_, _, end)| *end)
    }

    /// The units that the order's price is for, and their net: those ordered, or those received if there were more.
    fn whole(&self, line: At) -> (i128, i128) {
        let receipts =
            self.documents.iter().filter(|document| document.live() && document.kind == Kind::Receipt);
        let lines = receipts.flat_map(|document| &document.lines);
        let received: i128 = lines.filter(|of| of.target == Target::Line(line)).map(|of| of.quantity).sum();
        let of = &self.documents[line.0].lines[line.1];
        let received = if self.for_operation(line) { 0 } else { received };
        let quantity = of.quantity.max(received);
        (crate::number::round(quantity * of.factor.0, of.factor.1), self.net_of(line, quantity))
    }

    /// What a receipt's lot would cost at the order's price by itself.
    pub(crate) fn at_order_price(&self, lot: usize) -> i128 {
        let (place, at, _) = self.lots[lot].source;
        let Target::Line(line) = self.documents[place].lines[at].target else { return 0 };
        let (units, one) = self.documents[line.0].lines[line.1].factor;
        self.net_of(line, crate::number::round(self.lots[lot].quantity * one, units))
    }

    /// The order's price for units that went back before their bill.
    pub(crate) fn estimate_returned(&self, line: At, returned: i128) -> i128 {
        let (units, net) = self.whole(line);
        part(net, 0, returned, units)
    }

    /// The bill lines of an order's line, in order of invoice date and entry.
    fn bills(&self, line: At) -> Vec<At> {
        if !self.on_purchases(line) {
            // Its bills stand on an expense account (DOC-13).
            return Vec::new();
        }
        let mut bills = Vec::new();
        for (place, document) in self.documents.iter().enumerate() {
            for (at, of) in document.lines.iter().enumerate() {
                if document.live()
                    && document.kind == Kind::Bill
                    && of.target == Target::Line(line)
                    && of.quantity > 0
                {
                    bills.push((document.day.clone(), (place, at)));
                }
            }
        }
        let order = &self.documents[line.0];
        if let Some(day) = order.invoiced.clone().filter(|_| order.live() && order.lines[line.1].quantity > 0)
        {
            bills.push((day, line));
        }
        bills.sort();
        bills.into_iter().map(|(_, at)| at).collect()
    }

    /// What a bill's line comes to: its amount, and what price credits take off it, not before its day.
    pub(crate) fn billed(&self, bill: At) -> Entries {
        let document = &self.documents[bill.0];
        let mut amounts = Entries::from([(document.bill_day().clone(), document.lines[bill.1].amount)]);
        for credit in self.documents.iter().filter(|credit| credit.live() && credit.kind == Kind::Credit) {
            for line in credit.lines.iter().filter(|line| line.target == Target::Line(bill)) {
                add(&mut amounts, &later(&credit.day, &document.day), -line.amount);
            }
        }
        amounts
    }

    /// Units and bills meet: first the bill lines that name a receipt, then the rest.
    fn meetings(&self, line: At) -> Vec<Meeting> {
        let row = self.row(line);
        let mut open: Vec<(i128, i128)> = row.iter().map(|(_, from, to)| (*from, *to)).collect();
        let mut meetings: Vec<Meeting> = Vec::new();
        let bills = self.bills(line);
        for named in [true, false] {
            for bill in &bills {
                let receipt = self.documents[bill.0].lines[bill.1].receipt;
                let within = match (named, receipt) {
                    (true, None) => continue,
                    (true, Some(receipt)) => {
                        row.iter().find(|(of, _, _)| *of == receipt).map(|(_, from, to)| (*from, *to))
                    }
                    (false, _) => Some((0, i128::MAX)),
                };
                let Some(within) = within else { continue };
                let met = meetings.iter().filter(|meeting| meeting.bill == *bill);
                let mut billed: i128 = met.map(|meeting| meeting.units.1 - meeting.units.0).sum();
                let whole = self.units(*bill);
                let mut rest = Vec::new();
                for (from, to) in open {
                    let start = from.max(within.0).min(to);
                    let end = to.min(within.1).min(start + whole - billed).max(start);
                    if start < end {
                        meetings.push(Meeting { bill: *bill, units: (start, end), billed });
                        billed += end - start;
                    }
                    rest.extend([(from, start), (end, to)].into_iter().filter(|(from, to)| from < to));
                }
                open = rest;
            }
        }
        meetings
    }

    /// What a receipt's goods cost by order and bills, before any closing.
    fn goods_open(&self, receipt: At) -> Entries {
        let mut entries = Entries::new();
        let Some((arrived, line)) = self.arrived(receipt) else { return entries };
        let row = self.row(line);
        let Some((_, from, to)) = row.into_iter().find(|(of, _, _)| *of == receipt) else { return entries };
        let (units, net) = self.whole(line);
        add(&mut entries, arrived, part(net, from, to, units));
        for meeting in self.meetings(line) {
            let (start, end) = (meeting.units.0.max(from), meeting.units.1.min(to));
            if start >= end {
                continue;
            }
            let first = meeting.billed + start - meeting.units.0;
            let bill = &self.documents[meeting.bill.0];
            add(&mut entries, &later(bill.bill_day(), arrived), -part(net, start, end, units));
            for (day, amount) in self.billed(meeting.bill) {
                let of = part(amount, first, first + end - start, self.units(meeting.bill));
                add(&mut entries, &later(&day, arrived), of);
            }
        }
        entries
    }

    /// How a line was closed; into lots that never came is to differences.
    pub(crate) fn closing(&self, line: At) -> Option<(Day, Closing)> {
        let (day, closing) = self.documents[line.0].lines[line.1].closed.clone()?;
        let nowhere = closing == Closing::IntoLots && self.received_units(line) == 0;
        Some((day, if nowhere { Closing::ToDifferences } else { closing }))
    }

    /// What an order's line has on Purchases, by day: bills less goods.
    pub(crate) fn balance(&self, line: At) -> Entries {
        let mut balance = Entries::new();
        for (day, amount) in self.bills(line).into_iter().flat_map(|bill| self.billed(bill)) {
            add(&mut balance, &day, amount);
        }
        for (receipt, _, _) in self.row(line) {
            for (day, amount) in self.goods_open(receipt) {
                add(&mut balance, &day, -amount);
            }
        }
        balance
    }

    /// What a receipt's goods cost; if the line was closed into its lots, with its part of the balance.
    pub(crate) fn goods(&self, receipt: At) -> Entries {
        let mut entries = self.goods_open(receipt);
        let Some((arrived, line)) = self.arrived(receipt) else { return entries };
        if let Some((closed, Closing::IntoLots)) = &self.documents[line.0].lines[line.1].closed {
            let received = self.received_units(line);
            let found = self.row(line).into_iter().find(|(of, _, _)| *of == receipt);
            let Some((_, from, to)) = found else { return entries };
            for (day, amount) in self.balance(line) {
                let day = later(&later(&day, closed), arrived);
                add(&mut entries, &day, part(amount, from, to, received));
            }
        }
        entries
    }

    /// What each line of an order has on Purchases in the end: nothing once a person has closed it, while the order lives.
    pub(crate) fn purchases(&self, order: usize) -> Vec<i128> {
        let left = |line: usize| match &self.documents[order].lines[line].closed {
            Some((_, Closing::IntoLots | Closing::ToDifferences)) if self.documents[order].live() => 0,
            _ => self.balance((order, line)).values().sum(),
        };
        (0..self.documents[order].lines.len()).map(left).collect()
    }
}
