//! The plan: what Xero should have, minus what we know it has, as operations that people can read before they run.
//!
//! ```text
//! plan(book, exchange)  →  create bill 4711 of Nord, 115.00, awaiting approval: it has its supplier invoice ID
//! ```
//! `Exchange` is the second fold of a company's log: the connection, settings, what Xero was seen to hold, what was sent.
//! Work is derived from the two states, never from "something happened": a lost notice can't lose a document, and a plan
//! after its run is empty. The only place where the book's words and Xero's meet.
//!
//! The modules stand in the order in which a newcomer reads them. Not here: carrying a plan out (`sync`).

mod accounts;
pub mod adjusting;
mod advances;
mod allocated;
pub mod allocations;
pub mod answers;
mod balances;
mod bills;
pub mod bodies;
mod case;
mod command;
pub mod connection;
pub mod consolidated;
mod credited;
mod decide;
mod disposition;
mod emailed;
mod event;
mod exchange;
mod files;
mod forms;
mod held;
mod hold;
mod imports;
pub mod journals;
mod lines;
mod link;
mod linked;
mod lists;
mod log;
mod log_money;
mod log_words;
mod making;
pub mod merge;
pub mod month_end;
mod number;
mod operation;
mod operations;
mod paid;
mod paper;
pub mod papers;
mod parts;
mod payment_papers;
pub mod payments;
mod planner;
pub mod propose;
mod quotes;
pub mod reading;
pub mod ready;
mod recent;
pub mod reconcile;
mod reconciled;
pub mod records;
mod refusal;
mod rules;
mod settings;
mod subject;
mod sums;
mod take;
mod tax;
mod text;
mod why;

pub use accounts::{Needed, Refined, Row, Takes, Used, Wanted, type_words};
pub use allocated::*;
pub use balances::{
    BalanceFound, BalanceRun, BalanceSeen, BalanceState, BalanceStep, FormSynchronisation, Interval,
    Synchronisation, TimeOfDay, Weekday, balance_runs, balance_step,
};
pub use command::{Another, Asking, Command, Decided, PaymentsChoice};
pub use credited::*;
pub use decide::decide;
pub use disposition::{Disposition, State, disposition, disposition_of, disposition_on};
pub use event::*;
pub use exchange::{Connection, Exchange, Link, OpenIntent, Problem, Said};
pub use held::*;
pub use hold::{Caution, Hold, HoldCode};
pub use imports::*;
pub use journals::{HeldJournal, Journal, JournalChoice, JournalPaper, JournalPlan, JournalState};
pub use lists::*;
pub use log::{About, Came, LogEntry, Recorded, log_entries};
pub use operation::{Basis, Body, File, Operation, Verb};
pub use paid::*;
pub use paper::*;
pub use planner::{Plan, Planner, Question};
pub use reconciled::{Heard, Reconciled};
pub use refusal::{Code, Refusal, Remark, Weight};
pub use settings::*;
pub use subject::{ConsolidatedId, Guid, Subject};
pub use sums::{Sums, sums};
pub use text::{PlanLine, Step};
pub use why::{Reason, Why};
