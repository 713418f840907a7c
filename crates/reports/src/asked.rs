//! What a report can be asked, and why a question can't be answered.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use book::{Day, Role};

/// The parameters of a report. Which of them a report looks at, the catalogue says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The end of this day.
    pub as_of: Day,
    /// From the beginning of this day, for what has a beginning: none is all there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// As known after so many log entries (INV-10); none is all that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<u32>,
    /// What a row is: `item`, `lot`, …; none takes the report's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Only this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Role>,
}

impl Asked {
    /// As of a day, all that is known, everything else as usual.
    pub fn on(as_of: Day) -> Asked {
        Asked { as_of, from: None, known: None, by: None, account: None }
    }

    /// `as of 2026-03-31`, `from 2026-03-01 to 2026-03-31, as known after 17 entries`
    pub(crate) fn words(&self) -> String {
        let mut text = match self.from {
            Some(from) => format!("from {from} to {}", self.as_of),
            None => format!("as of {}", self.as_of),
        };
        if let Some(known) = self.known {
            text += &format!(", as known after {known} entries");
        }
        text
    }

    /// The evening before the period begins; none if it has no beginning.
    pub(crate) fn before(&self) -> Option<Day> {
        self.from.filter(|from| *from > Day::FIRST).map(Day::previous)
    }
}

/// Why a question can't be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no such report.
    Report {
        /// What was asked for.
        name: String,
        /// What there is.
        reports: Vec<&'static str>,
    },
    /// The report has no such rows.
    By {
        /// The report.
        report: &'static str,
        /// What was asked for.
        by: String,
        /// What there is.
        choices: &'static [&'static str],
    },
    /// The report isn't of that account.
    Account {
        /// The report.
        report: &'static str,
        /// What was asked for.
        account: Role,
        /// What there is.
        choices: Vec<Role>,
    },
    /// The table has no such column.
    Column {
        /// What was asked for.
        name: String,
        /// What there is.
        columns: Vec<&'static str>,
    },
    /// The period begins after it ends.
    Period {
        /// Its first day.
        from: Day,
        /// Its last day.
        to: Day,
    },
    /// Lot by lot as known needs a book replayed up to that entry (`replay`).
    NeedsReplay {
        /// The report.
        report: &'static str,
        /// After so many log entries.
        known: u32,
    },
}

impl Wrong {
    /// Stable: `no-such-report`.
    pub const fn code(&self) -> &'static str {
        match self {
            Wrong::Report { .. } => "no-such-report",
            Wrong::By { .. } => "no-such-rows",
            Wrong::Account { .. } => "not-of-that-account",
            Wrong::Column { .. } => "no-such-column",
            Wrong::Period { .. } => "period-backwards",
            Wrong::NeedsReplay { .. } => "needs-replay",
        }
    }

    /// What is wrong.
    pub fn message(&self) -> String {
        match self {
            Wrong::Report { name, .. } => format!("There is no report {name}."),
            Wrong::By { report, by, .. } => format!("The report {report} has no rows by {by}."),
            Wrong::Account { report, account, .. } => {
                format!("The report {report} can't be asked for {} alone.", account.name())
            }
            Wrong::Column { name, .. } => format!("There is no column {name}."),
            Wrong::Period { from, to } => format!("The period begins on {from} and ends on {to}."),
            Wrong::NeedsReplay { report, known } => {
                format!("The report {report} as known after {known} entries needs the log.")
            }
        }
    }

    /// What to do.
    pub fn remedy(&self) -> String {
        match self {
            Wrong::Report { reports, .. } => format!("Choose one of {}.", reports.join(", ")),
            Wrong::By { choices: [], .. } => "It has one form: leave it out.".to_owned(),
            Wrong::By { choices, .. } => format!("Choose one of {}.", choices.join(", ")),
            Wrong::Account { choices, .. } if choices.is_empty() => {
                "Its rows are not of accounts: leave the account out.".to_owned()
            }
            Wrong::Account { choices, .. } => {
                let names: Vec<&str> = choices.iter().map(|role| role.name()).collect();
                format!("Choose one of {}.", names.join(", "))
            }
            Wrong::Column { columns, .. } => format!("Choose one of {}.", columns.join(", ")),
            Wrong::Period { .. } => "Choose a first day that isn't later than the last.".to_owned(),
            Wrong::NeedsReplay { report, .. } => {
                format!("Ask the program for it: `millbook report {report} --known DAY`.")
            }
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message(), self.remedy())
    }
}

impl std::error::Error for Wrong {}
