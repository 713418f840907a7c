//! What an adjusting entry says: amounts on accounts that neither goods nor trade bring about (REC-1, REC-5, REC-8, INV-11).
//!
//! ```text
//! AE-1  31 March  clearing   Direct labour 9,214.00   477 −9,214.00
//! AE-2  31 March  accrual, taken back on 1 April   630 200.00   Accrued purchases −200.00
//! ```
//! Debits are positive, and the lines of an entry sum to nothing. A line names a role, or an account by its code; what stands
//! elsewhere in the accounts (a bank, accounts payable) has neither, and only what the accounts have already may say so.
//! Not here: what is checked and posted (`documents/adjusting_entry.rs`), who proposes such entries (the crate `plan`).

use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::names::{Text, is_default};
use crate::posting::{Role, Rule, Tracking};

/// Why an adjusting entry is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Adjustment {
    /// It clears what labour, overheads or transfers absorbed (REC-1).
    Clearing,
    /// It shows part of a balance elsewhere at a month's end, and is taken back (REC-8).
    Accrual,
    /// It brings an account to what the book began with (INV-11).
    Opening,
    /// It stands in the accounts already, made there by somebody: nothing of it is posted (REC-5).
    Adopted,
}

impl Adjustment {
    /// The row of the table by which it posts.
    pub const fn rule(self) -> Rule {
        match self {
            Adjustment::Clearing => Rule::Cleared,
            Adjustment::Accrual => Rule::Accrued,
            Adjustment::Opening => Rule::BroughtIn,
            Adjustment::Adopted => Rule::Adopted,
        }
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Adjustment::Clearing => "clearing",
            Adjustment::Accrual => "accrual",
            Adjustment::Opening => "opening",
            Adjustment::Adopted => "adopted",
        }
    }
}

/// An adjusting entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustingEntry {
    /// Why.
    pub kind: Adjustment,
    /// The day.
    pub day: Day,
    /// An accrual: the day on which it is taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reversed: Option<Day>,
    /// An adopted one: the entry that it stands for, by the id that it has in the accounts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Option<Text>,
    /// What it is, for people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: Option<Text>,
    /// Its lines; they sum to nothing.
    pub lines: Vec<AdjustingLine>,
}

/// A line of an adjusting entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustingLine {
    /// The role whose account it stands on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role: Option<Role>,
    /// Or the account, by its code.
    #[serde(default, skip_serializing_if = "is_default")]
    pub account: Option<Text>,
    /// Tracking options.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// Debit, or credit if below zero. Base currency.
    pub amount: Amount,
}

impl Role {
    /// Whether adjusting entries may stand on it: not where its balance is what lots, orders, shipments and papers come to.
    pub const fn takes_entries(self) -> bool {
        match self {
            Role::InventoryGain
            | Role::InventoryLoss
            | Role::PurchaseDifferences
            | Role::Rounding
            | Role::OpeningBalances
            | Role::TransferLiability
            | Role::DirectLabour
            | Role::ManufacturingOverheads
            | Role::AccruedPurchases => true,
            Role::Materials
            | Role::FinishedGoods
            | Role::WorkInProgress
            | Role::Purchases
            | Role::CostOfGoodsSold
            | Role::OffBookExpense
            | Role::Sales
            | Role::Payables
            | Role::Receivables
            | Role::Other => false,
        }
    }
}

impl Rule {
    /// Whether an adjusting entry posts by it.
    pub const fn is_of_entries(self) -> bool {
        matches!(self, Rule::Cleared | Rule::Accrued | Rule::BroughtIn | Rule::Adopted)
    }
}
