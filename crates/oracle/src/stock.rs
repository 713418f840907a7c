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
        if self.documents[place].live() {
            self.take(place)?;
        } else {
            self.release(place);
        }
        self.refresh_lots()
    }

    pub(crate) fn withdraw(&mut self, place: usize, life: Life) {
        self.documents[place].life = life;
        self.release(place);
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
        if self.takes(place) {
            self.documents[place].lines.iter_mut().for_each(|line| line.lots.clear());
        }
        self.move_stock(place)
    }

    pub(crate) fn pick(&mut self, place: usize, day: Option<Day>) {
        self.documents[place].picked = day.clone();
        for taking in self.takings.iter_mut().filter(|taking| taking.by.0 == place) {
            taking.day = day.clone();
        }
    }

    pub(crate) fn rebook(&mut self, place: usize) -> Outcome<()> {
        self.release(place);
        self.documents[place].lines.iter_mut().for_each(|line| line.lots.clear());
        self.move_stock(place)
    }

    /// Gives everything back that a document has taken; an arrival gives it to its transfer.
    fn release(&mut self, place: usize) {
        for line in 0..self.documents[place].lines.len() {
            self.give_back((place, line), None, i128::MAX);
        }
    }

    /// The day from which what a document takes is gone; none while it is booked.
    fn gone(&self, place: usize) -> Option<Day> {
        let document = &self.documents[place];
        match document.kind {
            Kind::Shipment => document.picked.clone(),
            Kind::Transfer => None,
            _ => Some(document.day.clone()),
        }
    }

    fn takes(&self, place: usize) -> bool {
        let document = &self.documents[place];
        let outs = [Kind::WriteOff, Kind::Count, Kind::Transfer, Kind::Arrival, Kind::Shipment];
        outs.contains(&document.kind) || document.kind == Kind::Return && document.for_credit
    }

    fn take(&mut self, place: usize) -> Outcome<()> {
        if !self.takes(place) {
            return Ok(());
        }
        let lines = 0..self.documents[place].lines.len();
        // First everybody gives back what is too much, so that another line can have it.
        let mut wanted = Vec::new();
        for line in lines.clone() {
            wanted.push(self.kept(place, line));
        }
        for (line, (kept, _)) in wanted.iter().enumerate() {
            let had: Vec<(usize, i128)> = self.taken((place, line));
            for (lot, units) in had {
                let keep = kept.iter().find(|(other, _)| *other == lot).map_or(0, |(_, units)| *units);
                self.give_back((place, line), Some(lot), units - keep);
            }
        }
        let gone = self.gone(place);
        for taking in self.takings.iter_mut().filter(|taking| taking.by.0 == place) {
            taking.day = gone.clone();
        }
        for (line, (mut kept, missing)) in wanted.into_iter().enumerate() {
            for (lot, units) in &kept {
                let has = self
                    .taken((place, line))
                    .iter()
                    .filter(|(other, _)| other == lot)
                    .map(|(_, u)| u)
                    .sum::<i128>();
                self.put((place, line), *lot, units - has)?;
            }
            let mut missing = missing;
            for lot in self.choices(place, line) {
                let units = missing.min(self.free(place, line, lot));
                if units > 0 {
                    self.put((place, line), lot, units)?;
                    match kept.iter_mut().find(|(other, _)| *other == lot) {
                        Some((_, kept)) => *kept += units,
                        None => kept.push((lot, units)),
                    }
                    missing -= units;
                }
            }
            if missing > 0 {
                return Err(format!("{} units are not there", missing));
            }
            self.documents[place].lines[line].lots = kept;
        }
        Ok(())
    }

    /// What a line goes on having, lot by lot, and how much more it needs: lots named by hand are all it has.
    fn kept(&self, place: usize, at: usize) -> (Vec<(usize, i128)>, i128) {
        let document = &self.documents[place];
        let line = &document.lines[at];
        let out = document.kind != Kind::Count || line.amount < 0;
        let mut missing = if out { line.quantity } else { 0 };
        if !line.lots.is_empty() && document.kind != Kind::Arrival {
            return (line.lots.clone(), 0);
        }
        let mut kept = Vec::new();
        for (lot, units) in self.taken((place, at)) {
            let still = &self.lots[lot];
            let fits = still.item == line.item
                && (document.kind == Kind::Arrival
                    || document.kind == Kind::Return
                    || still.warehouse == document.warehouse)
                && still.day <= *document.picked.as_ref().unwrap_or(&document.day);
            let units = if fits { units.min(missing) } else { 0 };
            if units > 0 {
                kept.push((lot, units));
                missing -= units;
            }
        }
        (kept, missing)
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
        if let (Kind::Arrival, Target::Line((transfer, of))) = (document.kind, line.target) {
            return self.documents[transfer].lines[of].lots.iter().map(|(lot, _)| *lot).collect();
        }
        if let (Kind::Return, Target::Line((receipt, of))) = (document.kind, line.target) {
            let source = (receipt, of, None);
            return (0..self.lots.len()).filter(|lot| self.lots[*lot].source == source).collect();
        }
        let day = document.picked.as_ref().unwrap_or(&document.day);
        let item = &self.items[line.item];
        let fits = |lot: &usize| {
            let lot = &self.lots[*lot];
            let expired = item.fefo && lot.expiry.as_ref().is_some_and(|expiry| expiry < day);
            lot.item == line.item && lot.warehouse == document.warehouse && lot.day <= *day && !expired
        };
        let mut lots: Vec<usize> = (0..self.lots.len()).filter(fits).collect();
        lots.sort_by_key(|lot| {
            let expiry = self.lots[*lot].expiry.clone().filter(|_| item.fefo);
            (item.fefo && expiry.is_none(), expiry, self.received(*lot), *lot)
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

    /// How much a line can have of a lot: what nobody has, or for an arrival what its transfer has.
    fn free(&self, place: usize, at: usize, lot: usize) -> i128 {
        let line = &self.documents[place].lines[at];
        let of = |taking: &&Taking| taking.lot == lot;
        let units = |taking: &Taking| taking.to - taking.from;
        match (self.documents[place].kind, line.target) {
            (Kind::Arrival, Target::Line(transfer)) => {
                self.takings.iter().filter(of).filter(|taking| taking.by == transfer).map(units).sum()
            }
            _ => self.lots[lot].quantity - self.takings.iter().filter(of).map(units).sum::<i128>(),
        }
    }

    /// Gives units to a line, the lowest first.
    fn put(&mut self, by: At, lot: usize, mut units: i128) -> Outcome<()> {
        let (day, of) = (self.gone(by.0), self.documents[by.0].lines[by.1].target);
        let holder = match (self.documents[by.0].kind, of) {
            (Kind::Arrival, Target::Line(transfer)) => Some(transfer),
            _ => None,
        };
        while units > 0 {
            let (from, end) = self
                .lowest(lot, holder)
                .ok_or_else(|| format!("{} units are not there in lot {lot}", units))?;
            let to = end.min(from + units);
            if let Some(transfer) = holder {
                self.cut(transfer, lot, from, to);
            }
            self.takings.push(Taking { lot, by, from, to, day: day.clone() });
            units -= to - from;
        }
        Ok(())
    }

    /// The lowest interval that is free, or that a holder has booked.
    fn lowest(&self, lot: usize, holder: Option<At>) -> Option<(i128, i128)> {
        let mut row: Vec<&Taking> = self.takings.iter().filter(|taking| taking.lot == lot).collect();
        row.sort_by_key(|taking| taking.from);
        if let Some(holder) = holder {
            let first = row.iter().find(|taking| taking.by == holder);
            return first.map(|taking| (taking.from, taking.to));
        }
        let mut at = 0;
        for taking in row {
            if at < taking.from {
                return Some((at, taking.from));
            }
            at = taking.to;
        }
        (at < self.lots[lot].quantity).then_some((at, self.lots[lot].quantity))
    }

    /// Takes an interval away from what a line has.
    fn cut(&mut self, by: At, lot: usize, from: i128, to: i128) {
        let mut rest = Vec::new();
        for taking in std::mem::take(&mut self.takings) {
            if taking.by != by || taking.lot != lot || taking.to <= from || to <= taking.from {
                rest.push(taking);
                continue;
            }
            if taking.from < from {
                rest.push(Taking { to: from, ..taking.clone() });
            }
            if to < taking.to {
                rest.push(Taking { from: to, ..taking });
            }
        }
        self.takings = rest;
    }

    /// Gives units back, the highest first, of one lot or of all.
    fn give_back(&mut self, by: At, lot: Option<usize>, mut units: i128) {
        let (kind, of) = (self.documents[by.0].kind, self.documents[by.0].lines[by.1].target);
        while units > 0 {
            let of_line = |taking: &&Taking| taking.by == by && lot.is_none_or(|lot| taking.lot == lot);
            let highest = self.takings.iter().filter(of_line).max_by_key(|taking| taking.from).cloned();
            let Some(taking) = highest else { return };
            let from = taking.from.max(taking.to - units);
            self.cut(by, taking.lot, from, taking.to);
            units -= taking.to - from;
            if let (Kind::Arrival, Target::Line(transfer)) = (kind, of) {
                self.takings.push(Taking { by: transfer, from, day: None, ..taking });
            }
        }
    }
}
