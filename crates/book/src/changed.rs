//! Which documents may look different to somebody outside since an entry of the log: what Xero is told goes by it.
//!
//! ```text
//! 41 bill B-7 saved     42 fee F-2 on order PO-3 saved     43 item SUGAR renamed
//! changed(PO-3) = 42; changed_since(42) = PO-3, F-2 and the bills of PO-3; records_changed() = 43
//! ```
//! A document's version is worked out from what the book keeps anyway. Which entry is about which document stands in the
//! padding of its stamp, so it costs no memory either. Stock and money that move do not count: no paper says them.
//! Not here: what is sent (the crate `plan`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::command::{Event, Stamp, Thing};
use crate::content::{Content, Kind};
use crate::document::Document;
use crate::documents;
use crate::ids::DocumentId;
use crate::master::Record;

/// No document.
const NONE: u32 = u32::MAX;
/// How far a change reaches over documents that name each other: order, receipt, return, credit.
const REACH: usize = 3;

/// A log entry: who and when, and the document that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    at: i64,
    by: u32,
    about: u32,
}

impl Entry {
    pub(crate) fn new(stamp: Stamp, event: &Event) -> Entry {
        Entry { at: stamp.at, by: stamp.by, about: about(event).map_or(NONE, DocumentId::number) }
    }

    pub(crate) fn stamp(self) -> Stamp {
        Stamp { at: self.at, by: self.by }
    }
}

fn about(event: &Event) -> Option<DocumentId> {
    match event {
        Event::Saved { document, .. }
        | Event::Withdrawn { document, .. }
        | Event::Submitted(document)
        | Event::Approved { document, .. }
        | Event::Rejected { document, .. } => Some(*document),
        Event::LineClosed { order, .. } | Event::LineReopened { order, .. } => Some(*order),
        Event::Noted { on, .. } | Event::Attached { on, .. } | Event::Detached { on, .. } => match on {
            Thing::Document(id) => Some(DocumentId(*id)),
            _ => None,
        },
        Event::Opened { .. }
        | Event::RecordSaved { .. }
        | Event::Archived(_)
        | Event::Restored(_)
        | Event::RateSaved { .. }
        | Event::SeriesSaved { .. }
        | Event::SettingsSaved(_)
        | Event::BooksClosed { .. } => None,
    }
}

/// Whether an event changes a record or setting that documents go by. A new record changes none that is there.
pub(crate) fn changes_records(book: &Book, event: &Event) -> bool {
    match event {
        Event::Archived(thing) | Event::Restored(thing) => !matches!(thing, Thing::Document(_)),
        Event::SettingsSaved(_) => true,
        Event::RecordSaved { id, record, .. } => match record {
            Record::Unit(_) => *id < book.units.len(),
            Record::Item(_) => *id < book.items.len(),
            Record::Party(_) => *id < book.parties.len(),
            Record::TrackingCategory(_) => *id < book.tracking_categories.len(),
            Record::TrackingOption(_) => *id < book.tracking_options.len(),
            Record::Warehouse(_) => *id < book.warehouses.len(),
            Record::Channel(_) => *id < book.channels.len(),
            Record::Category(_)
            | Record::Site(_)
            | Record::Reason(_)
            | Record::ApprovalRule(_)
            | Record::Workstation(_)
            | Record::BillOfMaterials(_)
            | Record::Routing(_) => false,
        },
        _ => false,
    }
}

/// The kinds on whose content another document's paper may depend.
fn is_read_by_others(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PurchaseOrder
            | Kind::Receipt
            | Kind::VendorReturn
            | Kind::Fee
            | Kind::Bill
            | Kind::SupplierCredit
    )
}

fn is_paper(kind: Kind) -> bool {
    is_read_by_others(kind) || matches!(kind, Kind::Invoice | Kind::Quote)
}

impl Document {
    /// The last entry that saved it or changed its life.
    fn turned(&self) -> u32 {
        self.turns().last().map_or(self.saved(), |turn| turn.0.max(self.saved()))
    }
}

impl Book {
    /// A document's version as somebody outside would see it: the last log entry that changed its content, life, approval,
    /// files or notes, or what it says of others (an order its own supplier's fees, a bill its order's lines).
    pub fn changed(&self, id: DocumentId) -> u32 {
        let Some(document) = self.document(id) else { return 0 };
        let on = Thing::Document(id.0);
        let step = self.approval_steps(id).last().map_or(0, |step| step.0);
        let note = self.notes(on).last().map_or(0, |note| note.0);
        let files = self.all_attachments(on).iter();
        let file = files.map(|one| one.removed.map_or(one.added, |removed| removed.max(one.added))).max();
        let own = document.turned().max(step).max(note).max(file.unwrap_or(0));
        let others = match document.content() {
            Content::PurchaseOrder(_) => self.dependents_changed(id, |kind| kind == Kind::Fee),
            Content::Bill(_) | Content::SupplierCredit(_) => self.named_changed(document, REACH),
            _ => 0,
        };
        own.max(others)
    }

    fn dependents_changed(&self, id: DocumentId, counts: impl Fn(Kind) -> bool) -> u32 {
        let dependents = self.documents[id.index()].dependents().iter();
        let documents = dependents.map(|one| &self.documents[one.index()]);
        documents.filter(|one| counts(one.kind())).map(Document::turned).max().unwrap_or(0)
    }

    /// What a bill or credit reads of the documents that it names; whether a bill is approved goes by what was received
    /// (APR-2).
    fn named_changed(&self, document: &Document, reach: usize) -> u32 {
        let mut last = 0;
        for named in documents::named(document.content()) {
            let other = &self.documents[named.index()];
            last = last.max(other.turned());
            if other.kind() == Kind::PurchaseOrder {
                last = last.max(self.dependents_changed(named, is_read_by_others));
            } else if reach > 1 {
                last = last.max(self.named_changed(other, reach - 1));
            }
        }
        last
    }

    /// The last log entry that changed a record or setting which documents that are there go by.
    pub fn records_changed(&self) -> u32 {
        self.records_changed
    }

    /// The document that a log entry is about; none if it is about records, rates or settings.
    pub fn about(&self, seq: u32) -> Option<DocumentId> {
        let about = self.stamps.get(seq as usize)?.about;
        (about != NONE).then_some(DocumentId(about))
    }

    /// The documents whose payments, refunds or allocations were saved or taken back after an entry of the log: what they look
    /// like is the same, what is paid of them isn't.
    pub fn money_moved_since(&self, seq: u32) -> BTreeSet<DocumentId> {
        let about = (seq..self.seq()).map(|entry| self.stamps[entry as usize].about);
        let documents =
            about.filter(|about| *about != NONE).filter_map(|about| self.document(DocumentId(about)));
        let paid = documents.flat_map(|document| match document.content() {
            Content::Payment(payment) => vec![payment.of],
            Content::Allocation(allocation) => vec![allocation.from, allocation.to],
            _ => Vec::new(),
        });
        paid.collect()
    }

    /// The documents whose `changed` may be different since the entry `seq` was about to be written.
    pub fn changed_since(&self, seq: u32) -> BTreeSet<DocumentId> {
        let mut found = BTreeSet::new();
        for entry in seq..self.seq() {
            let about = self.stamps[entry as usize].about;
            if about == NONE {
                continue;
            }
            let id = DocumentId(about);
            let Some(document) = self.document(id).filter(|document| is_paper(document.kind())) else {
                continue;
            };
            found.insert(id);
            if is_read_by_others(document.kind()) {
                let before = document.versions().iter().filter(|version| version.0 >= seq);
                for content in before.map(|version| &version.1).chain([document.content()]) {
                    for named in documents::named(content) {
                        self.spread(named, REACH, &mut found);
                    }
                }
                self.spread(id, REACH, &mut found);
            }
        }
        found
    }

    /// A document and those that name it, as far as papers read.
    fn spread(&self, id: DocumentId, reach: usize, found: &mut BTreeSet<DocumentId>) {
        let document = &self.documents[id.index()];
        if !is_paper(document.kind()) {
            return;
        }
        found.insert(id);
        if reach > 0 && is_read_by_others(document.kind()) {
            for dependent in document.dependents() {
                self.spread(*dependent, reach - 1, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_is_about_costs_no_memory() {
        assert_eq!(size_of::<Entry>(), size_of::<Stamp>());
    }
}
