//! What would become of a row: new, imported before, in the book already, archived there, or not possible (IMP-3 … IMP-7).
//!
//! A contact is known by our link, then by account number, then by name; an item by its code; a tracking category by its
//! name, each in any case. Not here: doing it (`carry_out`).

use std::collections::BTreeMap;

use book::{Book, PartyId, PartyKind, TrackingCategoryId};

use super::{ImportKind, Incoming};
use crate::exchange::Exchange;
use crate::refusal::{Code, Refusal};
use crate::subject::Subject;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// It would come new.
    New,
    /// It was imported before.
    Imported,
    /// It is in the book already; importing links the two.
    Here,
    /// It is in the book, archived: Restore (IMP-5).
    Archived,
    /// It can't be imported.
    Impossible,
}

/// A row of a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Xero's record.
    pub incoming: Incoming,
    /// What it is.
    pub state: RowState,
    /// What it is in the book.
    pub ours: Option<Subject>,
    /// Why it is not new.
    pub says: Option<Refusal>,
    /// What should be known before it comes (TRK-1).
    pub warning: Option<Refusal>,
}

/// The book's names, for looking rows up.
pub(super) struct Known {
    names: BTreeMap<String, Vec<PartyId>>,
}

impl Known {
    pub(super) fn of(book: &Book) -> Known {
        let mut known = Known { names: BTreeMap::new() };
        for (id, row) in book.parties().iter() {
            known.add(&row.record.name, PartyId::new(id));
        }
        known
    }

    pub(super) fn add(&mut self, name: &str, id: PartyId) {
        self.names.entry(name.trim().to_lowercase()).or_default().push(id);
    }

    /// What would become of a row now.
    pub(super) fn judge(
        &self,
        book: &Book,
        exchange: &Exchange,
        kind: ImportKind,
        incoming: &Incoming,
    ) -> Choice {
        let found = self.look_up(book, exchange, kind, incoming);
        let (state, ours, says) = match found {
            Ok(None) => (RowState::New, None, None),
            Ok(Some((state, ours, says))) => (state, Some(ours), Some(says)),
            Err(says) => (RowState::Impossible, None, Some(says)),
        };
        let tracked = incoming.tracked && state != RowState::Impossible;
        let warning = tracked.then(|| Refusal::new(Code::TrackedItem).with("name", title(incoming)));
        Choice { incoming: incoming.clone(), state, ours, says, warning }
    }

    fn look_up(
        &self,
        book: &Book,
        exchange: &Exchange,
        kind: ImportKind,
        incoming: &Incoming,
    ) -> Result<Option<(RowState, Subject, Refusal)>, Refusal> {
        let name = title(incoming);
        if let Some(subject) = exchange.subject(incoming.xero) {
            let (ours, archived) = label(book, subject);
            let complete = kind != ImportKind::Tracking || options_are_linked(exchange, incoming);
            // A supplier that comes as a customer now is both from here on.
            if let Subject::Party(id) = subject
                && let Some(party) = book.party(*id).filter(|_| !archived)
                && kind_of(kind, &Incoming::default(), Some(party.record.kind)) != party.record.kind
            {
                let says = Refusal::new(Code::ExistsHere).with("name", name).with("ours", ours);
                return Ok(Some((RowState::Here, subject.clone(), says.with("by", "link"))));
            }
            return Ok(match (archived, complete) {
                (true, _) => {
                    let says = Refusal::new(Code::ArchivedHere).with("name", name).with("ours", ours);
                    Some((RowState::Archived, subject.clone(), says.with("by", "link")))
                }
                (false, true) => {
                    let says = Refusal::new(Code::ImportedBefore).with("name", name).with("ours", ours);
                    Some((RowState::Imported, subject.clone(), says))
                }
                (false, false) => None,
            });
        }
        if incoming.archived {
            return Err(Refusal::new(Code::ArchivedThere).with("name", name));
        }
        let missing = |field| Refusal::new(Code::NoName).with("field", field);
        let matched = match kind {
            ImportKind::Suppliers | ImportKind::Customers if incoming.name.is_empty() => {
                return Err(missing("name"));
            }
            ImportKind::Items if incoming.code.is_empty() => return Err(missing("code")),
            ImportKind::Tracking if incoming.name.is_empty() => return Err(missing("name")),
            ImportKind::Suppliers | ImportKind::Customers => self.party(book, incoming)?,
            ImportKind::Items => {
                let item = book.items().find(&incoming.code);
                item.map(|id| (Subject::Item(book::ItemId::new(id)), "code"))
            }
            ImportKind::Tracking => {
                let category = book.tracking_categories().find(&incoming.name);
                category.map(|id| (Subject::Tracking(TrackingCategoryId::new(id)), "name"))
            }
            ImportKind::Accounts | ImportKind::TaxRates => None,
        };
        let Some((subject, by)) = matched else { return Ok(None) };
        let (ours, archived) = label(book, &subject);
        if exchange.link(&subject).is_some_and(|link| link.xero != incoming.xero) {
            let refusal = Refusal::new(Code::LinkedToAnother).with("name", name);
            return Err(refusal.with("ours", ours).with("by", by));
        }
        let (state, code) = match archived {
            true => (RowState::Archived, Code::ArchivedHere),
            false => (RowState::Here, Code::ExistsHere),
        };
        let says = Refusal::new(code).with("name", name).with("ours", ours).with("by", by);
        Ok(Some((state, subject, says)))
    }

    /// By account number, then by name.
    fn party(&self, book: &Book, incoming: &Incoming) -> Result<Option<(Subject, &'static str)>, Refusal> {
        let numbers = [&incoming.code, &incoming.mark];
        let by_number =
            numbers.into_iter().filter(|code| !code.is_empty()).find_map(|code| book.parties().find(code));
        if let Some(id) = by_number {
            return Ok(Some((Subject::Party(PartyId::new(id)), "account number")));
        }
        let named = self.names.get(&incoming.name.to_lowercase()).map_or(&[][..], Vec::as_slice);
        let is_live = |id: &&PartyId| book.party(**id).is_some_and(|row| !row.archived);
        let live: Vec<&PartyId> = named.iter().filter(is_live).collect();
        let fitting: Vec<PartyId> = match &live[..] {
            [] => named.to_vec(),
            live => live.iter().map(|id| **id).collect(),
        };
        match &fitting[..] {
            [] => Ok(None),
            [id] => Ok(Some((Subject::Party(*id), "name"))),
            several => {
                let codes = several.iter().filter_map(|id| book.party(*id)).map(|row| &*row.record.code);
                let refusal = Refusal::new(Code::SeveralHere).with("name", title(incoming));
                let refusal = refusal.with("ours", codes.collect::<Vec<_>>().join(", "));
                let number = if incoming.code.is_empty() { "it has in Xero" } else { &incoming.code };
                Err(refusal.with("number", number))
            }
        }
    }
}

/// What people know a row by: its name, else its code.
pub(super) fn title(incoming: &Incoming) -> String {
    match (&*incoming.name, &*incoming.code) {
        ("", "") => "A row without name".into(),
        ("", code) => code.into(),
        (name, _) => name.into(),
    }
}

/// What a thing of the book is called, and whether it is archived.
pub(super) fn label(book: &Book, subject: &Subject) -> (String, bool) {
    let found = match subject {
        Subject::Party(id) => book.party(*id).map(|row| (row.record.code.to_string(), row.archived)),
        Subject::Item(id) => book.item(*id).map(|row| (row.record.code.to_string(), row.archived)),
        Subject::Tracking(id) => {
            let row = book.tracking_categories().row(id.number());
            row.map(|row| (row.record.code.to_string(), row.archived))
        }
        Subject::Option(id) => {
            let row = book.tracking_options().row(id.number());
            row.map(|row| (row.record.code.to_string(), row.archived))
        }
        Subject::Document(_)
        | Subject::Order(_)
        | Subject::File(..)
        | Subject::Note(..)
        | Subject::Payment(..)
        | Subject::Allocation(..)
        | Subject::Journal(_)
        | Subject::Credit(..)
        | Subject::Sent(..)
        | Subject::Consolidated(_)
        | Subject::ConsolidatedPayment(..) => None,
    };
    found.unwrap_or_else(|| ("something else".into(), false))
}

fn options_are_linked(exchange: &Exchange, incoming: &Incoming) -> bool {
    incoming.options.iter().all(|(id, _)| exchange.subject(*id).is_some())
}

/// Whether a contact belongs in a list: used as such, or not used at all yet.
pub(super) fn belongs(kind: ImportKind, incoming: &Incoming) -> bool {
    let (supplier, customer) = incoming.used_as;
    match kind {
        ImportKind::Suppliers => supplier || !customer,
        ImportKind::Customers => customer || !supplier,
        ImportKind::Items | ImportKind::Tracking | ImportKind::Accounts | ImportKind::TaxRates => true,
    }
}

/// What a party is after it comes in as a supplier or customer.
pub(super) fn kind_of(kind: ImportKind, incoming: &Incoming, before: Option<PartyKind>) -> PartyKind {
    let (supplier, customer) = incoming.used_as;
    let is = |wanted: PartyKind| before == Some(wanted) || before == Some(PartyKind::Both);
    let supplier = supplier || kind == ImportKind::Suppliers || is(PartyKind::Supplier);
    let customer = customer || kind == ImportKind::Customers || is(PartyKind::Customer);
    match (supplier, customer) {
        (true, true) => PartyKind::Both,
        (true, false) => PartyKind::Supplier,
        (false, _) => PartyKind::Customer,
    }
}
