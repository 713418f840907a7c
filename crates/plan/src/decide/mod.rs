//! What a wish about Xero means, or why it is refused. Nothing changes here.
//!
//! The log is the arbiter: an intent about a thing that is under way, or that was planned from an older state, is refused, on
//! whatever node it was made. So a thing is sent once, whoever plans it (DOC-14). This file is the table of commands; what
//! changes nothing decides nothing. Not here: each command's rules, which stand in the file beside its kind.

pub(crate) mod advances;
pub(crate) mod allocations;
mod balances;
mod connection;
mod documents;
mod entries;
mod imports;
mod journals;
mod links;
pub(crate) mod payments;
mod reconciled;
mod runner;
mod settings;

pub(crate) use reconciled::ABSORBED;

use book::Book;

use crate::command::{Asking, Command, Decided};
use crate::event::Decision;
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::settings::Switch;
use crate::subject::Subject;

/// What a wish means for the log.
///
/// # Errors
/// Why it is refused.
pub fn decide(
    book: &Book,
    exchange: &Exchange,
    command: &Command,
    asking: Asking,
) -> Result<Decided, Refusal> {
    match command {
        Command::Connect { .. } => connection::connect(book, exchange, command, asking),
        Command::Disconnect => connection::disconnect(exchange),
        Command::LoseSignIn { why } => connection::lose_sign_in(exchange, why),
        Command::SaveSettings(wanted) => settings::save(book, exchange, (wanted, Switch::Off), asking),
        Command::AgreeSettings(wanted) => settings::save(book, exchange, (wanted, Switch::On), asking),
        Command::Enter(entries) => entries::enter(book, entries, asking),
        Command::Reconcile(said) => reconciled::say(exchange, said),
        Command::Hold(held) => settings::hold(exchange, *held),
        Command::SeeLists(seen) => settings::see_lists(book, exchange, seen, asking),
        Command::Import(chosen) => imports::import(book, exchange, chosen, asking),
        Command::Link { subject: Subject::Journal(number), xero } => {
            journals::choose_one(book, exchange, *number, *xero)
        }
        Command::Link { subject, xero } => links::link(book, exchange, subject, *xero, asking),
        Command::Unlink(subject) => links::unlink(book, exchange, subject),
        Command::Find(found) => links::find(exchange, found),
        Command::Decide { subject: Subject::Journal(number), decision: Decision::Retry } => {
            journals::retry(exchange, *number)
        }
        Command::Decide { subject, decision } => links::decide(book, exchange, subject, decision),
        Command::TakeOver(document) => documents::take_over(book, exchange, *document, asking),
        Command::CountTax(document) => documents::count_tax(book, exchange, *document, asking),
        Command::Correct(document) => documents::correct(book, exchange, *document, asking),
        Command::Intend(intent) => runner::intend(book, exchange, intent),
        Command::Settle(settlement) => runner::settle(exchange, settlement),
        Command::See(seen) => runner::see(exchange, seen),
        Command::SeePayments { whole, payments } => payments::see(exchange, whole, payments),
        Command::SeeBalance(seen) => balances::see(exchange, seen),
        Command::SyncBalance { name, agreed } => balances::ask(exchange, name, *agreed),
        Command::SeeJournals(seen) => journals::see(exchange, seen),
        Command::DecideJournal { number, choice } => journals::choose(exchange, *number, choice),
        Command::SeeDay => Ok(exchange.cut_over_come(book.seq(), asking.today).into()),
        Command::ApproveLocked => journals::approve_locked(book, exchange),
        Command::SeeCredits(seen) => payments::see_credits(exchange, seen),
        Command::TakePayments(of) => payments::take_all(book, exchange, of, asking),
        Command::ChoosePayments(of, choice) => payments::choose(book, exchange, of, choice, asking),
    }
}

/// Nothing new.
fn nothing() -> Decided {
    Decided::default()
}
