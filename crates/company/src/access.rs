//! Who may ask for what about Xero (CON-1, SEC-1): the book's table of acts, asked with a person's roles in a company.
//!
//! Only an administrator connects, configures and disconnects; a bookkeeper sends, links and imports. Whoever has the machine
//! (person 0) is an administrator everywhere. Not here: sign-in (`web`).

use book::{Act, PersonRole};
use plan::Command;
use wire::Problem;

use crate::installation::{Installation, Registered, Role};

impl From<Role> for PersonRole {
    fn from(role: Role) -> PersonRole {
        match role {
            Role::Administrator => PersonRole::Administrator,
            Role::Bookkeeper => PersonRole::Bookkeeper,
            Role::Purchaser => PersonRole::Purchaser,
            Role::Approver => PersonRole::Approver,
            Role::Production => PersonRole::Production,
            Role::Warehouse => PersonRole::Warehouse,
            Role::Sales => PersonRole::Sales,
            Role::Viewer => PersonRole::Viewer,
        }
    }
}

/// What a command about Xero is about; none is the runner's own, which no person asks for.
pub const fn about_xero(command: &Command) -> Option<Act> {
    match command {
        Command::Connect { .. } | Command::Disconnect | Command::SaveSettings(_) => Some(Act::Connection),
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
        Command::LoseSignIn { .. }
        | Command::Find(_)
        | Command::Intend(_)
        | Command::Settle(_)
        | Command::See(_)
        | Command::SeeJournals(_)
        | Command::SeeBalance(_)
        | Command::SeePayments { .. }
        | Command::SeeCredits(_)
        | Command::TakePayments(_) => None,
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
    let roles: Vec<PersonRole> =
        installation.roles(company.company, user).iter().map(|role| PersonRole::from(*role)).collect();
    if act.is_allowed(&roles) {
        return Ok(());
    }
    let (what, _) = act.words();
    let mut who = vec!["an administrator"];
    who.extend(act.roles().iter().map(|role| role.words()));
    let message = format!("You may not change {what} in {}.", company.code);
    let remedy = format!("Ask somebody who may: {}.", who.join(", "));
    Err(Problem::new("not-allowed", message, remedy).with("company", &company.code).with("user", user))
}
