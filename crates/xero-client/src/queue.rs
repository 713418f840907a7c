//! The line before the limiter: who may send next, and a ticket that is given back whatever happens.
//!
//! Those who wait for one organisation are served by priority, then in order of coming. A wait longer than the caller's
//! patience is handed back at once with the moment it would end. A ticket that is dropped (the caller went away) counts
//! as a call that Xero may still count.
//!
//! Not here: the arithmetic (`limits`).

use crate::limits::{Limiter, Priority, Snapshot, Tenant, Told, Turn, Usage};
use crate::send::Client;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;
use world::{Clock, Moment};
use xero::outcome::Limit;

/// A place in the line.
type Place = (Tenant, Priority, u64);

struct Line {
    limiter: Limiter,
    waiting: BTreeMap<Place, Option<Waker>>,
    places: u64,
}

/// The line of one app.
pub struct Queue {
    clock: Arc<dyn Clock>,
    line: Mutex<Line>,
}

/// Leave to send one call.
pub struct Ticket {
    queue: Arc<Queue>,
    tenant: Tenant,
    answered: bool,
}

impl Queue {
    /// An empty line before these limits.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, limiter: Limiter) -> Arc<Self> {
        let line = Line { limiter, waiting: BTreeMap::new(), places: 0 };
        Arc::new(Self { clock, line: Mutex::new(line) })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Line, Moment) -> T) -> T {
        let now = self.clock.now();
        change(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner), now)
    }

    /// Waits for leave to send.
    ///
    /// # Errors
    /// The moment at which it is worth coming back, if that is further away than `patience`.
    pub async fn turn(
        self: &Arc<Self>,
        tenant: Tenant,
        priority: Priority,
        patience: Duration,
    ) -> Result<Ticket, Moment> {
        let seat = Seat::take(self.clone(), tenant, priority);
        let latest = self.clock.now().plus(patience);
        let mut alarm = None;
        poll_fn(|context| {
            let turn = self.with(|line, now| {
                let first =
                    line.waiting.range((tenant, Priority::Asked, 0)..).next().map(|(place, _)| *place);
                let turn = if first == Some(seat.place) {
                    line.limiter.ask(now, tenant, priority)
                } else {
                    Turn::WaitForAnswer
                };
                line.waiting.insert(seat.place, Some(context.waker().clone()));
                turn
            });
            match turn {
                Turn::Go => Poll::Ready(Ok(Ticket { queue: self.clone(), tenant, answered: false })),
                Turn::WaitUntil(moment) if moment > latest => Poll::Ready(Err(moment)),
                Turn::WaitUntil(moment) => {
                    alarm = Some(self.clock.sleep_until(moment));
                    let over = alarm.as_mut().is_some_and(|alarm| alarm.as_mut().poll(context).is_ready());
                    if over {
                        context.waker().wake_by_ref();
                    }
                    Poll::Pending
                }
                Turn::WaitForAnswer => Poll::Pending,
            }
        })
        .await
    }

    /// What an answer's headers told.
    pub fn learn(&self, tenant: Tenant, told: Told) {
        self.with(|line, now| line.limiter.learn(now, tenant, told));
    }

    /// A 429.
    pub fn refused(&self, tenant: Tenant, limit: &Limit, retry_after: Option<u64>) {
        self.with(|line, now| line.limiter.refused(now, tenant, limit, retry_after));
    }

    /// Nothing for this organisation before then.
    pub fn hold(&self, tenant: Tenant, until: Moment) {
        self.with(|line, _| line.limiter.hold(tenant, until));
    }

    /// What is used and left.
    pub fn usage(&self, tenant: Tenant) -> Usage {
        self.with(|line, now| line.limiter.usage(now, tenant))
    }

    /// What the limiter knows, to be kept across restarts.
    pub fn snapshot(&self) -> Snapshot {
        self.with(|line, now| line.limiter.snapshot(now))
    }

    fn wake_all(&self) {
        let wakers: Vec<Waker> =
            self.with(|line, _| line.waiting.values_mut().filter_map(Option::take).collect());
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Client {
    /// The same client in the line of another one: the limits belong to the app, and all its companies share them.
    #[must_use]
    pub fn in_line(mut self, queue: Arc<Queue>) -> Self {
        self.queue = queue;
        self
    }
}

/// A place in the line, given up when dropped, so that nobody waits behind someone who left.
struct Seat {
    queue: Arc<Queue>,
    place: Place,
}

impl Seat {
    fn take(queue: Arc<Queue>, tenant: Tenant, priority: Priority) -> Self {
        let place = queue.with(|line, _| {
            line.places += 1;
            let place = (tenant, priority, line.places);
            line.waiting.insert(place, None);
            place
        });
        Self { queue, place }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.queue.with(|line, _| line.waiting.remove(&self.place));
        self.queue.wake_all();
    }
}

impl Ticket {
    /// The call has been answered.
    pub fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let answered = self.answered;
        self.queue.with(|line, now| line.limiter.finished(now, self.tenant, answered));
        self.queue.wake_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use futures_util::future::join_all;
    use world::simulated::{SimulatedClock, drive};

    fn queue(clock: &SimulatedClock) -> Arc<Queue> {
        let queue = Queue::new(Arc::new(clock.clone()), Limiter::new(Budget::STARTER));
        queue.learn(Tenant::NOTHING, Told { minute: Some(60), day: Some(1_000), app_minute: None });
        queue
    }

    // rule: SCH-5
    #[test]
    fn a_person_overtakes_the_night() {
        let clock = SimulatedClock::default();
        let queue = queue(&clock);
        let order = Mutex::new(Vec::new());
        let work = |priority, name: u32| {
            let (queue, clock, order) = (queue.clone(), clock.clone(), &order);
            async move {
                let ticket = queue.turn(Tenant::NOTHING, priority, Duration::from_secs(600)).await.unwrap();
                order.lock().unwrap().push(name);
                clock.sleep_until(clock.now().plus(Duration::from_millis(100))).await;
                ticket.answered();
            }
        };
        let night = (0..10).map(|n| work(Priority::Nightly, n));
        let all = join_all(night.chain(std::iter::once(work(Priority::Asked, 99))));
        drive(&clock, all).unwrap();
        let order = order.into_inner().unwrap();
        assert_eq!(order.len(), 11);
        assert!(order.iter().position(|n| *n == 99).unwrap() <= 4, "{order:?}");
        assert_eq!(
            order.iter().copied().filter(|n| *n < 99).collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
    }

    // rule: SCH-5
    #[test]
    fn a_long_wait_is_handed_back_and_a_short_one_waited_for() {
        let clock = SimulatedClock::default();
        let queue = queue(&clock);
        queue.refused(Tenant::NOTHING, &Limit::Day, Some(7_200));
        let wait = queue.turn(Tenant::NOTHING, Priority::Asked, Duration::from_secs(60));
        let handed_back = drive(&clock, wait).unwrap().err();
        assert_eq!(handed_back, Some(Moment::from_millis(7_200_000)));
        assert_eq!(clock.now(), Moment::from_millis(0), "nobody slept");
        let wait = queue.turn(Tenant::NOTHING, Priority::Asked, Duration::from_secs(10_000));
        assert!(drive(&clock, wait).unwrap().is_ok());
        assert_eq!(clock.now(), Moment::from_millis(7_200_000));
    }
}
