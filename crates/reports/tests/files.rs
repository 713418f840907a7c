//! What leaves as a file is read again by programs that aren't ours: CSV by the csv reader, workbooks by openpyxl, ledgers by
//! beancount and hledger, whose balances must be ours to the cent.
//!
//! The tools are those that `scripts/test` installs; without them a test says that it skips.

#[path = "../../book/tests/support/history.rs"]
mod history;
#[path = "../../book/tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use book::{Book, Day};
use history::{History, records};
use money::Currency;
use reports::{Asked, CATALOGUE, Table, balances_csv, beancount, hledger, replay, xlsx};
use support::{STAMP, Shop};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A tool of scripts/test, or a visible skip.
fn tool(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("MILLBOOK_NO_SKIP").is_none(), "{} is missing", path.display());
    eprintln!("skipped: {} is missing; scripts/test installs it", path.display());
    None
}

fn told(seed: u64, more: &[&str]) -> Book {
    let mut shop = Shop::new();
    let mut history = History::new(seed);
    for statement in records(seed).lines().chain(more.iter().copied()) {
        shop.say(statement).unwrap_or_else(|failure| panic!("{statement}: {failure:?}"));
    }
    for _ in 0..60 {
        if shop.say(&history.next()).is_ok() {
            history.taken();
        }
    }
    shop.book
}

/// Names that spreadsheets, CSV, XML, beancount and hledger each stumble over.
const NASTY: [&str; 8] = [
    "item =SUM(A1) bought",
    "item +44 bought",
    "item @now made",
    "item <b>&amp\"x\" made",
    "item jam\u{e9},\u{1f353} bought",
    "warehouse main+2",
    "warehouse Main,2",
    "opening ST-N 2026-03-01 into Main,2: 3 =SUM(A1) 4.50; 1 <b>&amp\"x\" 90071992547409.93; 1 jam\u{e9},\u{1f353} 1.00; 2 +44 2.00",
];

fn all_tables(book: &Book) -> Vec<Table> {
    let day = Day::new(2026, 3, 31).expect("a day");
    CATALOGUE.iter().map(|report| report.of(book, &Asked::on(day)).expect("no parameters")).collect()
}

fn checked(command: &mut Command) {
    let done = command.output().expect("it starts");
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}\n{out}{error}");
    println!("{}", out.trim());
}

// rule: REC-4
#[test]
fn a_workbook_is_what_openpyxl_reads() {
    let Some(python) = tool(root().join(".tools/bin/python3")) else { return };
    for seed in 0..3 {
        let tables = all_tables(&told(seed, &NASTY));
        let folder = folder("xlsx");
        let (workbook, json) = (folder.join("reports.xlsx"), folder.join("tables.json"));
        std::fs::write(&workbook, xlsx(&tables)).expect("written");
        let wanted: Vec<_> = tables.iter().map(Table::sheet).collect();
        std::fs::write(&json, serde_json::to_vec(&wanted).expect("JSON")).expect("written");
        let script = root().join("crates/reports/tests/read_xlsx.py");
        checked(Command::new(&python).arg(script).arg(&workbook).arg(&json));
    }
}

// rule: REC-4
#[test]
fn ledgers_are_what_beancount_and_hledger_read() {
    if tool(root().join(".tools/bin/bean-check")).and(tool(PathBuf::from("/usr/bin/hledger"))).is_none() {
        return;
    }
    let day = Day::new(2026, 3, 31).expect("a day");
    for seed in 0..4 {
        let book = told(seed, if seed == 0 { &NASTY } else { &[] });
        let folder = folder("ledgers");
        for (name, text) in [
            ("ledger.beancount", beancount(&book, day)),
            ("ledger.journal", hledger(&book, day)),
            ("balances.csv", balances_csv(&book, day)),
        ] {
            std::fs::write(folder.join(name), text).expect("written");
        }
        checked(Command::new(root().join("scripts/check-ledgers")).arg(&folder));
    }
}

/// Yen have no decimals, Kuwaiti dinars three.
#[test]
fn ledgers_in_currencies_with_other_decimals_are_read() {
    if tool(root().join(".tools/bin/bean-check")).and(tool(PathBuf::from("/usr/bin/hledger"))).is_none() {
        return;
    }
    let day = Day::new(2026, 3, 31).expect("a day");
    let mut shop = Shop::new();
    for statement in
        ["item JAM made", "opening ST-1 2026-03-01: 10 JAM 12345.67", "ship SH-1 2026-03-02: 3 JAM"]
    {
        shop.say(statement).expect("possible");
    }
    for base in [Currency::JPY, Currency::KWD] {
        let log = shop.events.iter().cloned().map(|event| (event, STAMP));
        let book = replay(base, log, u32::MAX, |_| {});
        let folder = folder(base.code());
        std::fs::write(folder.join("ledger.beancount"), beancount(&book, day)).expect("written");
        std::fs::write(folder.join("ledger.journal"), hledger(&book, day)).expect("written");
        let balances = balances_csv(&book, day);
        let stock = if base == Currency::JPY { ",864197\n" } else { ",864.197\n" };
        assert!(balances.contains(stock), "{balances}");
        std::fs::write(folder.join("balances.csv"), balances).expect("written");
        checked(Command::new(root().join("scripts/check-ledgers")).arg(&folder));
    }
}

#[test]
fn a_ledger_without_anything_is_read_too() {
    if tool(root().join(".tools/bin/bean-check")).and(tool(PathBuf::from("/usr/bin/hledger"))).is_none() {
        return;
    }
    let (book, day, folder) = (Shop::new().book, Day::new(2026, 3, 31).expect("a day"), folder("empty"));
    std::fs::write(folder.join("ledger.beancount"), beancount(&book, day)).expect("written");
    std::fs::write(folder.join("ledger.journal"), hledger(&book, day)).expect("written");
    std::fs::write(folder.join("balances.csv"), balances_csv(&book, day)).expect("written");
    checked(Command::new(root().join("scripts/check-ledgers")).arg(&folder));
}

// rule: REC-4
#[test]
fn csv_has_every_cell_and_no_formula() {
    let mut guarded = 0;
    for table in all_tables(&told(5, &NASTY)) {
        let bytes = reports::csv(&table);
        let mut reader = ::csv::ReaderBuilder::new().from_reader(bytes.as_slice());
        let titles: Vec<String> = reader.headers().expect("titles").iter().map(str::to_owned).collect();
        assert_eq!(titles, table.columns.iter().map(|column| column.name).collect::<Vec<_>>());
        let read: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.expect("as many cells as titles").iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(read.len(), table.rows.len(), "{}", table.name);
        for (row, cells) in table.rows.iter().zip(&read) {
            for ((value, cell), column) in row.iter().zip(cells).zip(&table.columns) {
                let shown = value.show(table.base);
                let dangerous = !column.kind.is_number() && cell.starts_with(['=', '+', '-', '@']);
                assert!(!dangerous, "{cell}");
                guarded += u32::from(*cell != shown);
                assert!(*cell == shown || *cell == format!("'{shown}"), "{cell} instead of {shown}");
            }
        }
    }
    assert!(guarded > 0, "nothing had to be guarded");
}
