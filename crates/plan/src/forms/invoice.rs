//! Xero's invoices: sales invoices (ACCREC) and bills (ACCPAY) (API-FACTS 4.7).

use xero::statuses::InvoiceType;

use super::{Over, Read, applied, contact, day, line, payments, status};
use crate::held::Held;
use crate::lists::Lists;
use crate::paid::Applied;
use crate::paper::{Paper, PaperKind};

pub(crate) fn write(paper: &Paper, over: Over<'_>, lists: &Lists) -> xero::Invoice {
    let kind = if paper.kind == PaperKind::Bill { InvoiceType::Bill } else { InvoiceType::Sale };
    xero::Invoice {
        invoice_id: over.id(),
        kind: Some(kind),
        contact: contact(paper),
        line_items: line::write(paper, over, lists),
        date: day(paper.date),
        due_date: paper.due.and_then(day),
        line_amount_types: Some(paper.amounts.clone()),
        invoice_number: Some(paper.number.to_string()),
        reference: over.text(&paper.reference),
        url: Some(paper.url.to_string()).filter(|url| !url.is_empty()),
        currency_code: Some(paper.currency.code().to_owned()),
        currency_rate: paper.rate,
        status: over.document_status(),
        ..xero::Invoice::default()
    }
}

/// The credit notes, prepayments and overpayments on it.
fn credits(invoice: &xero::Invoice) -> Vec<Applied> {
    let notes = invoice.credit_notes.iter().flatten();
    let notes = notes.map(|one| (one.credit_note_id.map(xero::XeroId::cast), one.applied_amount));
    let before = invoice.prepayments.iter().flatten();
    let before = before.map(|one| (one.prepayment_id.map(xero::XeroId::cast), one.applied_amount));
    let over = invoice.overpayments.iter().flatten();
    let over = over.map(|one| (one.overpayment_id.map(xero::XeroId::cast), one.applied_amount));
    applied(notes.chain(before).chain(over))
}

pub(crate) fn read(invoice: &xero::Invoice, lists: &Lists) -> Option<Held> {
    let kind = match invoice.kind {
        Some(InvoiceType::Sale) => PaperKind::Invoice,
        Some(InvoiceType::Bill) => PaperKind::Bill,
        _ => return None,
    };
    let read = Read {
        kind,
        id: invoice.invoice_id.map(xero::XeroId::cast),
        status: invoice.status.as_ref().map(status),
        contact: &invoice.contact,
        number: &invoice.invoice_number,
        reference: &invoice.reference,
        url: &invoice.url,
        date: invoice.date,
        due: invoice.due_date,
        currency: &invoice.currency_code,
        rate: invoice.currency_rate,
        amounts: invoice.line_amount_types.clone(),
        lines: &invoice.line_items,
        net: invoice.sub_total,
        tax: invoice.total_tax,
        total: invoice.total,
        due_amount: invoice.amount_due,
        paid: invoice.amount_paid.unwrap_or_default(),
        credited: invoice.amount_credited.unwrap_or_default(),
        payments: payments(&invoice.payments),
        credits: credits(invoice),
        sent: invoice.sent_to_contact,
        updated: invoice.updated_date_utc,
    };
    read.held(lists)
}
