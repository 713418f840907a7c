//! A customer's goods back in stock (POST-8.2): new lots of that day, at the share by quantity of what the shipment's line
//! cost, now and after later corrections; where somebody knows the lots, at theirs.
//!
//! Not here: the arithmetic, which put-backs share (`returns.rs`).

use crate::book::Book;
use crate::content::{Content, CustomerReturn, Kind};
use crate::ids::DocumentId;
use crate::posting::Rule;
use crate::posts::Detail;
use crate::refusal::{Code, Refusal};
use crate::stock::Direction;

use super::{Checked, returns};

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
    returns::check(at, back.shipment, back.day, picked, &back.lines)?;
    returns::check_lots(at, back.shipment, back.day, Some(back.warehouse), &back.lines)?;
    Ok(back)
}

/// Returned goods: stock against cost of goods sold, refined as the shipment's line was.
pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    let Content::Shipment(shipment) = book.documents[id.index()].content.clone() else { return };
    for part in returns::costs(book, id) {
        let Some(lot) = part.lot else { continue };
        let line = &shipment.lines[part.line];
        let item = book.item_for(id, line.item);
        let (tracking, category) = (line.tracking.or(item.tracking), item.category);
        let detail = Detail { tracking, category, warehouse: Some(shipment.warehouse), ..Detail::default() };
        let from = book.find_shelf(line.item, shipment.warehouse);
        let stock = book.lots[lot.index()].shelf;
        let Some(place) = book.place(Rule::CustomerReturned, Some(stock), from, &detail) else { continue };
        let costs = book.lots[lot.index()].costs.clone();
        book.post_for(Some(lot), &place, &costs, direction);
    }
}
