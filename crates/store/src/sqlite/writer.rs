//! The one thread that writes: it takes every waiting job, does all of them in one transaction, and commits once.
//!
//! Sixty-four companies with a turn each cost one flush to the disk, not sixty-four. If a job can't be done, all are
//! undone and each is done again alone, so that one conflict doesn't fail its neighbours.
//!
//! Not here: what a job does.

use super::open::failed;
use crate::error::{Error, Result};
use futures_channel::oneshot;
use rusqlite::{Connection, TransactionBehavior};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use world::Waiting;

/// No more than this many jobs share a transaction.
const TOGETHER_AT_MOST: usize = 1_024;

trait Job: Send {
    /// Does it within the transaction that is open. It may be done again after a roll-back.
    fn run(&mut self, connection: &Connection) -> Result<()>;
    /// Tells the one who waits; only after the commit, or when it has failed.
    fn answer(self: Box<Self>, outcome: Result<()>);
}

struct Task<T, Run, Done> {
    run: Run,
    value: Option<T>,
    done: Done,
}

impl<T, Run, Done> Job for Task<T, Run, Done>
where
    T: Send,
    Run: FnMut(&Connection) -> Result<T> + Send,
    Done: FnOnce(Result<T>) + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<()> {
        self.value = Some((self.run)(connection)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let value = self.value.ok_or_else(|| Error::Other("the job was never run".to_owned()));
        (self.done)(outcome.and(value));
    }
}

/// The writing thread's door. Dropped, it ends the thread when all that waited is written.
pub(super) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (jobs, waiting) = channel();
        let thread = std::thread::spawn(move || serve(connection, &waiting));
        Self { jobs: Some(jobs), thread: Some(thread) }
    }

    /// Has it written; `seen` is told the outcome on the writing thread, before the one who waits.
    pub(super) fn write<T: Clone + Send + 'static>(
        &self,
        run: impl FnMut(&Connection) -> Result<T> + Send + 'static,
        seen: impl FnOnce(&Result<T>) + Send + 'static,
    ) -> Waiting<'static, Result<T>> {
        let (sender, receiver) = oneshot::channel();
        let done = move |outcome: Result<T>| {
            seen(&outcome);
            sender.send(outcome).ok(); // nobody waits any more: it is done all the same
        };
        let job = Box::new(Task { run, value: None, done });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        Box::pin(async move {
            if !sent {
                return Err(Error::Other("the writing thread has ended".to_owned()));
            }
            receiver.await.unwrap_or_else(|_| Err(Error::Other("the writing thread has ended".to_owned())))
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok(); // a thread that panicked has answered nobody, which they noticed
        }
    }
}

fn serve(mut connection: Connection, waiting: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        jobs.extend(waiting.try_iter().take(TOGETHER_AT_MOST - 1));
        match together(&mut connection, &mut jobs) {
            Outcome::Committed => jobs.into_iter().for_each(|job| job.answer(Ok(()))),
            Outcome::RolledBack(error) if jobs.len() == 1 => answer_all(jobs, &error),
            Outcome::RolledBack(_) => jobs.into_iter().for_each(|job| alone(&mut connection, job)),
            Outcome::Failed(error) => answer_all(jobs, &error),
        }
    }
}

fn alone(connection: &mut Connection, job: Box<dyn Job>) {
    let mut jobs = vec![job];
    match together(connection, &mut jobs) {
        Outcome::Committed => jobs.into_iter().for_each(|job| job.answer(Ok(()))),
        Outcome::RolledBack(error) | Outcome::Failed(error) => answer_all(jobs, &error),
    }
}

fn answer_all(jobs: Vec<Box<dyn Job>>, error: &Error) {
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}

enum Outcome {
    Committed,
    /// Surely nothing was written.
    RolledBack(Error),
    /// The commit itself failed.
    Failed(Error),
}

fn together(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> Outcome {
    let tx = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(tx) => tx,
        Err(error) => return Outcome::RolledBack(failed(error)),
    };
    for job in jobs {
        if let Err(error) = job.run(&tx) {
            return Outcome::RolledBack(error); // dropping the transaction rolls it back
        }
    }
    match tx.commit() {
        Ok(()) => Outcome::Committed,
        Err(error) => Outcome::Failed(failed(error)),
    }
}
