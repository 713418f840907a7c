//! The limiter against a Xero that counts in fixed windows which start when nobody knows.
//!
//! Random arrivals, random waits between sending, counting and answering: no window ever holds more calls than it may,
//! and under load at least 95 % of each budget is used.
//! Not here: what a 429 does to a call (`client`).

use proptest::prelude::*;
use std::collections::BTreeMap;
use world::simulated::SeededChance;
use world::{Chance, Moment};
use xero::outcome::Limit;
use xero_client::limits::{Budget, Limiter, Priority, Tenant, Told, Turn};

/// Xero's side: how many calls each window holds, by what was counted when.
struct Server {
    budget: Budget,
    phase: [i64; 3],
    counts: [BTreeMap<i64, u32>; 3],
    worst: [u32; 3],
}

const LENGTHS: [i64; 3] = [60_000, 86_400_000, 60_000];

impl Server {
    fn count(&mut self, at: i64) -> Told {
        let mut left = [0; 3];
        let most = [self.budget.minute, self.budget.day, self.budget.app_minute];
        for limit in 0..3 {
            let window = (at + self.phase[limit]).div_euclid(LENGTHS[limit]);
            let count = self.counts[limit].entry(window).or_default();
            *count += 1;
            self.worst[limit] = self.worst[limit].max(*count);
            left[limit] = most[limit].saturating_sub(*count);
        }
        Told { minute: Some(left[0]), day: Some(left[1]), app_minute: Some(left[2]) }
    }
}

struct Run {
    sent: u32,
    worst: [u32; 3],
    most_at_once: usize,
}

/// Lets calls arrive every `gap` milliseconds on average (0: always one waiting) for `length` milliseconds.
fn run(budget: Budget, priority: Priority, seed: u64, pace: (u64, u64), length: i64) -> Run {
    run_with_restarts(budget, priority, seed, pace, length, 0)
}

/// The same, with a crash at every `lives`-th step on average (0: never). After a crash nobody hears the answers to
/// what was under way, and all that is known is the snapshot kept before the last call went out.
fn run_with_restarts(
    budget: Budget,
    priority: Priority,
    seed: u64,
    (gap, latency): (u64, u64),
    length: i64,
    lives: u64,
) -> Run {
    let chance = SeededChance::new(seed);
    let random = |below: u64| {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        i64::try_from(u64::from_le_bytes(bytes) % below.max(1)).unwrap()
    };
    let phase = [random(60_000), random(86_400_000), random(60_000)];
    let mut server = Server { budget, phase, counts: Default::default(), worst: [0; 3] };
    let mut limiter = Limiter::new(budget);
    let tenant = Tenant::NOTHING;
    // When a call is counted (false) or answered (true); the told of a counted call waits for its answer.
    let mut events: BTreeMap<(i64, u32), (bool, Told)> = BTreeMap::new();
    let (mut now, mut next, mut serial, mut sent, mut waiting, mut most_at_once) = (0, 0, 0_u32, 0, 0_u32, 0);
    let (mut kept, mut dead) = (serde_json::to_string(&limiter.snapshot(Moment::from_millis(0))).unwrap(), 0);
    while now < length {
        if lives > 0 && random(lives) == 0 {
            let snapshot = serde_json::from_str(&kept).unwrap();
            (limiter, dead) = (Limiter::restored(budget, &snapshot, Moment::from_millis(now)), serial);
        }
        while let Some(entry) = events.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, id), (answered, told)) = entry.remove_entry();
            if answered && id <= dead {
                continue;
            }
            if answered {
                limiter.finished(Moment::from_millis(at), tenant, true);
                limiter.learn(Moment::from_millis(at), tenant, told);
            } else {
                let told = server.count(at);
                events.insert((at + random(latency / 2 + 1), id), (true, told));
            }
        }
        while gap > 0 && next <= now {
            (waiting, next) = (waiting + 1, next + 1 + random(2 * gap));
        }
        let mut wake = if gap > 0 { next } else { i64::MAX };
        while gap == 0 || waiting > 0 {
            match limiter.ask(Moment::from_millis(now), tenant, priority) {
                Turn::Go => {
                    (serial, sent, waiting) = (serial + 1, sent + 1, waiting.saturating_sub(1));
                    if lives > 0 {
                        let snapshot = limiter.snapshot(Moment::from_millis(now));
                        kept = serde_json::to_string(&snapshot).unwrap();
                    }
                    events.insert((now + random(latency / 2 + 1), serial), (false, Told::default()));
                    most_at_once = most_at_once.max(events.len());
                }
                Turn::WaitUntil(moment) => {
                    assert!(moment.millis() > now, "a wait that is over");
                    wake = wake.min(moment.millis());
                    break;
                }
                Turn::WaitForAnswer => {
                    assert!(!events.is_empty(), "waits for an answer to nothing");
                    break;
                }
            }
        }
        let event = events.first_key_value().map_or(i64::MAX, |(key, _)| key.0);
        now = wake.min(event).max(now);
    }
    Run { sent, worst: server.worst, most_at_once }
}

fn within(budget: Budget, run: &Run) -> bool {
    run.worst[0] <= budget.minute
        && run.worst[1] <= budget.day
        && run.worst[2] <= budget.app_minute
        && run.most_at_once <= usize::try_from(budget.at_once).unwrap()
}

const PRIORITIES: [Priority; 3] = [Priority::Asked, Priority::FiveMinute, Priority::Nightly];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // rule: SCH-5
    #[test]
    fn no_limit_is_ever_exceeded(
        seed: u64, gap in 0_u64..3_000, latency in 0_u64..9_000, priority in 0_usize..3,
        minute in 1_u32..80, day in 1_u32..300, app in 20_u32..100,
    ) {
        let budget = Budget { minute, day, at_once: 5, app_minute: app };
        let run = run(budget, PRIORITIES[priority], seed, (gap, latency), 3_600_000);
        prop_assert!(within(budget, &run), "{:?} at once {}", run.worst, run.most_at_once);
    }

    // rule: SCH-5
    #[test]
    fn under_load_the_minutes_are_used(seed: u64, latency in 0_u64..500, priority in 0_usize..3) {
        let budget = Budget { day: 100_000, ..Budget::PAID };
        let run = run(budget, PRIORITIES[priority], seed, (0, latency), 3_600_000);
        prop_assert!(within(budget, &run));
        prop_assert!(run.sent * 100 >= 60 * 60 * 95, "{} of {}", run.sent, 60 * 60);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    // rule: SCH-5
    #[test]
    fn under_load_the_days_are_used(seed: u64, latency in 0_u64..500, priority in 0_usize..3) {
        let budget = Budget::STARTER;
        let run = run(budget, PRIORITIES[priority], seed, (0, latency), 10 * 86_400_000);
        prop_assert!(within(budget, &run));
        prop_assert!(run.sent * 100 >= 10 * 1_000 * 95, "{} of 10,000", run.sent);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // rule: SCH-5
    #[test]
    fn no_minute_and_no_day_is_exceeded_across_crashes(
        seed: u64, gap in 0_u64..3_000, latency in 0_u64..9_000, lives in 2_u64..200,
        minute in 1_u32..80, day in 1_u32..300, app in 20_u32..100,
    ) {
        let budget = Budget { minute, day, at_once: 5, app_minute: app };
        let run = run_with_restarts(budget, Priority::Asked, seed, (gap, latency), 3_600_000, lives);
        prop_assert!(run.worst[0] <= minute && run.worst[1] <= day && run.worst[2] <= app, "{:?}", run.worst);
        prop_assert!(run.sent > 0);
    }
}

// rule: SCH-5
#[test]
fn a_restart_knows_what_was_used_and_what_xero_forbade() {
    let (mut limiter, tenant) = (Limiter::new(Budget::STARTER), Tenant::NOTHING);
    let at = Moment::from_millis;
    for call in 0..10 {
        assert_eq!(limiter.ask(at(call), tenant, Priority::Asked), Turn::Go);
        limiter.finished(at(call), tenant, true);
        let left = u32::try_from(9 - call).unwrap();
        limiter.learn(at(call), tenant, Told { minute: Some(50 + left), day: Some(left), app_minute: None });
    }
    let snapshot = limiter.snapshot(at(1_000));
    let mut again = Limiter::restored(Budget::STARTER, &snapshot, at(2_000));
    assert_eq!(
        (again.usage(at(2_000), tenant).day, again.usage(at(2_000), tenant).minute.0),
        ((1_000, 1_000), 10)
    );
    assert!(matches!(again.ask(at(2_000), tenant, Priority::Asked), Turn::WaitUntil(_)));
    assert_eq!(again.snapshot(at(2_000)), snapshot);

    limiter.refused(at(1_000), tenant, &Limit::Day, Some(7_000));
    let mut again = Limiter::restored(Budget::STARTER, &limiter.snapshot(at(1_000)), at(2_000));
    assert_eq!(again.ask(at(2_000), tenant, Priority::Asked), Turn::WaitUntil(at(7_001_000)));

    // Kept by a clock that was a year ahead: a day later the budget is free again.
    let year = 365 * 86_400_000;
    limiter.refused(at(year), tenant, &Limit::Day, Some(7_000));
    let mut again = Limiter::restored(Budget::STARTER, &limiter.snapshot(at(year)), at(0));
    assert_eq!(again.ask(at(2 * 86_400_000), tenant, Priority::Asked), Turn::Go);
}

// rule: SCH-5
#[test]
fn others_use_is_seen_in_the_headers_and_a_429_is_obeyed() {
    let (mut limiter, tenant) = (Limiter::new(Budget::STARTER), Tenant::NOTHING);
    let at = Moment::from_millis;
    assert_eq!(limiter.ask(at(0), tenant, Priority::Asked), Turn::Go);
    assert_eq!(
        limiter.ask(at(0), tenant, Priority::Asked),
        Turn::WaitForAnswer,
        "one call until the first answer"
    );
    limiter.finished(at(100), tenant, true);
    limiter.learn(at(100), tenant, Told { minute: Some(0), day: Some(344), app_minute: None });
    assert_eq!(limiter.ask(at(200), tenant, Priority::Asked), Turn::WaitUntil(at(60_100)));
    limiter.refused(at(200), tenant, &Limit::Day, Some(7_000));
    assert_eq!(limiter.ask(at(300), tenant, Priority::Asked), Turn::WaitUntil(at(7_000_200)));
    assert_eq!(limiter.usage(at(300), tenant).day, (656, 1_000));
}

// rule: SCH-5
#[test]
fn the_nightly_run_leaves_room_for_a_person() {
    let (mut limiter, tenant) = (Limiter::new(Budget::STARTER), Tenant::NOTHING);
    let now = Moment::from_millis(0);
    let all_left = Told { minute: Some(59), day: Some(999), app_minute: None };
    assert_eq!(limiter.ask(now, tenant, Priority::Asked), Turn::Go);
    limiter.finished(now, tenant, true);
    limiter.learn(now, tenant, all_left);
    for _ in 0..4 {
        assert_eq!(limiter.ask(now, tenant, Priority::Nightly), Turn::Go);
    }
    assert_eq!(limiter.ask(now, tenant, Priority::Nightly), Turn::WaitForAnswer);
    assert_eq!(limiter.ask(now, tenant, Priority::Asked), Turn::Go);
}

#[test]
fn too_many_at_once_means_fewer_for_a_minute() {
    let (mut limiter, tenant) = (Limiter::new(Budget::STARTER), Tenant::NOTHING);
    let at = Moment::from_millis;
    limiter.learn(at(0), tenant, Told { minute: Some(60), day: Some(1_000), app_minute: None });
    limiter.refused(at(0), tenant, &Limit::Concurrent, None);
    assert_eq!(limiter.ask(at(0), tenant, Priority::Asked), Turn::WaitUntil(at(2_000)));
    let granted = (0..9).filter(|_| limiter.ask(at(2_000), tenant, Priority::Asked) == Turn::Go).count();
    assert_eq!(granted, 4);
    assert_eq!(limiter.usage(at(2_000), tenant).at_once, (4, 4));
    assert_eq!(limiter.usage(at(61_000), tenant).at_once, (4, 5));
}
