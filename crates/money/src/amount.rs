//! An amount in the company's base currency, in minor units: 1,234.50 NZD is 123,450.
//!
//! The base currency is the company's and not kept in each amount, so text needs it: `amount.display(currency)`.
//! Adding is checked; the range is ±`i64::MAX` minor units, symmetric, so every amount has its opposite.
//! Not here: money in other currencies (`Money`).

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;

use crate::error::{Error, Kind};
use crate::text::{Grammar, Shown, parse, power_of_ten};
use crate::{Currency, Quantity, UnitPrice, round};

/// Money in the base currency, counted in its minor units (POST-15).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// The largest amount; its opposite is the smallest.
    pub const MAX: Amount = Amount(i64::MAX);

    /// So many minor units. `i64::MIN`, the one number without an opposite, is no amount and gives −`i64::MAX`.
    pub const fn from_minor(minor: i64) -> Amount {
        Amount(if minor == i64::MIN { -i64::MAX } else { minor })
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum, or `TooLarge`/`TooSmall`.
    pub fn checked_add(self, other: Amount) -> Result<Amount, Error> {
        round::fit(i128::from(self.0) + i128::from(other.0), Kind::Amount, 0).map(Amount)
    }

    /// The difference, or `TooLarge`/`TooSmall`.
    pub fn checked_sub(self, other: Amount) -> Result<Amount, Error> {
        self.checked_add(-other)
    }

    /// The sum of many; only the total must fit, not what lies in between.
    pub fn try_sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, Error> {
        let sum = amounts.into_iter().fold(0_i128, |sum, amount| sum.saturating_add(i128::from(amount.0)));
        round::fit(sum, Kind::Amount, 0).map(Amount)
    }

    /// The amount without its sign.
    pub const fn abs(self) -> Amount {
        Amount(self.0.abs())
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// How it compares with zero.
    pub fn sign(self) -> Ordering {
        self.0.cmp(&0)
    }

    /// What one unit costs, to six decimals: for showing, never for booking.
    pub fn per(self, quantity: Quantity, base: Currency) -> Result<UnitPrice, Error> {
        if quantity.is_zero() {
            return Err(Error::ZeroQuantity);
        }
        // In units of 10^−12, over a quantity in units of 10^−6, gives a price in units of 10^−6.
        let number = i128::from(self.0) * i128::from(power_of_ten(12 - base.minor_digits()));
        let price = round::divide(number, i128::from(quantity.millionths()));
        round::fit(price, Kind::UnitPrice, 6).map(UnitPrice::from_millionths)
    }

    /// Reads `1234.50` with the decimals of the base currency.
    pub fn parse(text: &str, base: Currency) -> Result<Amount, Error> {
        let grammar =
            Grammar { what: Kind::Amount, digits: base.minor_digits(), least: -i64::MAX, most: i64::MAX };
        parse(text, &grammar).map(Amount)
    }

    /// With the decimals of the base currency: `{}` is `1234.50`, which `parse` reads; `{:#}` is `1,234.50`.
    pub fn display(self, base: Currency) -> Shown {
        Shown::fixed(self.0, base.minor_digits())
    }
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

/// An amount doesn't know its currency, so this counts: `123450 minor`.
impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} minor", self.0)
    }
}
