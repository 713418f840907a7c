//! Currencies by ISO 4217, and how many decimals their money has: JPY 0, NZD 2, KWD 3.
//!
//! One byte, ordered by code. Codes that are no money with a minor unit (gold, `XXX`) are refused.
//! Not here: rates, and which currencies an organisation has.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind, Problem, TextError};

/// A currency (DOC-18): `"NZD".parse()`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Australian dollar.
    pub const AUD: Currency = Currency(iso_currency::Currency::AUD);
    /// Euro.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    /// Pound sterling.
    pub const GBP: Currency = Currency(iso_currency::Currency::GBP);
    /// Japanese yen, without decimals.
    pub const JPY: Currency = Currency(iso_currency::Currency::JPY);
    /// Kuwaiti dinar, with three decimals.
    pub const KWD: Currency = Currency(iso_currency::Currency::KWD);
    /// New Zealand dollar.
    pub const NZD: Currency = Currency(iso_currency::Currency::NZD);
    /// United States dollar.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);

    /// Reads an ISO 4217 code, capitals only.
    pub fn parse(text: &str) -> Result<Currency, Error> {
        iso_currency::Currency::from_code(text)
            .filter(|currency| currency.exponent().is_some())
            .map(Currency)
            .ok_or_else(|| TextError::error(Kind::Currency, text, 0, Problem::UnknownCurrency))
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The name in English: "New Zealand dollar".
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// The decimals of its money: a minor unit is 10^−this of the currency. At most four.
    pub fn minor_digits(self) -> u8 {
        self.0.exponent().and_then(|digits| u8::try_from(digits).ok()).unwrap_or(0)
    }
}

impl FromStr for Currency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Currency, Error> {
        Currency::parse(text)
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Currency) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Currency) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}
