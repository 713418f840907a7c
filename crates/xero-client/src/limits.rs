//! Xero's limits, kept before they are hit: a pure function of what was sent and what time it is.
//!
//! 60 calls a minute, 1,000 (Starter) or 5,000 a day, 5 at once for each organisation, 10,000 a minute for the app
//! (API-FACTS 2.1). `ask` answers go, wait until then, or wait for an answer. Three classes share the budget: what a
//! person asked for may use all of it, five-minute work leaves a little, the nightly run a little more, so that a
//! person never waits behind a batch.
//!
//! What it knows can be kept across restarts (`Snapshot`). Not here: the waiting itself (`queue`), and how long to be patient (`send`).

mod kept;

pub use kept::{KeptMeter, KeptWindow, Snapshot};

use crate::window::{Room, Window};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use world::Moment;
use xero::XeroId;
use xero::envelope::Connection;
use xero::outcome::{Limit, Received};

/// The organisation a call is for: the value of `xero-tenant-id`. Zero for a custom connection, which implies it.
pub type Tenant = XeroId<Connection>;

/// Who waits for a call. The order is the order of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A person asked and waits.
    Asked,
    /// The five-minute run.
    FiveMinute,
    /// The nightly run.
    Nightly,
}

/// How many calls are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// In a minute, for one organisation.
    pub minute: u32,
    /// In a day, for one organisation.
    pub day: u32,
    /// At once, for one organisation.
    pub at_once: u32,
    /// In a minute, for the whole app.
    pub app_minute: u32,
}

impl Budget {
    /// The free tier.
    pub const STARTER: Self = Self { minute: 60, day: 1_000, at_once: 5, app_minute: 10_000 };
    /// Every paid tier.
    pub const PAID: Self = Self { minute: 60, day: 5_000, at_once: 5, app_minute: 10_000 };
}

/// What a class leaves to those before it: of the minute, of the day (in hundredths), of the calls at once.
const fn reserve(priority: Priority) -> (u32, u32, u32) {
    match priority {
        Priority::Asked => (0, 0, 0),
        Priority::FiveMinute => (1, 1, 0),
        Priority::Nightly => (2, 3, 1),
    }
}

/// The answer to a wish to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Send now; `finished` must follow.
    Go,
    /// Ask again at this moment.
    WaitUntil(Moment),
    /// Ask again when a call that is under way has come back.
    WaitForAnswer,
}

/// What the headers of an answer tell about limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Calls left in this minute.
    pub minute: Option<u32>,
    /// Calls left in this day.
    pub day: Option<u32>,
    /// Calls left to the whole app in this minute.
    pub app_minute: Option<u32>,
}

impl Told {
    /// Reads the three headers; what is no number is not there.
    #[must_use]
    pub fn read(received: &Received<'_>) -> Self {
        let number = |name| received.header(name).and_then(|text| text.trim().parse().ok());
        Self {
            minute: number("X-MinLimit-Remaining"),
            day: number("X-DayLimit-Remaining"),
            app_minute: number("X-AppMinLimit-Remaining"),
        }
    }
}

/// What is used and left, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Calls that count in the last minute, and how many may.
    pub minute: (u32, u32),
    /// Calls that count in the last day, and how many may.
    pub day: (u32, u32),
    /// Calls under way, and how many may be.
    pub at_once: (u32, u32),
    /// Nothing is sent before this moment, because Xero said so.
    pub held_until: Option<Moment>,
}

#[derive(Clone, Debug)]
struct Meter {
    minute: Window,
    day: Window,
    under_way: u32,
    at_once: u32,
    /// After a 429 for too many at once: fewer for a while.
    fewer: Option<(u32, Moment)>,
    held_until: Option<Moment>,
    /// Whether any answer told us how much others used.
    told: bool,
}

/// All limits of one app.
#[derive(Clone, Debug)]
pub struct Limiter {
    budget: Budget,
    app: Window,
    app_held_until: Option<Moment>,
    meters: BTreeMap<Tenant, Meter>,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

impl Limiter {
    /// Nothing sent yet. Until the first answer a tenant gets one call at a time, because nobody knows what was used
    /// before.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        let app = Window::new(budget.app_minute, MINUTE);
        Self { budget, app, app_held_until: None, meters: BTreeMap::new() }
    }

    fn meter(&mut self, tenant: Tenant) -> &mut Meter {
        let budget = self.budget;
        self.meters.entry(tenant).or_insert_with(|| Meter {
            minute: Window::new(budget.minute, MINUTE),
            day: Window::new(budget.day, DAY),
            under_way: 0,
            at_once: budget.at_once,
            fewer: None,
            held_until: None,
            told: false,
        })
    }

    /// May a call go out now? If so, it counts as sent.
    pub fn ask(&mut self, now: Moment, tenant: Tenant, priority: Priority) -> Turn {
        let (of_minute, of_day, of_once) = reserve(priority);
        let app_held = self.app_held_until;
        let app_room = self.app.room(now, 0);
        let meter = self.meter(tenant);
        let of_day = meter.day.limit() * of_day / 100;
        let rooms = [meter.minute.room(now, of_minute), meter.day.room(now, of_day), app_room];
        let held = [meter.held_until, app_held].into_iter().flatten().filter(|until| *until > now);
        let until = held
            .chain(rooms.iter().filter_map(|room| match room {
                Room::At(moment) => Some(*moment),
                Room::Now | Room::AfterAnAnswer => None,
            }))
            .max();
        if let Some(until) = until {
            return Turn::WaitUntil(until);
        }
        let most = meter.most_at_once(now).saturating_sub(of_once).max(1);
        if rooms.contains(&Room::AfterAnAnswer) || meter.under_way >= most {
            return Turn::WaitForAnswer;
        }
        meter.under_way += 1;
        meter.minute.start(now);
        meter.day.start(now);
        self.app.start(now);
        Turn::Go
    }

    /// A call has come back, or was given up (`answered` false).
    pub fn finished(&mut self, now: Moment, tenant: Tenant, answered: bool) {
        let meter = self.meter(tenant);
        meter.under_way = meter.under_way.saturating_sub(1);
        meter.minute.finish(now, answered);
        meter.day.finish(now, answered);
        self.app.finish(now, answered);
    }

    /// An answer's headers told what is left.
    pub fn learn(&mut self, now: Moment, tenant: Tenant, told: Told) {
        let meter = self.meter(tenant);
        if let Some(left) = told.minute {
            meter.minute.learn(now, left);
            meter.told = true;
        }
        if let Some(left) = told.day {
            // More left than the tier has: the organisation is on a higher tier than the setting says.
            meter.day.set_limit(meter.day.limit().max(left));
            meter.day.learn(now, left);
        }
        if let Some(left) = told.app_minute {
            self.app.learn(now, left);
        }
    }

    /// Xero answered 429: keep still until it says, or go easier if there were too many at once.
    pub fn refused(&mut self, now: Moment, tenant: Tenant, limit: &Limit, retry_after: Option<u64>) {
        let until = |fallback: u64| now.plus(Duration::from_secs(retry_after.unwrap_or(fallback)));
        match limit {
            Limit::AppMinute => self.app_held_until = Some(until(60)),
            Limit::Concurrent => {
                let meter = self.meter(tenant);
                let fewer = meter.most_at_once(now).saturating_sub(1).max(1);
                meter.fewer = Some((fewer, now.plus(MINUTE)));
                meter.held_until = Some(until(2));
            }
            Limit::Day => self.meter(tenant).held_until = Some(until(3_600)),
            Limit::Minute | Limit::Other(_) => self.meter(tenant).held_until = Some(until(60)),
        }
    }

    /// Xero is offline for this organisation: keep still until then.
    pub fn hold(&mut self, tenant: Tenant, until: Moment) {
        let meter = self.meter(tenant);
        meter.held_until = meter.held_until.max(Some(until));
    }

    /// What is used and left.
    pub fn usage(&mut self, now: Moment, tenant: Tenant) -> Usage {
        let meter = self.meter(tenant);
        Usage {
            minute: (meter.minute.used(now), meter.minute.limit()),
            day: (meter.day.used(now), meter.day.limit()),
            at_once: (meter.under_way, meter.most_at_once(now)),
            held_until: meter.held_until.filter(|until| *until > now),
        }
    }
}

impl Meter {
    fn most_at_once(&self, now: Moment) -> u32 {
        let fewer = self.fewer.filter(|(_, until)| *until > now).map_or(self.at_once, |(fewer, _)| fewer);
        if self.told { fewer } else { 1 }
    }
}
