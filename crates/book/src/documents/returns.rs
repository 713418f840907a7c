//! What comes back of what a document took: customers' goods of a shipment (POST-8.2), unused parts of a consumption
//! (POST-4.4) or of a vendor shipment (POST-2.3).
//!
//! Shipped 10 that cost 86.00, 5 come back: 43.00, and if a late freight bill brings the line to 90.00, 45.00. Where
//! somebody names the lots, they come back at theirs. Shares are cumulative over all returns of a line, so when everything came
//! back, its whole cost did. Parts lost at the vendor have their share and no lot.
//! Not here: what each kind of return posts (`customer_return.rs`, `put_back.rs`).

use std::collections::BTreeMap;

use money::Quantity;

use crate::book::Book;
use crate::content::{Content, PutBackKind, ReturnLine};
use crate::costs::Costs;
use crate::day::Day;
use crate::ids::{DocumentId, ItemId, LineRef, LotId, WarehouseId};
use crate::refusal::{Code, Refusal};
use crate::stock::{LotSeed, NONE, minus, plus};

use super::{Checked, lots};

/// A live return.
#[derive(Clone, Copy)]
pub(crate) struct Return<'b> {
    pub(crate) id: DocumentId,
    pub(crate) day: Day,
    pub(crate) kind: PutBackKind,
    warehouse: Option<WarehouseId>,
    lines: &'b [ReturnLine],
}

/// One lot that a return brings: of a line, maybe of a lot that somebody named.
pub(crate) struct Part {
    pub(crate) line: usize,
    pub(crate) quantity: Quantity,
    pub(crate) lot: Option<LotId>,
}

/// What one part of a return cost; lost parts have no lot.
pub(crate) struct PartCost {
    pub(crate) back: DocumentId,
    pub(crate) line: usize,
    pub(crate) lot: Option<LotId>,
    pub(crate) costs: Costs,
}

fn of_content(id: DocumentId, content: &Content) -> Option<(DocumentId, Return<'_>)> {
    match content {
        Content::CustomerReturn(back) => {
            let (day, lines, warehouse) = (back.day, &back.lines[..], Some(back.warehouse));
            Some((back.shipment, Return { id, day, kind: PutBackKind::Returned, warehouse, lines }))
        }
        Content::PutBack(back) => {
            let (day, kind, lines, warehouse) = (back.day, back.kind, &back.lines[..], back.warehouse);
            Some((back.of, Return { id, day, kind, warehouse, lines }))
        }
        _ => None,
    }
}

/// The live returns of what a document took, in order of entry.
pub(crate) fn live(book: &Book, of: DocumentId) -> impl Iterator<Item = Return<'_>> {
    book.documents[of.index()].dependents.iter().filter_map(|id| {
        let document = &book.documents[id.index()];
        let (_, back) = of_content(*id, &document.content)?;
        document.is_live().then_some(back)
    })
}

/// A line that took: its item, how much, from where.
pub(crate) fn taken(content: &Content, line: usize) -> Option<(ItemId, Quantity, WarehouseId)> {
    match content {
        Content::Shipment(c) => c.lines.get(line).map(|line| (line.item, line.quantity, c.warehouse)),
        Content::VendorShipment(c) => c.lines.get(line).map(|line| (line.item, line.quantity, c.warehouse)),
        Content::Consumption(c) => {
            let line = c.lines.get(line)?;
            Some((line.item, line.quantity, line.warehouse?))
        }
        _ => None,
    }
}

pub(crate) fn parts(lines: &[ReturnLine]) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in lines {
        let number = usize::from(line.line);
        if line.takings.is_empty() {
            parts.push(Part { line: number, quantity: line.quantity, lot: None });
        }
        for taking in &line.takings {
            parts.push(Part { line: number, quantity: taking.quantity, lot: Some(taking.lot) });
        }
    }
    parts
}

/// No more comes back than left, of each line and of each named lot. `left` is the day on which it left.
pub(crate) fn check(
    at: Checked<'_>,
    of: DocumentId,
    day: Day,
    left: Day,
    lines: &[ReturnLine],
) -> Result<(), Refusal> {
    if day < left {
        let refusal = Refusal::new(Code::BadValue).with("field", "day").with("value", day);
        return Err(refusal.with("why", format!("the goods left on {left}")));
    }
    let document = &at.book.documents[of.index()];
    let count = (0..).take_while(|line| taken(&document.content, *line).is_some()).count();
    for (number, line) in lines.iter().enumerate() {
        at.line(document, line.line, count)?;
        at.quantity("quantity", line.quantity)?;
        let at_line = usize::from(line.line);
        let Some((item, quantity, _)) = taken(&document.content, at_line) else { continue };
        let item = &at.book.items[item.0].code;
        let same = lines[..number].iter().filter(|other| other.line == line.line);
        let wanted = same.fold(line.quantity, |sum, other| plus(sum, other.quantity));
        let left = minus(quantity, returned(at.book, of, at_line, at.id));
        if wanted > left {
            let refusal = Refusal::new(Code::OverReturn).with("wanted", wanted).with("item", item);
            return Err(refusal.with("number", &document.number).with("left", left));
        }
        let chosen = line.takings.iter().fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity));
        if !line.takings.is_empty() && chosen != line.quantity {
            let refusal = Refusal::new(Code::TakingsDoNotSum).with("item", item);
            return Err(refusal.with("chosen", chosen).with("wanted", line.quantity));
        }
        for taking in &line.takings {
            let taken = taken_from(at.book, of, at_line, taking.lot);
            let back = named_so_far(at, of, lines, at_line, taking.lot);
            if back > taken {
                let lot = super::check::name_lot(at.book, taking.lot);
                let name = format!("lot {lot}, as far as {} took it,", document.number);
                let refusal = Refusal::new(Code::OverReturn).with("wanted", back).with("item", item);
                return Err(refusal.with("number", name).with("left", taken));
            }
        }
    }
    Ok(())
}

/// What the lots that a return brought can become: their takers keep their goods (INV-5).
pub(crate) fn check_lots(
    at: Checked<'_>,
    of: DocumentId,
    day: Day,
    warehouse: Option<WarehouseId>,
    lines: &[ReturnLine],
) -> Result<(), Refusal> {
    let content = &at.book.documents[of.index()].content;
    let parts = parts(lines);
    for (number, part) in parts.iter().enumerate() {
        let Some((item, _, from)) = taken(content, part.line) else { continue };
        lots::can_bring(at.book, at.id, number, item, warehouse.unwrap_or(from), day, part.quantity)?;
    }
    super::receipt::dropped_lines(at, parts.len())
}

/// Units of a line that came back or were lost.
pub(crate) fn returned(book: &Book, of: DocumentId, line: usize, without: Option<DocumentId>) -> Quantity {
    let returns = live(book, of).filter(|back| Some(back.id) != without);
    let parts = returns.flat_map(|back| parts(back.lines)).filter(|part| part.line == line);
    parts.fold(Quantity::ZERO, |sum, part| plus(sum, part.quantity))
}

/// The day on which something first came back.
pub(crate) fn first_day(book: &Book, of: DocumentId) -> Day {
    live(book, of).map(|back| back.day).min().unwrap_or(Day::LAST)
}

/// The lots that returns of a line name, and how much of each.
pub(crate) fn named(book: &Book, of: DocumentId, line: usize) -> BTreeMap<LotId, Quantity> {
    let mut named = BTreeMap::new();
    for part in live(book, of).flat_map(|back| parts(back.lines)).filter(|part| part.line == line) {
        if let Some(lot) = part.lot {
            let total = named.entry(lot).or_default();
            *total = plus(*total, part.quantity);
        }
    }
    named
}

/// Each return of a line, its day and how many units.
pub(crate) fn days(book: &Book, of: DocumentId, line: usize) -> impl Iterator<Item = (Day, Quantity)> {
    let parts =
        live(book, of).flat_map(|back| parts(back.lines).into_iter().map(move |part| (back.day, part)));
    parts.filter(move |(_, part)| part.line == line).map(|(day, part)| (day, part.quantity))
}

/// The parts of a live return that are of a line: the part's number and its units.
pub(crate) fn parts_of_line(book: &Book, back: DocumentId, line: usize) -> Vec<(usize, Quantity)> {
    let document = &book.documents[back.index()];
    let found = of_content(back, &document.content).filter(|_| document.is_live());
    let parts = found.map_or_else(Vec::new, |(_, back)| parts(back.lines));
    let parts = parts.into_iter().enumerate().filter(|(_, part)| part.line == line);
    parts.map(|(number, part)| (number, part.quantity)).collect()
}

/// The lots that came back of what a line took from a lot: those that name it, and those that name none.
pub(crate) fn came_back(book: &Book, by: LineRef, lot: LotId) -> Vec<LotId> {
    let mut found = Vec::new();
    for back in live(book, by.document) {
        for (number, part) in parts(back.lines).iter().enumerate() {
            if part.line == usize::from(by.line) && part.lot.is_none_or(|named| named == lot) {
                found.extend(lots::lot_of(book, back.id, number));
            }
        }
    }
    found
}

/// The lots that a lot that came back may come of.
pub(crate) fn sources(book: &Book, from: LineRef) -> Vec<LotId> {
    let Some((of, back)) = of_content(from.document, &book.documents[from.document.index()].content) else {
        return Vec::new();
    };
    match parts(back.lines).get(usize::from(from.line)) {
        Some(Part { lot: Some(lot), .. }) => vec![*lot],
        Some(part) => book.takings_of(of, part.line).iter().map(|taking| taking.lot).collect(),
        None => Vec::new(),
    }
}

fn taken_from(book: &Book, of: DocumentId, line: usize, lot: LotId) -> Quantity {
    let takings = book.takings_of(of, line);
    let of_lot = takings.iter().filter(|taking| taking.lot == lot);
    of_lot.fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity))
}

fn named_so_far(at: Checked<'_>, of: DocumentId, lines: &[ReturnLine], line: usize, lot: LotId) -> Quantity {
    let others = live(at.book, of).filter(|back| Some(back.id) != at.id);
    let all = others.flat_map(|back| parts(back.lines)).chain(parts(lines));
    all.filter(|part| part.line == line && part.lot == Some(lot))
        .fold(Quantity::ZERO, |sum, part| plus(sum, part.quantity))
}

/// What came back has the batch and expiry of what was taken, also after that was rebooked.
pub(crate) fn mark_again(book: &mut Book, of: DocumentId) {
    let returns: Vec<DocumentId> = live(book, of).map(|back| back.id).collect();
    for id in returns {
        put(book, id);
    }
}

/// Brings a return's lots.
pub(crate) fn put(book: &mut Book, id: DocumentId) {
    let content = book.documents[id.index()].content.clone();
    let Some((of, back)) = of_content(id, &content) else { return };
    let live = book.documents[id.index()].is_live() && back.kind == PutBackKind::Returned;
    let parts = parts(back.lines);
    for (number, part) in parts.iter().enumerate() {
        let Some((item, _, from)) = taken(&book.documents[of.index()].content, part.line) else { continue };
        let first = book.takings_of(of, part.line).first().map(|taking| taking.lot);
        let like = part.lot.or(first).and_then(|lot| book.lots.get(lot.index())).cloned();
        let seed = LotSeed {
            item,
            warehouse: back.warehouse.unwrap_or(from),
            from: LineRef { document: id, line: number as u16 },
            arrival: back.day,
            received: back.day,
            quantity: if live { part.quantity } else { Quantity::ZERO },
            parent: NONE,
            mark: like.and_then(|lot| lot.mark),
        };
        lots::bring(book, id, number, seed);
    }
    lots::drop_from(book, id, parts.len());
}

/// The lots that came back of what a document took.
pub(crate) fn lots(book: &Book, of: DocumentId) -> Vec<LotId> {
    let parts = live(book, of).flat_map(|back| (0..parts(back.lines).len()).map(move |part| (back.id, part)));
    parts.filter_map(|(back, part)| lots::lot_of(book, back, part)).collect()
}

/// What the lots cost that came back of what a document took.
pub(crate) fn lot_costs(book: &Book, of: DocumentId) -> Vec<(LotId, Costs)> {
    costs(book, of).into_iter().filter_map(|part| Some((part.lot?, part.costs))).collect()
}

/// What everything that came back, or was lost, of what a document took cost.
pub(crate) fn costs(book: &Book, of: DocumentId) -> Vec<PartCost> {
    let mut found = Vec::new();
    if live(book, of).next().is_some() {
        for line in 0..book.documents[of.index()].lines.len() {
            line_costs(book, of, line, &mut found);
        }
    }
    found
}

fn line_costs(book: &Book, of: DocumentId, line: usize, found: &mut Vec<PartCost>) {
    let (mut pool, mut units) = (Costs::default(), Quantity::ZERO);
    for id in book.documents[of.index()].lines[line].movements() {
        let movement = &book.movements[id.index()];
        pool.add_all(&book.movement_costs(movement), Day::FIRST);
        units = plus(units, movement.quantity);
    }
    // Named lots come back at their own cost; the others share what is left of the line.
    let mut named: Vec<(LotId, Quantity)> = Vec::new();
    let mut unnamed = Vec::new();
    for back in live(book, of) {
        for (number, part) in parts(back.lines).into_iter().enumerate().filter(|(_, part)| part.line == line)
        {
            let lot = lots::lot_of(book, back.id, number);
            if part.quantity.is_zero() || (lot.is_none() && back.kind == PutBackKind::Returned) {
                continue;
            }
            let Some(source) = part.lot else {
                unnamed.push((back, lot, part.quantity));
                continue;
            };
            let same = named.iter().filter(|(lot, _)| *lot == source);
            let before = same.fold(Quantity::ZERO, |sum, one| plus(sum, one.1));
            named.push((source, part.quantity));
            let raw = named_cost(book, of, line, source, before, plus(before, part.quantity));
            pool.take_all(&raw);
            units = minus(units, part.quantity);
            let mut costs = Costs::default();
            costs.add_all(&raw, back.day);
            found.push(PartCost { back: back.id, line, lot, costs });
        }
    }
    let mut from = Quantity::ZERO;
    for (back, lot, quantity) in unnamed {
        let to = plus(from, quantity);
        found.push(PartCost { back: back.id, line, lot, costs: pool.part(from, to, units, back.day) });
        from = to;
    }
}

/// What units `before` to `after` of a line's takings from one lot cost.
fn named_cost(
    book: &Book,
    of: DocumentId,
    line: usize,
    lot: LotId,
    before: Quantity,
    after: Quantity,
) -> Costs {
    let (mut costs, mut units) = (Costs::default(), Quantity::ZERO);
    for id in book.documents[of.index()].lines[line].movements() {
        let movement = &book.movements[id.index()];
        if movement.lot == lot {
            costs.add_all(&book.movement_costs(movement), Day::FIRST);
            units = plus(units, movement.quantity);
        }
    }
    costs.part(before, after, units, Day::FIRST)
}

/// A line of which something came back keeps its item, its place and at least that quantity, and its lots as far as returns
/// name them. `kept` says what the line says now: item, quantity, place, the day its goods leave (none: they don't) and lots.
pub(crate) fn keeps_lines(
    at: Checked<'_>,
    lines: usize,
    kept: impl Fn(usize) -> Option<(ItemId, Quantity, WarehouseId, Option<Day>)>,
    remedy: &str,
) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let old = &at.book.documents[id.index()].content;
    for line in 0..lines {
        let back = returned(at.book, id, line, None);
        let Some((item, _, from)) = taken(old, line).filter(|_| !back.is_zero()) else { continue };
        let stays = kept(line).is_some_and(|(new, quantity, warehouse, leaves)| {
            let in_time = leaves.is_some_and(|day| day <= first_day(at.book, id));
            new == item && quantity >= back && warehouse == from && in_time
        });
        if !stays {
            let why = format!("{back} of it came back");
            let action = "taken back, moved or reduced below that";
            return Err(super::check::line_in_use(at.book, id, line, action, why, remedy));
        }
    }
    Ok(())
}

/// Lots that a return names stay with the line.
pub(crate) fn keeps_named(
    at: Checked<'_>,
    number: usize,
    takings: &[crate::content::Taking],
    remedy: &str,
) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    for (lot, back) in named(at.book, id, number) {
        let taken = takings.iter().filter(|taking| taking.lot == lot);
        if taken.fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity)) < back {
            let why = format!("{back} of lot {} came back by name", super::check::name_lot(at.book, lot));
            return Err(super::check::line_in_use(at.book, id, number, "given other lots", why, remedy));
        }
    }
    Ok(())
}
