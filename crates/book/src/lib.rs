//! The book: the operations record of one company, as a pure function of its log.
//!
//! `decide(command)` answers events or a refusal and changes nothing; `apply(event)` cannot fail. No clock, no
//! randomness, no I/O: the same events give the same state, to the byte, on every machine.
//!
//! Not here: Xero (the crates `xero` and `plan`), storage (`store`), users' sessions (`web`).
//!
//! The modules stand in the order in which a newcomer reads them.

mod access;
mod adjusting;
mod apply;
mod approval;
mod attachments;
mod book;
mod changed;
mod choose;
mod chunks;
mod closing;
mod command;
mod consolidate;
mod content;
mod costs;
mod day;
mod decide;
mod document;
mod documents;
mod fees;
mod graph;
mod ids;
mod json;
mod ledger;
mod lost_tax;
mod make;
mod making;
mod making_check;
mod map;
mod master;
mod master_check;
mod measures;
mod names;
mod payments;
mod policy;
mod posted_for;
mod posting;
mod posts;
mod production;
mod purchase;
mod query;
mod refusal;
mod revalue;
mod settings;
mod settlement;
mod stock;
mod totals;
mod trade;

pub use access::{Act, PersonRole, may};
pub use adjusting::{AdjustingEntry, AdjustingLine, Adjustment};
pub use approval::{Approval, ApprovalStep, Mismatch};
pub use attachments::{Attached, Attachment};
pub use book::Book;
pub use command::{Asking, Closing, Command, Event, Levels, MakePlan, Stamp, Thing, Withdrawal};
pub use consolidate::{
    Consolidated, ConsolidatedLine, ConsolidatedPayment, Frozen, Held, Part, Source, SummedBy, Whose,
    consolidate, spread,
};
pub use content::*;
pub use costs::Costs;
pub use day::{Day, NotADay};
pub use document::{Closed, Document, Life, LineState};
pub use ids::*;
pub use ledger::{Delta, KeyId, Ledger};
pub use lost_tax::{LostRate, LostTax};
pub use master::*;
pub use names::Text;
pub use payments::{BothSides, Compared, Moves, PaidOn, at_most_due};
pub use policy::*;
pub use posting::{Key, OffBook, Role, Row as PostingRow, Rule, Section, Side, TABLE, Tracking};
pub use purchase::Half;
pub use query::{
    Availability, Bought, Change, Contribution, Difference, Happened, HistoryEntry, InProgress, Invoiced,
    Left, LineSubject, Need, OnPurchases, OrderCost, OrderState, Origin, PlannedActual, Preview, Shipped,
    StandsOn, Stock, Use, UsedIn, WorkInProgress,
};
pub use refusal::{Code, Refusal};
pub use settings::{Settings, Workflow};
pub use settlement::{PaidStatus, Settlement};
pub use stock::{Lot, Movement, Standing};
pub use totals::{LineTotal, Totals};
pub use trade::*;
