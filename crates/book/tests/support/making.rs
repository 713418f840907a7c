//! The verbs of production: bills, routings, manufacturing orders and their facts, parts sent to vendors.

use book::*;
use money::{Amount, Percent, Quantity, UnitPrice};

use super::{Outcome, Shop, Words, after, day, has, number, quantity, unreadable};

impl Shop {
    /// `workstation SAW rate 30.00`, `bom …`, `routing …`
    pub fn making_record(&self, words: &Words<'_>) -> Outcome<Option<(Record, Option<u32>)>> {
        let head = &words.head;
        let (code, name) = (Text::from(head[1]), Text::from(head[1]));
        let days = || -> Outcome<(Option<Day>, Option<Day>)> {
            Ok((after(head, "from").map(day).transpose()?, after(head, "until").map(day).transpose()?))
        };
        let batch = || after(head, "per").map_or(Ok(Quantity::units(1)), quantity);
        Ok(Some(match head[0] {
            "workstation" => {
                let rate = after(head, "rate").map_or(Ok(UnitPrice::ZERO), number)?;
                let id = self.book.workstations().find(&code);
                (Record::Workstation(Workstation { code, name, rate }), id)
            }
            "bom" => {
                let (from, until) = days()?;
                let part = |line: &[&str]| -> Outcome<BillPart> {
                    let scrap = after(line, "scrap").map_or(Ok(Percent::ZERO), number)?;
                    Ok(BillPart { item: self.item(line[1])?, quantity: quantity(line[0])?, scrap })
                };
                let parts = self.each(&words.lines, part)?;
                let (item, batch) = (self.item(head[2])?, batch()?);
                let id = self.book.bills_of_materials().find(&code);
                (Record::BillOfMaterials(BillOfMaterials { code, name, item, batch, from, until, parts }), id)
            }
            "routing" => {
                let (from, until) = days()?;
                let operations = self.each(&words.lines, |line| self.routing_operation(line))?;
                let (item, batch) = (self.item(head[2])?, batch()?);
                let id = self.book.routings().find(&code);
                (Record::Routing(Routing { code, name, item, batch, from, until, operations }), id)
            }
            _ => return Ok(None),
        }))
    }

    /// `CUT at SAW 0.5 h setup 1 h people 2 labour 20.00 overhead 30.00 fixed 10.00 variable 1.50`
    fn routing_operation(&self, line: &[&str]) -> Outcome<RoutingOperation> {
        let workstation = match after(line, "at") {
            Some(code) => match self.book.workstations().find(code) {
                Some(id) => Some(WorkstationId::new(id)),
                None => return unreadable(format!("no workstation {code}")),
            },
            None => None,
        };
        let price = |word| after(line, word).map_or(Ok(UnitPrice::ZERO), number);
        Ok(RoutingOperation {
            name: line[0].into(),
            workstation,
            setup: after(line, "setup").map_or(Ok(Quantity::ZERO), quantity)?,
            hours: hours(line)?.unwrap_or(Quantity::ZERO),
            people: after(line, "people").map_or(Ok(1), number)?,
            labour_rate: price("labour")?,
            overhead_rate: after(line, "overhead").map(number).transpose()?,
            fixed: after(line, "fixed").map_or(Ok(Amount::ZERO), |text| self.amount(text))?,
            variable: price("variable")?,
        })
    }

    /// Commands on orders: `abort`, `reopen MO-1`, `makefor`.
    pub fn making_turn(&self, words: &Words<'_>) -> Outcome<Option<Command>> {
        let head = &words.head;
        Ok(Some(match head[0] {
            "abort" => {
                let Some(order) = after(head, "of") else { return unreadable("abort FN-1 DAY of MO-1") };
                let order = self.find(Kind::ManufacturingOrder, order)?;
                let back = has(head, "putting-back");
                let parts = if back { PutBackKind::Returned } else { PutBackKind::Lost };
                Command::CancelOrder { order, day: day(head[2])?, parts }
            }
            "reopen" if head.len() == 2 => {
                Command::ReopenOrder(self.find(Kind::ManufacturingOrder, head[1])?)
            }
            "makefor" => {
                let plan = MakePlan {
                    day: day(head[3])?,
                    warehouse: self.warehouse(after(head, "into").unwrap_or("Main"))?,
                    parts_from: after(head, "out-of").map(|code| self.warehouse(code)).transpose()?,
                    levels: if has(head, "levels") { Levels::All } else { Levels::One },
                };
                if head[1] == "short" {
                    return Ok(Some(Command::MakeShort { item: self.item(head[2])?, plan }));
                }
                let document = self.find(Kind::CustomerOrder, head[1])?;
                let line = number::<u16>(head[2])?.saturating_sub(1);
                Command::MakeFor { line: LineRef { document, line }, plan }
            }
            _ => return Ok(None),
        }))
    }

    /// Documents of production.
    pub fn making_content(&self, words: &Words<'_>) -> Outcome<Option<Content>> {
        let (head, lines) = (&words.head, &words.lines);
        let on = day(head[2])?;
        let place = |word| after(head, word).map(|code| self.warehouse(code)).transpose();
        Ok(Some(match head[0] {
            "make" => self.manufacturing_order(head, lines, on)?.into(),
            "consume" => {
                let order = self.find(Kind::ManufacturingOrder, self.of(head)?)?;
                let line = |line: &[&str]| -> Outcome<ConsumptionLine> {
                    Ok(ConsumptionLine {
                        item: self.item(line[1])?,
                        quantity: quantity(line[0])?,
                        part: None,
                        warehouse: after(line, "out-of").map(|code| self.warehouse(code)).transpose()?,
                        takings: self.takings(line, line[1])?.into(),
                    })
                };
                Consumption { order, day: on, warehouse: place("out-of")?, lines: self.each(lines, line)? }
                    .into()
            }
            "putback" | "lost" => {
                let of = self.any(self.of(head)?)?;
                let line = |line: &[&str]| -> Outcome<ReturnLine> {
                    let takings = self.takings(line, line[1])?;
                    Ok(ReturnLine { line: self.line(of, line[1])?, quantity: quantity(line[0])?, takings })
                };
                let kind = if head[0] == "lost" { PutBackKind::Lost } else { PutBackKind::Returned };
                let reason = self.reason(head)?;
                PutBack {
                    of,
                    day: on,
                    kind,
                    warehouse: place("into")?,
                    reason,
                    lines: self.each(lines, line)?,
                }
                .into()
            }
            "work" => self.work(head, on)?.into(),
            "finish" => {
                let order = self.find(Kind::ManufacturingOrder, self.of(head)?)?;
                let units = |word| after(head, word).map_or(Ok(Quantity::ZERO), quantity);
                Completion {
                    order,
                    day: on,
                    quantity: quantity(head[5])?,
                    scrapped: units("scrap")?,
                    abnormal: units("abnormal")?,
                    warehouse: place("into")?,
                    batch: after(head, "batch").map(Text::from),
                    expiry: after(head, "expires").map(day).transpose()?,
                    outcome: if has(head, "partly") {
                        book::Outcome::Partial
                    } else {
                        book::Outcome::Finished
                    },
                }
                .into()
            }
            // Only to change it: a new one is a command of its own.
            "abort" => {
                let order = self.find(Kind::ManufacturingOrder, self.of(head)?)?;
                let (none, outcome) = (Quantity::ZERO, book::Outcome::Cancelled);
                let (quantity, scrapped, abnormal) = (none, none, none);
                let (warehouse, batch, expiry) = (None, None, None);
                Completion { order, day: on, quantity, scrapped, abnormal, warehouse, batch, expiry, outcome }
                    .into()
            }
            "send" => {
                let order = self.find(Kind::PurchaseOrder, self.of(head)?)?;
                let Some(line) = after(head, self.of(head)?) else {
                    return unreadable("send VS-1 DAY of PO-1 1");
                };
                VendorShipment {
                    order,
                    line: number::<u16>(line)?.saturating_sub(1),
                    warehouse: self.warehouse(after(head, "out-of").unwrap_or("Main"))?,
                    day: on,
                    picked: (!has(head, "planned")).then_some(on),
                    lines: self.each(lines, |line| self.stock_out(line))?,
                }
                .into()
            }
            _ => return Ok(None),
        }))
    }

    fn manufacturing_order(
        &self,
        head: &[&str],
        lines: &[Vec<&str>],
        on: Day,
    ) -> Outcome<ManufacturingOrder> {
        if head.len() < 5 {
            return unreadable("make MO-1 DAY 10 TABLE");
        }
        let warehouse = self.warehouse(after(head, "into").unwrap_or("Main"))?;
        let source = match after(head, "for") {
            Some(order) => {
                let document = self.find(Kind::CustomerOrder, order)?;
                let line = after(head, order).map_or(Ok(1), number::<u16>)?;
                Some(LineRef { document, line: line.saturating_sub(1) })
            }
            None => None,
        };
        let (mut parts, mut operations) = (Vec::new(), Vec::new());
        for line in lines {
            if line[0] == "op" {
                operations.push(self.planned_operation(&line[1..])?);
                continue;
            }
            parts.push(PlannedPart {
                item: self.item(line[1])?,
                quantity: quantity(line[0])?,
                warehouse: after(line, "out-of").map(|code| self.warehouse(code)).transpose()?,
                unit_cost: after(line, "@").map(number).transpose()?,
                takings: self.takings(line, line[1])?,
            });
        }
        Ok(ManufacturingOrder {
            item: self.item(head[4])?,
            quantity: quantity(head[3])?,
            day: on,
            due: after(head, "due").map(day).transpose()?,
            warehouse,
            parts_from: after(head, "out-of").map(|code| self.warehouse(code)).transpose()?,
            source,
            planning: if has(head, "records") { Planning::FromRecords } else { Planning::ByHand },
            bill_of_materials: None,
            routing: None,
            booked: after(head, "booked").map(day).transpose()?,
            parts,
            operations,
        })
    }

    fn planned_operation(&self, line: &[&str]) -> Outcome<PlannedOperation> {
        let one = self.routing_operation(line)?;
        Ok(PlannedOperation {
            name: one.name,
            workstation: one.workstation,
            hours: one.hours,
            people: one.people,
            labour_rate: one.labour_rate,
            overhead_rate: one.overhead_rate,
            fixed: one.fixed,
            variable: one.variable,
        })
    }

    /// `work W-1 DAY on MO-1 CUT 3.5 h people 2 paused`
    fn work(&self, head: &[&str], on: Day) -> Outcome<Work> {
        let Some(name) = after(head, "on") else { return unreadable("work W-1 DAY on MO-1 CUT 3.5 h") };
        let order = self.find(Kind::ManufacturingOrder, name)?;
        let progress = match () {
            () if has(head, "running") => Progress::Running,
            () if has(head, "paused") => Progress::Paused,
            () => Progress::Finished,
        };
        Ok(Work {
            order,
            operation: self.operation(order, after(head, name).unwrap_or("?"))?,
            day: on,
            hours: hours(head)?,
            people: after(head, "people").map_or(Ok(1), number)?,
            person: after(head, "by").map(Text::from),
            progress,
        })
    }

    /// An operation of an order by its name.
    pub fn operation(&self, order: DocumentId, name: &str) -> Outcome<u16> {
        if let Some(place) = name.strip_prefix("operation-") {
            return number::<u16>(place).map(|place| place.saturating_sub(1));
        }
        let found = match self.book.document(order).map(Document::content) {
            Some(Content::ManufacturingOrder(order)) => {
                order.operations.iter().position(|operation| &*operation.name == name)
            }
            _ => None,
        };
        found.map_or_else(|| unreadable(format!("no operation {name}")), |place| Ok(place as u16))
    }

    /// `operation MO-1 CUT shipped DAY`
    pub fn bought_operation(&self, head: &[&str]) -> Outcome<Option<BoughtOperation>> {
        let Some(name) = after(head, "operation") else { return Ok(None) };
        let order = self.find(Kind::ManufacturingOrder, name)?;
        let operation = self.operation(order, after(head, name).unwrap_or("?"))?;
        Ok(Some(BoughtOperation { order, operation, shipped: after(head, "shipped").map(day).transpose()? }))
    }
}

/// The hours of a line: `0.5 h`, but not those of `setup 1 h`.
fn hours(words: &[&str]) -> Outcome<Option<Quantity>> {
    let at = (1..words.len()).find(|at| words[*at] == "h" && (*at < 2 || words[at - 2] != "setup"));
    at.map(|at| quantity(words[at - 1])).transpose()
}
