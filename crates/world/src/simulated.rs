//! The world in a test: a clock that moves only when told, chance from a seed, and a driver for futures.
//!
//! `drive(&clock, future)` polls until nothing can go on, moves the clock to the earliest moment somebody waits for,
//! and goes on: an hour of waiting takes microseconds, and the same seed gives the same run.
//!
//! Not here: a simulated network; tests bring their own `Transport`.

use crate::{Chance, Clock, Moment, Waiting};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// A clock that moves only when told.
#[derive(Clone, Default)]
pub struct SimulatedClock(Arc<Mutex<Timeline>>);

#[derive(Default)]
struct Timeline {
    now: Moment,
    sleepers: BTreeMap<(Moment, u64), Waker>,
    tickets: u64,
}

impl SimulatedClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Moment) -> Self {
        let clock = Self::default();
        clock.with(|timeline| timeline.now = now);
        clock
    }

    /// Moves the clock forward and wakes whoever waited for a moment up to then.
    pub fn advance(&self, duration: Duration) {
        let to = self.now().plus(duration);
        self.advance_to(to);
    }

    /// Moves the clock forward to `moment`; never back.
    pub fn advance_to(&self, moment: Moment) {
        let due = self.with(|timeline| {
            timeline.now = timeline.now.max(moment);
            let later = timeline.sleepers.split_off(&(timeline.now, u64::MAX));
            std::mem::replace(&mut timeline.sleepers, later)
        });
        due.into_values().for_each(Waker::wake);
    }

    /// The earliest moment anybody waits for.
    #[must_use]
    pub fn next_alarm(&self) -> Option<Moment> {
        self.with(|timeline| timeline.sleepers.keys().next().map(|(moment, _)| *moment))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Timeline) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Moment {
        self.with(|timeline| timeline.now)
    }

    fn sleep_until(&self, moment: Moment) -> Waiting<'static, ()> {
        let clock = self.clone();
        let mut ticket = Ticket { clock: clock.clone(), key: None };
        Box::pin(poll_fn(move |context| {
            let ticket = &mut ticket; // the closure owns the whole ticket, so that dropping it gives the place back
            clock.with(|timeline| {
                if timeline.now >= moment {
                    return Poll::Ready(());
                }
                let key = *ticket.key.get_or_insert_with(|| {
                    timeline.tickets += 1;
                    (moment, timeline.tickets)
                });
                timeline.sleepers.insert(key, context.waker().clone());
                Poll::Pending
            })
        }))
    }
}

/// A sleeper's place; given back when the sleeper is dropped, so that an abandoned wait holds nobody up.
struct Ticket {
    clock: SimulatedClock,
    key: Option<(Moment, u64)>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.with(|timeline| timeline.sleepers.remove(&key));
        }
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs a future to its end, moving the clock whenever it only waits for time.
///
/// `None` when it waits for something that no clock brings.
pub fn drive<T>(clock: &SimulatedClock, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let flag = Arc::new(Flag(AtomicBool::new(true)));
    let waker = Waker::from(flag.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        while flag.0.swap(false, Ordering::SeqCst) {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Some(value);
            }
        }
        clock.advance_to(clock.next_alarm()?);
    }
}

/// Random bytes from a seed (SplitMix64). Never for real secrets.
pub struct SeededChance(Mutex<u64>);

impl SeededChance {
    /// The same seed gives the same bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_moves_the_clock_to_the_next_alarm_only() {
        let clock = SimulatedClock::at(Moment::from_millis(1_000));
        let inner = clock.clone();
        let seen = drive(&clock, async move {
            inner.sleep_until(Moment::from_millis(61_000)).await;
            let first = inner.now();
            inner.sleep_until(Moment::from_millis(5_000)).await;
            (first, inner.now())
        });
        assert_eq!(seen, Some((Moment::from_millis(61_000), Moment::from_millis(61_000))));
        assert_eq!(drive(&clock, std::future::pending::<()>()), None);
    }

    #[test]
    fn an_abandoned_wait_sets_no_alarm() {
        let clock = SimulatedClock::default();
        let mut wait = clock.sleep_until(Moment::from_millis(500));
        let waker = Waker::noop();
        assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
        assert_eq!(clock.next_alarm(), Some(Moment::from_millis(500)));
        drop(wait);
        assert_eq!(clock.next_alarm(), None);
    }

    #[test]
    fn one_seed_one_sequence() {
        let bytes = |seed| {
            let mut buffer = [0; 20];
            SeededChance::new(seed).fill(&mut buffer);
            buffer
        };
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }
}
