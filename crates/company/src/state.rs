//! A fold and where in its log it stands, and how rows are taken in.
//!
//! Rows come in order: the one that begins with event 8 follows the one that ended with 7, and holds as many events as it
//! says. Not here: fetching pages from a store (`store::Pages`), proving hashes (`verify`).

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use store::{Pages, Row, Tip};

use crate::fold::{Failure, Fold};

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

    /// The fold as a snapshot has it: in pieces of about so many bytes.
    ///
    /// # Errors
    /// A value that can't be packed.
    pub fn to_pieces(&self, about: usize) -> Result<Vec<Vec<u8>>, String> {
        self.fold.packed(about)
    }

    /// The fold that the same program's `to_pieces` was given; none, if these are no such pieces.
    pub fn fold_of(pieces: Vec<Vec<u8>>) -> Option<F> {
        let mut pieces = pieces.into_iter();
        F::unpacked(&mut || pieces.next())
    }

    /// Takes rows in, in order.
    pub(crate) fn take_in(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let (read, ()) = read_while::<F, ()>(rows, || ());
        self.take_in_read(rows, read)
    }

    /// Takes in rows and what they hold.
    pub(crate) fn take_in_read(&mut self, rows: &[Row], read: Vec<Read<F>>) -> Result<(), Failure> {
        for (row, events) in rows.iter().zip(read) {
            let events = events.map_err(|why| damaged(row.first, &why))?;
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

/// What a row holds.
pub(crate) type Read<F> = Result<Vec<<F as Fold>::Event>, wire::Unreadable>;

/// What is done with a page; breaking asks for no more.
pub(crate) type Take<'t, F> = dyn FnMut(&[Row], Vec<Read<F>>) -> Result<ControlFlow<()>, Failure> + Send + 't;

/// Hands out a log page by page. While a page is worked on, the next is made out of JSON by another thread, and the engine
/// fetches the one after it: a cold start is as long as its work on all cores.
pub(crate) async fn each_page<F: Fold>(pages: &mut Pages<'_>, take: &mut Take<'_, F>) -> Result<(), Failure> {
    let mut last = (Vec::new(), Vec::new());
    loop {
        let rows = pages.next().await?;
        let (before, read) = std::mem::take(&mut last);
        let (next, taken) = read_while::<F, _>(&rows, || take(&before, read));
        if taken?.is_break() || rows.is_empty() {
            return Ok(());
        }
        last = (rows, next);
    }
}

/// Rows that one thread reads at a time; fewer than two lots of them aren't worth a thread.
const READ_AT_A_TIME: usize = 128;

/// Reads rows on another thread while this one does something else and then helps.
pub(crate) fn read_while<F: Fold, T>(rows: &[Row], work: impl FnOnce() -> T) -> (Vec<Read<F>>, T) {
    let portions: Vec<&[Row]> = rows.chunks(READ_AT_A_TIME).collect();
    let next = AtomicUsize::new(0);
    let read_on = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(portion) = portions.get(place) else { return done };
            let read = portion.iter().map(|row| F::read_row(&row.entry.bytes).map(|read| read.1));
            done.push((place, read.collect::<Vec<_>>()));
        }
    };
    let (mut done, result) = if portions.len() < 2 {
        let result = work();
        (read_on(), result)
    } else {
        std::thread::scope(|scope| {
            let other = scope.spawn(read_on);
            let result = work();
            let mut done = read_on();
            match other.join() {
                Ok(others) => done.extend(others),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            (done, result)
        })
    };
    done.sort_unstable_by_key(|(place, _)| *place);
    (done.into_iter().flat_map(|(_, read)| read).collect(), result)
}

pub(crate) fn damaged(row: u64, why: &wire::Unreadable) -> Failure {
    Failure::Damaged { row, why: why.to_string() }
}
