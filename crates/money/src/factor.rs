//! The factor of a unit to the stock unit: a ratio of integers (DOC-22). A box of twelve is 12, a gram of a stocked
//! kilogram 1/1000.
//!
//! Kept in lowest terms, so equal factors are equal. Converting is exact or refused: 1 piece of a dozen is 1/12 dozen,
//! which six decimals can't hold; the error names the nearest quantity, and a person may take that one.
//! Not here: which units exist (`book`).

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::error::{Error, Kind, Limit, TextError};
use crate::text::{Grammar, parse};
use crate::{Quantity, round};

/// Stock units per unit, as numerator ÷ denominator, both above zero and in lowest terms.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnitFactor {
    numerator: NonZeroU64,
    denominator: NonZeroU64,
}

impl UnitFactor {
    /// The factor of the stock unit itself.
    pub const ONE: UnitFactor = UnitFactor { numerator: NonZeroU64::MIN, denominator: NonZeroU64::MIN };

    /// The ratio in lowest terms. Both must lie in 1 to `i64::MAX`.
    pub fn new(numerator: u64, denominator: u64) -> Result<UnitFactor, Error> {
        let common = greatest_common_divisor(numerator, denominator);
        let reduced = |number: u64| {
            NonZeroU64::new(number / common).filter(|number| i64::try_from(number.get()).is_ok())
        };
        if numerator == 0 || denominator == 0 {
            return Err(Error::TooSmall { what: Kind::UnitFactor, limit: Limit { value: 1, digits: 0 } });
        }
        match (reduced(numerator), reduced(denominator)) {
            (Some(numerator), Some(denominator)) => Ok(UnitFactor { numerator, denominator }),
            _ => {
                let limit = Limit { value: i64::MAX, digits: 0 };
                Err(Error::TooLarge { what: Kind::UnitFactor, limit })
            }
        }
    }

    /// What is above the line.
    pub const fn numerator(self) -> u64 {
        self.numerator.get()
    }

    /// What is below the line.
    pub const fn denominator(self) -> u64 {
        self.denominator.get()
    }

    /// The factor back: units per stock unit.
    pub const fn inverse(self) -> UnitFactor {
        UnitFactor { numerator: self.denominator, denominator: self.numerator }
    }

    /// Reads `12`, `0.45359237` (up to 18 decimals) or `1/12`.
    pub fn parse(text: &str) -> Result<UnitFactor, Error> {
        let most = i64::MAX;
        let read = |text: &str, digits: u8| {
            parse(text, &Grammar { what: Kind::UnitFactor, digits, least: 1, most }).map(i64::unsigned_abs)
        };
        let Some((above, below)) = text.split_once('/') else {
            // As many decimals as are there, so that 12 stays readable up to i64::MAX.
            let digits = text.split_once('.').map_or(0, |(_, decimals)| decimals.len().min(18));
            let digits = u8::try_from(digits).unwrap_or(18);
            return UnitFactor::new(read(text, digits)?, 10_u64.pow(u32::from(digits)));
        };
        let whole = |part: &str, at: usize| {
            read(part, 0).map_err(|error| match error {
                Error::Text(error) => TextError::error(Kind::UnitFactor, text, at + error.at, error.problem),
                other => other,
            })
        };
        UnitFactor::new(whole(above, 0)?, whole(below, above.len() + 1)?)
    }
}

impl Quantity {
    /// The quantity in stock units: × factor, exactly; `NotExact` (with the nearest) if six decimals don't hold it.
    pub fn to_stock_units(self, factor: UnitFactor) -> Result<Quantity, Error> {
        let product = i128::from(self.millionths()) * i128::from(factor.numerator());
        let divisor = i128::from(factor.denominator());
        let nearest = round::fit(round::divide(product, divisor), Kind::Quantity, 6)?;
        let nearest = Quantity::from_millionths(nearest);
        if product % divisor == 0 { Ok(nearest) } else { Err(Error::NotExact { nearest }) }
    }

    /// A quantity of stock units in the other unit: ÷ factor, exactly, else `NotExact`.
    pub fn from_stock_units(self, factor: UnitFactor) -> Result<Quantity, Error> {
        self.to_stock_units(factor.inverse())
    }
}

/// By value: 1/3 is less than 1/2.
impl Ord for UnitFactor {
    fn cmp(&self, other: &UnitFactor) -> Ordering {
        let across = |a: &UnitFactor, b: &UnitFactor| u128::from(a.numerator()) * u128::from(b.denominator());
        across(self, other).cmp(&across(other, self))
    }
}

impl PartialOrd for UnitFactor {
    fn partial_cmp(&self, other: &UnitFactor) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// At least 1.
fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl FromStr for UnitFactor {
    type Err = Error;

    fn from_str(text: &str) -> Result<UnitFactor, Error> {
        UnitFactor::parse(text)
    }
}

/// `12` or `1/12`, which `parse` reads.
impl fmt::Display for UnitFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator() {
            1 => write!(f, "{}", self.numerator()),
            below => write!(f, "{}/{below}", self.numerator()),
        }
    }
}

impl fmt::Debug for UnitFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
