//! What Xero's answers to a question mean: which of its records may be the counterpart of which of ours.
//!
//! ```text
//! supplier Nord, account number N-7    contact "NORD LTD", account number N-7: by its code
//!                                      contact "nord", archived: by its name
//! ```
//! All that fit are told; which of them is taken, or who is asked, is decided where links are (`decide::links`).
//! Not here: asking (`sync`).

use book::{Book, DocumentId, ItemId, PartyId, Text};
use xero::statuses::ContactStatus;

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
/// number or the supplier invoice ID.
#[must_use]
pub fn bills_of(exchange: &Exchange, orders: &[(DocumentId, Paper)], held: &[Held]) -> Vec<Found> {
    let bill = |held: &&Held| held.paper.kind == PaperKind::Bill && is_foreign(exchange, held);
    let bills: Vec<&Held> = held.iter().filter(bill).collect();
    let found = |(id, order): &(DocumentId, Paper)| {
        let names: Vec<String> =
            [&order.number, &order.reference].map(|name| name.trim().to_lowercase()).into();
        let mentions = |text: &Text| {
            let text = text.to_lowercase();
            names.iter().any(|name| !name.is_empty() && holds(&text, name))
        };
        let fits = |held: &&&Held| {
            let paper = &held.paper;
            paper.contact == order.contact && (mentions(&paper.number) || mentions(&paper.reference))
        };
        let mut candidates =
            bills.iter().filter(fits).map(|held| document(held, MatchedBy::Mentions)).collect();
        once(&mut candidates);
        Found { subject: Subject::Document(*id), candidates }
    };
    orders.iter().map(found).collect()
}

fn is_foreign(exchange: &Exchange, held: &Held) -> bool {
    exchange.subject(held.id).is_none() && !held.status.is_gone()
}

fn document(held: &Held, by: MatchedBy) -> Candidate {
    let Held { id, paper, total, .. } = held;
    Candidate {
        xero: *id,
        name: format!("{} {}, {total}", paper.kind.words(), paper.number).into(),
        by,
        archived: false,
        held: Some(Box::new(held.clone())),
        item: None,
    }
}

/// Whether a text holds a name as a word of its own: `PO-1` is not in `PO-17`.
fn holds(text: &str, name: &str) -> bool {
    let edge = |found: Option<char>| found.is_none_or(|found| !found.is_alphanumeric());
    text.match_indices(name)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + name.len()..].chars().next()))
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

fn guid<T>(id: Option<xero::XeroId<T>>) -> Option<Guid> {
    Guid::read(&id?.to_string()).filter(|id| !id.is_nothing())
}

/// A list that moved while it was read may name a thing twice.
fn once(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|candidate| (candidate.archived, candidate.by, candidate.xero));
    candidates.dedup_by_key(|candidate| candidate.xero);
}

#[cfg(test)]
mod tests {
    use super::holds;

    // rule: SEL-11
    #[test]
    fn a_number_is_mentioned_as_a_word() {
        assert!(holds("po-1", "po-1"));
        assert!(holds("your order (po-1), thank you", "po-1"));
        assert!(holds("4711/po-1", "po-1"));
        assert!(!holds("po-17", "po-1"));
        assert!(!holds("xpo-1", "po-1"));
    }
}
