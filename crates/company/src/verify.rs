//! Proves a log: nothing in it was changed, it can be read, and what follows from it agrees with itself.
//!
//! Chain (every hash and link), reading (every event), replay (a fresh state, no snapshot), debits = credits, lots = accounts at
//! the end of every month, work in progress of finished orders = 0, the book worked out from nothing = the book kept change
//! by change, and the state that this process uses = the replayed one. What is wrong is named with its row.
//! Not here: repairing; a damaged log is restored from a backup.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use book::{Book, Day, Role};
use money::Amount;
use store::{Chain, CompanyId, Pages, Row, Store};
use world::{Clock, Moment};

use crate::fold::{Failure, Fold};
use crate::log::Log;
use crate::operations::Company;
use crate::state::{Read, State, each_page};

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked.
    pub check: &'static str,
    /// The first event of the row that is damaged, if it is one row.
    pub row: Option<u64>,
    /// What was found.
    pub what: String,
}

/// A check that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Its name.
    pub check: &'static str,
    /// How many of what were looked at.
    pub counted: String,
    /// How long it took.
    pub took: Duration,
}

/// What came out of verifying one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// The checks in order.
    pub checks: Vec<Verified>,
    /// What is wrong; nothing is right.
    pub findings: Vec<Finding>,
}

struct Checks<'a> {
    clock: &'a dyn Clock,
    since: Moment,
    out: Damage,
}

impl Checks<'_> {
    fn found(&mut self, check: &'static str, row: Option<u64>, what: impl Into<String>) {
        // A log that is damaged throughout is told by its first thousand places.
        if self.out.findings.len() < 1_000 {
            self.out.findings.push(Finding { check, row, what: what.into() });
        }
    }

    fn made(&mut self, check: &'static str, counted: String) {
        let now = self.clock.now();
        self.out.checks.push(Verified { check, counted, took: now.since(self.since) });
        self.since = now;
    }
}

/// Verifies one company's log, and that the state which `log` serves is what follows from it.
///
/// # Errors
/// The store can't be read at all.
pub async fn verify(store: &dyn Store, log: &Log<Company>, clock: &dyn Clock) -> Result<Damage, Failure> {
    let mut checks = Checks { clock, since: clock.now(), out: Damage::default() };
    let replayed = replay::<Company>(store, log.company(), &mut checks).await?;
    let Some(state) = replayed else { return Ok(checks.out) };
    let book = &state.fold.book;
    debits_and_credits(book, &mut checks);
    lots_and_accounts(book, &mut checks);
    finished_orders(book, &mut checks);
    for difference in book.check() {
        checks.found("from scratch", None, format!("kept otherwise than it follows: {difference:?}"));
    }
    checks.made(
        "from scratch",
        format!("{} lots, {} documents", book.lots().count(), book.documents().count()),
    );
    // A state that was loaded the usual way, perhaps from a snapshot, perhaps long ago.
    match log.view(Some(state.tip.seq)).await {
        Ok(served) if served.tip == state.tip => {
            if served.fold.digest() != state.fold.digest() {
                checks.found("replay = state", None, "the state in use is not what the log says");
            }
        }
        Ok(_) => {} // somebody went on meanwhile
        Err(failure) => checks.found("replay = state", None, failure.to_string()),
    }
    checks.made("replay = state", format!("up to event {}", state.tip.seq));
    Ok(checks.out)
}

/// Verifies a log's chain and that all of it can be read; the state that follows.
async fn replay<F: Fold>(
    store: &dyn Store,
    company: CompanyId,
    checks: &mut Checks<'_>,
) -> Result<Option<State<F>>, Failure> {
    let mut chain = Chain::new(company);
    let mut state: State<F> = State::empty();
    let (mut rows_read, mut readable) = (0_u64, true);
    let mut pages = Pages::new(store, company, 0);
    let tip = store.tip(company).await?;
    let mut take = |rows: &[Row], read: Vec<Read<F>>| {
        rows_read += rows.len() as u64;
        for (row, events) in rows.iter().zip(read) {
            for broken in chain.row(row) {
                checks.found("chain", Some(row.first), broken.to_string());
                readable = false; // what follows from damaged rows proves nothing
            }
            match events {
                Ok(events) if events.len() as u64 != u64::from(row.entry.events) => {
                    let what = format!("{} events, the row says {}", events.len(), row.entry.events);
                    checks.found("reading", Some(row.first), what);
                    readable = false;
                }
                Ok(events) if readable => state.take_in_row(row, &events),
                Ok(_) => {}
                Err(why) => {
                    checks.found("reading", Some(row.first), why.to_string());
                    readable = false;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    each_page::<F>(&mut pages, &mut take).await?;
    if let Some(broken) = chain.finish(tip).filter(|_| chain.end().seq <= tip.seq) {
        checks.found("chain", Some(chain.end().seq), broken.to_string());
        readable = false;
    }
    checks.made("chain, reading and replay", format!("{rows_read} rows, {} events", chain.end().seq));
    Ok(readable.then_some(state))
}

fn debits_and_credits(book: &Book, checks: &mut Checks<'_>) {
    let mut days: BTreeMap<Day, i128> = BTreeMap::new();
    for (_, movements) in book.ledger().daily() {
        for (day, amount) in movements {
            *days.entry(*day).or_default() += i128::from(amount.minor());
        }
    }
    for (day, sum) in days.iter().filter(|(_, sum)| **sum != 0) {
        checks.found("debits = credits", None, format!("on {day} debits less credits are {sum} minor units"));
    }
    checks
        .made("debits = credits", format!("{} days, {} deltas", days.len(), book.ledger().deltas().count()));
}

fn lots_and_accounts(book: &Book, checks: &mut Checks<'_>) {
    let mut ends: Vec<Day> =
        book.ledger().daily().flat_map(|(_, days)| days.iter().map(|d| month_end(d.0))).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.push(Day::LAST);
    for day in &ends {
        let values = book.valuation(*day);
        let balances = book.balances_as_of(*day);
        for role in Role::ALL.into_iter().filter(|role| role.is_stock()) {
            let (lots, account) = (value(&values, role), value(&balances, role));
            if lots != account {
                let base = book.base();
                let (lots, account) = (lots.display(base), account.display(base));
                checks.found(
                    "lots = accounts",
                    None,
                    format!("{} on {day}: lots {lots}, account {account}", role.name()),
                );
            }
        }
    }
    checks.made("lots = accounts", format!("{} ends of months and the end", ends.len() - 1));
}

fn value(of: &BTreeMap<Role, Amount>, role: Role) -> Amount {
    of.get(&role).copied().unwrap_or_default()
}

fn month_end(day: Day) -> Day {
    let (year, month, _) = day.parts();
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Day::new(year, month, 1).map_or(Day::LAST, Day::previous)
}

/// Work in progress is what its orders say on every day, never below zero, and zero once an order has ended (POST-22).
fn finished_orders(book: &Book, checks: &mut Checks<'_>) {
    let progress = book.progress();
    let mut days: BTreeMap<Day, i128> = BTreeMap::new();
    for (_, movements) in book.ledger().daily().filter(|(key, _)| key.role == Role::WorkInProgress) {
        for (day, amount) in movements {
            *days.entry(*day).or_default() += i128::from(amount.minor());
        }
    }
    for (day, amount) in &progress.by_day {
        *days.entry(*day).or_default() -= i128::from(amount.minor());
    }
    for (day, off) in days.iter().filter(|(_, off)| **off != 0) {
        let what = format!("on {day} the account moves by {off} minor units more than its orders say");
        checks.found("work in progress", None, what);
    }
    for (id, day, balance) in &progress.wrong {
        let number = book.document(*id).map_or("?", |document| document.number());
        let what = format!("{number} has {} on {day}", balance.display(book.base()));
        checks.found("work in progress", None, what);
    }
    checks.made("work in progress", format!("{} orders, {} of them ended", progress.orders, progress.ended));
}

/// Verifies the installation's own log.
///
/// # Errors
/// The store can't be read at all.
pub async fn verify_installation(store: &dyn Store, clock: &dyn Clock) -> Result<Damage, Failure> {
    let mut checks = Checks { clock, since: clock.now(), out: Damage::default() };
    for wrong in store.examine().await? {
        checks.found("the database's own check", None, wrong);
    }
    checks.made("the database's own check", "all tables".to_owned());
    replay::<crate::Installation>(store, CompanyId(0), &mut checks).await?;
    Ok(checks.out)
}
