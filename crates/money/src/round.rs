//! The one rounding: half away from zero, as Xero rounds: 2.5 → 3, −2.5 → −3.
//!
//! Every product is formed in 128 bits before it is divided, so a result is rounded once.
//! Not here: where a fact is rounded; those places have names (`Quantity::at`, `Money::to_base`, `Percent::of`).

use crate::error::{Error, Kind, Limit};

/// `number ÷ divisor`, half away from zero. The divisor is not zero.
pub(crate) fn divide(number: i128, divisor: i128) -> i128 {
    let (whole, rest) = (number / divisor, (number % divisor).unsigned_abs());
    let away = if number.is_negative() == divisor.is_negative() { 1 } else { -1 };
    if rest >= divisor.unsigned_abs() - rest { whole + away } else { whole }
}

/// `a × b ÷ divisor`, half away from zero, for `b ≤ divisor`, so that the result is at most `a`.
///
/// Most products fit 64 bits, where dividing is several times cheaper.
#[inline]
pub(crate) fn scale_down(a: u64, b: u64, divisor: u64) -> u64 {
    if let Some(product) = a.checked_mul(b) {
        let (whole, rest) = (product / divisor, product % divisor);
        return whole + u64::from(rest >= divisor - rest);
    }
    scale_down_wide(a, b, divisor)
}

fn scale_down_wide(a: u64, b: u64, divisor: u64) -> u64 {
    let (product, divisor) = (u128::from(a) * u128::from(b), u128::from(divisor));
    let (whole, rest) = (product / divisor, product % divisor);
    // The result is at most `a`, so it fits.
    u64::try_from(whole + u128::from(rest >= divisor - rest)).unwrap_or(a)
}

/// The number, if it lies in the symmetric range ±`i64::MAX`; else an error naming the bound.
pub(crate) fn fit(number: i128, what: Kind, digits: u8) -> Result<i64, Error> {
    match i64::try_from(number) {
        Ok(number) if number != i64::MIN => Ok(number),
        _ if number.is_negative() => Err(Error::TooSmall { what, limit: Limit { value: -i64::MAX, digits } }),
        _ => Err(Error::TooLarge { what, limit: Limit { value: i64::MAX, digits } }),
    }
}
