//! The store: one append-only, hash-chained log a company, and the few mutable tables beside it.
//!
//! It knows bytes, sequence numbers and companies, not what an event means.
