//! Purchase orders as Xero purchase orders (SEL-2, SEL-5): no entry in any ledger, so that a bill can be made of them there.
//!
//! PO-1 to Nord: order PO-1, its lines on the accounts on which their bill will put them, its own supplier's fees after them
//! (DOC-10), delivered on the day of the line that is wanted first. The record is `forms::order`.

use book::{Book, Content, DocumentId};

use super::Header;
use super::bill::with_fees;
use crate::exchange::Exchange;
use crate::making::{Made, Making};
use crate::paper::PaperKind;
use crate::subject::Subject;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId) -> Option<Made> {
    let document = book.document(id)?;
    let Content::PurchaseOrder(order) = document.content() else { return None };
    let terms = &order.terms;
    let mut making = Making::new(book, exchange, &Subject::Order(id), terms.day);
    let wanted = order.lines.iter().filter(|line| !line.quantity.is_zero());
    let header = Header {
        kind: PaperKind::Order,
        terms,
        number: making.number("number", document.number()),
        reference: terms.reference.as_deref().unwrap_or_default().to_owned(),
        date: terms.day,
        due: wanted.filter_map(|line| line.due).min(),
    };
    let paper = making.paper(header, with_fees(book, id, order));
    Some(making.finish(paper))
}
