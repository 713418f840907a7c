//! Consolidated invoices: the invoices of a channel or customer summed up, one in Xero for each day, week or month (CNS).
//!
//! ```text
//! WEB-2026-03-05: I-1 11.50, I-2 23.00, credit I-3 -11.50   →   one invoice of 23.00, one line of JAM, when the day is over
//! I-1 becomes 9.20 after somebody approved it                →   WEB-2026-03-06 has a line "Correction of I-1", -2.30
//! ```
//! It is no document of the book: what it says follows from its sources and from what approved ones hold of them
//! (`book::consolidate`). Each remembers with what we sent what it holds of each source, so the two are linked both ways.
//! Not here: what it looks like in Xero (`paper`), what becomes of it (`look`), its payments (`payments`).

mod look;
mod paper;
pub(crate) mod payments;

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Consolidated, Content, Day, DocumentId, Frozen, InvoiceKind, Source, Whose, consolidate};

use crate::case::{Case, Open, World};
use crate::disposition::{Disposition, Look};
use crate::exchange::{Exchange, Link};
use crate::held::{Held, HeldStatus};
use crate::paper::Paper;
use crate::settings::Switch;
use crate::subject::{ConsolidatedId, Subject};

pub(crate) use look::{Which, alone, of_source};

/// Its number: the code of its channel or customer, the currency where it isn't the base's, its first day.
///
/// `WEB-2026-03-05`, `WEB-USD-2026-03-05`; credits end with `-C`, for people read both kinds in one list.
#[must_use]
pub fn number(book: &Book, id: &ConsolidatedId) -> String {
    let code = match id.whose {
        Whose::Channel(channel) => {
            book.channels().row(channel.number()).map(|row| row.record.code.to_string())
        }
        Whose::Customer(party) => book.party(party).map(|row| match book.channels().find(&row.record.code) {
            // A channel has the same code.
            Some(_) => format!("{}-customer", row.record.code),
            None => row.record.code.to_string(),
        }),
    };
    let currency = if id.currency == book.base() { String::new() } else { format!("-{}", id.currency) };
    let credit = if id.kind == InvoiceKind::Credit { "-C" } else { "" };
    format!("{}{currency}-{}{credit}", code.unwrap_or_default(), id.first)
}

/// What people call it: `consolidated invoice WEB-2026-03-05`.
#[must_use]
pub(crate) fn called(book: &Book, id: &ConsolidatedId) -> String {
    let kind = match id.kind {
        InvoiceKind::Invoice => "consolidated invoice",
        InvoiceKind::Credit => "consolidated credit",
    };
    format!("{kind} {}", number(book, id))
}

/// Whether there is such a channel or customer.
pub(crate) fn is_here(book: &Book, id: &ConsolidatedId) -> bool {
    match id.whose {
        Whose::Channel(channel) => book.channels().row(channel.number()).is_some(),
        Whose::Customer(party) => book.party(party).is_some(),
    }
}

/// The one of a number that is in Xero, or should be.
#[must_use]
pub fn find(book: &Book, exchange: &Exchange, wanted: &str) -> Option<ConsolidatedId> {
    let summed = Summed::whole(book, exchange, None);
    let ids = exchange.consolidated().map(|(id, _)| id).chain(summed.wanted.keys().copied());
    let is_it = |id: &ConsolidatedId| number(book, id).eq_ignore_ascii_case(wanted.trim());
    ids.collect::<BTreeSet<_>>().into_iter().find(is_it)
}

/// What becomes of a consolidated invoice.
#[must_use]
pub fn disposition(book: &Book, exchange: &Exchange, today: Option<Day>, id: ConsolidatedId) -> Disposition {
    let (open, summed) = (Open::of(exchange), Summed::whole(book, exchange, today));
    summed.look(World { book, exchange, open: &open, summed: None, today }, id).disposition
}

/// The documents that it sums up: those that Xero has in it, and those that should be in it.
#[must_use]
pub fn sources(book: &Book, exchange: &Exchange, id: ConsolidatedId) -> BTreeSet<DocumentId> {
    let summed = Summed::whole(book, exchange, None);
    summed.documents(exchange, id)
}

/// What it should look like, with what it holds of each source.
pub(crate) fn wanted_paper(book: &Book, exchange: &Exchange, id: ConsolidatedId) -> Option<Paper> {
    let summed = Summed::whole(book, exchange, None);
    paper::paper(book, exchange, summed.wanted.get(&id)?).ok()
}

/// Whether something of the sources of these is still to go: with one of them that can be changed, or with a next one.
pub(crate) fn is_to_come(book: &Book, exchange: &Exchange, ids: &[ConsolidatedId]) -> bool {
    let summed = Summed::whole(book, exchange, None);
    let open = |id: &ConsolidatedId| summed.wanted.contains_key(id);
    let next = |id: &ConsolidatedId| {
        let sources = summed.documents(exchange, *id);
        sources.iter().filter_map(|one| summed.goes.get(one)).any(|goes| !ids.contains(goes))
    };
    ids.iter().any(|id| open(id) || next(id))
}

/// The newest version of what it sums up.
pub(crate) fn version(book: &Book, sources: &[book::Held]) -> u32 {
    sources.iter().map(|held| book.changed(held.document)).max().unwrap_or(0)
}

/// Whether it stays as it is: somebody approved it, or money is on it (CNS-3).
fn is_frozen(held: &Held) -> bool {
    held.is_applied() || !matches!(held.status, HeldStatus::Draft | HeldStatus::Awaiting)
}

/// What of a link stands in Xero and counts for something.
fn standing(link: &Link) -> Option<(&Held, &Paper)> {
    let held = link.now.as_deref().filter(|held| !held.status.is_gone())?;
    Some((held, link.ours.as_deref()?))
}

/// Those in Xero that hold a document, by document.
pub(crate) type HeldBy = BTreeMap<DocumentId, Vec<ConsolidatedId>>;

/// Which consolidated invoices in Xero hold each document.
pub(crate) fn held(exchange: &Exchange) -> HeldBy {
    let mut held = HeldBy::new();
    for (id, link) in exchange.consolidated() {
        for one in standing(link).into_iter().flat_map(|(_, ours)| &ours.sources) {
            held.entry(one.document).or_default().push(id);
        }
    }
    held
}

/// What is summed up, worked out once for many documents and kept up to date by the planner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summed {
    today: Option<Day>,
    sources: BTreeMap<DocumentId, Source>,
    /// What each one should say.
    wanted: BTreeMap<ConsolidatedId, Consolidated>,
    /// Where something of a document has to go, or stands and can still be changed.
    goes: BTreeMap<DocumentId, ConsolidatedId>,
    /// Those in Xero that hold a document.
    held: HeldBy,
    looks: BTreeMap<ConsolidatedId, Look>,
}

impl Summed {
    /// All of it, without looks.
    fn whole(book: &Book, exchange: &Exchange, today: Option<Day>) -> Summed {
        let open = Open::of(exchange);
        let mut summed = Summed { today, ..Summed::default() };
        let world = World { book, exchange, open: &open, summed: None, today };
        summed.find_sources(world, None, &BTreeSet::new());
        summed.sum_up(exchange);
        summed
    }

    /// What becomes of each.
    pub(crate) fn looks(&self) -> impl Iterator<Item = &Look> {
        self.looks.values()
    }

    /// The same with which it is.
    pub(crate) fn looks_by_id(&self) -> impl Iterator<Item = (ConsolidatedId, &Look)> {
        self.looks.iter().map(|(id, look)| (*id, look))
    }

    /// The company's date: what is for a day that isn't over waits. None: all days are over.
    pub(crate) fn set_today(&mut self, today: Option<Day>) {
        self.today = today;
    }

    /// Works out anew what may be different since these documents (none: all) and consolidated invoices changed; the documents
    /// that have to be looked at for it.
    pub(crate) fn refresh(
        &mut self,
        world: World<'_>,
        changed: Option<&BTreeSet<DocumentId>>,
        touched: &BTreeSet<ConsolidatedId>,
    ) -> BTreeSet<DocumentId> {
        let before = std::mem::take(&mut self.wanted);
        if self.find_sources(world, changed, touched) {
            self.sum_up(world.exchange);
        } else {
            self.wanted = before.clone();
        }
        let all = self.wanted.keys().copied().chain(world.exchange.consolidated().map(|(id, _)| id));
        // Money on a document changes what becomes of those that hold it.
        let paid: BTreeSet<ConsolidatedId> =
            changed.into_iter().flatten().filter_map(|id| self.held.get(id)).flatten().copied().collect();
        // What is too much on one may go to another with the same document.
        let paid: BTreeSet<ConsolidatedId> = paid
            .iter()
            .chain(touched)
            .flat_map(|id| self.near(world.exchange, *id))
            .chain(paid.iter().copied())
            .collect();
        let mut again = BTreeSet::new();
        for id in all.collect::<BTreeSet<_>>() {
            let then = self.looks.get(&id);
            let is_same = before.get(&id) == self.wanted.get(&id) && !touched.contains(&id);
            if changed.is_some() && is_same && !paid.contains(&id) && then.is_some_and(Look::is_at_rest) {
                continue;
            }
            let look = self.look(world, id);
            let is_news = then.is_none_or(|then| then.disposition != look.disposition);
            if is_news || !is_same {
                again.extend(self.documents(world.exchange, id));
                again.extend(before.get(&id).into_iter().flat_map(documents));
            }
            self.looks.insert(id, look);
        }
        let is_there =
            |id: &ConsolidatedId| self.wanted.contains_key(id) || link(world.exchange, id).is_some();
        for id in self.looks.keys().copied().filter(|id| !is_there(id)).collect::<Vec<_>>() {
            self.looks.remove(&id);
            again.extend(before.get(&id).into_iter().flat_map(documents));
        }
        again
    }

    /// Those that hold a document with it.
    fn near(&self, exchange: &Exchange, id: ConsolidatedId) -> BTreeSet<ConsolidatedId> {
        let ours = link(exchange, &id).and_then(standing).map(|(_, ours)| &ours.sources);
        let holders = ours.into_iter().flatten().filter_map(|one| self.held.get(&one.document));
        holders.filter(|holders| holders.len() > 1).flatten().copied().collect()
    }

    /// The documents that it sums up, there and here.
    fn documents(&self, exchange: &Exchange, id: ConsolidatedId) -> BTreeSet<DocumentId> {
        let ours = link(exchange, &id).and_then(|link| link.ours.as_deref());
        let there = ours.into_iter().flat_map(|paper| &paper.sources).map(|held| held.document);
        there.chain(self.wanted.get(&id).into_iter().flat_map(documents)).collect()
    }

    /// Finds which documents are summed up; whether anything may be different.
    fn find_sources(
        &mut self,
        world: World<'_>,
        changed: Option<&BTreeSet<DocumentId>>,
        touched: &BTreeSet<ConsolidatedId>,
    ) -> bool {
        let mut is_other = changed.is_none() || !touched.is_empty();
        if is_other {
            self.held = held(world.exchange);
        }
        // What was held by one that changed may belong to nobody now.
        let whose: BTreeSet<Whose> = touched.iter().map(|id| id.whose).collect();
        let theirs = self.sources.iter().filter(|(_, source)| whose.contains(&source.whose));
        let theirs: BTreeSet<DocumentId> = theirs.map(|(id, _)| *id).collect();
        let all = || world.book.documents().map(|(id, _)| id).collect::<BTreeSet<_>>();
        let looked_at = changed.map_or_else(all, |changed| changed.union(&theirs).copied().collect());
        for id in looked_at {
            let now = self.source(world, id);
            if now.as_ref() != self.sources.get(&id) {
                is_other = true;
                match now {
                    Some(now) => self.sources.insert(id, now),
                    None => self.sources.remove(&id),
                };
            }
        }
        is_other
    }

    /// A document as a source; none if it isn't summed up.
    fn source(&self, world: World<'_>, id: DocumentId) -> Option<Source> {
        let World { book, exchange, open, .. } = world;
        let was = self.held.get(&id).and_then(|held| held.last()).map(|held| held.whose);
        let is_invoice = matches!(book.document(id)?.content(), Content::Invoice(_));
        let own = Subject::Document(id);
        if !is_invoice || exchange.link(&own).is_some() || open.batch(&own).is_some() {
            return None;
        }
        let case = Case::new(world, id, own)?;
        let is_late = was.is_none() && case.saved() < exchange.connected_after();
        if is_late || self.is_alone(&case) || case.said.excluded.is_some() || case.said.added == Switch::On {
            return None;
        }
        book.consolidation_source(id, was)
    }

    /// Whether it goes alone though its kind is summed up, for it was paid in advance; none holds it, and none with it is under way.
    fn is_alone(&self, case: &Case<'_>) -> bool {
        let is_part = self.held.contains_key(&case.id) || case.world.open.with_source(case.id).is_some();
        !is_part && is_paid_in_advance(case)
    }

    /// What each should say, and where each document goes.
    fn sum_up(&mut self, exchange: &Exchange) {
        let approved = exchange.consolidated().filter_map(|(id, link)| {
            let (_, ours) = standing(link).filter(|(held, _)| is_frozen(held))?;
            let ConsolidatedId { whose, currency, first, .. } = id;
            Some(Frozen { whose, currency, first, last: ours.date, sources: ours.sources.clone() })
        });
        let approved: Vec<Frozen> = approved.collect();
        let sources: Vec<Source> = self.sources.values().cloned().collect();
        // No money can hold it: nothing of it goes.
        let all = consolidate(&sources, &approved).unwrap_or_default();
        let some = all.into_iter().filter(|one| !one.lines.is_empty());
        let id = |one: &Consolidated| {
            let Consolidated { whose, currency, first, kind, .. } = *one;
            ConsolidatedId { whose, currency, first, kind }
        };
        self.wanted = some.map(|one| (id(&one), one)).collect();
        let goes = self.wanted.iter().flat_map(|(id, one)| documents(one).map(|document| (document, *id)));
        self.goes = goes.collect();
    }
}

/// Whether money was paid on it before it was an invoice that is, or goes, to Xero as a prepayment (DOC-17).
///
/// Xero uses a prepayment only on an invoice to the same contact, and what sums up a channel names one of its customers.
pub(crate) fn is_paid_in_advance(case: &Case<'_>) -> bool {
    let World { book, exchange, .. } = case.world;
    let is_paid = || book.settlement(case.id).is_some_and(|money| !money.advances.is_zero());
    is_paid() && (exchange.settings().payments.go() || crate::advances::has_any(exchange, case.id))
}

fn documents(one: &Consolidated) -> impl Iterator<Item = DocumentId> {
    one.sources.iter().map(|held| held.document)
}

fn link<'a>(exchange: &'a Exchange, id: &ConsolidatedId) -> Option<&'a Link> {
    exchange.link(&Subject::Consolidated(*id))
}
