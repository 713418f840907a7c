//! What becomes of each document, and why: "Why isn't this sent?" (LOG-3, LOG-5).
//!
//! ```text
//! bill B-7     no supplier invoice ID → not due      bill 4711   matches two contacts → blocked: choose
//! invoice I-1  goes with the next run, after contact Shop
//! ```
//! A document that Xero does not have goes by the table of `rules`, one that it has by `linked`; a purchase order with two
//! counterparts is seen by the one that needs people more.
//! Not here: the sentences (`why`), what is sent (`operations`).

use std::cell::OnceCell;
use std::collections::BTreeSet;

use book::{Day, DocumentId};

use crate::advances;
use crate::allocations;
use crate::case::{Case, Open, World, subjects};
use crate::consolidated::{self, Which, of_source};
use crate::emailed;
use crate::event::Intended;
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::linked;
use crate::operation::Operation;
use crate::payments;
use crate::rules::{not_in_xero, stopped};
use crate::subject::{Guid, Subject};
use crate::why::Why;

/// What becomes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It isn't for Xero, or not yet: status, type, switch, cut-over.
    NotDue(Why),
    /// It will go by itself when something comes: approval, a contact, the answer of an open batch.
    Waiting(Why),
    /// It goes with the next run; why.
    Due(String),
    /// Xero has it as it is here; how it stands there, and what a person should know.
    Sent(HeldStatus, Option<Why>),
    /// Frozen in Xero and changed here, changed or gone in Xero, deleted here (DOC-4, DOC-6, DOC-15, DOC-21).
    Differs(Why),
    /// It can't go, and a person has to do something.
    Blocked(Why),
    /// A person said never; why.
    Excluded(Why),
}

/// The states that people see and count (LOG-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It isn't for Xero, or not yet.
    NotDue,
    /// It goes by itself.
    Waiting,
    /// Xero has it, not approved yet.
    Sent,
    /// Somebody, or the setting, has approved it in Xero; billed and accepted count as that.
    Approved,
    /// It is paid in Xero.
    Paid,
    /// It is otherwise in Xero than here.
    Changed,
    /// A person has to do something.
    Blocked,
    /// It never goes.
    Excluded,
}

impl State {
    /// All of them.
    pub const ALL: &[State] = &[
        State::NotDue,
        State::Waiting,
        State::Sent,
        State::Approved,
        State::Paid,
        State::Changed,
        State::Blocked,
        State::Excluded,
    ];

    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            State::NotDue => "not due",
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Approved => "approved in Xero",
            State::Paid => "paid",
            State::Changed => "changed in Xero",
            State::Blocked => "blocked",
            State::Excluded => "excluded",
        }
    }
}

impl Disposition {
    /// The state that people see.
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Disposition::NotDue(_) => State::NotDue,
            Disposition::Waiting(_) | Disposition::Due(_) => State::Waiting,
            Disposition::Sent(HeldStatus::Paid, _) => State::Paid,
            Disposition::Sent(HeldStatus::Approved | HeldStatus::Billed, _) => State::Approved,
            Disposition::Sent(..) => State::Sent,
            Disposition::Differs(_) => State::Changed,
            Disposition::Blocked(_) => State::Blocked,
            Disposition::Excluded(_) => State::Excluded,
        }
    }

    /// Why, if there is more to say than that it goes.
    #[must_use]
    pub fn why(&self) -> Option<&Why> {
        match self {
            Disposition::NotDue(why)
            | Disposition::Waiting(why)
            | Disposition::Differs(why)
            | Disposition::Blocked(why)
            | Disposition::Excluded(why) => Some(why),
            Disposition::Sent(_, why) => why.as_ref(),
            Disposition::Due(_) => None,
        }
    }

    /// How much it needs a person, for a document with two counterparts.
    pub(crate) fn weight(&self) -> u8 {
        match self {
            Disposition::Blocked(_) => 6,
            Disposition::Differs(_) => 5,
            Disposition::Due(_) => 4,
            Disposition::Waiting(_) => 3,
            Disposition::Excluded(_) => 2,
            Disposition::Sent(..) => 1,
            Disposition::NotDue(_) => 0,
        }
    }
}

/// What a look at a document found: what becomes of it, and what is to be done for that.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) disposition: Disposition,
    pub(crate) operations: Vec<Operation>,
    /// What it needs in Xero first.
    pub(crate) needs: BTreeSet<Subject>,
    /// Whether Xero has to be asked for its number, or for the bills of an order.
    pub(crate) asks: Option<Asks>,
    /// Links that need no call.
    pub(crate) links: Vec<(Subject, Guid)>,
    /// Xero's version is taken over without asking (DOC-23).
    pub(crate) takes: bool,
    /// Tax that nobody gives back becomes part of its cost first (TAX-6).
    pub(crate) costs: bool,
    /// Its payments are found to be the same on both sides, or come from Xero (PAY-1).
    pub(crate) pays: bool,
    /// It was looked at without all that it needs, and is looked at again whenever something comes.
    pub(crate) is_unsure: bool,
}

/// What has to be asked about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Whether Xero has one of its number (DOC-26).
    Number,
    /// Whether somebody made a bill from it in Xero (SEL-11).
    Bills,
    /// Which payments it has (PAY-1).
    Payments,
}

impl From<Disposition> for Look {
    fn from(disposition: Disposition) -> Look {
        Look {
            disposition,
            operations: Vec::new(),
            needs: BTreeSet::new(),
            asks: None,
            links: Vec::new(),
            takes: false,
            costs: false,
            pays: false,
            is_unsure: false,
        }
    }
}

impl Look {
    /// Whether nothing becomes of it before the document, a record, the settings or Xero's side of it changes.
    pub(crate) fn is_at_rest(&self) -> bool {
        let waits = matches!(
            self.disposition,
            Disposition::Waiting(_) | Disposition::Due(_) | Disposition::Blocked(_)
        );
        !waits
            && !self.is_unsure
            && self.operations.is_empty()
            && self.links.is_empty()
            && self.asks.is_none()
            && !self.pays
    }

    /// With what becomes of its payments: what only waits stands beside what is said of the document.
    pub(crate) fn with_payments(mut self, payments: Option<Look>) -> Look {
        let Some(mut payments) = payments else { return self };
        if matches!(self.disposition, Disposition::Excluded(_)) {
            return self;
        }
        if let Disposition::Sent(_, said) = &mut self.disposition {
            match payments.disposition {
                Disposition::Waiting(why) => *said = said.take().or(Some(why)),
                Disposition::Sent(_, why) => *said = said.take().or(why),
                other => self.disposition = other,
            }
            payments.disposition = self.disposition.clone();
            return self.and(payments);
        }
        // A document that isn't at rest itself: its payments go all the same, and it speaks for itself.
        payments.disposition = self.disposition.clone();
        self.and(payments)
    }

    /// With what becomes of its advances: a pro-forma, which isn't in Xero itself, speaks of them.
    fn with_advances(self, advances: Option<Look>) -> Look {
        match (&self.disposition, advances) {
            (Disposition::NotDue(_), Some(advances)) => self.and(advances),
            (_, advances) => self.with_payments(advances),
        }
    }

    /// Both together; people see what needs them more.
    pub(crate) fn and(mut self, other: Look) -> Look {
        if other.disposition.weight() > self.disposition.weight() {
            self.disposition = other.disposition;
        }
        self.operations.extend(other.operations);
        self.needs.extend(other.needs);
        self.links.extend(other.links);
        self.asks = self.asks.or(other.asks);
        self.takes |= other.takes;
        self.costs |= other.costs;
        self.pays |= other.pays;
        self.is_unsure |= other.is_unsure;
        self
    }
}

/// What becomes of a document, with what a person should know of one that is in Xero; none if the book has no such document.
#[must_use]
pub fn disposition(book: &book::Book, exchange: &Exchange, id: DocumentId) -> Option<Disposition> {
    disposition_on(book, exchange, None, id)
}

/// The same on a day of the company: what is summed up goes when its days are over. Without it they all are.
#[must_use]
pub fn disposition_on(
    book: &book::Book,
    exchange: &Exchange,
    today: Option<Day>,
    id: DocumentId,
) -> Option<Disposition> {
    let open = Open::of(exchange);
    let world = World { book, exchange, open: &open, summed: None, today };
    let disposition = look(world, id)?.disposition;
    match disposition {
        Disposition::Sent(status, None) => {
            let document = book.document(id)?;
            let mut cases =
                subjects(world, id, document).into_iter().filter_map(|one| Case::new(world, id, one));
            let remark = cases.find_map(|case| linked::remark(&case));
            Some(Disposition::Sent(status, remark))
        }
        other => Some(other),
    }
}

/// What becomes of a document or of a consolidated invoice; none for other things.
#[must_use]
pub fn disposition_of(
    book: &book::Book,
    exchange: &Exchange,
    today: Option<Day>,
    subject: &Subject,
) -> Option<Disposition> {
    match subject.consolidated() {
        Some(id) => Some(consolidated::disposition(book, exchange, today, id)),
        None => disposition_on(book, exchange, today, subject.document()?),
    }
}

/// Looks at a document by all its counterparts.
pub(crate) fn look(world: World<'_>, id: DocumentId) -> Option<Look> {
    let document = world.book.document(id)?;
    let cases = subjects(world, id, document).into_iter().filter_map(|subject| Case::new(world, id, subject));
    cases
        .map(|case| {
            let look = look_at(&case).with_payments(payments::look(&case));
            let look = look.with_payments(allocations::look(&case)).with_advances(advances::look(&case));
            let look = look.with_payments(consolidated::alone(&case));
            emailed::with_email(&case, look)
        })
        .reduce(Look::and)
}

/// Whether money that is about to be sent is what would be planned now: of one document, one at a time is decided.
///
/// Which consolidated invoices hold a document is worked out once for all that are asked about.
pub(crate) struct StillSo<'a> {
    book: &'a book::Book,
    exchange: &'a Exchange,
    open: Open,
    held_by: OnceCell<consolidated::HeldBy>,
}

impl<'a> StillSo<'a> {
    pub(crate) fn of(book: &'a book::Book, exchange: &'a Exchange) -> StillSo<'a> {
        StillSo { book, exchange, open: Open::of(exchange), held_by: OnceCell::new() }
    }

    pub(crate) fn is_so(&self, intended: &Intended) -> bool {
        let StillSo { book, exchange, ref open, .. } = *self;
        let world = World { book, exchange, open, summed: None, today: None };
        let look = match intended.subject.consolidated() {
            Some(id) => {
                let held_by = self.held_by.get_or_init(|| consolidated::held(exchange));
                consolidated::payments::look(world, id, held_by)
            }
            None => intended.subject.document().and_then(|of| look(world, of)),
        };
        let planned = look.map(|look| look.operations).unwrap_or_default();
        planned.iter().any(|one| {
            one.subject == intended.subject
                && (&one.payment, &one.allocation) == (&intended.payment, &intended.allocation)
                && one.credit == intended.credit
        })
    }
}

fn look_at(case: &Case<'_>) -> Look {
    let mut look = match case.link {
        Some(link) => linked::look(case, link),
        None => of_source(case, Which::Held).unwrap_or_else(|| not_in_xero(case)),
    };
    // Nothing leaves now: what was about to go waits, and what needs a person still says so.
    if matches!(look.disposition, Disposition::Due(_) | Disposition::Waiting(_))
        && let Some(why) = stopped(case)
    {
        look.disposition = Disposition::Waiting(why);
    }
    look
}
