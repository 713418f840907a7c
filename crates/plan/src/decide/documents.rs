//! Taking Xero's version of a document over into the book (DOC-23).

use book::{Book, DocumentId};

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::exchange::Exchange;
use crate::refusal::Refusal;

pub(super) fn take_over(
    _book: &Book,
    _exchange: &Exchange,
    _document: DocumentId,
    _asking: Asking,
) -> Result<Decided, Refusal> {
    Ok(nothing())
}
