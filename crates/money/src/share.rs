//! Splitting so that the parts always sum to the whole.
//!
//! The share of what is done so far is one rounded number, and a taking costs the difference of two such numbers:
//! of ten pieces for 71.00, three are 21.30, six 42.60, ten 71.00, so takings of 3, 3 and 4 cost 21.30, 21.30 and
//! 28.40. The differences telescope: whatever the cuts, nothing is lost or left.
//! Not here: which costs are split over what (`book`).

use crate::error::{Error, Kind};
use crate::round::{fit, scale_down};
use crate::{Amount, Money, Quantity};

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::Amount {}
    impl Sealed for crate::Money {}
    impl Sealed for crate::Quantity {}
}

/// What counts its smallest parts, so it can be split exactly: `Amount`, `Money`, `Quantity`.
pub trait Countable: Copy + sealed::Sealed {
    /// The number of smallest parts, never `i64::MIN`.
    fn count(self) -> i64;
    /// The same kind (and currency) with another count, if it fits.
    fn with_count(self, count: i128) -> Result<Self, Error>;
    /// The same kind with a count that is no further from zero than this one's.
    #[doc(hidden)]
    fn with_part(self, count: i64) -> Self;
}

impl Countable for Amount {
    fn count(self) -> i64 {
        self.minor()
    }
    fn with_count(self, count: i128) -> Result<Amount, Error> {
        fit(count, Kind::Amount, 0).map(Amount::from_minor)
    }
    fn with_part(self, count: i64) -> Amount {
        Amount::from_minor(count)
    }
}

impl Countable for Money {
    fn count(self) -> i64 {
        self.minor()
    }
    fn with_count(self, count: i128) -> Result<Money, Error> {
        Money::fit(count, self.currency())
    }
    fn with_part(self, count: i64) -> Money {
        Money::new(count, self.currency())
    }
}

impl Countable for Quantity {
    fn count(self) -> i64 {
        self.millionths()
    }
    fn with_count(self, count: i128) -> Result<Quantity, Error> {
        fit(count, Kind::Quantity, 6).map(Quantity::from_millionths)
    }
    fn with_part(self, count: i64) -> Quantity {
        Quantity::from_millionths(count)
    }
}

/// The share of `total` that belongs to the first `done` of `whole`: total × done ÷ whole, half away from zero.
///
/// Zero for nothing done, `total` for all; in between it only moves away from zero as `done` grows. It is total in the
/// other sense too: with `done` at or below zero nothing is shared, with `done` at or above `whole` everything.
#[inline]
#[must_use]
pub fn share<T: Countable>(total: T, done: Quantity, whole: Quantity) -> T {
    let shared = cumulative(
        total.count(),
        done.millionths().max(0).unsigned_abs(),
        whole.millionths().max(0).unsigned_abs(),
    );
    total.with_part(shared)
}

/// What a taking from `before` to `after` of `whole` is of `total`: share(after) − share(before).
///
/// The parts of consecutive takings sum to `total`. Putting back (`after` below `before`) gives the opposite.
#[inline]
#[must_use]
pub fn part<T: Countable>(total: T, before: Quantity, after: Quantity, whole: Quantity) -> T {
    // Both shares lie between zero and the total, so their difference fits.
    total.with_part(share(total, after, whole).count() - share(total, before, whole).count())
}

/// Splits `total` by weights: one part per weight, in order, each within one smallest part of its exact share, and
/// their sum is `total`. A weight of zero gets zero.
///
/// Errors: `NoWeights` if there are none or all are zero, `TooLarge` if their sum passes `i64::MAX`.
pub fn split<T: Countable>(total: T, weights: &[u64]) -> Result<Vec<T>, Error> {
    let whole: u128 = weights.iter().copied().map(u128::from).sum();
    let whole = fit(whole.cast_signed(), Kind::Weights, 0)?.unsigned_abs();
    if whole == 0 {
        return Err(Error::NoWeights);
    }
    let (mut done, mut shared) = (0, 0);
    let parts = weights.iter().map(|weight| {
        done += weight;
        let before = std::mem::replace(&mut shared, cumulative(total.count(), done, whole));
        total.with_part(shared - before)
    });
    Ok(parts.collect())
}

#[inline]
fn cumulative(total: i64, done: u64, whole: u64) -> i64 {
    if done == 0 {
        return 0;
    }
    if done >= whole {
        return total;
    }
    // At most |total|, so it fits.
    let shared = scale_down(total.unsigned_abs(), done, whole).cast_signed();
    if total.is_negative() { -shared } else { shared }
}
