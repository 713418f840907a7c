//! A synchronisation as people and programs outside write it: warehouses by code, accounts by code or name, `22:30`.
//!
//! ```text
//! {"name": "Shops", "warehouses": ["NORTH", "SOUTH"], "account": "632", "interval": {"month": 31}, "at": "22:30"}
//! ```
//! Not here: whether it may be so (`check`).

use std::fmt;
use std::str::FromStr;

use book::{Book, WarehouseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Interval, Synchronisation, Weekday};
use crate::lists::Lists;
use crate::refusal::Refusal;
use crate::settings::{Switch, account_called, account_name, by_code};

/// A synchronisation by names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormSynchronisation {
    /// What people call it.
    pub name: String,
    /// Its warehouses, by code.
    pub warehouses: Vec<String>,
    /// The current asset that shows their value: its code, else its name, else Xero's id.
    pub account: String,
    /// The other side; none is the role Balance synchronisation expense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<String>,
    /// On: by its interval. Off: by "Sync now" only.
    #[serde(default)]
    pub auto: Switch,
    /// On which days: `"day"`, `{"week": "friday"}`, `{"month": 31}`, `{"year": [2, 29]}`.
    #[serde(default = "every_day")]
    pub interval: Interval,
    /// At what time of the company's day.
    #[serde(default)]
    pub at: TimeOfDay,
}

fn every_day() -> Interval {
    Interval::Day
}

impl FormSynchronisation {
    /// How people would write it.
    #[must_use]
    pub fn of(one: &Synchronisation, book: &Book, lists: &Lists) -> FormSynchronisation {
        let code = |id: &WarehouseId| {
            let row = book.warehouses().row(id.number());
            row.map_or_else(|| id.number().to_string(), |row| row.record.code.to_string())
        };
        FormSynchronisation {
            name: one.name.to_string(),
            warehouses: one.warehouses.iter().map(code).collect(),
            account: account_name(lists, one.account),
            expense: one.expense.map(|id| account_name(lists, id)),
            auto: one.auto,
            interval: one.interval,
            at: one.at,
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// A name that nothing has, or several.
    pub fn read(&self, book: &Book, lists: &Lists) -> Result<Synchronisation, Refusal> {
        let at = |field: &str| format!("synchronisations[{}].{field}", self.name);
        let warehouse = |code: &String| {
            let found = by_code("warehouse", Some(code), |code| book.warehouses().find(code));
            found.map(|id| id.map(WarehouseId::new)).map_err(|refusal| refusal.at(at("warehouses")))
        };
        let warehouses: Result<Vec<Option<WarehouseId>>, Refusal> =
            self.warehouses.iter().map(warehouse).collect();
        let account = |name: &str, field: &str| {
            account_called(lists, name, &self.name).map_err(|refusal| refusal.at(at(field)))
        };
        // Accounts first: before the company is connected there are none, and that is what is to be told.
        let own = account(&self.account, "account")?;
        let expense = self.expense.as_deref().map(|name| account(name, "expense")).transpose()?;
        Ok(Synchronisation {
            name: self.name.trim().into(),
            warehouses: warehouses?.into_iter().flatten().collect(),
            account: own,
            expense,
            auto: self.auto,
            interval: self.interval,
            at: self.at,
        })
    }
}

/// A time of day, `22:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9]{1,2}:[0-9]{1,2}$"))]
pub struct TimeOfDay {
    minutes: u16,
}

impl Default for TimeOfDay {
    /// 22:00, the evening.
    fn default() -> TimeOfDay {
        TimeOfDay { minutes: 22 * 60 }
    }
}

impl TimeOfDay {
    /// The hour, 0 to 23, and the minute, 0 to 59.
    #[must_use]
    pub const fn parts(self) -> (u8, u8) {
        ((self.minutes / 60) as u8, (self.minutes % 60) as u8)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = self.parts();
        write!(f, "{hour:02}:{minute:02}")
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<TimeOfDay, String> {
        let wrong = || format!("\"{text}\" is not a time of day: write it as 22:30");
        let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
        let number = |part: &str, below: u16| {
            let digits =
                part.len() <= 2 && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten().filter(|number| *number < below)
        };
        let (hour, minute) = (number(hour, 24).ok_or_else(wrong)?, number(minute, 60).ok_or_else(wrong)?);
        Ok(TimeOfDay { minutes: hour * 60 + minute })
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<TimeOfDay, String> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

/// `every month on the 31st`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Interval::Day => f.write_str("every day"),
            Interval::Week(weekday) => write!(f, "every {}", weekday.name()),
            Interval::Month(day) => write!(f, "every month on day {day}"),
            Interval::Year(month, day) => write!(f, "every year on day {day} of month {month}"),
        }
    }
}

impl Weekday {
    /// `Friday`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "Monday",
            Weekday::Tuesday => "Tuesday",
            Weekday::Wednesday => "Wednesday",
            Weekday::Thursday => "Thursday",
            Weekday::Friday => "Friday",
            Weekday::Saturday => "Saturday",
            Weekday::Sunday => "Sunday",
        }
    }
}

/// How people write an interval: `day`, `friday`, `31`, `02-29`.
impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Interval, String> {
        let word = text.trim().to_lowercase();
        if word == "day" {
            return Ok(Interval::Day);
        }
        if let Some(weekday) = Weekday::ALL.into_iter().find(|one| one.name().to_lowercase() == word) {
            return Ok(Interval::Week(weekday));
        }
        let read = match word.split_once('-') {
            Some((month, day)) => {
                month.parse().ok().zip(day.parse().ok()).map(|(month, day)| Interval::Year(month, day))
            }
            None => word.parse().ok().map(Interval::Month),
        };
        match read.filter(|interval| interval.problem().is_none()) {
            Some(interval) => Ok(interval),
            None => Err(format!(
                "\"{text}\" is not an interval: write day, a weekday, a day of the month (31), or month and day (02-29)"
            )),
        }
    }
}
