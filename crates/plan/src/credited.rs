//! Money in Xero that no invoice asked for yet: prepayments of pro-formas and overpayments, each made by a bank transaction.
//!
//! ```text
//! PY-1, 50.00 in advance on pro-forma I-1   ↔   prepayment 254591b2-…, 50.00, of which 20.00 is left
//! ```
//! Its id is the prepayment's or overpayment's, under which it is used and paid back; the bank transaction has another.
//! Not here: what is used of it (`allocated`), what becomes of it (`advances`), records (`forms`).

use book::{Day, Text};
use money::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::statuses::{BankTransactionType, LineAmountTypes};
use xero::{Decimal, XeroId};

use crate::allocated::CreditKind;
use crate::held::HeldStatus;
use crate::paid::{Applied, PaymentPaper};
use crate::settings::TaxSide;
use crate::subject::{Guid, Subject};

/// A prepayment or overpayment as Xero holds it (API-FACTS 4.11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldCredit {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: Guid,
    /// What it is.
    pub kind: CreditKind,
    /// Where its life stands.
    pub status: HeldStatus,
    /// Its day.
    pub day: Day,
    /// What was paid, with tax.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub total: Decimal,
    /// What of it is left.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub left: Decimal,
    /// The invoices and bills on which it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Applied>,
    /// What was paid back of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Applied>,
    /// Xero's clock at its last change, milliseconds since 1970.
    pub updated: i64,
}

/// A prepayment or overpayment that a look found changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenCredit {
    /// Which.
    pub subject: Subject,
    /// What Xero holds.
    pub credit: HeldCredit,
}

/// A prepayment or overpayment that is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crediting {
    /// What it becomes.
    pub kind: CreditKind,
    /// Received from a customer, or spent on a supplier.
    pub side: TaxSide,
    /// From or to whom.
    #[schemars(with = "crate::number::Id")]
    pub contact: XeroId<xero::Contact>,
    /// Its day, amount, bank account, rate and reference.
    pub paper: PaymentPaper,
    /// Its currency.
    pub currency: Currency,
    /// The account of its line; none for an overpayment, whose line Xero puts on receivables or payables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub account: Option<XeroId<xero::Account>>,
    /// The tax type of its line.
    #[schemars(with = "String")]
    pub tax_type: Text,
    /// How its amount contains tax.
    #[schemars(with = "String")]
    pub amounts: LineAmountTypes,
    /// What its line says; ends with our mark.
    #[schemars(with = "String")]
    pub text: Text,
}

impl Crediting {
    /// What makes it: money received or spent.
    #[must_use]
    pub fn bank_type(&self) -> BankTransactionType {
        match (self.side, self.kind) {
            (TaxSide::Sales, CreditKind::Overpayment) => BankTransactionType::ReceiveOverpayment,
            (TaxSide::Sales, CreditKind::Prepayment | CreditKind::Note) => {
                BankTransactionType::ReceivePrepayment
            }
            (TaxSide::Purchases, CreditKind::Overpayment) => BankTransactionType::SpendOverpayment,
            (TaxSide::Purchases, CreditKind::Prepayment | CreditKind::Note) => {
                BankTransactionType::SpendPrepayment
            }
        }
    }
}
