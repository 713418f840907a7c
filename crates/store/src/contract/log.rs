//! The contract of the log: turns, rows, pages, commands' ids.

use super::{Engine, ONE, TWO, append, commands, entry, is_wrong, item, log, open, write};
use crate::chain::end;
use crate::error::{Conflict, Error};
use crate::row::{CompanyId, Entry, Hash, Tip};
use crate::sheet::{Sheet, Write};
use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use world::Moment;

/// No companies, no rows, a tip of zeros; a company begins with its first turn.
pub async fn a_new_store_is_empty(engine: &dyn Engine) {
    let store = open(engine).await;
    assert_eq!(store.companies().await, Ok(vec![]));
    assert_eq!(store.tip(ONE).await, Ok(Tip::default()));
    assert_eq!(store.rows(ONE, 0, 10).await, Ok(vec![]));
    assert_eq!(store.find(ONE, vec!["x".to_owned()]).await, Ok(vec![]));
    let turn = store.begin(ONE).await.expect("a turn");
    assert_eq!(turn.tip(), Tip::default());
    let tip = turn.commit(vec![entry("a", 3)], vec![]).await.expect("commits");
    assert_eq!(tip.seq, 3);
    assert_eq!(store.companies().await, Ok(vec![(ONE, tip)]));
}

/// Every column comes back as it went in: odd bytes, large ones, texts of all scripts, times before 1970.
pub async fn rows_come_back_as_written(engine: &dyn Engine) {
    let store = open(engine).await;
    let entries = vec![
        Entry { bytes: (0..=255).collect(), ..entry("bytes", 1) },
        Entry { bytes: vec![], ..entry("nothing", 2) },
        Entry { bytes: vec![7; 3_000_000], ..entry("large", 3) },
        Entry { by: "Ánna 安娜 \"'".to_owned(), via: String::new(), ..entry("текст ?1 $1", 4) },
        Entry { at: Moment::from_millis(-1), ..entry(&"long".repeat(125), 5) },
    ];
    append(&*store, ONE, entries.clone()).await.expect("appends");
    let rows = log(&*store, ONE).await;
    assert_eq!(rows.iter().map(|row| row.entry.clone()).collect::<Vec<_>>(), entries);
    assert_eq!(
        rows.iter().map(|row| (row.first, row.last)).collect::<Vec<_>>(),
        [(1, 1), (2, 3), (4, 6), (7, 10), (11, 15)]
    );
    assert_eq!(store.rows(ONE, 6, 1).await.expect("a page")[0].entry.by, "Ánna 安娜 \"'");
}

/// The first row's `prev` is zero; every later row links to the one before, also over turns and companies.
pub async fn the_chain_holds_over_turns(engine: &dyn Engine) {
    let store = open(engine).await;
    for number in 0..20_u32 {
        for company in [ONE, TWO] {
            let before = store.tip(company).await.expect("a tip");
            let entries = vec![entry(&format!("{number}a"), 1 + number % 3), entry(&format!("{number}b"), 2)];
            let after = append(&*store, company, entries).await.expect("appends");
            assert_eq!(after.seq, before.seq + 3 + u64::from(number % 3));
            assert_eq!(store.tip(company).await, Ok(after));
        }
    }
    let (one, two) = (log(&*store, ONE).await, log(&*store, TWO).await);
    assert_eq!((one.len(), two.len()), (40, 40));
    assert_eq!((one[0].prev, two[0].prev), (Hash::default(), Hash::default()));
    assert_ne!(one[0].hash, two[0].hash, "the company is part of what is hashed");
}

/// Sixteen writers, each of whom writes down the tip it saw: nobody's tip moved while it had the turn.
pub async fn one_turn_at_a_time(engine: &dyn Engine) {
    let store = open(engine).await;
    let writer = |name: usize| {
        let store = store.clone();
        async move {
            for number in 0..12 {
                let turn = store.begin(ONE).await.expect("a turn");
                let seen = turn.tip().seq.to_string().into_bytes();
                let entry = Entry { bytes: seen, ..entry(&format!("{name}/{number}"), 1) };
                turn.commit(vec![entry], vec![]).await.expect("commits");
            }
        }
    };
    join_all((0..16).map(writer)).await;
    let rows = log(&*store, ONE).await;
    assert_eq!(rows.len(), 16 * 12);
    for row in rows {
        assert_eq!(row.entry.bytes, (row.first - 1).to_string().into_bytes());
    }
}

/// Whoever knows the tip begins without looking: right, it writes as any other; wrong, it learns so at the latest when it
/// commits, and nothing has happened, neither in the log nor beside it.
pub async fn a_tip_may_be_believed(engine: &dyn Engine) {
    let store = open(engine).await;
    let mut tips = vec![Tip::default()];
    let put = |value: &[u8]| vec![Write::Put(Sheet::Outbox, item("k", value))];
    for (number, writes) in [vec![], vec![], put(b"1"), vec![]].into_iter().enumerate() {
        let tip = tips[number];
        let entries = || vec![entry(&format!("{number}"), 2), entry(&format!("{number}!"), 1)];
        for wrong in tips.iter().filter(|wrong| **wrong != tip) {
            believing(&*store, *wrong, entries(), put(b"wrong")).await.expect_err("the log had gone on");
            believing(&*store, *wrong, entries(), vec![]).await.expect_err("the log had gone on");
        }
        let forged = Tip { hash: Hash([7; 32]), ..tip };
        believing(&*store, forged, entries(), vec![]).await.expect_err("the same number, another row");
        let committed = match believing(&*store, tip, entries(), writes.clone()).await {
            // A log that has no row yet may want a turn that looks.
            Err(Error::Conflict(Conflict::Tip)) if tip == Tip::default() => {
                store.begin(ONE).await.expect("a turn").commit(entries(), writes).await
            }
            other => other,
        };
        tips.push(committed.expect("commits"));
        assert_eq!(store.tip(ONE).await, Ok(tips[number + 1]));
    }
    assert_eq!(store.item(ONE, Sheet::Outbox, "k".to_owned()).await, Ok(Some(item("k", b"1"))));
    let tip = tips[4];
    let again = believing(&*store, tip, vec![entry("new", 1), entry("2", 1)], vec![]).await;
    assert_eq!(again, Err(Error::Conflict(Conflict::Command("2".to_owned()))));
    let late = Write::Swap(Sheet::Secret, Some(b"other".to_vec()), item("s", b"new"));
    let refused = believing(&*store, tip, vec![entry("new", 1)], vec![late]).await;
    assert_eq!(refused, Err(Error::Conflict(Conflict::Item("s".to_owned()))));
    drop(store.begin_at(ONE, tip).await.expect("a turn"));
    assert_eq!(log(&*store, ONE).await.len(), 8);
    believing(&*store, tip, vec![entry("new", 1)], vec![]).await.expect("nobody is held up");
}

/// Turns go behind one that isn't answered yet, on the tip that it will make: if it comes to that they are written, in
/// order; if not, nothing of them is. Those that write something beside the log too.
pub async fn a_turn_goes_behind_one_that_is_under_way(engine: &dyn Engine) {
    let store = open(engine).await;
    let mut known = append(&*store, ONE, vec![entry("first", 1)]).await.expect("commits");
    let mut rows = 1;
    for round in 0..12 {
        let fails = round % 3 == 2;
        let put = if round % 4 == 3 { vec![Write::Put(Sheet::Outbox, item("k", &[round]))] } else { vec![] };
        let entries =
            |name: &str| vec![entry(&format!("{round}{name}"), 1), entry(&format!("{round}{name}!"), 2)];
        let mut first = entries("a");
        if fails {
            first.push(entry("first", 1)); // an id that was used
        }
        let (second, third) = (entries("b"), entries("c"));
        let made = end(ONE, known, &first);
        let then = end(ONE, made, &second);
        let under_way = store.begin_at(ONE, known).await.expect("a turn").commit(first, vec![]);
        let (one, (two, three)) = join(
            under_way,
            join(believing(&*store, made, second, put), believing(&*store, then, third.clone(), vec![])),
        )
        .await;
        if fails {
            assert_eq!(one, Err(Error::Conflict(Conflict::Command("first".to_owned()))), "{round}");
            assert_eq!(
                (two, three),
                (Err(Error::Conflict(Conflict::Tip)), Err(Error::Conflict(Conflict::Tip)))
            );
        } else {
            // The third may have asked before the second had gone off; then it was told so.
            assert_eq!((one, two), (Ok(made), Ok(then)), "{round}");
            known = if three.is_ok() { end(ONE, then, &third) } else { then };
            rows += if three.is_ok() { 6 } else { 4 };
            assert!(matches!(three, Ok(_) | Err(Error::Conflict(Conflict::Tip))), "{round}: {three:?}");
        }
        assert_eq!(store.tip(ONE).await, Ok(known), "{round}");
        assert_eq!(log(&*store, ONE).await.len(), rows, "{round}"); // and that the chain holds
    }
    assert_eq!(
        store.item(ONE, Sheet::Outbox, "k".to_owned()).await,
        Ok(Some(item("k", &[7]))),
        "not the failed one's"
    );
}

/// A turn that begins at a tip it was told, if its engine lets it.
async fn believing(
    store: &dyn crate::Store,
    known: Tip,
    entries: Vec<Entry>,
    writes: Vec<Write>,
) -> crate::Result<Tip> {
    let turn = store.begin_at(ONE, known).await?;
    if turn.tip() == known { turn.commit(entries, writes).await } else { Err(Error::Conflict(Conflict::Tip)) }
}

/// A turn given up leaves no row and holds nobody up.
pub async fn a_dropped_turn_leaves_nothing(engine: &dyn Engine) {
    let store = open(engine).await;
    for _ in 0..20 {
        let mut turn = store.begin(ONE).await.expect("a turn");
        assert_eq!(turn.rows(0, 10).await, Ok(vec![]));
        drop(turn);
    }
    let turn = store.begin(ONE).await.expect("a turn");
    drop(turn.commit(vec![entry("kept or not", 1)], vec![])); // nobody waits for it: then it is all the same to us
    let tip = append(&*store, ONE, vec![entry("b", 1)]).await.expect("appends");
    let rows = log(&*store, ONE).await;
    assert_eq!(rows.last().map(|row| (row.tip(), row.entry.command.as_str())), Some((tip, "b")));
}

/// Whoever stops waiting for a turn doesn't get it, and holds nobody up.
pub async fn who_stops_waiting_holds_nobody_up(engine: &dyn Engine) {
    let store = open(engine).await;
    for number in 0..10 {
        let turn = store.begin(ONE).await.expect("a turn");
        for _ in 0..20 {
            assert!(store.begin(ONE).now_or_never().is_none(), "somebody has the turn");
        }
        turn.commit(vec![entry(&format!("{number}"), 1)], vec![]).await.expect("commits");
    }
    assert_eq!(log(&*store, ONE).await.len(), 10);
}

/// A command's id stands once in a company's log, is found by `find`, and may stand in another company's too.
pub async fn a_command_is_done_once(engine: &dyn Engine) {
    let store = open(engine).await;
    let tip = append(&*store, ONE, vec![entry("a", 2), entry("b", 1)]).await.expect("appends");
    let again = append(&*store, ONE, vec![entry("c", 1), entry("a", 1)]).await;
    assert_eq!(again, Err(Error::Conflict(Conflict::Command("a".to_owned()))));
    let twice = append(&*store, ONE, vec![entry("d", 1), entry("d", 1)]).await;
    assert_eq!(twice, Err(Error::Conflict(Conflict::Command("d".to_owned()))));
    assert_eq!(store.tip(ONE).await, Ok(tip), "neither left anything");
    append(&*store, TWO, vec![entry("a", 1)]).await.expect("another company's");

    let ids = ["b", "x", "a", "b"].map(str::to_owned).to_vec();
    let found = store.find(ONE, ids.clone()).await.expect("looks");
    assert_eq!(commands(&found), ["a", "b"]);
    assert_eq!((found[0].first, found[0].last), (1, 2));
    let mut turn = store.begin(ONE).await.expect("a turn");
    assert_eq!(turn.find(ids).await, Ok(found));
}

/// A commit whose answer nobody got is found by its id, after the turn's place is free again and after a restart.
pub async fn a_forgotten_commit_is_found(engine: &dyn Engine) {
    let store = open(engine).await;
    let turn = store.begin(ONE).await.expect("a turn");
    turn.commit(vec![entry("a", 1)], vec![]).await.expect("commits"); // the answer that got lost
    let mut turn = store.begin(ONE).await.expect("a turn");
    assert_eq!(commands(&turn.find(vec!["a".to_owned()]).await.expect("looks")), ["a"]);
    assert_eq!(commands(&turn.rows(0, 10).await.expect("a page")), ["a"]);
    drop(turn);
    drop(store);
    let store = open(engine).await;
    assert_eq!(commands(&store.find(ONE, vec!["a".to_owned()]).await.expect("looks")), ["a"]);
}

/// Rows and changes beside the log come together or not at all.
pub async fn all_or_nothing(engine: &dyn Engine) {
    let store = open(engine).await;
    let put = |value: &[u8]| Write::Put(Sheet::Outbox, item("k", value));
    let turn = store.begin(ONE).await.expect("a turn");
    turn.commit(vec![entry("a", 1)], vec![put(b"1")]).await.expect("commits");

    let late = Write::Swap(Sheet::Secret, Some(b"other".to_vec()), item("s", b"new"));
    let turn = store.begin(ONE).await.expect("a turn");
    let refused = turn.commit(vec![entry("b", 1)], vec![put(b"2"), late]).await;
    assert_eq!(refused, Err(Error::Conflict(Conflict::Item("s".to_owned()))));
    let turn = store.begin(ONE).await.expect("a turn");
    let refused = turn.commit(vec![entry("b", 1), entry("a", 1)], vec![put(b"3")]).await;
    assert_eq!(refused, Err(Error::Conflict(Conflict::Command("a".to_owned()))));

    assert_eq!(commands(&log(&*store, ONE).await), ["a"]);
    assert_eq!(store.item(ONE, Sheet::Outbox, "k".to_owned()).await, Ok(Some(item("k", b"1"))));
    let tip = store.tip(ONE).await.expect("a tip");
    let turn = store.begin(ONE).await.expect("a turn");
    assert_eq!(turn.commit(vec![], vec![put(b"4")]).await, Ok(tip), "a turn may bring no row");
    assert_eq!(store.item(ONE, Sheet::Outbox, "k".to_owned()).await, Ok(Some(item("k", b"4"))));
}

/// Pages hold at most so many rows, fewer when they are large, and together they are the log.
pub async fn pages_end_and_go_on(engine: &dyn Engine) {
    let store = open(engine).await;
    let small: Vec<Entry> = (0..50).map(|number| entry(&format!("small {number}"), 1 + number % 4)).collect();
    append(&*store, ONE, small).await.expect("appends");
    for number in 0..12 {
        let large = Entry { bytes: vec![1; 1 << 20], ..entry(&format!("large {number}"), 1) };
        append(&*store, ONE, vec![large]).await.expect("appends");
    }
    let (mut after, mut pages) = (0, Vec::new());
    loop {
        let page = store.rows(ONE, after, 20).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = last.last;
        pages.push(page.len());
    }
    assert_eq!(pages.iter().sum::<usize>(), 62);
    assert_eq!(pages[..2], [20, 20]);
    assert!(pages[2] < 20, "ten rows of a megabyte are too large for a page: {pages:?}");
    assert_eq!(log(&*store, ONE).await.len(), 62);
}

/// Forty companies write at the same time; each has its own rows only.
pub async fn companies_write_side_by_side(engine: &dyn Engine) {
    let store = open(engine).await;
    let writer = |company: u32| {
        let store = store.clone();
        async move {
            for number in 0..5 {
                let entry = entry(&format!("{company}/{number}"), 1);
                append(&*store, CompanyId(company), vec![entry]).await.expect("appends");
            }
        }
    };
    join_all((0..40).map(writer)).await;
    let companies = store.companies().await.expect("companies");
    assert_eq!(
        companies.iter().map(|(company, _)| company.0).collect::<Vec<_>>(),
        (0..40).collect::<Vec<_>>()
    );
    for (company, tip) in companies {
        assert_eq!(tip.seq, 5);
        let rows = log(&*store, company).await;
        assert!(rows.iter().all(|row| row.entry.command.starts_with(&format!("{company}/"))));
    }
}

/// Rows, ids, items and snapshots are there after a restart, and the chain goes on.
pub async fn a_restart_forgets_nothing(engine: &dyn Engine) {
    let store = open(engine).await;
    let tip = append(&*store, ONE, vec![entry("a", 2)]).await.expect("appends");
    write(&*store, vec![Write::Put(Sheet::Personal, item("p/1", b"Anna"))]).await.expect("writes");
    drop(store);
    let store = open(engine).await;
    assert_eq!(store.tip(ONE).await, Ok(tip));
    assert_eq!(store.item(ONE, Sheet::Personal, "p/1".to_owned()).await, Ok(Some(item("p/1", b"Anna"))));
    let again = append(&*store, ONE, vec![entry("a", 1)]).await;
    assert_eq!(again, Err(Error::Conflict(Conflict::Command("a".to_owned()))));
    append(&*store, ONE, vec![entry("b", 1)]).await.expect("appends");
    assert_eq!(commands(&log(&*store, ONE).await), ["a", "b"]);
}

/// What can't be right is refused before anything is touched, and the store goes on.
pub async fn wrong_requests_are_refused(engine: &dyn Engine) {
    let store = open(engine).await;
    is_wrong(append(&*store, ONE, vec![entry("a", 1), entry("no event", 0)]).await);
    is_wrong(append(&*store, ONE, vec![entry("", 1)]).await);
    is_wrong(append(&*store, ONE, vec![entry(&"x".repeat(501), 1)]).await);
    is_wrong(append(&*store, ONE, vec![entry("zero \0", 1)]).await);
    is_wrong(append(&*store, ONE, vec![Entry { by: "\0".to_owned(), ..entry("a", 1) }]).await);
    is_wrong(write(&*store, vec![Write::Put(Sheet::Inbox, item("", b""))]).await);
    is_wrong(write(&*store, vec![Write::Put(Sheet::Inbox, item(&"x".repeat(501), b""))]).await);
    assert_eq!(append(&*store, ONE, vec![entry("a", 1)]).await.map(|tip| tip.seq), Ok(1));
}
