//! What events do to a book. Total: `decide` has checked everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use thin_vec::ThinVec;

use crate::approval::{self, ApprovalStep};
use crate::attachments;
use crate::book::{Book, ItemKind, ItemState, Series};
use crate::closing;
use crate::command::{Event, Thing};
use crate::content::{Content, Kind, Taking};
use crate::day::Day;
use crate::document::{Closed, Document, Life};
use crate::documents;
use crate::ids::{DocumentId, ItemId, LotId};
use crate::master::Record;
use crate::names::Text;
use crate::posted_for::PostedFor;
use crate::stock::{Direction, Standing, plus};

pub(crate) fn apply(book: &mut Book, event: &Event) {
    match event {
        Event::Opened { base } => book.base = *base,
        Event::RecordSaved { id, external, record, from } => save_record(book, *id, external, record, *from),
        Event::Archived(thing) => set_archived(book, *thing, true),
        Event::Restored(thing) => set_archived(book, *thing, false),
        Event::Noted { on, text } => {
            let seq = book.seq();
            let mut notes = book.notes.get(on).cloned().unwrap_or_default();
            Arc::make_mut(&mut notes).push((seq, text.clone()));
            book.notes.insert_mut(*on, notes);
        }
        Event::RateSaved { currency, day, rate } => {
            let rates = Arc::make_mut(&mut book.rates).entry(*currency).or_default();
            match rates.binary_search_by_key(day, |entry| entry.0) {
                Ok(at) => rates[at].1 = *rate,
                Err(at) => rates.insert(at, (*day, *rate)),
            }
        }
        Event::SeriesSaved { kind, prefix, next } => {
            let series = Series { prefix: prefix.clone(), next: *next };
            Arc::make_mut(&mut book.series).insert(*kind, series);
        }
        Event::Saved { document, number, external, content } => {
            save(book, *document, number, external, content)
        }
        Event::Withdrawn { document, how } => set_life(book, *document, Life::from(*how)),
        Event::LineClosed { order, line, day, closing } => {
            close_line(book, *order, *line, Some(Closed { line: *line, day: *day, closing: *closing }));
        }
        Event::LineReopened { order, line } => close_line(book, *order, *line, None),
        Event::SettingsSaved(settings) => book.settings = settings.clone(),
        Event::Submitted(document) => approval::step(book, *document, ApprovalStep::Submitted),
        Event::Approved { document, accepted } => {
            approval::step(book, *document, ApprovalStep::Approved(accepted.clone()));
        }
        Event::Rejected { document, why } => {
            approval::step(book, *document, ApprovalStep::Rejected(why.clone()));
        }
        Event::BooksClosed { until } => closing::closed(book, *until),
        Event::Attached { on, file } => attachments::keep(book, *on, &file.name, Some(file.clone())),
        Event::Detached { on, name } => attachments::keep(book, *on, name, None),
    }
}

fn save_record(book: &mut Book, id: u32, external: &Option<Text>, record: &Record, from: Day) {
    let seq = book.seq();
    let kind = match record.clone() {
        Record::Unit(r) => (book.units.save(id, r, seq), "unit").1,
        Record::Category(r) => (book.categories.save(id, r, seq), "category").1,
        Record::Item(r) => (save_item(book, ItemId(id), r, from), "item").1,
        Record::Site(r) => (book.sites.save(id, r, seq), "site").1,
        Record::Warehouse(r) => (book.warehouses.save(id, r, seq), "warehouse").1,
        Record::Party(r) => (book.parties.save(id, r, seq), "party").1,
        Record::TrackingCategory(r) => (book.tracking_categories.save(id, r, seq), "tracking category").1,
        Record::TrackingOption(r) => (book.tracking_options.save(id, r, seq), "tracking option").1,
        Record::Reason(r) => (book.reasons.save(id, r, seq), "reason").1,
        Record::Channel(r) => (book.channels.save(id, r, seq), "sales channel").1,
        Record::ApprovalRule(r) => (book.approval_rules.save(id, r, seq), "approval rule").1,
        Record::Workstation(r) => (book.workstations.save(id, r, seq), "workstation").1,
        Record::BillOfMaterials(r) => (save_bill(book, id, r), "bill of materials").1,
        Record::Routing(r) => (save_routing(book, id, r), "routing").1,
    };
    if let Some(external) = external {
        book.externals.insert_mut(format!("{kind}:{external}").into(), id);
    }
}

/// A bill of materials is found by what it makes and by what goes in.
fn save_bill(book: &mut Book, id: u32, record: crate::master::BillOfMaterials) {
    let seq = book.seq();
    for number in 0..book.item_states.len() {
        let used = &book.item_states[number].used_in;
        if used.contains(&id) {
            book.item_states[number].used_in.retain(|one| *one != id);
        }
    }
    add(&mut book.item_states[record.item.index()].bills, id);
    for part in &record.parts {
        add(&mut book.item_states[part.item.index()].used_in, id);
    }
    book.bills_of_materials.save(id, record, seq);
}

fn save_routing(book: &mut Book, id: u32, record: crate::master::Routing) {
    let seq = book.seq();
    add(&mut book.item_states[record.item.index()].routings, id);
    book.routings.save(id, record, seq);
}

fn add(ids: &mut Vec<u32>, id: u32) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

/// An item's making, category or options may change its account: stock and work in progress are carried over on that day
/// (ACC-3, POST-11.1, POST-25).
fn save_item(book: &mut Book, id: ItemId, record: crate::master::Item, from: Day) {
    let seq = book.seq();
    let (kind, order) = (ItemKind::from(&record), record.order);
    if id.index() >= book.item_states.len() {
        book.item_states.push(ItemState {
            shelves: Vec::new(),
            kinds: vec![(Day::FIRST, kind)],
            progress: Vec::new(),
            bills: Vec::new(),
            used_in: Vec::new(),
            routings: Vec::new(),
        });
        book.items.save(id.0, record, seq);
        return;
    }
    book.items.save(id.0, record, seq);
    let shelves: Vec<u32> = book.item_states[id.index()].shelves.iter().map(|entry| entry.1).collect();
    for shelf in &shelves {
        if book.shelves[*shelf as usize].order != order {
            book.shelf_mut(*shelf).order = order;
            book.sort_shelf(*shelf);
        }
    }
    let last = book.item_states[id.index()].kinds.last().map(|last| last.1);
    if last == Some(kind) {
        return;
    }
    let posted = PostedFor::of(book, id);
    posted.post(book, Direction::Retract);
    let state = &mut book.item_states[id.index()];
    state.kinds.retain(|one| one.0 < from);
    state.kinds.push((from, kind));
    // The next posting makes it anew.
    state.progress.clear();
    for shelf in shelves {
        let warehouse = book.shelves[shelf as usize].warehouse;
        let key = book.stock_key(warehouse, kind);
        let keys = &mut book.shelf_mut(shelf).keys;
        keys.retain(|entry| entry.0 < from);
        if keys.last().is_none_or(|last| last.1 != key) {
            keys.push((from, key));
        }
    }
    posted.post(book, Direction::Assert);
}

/// The document that decides what a lot costs.
pub(crate) fn owner(book: &Book, lot: LotId) -> DocumentId {
    let from = book.lots[lot.index()].from.document;
    match &book.documents[from.index()].content {
        Content::Receipt(c) => c.order,
        Content::VendorReturn(c) => c.order,
        Content::TransferReceipt(c) => c.transfer,
        Content::CustomerReturn(c) => c.shipment,
        Content::PutBack(c) => c.of,
        Content::Completion(c) => c.order,
        _ => from,
    }
}

fn set_archived(book: &mut Book, thing: Thing, archived: bool) {
    match thing {
        Thing::Unit(id) => book.units.set_archived(id, archived),
        Thing::Category(id) => book.categories.set_archived(id, archived),
        Thing::Item(id) => book.items.set_archived(id, archived),
        Thing::Site(id) => book.sites.set_archived(id, archived),
        Thing::Warehouse(id) => book.warehouses.set_archived(id, archived),
        Thing::Party(id) => book.parties.set_archived(id, archived),
        Thing::TrackingCategory(id) => book.tracking_categories.set_archived(id, archived),
        Thing::TrackingOption(id) => book.tracking_options.set_archived(id, archived),
        Thing::Reason(id) => book.reasons.set_archived(id, archived),
        Thing::Channel(id) => book.channels.set_archived(id, archived),
        Thing::ApprovalRule(id) => book.approval_rules.set_archived(id, archived),
        Thing::Workstation(id) => book.workstations.set_archived(id, archived),
        Thing::BillOfMaterials(id) => book.bills_of_materials.set_archived(id, archived),
        Thing::Routing(id) => book.routings.set_archived(id, archived),
        Thing::Document(_) => {}
    }
}

fn save(book: &mut Book, id: DocumentId, number: &Text, external: &Option<Text>, content: &Content) {
    let seq = book.seq();
    let kind = content.kind();
    if let Some(external) = external {
        book.externals.insert_mut(format!("{}:{external}", kind.words()).into(), id.0);
    }
    count_in(book, content);
    let before = book.document(id).map(|document| document.content.clone());
    approval::saved(book, id, before.as_ref(), content);
    documents::bill::name_paper(book, id, before.as_ref(), content);
    let is_new = id.index() >= book.documents.len();
    if is_new {
        number_used(book, kind, number);
        book.numbers.insert(kind as u8, number, id.0);
        book.documents.push(Document {
            number: number.clone(),
            content: content.clone(),
            life: Life::Live,
            created: seq,
            lines: ThinVec::new(),
            dependents: ThinVec::new(),
            rest: None,
        });
        name(book, id, content);
        let touched = documents::touched(book, id, content);
        // The document itself is new: until it is put, it must not count for those it names.
        book.documents[id.index()].life = Life::Deleted;
        book.change(&touched, |book| {
            book.documents[id.index()].life = Life::Live;
            documents::put(book, id);
        });
        return;
    }
    let old = book.documents[id.index()].content.clone();
    let mut touched = documents::touched(book, id, &old);
    touched.extend(documents::touched(book, id, content));
    if book.documents[id.index()].number != *number {
        let before = book.documents[id.index()].number.clone();
        book.numbers.remove(kind as u8, &before, id.0);
        book.numbers.insert(kind as u8, number, id.0);
        book.documents[id.index()].number = number.clone();
    }
    book.change(&touched, |book| {
        book.release_all(id);
        if matches!(old, Content::Revaluation(_)) {
            documents::revaluation::take_back(book, id);
        }
        unname(book, id, &old);
        let document = &mut book.documents[id.index()];
        if document.life != Life::Live {
            document.life = Life::Live;
            document.rest_mut().turns.push((seq, Life::Live));
        }
        document.content = content.clone();
        document.rest_mut().versions.push((seq, old.clone()));
        name(book, id, content);
        // Lots that a receipt's returns made smaller follow the old and the new content.
        if let Content::VendorReturn(back) = &old {
            for line in &back.lines {
                documents::vendor_return::shrink(book, line.receipt);
            }
        }
        documents::put(book, id);
    });
}

fn name(book: &mut Book, id: DocumentId, content: &Content) {
    for named in documents::named(content) {
        let dependents = &mut book.documents[named.index()].dependents;
        // In order of entry, also after a change: shares are cumulative in that order.
        if let Err(place) = dependents.binary_search(&id) {
            dependents.insert(place, id);
        }
    }
}

fn unname(book: &mut Book, id: DocumentId, content: &Content) {
    for named in documents::named(content) {
        book.documents[named.index()].dependents.retain(|one| *one != id);
    }
}

/// A number made by its series moves the series on.
fn number_used(book: &mut Book, kind: Kind, number: &str) {
    let default = || Series { prefix: kind.prefix().into(), next: 1 };
    let series = Arc::make_mut(&mut book.series).entry(kind).or_insert_with(default);
    let used = number.strip_prefix(&*series.prefix).and_then(|rest| rest.parse::<u32>().ok());
    if let Some(used) = used.filter(|used| *used >= series.next) {
        series.next = used.saturating_add(1);
    }
}

fn count_in(book: &mut Book, content: &Content) {
    for (quantity, amount) in crate::measures::measures(book, content) {
        book.enter(i128::from(quantity.millionths()));
        book.enter(i128::from(amount.minor()));
    }
}

fn set_life(book: &mut Book, id: DocumentId, life: Life) {
    let seq = book.seq();
    let content = book.documents[id.index()].content.clone();
    let touched = documents::touched(book, id, &content);
    book.change(&touched, |book| {
        book.release_all(id);
        let document = &mut book.documents[id.index()];
        document.life = life;
        document.rest_mut().turns.push((seq, life));
        documents::put(book, id);
    });
    if life == Life::Deleted {
        let document = &book.documents[id.index()];
        let (kind, number) = (document.kind(), document.number.clone());
        book.numbers.remove(kind as u8, &number, id.0);
    }
}

fn close_line(book: &mut Book, order: DocumentId, line: u16, closed: Option<Closed>) {
    let content = book.documents[order.index()].content.clone();
    let touched = documents::touched(book, order, &content);
    book.change(&touched, |book| {
        let rest = book.documents[order.index()].rest_mut();
        rest.closed.retain(|one| one.line != line);
        rest.closed.extend(closed);
    });
}

impl Book {
    /// This book with everything given back that a document booked or took.
    pub(crate) fn released(&self, id: DocumentId) -> Book {
        let mut fork = self.clone();
        fork.release_all(id);
        fork
    }

    /// This book without a document's effect.
    pub(crate) fn without(&self, id: DocumentId) -> Book {
        let mut fork = self.clone();
        set_life(&mut fork, id, Life::Deleted);
        fork
    }

    /// What a document's line has booked or taken, lot by lot.
    pub(crate) fn takings_of(&self, id: DocumentId, line: usize) -> Vec<Taking> {
        let mut takings: Vec<Taking> = Vec::new();
        let Some(state) = self.documents[id.index()].lines.get(line) else { return takings };
        for movement in state.movements().map(|id| &self.movements[id.index()]) {
            if movement.standing == Standing::Released {
                continue;
            }
            match takings.iter_mut().find(|taking| taking.lot == movement.lot) {
                Some(taking) => taking.quantity = plus(taking.quantity, movement.quantity),
                None => takings.push(Taking { lot: movement.lot, quantity: movement.quantity }),
            }
        }
        takings
    }

    /// Whether a lot's cost stands, however far, on what a document took or made.
    pub(crate) fn comes_from(&self, lot: LotId, target: DocumentId) -> bool {
        let (mut open, mut seen) = (vec![lot], BTreeSet::new());
        while let Some(lot) = open.pop() {
            if !seen.insert(lot) {
                continue;
            }
            if owner(self, lot) == target {
                return true;
            }
            let from = self.lots[lot.index()].from;
            match &self.documents[from.document.index()].content {
                Content::CustomerReturn(_) | Content::PutBack(_) => {
                    let lines = &self.documents[owner(self, lot).index()].lines;
                    let movements = lines.iter().flat_map(|state| state.movements());
                    open.extend(movements.map(|id| self.movements[id.index()].lot));
                }
                Content::Completion(_) | Content::Receipt(_) => open.extend(self.made_of(from)),
                Content::TransferReceipt(_) => open.push(LotId(self.lots[lot.index()].parent)),
                _ => {}
            }
        }
        false
    }
}
