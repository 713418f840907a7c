//! What of the book stands in Xero: a supplier as a contact, an item, a document, a file on it.
//!
//! Not here: the book's ids (`book`), which Xero id belongs to it (`exchange`).

use book::{
    Book, Day, DocumentId, InvoiceKind, ItemId, PartyId, Text, TrackingCategoryId, TrackingOptionId, Whose,
};
use money::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An id of Xero's, of whatever kind.
pub type Guid = xero::XeroId<()>;

/// Which consolidated invoice (CNS-1): `WEB, NZD, from 5 March, an invoice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsolidatedId {
    /// The channel or customer.
    pub whose: Whose,
    /// Its currency.
    pub currency: Currency,
    /// The first day that it is for.
    pub first: Day,
    /// Invoice, or credit: these are different things in Xero.
    pub kind: InvoiceKind,
}

/// A thing of the book that has, or should have, a counterpart in Xero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    /// A supplier or customer: a contact.
    Party(PartyId),
    /// An item.
    Item(ItemId),
    /// A tracking category.
    Tracking(TrackingCategoryId),
    /// An option of a tracking category.
    Option(TrackingOptionId),
    /// A document.
    Document(DocumentId),
    /// A purchase order that goes as a Xero purchase order beside its bill (SEL-5), or is one itself.
    Order(DocumentId),
    /// A file on a document, by its name.
    File(DocumentId, #[schemars(with = "String")] Text),
    /// A note on a document, by the log entry that wrote it.
    Note(DocumentId, u32),
    /// A payment of the book: the document that it pays, the payment. What is sent for several is named by the latest.
    Payment(DocumentId, DocumentId),
    /// Credit of one document that is used on another: whose it is, what it settles (DOC-19).
    Allocation(DocumentId, DocumentId),
    /// Money paid on a document that it didn't ask for yet, an advance or overpayment: the document, the payment (DOC-17).
    Credit(DocumentId, DocumentId),
    /// That an invoice is e-mailed to its customer (DOC-16).
    Sent(DocumentId),
    /// A journal of ours, by its number.
    Journal(u32),
    /// A consolidated invoice.
    Consolidated(ConsolidatedId),
    /// Payments of a consolidated invoice: what is sent for several is named by the latest.
    ConsolidatedPayment(ConsolidatedId, DocumentId),
}

impl Subject {
    /// The consolidated invoice that it is about, if it is about one.
    #[must_use]
    pub fn consolidated(&self) -> Option<ConsolidatedId> {
        match self {
            Subject::Consolidated(id) | Subject::ConsolidatedPayment(id, _) => Some(*id),
            _ => None,
        }
    }

    /// What a command names: `party NORD`, `item STEEL`, `B-7`, `WEB-2026-03-05`.
    #[must_use]
    pub fn word(&self, book: &Book) -> String {
        crate::case::word(book, self)
    }

    /// What is paid, if it is a payment.
    #[must_use]
    pub fn paid(&self) -> Option<Subject> {
        match self {
            Subject::Payment(of, _) => Some(Subject::Document(*of)),
            Subject::ConsolidatedPayment(of, _) => Some(Subject::Consolidated(*of)),
            _ => None,
        }
    }

    /// The document that it is about, if it is about one.
    #[must_use]
    pub fn document(&self) -> Option<DocumentId> {
        match self {
            Subject::Document(id)
            | Subject::Order(id)
            | Subject::File(id, _)
            | Subject::Note(id, _)
            | Subject::Payment(id, _)
            | Subject::Allocation(id, _)
            | Subject::Credit(id, _)
            | Subject::Sent(id) => Some(*id),
            Subject::Party(_)
            | Subject::Item(_)
            | Subject::Tracking(_)
            | Subject::Option(_)
            | Subject::Journal(_)
            | Subject::Consolidated(_)
            | Subject::ConsolidatedPayment(..) => None,
        }
    }
}
