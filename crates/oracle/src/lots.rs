//! The lots that documents bring, and what a count sheet finds.
//!
//! A receipt of 10 of which 2 went back before their bill brings a lot of 8; an arrival brings one lot for each that its
//! goods come from. A lot keeps its place in the list while its document lives, dies and comes back.

use crate::Oracle;
use crate::document::{At, Day, Kind, Lot, Taking, Target};
use crate::number::{Outcome, round};

/// The same lot, whatever it holds now: the same place among those of the same document.
fn same(one: &Lot, other: &Lot) -> bool {
    (one.source.0, one.slot) == (other.source.0, other.slot)
}

impl Oracle {
    /// The lots that all documents bring, as they are now; lots keep their place.
    pub(crate) fn refresh_lots(&mut self) -> Outcome<()> {
        let mut wanted = Vec::new();
        for place in 0..self.documents.len() {
            self.brought(place, &mut wanted);
        }
        for lot in 0..self.lots.len() {
            if !wanted.iter().any(|wanted| same(wanted, &self.lots[lot])) {
                self.lots[lot].quantity = 0;
            }
        }
        for new in wanted {
            // Another item or place is another lot; nobody can have taken from the old one.
            for old in self.lots.iter_mut().filter(|lot| same(lot, &new)) {
                if (old.item, old.warehouse) != (new.item, new.warehouse) {
                    (old.slot, old.quantity) = (usize::MAX, 0);
                }
            }
            match self.lots.iter().position(|lot| same(lot, &new)) {
                None if new.quantity == 0 => {}
                None => self.lots.push(new),
                Some(lot) => self.lots[lot] = new,
            }
        }
        (0..self.lots.len()).try_for_each(|lot| self.close_up(lot))
    }

    /// If a lot has become too small for what was given out, the takings move together.
    fn close_up(&mut self, lot: usize) -> Outcome<()> {
        let mut row: Vec<&mut Taking> = self.takings.iter_mut().filter(|taking| taking.lot == lot).collect();
        row.sort_by_key(|taking| taking.from);
        let quantity = self.lots[lot].quantity;
        if row.last().is_some_and(|last| last.to > quantity) {
            let mut at = 0;
            for taking in row {
                (taking.from, taking.to) = (at, at + taking.to - taking.from);
                at = taking.to;
            }
            if at > quantity {
                return Err(format!(
                    "lot {lot} of {} is used",
                    self.documents[self.lots[lot].source.0].number
                ));
            }
        }
        Ok(())
    }

    /// Lots that a lot's cost comes from: those that an order took, that were sent for a receipt, or that it is a part of.
    fn comes_from(&self, lot: usize) -> Vec<usize> {
        let (place, at, parent) = self.lots[lot].source;
        let document = &self.documents[place];
        if self.lots[lot].quantity == 0 {
            return Vec::new();
        }
        let of = |taking: &&Taking| {
            let (by, line) = (&self.documents[taking.by.0], taking.by);
            match (document.kind, document.lines[at].target) {
                (Kind::Completion, _) => by.kind == Kind::Consumption && by.of == document.of,
                (Kind::Receipt, Target::Line(order)) => {
                    by.kind == Kind::VendorShipment && by.part_of == Some(order)
                }
                (Kind::Back | Kind::PutBack, Target::Line(of)) => line == of,
                _ => false,
            }
        };
        let mut lots: Vec<usize> = self.takings.iter().filter(of).map(|taking| taking.lot).collect();
        lots.extend(parent);
        lots
    }

    /// Nothing can be made of itself.
    pub(crate) fn no_circle(&self) -> Outcome<()> {
        let mut open: Vec<usize> = (0..self.lots.len()).collect();
        // What comes from nothing that is still open is done; in a circle nothing is.
        loop {
            let before = open.len();
            let done = |lot: &usize| !self.comes_from(*lot).iter().any(|from| open.contains(from));
            let left = open.iter().copied().filter(|lot| !done(lot)).collect();
            open = left;
            match open.first() {
                None => return Ok(()),
                Some(lot) if open.len() == before => return Err(format!("lot {lot} is made of itself")),
                Some(_) => {}
            }
        }
    }

    fn brought(&self, place: usize, wanted: &mut Vec<Lot>) {
        let document = &self.documents[place];
        let mut slot = 0;
        for (at, line) in document.lines.iter().enumerate() {
            let backs = [Kind::Back, Kind::PutBack];
            let by_hand = [Kind::Opening, Kind::Found].contains(&document.kind)
                || document.kind == Kind::Count && line.amount >= 0;
            let mut bring = |from: Option<usize>, quantity: i128, warehouse: usize| {
                let old = from.map(|lot| &self.lots[lot]);
                let lot = Lot {
                    slot,
                    source: (
                        place,
                        at,
                        from.filter(|_| !backs.contains(&document.kind) || !line.lots.is_empty()),
                    ),
                    item: line.item,
                    warehouse,
                    day: document.day.clone(),
                    quantity: if document.live() { quantity } else { 0 },
                    batch: old.map_or(&line.batch, |old| &old.batch).clone(),
                    expiry: old.map_or(&line.expiry, |old| &old.expiry).clone(),
                };
                slot += 1;
                wanted.push(lot);
            };
            match (document.kind, line.target) {
                _ if by_hand => bring(None, line.quantity, document.warehouse),
                (Kind::Receipt, Target::Line(_)) if self.items[line.item].stocked => {
                    let back = self.returned_before((place, at));
                    bring(None, self.units((place, at)) - back, line.warehouse.unwrap_or(0));
                }
                (Kind::Arrival, Target::Line(_)) => {
                    let to = self.documents[document.of].to;
                    for (lot, units) in self.taken((place, at)) {
                        bring(Some(lot), units, to);
                    }
                }
                (Kind::Back | Kind::PutBack, Target::Line(of)) if line.lots.is_empty() => {
                    let first = self.taken(of).first().map(|(lot, _)| *lot);
                    bring(first, line.quantity, line.warehouse.unwrap_or(document.warehouse));
                }
                (Kind::Back | Kind::PutBack, _) => {
                    for (lot, units) in &line.lots {
                        bring(Some(*lot), *units, line.warehouse.unwrap_or(document.warehouse));
                    }
                }
                (Kind::Completion, _) => bring(None, line.quantity, document.warehouse),
                (Kind::Receipt, _) => slot += 1,
                _ => {}
            }
        }
    }

    /// Units of a receipt's line that went back before their bill.
    fn returned_before(&self, receipt: At) -> i128 {
        let returns = self
            .documents
            .iter()
            .filter(|document| document.live() && document.kind == Kind::Return && !document.for_credit);
        let lines = returns.flat_map(|document| &document.lines);
        lines.filter(|line| line.target == Target::Line(receipt)).map(|line| line.quantity).sum()
    }

    /// What lies in a warehouse at the end of a day, without what a document has moved.
    fn on_hand(&self, item: usize, warehouse: usize, day: &Day, without: usize) -> Vec<(usize, i128)> {
        let there = |(place, lot): (usize, &Lot)| {
            let here = lot.item == item && lot.warehouse == warehouse && lot.day <= *day;
            let left = self.takings.iter().filter(|taking| {
                taking.lot == place
                    && taking.by.0 != without
                    && taking.day.as_ref().is_some_and(|gone| gone <= day)
            });
            let left = lot.quantity - left.map(|taking| taking.to - taking.from).sum::<i128>();
            (here && lot.source.0 != without && left > 0).then_some((place, left))
        };
        self.lots.iter().enumerate().filter_map(there).collect()
    }

    /// What lies there on a day and goes back before its bill on a later one: units and the order's price for them.
    fn to_go_back(&self, item: usize, warehouse: usize, day: &Day) -> (i128, i128) {
        let mut found = (0, 0);
        let returns = self.documents.iter().filter(|back| back.kind == Kind::Return && back.live());
        for back in returns.filter(|back| !back.for_credit && back.day > *day) {
            for line in back.lines.iter().filter(|line| line.item == item) {
                let Target::Line((receipt, at)) = line.target else { continue };
                let arrived = &self.documents[receipt];
                let Target::Line(order) = arrived.lines[at].target else { continue };
                if arrived.day <= *day && arrived.lines[at].warehouse == Some(warehouse) {
                    found.0 += line.quantity;
                    found.1 += self.estimate_returned(order, line.quantity);
                }
            }
        }
        found
    }

    /// What lies there at the end of a day without what a document has moved: units and their value.
    pub(crate) fn worth_there(
        &self,
        item: usize,
        warehouse: usize,
        day: &Day,
        without: usize,
    ) -> (i128, i128) {
        let there = self.on_hand(item, warehouse, day, without);
        let (later_units, later_value) = self.to_go_back(item, warehouse, day);
        let value = there.iter().map(|(lot, _)| self.value_on(*lot, day, without)).sum::<i128>();
        (there.iter().map(|(_, units)| units).sum::<i128>() + later_units, value + later_value)
    }

    /// A count sheet says what is there; its lines become what is more (an amount), or what is less (an amount below 0).
    pub(crate) fn count(&mut self, place: usize) -> Outcome<()> {
        let mut document = self.documents[place].clone();
        if document.counted.is_empty() {
            document.counted = document.lines;
        }
        let (mut ins, mut outs) = (Vec::new(), Vec::new());
        for mut line in document.counted.clone() {
            let (units, value) = self.worth_there(line.item, document.warehouse, &document.day, place);
            let more = line.quantity - units;
            line.quantity = more.abs();
            if more < 0 {
                line.amount = -1;
                outs.push(line);
            } else if more > 0 {
                line.amount = match line.price {
                    -1 if units > 0 => round(round(value * 10i128.pow(10), units) * more, 10i128.pow(10)),
                    -1 => round(self.items[line.item].price * more, 10i128.pow(10)),
                    price => round(price * more, 10i128.pow(10)),
                };
                ins.push(line);
            }
        }
        ins.extend(outs);
        self.documents[place].counted = document.counted;
        self.documents[place].lines = ins;
        Ok(())
    }
}
