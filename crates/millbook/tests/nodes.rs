//! Three programs on one database, each told thousands of commands that conflict, one of them killed now and then: the
//! answers of all are held against the log of all.
//!
//! 700 pieces are there, 900 shipments of one are wanted, each of them by all three programs under the same id; items are
//! made with codes that two ids want. Whoever is killed is started again and told once more what it hadn't answered. On
//! PostgreSQL the programs are alike; on a file of SQLite they write through a fourth, `millbook work`, which is killed too.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use futures_executor::block_on;
use serde_json::{Value, json};
use store::contract::server::Server;
use store::postgres::{Postgres, Settings};
use store::sqlite::{Sqlite, owner};
use store::{CompanyId, Pages, Store};
use xero_client::network::MachineClock;

const STOCK: usize = 700;
const SHIPMENTS: usize = 900;
const ITEMS: usize = 200;
/// Commands that a program has been told and hasn't answered.
const AHEAD: usize = 40;

struct Program {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Value>,
}

fn millbook(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.env("MILLBOOK_DB", url).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

impl Program {
    fn start(url: &str) -> Program {
        let mut child = millbook(url, &["do", "--company", "jam"]).spawn().expect("starts");
        let (input, output) =
            (child.stdin.take().expect("an input"), child.stdout.take().expect("an output"));
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // A program that is killed may leave half a line.
                let Ok(answer) = serde_json::from_str(&line) else { return };
                if send.send(answer).is_err() {
                    return;
                }
            }
        });
        Program { child, input, answers }
    }
}

fn wish(id: &str, command: Value) -> (String, String) {
    (id.to_owned(), json!({ "id": id, "command": command }).to_string())
}

fn record(record: Value) -> Value {
    json!({ "save_record": { "record": record } })
}

fn shipment(number: usize) -> (String, String) {
    let lines = json!([{ "item": "JAM", "quantity": "1" }]);
    let content = json!({ "shipment": { "customer": "Shop", "warehouse": "Main", "day": "2026-03-05", "picked": "2026-03-05", "lines": lines } });
    wish(
        &format!("ship-{number}"),
        json!({ "save": { "number": format!("SH-{number}"), "content": content } }),
    )
}

/// Two ids want each code.
fn item(number: usize) -> (String, String) {
    let code = format!("ITEM-{}", number / 2);
    wish(&format!("item-{number}"), record(json!({ "item": { "code": code, "name": code, "unit": "pc" } })))
}

/// `millbook work` on a file, which the others write through; on PostgreSQL there is none.
struct Owner {
    url: String,
    works: Mutex<Option<Child>>,
    deaths: AtomicU32,
}

impl Owner {
    fn start(&self) {
        let mut works = self.works.lock().expect("nobody panicked");
        *works = Some(self.started());
    }

    /// Once it takes others in. A program that was just starting when the one before died may have the file: then it has it
    /// until it has been told everything.
    fn started(&self) -> Child {
        loop {
            let mut command = millbook(&self.url, &["work"]);
            let mut child = command.stderr(Stdio::piped()).spawn().expect("starts");
            let mut said = BufReader::new(child.stderr.take().expect("an error output")).lines();
            let first = said.next().expect("it says something").expect("a line");
            if first.contains("working until") {
                std::thread::spawn(move || said.for_each(drop)); // it says more when it ends
                return child;
            }
            assert!(first.contains("in use by process"), "{first}");
            assert_eq!(child.wait().expect("ends").code(), Some(3));
        }
    }

    /// Killed, and there again before anybody else is started.
    fn dies(&self) {
        let mut works = self.works.lock().expect("nobody panicked");
        if let Some(mut child) = works.take() {
            child.kill().expect("is killed");
            child.wait().expect("has ended");
            self.deaths.fetch_add(1, Ordering::SeqCst);
            *works = Some(self.started());
        }
    }

    fn program(&self) -> Program {
        let _works = self.works.lock().expect("nobody panicked");
        Program::start(&self.url)
    }
}

/// Tells one program everything, in its own order; restarts it where it is killed. How often it was, and the answers.
fn client(owner: &Owner, number: usize, kills: &AtomicU32) -> Vec<(String, Value)> {
    let mut wishes: Vec<(String, String)> =
        (0..SHIPMENTS).map(shipment).chain((0..ITEMS).map(item)).collect();
    let count = wishes.len();
    // Each client begins elsewhere, so that they meet in different places.
    wishes.rotate_left(number * count / 7);
    let (mut answers, mut program) = (Vec::new(), owner.program());
    let (mut told, mut sure, mut dies_at) = (0, 0, 200);
    while sure < count {
        while told < count && told < sure + AHEAD {
            // A pipe that broke is seen where the answer stays out.
            let _ = writeln!(program.input, "{}", wishes[told].1);
            told += 1;
        }
        // One in three programs is killed after every 150 answers, in the middle of what it does.
        if number == 0 && sure % 150 == 149 && kills.load(Ordering::SeqCst) < 6 {
            program.child.kill().expect("is killed");
            kills.fetch_add(1, Ordering::SeqCst);
        }
        if number == 1 && sure >= dies_at && sure < count - AHEAD {
            dies_at += 200;
            owner.dies();
        }
        match program.answers.recv() {
            Ok(answer) => {
                answers.push((wishes[sure].0.clone(), answer));
                sure += 1;
            }
            Err(_) => {
                program.child.wait().expect("has ended");
                program = owner.program();
                told = sure;
            }
        }
    }
    drop(program.input);
    program.child.wait().expect("ends");
    answers
}

fn run(url: &str, arguments: &[&str], input: &str) -> String {
    let mut child = millbook(url, arguments).spawn().expect("starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("takes it");
    let output = child.wait_with_output().expect("ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

#[test]
fn three_programs_and_one_of_them_killed_say_nothing_that_the_log_does_not() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let owner = Owner { url: server.url(), works: Mutex::new(None), deaths: AtomicU32::new(0) };
    let store = || block_on(Postgres::open(Settings::new(server.url())));
    programs_say_nothing_that_the_log_does_not(owner, || Box::new(store().expect("opens")));
}

#[cfg(unix)]
#[test]
fn three_programs_beside_the_one_that_has_the_file_say_nothing_that_the_log_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let url = path.display().to_string();
    run(&url, &["init"], "");
    let works = Owner { url, works: Mutex::new(None), deaths: AtomicU32::new(0) };
    works.start();
    let reader = || Sqlite::open_reading(&path, Arc::new(MachineClock)).expect("opens");
    let works = programs_say_nothing_that_the_log_does_not(works, || Box::new(reader()));
    assert_eq!(works.deaths.load(Ordering::SeqCst), 5, "the one that has the file was killed");
    // It has the file to the end, and gives it back in order.
    let mut works = works.works.into_inner().expect("nobody panicked").expect("it works");
    assert_eq!(owner(&path).map(|owner| owner.process), Some(works.id()));
    let told = Command::new("kill").args(["-TERM", &works.id().to_string()]).status();
    assert!(told.expect("kill runs").success());
    assert_eq!(works.wait().expect("ends").code(), Some(0));
    assert_eq!(owner(&path), None);
}

/// Everything said holds in the end; on PostgreSQL nobody owns anything.
fn programs_say_nothing_that_the_log_does_not(owner: Owner, store: impl FnOnce() -> Box<dyn Store>) -> Owner {
    let url = owner.url.clone();
    run(&url, &["company", "add", "jam", "--currency", "NZD"], "");
    let stock = json!([{ "item": "JAM", "quantity": STOCK.to_string(), "cost": "4900.00" }]);
    let found =
        json!({ "stock_entry": { "kind": "found", "day": "2026-03-02", "warehouse": "Main", "ins": stock } });
    let basics = [
        record(json!({ "unit": { "code": "pc", "name": "piece" } })),
        record(json!({ "warehouse": { "code": "Main", "name": "Main" } })),
        record(json!({ "party": { "code": "Shop", "name": "Shop", "kind": "customer" } })),
        record(json!({ "item": { "code": "JAM", "name": "Jam", "unit": "pc" } })),
        json!({ "save": { "content": found } }),
    ];
    run(&url, &["do", "--company", "jam"], &basics.map(|one| one.to_string()).join("\n"));
    let kills = Arc::new(AtomicU32::new(0));
    let owner = Arc::new(owner);
    let clients: Vec<_> = (0..3)
        .map(|number| {
            let (owner, kills) = (owner.clone(), kills.clone());
            std::thread::spawn(move || client(&owner, number, &kills))
        })
        .collect();
    let answers: Vec<(String, Value)> =
        clients.into_iter().flat_map(|one| one.join().expect("a client")).collect();
    assert_eq!(answers.len(), 3 * (SHIPMENTS + ITEMS));
    assert_eq!(kills.load(Ordering::SeqCst), 6, "a program was killed");

    // What was answered, by id: always the same place and the same events, or always refused.
    let mut done: BTreeMap<&str, (&Value, &Value)> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    for (id, answer) in &answers {
        match answer.get("ok") {
            Some(ok) => {
                assert_eq!(&ok["id"], id, "answers come in order");
                let said = (&ok["first"], &ok["events"]);
                assert_eq!(*done.entry(id).or_insert(said), said, "{id}");
            }
            None => {
                let code = answer["refused"]["code"].as_str().expect("a code");
                assert_eq!(code, if id.starts_with("ship") { "E301" } else { "E202" }, "{answer}");
                refused.insert(id.as_str());
            }
        }
    }
    assert_eq!(done.keys().filter(|id| refused.contains(*id)).count(), 0, "both done and refused");
    assert_eq!(done.keys().filter(|id| id.starts_with("ship")).count(), STOCK);
    assert_eq!(done.keys().filter(|id| id.starts_with("item")).count(), ITEMS / 2);

    // The log: what was answered, once each, at the place that was named, and nothing else.
    let store = store();
    let mut pages = Pages::new(&*store, CompanyId(1), 0);
    let mut logged = BTreeMap::new();
    while let Some(rows) = block_on(pages.next()).ok().filter(|rows| !rows.is_empty()) {
        for row in rows.into_iter().filter(|row| row.first > basics_end()) {
            assert_eq!(logged.insert(row.entry.command, json!(row.first)), None, "twice in the log");
        }
    }
    let said: BTreeMap<String, Value> =
        done.iter().map(|(id, said)| ((*id).to_owned(), said.0.clone())).collect();
    assert_eq!(logged, said);
    let verified = run(&url, &["verify"], "");
    assert!(verified.contains("replay = state"), "{verified}");
    let left = run(&url, &["query", "stock", "--company", "jam"], "");
    assert_eq!(left.trim(), "[]", "every piece was shipped once");
    Arc::into_inner(owner).expect("the clients have ended")
}

/// Opened, and five basics.
fn basics_end() -> u64 {
    6
}
