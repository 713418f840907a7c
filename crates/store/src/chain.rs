//! The chain: each row carries the hash of the row before, so that nothing in the past can be changed unseen.
//!
//! Rows 1..2, 3..3, 4..6: 3 begins where 1..2 ended, its `prev` is the hash of 1..2, and its own hash covers `prev` and
//! every column. A flipped bit breaks that row; a missing row, the one after it; a cut end is seen against the tip.
//!
//! Not here: reading rows from an engine (`Pages`), the meaning of bytes.

use crate::row::{CompanyId, Entry, Hash, Row, Tip};
use sha2::{Digest, Sha256};
use std::fmt;

/// Gives entries their places behind a tip and links them.
#[must_use]
pub fn chain(company: CompanyId, tip: Tip, entries: Vec<Entry>) -> Vec<Row> {
    let mut before = tip;
    entries
        .into_iter()
        .map(|entry| {
            let Tip { seq, hash } = end(company, before, std::slice::from_ref(&entry));
            let row = Row { company, first: before.seq + 1, last: seq, prev: before.hash, hash, entry };
            before = row.tip();
            row
        })
        .collect()
}

/// Where a log will end that has these entries behind a tip.
#[must_use]
pub fn end(company: CompanyId, tip: Tip, entries: &[Entry]) -> Tip {
    entries.iter().fold(tip, |end, entry| {
        let last = end.seq.saturating_add(u64::from(entry.events));
        Tip { seq: last, hash: linked(end.hash, company, (end.seq + 1, last), entry) }
    })
}

/// SHA-256 over `prev`, company, first, last, at, by, via, command, bytes; numbers as 8 bytes, the highest first;
/// texts and bytes after their length.
fn linked(prev: Hash, company: CompanyId, (first, last): (u64, u64), entry: &Entry) -> Hash {
    let mut digest = Sha256::new();
    digest.update(prev.0);
    digest.update(u64::from(company.0).to_be_bytes());
    digest.update(first.to_be_bytes());
    digest.update(last.to_be_bytes());
    digest.update(entry.at.millis().to_be_bytes());
    for part in [entry.by.as_bytes(), entry.via.as_bytes(), entry.command.as_bytes()] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.update((entry.bytes.len() as u64).to_be_bytes());
    digest.update(&entry.bytes);
    Hash(digest.finalize().into())
}

impl Row {
    /// What its hash must be, by all that it says.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        linked(self.prev, self.company, (self.first, self.last), &self.entry)
    }
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// Sequence numbers are missing, or come twice: `expected` should have begun the row that begins with `found`.
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The row holds no event, or its last number isn't its first plus its events.
    Numbers {
        /// The row's first number.
        first: u64,
        /// The row's last number.
        last: u64,
    },
    /// The row's `prev` isn't the hash of the row before.
    Link {
        /// The row's first number.
        first: u64,
    },
    /// The row isn't what its hash was made of: something in it was changed.
    Content {
        /// The row's first number.
        first: u64,
    },
    /// The row is another company's.
    Company {
        /// The row's first number.
        first: u64,
        /// The company it names.
        found: CompanyId,
    },
    /// The log doesn't end where the tip says.
    End {
        /// The tip beside the log.
        tip: Tip,
        /// Where the rows end.
        found: Tip,
    },
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { expected, found } => write!(f, "event {expected} should follow, but {found} does"),
            Self::Numbers { first, last } => {
                write!(f, "the row at event {first} says it ends at {last}, which doesn't fit its events")
            }
            Self::Link { first } => write!(f, "the row at event {first} doesn't follow the row before it"),
            Self::Content { first } => write!(f, "the row at event {first} was changed after it was written"),
            Self::Company { first, found } => {
                write!(f, "the row at event {first} belongs to company {found}")
            }
            Self::End { tip, found } => {
                write!(f, "the log should end at event {}, but ends at {}", tip.seq, found.seq)?;
                if tip.seq == found.seq { write!(f, " with another hash") } else { Ok(()) }
            }
        }
    }
}

impl std::error::Error for Break {}

/// Goes along a company's log and says where it is broken. A break doesn't stop it: it goes on behind the row.
#[derive(Clone, Debug)]
pub struct Chain {
    company: CompanyId,
    end: Tip,
}

impl Chain {
    /// Starts before the first row.
    #[must_use]
    pub fn new(company: CompanyId) -> Self {
        Self::after(company, Tip::default())
    }

    /// Starts behind a tip that is known to be right.
    #[must_use]
    pub fn after(company: CompanyId, tip: Tip) -> Self {
        Self { company, end: tip }
    }

    /// Where the rows so far end.
    #[must_use]
    pub fn end(&self) -> Tip {
        self.end
    }

    /// The next row; what is wrong with it.
    pub fn row(&mut self, row: &Row) -> Vec<Break> {
        let first = row.first;
        let mut breaks = Vec::new();
        if row.company != self.company {
            breaks.push(Break::Company { first, found: row.company });
        }
        if first != self.end.seq + 1 {
            breaks.push(Break::Gap { expected: self.end.seq + 1, found: first });
        } else if row.prev != self.end.hash {
            breaks.push(Break::Link { first });
        }
        if row.entry.events == 0
            || row.last.wrapping_sub(first).wrapping_add(1) != u64::from(row.entry.events)
        {
            breaks.push(Break::Numbers { first, last: row.last });
        }
        if row.hash != row.computed_hash() {
            breaks.push(Break::Content { first });
        }
        self.end = row.tip();
        breaks
    }

    /// The end, held against the tip that stands beside the log.
    #[must_use]
    pub fn finish(&self, tip: Tip) -> Option<Break> {
        (tip != self.end).then_some(Break::End { tip, found: self.end })
    }
}
