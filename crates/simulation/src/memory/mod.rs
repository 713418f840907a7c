//! A store in memory: the third engine of the contract, for a world in one process with a clock that is told.
//!
//! Two nodes on one memory, a commit whose answer is lost, the power gone, the database away for a while:
//!
//! ```text
//! let memory = MemoryStore::new(clock);          let (node_a, node_b) = (memory.open(), memory.open());
//! memory.fail_commits([CommitFault::AnswerLost]) the next commit happens, and nobody is told
//! memory.keep_back();  …  memory.lose_power()    a disk that lied: what came since `keep_back` is gone
//! ```
//! - Every call lets others run once before and once after it did something, so that two nodes in one process meet in
//!   every order, and a program stopped at any step is stopped on either side of the commit.
//! - What is opened before the power went answers "lost" for ever, as a broken connection does.
//!
//! Not here: files, threads, what the bytes mean. The tables and what is done to them: `tables`.

mod door;
mod tables;

use door::Door;
use futures_util::lock::Mutex as Turns;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Attachments, CompanyId, Store};
use tables::Tables;
use world::{Clock, Moment};

use crate::crash::Crash;

/// What goes wrong with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitFault {
    /// Refused, nothing written: the disk is full.
    Refused,
    /// The connection breaks before it happened; nobody can tell.
    NotDone,
    /// It happened, and the answer is lost.
    AnswerLost,
}

/// A memory that companies' logs are kept in, and the switches that make it fail.
#[derive(Clone)]
pub struct MemoryStore(Arc<Memory>);

struct Memory {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    turns: Mutex<BTreeMap<CompanyId, Arc<Turns<()>>>>,
}

#[derive(Default)]
struct Kept {
    tables: Tables,
    /// What a power cut leaves, where that isn't everything.
    flushed: Option<Tables>,
    faults: VecDeque<CommitFault>,
    /// After how many changes the database goes away, and for how long.
    leaving: Option<(usize, Duration)>,
    away_until: Option<Moment>,
    /// How often the power went.
    cuts: u64,
}

impl MemoryStore {
    /// An empty memory; leases go by this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Memory { clock, kept: Mutex::default(), turns: Mutex::default() }))
    }

    /// Another memory that holds the same, without faults; from here on each has its own life.
    #[must_use]
    pub fn copy(&self, clock: Arc<dyn Clock>) -> Self {
        let copy = Self::new(clock);
        copy.0.kept().tables = self.0.kept().tables.clone();
        copy
    }

    /// A door of its own to what is there: what one node has open.
    #[must_use]
    pub fn open(&self) -> Arc<dyn Store> {
        self.open_for(Crash::default())
    }

    /// The same, for a program that may be stopped at its changes.
    #[must_use]
    pub fn open_for(&self, crash: Crash) -> Arc<dyn Store> {
        let cuts = self.0.kept().cuts;
        Arc::new(Door { memory: self.0.clone(), cuts, crash })
    }

    /// The files beside the logs, for one node.
    #[must_use]
    pub fn files(&self) -> Arc<dyn Attachments> {
        let cuts = self.0.kept().cuts;
        Arc::new(Door { memory: self.0.clone(), cuts, crash: Crash::default() })
    }

    /// The next commits fail like this, one after another; those after them are right again.
    pub fn fail_commits(&self, faults: impl IntoIterator<Item = CommitFault>) {
        self.0.kept().faults.extend(faults);
    }

    /// From here on nothing is flushed, though every commit is answered as if it were.
    pub fn keep_back(&self) {
        let mut kept = self.0.kept();
        kept.flushed = Some(kept.tables.clone());
    }

    /// The power goes and comes back: what was kept back is gone, turns are given up, open doors are broken.
    pub fn lose_power(&self) {
        let mut kept = self.0.kept();
        if let Some(flushed) = kept.flushed.take() {
            kept.tables = flushed;
        }
        kept.cuts += 1;
        self.0.turns().clear();
    }

    /// The database can't be reached for so long, from the change on that comes after so many others.
    pub fn go_away(&self, after: usize, length: Duration) {
        self.0.kept().leaving = Some((after, length));
    }

    /// Whether it hasn't gone yet, though it was told to.
    #[must_use]
    pub fn has_yet_to_go(&self) -> bool {
        self.0.kept().leaving.is_some()
    }
}

impl Kept {
    /// A change begins: it may be the one before which the database goes.
    fn begin_change(&mut self, now: Moment) {
        self.leaving = match self.leaving {
            Some((0, length)) => {
                self.away_until = Some(now.plus(length));
                None
            }
            Some((others, length)) => Some((others - 1, length)),
            None => None,
        };
    }

    fn is_away(&self, now: Moment) -> bool {
        self.away_until.is_some_and(|until| now < until)
    }
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turns(&self) -> MutexGuard<'_, BTreeMap<CompanyId, Arc<Turns<()>>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn_of(&self, company: CompanyId) -> Arc<Turns<()>> {
        self.turns().entry(company).or_default().clone()
    }
}
