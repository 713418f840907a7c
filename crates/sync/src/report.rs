//! What a run did, in numbers and names, and what waits for what and until when.
//!
//! `created 3 updated 1 left 0 blocked 1 calls 5`, and before it `read: 97 accounts`, and a line for each thing that is blocked; why it stopped (`Stop`) is
//! said by whoever shows it, once. While it runs, `Progress` says how far it is. Not here: the log, which has all of it for good.

use std::fmt;

use plan::{List, Subject};
use world::Moment;

use crate::desk::Trouble;

/// Calls made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// That only read.
    pub reading: u32,
    /// That may change something in Xero.
    pub writing: u32,
}

impl Calls {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.reading + self.writing
    }
}

/// Why a run ended before there was nothing left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Xero can't be reached or wants us to wait.
    Wait {
        /// Why.
        why: String,
        /// When to come back.
        until: Moment,
    },
    /// Nobody lets us in: somebody has to connect again (CON-6).
    SignIn(String),
    /// The company isn't connected.
    NotConnected,
    /// Somebody else runs this company (SCH-4), on this node or another.
    Elsewhere,
    /// The company's log can't be read or written now.
    Desk(Trouble),
    /// By hand not more often than once per five minutes (SCH-3).
    TooEarly(Moment),
    /// We were told to stop.
    Told,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |moment: &Moment| {
            xero::Stamp::from_millis(moment.millis()).map(|at| at.to_string()).unwrap_or_default()
        };
        match self {
            Stop::Wait { why, until } => write!(f, "{why} It goes on at {}.", at(until)),
            Stop::SignIn(why) => {
                write!(f, "Xero doesn't let us in: {why} Connect again: `millbook xero connect`.")
            }
            Stop::NotConnected => {
                f.write_str("The company is not connected to Xero: `millbook xero connect`.")
            }
            Stop::Elsewhere => f.write_str("Another run of this company is under way; this one ends."),
            Stop::Desk(trouble) => write!(f, "{trouble}"),
            Stop::TooEarly(until) => {
                write!(f, "It was synchronised by hand a moment ago; the next time may be at {}.", at(until))
            }
            Stop::Told => f.write_str("It was told to stop; the rest goes with the next run."),
        }
    }
}

/// Something that could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// About what.
    pub subject: Subject,
    /// What people know it by: `bill 4711 of Nord, 115.00`.
    pub name: String,
    /// Why, in Xero's words or ours.
    pub why: String,
}

/// A batch whose outcome nobody knows yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its number.
    pub batch: u32,
    /// How many things it is about.
    pub things: usize,
    /// From when on "Xero doesn't have it" counts.
    pub until: Moment,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Things made in Xero.
    pub created: u32,
    /// Things changed in Xero; a file and a note count as a change.
    pub updated: u32,
    /// Operations that wait for something.
    pub left: u32,
    /// What Xero, or we, refused in this run.
    pub blocked: Vec<Blocked>,
    /// Links made without a call.
    pub linked: u32,
    /// Documents that were seen changed in Xero.
    pub seen: u32,
    /// Xero's lists that were read, and how much is in each.
    pub lists: Vec<(List, usize)>,
    /// Calls.
    pub calls: Calls,
    /// What nobody knows yet.
    pub open: Vec<Open>,
    /// Why it ended before there was nothing left to do.
    pub stopped: Option<Stop>,
}

impl Report {
    /// A run that didn't begin.
    #[must_use]
    pub(crate) fn stopped(stop: Stop) -> Report {
        Report { stopped: Some(stop), ..Report::default() }
    }

    /// Whether nothing is open and nothing stopped it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.open.is_empty() && self.stopped.is_none()
    }

    /// When it is worth coming back before the next time that is due anyway.
    #[must_use]
    pub fn again_at(&self) -> Option<Moment> {
        let stopped = match &self.stopped {
            Some(Stop::Wait { until, .. } | Stop::TooEarly(until)) => Some(*until),
            _ => None,
        };
        stopped.max(self.open.iter().map(|open| open.until).max())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read: Vec<String> =
            self.lists.iter().map(|(list, count)| format!("{count} {}", list.words())).collect();
        if !read.is_empty() {
            writeln!(f, "read: {}", read.join(", "))?;
        }
        for Blocked { name, why, .. } in &self.blocked {
            writeln!(f, "blocked: {name}: {why}")?;
        }
        for open in &self.open {
            let until = xero::Stamp::from_millis(open.until.millis()).map(|at| at.to_string());
            let (batch, things, until) = (open.batch, open.things, until.unwrap_or_default());
            writeln!(
                f,
                "open: batch {batch} of {things}: Xero's answer was lost; looked up again at {until}"
            )?;
        }
        let Report { created, updated, left, calls, blocked, .. } = self;
        let (blocked, calls) = (blocked.len(), calls.all());
        write!(f, "created {created} updated {updated} left {left} blocked {blocked} calls {calls}")
    }
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding out what became of what was under way.
    Settling,
    /// Reading one of Xero's lists.
    Lists(List),
    /// Asking what changed in Xero.
    Looking,
    /// Asking whether Xero has contacts, items and numbers.
    Asking,
    /// Sending.
    Sending,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where.
    pub phase: Phase,
    /// Operations carried out in this run.
    pub done: u32,
    /// Of how many that are known.
    pub of: u32,
}
