//! A journal of ours: what we send, and what Xero holds of it.
//!
//! ```text
//! MB-000123 2 Mar 2026 production: parts consumed     debit 633 774.00, credit 631 774.00     effect day 2 March
//! ```
//! Its lines are what was posted: kept by account, tracking options and effect day, whatever date it bears. Amounts are in
//! base currency, debits positive; they sum to nothing on each effect day. Not here: why it is made (`due`).

use book::{Day, Section, Text, Tracking};
use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;

use crate::balances::BalanceSeen;
use crate::held::HeldStatus;
use crate::paper::PaperTracking;
use crate::settings::{JournalStatus, Switch};
use crate::subject::Guid;

/// What a journal is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum JournalOf {
    /// What a section of the book's ledger expects.
    Section(Section),
    /// A balance synchronisation's run (BAL-2).
    Balance(BalanceSeen),
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalLine {
    /// The account.
    #[schemars(with = "crate::number::Id")]
    pub account: XeroId<xero::Account>,
    /// The book's tracking options.
    #[serde(default, skip_serializing_if = "is_untracked")]
    pub tracking: Tracking,
    /// What Xero calls them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<PaperTracking>,
    /// The day to which it belongs.
    pub day: Day,
    /// Debit, or credit if below zero.
    pub amount: Amount,
}

fn is_nothing(amount: &Amount) -> bool {
    amount.is_zero()
}

fn is_untracked(tracking: &Tracking) -> bool {
    *tracking == Tracking::default()
}

/// A journal that is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalPaper {
    /// Its number: 123 is `MB-000123`. No number is used twice, whatever became of the journal.
    pub number: u32,
    /// What it is for.
    pub of: JournalOf,
    /// The date that it bears in Xero.
    pub date: Day,
    /// Posted, or a draft.
    pub status: JournalStatus,
    /// Whether it shows on cash-basis reports.
    pub cash_basis: Switch,
    /// Its text, which begins with its mark.
    #[schemars(with = "String")]
    pub text: Text,
    /// Where people see what is behind it; empty in a plan, and if nobody has said where Millbook is. The runner fills it in.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    #[schemars(with = "String")]
    pub url: Text,
    /// Its lines.
    pub lines: Vec<JournalLine>,
    /// How many entries the book had when it was worked out.
    pub known: u32,
    /// The exchange's last event then: refused if one of its days was posted to since.
    pub basis: u64,
}

/// The mark of a journal of this number: `MB-000123`.
#[must_use]
pub fn mark(number: u32) -> Text {
    format!("MB-{number:06}").into()
}

/// The number of a text that begins with a mark of ours.
#[must_use]
pub fn marked(text: &str) -> Option<u32> {
    text.split_whitespace().next()?.strip_prefix("MB-")?.parse().ok()
}

/// A line of a journal as Xero holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldJournalLine {
    /// The account; none if Xero names none that we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub account: Option<XeroId<xero::Account>>,
    /// Its options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracking: Vec<PaperTracking>,
    /// Debit, or credit if below zero.
    pub amount: Amount,
    /// Its tax, which somebody may have put there.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub tax: Amount,
}

/// A journal as Xero holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldJournal {
    /// Xero's id.
    #[schemars(with = "crate::number::Id")]
    pub id: Guid,
    /// Draft, approved (posted), voided, deleted.
    pub status: HeldStatus,
    /// Its date.
    pub date: Day,
    /// Its text.
    #[schemars(with = "String")]
    pub text: Text,
    /// Its lines, in order of account; a deleted one may have none.
    pub lines: Vec<HeldJournalLine>,
    /// Xero's clock at its last change, milliseconds since 1970.
    pub updated: i64,
}

impl HeldJournal {
    /// Whether both say the same: date, accounts, amounts, tracking. Not whether they are posted.
    #[must_use]
    pub fn says(&self, other: &HeldJournal) -> bool {
        (self.date, &self.lines) == (other.date, &other.lines)
    }
}
