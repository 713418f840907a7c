//! Xero's purchase orders (API-FACTS 4.9): in no ledger; `Billed` once their bill is there (SEL-5).

use xero::Decimal;
use xero::statuses::PurchaseOrderStatus;

use super::{Over, Read, contact, day, line};
use crate::held::{Held, HeldStatus};
use crate::lists::Lists;
use crate::paper::{Paper, PaperKind};
use crate::settings::NewStatus;

pub(crate) fn write(paper: &Paper, over: Over<'_>, lists: &Lists) -> xero::PurchaseOrder {
    let status = match over {
        Over::Nothing(NewStatus::Draft) => Some(PurchaseOrderStatus::Draft),
        Over::Nothing(NewStatus::Awaiting) => Some(PurchaseOrderStatus::Submitted),
        Over::Nothing(NewStatus::Approved) => Some(PurchaseOrderStatus::Authorised),
        Over::Held(_) => None,
    };
    xero::PurchaseOrder {
        purchase_order_id: over.id(),
        contact: contact(paper),
        line_items: line::write(paper, over, lists),
        date: day(paper.date),
        delivery_date: paper.due.and_then(day),
        line_amount_types: Some(paper.amounts.clone()),
        purchase_order_number: Some(paper.number.to_string()),
        reference: over.text(&paper.reference),
        currency_code: Some(paper.currency.code().to_owned()),
        currency_rate: paper.rate,
        status,
        ..xero::PurchaseOrder::default()
    }
}

pub(crate) fn read(order: &xero::PurchaseOrder, lists: &Lists) -> Option<Held> {
    let read = Read {
        kind: PaperKind::Order,
        id: order.purchase_order_id.map(xero::XeroId::cast),
        status: order.status.as_ref().map(status),
        contact: &order.contact,
        number: &order.purchase_order_number,
        reference: &order.reference,
        url: &None,
        date: order.date,
        due: order.delivery_date,
        currency: &order.currency_code,
        rate: order.currency_rate,
        amounts: order.line_amount_types.clone(),
        lines: &order.line_items,
        net: order.sub_total,
        tax: order.total_tax,
        total: order.total,
        due_amount: Some(Decimal::ZERO),
        paid: Decimal::ZERO,
        credited: Decimal::ZERO,
        payments: Vec::new(),
        credits: Vec::new(),
        sent: order.sent_to_contact,
        updated: order.updated_date_utc,
    };
    read.held(lists)
}

fn status(status: &PurchaseOrderStatus) -> HeldStatus {
    match status {
        PurchaseOrderStatus::Draft => HeldStatus::Draft,
        PurchaseOrderStatus::Submitted => HeldStatus::Awaiting,
        PurchaseOrderStatus::Authorised => HeldStatus::Approved,
        PurchaseOrderStatus::Billed => HeldStatus::Billed,
        PurchaseOrderStatus::Deleted => HeldStatus::Deleted,
        PurchaseOrderStatus::Other(word) => HeldStatus::Other(word.clone()),
    }
}
