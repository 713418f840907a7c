//! Credit that was used on invoices and bills in Xero, and how much of it both sides had at once (DOC-19).
//!
//! ```text
//! credit invoice I-2, 30.00: used on I-1 in Xero 20.00, agreed 20.00      removed there: 0.00 against agreed 20.00 → it stands here alone
//! ```
//! Xero's allocations have no reference, and people set the same two documents off in one go or in several: what counts is the sum
//! for each credit and invoice. What both sides once agreed on is kept, so that what one side took back isn't made again.
//! Not here: what follows from it (`allocations`).

use book::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::Decimal;

use crate::paid::Paid;
use crate::subject::{Guid, Subject};

/// What gives credit in Xero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// A credit note.
    Note,
    /// Money paid before there was an invoice (DOC-17).
    Prepayment,
    /// Money paid beyond an invoice.
    Overpayment,
}

impl CreditKind {
    /// The collection in Xero.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            CreditKind::Note => "CreditNotes",
            CreditKind::Prepayment => "Prepayments",
            CreditKind::Overpayment => "Overpayments",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            CreditKind::Note => "credit note",
            CreditKind::Prepayment => "prepayment",
            CreditKind::Overpayment => "overpayment",
        }
    }
}

/// How much of a credit is used on one invoice or bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocated {
    /// The invoice or bill in Xero.
    pub to: Guid,
    /// How much is used there now.
    #[serde(with = "crate::number::text")]
    pub there: Decimal,
    /// How much both sides last had.
    #[serde(with = "crate::number::text")]
    pub agreed: Decimal,
}

/// So much of a credit is used on an invoice or bill on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// What gives the credit.
    pub credit: Subject,
    /// The invoice or bill in Xero.
    #[schemars(with = "crate::number::Id")]
    pub to: Guid,
    /// How much, in the currency of both.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub amount: Decimal,
}

/// An allocation that is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocating {
    /// What gives the credit.
    pub credit: Subject,
    /// What it is in Xero.
    pub kind: CreditKind,
    /// Its id there.
    #[schemars(with = "crate::number::Id")]
    pub from: Guid,
    /// The invoice or bill there.
    #[schemars(with = "crate::number::Id")]
    pub to: Guid,
    /// The later of both documents' days: the day that Xero gives it.
    pub day: Day,
    /// How much.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub amount: Decimal,
    /// How much of it was used there before: what is more than that later is this one.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub before: Decimal,
}

impl Allocating {
    /// Whether it is done, if so much is used there now.
    #[must_use]
    pub fn is_done_at(&self, there: Decimal) -> bool {
        self.before.plus(self.amount).is_some_and(|after| there >= after)
    }
}

impl Paid {
    /// How much of this credit is used on an invoice or bill: now, and as both sides last agreed.
    #[must_use]
    pub fn used_on(&self, to: Guid) -> (Decimal, Decimal) {
        let found = self.allocated.iter().find(|one| one.to == to);
        found.map_or((Decimal::ZERO, Decimal::ZERO), |one| (one.there, one.agreed))
    }

    /// Takes in how much of it is used there.
    pub(crate) fn use_on(&mut self, to: Guid, change: impl FnOnce(&mut Allocated)) {
        let at = self.allocated.iter().position(|one| one.to == to).unwrap_or_else(|| {
            self.allocated.push(Allocated { to, there: Decimal::ZERO, agreed: Decimal::ZERO });
            self.allocated.len() - 1
        });
        change(&mut self.allocated[at]);
        self.allocated.retain(|one| !one.there.is_zero() || !one.agreed.is_zero());
    }
}
