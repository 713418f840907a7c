//! The schedules of several programs on one PostgreSQL: a missed night is made up by one of them, each journal is posted once.
//!
//! Sixty days wait for their journals, two calls' worth. Three programs are started in the same moment; all find that a night
//! was missed, one gets the lease. On SQLite a second one is refused, and says who has the file; every other command is done
//! beside it.
#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout};
use std::sync::Arc;
use std::sync::mpsc::channel;

use futures_executor::block_on;
use serde_json::{Value, json};
use store::contract::server::Server;
use store::postgres::{self, Postgres};
use store::sqlite::{Settings, Sqlite};
use store::{CompanyId, Item, Sheet, Store, Write};
use support::{Desk, SHOP, accounts};
use xero_client::network::MachineClock;
use xero_sandbox::door::SeedName::DemoNz;

const DAYS: usize = 60;
const PROGRAMS: usize = 3;

/// A connected company whose journals go, the nightly hour being the first of the day: it is always night.
fn shop(database: Option<String>) -> Desk {
    let desk = Desk::at(database, &[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.connect(&["--cut-over", "2026-03-01"], "").well();
    let wanted = json!({ "balances": "on", "nightly_hour": 0, "accounts": accounts() }).to_string();
    desk.say(&["xero", "settings", "set", &wanted]).well();
    desk
}

fn found(number: usize) -> String {
    let day = format!("2026-{:02}-{:02}", 3 + number / 28, 1 + number % 28);
    let ins = json!([{ "item": "BERRY", "quantity": "10", "cost": "70.00" }]);
    let content = json!({ "stock_entry": { "kind": "found", "day": day, "warehouse": "Main", "ins": ins } });
    json!({ "save": { "number": format!("ST-{number}"), "content": content } }).to_string() + "\n"
}

/// The stand-in's journals, by the first word of their text: how many.
fn journals(desk: &Desk) -> BTreeMap<String, usize> {
    let state = desk.control("state", "");
    let mut marks = BTreeMap::new();
    for journal in state["organisations"][0]["journals"].as_array().expect("journals") {
        let text = journal["narration"].as_str().unwrap_or_default();
        if let Some(mark) = text.split(' ').next().filter(|mark| mark.starts_with("MB-")) {
            *marks.entry(mark.to_owned()).or_default() += 1;
        }
    }
    marks
}

fn told_to_stop(mut child: Child) {
    let told = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(told.expect("kill runs").success());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
}

// rule: SCH-2, SCH-4
#[test]
fn a_missed_night_is_made_up_by_one_of_three_programs_and_each_journal_is_posted_once() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let desk = shop(Some(server.url()));
    desk.carry_out("jam", &(0..DAYS).map(found).collect::<String>());
    // The last night that was carried out lies long ago.
    let store = block_on(Postgres::open(postgres::Settings::new(server.url()))).expect("opens");
    let night = Item { key: "note/night".to_owned(), value: b"2026-03-01".to_vec(), until: None };
    block_on(store.write(CompanyId(1), vec![Write::Put(Sheet::Body, night)])).expect("is kept");

    let (send, runs) = channel();
    let start = |_| {
        let mut child = desk.command(&["work", "--json"]).spawn().expect("starts");
        let output: ChildStdout = child.stdout.take().expect("an output");
        let send = send.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let run: Value = serde_json::from_str(&line).expect("JSON");
                if send.send(run).is_err() {
                    return;
                }
            }
        });
        child
    };
    let programs: Vec<Child> = (0..PROGRAMS).map(start).collect();
    let nightly = loop {
        let run = runs.recv().expect("a run that did something");
        assert!(run["stopped"].is_null(), "{run}");
        if run["cause"] == "nightly" {
            break run;
        }
    };
    assert_eq!(nightly["created"], DAYS, "{nightly}");
    programs.into_iter().for_each(told_to_stop);
    // Nobody else did anything about journals, before or after.
    drop(send);
    for run in runs {
        assert_eq!((&run["created"], &run["calls"]["writing"]), (&json!(0), &json!(0)), "{run}");
    }
    let marks = journals(&desk);
    assert_eq!(marks.len(), DAYS);
    assert!(marks.values().all(|count| *count == 1), "{marks:?}");
    assert_eq!(desk.say(&["journals"]).well().out, "Nothing is to be posted.\n");
    desk.say(&["verify"]).well();
}

/// A company that is made and connected by other programs while it works is served: on PostgreSQL as on a file.
// rule: SCH-2
#[test]
fn a_company_that_comes_while_it_works_is_served() {
    let server = Server::start(&["fsync=off"]);
    for database in [None].into_iter().chain(server.iter().map(|server| Some(server.url()))) {
        let desk = Desk::at(database, &[DemoNz], &[("jam", "NZD")]);
        let mut works = desk.command(&["work"]).spawn().expect("starts");
        let mut said = BufReader::new(works.stderr.take().expect("an error output")).lines();
        let mut says = |words: &str| said.any(|line| line.is_ok_and(|line| line.contains(words)));
        assert!(says("at work for nobody"));
        desk.connect(&["--company", "jam", "--cut-over", "2026-03-01"], "").well();
        assert!(says("at work for jam"));
        // Another company, and the one from before is given up.
        desk.say(&["company", "add", "soap", "--currency", "NZD"]).well();
        desk.say(&["xero", "disconnect", "--company", "jam"]).well();
        assert!(says("at work for nobody"));
        desk.connect(&["--company", "soap", "--cut-over", "2026-03-01"], "").well();
        assert!(says("at work for soap"));
        told_to_stop(works);
    }
}

/// Nobody hears its remarks: it works all the same, and stops in order.
// rule: SCH-4
#[test]
fn it_works_where_nobody_hears_it() {
    let desk = shop(None);
    let (ear, mouth) = std::io::pipe().expect("a pipe");
    drop(ear);
    let works = desk.command(&["work"]).stderr(mouth).spawn().expect("starts");
    let has_it = format!("written by\tprocess {}, which takes requests", works.id());
    while !desk.say(&["config"]).well().out.contains(&has_it) {}
    desk.carry_out("jam", &found(0));
    told_to_stop(works);
    desk.say(&["verify"]).well();
}

// rule: SCH-4
#[test]
fn a_file_of_sqlite_has_one_program_that_works() {
    let desk = shop(None);
    let mut first = desk.command(&["work"]).spawn().expect("starts");
    let mut said = BufReader::new(first.stderr.take().expect("an error output")).lines();
    let works = |line: &Result<String, _>| line.as_ref().is_ok_and(|line| line.contains("working until"));
    assert!(said.any(|line| works(&line)), "it works");
    let owner = format!("the file is in use by process {}, which takes requests at 127.0.0.1:", first.id());
    desk.say(&["work"]).refused(3, &owner);
    assert!(desk.say(&["config"]).well().out.contains(&format!("written by\tprocess {}", first.id())));
    told_to_stop(first);
    assert!(desk.say(&["config"]).well().out.contains("written by\tnobody"));
}

// rule: SCH-4
#[test]
fn every_command_that_writes_is_done_beside_work() {
    let desk = shop(None);
    let mut works = desk.command(&["work"]).spawn().expect("starts");
    let mut said = BufReader::new(works.stderr.take().expect("an error output")).lines();
    assert!(said.any(|line| line.is_ok_and(|line| line.contains("working until"))), "it works");
    // Facts, users, settings; refusals and wrong input are what they always are.
    desk.carry_out("jam", &(0..DAYS).map(found).collect::<String>());
    desk.ask(&["do", "--company", "jam"], &found(0)).refused(1, "1 refused");
    desk.ask(&["do", "--company", "jam"], "{\n").refused(1, "1 refused");
    desk.ask(&["user", "add", "anna", "--password-stdin"], "three horses and a cart\n").well();
    desk.say(&["user", "roles", "anna", "--company", "jam", "--roles", "bookkeeper"]).well();
    desk.say(&["config", "address", "https://books.example.com"]).well();
    desk.say(&["xero", "settings", "set", "new.bill=approved"]).well();
    desk.say(&["company", "add", "soap", "--currency", "GBP"]).well();
    desk.say(&["xero", "refresh", "--company", "jam"]).well();
    // A bundle goes in whole, and what it brought is there for the next command.
    let bundle = desk.folder.path().join("bundle");
    std::fs::create_dir(&bundle).expect("a folder");
    std::fs::write(bundle.join("unit.csv"), "code,name\npc,piece\n").expect("written");
    desk.say(&["import", "bundle", "--company", "jam"]).well();
    assert!(desk.say(&["query", "units", "--company", "jam"]).well().out.contains("piece"));
    // What goes to Xero goes once: the lease says who runs, and whoever has it not says so.
    let posted = desk.say(&["journals", "--post", "--company", "jam"]).well();
    assert!(posted.last_line().starts_with(&format!("created {DAYS} ")), "{posted:?}");
    let synced = desk.say(&["sync", "--company", "jam"]).well();
    assert_eq!(synced.out, "created 0 updated 0 left 0 blocked 0 calls 0\n");
    assert!(journals(&desk).values().all(|count| *count == 1));
    desk.say(&["backup", "copy.db"]).well();
    desk.say(&["verify"]).well();
    desk.say(&["verify", "--db", "copy.db"]).well();
    told_to_stop(works);
    // Alone again, with all of it.
    desk.carry_out("jam", &found(DAYS));
    desk.say(&["verify"]).well();
}

// rule: DOC-14, SCH-4
#[test]
fn whoever_finds_a_run_under_way_beside_work_says_so_and_sends_nothing() {
    let desk = shop(None);
    desk.carry_out("jam", &found(0));
    desk.control("faults", r#"{"name": "slow-answer", "path": "journals", "delay_ms": 60000}"#);
    let store = Sqlite::open(Settings::new(desk.folder.path().join("millbook.db"), Arc::new(MachineClock)));
    let night = Item { key: "note/night".to_owned(), value: b"2026-03-01".to_vec(), until: None };
    block_on(store.expect("opens").write(CompanyId(1), vec![Write::Put(Sheet::Body, night)]))
        .expect("is kept");
    let mut works = desk.command(&["work"]).spawn().expect("starts");
    while !desk.control("calls", "").to_string().to_lowercase().contains("journals") {
        assert!(works.try_wait().expect("alive").is_none(), "it ended before it asked");
    }
    // Its lease outlives every command beside it; facts are taken all the while.
    desk.say(&["journals", "--post"]).refused(3, "Another run of this company is under way");
    desk.say(&["sync"]).refused(3, "Another run of this company is under way");
    desk.carry_out("jam", &found(1));
    works.kill().expect("killed");
    works.wait().expect("dead");
    // Nobody waits for the lease of a dead process, and the journal is found or sent, once.
    desk.say(&["verify"]).well();
    assert!(journals(&desk).values().all(|count| *count <= 1));
}
