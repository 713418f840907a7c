//! Quotes (DOC-17): offers to customers. They move nothing and post nothing; orders and invoices come from them.

use crate::content::{Content, Kind};
use crate::document::Document;
use crate::ids::DocumentId;
use crate::master::PartyKind;
use crate::refusal::{Code, Refusal};
use crate::trade::{Quote, QuoteState};

use super::Checked;
use super::check::numbers;

pub(crate) fn check(at: Checked<'_>, mut quote: Quote) -> Result<Quote, Refusal> {
    at.lines(Kind::Quote, quote.lines.len())?;
    at.terms(&mut quote.terms, PartyKind::Customer)?;
    if let Some(until) = quote.until {
        at.day(until)?;
        if until < quote.terms.day {
            let refusal = Refusal::new(Code::BadValue).with("field", "last day").with("value", until);
            return Err(refusal.with("why", "it is before the quote's own day"));
        }
    }
    let terms = quote.terms.clone();
    for line in &mut quote.lines {
        at.trade_line(line, &terms)?;
    }
    let Some(id) = at.id else { return Ok(quote) };
    let document = &at.book.documents[id.index()];
    let Content::Quote(old) = &document.content else { return Ok(quote) };
    let standing = document.dependents.iter().filter(|one| at.book.documents[one.index()].is_live());
    let standing = numbers(at.book, standing.copied());
    let same = (&old.lines, &old.terms) == (&quote.lines, &quote.terms);
    if standing.is_empty() || (same && quote.state != QuoteState::Declined) {
        return Ok(quote);
    }
    let refusal =
        Refusal::new(Code::FieldFixed).with("field", "What is offered").with("name", &document.number);
    let refusal = refusal.with("why", format!("{standing} came from it"));
    Err(refusal.with("remedy", "Make a new quote instead."))
}

/// A quote that an order or invoice may come from.
pub(crate) fn usable<'b>(at: Checked<'b>, id: DocumentId) -> Result<&'b Document, Refusal> {
    let document = at.document(id, Kind::Quote)?;
    match &document.content {
        Content::Quote(quote) if quote.state == QuoteState::Declined => {
            let refusal = Refusal::new(Code::DocumentState).with("number", &document.number);
            let refusal = refusal.with("state", "declined").with("action", "making something of it");
            Err(refusal.with("remedy", "Set it to sent or accepted first."))
        }
        _ => Ok(document),
    }
}
