//! The owner's side: takes guests in and does for them what writes, each in a thread of its own.
//!
//! A guest's turn is the owner's own turn, held while the guest's connection lives and is not silent for too long. Whoever
//! sends half a message, or what is none, or goes away, is put out: its turn is dropped, nothing of it happens. What was
//! heard whole is done to its end, whether or not somebody still waits for the answer.
//!
//! Not here: what is written (`Sqlite`), which program takes guests in.

use super::Sqlite;
use super::door::{Door, hear, say};
use super::words::{Answer, Request};
use crate::error::{Conflict, Error, Result};
use crate::row::{CompanyId, Entry, Tip};
use crate::sheet::Write;
use crate::traits::Store;
use futures_executor::block_on;
use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use world::Chance;

/// How many connections are taken; a guest has a few.
const CONNECTIONS_AT_MOST: usize = 64;

/// Takes guests in until it is dropped; then they are put out, and what they sent whole is done.
pub struct Host {
    house: Arc<House>,
    address: String,
    thread: Option<JoinHandle<()>>,
}

struct House {
    store: Arc<Sqlite>,
    door: Door,
    patience: Duration,
    /// The connections by their number; none once it is closed.
    inside: Mutex<Option<BTreeMap<u64, TcpStream>>>,
}

impl Host {
    /// How long a turn waits for its guest, and a message for its rest.
    pub const PATIENCE: Duration = Duration::from_secs(15);

    /// Opens a door on this machine and writes it down in the lock file.
    ///
    /// # Errors
    /// No port is to be had; the store was opened for reading.
    pub fn open(store: Arc<Sqlite>, chance: &dyn Chance, patience: Duration) -> Result<Self> {
        let failed = |error: io::Error| Error::Other(format!("no port for other programs: {error}"));
        let (door, listener) = Door::open(chance).map_err(failed)?;
        store.show_door(Some(&door))?;
        let address = door.address.clone();
        let inside = Mutex::new(Some(BTreeMap::new()));
        let house = Arc::new(House { store, door, patience, inside });
        let open = house.clone();
        let thread = std::thread::spawn(move || open.take_in(&listener));
        Ok(Self { house, address, thread: Some(thread) })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.house.store.show_door(None).ok(); // whoever reads it all the same finds nobody there
        for guest in self.house.inside().take().into_iter().flatten() {
            guest.1.shutdown(Shutdown::Both).ok(); // it went by itself
        }
        // Knocked at by ourselves, the listener looks up and finds the house closed.
        if let (Ok(_), Some(thread)) = (TcpStream::connect(&self.address), self.thread.take()) {
            thread.join().ok(); // it panicked: nobody is inside
        }
    }
}

/// A connection's place in the house; given back however its thread ends.
struct Place<'h> {
    house: &'h House,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.house.inside().as_mut().and_then(|inside| inside.remove(&self.number));
    }
}

impl House {
    fn inside(&self) -> MutexGuard<'_, Option<BTreeMap<u64, TcpStream>>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(&self, listener: &TcpListener) {
        std::thread::scope(|threads| {
            for (number, line) in (0..).zip(listener.incoming()) {
                match line.and_then(|line| Ok((line.try_clone()?, line))) {
                    Ok((seen, line)) => match &mut *self.inside() {
                        None => return,
                        Some(inside) if inside.len() >= CONNECTIONS_AT_MOST => {} // it hears that we closed
                        Some(inside) => {
                            inside.insert(number, seen);
                            let place = Place { house: self, number };
                            threads.spawn(move || {
                                let _place = place;
                                self.serve(line) // however it ended, the guest sees that it did
                            });
                        }
                    },
                    Err(_) if self.inside().is_none() => return,
                    // Out of handles, mostly: others give some back.
                    Err(_) => std::thread::park_timeout(Duration::from_millis(50)),
                }
            }
        });
    }

    fn serve(&self, mut line: TcpStream) -> io::Result<()> {
        line.set_nodelay(true)?;
        line.set_write_timeout(Some(self.patience))?;
        line.set_read_timeout(Some(self.patience))?;
        if !self.door.lets_in(&mut line)? {
            return Ok(());
        }
        loop {
            self.comes(&line, None)?;
            let answer = match hear(&mut line)? {
                Request::Begin(company) => self.turn(&mut line, company)?,
                request => Some(self.done(request)),
            };
            answer.map_or(Ok(()), |answer| say(&mut line, &answer))?;
        }
    }

    /// Waits for a message to begin; whether one does in this time. Its rest may not be late.
    fn comes(&self, line: &TcpStream, within: Option<Duration>) -> io::Result<bool> {
        line.set_read_timeout(within)?;
        let begun = line.peek(&mut [0]);
        line.set_read_timeout(Some(self.patience))?;
        match begun {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// A turn while the guest holds it; the answer to what ends it. Nothing is said to one who only went silent.
    fn turn(&self, line: &mut TcpStream, company: CompanyId) -> io::Result<Option<Answer>> {
        let turn = match block_on(self.store.begin(company)) {
            Ok(turn) => turn,
            Err(error) => return Ok(Some(Answer::Failed(error))),
        };
        say(line, &Answer::Begun(turn.tip(), turn.staging().cloned()))?;
        if !self.comes(line, Some(self.patience))? {
            return Ok(None);
        }
        match hear(line)? {
            Request::Commit(entries, writes) => Ok(Some(ended(block_on(turn.commit(entries, writes))))),
            Request::Publish(writes) => Ok(Some(ended(block_on(turn.publish(writes))))),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Everything that needs no turn held.
    fn done(&self, request: Request) -> Answer {
        let store = &*self.store;
        let done = |outcome: Result<()>| outcome.map(|()| Answer::Done);
        let answer = match request {
            Request::Begin(_) | Request::Commit(..) | Request::Publish(_) => {
                Err(Error::Busy(format!("a turn that is silent for {:?} is over", self.patience)))
            }
            Request::CommitAt(company, known, entries, writes) => {
                block_on(self.commit_at(company, known, entries, writes)).map(Answer::Ended)
            }
            Request::Write(company, writes) => done(block_on(store.write(company, writes))),
            Request::Sweep(sheet, now) => block_on(store.sweep(sheet, now)).map(Answer::Swept),
            Request::LeaseTake(company, name, holder, length) => {
                block_on(store.lease_take(company, name, holder, length)).map(Answer::Taken)
            }
            Request::LeaseRenew(company, name, fence, length) => {
                block_on(store.lease_renew(company, name, fence, length)).map(Answer::Renewed)
            }
            Request::LeaseRelease(company, name, fence) => {
                done(block_on(store.lease_release(company, name, fence)))
            }
            Request::PutSnapshot(company, snapshot) => done(block_on(store.put_snapshot(company, snapshot))),
            Request::Stage(company, rows) => done(block_on(store.stage(company, rows))),
            Request::Unstage(company) => done(block_on(store.unstage(company))),
            Request::UnstageAbandoned => block_on(store.unstage_abandoned()).map(Answer::Dropped),
        };
        answer.unwrap_or_else(Answer::Failed)
    }

    async fn commit_at(
        &self,
        company: CompanyId,
        known: Tip,
        entries: Vec<Entry>,
        writes: Vec<Write>,
    ) -> Result<Tip> {
        let turn = self.store.begin_at(company, known).await?;
        if turn.tip() != known {
            return Err(Error::Conflict(Conflict::Tip));
        }
        turn.commit(entries, writes).await
    }
}

fn ended(outcome: Result<Tip>) -> Answer {
    outcome.map_or_else(Answer::Failed, Answer::Ended)
}
