//! The whole system in one process under simulated time: from a seed come companies, people, Xero's moods and faults.
//!
//! A failing seed replays exactly, and canaries broken on purpose must be caught.

mod crash;
mod memory;
mod stage;
mod xero;

pub use crash::{Crash, Point};
pub use memory::{CommitFault, MemoryStore};
pub use stage::{Consent, Node, Place, START, Stage, ZONE};
pub use xero::{ADDRESS, Asked, Failing, Which, Xero};
