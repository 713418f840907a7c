//! What can go wrong in a store, for people and for programs: what was found, whether it may have happened, what to do.
//!
//! `Error::Owned` names the process that has the file; `Error::Newer` names the version that is needed. After an error
//! for which `may_have_happened` is true, the caller drops what it knows, catches up and looks for its command ids.
//!
//! Not here: refusals of the business.

use std::fmt;

/// A result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// The process that owns an SQLite file, as its lock file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// Its process id.
    pub process: u32,
    /// Where it takes guests in, if it does.
    pub address: Option<String>,
    /// Its program's version, if that and ours don't understand each other.
    pub program: Option<String>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.process)?;
        self.address.as_ref().map_or(Ok(()), |address| write!(f, ", which takes requests at {address}"))
    }
}

/// What didn't fit what is stored by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A command with this id stands in the log already.
    Command(String),
    /// The log's tip isn't where the writer thought.
    Tip,
    /// The item of a swap isn't what was expected.
    Item(String),
    /// The lease of this name was lost to another holder.
    Lease(String),
    /// The staged rows don't fit behind the tip, or there are none.
    Staging,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(id) => write!(f, "the command {id} was done already"),
            Self::Tip => f.write_str("somebody else wrote to this company meanwhile"),
            Self::Item(key) => write!(f, "{key} was changed by somebody else meanwhile"),
            Self::Lease(name) => write!(f, "the lease \"{name}\" is held by somebody else by now"),
            Self::Staging => f.write_str("the staged rows don't fit behind the log's end"),
        }
    }
}

/// What a store can't do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Another process owns the file.
    Owned(Owner),
    /// Somebody holds a lock for too long.
    Busy(String),
    /// The disk, or the room the database may take, is full. Nothing was written.
    Full(String),
    /// The file or the database can't be written.
    ReadOnly(String),
    /// The file is damaged.
    Corrupt(String),
    /// The file isn't a store of ours.
    Foreign(String),
    /// The file was written by a newer program.
    Newer {
        /// The file's version of the tables.
        found: u32,
        /// The newest that this program knows.
        known: u32,
        /// The program's version that is needed, if the file says it.
        program: String,
    },
    /// The database can't be reached, or the connection broke.
    Lost {
        /// Whether a commit may have been on its way.
        may_have_happened: bool,
        /// What was seen.
        what: String,
    },
    /// What is stored by now doesn't fit.
    Conflict(Conflict),
    /// A request that can't be right: an entry without events, a key that is too long.
    Wrong(String),
    /// Anything else the engine said. A commit may have been on its way.
    Other(String),
}

impl Error {
    /// Whether what was asked may be in the store all the same: catch up and look before doing it again.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Lost { may_have_happened: true, .. } | Self::Other(_))
    }

    /// Whether the same request may do later, without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Lost { .. } | Self::Full(_) | Self::Owned(_))
    }

    /// What the reader can do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Owned(Owner { program: Some(program), process, .. }) => {
                format!(
                    "Use Millbook {program} as long as process {process} runs, or stop that process first."
                )
            }
            Self::Owned(Owner { address: Some(_), process, .. }) => format!(
                "Commands work beside process {process}; what needs the file to itself waits until it was stopped."
            ),
            Self::Owned(owner) => {
                format!("Wait until process {} has ended, or stop it first.", owner.process)
            }
            Self::Busy(_) => "Try again in a moment.".to_owned(),
            Self::Full(_) => "Make room on the disk, then try again; nothing was lost.".to_owned(),
            Self::ReadOnly(_) => "Let this user write the file and its folder.".to_owned(),
            Self::Corrupt(_) => {
                "Keep the file as it is, restore the newest backup, and run `millbook verify` on it."
                    .to_owned()
            }
            Self::Foreign(_) => "Name a file that Millbook made, or one that isn't there yet.".to_owned(),
            Self::Newer { program, .. } => format!("Use Millbook {program} or newer for it."),
            Self::Lost { .. } => "Check that the database is up, then try again.".to_owned(),
            Self::Conflict(_) => "Look at what is there now, then decide again.".to_owned(),
            Self::Wrong(_) | Self::Other(_) => "Please report this with the text above.".to_owned(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owned(owner) => write!(f, "the file is in use by {owner}"),
            Self::Busy(what) => write!(f, "the database is busy: {what}"),
            Self::Full(what) => write!(f, "there is no room left: {what}"),
            Self::ReadOnly(what) => write!(f, "it can't be written: {what}"),
            Self::Corrupt(what) => write!(f, "it is damaged: {what}"),
            Self::Foreign(what) => write!(f, "it isn't a Millbook database: {what}"),
            Self::Newer { found, known, program } => write!(
                f,
                "it was written by a newer Millbook ({program}): its tables have version {found}, this program knows \
                 up to {known}"
            ),
            Self::Lost { may_have_happened: true, what } => {
                write!(f, "the connection to the database broke, what was asked may have happened: {what}")
            }
            Self::Lost { what, .. } => write!(f, "the database can't be reached: {what}"),
            Self::Conflict(conflict) => conflict.fmt(f),
            Self::Wrong(what) => write!(f, "a request that can't be right: {what}"),
            Self::Other(what) => write!(f, "the database failed: {what}"),
        }
    }
}

impl std::error::Error for Error {}
