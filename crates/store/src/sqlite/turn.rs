//! A turn on an SQLite file: a lock a company in this process, and a commit that shares its flush with other companies.
//!
//! The lock keeps the newest tip, so a turn begins without touching the file. A commit hands the lock to the writing
//! thread and gets it back with the new tip; when the one who waits is dropped meanwhile, the next turn still waits for
//! the outcome. Not here: statements.

use super::Readers;
use super::statements;
use super::writer::Writer;
use crate::chain::chain;
use crate::check;
use crate::error::Result;
use crate::lease::Lease;
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::Write;
use crate::traits::Turn;
use futures_util::lock::{Mutex, OwnedMutexGuard};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use world::Waiting;

/// The newest tip of a company, if it is known.
type Place = Arc<Mutex<Option<Tip>>>;

/// A place a company.
#[derive(Default)]
pub(super) struct Places(std::sync::Mutex<BTreeMap<CompanyId, Place>>);

impl Places {
    pub(super) fn of(&self, company: CompanyId) -> Place {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(company).or_default().clone()
    }
}

/// A turn that was waited for.
pub(super) struct Waited {
    company: CompanyId,
    tip: Tip,
    pub(super) staging: Option<Lease>,
    place: OwnedMutexGuard<Option<Tip>>,
    readers: Arc<Readers>,
    writer: Arc<Writer>,
}

impl Waited {
    pub(super) async fn wait(
        places: &Places,
        company: CompanyId,
        readers: Arc<Readers>,
        writer: Arc<Writer>,
    ) -> Result<Self> {
        let mut place = places.of(company).lock_owned().await;
        let tip = match *place {
            Some(tip) => tip,
            None => readers.run(move |db| statements::tip(db, company)).await?,
        };
        *place = Some(tip);
        Ok(Self { company, tip, staging: None, place, readers, writer })
    }

    /// Has it written; until that is answered the place stays ours.
    fn finish(
        self,
        mut run: impl FnMut(&rusqlite::Connection) -> Result<Tip> + Send + 'static,
    ) -> Waiting<'static, Result<Tip>> {
        let Self { mut place, writer, .. } = self;
        writer.write(move |db| run(db), move |outcome| *place = outcome.as_ref().ok().copied())
    }
}

impl Turn for Waited {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn staging(&self) -> Option<&Lease> {
        self.staging.as_ref()
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        let company = self.company;
        self.readers.run(move |db| statements::rows(db, company, after, most))
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        let company = self.company;
        self.readers.run(move |db| statements::find(db, company, &commands))
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let (company, tip) = (self.company, self.tip);
        if let Err(error) = check::entries(&entries).and(check::writes(&writes)) {
            return Box::pin(async { Err(error) });
        }
        let rows = chain(company, tip, entries);
        self.finish(move |db| {
            statements::write(db, company, &writes)?;
            statements::append(db, company, tip, &rows)
        })
    }

    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let (company, tip) = (self.company, self.tip);
        if let Err(error) = check::writes(&writes) {
            return Box::pin(async { Err(error) });
        }
        self.finish(move |db| {
            statements::write(db, company, &writes)?;
            statements::publish(db, company, tip)
        })
    }
}
