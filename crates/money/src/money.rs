//! Money: an amount with its currency, as documents carry it: 12.50 USD.
//!
//! Two currencies never add; [`Money::to_base`] is the way from a document's currency to the company's.
//! Not here: amounts in the base currency (`Amount`).

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;
use std::str::FromStr;

use crate::error::{Error, Kind, Problem, TextError};
use crate::text::{Grammar, Shown, parse, power_of_ten};
use crate::{Amount, Currency, Rate, round};

/// An amount of a currency, counted in its minor units. Equal only to money of the same currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    currency: Currency,
    minor: i64,
}

impl Money {
    /// So many minor units. `i64::MIN`, the one number without an opposite, gives −`i64::MAX`.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { currency, minor: Amount::from_minor(minor).minor() }
    }

    /// Nothing, of a currency.
    pub const fn zero(currency: Currency) -> Money {
        Money { currency, minor: 0 }
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum; `MixedCurrencies` if they differ.
    pub fn checked_add(self, other: Money) -> Result<Money, Error> {
        if self.currency != other.currency {
            return Err(Error::MixedCurrencies { left: self.currency, right: other.currency });
        }
        Money::fit(i128::from(self.minor) + i128::from(other.minor), self.currency)
    }

    /// The difference; `MixedCurrencies` if they differ.
    pub fn checked_sub(self, other: Money) -> Result<Money, Error> {
        self.checked_add(-other)
    }

    /// The sum of many, which must all be in `currency`; only the total must fit.
    pub fn try_sum(money: impl IntoIterator<Item = Money>, currency: Currency) -> Result<Money, Error> {
        let mut sum = 0_i128;
        for one in money {
            if one.currency != currency {
                return Err(Error::MixedCurrencies { left: currency, right: one.currency });
            }
            sum = sum.saturating_add(i128::from(one.minor));
        }
        Money::fit(sum, currency)
    }

    /// Without its sign.
    pub const fn abs(self) -> Money {
        Money { minor: self.minor.abs(), ..self }
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// How it compares with zero.
    pub fn sign(self) -> Ordering {
        self.minor.cmp(&0)
    }

    /// In the base currency: money ÷ rate (foreign units per 1 of base), rounded once to base's minor unit (DOC-18).
    ///
    /// For money that is in the base currency already, the rate is 1. 100.00 USD at 0.6 is 166.67 NZD.
    pub fn to_base(self, rate: Rate, base: Currency) -> Result<Amount, Error> {
        let number = i128::from(self.minor) * 1_000_000 * i128::from(power_of_ten(base.minor_digits()));
        let divisor = i128::from(rate.millionths()) * i128::from(power_of_ten(self.currency.minor_digits()));
        let minor = round::fit(round::divide(number, divisor), Kind::Amount, 0)?;
        Ok(Amount::from_minor(minor))
    }

    /// Money of the base currency in another: base × rate (foreign units per 1 of base), rounded once to its minor unit.
    ///
    /// 100.00 NZD at 0.6 is 60.00 USD.
    pub fn from_base(base: Money, rate: Rate, currency: Currency) -> Result<Money, Error> {
        let number = i128::from(base.minor) * i128::from(rate.millionths());
        let number = number * i128::from(power_of_ten(currency.minor_digits()));
        let divisor = 1_000_000 * i128::from(power_of_ten(base.currency.minor_digits()));
        Money::fit(round::divide(number, divisor), currency)
    }

    /// Reads `12.50` with the decimals of `currency`.
    pub fn parse_in(text: &str, currency: Currency) -> Result<Money, Error> {
        let digits = currency.minor_digits();
        let grammar = Grammar { what: Kind::Money, digits, least: -i64::MAX, most: i64::MAX };
        Ok(Money { currency, minor: parse(text, &grammar)? })
    }

    /// The number alone: `{}` is `1234.50`, which `parse_in` reads; `{:#}` is `1,234.50`.
    pub fn number(self) -> Shown {
        Shown::fixed(self.minor, self.currency.minor_digits())
    }

    pub(crate) fn fit(minor: i128, currency: Currency) -> Result<Money, Error> {
        let minor = round::fit(minor, Kind::Money, currency.minor_digits())?;
        Ok(Money { currency, minor })
    }
}

impl Neg for Money {
    type Output = Money;

    fn neg(self) -> Money {
        Money { minor: -self.minor, ..self }
    }
}

/// Money of two currencies has no order: `None`.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Money) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

/// Reads `12.50 NZD`.
impl FromStr for Money {
    type Err = Error;

    fn from_str(text: &str) -> Result<Money, Error> {
        let Some((number, code)) = text.split_once(' ') else {
            return Err(TextError::error(Kind::Money, text, text.len(), Problem::CurrencyMissing));
        };
        Money::parse_in(number, Currency::parse(code)?)
    }
}

/// `1234.50 NZD`; `{:#}` is `1,234.50 NZD`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)?;
        write!(f, " {}", self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
