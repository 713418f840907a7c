//! What an organisation keeps besides documents: accounts, tax rates, tracking, contacts, items, payments,
//! allocations, manual journals, attachments, notes. The documents are in `document.rs`, ledger entries in
//! `ledger.rs`.
//!
//! Amounts are in the currency of the record unless named `base_…`; instants (`updated`) are milliseconds UTC.
//! Fields follow Xero's names (API-FACTS 4) and are as compact as reading allows.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::guid::Guid;
use super::table::Row;

macro_rules! rows {
    ($($kind:ty { $id:ident, |$row:ident| $keys:expr }),+ $(,)?) => {$(
        impl Row for $kind {
            fn id(&self) -> Guid {
                self.$id
            }
            fn updated(&self) -> i64 {
                self.updated
            }
            fn keys(&self) -> Vec<(char, String)> {
                let $row = self;
                $keys
            }
        }
    )+};
}

rows! {
    Account { id, |a| vec![('c', a.code.to_lowercase()), ('n', a.name.to_lowercase())] },
    TaxRate { id, |t| vec![('t', t.tax_type.to_lowercase())] },
    TrackingCategory { id, |t| vec![('n', t.name.to_lowercase())] },
    Contact { id, |c| contact_keys(c) },
    Item { id, |i| vec![('c', i.code.to_lowercase())] },
    Payment { id, |p| vec![('d', p.target.to_string()), ('b', p.batch.map(|b| b.to_string()).unwrap_or_default())] },
    Allocation { id, |a| vec![('f', a.from.to_string()), ('i', a.invoice.to_string())] },
    BatchPayment { id, |_b| Vec::new() },
    ManualJournal { id, |_j| Vec::new() },
    Attachment { id, |a| vec![('d', a.parent.to_string())] },
    HistoryRecord { id, |h| vec![('d', h.parent.to_string())] },
    User { id, |_u| Vec::new() },
    BrandingTheme { id, |_b| Vec::new() },
    Currency { id, |c| vec![('c', c.code.to_lowercase())] },
}

fn contact_keys(contact: &Contact) -> Vec<(char, String)> {
    let mut keys = vec![('n', contact.name.to_lowercase())];
    if let Some(number) = &contact.number {
        keys.push(('k', number.to_lowercase()));
    }
    keys
}

/// An account of the chart (API-FACTS 4.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub id: Guid,
    pub code: String,
    pub name: String,
    pub kind: String,
    /// `DEBTORS`, `GST`, …; empty for ordinary accounts.
    pub system: String,
    pub tax_type: String,
    pub description: Option<String>,
    pub archived: bool,
    pub payments: bool,
    pub expense_claims: bool,
    pub watchlist: bool,
    pub bank: Option<BankDetails>,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BankDetails {
    pub number: String,
    pub kind: String,
    pub currency: String,
}

impl Account {
    /// `ASSET`, `EQUITY`, `EXPENSE`, `LIABILITY` or `REVENUE`; None for a type Xero doesn't have.
    pub(crate) fn class_of(kind: &str) -> Option<&'static str> {
        Some(match kind {
            "BANK" | "CURRENT" | "FIXED" | "INVENTORY" | "NONCURRENT" | "PREPAYMENT" => "ASSET",
            "EQUITY" => "EQUITY",
            "DEPRECIATN"
            | "DIRECTCOSTS"
            | "EXPENSE"
            | "OVERHEADS"
            | "SUPERANNUATIONEXPENSE"
            | "WAGESEXPENSE" => "EXPENSE",
            "CURRLIAB"
            | "LIABILITY"
            | "TERMLIAB"
            | "PAYGLIABILITY"
            | "SUPERANNUATIONLIABILITY"
            | "WAGESPAYABLELIABILITY" => "LIABILITY",
            "OTHERINCOME" | "REVENUE" | "SALES" => "REVENUE",
            _ => return None,
        })
    }

    pub(crate) fn class(&self) -> &'static str {
        Account::class_of(&self.kind).unwrap_or("ASSET")
    }

    /// The account's code, or its name when it has none: how messages call it.
    pub(crate) fn shown(&self) -> &str {
        if self.code.is_empty() { &self.name } else { &self.code }
    }
}

/// A tax rate (API-FACTS 4.3). Rates are percents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaxRate {
    pub id: Guid,
    pub name: String,
    pub tax_type: String,
    pub report_type: String,
    /// Assets, equity, expenses, liabilities, revenue.
    pub applies: [bool; 5],
    pub rate: Decimal,
    pub status: String,
    pub components: Vec<TaxComponent>,
    pub custom: bool,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaxComponent {
    pub name: String,
    pub rate: Decimal,
    pub compound: bool,
    pub non_recoverable: bool,
}

impl TaxRate {
    pub(crate) fn applies_to(&self, class: &str) -> bool {
        let classes = ["ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE"];
        classes.iter().position(|c| *c == class).is_some_and(|at| self.applies[at])
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrackingCategory {
    pub id: Guid,
    pub name: String,
    pub status: String,
    pub options: Vec<TrackingOption>,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrackingOption {
    pub id: Guid,
    pub name: String,
    pub status: String,
}

/// A contact (API-FACTS 4.5). None is a field never set: its key is left out of answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub id: Guid,
    pub number: Option<String>,
    pub account_number: Option<String>,
    pub archived: bool,
    /// Set by a person who merged it into another one.
    #[serde(default)]
    pub merged_into: Option<Guid>,
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub bank_account: Option<String>,
    pub company_number: Option<String>,
    pub tax_number: Option<String>,
    pub receivable_tax: Option<String>,
    pub payable_tax: Option<String>,
    pub addresses: Vec<Address>,
    pub phones: Vec<Phone>,
    pub persons: Vec<Person>,
    pub supplier: bool,
    pub customer: bool,
    pub currency: Option<String>,
    /// (key of the answer, value): default accounts and line amount types.
    pub defaults: Vec<(String, String)>,
    /// Payment terms: (side, day, type).
    pub terms: Vec<(String, u32, String)>,
    /// Made by the API: its written form shows empty texts where the seeds' contacts have no key.
    pub by_api: bool,
    pub updated: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub kind: String,
    /// Lines 1 to 4, city, region, postal code, country, attention.
    pub parts: [Option<String>; 9],
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub kind: String,
    /// Number, area code, country code.
    pub parts: [Option<String>; 3],
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Person {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub included: bool,
}

/// An item (API-FACTS 4.6). Stock counts only when `asset_account` is set: then it is tracked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Item {
    pub id: Guid,
    pub code: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub purchase_description: Option<String>,
    pub sold: bool,
    pub purchased: bool,
    pub sales: ItemDetails,
    pub purchases: ItemDetails,
    pub asset_account: Option<String>,
    pub on_hand: Decimal,
    pub cost_pool: Decimal,
    pub updated: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ItemDetails {
    pub price: Option<Decimal>,
    pub account: Option<String>,
    pub cogs_account: Option<String>,
    pub tax_type: Option<String>,
}

/// A payment or refund of one document (API-FACTS 4.10). `amount` is in the document's currency, `bank_amount` in
/// the bank account's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub id: Guid,
    pub target: Guid,
    pub kind: String,
    pub account: Guid,
    pub date: Date,
    pub amount: Decimal,
    pub bank_amount: Decimal,
    pub rate: Decimal,
    /// What the control account gave up, base currency.
    pub base: Decimal,
    pub reference: Option<String>,
    pub reconciled: bool,
    pub deleted: bool,
    pub batch: Option<Guid>,
    /// Particulars, code, details, bank account number.
    pub particulars: [Option<String>; 4],
    pub updated: i64,
}

/// Credit of one document set against an invoice. A deleted one is removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Allocation {
    pub id: Guid,
    pub from: Guid,
    pub invoice: Guid,
    pub amount: Decimal,
    pub date: Date,
    /// What the credit and the invoice gave up, base currency; the difference is a realised gain.
    pub base_from: Decimal,
    pub base_invoice: Decimal,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BatchPayment {
    pub id: Guid,
    pub account: Guid,
    pub date: Date,
    pub reference: Option<String>,
    pub narrative: Option<String>,
    pub details: Option<String>,
    pub receivable: bool,
    pub deleted: bool,
    pub payments: Vec<Guid>,
    pub total: Decimal,
    pub updated: i64,
}

/// A manual journal (API-FACTS 4.12).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ManualJournal {
    pub id: Guid,
    pub narration: String,
    pub date: Date,
    pub line_amounts: LineAmounts,
    pub status: String,
    pub url: Option<String>,
    pub cash_basis: bool,
    pub lines: Vec<JournalLine>,
    pub updated: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct JournalLine {
    pub account: Option<Guid>,
    pub description: Option<String>,
    pub tax_type: String,
    pub tax: Decimal,
    pub amount: Decimal,
    pub tracking: Vec<(Guid, Guid)>,
    pub blank: bool,
}

/// How line amounts are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LineAmounts {
    #[default]
    Exclusive,
    Inclusive,
    NoTax,
}

impl LineAmounts {
    pub(crate) fn read(text: &str) -> Option<LineAmounts> {
        match text.to_ascii_lowercase().as_str() {
            "exclusive" => Some(LineAmounts::Exclusive),
            "inclusive" => Some(LineAmounts::Inclusive),
            "notax" => Some(LineAmounts::NoTax),
            _ => None,
        }
    }

    pub(crate) fn shown(self) -> &'static str {
        match self {
            LineAmounts::Exclusive => "Exclusive",
            LineAmounts::Inclusive => "Inclusive",
            LineAmounts::NoTax => "NoTax",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub id: Guid,
    pub parent: Guid,
    pub endpoint: String,
    pub name: String,
    pub mime: String,
    pub online: bool,
    #[serde(with = "super::hex")]
    pub bytes: Vec<u8>,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HistoryRecord {
    pub id: Guid,
    pub parent: Guid,
    pub changes: String,
    pub user: String,
    pub details: String,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub id: Guid,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub subscriber: bool,
    pub role: String,
    pub updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BrandingTheme {
    pub id: Guid,
    pub name: String,
    pub sort: u64,
    pub updated: i64,
}

/// A subscribed currency. `rate`: foreign units for 1 of base, what XE would say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Currency {
    pub id: Guid,
    pub code: String,
    pub description: String,
    pub rate: Decimal,
    pub updated: i64,
}
