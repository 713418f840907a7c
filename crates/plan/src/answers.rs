//! What Xero's answers to a question mean: which of its records may be the counterpart of which of ours.
//!
//! ```text
//! supplier Nord, account number N-7    contact "NORD LTD", account number N-7: by its code
//!                                      contact "nord", archived: by its name
//! ```
//! All that fit are told; which of them is taken, or who is asked, is decided where links are (`decide::links`).
//! Not here: asking (`sync`).

use book::{Book, Content, DocumentId, ItemId, PartyId, Text};
use xero::XeroId;
use xero::statuses::ContactStatus;

use crate::bills;
use crate::event::{Candidate, Found, MatchedBy};
use crate::exchange::Exchange;
use crate::held::Held;
use crate::lists::Lists;
use crate::paper::{Paper, PaperKind};
use crate::reading;
use crate::records::{contact_mark, contact_name};
use crate::subject::{Guid, Subject};

/// Which contacts fit these suppliers and customers (DOC-8): by our mark, by account number, then by name, in any case, archived ones too.
#[must_use]
pub fn contacts(book: &Book, wanted: &[PartyId], records: &[xero::Contact]) -> Vec<Found> {
    let found = |id: &PartyId| {
        let party = &book.party(*id)?.record;
        let (mark, name) = (contact_mark(*id), contact_name(&party.name));
        let fits = |contact: &xero::Contact| {
            let by = match () {
                () if contact.contact_number.as_deref() == Some(&*mark) => MatchedBy::Mark,
                () if same(contact.account_number.as_deref(), &party.code) => MatchedBy::Code,
                () if same(contact.name.as_deref(), &name) => MatchedBy::Name,
                () => return None,
            };
            Some(Candidate {
                xero: guid(contact.contact_id)?,
                name: text(contact.name.as_deref()),
                by,
                archived: contact.contact_status == Some(ContactStatus::Archived),
                held: None,
                item: None,
            })
        };
        let mut candidates: Vec<Candidate> = records.iter().filter_map(fits).collect();
        once(&mut candidates);
        Some(Found { subject: Subject::Party(*id), candidates })
    };
    wanted.iter().filter_map(found).collect()
}

/// Which items fit these (DOC-9): by code, in any case.
#[must_use]
pub fn items(book: &Book, wanted: &[ItemId], records: &[xero::Item], lists: &Lists) -> Vec<Found> {
    let found = |id: &ItemId| {
        let item = &book.item(*id)?.record;
        let fits = |record: &&xero::Item| same(record.code.as_deref(), &item.code);
        let candidate = |record: &xero::Item| {
            let tracked = record.is_tracked_as_inventory == Some(true);
            Some(Candidate {
                xero: guid(record.item_id)?,
                name: text(record.name.as_deref().or(record.code.as_deref())),
                by: if tracked { MatchedBy::Tracked } else { MatchedBy::Code },
                archived: false,
                held: None,
                item: reading::item(record, lists),
            })
        };
        let mut candidates = records.iter().filter(fits).filter_map(candidate).collect();
        once(&mut candidates);
        Some(Found { subject: Subject::Item(*id), candidates })
    };
    wanted.iter().filter_map(found).collect()
}

/// Documents of Xero's that bear the number of one of ours and aren't ours (DOC-26): bills and supplier credits of the same
/// supplier only, because suppliers number alike. What was voided or deleted counts for nothing.
#[must_use]
pub fn numbers(exchange: &Exchange, wanted: &[(DocumentId, Paper)], held: &[Held]) -> Vec<Found> {
    let theirs: Vec<&Held> = held.iter().filter(|held| is_foreign(exchange, held)).collect();
    let found = |(id, paper): &(DocumentId, Paper)| {
        let of_supplier = matches!(paper.kind, PaperKind::Bill | PaperKind::SupplierCredit);
        let fits = |held: &&&Held| {
            held.paper.kind == paper.kind
                && same(Some(&held.paper.number), &paper.number)
                && (!of_supplier || held.paper.contact == paper.contact)
        };
        let mut candidates =
            theirs.iter().filter(fits).map(|held| document(held, MatchedBy::Number)).collect();
        once(&mut candidates);
        Found { subject: Subject::Document(*id), candidates }
    };
    wanted.iter().map(found).collect()
}

/// Bills that somebody made from these orders (SEL-11): of the same supplier, and their number or reference holds the order's
/// number or the supplier invoice ID. Each order whose supplier is known there has its answer, be it that there are none: what
/// isn't answered is asked again in every run.
#[must_use]
pub fn bills_of(book: &Book, exchange: &Exchange, orders: &[DocumentId], held: &[Held]) -> Vec<Found> {
    let bill = |held: &&Held| held.paper.kind == PaperKind::Bill && is_foreign(exchange, held);
    let foreign: Vec<&Held> = held.iter().filter(bill).collect();
    let found = |id: &DocumentId| {
        let supplier = supplier_of(book, exchange, *id)?;
        let fits = |held: &&&Held| held.paper.contact == supplier && bills::mentions(book, *id, &held.paper);
        let mut candidates =
            foreign.iter().filter(fits).map(|held| document(held, MatchedBy::Mentions)).collect();
        once(&mut candidates);
        Some(Found { subject: Subject::Document(*id), candidates })
    };
    orders.iter().filter_map(found).collect()
}

/// The contact of an order's supplier, if it has one there.
#[must_use]
pub fn supplier_of(book: &Book, exchange: &Exchange, order: DocumentId) -> Option<XeroId<xero::Contact>> {
    let Content::PurchaseOrder(order) = book.document(order)?.content() else { return None };
    Some(exchange.link(&Subject::Party(order.terms.party))?.xero.cast())
}

/// Orders that Xero has and whose bill somebody may make there (SEL-11).
pub fn orders_without_bill(exchange: &Exchange) -> impl Iterator<Item = DocumentId> {
    exchange.links().filter_map(|(subject, _)| match subject {
        Subject::Order(id) if exchange.link(&Subject::Document(*id)).is_none() => Some(*id),
        _ => None,
    })
}

/// What of these, which a look saw, are bills that somebody made from orders of ours, and new: beside what was known before.
#[must_use]
pub fn bills_seen(book: &Book, exchange: &Exchange, held: &[Held]) -> Vec<Found> {
    let is_bill = |held: &Held| held.paper.kind == PaperKind::Bill && is_foreign(exchange, held);
    if !held.iter().any(is_bill) {
        return Vec::new();
    }
    let orders: Vec<DocumentId> = orders_without_bill(exchange).collect();
    let mut found = bills_of(book, exchange, &orders, held);
    found.retain_mut(|found| {
        let known = exchange.found(&found.subject).unwrap_or_default();
        let is_new = found.candidates.iter().any(|candidate| !known.contains(candidate));
        let unchanged = |candidate: &&Candidate| held.iter().all(|held| held.id != candidate.xero);
        found.candidates.extend(known.iter().filter(unchanged).cloned());
        is_new
    });
    found
}

fn is_foreign(exchange: &Exchange, held: &Held) -> bool {
    exchange.subject(held.id).is_none() && !held.status.is_gone()
}

fn document(held: &Held, by: MatchedBy) -> Candidate {
    let Held { id, paper, total, .. } = held;
    Candidate {
        xero: *id,
        name: format!("{} {} of {}, {}", paper.kind.words(), paper.number, paper.date, total.trimmed(2))
            .into(),
        by,
        archived: false,
        held: Some(Box::new(held.clone())),
        item: None,
    }
}

/// Xero trims and doesn't care for case.
fn same(theirs: Option<&str>, ours: &str) -> bool {
    let ours = ours.trim();
    let theirs = theirs.unwrap_or_default().trim();
    !ours.is_empty() && theirs.to_lowercase() == ours.to_lowercase()
}

fn text(field: Option<&str>) -> Text {
    field.unwrap_or_default().trim().into()
}

fn guid<T>(id: Option<XeroId<T>>) -> Option<Guid> {
    Guid::read(&id?.to_string()).filter(|id| !id.is_nothing())
}

/// A list that moved while it was read may name a thing twice.
fn once(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|candidate| (candidate.archived, candidate.by, candidate.xero));
    candidates.dedup_by_key(|candidate| candidate.xero);
}
