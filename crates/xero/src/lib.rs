//! Xero in Xero's own words: resources, statuses, dates, errors and what they mean.
//!
//! Reading never fails on something new: an unknown field is ignored, an unknown status is `Other` and never means
//! success, and one element that can't be read spoils no other.
//! Not here: sending (`xero-client`), the book's words (`plan` translates).

mod date;
mod decimal;
pub mod element;
pub mod envelope;
pub mod errors;
mod id;
pub mod outcome;
mod record;
mod resources;
pub mod statuses;
mod text;
mod tolerant;
mod word;

pub use date::{Day, Stamp};
pub use decimal::{Decimal, NotADecimal};
pub use id::{NotAnId, XeroId};
pub use record::{Difference, Echo};
pub use resources::*;
