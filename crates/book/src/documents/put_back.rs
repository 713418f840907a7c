//! Parts that were not used: back from a manufacturing order (POST-4.4) or from a vendor (POST-2.3), at the cost at which they
//! left; or lost at the vendor.
//!
//! Not here: the arithmetic, which customers' returns share (`returns.rs`).

use crate::book::Book;
use crate::content::{Content, Kind, PutBack, PutBackKind};
use crate::ids::DocumentId;
use crate::posting::Rule;
use crate::posts::Detail;
use crate::refusal::{Code, Refusal};
use crate::stock::Direction;

use super::{Carried, Checked, Worked, manufacturing_order, returns};

pub(crate) fn check(at: Checked<'_>, back: PutBack) -> Result<PutBack, Refusal> {
    at.lines(Kind::PutBack, back.lines.len())?;
    at.day(back.day)?;
    if let Some(warehouse) = back.warehouse {
        at.warehouse(warehouse)?;
    }
    if let Some(reason) = back.reason {
        at.record(&at.book.reasons, reason.0)?;
    }
    same_source(at, &back)?;
    let left = match at.book.documents.get(back.of.index()).map(|document| document.content.clone()) {
        Some(Content::VendorShipment(sent)) => {
            let document = at.document(back.of, Kind::VendorShipment)?;
            sent.picked.ok_or_else(|| {
                let refusal = Refusal::new(Code::DocumentState).with("number", document.number());
                let refusal = refusal.with("state", "booked, not picked").with("action", "a put-back");
                refusal.with("remedy", "Pick it first, or reduce it.")
            })?
        }
        _ => {
            let document = at.document(back.of, Kind::Consumption)?;
            let Content::Consumption(consumption) = &document.content else { return Ok(back) };
            if back.kind == PutBackKind::Lost {
                let refusal = Refusal::new(Code::BadValue).with("field", "kind").with("value", "lost");
                return Err(refusal
                    .with("why", "parts lost in production are scrap, which the order's product carries"));
            }
            let changed = at.id.is_some_and(|id| at.book.documents[id.index()].is_live());
            match manufacturing_order::end(at.book, consumption.order) {
                Some((_, end)) if changed && back.day <= end.day => {}
                _ => manufacturing_order::is_open(at.book, consumption.order, "putting parts back")?,
            }
            consumption.day
        }
    };
    returns::check(at, back.of, back.day, left, &back.lines)?;
    let brings = back.kind == PutBackKind::Returned;
    returns::check_lots(at, back.of, back.day, back.warehouse, if brings { &back.lines } else { &[] })?;
    Ok(back)
}

fn same_source(at: Checked<'_>, back: &PutBack) -> Result<(), Refusal> {
    let Some(document) = at.id.map(|id| &at.book.documents[id.index()]) else { return Ok(()) };
    match &document.content {
        Content::PutBack(old) if old.of != back.of => {
            let refusal = Refusal::new(Code::FieldFixed)
                .with("field", "What it puts back")
                .with("name", &document.number);
            Err(refusal.with("why", "its lots belong to it").with("remedy", "Delete it and make a new one."))
        }
        _ => Ok(()),
    }
}

/// What came back, and what is lost at the vendor.
pub(crate) fn worked(book: &Book, of: DocumentId) -> Worked {
    let mut worked = Worked::default();
    for part in returns::costs(book, of) {
        match part.lot {
            Some(lot) => worked.lots.push((lot, part.costs)),
            None => worked.carry(Rule::VendorPartsLost, Some(part.line as u16), part.back, part.costs),
        }
    }
    worked
}

/// What came back of a consumption or vendor shipment, and what is lost.
pub(crate) fn post(book: &mut Book, of: DocumentId, direction: Direction) {
    let rule = match book.documents[of.index()].kind() {
        Kind::VendorShipment => Rule::VendorPartsBack,
        _ => Rule::PartsPutBack,
    };
    for lot in returns::lots(book, of) {
        let costs = book.lots[lot.index()].costs.clone();
        book.post_rule(rule, Some(lot), &book.of_order(of), &costs, direction);
    }
    for Carried { rule, line, by, costs, .. } in book.carried(of) {
        let taken =
            returns::taken(&book.documents[of.index()].content, usize::from(line.unwrap_or_default()));
        let (Some((item, _, warehouse)), Content::PutBack(back)) =
            (taken, &book.documents[by.index()].content)
        else {
            continue;
        };
        let detail =
            Detail { product: book.product(of), ..book.adjustment_detail(by, item, warehouse, back.reason) };
        book.post_rule(rule, None, &detail, &costs, direction);
    }
}
