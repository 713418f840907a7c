//! Statements of production and subcontracting, read into documents.
//!
//! `finish FN-1 2026-03-09 of MO-1 10 scrap 1` becomes a document with one line of 10 good units; a consumption without lines
//! gets those that its order's plan has left. Not here: what they cost (`pool`), which lots they take (`stock`).

use crate::Oracle;
use crate::document::{At, Day, Document, Kind, Line, Operation, Scrap, Target, Time, or};
use crate::number::{Outcome, millionths, round};
use crate::read::{WHOLE, after, word};
use crate::recipe::step;

impl Oracle {
    /// What the head of a document of production says.
    pub(crate) fn read_production(&self, head: &[&str], document: &mut Document) -> Outcome<()> {
        match document.kind {
            Kind::Order => {
                if let Some(at) = head.iter().position(|word| *word == "operation") {
                    let order = self.find(word(head, at + 1)?)?;
                    document.part_of = Some(self.operation(order, word(head, at + 2)?)?);
                    document.shipped = after(head, "shipped").map(str::to_owned);
                }
            }
            Kind::Make => {
                document.quantity = millionths(word(head, 3)?)?;
                document.item = self.item(word(head, 4)?)?;
                document.warehouse = self.place(after(head, "into").unwrap_or("Main"))?;
                let parts = after(head, "out-of").map(|code| self.place(code)).transpose()?;
                document.to = parts.unwrap_or(document.warehouse);
                document.booked = after(head, "booked").map(str::to_owned);
                if let Some(at) = head.iter().position(|word| *word == "for") {
                    let line: usize = word(head, at + 2)?.parse().map_err(|_| "the line by its number")?;
                    document.part_of = Some((self.find(word(head, at + 1)?)?, line.saturating_sub(1)));
                }
            }
            Kind::Work => {
                document.of = self.find(after(head, "on").ok_or("work is on an order")?)?;
                document.part_of = Some(self.operation(document.of, word(head, 5)?)?);
                document.time = Time {
                    hours: if head.get(7) == Some(&"h") { millionths(head[6])? } else { 0 },
                    people: after(head, "people").map_or(Ok(WHOLE), millionths)?,
                    finished: !head.contains(&"running") && !head.contains(&"paused"),
                };
            }
            Kind::Completion => {
                let order = &self.documents[document.of];
                let place = after(head, "into").map_or(Ok(order.warehouse), |code| self.place(code))?;
                let scrapped = |word| after(head, word).map_or(Ok(0), millionths);
                document.warehouse = place;
                document.scrap = Scrap {
                    normal: scrapped("scrap")?,
                    abnormal: scrapped("abnormal")?,
                    ends: !head.contains(&"partly"),
                };
                document.lines.push(Line {
                    item: order.item,
                    factor: (1, 1),
                    quantity: if head[0] == "finish" { millionths(word(head, 5)?)? } else { 0 },
                    warehouse: Some(place),
                    batch: after(head, "batch").map(str::to_owned),
                    expiry: after(head, "expires").map(str::to_owned),
                    tracking: or(&self.warehouses[place].tracking, &self.items[order.item].tracking),
                    ..Line::default()
                });
            }
            Kind::VendorShipment => {
                let line: usize = word(head, 5)?.parse().map_err(|_| "a line of the order by its number")?;
                document.part_of = Some((document.of, line.saturating_sub(1)));
                document.picked = (!head.contains(&"planned")).then(|| document.day.clone());
            }
            _ => {}
        }
        Ok(())
    }

    /// `CUT`, or `operation-2` for the second one.
    fn operation(&self, order: usize, name: &str) -> Outcome<At> {
        if let Some(at) = name.strip_prefix("operation-") {
            let at: usize = at.parse().map_err(|_| format!("no {name}"))?;
            return Ok((order, at.saturating_sub(1)));
        }
        let found = self.documents[order].operations.iter().position(|operation| operation.name == name);
        found.map(|at| (order, at)).ok_or_else(|| format!("no operation {name}"))
    }

    /// An order's operations, and its parts if records say them; what a part is planned to cost is chosen once.
    pub(crate) fn read_plan(
        &self,
        head: &[&str],
        lines: &[Vec<&str>],
        place: Option<usize>,
        order: &mut Document,
    ) -> Outcome<()> {
        if head.ends_with(&["by", "records"]) {
            order.lines = self.parts_by_bill(order.item, order.quantity, &order.day, order.to);
            order.operations = self.operations_by_routing(order.item, order.quantity, &order.day);
        }
        for words in lines.iter().filter(|words| words[0] == "op") {
            let step = step(&words[1..])?;
            order.operations.push(self.plan(&step, step.of_batch.hours));
        }
        let before = place.map_or(&[][..], |place| &self.documents[place].lines);
        for (at, line) in order.lines.iter_mut().enumerate().filter(|(_, line)| line.price < 0) {
            let before = before.get(at).filter(|before| before.item == line.item);
            line.price = before.map_or_else(|| self.usual_cost(line, &order.day), |before| before.price);
        }
        // An operation that is no longer there keeps its place with nothing to do.
        let before = place.map_or(&[][..], |place| &self.documents[place].operations);
        for gone in before.iter().skip(order.operations.len()) {
            let nothing = Operation { name: gone.name.clone(), ..Operation::default() };
            order.operations.push(nothing);
        }
        Ok(())
    }

    /// What a unit of the lot cost that would be booked next; else its item's purchase price.
    fn usual_cost(&self, part: &Line, day: &Day) -> i128 {
        let lots = self.lots_in_order(part.item, part.warehouse.unwrap_or(0), day);
        match lots.into_iter().find(|lot| self.free(*lot) > 0) {
            Some(lot) => {
                let cost: i128 = self.cost(lot).values().sum();
                round(cost * 10i128.pow(10), self.lots[lot].quantity)
            }
            None => self.items[part.item].price,
        }
    }

    /// Parts that a plan has left: of a manufacturing order, or of an order's line by its bill of materials.
    pub(crate) fn parts_left(
        &self,
        place: Option<usize>,
        document: &Document,
        out_of: Option<&str>,
    ) -> Outcome<Vec<Line>> {
        let out_of = out_of.map(|code| self.place(code)).transpose()?;
        let mut lines = Vec::new();
        if let Some(line) = document.part_of {
            let order = &self.documents[line.0];
            let item = order.lines[line.1].item;
            lines = self.parts_by_bill(item, self.units(line), &order.day, document.warehouse);
            for part in &mut lines {
                part.target = Target::Line(line);
                part.quantity -= self.sent(line, part.item, place);
            }
        } else {
            for (at, part) in self.documents[document.of].lines.iter().enumerate() {
                let used = self.consumed((document.of, at), None, place);
                lines.push(Line {
                    item: part.item,
                    factor: (1, 1),
                    quantity: part.quantity - used,
                    warehouse: out_of.or(part.warehouse),
                    part: Some(at),
                    ..Line::default()
                });
            }
        }
        lines.retain(|line| line.quantity > 0);
        Ok(lines)
    }

    /// What vendor shipments have sent of an item for a line, put-backs and losses off.
    fn sent(&self, line: At, item: usize, without: Option<usize>) -> i128 {
        let shipments = self.documents.iter().enumerate();
        let shipments = shipments.filter(|(place, document)| {
            let sent = document.kind == Kind::VendorShipment && document.part_of == Some(line);
            document.live() && sent && Some(*place) != without
        });
        let lines = shipments.flat_map(|(place, document)| {
            document.lines.iter().enumerate().map(move |(at, line)| ((place, at), line))
        });
        lines
            .filter(|(_, sent)| sent.item == item)
            .map(|(at, sent)| sent.quantity - self.put_back(at, None))
            .sum()
    }

    /// Units of a line that came back or were lost, by the end of a day.
    pub(crate) fn put_back(&self, line: At, day: Option<&Day>) -> i128 {
        let returns = self.returns_of(line).into_iter();
        let returns = returns.filter(|(place, _)| day.is_none_or(|day| self.documents[*place].day <= *day));
        returns.map(|(place, at)| self.documents[place].lines[at].quantity).sum()
    }

    /// The part of the plan that an item belongs to: the first of that item, in that warehouse if there is one.
    pub(crate) fn part_of(&self, order: usize, item: usize, warehouse: Option<usize>) -> Option<usize> {
        let parts = self.documents[order].lines.iter();
        let fits = |part: &&Line| part.item == item && part.quantity > 0;
        let same = parts.clone().position(|part| fits(&part) && part.warehouse == warehouse);
        same.or_else(|| parts.clone().position(|part| fits(&part)))
    }

    /// Where a part is taken from unless the consumption says it.
    pub(crate) fn place_of_part(&self, order: usize, item: usize) -> usize {
        let part = self.part_of(order, item, None);
        part.and_then(|at| self.documents[order].lines[at].warehouse).unwrap_or(self.documents[order].to)
    }

    /// The live documents of a kind that belong to an order, in order of entry.
    pub(crate) fn those_of(&self, order: usize, kind: Kind) -> Vec<usize> {
        let fits = |place: &usize| {
            let document = &self.documents[*place];
            document.live() && document.kind == kind && document.of == order
        };
        (0..self.documents.len()).filter(fits).collect()
    }

    /// What of a part has been consumed by the end of a day, put-backs off.
    pub(crate) fn consumed(&self, (order, part): At, day: Option<&Day>, without: Option<usize>) -> i128 {
        let mut units = 0;
        for place in self.those_of(order, Kind::Consumption) {
            let document = &self.documents[place];
            if Some(place) == without || day.is_some_and(|day| document.day > *day) {
                continue;
            }
            for (at, line) in document.lines.iter().enumerate() {
                if line.part == Some(part) {
                    units += line.quantity - self.put_back((place, at), day);
                }
            }
        }
        units
    }

    /// The live completion that ended an order.
    pub(crate) fn ending(&self, order: usize) -> Option<usize> {
        let mut completions = self.those_of(order, Kind::Completion).into_iter();
        completions.rfind(|place| self.documents[*place].scrap.ends)
    }

    /// Puts back all that is still consumed, where it came from, a document for each consumption.
    pub(crate) fn put_all_back(&mut self, order: usize, day: &Day) -> Outcome<()> {
        for place in self.those_of(order, Kind::Consumption) {
            let mut back = Document {
                kind: Kind::PutBack,
                number: "-".into(),
                day: day.clone(),
                of: place,
                ..Document::default()
            };
            for (at, line) in self.documents[place].lines.iter().enumerate() {
                let units = line.quantity - self.put_back((place, at), None);
                if units > 0 {
                    back.lines.push(Line {
                        item: line.item,
                        target: Target::Line((place, at)),
                        quantity: units,
                        factor: (1, 1),
                        warehouse: line.warehouse,
                        ..Line::default()
                    });
                }
            }
            if !back.lines.is_empty() {
                self.number(&mut back);
                self.save(None, back)?;
            }
        }
        Ok(())
    }
}
