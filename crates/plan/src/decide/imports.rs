//! Importing what a person chose from Xero (IMP).

use book::Book;

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::exchange::Exchange;
use crate::imports::Import;
use crate::refusal::Refusal;

pub(super) fn import(
    _book: &Book,
    _exchange: &Exchange,
    _chosen: &Import,
    _asking: Asking,
) -> Result<Decided, Refusal> {
    Ok(nothing())
}
