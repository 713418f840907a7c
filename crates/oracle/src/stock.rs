//! Lots, and who has which of their units.
//!
//! A lot's units stand in a row. A line takes the lowest free ones; an arrival takes those that its transfer has booked,
//! the first first. A lot of 10 with units 0 to 2 and 4 to 6 taken gives the next three at 2 to 4 and 6 to 7.

use crate::Oracle;
use crate::document::{At, Day, Document, Kind, Life, Line, Taking, Target};
use crate::number::{Outcome, round};

impl Oracle {
    /// A line's quantity in stock units.
    pub(crate) fn units(&self, (document, line): At) -> i128 {
        let line = &self.documents[document].lines[line];
        round(line.quantity * line.factor.0, line.factor.1)
    }

    pub(crate) fn save(&mut self, place: Option<usize>, document: Document) -> Outcome<()> {
        let place = match place {
            None => {
                self.documents.push(document);
                self.documents.len() - 1
            }
            Some(place) => {
                let before = std::mem::replace(&mut self.documents[place], document);
                let now = &mut self.documents[place];
                now.life = before.life;
                for (line, before) in now.lines.iter_mut().zip(&before.lines) {
                    line.closed = before.closed.clone();
                }
                // A line that is no longer there keeps its place with nothing in it.
                let gone = before.lines.into_iter().skip(now.lines.len());
                for gone in gone.filter(|_| now.kind != Kind::Count) {
                    now.lines.push(Line { quantity: 0, amount: 0, lots: Vec::new(), ..gone });
                }
                place
            }
        };
        if self.documents[place].kind == Kind::Count {
            self.count(place)?;
            let lines = self.documents[place].lines.len();
            self.takings.retain(|taking| taking.by.0 != place || taking.by.1 < lines);
        }
        self.move_stock(place)
    }

    /// After a document has changed: its lots, and what it takes.
    fn move_stock(&mut self, place: usize) -> Outcome<()> {
        self.refresh_lots()?;
        if self.documents[place].live() && self.takes(place) {
            self.take(place)?;
        } else {
            self.release(place);
        }
        // An order that has ended needs nothing more, also if it is reopened.
        for order in 0..self.documents.len() {
            if self.documents[order].kind == Kind::Make && self.ending(order).is_some() {
                self.release(order);
                self.documents[order].booked = None;
            }
        }
        self.refresh_lots()?;
        self.no_circle()
    }

    /// What is withdrawn gives everything back; of an arrival, to its transfer.
    fn give_back(&mut self, place: usize) {
        self.release(place);
        if self.documents[place].kind == Kind::Arrival {
            self.arrive(place).expect("the transfer has what it had");
        }
    }

    pub(crate) fn withdraw(&mut self, place: usize, life: Life) {
        self.documents[place].life = life;
        self.give_back(place);
        // What stands on an order goes with it: its receipts and fees.
        if self.documents[place].kind == Kind::Order {
            for other in 0..self.documents.len() {
                let document = &self.documents[other];
                let receipt = document.kind == Kind::Receipt && document.of == place;
                if document.live() && (receipt || document.on.contains(&place)) {
                    self.withdraw(other, life);
                }
            }
        }
        self.refresh_lots().expect("nothing is left that somebody uses");
    }

    pub(crate) fn reinstate(&mut self, place: usize) -> Outcome<()> {
        self.documents[place].life = Life::Live;
        if self.documents[place].kind == Kind::Count {
            self.count(place)?;
        }
        if self.takes(place) {
            self.documents[place].lines.iter_mut().for_each(|line| line.lots.clear());
        }
        self.move_stock(place)
    }

    /// Picking gives a booking back and takes the same lots, from another day.
    pub(crate) fn pick(&mut self, place: usize, day: Option<Day>) -> Outcome<()> {
        self.documents[place].picked = day;
        self.move_stock(place)
    }

    pub(crate) fn rebook(&mut self, place: usize) -> Outcome<()> {
        self.release(place);
        self.documents[place].lines.iter_mut().for_each(|line| line.lots.clear());
        self.move_stock(place)
    }

    /// Gives everything back that a document has taken.
    fn release(&mut self, place: usize) {
        self.takings.retain(|taking| taking.by.0 != place);
    }

    /// The day from which what a document takes is gone; none while it is booked.
    fn gone(&self, place: usize) -> Option<Day> {
        let document = &self.documents[place];
        match document.kind {
            Kind::Shipment | Kind::VendorShipment => document.picked.clone(),
            Kind::Transfer | Kind::Make => None,
            _ => Some(document.day.clone()),
        }
    }

    fn takes(&self, place: usize) -> bool {
        let document = &self.documents[place];
        match document.kind {
            Kind::WriteOff | Kind::Count | Kind::Transfer | Kind::Arrival | Kind::Shipment => true,
            Kind::Consumption | Kind::VendorShipment => true,
            Kind::Make => document.booked.is_some(),
            Kind::Return => document.for_credit,
            _ => false,
        }
    }

    /// Where a line takes from.
    fn out_of(&self, (place, at): At) -> usize {
        let document = &self.documents[place];
        match document.kind {
            Kind::Make | Kind::Consumption => document.lines[at].warehouse.unwrap_or(document.warehouse),
            _ => document.warehouse,
        }
    }

    /// The day on which what a document takes must be there.
    fn needed(&self, place: usize) -> &Day {
        let document = &self.documents[place];
        document.picked.as_ref().or(document.booked.as_ref()).unwrap_or(&document.day)
    }

    /// A document gives everything back and takes what it needs, line by line.
    fn take(&mut self, place: usize) -> Outcome<()> {
        let lines = 0..self.documents[place].lines.len();
        let before: Vec<_> = lines.map(|line| self.taken((place, line))).collect();
        self.release(place);
        if self.documents[place].kind == Kind::Arrival {
            return self.arrive(place);
        }
        for (line, before) in before.into_iter().enumerate() {
            let lots = self.lots_for((place, line), &before)?;
            let rest = self.give_up((place, line), &lots);
            for (lot, units) in &lots {
                self.put((place, line), *lot, *units)?;
            }
            for (part, lot, units) in rest {
                self.put(part, lot, units)?;
            }
            self.documents[place].lines[line].lots = lots;
        }
        Ok(())
    }

    /// The lots of a line: those named by hand; else those it had before, as far as they go, then the first there are.
    fn lots_for(&self, (place, at): At, before: &[(usize, i128)]) -> Outcome<Vec<(usize, i128)>> {
        let document = &self.documents[place];
        let line = &document.lines[at];
        let out = document.kind != Kind::Count || line.amount < 0;
        let mut missing = if out { line.quantity } else { 0 };
        if document.kind == Kind::Make {
            missing = (missing - self.consumed((place, at), None, None)).max(0);
        }
        if !line.lots.is_empty() {
            return Ok(self.by_hand((place, at), missing));
        }
        let day = self.needed(place);
        let keeps = [Kind::Shipment, Kind::Transfer, Kind::Make, Kind::Consumption, Kind::VendorShipment];
        let before = if keeps.contains(&document.kind) { before } else { &[] };
        // First what it had; then what a consumption's order has booked for it; then what there is.
        let booked = self.part_taken((place, at)).map_or(Vec::new(), |part| self.taken(part));
        let fits = |lot: &usize| {
            let lot = &self.lots[*lot];
            (lot.item, lot.warehouse) == (line.item, self.out_of((place, at))) && lot.day <= *day
        };
        let mut wanted: Vec<(usize, i128)> =
            before.iter().chain(&booked).filter(|(lot, _)| fits(lot)).copied().collect();
        wanted.extend(self.choices(place, at).into_iter().map(|lot| (lot, i128::MAX)));
        let mut lots: Vec<(usize, i128)> = Vec::new();
        for (lot, most) in wanted {
            let of = |lots: &[(usize, i128)]| -> i128 {
                lots.iter().filter(|(other, _)| *other == lot).map(|(_, units)| units).sum()
            };
            let units = missing.min(most).min(self.free(lot) + of(&booked) - of(&lots));
            if units > 0 {
                lots.push((lot, units));
                missing -= units;
            }
        }
        if missing > 0 { Err(format!("{missing} millionths are not there")) } else { Ok(lots) }
    }

    /// Lots named by hand; an order books of them only what isn't consumed yet.
    fn by_hand(&self, (place, at): At, mut missing: i128) -> Vec<(usize, i128)> {
        let mut lots = self.documents[place].lines[at].lots.clone();
        if self.documents[place].kind == Kind::Make {
            for (lot, units) in &mut lots {
                let used = self
                    .takings
                    .iter()
                    .filter(|taking| taking.lot == *lot && self.part_taken(taking.by) == Some((place, at)));
                *units =
                    (*units - used.map(|taking| taking.to - taking.from).sum::<i128>()).clamp(0, missing);
                missing -= *units;
            }
            lots.retain(|(_, units)| *units > 0);
        }
        lots
    }

    /// The part of an order's plan that a line of a consumption takes.
    fn part_taken(&self, (place, at): At) -> Option<At> {
        let document = &self.documents[place];
        let line = document.lines.get(at).filter(|_| document.kind == Kind::Consumption)?;
        line.part.map(|part| (document.of, part))
    }

    /// If a consumption takes what its order has booked for the part, the order gives that booking back; what it books anew.
    fn give_up(&mut self, line: At, lots: &[(usize, i128)]) -> Vec<(At, usize, i128)> {
        let Some(part) = self.part_taken(line) else { return Vec::new() };
        let booked = self.taken(part);
        let units =
            |of: usize| -> i128 { lots.iter().filter(|(lot, _)| *lot == of).map(|(_, units)| units).sum() };
        if booked.iter().all(|(lot, _)| units(*lot) == 0) {
            return Vec::new();
        }
        self.takings.retain(|taking| taking.by != part);
        booked.into_iter().map(|(lot, had)| (part, lot, (had - units(lot)).max(0))).collect()
    }

    /// An arrival takes the first of what its transfer has booked; the transfer books the rest anew.
    fn arrive(&mut self, place: usize) -> Outcome<()> {
        let transfer = self.documents[place].of;
        self.release(transfer);
        for line in 0..self.documents[place].lines.len() {
            let Target::Line(of) = self.documents[place].lines[line].target else { continue };
            let mut missing = self.documents[place].lines[line].quantity;
            for (lot, units) in self.still_to_come(of) {
                let units = units.min(missing);
                if units > 0 && self.documents[place].live() {
                    self.put((place, line), lot, units)?;
                    missing -= units;
                }
            }
        }
        for line in 0..self.documents[transfer].lines.len() {
            for (lot, units) in self.still_to_come((transfer, line)) {
                self.put((transfer, line), lot, units)?;
            }
        }
        Ok(())
    }

    /// What a transfer's line has sent and no arrival has taken.
    fn still_to_come(&self, (transfer, line): At) -> Vec<(usize, i128)> {
        let mut rest = self.documents[transfer].lines[line].lots.clone();
        for taking in &self.takings {
            let by = &self.documents[taking.by.0].lines[taking.by.1];
            let arrived = self.documents[taking.by.0].kind == Kind::Arrival;
            let mut units = taking.to - taking.from;
            for (lot, left) in
                rest.iter_mut().filter(|_| arrived && by.target == Target::Line((transfer, line)))
            {
                if *lot == taking.lot {
                    let part = units.min(*left);
                    *left -= part;
                    units -= part;
                }
            }
        }
        rest.retain(|(_, units)| *units > 0);
        rest
    }

    /// What a line has, by lot, in the order in which it took them.
    pub(crate) fn taken(&self, by: At) -> Vec<(usize, i128)> {
        let mut taken: Vec<(usize, i128)> = Vec::new();
        for taking in self.takings.iter().filter(|taking| taking.by == by) {
            match taken.iter_mut().find(|(lot, _)| *lot == taking.lot) {
                Some((_, units)) => *units += taking.to - taking.from,
                None => taken.push((taking.lot, taking.to - taking.from)),
            }
        }
        taken
    }

    /// Lots that a line may take from, the first first.
    fn choices(&self, place: usize, at: usize) -> Vec<usize> {
        let document = &self.documents[place];
        let line = &document.lines[at];
        if let (Kind::Return, Target::Line((receipt, of))) = (document.kind, line.target) {
            let source = (receipt, of, None);
            return (0..self.lots.len()).filter(|lot| self.lots[*lot].source == source).collect();
        }
        let mut lots = self.lots_in_order(line.item, self.out_of((place, at)), self.needed(place));
        let day = self.needed(place);
        lots.retain(|lot| {
            let lot = &self.lots[*lot];
            let expired = lot.expiry.as_ref().is_some_and(|expiry| expiry < day);
            lot.source.0 != place && !(expired && self.items[lot.item].fefo)
        });
        lots
    }

    /// Lots of an item that lie in a warehouse on a day, the first first, expired ones too.
    pub(crate) fn lots_in_order(&self, item: usize, warehouse: usize, day: &Day) -> Vec<usize> {
        let fefo = self.items[item].fefo;
        let fits = |lot: &usize| {
            let lot = &self.lots[*lot];
            lot.item == item && lot.warehouse == warehouse && lot.day <= *day
        };
        let mut lots: Vec<usize> = (0..self.lots.len()).filter(fits).collect();
        lots.sort_by_key(|lot| {
            let expiry = self.lots[*lot].expiry.clone().filter(|_| fefo);
            (fefo && expiry.is_none(), expiry, self.received(*lot), *lot)
        });
        lots
    }

    /// The day of receipt: a moved part keeps that of the lot it comes from (INV-2).
    fn received(&self, lot: usize) -> Day {
        match self.lots[lot].source {
            (document, _, Some(parent)) if self.documents[document].kind == Kind::Arrival => {
                self.received(parent)
            }
            _ => self.lots[lot].day.clone(),
        }
    }

    /// How much of a lot nobody has.
    pub(crate) fn free(&self, lot: usize) -> i128 {
        let taken = self.takings.iter().filter(|taking| taking.lot == lot);
        self.lots[lot].quantity - taken.map(|taking| taking.to - taking.from).sum::<i128>()
    }

    /// Gives units to a line, the lowest first.
    fn put(&mut self, by: At, lot: usize, mut units: i128) -> Outcome<()> {
        let day = self.gone(by.0);
        while units > 0 {
            let (from, end) =
                self.lowest(lot).ok_or_else(|| format!("{units} are not there in lot {lot}"))?;
            let to = end.min(from + units);
            self.takings.push(Taking { lot, by, from, to, day: day.clone() });
            units -= to - from;
        }
        Ok(())
    }

    /// The lowest interval that is free.
    fn lowest(&self, lot: usize) -> Option<(i128, i128)> {
        let mut row: Vec<&Taking> = self.takings.iter().filter(|taking| taking.lot == lot).collect();
        row.sort_by_key(|taking| taking.from);
        let mut at = 0;
        for taking in row {
            if at < taking.from {
                return Some((at, taking.from));
            }
            at = taking.to;
        }
        (at < self.lots[lot].quantity).then_some((at, self.lots[lot].quantity))
    }
}
