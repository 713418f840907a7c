//! A decimal number exactly as Xero wrote it: `21.0` stays `21.0`, and is equal to `21.00`.
//!
//! Digits and scale: `24.15` is 2415 with scale 2. Up to 38 digits; read from JSON numbers, from JSON strings (reports
//! write `"1020.22"`), and with exponents. No floating point anywhere: serde_json hands over the digits as text.
//!
//! Not here: amounts with a currency and their rounding (`money`); `plan` converts by text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An exact decimal number with its scale.
#[derive(Clone, Copy, Default)]
pub struct Decimal {
    digits: i128,
    scale: u8,
}

/// The text is no decimal number of at most 38 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADecimal(String);

impl fmt::Display for NotADecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a decimal number of at most 38 digits", self.0)
    }
}

impl std::error::Error for NotADecimal {}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    /// `digits` / 10^`scale`: `Decimal::new(2415, 2)` is 24.15.
    #[must_use]
    pub const fn new(digits: i128, scale: u8) -> Self {
        Self { digits, scale }
    }

    /// Whether it is nothing, whatever its scale.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The sum; none beyond 38 digits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self { digits, scale })
    }

    /// The difference; none beyond 38 digits.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: other.digits.checked_neg()?, scale: other.scale })
    }

    /// The product, exact; none beyond 38 digits.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let (mine, theirs) = (self.shortest(), other.shortest());
        let scale = mine.1.checked_add(theirs.1).filter(|scale| *scale <= 38)?;
        Some(Self { digits: mine.0.checked_mul(theirs.0)?, scale })
    }

    /// The quotient at so many places, half away from zero, as Xero rounds; none by nothing or beyond 38 digits.
    #[must_use]
    pub fn divided(self, by: Self, places: u8) -> Option<Self> {
        let ((above, scale), (below, by_scale)) = (self.shortest(), by.shortest());
        let shift = i16::from(places) + i16::from(by_scale) - i16::from(scale);
        let power = 10_i128.checked_pow(u32::from(shift.unsigned_abs()))?;
        let (above, below) = match shift >= 0 {
            true => (above.checked_mul(power)?, below),
            false => (above, below.checked_mul(power)?),
        };
        let (whole, rest) = (above.checked_div(below)?, above.checked_rem(below)?.unsigned_abs());
        let away = if (above < 0) == (below < 0) { 1 } else { -1 };
        let is_half = rest != 0 && rest >= below.unsigned_abs() - rest;
        Some(Self { digits: if is_half { whole.checked_add(away)? } else { whole }, scale: places })
    }

    /// The number at so many places, half away from zero; none beyond 38 digits.
    #[must_use]
    pub fn rounded(self, places: u8) -> Option<Self> {
        self.divided(Self::new(1, 0), places)
    }

    /// The same number without zeros at the end of its fraction, but with so many places at least: 10.50, 0.125.
    #[must_use]
    pub fn trimmed(self, places: u8) -> Self {
        let (digits, scale) = self.shortest();
        let shortest = Self { digits, scale };
        if scale >= places {
            return shortest;
        }
        shortest.at_scale(places).map_or(shortest, |digits| Self { digits, scale: places })
    }

    fn at_scale(self, scale: u8) -> Option<i128> {
        10_i128.checked_pow(u32::from(scale - self.scale))?.checked_mul(self.digits)
    }

    /// Without zeros at the end of the fraction; equal numbers become the same.
    fn shortest(self) -> (i128, u8) {
        let (mut digits, mut scale) = (self.digits, self.scale);
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (digits, scale)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.shortest() == other.shortest()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(mine), Some(theirs)) => mine.cmp(&theirs),
            // Only one can be beyond 38 digits at the common scale: the one with the smaller scale is the larger.
            (None, _) => self.digits.cmp(&0),
            (_, None) => 0.cmp(&other.digits),
        }
    }
}

impl FromStr for Decimal {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, NotADecimal> {
        read(text).ok_or_else(|| NotADecimal(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if unsigned.len() + fraction.len() == 0 || !all_digits(unsigned) || !all_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    let scale = i16::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    if digits == 0 {
        return Some(Decimal { digits, scale: u8::try_from(scale.clamp(0, 38)).ok()? });
    }
    match u8::try_from(scale) {
        Ok(scale) if scale <= 38 => Some(Decimal { digits, scale }),
        Ok(_) => None,
        Err(_) => {
            let power = 10_i128.checked_pow(u32::from(scale.unsigned_abs()))?;
            Some(Decimal { digits: digits.checked_mul(power)?, scale: 0 })
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.digits < 0 { "-" } else { "" };
        let point = if scale > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        raw.trim_matches('"').trim().parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_stay_as_written() {
        for text in ["21.0", "24.15", "0", "-0.005", "541.25", "99999999999999.99", "0.615310"] {
            let number: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&number).unwrap(), text);
        }
        assert_eq!("1E-7".parse::<Decimal>().unwrap().to_string(), "0.0000001");
        assert_eq!("1.5e3".parse::<Decimal>().unwrap(), Decimal::new(1500, 0));
        assert_eq!(serde_json::from_str::<Decimal>("\"1020.22\"").unwrap(), Decimal::new(102_022, 2));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "-", ".", "1.2.3", "1,5", "NaN", "1e99", "0x1", "123456789012345678901234567890123456789012"]
        {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn equal_values_are_equal_whatever_their_scale() {
        assert_eq!(Decimal::new(210, 1), Decimal::new(2100, 2));
        assert!(Decimal::new(21, 0) < Decimal::new(2101, 2));
        assert_eq!(Decimal::new(5, 0).minus(Decimal::new(125, 2)), Some(Decimal::new(375, 2)));
    }

    #[test]
    fn products_and_quotients_round_half_away_from_zero() {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        let shown = |number: Option<Decimal>| number.map(|n| n.to_string());
        assert_eq!(shown(number("2.50").times(number("-1.1"))), Some("-2.75".to_owned()));
        for (above, below, places, quotient) in [
            ("2.5", "1", 0, "3"),
            ("-2.5", "1", 0, "-3"),
            ("2.4999", "1", 0, "2"),
            ("1200", "115", 2, "10.43"),
            ("100", "0.615310", 2, "162.52"),
            ("0.005", "-1", 2, "-0.01"),
            ("7", "2", 3, "3.500"),
        ] {
            assert_eq!(
                shown(number(above).divided(number(below), places)),
                Some(quotient.to_owned()),
                "{above}"
            );
        }
        assert_eq!(number("1").divided(Decimal::ZERO, 2), None);
        assert_eq!(shown(number("1.005").rounded(2)), Some("1.01".to_owned()));
        assert_eq!(number("10.500000").trimmed(2).to_string(), "10.50");
        assert_eq!(number("10.500000").trimmed(0).to_string(), "10.5");
        assert_eq!(number("0.1250").trimmed(2).to_string(), "0.125");
    }

    proptest! {
        #[test]
        fn a_quotient_is_the_nearest(above in -1_000_000_000_i128..1_000_000_000, below in 1_i128..1_000_000, places in 0_u8..5) {
            let quotient = Decimal::new(above, 0).divided(Decimal::new(below, 0), places).unwrap();
            let back = quotient.times(Decimal::new(below, 0)).unwrap();
            let off = back.minus(Decimal::new(above, 0)).unwrap();
            // Off by at most half a unit of the last place, times the divisor.
            let limit = Decimal::new(below * 5, places + 1);
            prop_assert!(off <= limit && Decimal::ZERO.minus(off).unwrap() <= limit, "{quotient}");
        }

        #[test]
        fn text_out_and_in_again(digits in -1_000_000_000_000_i128..1_000_000_000_000, scale in 0_u8..8) {
            let number = Decimal::new(digits, scale);
            prop_assert_eq!(number.to_string().parse::<Decimal>().unwrap().to_string(), number.to_string());
        }

        #[test]
        fn reading_never_panics(text in ".{0,40}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
