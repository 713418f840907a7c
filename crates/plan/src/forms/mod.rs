//! Xero's records of documents: a paper written into one, and one read into what Xero holds, side by side in a file each.
//!
//! Written, read back and written again, a paper says the same: what we send is what we understand. A new document is written
//! with its status; a changed one with all its fields and all its lines, each with the id that Xero gave it, because a
//! line that is left out is deleted (API-FACTS, pitfalls 3 and 17).
//! Not here: what a document should say (`papers`), what of it may change (`merge`).

pub(crate) mod credit;
pub(crate) mod credit_note;
pub(crate) mod invoice;
pub(crate) mod line;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod quote;

use book::{Day, Text};
use money::Currency;
use xero::statuses::{DocumentStatus, LineAmountTypes, PaymentStatus};
use xero::{Decimal, XeroId};

use crate::held::{Held, HeldStatus};
use crate::lists::Lists;
use crate::paid::Applied;
use crate::paper::{Paper, PaperKind, PaperLine};
use crate::settings::NewStatus;
use crate::subject::Guid;
use crate::sums::sums;

/// What is written: a new record, or one over what Xero holds.
#[derive(Clone, Copy)]
pub(crate) enum Over<'a> {
    Nothing(NewStatus),
    Held(&'a Held),
}

impl<'a> Over<'a> {
    fn held(self) -> Option<&'a Held> {
        match self {
            Over::Nothing(_) => None,
            Over::Held(held) => Some(held),
        }
    }

    fn id<T>(self) -> Option<XeroId<T>> {
        self.held().map(|held| held.id.cast())
    }

    fn document_status(self) -> Option<DocumentStatus> {
        let Over::Nothing(status) = self else { return None };
        Some(match status {
            NewStatus::Draft => DocumentStatus::Draft,
            NewStatus::Awaiting => DocumentStatus::Submitted,
            NewStatus::Approved => DocumentStatus::Authorised,
        })
    }

    /// A text: in a change also an empty one, which takes what was there away.
    fn text(self, text: &Text) -> Option<String> {
        (self.held().is_some() || !text.is_empty()).then(|| text.to_string())
    }
}

fn contact(paper: &Paper) -> Option<Box<xero::Contact>> {
    Some(Box::new(xero::Contact { contact_id: Some(paper.contact), ..xero::Contact::default() }))
}

pub(crate) fn day(day: Day) -> Option<xero::Day> {
    xero::Day::read(&day.to_string())
}

fn status(status: &DocumentStatus) -> HeldStatus {
    match status {
        DocumentStatus::Draft => HeldStatus::Draft,
        DocumentStatus::Submitted => HeldStatus::Awaiting,
        DocumentStatus::Authorised => HeldStatus::Approved,
        DocumentStatus::Paid => HeldStatus::Paid,
        DocumentStatus::Voided => HeldStatus::Voided,
        DocumentStatus::Deleted => HeldStatus::Deleted,
        DocumentStatus::Other(word) => HeldStatus::Other(word.clone()),
    }
}

/// What all kinds of records say, in a form for all.
struct Read<'a> {
    kind: PaperKind,
    id: Option<Guid>,
    status: Option<HeldStatus>,
    contact: &'a Option<Box<xero::Contact>>,
    number: &'a Option<String>,
    reference: &'a Option<String>,
    url: &'a Option<String>,
    date: Option<xero::Day>,
    due: Option<xero::Day>,
    currency: &'a Option<String>,
    rate: Option<Decimal>,
    amounts: Option<LineAmountTypes>,
    lines: &'a Option<Vec<xero::LineItem>>,
    net: Option<Decimal>,
    tax: Option<Decimal>,
    total: Option<Decimal>,
    due_amount: Option<Decimal>,
    paid: Decimal,
    credited: Decimal,
    payments: Vec<Applied>,
    credits: Vec<Applied>,
    sent: Option<bool>,
    updated: Option<xero::Stamp>,
}

impl Read<'_> {
    /// What Xero holds; none if it lacks what every document has: an id, a contact, a day, a currency we know, lines.
    fn held(self, lists: &Lists) -> Option<Held> {
        let base = lists.organisation.as_ref().map(|organisation| organisation.base);
        let currency = match self.currency.as_deref().filter(|code| !code.is_empty()) {
            Some(code) => Currency::parse(code).ok()?,
            None => base?,
        };
        let text = |text: &Option<String>| Text::from(text.as_deref().unwrap_or_default());
        let read_day = |day: xero::Day| day.to_string().parse::<Day>().ok();
        let lines: Vec<PaperLine> = self.lines.as_ref()?.iter().map(|one| line::read(one, lists)).collect();
        let paper = Paper {
            kind: self.kind,
            contact: self.contact.as_ref()?.contact_id?,
            number: text(self.number),
            reference: text(self.reference),
            url: text(self.url),
            date: read_day(self.date?)?,
            due: self.due.and_then(read_day),
            currency,
            rate: self.rate.filter(|_| Some(currency) != base),
            amounts: self.amounts.unwrap_or(LineAmountTypes::Exclusive),
            lines,
            sources: Vec::new(),
        };
        let ours = sums(&paper).unwrap_or_default();
        let total = self.total.unwrap_or(ours.total);
        let settled = self.paid.plus(self.credited).unwrap_or(self.paid);
        Some(Held {
            id: self.id.filter(|id| !id.is_nothing())?,
            status: self.status.unwrap_or_else(|| HeldStatus::Other(String::new())),
            net: self.net.unwrap_or(ours.net),
            tax: self.tax.unwrap_or(ours.tax),
            total,
            due: self.due_amount.or_else(|| total.minus(settled)).unwrap_or(total),
            paid: self.paid,
            credited: self.credited,
            payments: self.payments,
            credits: self.credits,
            sent_to_contact: self.sent.unwrap_or_default(),
            updated: self.updated.map(xero::Stamp::millis).unwrap_or_default(),
            paper,
        })
    }
}

/// What of a list is applied: those with an id and an amount, in the order of their ids.
fn applied(all: impl Iterator<Item = (Option<Guid>, Option<Decimal>)>) -> Vec<Applied> {
    let mut all: Vec<Applied> =
        all.filter_map(|(id, amount)| Some(Applied { id: id?, amount: amount? })).collect();
    all.sort_by_key(|one| one.id);
    all
}

/// The payments in a document that weren't deleted.
fn payments(all: &Option<Vec<xero::Payment>>) -> Vec<Applied> {
    let live = all.iter().flatten().filter(|one| one.status != Some(PaymentStatus::Deleted));
    applied(live.map(|one| (one.payment_id.map(XeroId::cast), one.amount)))
}

/// Sums what there is of numbers.
fn sum(numbers: impl Iterator<Item = Decimal>) -> Decimal {
    numbers.fold(Decimal::ZERO, |sum, one| sum.plus(one).unwrap_or(sum))
}
