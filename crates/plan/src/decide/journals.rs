//! What a look found of our journals, and what people say of those that were changed in Xero (POST-16, POST-24).

use book::Book;

use crate::command::Decided;
use crate::decide::nothing;
use crate::event::{Event, SeenJournal};
use crate::exchange::Exchange;
use crate::journals::{Journal, JournalChoice, JournalState, mark};
use crate::refusal::{Code, Refusal};

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

pub(super) fn choose(exchange: &Exchange, number: u32, choice: &JournalChoice) -> Result<Decided, Refusal> {
    let refuse = |why: &str| Refusal::new(Code::JournalNotSo).with("journal", mark(number)).with("why", why);
    let Some(journal) = exchange.journal(number) else {
        return Err(Refusal::new(Code::NothingHere).with("what", format!("journal {}", mark(number))));
    };
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
