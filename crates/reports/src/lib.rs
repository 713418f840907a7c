//! Reports: what a company has, owes and earned, as tables that tie to its expected ledger (REC-4).
//!
//! A report is a pure function of a book and a few parameters; its answer is data: columns, rows, totals, and the
//! proof that they are what stands on the accounts. Inventory valuation as of 5 March: eight JAM of R-1 for 56.00;
//! tie: Materials, lots 56.00, ledger 56.00, difference 0.00. Any report can be asked as of a day, and as known on a
//! day (INV-10): balances from the ledger's deltas, lot by lot from a book replayed up to that entry (`known.rs`).
//!
//! Not here: what is right (`book`), pages (`web`), where files go (`millbook`).
//!
//! The modules stand in the order in which a newcomer reads them.

mod asked;
mod balances;
mod beancount;
mod catalogue;
mod chart;
mod csv;
mod deliveries;
mod hledger;
mod known;
mod margin;
mod names;
mod print;
mod production;
mod purchases;
mod roll_forward;
mod sheet;
mod table;
mod trail;
mod valuation;
mod view;
mod xlsx;

pub use asked::{Asked, Wrong};
pub use beancount::beancount;
pub use catalogue::{Accounts, CATALOGUE, Needs, Period, Report, all, find};
pub use chart::balances_csv;
pub use csv::{csv, ties_csv};
pub use hledger::hledger;
pub use known::{Progress, known_before, replay};
pub use sheet::{Cell, Sheet, SheetColumn, SheetPart, SheetTie};
pub use table::{Column, Kind, Row, Source, Summed, Table, Tie, Value};
pub use trail::trace;
pub use view::{Condition, Order, Page, View};
pub use xlsx::xlsx;
