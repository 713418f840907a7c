//! What a document needs in Xero before it can go: its contact, its items, its tracking options (DOC-8, DOC-9, DOC-12).
//!
//! ```text
//! Nord: nobody has asked → ask;  nothing fits → it is made;  one fits → it is linked;  two fit, or an archived one → a person
//! ```
//! Matches count in this order: our own mark, the account number or code, the name in any case. Only the first of these that
//! finds anything counts. Not here: asking (`sync`), what is made of a supplier (`records`).

use book::Book;

use crate::allocations;
use crate::case::{World, name, word};
use crate::event::{Candidate, MatchedBy};
use crate::exchange::{Exchange, Problem};
use crate::subject::{Guid, Subject};
use crate::why::{Because, Reason, explained};

/// Where a part of a document stands.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Xero has it.
    There,
    /// Xero has to be asked.
    Ask,
    /// The only one that fits.
    Link(Guid),
    /// Nothing fits: it is made.
    Make,
    /// It is being made, in this batch.
    UnderWay(u32),
    /// A person has to do something.
    Stuck(Because),
}

/// Where a part stands.
pub(crate) fn part(world: World<'_>, subject: &Subject) -> Part {
    let World { book, exchange, open, .. } = world;
    if let Some(link) = exchange.link(subject) {
        let tracked = link.item.as_ref().is_some_and(|item| item.tracked);
        return match gone(exchange, subject) {
            Some(found) => Part::Stuck(left(world, subject, found)),
            None if tracked && exchange.found(subject).is_none() => Part::Ask,
            None => Part::There,
        };
    }
    if let Some(batch) = open.batch(subject) {
        return Part::UnderWay(batch);
    }
    if let Some(problem) = standing(book, exchange, subject) {
        let (meaning, remedy, words) = explained(&problem.messages);
        let because = Because::new(Reason::PartRefused).with("name", name(book, subject));
        let because = because.with("meaning", meaning).with("remedy", remedy).with("words", words);
        return Part::Stuck(because.with("subject", word(book, subject)));
    }
    if matches!(subject, Subject::Option(_) | Subject::Tracking(_)) {
        return Part::Make;
    }
    match exchange.found(subject) {
        None => Part::Ask,
        Some(found) => choose(world, subject, found),
    }
}

/// What a look said of a linked contact that people archived in Xero, or merged into another one, which is named then too.
pub(crate) fn gone<'a>(exchange: &'a Exchange, subject: &Subject) -> Option<&'a [Candidate]> {
    let link = exchange.link(subject).filter(|_| matches!(subject, Subject::Party(_)))?;
    let found = exchange.found(subject)?;
    found.iter().any(|one| one.xero == link.xero && one.archived).then_some(found)
}

fn left(world: World<'_>, subject: &Subject, found: &[Candidate]) -> Because {
    let into = found.iter().find(|one| !one.archived);
    let reason = if into.is_some() { Reason::ContactMerged } else { Reason::ContactArchived };
    let because = Because::new(reason).with("name", name(world.book, subject));
    let because = because.with("subject", word(world.book, subject));
    because.with("id", into.map_or_else(String::new, |one| one.xero.to_string()))
}

/// The problem of a thing, as long as nothing has changed since (LOG-4).
pub(crate) fn standing<'a>(book: &Book, exchange: &'a Exchange, subject: &Subject) -> Option<&'a Problem> {
    let problem = exchange.problem(subject)?;
    let is_so = problem.version == version(book, subject) && problem.context == exchange.context();
    (problem.refused && is_so).then_some(problem)
}

/// The version of what a thing stands for in the book.
pub(crate) fn version(book: &Book, subject: &Subject) -> u32 {
    let last = |versions: Option<u32>| versions.unwrap_or(0);
    match subject {
        Subject::Party(id) => last(book.party(*id).and_then(|row| row.versions.last()).map(|one| one.0)),
        Subject::Item(id) => last(book.item(*id).and_then(|row| row.versions.last()).map(|one| one.0)),
        Subject::Tracking(id) => last(
            book.tracking_categories().row(id.number()).and_then(|row| row.versions.last()).map(|one| one.0),
        ),
        Subject::Option(id) => last(
            book.tracking_options().row(id.number()).and_then(|row| row.versions.last()).map(|one| one.0),
        ),
        Subject::Document(id) | Subject::Order(id) => book.changed(*id),
        Subject::File(id, name) => {
            let mut files = book.attachments(book::Thing::Document(id.number()));
            last(files.find(|one| one.file.name == *name).map(|one| one.added))
        }
        Subject::Note(_, entry) => *entry,
        Subject::Credit(_, id) | Subject::Sent(id) => book.changed(*id),
        Subject::Allocation(from, to) => allocations::version(book, *from, *to),
        Subject::Payment(_, id) | Subject::ConsolidatedPayment(_, id) => book.changed(*id),
        // It has no version of its own: what it sums up has (`consolidated`).
        Subject::Consolidated(_) | Subject::Journal(_) => 0,
    }
}

/// Those that fit best: by mark, else by account number or code, else by name.
pub(crate) fn best(found: &[Candidate]) -> Vec<&Candidate> {
    let by = |ways: &[MatchedBy]| found.iter().filter(|one| ways.contains(&one.by)).collect::<Vec<_>>();
    let tiers: [&[MatchedBy]; 3] =
        [&[MatchedBy::Mark], &[MatchedBy::Code, MatchedBy::Tracked], &[MatchedBy::Name]];
    tiers.into_iter().map(by).find(|tier| !tier.is_empty()).unwrap_or_default()
}

fn choose(world: World<'_>, subject: &Subject, found: &[Candidate]) -> Part {
    let World { book, exchange, .. } = world;
    let fits = best(found);
    let because = |reason: Reason, which: &[&Candidate]| {
        let names: Vec<&str> = which.iter().map(|one| &*one.name).collect();
        let because = Because::new(reason).with("name", name(book, subject));
        let because = because.with("subject", word(book, subject)).with("candidates", names.join(", "));
        because.with("id", which.first().map_or_else(String::new, |one| one.xero.to_string()))
    };
    let active: Vec<&Candidate> = fits.iter().copied().filter(|one| !one.archived).collect();
    match (active.as_slice(), fits.as_slice()) {
        ([], []) => Part::Make,
        ([], archived) => Part::Stuck(because(Reason::MatchArchived, archived)),
        ([one], _) => match exchange.subject(one.xero).filter(|other| *other != subject) {
            Some(other) => {
                let because = because(Reason::LinkedElsewhere, &[one]);
                Part::Stuck(because.with("other", name(book, other)))
            }
            None if one.by == MatchedBy::Tracked => Part::Stuck(because(Reason::TrackedItem, &[one])),
            None => Part::Link(one.xero),
        },
        (several, _) => {
            let what = if matches!(subject, Subject::Item(_)) { "items" } else { "contacts" };
            let count = format!("{} {what}", several.len());
            Part::Stuck(because(Reason::TwoContacts, several).with("count", count))
        }
    }
}
