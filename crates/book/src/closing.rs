//! The closing date (INV-12): after it nothing new is dated on or before it, and no quantity of those days changes.
//!
//! March is closed on 2026-04-08. A receipt dated 2026-03-30 is refused, also picking, cancelling or moving one; the price
//! of a bill of 2026-03-12 may change, and so may fees and rates: what that changes is posted by POST-16. Orders, quotes
//! and bookings are promises: their quantities may change whenever nothing of them has happened in those days.
//! What was reported stays readable: as known at the log entry of the closing (`Book::closings`).

use std::sync::Arc;

use money::{Amount, Percent, UnitPrice};

use crate::book::Book;
use crate::command::Event;
use crate::content::{Content, TradeLine};
use crate::day::Day;
use crate::document::Life;
use crate::documents::Checked;
use crate::ids::DocumentId;
use crate::refusal::{Code, Refusal};

/// Closes the books up to a day, or opens them.
pub(crate) fn close(at: Checked<'_>, until: Option<Day>) -> Result<Vec<Event>, Refusal> {
    until.map_or(Ok(()), |day| at.day(day))?;
    Ok(vec![Event::BooksClosed { until }])
}

/// The books are closed up to a day, or open.
pub(crate) fn closed(book: &mut Book, until: Option<Day>) {
    let seq = book.seq();
    Arc::make_mut(&mut book.closings).push((seq, until));
}

/// Refuses what is dated on or before the closing date.
pub(crate) fn check(book: &Book, events: &[Event]) -> Result<(), Refusal> {
    let Some(closed) = book.closed_until() else { return Ok(()) };
    for event in events {
        let (day, what) = match event {
            Event::Saved { document, number, content, .. } => {
                let old = book.document(*document).filter(|old| old.life() == Life::Live);
                let old = old.map(|old| with_lots(book, *document, old.content()));
                (saved(old.as_ref(), content, closed), number.to_string())
            }
            Event::Withdrawn { document, .. } => {
                let document = &book.documents[document.index()];
                let live = document.life() == Life::Live;
                (happened(document.content()).filter(|_| live), document.number().to_owned())
            }
            Event::LineClosed { order, line, day, .. } => (Some(*day), name(book, *order, *line)),
            Event::LineReopened { order, line } => {
                let document = &book.documents[order.index()];
                let day = document.closed().iter().find(|one| one.line == *line).map(|one| one.day);
                (day, name(book, *order, *line))
            }
            _ => continue,
        };
        if let Some(day) = day.filter(|day| *day <= closed) {
            let refusal = Refusal::new(Code::Closed).with("what", what).with("day", day);
            return Err(refusal.with("closed", closed).with("open", closed.next()));
        }
    }
    Ok(())
}

fn name(book: &Book, order: DocumentId, line: u16) -> String {
    format!("Line {} of {}", u32::from(line) + 1, book.documents[order.index()].number())
}

impl Book {
    /// What a document says, with the lots that it has booked or taken, which the book keeps as movements.
    pub fn content_with_lots(&self, id: DocumentId) -> Option<Content> {
        self.document(id).map(|document| with_lots(self, id, &document.content))
    }
}

/// A document with the lots that it took, which a shipment keeps as movements.
fn with_lots(book: &Book, id: DocumentId, content: &Content) -> Content {
    let mut content = content.clone();
    let takings = |line| book.takings_of(id, line);
    match &mut content {
        Content::Shipment(c) => {
            let lines = Arc::make_mut(c).lines.iter_mut().enumerate();
            lines.for_each(|(number, line)| line.takings = takings(number).into());
        }
        Content::Consumption(c) => {
            let lines = Arc::make_mut(c).lines.iter_mut().enumerate();
            lines.for_each(|(number, line)| line.takings = takings(number).into());
        }
        Content::VendorShipment(c) => {
            let lines = Arc::make_mut(c).lines.iter_mut().enumerate();
            lines.for_each(|(number, line)| line.takings = takings(number));
        }
        Content::ManufacturingOrder(c) => {
            let parts = Arc::make_mut(c).parts.iter_mut().enumerate();
            parts.for_each(|(number, part)| part.takings = takings(number));
        }
        _ => {}
    }
    content
}

/// The closed day that saving this would change, if any.
fn saved(old: Option<&Content>, new: &Content, closed: Day) -> Option<Day> {
    let Some(old) = old else { return Some(dated(new).min(happened(new).unwrap_or(Day::LAST))) };
    let within = |day: Option<Day>| day.filter(|day| *day <= closed);
    if dated(old) != dated(new) {
        // Moved out of the closed days, or into them.
        let moved = within(Some(dated(old))).filter(|_| happened(old).is_some());
        let moved = moved.or(within(Some(dated(new))));
        if moved.is_some() {
            return moved;
        }
    }
    let (before, after) = (within(happened(old)), within(happened(new)));
    if before.is_none() && after.is_none() {
        return None;
    }
    let same = before == after && without_prices(old) == without_prices(new);
    if same { None } else { before.or(after) }
}

/// The day that a document bears.
fn dated(content: &Content) -> Day {
    match content {
        Content::PurchaseOrder(c) => c.terms.day,
        Content::Receipt(c) => c.day,
        Content::VendorReturn(c) => c.day,
        Content::Fee(c) => c.day,
        Content::Bill(c) => c.terms.day,
        Content::SupplierCredit(c) => c.terms.day,
        Content::StockEntry(c) => c.day,
        Content::Revaluation(c) => c.day,
        Content::Transfer(c) => c.day,
        Content::TransferReceipt(c) => c.day,
        Content::CustomerOrder(c) => c.terms.day,
        Content::Shipment(c) => c.day,
        Content::Invoice(c) => c.terms.day,
        Content::CustomerReturn(c) => c.day,
        Content::Quote(c) => c.terms.day,
        Content::Payment(c) => c.day,
        Content::Allocation(c) => c.day,
        Content::ManufacturingOrder(c) => c.day,
        Content::Consumption(c) => c.day,
        Content::PutBack(c) => c.day,
        Content::Work(c) => c.day,
        Content::Completion(c) => c.day,
        Content::VendorShipment(c) => c.day,
        Content::AdjustingEntry(c) => c.day,
    }
}

/// The day on which something happened by it; promises happen by other documents.
fn happened(content: &Content) -> Option<Day> {
    match content {
        Content::PurchaseOrder(c) => {
            let billed = c.invoice.as_ref().map(|invoice| invoice.day);
            let sent = c.operation.and_then(|bought| bought.shipped);
            billed.into_iter().chain(sent).min()
        }
        Content::Shipment(c) => c.picked,
        Content::VendorShipment(c) => c.picked,
        Content::Transfer(_)
        | Content::CustomerOrder(_)
        | Content::ManufacturingOrder(_)
        | Content::Quote(_) => None,
        content => Some(dated(content)),
    }
}

/// A document without its prices, fees, rates, and what only says where an amount goes: what is left may not change.
fn without_prices(content: &Content) -> Content {
    let mut content = content.clone();
    match &mut content {
        Content::PurchaseOrder(c) => {
            let c = Arc::make_mut(c);
            (c.terms.rate, c.terms.reference, c.terms.lost_tax) = (None, None, None);
            c.lines.iter_mut().for_each(without_price);
        }
        Content::Bill(c) => {
            let c = Arc::make_mut(c);
            (c.terms.rate, c.terms.reference, c.due, c.paper_total) = (None, None, None, None);
            c.terms.lost_tax = None;
            for line in &mut c.lines {
                (line.price, line.discount, line.tax) = (UnitPrice::ZERO, Percent::ZERO, None);
                (line.tracking, line.receipt) = Default::default();
            }
        }
        Content::SupplierCredit(c) => {
            let c = Arc::make_mut(c);
            (c.terms.rate, c.terms.reference, c.terms.lost_tax) = (None, None, None);
            for line in &mut c.lines {
                line.amount = money::Money::zero(line.amount.currency());
                (line.tax, line.tracking) = Default::default();
            }
        }
        Content::Fee(c) => {
            let c = Arc::make_mut(c);
            (c.amount, c.rate, c.tracking) =
                (money::Money::zero(c.amount.currency()), None, Default::default());
        }
        Content::StockEntry(c) => {
            let c = Arc::make_mut(c);
            c.ins.iter_mut().for_each(|line| line.cost = Amount::ZERO);
            c.counted.iter_mut().for_each(|line| line.unit_cost = None);
        }
        Content::Invoice(c) => {
            let c = Arc::make_mut(c);
            (c.terms.rate, c.terms.reference, c.due, c.channel) = (None, None, None, None);
            c.lines.iter_mut().for_each(without_price);
        }
        Content::Shipment(c) => {
            let c = Arc::make_mut(c);
            c.lines.iter_mut().for_each(|line| line.tracking = Default::default());
        }
        Content::Payment(c) => {
            let c = Arc::make_mut(c);
            (c.rate, c.reference) = (None, None);
        }
        Content::Receipt(_)
        | Content::VendorReturn(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::TransferReceipt(_)
        | Content::CustomerOrder(_)
        | Content::CustomerReturn(_)
        | Content::Quote(_)
        | Content::ManufacturingOrder(_)
        | Content::Consumption(_)
        | Content::PutBack(_)
        | Content::Completion(_)
        | Content::VendorShipment(_)
        | Content::Allocation(_) => {}
        Content::Work(c) => Arc::make_mut(c).person = None,
        Content::AdjustingEntry(c) => Arc::make_mut(c).text = None,
    }
    content
}

fn without_price(line: &mut TradeLine) {
    (line.price, line.discount, line.tax) = (UnitPrice::ZERO, Percent::ZERO, None);
    (line.tracking, line.due) = Default::default();
}
