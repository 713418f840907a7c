//! The SQLite engine under the contract, and what only a file has: its owner, its readers.

use futures_executor::block_on;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::contract::{Case, Engine};
use store::sqlite::{Settings, Sqlite, owner};
use store::{CompanyId, Conflict, Entry, Error, Owner, Result, Store};
use world::simulated::SimulatedClock;
use world::{Clock, Moment, Waiting};

struct File(PathBuf);

fn clock() -> Arc<dyn Clock> {
    Arc::new(SimulatedClock::at(Moment::from_millis(1_790_000_000_000)))
}

impl Engine for File {
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>> {
        Box::pin(async { Ok(Arc::new(Sqlite::open(Settings::new(&self.0, clock()))?) as Arc<dyn Store>) })
    }
}

fn on_a_new_file(case: Case) {
    let folder = tempfile::tempdir().expect("a folder");
    block_on(case(&File(folder.path().join("books.db"))));
}

store::contract_suite!(on_a_new_file);

fn open(path: &Path) -> Sqlite {
    Sqlite::open(Settings::new(path, clock())).expect("opens")
}

fn entry(command: &str) -> Entry {
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes: b"{}".to_vec() }
}

#[test]
fn a_file_has_one_owner_who_can_be_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    assert_eq!(owner(&path), None);
    let first = open(&path);
    let nameless = Owner { process: std::process::id(), address: None, program: None };
    assert_eq!(owner(&path), Some(nameless.clone()));
    let second = Sqlite::open(Settings::new(&path, clock())).map(drop);
    assert_eq!(second, Err(Error::Owned(nameless)));
    drop(first);
    assert_eq!(owner(&path), None, "what stands in the file is of no meaning without the lock");
    drop(open(&path));
}

#[test]
fn a_reader_beside_the_owner_sees_each_commit_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let missing = Sqlite::open_reading(&path, clock()).map(drop);
    assert!(matches!(missing, Err(Error::Foreign(_))), "{missing:?}");
    let writer = open(&path);
    let reader = Sqlite::open_reading(&path, clock()).expect("opens");
    block_on(async {
        let one = CompanyId(1);
        for command in ["a", "b"] {
            let turn = writer.begin(one).await.expect("a turn");
            let tip = turn.commit(vec![entry(command)], vec![]).await.expect("commits");
            assert_eq!(reader.tip(one).await, Ok(tip));
        }
        assert_eq!(reader.rows(one, 0, 9).await.expect("a page").len(), 2);
        let refused = reader.begin(one).await.map(drop);
        assert!(matches!(refused, Err(Error::Owned(_))), "{refused:?}");
        drop(writer);
        let refused = reader.write(one, vec![]).await;
        assert!(matches!(refused, Err(Error::ReadOnly(_))), "{refused:?}");
        assert_eq!(reader.rows(one, 1, 9).await.expect("a page").len(), 1);
    });
}

/// Nobody but the owner should, but if somebody moves the tip behind its back, nothing is written on top of that.
#[test]
fn a_tip_moved_by_hand_is_a_conflict_and_then_the_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let store = open(&path);
    let raw = rusqlite::Connection::open(&path).expect("opens");
    block_on(async {
        let one = CompanyId(1);
        store.begin(one).await.expect("a turn").commit(vec![entry("a")], vec![]).await.expect("commits");
        raw.execute("update tip set seq = 7", []).expect("changes");
        let turn = store.begin(one).await.expect("a turn");
        assert_eq!(turn.tip().seq, 1);
        assert_eq!(turn.commit(vec![entry("b")], vec![]).await, Err(Error::Conflict(Conflict::Tip)));
        assert_eq!(store.begin(one).await.expect("a turn").tip().seq, 7);
    });
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let store = open(&path);
    block_on(store.write(CompanyId(1), vec![])).expect("writes");
    for name in ["books.db", "books.db-wal", "books.db-shm"] {
        let rights = std::fs::metadata(folder.path().join(name)).expect("there").permissions().mode();
        assert_eq!(rights & 0o777, 0o600, "{name}");
    }
}
