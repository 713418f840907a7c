//! What a look found of our journals, and what people say of those that were changed in Xero (POST-16, POST-24).

use book::Book;

use crate::case::name;
use crate::command::Decided;
use crate::decide::nothing;
use crate::event::{Decision, Event, Linking, SeenJournal};
use crate::exchange::Exchange;
use crate::journals::{Journal, JournalChoice, JournalState, mark};
use crate::refusal::{Code, Refusal};
use crate::subject::{Guid, Subject};

pub(super) fn see(exchange: &Exchange, seen: &[SeenJournal]) -> Result<Decided, Refusal> {
    let is_new = |one: &&SeenJournal| {
        let known = exchange.journal(one.number).filter(|known| known.xero == Some(one.held.id));
        known.is_some_and(|known| known.now.as_ref() != Some(&one.held))
    };
    let seen: Vec<_> = seen.iter().filter(is_new).cloned().collect();
    if seen.is_empty() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroJournalsSeen(seen)].into())
}

fn not_so(number: u32, why: &str) -> Refusal {
    Refusal::new(Code::JournalNotSo).with("journal", mark(number)).with("why", why)
}

fn not_here(number: u32) -> Refusal {
    Refusal::new(Code::NothingHere).with("what", format!("journal {}", mark(number)))
}

/// Which of several things in Xero with its mark a journal is.
pub(super) fn choose_one(
    book: &Book,
    exchange: &Exchange,
    number: u32,
    xero: Guid,
) -> Result<Decided, Refusal> {
    let subject = Subject::Journal(number);
    let journal = exchange.journal(number).ok_or_else(|| not_here(number))?;
    if journal.xero == Some(xero) {
        return Ok(nothing());
    }
    if journal.xero.is_some() {
        return Err(not_so(number, "it is known which one it is"));
    }
    let found = exchange.found(&subject).unwrap_or_default();
    if !found.iter().any(|one| one.xero == xero) {
        let names: Vec<String> = found.iter().map(|one| format!("{} ({})", one.xero, one.name)).collect();
        let why = match names.is_empty() {
            true => "nobody has asked Xero yet which there are".to_owned(),
            false => format!("it is one of {}", names.join(", ")),
        };
        return Err(not_so(number, &why));
    }
    if let Some(other) = exchange.subject(xero) {
        let refusal = Refusal::new(Code::TakenElsewhere).with("candidate", xero);
        return Err(refusal.with("other", name(book, other)));
    }
    let (held, paper) = (None, None);
    Ok(vec![Event::XeroLinked { subject, xero, how: Linking::Chosen, held, paper, version: 0 }].into())
}

/// What Xero refused is tried again as it is (LOG-4).
pub(super) fn retry(exchange: &Exchange, number: u32) -> Result<Decided, Refusal> {
    let subject = Subject::Journal(number);
    if !exchange.was_refused(number) {
        return Err(match exchange.journal(number) {
            Some(_) => not_so(number, "Xero didn't refuse it"),
            None => not_here(number),
        });
    }
    if exchange.problem(&subject).is_none() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroDecided { subject, decision: Decision::Retry }].into())
}

pub(super) fn choose(exchange: &Exchange, number: u32, choice: &JournalChoice) -> Result<Decided, Refusal> {
    let refuse = |why: &str| not_so(number, why);
    let journal = exchange.journal(number).ok_or_else(|| not_here(number))?;
    match journal.state() {
        JournalState::Edited | JournalState::Gone | JournalState::Left => {}
        JournalState::Again => return Err(refuse("what it no longer says is posted again already")),
        JournalState::Open => return Err(refuse("nobody knows yet whether Xero has it")),
        JournalState::Posted | JournalState::Draft => return Err(refuse("it stands in Xero as it was sent")),
    }
    match choice {
        JournalChoice::Leave(why) if why.trim().is_empty() => {
            return Err(Refusal::new(Code::NoReason).with("name", mark(number)));
        }
        JournalChoice::Leave(why)
            if journal.state() == JournalState::Left
                && journal
                    .said
                    .as_ref()
                    .is_some_and(|(said, _)| *said == JournalChoice::Leave(why.clone())) =>
        {
            return Ok(nothing());
        }
        JournalChoice::Again if then(journal, choice).counts().is_none() => {
            let why = "what Xero holds of it has tax, or accounts or options that the journal didn't have; void it there first";
            return Err(refuse(why));
        }
        JournalChoice::Again | JournalChoice::Leave(_) => {}
    }
    Ok(vec![Event::XeroJournalDecided { number, choice: choice.clone() }].into())
}

/// The journal as it would be with a choice.
fn then(journal: &Journal, choice: &JournalChoice) -> Journal {
    let said = journal.now.clone().map(|now| (choice.clone(), now));
    Journal { said, ..journal.clone() }
}

pub(super) fn approve_locked(book: &Book, exchange: &Exchange) -> Result<Decided, Refusal> {
    if exchange.locked_approved() == book.seq() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroLockedApproved { after: book.seq() }].into())
}
