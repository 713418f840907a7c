//! Every report ties to the ledger, on every day, as of it and as known: over random histories, and over all cases of the
//! book.
//!
//! A tie that always holds could still hold nothing: so what the ties are held against is also worked out here, from the
//! deltas, in another way; and a report as known is that of a book replayed up to that entry.

#[path = "../../book/tests/support/history.rs"]
mod history;
#[path = "../../book/tests/support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use book::{Book, Day, Role};
use history::{History, records};
use reports::{Asked, CATALOGUE, Needs, Period, Report, Table, replay};
use support::{STAMP, Shop};

/// Balances by account at the end of a day, from the deltas of the first entries.
fn balances(book: &Book, day: Day, known: u32) -> BTreeMap<Role, i64> {
    let deltas = book.ledger().deltas().filter(|delta| delta.day <= day && delta.seq < known);
    support::sums(deltas.flat_map(|delta| {
        let role = |id| book.ledger().name(id).role;
        [(role(delta.debit), delta.amount.minor()), (role(delta.credit), -delta.amount.minor())]
    }))
}

fn days(book: &Book) -> Vec<Day> {
    let days: BTreeSet<Day> = book.ledger().deltas().map(|delta| delta.day).collect();
    days.into_iter().collect()
}

fn made(report: &'static Report, book: &Book, asked: &Asked) -> Result<Table, String> {
    report.of(book, asked).map_err(|wrong| wrong.to_string())
}

/// Every tie of a table holds, and what it says of the ledger is what the ledger says.
fn ties(table: &Table, book: &Book, asked: &Asked) -> Result<(), String> {
    let expected = balances(book, asked.as_of, asked.known.unwrap_or(u32::MAX));
    for tie in &table.ties {
        if !tie.difference().is_zero() {
            return Err(format!("{}\n{table}", tie.show(table.base)));
        }
        let (name, sign) = match tie.name.strip_suffix(" (credit)") {
            Some(name) => (name, -1),
            None => (tie.name.as_str(), 1),
        };
        let role = Role::ALL.into_iter().find(|role| role.name() == name);
        if let Some(role) = role.filter(|_| tie.against == "ledger") {
            let said = expected.get(&role).copied().unwrap_or(0);
            if tie.balance.minor() != sign * said {
                return Err(format!("{} stands at {said} by the deltas\n{table}", role.name()));
            }
        }
    }
    Ok(())
}

/// Whether a report stands on the accounts at all; the rest are held against something else, or are lists.
fn all_ways(report: &'static Report, as_of: Day, from: Option<Day>) -> Vec<Asked> {
    let by = report.by.iter().map(|by| Some((*by).to_owned()));
    let by: Vec<Option<String>> = if report.by.is_empty() { vec![None] } else { by.collect() };
    let from = if report.period == Period::Day { vec![None] } else { vec![None, from] };
    let one = |by: &Option<String>, from: Option<Day>| Asked { by: by.clone(), from, ..Asked::on(as_of) };
    by.iter().flat_map(|by| from.iter().map(move |from| one(by, *from))).collect()
}

/// All reports of a book, in every form, on every day.
fn every_report(book: &Book) -> Result<u64, String> {
    let (mut count, all) = (0, days(book));
    for (number, day) in all.iter().enumerate() {
        let from = all.get(number / 2).copied();
        for report in CATALOGUE {
            for asked in all_ways(report, *day, from) {
                let table = made(report, book, &asked)?;
                ties(&table, book, &asked)?;
                count += table.ties.len() as u64;
            }
        }
    }
    Ok(count)
}

/// A report as known after so many entries is the report of a book that has no others.
fn as_known(shop: &Shop, known: u32) -> Result<(), String> {
    let log = || shop.events.iter().cloned().map(|event| (event, STAMP));
    let mut heard = 0;
    let then = replay(shop.book.base(), log(), known, |progress| heard = progress.done);
    if heard != known || then.seq() != known {
        return Err(format!("replayed {heard} of {known}"));
    }
    let last = days(&shop.book).last().copied().unwrap_or(Day::FIRST);
    let days = days(&then).into_iter().rev().step_by(3).chain([last]);
    for day in days.collect::<Vec<_>>() {
        for report in CATALOGUE {
            for asked in all_ways(report, day, None) {
                let asked = Asked { known: Some(known), ..asked };
                let from_then = made(report, &then, &asked)?;
                ties(&from_then, &shop.book, &asked)?;
                let here = report.of(&shop.book, &asked);
                match (here, report.needs == Needs::Replay && known < shop.book.seq()) {
                    (Ok(table), false) if table == from_then => {}
                    (Ok(table), false) => return Err(format!("as known\n{table}\nreplayed\n{from_then}")),
                    (Err(reports::Wrong::NeedsReplay { .. }), true) => {}
                    (other, _) => return Err(format!("{}: {other:?}", report.name)),
                }
            }
        }
    }
    Ok(())
}

fn history(seed: u64) -> Result<u64, String> {
    let mut history = History::new(seed);
    let mut shop = Shop::new();
    for statement in records(seed).lines() {
        shop.say(statement).map_err(|failure| format!("{failure:?}"))?;
    }
    let mut count = 0;
    for number in 0..60 {
        if shop.say(&history.next()).is_ok() {
            history.taken();
        }
        if number % 30 == 29 {
            count += every_report(&shop.book)?;
        }
    }
    for part in 1..=3 {
        as_known(&shop, shop.book.seq() * part / 3)?;
    }
    Ok(count)
}

// rule: REC-4, INV-10
#[test]
fn every_report_of_random_histories_ties() {
    let (from, to) = match std::env::var("MILLBOOK_SEED") {
        Ok(seed) => {
            let seed: u64 = seed.parse().expect("MILLBOOK_SEED is a number");
            (seed, seed + 1)
        }
        Err(_) if std::env::var_os("MILLBOOK_FULL").is_some() => (0, 1_000),
        Err(_) => (0, 25),
    };
    let mut count = 0;
    for seed in from..to {
        count += history(seed).unwrap_or_else(|why| panic!("seed {seed}\n{why}"));
    }
    println!("{} histories, {count} ties", to - from);
}

fn case_files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).expect("the book's cases") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "txt") {
            found.push(path);
        }
    }
}

/// The statements of a case of the book, told one after the other; what is refused is left out.
fn told(case: &str) -> Shop {
    let mut shop = Shop::new();
    for line in case.lines().map(str::trim).take_while(|line| *line != "---") {
        let shown = line.starts_with("show") || line.starts_with("worth ") || line.starts_with("purchases ");
        if !shown && !line.starts_with('#') && !line.starts_with("rule: ") && !line.starts_with("refused ") {
            let _ = shop.say(line);
        }
    }
    shop
}

// rule: REC-4
#[test]
fn every_report_of_the_books_cases_ties() {
    let mut files = Vec::new();
    case_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases"), &mut files);
    let (mut cases, mut count) = (0, 0);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("UTF-8");
        for case in text.split("rule: ").skip(1) {
            let shop = told(case);
            let title = case.lines().next().unwrap_or_default();
            count +=
                every_report(&shop.book).unwrap_or_else(|why| panic!("{}\n{title}\n{why}", file.display()));
            cases += 1;
        }
    }
    println!("{cases} cases, {count} ties");
    assert!(cases > 250, "only {cases} cases");
}
