//! The demo companies: `demo-nz`, `demo-uk`, `demo-us`.
//!
//! Ids are derived from a seed number, so that two runs with the same number are the same.

use jiff::Timestamp;

use crate::org::Org;

/// A country of a demo company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Country {
    /// New Zealand: NZD, GST 15 %.
    Nz,
    /// United Kingdom: GBP, VAT 20 %.
    Uk,
    /// United States: USD, no sales tax of its own.
    Us,
}

/// A demo company, made at the time given; all its ids follow from `seed`.
#[must_use]
pub fn demo(country: Country, seed: u64, _now: Timestamp) -> Org {
    let name = match country {
        Country::Nz => "Demo Company (NZ)",
        Country::Uk => "Demo Company (UK)",
        Country::Us => "Demo Company (US)",
    };
    Org::empty(name, &format!("{seed:08x}-0000-4000-8000-000000000000"))
}
