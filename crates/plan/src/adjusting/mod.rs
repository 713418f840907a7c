//! Who makes adjusting entries, and of what: four functions that propose one, from book, exchange and what Xero said.
//!
//! ```text
//! clear direct labour to 477      31 March   Direct labour 9,214.00   477 −9,214.00                         (REC-1)
//! adopt bank transaction Carrier  21 March   Transfer orders liability 120.00   elsewhere −120.00           (REC-5)
//! accrue 31 March                 31 March, back on 1 April   630 200.00   Accrued purchases −200.00        (REC-8)
//! bring in the opening            1 March    621 500.00   Opening balances −500.00                          (INV-11)
//! ```
//! Nothing happens by a proposal: a person confirms it, and then it is a document of the book like any other, which journals
//! follow. An account stands in a line by its role where nothing else keeps the role's balance, else by its code.
//! Not here: what the book checks and posts (`book`), sending (`journals`).

mod accrual;
mod adopting;
mod clearing;
mod opening;

pub use accrual::{accrual, halves};
pub use adopting::{adopted, adoption};
pub use clearing::clearing;
pub use opening::{OpeningRow, bring_in, opening};

use book::{AdjustingEntry, AdjustingLine, Content, Day, DocumentId, Role, Text, Tracking};
use money::Amount;

use crate::exchange::Exchange;
use crate::journals::account_role;
use crate::reconcile::AccountId;

/// An entry that somebody may confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The entry that it changes; none is a new one.
    pub document: Option<DocumentId>,
    /// What it says.
    pub entry: AdjustingEntry,
}

impl Proposed {
    /// The command that makes it a fact of the book.
    #[must_use]
    pub fn command(&self) -> book::Command {
        let content = Content::from(self.entry.clone());
        book::Command::Save { document: self.document, number: None, external: None, content }
    }
}

/// An amount on an account: by its role on that day where entries may stand on it, else by its code, or its id if it has none.
fn on_account(exchange: &Exchange, account: AccountId, day: Day, amount: Amount) -> AdjustingLine {
    let is_its = |role: &&Role| {
        let mapping = account_role(**role).and_then(|role| exchange.settings().plain(role, day));
        role.takes_entries() && mapping.is_some_and(|mapping| mapping.account == account)
    };
    let role = Role::ALL.iter().find(is_its).copied();
    let code = exchange.lists().account(account).map(|account| account.code.clone());
    let code = code.filter(|code| !code.trim().is_empty()).unwrap_or_else(|| account.to_string().into());
    line(role, Some(code).filter(|_| role.is_none()), amount)
}

fn on_role(role: Role, amount: Amount) -> AdjustingLine {
    line(Some(role), None, amount)
}

/// What stands elsewhere in Xero: a bank, accounts payable, whatever isn't ours.
fn elsewhere(amount: Amount) -> AdjustingLine {
    line(None, None, amount)
}

fn line(role: Option<Role>, account: Option<Text>, amount: Amount) -> AdjustingLine {
    AdjustingLine { role, account, tracking: Tracking::default(), amount }
}
