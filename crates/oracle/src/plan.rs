//! Orders made from a customer order's line, or because something is short.
//!
//! Wanted are 30, of which 6 are free and 10 expected; 5 are to be kept: 19 are short, and an order for 19 is made by
//! bill and routing. With all levels the parts that are then short are made too, if they have a bill.

use crate::Oracle;
use crate::document::{At, Day, Document, Kind};
use crate::number::Outcome;
use crate::read::{after, word};

impl Oracle {
    /// `makefor CO-1 2 DAY …` or `makefor short TABLE DAY … [all levels]`.
    pub(crate) fn make_for(&mut self, head: &[&str]) -> Outcome<()> {
        let day = word(head, 3)?.to_owned();
        if head[1] == "short" {
            return self.make_short(head, self.item(head[2])?, &day);
        }
        let line: usize = head[2].parse().map_err(|_| "a line of the order by its number")?;
        let at = (self.find(head[1])?, line.saturating_sub(1));
        let item = self.documents[at.0].lines[at.1].item;
        let mut missing = self.units(at);
        for (place, order) in self.documents.iter().enumerate() {
            if order.live() && order.kind == Kind::Make && order.part_of == Some(at) {
                let made: i128 = self.made_by(place, None).into_iter().map(|(good, _, _)| good).sum();
                missing -= if self.ending(place).is_some() { made } else { made.max(order.quantity) };
            }
        }
        self.make_by_records(head, item, missing, Some(at), &day)
    }

    fn make_short(&mut self, head: &[&str], item: usize, day: &Day) -> Outcome<()> {
        let units = self.short(item);
        if units <= 0 {
            return Ok(());
        }
        self.make_by_records(head, item, units, None, day)?;
        if head.ends_with(&["all", "levels"]) {
            let parts = self.parts_by_bill(item, units, day, 0);
            for part in parts.iter().map(|part| part.item) {
                if self.recipe("bom ", part, day).is_some() {
                    self.make_short(head, part, day)?;
                }
            }
        }
        Ok(())
    }

    fn make_by_records(
        &mut self,
        head: &[&str],
        item: usize,
        quantity: i128,
        part_of: Option<At>,
        day: &Day,
    ) -> Outcome<()> {
        let warehouse = self.place(after(head, "into").unwrap_or("Main"))?;
        let parts = after(head, "out-of").map(|code| self.place(code)).transpose()?;
        let mut order = Document {
            kind: Kind::Make,
            number: "-".into(),
            day: day.clone(),
            of: usize::MAX,
            item,
            quantity,
            part_of,
            warehouse,
            to: parts.unwrap_or(warehouse),
            ..Document::default()
        };
        self.read_plan(&["by", "records"], &[], None, &mut order)?;
        self.number(&mut order);
        self.save(None, order)
    }

    /// Wanted and to be kept, less what is free and what is expected.
    fn short(&self, item: usize) -> i128 {
        let mut short = self.items[item].reorder;
        for (place, lot) in self.lots.iter().enumerate().filter(|(_, lot)| lot.item == item) {
            let taken = self.takings.iter().filter(|taking| taking.lot == place);
            short -= lot.quantity - taken.map(|taking| taking.to - taking.from).sum::<i128>();
        }
        for (place, document) in self.documents.iter().enumerate().filter(|(_, document)| document.live()) {
            match document.kind {
                Kind::Demand => short += self.still_wanted(place, item),
                Kind::Order => short -= self.still_to_be_received(place, item),
                Kind::Make if self.ending(place).is_none() => {
                    for (at, _) in document.lines.iter().enumerate().filter(|(_, part)| part.item == item) {
                        let booked: i128 = self.taken((place, at)).iter().map(|(_, units)| units).sum();
                        let used = self.consumed((place, at), None, None);
                        short += (document.lines[at].quantity - used - booked).max(0);
                    }
                    if document.item == item {
                        let made = self.made_by(place, None).into_iter().map(|(good, _, _)| good);
                        short -= (document.quantity - made.sum::<i128>()).max(0);
                    }
                }
                _ => {}
            }
        }
        short
    }

    fn still_wanted(&self, order: usize, item: usize) -> i128 {
        let lines = self.documents[order].lines.iter().enumerate();
        let wanted: i128 =
            lines.filter(|(_, line)| line.item == item).map(|(at, _)| self.units((order, at))).sum();
        let shipped = self.those_of(order, Kind::Shipment).into_iter();
        let shipped = shipped.flat_map(|place| &self.documents[place].lines);
        let shipped: i128 = shipped.filter(|line| line.item == item).map(|line| line.quantity).sum();
        (wanted - shipped).max(0)
    }

    fn still_to_be_received(&self, order: usize, item: usize) -> i128 {
        let lines = self.documents[order].lines.iter().enumerate();
        let open = lines.filter(|(_, line)| line.item == item && line.closed.is_none());
        open.map(|(at, _)| (self.units((order, at)) - self.received_units((order, at))).max(0)).sum()
    }
}
