//! One limit of Xero's, kept without knowing when its windows start: so many calls in any stretch of its length.
//!
//! Xero counts 60 calls in fixed minutes that begin at a moment it doesn't tell. If no 60 seconds, whenever they begin,
//! hold more than 60 of our calls, no window of Xero's does. A call counts from when it is sent until a length after
//! its answer, because Xero counted it somewhere between. What others use of the same budget shows in Xero's headers.
//!
//! Not here: several limits together (`limits`).

use crate::limits::KeptWindow;
use std::collections::VecDeque;
use std::time::Duration;
use world::Moment;

/// Whether one more call fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// It fits now.
    Now,
    /// It fits from this moment on.
    At(Moment),
    /// It may fit when a call that is under way has been answered.
    AfterAnAnswer,
}

#[derive(Clone, Debug)]
pub(crate) struct Window {
    limit: u32,
    length: Duration,
    /// Calls are counted together in steps of this, rounded to the safe side.
    grain: Duration,
    /// When how many calls stop counting, in order.
    recent: VecDeque<(Moment, u32)>,
    under_way: u32,
    /// Calls of others that Xero's header told of, and until when they count at most.
    foreign: Option<(u32, Moment)>,
    /// When a call may be made to see whether the others' calls still count.
    probe: Moment,
}

/// How much later a call without an answer may have been counted than it was given up.
const STRAY: Duration = Duration::from_secs(30);

impl Window {
    pub(crate) fn new(limit: u32, length: Duration) -> Self {
        let grain = length / 300;
        let (recent, foreign, probe) = (VecDeque::new(), None, Moment::from_millis(i64::MIN));
        Self { limit, length, grain, recent, under_way: 0, foreign, probe }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    pub(crate) fn set_limit(&mut self, limit: u32) {
        self.limit = limit;
    }

    /// Calls that count now, ours and others'.
    pub(crate) fn used(&self, now: Moment) -> u32 {
        self.ours(now) + self.foreign(now)
    }

    fn ours(&self, now: Moment) -> u32 {
        self.recent.iter().filter(|(until, _)| *until > now).map(|(_, count)| count).sum::<u32>()
            + self.under_way
    }

    fn foreign(&self, now: Moment) -> u32 {
        self.foreign.filter(|(_, until)| *until > now).map_or(0, |(count, _)| count)
    }

    /// Whether one more call fits when `reserve` calls are kept for others.
    pub(crate) fn room(&self, now: Moment, reserve: u32) -> Room {
        let most = self.limit.saturating_sub(reserve).max(1);
        let mut used = self.used(now);
        if used < most {
            return Room::Now;
        }
        let probing = self.length > Duration::from_secs(3600) && self.under_way == 0 && self.ours(now) < most;
        if probing && self.probe <= now {
            return Room::Now;
        }
        let mut ends: Vec<(Moment, u32)> =
            self.recent.iter().copied().filter(|(until, _)| *until > now).collect();
        ends.extend(self.foreign.filter(|(_, until)| *until > now).map(|(count, until)| (until, count)));
        ends.sort_unstable();
        for (until, count) in ends {
            used -= count;
            if used < most {
                return Room::At(if probing { until.min(self.probe) } else { until });
            }
        }
        Room::AfterAnAnswer
    }

    /// A call goes out.
    pub(crate) fn start(&mut self, now: Moment) {
        while self.recent.front().is_some_and(|(until, _)| *until <= now) {
            self.recent.pop_front();
        }
        self.under_way += 1;
        self.probe = now.plus(self.length / 48);
    }

    /// A call has come back, or was given up (`answered` false) and may yet be counted.
    pub(crate) fn finish(&mut self, now: Moment, answered: bool) {
        self.under_way = self.under_way.saturating_sub(1);
        let stray = if answered { Duration::ZERO } else { STRAY };
        let until = self.round_up(now.plus(stray).plus(self.length));
        let at = self.recent.partition_point(|(end, _)| *end < until);
        match self.recent.get_mut(at) {
            Some((end, count)) if *end == until => *count += 1,
            _ => self.recent.insert(at, (until, 1)),
        }
    }

    fn round_up(&self, moment: Moment) -> Moment {
        let grain = i64::try_from(self.grain.as_millis()).unwrap_or(1).max(1);
        let over = moment.millis().rem_euclid(grain);
        let missing = if over == 0 { 0 } else { grain - over };
        Moment::from_millis(moment.millis().saturating_add(missing))
    }

    /// Xero said how many calls are left: what neither we nor it have left, others used.
    pub(crate) fn learn(&mut self, now: Moment, remaining: u32) {
        let counted = self.limit.saturating_sub(remaining);
        let others = counted.saturating_sub(self.ours(now));
        self.foreign = (others > 0).then(|| (others, now.plus(self.length)));
    }

    /// What counts now, as data. A call under way may yet be counted: it is kept as one that was given up.
    pub(crate) fn kept(&self, now: Moment) -> KeptWindow {
        let mut given_up = self.clone();
        while given_up.under_way > 0 {
            given_up.finish(now, false);
        }
        let counts = given_up.recent.iter().filter(|(until, _)| *until > now);
        KeptWindow {
            limit: self.limit,
            ours: counts.map(|(until, count)| (until.millis(), *count)).collect(),
            others: self.foreign.map(|(count, until)| (count, until.millis())),
            probe: self.probe.millis(),
        }
    }

    /// Takes back what was kept, but not the limit. No call counts longer than one that is given up now.
    pub(crate) fn restore(&mut self, kept: &KeptWindow, now: Moment) {
        let latest = self.round_up(now.plus(STRAY).plus(self.length));
        let end = |until: i64| Moment::from_millis(until).min(latest);
        self.recent = kept.ours.iter().map(|(until, count)| (end(*until), *count)).collect();
        self.recent.make_contiguous().sort_unstable();
        self.foreign = kept.others.map(|(count, until)| (count, end(until)));
        self.probe = end(kept.probe);
    }
}
