//! The runner before the stand-in: what is sent once, what a failure means, when it runs. Operations are made by hand.
//!
//! Not here: what should be sent (`plan`), whole scenarios over the real company (`simulation`).

mod asking;
mod desk;
mod failures;
mod figures;
#[path = "../../../book/tests/support/mod.rs"]
mod notation;
mod office;
mod once;
mod shop;
#[path = "../../../xero-client/tests/support/mod.rs"]
mod support;
