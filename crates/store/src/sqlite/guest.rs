//! A guest of the process that owns the file: reads the file itself, and has the owner write.
//!
//! It is one more way to reach a store: turns, leases and staging are the owner's, so a guest and the owner are to each
//! other as two nodes on one database. A guest lives no longer than its owner: once that has ended every request is lost,
//! and whoever wants to go on opens anew. A connection that broke leaves it open whether the request was done.
//!
//! Not here: how messages look (`words`), what the owner does with them (`host`).

use super::door::{Door, Entered, hear, say};
use super::lock::owner_and_door;
use super::threads::Threads;
use super::turn::Places;
use super::words::{Answer, Request};
use super::{Readers, connections, statements};
use crate::error::{Conflict, Error, Owner, Result};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use crate::traits::{Store, Turn};
use futures_util::lock::OwnedMutexGuard;
use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use world::{Moment, Waiting};

/// So many requests wait for a turn at once.
const WAITING: usize = 4;
/// So many others are under way at once: they never wait for those, who may wait for them.
const GOING: usize = 4;

/// A store in an SQLite file that another process owns.
pub struct Guest {
    readers: Arc<Readers>,
    places: Places,
    lines: Arc<Lines>,
    waiting: Arc<Threads<()>>,
    going: Arc<Threads<()>>,
}

impl Guest {
    /// Opens the file for reading, and knocks at its owner's door.
    ///
    /// # Errors
    /// `Owned` by a process that takes no guests in, or is of another version; `Lost`: it doesn't open, or nobody owns the
    /// file any more; `Foreign`, `Newer`, `Corrupt`.
    pub fn open(path: &Path) -> Result<Self> {
        let ended = || Error::Lost { may_have_happened: false, what: "its owner has ended".to_owned() };
        let (owner, door) = owner_and_door(path).ok_or_else(ended)?;
        let door = door.ok_or_else(|| Error::Owned(owner.clone()))?;
        let lines = Lines { door, owner, idle: Mutex::default() };
        let first = lines.line()?;
        lines.keep(first);
        Ok(Self {
            readers: Arc::new(Readers::start(connections(path)?)),
            places: Places::default(),
            lines: Arc::new(lines),
            waiting: Arc::new(Threads::start(vec![(); WAITING])),
            going: Arc::new(Threads::start(vec![(); GOING])),
        })
    }

    fn way(
        &self,
        company: CompanyId,
        threads: &Arc<Threads<()>>,
        place: OwnedMutexGuard<Option<Tip>>,
    ) -> Way {
        let (readers, lines) = (self.readers.clone(), self.lines.clone());
        Way { company, readers, lines, threads: threads.clone(), place }
    }

    fn ask<T: Send + 'static>(
        &self,
        request: Request,
        heard: fn(Answer) -> Option<T>,
    ) -> Waiting<'_, Result<T>> {
        let lines = self.lines.clone();
        self.going.run(move |()| lines.ask(lines.line()?, request, heard))
    }
}

/// The connections to the owner.
struct Lines {
    door: Door,
    owner: Owner,
    idle: Mutex<Vec<TcpStream>>,
}

impl Lines {
    /// One that nobody uses, or a new one.
    fn line(&self) -> Result<TcpStream> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle.map_or_else(|| self.door.enter(), |line| Ok(Entered::Inside(line)))? {
            Entered::Inside(line) => Ok(line),
            Entered::Stranger(program) => {
                Err(Error::Owned(Owner { program: Some(program), ..self.owner.clone() }))
            }
        }
    }

    fn keep(&self, line: TcpStream) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Asks, and keeps the connection for whoever comes next.
    fn ask<T>(&self, mut line: TcpStream, request: Request, heard: fn(Answer) -> Option<T>) -> Result<T> {
        let heard = self.on(&mut line, &request, heard);
        // After a request that was too large to be said the owner may still wait for it.
        if !matches!(heard, Err(Error::Lost { .. } | Error::Wrong(_))) {
            self.keep(line);
        }
        heard
    }

    fn on<T>(&self, line: &mut TcpStream, request: &Request, heard: fn(Answer) -> Option<T>) -> Result<T> {
        let may_have_happened = !matches!(request, Request::Begin(_));
        let lost = |error: io::Error| match error.kind() {
            io::ErrorKind::FileTooLarge => Error::Wrong(error.to_string()),
            _ => Error::Lost { may_have_happened, what: self.door.said(&error) },
        };
        say(line, request).map_err(lost)?;
        match hear(line).map_err(lost)? {
            Answer::Failed(error) => Err(error),
            answer => heard(answer)
                .ok_or_else(|| lost(io::Error::new(io::ErrorKind::InvalidData, "another answer"))),
        }
    }
}

/// What an answer brings, if it is the one that was expected.
macro_rules! brings {
    ($($answer:pat => $brought:expr),*) => {
        |answer| match answer {
            $($answer => Some($brought),)*
            _ => None,
        }
    };
}

impl Store for Guest {
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
            // This process's turns wait here, so that they don't take a connection each only to wait.
            let place = self.places.of(company).lock_owned().await;
            let lines = self.lines.clone();
            let begun = self.waiting.run(move |()| {
                let mut line = lines.line()?;
                let begun = brings!(Answer::Begun(tip, staging) => (tip, staging));
                let (tip, staging) = lines.on(&mut line, &Request::Begin(company), begun)?;
                Ok((line, tip, staging))
            });
            let (line, tip, staging) = begun.await?;
            let way = self.way(company, &self.going, place);
            Ok(Box::new(Held { way, line, tip, staging }) as Box<dyn Turn>)
        })
    }

    fn begin_at(&self, company: CompanyId, known: Tip) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            let place = self.places.of(company).lock_owned().await;
            let way = self.way(company, &self.waiting, place);
            Ok(Box::new(Believed { way, tip: known }) as Box<dyn Turn>)
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
        self.ask(Request::Write(company, writes), brings!(Answer::Done => ()))
    }

    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>> {
        self.ask(Request::Sweep(sheet, now), brings!(Answer::Swept(count) => count))
    }

    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>> {
        let request = Request::LeaseTake(company, name, holder, length);
        self.ask(request, brings!(Answer::Taken(taken) => taken))
    }

    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>> {
        let request = Request::LeaseRenew(company, name, fence, length);
        self.ask(request, brings!(Answer::Renewed(lease) => lease))
    }

    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        self.ask(Request::LeaseRelease(company, name, fence), brings!(Answer::Done => ()))
    }

    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        self.readers.run(move |db| statements::snapshot(db, company, &version))
    }

    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>> {
        self.ask(Request::PutSnapshot(company, snapshot), brings!(Answer::Done => ()))
    }

    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>> {
        self.ask(Request::Stage(company, rows), brings!(Answer::Done => ()))
    }

    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>> {
        self.ask(Request::Unstage(company), brings!(Answer::Done => ()))
    }

    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>> {
        self.ask(Request::UnstageAbandoned, brings!(Answer::Dropped(companies) => companies))
    }

    fn examine(&self) -> Waiting<'_, Result<Vec<String>>> {
        self.readers.run(statements::examine)
    }
}

/// What a turn needs of its guest, and the place that keeps the process's other turns waiting.
struct Way {
    company: CompanyId,
    readers: Arc<Readers>,
    lines: Arc<Lines>,
    threads: Arc<Threads<()>>,
    place: OwnedMutexGuard<Option<Tip>>,
}

impl Way {
    fn rows(&self, after: u64, most: usize) -> Waiting<'static, Result<Vec<Row>>> {
        let company = self.company;
        self.readers.run(move |db| statements::rows(db, company, after, most))
    }

    fn find(&self, commands: Vec<String>) -> Waiting<'static, Result<Vec<Row>>> {
        let company = self.company;
        self.readers.run(move |db| statements::find(db, company, &commands))
    }

    /// The request that ends the turn; the place is free when it is answered, whoever waits for that.
    fn end(self, line: Option<TcpStream>, request: Request) -> Waiting<'static, Result<Tip>> {
        let Self { lines, threads, place, .. } = self;
        threads.run(move |()| {
            let _place = place;
            let line = line.map_or_else(|| lines.line(), Ok)?;
            lines.ask(line, request, brings!(Answer::Ended(tip) => tip))
        })
    }
}

/// A turn that the owner holds for us as long as the connection lives.
struct Held {
    way: Way,
    line: TcpStream,
    tip: Tip,
    staging: Option<Lease>,
}

impl Turn for Held {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn staging(&self) -> Option<&Lease> {
        self.staging.as_ref()
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.way.rows(after, most)
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.way.find(commands)
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        self.way.end(Some(self.line), Request::Commit(entries, writes))
    }

    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        self.way.end(Some(self.line), Request::Publish(writes))
    }
}

/// A turn of somebody who knew the tip: it holds up only this process.
struct Believed {
    way: Way,
    tip: Tip,
}

impl Turn for Believed {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.way.rows(after, most)
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.way.find(commands)
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let request = Request::CommitAt(self.way.company, self.tip, entries, writes);
        self.way.end(None, request)
    }

    fn publish(self: Box<Self>, _: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        // What was staged needs a turn that looks.
        Box::pin(async { Err(Error::Conflict(Conflict::Tip)) })
    }
}
