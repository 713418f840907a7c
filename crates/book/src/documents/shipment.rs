//! Shipments: goods booked for a customer, then picked (POST-8.1). Booked goods are still in stock; picking takes them on
//! its day, at the cost of their lots.

use thin_vec::ThinVec;

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Content, Kind, Shipment, ShipmentLine};
use crate::ids::{DocumentId, LineRef};
use crate::master::PartyKind;
use crate::posting::Tracking;
use crate::refusal::{Code, Refusal};
use crate::stock::Standing;

use super::check::name_lot;
use super::{Checked, returns};

const BACK: &str = "Delete the customer's return first.";

pub(crate) fn check(at: Checked<'_>, mut shipment: Shipment) -> Result<Shipment, Refusal> {
    at.lines(Kind::Shipment, shipment.lines.len())?;
    at.party(shipment.customer, PartyKind::Customer)?;
    at.day(shipment.day)?;
    at.warehouse(shipment.warehouse)?;
    if let Some(picked) = shipment.picked {
        at.day(picked)?;
    }
    if let Some(order) = shipment.order {
        let document = at.document(order, Kind::CustomerOrder)?;
        let Content::CustomerOrder(content) = &document.content else { return Ok(shipment) };
        for line in &shipment.lines {
            let Some(number) = line.order_line else { continue };
            at.line(document, number, content.lines.len())?;
            if content.lines[usize::from(number)].item != line.item {
                let refusal = Refusal::new(Code::NotOfOrder).with("what", &at.book.items[line.item.0].code);
                let at_line = LineRef { document: order, line: number };
                return Err(refusal.with("number", super::check::name_line(at.book, at_line)));
            }
        }
    }
    let kept = |line: usize| {
        let line = shipment.lines.get(line)?;
        Some((line.item, line.quantity, shipment.warehouse, shipment.picked))
    };
    let before = at.id.map_or(0, |id| at.book.documents[id.index()].lines.len());
    returns::keeps_lines(at, before, kept, BACK)?;
    let without = at.id.map(|id| at.book.released(id));
    let book = without.as_ref().unwrap_or(at.book);
    let day = shipment.picked.unwrap_or(shipment.day);
    let mut spoken = Spoken::new();
    for (number, line) in shipment.lines.iter_mut().enumerate() {
        let item = at.stocked(line.item)?;
        at.quantity("quantity", line.quantity)?;
        at.tracking(line.tracking)?;
        line.tracking = line.tracking.or(order_tracking(at, shipment.order, line)).or(item.tracking);
        let before = at.id.map(|id| at.book.takings_of(id, number)).unwrap_or_default();
        let wanted = Wanted { item: line.item, warehouse: shipment.warehouse, day, quantity: line.quantity };
        line.takings = choose(book, wanted, &line.takings, &before, &mut spoken)?.into();
        returns::keeps_named(at, number, &line.takings, BACK)?;
        let looped =
            at.id.and_then(|id| line.takings.iter().find(|taking| at.book.comes_from(taking.lot, id)));
        if let Some(taking) = looped {
            let id = at.id.unwrap_or(DocumentId(0));
            let refusal =
                Refusal::new(Code::Cycle).with("lot", format!("Lot {}", name_lot(at.book, taking.lot)));
            return Err(refusal.with("number", at.book.documents[id.index()].number()));
        }
    }
    Ok(shipment)
}

/// The tracking of the customer order's line (POST-25).
fn order_tracking(at: Checked<'_>, order: Option<DocumentId>, line: &ShipmentLine) -> Tracking {
    let content = order.and_then(|order| at.book.document(order)).map(|order| &order.content);
    match (content, line.order_line) {
        (Some(Content::CustomerOrder(c)), Some(number)) => c.lines[usize::from(number)].tracking,
        _ => Tracking::default(),
    }
}

pub(crate) fn put(book: &mut Book, id: DocumentId, shipment: &Shipment) {
    let lines = shipment.lines.len();
    book.documents[id.index()].reserve_lines(lines);
    if !book.documents[id.index()].is_live() {
        return;
    }
    let (day, standing) = match shipment.picked {
        Some(day) => (day, Standing::Taken),
        None => (shipment.day, Standing::Booked),
    };
    for (number, line) in shipment.lines.iter().enumerate() {
        let by = LineRef { document: id, line: number as u16 };
        book.take_line(by, &line.takings, day, standing);
    }
    // From here on the movements say which lots were taken; there are many shipments, so it isn't kept twice.
    let mut stored = shipment.clone();
    stored.lines.iter_mut().for_each(|line| line.takings = ThinVec::new());
    book.documents[id.index()].content = stored.into();
}
