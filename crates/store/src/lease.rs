//! A lease: the right to be the only one who does something for a company, until a time by the database's clock.
//!
//! Node A takes `sync` of company 1 for 120 s and gets fence 4. A stops; after 120 s B takes it and gets fence 5. When A
//! wakes up, its write that says "fence 4" is refused. Renewing keeps the fence, a new taking never does.
//!
//! Not here: what is done under it, how long it should be.

use std::time::Duration;
use world::Moment;

/// A lease that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What for.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Grows with every taking of this lease: a late writer is known by its smaller number.
    pub fence: u64,
    /// When it ends, by the database's clock.
    pub until: Moment,
    /// The database's clock when this was answered.
    pub now: Moment,
}

impl Lease {
    /// How much was left when this was answered.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.until.since(self.now)
    }
}

/// Whether a lease was to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is ours.
    Ours(Lease),
    /// Somebody holds it.
    Theirs(Lease),
}
