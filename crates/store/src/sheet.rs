//! The mutable tables beside the logs: each is a sheet of items, a key and bytes, some with a time when they end.
//!
//! `(company 1, Secret, "xero/refresh")` holds sealed bytes; `(company 0, Session, <hash>)` a session with its end;
//! `(company 1, Outbox, "000017")` waits to be sent. One shape for all keeps each engine small (decision 0030).
//!
//! Not here: what the bytes mean; staged rows, leases and snapshots, which have shapes of their own.

use crate::row::Hash;
use world::Moment;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// What nobody may read in a stolen file; the bytes are sealed (`seal`).
    Secret,
    /// Who is signed in, by the hash of the session's secret.
    Session,
    /// How often somebody tried something.
    Throttle,
    /// Notices that came from outside and wait to be looked at.
    Inbox,
    /// What waits to be sent.
    Outbox,
    /// The bytes of requests and answers, kept for a while.
    Body,
    /// Names, e-mails, phones and addresses of people, so that they can be erased.
    Personal,
    /// What is known about an attachment; its bytes lie in `Attachments`.
    Attachment,
}

impl Sheet {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Secret,
        Self::Session,
        Self::Throttle,
        Self::Inbox,
        Self::Outbox,
        Self::Body,
        Self::Personal,
        Self::Attachment,
    ];

    /// The table's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Session => "session",
            Self::Throttle => "throttle",
            Self::Inbox => "inbox",
            Self::Outbox => "outbox",
            Self::Body => "body",
            Self::Personal => "personal",
            Self::Attachment => "attachment",
        }
    }
}

/// An item of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Unique in its company and sheet; lists go by it, byte by byte.
    pub key: String,
    /// What it holds.
    pub value: Vec<u8>,
    /// When it may be swept away.
    pub until: Option<Moment>,
}

/// A change of the tables beside the log; several are done together or not at all, also together with a turn's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The item is now so.
    Put(Sheet, Item),
    /// The item is no more; nothing happens if it isn't there.
    Delete(Sheet, String),
    /// The item is now so if its value was this before (`None`: if it wasn't there); a conflict otherwise.
    Swap(Sheet, Option<Vec<u8>>, Item),
    /// A conflict unless this fence is the newest of the lease of this name: a late holder writes nothing.
    Fence(String, u64),
}

/// A company's state at a sequence number, as one version of the code wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Which code wrote it: another version's is of no use.
    pub version: String,
    /// The last event in it.
    pub seq: u64,
    /// The hash of that event's row, to hold it against the log.
    pub hash: Hash,
    /// The state.
    pub bytes: Vec<u8>,
}
