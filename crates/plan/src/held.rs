//! What Xero holds of a document, as last seen: its paper, its status, and what has been applied to it.
//!
//! Not here: reading Xero's records into it (`reading`), payments one by one.

use book::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::{Decimal, XeroId};

use crate::paid::Applied;
use crate::paper::Paper;
use crate::subject::Guid;

/// Where a document's life stands in Xero, in words of all kinds of documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldStatus {
    /// Draft.
    Draft,
    /// Awaiting approval; a quote that was sent.
    Awaiting,
    /// Approved; a quote that was accepted.
    Approved,
    /// Paid in full.
    Paid,
    /// An order that was billed, a quote that was invoiced.
    Billed,
    /// A quote that was declined.
    Declined,
    /// Voided: it stays visible and counts for nothing.
    Voided,
    /// Deleted.
    Deleted,
    /// A word of Xero's that we don't know: don't touch it, tell somebody.
    Other(String),
}

impl HeldStatus {
    /// Whether it counts for nothing any more (DOC-15).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, HeldStatus::Voided | HeldStatus::Deleted)
    }

    /// Whether it stands in Xero's ledger.
    #[must_use]
    pub fn posts(&self) -> bool {
        matches!(self, HeldStatus::Approved | HeldStatus::Paid)
    }
}

/// A document as Xero holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: Guid,
    /// Where its life stands.
    pub status: HeldStatus,
    /// What it says.
    pub paper: Paper,
    /// Sum of its lines without tax.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub net: Decimal,
    /// Its tax.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub tax: Decimal,
    /// What it comes to with tax.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub total: Decimal,
    /// What is still due, or what credit is left.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub due: Decimal,
    /// Payments on it.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub paid: Decimal,
    /// Credit, prepayments and overpayments on it, or what of a credit was used.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub credited: Decimal,
    /// The payments that it names, which weren't deleted: of a credit its refunds. Empty if Xero didn't list them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Applied>,
    /// The credit notes, prepayments and overpayments that it names; of a credit the invoices that it settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Applied>,
    /// Whether it is marked as sent to the contact.
    pub sent_to_contact: bool,
    /// Xero's clock at its last change, milliseconds since 1970.
    pub updated: i64,
}

impl Held {
    /// Whether money or credit has been applied to it: its amounts can't be changed any more (API-FACTS 4.7).
    #[must_use]
    pub fn is_applied(&self) -> bool {
        !self.paid.is_zero() || !self.credited.is_zero()
    }
}

/// What lines need to know of an item as Xero holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldItem {
    /// Its code there, which lines name; a person may have linked an item of another code.
    #[schemars(with = "String")]
    pub code: Text,
    /// Whether Xero keeps its stock: then nothing goes with it (TRK-1).
    pub tracked: bool,
    /// Its purchase account (DOC-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub expense: Option<XeroId<xero::Account>>,
}
