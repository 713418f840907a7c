//! What the accountant's pages and the simulation read without a call: lock dates, state, trial balance and its
//! drill-down to ledger lines, all from the ledger.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::guid::Guid;
use super::{Org, State};
use crate::exchange::Notice;

/// The two lock dates (API-FACTS 6.1): what is dated on or before them is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LockDates {
    /// Stops everyone but advisers.
    pub period: Option<Date>,
    /// Stops everyone.
    pub end_of_year: Option<Date>,
}

/// One account of the trial balance at a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalanceRow {
    /// The account's id.
    pub account_id: String,
    /// Its code; empty for accounts without one.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its type, e.g. `CURRENT`.
    pub account_type: String,
    /// Balance: debit positive, credit negative, base currency.
    pub balance: Decimal,
}

/// One ledger line of an account, for the drill-down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLineView {
    /// The journal's number.
    pub journal_number: u64,
    /// The journal's date.
    pub date: Date,
    /// The kind of document it came from, e.g. `ACCREC`.
    pub source_type: String,
    /// The id of that document.
    pub source_id: String,
    /// What the line says.
    pub description: String,
    /// Debit positive, credit negative, base currency.
    pub net: Decimal,
}

/// A state that can't be read, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(pub String);

impl std::fmt::Display for StateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this is not a state of the sandbox: {}", self.0)
    }
}

impl std::error::Error for StateError {}

impl Org {
    /// The organisation's id, also its tenant id.
    #[must_use]
    pub fn id(&self) -> String {
        self.state.meta.settings.id.to_string()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.state.meta.settings.name
    }

    /// What webhooks should tell since the last time this was asked.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.state.meta.notices)
    }

    /// The lock dates as they stand.
    #[must_use]
    pub fn lock_dates(&self) -> LockDates {
        self.state.meta.settings.locks
    }

    /// Sets both lock dates.
    pub fn set_lock_dates(&mut self, locks: LockDates) {
        self.state.meta.settings.locks = locks;
    }

    /// The whole state as one JSON; [`Org::from_state`] reads it back.
    #[must_use]
    pub fn state(&self) -> serde_json::Value {
        serde_json::to_value(&self.state).unwrap_or_default()
    }

    /// The organisation of a state.
    ///
    /// # Errors
    /// The value isn't a state of this sandbox.
    pub fn from_state(state: &serde_json::Value) -> Result<Org, StateError> {
        let state: State = serde::Deserialize::deserialize(state)
            .map_err(|e: serde_json::Error| StateError(e.to_string()))?;
        Ok(Org { state, before: None })
    }

    /// Every account that has ledger lines with its balance at the end of the day, by code.
    #[must_use]
    pub fn trial_balance(&self, at: Date) -> Vec<TrialBalanceRow> {
        let sums = self.movements(None, at);
        let rows = self.accounts_by_code().into_iter().filter_map(|account| {
            Some(TrialBalanceRow {
                account_id: account.id.to_string(),
                code: account.code.clone(),
                name: account.name.clone(),
                account_type: account.kind.clone(),
                balance: *sums.get(&account.id)?,
            })
        });
        rows.collect()
    }

    /// The ledger lines of one account up to and with the day, by date and journal number.
    #[must_use]
    pub fn ledger_lines(&self, account_id: &str, until: Date) -> Vec<LedgerLineView> {
        let Some(account) = Guid::parse(account_id) else { return Vec::new() };
        let mut lines = Vec::new();
        for entry in self.state.ledger.iter().filter(|e| e.date <= until) {
            for line in entry.lines.iter().filter(|l| l.account == account) {
                lines.push(LedgerLineView {
                    journal_number: entry.number,
                    date: entry.date,
                    source_type: entry.source_type.clone(),
                    source_id: entry.source.to_string(),
                    description: line
                        .description
                        .clone()
                        .or_else(|| entry.reference.clone())
                        .unwrap_or_default(),
                    net: line.net,
                });
            }
        }
        lines.sort_by_key(|l| (l.date, l.journal_number));
        lines
    }
}
