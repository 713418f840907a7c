//! The sandbox's own clock over the one its driver gives: real, moved, or standing still.
//!
//! With `Clock::Standing` at 02:00 every call sees 02:00 until the control moves it; with `Clock::Moved` by one hour
//! a driver's 02:00 is 03:00 here. So a test ages a token by 31 minutes without waiting.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How the driver's time becomes the sandbox's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The driver's time plus this many milliseconds; 0 is real time.
    Moved(i64),
    /// Always this moment.
    Standing(Timestamp),
}

impl Clock {
    /// The sandbox's time when the driver says `now`.
    pub fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Clock::Moved(ms) => plus(now, ms),
            Clock::Standing(moment) => moment,
        }
    }

    /// The same clock, `ms` milliseconds later (or earlier).
    pub fn advanced(self, ms: i64) -> Clock {
        match self {
            Clock::Moved(by) => Clock::Moved(by.saturating_add(ms)),
            Clock::Standing(moment) => Clock::Standing(plus(moment, ms)),
        }
    }

    /// A clock that shows `moment` now and runs on.
    pub fn running_from(moment: Timestamp, now: Timestamp) -> Clock {
        Clock::Moved(moment.as_millisecond().saturating_sub(now.as_millisecond()))
    }
}

fn plus(moment: Timestamp, ms: i64) -> Timestamp {
    let end = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    moment.checked_add(SignedDuration::from_millis(ms)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_moved_standing() {
        let at = |second| Timestamp::from_second(second).expect("time");
        assert_eq!(Clock::Moved(0).at(at(5)), at(5));
        assert_eq!(Clock::Moved(0).advanced(2_000).at(at(5)), at(7));
        assert_eq!(Clock::Standing(at(9)).at(at(5)), at(9));
        assert_eq!(Clock::Standing(at(9)).advanced(-1_000).at(at(5)), at(8));
        assert_eq!(Clock::running_from(at(100), at(5)).at(at(6)), at(101));
        assert_eq!(Clock::Moved(i64::MAX).at(at(5)), Timestamp::MAX);
    }
}
