//! Xero's payments: made, read, deleted, never changed (API-FACTS 4.10).
//!
//! The document that is paid stands under `Invoice` in what Xero says, also where it is a credit note.

use book::{Day, Text};
use xero::statuses::PaymentStatus;

use super::day;
use crate::allocated::CreditKind;
use crate::lists::Lists;
use crate::paid::{HeldPayment, Paying, PaymentPaper};
use crate::subject::Guid;

/// What a payment is for in Xero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An invoice or bill.
    Invoice,
    /// What gives credit: the payment is a refund.
    Credit(CreditKind),
}

pub(crate) fn write(paying: &Paying, target: Target) -> xero::Payment {
    let base = match target {
        Target::Invoice => {
            let id = Some(paying.of.cast());
            let invoice = xero::Invoice { invoice_id: id, ..xero::Invoice::default() };
            xero::Payment { invoice: Some(Box::new(invoice)), ..xero::Payment::default() }
        }
        Target::Credit(CreditKind::Note) => {
            let id = Some(paying.of.cast());
            let note = xero::CreditNote { credit_note_id: id, ..xero::CreditNote::default() };
            xero::Payment { credit_note: Some(Box::new(note)), ..xero::Payment::default() }
        }
        Target::Credit(CreditKind::Prepayment) => {
            let id = Some(paying.of.cast());
            let one = xero::Prepayment { prepayment_id: id, ..xero::Prepayment::default() };
            xero::Payment { prepayment: Some(Box::new(one)), ..xero::Payment::default() }
        }
        Target::Credit(CreditKind::Overpayment) => {
            let id = Some(paying.of.cast());
            let one = xero::Overpayment { overpayment_id: id, ..xero::Overpayment::default() };
            xero::Payment { overpayment: Some(Box::new(one)), ..xero::Payment::default() }
        }
    };
    let PaymentPaper { day: date, amount, account, rate, bank, reference } = &paying.paper;
    let account = xero::Account { account_id: *account, ..xero::Account::default() };
    xero::Payment {
        account: Some(Box::new(account)),
        date: day(*date),
        amount: Some(*amount),
        bank_amount: *bank,
        currency_rate: *rate,
        reference: Some(reference.to_string()),
        ..base
    }
}

/// The document that is paid, and the payment; none if it lacks what every payment has: id, document, day, amount.
pub(crate) fn read(payment: &xero::Payment, lists: &Lists) -> Option<(Guid, HeldPayment)> {
    let invoice = payment.invoice.as_ref().and_then(|one| one.invoice_id).map(xero::XeroId::cast);
    let note = payment.credit_note.as_ref().and_then(|one| one.credit_note_id).map(xero::XeroId::cast);
    let before = payment.prepayment.as_ref().and_then(|one| one.prepayment_id).map(xero::XeroId::cast);
    let over = payment.overpayment.as_ref().and_then(|one| one.overpayment_id).map(xero::XeroId::cast);
    let base = lists.organisation.as_ref().map(|one| one.base);
    let currency = payment.invoice.as_ref().and_then(|one| one.currency_code.as_deref());
    let is_foreign = currency.is_some_and(|code| base.is_none_or(|base| base.code() != code));
    let amount = payment.amount?;
    let batch = payment.batch_payment_id.map(xero::XeroId::cast);
    let batch = batch.or_else(|| payment.batch_payment.as_ref()?.batch_payment_id.map(xero::XeroId::cast));
    let held = HeldPayment {
        id: payment.payment_id.map(xero::XeroId::cast)?,
        paper: PaymentPaper {
            day: payment.date?.to_string().parse::<Day>().ok()?,
            amount,
            account: payment.account.as_ref().and_then(|one| one.account_id),
            rate: payment.currency_rate.filter(|_| is_foreign),
            bank: payment.bank_amount.filter(|bank| *bank != amount),
            reference: Text::from(payment.reference.as_deref().unwrap_or_default()),
        },
        deleted: payment.status == Some(PaymentStatus::Deleted),
        reconciled: payment.is_reconciled == Some(true),
        batch,
        updated: payment.updated_date_utc.map(xero::Stamp::millis).unwrap_or_default(),
    };
    Some((invoice.or(note).or(before).or(over)?, held))
}
