//! Prepayments and overpayments: made as bank transactions, read as what they are (API-FACTS 4.11).
//!
//! Xero documents `Reference` for plain bank transactions only, so the line's text carries our mark too.

use book::Day;
use xero::statuses::{BankTransactionStatus, CreditStatus};
use xero::{Decimal, XeroId};

use super::{applied, day, payments};
use crate::allocated::CreditKind;
use crate::credited::{Crediting, HeldCredit};
use crate::held::HeldStatus;
use crate::paid::Applied;

pub(crate) fn write(credit: &Crediting) -> xero::BankTransaction {
    let line = xero::LineItem {
        description: Some(credit.text.to_string()),
        quantity: Some(Decimal::new(1, 0)),
        unit_amount: Some(credit.paper.amount),
        account_id: credit.account,
        tax_type: Some(credit.tax_type.to_string()).filter(|word| !word.is_empty()),
        ..xero::LineItem::default()
    };
    let contact = xero::Contact { contact_id: Some(credit.contact), ..xero::Contact::default() };
    let bank = xero::Account { account_id: credit.paper.account, ..xero::Account::default() };
    xero::BankTransaction {
        kind: Some(credit.bank_type()),
        contact: Some(Box::new(contact)),
        line_items: Some(vec![line]),
        bank_account: Some(Box::new(bank)),
        date: day(credit.paper.day),
        reference: Some(credit.paper.reference.to_string()),
        currency_code: Some(credit.currency.code().to_owned()),
        currency_rate: credit.paper.rate,
        line_amount_types: Some(credit.amounts.clone()),
        ..xero::BankTransaction::default()
    }
}

fn read_day(day: Option<xero::Day>) -> Option<Day> {
    day?.to_string().parse().ok()
}

fn status(status: Option<&CreditStatus>) -> HeldStatus {
    match status {
        Some(CreditStatus::Authorised) => HeldStatus::Approved,
        Some(CreditStatus::Paid) => HeldStatus::Paid,
        Some(CreditStatus::Voided) => HeldStatus::Voided,
        Some(CreditStatus::Other(word)) => HeldStatus::Other(word.clone()),
        None => HeldStatus::Other(String::new()),
    }
}

fn used(allocations: &Option<Vec<xero::Allocation>>) -> Vec<Applied> {
    let live = allocations.iter().flatten().filter(|one| one.is_deleted != Some(true));
    applied(live.map(|one| {
        let to = one.invoice.as_ref().and_then(|invoice| invoice.invoice_id);
        (to.map(XeroId::cast), one.amount)
    }))
}

/// What a bank transaction made; none if it is a plain one.
pub(crate) fn made(bank: &xero::BankTransaction) -> Option<HeldCredit> {
    let (id, kind) = match (bank.prepayment_id, bank.overpayment_id) {
        (Some(id), _) => (id.cast(), CreditKind::Prepayment),
        (None, Some(id)) => (id.cast(), CreditKind::Overpayment),
        (None, None) => return None,
    };
    let status = match &bank.status {
        Some(BankTransactionStatus::Authorised) | None => HeldStatus::Approved,
        Some(BankTransactionStatus::Deleted) => HeldStatus::Deleted,
        Some(BankTransactionStatus::Voided) => HeldStatus::Voided,
        Some(BankTransactionStatus::Other(word)) => HeldStatus::Other(word.clone()),
    };
    let (day, total) = (read_day(bank.date)?, bank.total?);
    let updated = bank.updated_date_utc.map(xero::Stamp::millis).unwrap_or_default();
    let (used, payments) = (Vec::new(), Vec::new());
    Some(HeldCredit { id, kind, status, day, total, left: total, used, payments, updated })
}

/// Prepayments and overpayments are written alike, but for the names of their ids.
macro_rules! held {
    ($one:ident, $id:ident, $kind:ident) => {{
        let total = $one.total?;
        Some(HeldCredit {
            id: $one.$id?.cast(),
            kind: CreditKind::$kind,
            status: status($one.status.as_ref()),
            day: read_day($one.date)?,
            total,
            left: $one.remaining_credit.unwrap_or(total),
            used: used(&$one.allocations),
            payments: payments(&$one.payments),
            updated: $one.updated_date_utc.map(xero::Stamp::millis).unwrap_or_default(),
        })
    }};
}

/// A prepayment.
pub(crate) fn prepayment(one: &xero::Prepayment) -> Option<HeldCredit> {
    held!(one, prepayment_id, Prepayment)
}

/// An overpayment.
pub(crate) fn overpayment(one: &xero::Overpayment) -> Option<HeldCredit> {
    held!(one, overpayment_id, Overpayment)
}
