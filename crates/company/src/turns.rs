//! Turns behind one another: one is decided while the rows of those before it are on their way to the disk.
//!
//! Sixty-four wait. The first turn takes thirty-two and sends them off; meanwhile the other thirty-two are decided on the state
//! that the first will have made, and sent off behind it. Had the first failed, the log wouldn't end where the second
//! believes it does, whose hash is of all that stands before it: nothing of it is written, and it is decided anew.
//!
//! - Who decides holds the place of deciding until its rows are sent off, so they go in the order they were decided in.
//! - Two are under way at most: there are two places, taken by turns.
//! - The place of deciding is taken before one of these.
//!
//! Not here: what is decided (`round`), and the commit (`log`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::lock::{Mutex, MutexGuard, MutexLockFuture};
use store::Tip;

use crate::log::locked;
use crate::state::State;
use crate::waiting::let_others_go_first;

/// No more than this many wishes share a commit.
const TOGETHER_AT_MOST: usize = 1_000;

/// Fewer than these aren't parted: a flush of the disk costs as much as deciding a dozen.
const TOGETHER_AT_LEAST: usize = 16;

/// The place of whoever decides.
pub(crate) type Deciding<'t> = MutexGuard<'t, ()>;

/// The places of a log's turns.
#[derive(Default)]
pub(crate) struct Turns {
    deciding: Mutex<()>,
    committing: [Mutex<()>; 2],
    /// How many were sent off.
    sent: AtomicUsize,
    under_way: AtomicUsize,
}

/// Nobody else decides or commits.
pub(crate) struct Whole<'t> {
    _deciding: Deciding<'t>,
    _committing: (MutexGuard<'t, ()>, MutexGuard<'t, ()>),
}

impl Turns {
    pub(crate) fn decide(&self) -> MutexLockFuture<'_, ()> {
        self.deciding.lock()
    }

    /// A place for rows to be sent off, for somebody who has the place of deciding: when the turn before the last has ended.
    pub(crate) fn commit(&self) -> MutexLockFuture<'_, ()> {
        self.committing[self.sent.fetch_add(1, Ordering::Relaxed) % 2].lock()
    }

    pub(crate) async fn whole(&self) -> Whole<'_> {
        self.all_of_it(None).await
    }

    /// The whole, for somebody who may have the place of deciding.
    pub(crate) async fn all_of_it<'t>(&'t self, deciding: Option<Deciding<'t>>) -> Whole<'t> {
        let deciding = match deciding {
            Some(deciding) => deciding,
            None => self.decide().await,
        };
        let [one, other] = &self.committing;
        Whole { _deciding: deciding, _committing: (one.lock().await, other.lock().await) }
    }

    /// How many of those who wait a turn takes: half of all who ask, so that the other half is decided while these are
    /// written; all, if too few would be left.
    pub(crate) fn share_of(&self, waiting: usize) -> usize {
        let half = (waiting + self.under_way.load(Ordering::Relaxed)).div_ceil(2);
        let share = if waiting < half + TOGETHER_AT_LEAST { waiting } else { half };
        share.min(TOGETHER_AT_MOST)
    }

    /// Waits until a turn that is under way has ended, the older one, if that is better than deciding meanwhile for so few:
    /// they share the next commit with those who come back from that one.
    pub(crate) async fn wait_with(&self, waiting: usize) {
        if waiting < TOGETHER_AT_LEAST && self.under_way.load(Ordering::Relaxed) > 0 {
            let next = self.sent.load(Ordering::Relaxed) % 2;
            let older = if self.committing[next].try_lock().is_some() { 1 - next } else { next };
            drop(self.committing[older].lock().await);
            let_others_go_first().await;
        }
    }

    /// So many are on their way, until that is dropped.
    pub(crate) fn under_way(&self, count: usize) -> UnderWay<'_> {
        self.under_way.fetch_add(count, Ordering::Relaxed);
        UnderWay(&self.under_way, count)
    }
}

/// Wishes on their way.
pub(crate) struct UnderWay<'t>(&'t AtomicUsize, usize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

/// A state that others may be decided on, and the row it ends with.
pub(crate) struct Held<F> {
    fold: Arc<F>,
    pub(crate) tip: Tip,
}

impl<F> Clone for Held<F> {
    fn clone(&self) -> Held<F> {
        Held { fold: self.fold.clone(), tip: self.tip }
    }
}

impl<F: Clone> Held<F> {
    pub(crate) fn new(state: State<F>) -> Held<F> {
        Held { fold: Arc::new(state.fold), tip: state.tip }
    }

    pub(crate) fn ending(self, tip: Tip) -> Held<F> {
        Held { tip, ..self }
    }

    /// A copy to change.
    pub(crate) fn state(&self) -> State<F> {
        State { fold: (*self.fold).clone(), tip: self.tip }
    }
}

/// What is known of a log: the state with all that is durable, as far as this program has heard, and the one that was decided
/// last, which is durable, or on its way, or will never be.
pub(crate) struct Known<F>(std::sync::Mutex<[Option<Held<F>>; 2]>);

impl<F> Default for Known<F> {
    fn default() -> Known<F> {
        Known(std::sync::Mutex::new([None, None]))
    }
}

impl<F: Clone> Known<F> {
    pub(crate) fn durable(&self) -> Option<Held<F>> {
        locked(&self.0)[0].clone()
    }

    /// What the next turn is decided on.
    pub(crate) fn newest(&self) -> Option<Held<F>> {
        let known = locked(&self.0);
        known[1].clone().or_else(|| known[0].clone())
    }

    /// This was decided, and will perhaps be durable.
    pub(crate) fn decided(&self, state: Held<F>) {
        locked(&self.0)[1] = Some(state);
    }

    /// This is durable now, and all before it; what was decided on it may be on its way.
    pub(crate) fn committed(&self, state: Held<F>) {
        let durable = &mut locked(&self.0)[0];
        if durable.as_ref().is_none_or(|known| known.tip.seq < state.tip.seq) {
            *durable = Some(state);
        }
    }

    /// The next turn is decided on what is durable.
    pub(crate) fn begin_anew(&self) {
        locked(&self.0)[1] = None;
    }

    /// What is durable was read; nothing, if it must be read again.
    pub(crate) fn read(&self, state: Option<State<F>>) {
        *locked(&self.0) = [state.map(Held::new), None];
    }
}
