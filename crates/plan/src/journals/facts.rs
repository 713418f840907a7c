//! What became of every fact: five sums for each account and day, which come to what the book says (POST-21).
//!
//! ```text
//! 630 Purchases, 2 March   −115.00 = posted −115.00 (journal)                      the goods
//! 630 Purchases, 4 March    115.00 = covered 0.00 + waiting 115.00 (a draft bill)  their bill
//! ```
//! Sums, not lists: whatever a journal or a document leaves out stands in the difference, and so somewhere here. Facts before
//! the cut-over are excluded: they are the opening. Not here: why Xero's balances differ (reconciliation).

use std::collections::BTreeMap;

use book::{Book, Content, Day, Document, DocumentId, Section};
use money::Amount;

use crate::disposition::{Disposition, State, disposition};
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::journals::due::{Kept, due};
use crate::journals::expected::{Target, merged, outstanding, sum, target};
use crate::journals::paper::JournalOf;
use crate::journals::posted::JournalState;
use crate::subject::Subject;

/// What became of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// A journal of ours has them.
    Posted,
    /// A document that is approved in Xero has them.
    Covered,
    /// They go by themselves: with the next run, on their day, once a draft is posted or a document approved.
    Waiting,
    /// A person has to do something.
    Blocked,
    /// They never go: a section is off, a document excluded, or it was before the cut-over.
    Excluded,
}

impl Became {
    /// All of them.
    pub const ALL: [Became; 5] =
        [Became::Posted, Became::Covered, Became::Waiting, Became::Blocked, Became::Excluded];

    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Became::Posted => "posted",
            Became::Covered => "covered",
            Became::Waiting => "waiting",
            Became::Blocked => "blocked",
            Became::Excluded => "excluded",
        }
    }
}

/// An account on a day: what the book says comes to these sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactSums {
    /// The account.
    pub account: Target,
    /// The day on which it counts in Xero.
    pub day: Day,
    /// In the order of `Became::ALL`.
    pub sums: [Amount; 5],
}

impl FactSums {
    /// What the book says.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.sums.iter().copied().fold(Amount::ZERO, sum)
    }
}

type Fact = ((Target, Day, Became), Amount);

/// What became of every fact up to a day.
#[must_use]
pub fn dispositions(book: &Book, exchange: &Exchange, until: Day) -> Vec<FactSums> {
    let mut facts: Vec<Fact> = Vec::new();
    out_of_journals(book, exchange, until, &mut facts);
    by_journals(book, exchange, until, &mut facts);
    by_documents(book, exchange, until, &mut facts);
    let mut rows: BTreeMap<(Target, Day), [Amount; 5]> = BTreeMap::new();
    for ((account, day, became), amount) in merged(facts) {
        rows.entry((account, day)).or_default()[became as usize] = amount;
    }
    rows.retain(|_, sums| sums.iter().any(|amount| !amount.is_zero()));
    rows.into_iter().map(|((account, day), sums)| FactSums { account, day, sums }).collect()
}

/// Facts of sections that are off, and of days before the cut-over.
fn out_of_journals(book: &Book, exchange: &Exchange, until: Day, facts: &mut Vec<Fact>) {
    let ledger = book.ledger();
    for delta in ledger.deltas().filter(|delta| delta.day <= until) {
        let section = delta.rule.row().section;
        if section == Section::Document
            || exchange.posts_from(section).is_some_and(|cut| cut.effect(delta.seq, delta.day).is_some())
        {
            continue;
        }
        for (key, amount) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
            if let Some(account) = target(exchange, ledger.name(key), delta.day) {
                facts.push(((account, delta.day, Became::Excluded), amount));
            }
        }
    }
}

/// What journals have, and what is still to come.
fn by_journals(book: &Book, exchange: &Exchange, until: Day, facts: &mut Vec<Fact>) {
    for (_, journal) in exchange.journals() {
        let JournalOf::Section(section) = journal.paper.of else { continue };
        let Some(cut) = exchange.posts_from(section) else { continue };
        let became = match journal.state() {
            JournalState::Open | JournalState::Draft => Became::Waiting,
            JournalState::Posted
            | JournalState::Edited
            | JournalState::Gone
            | JournalState::Left
            | JournalState::Again => Became::Posted,
        };
        for line in journal.counts().unwrap_or_else(|| journal.paper.lines.clone()) {
            if (cut.day..=until).contains(&line.day) {
                facts.push(((Target::Account(line.account), line.day, became), line.amount));
            }
        }
    }
    let difference = outstanding(book, exchange, until);
    let (_, back) = due(book, exchange, &difference, until);
    let blocked: Vec<(Section, Day)> = back
        .iter()
        .filter(|one| matches!(one.kept, Kept::Blocked(_)))
        .map(|one| (one.section, one.day))
        .collect();
    for (place, amount) in difference {
        let is_blocked = blocked.contains(&(place.section, place.day));
        let became = if is_blocked { Became::Blocked } else { Became::Waiting };
        facts.push(((place.account, place.day, became), amount));
    }
}

/// What documents post themselves, document by document.
fn by_documents(book: &Book, exchange: &Exchange, until: Day, facts: &mut Vec<Fact>) {
    let mut known: BTreeMap<DocumentId, Became> = BTreeMap::new();
    for one in book.contributions() {
        if one.rule.row().section != Section::Document || one.day > until {
            continue;
        }
        let Some(account) = target(exchange, &one.key, one.day) else { continue };
        let became = *known.entry(one.document).or_insert_with(|| of_document(book, exchange, one.document));
        facts.push(((account, one.day, became), one.amount));
    }
}

/// What became of what a document posts.
fn of_document(book: &Book, exchange: &Exchange, id: DocumentId) -> Became {
    if matches!(book.document(id).map(Document::content), Some(Content::AdjustingEntry(_))) {
        return Became::Covered;
    }
    let held = exchange.link(&Subject::Document(id)).and_then(|link| link.now.as_deref());
    match (held.map(|held| &held.status), disposition(book, exchange, id)) {
        (Some(status), _) if status.posts() => Became::Covered,
        (Some(HeldStatus::Voided | HeldStatus::Deleted), _) => Became::Blocked,
        (_, None) => Became::Excluded,
        (_, Some(Disposition::Differs(_))) => Became::Waiting,
        (_, Some(said)) => match said.state() {
            State::NotDue | State::Excluded => Became::Excluded,
            State::Blocked => Became::Blocked,
            State::Waiting | State::Sent | State::Approved | State::Paid | State::Changed => Became::Waiting,
        },
    }
}
