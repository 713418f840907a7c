//! On which days a balance synchronisation runs (BAL-4): every day, a weekday, a day of the month, a day of the year.
//!
//! ```text
//! every month on the 31st   2026-01-31, 2026-02-28, 2026-03-31, 2026-04-30
//! every year on 29 February 2026-02-28, 2027-02-28, 2028-02-29
//! ```
//! A day that a month doesn't have is its last. Not here: the time of day, which the runner knows in the company's zone.

use book::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// From Monday on.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The weekday of a day; 1970-01-01 was a Thursday.
    #[must_use]
    pub fn of(day: Day) -> Weekday {
        Weekday::ALL[(day.number() + 3).rem_euclid(7) as usize]
    }
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Interval {
    /// Every day.
    Day,
    /// Every week, on a weekday.
    Week(Weekday),
    /// Every month, on a day from 1 to 31.
    Month(u8),
    /// Every year, in a month from 1 to 12, on a day from 1 to 31.
    Year(u8, u8),
}

impl Interval {
    /// The first day after this one on which it runs; none behind the calendar's end, or where there is no such day.
    #[must_use]
    pub fn next_after(self, day: Day) -> Option<Day> {
        let (year, month, _) = day.parts();
        let months = |step: u32| {
            let months = month - 1 + step;
            (year + (months / 12).cast_signed(), months % 12 + 1)
        };
        let found = match self {
            Interval::Day => Some(day.next()),
            Interval::Week(weekday) => {
                let days = (1..=7).map(|step| Day::from_number(day.number() + step));
                days.into_iter().find(|day| Weekday::of(*day) == weekday)
            }
            Interval::Month(wanted) => {
                let days = (0..2).map(months).filter_map(|(year, month)| in_month(year, month, wanted));
                days.into_iter().find(|next| *next > day)
            }
            Interval::Year(month, wanted) => {
                let days = (year..year + 2).filter_map(|year| in_month(year, u32::from(month), wanted));
                days.into_iter().find(|next| *next > day)
            }
        };
        found.filter(|next| *next > day)
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn problem(self) -> Option<&'static str> {
        match self {
            Interval::Month(day) | Interval::Year(_, day) if !(1..=31).contains(&day) => {
                Some("a month has days 1 to 31; 31 is its last day, whatever it is")
            }
            Interval::Year(month, _) if !(1..=12).contains(&month) => Some("a year has months 1 to 12"),
            Interval::Day | Interval::Week(_) | Interval::Month(_) | Interval::Year(..) => None,
        }
    }
}

/// A day of a month, or the last day of a shorter one.
fn in_month(year: i32, month: u32, day: u8) -> Option<Day> {
    (28..=31.min(u32::from(day)).max(28))
        .rev()
        .find_map(|last| Day::new(year, month, last.min(u32::from(day))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// The days on which it runs, from a day on.
    fn runs(interval: Interval, after: &str, count: usize) -> Vec<String> {
        let mut last = day(after);
        let next = || {
            last = interval.next_after(last)?;
            Some(last.to_string())
        };
        std::iter::from_fn(next).take(count).collect()
    }

    /// rule: BAL-4
    #[test]
    fn a_day_that_a_month_does_not_have_is_its_last() {
        let month = runs(Interval::Month(31), "2026-01-30", 4);
        assert_eq!(month, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        let year = runs(Interval::Year(2, 29), "2026-01-30", 4);
        assert_eq!(year, ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]);
        assert_eq!(runs(Interval::Month(30), "2028-01-30", 2), ["2028-02-29", "2028-03-30"]);
        assert_eq!(runs(Interval::Month(5), "2026-12-04", 2), ["2026-12-05", "2027-01-05"]);
    }

    /// rule: BAL-4
    #[test]
    fn days_and_weekdays() {
        assert_eq!(runs(Interval::Day, "2026-02-27", 2), ["2026-02-28", "2026-03-01"]);
        // 2026-11-22 is a Sunday.
        assert_eq!(Weekday::of(day("2026-11-22")), Weekday::Sunday);
        assert_eq!(runs(Interval::Week(Weekday::Sunday), "2026-11-22", 2), ["2026-11-29", "2026-12-06"]);
        assert_eq!(runs(Interval::Week(Weekday::Monday), "2026-11-22", 1), ["2026-11-23"]);
    }

    #[test]
    fn each_interval_runs_once_a_period_and_never_twice_on_a_day() {
        let all =
            [Interval::Day, Interval::Week(Weekday::Friday), Interval::Month(29), Interval::Year(12, 31)];
        for (interval, days) in all.into_iter().zip([1, 7, 31, 366]) {
            let mut last = day("1999-12-30");
            for _ in 0..2_000 {
                let next = interval.next_after(last).expect("a next day");
                assert!(next > last && next.number() - last.number() <= days, "{interval:?} {last} {next}");
                last = next;
            }
        }
        assert_eq!(Interval::Day.next_after(Day::LAST), None);
        assert!(Interval::Year(13, 1).problem().is_some() && Interval::Month(0).problem().is_some());
        assert_eq!(Interval::Year(13, 1).next_after(day("2026-01-01")), None);
    }

    #[test]
    fn people_write_intervals_as_they_say_them() {
        let read = |text: &str| text.parse::<Interval>();
        assert_eq!(read("Day"), Ok(Interval::Day));
        assert_eq!(read("friday"), Ok(Interval::Week(Weekday::Friday)));
        assert_eq!(read("31"), Ok(Interval::Month(31)));
        assert_eq!(read("02-29"), Ok(Interval::Year(2, 29)));
        for wrong in ["", "0", "32", "13-01", "2-40", "fri", "256", "-1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for (text, time) in [("22:30", "22:30"), ("7:05", "07:05"), ("00:00", "00:00")] {
            assert_eq!(
                text.parse::<super::super::TimeOfDay>().map(|time| time.to_string()),
                Ok(time.to_owned())
            );
        }
        for wrong in ["24:00", "10", "10:60", "+1:00", "1:2:3", ""] {
            assert!(wrong.parse::<super::super::TimeOfDay>().is_err(), "{wrong}");
        }
    }
}
