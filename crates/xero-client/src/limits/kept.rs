//! What the limiter knows, as plain data to keep across restarts: 656 calls of this day stay 656 after a crash.
//!
//! Taken when a call may go out (after `ask` said so) and kept before it is sent, it makes a restart exceed no minute and
//! no day. Kept less often, the calls since then are learned of from the first answer: a restored limiter sends one call
//! at a time until then. Calls that were under way count as given up: Xero may count them a little later.
//! How many are under way isn't restored: they died with the process.
//!
//! Not here: where it is kept (`store`).

use super::{Budget, DAY, Limiter, Meter, Tenant};
use serde::{Deserialize, Serialize};
use world::Moment;

/// One limit's calls that still count. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWindow {
    /// How many calls may be made.
    pub limit: u32,
    /// When how many of our calls stop counting, in order.
    pub ours: Vec<(i64, u32)>,
    /// How many calls of others count, and until when at most.
    pub others: Option<(u32, i64)>,
    /// Before this no call is made to see whether the others' calls still count.
    pub probe: i64,
}

/// One organisation's limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMeter {
    /// The organisation.
    pub tenant: Tenant,
    /// Its minute.
    pub minute: KeptWindow,
    /// Its day.
    pub day: KeptWindow,
    /// Nothing is sent before this moment, because Xero said so.
    pub held_until: Option<i64>,
}

/// All limits of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The setting it was taken under. Under another one, a day limit learned from Xero is learned again.
    pub budget: Budget,
    /// The app's minute.
    pub app: KeptWindow,
    /// Nothing is sent by the app before this moment.
    pub app_held_until: Option<i64>,
    /// Each organisation's.
    pub tenants: Vec<KeptMeter>,
}

impl Limiter {
    /// What is known now.
    #[must_use]
    pub fn snapshot(&self, now: Moment) -> Snapshot {
        let kept = |(tenant, meter): (&Tenant, &Meter)| KeptMeter {
            tenant: *tenant,
            minute: meter.minute.kept(now),
            day: meter.day.kept(now),
            held_until: meter.held_until.map(Moment::millis),
        };
        Snapshot {
            budget: self.budget,
            app: self.app.kept(now),
            app_held_until: self.app_held_until.map(Moment::millis),
            tenants: self.meters.iter().map(kept).collect(),
        }
    }

    /// A limiter that knows what was known. A snapshot of a clock that went wrong holds nobody longer than a day.
    #[must_use]
    pub fn restored(budget: Budget, snapshot: &Snapshot, now: Moment) -> Self {
        let held = |until: Option<i64>| until.map(|at| Moment::from_millis(at).min(now.plus(DAY)));
        let mut limiter = Self::new(budget);
        limiter.app.restore(&snapshot.app, now);
        limiter.app_held_until = held(snapshot.app_held_until);
        for kept in &snapshot.tenants {
            let meter = limiter.meter(kept.tenant);
            meter.minute.restore(&kept.minute, now);
            meter.day.restore(&kept.day, now);
            meter.held_until = held(kept.held_until);
            if snapshot.budget == budget {
                meter.day.set_limit(kept.day.limit);
            }
        }
        limiter
    }
}
