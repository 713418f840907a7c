//! Numbers with six decimals, as integers in millionths: quantities, unit prices, exchange rates, percentages.
//!
//! 7.125 pieces are 7,125,000 millionths. One macro gives all four their text and order; what differs is the range:
//! quantities and prices have both signs, a rate is above zero, a percentage lies in 0 to 1,000 (a larger one is a
//! slip of the keyboard; a negative discount is a price).
//! Not here: what they do together (`pricing.rs`, `factor.rs`, `share.rs`).

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;
use std::str::FromStr;

use crate::error::{Error, Kind, Limit};
use crate::round;
use crate::text::{Grammar, Shown, parse};

const MILLION: i64 = 1_000_000;

macro_rules! six_decimals {
    ($(#[$doc:meta])* $name:ident, $kind:expr, $least:expr, $most:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            const GRAMMAR: Grammar = Grammar { what: $kind, digits: 6, least: $least, most: $most };

            /// The number in millionths.
            pub const fn millionths(self) -> i64 {
                self.0
            }

            /// Reads `1234.5`, at most six decimals; the error says what is wrong and where.
            pub fn parse(text: &str) -> Result<$name, Error> {
                parse(text, &Self::GRAMMAR).map($name)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<$name, Error> {
                $name::parse(text)
            }
        }

        /// `1234.5`, which `parse` reads; `{:#}` is `1,234.5`.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Shown::shortest(self.0, 6).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

six_decimals!(
    /// How much of an item, in a unit that the item knows. Both signs: a correction may take back.
    Quantity,
    Kind::Quantity,
    -i64::MAX,
    i64::MAX
);
six_decimals!(
    /// The price of one unit, in a currency that the document knows. Both signs.
    UnitPrice,
    Kind::UnitPrice,
    -i64::MAX,
    i64::MAX
);
six_decimals!(
    /// An exchange rate as Xero keeps it: foreign units per 1 unit of base currency (DOC-18). Above zero.
    Rate,
    Kind::Rate,
    1,
    i64::MAX
);
six_decimals!(
    /// A percentage of tax or discount, 0 to 1,000: 12.5 is 12.5 %. "No tax" is no percentage (TAX-3), not 0.
    Percent,
    Kind::Percent,
    0,
    1_000 * MILLION
);

macro_rules! signed {
    ($name:ident, $kind:expr) => {
        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(0);
            /// The largest; its opposite is the smallest.
            pub const MAX: $name = $name(i64::MAX);

            /// So many millionths. `i64::MIN`, the one number without an opposite, gives −`i64::MAX`.
            pub const fn from_millionths(millionths: i64) -> $name {
                $name(if millionths == i64::MIN { -i64::MAX } else { millionths })
            }

            /// So many whole units.
            pub const fn units(units: i32) -> $name {
                $name(units as i64 * MILLION)
            }

            /// The sum, or `TooLarge`/`TooSmall`.
            pub fn checked_add(self, other: $name) -> Result<$name, Error> {
                round::fit(i128::from(self.0) + i128::from(other.0), $kind, 6).map($name)
            }

            /// The difference, or `TooLarge`/`TooSmall`.
            pub fn checked_sub(self, other: $name) -> Result<$name, Error> {
                self.checked_add(-other)
            }

            /// The sum of many; only the total must fit.
            pub fn try_sum(all: impl IntoIterator<Item = $name>) -> Result<$name, Error> {
                let sum = all.into_iter().fold(0_i128, |sum, one| sum.saturating_add(i128::from(one.0)));
                round::fit(sum, $kind, 6).map($name)
            }

            /// Without its sign.
            pub const fn abs(self) -> $name {
                $name(self.0.abs())
            }

            /// Whether it is nothing.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// How it compares with zero.
            pub fn sign(self) -> Ordering {
                self.0.cmp(&0)
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::ZERO
            }
        }

        impl Neg for $name {
            type Output = $name;

            fn neg(self) -> $name {
                $name(-self.0)
            }
        }
    };
}

signed!(Quantity, Kind::Quantity);
signed!(UnitPrice, Kind::UnitPrice);

impl Rate {
    /// The rate of the base currency itself.
    pub const ONE: Rate = Rate(MILLION);

    /// So many millionths; `TooSmall` unless above zero.
    pub fn from_millionths(millionths: i64) -> Result<Rate, Error> {
        in_range(millionths, &Rate::GRAMMAR).map(Rate)
    }

    /// Base units per 1 foreign unit, to six decimals: for showing the rate the other way round (DOC-18).
    pub fn inverse(self) -> Result<Rate, Error> {
        let millionths = round::divide(i128::from(MILLION).pow(2), i128::from(self.0));
        Rate::from_millionths(round::fit(millionths, Kind::Rate, 6)?)
    }
}

/// Zero: no discount.
impl Default for Percent {
    fn default() -> Percent {
        Percent::ZERO
    }
}

impl Percent {
    /// Zero percent, which is a rate of tax (TAX-3); "no tax" is `None`.
    pub const ZERO: Percent = Percent(0);
    /// All of it.
    pub const HUNDRED: Percent = Percent(100 * MILLION);

    /// So many millionths of a percent: 12.5 % is 12,500,000; refused outside 0 to 1,000 %.
    pub fn from_millionths(millionths: i64) -> Result<Percent, Error> {
        in_range(millionths, &Percent::GRAMMAR).map(Percent)
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

fn in_range(value: i64, grammar: &Grammar) -> Result<i64, Error> {
    let Grammar { what, digits, least, most } = *grammar;
    if value < least {
        return Err(Error::TooSmall { what, limit: Limit { value: least, digits } });
    }
    if value > most {
        return Err(Error::TooLarge { what, limit: Limit { value: most, digits } });
    }
    Ok(value)
}
