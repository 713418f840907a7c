//! Supplier credits (DOC-19): credit notes of suppliers. What it is for decides the account: goods that went back and lower
//! prices of goods stand on Purchases, the rest on an account that is not Purchases.
//!
//! SC-1 of Nord for 2 SUGAR of V-1: a credit note with the line `Return V-1: Sugar` of 4.00 on 630. Lines are amounts, so each
//! is one at its amount. The record is `forms::credit_note`.

use book::{Book, CreditTarget, DocumentId, LineSubject, LineTotal, SupplierCredit};
use money::Quantity;

use super::{Header, Said, origin, parts};
use crate::exchange::Exchange;
use crate::making::{Made, Making};
use crate::paper::PaperKind;
use crate::subject::Subject;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId, credit: &SupplierCredit) -> Made {
    let terms = &credit.terms;
    let mut making = Making::new(book, exchange, &Subject::Document(id), terms.day);
    let said = |(place, line): (usize, &book::SupplierCreditLine)| {
        let instead = match line.target {
            CreditTarget::Return(at) => Some(format!("Return {}", making.number_of(at.document))),
            CreditTarget::Price(at) => Some(format!("Lower price of {}", making.number_of(at.document))),
            CreditTarget::Other(_) => Some("Other credit".to_owned()),
        };
        Said { origin: origin(place), quantity: Quantity::units(1), price: None, percent: line.tax, instead }
    };
    let lines = credit.lines.iter().enumerate().map(said).zip(parts(book, id));
    let lines: Vec<(Said, LineSubject, LineTotal)> =
        lines.map(|(said, (about, total))| (said, about, total)).collect();
    let own = making.number_of(id).to_owned();
    let theirs = terms.reference.as_deref().filter(|number| !number.trim().is_empty());
    let header = Header {
        kind: PaperKind::SupplierCredit,
        terms,
        number: making.number("number", theirs.unwrap_or(&own)),
        reference: making.names_of(id, &lines),
        date: terms.day,
        due: None,
    };
    let paper = making.paper(header, lines);
    for (line, of_book) in paper.lines.iter().zip(&credit.lines) {
        let is_other = matches!(of_book.target, CreditTarget::Other(_));
        if is_other && line.account.is_some() && line.account == making.purchases {
            making.expense_on_purchases(&format!("The line of {} ({})", of_book.amount, line.description));
        }
    }
    making.finish(paper)
}
