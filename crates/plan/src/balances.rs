//! Balance synchronisation (BAL): for companies that want a balance in Xero, not perpetual journals.
//!
//! ```text
//! Shops: warehouses North and South, account 632, expense 429, every month on the 31st at 22:30
//! 2026-02-28: lots 12,400.00, Xero's 632 says 11,150.00 → debit 632, credit 429, 1,250.00
//! ```
//! A run is of one day: the value of the lots at its end, Xero's balance as at it, a journal dated it. It is worked out anew from
//! what Xero says, so one that was interrupted is simply begun again (BAL-7).
//! Not here: asking Xero and the time of day (`sync`), how a journal is sent (`journals`).

mod check;
mod form;
mod interval;
mod runs;
mod state;

pub use form::{FormSynchronisation, TimeOfDay};
pub use interval::{Interval, Weekday};
pub(crate) use runs::is_still_so;
pub use runs::{BalanceRun, BalanceStep, balance_runs, balance_step};
pub(crate) use state::key;
pub use state::{BalanceSeen, BalanceState};

use std::collections::BTreeSet;

use book::{Book, Day, Text, WarehouseId};
use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;

use crate::settings::{AccountRole, Settings, Switch};

/// A set of warehouses whose value an account of Xero shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Synchronisation {
    /// What people call it; none is called the same.
    #[schemars(with = "String")]
    pub name: Text,
    /// Its warehouses; each is in one synchronisation at most.
    pub warehouses: BTreeSet<WarehouseId>,
    /// The current asset that shows their value.
    #[schemars(with = "crate::number::Id")]
    pub account: XeroId<xero::Account>,
    /// The other side; none is the role Balance synchronisation expense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub expense: Option<XeroId<xero::Account>>,
    /// On: it runs by its interval. Off: by "Sync now" only (BAL-3).
    pub auto: Switch,
    /// On which days.
    pub interval: Interval,
    /// At what time, in the company's zone.
    pub at: TimeOfDay,
}

/// What a run found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceFound {
    /// The day it is of.
    pub day: Day,
    /// The value of the lots at its end.
    pub book: Amount,
    /// Xero's balance as at it: debits less credits.
    pub xero: Amount,
}

impl BalanceFound {
    /// What has to be debited to the account; below zero: credited. None if no amount can hold it.
    #[must_use]
    pub fn difference(&self) -> Option<Amount> {
        self.book.checked_sub(self.xero).ok()
    }
}

impl Synchronisation {
    /// The value of its warehouses' lots at the end of a day, base currency.
    #[must_use]
    pub fn value(&self, book: &Book, day: Day) -> Option<Amount> {
        let rows = book.stock_as_of(day);
        let mut rows = rows.iter().filter(|row| self.warehouses.contains(&row.warehouse));
        rows.try_fold(Amount::ZERO, |sum, row| sum.checked_add(row.value).ok())
    }

    /// Its other side: its own expense account, else the role's.
    #[must_use]
    pub fn expense(&self, settings: &Settings, day: Day) -> Option<XeroId<xero::Account>> {
        self.expense.or_else(|| settings.account(AccountRole::BalanceExpense, (None, None), day))
    }
}

impl Settings {
    /// A synchronisation by its name, whatever its case.
    #[must_use]
    pub fn synchronisation(&self, name: &str) -> Option<&Synchronisation> {
        let name = name.trim().to_lowercase();
        self.synchronisations.iter().find(|one| one.name.trim().to_lowercase() == name)
    }

    /// The synchronisation of a warehouse (BAL-6: one at most); none: it is unpaired (BAL-5).
    #[must_use]
    pub fn synchronisation_of(&self, warehouse: WarehouseId) -> Option<&Synchronisation> {
        self.synchronisations.iter().find(|one| one.warehouses.contains(&warehouse))
    }
}
