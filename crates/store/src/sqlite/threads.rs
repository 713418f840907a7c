//! A few threads that do what waits, each with a tool of its own: three read, each with a connection to the file, and in
//! WAL mode they never wait for the writer.
//!
//! Not here: what is done.

use crate::error::{Error, Result};
use futures_channel::oneshot;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use world::Waiting;

type Job<Tool> = Box<dyn FnOnce(&Tool) + Send>;

/// The threads' door. Dropped, it ends them when all that waited is done.
pub(super) struct Threads<Tool> {
    jobs: Option<Sender<Job<Tool>>>,
    threads: Vec<JoinHandle<()>>,
}

impl<Tool: Send + 'static> Threads<Tool> {
    pub(super) fn start(tools: Vec<Tool>) -> Self {
        let (jobs, waiting) = channel::<Job<Tool>>();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = tools
            .into_iter()
            .map(|tool| {
                let waiting = waiting.clone();
                std::thread::spawn(move || {
                    while let Some(job) = next(&waiting) {
                        job(&tool);
                    }
                })
            })
            .collect();
        Self { jobs: Some(jobs), threads }
    }

    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tool) -> Result<T> + Send + 'static,
    ) -> Waiting<'static, Result<T>> {
        let (sender, receiver) = oneshot::channel();
        let job: Job<Tool> = Box::new(move |tool| {
            sender.send(work(tool)).ok(); // nobody waits any more
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        Box::pin(async move {
            if !sent {
                return Err(Error::Other("the threads have ended".to_owned()));
            }
            receiver.await.unwrap_or_else(|_| Err(Error::Other("a thread has ended".to_owned())))
        })
    }
}

fn next<Tool>(waiting: &Mutex<Receiver<Job<Tool>>>) -> Option<Job<Tool>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

impl<Tool> Drop for Threads<Tool> {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            thread.join().ok(); // a thread that panicked has answered nobody, which they noticed
        }
    }
}
