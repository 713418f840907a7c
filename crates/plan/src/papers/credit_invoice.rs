//! Credit invoices (POST-7): credit notes to customers, like invoices but without discounts of their own in Xero, so that a
//! discounted line says in words what its price comes from. They need no due date (DOC-3). The record is `forms::credit_note`.

use book::{Book, DocumentId, Invoice};

use super::invoice::sales;
use crate::exchange::Exchange;
use crate::making::Made;
use crate::paper::PaperKind;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId, invoice: &Invoice) -> Made {
    sales(book, exchange, id, invoice, PaperKind::CreditInvoice)
}
