//! What day it is, as far as the log knows: the plan has no clock (ACC-6).
//!
//! The last event about Xero was recorded on 2026-05-01: a mapping that holds from that day on holds. Not here: mappings.

use book::Day;

use super::Exchange;
use crate::settings::Mapping;

/// The day of a moment, in UTC.
pub(super) fn day_of(at: i64) -> Day {
    Day::from_number(i32::try_from(at.div_euclid(86_400)).unwrap_or(i32::MAX))
}

impl Exchange {
    /// The day on which something was last recorded, in UTC: what began until then holds (ACC-6).
    #[must_use]
    pub fn today(&self) -> Day {
        day_of(self.at)
    }

    /// It is at least so late. A mapping that holds from today on is news for all documents (ACC-6).
    pub(super) fn tell_time(&mut self, at: i64) {
        let (before, today) = (self.today(), day_of(at));
        self.at = self.at.max(at);
        let begins = |mapping: &Mapping| before < mapping.from && mapping.from <= today;
        if before < today && self.settings.accounts.iter().any(begins) {
            self.context = self.seq;
        }
    }
}
