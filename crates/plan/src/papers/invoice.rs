//! Sales invoices (DOC-2): number and reference are ours, lines stand on Sales by category and warehouse (ACC-6).
//!
//! I-1 to Shop, 12 JAM @ 12.00 with 15 %: invoice I-1, line on 200, OUTPUT2, 165.60. The record is `forms::invoice`.

use book::{Book, DocumentId, Invoice};

use super::{Header, trade};
use crate::exchange::Exchange;
use crate::making::{Made, Making};
use crate::paper::PaperKind;
use crate::subject::Subject;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId, invoice: &Invoice) -> Made {
    sales(book, exchange, id, invoice, PaperKind::Invoice)
}

/// An invoice or a credit invoice: they differ in kind only.
pub(super) fn sales(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    invoice: &Invoice,
    kind: PaperKind,
) -> Made {
    let terms = &invoice.terms;
    let mut making = Making::new(book, exchange, &Subject::Document(id), terms.day);
    let number = book.document(id).map_or("", |document| document.number());
    let header = Header {
        kind,
        terms,
        number: making.number("number", number),
        reference: terms.reference.as_deref().unwrap_or_default().to_owned(),
        date: terms.day,
        due: invoice.due,
    };
    let paper = making.paper(header, trade(book, id, &invoice.lines));
    making.finish(paper)
}
