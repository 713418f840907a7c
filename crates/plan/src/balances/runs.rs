//! Which runs are due, and what becomes of what one found (BAL-2, BAL-3, BAL-7, POST-16).
//!
//! ```text
//! every month on the 31st, last run 28 Feb; on 2 May: due is 31 March, after it 30 April
//! ```
//! Runs that were missed are made up one after another, oldest first, each of its own day; of more than a month of missed days
//! the last thirty-one. Nothing is kept of what a run read: it is read again until its journal is sent. Not here: the time of day
//! and asking Xero (`sync`).

use book::{Book, Day, Text};
use money::Amount;

use super::{BalanceFound, BalanceSeen, Synchronisation};
use crate::command::Command;
use crate::exchange::Exchange;
use crate::journals::{JournalLine, JournalOf, JournalPaper, mark};
use crate::operation::{Basis, Body, Operation, Verb};
use crate::settings::{JournalStatus, LockPolicy, Switch};
use crate::subject::Subject;

/// Missed runs that are made up at most.
const MADE_UP: usize = 31;

/// A run that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceRun {
    /// The synchronisation's name.
    pub name: Text,
    /// The day it is of.
    pub day: Day,
}

/// What becomes of what a run found.
#[derive(Clone, Debug, PartialEq)]
pub enum BalanceStep {
    /// Nothing differs, or somebody has to say yes: it is recorded.
    Record(Box<Command>),
    /// A journal is sent.
    Post(Box<Operation>),
    /// It can't be made; why, and what to do.
    Blocked(String),
}

/// The runs that are due, one of each synchronisation; `has_come` says whether its time of a day has come.
pub fn balance_runs(
    book: &Book,
    exchange: &Exchange,
    today: Day,
    has_come: impl Fn(&Synchronisation, Day) -> bool,
) -> Vec<BalanceRun> {
    // A journal of a locked day goes on the first open one: before that, nothing has to be asked (POST-16).
    let locked = crate::journals::locked_until(book, exchange);
    if locked.is_some_and(|until| until >= today) {
        return Vec::new();
    }
    let due = |one: &Synchronisation| {
        let day = due_day(exchange, one, today, |day| has_come(one, day))?;
        Some(BalanceRun { name: one.name.clone(), day })
    };
    exchange.settings().synchronisations.iter().filter_map(due).collect()
}

fn due_day(
    exchange: &Exchange,
    one: &Synchronisation,
    today: Day,
    has_come: impl Fn(Day) -> bool,
) -> Option<Day> {
    let state = exchange.balance(&one.name);
    // Nobody knows yet what became of its last journal: what Xero says now may not be what it holds (BAL-7).
    if exchange.journals().any(|(_, journal)| journal.xero.is_none() && is_of(&journal.paper.of, one)) {
        return None;
    }
    if state.asked == Switch::On {
        return Some(state.yes.or(state.refused).unwrap_or(today));
    }
    if one.auto == Switch::Off || state.waits.is_some() || state.refused.is_some() {
        return None;
    }
    let Some(last) = state.last else {
        // It never ran: it begins with the last day on which it would have.
        let year_ago = Day::from_number(today.number() - 366);
        return days_after(one, year_ago, &has_come).last().copied();
    };
    let missed = days_after(one, last, &has_come);
    missed.get(missed.len().saturating_sub(MADE_UP)).copied()
}

/// Its days after one whose time has come.
fn days_after(one: &Synchronisation, day: Day, has_come: &impl Fn(Day) -> bool) -> Vec<Day> {
    let mut last = day;
    let next = || {
        last = one.interval.next_after(last).filter(|day| has_come(*day))?;
        Some(last)
    };
    std::iter::from_fn(next).collect()
}

fn is_of(of: &JournalOf, one: &Synchronisation) -> bool {
    matches!(of, JournalOf::Balance(seen) if super::state::key(&seen.name) == super::state::key(&one.name))
}

/// Whether a run's journal may be sent: nobody posted one of the synchronisation since its balance was read (BAL-7).
pub(crate) fn is_still_so(
    book: &Book,
    exchange: &Exchange,
    paper: &JournalPaper,
    seen: &BalanceSeen,
) -> bool {
    let Some(one) = exchange.settings().synchronisation(&seen.name) else { return false };
    let later =
        exchange.journals().any(|(_, other)| is_of(&other.paper.of, one) && other.changed > paper.basis);
    exchange.journal(paper.number).is_none()
        && !later
        && paper.lines.iter().any(|line| line.account == one.account)
        && crate::journals::locked_until(book, exchange).is_none_or(|until| paper.date > until)
}

/// What becomes of a run that read this balance in Xero.
#[must_use]
pub fn balance_step(
    book: &Book,
    exchange: &Exchange,
    run: &BalanceRun,
    said: xero::Decimal,
    today: Day,
) -> BalanceStep {
    let too_much = || BalanceStep::Blocked("the amounts are none that the currency can have".to_owned());
    let Some(one) = exchange.settings().synchronisation(&run.name) else {
        return BalanceStep::Blocked("it isn't there any more".to_owned());
    };
    let xero = Amount::parse(&said.trimmed(0).to_string(), book.base());
    let (Some(value), Ok(xero)) = (one.value(book, run.day), xero) else { return too_much() };
    let found = BalanceFound { day: run.day, book: value, xero };
    let Some(difference) = found.difference() else { return too_much() };
    let state = exchange.balance(&one.name);
    let record = |waits| {
        let seen = BalanceSeen { name: one.name.clone(), found, waits };
        BalanceStep::Record(Box::new(Command::SeeBalance(seen)))
    };
    if difference.is_zero() {
        return record(Switch::Off);
    }
    let locked = crate::journals::locked_until(book, exchange).filter(|until| run.day <= *until);
    let held = locked.is_some() && exchange.settings().journals.locked == LockPolicy::Hold;
    if (state.begun == Switch::Off || held) && state.yes != Some(run.day) {
        return record(Switch::On);
    }
    let date = locked.map_or(run.day, Day::next);
    if date > today {
        let why = format!("{} is locked, and the first open day, {date}, has not come yet", run.day);
        return BalanceStep::Blocked(why);
    }
    let Some(expense) = one.expense(exchange.settings(), run.day) else {
        let why = "no account has the role Balance synchronisation expense, and it has none of its own";
        return BalanceStep::Blocked(why.to_owned());
    };
    let paper =
        paper(book, exchange, (one, found), date, [(one.account, difference), (expense, -difference)]);
    BalanceStep::Post(Box::new(operation(book, exchange, paper)))
}

fn paper(
    book: &Book,
    exchange: &Exchange,
    (one, found): (&Synchronisation, BalanceFound),
    date: Day,
    lines: [(xero::XeroId<xero::Account>, Amount); 2],
) -> JournalPaper {
    let number = exchange.next_journal();
    let of =
        if date == found.day { String::new() } else { format!(" of {}", crate::journals::short(found.day)) };
    let text = format!("{} {} balance of {}{of}", mark(number), crate::journals::short(date), one.name);
    let line = |(account, amount)| JournalLine {
        account,
        tracking: book::Tracking::default(),
        names: Vec::new(),
        day: found.day,
        amount,
    };
    JournalPaper {
        number,
        of: JournalOf::Balance(BalanceSeen { name: one.name.clone(), found, waits: Switch::Off }),
        date,
        // A draft is on no account: the next run would post the same again.
        status: JournalStatus::Posted,
        cash_basis: exchange.settings().journals.cash_basis,
        text: text.into(),
        url: Text::default(),
        lines: lines.map(line).to_vec(),
        known: book.seq(),
        basis: exchange.seq(),
    }
}

fn operation(book: &Book, exchange: &Exchange, paper: JournalPaper) -> Operation {
    let record = crate::journals::body(book, exchange, &paper);
    Operation {
        subject: Subject::Journal(paper.number),
        verb: Verb::Create,
        name: format!("journal {}", paper.text),
        reason: "Xero's balance is another than the value of the warehouses".to_owned(),
        waits_for: Vec::new(),
        body: Body::Journal(Box::new(record)),
        mark: mark(paper.number),
        xero: None,
        paper: None,
        payment: None,
        allocation: None,
        credit: None,
        basis: Basis { version: paper.known, link: 0 },
        journal: Some(Box::new(paper)),
    }
}
