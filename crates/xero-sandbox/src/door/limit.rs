//! The limits on calls (API-FACTS 2.1): 60 a minute and 5 at the same time per app and organisation, a number a day
//! by the app's tier, 10,000 a minute per app.
//!
//! Windows are fixed: they start at a moment that belongs to the organisation, not with the first call. An
//! organisation whose minute starts at second 26 refuses its 61st call at second 50 with `Retry-After: 36`.
//! A refused call takes nothing.
//!
//! Not here: when a call is counted (`gate`: before idempotency, so a replay costs one too).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::app::App;
use super::http::HttpResponse;
use super::mint::offset;

/// Which limit refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Calls this minute.
    Minute,
    /// Calls today.
    Day,
    /// Calls in flight.
    Concurrent,
    /// Calls of the app this minute, all organisations.
    AppMinute,
}

impl Problem {
    /// The word in `X-Rate-Limit-Problem`.
    pub fn word(self) -> &'static str {
        match self {
            Problem::Minute => "minute",
            Problem::Day => "day",
            Problem::Concurrent => "concurrent",
            Problem::AppMinute => "appminute",
        }
    }
}

/// Whether limits refuse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// As Xero does.
    #[default]
    Real,
    /// Calls are counted, none is refused; remaining calls read as full.
    Off,
}

/// How many calls fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Per app and organisation in one minute.
    pub minute: u32,
    /// Per app and organisation in one day; by the app's tier when absent.
    pub day: Option<u32>,
    /// Per app and organisation at the same time.
    pub concurrent: u32,
    /// Per app in one minute.
    pub app_minute: u32,
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes { minute: 60, day: None, concurrent: 5, app_minute: 10_000 }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    start: i64,
    used: u32,
}

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// The start of the fixed window of `length` seconds that `now` lies in, for the holder of the window.
fn window_start(holder: &str, length: i64, now: Timestamp) -> i64 {
    let shift = offset(holder, length);
    let second = now.as_second();
    second - (second - shift).rem_euclid(length)
}

impl Window {
    fn used_at(self, start: i64) -> u32 {
        if self.start == start { self.used } else { 0 }
    }

    fn take(&mut self, start: i64) {
        *self = Window { start, used: self.used_at(start).saturating_add(1) };
    }
}

/// What is left, as three headers say on every answer of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// Calls left today.
    pub day: u32,
    /// Calls left this minute.
    pub minute: u32,
    /// Calls left this minute for the app.
    pub app_minute: u32,
}

impl Remaining {
    /// The answer with the three headers.
    pub fn on(self, response: HttpResponse) -> HttpResponse {
        response
            .with_header("X-DayLimit-Remaining", &self.day.to_string())
            .with_header("X-MinLimit-Remaining", &self.minute.to_string())
            .with_header("X-AppMinLimit-Remaining", &self.app_minute.to_string())
    }
}

/// The counters of all apps and organisations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Whether they refuse.
    pub mode: Mode,
    /// How much fits.
    pub sizes: Sizes,
    minutes: BTreeMap<String, Window>,
    days: BTreeMap<String, Window>,
    app_minutes: BTreeMap<String, Window>,
    in_flight: BTreeMap<u64, String>,
    tickets: u64,
}

fn holder(app: &App, tenant: &str) -> String {
    format!("{} {tenant}", app.id)
}

impl Limits {
    /// What is left now.
    pub fn remaining(&self, app: &App, tenant: &str, now: Timestamp) -> Remaining {
        let key = holder(app, tenant);
        let day = self.sizes.day.unwrap_or(app.tier.calls_a_day());
        let used = |windows: &BTreeMap<String, Window>, key: &str, length| {
            windows.get(key).map_or(0, |w| w.used_at(window_start(key, length, now)))
        };
        if self.mode == Mode::Off {
            return Remaining { day, minute: self.sizes.minute, app_minute: self.sizes.app_minute };
        }
        Remaining {
            day: day.saturating_sub(used(&self.days, &key, DAY)),
            minute: self.sizes.minute.saturating_sub(used(&self.minutes, &key, MINUTE)),
            app_minute: self.sizes.app_minute.saturating_sub(used(&self.app_minutes, &app.id, MINUTE)),
        }
    }

    /// Counts one call, or says which limit refuses it.
    pub fn take(&mut self, app: &App, tenant: &str, now: Timestamp) -> Result<Remaining, Problem> {
        let key = holder(app, tenant);
        let left = self.remaining(app, tenant, now);
        if self.mode == Mode::Real {
            let in_flight = self.in_flight.values().filter(|k| **k == key).count();
            if left.app_minute == 0 {
                return Err(Problem::AppMinute);
            } else if left.day == 0 {
                return Err(Problem::Day);
            } else if left.minute == 0 {
                return Err(Problem::Minute);
            } else if in_flight >= usize::try_from(self.sizes.concurrent).unwrap_or(usize::MAX) {
                return Err(Problem::Concurrent);
            }
        }
        self.app_minutes.entry(app.id.clone()).or_default().take(window_start(&app.id, MINUTE, now));
        self.minutes.entry(key.clone()).or_default().take(window_start(&key, MINUTE, now));
        self.days.entry(key.clone()).or_default().take(window_start(&key, DAY, now));
        Ok(self.remaining(app, tenant, now))
    }

    /// Other programs of the app make calls until so many are left, of the minute or of the day; the other limits don't move.
    ///
    /// Not here: limits that no other program can use up for long (calls in flight) or that span organisations.
    pub fn leave(&mut self, (app, tenant): (&App, &str), problem: Problem, left: u32, now: Timestamp) {
        let key = holder(app, tenant);
        let (windows, size, length) = match problem {
            Problem::Minute => (&mut self.minutes, self.sizes.minute, MINUTE),
            Problem::Day => (&mut self.days, self.sizes.day.unwrap_or(app.tier.calls_a_day()), DAY),
            Problem::Concurrent | Problem::AppMinute => return,
        };
        let start = window_start(&key, length, now);
        let window = windows.entry(key).or_default();
        let used = size.saturating_sub(left).max(window.used_at(start));
        *window = Window { start, used };
    }

    /// Marks a counted call as in flight until its ticket comes back.
    pub fn depart(&mut self, app: &App, tenant: &str) -> u64 {
        self.tickets += 1;
        self.in_flight.insert(self.tickets, holder(app, tenant));
        self.tickets
    }

    /// Takes a ticket back.
    pub fn arrive(&mut self, ticket: u64) {
        self.in_flight.remove(&ticket);
    }

    /// After a restart nothing is in flight.
    pub fn forget_in_flight(&mut self) {
        self.in_flight.clear();
    }

    /// How many calls of this app and organisation are in flight.
    pub fn in_flight(&self, app: &App, tenant: &str) -> usize {
        let key = holder(app, tenant);
        self.in_flight.values().filter(|k| **k == key).count()
    }

    /// The 429 for a limit, real or forced: no body, no content type; `Retry-After` but for calls in flight.
    pub fn refusal(&self, problem: Problem, app: &App, tenant: &str, now: Timestamp) -> HttpResponse {
        let key = holder(app, tenant);
        let mut left = self.remaining(app, tenant, now);
        let until = |key: &str, length| window_start(key, length, now) + length - now.as_second();
        let retry_after = match problem {
            Problem::Minute => {
                left.minute = 0;
                Some(until(&key, MINUTE))
            }
            Problem::Day => {
                left.day = 0;
                Some(until(&key, DAY))
            }
            Problem::AppMinute => {
                left.app_minute = 0;
                Some(until(&app.id, MINUTE))
            }
            Problem::Concurrent => None,
        };
        let mut response = left.on(HttpResponse::empty(429));
        if let Some(seconds) = retry_after {
            response = response.with_header("Retry-After", &seconds.to_string());
        }
        response.with_header("X-Rate-Limit-Problem", problem.word())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::door::app::{Flow, ScopeAge};
    use crate::exchange::AppTier as Tier;

    fn app(tier: Tier) -> App {
        App {
            id: "app".into(),
            secret: None,
            name: "App".into(),
            flow: Flow::Web,
            tier,
            scopes: ScopeAge::Any,
            redirects: Vec::new(),
        }
    }

    /// The start of a minute window of `app` and `tenant`.
    fn start() -> Timestamp {
        let day: Timestamp = "2026-09-21T00:10:00Z".parse().expect("time");
        Timestamp::from_second(window_start("app tenant", MINUTE, day)).expect("time")
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(start().as_second() + seconds).expect("time")
    }

    #[test]
    fn the_61st_call_of_a_minute_waits_for_the_fixed_window() {
        let (app, mut limits) = (app(Tier::Starter), Limits::default());
        for n in 1..=60 {
            let left = limits.take(&app, "tenant", after(34)).expect("within the limit");
            assert_eq!((left.minute, left.day), (60 - n, 1_000 - n));
        }
        assert_eq!(limits.take(&app, "tenant", after(34)), Err(Problem::Minute));
        let refusal = limits.refusal(Problem::Minute, &app, "tenant", after(34));
        assert_eq!((refusal.status, refusal.body.len(), refusal.header("content-type")), (429, 0, None));
        assert_eq!(refusal.header("Retry-After"), Some("26"));
        assert_eq!(refusal.header("X-Rate-Limit-Problem"), Some("minute"));
        assert_eq!(refusal.header("X-MinLimit-Remaining"), Some("0"));
        assert_eq!(refusal.header("X-DayLimit-Remaining"), Some("940"));
        assert_eq!(limits.take(&app, "tenant", after(59)), Err(Problem::Minute));
        assert_eq!(limits.take(&app, "tenant", after(60)).map(|left| left.minute), Ok(59));
        assert!(limits.take(&app, "other", after(34)).is_ok(), "another organisation has its own minute");
    }

    #[test]
    fn a_day_ends_by_tier() {
        for (tier, calls) in [(Tier::Starter, 1_000), (Tier::Core, 5_000)] {
            let (app, mut limits) = (app(tier), Limits::default());
            let mut made = 0;
            let problem = loop {
                // Fifty a minute stays under the minute's limit.
                match limits.take(&app, "tenant", after(i64::from(made / 50) * 60 + 1)) {
                    Ok(_) => made += 1,
                    Err(problem) => break problem,
                }
            };
            assert_eq!((made, problem), (calls, Problem::Day));
            let refusal = limits.refusal(Problem::Day, &app, "tenant", after(3_600));
            assert_eq!(refusal.header("X-Rate-Limit-Problem"), Some("day"));
            let wait: i64 = refusal.header("Retry-After").and_then(|w| w.parse().ok()).expect("seconds");
            assert!((1..=DAY).contains(&wait));
        }
    }

    #[test]
    fn five_in_flight_and_no_retry_after() {
        let (app, mut limits) = (app(Tier::Core), Limits::default());
        let tickets: Vec<u64> = (0..5)
            .map(|_| {
                limits.take(&app, "tenant", after(0)).expect("free");
                limits.depart(&app, "tenant")
            })
            .collect();
        assert_eq!(limits.take(&app, "tenant", after(1)), Err(Problem::Concurrent));
        let refusal = limits.refusal(Problem::Concurrent, &app, "tenant", after(1));
        assert_eq!(refusal.header("Retry-After"), None);
        assert_eq!(refusal.header("X-Rate-Limit-Problem"), Some("concurrent"));
        limits.arrive(tickets[0]);
        assert!(limits.take(&app, "tenant", after(1)).is_ok());
    }

    #[test]
    fn an_app_has_a_minute_of_its_own() {
        let (app, mut limits) = (app(Tier::Core), Limits::default());
        limits.sizes.app_minute = 3;
        for tenant in ["a", "b", "c"] {
            assert!(limits.take(&app, tenant, start()).is_ok());
        }
        assert_eq!(limits.take(&app, "d", start()), Err(Problem::AppMinute));
    }

    proptest! {
        /// However calls come, none is refused while its window has room, and none passes when it has not.
        #[test]
        fn a_fixed_window_never_holds_more_than_fits(gaps in prop::collection::vec(0i64..20, 1..400)) {
            let (app, mut limits) = (app(Tier::Core), Limits::default());
            limits.sizes.minute = 20;
            let (mut second, mut passed) = (0, BTreeMap::new());
            for gap in gaps {
                second += gap / 4;
                let window: &mut u32 = passed.entry(second / 60).or_default();
                let taken = limits.take(&app, "tenant", after(second));
                prop_assert_eq!(taken.is_ok(), *window < 20, "second {}", second);
                if let Ok(left) = taken {
                    *window += 1;
                    prop_assert_eq!(left.minute, 20 - *window);
                }
            }
        }
    }

    #[test]
    fn off_counts_but_refuses_nothing() {
        let (app, mut limits) = (app(Tier::Starter), Limits::default());
        limits.mode = Mode::Off;
        for _ in 0..2_000 {
            assert_eq!(limits.take(&app, "tenant", start()).map(|left| left.minute), Ok(60));
        }
    }
}
