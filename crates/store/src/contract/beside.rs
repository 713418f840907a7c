//! The contract of what lies beside the log: items and snapshots.

use super::{Engine, ONE, TWO, item, open, write};
use crate::error::{Conflict, Error};
use crate::row::Hash;
use crate::sheet::{Item, Sheet, Snapshot, Write};
use futures_util::future::join_all;
use world::Moment;

/// An item is what was put last, in its sheet and company only; a deleted one is gone.
pub async fn sheets_keep_items(engine: &dyn Engine) {
    let store = open(engine).await;
    for sheet in Sheet::ALL {
        let get = || store.item(ONE, sheet, "k".to_owned());
        assert_eq!(get().await, Ok(None));
        write(&*store, vec![Write::Put(sheet, item("k", b"1"))]).await.expect("writes");
        let until = Some(Moment::from_millis(17));
        let odd = Item { until, ..item("k", &[0, 255, 0]) };
        write(&*store, vec![Write::Put(sheet, odd.clone())]).await.expect("writes");
        assert_eq!(get().await, Ok(Some(odd)));
        assert_eq!(store.item(TWO, sheet, "k".to_owned()).await, Ok(None));
        write(&*store, vec![Write::Put(sheet, item("k", sheet.name().as_bytes()))]).await.expect("writes");
    }
    for sheet in Sheet::ALL {
        let kept = store.items(ONE, sheet, String::new(), 9).await;
        assert_eq!(kept, Ok(vec![item("k", sheet.name().as_bytes())]));
        let gone = vec![Write::Delete(sheet, "k".to_owned()), Write::Delete(sheet, "never there".to_owned())];
        write(&*store, gone).await.expect("writes");
        assert_eq!(store.items(ONE, sheet, String::new(), 9).await, Ok(vec![]));
    }
}

/// Lists go by the keys' bytes, from behind a key, at most so many.
pub async fn lists_go_by_key(engine: &dyn Engine) {
    let store = open(engine).await;
    let keys = ["B", "Z", "a", "a/1", "a/2", "b", "é", "一"];
    let puts = keys.iter().rev().map(|key| Write::Put(Sheet::Inbox, item(key, b"v"))).collect();
    write(&*store, puts).await.expect("writes");
    store.write(TWO, vec![Write::Put(Sheet::Inbox, item("c", b"v"))]).await.expect("writes");
    let page = async |after: &str, most: usize| {
        let items = store.items(ONE, Sheet::Inbox, after.to_owned(), most).await.expect("a page");
        items.into_iter().map(|item| item.key).collect::<Vec<_>>()
    };
    assert_eq!(page("", 100).await, keys);
    assert_eq!(page("", 3).await, keys[..3]);
    assert_eq!(page("a", 3).await, keys[3..6]);
    assert_eq!(page("a/", 1).await, ["a/1"], "the key itself need not be there");
    assert_eq!(page("一", 3).await, [""; 0]);
}

/// A sweep deletes what has ended, in all companies; what has no end stays.
pub async fn items_end(engine: &dyn Engine) {
    let store = open(engine).await;
    let ends = |key: &str, until: i64| {
        Write::Put(Sheet::Session, Item { until: Some(Moment::from_millis(until)), ..item(key, b"v") })
    };
    let forever = Write::Put(Sheet::Session, item("forever", b"v"));
    write(&*store, vec![ends("early", 10), ends("now", 20), ends("late", 21), forever])
        .await
        .expect("writes");
    store.write(TWO, vec![ends("other", 5)]).await.expect("writes");
    write(&*store, vec![Write::Put(Sheet::Body, item("b", b"v"))]).await.expect("writes");
    assert_eq!(store.sweep(Sheet::Session, Moment::from_millis(20)).await, Ok(3));
    assert_eq!(store.sweep(Sheet::Session, Moment::from_millis(20)).await, Ok(0));
    let left = store.items(ONE, Sheet::Session, String::new(), 9).await.expect("a page");
    assert_eq!(left.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["forever", "late"]);
    assert_eq!(store.item(ONE, Sheet::Body, "b".to_owned()).await, Ok(Some(item("b", b"v"))));
}

/// A swap takes only what it expected: of eight that expect the same, one wins, each time.
pub async fn swaps_compare(engine: &dyn Engine) {
    let store = open(engine).await;
    let swap = |before: Option<&[u8]>, after: &[u8]| {
        vec![Write::Swap(Sheet::Secret, before.map(<[u8]>::to_vec), item("token", after))]
    };
    let conflict = Err(Error::Conflict(Conflict::Item("token".to_owned())));
    assert_eq!(write(&*store, swap(Some(b""), b"1")).await, conflict, "nothing isn't an empty value");
    assert_eq!(write(&*store, swap(None, b"0")).await, Ok(()));
    assert_eq!(write(&*store, swap(None, b"1")).await, conflict);
    for round in 0..5_u8 {
        let before = [b'0' + round];
        let rivals = join_all((0..8).map(|_| write(&*store, swap(Some(&before), &[before[0] + 1])))).await;
        assert_eq!(rivals.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{rivals:?}");
        assert!(rivals.iter().all(|outcome| outcome.is_ok() || *outcome == conflict), "{rivals:?}");
    }
    assert_eq!(store.item(ONE, Sheet::Secret, "token".to_owned()).await, Ok(Some(item("token", b"5"))));
}

/// A snapshot is the newest of its version of the code; an older one doesn't replace it.
pub async fn snapshots_are_the_newest(engine: &dyn Engine) {
    let store = open(engine).await;
    let taken = |version: &str, seq: u64| Snapshot {
        version: version.to_owned(),
        seq,
        hash: Hash([7; 32]),
        bytes: seq.to_string().into_bytes(),
    };
    assert_eq!(store.snapshot(ONE, "1".to_owned()).await, Ok(None));
    for snapshot in [taken("1", 10), taken("1", 30), taken("1", 20), taken("2", 5)] {
        store.put_snapshot(ONE, snapshot).await.expect("keeps it");
    }
    assert_eq!(store.snapshot(ONE, "1".to_owned()).await, Ok(Some(taken("1", 30))));
    assert_eq!(store.snapshot(ONE, "2".to_owned()).await, Ok(Some(taken("2", 5))));
    assert_eq!(store.snapshot(TWO, "1".to_owned()).await, Ok(None));
}
