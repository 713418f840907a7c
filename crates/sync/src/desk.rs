//! The company as the runner sees it: read the two states, have a wish recorded, keep bytes beside the log.
//!
//! `company` implements it over its log; the log has one writer, and the runner is not it. Not here: the log.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use book::{Book, Day};
use plan::{Command, Exchange};
use world::{Moment, Waiting};

/// Both states at one moment of the log.
#[derive(Clone)]
pub struct View {
    /// The book.
    pub book: Book,
    /// The exchange.
    pub exchange: Exchange,
    /// The company's date.
    pub today: Day,
}

/// Bytes that are kept beside the log, together with a wish's events or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The bytes of a request or an answer, by a key (`request_key`, `answer_key`), swept away after `until`.
    Body {
        /// Their key.
        key: String,
        /// They.
        bytes: Vec<u8>,
        /// Until when they are kept.
        until: Moment,
    },
    /// A note of the runner for itself, like the moment of its last look.
    Note {
        /// Its name.
        key: String,
        /// What it says.
        text: String,
    },
}

/// The right to be the only one who runs a company's synchronisation, until it ends (DESIGN, "Lease").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Grows with every taking.
    pub number: u64,
    /// When it ends, by our clock.
    pub until: Moment,
}

/// Why the desk has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The wish was refused; nothing has changed.
    Refused {
        /// The stable code.
        code: String,
        /// Message and remedy.
        text: String,
    },
    /// Not possible now, or nobody knows whether it happened: ask again with the same id.
    NotNow(String),
    /// The log can't be read.
    Damaged(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Refused { code, text } => write!(f, "{code} {text}"),
            Trouble::NotNow(why) | Trouble::Damaged(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Trouble {}

/// A company.
pub trait Desk: Send + Sync {
    /// The newest durable state.
    fn view(&self) -> Waiting<'_, Result<View, Trouble>>;

    /// Has a wish decided and made durable, with what lies beside it, under the fence if there is one; answers the state
    /// behind it. The same `id` asked again gets the first answer.
    fn ask(
        &self,
        id: String,
        wish: Command,
        beside: Vec<Beside>,
        fence: Option<Fence>,
    ) -> Waiting<'_, Result<View, Trouble>>;

    /// Bytes kept beside the log.
    fn body(&self, key: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>>;

    /// A note of the runner.
    fn note(&self, key: String) -> Waiting<'_, Result<Option<String>, Trouble>>;

    /// Writes notes and bodies without a wish.
    fn keep(&self, beside: Vec<Beside>) -> Waiting<'_, Result<(), Trouble>>;

    /// The kinds that notices of Xero say something changed of (PAY-7), in Xero's words: `INVOICE`. None, where nobody receives
    /// them.
    fn notices(&self) -> Waiting<'_, Result<BTreeSet<String>, Trouble>> {
        Box::pin(async { Ok(BTreeSet::new()) })
    }

    /// These are about to be looked at: what comes from now on is new.
    fn noticed(&self, _kinds: BTreeSet<String>) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }

    /// The bytes of a file in the book, by their SHA-256.
    fn file(&self, sha256: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>>;

    /// Takes the lease of this company's synchronisation; none if somebody else has it.
    fn take_lease(&self, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>>;

    /// Holds it longer; none if it was lost.
    fn renew_lease(&self, fence: Fence, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>>;

    /// Gives it back.
    fn release_lease(&self, fence: Fence) -> Waiting<'_, Result<(), Trouble>>;
}
