//! A thing and its counterpart in Xero, what is under way about it, what went wrong, and what people said.
//!
//! ```text
//! bill 4711 ↔ 254591b2-…: ours-then 115.00, theirs-then 115.00 awaiting approval, theirs-now 120.00 approved
//! ```
//! Not here: how they come about (`exchange`), what follows from them (`disposition`).

use book::{Day, Text};
use serde::{Deserialize, Serialize};

use crate::event::{Intended, Linking};
use crate::held::{Held, HeldItem, HeldStatus};
use crate::paper::Paper;
use crate::settings::Switch;
use crate::subject::Guid;

/// Whether a company is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connection {
    /// It never was.
    #[default]
    Never,
    /// It is.
    Connected,
    /// It was, and a person or Xero ended it; why.
    Disconnected(Text),
    /// Xero doesn't let us in: somebody has to reconnect (CON-6); why.
    SignInLost(Text),
}

/// A thing of the book and its counterpart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Xero's id.
    pub xero: Guid,
    /// How it came about.
    pub how: Linking,
    /// The version of the book's document that Xero has.
    pub version: u32,
    /// What we last sent: ours-then.
    pub ours: Option<Box<Paper>>,
    /// What Xero answered to it: theirs-then.
    pub theirs: Option<Box<Paper>>,
    /// The status that Xero answered: what is approved now and wasn't then was approved by somebody (DOC-4).
    #[serde(default)]
    pub then: Option<HeldStatus>,
    /// The log entry at which it was first seen approved, or made so; none for what was approved before it was ours (DOC-16).
    #[serde(default)]
    pub approved: Option<u64>,
    /// What Xero holds now.
    pub now: Option<Box<Held>>,
    /// What Xero was found to say of an item; none for what we made and nobody has asked about since.
    #[serde(default)]
    pub item: Option<HeldItem>,
    /// The day whose accounts it was last sent with, where that is later than its own (ACC-6).
    #[serde(default)]
    pub accounts: Option<Day>,
    /// The log entry that last changed it.
    pub changed: u64,
}

/// A batch whose outcome isn't known for all its operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenIntent {
    /// Method and path.
    pub call: Text,
    /// The idempotency key.
    pub key: Text,
    /// SHA-256 of the bytes.
    pub body: Text,
    /// Seconds since 1970: when it was recorded; it was first sent later.
    pub at: i64,
    /// What is still open: place in the batch, operation.
    pub open: Vec<(u16, Intended)>,
}

/// Why Xero didn't do something, until something changes or a person says "Retry" (LOG-4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Xero's words, or why it wasn't done.
    pub messages: Vec<Text>,
    /// Whether Xero refused it, or it just wasn't done.
    pub refused: bool,
    /// The version of the book's document at that time.
    pub version: u32,
    /// `Exchange::context` at that time.
    pub context: u64,
    /// When, seconds since 1970.
    pub at: i64,
}

/// What people said about a thing, as far as it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// "Add to Xero": it goes though its switch is off, or it was saved before the connection (SEL-1, CON-4).
    pub added: Switch,
    /// It goes though Xero has one of its number (DOC-26).
    pub anyway: Switch,
    /// It goes as an overpayment (DOC-17).
    pub overpaid: Switch,
    /// It never goes, and why (SEL-9).
    pub excluded: Option<Text>,
}
