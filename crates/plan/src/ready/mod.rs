//! Whether everything is in place before anything is posted: RDY-1's checklist, each item pass, warn or fail.
//!
//! ```text
//! pass  bank-codes        3 bank accounts have codes.
//! warn  who-approves      Nobody has said who approves documents in Xero.   millbook ready answer who-approves "…"
//! fail  base-currency     The organisation keeps EUR, the company NZD.      Connect an organisation that keeps NZD.
//! ```
//! Worked out from the settings, the book and what was last seen of Xero; some items only a person can answer (who approves,
//! which reports and how often): an answer is kept in the log. "Fail" is what would go wrong, "warn" what somebody should look
//! at. Not here: asking Xero (`sync`), enforcing (`settings::check` refuses what can't be saved).

mod checks;
mod choices;
mod documents;

use std::collections::BTreeMap;

use book::{Book, Day, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// In order.
    Pass,
    /// Somebody should look at it.
    Warn,
    /// It would go wrong.
    Fail,
}

impl Readiness {
    /// `pass`
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Readiness::Pass => "pass",
            Readiness::Warn => "warn",
            Readiness::Fail => "fail",
        }
    }
}

/// What only a person can answer; the answer is a sentence of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Whether sales invoices are summed up per channel or customer (CNS-1), or each goes by itself.
    ConsolidateInvoices,
    /// The same for payments (CNS-2).
    ConsolidatePayments,
    /// Who approves documents in Xero, or whether they are sent approved.
    WhoApproves,
    /// Which reports are taken, and how often.
    Reports,
    /// Which way payments go, where none goes (PAY-6).
    Payments,
    /// Who e-mails invoices: the book's users, or Xero (DOC-16).
    Originates,
    /// What becomes of advances on pro-formas (DOC-17).
    ProForma,
}

impl Choice {
    /// All of them.
    pub const ALL: [Choice; 7] = [
        Choice::ConsolidateInvoices,
        Choice::ConsolidatePayments,
        Choice::WhoApproves,
        Choice::Reports,
        Choice::Payments,
        Choice::Originates,
        Choice::ProForma,
    ];

    /// Its item's code: `who-approves`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Choice::ConsolidateInvoices => "consolidate-invoices",
            Choice::ConsolidatePayments => "consolidate-payments",
            Choice::WhoApproves => "who-approves",
            Choice::Reports => "reports",
            Choice::Payments => "payments",
            Choice::Originates => "originates",
            Choice::ProForma => "pro-forma",
        }
    }

    /// The choice of a code.
    #[must_use]
    pub fn of(id: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.id() == id)
    }
}

/// What people answered, by choice.
pub type Answers = BTreeMap<Choice, Text>;

/// An item of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// Stable: `bank-codes`.
    pub code: &'static str,
    /// What it asks, in a few words.
    pub title: &'static str,
    /// How it stands.
    pub readiness: Readiness,
    /// What was found, in a sentence.
    pub says: String,
    /// What to do next; empty where nothing needs doing.
    pub remedy: String,
    /// The command that does it, if one does.
    pub command: Option<String>,
}

/// What the checks look at.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The book.
    pub book: &'a Book,
    /// What is known of Xero.
    pub exchange: &'a Exchange,
    /// The company's time zone.
    pub zone: &'a str,
    /// The rights that our app asks for, by Xero's names; none if no app is set.
    pub rights: Option<&'a str>,
    /// The company's date.
    pub today: Day,
}

/// The checklist, in its order.
#[must_use]
pub fn ready(ground: Ground<'_>) -> Vec<Item> {
    checks::TABLE
        .iter()
        .map(|(code, title, check)| {
            let found = check(&ground);
            Item {
                code,
                title,
                readiness: found.readiness,
                says: found.says,
                remedy: found.remedy,
                command: found.command,
            }
        })
        .collect()
}

/// What a check found.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    readiness: Readiness,
    says: String,
    remedy: String,
    command: Option<String>,
}

impl Finding {
    fn pass(says: impl Into<String>) -> Finding {
        Finding { readiness: Readiness::Pass, says: says.into(), remedy: String::new(), command: None }
    }

    fn warn(says: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { readiness: Readiness::Warn, says: says.into(), remedy: remedy.into(), command: None }
    }

    fn fail(says: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { readiness: Readiness::Fail, ..Finding::warn(says, remedy) }
    }

    fn by(mut self, command: impl Into<String>) -> Finding {
        self.command = Some(command.into());
        self
    }
}
