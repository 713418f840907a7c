//! The SQLite engine: one file, owned by one process, read by any.
//!
//! One thread writes (`writer`), a few read (`reader`); WAL, and each commit flushed. Whoever opens the file for writing
//! owns it by a lock file that says who and where, so that a command line beside a server finds the server. A turn
//! is a lock in this process; what it commits is checked against the tip in the file all the same.
//!
//! Not here: another process's writes; they go through the owner.

mod lock;
mod open;
mod reader;
mod statements;
mod turn;
mod writer;

pub use lock::owner;
pub use open::TABLES;

use crate::check;
use crate::error::{Error, Result};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use crate::traits::{Store, Turn};
use lock::Lock;
use reader::Readers;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use turn::{Places, Waited};
use world::{Clock, Moment, Waiting};
use writer::Writer;

/// How many threads read.
const READERS: usize = 3;

/// How to open a file.
pub struct Settings {
    /// The file.
    pub path: PathBuf,
    /// What the leases go by: on one file there is one machine, and its clock is the database's.
    pub clock: Arc<dyn Clock>,
    /// Where this process takes requests, for others to read in the lock file.
    pub address: Option<String>,
    /// How many bytes the file may take, if less than the disk has; the log in front of it (WAL) comes on top.
    pub room: Option<u64>,
}

impl Settings {
    /// This file, no address, all the room there is.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { path: path.into(), clock, address: None, room: None }
    }
}

/// A store in an SQLite file.
pub struct Sqlite {
    // In this order they are dropped: the lock goes last, when the writer has written.
    readers: Arc<Readers>,
    writer: Option<Arc<Writer>>,
    places: Places,
    clock: Arc<dyn Clock>,
    path: PathBuf,
    lock: Option<Lock>,
}

impl Sqlite {
    /// Opens the file for reading and writing, makes it if it isn't there, and owns it until dropped.
    ///
    /// # Errors
    /// `Owned` by whom, `Foreign`, `Newer`, `Corrupt`, `ReadOnly`, `Full`.
    pub fn open(settings: Settings) -> Result<Self> {
        let Settings { path, clock, address, room } = settings;
        open::look(&path)?; // a stranger's file gets no lock file beside it
        let lock = Lock::take(&path, address.as_deref())?;
        let connection = open::writing(&path)?;
        if let Some(room) = room {
            limit(&connection, room)?;
        }
        // Whoever staged rows or held the right to did so in a process that has ended, for we own the file.
        connection
            .execute_batch("delete from staging; update lease set until = 0 where name = 'staging'")
            .map_err(open::failed)?;
        let readers = Readers::start(connections(&path)?);
        Ok(Self {
            readers: Arc::new(readers),
            writer: Some(Arc::new(Writer::start(connection))),
            places: Places::default(),
            clock,
            path,
            lock: Some(lock),
        })
    }

    /// Opens the file for reading only, beside a process that owns it or without one. What would write is refused with
    /// the owner.
    ///
    /// # Errors
    /// `Foreign` (also when there is no file), `Newer`, `Corrupt`, `ReadOnly`.
    pub fn open_reading(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Self> {
        let path = path.into();
        let readers = Readers::start(connections(&path)?);
        Ok(Self {
            readers: Arc::new(readers),
            writer: None,
            places: Places::default(),
            clock,
            path,
            lock: None,
        })
    }

    /// Writes down in the lock file where this process takes requests, once it does.
    ///
    /// # Errors
    /// `Full` and the like.
    pub fn set_address(&self, address: &str) -> Result<()> {
        self.lock.as_ref().map_or(Ok(()), |lock| lock.name(Some(address)))
    }

    fn writer(&self) -> Result<Arc<Writer>> {
        self.writer.clone().ok_or_else(|| match owner(&self.path) {
            Some(owner) => Error::Owned(owner),
            None => Error::ReadOnly(format!("{} was opened for reading", self.path.display())),
        })
    }

    fn write_job<T: Clone + Send + 'static>(
        &self,
        checked: Result<()>,
        run: impl FnMut(&Connection) -> Result<T> + Send + 'static,
    ) -> Waiting<'_, Result<T>> {
        match checked.and_then(|()| self.writer()) {
            Ok(writer) => writer.write(run, |_| {}),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

/// The database takes no more room than this, or than it has already.
fn limit(connection: &Connection, room: u64) -> Result<()> {
    let size: u64 = connection.query_row("pragma page_size", [], |row| row.get(0)).map_err(open::failed)?;
    connection
        .pragma_update_and_check(None, "max_page_count", (room / size).max(1), |_| Ok(()))
        .map_err(open::failed)
}

fn connections(path: &Path) -> Result<Vec<Connection>> {
    (0..READERS).map(|_| open::reading(path)).collect()
}

impl Store for Sqlite {
    fn companies(&self) -> Waiting<'_, Result<Vec<(CompanyId, Tip)>>> {
        self.readers.read(statements::companies)
    }

    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>> {
        self.readers.read(move |db| statements::tip(db, company))
    }

    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.readers.read(move |db| statements::rows(db, company, after, most))
    }

    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.readers.read(move |db| statements::find(db, company, &commands))
    }

    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            let writer = self.writer()?;
            let turn = Waited::wait(&self.places, company, self.readers.clone(), writer).await?;
            Ok(Box::new(turn) as Box<dyn Turn>)
        })
    }

    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>> {
        self.readers.read(move |db| statements::one_item(db, company, sheet, &key))
    }

    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>> {
        self.readers.read(move |db| statements::items(db, company, sheet, &after, most))
    }

    fn write(&self, company: CompanyId, writes: Vec<Write>) -> Waiting<'_, Result<()>> {
        self.write_job(check::writes(&writes), move |db| statements::write(db, company, &writes))
    }

    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>> {
        self.write_job(Ok(()), move |db| statements::sweep(db, sheet, now))
    }

    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>> {
        let clock = self.clock.clone();
        let checked = check::key("a lease's name", &name).and(check::key("a lease's holder", &holder));
        self.write_job(checked, move |db| {
            statements::lease_take(db, company, &name, &holder, length, clock.now())
        })
    }

    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>> {
        let clock = self.clock.clone();
        self.write_job(Ok(()), move |db| {
            statements::lease_move(db, company, &name, fence, length, clock.now())
        })
    }

    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        let clock = self.clock.clone();
        self.write_job(Ok(()), move |db| {
            match statements::lease_move(db, company, &name, fence, Duration::ZERO, clock.now()) {
                Err(Error::Conflict(_)) => Ok(()), // it was lost: there is nothing to give back
                moved => moved.map(drop),
            }
        })
    }

    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        self.readers.read(move |db| statements::snapshot(db, company, &version))
    }

    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>> {
        let checked = check::key("a snapshot's version", &snapshot.version);
        self.write_job(checked, move |db| statements::put_snapshot(db, company, &snapshot))
    }

    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>> {
        self.write_job(check::staged(company, &rows), move |db| statements::stage(db, &rows))
    }

    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>> {
        self.write_job(Ok(()), move |db| statements::unstage(db, company))
    }

    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>> {
        let clock = self.clock.clone();
        self.write_job(Ok(()), move |db| statements::unstage_abandoned(db, clock.now()))
    }

    fn examine(&self) -> Waiting<'_, Result<Vec<String>>> {
        self.readers.read(statements::examine)
    }
}
