//! Balance synchronisations: asking Xero for a balance as at a day, and posting what differs (BAL-2, BAL-7).
//!
//! ```text
//! 2026-02-28 22:30 has come for Shops: GET Reports/TrialBalance?date=2026-02-28 → 11,150.00; lots 12,400.00 → PUT ManualJournals
//! ```
//! Runs are made up oldest first. What was read counts until its journal is sent; after a crash it is read again. Not here: which
//! runs are due and what a journal says (`plan::balances`), reading the balance (`witness`).

use book::Day;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use plan::reconcile::Balance;
use plan::{BalanceRun, BalanceStep, Subject, Synchronisation, balance_runs, balance_step};
use world::Moment;
use xero::Decimal;

use crate::desk::View;
use crate::report::{Blocked, Phase, Stop};
use crate::rounds::Runner;
use crate::trip::{Asked, Trip};

/// More runs than this aren't made up in one go; the next run by schedule goes on.
const AT_ONCE: usize = 400;

/// Whether a synchronisation's time of a day has come, in the company's zone. A time that a day doesn't have, because clocks went
/// forward, is an hour later; one that it has twice is the first.
fn has_come(one: &Synchronisation, day: Day, zone: &TimeZone, now: Moment) -> bool {
    let (hour, minute) = one.at.parts();
    let date: Option<Date> = day.to_string().parse().ok();
    let time = date.map(|date| date.at(hour.cast_signed(), minute.cast_signed(), 0, 0));
    let moment = time.and_then(|time| zone.to_ambiguous_timestamp(time).compatible().ok());
    moment.is_some_and(|moment| moment.as_millisecond() <= now.millis())
}

/// The runs that are due.
pub(crate) fn runs_due(view: &View, zone: &TimeZone, now: Moment) -> Vec<BalanceRun> {
    balance_runs(&view.book, &view.exchange, view.today, |one, day| has_come(one, day, zone, now))
}

impl Runner {
    /// Whether a balance synchronisation is due.
    pub(crate) fn balances_due(&self, view: &View) -> bool {
        !view.exchange.is_held() && !runs_due(view, &self.zone, self.clock.now()).is_empty()
    }
}

impl Trip<'_> {
    /// Makes the runs that are due, one after another.
    pub(crate) async fn synchronise_balances(&mut self, zone: &TimeZone) -> Result<(), Stop> {
        for _ in 0..AT_ONCE {
            self.go_on()?;
            if self.view.exchange.is_held() {
                break;
            }
            let runs = runs_due(&self.view, zone, self.now());
            let fresh = |run: &BalanceRun| !self.asked.contains(&tried(run));
            let Some(first) = runs.iter().filter(|run| fresh(run)).min_by_key(|run| run.day) else { break };
            let day = first.day;
            let these: Vec<BalanceRun> =
                runs.iter().filter(|run| run.day == day && fresh(run)).cloned().collect();
            // The lock dates may have moved.
            self.organisation().await?;
            self.phase(Phase::Looking);
            let said = self.trial_balance(day).await?;
            for run in these {
                self.asked.insert(tried(&run));
                self.make(&run, &said).await?;
            }
        }
        self.settle_open().await?;
        self.count_left(zone);
        Ok(())
    }

    /// Runs that are still to be made, because Xero didn't do what was asked: the next run by schedule makes them.
    fn count_left(&mut self, zone: &TimeZone) {
        if self.view.exchange.is_held() {
            return;
        }
        let runs = runs_due(&self.view, zone, self.now());
        let is_blocked = |run: &BalanceRun| self.report.blocked.iter().any(|one| one.name == named(run));
        let left = runs.iter().filter(|run| !is_blocked(run)).count();
        self.report.left += u32::try_from(left).unwrap_or(u32::MAX);
    }

    async fn make(&mut self, run: &BalanceRun, said: &[Balance]) -> Result<(), Stop> {
        let View { book, exchange, today } = &self.view;
        let Some(one) = exchange.settings().synchronisation(&run.name) else { return Ok(()) };
        // An account that Xero doesn't name holds nothing (API-FACTS 4.16).
        let xero = said.iter().find(|said| said.account == one.account);
        let xero = xero.map_or(Decimal::ZERO, |said| said.balance);
        match balance_step(book, exchange, run, xero, *today) {
            BalanceStep::Record(command) => match self.ask(*command, Vec::new()).await? {
                Asked::Done => Ok(()),
                Asked::Refused(why) => {
                    self.block(run, why);
                    self.refresh().await
                }
            },
            BalanceStep::Post(operation) => self.carry(vec![*operation]).await,
            BalanceStep::Blocked(why) => {
                self.block(run, why);
                Ok(())
            }
        }
    }

    fn block(&mut self, run: &BalanceRun, why: String) {
        let name = named(run);
        let subject = Subject::Journal(self.view.exchange.next_journal());
        self.report.blocked.push(Blocked { subject, name, why });
    }
}

fn named(run: &BalanceRun) -> String {
    format!("balance of {} on {}", run.name, run.day)
}

fn tried(run: &BalanceRun) -> String {
    format!("balance {} {}", run.name, run.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plan::{Interval, Switch};

    fn shops(at: &str) -> Synchronisation {
        Synchronisation {
            name: "Shops".into(),
            warehouses: std::collections::BTreeSet::new(),
            account: xero::XeroId::read(&format!("{:032x}", 1)).expect("an id"),
            expense: None,
            auto: Switch::On,
            interval: Interval::Day,
            at: at.parse().expect("a time"),
        }
    }

    fn came(at: &str, day: &str, zone: &str, now: &str) -> bool {
        let now = now.parse::<jiff::Timestamp>().expect("a moment").as_millisecond();
        let zone = TimeZone::get(zone).expect("a zone");
        has_come(&shops(at), day.parse().expect("a day"), &zone, Moment::from_millis(now))
    }

    /// rule: BAL-4
    #[test]
    fn a_time_of_day_is_local_also_when_clocks_change() {
        let auckland = "Pacific/Auckland";
        // 22:30 on 30 June is 10:30Z.
        assert!(!came("22:30", "2026-06-30", auckland, "2026-06-30T10:29:59Z"));
        assert!(came("22:30", "2026-06-30", auckland, "2026-06-30T10:30:00Z"));
        // On 29 March 2026 London has no 01:30: it comes at 02:30, 01:30Z.
        assert!(!came("01:30", "2026-03-29", "Europe/London", "2026-03-29T01:29:59Z"));
        assert!(came("01:30", "2026-03-29", "Europe/London", "2026-03-29T01:30:00Z"));
        // On 25 October it has 01:30 twice: the first counts.
        assert!(came("01:30", "2026-10-25", "Europe/London", "2026-10-25T00:30:00Z"));
    }
}
