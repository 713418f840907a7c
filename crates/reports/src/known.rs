//! As known on a day (INV-10): which log entries were there, and the book as it was with them.
//!
//! Balances need no replay: the ledger's deltas say what each entry changed. What goes lot by lot is asked of a book that
//! was replayed up to the entry: `replay(base, log, known, …)`, then any report as of any day.
//! Not here: reading the log (`store`), which moment a day ends in the company's zone (`company`).

use money::Currency;

use book::{Book, Event, Stamp};

/// How far a replay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Log entries done.
    pub done: u32,
    /// Of so many.
    pub of: u32,
}

/// How many log entries were recorded before a moment (seconds since 1970-01-01 UTC). The log's clock never goes back.
pub fn known_before(book: &Book, moment: i64) -> u32 {
    let (mut from, mut to) = (0, book.seq());
    while from < to {
        let middle = from.midpoint(to);
        let earlier = book.stamp(middle).is_some_and(|stamp| stamp.at < moment);
        if earlier { from = middle + 1 } else { to = middle }
    }
    from
}

/// The book after the first `known` entries of a log; `tell` hears of every ten-thousandth, and of the end.
pub fn replay(
    base: Currency,
    log: impl IntoIterator<Item = (Event, Stamp)>,
    known: u32,
    mut tell: impl FnMut(Progress),
) -> Book {
    let mut book = Book::new(base);
    for (event, stamp) in log.into_iter().take(known as usize) {
        book.apply(&event, stamp);
        if book.seq().is_multiple_of(10_000) {
            tell(Progress { done: book.seq(), of: known });
        }
    }
    tell(Progress { done: book.seq(), of: known });
    book
}
