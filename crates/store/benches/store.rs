//! How many commands a second become durable, beside the bare engine: the same rows into the same table by prepared
//! statements, in the same batches, in alternating rounds of one run. And how many rows a second are read back.
//!
//! N writers on N companies: N turns of a row each at the same time; the bare engine puts N rows into one transaction
//! (SQLite) or has N connections (PostgreSQL). N writers on one company: one turn of N rows, as `company` does it; the
//! bare engine the same N rows. Medians of the rounds; a ratio under a half fails.
//! `cargo bench -p store [-- ROUNDS]` (0: only reading back)

use futures_executor::block_on;
use futures_util::future::join_all;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::bare::{Bare, BarePostgres, BareSqlite};
use store::contract::server::Server;
use store::postgres::{self, Postgres};
use store::sqlite::{self, Sqlite};
use store::{CompanyId, Entry, Pages, Row, Store, Tip, chain};
use world::simulated::SimulatedClock;
use world::{Clock, Moment};

/// How long one side of a round takes, about.
const SLICE: Duration = Duration::from_millis(400);
const WRITERS: [usize; 3] = [1, 16, 64];
const REPLAYED: usize = 200_000;

/// Who writes where.
#[derive(Clone, Copy)]
enum Where {
    Companies,
    OneCompany,
}

impl Where {
    fn text(self) -> &'static str {
        match self {
            Self::Companies => "on as many companies",
            Self::OneCompany => "on one company",
        }
    }
}

fn entry(number: usize) -> Entry {
    Entry {
        events: 2,
        at: Moment::from_millis(1_790_000_000_000),
        by: "anna".to_owned(),
        via: "page".to_owned(),
        command: format!("0f8fad5b-d9cb-469f-a165-{number:012}"),
        bytes: vec![b'x'; 300],
    }
}

/// Rows for the bare engine, chained beforehand: batch after batch, a row a company or all of one.
struct Supply {
    tips: Vec<Tip>,
    place: Where,
    number: usize,
}

impl Supply {
    fn new(writers: usize, place: Where) -> Self {
        Self { tips: vec![Tip::default(); writers], place, number: 0 }
    }

    fn batch(&mut self, base: usize) -> Vec<Row> {
        let writers = self.tips.len();
        let company = |number: usize| CompanyId(u32::try_from(base + number).expect("few companies"));
        self.number += writers;
        let entries = (0..writers).map(|place| entry(self.number + place));
        match self.place {
            Where::OneCompany => {
                let rows = chain(company(0), self.tips[0], entries.collect());
                self.tips[0] = rows.last().map_or(self.tips[0], Row::tip);
                rows
            }
            Where::Companies => entries
                .enumerate()
                .flat_map(|(place, entry)| {
                    let rows = chain(company(place), self.tips[place], vec![entry]);
                    self.tips[place] = rows[0].tip();
                    rows
                })
                .collect(),
        }
    }
}

/// Rows a second through turns.
async fn by_turns(store: &dyn Store, writers: usize, place: Where, base: usize) -> u64 {
    let company = |number: usize| CompanyId(u32::try_from(base + number).expect("few companies"));
    let start = Instant::now();
    let write = async |writer: usize, rows: usize| {
        let mut done = 0;
        while start.elapsed() < SLICE {
            let turn = store.begin(company(writer)).await.expect("a turn");
            let from = usize::try_from(turn.tip().seq).expect("few rows");
            let entries = (0..rows).map(|row| entry(1_000_000 * writer + from + row)).collect();
            turn.commit(entries, vec![]).await.expect("commits");
            done += rows;
        }
        done
    };
    let done: usize = match place {
        Where::OneCompany => write(0, writers).await,
        Where::Companies => join_all((0..writers).map(|writer| write(writer, 1))).await.iter().sum(),
    };
    rate(done, start.elapsed())
}

fn rate(rows: usize, time: Duration) -> u64 {
    u64::try_from(rows as u128 * 1_000_000 / time.as_micros().max(1)).unwrap_or(0)
}

fn median(mut rates: Vec<u64>) -> u64 {
    rates.sort_unstable();
    rates[rates.len() / 2]
}

fn say(engine: &str, writers: usize, place: Where, ours: u64, bare: u64) -> bool {
    let percent = ours * 100 / bare.max(1);
    println!(
        "| {engine} | {writers} {} | {ours} | {bare} | {}.{:02} |",
        place.text(),
        percent / 100,
        percent % 100
    );
    percent >= 50
}

/// The same rows, chained beforehand, by the bare engine.
fn by_engine(bare: &mut dyn Bare, supply: &mut Supply, base: usize) -> u64 {
    let (mut done, mut spent) = (0, Duration::ZERO);
    while spent < SLICE {
        let rows = supply.batch(base);
        let start = Instant::now();
        bare.append(&rows).expect("appends");
        spent += start.elapsed();
        done += rows.len();
    }
    rate(done, spent)
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SimulatedClock::default())
}

fn sqlite_engine(folder: &Path, rounds: usize) -> bool {
    let mut good = true;
    for (case, place) in [Where::Companies, Where::OneCompany].into_iter().enumerate() {
        for writers in WRITERS {
            let file = |name: &str| folder.join(format!("{name}-{case}-{writers}.db"));
            let mut engine = BareSqlite::create(&file("bare"), clock()).expect("opens");
            let store = Sqlite::open(sqlite::Settings::new(file("ours"), clock())).expect("opens");
            let (mut ours, mut bare) = (vec![], vec![]);
            let mut supply = Supply::new(writers, place);
            for _ in 0..rounds {
                ours.push(block_on(by_turns(&store, writers, place, 0)));
                bare.push(by_engine(&mut engine, &mut supply, 0));
            }
            good &= say("SQLite", writers, place, median(ours), median(bare));
        }
    }
    good
}

fn postgres_engine(server: &Server, rounds: usize) -> bool {
    let mut good = true;
    for (case, place) in [Where::Companies, Where::OneCompany].into_iter().enumerate() {
        for writers in WRITERS {
            let base = 1_000 * case + 100 * writers;
            let settings = |schema: &str| postgres::Settings {
                schema: schema.to_owned(),
                connections: 64,
                ..postgres::Settings::new(server.url())
            };
            let store = block_on(Postgres::open(settings("ours"))).expect("opens");
            let connections = match place {
                Where::Companies => writers,
                Where::OneCompany => 1,
            };
            let mut engine = BarePostgres::connect(&postgres::Settings { connections, ..settings("bare") })
                .expect("opens");
            let (mut ours, mut bare) = (vec![], vec![]);
            let mut supply = Supply::new(writers, place);
            for _ in 0..rounds {
                ours.push(block_on(by_turns(&store, writers, place, base)));
                bare.push(by_engine(&mut engine, &mut supply, base));
            }
            good &= say("PostgreSQL", writers, place, median(ours), median(bare));
        }
    }
    good
}

fn replay(engine: &str, store: &dyn Store) {
    let company = CompanyId(7);
    block_on(async {
        for part in 0..REPLAYED / 10_000 {
            let entries = (0..10_000).map(|number| entry(part * 10_000 + number)).collect();
            let turn = store.begin(company).await.expect("a turn");
            turn.commit(entries, vec![]).await.expect("commits");
        }
        let start = Instant::now();
        let (mut pages, mut rows) = (Pages::new(store, company, 0), 0);
        loop {
            let page = pages.next().await.expect("a page");
            if page.is_empty() {
                break;
            }
            rows += page.len();
        }
        println!("| {engine} | rows read back a second, of {rows} | {} | | |", rate(rows, start.elapsed()));
    });
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(5);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on a real disk");
    println!(
        "| engine | writers, each row a command | rows a second | bare | ratio |\n|---|---|---|---|---|"
    );
    let mut good = rounds == 0 || sqlite_engine(folder.path(), rounds);
    let file = folder.path().join("replay.db");
    replay("SQLite", &Sqlite::open(sqlite::Settings::new(file, clock())).expect("opens"));
    if let Some(server) = Server::start(&[]) {
        good &= rounds == 0 || postgres_engine(&server, rounds);
        let store = block_on(Postgres::open(postgres::Settings::new(server.url()))).expect("opens");
        replay("PostgreSQL", &store);
    }
    assert!(good, "a ratio is under a half");
}
