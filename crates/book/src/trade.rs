//! What documents of trade say besides goods and prices: how far they are in force, and what was paid on them.
//!
//! An invoice of 115.00 is drafted, sent as a pro-forma, paid 50.00 in advance, put in force, paid 65.00: its content
//! says the stage and nothing of the money, each payment is a document of its own that names it. So a payment has a
//! number, a history and a life like any document, and what is paid is worked out, never kept (`settlement.rs`).
//! Not here: checks (`documents/quote.rs`, `documents/payment.rs`), sums (`totals.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Money, Percent, Rate};

use crate::content::{Terms, TradeLine};
use crate::day::Day;
use crate::ids::DocumentId;
use crate::names::{Text, is_default};

/// Whether a document's prices include tax (TAX-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Prices {
    /// Tax comes on top.
    #[default]
    Exclusive,
    /// Tax is inside: net = line − round(line × r ÷ (1 + r)).
    Inclusive,
}

/// How far an invoice or purchase invoice is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stage {
    /// Being written: it asks for nothing and posts nothing.
    Draft,
    /// Pro-forma (Dummy): it asks for an advance and posts nothing (DOC-17).
    ProForma,
    /// In force: unpaid, paid partially or paid.
    #[default]
    Issued,
}

/// Whether a person has confirmed a supplier invoice ID that another paper of the supplier has (DOC-26).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Repeated {
    /// Nobody has: it is refused.
    #[default]
    Refused,
    /// A person says that both are right.
    Confirmed,
}

/// The supplier's invoice of an order that is a bill itself (SEL-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplierInvoice {
    /// The supplier invoice ID.
    pub id: Text,
    /// Its date.
    pub day: Day,
    /// When it is to be paid; none is worked out from the supplier's terms, and filled in (DOC-3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Day>,
    /// Whether another paper of the supplier may have its number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repeated: Repeated,
}

/// What became of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QuoteState {
    /// Being written.
    Draft,
    /// With the customer.
    Sent,
    /// The customer wants it.
    Accepted,
    /// The customer doesn't.
    Declined,
}

/// An offer to a customer (DOC-17). It moves and posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// Customer, day, currency, rate.
    pub terms: Terms,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<Day>,
    /// What became of it.
    pub state: QuoteState,
    /// What is offered.
    pub lines: Vec<TradeLine>,
}

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PaymentKind {
    /// It settles an invoice, bill, order or pro-forma; on a credit it is money that came back.
    Payment,
    /// It gives a payment or an advance back; on a credit it is what settles it.
    Refund,
}

/// Money paid on a document, or paid back (PAY-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// What it pays.
    pub of: DocumentId,
    /// Which way.
    pub kind: PaymentKind,
    /// Its day.
    pub day: Day,
    /// How much, in the document's currency or in base.
    pub amount: Money,
    /// Its own rate, foreign units per 1 of base; none takes the company's rate of that day, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<Rate>,
    /// The bank account's code; none is the account of the role Bank.
    #[serde(default, skip_serializing_if = "is_default")]
    pub account: Option<Text>,
    /// What the bank statement says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reference: Option<Text>,
    /// The tax of an advance's line on the deposits' account, as the user chose it (DOC-17).
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: Option<Percent>,
    /// An advance on a pro-forma, or an ordinary payment; filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub advance: Advance,
}

/// Whether a payment was made before there was an invoice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Advance {
    /// An ordinary payment, or its refund.
    #[default]
    No,
    /// Paid on a pro-forma: a prepayment, which stays one when the pro-forma becomes an invoice (DOC-17).
    Yes,
}

/// Credit of one document used on another of the same party and currency (DOC-17, DOC-19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// A credit invoice, a supplier credit, a pro-forma with an advance, or a document that was overpaid.
    pub from: DocumentId,
    /// The invoice or bill that it settles.
    pub to: DocumentId,
    /// Its day.
    pub day: Day,
    /// How much, in the currency of both.
    pub amount: Money,
}
