//! The whole system in one process under simulated time: from a seed come companies, people, Xero's moods and faults.
//!
//! A failing seed replays exactly, and canaries broken on purpose must be caught.

mod memory;

pub use memory::{CommitFault, MemoryStore};
