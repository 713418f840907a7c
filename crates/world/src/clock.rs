//! The time as a parameter: a moment is milliseconds since 1970 in UTC, a clock says which it is and wakes people.
//!
//! `Moment::from_millis(1_789_344_000_000)` is 2026-09-14T00:00:00Z. Moments never overflow: they stop at the ends.
//! Not here: calendar days and time zones.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A future that can be kept and sent: what the traits of this crate answer, so that they stay object-safe.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The moment so many milliseconds after (or, if negative, before) the start of 1970 in UTC.
    #[must_use]
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the start of 1970 in UTC.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// So much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// So much earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The time from `earlier` to this moment; nothing if it isn't earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// Says what time it is, and waits.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Moment;

    /// Ends when `moment` has come; at once if it has passed.
    fn sleep_until(&self, moment: Moment) -> Waiting<'static, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_add_and_stop_at_the_ends() {
        let noon = Moment::from_millis(1_000);
        assert_eq!(noon.plus(Duration::from_secs(2)).millis(), 3_000);
        assert_eq!(noon.minus(Duration::from_secs(2)).millis(), -1_000);
        assert_eq!(noon.since(Moment::from_millis(400)), Duration::from_millis(600));
        assert_eq!(noon.since(Moment::from_millis(4_000)), Duration::ZERO);
        assert_eq!(Moment::from_millis(i64::MAX).plus(Duration::from_secs(1)).millis(), i64::MAX);
    }
}
