//! A few threads that read, each with a connection of its own; in WAL mode they never wait for the writer.
//!
//! Not here: what is read.

use crate::error::{Error, Result};
use futures_channel::oneshot;
use rusqlite::Connection;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use world::Waiting;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The reading threads' door. Dropped, it ends them.
pub(super) struct Readers {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> Self {
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = connections
            .into_iter()
            .map(|connection| {
                let waiting = waiting.clone();
                std::thread::spawn(move || {
                    while let Some(job) = next(&waiting) {
                        job(&connection);
                    }
                })
            })
            .collect();
        Self { jobs: Some(jobs), threads }
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Waiting<'static, Result<T>> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            sender.send(work(connection)).ok(); // nobody waits any more
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        Box::pin(async move {
            if !sent {
                return Err(Error::Other("the reading threads have ended".to_owned()));
            }
            receiver.await.unwrap_or_else(|_| Err(Error::Other("a reading thread has ended".to_owned())))
        })
    }
}

fn next(waiting: &Mutex<Receiver<Job>>) -> Option<Job> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            thread.join().ok(); // a thread that panicked has answered nobody, which they noticed
        }
    }
}
