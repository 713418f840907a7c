//! Importing what a person chose from Xero (IMP).

use book::Book;

use crate::command::{Asking, Decided};
use crate::decide::connection::must_be_connected;
use crate::exchange::Exchange;
use crate::imports::{Import, carry_out};
use crate::refusal::{Code, Refusal};

pub(super) fn import(
    book: &Book,
    exchange: &Exchange,
    wanted: &Import,
    asking: Asking,
) -> Result<Decided, Refusal> {
    must_be_connected(exchange)?;
    if let Some(refusal) = wanted.kind.is_list() {
        return Err(refusal);
    }
    if wanted.chosen.is_empty() {
        return Err(Refusal::new(Code::NothingChosen));
    }
    Ok(carry_out(book, exchange, wanted, asking).0)
}
