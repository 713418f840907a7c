//! Journals: what Xero's accounts should hold by the book, less what our journals have put there (POST-15 to POST-18).
//!
//! ```text
//! expected   2 March, production: 633 +774.00, 631 −774.00        posted   633 +700.00, 631 −700.00
//! due        MB-000124 2 Mar 2026 production, adjusted: 1 order     debit 633 74.00, credit 631 74.00
//! ```
//! An edit, a late bill, a remapped account, a locked day, a lost answer: all are the same difference. Everything is worked
//! out from scratch from book and exchange; nothing says "needs posting". After a run there is no difference.
//!
//! Not here: sending (`sync`), why Xero's balances differ all the same (reconciliation).

mod behind;
mod body;
mod due;
mod expected;
mod facts;
mod paper;
mod plan;
mod posted;
mod sources;

pub use body::read;
pub(crate) use body::{body, short};
pub(crate) use due::locked_until;
pub use due::{Due, Kept, KeptBack, due};
pub(crate) use expected::is_of_balance_sheet;
pub(crate) use expected::sum;
pub use expected::{
    Amounts, Place, Target, account_role, difference, expected, nameable, outstanding, target,
};
pub use facts::{Became, FactSums, dispositions};
pub use paper::{HeldJournal, HeldJournalLine, JournalLine, JournalOf, JournalPaper, mark, marked};
pub(crate) use plan::is_still_so;
pub use plan::{JournalPlan, Proposal, journals_begin, plan};
pub use posted::{CutOver, Journal, JournalChoice, JournalState, posted};
pub use sources::{Explained, Source, sources};
