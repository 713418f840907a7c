//! The plan of a moment: questions to ask, operations to carry out, and for every document what becomes of it.
//!
//! `plan` is a function of book, exchange and date. A document whose versions are those of the last plan isn't looked at
//! again (DESIGN); what the cache holds is never needed for correctness.
//!
//! Not here: each rule (`disposition`, `papers`), carrying it out (`sync`).

use book::{Book, Day, DocumentId, ItemId, PartyId, Text};

use crate::exchange::{Connection, Exchange};
use crate::operation::Operation;
use crate::subject::Subject;

/// Why something is as it is, for people: LOG-3, LOG-5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Stable: `no-supplier-invoice-id`.
    pub code: &'static str,
    /// One sentence with the chain of reasons.
    pub message: String,
    /// What to do next.
    pub remedy: String,
    /// The command that does it, if one does.
    pub command: Option<String>,
}

/// What becomes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It isn't for Xero, or not yet: status, type, switch, cut-over.
    NotDue(Why),
    /// It will go by itself when something comes: approval, a contact, the answer of an open batch.
    Waiting(Why),
    /// It goes with the next run; why.
    Due(String),
    /// Xero has it as it is here; how it stands there.
    Sent(Option<Why>),
    /// Frozen in Xero and changed here, or changed in Xero (DOC-4, DOC-21).
    Differs(Why),
    /// It can't go, and a person has to do something.
    Blocked(Why),
    /// A person said never; why.
    Excluded(Text),
}

/// What has to be asked of Xero before something can be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether Xero has contacts for these (DOC-8), by account number, then by name, archived ones too.
    Contacts(Vec<PartyId>),
    /// Whether Xero has items for these (DOC-9).
    Items(Vec<ItemId>),
    /// Whether Xero has documents of these ones' numbers (DOC-26).
    Numbers(Vec<DocumentId>),
    /// Whether Xero has bills that somebody made from these orders (SEL-11).
    BillsOf(Vec<DocumentId>),
}

/// What to do now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What has to be asked first.
    pub questions: Vec<Question>,
    /// What to do, in order; what waits for another comes after it.
    pub operations: Vec<Operation>,
    /// Links that need no call: the only candidate that fits.
    pub links: Vec<(Subject, crate::subject::Guid)>,
}

/// Plans, and remembers what it need not look at again.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    /// The state of the last plan: nothing has changed since, nothing is to be done again.
    last: Option<(u32, u64, Day)>,
    plan: Plan,
}

impl Planner {
    /// What to do now.
    pub fn plan(&mut self, book: &Book, exchange: &Exchange, today: Day) -> &Plan {
        let now = (book.seq(), exchange.seq(), today);
        if self.last != Some(now) {
            self.plan = match exchange.connection() {
                Connection::Connected if !exchange.is_held() => Plan::default(),
                _ => Plan::default(),
            };
            self.last = Some(now);
        }
        &self.plan
    }
}
