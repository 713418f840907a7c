//! What lots cost, day by day: from what brought them, fees included, and what each taking carries on.
//!
//! A cost is a list of days with amounts: 70.00 on the receipt's day, 6.00 on the bill's. A taking of 2 of 10 on a later
//! day carries 14.00 and 1.20 on its own day, or on the bill's if that is later.

use std::collections::BTreeMap;

use crate::Oracle;
use crate::document::{At, Basis, Closing, Day, Document, Kind, Taking, Target};
use crate::number::{part, round, split};
use crate::read::in_base;

/// Amounts by day.
pub type Entries = BTreeMap<Day, i128>;

pub fn add(entries: &mut Entries, day: &Day, amount: i128) {
    *entries.entry(day.clone()).or_insert(0) += amount;
}

pub fn later(one: &Day, other: &Day) -> Day {
    one.max(other).clone()
}

impl Oracle {
    /// What a lot costs in all, without revaluations.
    pub(crate) fn cost(&self, lot: usize) -> Entries {
        let mut entries = self.cost_of_goods(lot);
        for (_, day, amount) in self.fees_of(lot) {
            add(&mut entries, &day, amount);
        }
        for (day, amount) in self.parts_of(lot) {
            add(&mut entries, &day, amount);
        }
        entries
    }

    /// What a lot costs without the fees put on it itself, and without the parts that were sent for it.
    pub(crate) fn cost_of_goods(&self, lot: usize) -> Entries {
        let (place, at, parent) = self.lots[lot].source;
        let document = &self.documents[place];
        match document.kind {
            _ if self.lots[lot].quantity == 0 => Entries::new(),
            Kind::Receipt => self.goods((place, at)),
            Kind::Arrival => {
                let mut entries = Entries::new();
                let of = |taking: &&Taking| taking.by == (place, at) && Some(taking.lot) == parent;
                for taking in self.takings.iter().filter(of) {
                    for (day, amount) in self.carried(taking) {
                        add(&mut entries, &day, amount);
                    }
                }
                entries
            }
            Kind::Back | Kind::PutBack => self.returned((place, at), parent),
            Kind::Completion => self.finished(place),
            _ => Entries::from([(document.day.clone(), document.lines[at].amount)]),
        }
    }

    /// What a taking carries: of each entry its interval's part, and of each revaluation before it.
    pub(crate) fn carried(&self, taking: &Taking) -> Entries {
        let mut entries = Entries::new();
        let Some(gone) = &taking.day else { return entries };
        let quantity = self.lots[taking.lot].quantity;
        for (day, amount) in self.cost(taking.lot) {
            add(&mut entries, &later(&day, gone), part(amount, taking.from, taking.to, quantity));
        }
        for revaluation in self.revaluations(taking.lot) {
            add(&mut entries, gone, revaluation.part(taking.from, taking.to));
        }
        entries
    }

    /// What a line carries: all it has taken.
    pub(crate) fn line_cost(&self, by: At, lot: Option<usize>) -> Entries {
        let mut entries = Entries::new();
        let of = |taking: &&Taking| taking.by == by && lot.is_none_or(|lot| lot == taking.lot);
        for taking in self.takings.iter().filter(of) {
            for (day, amount) in self.carried(taking) {
                add(&mut entries, &day, amount);
            }
        }
        entries
    }

    /// The revaluations of a lot in order of day and entry, with their amounts.
    pub(crate) fn revaluations(&self, lot: usize) -> Vec<Revaluation> {
        let mut found: Vec<Revaluation> = Vec::new();
        let documents = self.documents.iter().enumerate();
        let mut documents: Vec<(usize, &Document)> =
            documents.filter(|(_, document)| document.live() && document.kind == Kind::Revaluation).collect();
        documents.sort_by_key(|(place, document)| (document.day.clone(), *place));
        for (place, document) in documents {
            let lines = document.lines.iter().enumerate();
            for (at, line) in lines.filter(|(_, line)| line.lots.first().is_some_and(|(of, _)| *of == lot)) {
                let covered = self.untaken(lot, &document.day);
                let cost: i128 = self.value_of(lot, &covered, &document.day, &[]);
                let value: i128 = self.value_of(lot, &covered, &document.day, &found);
                let amount = if covered.is_empty() { 0 } else { line.amount.min(cost) - value };
                found.push(Revaluation { by: (place, at), day: document.day.clone(), covered, amount });
            }
        }
        found
    }

    /// The intervals of a lot that nobody has taken by the end of a day.
    fn untaken(&self, lot: usize, day: &Day) -> Vec<(i128, i128)> {
        let gone =
            |taking: &&Taking| taking.lot == lot && taking.day.as_ref().is_some_and(|gone| gone <= day);
        let mut row: Vec<(i128, i128)> =
            self.takings.iter().filter(gone).map(|taking| (taking.from, taking.to)).collect();
        row.sort_unstable();
        row.push((self.lots[lot].quantity, self.lots[lot].quantity));
        let mut at = 0;
        let mut free = Vec::new();
        for (from, to) in row {
            if at < from {
                free.push((at, from));
            }
            at = to;
        }
        free
    }

    fn value_of(&self, lot: usize, units: &[(i128, i128)], day: &Day, revaluations: &[Revaluation]) -> i128 {
        let cost = self.cost(lot);
        let mut value = 0;
        for (from, to) in units {
            let parts = cost.iter().filter(|(on, _)| *on <= day);
            value +=
                parts.map(|(_, amount)| part(*amount, *from, *to, self.lots[lot].quantity)).sum::<i128>();
            value += revaluations.iter().map(|revaluation| revaluation.part(*from, *to)).sum::<i128>();
        }
        value
    }

    /// What of a lot lies there at the end of a day is worth, without what a document has taken.
    pub(crate) fn value_on(&self, lot: usize, day: &Day, without: usize) -> i128 {
        let mut value: i128 =
            self.cost(lot).iter().filter(|(on, _)| *on <= day).map(|(_, amount)| amount).sum();
        let made = self.revaluations(lot);
        value += made.iter().filter(|made| made.day <= *day).map(|made| made.amount).sum::<i128>();
        for taking in self.takings.iter().filter(|taking| taking.lot == lot && taking.by.0 != without) {
            value -= self
                .carried(taking)
                .iter()
                .filter(|(on, _)| *on <= day)
                .map(|(_, amount)| amount)
                .sum::<i128>();
        }
        value
    }

    /// What a return carries back, a customer's or one of parts: of the lot that it names, or of what the returns that
    /// name lots leave.
    pub(crate) fn returned(&self, (place, at): At, named: Option<usize>) -> Entries {
        let line = &self.documents[place].lines[at];
        let Target::Line(shipped) = line.target else { return Entries::new() };
        let mut entries = Entries::new();
        let named = named.filter(|_| !line.lots.is_empty());
        let whole = match named {
            Some(lot) => {
                self.taken(shipped).iter().filter(|(of, _)| *of == lot).map(|(_, units)| units).sum()
            }
            None => self.documents[shipped.0].lines[shipped.1].quantity - self.named_units(shipped),
        };
        let mut cost = self.line_cost(shipped, named);
        if named.is_none() {
            for (lot, _) in self.taken(shipped) {
                let (of_lot, units) = (self.line_cost(shipped, Some(lot)), self.named_of(shipped, lot));
                let whole =
                    self.taken(shipped).iter().filter(|(of, _)| *of == lot).map(|(_, units)| units).sum();
                for (day, amount) in of_lot {
                    add(&mut cost, &day, -part(amount, 0, units, whole));
                }
            }
        }
        let (before, units) = self.returned_before_this((place, at), shipped, named);
        for (day, amount) in cost {
            let day = later(&day, &self.documents[place].day);
            add(&mut entries, &day, part(amount, before, before + units, whole));
        }
        entries
    }

    /// The live lines of returns of a line that took, lost parts too, in order of entry.
    pub(crate) fn returns_of(&self, shipped: At) -> Vec<At> {
        let documents = self.documents.iter().enumerate();
        let kinds = [Kind::Back, Kind::PutBack, Kind::Lost];
        let live = documents.filter(|(_, document)| document.live() && kinds.contains(&document.kind));
        let lines = live.flat_map(|(place, document)| {
            document.lines.iter().enumerate().map(move |(at, line)| ((place, at), line))
        });
        lines.filter(|(_, line)| line.target == Target::Line(shipped)).map(|(at, _)| at).collect()
    }

    fn named_of(&self, shipped: At, lot: usize) -> i128 {
        let lines = self.returns_of(shipped);
        let lots = lines.iter().flat_map(|(place, at)| &self.documents[*place].lines[*at].lots);
        lots.filter(|(of, _)| *of == lot).map(|(_, units)| units).sum()
    }

    fn named_units(&self, shipped: At) -> i128 {
        self.taken(shipped).iter().map(|(lot, _)| self.named_of(shipped, *lot)).sum()
    }

    fn returned_before_this(&self, this: At, shipped: At, named: Option<usize>) -> (i128, i128) {
        let mut before = 0;
        for at in self.returns_of(shipped) {
            let line = &self.documents[at.0].lines[at.1];
            let units = match named {
                Some(lot) => line.lots.iter().filter(|(of, _)| *of == lot).map(|(_, units)| units).sum(),
                None if line.lots.is_empty() => line.quantity,
                None => 0,
            };
            if at == this {
                return (before, units);
            }
            before += units;
        }
        (before, 0)
    }

    /// A fee's amounts by day: its estimate until it is billed.
    pub(crate) fn fee_entries(&self, fee: usize) -> Entries {
        let document = &self.documents[fee];
        let mut entries = Entries::from([(document.day.clone(), document.amount)]);
        let bills = self.documents.iter().enumerate();
        let bills = bills.filter(|(_, bill)| bill.live() && bill.kind == Kind::Bill);
        let lines = bills.flat_map(|(place, bill)| (0..bill.lines.len()).map(move |at| (place, at)));
        let lines: Vec<At> =
            lines.filter(|(bill, at)| self.documents[*bill].lines[*at].target == Target::Fee(fee)).collect();
        if let Some((day, amount)) = self.own_bill(fee) {
            add(&mut entries, &later(&day, &document.day), amount - document.amount);
            return entries;
        }
        if let Some(first) = lines.iter().map(|(bill, _)| &self.documents[*bill].day).min() {
            add(&mut entries, &later(first, &document.day), -document.amount);
        }
        for (day, amount) in lines.into_iter().flat_map(|bill| self.billed(bill)) {
            add(&mut entries, &later(&day, &document.day), amount);
        }
        entries
    }

    /// What an order that is its own bill says of a fee of its supplier.
    pub(crate) fn own_bill(&self, fee: usize) -> Option<(Day, i128)> {
        let fee = &self.documents[fee];
        let order = &self.documents[*fee.on.first()?];
        let own = order.live() && !fee.of_another && fee.currency == order.currency;
        let day = order.invoiced.clone().filter(|_| own)?;
        Some((day, in_base(fee.minor, &fee.currency, order.rate)))
    }

    fn live_fees(&self) -> Vec<usize> {
        let fees = self.documents.iter().enumerate();
        fees.filter(|(_, document)| document.live() && document.kind == Kind::Fee)
            .map(|(fee, _)| fee)
            .collect()
    }

    /// The fees put on a lot itself: fee, day, amount.
    pub(crate) fn fees_of(&self, lot: usize) -> Vec<(usize, Day, i128)> {
        let (place, _, _) = self.lots[lot].source;
        let document = &self.documents[place];
        let mut found = Vec::new();
        if self.lots[lot].quantity == 0 || ![Kind::Receipt, Kind::Arrival].contains(&document.kind) {
            return found;
        }
        for fee in self.live_fees() {
            let on = &self.documents[fee].on;
            if document.kind == Kind::Receipt && on.contains(&document.of) {
                let (place, at, _) = self.lots[lot].source;
                let entries = self.fee_of_order(fee, (place, at));
                found.extend(entries.into_iter().map(|(day, amount)| (fee, day, amount)));
            } else if document.kind == Kind::Receipt && on.contains(&place) {
                let lots = self.lots_of(on);
                self.fee_of_lots(fee, lot, &lots, (1, 1), &mut found);
            } else if document.kind == Kind::Arrival && on.contains(&document.of) {
                let arrivals = self.documents.iter().enumerate();
                let of = document.of;
                let arrivals = arrivals.filter(|(_, other)| other.kind == Kind::Arrival && other.of == of);
                let lots = self.lots_of(&arrivals.map(|(place, _)| place).collect::<Vec<_>>());
                let arrived = lots.iter().map(|lot| self.lots[*lot].quantity).sum();
                let sent = self.documents[of].lines.iter().map(|line| line.quantity).sum();
                self.fee_of_lots(fee, lot, &lots, (arrived, sent), &mut found);
            }
        }
        found
    }

    /// The lots with anything in them that documents brought, in order of entry and line.
    fn lots_of(&self, documents: &[usize]) -> Vec<usize> {
        let mut lots: Vec<usize> = (0..self.lots.len())
            .filter(|lot| documents.contains(&self.lots[*lot].source.0) && self.lots[*lot].quantity > 0)
            .collect();
        lots.sort_by_key(|lot| (self.lots[*lot].source.0, self.lots[*lot].source.1, *lot));
        lots
    }

    /// Of each entry the arrived part is split over the lots.
    fn fee_of_lots(
        &self,
        fee: usize,
        lot: usize,
        lots: &[usize],
        arrived: (i128, i128),
        found: &mut Vec<(usize, Day, i128)>,
    ) {
        let value = |lot: &usize| match self.documents[self.lots[*lot].source.0].kind {
            Kind::Receipt => self.at_order_price(*lot),
            _ => self.cost_of_goods(*lot).values().sum(),
        };
        let units = |lot: &usize| self.lots[*lot].quantity;
        let weight = |lot: &usize| self.items[self.lots[*lot].item].weight * units(lot);
        let mut weights: Vec<i128> = match self.documents[fee].basis {
            Basis::Value => lots.iter().map(|lot| value(lot).max(0)).collect(),
            Basis::Quantity => lots.iter().map(units).collect(),
            Basis::Weight => lots.iter().map(weight).collect(),
        };
        if weights.iter().sum::<i128>() == 0 {
            weights = lots.iter().map(units).collect();
        }
        let place = lots.iter().position(|other| *other == lot).expect("one of them");
        for (day, amount) in self.fee_entries(fee) {
            let parts = split(round(amount * arrived.0, arrived.1), &weights);
            found.push((fee, later(&day, &self.lots[lot].day), parts[place]));
        }
    }

    /// What each line of an order has of a fee's entry.
    pub(crate) fn fee_by_line(&self, fee: usize, order: usize, amount: i128) -> Vec<i128> {
        let lines = &self.documents[order].lines;
        let stocked = |at: usize| lines[at].quantity > 0 && self.on_purchases((order, at));
        let weigh = |basis: Basis| -> Vec<i128> {
            let weight = |at: usize| match basis {
                _ if !stocked(at) => 0,
                Basis::Value => self.net_of((order, at), lines[at].quantity),
                Basis::Quantity => self.units((order, at)),
                Basis::Weight => self.units((order, at)) * self.items[lines[at].item].weight,
            };
            (0..lines.len()).map(weight).collect()
        };
        let mut weights = weigh(self.documents[fee].basis);
        if weights.iter().sum::<i128>() == 0 {
            weights = weigh(Basis::Quantity);
        }
        split(amount, &weights)
    }

    /// A receipt's part of a fee of its order, by the place of its units in the row of the line's.
    pub(crate) fn fee_of_order(&self, fee: usize, receipt: At) -> Entries {
        let Some((arrived, line)) = self.arrived(receipt) else { return Entries::new() };
        let (row, received) = (self.row(line), self.received_units(line));
        let Some((_, from, to)) = row.into_iter().find(|(of, _, _)| *of == receipt) else {
            return Entries::new();
        };
        let whole = self.units(line).max(received);
        let mut entries = Entries::new();
        for (day, amount) in self.fee_entries(fee) {
            let share = self.fee_by_line(fee, line.0, amount)[line.1];
            let (day, of) = (later(&day, arrived), part(share, from, to, whole));
            add(&mut entries, &day, of);
            if let Some((closed, Closing::IntoLots)) = &self.documents[line.0].lines[line.1].closed {
                add(&mut entries, &later(&day, closed), part(share, from, to, received) - of);
            }
        }
        entries
    }
}

/// A revaluation of a lot: the units it covers and what it adds to them.
#[derive(Clone, Debug)]
pub struct Revaluation {
    pub by: At,
    pub day: Day,
    pub covered: Vec<(i128, i128)>,
    pub amount: i128,
}

impl Revaluation {
    /// What it adds to an interval of the lot's units.
    fn part(&self, from: i128, to: i128) -> i128 {
        let below = |unit: i128| -> i128 {
            self.covered.iter().map(|(start, end)| unit.clamp(*start, *end) - start).sum()
        };
        part(self.amount, below(from), below(to), below(i128::MAX))
    }
}
