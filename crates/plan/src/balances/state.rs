//! What the log knows of a synchronisation's runs: the last day, what waits for a yes, what a person asked for.
//!
//! ```text
//! Shops   last run 2026-02-28; asked for by a person: runs next time, for today
//! Barns   never ran: what its first run found waits for a yes (BAL-2)
//! ```
//! Not here: when a run is due (`runs`), its journal (`journal`).

use book::{Day, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BalanceFound;
use crate::exchange::Exchange;
use crate::settings::Switch;

/// What the log knows of a synchronisation's runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceState {
    /// The day of its last run that came to an end.
    pub last: Option<Day>,
    /// What that run found.
    pub found: Option<BalanceFound>,
    /// What was found and waits for a yes: the first run, or a locked day that is held (POST-16).
    pub waits: Option<BalanceFound>,
    /// The day for which somebody said yes.
    pub yes: Option<Day>,
    /// Whether somebody asked for a run that wasn't made yet.
    pub asked: Switch,
    /// Whether a journal of it was ever posted.
    pub begun: Switch,
    /// The day whose journal Xero refused: nothing runs by itself before somebody asks.
    pub refused: Option<Day>,
}

/// What a run found, where no journal follows: nothing differs, or somebody has to say yes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceSeen {
    /// The synchronisation.
    #[schemars(with = "String")]
    pub name: Text,
    /// What was found.
    pub found: BalanceFound,
    /// On: it waits for a yes.
    pub waits: Switch,
}

/// What state is kept by: names are the same in any case.
pub(crate) fn key(name: &str) -> Text {
    name.trim().to_lowercase().into()
}

impl BalanceState {
    /// A run came to its end.
    pub(crate) fn ran(&mut self, found: BalanceFound, posted: Switch) {
        // A run that somebody asked for may be of an earlier day than the last.
        self.last = self.last.max(Some(found.day));
        (self.found, self.waits, self.yes, self.asked) = (Some(found), None, None, Switch::Off);
        self.refused = None;
        if posted == Switch::On {
            self.begun = Switch::On;
        }
    }

    /// Xero refused the journal of a day.
    pub(crate) fn refuse(&mut self, day: Day) {
        (self.refused, self.asked) = (Some(day), Switch::Off);
    }

    pub(crate) fn wait(&mut self, found: BalanceFound) {
        (self.waits, self.asked) = (Some(found), Switch::Off);
    }

    /// Somebody asks for a run now, or says yes to what waits.
    pub(crate) fn ask(&mut self, agreed: Switch) {
        self.asked = Switch::On;
        if agreed == Switch::On {
            self.yes = self.waits.map(|found| found.day);
        }
    }
}

impl Exchange {
    /// What is known of a synchronisation's runs.
    #[must_use]
    pub fn balance(&self, name: &str) -> BalanceState {
        self.balances.get(&key(name)).cloned().unwrap_or_default()
    }
}
