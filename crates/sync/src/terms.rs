//! The runner's own numbers, who watches it, and the word that ends it.
//!
//! A lease of 120 s, renewed every 30 s; a request has 30 s; bodies are kept 90 days. Not here: a company's settings (`plan`).

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::report::Progress;

/// Somebody who watches a run.
pub type Watcher = Arc<dyn Fn(Progress) + Send + Sync>;

/// The runner's own numbers.
#[derive(Clone)]
pub struct Terms {
    /// How long a lease lasts.
    pub lease: Duration,
    /// How often it is renewed.
    pub renew: Duration,
    /// How long a request may be under way.
    pub timeout: Duration,
    /// What must be left of the lease besides, for a new request.
    pub margin: Duration,
    /// How long the bytes of requests and answers are kept (LOG-1).
    pub keep: Duration,
    /// The least time between two runs by hand (SCH-3), and between two runs by schedule.
    pub every: Duration,
    /// How long the organisation, with its lock dates, counts as just read.
    pub fresh: Duration,
    /// How often a run plans at most: nothing can keep it going for ever.
    pub rounds: u32,
    /// Who watches.
    pub watcher: Option<Watcher>,
}

impl Default for Terms {
    fn default() -> Terms {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Terms {
            lease: Duration::from_secs(120),
            renew: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
            margin: Duration::from_secs(10),
            keep: minutes(90 * 24 * 60),
            every: minutes(5),
            fresh: minutes(60),
            rounds: 30,
            watcher: None,
        }
    }
}

impl Terms {
    pub(crate) fn tell(&self, progress: Progress) {
        if let Some(watcher) = &self.watcher {
            watcher(progress);
        }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms").field("lease", &self.lease).field("keep", &self.keep).finish_non_exhaustive()
    }
}

/// The word that ends what is under way, in order: no new call begins, what was answered is recorded.
#[derive(Clone, Default)]
pub struct Stopping(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    told: bool,
    waiting: Vec<Waker>,
}

impl Stopping {
    /// Says it.
    pub fn tell(&self) {
        let waiting = {
            let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            told.told = true;
            std::mem::take(&mut told.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether it was said.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).told
    }

    /// Ends when it is said.
    pub async fn told(&self) {
        poll_fn(|context| {
            let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if told.told {
                return Poll::Ready(());
            }
            if !told.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                told.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}
