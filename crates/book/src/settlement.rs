//! What is paid of a document, what is outstanding, and what of a credit or an advance is left. Worked out, never kept.
//!
//! An invoice of 115.00, paid 50.00 in advance and 70.00 later: paid 120.00, outstanding nothing, 5.00 left over. The 5.00
//! can be paid back or allocated to another invoice of the customer; then paid is 115.00.
//! A document in force *asks* for its total (invoice, bill, order that is a bill) or *gives* it (credit invoice, supplier
//! credit). Always paid + outstanding − left = gross. A draft or pro-forma asks for an advance; all of it is left.
//! All amounts are in the document's currency. Not here: Xero's side of payments (`payments.rs`).

use schemars::JsonSchema;
use serde::Serialize;

use money::{Currency, Money};

use crate::book::Book;
use crate::command::Event;
use crate::content::{Content, InvoiceKind, Kind};
use crate::document::Document;
use crate::documents::{self, check};
use crate::ids::{DocumentId, PartyId};
use crate::payments::{BothSides, PaidOn};
use crate::refusal::{Code, Refusal};
use crate::trade::{Advance, Payment, PaymentKind, Stage};

/// What people see of a document's money (DOC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidStatus {
    /// Being written.
    Draft,
    /// Pro-forma (Dummy).
    ProForma,
    /// In force, nothing paid.
    Unpaid,
    /// In force, something paid.
    PaidPartially,
    /// In force, nothing outstanding.
    Paid,
}

impl PaidStatus {
    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            PaidStatus::Draft => "draft",
            PaidStatus::ProForma => "pro-forma",
            PaidStatus::Unpaid => "unpaid",
            PaidStatus::PaidPartially => "paid partially",
            PaidStatus::Paid => "paid",
        }
    }
}

/// A document's money, in its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settlement {
    /// What it comes to.
    pub gross: Money,
    /// Paid in advance on the pro-forma, less what was paid back of it (DOC-17).
    pub advances: Money,
    /// Payments less refunds, without advances; of a credit refunds less payments.
    pub payments: Money,
    /// Credit of other documents that settles this one.
    pub allocated_here: Money,
    /// Credit of this one that settles others.
    pub allocated_away: Money,
    /// What it is settled with, in all.
    pub paid: Money,
    /// What is still to be settled.
    pub outstanding: Money,
    /// What can be paid back or allocated: an overpayment, an advance that no invoice took, a credit's rest.
    pub left: Money,
    /// In words.
    pub status: PaidStatus,
}

/// Who a financial document is for, and which way its money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nature {
    pub(crate) party: PartyId,
    pub(crate) currency: Currency,
    pub(crate) side: TradeSide,
    pub(crate) gives: Gives,
    pub(crate) stage: Stage,
}

/// Bought or sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TradeSide {
    Purchase,
    Sale,
}

/// Whether a document asks for its total or gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gives {
    Asks,
    Credit,
}

/// The nature of a document that can be paid.
pub(crate) fn nature(content: &Content) -> Option<Nature> {
    let (terms, side, gives, stage) = match content {
        Content::Invoice(c) => {
            let gives = if c.kind == InvoiceKind::Credit { Gives::Credit } else { Gives::Asks };
            (&c.terms, TradeSide::Sale, gives, c.stage)
        }
        Content::Bill(c) => (&c.terms, TradeSide::Purchase, Gives::Asks, c.stage),
        Content::SupplierCredit(c) => (&c.terms, TradeSide::Purchase, Gives::Credit, Stage::Issued),
        Content::PurchaseOrder(c) if c.invoice.is_some() => {
            (&c.terms, TradeSide::Purchase, Gives::Asks, Stage::Issued)
        }
        _ => return None,
    };
    Some(Nature { party: terms.party, currency: terms.currency, side, gives, stage })
}

/// A payment's amount in the currency of what it pays; a refund of it is below zero, a refund on a credit is not.
pub(crate) fn settles(payment: &Payment, of: &Nature) -> Money {
    let amount = match (payment.amount.currency() == of.currency, payment.rate) {
        (false, Some(rate)) => Money::from_base(payment.amount, rate, of.currency),
        _ => Ok(payment.amount),
    };
    let amount = amount.unwrap_or(Money::zero(of.currency));
    match (payment.kind, of.gives) {
        (PaymentKind::Payment, Gives::Asks) | (PaymentKind::Refund, Gives::Credit) => amount,
        (PaymentKind::Refund, Gives::Asks) | (PaymentKind::Payment, Gives::Credit) => -amount,
    }
}

/// Sums of a document's money; what they add up to is kept within 128 bits on the way.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    advances: i128,
    payments: i128,
    here: i128,
    away: i128,
}

fn sums(book: &Book, id: DocumentId, nature: &Nature, without: Option<DocumentId>) -> Sums {
    let mut sums = Sums::default();
    for one in book.documents[id.index()].dependents.iter().filter(|one| Some(**one) != without) {
        let document = &book.documents[one.index()];
        match &document.content {
            _ if !document.is_live() => {}
            Content::Payment(payment) => {
                let amount = i128::from(settles(payment, nature).minor());
                match payment.advance {
                    Advance::Yes => sums.advances += amount,
                    Advance::No => sums.payments += amount,
                }
            }
            Content::Allocation(c) if c.to == id => sums.here += i128::from(c.amount.minor()),
            Content::Allocation(c) => sums.away += i128::from(c.amount.minor()),
            _ => {}
        }
    }
    sums
}

/// A document's money, leaving out one payment or allocation.
pub(crate) fn settlement(book: &Book, id: DocumentId, without: Option<DocumentId>) -> Option<Settlement> {
    let document = &book.documents[id.index()];
    let nature = nature(&document.content)?;
    let gross = book.totals(id)?.gross;
    let sums = sums(book, id, &nature, without);
    let paid = match nature.gives {
        Gives::Asks => sums.advances + sums.payments + sums.here - sums.away,
        Gives::Credit => sums.payments + sums.away,
    };
    let due = i128::from(gross.minor());
    let left = match (nature.gives, nature.stage) {
        (Gives::Asks, Stage::Issued) => paid - due,
        (Gives::Asks, _) => paid,
        (Gives::Credit, _) => due - paid,
    };
    let money = |minor: i128| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), nature.currency);
    let status = match nature.stage {
        Stage::Draft => PaidStatus::Draft,
        Stage::ProForma => PaidStatus::ProForma,
        Stage::Issued if paid >= due => PaidStatus::Paid,
        Stage::Issued if paid <= 0 => PaidStatus::Unpaid,
        Stage::Issued => PaidStatus::PaidPartially,
    };
    Some(Settlement {
        gross,
        advances: money(sums.advances),
        payments: money(sums.payments),
        allocated_here: money(sums.here),
        allocated_away: money(sums.away),
        paid: money(paid),
        outstanding: money((due - paid).max(0)),
        left: money(left.max(0)),
        status,
    })
}

impl Book {
    /// What is paid of a document and what is outstanding; none if it isn't one that is paid.
    pub fn settlement(&self, id: DocumentId) -> Option<Settlement> {
        self.document(id)?;
        settlement(self, id, None)
    }

    /// A document's payments and refunds as the book's side of PAY-1 and PAY-2: deleted ones too, advances not.
    pub fn payments_of(&self, id: DocumentId) -> Option<BothSides<DocumentId, DocumentId>> {
        self.money_of(id, Advance::No)
    }

    /// A document's advances above zero, and what was paid back of them below it; deleted ones too (DOC-17).
    pub fn advances_of(&self, id: DocumentId) -> Option<BothSides<DocumentId, DocumentId>> {
        self.money_of(id, Advance::Yes)
    }

    fn money_of(&self, id: DocumentId, which: Advance) -> Option<BothSides<DocumentId, DocumentId>> {
        let document = self.document(id)?;
        let nature = nature(document.content())?;
        let paid = |one: &DocumentId| {
            let payment = &self.documents[one.index()];
            match &payment.content {
                Content::Payment(c) if c.advance == which => Some(PaidOn {
                    id: *one,
                    day: c.day,
                    amount: settles(c, &nature),
                    deleted: !payment.is_live(),
                }),
                _ => None,
            }
        };
        let book = document.dependents.iter().filter_map(paid).collect();
        Some(BothSides { currency: nature.currency, book, xero: Vec::new(), links: Vec::new() })
    }
}

/// Refuses what would leave a document with less paid than was given away of it.
pub(crate) fn check(book: &Book, events: &[Event]) -> Result<(), Refusal> {
    let mut touched: Vec<DocumentId> = Vec::new();
    for event in events {
        let (id, content) = match event {
            Event::Saved { document, content, .. } => (*document, content),
            Event::Withdrawn { document, .. } => (*document, &book.documents[document.index()].content),
            _ => continue,
        };
        match content {
            Content::Payment(c) => touched.push(c.of),
            Content::Allocation(c) => touched.extend([c.from, c.to]),
            content if nature(content).is_some() => {
                touched.extend(Some(id).filter(|id| book.document(*id).is_some_and(is_settled(book))));
            }
            _ => {}
        }
    }
    if touched.is_empty() {
        return Ok(());
    }
    let mut after = book.clone();
    for event in events {
        after.apply(event, crate::command::Stamp { at: 0, by: 0 });
    }
    touched.into_iter().try_for_each(|id| holds(&after, id))
}

fn is_settled(book: &Book) -> impl Fn(&Document) -> bool + '_ {
    |document| document.dependents.iter().any(|one| is_money(&book.documents[one.index()]))
}

fn is_money(document: &Document) -> bool {
    document.is_live() && matches!(document.kind(), Kind::Payment | Kind::Allocation)
}

fn holds(book: &Book, id: DocumentId) -> Result<(), Refusal> {
    let document = &book.documents[id.index()];
    let Some(nature) = nature(&document.content).filter(|_| document.is_live()) else { return Ok(()) };
    let sums = sums(book, id, &nature, None);
    let gross = book.totals(id).map_or(0, |totals| i128::from(totals.gross.minor()));
    let missing = match nature.gives {
        Gives::Asks => (sums.away - sums.advances - sums.payments - sums.here).max(-sums.advances),
        Gives::Credit => (sums.payments + sums.away - gross).max(-sums.payments - sums.away),
    };
    if missing <= 0 {
        return Ok(());
    }
    let given = |one: &&DocumentId| {
        let document = &book.documents[one.index()];
        let away = match &document.content {
            Content::Payment(c) => c.kind == PaymentKind::Refund,
            Content::Allocation(c) => c.from == id,
            _ => false,
        };
        away && document.is_live()
    };
    let uses = check::numbers(book, document.dependents.iter().filter(given).copied());
    let missing = Money::new(i64::try_from(missing).unwrap_or(i64::MAX), nature.currency);
    let refusal = Refusal::new(Code::GivenAway).with("number", &document.number);
    Err(refusal.with("missing", missing).with("uses", uses))
}

/// A document that was paid keeps its party, currency and stage.
pub(crate) fn keeps_what_was_paid(at: documents::Checked<'_>, new: &Content) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let document = &at.book.documents[id.index()];
    let Some(old) = nature(&document.content) else { return Ok(()) };
    let money = document.dependents.iter().filter(|one| is_money(&at.book.documents[one.index()]));
    let money = check::numbers(at.book, money.copied());
    let new = nature(new);
    let changed = match new {
        _ if money.is_empty() => return stage_only_rises(document, &old, new),
        None => "The supplier's invoice",
        Some(new) if new.party != old.party => "The party",
        Some(new) if new.currency != old.currency => "The currency",
        Some(new) if new.gives != old.gives => "The kind (invoice or credit)",
        Some(new) if new.stage == Stage::Draft && old.stage != Stage::Draft => "The stage",
        Some(_) => return stage_only_rises(document, &old, new),
    };
    let refusal = Refusal::new(Code::FieldFixed).with("field", changed).with("name", &document.number);
    let refusal = refusal.with("why", format!("{money} names it"));
    Err(refusal.with("remedy", format!("Delete {money} first.")))
}

/// What is in force doesn't become a draft or pro-forma again, nor an invoice a credit.
fn stage_only_rises(document: &Document, old: &Nature, new: Option<Nature>) -> Result<(), Refusal> {
    let Some(new) = new.filter(|_| old.stage == Stage::Issued) else { return Ok(()) };
    let field = match (new.stage == Stage::Issued, new.gives == old.gives) {
        (true, true) => return Ok(()),
        (false, _) => "The stage",
        (true, false) => "The kind (invoice or credit)",
    };
    let refusal = Refusal::new(Code::FieldFixed).with("field", field).with("name", &document.number);
    let refusal = refusal.with("why", "it is in force");
    Err(refusal.with("remedy", "Cancel it, or take it back by a credit."))
}
