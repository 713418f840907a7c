//! A company of a million events: how fast commands become durable, how long a cold start takes, what it keeps.
//!
//! The list: 500 items; purchase orders of two lines, received, billed, shipped, invoiced, until the log has so many events.
//! `cargo bench -p company --bench company [-- EVENTS]` prints what `docs/performance.md` has.

use std::path::Path;
use std::process::Command as Program;
use std::sync::Arc;
use std::time::{Duration, Instant};

use book::*;
use company::{Asked, Company, Log, State, Wish, verify};
use futures_executor::block_on;
use money::Currency;
use store::CompanyId;
use store::sqlite::{Settings, Sqlite};
use world::simulated::SimulatedClock;
use world::{Clock, Moment};

/// As the program has it.
#[cfg_attr(not(target_os = "linux"), global_allocator)]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ITEMS: u32 = 500;
const TOGETHER: usize = 1_000;

fn clock() -> Arc<dyn Clock> {
    Arc::new(SimulatedClock::at(Moment::default()))
}

fn day(number: u32) -> Day {
    Day::from_number(20_000 + number as i32)
}

fn json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("a value of the book")
}

fn records() -> Vec<Command> {
    let record = |record: serde_json::Value| json(serde_json::json!({ "save_record": { "record": record } }));
    let mut all: Vec<Command> = vec![
        record(serde_json::json!({ "unit": { "code": "pc", "name": "piece" } })),
        record(serde_json::json!({ "warehouse": { "code": "Main", "name": "Main" } })),
        record(serde_json::json!({ "party": { "code": "P", "name": "Party", "kind": "both" } })),
    ];
    for number in 0..ITEMS {
        let item = serde_json::json!({ "code": format!("ITEM-{number}"), "name": "An item", "unit": 0 });
        all.push(record(serde_json::json!({ "item": item })));
    }
    all
}

/// Four commands: order, receipt, bill, shipment. `first` is the number of the document that the order becomes.
fn round(number: u32, first: u32) -> Vec<Command> {
    let save = |content: Content| Command::Save { document: None, number: None, external: None, content };
    let on = day(number / 500);
    let terms = serde_json::json!({ "party": 0, "day": on, "currency": "NZD" });
    let line = |item: u32| serde_json::json!({ "item": item % ITEMS, "quantity": "10", "price": "7.125" });
    let order = serde_json::json!({ "terms": terms, "lines": [line(2 * number), line(2 * number + 1)] });
    let order_line = |line: u16| serde_json::json!({ "document": first, "line": line });
    let bill = serde_json::json!({
        "terms": terms,
        "lines": [
            { "target": { "order": order_line(0) }, "quantity": "10", "price": "7.125" },
            { "target": { "order": order_line(1) }, "quantity": "10", "price": "7.25" },
        ],
    });
    let shipment = serde_json::json!({
        "customer": 0, "warehouse": 0, "day": on, "picked": on,
        "lines": [
            { "item": 2 * number % ITEMS, "quantity": "9" },
            { "item": (2 * number + 1) % ITEMS, "quantity": "9" },
        ],
    });
    let receipt = serde_json::json!({
        "order": first, "day": on,
        "lines": [{ "line": 0, "quantity": "10" }, { "line": 1, "quantity": "10" }],
    });
    vec![
        save(json(serde_json::json!({ "purchase_order": order }))),
        save(json(serde_json::json!({ "receipt": receipt }))),
        save(json(serde_json::json!({ "bill": bill }))),
        save(json(serde_json::json!({ "shipment": shipment }))),
    ]
}

fn asked(id: String, wish: Wish) -> Asked<Wish> {
    Asked { id, by: 0, via: "bench".into(), today: day(0), wish }
}

fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0) / 1_024
}

/// Milliseconds of this process on a core, its threads' together: on a shared machine the figure to go by.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn each(time: Duration, count: u64) -> u128 {
    time.as_nanos() / u128::from(count.max(1))
}

/// Writes the list; the log's end, and the state's digest if it is wanted.
fn written(path: &Path) -> String {
    let events: u64 =
        std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1_000_000);
    let store = opened(path);
    let log: Log<Company> = Log::new(store.clone(), CompanyId(1), clock()).with_snapshots("bench");
    block_on(log.ask(asked("open".into(), Wish::Open(Currency::NZD)))).expect("begins");
    let mut sent = 1_u64;
    let mut batch = Vec::new();
    let flush = |batch: &mut Vec<Asked<Wish>>, at_least: usize| {
        if batch.len() >= at_least.max(1) {
            for answer in block_on(log.ask_all(std::mem::take(batch))) {
                answer.expect("the list is possible");
            }
        }
    };
    for command in records() {
        sent += 1;
        batch.push(asked(sent.to_string(), Wish::Inside(Box::new(command))));
    }
    flush(&mut batch, 1);
    let (before, start, busy) = (sent, Instant::now(), cpu());
    let mut waited = Duration::ZERO;
    let (mut number, mut documents, mut movements) = (0, 0, 0_u64);
    while sent < events {
        let made = Instant::now();
        for command in round(number, documents) {
            sent += 1;
            batch.push(asked(sent.to_string(), Wish::Inside(Box::new(command))));
        }
        waited += made.elapsed();
        (number, documents, movements) = (number + 1, documents + 4, movements + 4);
        flush(&mut batch, TOGETHER);
        if movements == 100_000 {
            println!(
                "100,000 movements durable: {} ms, {} ms on cores",
                (start.elapsed() - waited).as_millis(),
                cpu() - busy
            );
        }
    }
    flush(&mut batch, 1);
    let took = start.elapsed() - waited;
    println!(
        "{} commands, {movements} movements, durable in batches of {TOGETHER}: {} ms, {} ns each",
        sent - before,
        took.as_millis(),
        each(took, sent - before)
    );
    let (start, busy) = (Instant::now(), cpu());
    block_on(log.keep_snapshot(1)).expect("is kept");
    println!("snapshot kept: {} ms, {} ms on cores", start.elapsed().as_millis(), cpu() - busy);
    let state = block_on(log.view(None)).expect("reads");
    format!("{:?} {}", state.tip, digest(&state))
}

/// Opens what was written, as a process that does nothing else.
fn open(path: &Path, expected: &str) {
    let store = opened(path);
    let log: Log<Company> = Log::new(store.clone(), CompanyId(1), clock());
    let (start, busy) = (Instant::now(), cpu());
    let state = block_on(log.view(None)).expect("reads");
    println!(
        "cold start without a snapshot: {} ms for {} events, {} ms on cores",
        start.elapsed().as_millis(),
        state.tip.seq,
        cpu() - busy
    );
    println!("memory with the company open: {} MB, at most {} MB", memory("VmRSS"), memory("VmHWM"));
    assert_eq!(format!("{:?} {}", state.tip, digest(&state)), expected, "the same state");
    if wanted("verify") {
        let start = Instant::now();
        let damage = block_on(verify(&*store, &log, &*clock())).expect("reads");
        println!("verify: {} findings, {} ms", damage.findings.len(), start.elapsed().as_millis());
    }
}

/// The same with a snapshot.
fn open_quickly(path: &Path, expected: &str) {
    let log: Log<Company> = Log::new(opened(path), CompanyId(1), clock()).with_snapshots("bench");
    let (start, busy) = (Instant::now(), cpu());
    let state = block_on(log.view(None)).expect("reads");
    println!("cold start with a snapshot: {} ms, {} ms on cores", start.elapsed().as_millis(), cpu() - busy);
    println!("memory with the company open: {} MB, at most {} MB", memory("VmRSS"), memory("VmHWM"));
    assert_eq!(format!("{:?} {}", state.tip, digest(&state)), expected, "the same state");
}

fn opened(path: &Path) -> Arc<Sqlite> {
    Arc::new(Sqlite::open(Settings::new(path, clock())).expect("opens"))
}

fn wanted(what: &str) -> bool {
    std::env::args().any(|argument| argument == what)
}

fn digest(state: &State<Company>) -> String {
    if wanted("digest") { format!("{:?}", state.fold.digest()) } else { String::new() }
}

fn main() {
    MEMORY.version(); // so that it is linked
    let words: Vec<String> = std::env::args().collect();
    if let Some(place) = words.iter().position(|word| word == "open" || word == "open-quickly") {
        let (path, expected) = (Path::new(&words[place + 1]), &words[place + 2]);
        return if words[place] == "open" { open(path, expected) } else { open_quickly(path, expected) };
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let expected = written(&path);
    println!("memory after writing: {} MB, at most {} MB", memory("VmRSS"), memory("VmHWM"));
    for how in ["open", "open-quickly"] {
        let mut child = Program::new(std::env::current_exe().expect("this program"));
        child.args(&words[1..]).arg(how).arg(&path).arg(&expected);
        assert!(child.status().expect("runs").success());
    }
}
