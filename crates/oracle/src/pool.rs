//! What orders take up and what they give: manufacturing orders, bought operations, parts at a vendor.
//!
//! An order for 10 took parts for 80.00; 20.00 of the plan are still to come. 4 finished carry 40.00, later, when the order
//! ends with 6 more and 30.00 more, 44.00 of the 110.00. Each day is worked out by itself; an entry is what a day changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::Oracle;
use crate::accounts::named;
use crate::cost::{Entries, add, later};
use crate::document::{At, Day, Document, Kind, Target, or};
use crate::number::{part, round, share};
use crate::post::{Books, WIP, loss, minus};
use crate::read::WHOLE;

/// Units that a completion gave, good or abnormally scrapped, by their place in the order's row.
#[derive(Clone, Copy, Debug)]
struct Given {
    completion: usize,
    abnormal: bool,
    from: i128,
    to: i128,
}

fn add_all(entries: &mut Entries, more: Entries) {
    for (day, amount) in more {
        add(entries, &day, amount);
    }
}

fn until(entries: &Entries, day: &Day) -> i128 {
    entries.range(..=day.clone()).map(|(_, amount)| amount).sum()
}

/// hours × rate, in cents.
fn hours_at(hours: i128, rate: i128) -> i128 {
    round(hours * rate, 10i128.pow(10))
}

impl Oracle {
    /// What a return of parts carries, all its lots.
    fn put_back_cost(&self, at: At) -> Entries {
        let lots = &self.documents[at.0].lines[at.1].lots;
        let mut entries = if lots.is_empty() { self.returned(at, None) } else { Entries::new() };
        for (lot, _) in lots {
            add_all(&mut entries, self.returned(at, Some(*lot)));
        }
        entries
    }

    /// What a consumption or vendor shipment took, less what was put back or lost of it.
    fn took(&self, place: usize) -> Entries {
        let mut entries = Entries::new();
        for at in 0..self.documents[place].lines.len() {
            add_all(&mut entries, self.line_cost((place, at), None));
            for back in self.returns_of((place, at)) {
                add_all(&mut entries, minus(&self.put_back_cost(back)));
            }
        }
        entries
    }

    /// Good, abnormally and normally scrapped units of an order's live completions, by the end of a day.
    pub(crate) fn made_by(&self, order: usize, day: Option<&Day>) -> Vec<(i128, i128, i128)> {
        let completions =
            self.those_of(order, Kind::Completion).into_iter().map(|place| &self.documents[place]);
        let completions = completions.filter(|document| day.is_none_or(|day| document.day <= *day));
        completions
            .map(|document| (document.lines[0].quantity, document.scrap.abnormal, document.scrap.normal))
            .collect()
    }

    /// Live work records of an operation.
    fn work(&self, (order, operation): At) -> Vec<&Document> {
        let work = self.those_of(order, Kind::Work).into_iter().map(|place| &self.documents[place]);
        work.filter(|work| work.part_of == Some((order, operation))).collect()
    }

    fn start(&self, operation: At) -> Option<&Day> {
        self.work(operation).into_iter().map(|work| &work.day).min()
    }

    /// An operation's plan: labour and overhead.
    fn planned(&self, (order, at): At) -> (i128, i128) {
        let operation = &self.documents[order].operations[at];
        let people = round(operation.hours * operation.people, WHOLE);
        let variable = round(operation.variable * self.documents[order].quantity, 10i128.pow(10));
        let overhead = hours_at(operation.hours, operation.overhead) + operation.fixed + variable;
        (hours_at(people, operation.labour), overhead)
    }

    /// What a started operation has cost in the end.
    fn actual(&self, (order, at): At) -> (i128, i128) {
        let (operation, work) = (&self.documents[order].operations[at], self.work((order, at)));
        let hours: i128 = work.iter().map(|work| work.time.hours).sum();
        if hours == 0 && work.iter().any(|work| work.time.finished) {
            return self.planned((order, at));
        }
        let people = work.iter().map(|work| work.time.hours * work.time.people).sum();
        let made: i128 =
            self.made_by(order, None).iter().map(|(good, abnormal, normal)| good + abnormal + normal).sum();
        let overhead = hours_at(hours, operation.overhead)
            + operation.fixed
            + round(operation.variable * made, 10i128.pow(10));
        (hours_at(round(people, WHOLE), operation.labour), overhead)
    }

    /// Labour and overhead of an operation by day: the plan at its start, the rest when the order ends.
    fn operation_entries(&self, operation: At) -> (Entries, Entries) {
        let (mut labour, mut overhead) = (Entries::new(), Entries::new());
        if let Some(start) = self.start(operation) {
            let planned = self.planned(operation);
            add(&mut labour, start, planned.0);
            add(&mut overhead, start, planned.1);
            if let Some(end) = self.ending(operation.0) {
                let (end, actual) = (later(&self.documents[end].day, start), self.actual(operation));
                add(&mut labour, &end, actual.0 - planned.0);
                add(&mut overhead, &end, actual.1 - planned.1);
            }
        }
        (labour, overhead)
    }

    /// What an order's line for an operation brings, goods and fees apart: fee, entries.
    fn bought(&self, line: At) -> (Entries, Vec<(usize, Entries)>) {
        let fees = self.documents.iter().enumerate();
        let fees = fees.filter(|(_, fee)| fee.live() && fee.kind == Kind::Fee && fee.on.contains(&line.0));
        (self.goods(line), fees.map(|(fee, _)| (fee, self.fee_of_order(fee, line))).collect())
    }

    /// All that a manufacturing order has taken up, by day.
    fn pool(&self, order: usize) -> Entries {
        let mut pool = Entries::new();
        for place in self.those_of(order, Kind::Consumption) {
            add_all(&mut pool, self.took(place));
        }
        for at in 0..self.documents[order].operations.len() {
            let (labour, overhead) = self.operation_entries((order, at));
            add_all(&mut pool, labour);
            add_all(&mut pool, overhead);
        }
        for (place, document) in self.documents.iter().enumerate() {
            let operation = document.part_of.is_some_and(|(of, _)| of == order);
            if document.live() && document.kind == Kind::Order && operation {
                for at in 0..document.lines.len() {
                    let (goods, fees) = self.bought((place, at));
                    add_all(&mut pool, goods);
                    fees.into_iter().for_each(|(_, entries)| add_all(&mut pool, entries));
                }
            }
        }
        pool
    }

    /// The rest of the plan at the end of a day.
    fn rest_of_plan(&self, order: usize, day: &Day) -> i128 {
        let document = &self.documents[order];
        let parts = document.lines.iter().enumerate().map(|(at, line)| {
            let missing = line.quantity - self.consumed((order, at), Some(day), None);
            hours_at(missing.max(0), line.price)
        });
        let operations = (0..document.operations.len()).filter(|at| {
            let start = self.start((order, *at));
            start.is_none_or(|start| start > day)
        });
        let operations =
            operations.map(|at| self.planned((order, at))).map(|(labour, overhead)| labour + overhead);
        parts.sum::<i128>() + operations.sum::<i128>()
    }

    /// The row of what an order gave: completions by day and entry, in each the good units first.
    fn row_of_units(&self, order: usize) -> Vec<Given> {
        let mut completions = self.those_of(order, Kind::Completion);
        completions.sort_by_key(|place| (&self.documents[*place].day, *place));
        let (mut row, mut end) = (Vec::new(), 0);
        for completion in completions {
            let document = &self.documents[completion];
            for (abnormal, units) in [(false, document.lines[0].quantity), (true, document.scrap.abnormal)] {
                row.push(Given { completion, abnormal, from: end, to: end + units });
                end += units;
            }
        }
        row
    }

    /// What each interval of the row carries, as entries.
    fn given(&self, order: usize) -> Vec<(Given, Entries)> {
        let (row, pool) = (self.row_of_units(order), self.pool(order));
        let ordered = self.documents[order].quantity;
        let end = self.ending(order).map(|place| self.documents[place].day.clone());
        let mut before = vec![0; row.len()];
        let mut given: Vec<(Given, Entries)> = row.iter().map(|units| (*units, Entries::new())).collect();
        for day in self.days_of(order, &pool) {
            let there = |units: &&Given| self.documents[units.completion].day <= day;
            let units = row.iter().filter(there).map(|units| units.to).max().unwrap_or(0);
            let reached = until(&pool, &day);
            let planned = share(reached + self.rest_of_plan(order, &day), units, ordered);
            let carried = match &end {
                Some(end) if *end <= day => reached,
                _ => planned.max(reached.min(0)).min(reached.max(0)),
            };
            for (at, (one, entries)) in given.iter_mut().enumerate() {
                let now = if there(&&*one) { part(carried, one.from, one.to, units) } else { 0 };
                add(entries, &day, now - before[at]);
                before[at] = now;
            }
        }
        given
    }

    /// Days on which what an order carries may change.
    fn days_of(&self, order: usize, pool: &Entries) -> BTreeSet<Day> {
        let mut days: BTreeSet<Day> = pool.keys().cloned().collect();
        for kind in [Kind::Completion, Kind::Consumption, Kind::Work] {
            days.extend(
                self.those_of(order, kind).into_iter().map(|place| self.documents[place].day.clone()),
            );
        }
        for place in self.those_of(order, Kind::Consumption) {
            let lines = (0..self.documents[place].lines.len()).flat_map(|at| self.returns_of((place, at)));
            days.extend(lines.map(|(back, _)| self.documents[back].day.clone()));
        }
        days
    }

    /// What the good units of a completion carry.
    pub(crate) fn finished(&self, completion: usize) -> Entries {
        let given = self.given(self.documents[completion].of).into_iter();
        let mut good = given.filter(|(units, _)| units.completion == completion && !units.abnormal);
        good.next().map(|(_, entries)| entries).unwrap_or_default()
    }

    /// The parts that were sent for a receipt: its place among what has been received, day by day.
    pub(crate) fn parts_of(&self, lot: usize) -> Entries {
        let (place, at, _) = self.lots[lot].source;
        let mut entries = Entries::new();
        let Target::Line(line) = self.documents[place].lines[at].target else { return entries };
        if self.documents[place].kind != Kind::Receipt || self.lots[lot].quantity == 0 {
            return entries;
        }
        let mut pool = Entries::new();
        for (place, document) in self.documents.iter().enumerate() {
            if document.live() && document.kind == Kind::VendorShipment && document.part_of == Some(line) {
                add_all(&mut pool, self.took(place));
            }
        }
        let row = self.row(line);
        let of = |receipt: At| self.documents[receipt.0].day.clone();
        let closed = self.closing(line).map(|(day, _)| day);
        let mut days: BTreeSet<Day> = pool.keys().cloned().collect();
        days.extend(row.iter().map(|(receipt, _, _)| of(*receipt)));
        days.extend(closed.clone());
        let Some((_, from, to)) = row.iter().find(|(receipt, _, _)| *receipt == (place, at)) else {
            return entries;
        };
        let mut before = 0;
        for day in days {
            let received = row.iter().filter(|(receipt, _, _)| of(*receipt) <= day).map(|(_, _, to)| *to);
            let received = received.max().unwrap_or(0);
            let open = closed.as_ref().is_none_or(|closed| *closed > day);
            let whole = if open { self.units(line).max(received) } else { received };
            let there = self.documents[place].day <= day;
            let now = if there { part(until(&pool, &day), *from, *to, whole) } else { 0 };
            add(&mut entries, &day, now - before);
            before = now;
        }
        entries
    }

    /// POST-3, POST-4, POST-2.3: what orders, operations and losses post themselves; lots and takings do the rest.
    pub(crate) fn post_production(&self, place: usize, books: &mut Books) {
        let document = &self.documents[place];
        let wip = |_: &Day| WIP.to_owned();
        match document.kind {
            Kind::Order if document.part_of.is_some() => {
                for at in 0..document.lines.len() {
                    let (goods, fees) = self.bought((place, at));
                    let purchases = named("Purchases", &self.line_tracking((place, at)));
                    books.post_all(&goods, "purchasing", wip, |_| purchases.clone());
                    for (fee, entries) in fees {
                        let purchases = named("Purchases", &self.documents[fee].tracking);
                        books.post_all(&entries, "purchasing", wip, |_| purchases.clone());
                    }
                }
            }
            Kind::Make => {
                for at in 0..document.operations.len() {
                    let (labour, overhead) = self.operation_entries((place, at));
                    books.post_all(&labour, "production", wip, |_| "Direct labour".into());
                    books.post_all(&overhead, "production", wip, |_| "Manufacturing overheads".into());
                }
                let given = self.given(place);
                for (units, entries) in given.iter().filter(|(units, _)| units.abnormal) {
                    self.post_loss(units.completion, 0, entries, books);
                }
                let nothing = given.iter().all(|(units, _)| units.from == units.to);
                if let Some(end) = self.ending(place).filter(|_| nothing) {
                    let mut lost = BTreeMap::new();
                    for (day, amount) in self.pool(place) {
                        add(&mut lost, &later(&day, &self.documents[end].day), amount);
                    }
                    self.post_loss(end, 0, &lost, books);
                }
            }
            Kind::Lost => {
                for at in 0..document.lines.len() {
                    self.post_loss(place, at, &self.put_back_cost((place, at)), books);
                }
            }
            _ => {}
        }
    }

    fn post_loss(&self, place: usize, at: usize, entries: &Entries, books: &mut Books) {
        let document = &self.documents[place];
        let tracking = or(&document.lines[at].tracking, &document.tracking);
        let loss = loss(document, &tracking);
        books.post_all(entries, "production", |_| loss.clone(), |_| WIP.to_owned());
    }
}
