//! What one node has open: looks, changes, turns; each on a copy of the tables that is dropped if it fails.
//!
//! Not here: what is done to the tables (`tables`), the switches (`MemoryStore`).

use futures_util::lock::OwnedMutexGuard;
use sha2::{Digest, Sha256};
use std::future::poll_fn;
use std::sync::{Arc, MutexGuard};
use std::task::Poll;
use std::time::Duration;
use store::{
    Attachments, CompanyId, Entry, Error, Hash, Item, Lease, Result, Row, Sheet, Snapshot, Store, Taken, Tip,
    Turn, Write, chain, check,
};
use world::{Moment, Waiting};

use super::tables::Tables;
use super::{CommitFault, Kept, Memory};
use crate::crash::{Crash, Point};

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
pub(super) struct Door {
    pub(super) memory: Arc<Memory>,
    /// How often the power had gone when it was opened.
    pub(super) cuts: u64,
    pub(super) crash: Crash,
}

impl Door {
    fn kept(&self) -> Result<MutexGuard<'_, Kept>> {
        let kept = self.memory.kept();
        let away = kept.is_away(self.memory.clock.now());
        if kept.cuts == self.cuts && !away { Ok(kept) } else { Err(lost(false)) }
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
        self.memory.kept().begin_change(self.memory.clock.now());
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

impl Attachments for Door {
    fn put(&self, company: CompanyId, bytes: Vec<u8>) -> Waiting<'_, Result<Hash>> {
        let hash = Hash(Sha256::digest(&bytes).into());
        Box::pin(self.change(Ok(()), move |tables, _| {
            tables.files.insert_mut((company, hash), bytes);
            Ok(hash)
        }))
    }

    fn get(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<Option<Vec<u8>>>> {
        Box::pin(self.look(move |tables| tables.files.get(&(company, hash)).cloned()))
    }

    fn delete(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<()>> {
        Box::pin(self.change(Ok(()), move |tables, _| {
            tables.files.remove_mut(&(company, hash));
            Ok(())
        }))
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
