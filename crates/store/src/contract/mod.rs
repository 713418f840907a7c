//! The contract: what every engine does alike, as a suite each engine's tests run (feature `contract`).
//!
//! `store::contract_suite!(run)` makes a test of each case; `run` gets the case, makes a new empty store, and awaits the
//! case on any executor. An engine is right when all cases hold. Not here: what only one engine has (files, servers).

mod beside;
mod leases;
mod log;
#[cfg(unix)]
pub mod network;
pub mod server;
mod staging;

pub use beside::*;
pub use leases::*;
pub use log::*;
pub use staging::*;

use crate::error::{Error, Result};
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::{Item, Write};
use crate::traits::Store;
use crate::{Chain, Pages};
use std::sync::Arc;
use world::{Moment, Waiting};

/// Opens one and the same store. The suite drops what it opened before it opens again, as a restart does.
pub trait Engine: Sync {
    /// Opens it.
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>>;
}

/// A case of the suite; it panics when the engine doesn't hold it.
pub type Case = for<'a> fn(&'a dyn Engine) -> Waiting<'a, ()>;

/// Makes a `#[test]` of every case, each of which calls `$run(case)`.
#[macro_export]
macro_rules! contract_suite {
    ($run:path) => {
        $crate::contract_suite!($run:
            a_new_store_is_empty, rows_come_back_as_written, the_chain_holds_over_turns, one_turn_at_a_time, a_tip_may_be_believed,
            a_turn_goes_behind_one_that_is_under_way,
            a_dropped_turn_leaves_nothing, who_stops_waiting_holds_nobody_up, a_command_is_done_once, all_or_nothing, pages_end_and_go_on,
            companies_write_side_by_side, a_restart_forgets_nothing, wrong_requests_are_refused,
            a_forgotten_commit_is_found, sheets_keep_items, lists_go_by_key, items_end, swaps_compare,
            snapshots_are_the_newest, a_lease_has_one_holder, a_lease_ends_and_its_fence_grows,
            a_late_holder_writes_nothing, staged_rows_are_moved_at_once, staged_rows_must_fit,
            abandoned_staging_is_dropped, the_engine_finds_itself_sound,
        );
    };
    ($run:path: $($case:ident),* $(,)?) => {
        $(#[test]
        fn $case() {
            $run(|engine| Box::pin($crate::contract::$case(engine)));
        })*
    };
}

pub(crate) const ONE: CompanyId = CompanyId(1);
pub(crate) const TWO: CompanyId = CompanyId(2);

pub(crate) async fn open(engine: &dyn Engine) -> Arc<dyn Store> {
    engine.open().await.expect("the store opens")
}

/// An entry of so many events; its bytes are unlike any other's.
pub(crate) fn entry(command: &str, events: u32) -> Entry {
    Entry {
        events,
        at: Moment::from_millis(1_772_000_000_123 + i64::from(events)),
        by: "anna".to_owned(),
        via: "page".to_owned(),
        command: command.to_owned(),
        bytes: format!("{{\"did\":\"{command}\"}}").into_bytes(),
    }
}

/// One turn: these entries, nothing beside.
pub(crate) async fn append(store: &dyn Store, company: CompanyId, entries: Vec<Entry>) -> Result<Tip> {
    store.begin(company).await?.commit(entries, vec![]).await
}

/// The whole log, with its chain checked against the tip.
pub(crate) async fn log(store: &dyn Store, company: CompanyId) -> Vec<Row> {
    let (mut pages, mut chain, mut all) = (Pages::new(store, company, 0), Chain::new(company), Vec::new());
    loop {
        let page = pages.next().await.expect("a page");
        if page.is_empty() {
            break;
        }
        for row in &page {
            assert_eq!(chain.row(row), []);
        }
        all.extend(page);
    }
    assert_eq!(chain.finish(store.tip(company).await.expect("a tip")), None);
    all
}

pub(crate) fn commands(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.entry.command.as_str()).collect()
}

pub(crate) fn item(key: &str, value: &[u8]) -> Item {
    Item { key: key.to_owned(), value: value.to_vec(), until: None }
}

pub(crate) async fn write(store: &dyn Store, writes: Vec<Write>) -> Result<()> {
    store.write(ONE, writes).await
}

pub(crate) fn is_wrong<T: std::fmt::Debug>(outcome: Result<T>) {
    assert!(matches!(outcome, Err(Error::Wrong(_))), "{outcome:?}");
}

/// The engine's own examination finds nothing in a store that was used.
pub async fn the_engine_finds_itself_sound(engine: &dyn Engine) {
    let store = open(engine).await;
    append(&*store, ONE, vec![entry("a", 1), entry("b", 2)]).await.expect("appends");
    write(&*store, vec![Write::Put(crate::Sheet::Body, item("k", b"v"))]).await.expect("writes");
    assert_eq!(store.examine().await, Ok(vec![]));
}
