//! The contract of staging: rows wait beside the log and are moved behind its end at once.

use super::{Engine, ONE, TWO, append, commands, entry, is_wrong, item, log, open};
use crate::chain::chain;
use crate::error::{Conflict, Error};
use crate::lease::Taken;
use crate::row::{Hash, Row, Tip};
use crate::sheet::{Sheet, Write};
use crate::traits::Store;
use std::time::Duration;

/// Chained behind the company's tip, in chunks.
async fn staged(store: &dyn Store, names: &[&str]) -> Vec<Row> {
    let tip = store.tip(ONE).await.expect("a tip");
    let rows = chain(ONE, tip, names.iter().map(|name| entry(name, 2)).collect());
    for chunk in rows.chunks(3) {
        store.stage(ONE, chunk.to_vec()).await.expect("stages");
    }
    rows
}

async fn publish(store: &dyn Store) -> Result<Tip, Error> {
    store.begin(ONE).await.expect("a turn").publish(vec![]).await
}

/// Nothing of it is in the log until it is moved; then all of it is, with its ids, and what came beside it.
pub async fn staged_rows_are_moved_at_once(engine: &dyn Engine) {
    let store = open(engine).await;
    append(&*store, ONE, vec![entry("a", 1)]).await.expect("appends");
    let rows = staged(&*store, &["b", "c", "d", "e", "f", "g", "h"]).await;
    assert_eq!(log(&*store, ONE).await.len(), 1);
    assert_eq!(store.find(ONE, vec!["c".to_owned()]).await, Ok(vec![]));
    append(&*store, TWO, vec![entry("a", 1)]).await.expect("other companies go on");

    let put = Write::Put(Sheet::Personal, item("p", b"Anna"));
    let tip = store.begin(ONE).await.expect("a turn").publish(vec![put]).await.expect("publishes");
    assert_eq!(rows.last().map(Row::tip), Some(tip));
    assert_eq!(log(&*store, ONE).await[1..], rows);
    assert_eq!(store.find(ONE, vec!["c".to_owned()]).await.expect("looks").len(), 1);
    assert!(store.item(ONE, Sheet::Personal, "p".to_owned()).await.expect("looks").is_some());
    assert_eq!(publish(&*store).await, Err(Error::Conflict(Conflict::Staging)), "none are left");
    append(&*store, ONE, vec![entry("i", 1)]).await.expect("the log goes on");
    assert_eq!(log(&*store, ONE).await.len(), 9);
}

/// Rows that weren't chained behind the tip as it is, or that repeat a command, are refused and stay staged.
pub async fn staged_rows_must_fit(engine: &dyn Engine) {
    let store = open(engine).await;
    let rows = staged(&*store, &["b", "c"]).await;
    let mut changed = rows.clone();
    changed[1].entry.bytes.push(0);
    is_wrong(store.stage(ONE, changed).await);
    is_wrong(store.stage(TWO, rows).await);
    append(&*store, ONE, vec![entry("a", 1)]).await.expect("appends");
    assert_eq!(publish(&*store).await, Err(Error::Conflict(Conflict::Staging)));
    store.unstage(ONE).await.expect("drops it");
    let rows = staged(&*store, &["x", "a"]).await;
    assert!(matches!(publish(&*store).await, Err(Error::Conflict(_))));
    assert_eq!(commands(&log(&*store, ONE).await), ["a"]);
    let twice = store.stage(ONE, rows).await;
    assert_eq!(twice, Err(Error::Conflict(Conflict::Staging)), "they lie there still");
    store.unstage(ONE).await.expect("drops it");

    let tip = store.tip(ONE).await.expect("a tip");
    for elsewhere in [Tip { hash: Hash([7; 32]), ..tip }, Tip { seq: tip.seq + 1, ..tip }] {
        store.stage(ONE, chain(ONE, elsewhere, vec![entry("z", 1)])).await.expect("stages");
        assert_eq!(publish(&*store).await, Err(Error::Conflict(Conflict::Staging)), "{elsewhere:?}");
        store.unstage(ONE).await.expect("drops it");
    }
    staged(&*store, &["y"]).await;
    publish(&*store).await.expect("publishes");
    assert_eq!(commands(&log(&*store, ONE).await), ["a", "y"]);
}

/// At start, what a crash left staged is dropped; what somebody still stages, who holds the lease, stays.
pub async fn abandoned_staging_is_dropped(engine: &dyn Engine) {
    let store = open(engine).await;
    let take =
        |length: Duration| store.lease_take(ONE, <dyn Store>::STAGING.to_owned(), "a".to_owned(), length);
    staged(&*store, &["b", "c", "d", "e"]).await;
    let held = take(Duration::from_secs(3_600)).await;
    let Ok(Taken::Ours(lease)) = held else { unreachable!("it was free: {held:?}") };
    assert_eq!(store.unstage_abandoned().await, Ok(vec![]));
    store.lease_release(ONE, lease.name, lease.fence).await.expect("gives it back");
    assert_eq!(store.unstage_abandoned().await, Ok(vec![ONE]));
    assert_eq!(store.unstage_abandoned().await, Ok(vec![]));
    assert_eq!(publish(&*store).await, Err(Error::Conflict(Conflict::Staging)));
}
