//! The door to Xero: sign-in, sending within Xero's limits, and what each failure means for what was sent.
//!
//! ```text
//! client.create(tenant, &invoices, Priority::FiveMinute)  →  ⌈N/50⌉ calls, one typed outcome for each invoice
//! client.look(tenant, &look::sale("INV-0055"), …)         →  settles the ones whose answer was lost
//! ```
//! Every outcome is one of: certainly not done, certainly done, unknown. Not here: what to send (`plan`), or
//! when (`sync`).

mod arriving;
pub mod attach;
pub mod call;
pub mod failure;
pub mod habits;
pub mod limits;
pub mod look;
pub mod network;
pub mod oauth;
pub mod queue;
pub mod resource;
pub mod send;
pub mod settings;
pub mod tokens;
pub mod trace;
pub mod webhook;
mod window;
