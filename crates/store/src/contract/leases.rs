//! The contract of leases. A lease of no length has ended when it is given, so no case waits.

use super::{Engine, ONE, TWO, entry, item, log, open};
use crate::error::{Conflict, Error};
use crate::lease::{Lease, Taken};
use crate::row::CompanyId;
use crate::sheet::{Sheet, Write};
use crate::traits::Store;
use futures_util::future::join_all;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

async fn take(store: &dyn Store, company: CompanyId, holder: &str, length: Duration) -> Taken {
    store.lease_take(company, "sync".to_owned(), holder.to_owned(), length).await.expect("asks")
}

fn ours(taken: Taken) -> Lease {
    let Taken::Ours(lease) = taken else { unreachable!("it was free: {taken:?}") };
    lease
}

fn lost<T>() -> Result<T, Error> {
    Err(Error::Conflict(Conflict::Lease("sync".to_owned())))
}

/// Of ten that want it one gets it; the others learn who holds it. Other names and companies are other leases.
pub async fn a_lease_has_one_holder(engine: &dyn Engine) {
    let store = open(engine).await;
    let names: Vec<String> = (0..10).map(|number| format!("node {number}")).collect();
    let taken = join_all(names.iter().map(|name| take(&*store, ONE, name, LONG))).await;
    let held: Vec<&Lease> = taken
        .iter()
        .filter_map(|taken| if let Taken::Ours(lease) = taken { Some(lease) } else { None })
        .collect();
    assert_eq!(held.len(), 1, "{taken:?}");
    for taken in &taken {
        let (Taken::Ours(lease) | Taken::Theirs(lease)) = taken;
        assert_eq!((&lease.holder, lease.fence, lease.until), (&held[0].holder, 1, held[0].until));
        assert!(lease.left() <= LONG && lease.left() > LONG / 2, "{:?}", lease.left());
    }
    ours(take(&*store, TWO, "node 1", LONG).await);
    let other = store.lease_take(ONE, "import".to_owned(), "node 1".to_owned(), LONG).await;
    assert!(matches!(other, Ok(Taken::Ours(_))), "{other:?}");
}

/// What has ended, or was given back, can be taken; the fence grows; whoever had it can't renew it any more.
pub async fn a_lease_ends_and_its_fence_grows(engine: &dyn Engine) {
    let store = open(engine).await;
    let renew = |fence: u64| store.lease_renew(ONE, "sync".to_owned(), fence, LONG);
    assert_eq!(renew(1).await, lost());
    assert_eq!(ours(take(&*store, ONE, "a", Duration::ZERO).await).fence, 1);
    assert_eq!(renew(1).await, lost(), "it has ended: somebody may have had it since");
    let second = ours(take(&*store, ONE, "b", LONG).await);
    assert_eq!(second.fence, 2);
    assert!(matches!(take(&*store, ONE, "b", LONG).await, Taken::Theirs(_)), "not even by its holder");
    let renewed = renew(2).await.expect("renews");
    assert_eq!((renewed.fence, &renewed.holder), (2, &second.holder));
    assert!(renewed.until >= second.until);
    assert_eq!(renew(1).await, lost());
    store.lease_release(ONE, "sync".to_owned(), 1).await.expect("it was lost: nothing happens");
    renew(2).await.expect("still ours");
    store.lease_release(ONE, "sync".to_owned(), 2).await.expect("gives it back");
    assert_eq!(renew(2).await, lost());
    assert_eq!(ours(take(&*store, ONE, "c", LONG).await).fence, 3);
}

/// A write under a fence that isn't the newest is refused, with the whole turn it came with.
pub async fn a_late_holder_writes_nothing(engine: &dyn Engine) {
    let store = open(engine).await;
    let under =
        |fence: u64| vec![Write::Fence("sync".to_owned(), fence), Write::Put(Sheet::Body, item("k", b"v"))];
    assert_eq!(store.write(ONE, under(1)).await, lost(), "there is no such lease");
    ours(take(&*store, ONE, "a", Duration::ZERO).await);
    ours(take(&*store, ONE, "b", LONG).await);
    let turn = store.begin(ONE).await.expect("a turn");
    assert_eq!(turn.commit(vec![entry("late", 1)], under(1)).await, lost());
    assert_eq!(store.write(ONE, under(1)).await, lost());
    assert_eq!(store.write(TWO, under(2)).await, lost(), "another company's");
    let turn = store.begin(ONE).await.expect("a turn");
    turn.commit(vec![entry("in time", 1)], under(2)).await.expect("commits");
    assert_eq!(log(&*store, ONE).await.len(), 1);
}
