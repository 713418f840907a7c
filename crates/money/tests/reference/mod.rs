//! Arithmetic of any size, written apart from the crate, to compare it with.

use num_bigint::{BigInt, Sign};

/// `number ÷ divisor`, half away from zero: (2 × |n| + |d|) ÷ (2 × |d|), floored, with the quotient's sign.
pub fn half_away(number: BigInt, divisor: BigInt) -> BigInt {
    let negative = (number.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (n, d) = (number.magnitude(), divisor.magnitude());
    let rounded = BigInt::from((n * 2_u8 + d) / (d * 2_u8));
    if negative { -rounded } else { rounded }
}

/// What a result must be: the number if it lies in ±`i64::MAX`, else nothing.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn fitting(number: &BigInt) -> Option<i64> {
    i64::try_from(number).ok().filter(|number| *number != i64::MIN)
}
