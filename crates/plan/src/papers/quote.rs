//! Quotes (DOC-17): Xero quotes, without effect on any account. Every line says its tax type, which Xero takes from no account
//! here (API-FACTS 4.14), and its price has two decimals. The record is `forms::quote`.

use book::{Book, DocumentId, Quote};

use super::{Header, trade};
use crate::exchange::Exchange;
use crate::making::{Made, Making};
use crate::paper::PaperKind;
use crate::subject::Subject;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId, quote: &Quote) -> Made {
    let terms = &quote.terms;
    let mut making = Making::new(book, exchange, &Subject::Document(id), terms.day);
    let number = book.document(id).map_or("", |document| document.number());
    let header = Header {
        kind: PaperKind::Quote,
        terms,
        number: making.number("number", number),
        reference: terms.reference.as_deref().unwrap_or_default().to_owned(),
        date: terms.day,
        due: quote.until,
    };
    let paper = making.paper(header, trade(book, id, &quote.lines));
    making.finish(paper)
}
