//! The plan of a moment: questions to ask, operations to carry out, and for every document what becomes of it.
//!
//! A plan is a function of book and exchange; nothing of it depends on the clock. What was looked at is not looked at again
//! before something it goes by has changed:
//! ```text
//! the document, what it names, what names it     the book's entries since (`Book::changed_since`)
//! its counterpart, problem, decision             the exchange's events since
//! a record, a setting of the book                everything
//! settings, lists, connection (the context)      everything
//! ```
//! and what waits, is blocked or about to go is looked at each time. The cache is never needed for correctness: the nightly
//! look looks at everything and must find nothing else.
//!
//! Not here: each rule (`disposition`, `papers`), carrying it out (`sync`).

use std::collections::{BTreeMap, BTreeSet};

use book::{BillTarget, Book, Content, Day, DocumentId, ItemId, PartyId};

use crate::allocations;
use crate::case::{Open, World, name, terms};
use crate::consolidated::Summed;
use crate::disposition::{Asks, Disposition, Look, State, look};
use crate::exchange::Exchange;
use crate::lists::Standing;
use crate::operation::{Basis, Body, Operation, Verb};
use crate::parts::{Part, part, version};
use crate::quotes;
use crate::records;
use crate::rules::stopped_because;
use crate::subject::{Guid, Subject};
use crate::why::Why;

/// What has to be asked of Xero before something can be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether Xero has contacts for these (DOC-8), by account number, then by name, archived ones too.
    Contacts(Vec<PartyId>),
    /// Whether Xero has items for these (DOC-9).
    Items(Vec<ItemId>),
    /// Whether Xero has documents of these ones' numbers (DOC-26).
    Numbers(Vec<DocumentId>),
    /// Whether Xero has bills that somebody made from these orders (SEL-11).
    BillsOf(Vec<DocumentId>),
    /// Which payments these documents have: what they say of them isn't what we know.
    PaymentsOf(Vec<Subject>),
}

/// What to do now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Why nothing leaves at all: then there is nothing to ask and no operation is ready, and what there is is a preview.
    pub stopped: Option<Why>,
    /// What has to be asked first.
    pub questions: Vec<Question>,
    /// What to do, in order; what waits for another comes after it.
    pub operations: Vec<Operation>,
    /// Links that need no call: the only candidate that fits.
    pub links: Vec<(Subject, Guid)>,
    /// Documents whose version in Xero is taken over without asking (DOC-23).
    pub takes: Vec<DocumentId>,
    /// What is paid in payments that are found to be the same on both sides, or come from Xero (PAY-1).
    pub pays: Vec<Subject>,
    /// Documents of whose tax nobody gives back a part that their cost doesn't have, or the other way round (TAX-6).
    pub costs: Vec<DocumentId>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.questions.is_empty()
            && self.operations.is_empty()
            && self.links.is_empty()
            && self.takes.is_empty()
            && self.costs.is_empty()
            && self.pays.is_empty()
    }
}

/// The state that was looked at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    book: u32,
    records: u32,
    exchange: u64,
    context: u64,
    today: Option<Day>,
}

/// Plans, and remembers what it need not look at again.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    seen: Option<Seen>,
    /// By document number; none for documents that Xero never has.
    states: Vec<Option<State>>,
    /// What isn't at rest.
    open: BTreeMap<DocumentId, Look>,
    /// What is summed up (CNS).
    summed: Summed,
    today: Option<Day>,
    plan: Plan,
}

impl Planner {
    /// The company's date: what is summed up goes when its days are over. Without it they all are.
    pub fn on(&mut self, today: Day) -> &mut Planner {
        self.today = Some(today);
        self
    }

    /// What to do now.
    pub fn plan(&mut self, book: &Book, exchange: &Exchange) -> &Plan {
        let now = Seen {
            book: book.seq(),
            records: book.records_changed(),
            exchange: exchange.seq(),
            context: exchange.context(),
            today: self.today,
        };
        if self.seen != Some(now) {
            self.look_again(book, exchange, now);
        }
        &self.plan
    }

    /// Forgets what it remembers and looks at everything; the documents whose state is another than what was remembered. There
    /// are none, unless something is wrong.
    pub fn look_at_everything(&mut self, book: &Book, exchange: &Exchange) -> Vec<DocumentId> {
        self.plan(book, exchange);
        let before = std::mem::take(self);
        self.today = before.today;
        self.plan(book, exchange);
        let ids = (0..).map(DocumentId::new);
        let states = ids.zip(before.states.iter().zip(&self.states));
        let others = states.filter(|(_, (then, now))| then != now).map(|(id, _)| id);
        let ids_of = |plan: &Plan| -> BTreeSet<DocumentId> {
            plan.operations.iter().filter_map(Operation::document).collect()
        };
        let planned = ids_of(&before.plan).symmetric_difference(&ids_of(&self.plan)).copied().collect();
        let others: BTreeSet<DocumentId> = others.chain(Vec::from_iter::<BTreeSet<_>>(planned)).collect();
        others.into_iter().collect()
    }

    /// How many documents are in each state, as of the last plan (LOG-5).
    #[must_use]
    pub fn counts(&self) -> BTreeMap<State, u32> {
        let mut counts: BTreeMap<State, u32> = State::ALL.iter().map(|state| (*state, 0)).collect();
        for state in self.states.iter().flatten() {
            *counts.entry(*state).or_default() += 1;
        }
        counts
    }

    /// The documents in a state, as of the last plan.
    pub fn in_state(&self, wanted: State) -> impl Iterator<Item = DocumentId> {
        let ids = (0..).map(DocumentId::new).zip(&self.states);
        ids.filter(move |(_, state)| **state == Some(wanted)).map(|(id, _)| id)
    }

    fn look_again(&mut self, book: &Book, exchange: &Exchange, now: Seen) {
        let open = Open::of(exchange);
        let world = World { book, exchange, open: &open, summed: None, today: now.today };
        let changed = self.changed(book, exchange, now);
        let mut summed = std::mem::take(&mut self.summed);
        summed.set_today(now.today);
        let about = self.seen.and_then(|seen| exchange.changed_since(seen.exchange)).unwrap_or_default();
        let touched = about.iter().filter_map(Subject::consolidated).collect();
        let parts = summed.refresh(world, changed.as_ref(), &touched);
        let world = World { summed: Some(&summed), ..world };
        match changed {
            Some(changed) => changed.union(&parts).for_each(|id| self.look_at(world, *id)),
            None => {
                (self.states, self.open) = Default::default();
                book.documents().for_each(|(id, _)| self.look_at(world, id));
            }
        }
        self.plan = assemble(world, &self.open, &summed);
        self.summed = summed;
        self.seen = Some(now);
    }

    /// What has to be looked at; none is everything.
    fn changed(&self, book: &Book, exchange: &Exchange, now: Seen) -> Option<BTreeSet<DocumentId>> {
        let seen = self.seen?;
        if (seen.context, seen.records) != (now.context, now.records) || seen.book > now.book {
            return None;
        }
        let mut changed: BTreeSet<DocumentId> = self.open.keys().copied().collect();
        changed.extend(book.changed_since(seen.book));
        changed.extend(book.money_moved_since(seen.book));
        for id in exchange.changed_since(seen.exchange)?.iter().filter_map(Subject::document) {
            changed.insert(id);
            // What of a credit is used on it is that document's business.
            changed.extend(allocations::givers(book, exchange, id));
            // A quote is invoiced when its invoice is there.
            changed.extend(quotes::quotes_of(book, id));
            // An order is set to Billed by what becomes of its bills.
            if let Some(Content::Bill(bill)) = book.document(id).map(book::Document::content) {
                changed.extend(bill.lines.iter().filter_map(|line| match line.target {
                    BillTarget::Order(at) => Some(at.document),
                    _ => None,
                }));
            }
        }
        Some(changed)
    }

    fn look_at(&mut self, world: World<'_>, id: DocumentId) {
        let Some(document) = world.book.document(id) else { return };
        let place = id.number() as usize;
        if self.states.len() <= place {
            self.states.resize(place + 1, None);
        }
        if terms(document.content()).is_none() {
            return;
        }
        let Some(look) = look(world, id) else { return };
        self.states[place] = Some(look.disposition.state());
        if look.is_at_rest() {
            self.open.remove(&id);
        } else {
            self.open.insert(id, look);
        }
    }
}

/// The plan of what isn't at rest.
fn assemble(world: World<'_>, looks: &BTreeMap<DocumentId, Look>, summed: &Summed) -> Plan {
    let mut plan = Plan::default();
    // What only a blocked document needs is asked for, but neither linked nor made.
    let mut needs: BTreeMap<&Subject, bool> = BTreeMap::new();
    for look in looks.values().chain(summed.looks()) {
        let comes = !matches!(look.disposition, Disposition::Blocked(_));
        look.needs.iter().for_each(|subject| *needs.entry(subject).or_default() |= comes);
    }
    let (mut contacts, mut items) = (Vec::new(), Vec::new());
    for (subject, comes) in needs {
        match (part(world, subject), subject) {
            (Part::Ask, Subject::Party(id)) => contacts.push(*id),
            (Part::Ask, Subject::Item(id)) => items.push(*id),
            (Part::Link(xero), _) if comes => plan.links.push((subject.clone(), xero)),
            (Part::Make, _) if comes => plan.operations.extend(make(world, subject)),
            _ => {}
        }
    }
    let asked = |asks: Asks| -> Vec<DocumentId> {
        looks.iter().filter(|(_, look)| look.asks == Some(asks)).map(|(id, _)| *id).collect()
    };
    let questions =
        [(contacts.is_empty(), Question::Contacts(contacts)), (items.is_empty(), Question::Items(items))];
    plan.questions.extend(questions.into_iter().filter(|(none, _)| !none).map(|(_, question)| question));
    let (numbers, bills) = (asked(Asks::Number), asked(Asks::Bills));
    let questions =
        [(numbers.is_empty(), Question::Numbers(numbers)), (bills.is_empty(), Question::BillsOf(bills))];
    plan.questions.extend(questions.into_iter().filter(|(none, _)| !none).map(|(_, question)| question));
    for look in looks.values().chain(summed.looks()) {
        plan.operations.extend(look.operations.iter().cloned());
        plan.links.extend(look.links.iter().cloned());
    }
    plan.operations.sort_by_key(order);
    let all = || {
        let documents = looks.iter().map(|(id, look)| (Subject::Document(*id), look));
        documents.chain(summed.looks_by_id().map(|(id, look)| (Subject::Consolidated(id), look)))
    };
    let asks = |(_, look): &(Subject, &Look)| look.asks == Some(Asks::Payments);
    let paid: Vec<Subject> = all().filter(asks).map(|(subject, _)| subject).collect();
    if !paid.is_empty() {
        plan.questions.push(Question::PaymentsOf(paid));
    }
    plan.pays = all().filter(|(_, look)| look.pays).map(|(subject, _)| subject).collect();
    plan.costs = looks.iter().filter(|(_, look)| look.costs).map(|(id, _)| *id).collect();
    plan.takes = looks.iter().filter(|(_, look)| look.takes).map(|(id, _)| *id).collect();
    match stopped_because(world.exchange) {
        None => plan,
        Some(because) => preview(plan, because.why("what is due")),
    }
}

/// What would go, if anything went.
fn preview(mut plan: Plan, stopped: Why) -> Plan {
    for operation in &mut plan.operations {
        operation.body = Body::Later;
    }
    Plan { stopped: Some(stopped), operations: plan.operations, ..Plan::default() }
}

/// What others need goes first; what hangs on a document last.
fn order(operation: &Operation) -> (u8, bool) {
    let class = match operation.subject {
        Subject::Party(_) => 0,
        Subject::Item(_) => 1,
        Subject::Tracking(_) | Subject::Option(_) => 2,
        Subject::Order(_) | Subject::Document(_) | Subject::Consolidated(_) => 3,
        Subject::File(..) => 4,
        Subject::Note(..) => 5,
        Subject::Credit(..) => 6,
        Subject::Allocation(..) => 7,
        Subject::Payment(..) | Subject::ConsolidatedPayment(..) => 8,
        Subject::Sent(..) => 9,
        Subject::Journal(_) => 10,
    };
    (class, !operation.is_ready())
}

/// A contact, item or option that nothing in Xero fits.
pub(crate) fn make(world: World<'_>, subject: &Subject) -> Option<Operation> {
    let World { book, exchange, .. } = world;
    let (body, mark) = match subject {
        Subject::Party(id) => {
            (Body::Contact(Box::new(records::contact(book, exchange, *id))), records::contact_mark(*id))
        }
        Subject::Item(id) => {
            let code = book.item(*id)?.record.code.clone();
            (Body::Item(Box::new(records::item(book, exchange, *id))), code)
        }
        Subject::Option(id) => {
            let option = &book.tracking_options().row(id.number())?.record;
            let category = tracking_category(world, option.category)?;
            let record = xero::TrackingOption {
                name: Some(option.code.to_string()),
                ..xero::TrackingOption::default()
            };
            (Body::Option(category, Box::new(record)), option.code.clone())
        }
        _ => return None,
    };
    Some(Operation {
        name: name(book, subject),
        subject: subject.clone(),
        verb: Verb::Create,
        reason: "a document needs it, and nothing in Xero fits".to_owned(),
        waits_for: Vec::new(),
        body,
        mark,
        xero: None,
        paper: None,
        payment: None,
        allocation: None,
        journal: None,
        credit: None,
        basis: Basis { version: version(book, subject), link: 0 },
    })
}

/// The category of an option to come, by its name.
fn tracking_category(
    world: World<'_>,
    id: book::TrackingCategoryId,
) -> Option<xero::XeroId<xero::TrackingCategory>> {
    let name = &world.book.tracking_categories().row(id.number())?.record.code;
    let same = |one: &&crate::lists::TrackingCategory| {
        one.standing == Standing::Active && one.name.trim().to_lowercase() == name.trim().to_lowercase()
    };
    world.exchange.lists().tracking.iter().find(same).map(|one| one.id)
}
