//! What we know of a document's payments in Xero, and which of the book's they are (PAY-1, PAY-2).
//!
//! ```text
//! invoice I-1 in Xero:   60.00 paid 3 March ↔ PY-1        40.00 paid 5 March, deleted ↔ PY-2: PY-2 stands alone here
//! ```
//! A pair stays known when one of the two is deleted: what had a partner is never made again by itself. One payment of Xero
//! may stand for several of ours, and several of Xero's for one of ours. Amounts are in the document's currency.
//! Not here: what follows from it (`payments`), the sums of the rule (`book::BothSides`).

use book::{Day, DocumentId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::{Decimal, XeroId};

use crate::allocated::Allocated;
use crate::credited::HeldCredit;
use crate::subject::{Guid, Subject};

/// A payment or a credit that a document names as applied to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Its id: of the payment, credit note, prepayment or overpayment.
    #[schemars(with = "crate::number::Id")]
    pub id: Guid,
    /// How much of it, in the document's currency.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub amount: Decimal,
}

/// A payment as Xero holds it (API-FACTS 4.10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldPayment {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: Guid,
    /// Its day, amount, account, rate and reference.
    pub paper: PaymentPaper,
    /// Whether it was deleted there.
    #[serde(default)]
    pub deleted: bool,
    /// Whether it is reconciled with the bank's statement: it can't be deleted then.
    #[serde(default)]
    pub reconciled: bool,
    /// The batch that it was made by: it can only be deleted with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub batch: Option<Guid>,
    /// Xero's clock at its last change, milliseconds since 1970.
    pub updated: i64,
}

/// What a payment says, in Xero's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentPaper {
    /// Its day.
    pub day: Day,
    /// How much, in the document's currency.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub amount: Decimal,
    /// The bank account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub account: Option<XeroId<xero::Account>>,
    /// Foreign units per 1 of base; none in base currency.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub rate: Option<Decimal>,
    /// What moves on the bank account, in that account's currency, if it isn't the amount.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub bank: Option<Decimal>,
    /// What the bank statement says.
    #[schemars(with = "String")]
    pub reference: Text,
}

/// A payment of the book and one of Xero that are the same money, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The book's.
    pub ours: DocumentId,
    /// Xero's.
    #[schemars(with = "crate::number::Id")]
    pub theirs: Guid,
    /// What ours said then: what is otherwise later was changed here (PAY-9).
    pub said: PaymentPaper,
}

/// A payment that a look found new or changed, and the document that it pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenPayment {
    /// The document.
    pub subject: Subject,
    /// The payment.
    pub payment: HeldPayment,
}

/// A payment that is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paying {
    /// The document in Xero that is paid.
    #[schemars(with = "crate::number::Id")]
    pub of: Guid,
    /// What is paid back, if it is a refund of an advance or overpayment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Subject>,
    /// What is sent.
    pub paper: PaymentPaper,
    /// The book's payments that it stands for, with what each says.
    pub stands_for: Vec<(DocumentId, PaymentPaper)>,
}

/// What is known of a document's payments in Xero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paid {
    /// They, deleted ones too, in the order of their ids.
    pub held: Vec<HeldPayment>,
    /// Which of ours they are, in the order in which that became known.
    pub pairs: Vec<Pair>,
    /// If it gives credit: what of it is used on which invoices and bills.
    pub allocated: Vec<Allocated>,
    /// If it is an advance or overpayment: what Xero holds, and what ours said when it was made.
    pub credit: Option<HeldCredit>,
    /// What ours said then: what is otherwise later was changed here.
    pub said: Option<PaymentPaper>,
    /// The log entry that last changed this.
    pub changed: u64,
}

impl Paid {
    /// A payment of an id.
    #[must_use]
    pub fn payment(&self, id: Guid) -> Option<&HeldPayment> {
        self.held.iter().find(|one| one.id == id)
    }

    /// Those that weren't deleted.
    pub fn live(&self) -> impl Iterator<Item = &HeldPayment> {
        self.held.iter().filter(|one| !one.deleted)
    }

    /// Takes in what was seen of a payment.
    pub(crate) fn see(&mut self, payment: HeldPayment) {
        match self.held.binary_search_by_key(&payment.id, |one| one.id) {
            Ok(at) => self.held[at] = payment,
            Err(at) => self.held.insert(at, payment),
        }
    }

    /// Takes in that two are the same.
    pub(crate) fn pair(&mut self, pair: Pair) {
        self.pairs.retain(|one| (one.ours, one.theirs) != (pair.ours, pair.theirs));
        self.pairs.push(pair);
    }
}
