//! The runner before the stand-in: what is sent once, what a failure means, when it runs. Operations are made by hand.
//!
//! Not here: what should be sent (`plan`), whole scenarios over the real company (`simulation`).

mod desk;
mod failures;
mod once;
mod shop;
#[path = "../../../xero-client/tests/support/mod.rs"]
mod support;
