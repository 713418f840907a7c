//! The state of a quote in Xero: what the customer said, and that an invoice came of it (DOC-17).
//!
//! ```text
//! here accepted, there sent            → accepted         accepted, and its invoice I-1 is in Xero → invoiced
//! here sent again, there declined      → sent, if we set it so; what somebody set in Xero stays
//! ```
//! One step at a time, as Xero allows (API-FACTS 4.14). Not here: what a quote says (`papers`).

use std::collections::BTreeSet;

use book::{Book, Content, DocumentId, Life, QuoteState};
use xero::statuses::QuoteStatus;

use crate::case::{Case, short_name};
use crate::exchange::Link;
use crate::held::{Held, HeldStatus};
use crate::operation::Operation;
use crate::operations;
use crate::rules::refused;
use crate::subject::Subject;

/// The next step of a quote's state, if it is to take one.
pub(crate) fn state(case: &Case<'_>, link: &Link, now: &Held) -> Option<Operation> {
    let Content::Quote(quote) = case.document.content() else { return None };
    let set_by_us = link.then.as_ref() == Some(&now.status);
    let invoice = || invoice_of(case);
    let (state, reason) = match (quote.state, &now.status) {
        (QuoteState::Draft, _) => return None,
        (_, HeldStatus::Draft) => (QuoteStatus::Sent, "it was sent to the customer".to_owned()),
        (QuoteState::Accepted, HeldStatus::Awaiting) => {
            (QuoteStatus::Accepted, "the customer accepted it".to_owned())
        }
        (QuoteState::Declined, HeldStatus::Awaiting) => {
            (QuoteStatus::Declined, "the customer declined it".to_owned())
        }
        (QuoteState::Accepted, HeldStatus::Approved) => {
            let invoice = short_name(case.world.book, invoice()?);
            (QuoteStatus::Invoiced, format!("its {invoice} is in Xero"))
        }
        (QuoteState::Sent | QuoteState::Declined, HeldStatus::Approved)
        | (QuoteState::Sent | QuoteState::Accepted, HeldStatus::Declined)
            if set_by_us =>
        {
            (QuoteStatus::Sent, "it is with the customer again".to_owned())
        }
        _ => return None,
    };
    if refused(case).is_some() {
        return None;
    }
    let body = crate::bodies::quote_state(now, state, case.exchange().lists());
    Some(operations::of_life(case, body, reason))
}

/// An invoice that came of the quote, by itself or by an order, and is in Xero.
fn invoice_of(case: &Case<'_>) -> Option<DocumentId> {
    let book = case.world.book;
    let dependents = |id: DocumentId| book.document(id).map(book::Document::dependents).unwrap_or_default();
    let orders = dependents(case.id).iter().copied();
    let orders = orders.filter(|id| is(book, *id, |content| matches!(content, Content::CustomerOrder(_))));
    let of_orders = orders.flat_map(|order| dependents(order).iter().copied());
    let mut invoices = dependents(case.id).iter().copied().chain(of_orders);
    invoices.find(|id| {
        let link = case.exchange().link(&Subject::Document(*id));
        let held = link.and_then(|link| link.now.as_deref());
        is(book, *id, |content| matches!(content, Content::Invoice(_)))
            && held.is_some_and(|held| !held.status.is_gone())
    })
}

fn is(book: &Book, id: DocumentId, fits: impl Fn(&Content) -> bool) -> bool {
    book.document(id).is_some_and(|one| one.life() == Life::Live && fits(one.content()))
}

/// The quotes that an invoice comes from, by itself or by an order.
pub(crate) fn quotes_of(book: &Book, invoice: DocumentId) -> BTreeSet<DocumentId> {
    let Some(Content::Invoice(content)) = book.document(invoice).map(book::Document::content) else {
        return BTreeSet::new();
    };
    let sources = content.sources.iter().flatten().map(|source| source.document);
    let quote = |id: DocumentId| match book.document(id)?.content() {
        Content::Quote(_) => Some(id),
        Content::CustomerOrder(order) => order.quote,
        _ => None,
    };
    sources.filter_map(quote).collect()
}
