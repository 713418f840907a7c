//! A row of the log: what one command brought, with its place and its link to the row before.
//!
//! A command with three events on a company whose tip is 7 becomes the row 8..10. Its bytes are stored as they came and
//! never touched again. Not here: how rows are linked (`chain`).

use std::fmt;
use world::Moment;

/// A company's number; 0 is the installation itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompanyId(pub u32);

impl fmt::Display for CompanyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A SHA-256; shown as 64 hexadecimal digits. All zeros before the first row.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What `Display` wrote; none, if these aren't 64 hexadecimal digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Where a log ends: the last sequence number and the hash of the row that has it. Zeros for an empty log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The last event's sequence number; the first event of a log has 1.
    pub seq: u64,
    /// The last row's hash.
    pub hash: Hash,
}

/// What a command brings to the log; the chain gives it its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How many events the bytes hold, at least 1: that many sequence numbers.
    pub events: u32,
    /// When it was recorded.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// By which way: a page, the API, the command line, the synchronisation.
    pub via: String,
    /// The command's id, its idempotency key: unique in its company.
    pub command: String,
    /// The events, as the company wrote them (UTF-8 JSON).
    pub bytes: Vec<u8>,
}

/// A row of a company's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose log.
    pub company: CompanyId,
    /// The first event's sequence number.
    pub first: u64,
    /// The last event's sequence number.
    pub last: u64,
    /// The hash of the row before; zeros for the first.
    pub prev: Hash,
    /// SHA-256 over all that stands in the row and `prev` (`Row::computed_hash`).
    pub hash: Hash,
    /// What the command brought; `events` is `last - first + 1`.
    pub entry: Entry,
}

impl Row {
    /// The tip of a log that ends with this row.
    #[must_use]
    pub fn tip(&self) -> Tip {
        Tip { seq: self.last, hash: self.hash }
    }
}
