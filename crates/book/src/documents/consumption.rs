//! Parts used by a manufacturing order (POST-4.1): they leave stock for work in progress, at the cost of their lots.
//!
//! A line takes what its order has booked first, then the shelf's order, or lots by hand (INV-3). Without lines a consumption is
//! all that is left of the plan.
//! Not here: what comes back (`put_back.rs`), what the order makes of it (`manufacturing_order.rs`).

use thin_vec::ThinVec;

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Consumption, ConsumptionLine, Content, Kind, ManufacturingOrder, Taking};
use crate::ids::{DocumentId, LineRef, WarehouseId};
use crate::refusal::{Code, Refusal};
use crate::stock::Standing;

use super::check::name_lot;
use super::{Checked, manufacturing_order, returns};

const BACK: &str = "Delete the put-back first.";

pub(crate) fn check(at: Checked<'_>, mut consumption: Consumption) -> Result<Consumption, Refusal> {
    at.day(consumption.day)?;
    manufacturing_order::takes_fact(at, consumption.order, consumption.day, "consuming parts")?;
    if let Some(warehouse) = consumption.warehouse {
        at.warehouse(warehouse)?;
    }
    let Some(order) = manufacturing_order::content(at.book, consumption.order) else {
        return Ok(consumption);
    };
    if consumption.lines.is_empty() {
        consumption.lines = rest_of_plan(at, consumption.order, order);
    }
    at.lines(Kind::Consumption, consumption.lines.len())?;
    for line in &mut consumption.lines {
        find_part(line, consumption.warehouse, order)?;
    }
    let kept = |line: usize| {
        let line = consumption.lines.get(line)?;
        Some((line.item, line.quantity, line.warehouse?, Some(consumption.day)))
    };
    let before = at.id.map_or(0, |id| at.book.documents[id.index()].lines.len());
    returns::keeps_lines(at, before, kept, BACK)?;
    let mut fork = (at.id.is_some() || order.booked.is_some()).then(|| at.book.clone());
    if let (Some(fork), Some(id)) = (&mut fork, at.id) {
        fork.release_all(id);
    }
    let mut spoken = Spoken::new();
    for (number, line) in consumption.lines.iter_mut().enumerate() {
        at.stocked(line.item)?;
        at.quantity("quantity", line.quantity)?;
        let warehouse = line.warehouse.unwrap_or(order.warehouse);
        at.warehouse(warehouse)?;
        let wanted = Wanted { item: line.item, warehouse, day: consumption.day, quantity: line.quantity };
        let had = at.id.map(|id| at.book.takings_of(id, number)).unwrap_or_default();
        let part = line.part.map(|part| LineRef { document: consumption.order, line: part });
        line.takings = match (&mut fork, part) {
            (Some(fork), Some(part)) => off_the_booking(fork, part, wanted, &line.takings, had, &mut spoken)?,
            (fork, _) => {
                choose(fork.as_ref().unwrap_or(at.book), wanted, &line.takings, &had, &mut spoken)?.into()
            }
        };
        returns::keeps_named(at, number, &line.takings, BACK)?;
        own_product(at, consumption.order, &line.takings)?;
    }
    Ok(consumption)
}

/// Chooses lots for a line: those that it had, then what is booked for its part, then what is free. What it takes of the
/// booking the next line doesn't find there.
fn off_the_booking(
    book: &mut Book,
    part: LineRef,
    wanted: Wanted,
    by_hand: &[Taking],
    had: Vec<Taking>,
    spoken: &mut Spoken,
) -> Result<ThinVec<Taking>, Refusal> {
    let mut booked = book.takings_of(part.document, usize::from(part.line));
    book.release_line(part);
    let before: Vec<Taking> = had.into_iter().chain(booked.iter().copied()).collect();
    let takings = merged(choose(book, wanted, by_hand, &before, spoken)?);
    takings.iter().for_each(|taking| manufacturing_order::take_off(&mut booked, *taking));
    book.take_line(part, &booked, wanted.day, Standing::Booked);
    Ok(takings.into())
}

/// A lot once, with all that stood on it.
fn merged(takings: Vec<Taking>) -> Vec<Taking> {
    let mut merged: Vec<Taking> = Vec::with_capacity(takings.len());
    for taking in takings {
        match merged.iter_mut().find(|one| one.lot == taking.lot) {
            Some(one) => one.quantity = crate::stock::plus(one.quantity, taking.quantity),
            None => merged.push(taking),
        }
    }
    merged
}

fn rest_of_plan(at: Checked<'_>, id: DocumentId, order: &ManufacturingOrder) -> Vec<ConsumptionLine> {
    let line = |(number, part): (usize, &crate::content::PlannedPart)| ConsumptionLine {
        item: part.item,
        quantity: manufacturing_order::open_part(at.book, id, number, at.id),
        part: Some(number as u16),
        warehouse: None,
        takings: ThinVec::new(),
    };
    let lines = order.parts.iter().enumerate().map(line);
    lines.filter(|line| !line.quantity.is_zero()).collect()
}

/// The part of the plan that a line uses, and where it lies.
fn find_part(
    line: &mut ConsumptionLine,
    warehouse: Option<WarehouseId>,
    order: &ManufacturingOrder,
) -> Result<(), Refusal> {
    let named = line.part.map(usize::from);
    if let Some(part) = named
        && order.parts.get(part).is_none_or(|part| part.item != line.item)
    {
        let refusal = Refusal::new(Code::BadValue).with("field", "part").with("value", part + 1);
        return Err(refusal.with("why", "the order's plan has another item there"));
    }
    let wanted = line.warehouse.or(warehouse);
    let fits = |part: &crate::content::PlannedPart| part.item == line.item;
    let here = order
        .parts
        .iter()
        .position(|part| fits(part) && wanted.is_none_or(|place| part.warehouse == Some(place)));
    let found = named.or(here).or_else(|| order.parts.iter().position(fits));
    line.part = found.map(|part| part as u16);
    let planned = found.and_then(|part| order.parts[part].warehouse);
    line.warehouse = Some(wanted.or(planned).or(order.parts_from).unwrap_or(order.warehouse));
    Ok(())
}

/// An order can't be made of its own product, however far that went.
fn own_product(at: Checked<'_>, order: DocumentId, takings: &[Taking]) -> Result<(), Refusal> {
    let after = |id: &DocumentId| !at.book.documents[id.index()].dependents.is_empty();
    let mut loops = vec![order];
    loops.extend(at.id.filter(after));
    if !manufacturing_order::has_completions(at.book, order) {
        loops.remove(0);
    }
    for target in loops {
        if let Some(taking) = takings.iter().find(|taking| at.book.comes_from(taking.lot, target)) {
            let refusal =
                Refusal::new(Code::Cycle).with("lot", format!("Lot {}", name_lot(at.book, taking.lot)));
            return Err(refusal.with("number", at.book.documents[target.index()].number()));
        }
    }
    Ok(())
}

pub(crate) fn put(book: &mut Book, id: DocumentId, consumption: &Consumption) {
    book.documents[id.index()].reserve_lines(consumption.lines.len());
    if book.documents[id.index()].is_live() {
        for (number, line) in consumption.lines.iter().enumerate() {
            let by = LineRef { document: id, line: number as u16 };
            match line.part {
                Some(part) => {
                    manufacturing_order::take_for(
                        book,
                        consumption.order,
                        part,
                        by,
                        &line.takings,
                        consumption.day,
                    );
                }
                None => book.take_line(by, &line.takings, consumption.day, Standing::Taken),
            }
        }
        // The movements say which lots were taken, so it isn't kept twice.
        let mut stored = consumption.clone();
        stored.lines.iter_mut().for_each(|line| line.takings = ThinVec::new());
        book.documents[id.index()].content = Content::from(stored);
    }
    returns::mark_again(book, id);
}
