//! A call that has nothing to show: whether it happened, why, when it is worth coming back, and Xero's number for it.
//!
//! Shown to people it reads as sentences: what it means, what to do, what Xero said, whether anything was done.
//! Not here: which cause means what (`xero::outcome`, `xero::errors`).

use crate::call::NotSendable;
use crate::oauth::SignInError;
use std::fmt;
use world::Moment;
use xero::errors::{Known, of_cause};
use xero::outcome::{Cause, Happened};

/// Why a call has nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Xero or the network.
    Xero(Cause),
    /// A limit is reached, and waiting would take longer than the caller's patience.
    Busy,
    /// No token.
    SignIn(SignInError),
    /// The key is too old to send the bytes again: look first.
    KeyOver,
    /// It was never sendable.
    NotSendable(NotSendable),
}

/// A call that has nothing to show.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Whether it had its effect.
    pub happened: Happened,
    /// Why.
    pub reason: Reason,
    /// Xero's number for the last exchange.
    pub correlation: Option<String>,
    /// When it is worth coming back, if waiting helps.
    pub again_at: Option<Moment>,
    /// How often it was sent.
    pub tries: u32,
}

impl Failure {
    /// The catalogue's row, if the cause is Xero's or the network's.
    #[must_use]
    pub fn known(&self) -> Option<&'static Known> {
        match &self.reason {
            Reason::Xero(cause) => of_cause(cause),
            _ => None,
        }
    }
}

impl From<NotSendable> for Failure {
    fn from(why: NotSendable) -> Self {
        let reason = Reason::NotSendable(why);
        Self { happened: Happened::NotDone, reason, correlation: None, again_at: None, tries: 0 }
    }
}

impl Failure {
    /// What happened, without what to do: for those who say that themselves.
    #[must_use]
    pub fn cause(&self) -> String {
        let cause = match &self.reason {
            Reason::SignIn(why) => why.cause(),
            Reason::Xero(cause) => of_cause(cause).map_or_else(String::new, |row| row.meaning.to_owned()),
            _ => return self.to_string(),
        };
        match &self.correlation {
            Some(id) => format!("{cause} Xero's number for it: {id}."),
            None => cause,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Xero(cause) => {
                if let Some(row) = of_cause(cause) {
                    write!(f, "{} {}", row.meaning, row.remedy)?;
                }
                if let Cause::Invalid { summary, messages } = cause {
                    write!(f, " Xero says: {summary}")?;
                    messages.iter().try_for_each(|message| write!(f, " {}", message.text))?;
                }
                if let Cause::NotConnected(why) | Cause::Lost(why) | Cause::Unreadable(why) = cause {
                    write!(f, " ({why})")?;
                }
            }
            Reason::Busy => f.write_str("Xero's limit is reached; waiting would take long.")?,
            Reason::SignIn(why) => write!(f, "{why}")?,
            Reason::KeyOver => {
                f.write_str("Too much time has passed to send the same again: look it up first.")?
            }
            Reason::NotSendable(why) => write!(f, "{why}")?,
        }
        match self.happened {
            Happened::NotDone => {}
            Happened::Done => f.write_str(" It was done.")?,
            Happened::Unknown => f.write_str(" Nobody knows whether it was done.")?,
        }
        if let Some(at) = self.again_at.and_then(|at| xero::Stamp::from_millis(at.millis())) {
            write!(f, " Again at {at}.")?;
        }
        if let Some(id) = &self.correlation {
            write!(f, " Xero's number for it: {id}.")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
