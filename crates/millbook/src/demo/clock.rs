//! A clock that somebody sets: the machine's, moved by so much. Three months pass in a second, and it never goes back.
//!
//! `set` makes it 2026-01-05 09:00 in Auckland; half a second of the machine's later it is half a second after nine. The
//! stand-in's clock is moved by the same. Not here: what happens at which time (`play`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use world::{Clock, Moment, Waiting};
use xero_client::network::MachineClock;

/// Where the company is.
pub const ZONE: &str = "Pacific/Auckland";

/// The clock; clones show the same time.
#[derive(Clone, Default)]
pub struct Moved(Arc<AtomicI64>);

impl Moved {
    /// It is this hour of a day where the company is; never earlier than it was.
    pub fn set(&self, day: Date, hour: i8) {
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        let told = zone.to_ambiguous_zoned(day.at(hour, 0, 0, 0)).compatible();
        let told = told.map_or(0, |moment| moment.timestamp().as_millisecond());
        let real = MachineClock.now().millis();
        // From the machine's own time the first setting goes back; later ones go on.
        let by = if self.by() == 0 { told - real } else { (told - real).max(self.by()) };
        self.0.store(by, Ordering::SeqCst);
    }

    /// By how many milliseconds it differs from the machine's.
    pub fn by(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for Moved {
    fn now(&self) -> Moment {
        Moment::from_millis(MachineClock.now().millis().saturating_add(self.by()))
    }

    fn sleep_until(&self, moment: Moment) -> Waiting<'static, ()> {
        MachineClock.sleep_until(Moment::from_millis(moment.millis().saturating_sub(self.by())))
    }
}
