//! Links, what was found, and what people say about a thing (DOC-8, SEL-9, LOG-4).

use book::Book;

use crate::command::Decided;
use crate::decide::nothing;
use crate::event::{Decision, Event, Found};
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::subject::{Guid, Subject};

pub(super) fn link(
    _book: &Book,
    _exchange: &Exchange,
    _subject: &Subject,
    _xero: Guid,
) -> Result<Decided, Refusal> {
    Ok(nothing())
}

pub(super) fn unlink(_exchange: &Exchange, _subject: &Subject) -> Result<Decided, Refusal> {
    Ok(nothing())
}

pub(super) fn find(_exchange: &Exchange, found: &[Found]) -> Result<Decided, Refusal> {
    Ok(vec![Event::XeroFound(found.to_vec())].into())
}

pub(super) fn decide(
    _book: &Book,
    _exchange: &Exchange,
    _subject: &Subject,
    _decision: &Decision,
) -> Result<Decided, Refusal> {
    Ok(nothing())
}
