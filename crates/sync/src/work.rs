//! The schedules without pages: every company's runs every five minutes, its looks and its nights, until somebody says stop.
//!
//! ```text
//! 10:00 jam   3 documents sent       10:00 soap   idle, no call
//! 10:05 jam   idle, no call          10:05 soap   Xero asks us to wait until 10:12
//! ```
//! Each company goes by its own clock tick; a slow one holds up no other. A night that was missed is made up at the next
//! start (SCH-2). Not here: what a run does (`rounds`), which companies there are (`company`).

use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use world::{Moment, Waiting};

use crate::desk::Beside;
use crate::report::{Report, Stop};
use crate::rounds::{Cause, Runner, Until};
use crate::terms::Stopping;
use crate::timetable::night;

/// The note that says which night was last carried out.
const NIGHT: &str = "night";
/// What a company's tick is late by, so that not all begin in the same second.
const APART: Duration = Duration::from_secs(3);

/// How often a company's inbox is looked into between ticks: a notice is followed within seconds.
const LISTEN: Duration = Duration::from_secs(10);

/// Somebody who is told of each run: `millbook work` prints a line, a page shows the last one.
pub trait Audience: Send + Sync {
    /// A run of a company has ended.
    fn ran(&self, company: usize, cause: Cause, report: &Report);
}

/// Runs these companies by schedule until it is told to stop; then ends what is under way in order.
#[inline(never)]
pub fn work<'a>(
    runners: &'a mut [Runner],
    audience: &'a dyn Audience,
    stopping: &'a Stopping,
) -> Waiting<'a, ()> {
    let loops = runners.iter_mut().enumerate().map(move |(company, runner)| async move {
        runner.stopping = stopping.clone();
        runner.by_schedule(company, audience).await;
    });
    Box::pin(async move { drop(join_all(loops).await) })
}

impl Runner {
    async fn by_schedule(&mut self, company: usize, audience: &dyn Audience) {
        let late = APART * u32::try_from(company % 60).unwrap_or(0);
        while !self.stopping.is_told() {
            let cause = self.due_now().await;
            let report = self.run(cause, Until::NothingReady).await;
            if cause == Cause::Nightly && report.stopped.is_none() {
                self.night_is_over().await;
            }
            audience.ran(company, cause, &report);
            self.wait(self.next(late, &report)).await;
        }
    }

    /// Waits for the next tick, or for a notice of Xero that may be looked at (PAY-7).
    async fn wait(&self, tick: Moment) {
        loop {
            let now = self.clock.now();
            if now >= tick || self.stopping.is_told() {
                return;
            }
            self.sleep(now.plus(LISTEN).min(tick)).await;
            if self.clock.now() < tick && self.notice_is_due().await {
                return;
            }
        }
    }

    /// Ends at the moment, or when somebody says stop.
    async fn sleep(&self, until: Moment) {
        let stopping = self.stopping.clone();
        let told = Box::pin(async move { stopping.told().await });
        match select(self.clock.sleep_until(until), told).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    }

    /// The nightly run, if a night has begun that none was made for; else the five-minute run.
    async fn due_now(&self) -> Cause {
        let Ok(view) = self.desk.view().await else { return Cause::Schedule };
        let tonight = night(view.exchange.settings(), &self.zone, self.clock.now()).to_string();
        match self.desk.note(NIGHT.to_owned()).await {
            Ok(Some(last)) if last < tonight => Cause::Nightly,
            Ok(None) => {
                // Nothing was missed before the first start.
                let _ = self.desk.keep(vec![Beside::Note { key: NIGHT.to_owned(), text: tonight }]).await;
                Cause::Schedule
            }
            Ok(Some(_)) | Err(_) => Cause::Schedule,
        }
    }

    async fn night_is_over(&self) {
        let Ok(view) = self.desk.view().await else { return };
        let text = night(view.exchange.settings(), &self.zone, self.clock.now()).to_string();
        // Not kept, the night is carried out again: it then finds nothing to do.
        let _ = self.desk.keep(vec![Beside::Note { key: NIGHT.to_owned(), text }]).await;
    }

    /// The next tick of this company; sooner only when Xero said when an open question counts.
    fn next(&self, late: Duration, report: &Report) -> Moment {
        let every = i64::try_from(self.terms.every.as_millis()).unwrap_or(300_000).max(1);
        let late = i64::try_from(late.as_millis()).unwrap_or(0);
        let now = self.clock.now();
        let passed = (now.millis() - late).rem_euclid(every);
        let tick = Moment::from_millis(now.millis() - passed + every);
        match report.again_at() {
            Some(at) if report.stopped.is_none() && at > now => tick.min(at),
            _ => tick,
        }
    }
}

impl Stop {
    /// Whether nothing but a person helps.
    #[must_use]
    pub fn needs_a_person(&self) -> bool {
        matches!(self, Stop::SignIn(_) | Stop::NotConnected)
    }
}
