//! A day in the company's calendar: 2026-03-02. Days have no time and no zone; the edge turns a clock into one.
//!
//! Kept as a number of days since 1970-01-01, so that days compare, sort and count as integers.
//! Not here: schedules, periods, time zones.

use std::fmt;
use std::str::FromStr;

/// A calendar day from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

const EPOCH_FROM_YEAR_0: i32 = 719_468;

impl Day {
    /// 0001-01-01.
    pub const FIRST: Day = Day(-719_162);
    /// 9999-12-31.
    pub const LAST: Day = Day(2_932_896);

    /// The day of a year, month (1 to 12) and day of month, if the calendar has it.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month)
        {
            return None;
        }
        // Years are counted from March, so that the leap day is the last of its year.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let day_of_year = (153 * month as i32 + 2) / 5 + day as i32 - 1;
        Some(Day(365 * year + year / 4 - year / 100 + year / 400 + day_of_year - EPOCH_FROM_YEAR_0))
    }

    /// So many days after 1970-01-01, held inside the calendar.
    pub fn from_number(number: i32) -> Day {
        Day(number.clamp(Day::FIRST.0, Day::LAST.0))
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day after, or the last of the calendar.
    pub fn next(self) -> Day {
        Day::from_number(self.0 + 1)
    }

    /// The day before, or the first of the calendar.
    pub fn previous(self) -> Day {
        Day::from_number(self.0 - 1)
    }

    /// Year, month, day of month.
    pub fn parts(self) -> (i32, u32, u32) {
        let days = self.0 + EPOCH_FROM_YEAR_0;
        let century = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + century * 400 + i32::from(month <= 2);
        (year, month.unsigned_abs(), day.unsigned_abs())
    }

    /// A day of the month that comes so many months later; the last one if that month is shorter.
    pub(crate) fn day_of_month(self, months_later: u32, day: u8) -> Day {
        let (year, month, _) = self.parts();
        let months = month - 1 + months_later;
        let (year, month) = (year + (months / 12).cast_signed(), months % 12 + 1);
        Day::new(year, month, u32::from(day).clamp(1, days_in(year, month))).unwrap_or(Day::LAST)
    }

    /// The last day of the month that comes so many months later.
    #[must_use]
    pub fn last_of_month(self, months_later: u32) -> Day {
        self.day_of_month(months_later, 31)
    }
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a day of the calendar written as 2026-03-02.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADay(String);

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a day: write it as 2026-03-02", self.0)
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Day, NotADay> {
        let digits =
            |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
        let mut parts = text.splitn(3, '-');
        let mut part = |length: usize| parts.next().filter(|p| p.len() == length).and_then(digits);
        let (year, month, day) = (part(4), part(2), part(2));
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => Day::new(year.cast_signed(), month, day),
            _ => None,
        }
        .ok_or_else(|| NotADay(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        let (mut day, mut expected) = (Day::new(1899, 12, 31).expect("a day"), (1899, 12, 31));
        for _ in 0..150_000 {
            assert_eq!(day.parts(), expected);
            assert_eq!(day.to_string().parse(), Ok(day));
            let (year, month, of_month) = expected;
            expected = match (of_month == days_in(year, month), month) {
                (false, _) => (year, month, of_month + 1),
                (true, 12) => (year + 1, 1, 1),
                (true, _) => (year, month + 1, 1),
            };
            day = day.next();
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in
            ["", "2026", "2026-02-29", "2026-13-01", "2026-3-02", "0000-01-01", "2026-03-02x", "+026-03-02"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(
            (Day::FIRST.to_string(), Day::LAST.to_string()),
            ("0001-01-01".into(), "9999-12-31".into())
        );
        assert_eq!(Day::LAST.next(), Day::LAST);
    }
}
