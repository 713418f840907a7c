//! When to look at what changed in Xero (SCH-7), and when the night is (SCH-2): in the company's time, also when clocks change.
//!
//! ```text
//! free tier   every 15 minutes between 07:00 and 19:00
//! paid tiers  every 5 minutes, day and night, while something is open
//! ```
//! Not here: what is looked at (`looks`).

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use plan::{Settings, Tier};
use world::Moment;

/// The first hour of the day in which there are looks on the free tier, and the first in which there are none.
const DAY: (i8, i8) = (7, 19);
/// Runs begin a little late or early: a look that is due within this is due.
const SLACK: Duration = Duration::from_secs(30);

/// A moment in a time zone.
fn local(zone: &TimeZone, now: Moment) -> Zoned {
    Timestamp::from_millisecond(now.millis()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

/// Minutes between two looks.
fn minutes(settings: &Settings) -> u64 {
    let usual = match settings.tier {
        Tier::Free => 15,
        Tier::Paid => 5,
    };
    settings.look_every.map_or(usual, u64::from).max(1)
}

/// Whether it is time to look.
pub(crate) fn look_is_due(settings: &Settings, zone: &TimeZone, now: Moment, last: Option<Moment>) -> bool {
    let (from, until) = DAY;
    let is_day = (from..until).contains(&local(zone, now).hour());
    let pause = Duration::from_secs(minutes(settings) * 60).saturating_sub(SLACK);
    (is_day || settings.tier == Tier::Paid) && last.is_none_or(|last| now >= last.plus(pause))
}

/// How many looks a day has.
#[must_use]
pub fn looks_a_day(settings: &Settings) -> u32 {
    let (from, until) = DAY;
    let hours = match settings.tier {
        Tier::Free => u64::try_from(until - from).unwrap_or(12),
        Tier::Paid => 24,
    };
    u32::try_from(hours * 60 / minutes(settings)).unwrap_or(u32::MAX)
}

/// The night that has begun last: the date of the evening, in the company's time. A missed one is made up (SCH-2).
pub(crate) fn night(settings: &Settings, zone: &TimeZone, now: Moment) -> Date {
    let local = local(zone, now);
    let hour = i8::try_from(settings.nightly_hour.min(23)).unwrap_or(22);
    let date = local.date();
    if local.hour() >= hour { date } else { date.yesterday().unwrap_or(date) }
}

/// The company's date of a moment.
pub(crate) fn today(zone: &TimeZone, now: Moment) -> Date {
    local(zone, now).date()
}

/// A date as the book has it.
pub(crate) fn day(date: Date) -> book::Day {
    let (year, month, day) = (date.year(), date.month(), date.day());
    book::Day::new(i32::from(year), u32::from(month.unsigned_abs()), u32::from(day.unsigned_abs()))
        .unwrap_or(book::Day::LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_millis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    // rule: SCH-7
    #[test]
    fn looks_are_by_day_in_company_time_also_when_clocks_change() {
        let free = Settings::default();
        let due = |zone_name: &str, now: &str| look_is_due(&free, &zone(zone_name), at(now), None);
        // Auckland leaves daylight saving on 5 April 2026: 07:00 is 18:00Z the day before it, 19:00Z on it.
        assert!(due("Pacific/Auckland", "2026-04-03T18:00:00Z"));
        assert!(!due("Pacific/Auckland", "2026-04-05T18:00:00Z"));
        assert!(due("Pacific/Auckland", "2026-04-05T19:00:00Z"));
        // London begins it on 29 March 2026.
        assert!(!due("Europe/London", "2026-03-28T06:30:00Z"));
        assert!(due("Europe/London", "2026-03-29T06:30:00Z"));
        assert!(!due("Europe/London", "2026-03-29T18:00:00Z"));
    }

    // rule: SCH-7
    #[test]
    fn the_free_tier_has_48_looks_a_day_the_paid_ones_288() {
        let free = Settings::default();
        let paid = Settings { tier: Tier::Paid, ..Settings::default() };
        for (settings, expected) in [(free, 48), (paid, 288)] {
            let (mut last, mut count) = (None, 0);
            for minute in (0..24 * 60).step_by(5) {
                let now = at("2026-06-30T12:00:00Z").plus(Duration::from_secs(minute * 60));
                if look_is_due(&settings, &zone("Pacific/Auckland"), now, last) {
                    (last, count) = (Some(now), count + 1);
                }
            }
            assert_eq!(count, expected);
            assert_eq!(looks_a_day(&settings), expected);
        }
    }

    // rule: SCH-2
    #[test]
    fn a_night_begins_at_its_hour_in_company_time() {
        let settings = Settings::default();
        let night = |now: &str| night(&settings, &zone("Pacific/Auckland"), at(now)).to_string();
        assert_eq!(night("2026-06-30T09:59:00Z"), "2026-06-29");
        assert_eq!(night("2026-06-30T10:00:00Z"), "2026-06-30");
    }
}
