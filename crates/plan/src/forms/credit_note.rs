//! Xero's credit notes of both sides (API-FACTS 4.8): no link back, no discounts, and credit left instead of an amount due.

use xero::statuses::CreditNoteType;

use super::{Over, Read, applied, contact, day, line, payments, status, sum};
use crate::held::Held;
use crate::lists::Lists;
use crate::paper::{Paper, PaperKind};

pub(crate) fn write(paper: &Paper, over: Over<'_>, lists: &Lists) -> xero::CreditNote {
    let is_purchase = paper.kind == PaperKind::SupplierCredit;
    xero::CreditNote {
        credit_note_id: over.id(),
        kind: Some(if is_purchase { CreditNoteType::Bill } else { CreditNoteType::Sale }),
        contact: contact(paper),
        line_items: line::write(paper, over, lists),
        date: day(paper.date),
        due_date: paper.due.and_then(day),
        line_amount_types: Some(paper.amounts.clone()),
        credit_note_number: Some(paper.number.to_string()),
        reference: over.text(&paper.reference),
        currency_code: Some(paper.currency.code().to_owned()),
        currency_rate: paper.rate,
        status: over.document_status(),
        ..xero::CreditNote::default()
    }
}

pub(crate) fn read(note: &xero::CreditNote, lists: &Lists) -> Option<Held> {
    let kind = match note.kind {
        Some(CreditNoteType::Sale) => PaperKind::CreditInvoice,
        Some(CreditNoteType::Bill) => PaperKind::SupplierCredit,
        _ => return None,
    };
    let refunded = sum(payments(&note.payments).into_iter().map(|one| one.amount));
    let allocations = note.allocations.iter().flatten().filter(|one| one.is_deleted != Some(true));
    let settled = applied(allocations.map(|one| {
        let to = one.invoice.as_ref().and_then(|invoice| invoice.invoice_id);
        (to.map(xero::XeroId::cast), one.amount)
    }));
    let allocated = sum(settled.iter().map(|one| one.amount));
    // Xero tells what is left also where it doesn't list what was used.
    let used =
        note.total.zip(note.remaining_credit).and_then(|(total, left)| total.minus(left)?.minus(refunded));
    let is_live = !matches!(note.status.as_ref().map(status), Some(life) if life.is_gone());
    let read = Read {
        kind,
        id: note.credit_note_id.map(xero::XeroId::cast),
        status: note.status.as_ref().map(status),
        contact: &note.contact,
        number: &note.credit_note_number,
        reference: &note.reference,
        url: &None,
        date: note.date,
        due: note.due_date,
        currency: &note.currency_code,
        rate: note.currency_rate,
        amounts: note.line_amount_types.clone(),
        lines: &note.line_items,
        net: note.sub_total,
        tax: note.total_tax,
        total: note.total,
        due_amount: note.remaining_credit,
        paid: refunded,
        credited: used.filter(|_| is_live).unwrap_or(allocated),
        payments: payments(&note.payments),
        credits: settled,
        sent: note.sent_to_contact,
        updated: note.updated_date_utc,
    };
    read.held(lists)
}
