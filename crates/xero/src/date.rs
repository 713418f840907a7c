//! Days and moments in all of Xero's spellings.
//!
//! `/Date(1789344000000+0000)/` and `2026-09-14T00:00:00` are both the `Day` 2026-09-14: document dates are midnight UTC
//! of the local day, so no zone is ever applied. `/Date(1789378226335)/`, `2026-09-14T09:29:59Z` and
//! `2019-12-07T18:46:19.5165400` (UTC without saying so) are `Stamp`s. Days are sent as `2026-09-14` (API-FACTS 2.5).
//!
//! Not here: what day it is (a parameter everywhere).

use crate::text::parsed;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A calendar day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

/// A moment, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub Timestamp);

impl Day {
    /// Reads any form Xero writes, and `2026-09-14`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some(milliseconds) = dotnet(text) {
            let moment = Timestamp::from_millisecond(milliseconds).ok()?;
            return Some(Self(TimeZone::UTC.to_datetime(moment).date()));
        }
        text.get(..10)?.parse().ok().filter(|_| text.len() == 10 || text.as_bytes()[10] == b'T').map(Self)
    }

    /// The day as a `where` clause writes it: `DateTime(2026, 09, 14)`.
    #[must_use]
    pub fn in_where(self) -> String {
        format!("DateTime({:04}, {:02}, {:02})", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Stamp {
    /// Reads any form Xero writes; without a zone it is UTC.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some(milliseconds) = dotnet(text) {
            return Timestamp::from_millisecond(milliseconds).ok().map(Self);
        }
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self(moment));
        }
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok().map(Self)
    }

    /// Milliseconds since 1970 in UTC.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The moment so many milliseconds after 1970 in UTC; none beyond the year 9999.
    #[must_use]
    pub fn from_millis(milliseconds: i64) -> Option<Self> {
        Timestamp::from_millisecond(milliseconds).ok().map(Self)
    }

    /// As `If-Modified-Since` wants it: UTC to the second, rounded down, so that nothing is missed.
    #[must_use]
    pub fn in_header(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }
}

/// The milliseconds in `/Date(ms)/` or `/Date(ms+0000)/`. The offset says where the writer sat, not when it was.
fn dotnet(text: &str) -> Option<i64> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let (sign, digits) = inner.strip_prefix('-').map_or((1, inner), |rest| (-1, rest));
    let end = digits.find(['+', '-']).unwrap_or(digits.len());
    digits[..end].parse::<i64>().ok().map(|value| sign * value)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, Self::read, "a date of Xero's")
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, Self::read, "a time of Xero's")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_a_day() {
        for text in
            ["/Date(1789344000000+0000)/", "/Date(1789344000000)/", "2026-09-14T00:00:00", "2026-09-14"]
        {
            assert_eq!(Day::read(text).unwrap().to_string(), "2026-09-14", "{text}");
        }
        assert_eq!(Day::read("/Date(-86400000+0000)/").unwrap().to_string(), "1969-12-31");
        assert_eq!(
            serde_json::from_str::<Day>(r#""\/Date(1789344000000+0000)\/""#).unwrap().to_string(),
            "2026-09-14"
        );
        assert_eq!(Day::read("2026-09-14").unwrap().in_where(), "DateTime(2026, 09, 14)");
    }

    #[test]
    fn every_form_of_a_moment() {
        let at = |text| Stamp::read(text).unwrap().millis();
        assert_eq!(at("/Date(1789378226335)/"), 1_789_378_226_335);
        assert_eq!(at("/Date(1789378226335+1300)/"), 1_789_378_226_335);
        assert_eq!(at("2026-09-14T09:29:59Z"), 1_789_378_199_000);
        assert_eq!(at("2019-12-07T18:46:19.5165400"), 1_575_744_379_516);
        assert_eq!(Stamp::from_millis(1_789_378_199_999).unwrap().in_header(), "2026-09-14T09:29:59");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "/Date()/", "/Date(x)/", "2026-13-01", "14/09/2026", "2026-09-14x", "é026-09-14"] {
            assert_eq!(Day::read(text), None, "{text:?}");
            assert_eq!(Stamp::read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "(/Date\\()?.{0,24}") {
            let _ = (Day::read(&text), Stamp::read(&text));
        }
    }
}
