//! What can be wrong with a value, said so that a person can put it right.
//!
//! `"7.1234567" is not a quantity: at most six decimals (character 9)`. Every error has a stable code for machines
//! ([`Error::code`]) and, where it came from text, that text and the position in it.
//! Not here: which field or document the value belongs to; the caller knows and adds it.

use std::fmt;

use crate::text::Shown;
use crate::{Currency, Quantity};

/// What a value was meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`crate::Amount`]
    Amount,
    /// [`crate::Money`]
    Money,
    /// [`crate::Quantity`]
    Quantity,
    /// [`crate::UnitPrice`]
    UnitPrice,
    /// [`crate::Rate`]
    Rate,
    /// [`crate::Percent`]
    Percent,
    /// [`crate::UnitFactor`]
    UnitFactor,
    /// [`crate::Currency`]
    Currency,
    /// A discount, a [`crate::Percent`] of at most 100.
    Discount,
    /// The weights of [`crate::split`].
    Weights,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Amount => "an amount",
            Kind::Money => "an amount of money",
            Kind::Quantity => "a quantity",
            Kind::UnitPrice => "a unit price",
            Kind::Rate => "an exchange rate",
            Kind::Percent => "a percentage",
            Kind::UnitFactor => "a unit's factor",
            Kind::Currency => "a currency",
            Kind::Discount => "a discount",
            Kind::Weights => "the sum of the weights",
        })
    }
}

/// A bound of a range: `value` counts units of 10^−`digits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The bound, a value that is still allowed.
    pub value: i64,
    /// The decimals of `value`.
    pub digits: u8,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", Shown::shortest(self.value, self.digits))
    }
}

/// Why a value could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The text is not such a value.
    Text(Box<TextError>),
    /// The result is above what the type holds. Also what overflow is.
    TooLarge {
        /// What was being made.
        what: Kind,
        /// The largest allowed value; of an amount in minor units.
        limit: Limit,
    },
    /// The result is below what the type holds.
    TooSmall {
        /// What was being made.
        what: Kind,
        /// The smallest allowed value; of an amount in minor units.
        limit: Limit,
    },
    /// Money of two currencies does not add up.
    MixedCurrencies {
        /// The currency of the first.
        left: Currency,
        /// The currency of the second.
        right: Currency,
    },
    /// The quantity in the other unit has more than six decimals (DOC-22).
    NotExact {
        /// The nearest quantity that has six.
        nearest: Quantity,
    },
    /// There is nothing to split over: no weights, or all of them zero.
    NoWeights,
    /// Nothing can be divided by a quantity of zero.
    ZeroQuantity,
}

/// Text that is not such a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// What it was meant to be.
    pub what: Kind,
    /// The text as given, cut after 40 characters.
    pub text: String,
    /// Where it goes wrong, in bytes from 0. All before it is ASCII, so this counts characters as well.
    pub at: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text ends (or is empty) where a digit must follow.
    DigitMissing,
    /// A character that doesn't belong here: a comma, a space, a letter, a second sign or point.
    Character(char),
    /// More decimals than this, and the further ones are not zeros.
    Decimals(u8),
    /// Above the largest allowed value.
    TooLarge(Limit),
    /// Below the smallest allowed value.
    TooSmall(Limit),
    /// Not three capital letters that ISO 4217 lists as money with a minor unit.
    UnknownCurrency,
    /// Not `amount space currency`.
    CurrencyMissing,
}

impl TextError {
    pub(crate) fn error(what: Kind, text: &str, at: usize, problem: Problem) -> Error {
        let mut kept: String = text.chars().take(40).collect();
        if kept.len() < text.len() {
            kept.push('…');
        }
        Error::Text(Box::new(TextError { what, text: kept, at, problem }))
    }
}

impl Error {
    /// A stable name of the error, for machines: `money.too_large`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Text(error) => match error.problem {
                Problem::DigitMissing => "money.digit_missing",
                Problem::Character(_) => "money.character",
                Problem::Decimals(_) => "money.decimals",
                Problem::TooLarge(_) => "money.too_large",
                Problem::TooSmall(_) => "money.too_small",
                Problem::UnknownCurrency => "money.unknown_currency",
                Problem::CurrencyMissing => "money.currency_missing",
            },
            Error::TooLarge { .. } => "money.too_large",
            Error::TooSmall { .. } => "money.too_small",
            Error::MixedCurrencies { .. } => "money.mixed_currencies",
            Error::NotExact { .. } => "money.not_exact",
            Error::NoWeights => "money.no_weights",
            Error::ZeroQuantity => "money.zero_quantity",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Text(error) => error.fmt(f),
            Error::TooLarge { what, limit } => write!(f, "too large: {what} is at most {limit}"),
            Error::TooSmall { what, limit } => write!(f, "too small: {what} is at least {limit}"),
            Error::MixedCurrencies { left, right } => {
                write!(f, "{left} and {right} can't be added: convert one of them with its rate first")
            }
            Error::NotExact { nearest } => {
                write!(
                    f,
                    "the quantity has more than six decimals in the stock unit; the nearest is {nearest:#}"
                )
            }
            Error::NoWeights => {
                f.write_str("there is nothing to split over: give at least one weight above zero")
            }
            Error::ZeroQuantity => f.write_str("nothing can be divided by a quantity of zero"),
        }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TextError { what, text, at, problem } = self;
        write!(f, "{text:?} is not {what}: ")?;
        match problem {
            Problem::DigitMissing => f.write_str("a digit is missing")?,
            Problem::Character(',') => f.write_str("no comma; write 1234.5")?,
            Problem::Character(c) => write!(f, "{c:?} doesn't belong; write digits, like 1234.5")?,
            Problem::Decimals(0) => f.write_str("no decimals")?,
            Problem::Decimals(most) => write!(f, "at most {} decimals", in_words(*most))?,
            Problem::TooLarge(limit) => return write!(f, "too large, at most {limit}"),
            Problem::TooSmall(limit) => return write!(f, "too small, at least {limit}"),
            Problem::UnknownCurrency => return f.write_str("write an ISO 4217 code, like NZD"),
            Problem::CurrencyMissing => {
                return f.write_str("write the number, a space and the currency, like 12.50 NZD");
            }
        }
        write!(f, " (character {})", at + 1)
    }
}

/// "six decimals" reads better than "6 decimals" for the numbers that occur.
fn in_words(number: u8) -> String {
    match number {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        4 => "four".to_owned(),
        6 => "six".to_owned(),
        other => other.to_string(),
    }
}

impl std::error::Error for Error {}
