//! Xero's records as what Xero holds: one door for each kind of record.
//!
//! None is a record of a kind that isn't ours (an overpayment among the invoices) or without what every document has: a
//! listing without lines says nothing about lines. Not here: how each is read (`forms`).

use crate::credited::HeldCredit;
use crate::forms;
use crate::held::{Held, HeldItem};
use crate::journals::HeldJournal;
use crate::lists::Lists;
use crate::paid::HeldPayment;
use crate::subject::Guid;

/// A sales invoice or bill.
#[must_use]
pub fn invoice(invoice: &xero::Invoice, lists: &Lists) -> Option<Held> {
    forms::invoice::read(invoice, lists)
}

/// A credit note of either side.
#[must_use]
pub fn credit_note(note: &xero::CreditNote, lists: &Lists) -> Option<Held> {
    forms::credit_note::read(note, lists)
}

/// A purchase order.
#[must_use]
pub fn order(order: &xero::PurchaseOrder, lists: &Lists) -> Option<Held> {
    forms::order::read(order, lists)
}

/// A quote.
#[must_use]
pub fn quote(quote: &xero::Quote, lists: &Lists) -> Option<Held> {
    forms::quote::read(quote, lists)
}

/// A payment, and the document that it pays.
#[must_use]
pub fn payment(payment: &xero::Payment, lists: &Lists) -> Option<(Guid, HeldPayment)> {
    forms::payment::read(payment, lists)
}

/// A journal of ours; its number is that of its mark.
#[must_use]
pub fn journal(journal: &xero::ManualJournal, lists: &Lists) -> Option<HeldJournal> {
    crate::journals::read(journal, lists)
}

/// A prepayment.
#[must_use]
pub fn prepayment(one: &xero::Prepayment) -> Option<HeldCredit> {
    forms::credit::prepayment(one)
}

/// An overpayment.
#[must_use]
pub fn overpayment(one: &xero::Overpayment) -> Option<HeldCredit> {
    forms::credit::overpayment(one)
}

/// The prepayment or overpayment that a bank transaction made.
#[must_use]
pub fn made_credit(bank: &xero::BankTransaction) -> Option<HeldCredit> {
    forms::credit::made(bank)
}

/// What lines need to know of an item (DOC-13, TRK-1).
#[must_use]
pub fn item(item: &xero::Item, lists: &Lists) -> Option<HeldItem> {
    let account = item.purchase_details.as_ref().and_then(|details| details.account_code.as_deref());
    Some(HeldItem {
        code: item.code.as_deref()?.into(),
        tracked: item.is_tracked_as_inventory == Some(true),
        expense: account.and_then(|code| lists.account_of_code(code)).map(|account| account.id),
    })
}
