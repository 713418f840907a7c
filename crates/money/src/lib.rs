//! Exact values: what a workshop counts and a ledger adds up.
//!
//! Money is a number of minor units (cents), quantities, prices, rates and percentages have six decimals; all of
//! them are integers, checked, with 128 bits in between. A fact becomes an amount once, with a named rounding
//! ([`Quantity::at`]); from there amounts are only split, by [`share`], whose parts always sum to the whole.
//! Ten pieces for 71.00: takings of 3, 3 and 4 cost 21.30, 21.30 and 28.40, and nothing is left.
//!
//! ```
//! use money::{Amount, Currency, Quantity, part};
//! # fn main() -> Result<(), money::Error> {
//! let lot = Quantity::units(10);
//! let cost = lot.at("7.10".parse()?, Currency::NZD)?.to_base("1".parse()?, Currency::NZD)?;
//! let taken: Vec<Amount> = [(0, 3), (3, 6), (6, 10)]
//!     .map(|(before, after)| part(cost, Quantity::units(before), Quantity::units(after), lot))
//!     .into();
//! assert_eq!(taken, [2130, 2130, 2840].map(Amount::from_minor));
//! assert_eq!(Amount::try_sum(taken)?, cost);
//! # Ok(())
//! # }
//! ```
//!
//! All rounding is half away from zero, as Xero does it: 0.005 → 0.01, −0.005 → −0.01. All ranges are symmetric
//! (±`i64::MAX`), so a value always has its opposite. `{}` writes the plain form that the parser reads
//! (`1234.5`), `{:#}` the form for people (`1,234.5`). Nothing panics; what does not fit is an [`Error`].
//!
//! Not here: what the values mean (`book`), and floating point, anywhere.

mod amount;
mod currency;
mod decimal;
mod error;
mod factor;
mod json;
mod money;
mod pricing;
mod round;
mod share;
mod text;

pub use amount::Amount;
pub use currency::Currency;
pub use decimal::{Percent, Quantity, Rate, UnitPrice};
pub use error::{Error, Kind, Limit, Problem, TextError};
pub use factor::UnitFactor;
pub use money::Money;
pub use share::{Countable, part, share, split};
pub use text::Shown;
