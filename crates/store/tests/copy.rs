//! A copy holds what its source held, row by row and item by item, over both engines and back; damage isn't copied.

use futures_executor::block_on;
use std::path::Path;
use std::sync::Arc;
use store::contract::server::Server;
use store::postgres::{self, Postgres};
use store::sqlite::{Settings, Sqlite};
use store::{CompanyId, Copied, Entry, Error, Item, Row, Sheet, Store, Tip, Write, copy};
use world::Moment;
use world::simulated::SimulatedClock;

fn open(path: &Path) -> Sqlite {
    Sqlite::open(Settings::new(path, Arc::new(SimulatedClock::default()))).expect("opens")
}

fn entry(command: String) -> Entry {
    let (by, via) = ("anna".to_owned(), "page".to_owned());
    Entry { events: 2, at: Moment::from_millis(7), by, via, command, bytes: vec![b'x'; 100] }
}

/// Three companies, one with more rows than a page, items in every sheet, one sheet with more than a page.
async fn filled(path: &Path) -> Sqlite {
    let store = open(path);
    for (company, rows) in [(0, 3), (1, 9_000), (7, 1)] {
        let put = |sheet: Sheet, number: usize| {
            let until = number.is_multiple_of(2).then(|| Moment::from_millis(9));
            Write::Put(sheet, Item { key: format!("k{number:05}"), value: vec![1, 0, 255], until })
        };
        let mut writes: Vec<Write> = Sheet::ALL.iter().map(|sheet| put(*sheet, 0)).collect();
        writes.extend((1..2_500).map(|number| put(Sheet::Body, number)));
        let entries = (0..rows).map(|number| entry(format!("c{number}"))).collect();
        let turn = store.begin(CompanyId(company)).await.expect("a turn");
        turn.commit(entries, writes).await.expect("commits");
    }
    store
}

/// All there is, for comparing.
async fn content(store: &dyn Store) -> (Vec<(CompanyId, Tip)>, Vec<Row>, Vec<Item>) {
    let companies = store.companies().await.expect("companies");
    let (mut rows, mut items) = (vec![], vec![]);
    for (company, _) in &companies {
        rows.extend(store.rows(*company, 0, 100_000).await.expect("a page"));
        for sheet in Sheet::ALL {
            items.extend(store.items(*company, sheet, String::new(), 100_000).await.expect("a page"));
        }
    }
    (companies, rows, items)
}

const WHOLE: Copied = Copied { companies: 3, rows: 9_004, events: 18_008, items: 3 * (8 + 2_499) };

#[test]
fn a_copy_holds_what_its_source_held() {
    let folder = tempfile::tempdir().expect("a folder");
    block_on(async {
        let source = filled(&folder.path().join("a.db")).await;
        let target = open(&folder.path().join("b.db"));
        let mut last = (0, 0);
        let copied = copy(&source, &target, |_, done, of| last = (done, of)).await;
        assert_eq!(copied, Ok(WHOLE));
        assert_eq!(last, (2, 2));
        assert_eq!(content(&target).await, content(&source).await);
        let again = copy(&source, &target, |_, _, _| {}).await;
        assert!(matches!(again, Err(Error::Wrong(_))), "{again:?}");
        let turn = target.begin(CompanyId(1)).await.expect("a turn");
        turn.commit(vec![entry("new".to_owned())], vec![]).await.expect("the copy goes on");
    });
}

#[test]
fn a_store_moves_to_postgres_and_back() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    block_on(async {
        let source = filled(&folder.path().join("a.db")).await;
        let there = Postgres::open(postgres::Settings::new(server.url())).await.expect("opens");
        assert_eq!(copy(&source, &there, |_, _, _| {}).await, Ok(WHOLE));
        let back = open(&folder.path().join("b.db"));
        assert_eq!(copy(&there, &back, |_, _, _| {}).await, Ok(WHOLE));
        assert_eq!(content(&back).await, content(&source).await);
    });
}

#[test]
fn damage_is_named_and_not_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.db");
    block_on(async {
        let source = filled(&path).await;
        let raw = rusqlite::Connection::open(&path).expect("opens");
        for (damage, found) in [
            ("update log set bytes = x'00' where company = 1 and first_seq = 9001", "event 9001 was changed"),
            (
                "delete from log where company = 1 and first_seq = 9001",
                "event 9001 should follow, but 9003 does",
            ),
            (
                "delete from log where company = 1 and first_seq > 9000",
                "should end at event 18000, but ends at 9000",
            ),
        ] {
            raw.execute(damage, []).expect("damages");
            let target = open(&folder.path().join(format!("{}.db", found.len())));
            let stopped = copy(&source, &target, |_, _, _| {}).await;
            let Err(Error::Corrupt(what)) = stopped else { unreachable!("{stopped:?}") };
            assert!(what.contains(found) && what.contains("company 1"), "{what}");
            assert_eq!(
                target.tip(CompanyId(1)).await.map(|tip| tip.seq),
                Ok(0),
                "nothing of that log arrived"
            );
        }
    });
}
