//! The one record behind invoices, bills, credit notes, purchase orders, quotes, bank transactions, prepayments and
//! overpayments: contact, day, lines, totals, status, what was settled.
//!
//! Example: a sales invoice of 2 × 10.50 at 15 %: sub-total 21.00, tax 3.15, total 24.15, paid 0, credited 0,
//! so 24.15 is due. Invariants: total = sub_total + tax; due = total − paid − credited ≥ 0;
//! `base_settled` is what the control account has given up of `base_total` (base currency).
//! Not here: arithmetic (`amounts.rs`), posting (`posting.rs`).

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::guid::Guid;
use super::records::LineAmounts;
use super::table::Row;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Kind {
    AccRec,
    AccPay,
    AccRecCredit,
    AccPayCredit,
    PurchaseOrder,
    Quote,
    Spend,
    Receive,
    SpendPrepayment,
    ReceivePrepayment,
    SpendOverpayment,
    ReceiveOverpayment,
}

/// (kind, `Type` as Xero writes it, side: +1 sales or money in, −1 purchases or money out).
const KINDS: &[(Kind, &str, i8)] = &[
    (Kind::AccRec, "ACCREC", 1),
    (Kind::AccPay, "ACCPAY", -1),
    (Kind::AccRecCredit, "ACCRECCREDIT", -1),
    (Kind::AccPayCredit, "ACCPAYCREDIT", 1),
    (Kind::PurchaseOrder, "PURCHASEORDER", -1),
    (Kind::Quote, "QUOTE", 1),
    (Kind::Spend, "SPEND", -1),
    (Kind::Receive, "RECEIVE", 1),
    (Kind::SpendPrepayment, "SPEND-PREPAYMENT", -1),
    (Kind::ReceivePrepayment, "RECEIVE-PREPAYMENT", 1),
    (Kind::SpendOverpayment, "SPEND-OVERPAYMENT", -1),
    (Kind::ReceiveOverpayment, "RECEIVE-OVERPAYMENT", 1),
];

impl Kind {
    pub(crate) fn shown(self) -> &'static str {
        KINDS.iter().find(|k| k.0 == self).map_or("", |k| k.1)
    }

    pub(crate) fn read(text: &str) -> Option<Kind> {
        KINDS.iter().find(|k| k.1.eq_ignore_ascii_case(text.trim())).map(|k| k.0)
    }

    /// +1 where the other side of the lines is a debit (receivable, money in), −1 where it is a credit.
    pub(crate) fn sign(self) -> Decimal {
        Decimal::from(KINDS.iter().find(|k| k.0 == self).map_or(1, |k| k.2))
    }

    /// Sales side: its control account is DEBTORS and it uses an item's sales details.
    pub(crate) fn sales(self) -> bool {
        use Kind::{AccRec, AccRecCredit, Quote, Receive, ReceiveOverpayment, ReceivePrepayment};
        matches!(self, AccRec | AccRecCredit | Quote | Receive | ReceivePrepayment | ReceiveOverpayment)
    }

    /// Its money moves at once on a bank account.
    pub(crate) fn banked(self) -> bool {
        matches!(self, Kind::Spend | Kind::Receive) || self.prepaid() || self.overpaid()
    }

    pub(crate) fn prepaid(self) -> bool {
        matches!(self, Kind::SpendPrepayment | Kind::ReceivePrepayment)
    }

    pub(crate) fn overpaid(self) -> bool {
        matches!(self, Kind::SpendOverpayment | Kind::ReceiveOverpayment)
    }

    /// A credit that can be set against an invoice or refunded.
    pub(crate) fn credit(self) -> bool {
        matches!(self, Kind::AccRecCredit | Kind::AccPayCredit) || self.prepaid() || self.overpaid()
    }

    /// Keeps to the ledger at all: orders and quotes don't.
    pub(crate) fn posts(self) -> bool {
        !matches!(self, Kind::PurchaseOrder | Kind::Quote)
    }

    /// The `PaymentType` of a payment of it.
    pub(crate) fn payment_type(self) -> &'static str {
        match self {
            Kind::AccRec => "ACCRECPAYMENT",
            Kind::AccPay => "ACCPAYPAYMENT",
            Kind::AccRecCredit => "ARCREDITPAYMENT",
            Kind::AccPayCredit => "APCREDITPAYMENT",
            Kind::ReceivePrepayment => "ARPREPAYMENTPAYMENT",
            Kind::SpendPrepayment => "APPREPAYMENTPAYMENT",
            Kind::ReceiveOverpayment => "AROVERPAYMENTPAYMENT",
            Kind::SpendOverpayment => "APOVERPAYMENTPAYMENT",
            Kind::Spend | Kind::Receive | Kind::PurchaseOrder | Kind::Quote => "",
        }
    }

    /// The `SourceType` of its journal (API-FACTS 4.13, 8.4).
    pub(crate) fn source_type(self) -> &'static str {
        match self {
            Kind::Spend => "CASHPAID",
            Kind::Receive => "CASHREC",
            Kind::ReceivePrepayment => "ARPREPAYMENT",
            Kind::SpendPrepayment => "APPREPAYMENT",
            Kind::ReceiveOverpayment => "AROVERPAYMENT",
            Kind::SpendOverpayment => "APOVERPAYMENT",
            other => other.shown(),
        }
    }
}

/// The statuses of all documents. Which of them a resource knows is its own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Status {
    Draft,
    Submitted,
    Authorised,
    Paid,
    Voided,
    Deleted,
    Billed,
    Sent,
    Accepted,
    Declined,
    Invoiced,
}

const STATUSES: &[(Status, &str)] = &[
    (Status::Draft, "DRAFT"),
    (Status::Submitted, "SUBMITTED"),
    (Status::Authorised, "AUTHORISED"),
    (Status::Paid, "PAID"),
    (Status::Voided, "VOIDED"),
    (Status::Deleted, "DELETED"),
    (Status::Billed, "BILLED"),
    (Status::Sent, "SENT"),
    (Status::Accepted, "ACCEPTED"),
    (Status::Declined, "DECLINED"),
    (Status::Invoiced, "INVOICED"),
];

impl Status {
    pub(crate) fn shown(self) -> &'static str {
        STATUSES.iter().find(|s| s.0 == self).map_or("", |s| s.1)
    }

    pub(crate) fn read(text: &str) -> Option<Status> {
        STATUSES.iter().find(|s| s.1.eq_ignore_ascii_case(text.trim())).map(|s| s.0)
    }

    /// In the ledger: approved and not voided.
    pub(crate) fn live(self) -> bool {
        matches!(self, Status::Authorised | Status::Paid)
    }
}

/// A document of any kind; see the head of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    pub id: Guid,
    pub kind: Kind,
    pub number: String,
    pub reference: Option<String>,
    pub contact: Guid,
    pub date: Date,
    /// Due date of invoices, expiry of quotes, delivery of purchase orders.
    pub due: Option<Date>,
    pub line_amounts: LineAmounts,
    pub status: Status,
    pub lines: Vec<Line>,
    pub sub_total: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub discount: Decimal,
    pub currency: String,
    /// Foreign units for 1 of base.
    pub rate: Decimal,
    pub paid: Decimal,
    pub credited: Decimal,
    pub base_total: Decimal,
    pub base_settled: Decimal,
    pub fully_paid_on: Option<Date>,
    pub sent: bool,
    pub branding: Option<Guid>,
    pub url: Option<String>,
    pub bank_account: Option<Guid>,
    pub reconciled: bool,
    /// Texts and days that only some kinds have, under the key of the answer.
    pub more: Vec<(String, String)>,
    pub stock: Vec<StockMove>,
    pub app: String,
    pub updated: i64,
}

/// What a document took from or gave to a tracked item; `cost` in base currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StockMove {
    pub item: Guid,
    pub quantity: Decimal,
    pub cost: Decimal,
}

/// One line. A line with only a description has no quantity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub id: Guid,
    pub description: Option<String>,
    pub quantity: Option<Decimal>,
    pub price: Decimal,
    pub amount: Decimal,
    pub account: Option<Guid>,
    pub item: Option<Guid>,
    pub tax_type: Option<String>,
    pub tax: Decimal,
    pub discount_rate: Option<Decimal>,
    pub discount_amount: Option<Decimal>,
    /// (category, option).
    pub tracking: Vec<(Guid, Guid)>,
}

impl Line {
    /// A line that carries an amount.
    pub(crate) fn counts(&self) -> bool {
        self.quantity.is_some()
    }

    /// The amount without tax.
    pub(crate) fn net(&self, line_amounts: LineAmounts) -> Decimal {
        if line_amounts == LineAmounts::Inclusive { self.amount - self.tax } else { self.amount }
    }
}

impl Document {
    /// What is still to be paid, or for credits what is left to be used.
    pub(crate) fn due_amount(&self) -> Decimal {
        self.total - self.paid - self.credited
    }

    /// Something was paid or credited.
    pub(crate) fn settled(&self) -> bool {
        !self.paid.is_zero() || !self.credited.is_zero()
    }

    pub(crate) fn more(&self, key: &str) -> Option<&str> {
        self.more.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    pub(crate) fn set_more(&mut self, key: &str, value: String) {
        match self.more.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => self.more.push((key.to_owned(), value)),
        }
    }
}

impl Row for Document {
    fn id(&self) -> Guid {
        self.id
    }
    fn updated(&self) -> i64 {
        self.updated
    }
    fn keys(&self) -> Vec<(char, String)> {
        let mut keys = vec![('c', self.contact.to_string())];
        if !self.number.is_empty() {
            keys.push(('n', self.number.to_lowercase()));
        }
        keys
    }
}
