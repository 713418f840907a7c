//! One thing to do in Xero: what, why, after what, and the record that is sent.
//!
//! `create bill 4711 of Nord, 115.00, awaiting approval: it has its supplier invoice ID; after contact Nord`. An operation
//! that waits for another has no record yet: the next plan, made after the other's outcome, has it.
//! Not here: batches and bytes (`sync`).

use book::{DocumentId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::allocated::{Allocating, CreditKind};
use crate::credited::Crediting;
use crate::journals::JournalPaper;
use crate::paid::Paying;
use crate::paper::Paper;
use crate::subject::{Guid, Subject};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// A file is attached.
    Attach,
    /// A note is written into its history.
    Annotate,
}

/// A file to attach; its bytes lie beside the log, by their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The collection of the document: `Invoices`.
    pub path: &'static str,
    /// The document.
    pub of: Guid,
    /// Its name.
    pub name: Text,
    /// Its media type.
    pub kind: Text,
    /// SHA-256 of its bytes.
    pub sha256: Text,
    /// Its size in bytes.
    pub size: u64,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Not known before what it waits for is there.
    Later,
    /// A contact.
    Contact(Box<xero::Contact>),
    /// An item.
    Item(Box<xero::Item>),
    /// A sales invoice or bill.
    Invoice(Box<xero::Invoice>),
    /// A credit note of either side.
    CreditNote(Box<xero::CreditNote>),
    /// A purchase order.
    Order(Box<xero::PurchaseOrder>),
    /// A quote.
    Quote(Box<xero::Quote>),
    /// An option of a tracking category.
    Option(xero::XeroId<xero::TrackingCategory>, Box<xero::TrackingOption>),
    /// A payment.
    Payment(Box<xero::Payment>),
    /// Credit of this kind and id used on an invoice or bill.
    Allocation(CreditKind, Guid, Box<xero::Allocation>),
    /// A journal.
    Journal(Box<xero::ManualJournal>),
    /// A bank transaction that makes a prepayment or overpayment.
    Bank(Box<xero::BankTransaction>),
    /// Xero is asked to e-mail this invoice.
    Email(Guid),
    /// A file.
    File(File),
    /// A note in the history of a document: the collection, the document, the text.
    Note(&'static str, Guid, Text),
}

/// The versions that an operation was made from: it is refused when they are no longer so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The book's document (`Book::changed`).
    pub version: u32,
    /// `Link::changed` of the subject; 0 without a link.
    pub link: u64,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// About what.
    pub subject: Subject,
    /// What.
    pub verb: Verb,
    /// What people know it by: `bill 4711 of Nord, 115.00`.
    pub name: String,
    /// Why, in a sentence without a full stop: `it has its supplier invoice ID`.
    pub reason: String,
    /// What must be there first.
    pub waits_for: Vec<Subject>,
    /// What is sent.
    pub body: Body,
    /// What we look for if the answer is lost.
    pub mark: Text,
    /// Xero's id of what is changed.
    pub xero: Option<Guid>,
    /// What we say of a document: becomes ours-then.
    pub paper: Option<Box<Paper>>,
    /// The payment that is sent, and what it stands for.
    pub payment: Option<Box<Paying>>,
    /// The allocation that is sent.
    pub allocation: Option<Box<Allocating>>,
    /// The journal that is sent: what it counts as, once it is.
    pub journal: Option<Box<JournalPaper>>,
    /// The advance or overpayment that is sent.
    pub credit: Option<Box<Crediting>>,
    /// What it was made from.
    pub basis: Basis,
}

impl Operation {
    /// The document it is about, if any.
    #[must_use]
    pub fn document(&self) -> Option<DocumentId> {
        self.subject.document()
    }

    /// Whether it can be sent now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.body != Body::Later && self.waits_for.is_empty()
    }
}
