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

mod tables;

use futures_util::lock::{Mutex as Turns, OwnedMutexGuard};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use store::{
    CompanyId, Entry, Error, Item, Lease, Result, Row, Sheet, Snapshot, Store, Taken, Tip, Turn, Write,
    chain, check,
};
use tables::Tables;
use world::{Clock, Moment, Waiting};

use crate::crash::{Crash, Point};

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
    away: Away,
    /// How often the power went.
    cuts: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Away {
    #[default]
    Here,
    Gone,
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

    /// The database can't be reached until `come_back`.
    pub fn go_away(&self) {
        self.0.kept().away = Away::Gone;
    }

    /// It is there again.
    pub fn come_back(&self) {
        self.0.kept().away = Away::Here;
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

/// Others run first.
async fn step_aside() {
    let mut asked = false;
    poll_fn(|context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn lost(may_have_happened: bool) -> Error {
    Error::Lost { may_have_happened, what: "the memory doesn't answer".to_owned() }
}

/// What one node has open.
#[derive(Clone)]
struct Door {
    memory: Arc<Memory>,
    cuts: u64,
    crash: Crash,
}

impl Door {
    fn kept(&self) -> Result<MutexGuard<'_, Kept>> {
        let kept = self.memory.kept();
        if kept.cuts == self.cuts && kept.away == Away::Here { Ok(kept) } else { Err(lost(false)) }
    }

    /// Looks, and changes nothing.
    async fn look<T>(&self, look: impl FnOnce(&Tables) -> T + Send) -> Result<T> {
        step_aside().await;
        let seen = look(&self.kept()?.tables);
        Ok(seen)
    }

    /// Changes all of it or nothing: what is done is done to a copy.
    async fn change<T>(
        &self,
        checked: Result<()>,
        change: impl FnOnce(&mut Tables, Moment) -> Result<T> + Send,
    ) -> Result<T> {
        checked?;
        step_aside().await;
        self.crash.reach(Point::Change).await;
        let changed = {
            let mut kept = self.kept()?;
            let mut copy = kept.tables.clone();
            let changed = change(&mut copy, self.memory.clock.now());
            if changed.is_ok() {
                kept.tables = copy;
            }
            changed
        };
        step_aside().await;
        changed
    }

    /// As `change`, unless the commit is to fail.
    async fn commit<T>(
        &self,
        checked: Result<()>,
        change: impl FnOnce(&mut Tables, Moment) -> Result<T> + Send,
    ) -> Result<T> {
        let fault = self.kept()?.faults.pop_front();
        match fault {
            Some(CommitFault::Refused) => Err(Error::Full("no more room in the memory".to_owned())),
            Some(CommitFault::NotDone) => Err(lost(true)),
            Some(CommitFault::AnswerLost) => self.change(checked, change).await.and(Err(lost(true))),
            None => self.change(checked, change).await,
        }
    }
}

impl Store for Door {
    fn companies(&self) -> Waiting<'_, Result<Vec<(CompanyId, Tip)>>> {
        Box::pin(self.look(Tables::companies))
    }

    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>> {
        Box::pin(self.look(move |tables| tables.tip(company)))
    }

    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        Box::pin(self.look(move |tables| tables.rows(company, after, most)))
    }

    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        Box::pin(self.look(move |tables| tables.find(company, &commands)))
    }

    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            step_aside().await;
            let held = self.memory.turn_of(company).lock_owned().await;
            let tip = self.kept()?.tables.tip(company);
            Ok(Box::new(Held { door: self.clone(), company, tip, held }) as Box<dyn Turn>)
        })
    }

    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>> {
        Box::pin(self.look(move |tables| tables.item(company, sheet, key)))
    }

    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>> {
        Box::pin(self.look(move |tables| tables.items(company, sheet, after, most)))
    }

    fn write(&self, company: CompanyId, writes: Vec<Write>) -> Waiting<'_, Result<()>> {
        let checked = check::writes(&writes);
        Box::pin(self.change(checked, move |tables, _| tables.write(company, writes)))
    }

    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>> {
        Box::pin(self.change(Ok(()), move |tables, _| Ok(tables.sweep(sheet, now))))
    }

    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>> {
        let checked = check::key("a lease's name", &name).and(check::key("a lease's holder", &holder));
        let take = move |tables: &mut Tables, now| Ok(tables.lease_take(company, name, holder, length, now));
        Box::pin(self.change(checked, take))
    }

    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>> {
        let renew = move |tables: &mut Tables, now| tables.lease_move(company, name, fence, length, now);
        Box::pin(self.change(Ok(()), renew))
    }

    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        Box::pin(self.change(Ok(()), move |tables, now| {
            match tables.lease_move(company, name, fence, Duration::ZERO, now) {
                Err(Error::Conflict(_)) => Ok(()), // it was lost: there is nothing to give back
                moved => moved.map(drop),
            }
        }))
    }

    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        Box::pin(self.look(move |tables| tables.snapshot(company, version)))
    }

    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>> {
        let checked = check::key("a snapshot's version", &snapshot.version);
        let put = move |tables: &mut Tables, _| {
            tables.put_snapshot(company, snapshot);
            Ok(())
        };
        Box::pin(self.change(checked, put))
    }

    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>> {
        let checked = check::staged(company, &rows);
        Box::pin(self.change(checked, move |tables, _| tables.stage(company, rows)))
    }

    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>> {
        let unstage = move |tables: &mut Tables, _| {
            tables.unstage(company);
            Ok(())
        };
        Box::pin(self.change(Ok(()), unstage))
    }

    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>> {
        Box::pin(self.change(Ok(()), |tables, now| Ok(tables.unstage_abandoned(now))))
    }

    fn examine(&self) -> Waiting<'_, Result<Vec<String>>> {
        Box::pin(self.look(|_| Vec::new()))
    }
}

/// A turn that was waited for.
struct Held {
    door: Door,
    company: CompanyId,
    tip: Tip,
    held: OwnedMutexGuard<()>,
}

impl Turn for Held {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.door.rows(self.company, after, most)
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.door.find(self.company, commands)
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        Box::pin(async move {
            let Self { door, company, tip, held } = *self;
            let checked = check::entries(&entries).and(check::writes(&writes));
            let commit = move |tables: &mut Tables, _| {
                tables.write(company, writes)?;
                tables.append(company, tip, chain(company, tip, entries))
            };
            let committed = door.commit(checked, commit).await;
            drop(held);
            committed
        })
    }

    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        Box::pin(async move {
            let Self { door, company, tip, held } = *self;
            let checked = check::writes(&writes);
            let publish = move |tables: &mut Tables, _| {
                tables.write(company, writes)?;
                tables.publish(company, tip)
            };
            let published = door.commit(checked, publish).await;
            drop(held);
            published
        })
    }
}
