//! PostgreSQL restarted and crashed under load: no acknowledged row is lost, nobody hears anything but typed errors.
//!
//! A caller whose commit may have happened looks for its command's id and goes on. Not here: files (`bad_days.rs`).

use futures_executor::block_on;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, RwLock};
use store::contract::server::Server;
use store::postgres::{Postgres, Settings};
use store::{Chain, CompanyId, Entry, Error, Pages, Result, Store, Tip};
use world::simulated::SeededChance;
use world::{Chance, Moment};

const WRITERS: u32 = 6;
/// How many commands must be acknowledged between two restarts.
const BETWEEN: usize = 60;

fn entry(command: &str, size: usize) -> Entry {
    let mut bytes = vec![0; size];
    SeededChance::new(7).fill(&mut bytes); // nothing that a server could pack
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes }
}

/// Does it unless an earlier try did, which is possible only if that try's error said so.
async fn once(
    store: &Postgres,
    company: CompanyId,
    command: &str,
    size: usize,
    earlier: &[Error],
) -> Result<Tip> {
    let mut turn = store.begin(company).await?;
    if let Some(row) = turn.find(vec![command.to_owned()]).await?.first() {
        assert!(
            earlier.iter().any(Error::may_have_happened),
            "{command} was said not to have happened: {earlier:?}"
        );
        return Ok(row.tip());
    }
    turn.commit(vec![entry(command, size)], vec![]).await
}

/// What the writers did, by their own record.
#[derive(Default)]
struct Record {
    acknowledged: Mutex<Vec<(CompanyId, String, Tip)>>,
    one_more: Condvar,
    lost: AtomicUsize,
    /// Held for writing while the server is down, so that nobody spins.
    down: RwLock<()>,
    stop: AtomicBool,
}

fn writer(store: &Postgres, record: &Record, name: u32) {
    let company = CompanyId(name % 3);
    for number in 0.. {
        let (command, mut earlier) = (format!("{name}/{number}"), Vec::new());
        loop {
            if record.stop.load(Ordering::SeqCst) {
                return;
            }
            match block_on(once(store, company, &command, 300, &earlier)) {
                Ok(tip) => {
                    let mut all = record.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push((company, command, tip));
                    record.one_more.notify_all();
                    break;
                }
                Err(error @ Error::Lost { .. }) => {
                    earlier.push(error);
                    record.lost.fetch_add(1, Ordering::SeqCst);
                    drop(record.down.read());
                }
                Err(other) => unreachable!("{other:?}"),
            }
        }
    }
}

/// Until so many more are acknowledged.
fn wait_for(record: &Record, count: usize) {
    let all = record.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    let until = all.len() + count;
    drop(record.one_more.wait_while(all, |all| all.len() < until));
}

#[test]
fn restarts_and_crashes_under_load_lose_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let store =
        block_on(Postgres::open(Settings { connections: 8, ..Settings::new(server.url()) })).expect("opens");
    let record = Record::default();
    std::thread::scope(|scope| {
        for name in 0..WRITERS {
            let (store, record) = (&store, &record);
            scope.spawn(move || writer(store, record, name));
        }
        for round in 0..4 {
            wait_for(&record, BETWEEN);
            let down = record.down.write();
            if round % 2 == 0 {
                server.crash_and_restart()
            } else {
                server.restart()
            }
            drop(down);
        }
        wait_for(&record, BETWEEN);
        record.stop.store(true, Ordering::SeqCst);
    });
    assert!(record.lost.load(Ordering::SeqCst) > 0, "nobody noticed the restarts");
    let acknowledged = record.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(acknowledged.len() >= 5 * BETWEEN);
    block_on(check(&store, &acknowledged));
}

/// A disk of its own for the server; only root may mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=80m,mode=755", "tmpfs"])
            .arg(folder)
            .output();
        mount.is_ok_and(|ran| ran.status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

/// The server's disk fills up under a writer: a typed error, nothing acknowledged is lost, and with room it goes on. (A
/// server that can't write its own log stops; whoever has made room starts it again.)
#[test]
fn a_full_disk_under_the_server_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        writeln!(std::io::stderr(), "SKIPPED: no disk may be mounted here").ok();
        return;
    };
    let ballast = folder.path().join("ballast");
    let settings = ["max_wal_size=4MB", "min_wal_size=2MB", "fsync=off"];
    let Some(server) = Server::start_in(&folder.path().join("pg"), &settings) else { return };
    let store = block_on(Postgres::open(Settings::new(server.url()))).expect("opens");
    fs::write(&ballast, vec![0; 20 << 20]).expect("there is room at first");
    let (company, mut acknowledged) = (CompanyId(1), Vec::new());
    let error = loop {
        let command = format!("c{}", acknowledged.len());
        match block_on(once(&store, company, &command, 100_000, &[])) {
            Ok(tip) => acknowledged.push((company, command, tip)),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 5_000, "it never fills up");
    };
    assert!(matches!(error, Error::Full(_) | Error::Lost { .. }), "{error:?}");
    fs::remove_file(&ballast).expect("makes room");
    server.crash_and_restart();
    let command = format!("c{}", acknowledged.len());
    let tip = loop {
        match block_on(once(&store, company, &command, 100_000, std::slice::from_ref(&error))) {
            Err(Error::Lost { .. }) => {} // a connection from before
            done => break done.expect("goes on"),
        }
    };
    acknowledged.push((company, command, tip));
    block_on(check(&store, &acknowledged));
    drop(server);
    drop(disk);
}

/// Every acknowledged command stands once where its answer said; the chains are whole.
async fn check(store: &Postgres, acknowledged: &[(CompanyId, String, Tip)]) {
    for company in (0..3).map(CompanyId) {
        let (mut pages, mut chain, mut rows) = (Pages::new(store, company, 0), Chain::new(company), vec![]);
        loop {
            let page = pages.next().await.expect("a page");
            if page.is_empty() {
                break;
            }
            for row in &page {
                assert_eq!(chain.row(row), []);
            }
            rows.extend(page);
        }
        assert_eq!(chain.finish(store.tip(company).await.expect("a tip")), None);
        let places: BTreeMap<&str, Tip> =
            rows.iter().map(|row| (row.entry.command.as_str(), row.tip())).collect();
        assert_eq!(places.len(), rows.len(), "a command twice");
        for (_, command, tip) in acknowledged.iter().filter(|(of, ..)| *of == company) {
            assert_eq!(places.get(command.as_str()), Some(tip), "{command}");
        }
    }
}
