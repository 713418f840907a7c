//! A customer's goods back in stock (POST-8.2): new lots of that day, at the share by quantity of what the shipment's line
//! cost, now and after later corrections; where somebody knows the lots, at theirs.
//!
//! Shipped 10 that cost 86.00, 5 come back: 43.00, and if a late freight bill brings the line to 90.00, 45.00.
//! Shares are cumulative over all returns of a line, so when everything came back, its whole cost did.

use std::collections::BTreeMap;

use money::Quantity;

use crate::book::Book;
use crate::content::{Content, CustomerReturn, Kind};
use crate::costs::Costs;
use crate::day::Day;
use crate::ids::{DocumentId, LineRef, LotId};
use crate::posting::Rule;
use crate::posts::Detail;
use crate::refusal::{Code, Refusal};
use crate::stock::{Direction, LotSeed, NONE, minus, plus};

use super::{Checked, lots};

/// One lot that a return brings: of a line, maybe of a lot that somebody named.
struct Part {
    line: usize,
    quantity: Quantity,
    lot: Option<LotId>,
}

fn parts(back: &CustomerReturn) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in &back.lines {
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

pub(crate) fn check(at: Checked<'_>, back: CustomerReturn) -> Result<CustomerReturn, Refusal> {
    at.lines(Kind::CustomerReturn, back.lines.len())?;
    at.day(back.day)?;
    at.warehouse(back.warehouse)?;
    let document = at.document(back.shipment, Kind::Shipment)?;
    let Content::Shipment(shipment) = &document.content else { return Ok(back) };
    let Some(picked) = shipment.picked else {
        let refusal = Refusal::new(Code::DocumentState)
            .with("number", &document.number)
            .with("state", "booked, not picked");
        return Err(refusal
            .with("action", "a return")
            .with("remedy", "Pick it first, or reduce the shipment."));
    };
    if back.day < picked {
        let refusal = Refusal::new(Code::BadValue).with("field", "day").with("value", back.day);
        return Err(refusal.with("why", format!("the goods left on {picked}")));
    }
    for (number, line) in back.lines.iter().enumerate() {
        at.line(document, line.line, shipment.lines.len())?;
        at.quantity("quantity", line.quantity)?;
        let shipped = &shipment.lines[usize::from(line.line)];
        let item = &at.book.items[shipped.item.0].code;
        let same = back.lines[..number].iter().filter(|other| other.line == line.line);
        let wanted = same.fold(line.quantity, |sum, other| plus(sum, other.quantity));
        let left = minus(shipped.quantity, returned(at.book, back.shipment, usize::from(line.line), at.id));
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
            let taken = taken_from(at.book, back.shipment, usize::from(line.line), taking.lot);
            let back = named_so_far(at, &back, usize::from(line.line), taking.lot);
            if back > taken {
                let lot = super::check::name_lot(at.book, taking.lot);
                let name = format!("lot {lot}, as far as {} took it,", document.number);
                let refusal = Refusal::new(Code::OverReturn).with("wanted", back).with("item", item);
                return Err(refusal.with("number", name).with("left", taken));
            }
        }
    }
    for (number, part) in parts(&back).iter().enumerate() {
        let item = shipment.lines[part.line].item;
        lots::can_bring(at.book, at.id, number, item, back.warehouse, back.day, part.quantity)?;
    }
    super::receipt::dropped_lines(at, parts(&back).len())?;
    Ok(back)
}

/// Units of a shipment's line that came back.
pub(crate) fn returned(
    book: &Book,
    shipment: DocumentId,
    line: usize,
    without: Option<DocumentId>,
) -> Quantity {
    let returns = live_returns(book, shipment).filter(|(id, _)| Some(*id) != without);
    let parts = returns.flat_map(|(_, back)| parts(back)).filter(|part| part.line == line);
    parts.fold(Quantity::ZERO, |sum, part| plus(sum, part.quantity))
}

/// The parts of a live return that are of a shipment's line: the part's number and its units.
pub(crate) fn parts_of_line(book: &Book, back: DocumentId, line: usize) -> Vec<(usize, Quantity)> {
    let document = &book.documents[back.index()];
    match &document.content {
        Content::CustomerReturn(content) if document.is_live() => {
            let parts = parts(content).into_iter().enumerate().filter(|(_, part)| part.line == line);
            parts.map(|(number, part)| (number, part.quantity)).collect()
        }
        _ => Vec::new(),
    }
}

/// The day on which goods of a shipment first came back.
pub(crate) fn first_day(book: &Book, shipment: DocumentId) -> Day {
    live_returns(book, shipment).map(|(_, back)| back.day).min().unwrap_or(Day::LAST)
}

/// The lots that returns of a line name, and how much of each.
pub(crate) fn named(book: &Book, shipment: DocumentId, line: usize) -> BTreeMap<LotId, Quantity> {
    let mut named = BTreeMap::new();
    let all = live_returns(book, shipment).flat_map(|(_, back)| parts(back));
    for part in all.filter(|part| part.line == line) {
        if let Some(lot) = part.lot {
            let total = named.entry(lot).or_default();
            *total = plus(*total, part.quantity);
        }
    }
    named
}

/// The lots that came back of what a shipment's line took from a lot: those that name it, and those that name none.
pub(crate) fn came_back(book: &Book, by: LineRef, lot: LotId) -> Vec<LotId> {
    let mut found = Vec::new();
    for (id, back) in live_returns(book, by.document) {
        for (number, part) in parts(back).iter().enumerate() {
            if part.line == usize::from(by.line) && part.lot.is_none_or(|named| named == lot) {
                found.extend(lots::lot_of(book, id, number));
            }
        }
    }
    found
}

/// The lots that a lot that came back may come of.
pub(crate) fn sources(book: &Book, from: LineRef) -> Vec<LotId> {
    let Content::CustomerReturn(back) = &book.documents[from.document.index()].content else {
        return Vec::new();
    };
    match parts(back).get(usize::from(from.line)) {
        Some(Part { lot: Some(lot), .. }) => vec![*lot],
        Some(part) => book.takings_of(back.shipment, part.line).iter().map(|taking| taking.lot).collect(),
        None => Vec::new(),
    }
}

fn live_returns<'a>(
    book: &'a Book,
    shipment: DocumentId,
) -> impl Iterator<Item = (DocumentId, &'a CustomerReturn)> + 'a {
    book.documents[shipment.index()].dependents.iter().filter_map(|id| {
        let document = &book.documents[id.index()];
        match &document.content {
            Content::CustomerReturn(back) if document.is_live() => Some((*id, &**back)),
            _ => None,
        }
    })
}

fn taken_from(book: &Book, shipment: DocumentId, line: usize, lot: LotId) -> Quantity {
    let takings = book.takings_of(shipment, line);
    takings
        .iter()
        .filter(|taking| taking.lot == lot)
        .fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity))
}

fn named_so_far(at: Checked<'_>, back: &CustomerReturn, line: usize, lot: LotId) -> Quantity {
    let others = live_returns(at.book, back.shipment).filter(|(id, _)| Some(*id) != at.id);
    let all = others.flat_map(|(_, other)| parts(other)).chain(parts(back));
    all.filter(|part| part.line == line && part.lot == Some(lot))
        .fold(Quantity::ZERO, |sum, part| plus(sum, part.quantity))
}

/// What came back has the batch and expiry of what was shipped, also after the shipment was rebooked.
pub(crate) fn mark_again(book: &mut Book, shipment: DocumentId) {
    let returns: Vec<(DocumentId, CustomerReturn)> =
        live_returns(book, shipment).map(|(id, back)| (id, back.clone())).collect();
    for (id, back) in returns {
        put(book, id, &back);
    }
}

pub(crate) fn put(book: &mut Book, id: DocumentId, back: &CustomerReturn) {
    let live = book.documents[id.index()].is_live();
    let Content::Shipment(shipment) = book.documents[back.shipment.index()].content.clone() else { return };
    let parts = parts(back);
    for (number, part) in parts.iter().enumerate() {
        let first = book.takings_of(back.shipment, part.line).first().map(|taking| taking.lot);
        let like = part.lot.or(first).and_then(|lot| book.lots.get(lot.index())).cloned();
        let seed = LotSeed {
            item: shipment.lines[part.line].item,
            warehouse: back.warehouse,
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

/// What the lots cost that came back of a shipment.
pub(crate) fn lot_costs(book: &Book, shipment: DocumentId) -> Vec<(LotId, Costs)> {
    let mut found = Vec::new();
    let lines = book.documents[shipment.index()].lines.len();
    if live_returns(book, shipment).next().is_none() {
        return found;
    }
    for line in 0..lines {
        line_costs(book, shipment, line, &mut found);
    }
    found
}

fn line_costs(book: &Book, shipment: DocumentId, line: usize, found: &mut Vec<(LotId, Costs)>) {
    let (mut pool, mut units) = (Costs::default(), Quantity::ZERO);
    for id in book.documents[shipment.index()].lines[line].movements() {
        let movement = &book.movements[id.index()];
        pool.add_all(&book.movement_costs(movement), Day::FIRST);
        units = plus(units, movement.quantity);
    }
    // Named lots come back at their own cost; the others share what is left of the line.
    let mut named: Vec<(LotId, Quantity)> = Vec::new();
    let mut unnamed = Vec::new();
    for (id, back) in live_returns(book, shipment) {
        for (number, part) in parts(back).into_iter().enumerate().filter(|(_, part)| part.line == line) {
            let Some(lot) = lots::lot_of(book, id, number) else { continue };
            let Some(source) = part.lot else {
                unnamed.push((lot, part.quantity, back.day));
                continue;
            };
            let before = named
                .iter()
                .filter(|(lot, _)| *lot == source)
                .fold(Quantity::ZERO, |sum, one| plus(sum, one.1));
            named.push((source, part.quantity));
            let raw = named_cost(book, shipment, line, source, before, plus(before, part.quantity));
            pool.take_all(&raw);
            units = minus(units, part.quantity);
            let mut costs = Costs::default();
            costs.add_all(&raw, back.day);
            found.push((lot, costs));
        }
    }
    let mut from = Quantity::ZERO;
    for (lot, quantity, day) in unnamed {
        let to = plus(from, quantity);
        found.push((lot, pool.part(from, to, units, day)));
        from = to;
    }
}

/// What units `before` to `after` of a line's takings from one lot cost.
fn named_cost(
    book: &Book,
    shipment: DocumentId,
    line: usize,
    lot: LotId,
    before: Quantity,
    after: Quantity,
) -> Costs {
    let (mut costs, mut units) = (Costs::default(), Quantity::ZERO);
    for id in book.documents[shipment.index()].lines[line].movements() {
        let movement = &book.movements[id.index()];
        if movement.lot == lot {
            costs.add_all(&book.movement_costs(movement), Day::FIRST);
            units = plus(units, movement.quantity);
        }
    }
    costs.part(before, after, units, Day::FIRST)
}

/// Returned goods: stock against cost of goods sold, refined as the shipment's line was.
pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    let returns: Vec<(DocumentId, CustomerReturn)> =
        live_returns(book, id).map(|(id, back)| (id, back.clone())).collect();
    let Content::Shipment(shipment) = book.documents[id.index()].content.clone() else { return };
    for (back_id, back) in returns {
        for (number, part) in parts(&back).iter().enumerate() {
            let Some(lot) = lots::lot_of(book, back_id, number) else { continue };
            let line = &shipment.lines[part.line];
            let item = book.item_for(id, line.item);
            let (tracking, category) = (line.tracking.or(item.tracking), item.category);
            let detail = Detail { tracking, category, warehouse: Some(shipment.warehouse), account: None };
            let from = book.find_shelf(line.item, shipment.warehouse);
            let stock = book.lots[lot.index()].shelf;
            let Some(place) = book.place(Rule::CustomerReturned, Some(stock), from, &detail) else {
                continue;
            };
            let costs = book.lots[lot.index()].costs.clone();
            book.post_for(Some(lot), &place, &costs, direction);
        }
    }
}
