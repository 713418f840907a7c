//! The plan: what Xero should have, minus what we know it has, as operations that people can read before they run.
//!
//! The only place where the book's words and Xero's meet. Not here: carrying it out (`sync`).
