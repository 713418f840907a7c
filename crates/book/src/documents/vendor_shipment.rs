//! Parts sent to a vendor who makes an order's line of them (POST-2.1): booked, then picked; they leave stock for work in
//! progress at the cost of their lots, and come back in what is received (POST-2.2), unused, or are lost (POST-2.3).
//!
//! Not here: which receipt carries how much of them (`order_costs.rs`).

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Content, Kind, StockOut, TradeLine, VendorShipment};
use crate::costs::Costs;
use crate::day::Day;
use crate::ids::{DocumentId, LineRef};
use crate::refusal::{Code, Refusal};
use crate::stock::{Standing, minus};

use super::check::{name_lot, stock_units};
use super::order_costs::live_dependents;
use super::{Checked, plan, returns};

const BACK: &str = "Delete the put-back first.";

pub(crate) fn check(at: Checked<'_>, mut shipment: VendorShipment) -> Result<VendorShipment, Refusal> {
    at.day(shipment.day)?;
    at.warehouse(shipment.warehouse)?;
    shipment.picked.map_or(Ok(()), |picked| at.day(picked))?;
    let document = at.document(shipment.order, Kind::PurchaseOrder)?;
    let Content::PurchaseOrder(order) = &document.content else { return Ok(shipment) };
    at.line(document, shipment.line, order.lines.len())?;
    let line = &order.lines[usize::from(shipment.line)];
    at.stocked(line.item)?;
    same_line(at, &shipment)?;
    if shipment.lines.is_empty() {
        shipment.lines = by_bill(at, &shipment, line, order.terms.day)?;
    }
    at.lines(Kind::VendorShipment, shipment.lines.len())?;
    let kept = |number: usize| {
        let line = shipment.lines.get(number)?;
        Some((line.item, line.quantity, shipment.warehouse, shipment.picked))
    };
    let before = at.id.map_or(0, |id| at.book.documents[id.index()].lines.len());
    returns::keeps_lines(at, before, kept, BACK)?;
    let without = at.id.map(|id| at.book.released(id));
    let book = without.as_ref().unwrap_or(at.book);
    let day = shipment.picked.unwrap_or(shipment.day);
    let mut spoken = Spoken::new();
    let made = line.item;
    for (number, line) in shipment.lines.iter_mut().enumerate() {
        let item = at.stocked(line.item)?;
        if line.item == made {
            let refusal = Refusal::new(Code::BadValue).with("field", "part").with("value", &item.code);
            return Err(refusal.with("why", "it is what the vendor is to make"));
        }
        at.quantity("quantity", line.quantity)?;
        let before = at.id.map(|id| at.book.takings_of(id, number)).unwrap_or_default();
        let wanted = Wanted { item: line.item, warehouse: shipment.warehouse, day, quantity: line.quantity };
        line.takings = choose(book, wanted, &line.takings, &before, &mut spoken)?;
        returns::keeps_named(at, number, &line.takings, BACK)?;
        for target in at.id.into_iter().chain([shipment.order]) {
            if let Some(taking) = line.takings.iter().find(|taking| at.book.comes_from(taking.lot, target)) {
                let lot = format!("Lot {}", name_lot(at.book, taking.lot));
                let number = at.book.documents[target.index()].number();
                return Err(Refusal::new(Code::Cycle).with("lot", lot).with("number", number));
            }
        }
    }
    Ok(shipment)
}

fn same_line(at: Checked<'_>, new: &VendorShipment) -> Result<(), Refusal> {
    let Some(document) = at.id.map(|id| &at.book.documents[id.index()]) else { return Ok(()) };
    match &document.content {
        Content::VendorShipment(old) if (old.order, old.line) != (new.order, new.line) => {
            let refusal = Refusal::new(Code::FieldFixed)
                .with("field", "The order's line")
                .with("name", &document.number);
            Err(refusal
                .with("why", "its parts were sent for it")
                .with("remedy", "Delete it and make a new one."))
        }
        _ => Ok(()),
    }
}

/// What the bill of materials of the order's day says for the line's units, less what was sent already.
fn by_bill(
    at: Checked<'_>,
    shipment: &VendorShipment,
    line: &TradeLine,
    day: Day,
) -> Result<Vec<StockOut>, Refusal> {
    let Some(bill) = plan::bill(at.book, line.item, day) else {
        let item = &at.book.items[line.item.0].code;
        return Err(Refusal::new(Code::NoBill).with("item", item).with("day", day));
    };
    let parts = plan::parts(&at.book.bills_of_materials[bill.0], stock_units(at.book, line, line.quantity)?)?;
    let mut lines: Vec<StockOut> = parts
        .into_iter()
        .map(|part| StockOut { item: part.item, quantity: part.quantity, takings: Vec::new() })
        .collect();
    for (id, sent) in
        sent(at.book, shipment.order, usize::from(shipment.line)).filter(|(id, _)| Some(*id) != at.id)
    {
        for (number, gone) in sent.lines.iter().enumerate() {
            let mut units = minus(gone.quantity, returns::returned(at.book, id, number, None));
            for line in lines.iter_mut().filter(|line| line.item == gone.item) {
                let part = line.quantity.min(units);
                line.quantity = minus(line.quantity, part);
                units = minus(units, part);
            }
        }
    }
    lines.retain(|line| !line.quantity.is_zero());
    Ok(lines)
}

fn sent(book: &Book, order: DocumentId, line: usize) -> impl Iterator<Item = (DocumentId, &VendorShipment)> {
    live_dependents(book, order).filter_map(move |one| match &book.documents[one.index()].content {
        Content::VendorShipment(sent) if usize::from(sent.line) == line => Some((one, &**sent)),
        _ => None,
    })
}

/// The shipments that took parts for an order's line.
pub(crate) fn picked(book: &Book, order: DocumentId, line: usize) -> Vec<DocumentId> {
    sent(book, order, line).filter(|(_, shipment)| shipment.picked.is_some()).map(|(id, _)| id).collect()
}

/// What an order line's parts have cost, by day: what was picked less what came back or is lost.
pub(crate) fn pool(book: &Book, order: DocumentId, line: usize) -> Costs {
    let mut pool = Costs::default();
    for id in picked(book, order, line) {
        for movement in book.documents[id.index()].lines.iter().flat_map(|state| state.movements()) {
            pool.add_all(&book.movement_costs(&book.movements[movement.index()]), Day::FIRST);
        }
        for back in returns::costs(book, id) {
            pool.take_all(&back.costs);
        }
    }
    pool
}

/// Whether parts were sent for an order.
pub(crate) fn any(book: &Book, order: DocumentId) -> bool {
    live_dependents(book, order).any(|one| book.documents[one.index()].kind() == Kind::VendorShipment)
}

/// Whether an order has received anything made of parts that were sent.
pub(crate) fn reaches_receipts(book: &Book, order: DocumentId) -> bool {
    live_dependents(book, order).any(|one| book.documents[one.index()].kind() == Kind::Receipt)
}

pub(crate) fn put(book: &mut Book, id: DocumentId, shipment: &VendorShipment) {
    book.documents[id.index()].reserve_lines(shipment.lines.len());
    if book.documents[id.index()].is_live() {
        let (day, standing) = match shipment.picked {
            Some(day) => (day, Standing::Taken),
            None => (shipment.day, Standing::Booked),
        };
        for (number, line) in shipment.lines.iter().enumerate() {
            book.take_line(LineRef { document: id, line: number as u16 }, &line.takings, day, standing);
        }
        // The movements say which lots were taken, so it isn't kept twice.
        let mut stored = shipment.clone();
        stored.lines.iter_mut().for_each(|line| line.takings = Vec::new());
        book.documents[id.index()].content = stored.into();
    }
    returns::mark_again(book, id);
}
