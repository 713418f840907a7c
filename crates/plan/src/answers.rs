//! What Xero's answers to a question mean: which of its records may be the counterpart of which of ours.
//!
//! ```text
//! supplier Nord, account number N-7    contact "NORD LTD", account number N-7: by its code
//!                                      contact "nord", archived: by its name
//! ```
//! All that fit are told; which of them is taken, or who is asked, is decided where links are (`decide::links`).
//! Not here: asking (`sync`).

use book::{Book, ItemId, PartyId, Text};
use xero::statuses::ContactStatus;

use crate::event::{Candidate, Found, MatchedBy};
use crate::held::HeldItem;
use crate::lists::Lists;
use crate::subject::{Guid, Subject};

/// Which contacts fit these suppliers and customers (DOC-8): by account number, then by name, in any case, archived ones too.
#[must_use]
pub fn contacts(book: &Book, wanted: &[PartyId], records: &[xero::Contact]) -> Vec<Found> {
    let found = |id: &PartyId| {
        let party = &book.party(*id)?.record;
        let fits = |contact: &xero::Contact| {
            let by = match () {
                () if same(contact.account_number.as_deref(), &party.code) => MatchedBy::Code,
                () if same(contact.name.as_deref(), &party.name) => MatchedBy::Name,
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
                item: Some(held_item(record, lists)),
            })
        };
        let mut candidates = records.iter().filter(fits).filter_map(candidate).collect();
        once(&mut candidates);
        Some(Found { subject: Subject::Item(*id), candidates })
    };
    wanted.iter().filter_map(found).collect()
}

/// What we keep of an item of Xero's.
#[must_use]
pub fn held_item(record: &xero::Item, lists: &Lists) -> HeldItem {
    let code = record.purchase_details.as_ref().and_then(|purchase| purchase.account_code.as_deref());
    HeldItem {
        code: text(record.code.as_deref()),
        tracked: record.is_tracked_as_inventory == Some(true),
        expense: code.and_then(|code| lists.account_of_code(code)).map(|account| account.id),
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

fn guid<T>(id: Option<xero::XeroId<T>>) -> Option<Guid> {
    Guid::read(&id?.to_string()).filter(|id| !id.is_nothing())
}

/// A list that moved while it was read may name a thing twice.
fn once(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|candidate| (candidate.archived, candidate.by, candidate.xero));
    candidates.dedup_by_key(|candidate| candidate.xero);
}
