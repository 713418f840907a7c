//! The memory engine under the contract that SQLite and PostgreSQL keep, and what only a simulated store can do: fail
//! at a commit on demand, lose what wasn't flushed, be away for a while.

use futures_executor::block_on;
use simulation::{CommitFault, MemoryStore};
use std::sync::Arc;
use std::time::Duration;
use store::contract::{Case, Engine};
use store::{CompanyId, Entry, Error, Item, Result, Sheet, Store, Write};
use world::simulated::{SimulatedClock, drive};
use world::{Moment, Waiting};

const ONE: CompanyId = CompanyId(1);

struct InMemory(MemoryStore);

impl Engine for InMemory {
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>> {
        Box::pin(async { Ok(self.0.open()) })
    }
}

fn clock() -> SimulatedClock {
    SimulatedClock::at(Moment::from_millis(1_790_000_000_000))
}

fn memory() -> MemoryStore {
    MemoryStore::new(Arc::new(clock()))
}

fn on_a_new_memory(case: Case) {
    block_on(case(&InMemory(memory())));
}

store::contract_suite!(on_a_new_memory);

fn entry(command: &str) -> Entry {
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes: b"{}".to_vec() }
}

async fn append(store: &dyn Store, command: &str) -> Result<u64> {
    let put = Item { key: command.to_owned(), value: vec![], until: None };
    let turn = store.begin(ONE).await?;
    turn.commit(vec![entry(command)], vec![Write::Put(Sheet::Body, put)]).await.map(|tip| tip.seq)
}

async fn commands(store: &dyn Store) -> Vec<String> {
    let rows = store.rows(ONE, 0, 99).await.expect("a page");
    rows.into_iter().map(|row| row.entry.command).collect()
}

fn may_have_happened(outcome: Result<u64>) -> bool {
    outcome.expect_err("it fails").may_have_happened()
}

#[test]
fn commits_fail_as_told_and_say_what_they_know() {
    let memory = memory();
    let store = memory.open();
    let told = [CommitFault::Refused, CommitFault::NotDone, CommitFault::AnswerLost];
    memory.fail_commits(told);
    drive(&clock(), async {
        assert!(!may_have_happened(append(&*store, "a").await));
        assert!(may_have_happened(append(&*store, "b").await));
        assert!(may_have_happened(append(&*store, "c").await));
        assert_eq!(append(&*store, "d").await, Ok(2));
        assert_eq!(commands(&*store).await, ["c", "d"]);
    })
    .expect("it waits for nothing");
}

#[test]
fn a_power_cut_takes_what_was_kept_back_and_breaks_open_doors() {
    let memory = memory();
    let before = memory.open();
    drive(&clock(), async {
        append(&*before, "a").await.expect("commits");
        memory.keep_back();
        append(&*before, "b").await.expect("answered, and not flushed");
        let turn = before.begin(ONE).await.expect("a turn");
        memory.lose_power();
        let after = memory.open();
        let late = turn.commit(vec![entry("late")], vec![]).await;
        assert_eq!(late.map_err(|error| error.may_have_happened()), Err(false));
        assert!(before.tip(ONE).await.is_err());
        assert_eq!(commands(&*after).await, ["a"]);
        assert_eq!(after.item(ONE, Sheet::Body, "b".to_owned()).await, Ok(None));
        assert_eq!(append(&*after, "c").await, Ok(2), "the turn of the one that is gone holds nobody up");
        memory.lose_power();
        assert_eq!(commands(&*memory.open()).await, ["a", "c"], "what was flushed stays");
    })
    .expect("it waits for nothing");
}

#[test]
fn a_store_that_is_away_comes_back_with_everything() {
    let clock = clock();
    let memory = MemoryStore::new(Arc::new(clock.clone()));
    let store = memory.open();
    memory.go_away(1, Duration::from_secs(10));
    drive(&clock, async {
        append(&*store, "a").await.expect("commits");
        assert_eq!(append(&*store, "b").await.map_err(|error| error.is_passing()), Err(true));
        assert!(matches!(store.tip(ONE).await, Err(Error::Lost { may_have_happened: false, .. })));
        assert!(!memory.has_yet_to_go());
        clock.advance(Duration::from_secs(10));
        assert_eq!(append(&*store, "b").await, Ok(2));
    })
    .expect("it waits for nothing");
}

/// Two nodes take turns: whoever is stopped in the middle of a commit has either done it or not, and holds nobody up.
#[test]
fn a_commit_stopped_at_any_step_happened_or_did_not() {
    let mut seen = std::collections::BTreeSet::new();
    for steps in 0..8 {
        let memory = memory();
        let (one, other) = (memory.open(), memory.open());
        stopped_after(steps, append(&*one, "a"));
        drive(&clock(), async {
            append(&*other, "b").await.expect("commits");
            seen.insert(commands(&*other).await);
        })
        .expect("nobody holds the turn");
    }
    let told: Vec<String> = seen.iter().map(|commands| commands.concat()).collect();
    assert_eq!(told, ["ab", "b"]);
}

/// Polls so often at most, then drops.
fn stopped_after(polls: usize, future: impl Future) {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..polls {
        if future.as_mut().poll(&mut context).is_ready() {
            return;
        }
    }
}
