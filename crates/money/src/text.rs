//! One parser and one formatter for every number here.
//!
//! In: `-1234.5`: an optional minus, digits, optionally a point and digits. No grouping (is `1,500` one and a
//! half?), no plus, no exponent, no spaces. Zeros beyond the allowed decimals change nothing and are taken.
//! Out: `{}` is the same plain form, `{:#}` the form for people, `-1,234.50`; width and fill work as for integers.
//! Not here: the ranges, which each type names.

use std::fmt;

use crate::error::{Error, Kind, Limit, Problem, TextError};

/// What a text must be to be read: how many decimals, and the range in units of the last decimal.
pub(crate) struct Grammar {
    pub what: Kind,
    pub digits: u8,
    pub least: i64,
    pub most: i64,
}

/// Reads a number as a count of its last decimal: `7.1` with two digits is 710.
pub(crate) fn parse(text: &str, grammar: &Grammar) -> Result<i64, Error> {
    let Grammar { what, digits, least, most } = *grammar;
    let wrong = |at: usize, problem: Problem| Err(TextError::error(what, text, at, problem));
    let negative = text.starts_with('-');
    // Saturating is enough: whatever doesn't fit 128 bits is far outside every range.
    let mut value: i128 = 0;
    let mut decimals: Option<u8> = None;
    let mut after_digit = false;
    for (at, character) in text.char_indices().skip(usize::from(negative)) {
        match (character.to_digit(10), decimals) {
            (Some(0), Some(read)) if read == digits => {}
            (Some(_), Some(read)) if read == digits => return wrong(at, Problem::Decimals(digits)),
            (Some(digit), read) => {
                value = value.saturating_mul(10).saturating_add(i128::from(digit));
                decimals = read.map(|read| read + 1);
            }
            (None, None) if character == '.' && after_digit => decimals = Some(0),
            (None, _) => return wrong(at, Problem::Character(character)),
        }
        after_digit = character != '.';
    }
    if !after_digit {
        return wrong(text.len(), Problem::DigitMissing);
    }
    value = value.saturating_mul(i128::from(power_of_ten(digits - decimals.unwrap_or(0))));
    if negative {
        value = -value;
    }
    let start = usize::from(negative);
    if value < i128::from(least) {
        return wrong(start, Problem::TooSmall(Limit { value: least, digits }));
    }
    match i64::try_from(value) {
        Ok(value) if value <= most => Ok(value),
        _ => wrong(start, Problem::TooLarge(Limit { value: most, digits })),
    }
}

/// 10^`exponent`; exponents here are at most 18, which is as far as 64 bits go.
pub(crate) const fn power_of_ten(exponent: u8) -> i64 {
    match 10_i64.checked_pow(exponent as u32) {
        Some(power) => power,
        None => i64::MAX,
    }
}

/// A number ready to be written: `{}` plain, `{:#}` with its thousands grouped.
#[derive(Clone, Copy)]
pub struct Shown {
    value: i64,
    digits: u8,
    least_digits: u8,
}

impl Shown {
    /// All decimals: `1234.50`.
    pub(crate) fn fixed(value: i64, digits: u8) -> Shown {
        Shown { value, digits, least_digits: digits }
    }

    /// No zeros at the end: `1234.5`, `12`.
    pub(crate) fn shortest(value: i64, digits: u8) -> Shown {
        Shown { value, digits, least_digits: 0 }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut decimals) = (self.value.unsigned_abs(), self.digits);
        while decimals > self.least_digits && rest.is_multiple_of(10) {
            rest /= 10;
            decimals -= 1;
        }
        // Written from the back: at most 20 digits, 6 commas and a point.
        let mut buffer = [0_u8; 32];
        let mut start = buffer.len();
        let mut put = |byte: u8| {
            start = start.saturating_sub(1);
            buffer[start] = byte;
        };
        let mut written: u8 = 0;
        while rest > 0 || written <= decimals {
            if written == decimals && decimals > 0 {
                put(b'.');
            } else if f.alternate() && written > decimals && (written - decimals).is_multiple_of(3) {
                put(b',');
            }
            put(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
            written += 1;
        }
        let text = std::str::from_utf8(&buffer[start..]).map_err(|_| fmt::Error)?;
        f.pad_integral(self.value >= 0, "", text)
    }
}
