//! Papers as what is sent: a new document with its status, a change of one that Xero holds, and the few changes that are
//! about a document's life alone.
//!
//! A change carries every field and every line, each with Xero's id of it; `merge` has put them together before.
//! Not here: how each record is written (`forms`).

use xero::statuses::{PurchaseOrderStatus, QuoteStatus};

use crate::allocated::{Allocating, CreditKind};
use crate::forms::payment::Target;
use crate::forms::{self, Over};
use crate::held::Held;
use crate::lists::Lists;
use crate::operation::Body;
use crate::paid::Paying;
use crate::paper::{Paper, PaperKind};
use crate::settings::NewStatus;

/// A new document.
#[must_use]
pub fn create(paper: &Paper, status: NewStatus, lists: &Lists) -> Body {
    body(paper, Over::Nothing(status), lists)
}

/// A change of what Xero holds.
#[must_use]
pub fn update(paper: &Paper, held: &Held, lists: &Lists) -> Body {
    body(paper, Over::Held(held), lists)
}

fn body(paper: &Paper, over: Over<'_>, lists: &Lists) -> Body {
    match paper.kind {
        PaperKind::Invoice | PaperKind::Bill => {
            Body::Invoice(Box::new(forms::invoice::write(paper, over, lists)))
        }
        PaperKind::CreditInvoice | PaperKind::SupplierCredit => {
            Body::CreditNote(Box::new(forms::credit_note::write(paper, over, lists)))
        }
        PaperKind::Order => Body::Order(Box::new(forms::order::write(paper, over, lists))),
        PaperKind::Quote => Body::Quote(Box::new(forms::quote::write(paper, over, lists))),
    }
}

/// A purchase order whose bill is there: nobody shall copy it to a second one (SEL-5). Nothing else of it changes.
#[must_use]
pub fn billed(held: &Held) -> Body {
    Body::Order(Box::new(xero::PurchaseOrder {
        purchase_order_id: Some(held.id.cast()),
        status: Some(PurchaseOrderStatus::Billed),
        ..xero::PurchaseOrder::default()
    }))
}

/// A quote that the customer accepted or declined, or that was sent; nothing else of it changes. Xero wants its number, contact
/// and day each time: a quote that is changed without its number gets another.
#[must_use]
pub fn quote_state(held: &Held, state: QuoteStatus, lists: &Lists) -> Body {
    let record = forms::quote::write(&held.paper, Over::Held(held), lists);
    Body::Quote(Box::new(xero::Quote { status: Some(state), ..record }))
}

/// A sales invoice that somebody here e-mailed (DOC-16): the only thing done to an approved document.
#[must_use]
pub fn sent_to_contact(held: &Held) -> Body {
    Body::Invoice(Box::new(xero::Invoice {
        invoice_id: Some(held.id.cast()),
        sent_to_contact: Some(true),
        ..xero::Invoice::default()
    }))
}

/// Credit used on an invoice or bill.
#[must_use]
pub fn allocation(sent: &Allocating) -> xero::Allocation {
    let invoice = xero::Invoice { invoice_id: Some(sent.to.cast()), ..xero::Invoice::default() };
    xero::Allocation {
        invoice: Some(Box::new(invoice)),
        amount: Some(sent.amount),
        date: forms::day(sent.day),
        ..xero::Allocation::default()
    }
}

/// A payment of a document of this kind.
#[must_use]
pub fn payment(paying: &Paying, kind: PaperKind) -> Body {
    let target = if kind.gives_credit() { Target::Credit(CreditKind::Note) } else { Target::Invoice };
    Body::Payment(Box::new(forms::payment::write(paying, target)))
}

/// Money that goes back of an advance or overpayment.
#[must_use]
pub fn refund(paying: &Paying, kind: CreditKind) -> Body {
    Body::Payment(Box::new(forms::payment::write(paying, Target::Credit(kind))))
}
