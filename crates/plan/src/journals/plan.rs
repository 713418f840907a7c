//! The journals of a moment: exactly those that the next run posts, with numbers, texts and bodies (POST-18).
//!
//! A function of (book, exchange, day): the nightly run of an evening that was missed takes that evening, and posts what
//! belongs to days up to it. Numbers are the next ones of the exchange; the log refuses a journal whose number is taken, or
//! one of whose days was posted to since it was worked out. Not here: the difference (`expected`), its cutting up (`due`).

use std::collections::BTreeSet;

use book::{Book, Day, Section, Text, Tracking, TrackingOptionId};

use crate::exchange::Exchange;
use crate::journals::behind::Behind;
use crate::journals::body::{Options, body, short};
use crate::journals::due::{Due, KeptBack, due, known};
use crate::journals::expected::{Amounts, difference, expected, nameable};
use crate::journals::paper::{JournalLine, JournalOf, JournalPaper, mark};
use crate::journals::posted::posted;
use crate::operation::{Basis, Body, Operation, Verb};
use crate::rules::stopped_because;
use crate::settings::{SECTIONS, Switch};
use crate::subject::Subject;
use crate::why::Why;

/// A journal that the next run posts.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// It.
    pub paper: JournalPaper,
    /// Its section.
    pub section: Section,
    /// Locked days to which parts of it belong.
    pub locked: Vec<Day>,
    /// Those of them that lie in a financial year before that of its date: shown apart before it is posted (POST-16).
    pub closed_year: Vec<Day>,
    /// Whether its days were posted to before: it adjusts what was posted then.
    pub adjusts: bool,
    /// What must be in Xero first: tracking options.
    pub waits_for: Vec<Subject>,
}

/// The journals of a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalPlan {
    /// Why nothing leaves at all; then the rest is what would go.
    pub stopped: Option<Why>,
    /// What the next run posts.
    pub journals: Vec<Proposal>,
    /// What it doesn't, and why.
    pub back: Vec<KeptBack>,
    /// Options that Xero can't name now, archived ones: what they are on goes without them, and is put right once it can.
    pub unnamed: BTreeSet<TrackingOptionId>,
}

/// Works the journals of a day out.
#[must_use]
pub fn plan(book: &Book, exchange: &Exchange, until: Day) -> JournalPlan {
    if exchange.settings().balances == Switch::Off {
        return JournalPlan::default();
    }
    let wanted = difference(expected(book, exchange, until), &posted(exchange, until));
    let unnamed = unnamed(book, exchange, &wanted);
    let (journals, back) = due(book, exchange, &nameable(book, exchange, wanted), until);
    let numbers = exchange.next_journal()..;
    let behind = Behind::of(book, exchange, &journals);
    let mut options = Options::of(book, exchange);
    let journals =
        journals.into_iter().zip(numbers).map(|due| propose(book, exchange, (&behind, &mut options), due));
    let stopped = stopped_because(exchange).map(|because| because.why("what is due"));
    let journals = journals.collect();
    JournalPlan { stopped, journals, back, unnamed }
}

/// The options of a difference that Xero can't name.
fn unnamed(book: &Book, exchange: &Exchange, difference: &Amounts) -> BTreeSet<TrackingOptionId> {
    let mut options = Options::of(book, exchange);
    let mut left = |tracking: Tracking| {
        let usable = options.usable(tracking);
        [0, 1].map(|place| tracking.0[place].filter(|_| usable.0[place].is_none()))
    };
    difference.keys().flat_map(|place| left(place.tracking)).flatten().collect()
}

/// From which day journals go, if that is after a day: `Journals go from 2026-03-01 on.`, with the sections unless it is all.
#[must_use]
pub fn journals_begin(exchange: &Exchange, after: Day) -> Option<String> {
    let later = exchange.begins_after(after);
    let goes = SECTIONS.into_iter().filter(|section| exchange.posts_from(*section).is_some()).count();
    let of = |(day, sections): (&Day, &Vec<Section>)| {
        let names: Vec<&str> = sections.iter().map(|section| section.name()).collect();
        let of = if sections.len() == goes { String::new() } else { format!(" of {}", names.join(", ")) };
        format!("Journals{of} go from {day} on; until then nothing of theirs is posted.")
    };
    (!later.is_empty()).then(|| later.iter().map(of).collect::<Vec<_>>().join(" "))
}

impl JournalPlan {
    /// What is sent now, in order; options that lines need come first.
    #[must_use]
    pub fn operations(&self, book: &Book, exchange: &Exchange) -> Vec<Operation> {
        if self.stopped.is_some() {
            return Vec::new();
        }
        let needs: BTreeSet<&Subject> = self.journals.iter().flat_map(|one| &one.waits_for).collect();
        let open = crate::case::Open::of(exchange);
        let world = crate::case::World { book, exchange, open: &open, summed: None, today: None };
        let made = needs.into_iter().filter_map(|subject| crate::planner::make(world, subject));
        let journals = self.journals.iter().map(|one| operation(book, exchange, one));
        made.chain(journals).collect()
    }
}

fn propose(
    book: &Book,
    exchange: &Exchange,
    (behind, options): (&Behind, &mut Options<'_>),
    (due, number): (Due, u32),
) -> Proposal {
    let settings = &exchange.settings().journals;
    let days: BTreeSet<Day> = due.lines.keys().map(|(_, _, day)| *day).collect();
    let locked = crate::journals::due::locked_until(book, exchange);
    let locked: Vec<Day> =
        days.iter().copied().filter(|day| locked.is_some_and(|until| *day <= until)).collect();
    let year = year_start(exchange, due.date);
    let closed_year = locked.iter().copied().filter(|day| year.is_some_and(|year| *day < year)).collect();
    let since = known(exchange, due.section, &days);
    let mut waits_for = BTreeSet::new();
    let line = |((account, tracking, day), amount)| {
        let (names, first) = options.names(tracking);
        waits_for.extend(first);
        JournalLine { account, tracking, names, day, amount }
    };
    let text = text((&due, number), &days, since, &behind.words(book, &due, &days, since));
    let (section, date) = (due.section, due.date);
    let lines = due.lines.into_iter().map(line).collect();
    let paper = JournalPaper {
        number,
        of: JournalOf::Section(section),
        date,
        status: settings.status,
        cash_basis: settings.cash_basis,
        text: text.into(),
        url: Text::default(),
        lines,
        known: book.seq(),
        basis: exchange.seq(),
    };
    let adjusts = since > 0;
    Proposal { paper, section, locked, closed_year, adjusts, waits_for: waits_for.into_iter().collect() }
}

/// `MB-000123 2 Mar 2026 production: 14 orders`
fn text((due, number): (&Due, u32), days: &BTreeSet<Day>, since: u32, what: &str) -> String {
    let said: Vec<String> = days.iter().filter(|day| **day != due.date).map(|day| short(*day)).collect();
    let of = match said.as_slice() {
        [] => String::new(),
        [one] => format!(" of {one}"),
        [first, .., last] => format!(" of {first} to {last}"),
    };
    let adjusted = if since > 0 { ", adjusted" } else { "" };
    format!("{} {} {}{of}{adjusted}: {what}", mark(number), short(due.date), due.section.name())
}

/// The first day of the financial year of a day.
pub(crate) fn year_start(exchange: &Exchange, day: Day) -> Option<Day> {
    let (end_day, end_month) = exchange.lists().organisation.as_ref()?.year_end;
    let (year, _, _) = day.parts();
    let end = |year| {
        let first = Day::new(year, end_month, 1)?;
        Some(Day::new(year, end_month, end_day).unwrap_or(first.last_of_month(0)))
    };
    let this = end(year)?;
    if day > this { Some(this.next()) } else { end(year - 1).map(Day::next) }
}

fn operation(book: &Book, exchange: &Exchange, one: &Proposal) -> Operation {
    let record = body(book, exchange, &one.paper);
    let waits = !one.waits_for.is_empty();
    Operation {
        subject: Subject::Journal(one.paper.number),
        verb: Verb::Create,
        name: format!("journal {}", one.paper.text),
        reason: "the book expects it, and it isn't posted".to_owned(),
        waits_for: one.waits_for.clone(),
        body: if waits { Body::Later } else { Body::Journal(Box::new(record)) },
        mark: mark(one.paper.number),
        xero: None,
        paper: None,
        payment: None,
        allocation: None,
        credit: None,
        journal: Some(Box::new(one.paper.clone())),
        basis: Basis { version: one.paper.known, link: 0 },
    }
}

/// Whether a journal may be sent: its number is free, and nobody posted to its days since it was worked out (DOC-14).
pub(crate) fn is_still_so(book: &Book, exchange: &Exchange, paper: &JournalPaper) -> bool {
    let section = match &paper.of {
        JournalOf::Section(section) => *section,
        JournalOf::Balance(seen) => return crate::balances::is_still_so(book, exchange, paper, seen),
    };
    let days: BTreeSet<Day> = paper.lines.iter().map(|line| line.day).collect();
    let later = |one: &crate::journals::posted::Journal| {
        one.changed > paper.basis
            && one.paper.basis != paper.basis
            && one.paper.of == paper.of
            && one.paper.lines.iter().any(|line| days.contains(&line.day))
    };
    exchange.journal(paper.number).is_none()
        && exchange.posts_from(section).is_some()
        && crate::journals::due::locked_until(book, exchange).is_none_or(|until| paper.date > until)
        && !exchange.journals().any(|(_, one)| later(one))
}
