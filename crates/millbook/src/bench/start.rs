//! An import, and a cold start of what was imported, with and without a snapshot, each in a process of its own: its memory
//! is what the company needs, not what was left by other work.

use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use bundle::{Bundle, Existing, Memory};
use company::{Asked, Company, Importing, Log, NotImported, Trial, Wish};
use futures_executor::block_on;
use money::Currency;
use serde_json::{Value, json};
use store::{CompanyId, Store};
use xero_client::network::MachineClock;

use super::show::Figure;
use super::{Engine, go_on, now};
use crate::place::{failed, today};
use crate::said::say;
use crate::sandbox::Refusal;

const COMPANY: CompanyId = CompanyId(1);
/// Whose snapshots they are. The program that opens is this very one.
const PROGRAM: &str = "bench";
const LINES: u32 = 5;

pub(super) fn measure(engine: &Engine, entries: u32) -> Result<Vec<Figure>, Refusal> {
    let name = engine.name();
    let movements = u64::from(entries) * u64::from(LINES);
    now(engine, &format!("an import of {movements} movements"))?;
    let store = engine.open("books")?;
    let log: Log<Company> = Log::new(store.clone(), COMPANY, Arc::new(MachineClock)).with_snapshots(PROGRAM);
    let today = today("UTC");
    let open = Wish::Open(Currency::NZD);
    block_on(log.ask(Asked { id: "open".into(), by: 0, via: "bench".into(), today, wish: open }))
        .map_err(failed)?;
    let files = bundle_of(entries);
    let start = Instant::now();
    let bundle = Bundle::open(&files).map_err(|error| Refusal(3, error.to_string()))?;
    let (holder, existing) = ("bench".to_owned(), Existing::Refuse);
    let how = Importing { holder, by: 0, today, existing, trial: Trial::Real };
    let look = &mut |_| if go_on().is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    block_on(log.import(bundle, how, look)).map_err(|why| match why {
        NotImported::Failed(failure) => failed(failure),
        other => Refusal(3, other.to_string()),
    })?;
    let (took, what) = (start.elapsed(), format!("import of {movements} movements, durable"));
    let mut figures = vec![Figure::of(name, &what, movements, took)];
    go_on()?;
    let events = block_on(log.view(None)).map_err(failed)?.tip.seq;
    block_on(log.keep_snapshot(1)).map_err(failed)?;
    drop((log, store)); // a file has one owner
    now(engine, &format!("a cold start of {events} events"))?;
    for with_snapshot in [false, true] {
        let opened = open_elsewhere(engine, with_snapshot)?;
        let how = if with_snapshot { "with a snapshot" } else { "without a snapshot" };
        let number = |name: &str| opened[name].as_u64();
        figures.push(Figure::took(
            name,
            &format!("cold start of {events} events {how}"),
            number("milliseconds"),
        ));
        figures.push(Figure::memory(name, &format!("memory, opened {how}"), number("memory")));
        figures.push(Figure::memory(name, &format!("memory at most, opening {how}"), number("peak")));
    }
    Ok(figures)
}

/// Starts this program once more, to open the company and nothing else.
fn open_elsewhere(engine: &Engine, with_snapshot: bool) -> Result<Value, Refusal> {
    let failed = |why: String| Refusal(3, format!("The program could not be started again: {why}."));
    let (db, schema) = engine.told();
    let mut program = Command::new(std::env::current_exe().map_err(|error| failed(error.to_string()))?);
    program.args(["bench", "--db", &db, "--only-open", schema]).stderr(Stdio::inherit());
    if with_snapshot {
        program.arg("--snapshot");
    }
    let output = program.output().map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&output.stdout).map_err(|_| failed(output.status.to_string()))
}

pub(super) fn only_open(store: Arc<dyn Store>, with_snapshot: bool) -> Result<(), Refusal> {
    let log: Log<Company> = Log::new(store, COMPANY, Arc::new(MachineClock));
    let log = if with_snapshot { log.with_snapshots(PROGRAM) } else { log };
    let start = Instant::now();
    let state = block_on(log.view(None)).map_err(failed)?;
    let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (memory, peak) = (memory("VmRSS"), memory("VmHWM"));
    say(json!({ "milliseconds": took, "events": state.tip.seq, "memory": memory, "peak": peak }));
    Ok(())
}

/// Bytes, where the system tells them in a file (Linux).
fn memory(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1_024)
}

const ITEMS: u32 = 100;

/// Items in stock, and shipments of five lines.
fn bundle_of(shipments: u32) -> Memory {
    let mut item = String::from("code,name,unit\n");
    let mut stock = String::from("number,kind,day,warehouse,ins.item,ins.quantity,ins.cost\n");
    for at in 0..ITEMS {
        item.push_str(&format!("I{at},An item,pc\n"));
        let there = shipments / ITEMS * LINES * 3 + 1_000;
        stock.push_str(&format!("ST-{at},opening,2026-01-01,Main,I{at},{there},{there}.07\n"));
    }
    let mut shipment = String::from("number,customer,warehouse,day,picked,lines.item,lines.quantity\n");
    for number in 0..shipments {
        let day = format!("2026-{:02}-{:02}", 1 + number * 6 / shipments, 1 + number % 28);
        for line in 0..LINES {
            let at = (number * LINES + line * 7) % ITEMS;
            match line {
                0 => shipment.push_str(&format!("SH-{number},C,Main,{day},{day},I{at},2\n")),
                _ => shipment.push_str(&format!("SH-{number},,,,,I{at},2\n")),
            }
        }
    }
    let files = [
        ("unit.csv", "code,name\npc,piece\n".to_owned()),
        ("warehouse.csv", "code,name\nMain,Main\n".to_owned()),
        ("party.csv", "code,name,kind\nC,A customer,customer\n".to_owned()),
        ("item.csv", item),
        ("stock_entry.csv", stock),
        ("shipment.csv", shipment),
    ];
    Memory(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect())
}
