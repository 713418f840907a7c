//! Two turns at a time: one is decided while the rows of the one before it are on their way to the disk.
//!
//! Sixty-four wait. The first turn takes thirty-two and commits them; meanwhile the other thirty-two are decided on the state
//! that the first will have made. When the first is durable, its wishes are answered and the second commits. Had the first
//! failed, the state that the second was decided on would never have become the durable one (`Held::is`), and it
//! is decided anew.
//!
//! - Who decides holds the place of deciding until the turn before has ended; so there are never three.
//! - Both places are taken in one order: deciding, then committing.
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
    committing: Mutex<()>,
    under_way: AtomicUsize,
}

/// Nobody else decides or commits.
pub(crate) struct Whole<'t> {
    _deciding: Deciding<'t>,
    _committing: MutexGuard<'t, ()>,
}

impl Turns {
    pub(crate) fn decide(&self) -> MutexLockFuture<'_, ()> {
        self.deciding.lock()
    }

    pub(crate) fn commit(&self) -> MutexLockFuture<'_, ()> {
        self.committing.lock()
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
        Whole { _deciding: deciding, _committing: self.commit().await }
    }

    /// How many of those who wait a turn takes: half of all who ask, so that the other half is decided while these are
    /// written; all, if too few would be left.
    pub(crate) fn share_of(&self, waiting: usize) -> usize {
        let half = (waiting + self.under_way.load(Ordering::Relaxed)).div_ceil(2);
        let share = if waiting < half + TOGETHER_AT_LEAST { waiting } else { half };
        share.min(TOGETHER_AT_MOST)
    }

    /// Waits until the turn before has ended, if that is better than deciding meanwhile for so few: they share the next
    /// commit with those who come back from this one.
    pub(crate) async fn wait_with(&self, waiting: usize) {
        if waiting < TOGETHER_AT_LEAST && self.under_way.load(Ordering::Relaxed) > 0 {
            drop(self.commit().await);
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

/// A state that others may be decided on, and the row it ends with. The hash of that row is known when it is durable.
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

    /// Whether it is that very state, not only an equal one.
    pub(crate) fn is(&self, other: &Held<F>) -> bool {
        Arc::ptr_eq(&self.fold, &other.fold)
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

    /// This is durable now; what was decided on it may be on its way.
    pub(crate) fn committed(&self, state: Held<F>) {
        locked(&self.0)[0] = Some(state);
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
