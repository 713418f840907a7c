//! PostgreSQL restarted and crashed under load: no acknowledged row is lost, nobody hears anything but typed errors.
//!
//! A caller whose commit may have happened looks for its command's id and goes on. Not here: files (`bad_days.rs`).

use futures_executor::block_on;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, RwLock};
use store::contract::server::Server;
use store::postgres::{Postgres, Settings};
use store::{Chain, CompanyId, Entry, Error, Pages, Result, Store, Tip};
use world::Moment;

const WRITERS: u32 = 6;
/// How many commands must be acknowledged between two restarts.
const BETWEEN: usize = 60;

fn entry(command: &str) -> Entry {
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes: vec![b'x'; 300] }
}

/// Does it unless an earlier try did, which is possible only if that try's error said so.
async fn once(store: &Postgres, company: CompanyId, command: &str, earlier: &[Error]) -> Result<Tip> {
    let mut turn = store.begin(company).await?;
    if let Some(row) = turn.find(vec![command.to_owned()]).await?.first() {
        assert!(
            earlier.iter().any(Error::may_have_happened),
            "{command} was said not to have happened: {earlier:?}"
        );
        return Ok(row.tip());
    }
    turn.commit(vec![entry(command)], vec![]).await
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
            match block_on(once(store, company, &command, &earlier)) {
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
        for (_, command, tip) in acknowledged.iter().filter(|(of, ..)| *of == company) {
            let row = rows.iter().find(|row| row.entry.command == *command);
            assert_eq!(row.map(store::Row::tip), Some(*tip), "{command}");
        }
    }
}
