//! A fold and where in its log it stands, and how rows are taken in.
//!
//! Rows come in order: the one that begins with event 8 follows the one that ended with 7, and holds as many events as it
//! says. Not here: reading pages from a store (`log`), proving hashes (`verify`).

use store::{Row, Tip};

use crate::fold::{Failure, Fold};
use crate::snapshot;

/// A fold and where in the log it stands.
#[derive(Clone)]
pub struct State<F> {
    /// The fold.
    pub fold: F,
    /// The last row in it.
    pub tip: Tip,
}

impl<F: Fold> State<F> {
    pub(crate) fn empty() -> State<F> {
        State { fold: F::empty(), tip: Tip::default() }
    }

    /// The fold as a snapshot has it.
    ///
    /// # Errors
    /// A value that can't be packed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        snapshot::to_bytes(&self.fold)
    }

    /// The fold that the same program's `to_bytes` was given; none, if these are no such bytes.
    pub fn fold_of(bytes: &[u8]) -> Option<F> {
        snapshot::from_bytes(bytes)
    }

    /// Takes rows in, in order.
    pub(crate) fn take_in(&mut self, rows: &[Row]) -> Result<(), Failure> {
        for (row, events) in rows.iter().zip(read_all::<F>(rows)) {
            let events = events.map_err(|why| damaged(row, &why))?;
            if row.first != self.tip.seq + 1 || events.len() as u64 != u64::from(row.entry.events) {
                let why = format!("event {} should follow", self.tip.seq + 1);
                return Err(Failure::Damaged { row: row.first, why });
            }
            self.take_in_row(row, &events);
        }
        Ok(())
    }

    pub(crate) fn take_in_row(&mut self, row: &Row, events: &[F::Event]) {
        let by = row.entry.by.parse().unwrap_or_default();
        let stamp = book::Stamp { at: row.entry.at.millis().div_euclid(1_000), by };
        (row.first..).zip(events).for_each(|(number, event)| self.fold.apply(event, number, stamp));
        self.tip = row.tip();
    }
}

type Read<F> = Result<Vec<<F as Fold>::Event>, wire::Unreadable>;

/// Reads rows; many on two threads, for a cold start is mostly reading.
pub(crate) fn read_all<F: Fold>(rows: &[Row]) -> Vec<Read<F>> {
    let read = |rows: &[Row]| {
        rows.iter().map(|row| F::read_row(&row.entry.bytes).map(|read| read.1)).collect::<Vec<_>>()
    };
    if rows.len() < 64 {
        return read(rows);
    }
    let (first, second) = rows.split_at(rows.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| read(second));
        let mut all = read(first);
        all.extend(other.join().unwrap_or_default());
        all
    })
}

pub(crate) fn damaged(row: &Row, why: &wire::Unreadable) -> Failure {
    Failure::Damaged { row: row.first, why: why.to_string() }
}
