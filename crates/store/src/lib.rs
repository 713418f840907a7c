//! The store: one append-only, hash-chained log a company, and the few mutable tables beside it.
//!
//! It knows bytes, sequence numbers and companies, not what an event means. A *turn* is the only way to write a log:
//! whoever has a company's turn sees its newest tip, nobody else moves it, and the commit is durable or didn't happen.
//!
//! ```text
//! turn   = store.begin(company)            tip: seq 7, hash 4f…
//! turn.rows(5)                             what others wrote since we looked: 6, 7
//! turn.commit([entry with 2 events], [])   row 8..9, prev 4f…; after the answer no power cut takes it away
//! ```
//! - A row, once written, is never rewritten; its hash covers the hash of the row before it.
//! - A command's id stands in its row, once a company: whether a command was done is found after a restart, or a lost
//!   answer, or on another node, by asking for its id (`Store::find`).
//! - A commit that failed in a way that may have reached the disk says so (`Error::may_have_happened`): drop the state,
//!   begin anew, read what is there, look for the ids.
//! - Everything is keyed by company first.
//!
//! Not here: the meaning of bytes, decisions, snapshots' contents. The traits and the SQLite engine need no runtime.

mod attachments;
pub mod bare;
mod chain;
pub mod check;
#[cfg(feature = "contract")]
pub mod contract;
mod copy;
mod error;
mod lease;
mod pages;
pub mod postgres;
mod row;
pub mod seal;
mod sheet;
pub mod sqlite;
mod traits;

pub use attachments::{Attachments, Folder};
pub use chain::{Break, Chain, chain, end};
pub use copy::{Copied, copy};
pub use error::{Conflict, Error, Owner, Result};
pub use lease::{Lease, Taken};
pub use pages::Pages;
pub use row::{CompanyId, Entry, Hash, Row, Tip};
pub use sheet::{Item, Sheet, Snapshot, Write};
pub use traits::{Store, Turn};
