//! The SQLite engine: one file, owned by one process, read by any.
//!
//! One thread writes (`writer`), a few read (`threads`); WAL, and each commit flushed. Whoever opens the file for writing
//! owns it by a lock file. A turn is a lock in this process; what it commits is checked against the tip in the file all the
//! same.
//!
//! ```text
//! millbook work      Sqlite, and a Host that takes guests in     books.db.lock: 4711, 127.0.0.1:40123, …
//! millbook do …      Guest: reads the file, and writes through 127.0.0.1:40123 (decision 0100)
//! ```
//! Not here: what is said at the connection's ends (`words`).

mod door;
mod guest;
mod host;
mod lock;
mod open;
mod statements;
mod threads;
mod turn;
mod words;
mod writer;

pub use guest::Guest;
pub use host::Host;
pub use lock::owner;
pub use open::TABLES;

use crate::check;
use crate::error::{Conflict, Error, Owner, Result};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use crate::traits::{Store, Turn};
use door::Door;
use lock::Lock;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use threads::Threads;
use turn::{Places, Waited};
use world::{Clock, Moment, Waiting};
use writer::Writer;

/// How many threads read.
const READERS: usize = 3;

type Readers = Threads<Connection>;

/// How to open a file.
#[derive(Clone)]
pub struct Settings {
    /// The file.
    pub path: PathBuf,
    /// What the leases go by: on one file there is one machine, and its clock is the database's.
    pub clock: Arc<dyn Clock>,
    /// How many bytes the file may take, if less than the disk has; the log in front of it (WAL) comes on top.
    pub room: Option<u64>,
}

impl Settings {
    /// This file, all the room there is.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { path: path.into(), clock, room: None }
    }
}

/// A store in an SQLite file.
pub struct Sqlite {
    // In this order they are dropped: the lock goes last, when the writer has written.
    readers: Arc<Readers>,
    writer: Option<Arc<Writer>>,
    places: Places,
    stagings: Stagings,
    clock: Arc<dyn Clock>,
    path: PathBuf,
    lock: Option<Lock>,
}

/// Who holds the lease `STAGING` of a company: all of them were given by this process.
type Stagings = Arc<Mutex<BTreeMap<CompanyId, Lease>>>;

/// Opens the file as its owner, or as a guest of the process that owns it, if that takes guests in.
///
/// # Errors
/// As `Sqlite::open` and `Guest::open`.
pub fn open_or_visit(settings: Settings) -> Result<Arc<dyn Store>> {
    let mut tries = 0..5;
    loop {
        match Sqlite::open(settings.clone()) {
            Err(Error::Owned(Owner { address: Some(_), .. })) => {}
            opened => return opened.map(|store| Arc::new(store) as Arc<dyn Store>),
        }
        match Guest::open(&settings.path) {
            Err(Error::Lost { .. }) if tries.next().is_some() => {} // owners change just now
            visiting => return visiting.map(|store| Arc::new(store) as Arc<dyn Store>),
        }
    }
}

impl Sqlite {
    /// Opens the file for reading and writing, makes it if it isn't there, and owns it until dropped.
    ///
    /// # Errors
    /// `Owned` by whom, `Foreign`, `Newer`, `Corrupt`, `ReadOnly`, `Full`.
    pub fn open(settings: Settings) -> Result<Self> {
        let Settings { path, clock, room } = settings;
        open::look(&path)?; // a stranger's file gets no lock file beside it
        let lock = Lock::take(&path)?;
        let connection = open::writing(&path)?;
        if let Some(room) = room {
            limit(&connection, room)?;
        }
        // Whoever staged rows or held a lease did so in a process that has ended, or through one, for we own the file.
        connection.execute_batch("delete from staging; update lease set until = 0").map_err(open::failed)?;
        let readers = Readers::start(connections(&path)?);
        Ok(Self {
            readers: Arc::new(readers),
            writer: Some(Arc::new(Writer::start(connection))),
            places: Places::default(),
            stagings: Stagings::default(),
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
            stagings: Stagings::default(),
            clock,
            path,
            lock: None,
        })
    }

    /// Writes down in the lock file where guests are taken in, or that none are any more.
    fn show_door(&self, door: Option<&Door>) -> Result<()> {
        match &self.lock {
            Some(lock) => lock.name(door),
            None => self.writer().map(drop),
        }
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
        self.write_seen(checked, run, |_| {})
    }

    fn write_seen<T: Clone + Send + 'static>(
        &self,
        checked: Result<()>,
        run: impl FnMut(&Connection) -> Result<T> + Send + 'static,
        seen: impl FnOnce(&Result<T>) + Send + 'static,
    ) -> Waiting<'_, Result<T>> {
        match checked.and_then(|()| self.writer()) {
            Ok(writer) => writer.write(run, seen),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    /// Remembers who stages rows of a company, if this is the lease for it: each turn is told, and none reads for it.
    fn staging_seen(&self, company: CompanyId, name: &str) -> impl FnOnce(Option<&Lease>) + Send + 'static {
        let stagings = (name == <dyn Store>::STAGING).then(|| self.stagings.clone());
        move |lease| {
            if let Some(stagings) = stagings {
                let mut stagings = stagings.lock().unwrap_or_else(PoisonError::into_inner);
                match lease {
                    Some(lease) => stagings.insert(company, lease.clone()),
                    None => stagings.remove(&company),
                };
            }
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
        self.readers.run(statements::companies)
    }

    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>> {
        self.readers.run(move |db| statements::tip(db, company))
    }

    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.readers.run(move |db| statements::rows(db, company, after, most))
    }

    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.readers.run(move |db| statements::find(db, company, &commands))
    }

    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            let writer = self.writer()?;
            let mut turn = Waited::wait(&self.places, company, self.readers.clone(), writer).await?;
            let staging = self.stagings.lock().unwrap_or_else(PoisonError::into_inner).get(&company).cloned();
            turn.staging = staging.filter(|lease| lease.until > self.clock.now());
            Ok(Box::new(turn) as Box<dyn Turn>)
        })
    }

    fn begin_at(&self, company: CompanyId, known: Tip) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            let turn = self.begin(company).await?;
            let fits = turn.tip() == known && turn.staging().is_none();
            if fits { Ok(turn) } else { Err(Error::Conflict(Conflict::Tip)) }
        })
    }

    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>> {
        self.readers.run(move |db| statements::one_item(db, company, sheet, &key))
    }

    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>> {
        self.readers.run(move |db| statements::items(db, company, sheet, &after, most))
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
        let seen = self.staging_seen(company, &name);
        let run =
            move |db: &Connection| statements::lease_take(db, company, &name, &holder, length, clock.now());
        self.write_seen(checked, run, move |taken| {
            if let Ok(Taken::Ours(lease)) = taken {
                seen(Some(lease));
            }
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
        let seen = self.staging_seen(company, &name);
        let run =
            move |db: &Connection| statements::lease_move(db, company, &name, fence, length, clock.now());
        self.write_seen(Ok(()), run, move |renewed| {
            if let Ok(lease) = renewed {
                seen(Some(lease));
            }
        })
    }

    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        let clock = self.clock.clone();
        let seen = self.staging_seen(company, &name);
        let run = move |db: &Connection| match statements::lease_move(
            db,
            company,
            &name,
            fence,
            Duration::ZERO,
            clock.now(),
        ) {
            Err(Error::Conflict(_)) => Ok(None), // it was lost: there is nothing to give back
            moved => moved.map(Some),
        };
        let moved = self.write_seen(Ok(()), run, move |moved| {
            if let Ok(Some(_)) = moved {
                seen(None);
            }
        });
        Box::pin(async move { moved.await.map(drop) })
    }

    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        self.readers.run(move |db| statements::snapshot(db, company, &version))
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
        self.readers.run(statements::examine)
    }
}
