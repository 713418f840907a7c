//! One organisation: its records, its ledger, and what it answers to calls.
//!
//! Not here: HTTP, sign-in, time.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::exchange::{Answer, Call, Notice};

/// One organisation as a value.
#[derive(Clone, Debug)]
pub struct Org {
    id: String,
    name: String,
    locks: LockDates,
    notices: Vec<Notice>,
}

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
    pub(crate) fn empty(name: &str, id: &str) -> Org {
        Org { id: id.to_owned(), name: name.to_owned(), locks: LockDates::default(), notices: Vec::new() }
    }

    /// Answers one call at the time given. Never panics; whatever the bytes, never a 500.
    pub fn call(&mut self, call: &Call, _now: Timestamp) -> Answer {
        let known = call.path.eq_ignore_ascii_case("Organisation");
        let body = if known {
            format!("{{\"Organisations\":[{{\"Name\":\"{}\"}}]}}", self.name)
        } else {
            String::new()
        };
        let content_type = if known { "application/json; charset=utf-8" } else { "text/html; charset=utf-8" };
        let status = if known { 200 } else { 404 };
        Answer { status, content_type: content_type.to_owned(), body: body.into_bytes(), headers: Vec::new() }
    }

    /// The organisation's id, also its tenant id.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What webhooks should tell since the last time this was asked.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// The lock dates as they stand.
    #[must_use]
    pub fn lock_dates(&self) -> LockDates {
        self.locks
    }

    /// Sets both lock dates.
    pub fn set_lock_dates(&mut self, locks: LockDates) {
        self.locks = locks;
    }

    /// The whole state as one JSON; [`Org::from_state`] reads it back.
    #[must_use]
    pub fn state(&self) -> serde_json::Value {
        serde_json::json!({"id": self.id, "name": self.name})
    }

    /// The organisation of a state.
    ///
    /// # Errors
    /// The value isn't a state of this sandbox.
    pub fn from_state(state: &serde_json::Value) -> Result<Org, StateError> {
        let text = |key: &str| state[key].as_str().ok_or_else(|| StateError(format!("`{key}` is missing")));
        Ok(Org::empty(text("name")?, text("id")?))
    }

    /// Every account with its balance at the end of the day, by code.
    #[must_use]
    pub fn trial_balance(&self, _at: Date) -> Vec<TrialBalanceRow> {
        Vec::new()
    }

    /// The ledger lines of one account up to and with the day, oldest first.
    #[must_use]
    pub fn ledger_lines(&self, _account_id: &str, _until: Date) -> Vec<LedgerLineView> {
        Vec::new()
    }
}
