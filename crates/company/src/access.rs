//! Who may ask for what (CON-1, SEC-1): the book's table of acts, asked with a person's roles in a company.
//!
//! Only an administrator connects, configures and disconnects; a bookkeeper sends, links and imports. Whoever has the machine
//! (person 0) is an administrator everywhere. Not here: the table (`book::access`), sign-in (`web`).

use book::{Act, Book, Kind, PersonRole};
use plan::Command;
use wire::Problem;

use crate::installation::{Installation, Registered};

/// What a command about Xero is about; none is the runner's own, which no person asks for.
pub const fn about_xero(command: &Command) -> Option<Act> {
    match command {
        Command::Connect { .. }
        | Command::Disconnect
        | Command::SaveSettings(_)
        | Command::AgreeSettings(_) => Some(Act::Connection),
        Command::Hold(_)
        | Command::SeeLists(_)
        | Command::Link { .. }
        | Command::Unlink(_)
        | Command::Decide { .. }
        | Command::TakeOver(_)
        | Command::ChoosePayments(..)
        | Command::DecideJournal { .. }
        | Command::SyncBalance { .. }
        | Command::ApproveLocked
        | Command::Correct(_)
        | Command::CountTax(_)
        | Command::Import(_)
        | Command::Reconcile(_) => Some(Act::Exchange),
        Command::Enter(_) => Some(Act::Document(Kind::AdjustingEntry)),
        Command::LoseSignIn { .. }
        | Command::Find(_)
        | Command::Intend(_)
        | Command::Settle(_)
        | Command::See(_)
        | Command::SeeJournals(_)
        | Command::SeeBalance(_)
        | Command::SeePayments { .. }
        | Command::SeeCredits(_)
        | Command::TakePayments(_)
        | Command::SeeDay => None,
    }
}

/// A person in a company, by what they may do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    company: String,
    user: u32,
    roles: Vec<PersonRole>,
}

impl Member {
    /// A user in a company; whoever has the machine is user 0.
    #[must_use]
    pub fn of(installation: &Installation, company: &Registered, user: u32) -> Member {
        let roles = installation.roles(company.company, user).to_vec();
        Member { company: company.code.clone(), user, roles }
    }

    /// Whether they may do this.
    ///
    /// # Errors
    /// They may not: who may.
    pub fn may(&self, act: Act) -> Result<(), Problem> {
        if act.is_allowed(&self.roles) {
            return Ok(());
        }
        let what = match (act, act.words().0) {
            (Act::Document(_) | Act::Record(_), what) => format!("any {what}"),
            (Act::Submit, _) => "what waits for approval".to_owned(),
            (Act::Decide, _) => "what is approved".to_owned(),
            (_, what) => what,
        };
        Err(self.refused(&what, act.roles()))
    }

    /// Whether they may ask for a command of the book.
    ///
    /// # Errors
    /// They may not: who may.
    pub fn may_ask(&self, command: &book::Command, book: &Book) -> Result<(), Problem> {
        match Act::of(command, book) {
            Some(act) => self.may(act),
            None if book::may(command, book, &self.roles) => Ok(()),
            None => Err(self.refused("anything", &[])),
        }
    }

    fn refused(&self, what: &str, roles: &[PersonRole]) -> Problem {
        let mut who = vec!["an administrator"];
        who.extend(roles.iter().map(|role| role.words()));
        let own: Vec<&str> = self.roles.iter().map(|role| role.words()).collect();
        let message = format!("You may not change {what} in {}.", self.company);
        let remedy = format!("Ask somebody who may: {}.", who.join(", "));
        let problem = Problem::new("not-allowed", message, remedy).with("company", &self.company);
        problem.with("user", self.user).with("roles", own.join(", "))
    }
}

/// Whether a person may do this in a company.
///
/// # Errors
/// They may not: who may.
pub fn allowed(
    installation: &Installation,
    company: &Registered,
    user: u32,
    act: Act,
) -> Result<(), Problem> {
    Member::of(installation, company, user).may(act)
}
