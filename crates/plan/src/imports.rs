//! What can be taken from Xero into the book: suppliers, customers, items, tracking categories (IMP).
//!
//! ```text
//! Nord Ltd      new
//! Ost GmbH      in the book already, as OST (same name)
//! West Ltd      in the book as WEST, archived: Restore
//! ```
//! A row is Xero's record in our words; what becomes of it is worked out against the book of the moment, once for showing
//! and again when it is imported. The chart of accounts, tax rates and currencies are lists: they are fetched whole.
//! Not here: asking Xero (`sync`).

mod carry_out;
mod choose;
mod judge;
mod read;
mod result;

pub use carry_out::carry_out;
pub use choose::{Choices, PAGE, choices};
pub use judge::{Choice, RowState};
pub use read::{read_categories, read_contacts, read_items};
pub use result::fetched;

use book::{PaymentTerms, Text};
use money::{Currency, UnitPrice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subject::Guid;

/// What is imported, each with its own button (IMP-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// The chart of accounts: a list.
    Accounts,
    /// Tax rates: a list.
    TaxRates,
    /// Tracking categories with their options.
    Tracking,
    /// Suppliers.
    Suppliers,
    /// Customers.
    Customers,
    /// Items.
    Items,
}

/// A thing in Xero that may be imported, in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Incoming {
    /// Xero's id.
    pub xero: Guid,
    /// Its account number or code; what is empty is made of the name.
    pub code: Text,
    /// Our mark on a contact that we made.
    pub mark: Text,
    /// Its name.
    pub name: Text,
    /// Whether it is archived in Xero, or erased.
    pub archived: bool,
    /// A contact: whether it has been used as a supplier, as a customer.
    pub used_as: (bool, bool),
    /// A contact's currency.
    pub currency: Option<Currency>,
    /// A contact's terms: of its bills, of our invoices.
    pub terms: (Option<PaymentTerms>, Option<PaymentTerms>),
    /// An item's usual prices: of purchase, of sale.
    pub prices: (Option<UnitPrice>, Option<UnitPrice>),
    /// An item's tax types: of purchase, of sale.
    pub taxes: (Text, Text),
    /// An item's purchase account, by its code.
    pub account: Text,
    /// Whether Xero tracks the item's stock (TRK-1).
    pub tracked: bool,
    /// A tracking category's options that can be used: Xero's id, name.
    pub options: Vec<(Guid, Text)>,
    /// A contact's default tracking: category's name, option's name.
    pub tracking: Vec<(Text, Text)>,
}

/// What becomes of rows whose match is archived in the book (IMP-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IfArchived {
    /// They are left, and reported.
    #[default]
    Report,
    /// They are restored and linked.
    Restore,
}

/// What a person chose to import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// As what.
    pub kind: ImportKind,
    /// The rows chosen.
    pub chosen: Vec<Incoming>,
    /// What becomes of those that are archived in the book.
    #[serde(default)]
    pub if_archived: IfArchived,
    /// The stock unit of new items, which Xero doesn't know; none is the book's own for pieces.
    #[serde(default)]
    pub unit: Option<book::UnitId>,
    /// Whether new items have lots.
    #[serde(default)]
    pub stocking: book::Stocking,
}

/// What came of an import: `12 imported, 3 skipped (why)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportResult {
    /// What was imported.
    pub kind: ImportKind,
    /// How many came new or were restored.
    pub imported: u32,
    /// What was left out: its name, the code of the reason, the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<(String, String, String)>")]
    pub skipped: Vec<(Text, Text, Text)>,
    /// What came, and should be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<(String, String, String)>")]
    pub warnings: Vec<(Text, Text, Text)>,
}
