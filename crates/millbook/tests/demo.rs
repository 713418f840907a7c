//! The README's first command: what it prints ties, with the stand-in's own ledger as witness.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Accounts by name and code that hold in Xero what the book says, once the last night is over.
const ACCOUNTS: &[(&str, &str)] = &[
    ("Materials", "621"),
    ("Finished goods", "620"),
    ("Work in progress", "625"),
    ("Purchases", "630"),
    ("Cost of goods sold", "310"),
    ("Inventory loss", "320"),
    ("Direct labour", "845"),
    ("Manufacturing overheads", "846"),
    ("Sales", "200"),
];

fn demo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.env_clear().arg("demo").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Cents of `-1,234.50`, or of the stand-in's `-1234.5`.
fn cents(text: &str) -> i64 {
    let text = text.replace(',', "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<2}").parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

/// The account rows of the printed table: name, then its columns in cents.
fn table(printed: &str) -> BTreeMap<String, Vec<i64>> {
    let mut rows = BTreeMap::new();
    for line in printed.lines().skip_while(|line| !line.starts_with("NZD, debit")).skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| word.contains('.')).unwrap_or_else(|| panic!("{line}"));
        rows.insert(words[..at].join(" "), words[at..].iter().map(|word| cents(word)).collect());
        if words[0] == "Sum" {
            break;
        }
    }
    rows
}

/// The rows of the printed reconciliation: code, what book and Xero have, what differs, the sum of its causes.
fn reconciliation(printed: &str) -> BTreeMap<String, [i64; 4]> {
    let mut rows: BTreeMap<String, [i64; 4]> = BTreeMap::new();
    let mut of = String::new();
    let lines = printed.lines().skip_while(|line| !line.starts_with("as of 2026-03-31")).skip(1);
    for line in lines.take_while(|line| !line.is_empty() && !line.ends_with("every account agrees.")) {
        if line.ends_with("on every account.") {
            break;
        }
        let amounts: Vec<i64> =
            line.split_whitespace().filter(|word| word.contains('.') && is_amount(word)).map(cents).collect();
        if line.starts_with("  ") {
            rows.get_mut(&of).expect("a row before its causes")[3] += amounts[0];
            continue;
        }
        of = line.split(' ').next().expect("a code").to_owned();
        let [.., book, _, xero, difference] = amounts[..] else { panic!("{line}") };
        rows.insert(of.clone(), [book, xero, difference, 0]);
    }
    rows
}

fn is_amount(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_digit() || "-.,".contains(letter))
}

/// The organisation of the stand-in.
fn organisation_at(address: &str) -> Value {
    let host = address.strip_prefix("http://").expect("an address").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).expect("its pages are open");
    write!(stream, "GET /sandbox/api/state HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("text");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let mut state: Value = serde_json::from_str(body).expect("JSON");
    state["organisations"][0].take()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("text").to_owned()
}

/// What the stand-in's ledger has on each account, by code, in cents.
fn ledger_of(organisation: &Value) -> BTreeMap<String, i64> {
    let accounts = organisation["accounts"].as_array().expect("accounts").iter();
    let codes: BTreeMap<String, String> =
        accounts.map(|account| (text(account, "id"), text(account, "code"))).collect();
    let mut sums = BTreeMap::new();
    for line in
        organisation["ledger"].as_array().expect("entries").iter().flat_map(|entry| entry["lines"].as_array())
    {
        for line in line {
            *sums.entry(codes[&text(line, "account")].clone()).or_default() += cents(&text(line, "net"));
        }
    }
    sums
}

/// What is paid on the book's documents, in cents of their own currency: each invoice by its number, all bills
/// together, and all of the web shop's. By the company's own answers.
fn paid_in(file: &str) -> BTreeMap<String, i64> {
    let ask = |query: &str, of: &str| -> Value {
        let of = ["query", query, "--company", "tern", "--db", file, "--json", of];
        let said = Command::new(env!("CARGO_BIN_EXE_millbook")).args(of).output().expect("runs");
        serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"))
    };
    let mut paid = BTreeMap::new();
    for kind in ["bill", "invoice"] {
        for row in ask("documents", &format!(r#"{{"kind":"{kind}"}}"#))["rows"].as_array().expect("rows") {
            let number = text(row, "document");
            let settled = ask("settlement", &format!(r#"{{"document":"{number}"}}"#));
            let key = if kind == "bill" { "bills".to_owned() } else { number };
            *paid.entry(key).or_default() += cents(&text(&settled["paid"], "amount"));
        }
    }
    let summed = ask("consolidated_payments", "{}");
    let summed = summed.as_array().expect("payments").iter();
    paid.insert("web shop".to_owned(), summed.map(|one| cents(&text(&one["amount"], "amount"))).sum());
    paid
}

/// The same by the documents of the stand-in; on the way, that each is paid when the accountant says it is: on the
/// day it is due, of every fifth customer's the half, and all of it twelve days later.
fn paid_there(organisation: &Value, until: &str) -> BTreeMap<String, i64> {
    let contacts: BTreeMap<String, String> = organisation["contacts"]
        .as_array()
        .expect("contacts")
        .iter()
        .map(|contact| (text(contact, "id"), text(contact, "name")))
        .collect();
    let mut accounts = organisation["accounts"].as_array().expect("accounts").iter();
    let liability = accounts.find(|account| account["code"] == "847").expect("there");
    let on_the_liability = |line: &Value| line["account"] == liability["id"];
    let until: jiff::civil::Date = until.parse().expect("a date");
    let mut paid = BTreeMap::new();
    for one in organisation["invoices"].as_array().expect("invoices") {
        let due: jiff::civil::Date = text(one, "due").parse().expect("a date");
        let (total, settled) = (cents(&text(one, "total")), cents(&text(one, "paid")));
        let is_bill = text(one, "kind") == "AccPay";
        let waits = if is_bill { 0 } else { 12 };
        let least = match until.since(due).expect("days").get_days() {
            days if days >= waits => total,
            0.. => total / 2,
            _ => 0,
        };
        assert!(least <= settled && settled <= total, "{one}");
        let key = match &*contacts[&text(one, "contact")] {
            // The carrier's, entered in Xero: no document of the book.
            "Kea Freight" if one["lines"].as_array().expect("lines").iter().any(on_the_liability) => continue,
            "Customers of the web shop" => "web shop".to_owned(),
            _ if is_bill => "bills".to_owned(),
            _ => text(one, "number"),
        };
        *paid.entry(key).or_default() += settled;
    }
    paid
}

/// A demo that has printed everything and keeps its pages open.
fn open(arguments: &[&str]) -> (Child, String) {
    let mut child = demo(arguments).spawn().expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("an output")).lines().map_while(Result::ok);
    let mut printed = String::new();
    for line in lines {
        printed += &format!("{line}\n");
        if line.starts_with("Ctrl-C ends it") {
            return (child, printed);
        }
    }
    let said = child.wait_with_output().expect("ends");
    panic!("{printed}{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn what_the_demo_prints_ties_and_the_stand_in_bears_it_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    drop(taken);
    let (mut child, printed) = open(&["--port", &port]);
    let address = printed.split_whitespace().find(|word| word.starts_with("http://")).expect("an address");
    assert!(address.ends_with(&format!(":{port}/")), "{address}");

    let rows = table(&printed);
    for (name, columns) in &rows {
        let (balance, months) = columns.split_last().expect("columns");
        assert_eq!(months.iter().sum::<i64>(), *balance, "{name}");
    }
    for at in 0..4 {
        let sum: i64 = rows.iter().filter(|(name, _)| *name != "Sum").map(|(_, columns)| columns[at]).sum();
        assert_eq!((sum, rows["Sum"][at]), (0, 0), "column {at}\n{printed}");
    }
    let organisation = organisation_at(address);
    let there = ledger_of(&organisation);
    assert_eq!(there.values().sum::<i64>(), 0, "the stand-in's own ledger balances");
    for (name, code) in ACCOUNTS {
        let (here, there) = (rows[*name][3], there.get(*code).copied().unwrap_or_default());
        assert_eq!(here, there, "{name} and {code}\n{printed}");
    }
    // The carrier's bills stand on it in Xero, and what transfers absorbed: each as much as the other. They are
    // adopted: the book says nothing of it is left, as Xero does.
    assert_eq!((rows["Transfer orders liability"][3], there["847"]), (0, 0), "{printed}");
    let adopted = printed
        .lines()
        .filter(|line| line.starts_with("  Transfer orders liability") && line.ends_with(" Dr"));
    let adopted: i64 = adopted.flat_map(|line| line.split_whitespace().rev().nth(1)).map(cents).sum();
    assert!(adopted > 0, "{printed}");
    // The reconciliation says the same of both sides, and every difference is the sum of its causes.
    let reconciled = reconciliation(&printed);
    assert!(reconciled.len() > ACCOUNTS.len(), "{printed}");
    for (code, [book, xero, difference, causes]) in &reconciled {
        assert_eq!(*xero, there.get(code).copied().unwrap_or_default(), "{code}: {printed}");
        assert_eq!((book - xero, *causes), (*difference, *difference), "{code}: {printed}");
    }
    for (name, code) in ACCOUNTS {
        assert_eq!(reconciled[*code][..3], [rows[*name][3], rows[*name][3], 0], "{name}: {printed}");
    }
    let differs: Vec<&String> =
        reconciled.iter().filter(|(_, row)| row[2] != 0).map(|(code, _)| code).collect();
    assert!(differs.is_empty() && printed.contains("on every account."), "{differs:?}: {printed}");
    assert!(!printed.contains("unexplained"), "{printed}");
    let summed =
        printed.lines().find(|line| line.contains("invoices of the web shop")).expect("the web shop");
    let counts: Vec<usize> = summed.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
    assert!(counts[0] > 2 * counts[1] && counts[1] > 8, "{summed}");
    let posted = printed.lines().find(|line| line.contains("were posted as previewed")).expect("journals");
    let counts: Vec<&str> = posted.split_whitespace().collect();
    assert!(counts[0] == counts[2] && counts[0] != "0", "{posted}");
    assert!(rows["Sales"][3] < -1_000_000, "there were sales: {printed}");

    // Its company lies where it says, and can be asked beside it; then nothing is left.
    let file = printed.split("MILLBOOK_DB=").nth(1).and_then(|rest| rest.split('`').next()).expect("a file");
    let (here, mut there) = (paid_in(file), paid_there(&organisation, "2026-03-31"));
    let of_the_shop = here.keys().filter(|key| !there.contains_key(*key)).count();
    assert!(of_the_shop > 8, "the web shop's invoices stand in Xero in sums: {here:?} {there:?}");
    let sum: i64 = here.iter().filter(|(key, _)| !there.contains_key(*key)).map(|(_, paid)| paid).sum();
    assert_eq!((here["web shop"], there["web shop"]), (sum, sum), "{here:?} {there:?}");
    there.retain(|key, paid| here[key] != *paid);
    assert!(there.is_empty() && here["bills"] > 1_000_000, "{here:?} {there:?}");
    let asked =
        Command::new(env!("CARGO_BIN_EXE_millbook")).args(["verify", "--db", file]).output().expect("runs");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    for door in [&["reconcile"][..], &["why", "WEB-2026-03-23"], &["journals", "--facts"], &["ready"]] {
        let of = [door, &["--company", "tern", "--db", file]].concat();
        let of = if door[0] == "reconcile" { [&of[..], &["--as-of", "2026-03-31"]].concat() } else { of };
        let said = Command::new(env!("CARGO_BIN_EXE_millbook")).args(&of).output().expect("runs");
        assert!(
            said.status.code().is_some_and(|code| code < 2) && !said.stdout.is_empty(),
            "{of:?} {said:?}"
        );
    }
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert!(!std::path::Path::new(file).exists(), "{file} is left");
}

#[test]
fn once_ends_by_itself_and_a_taken_port_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let refused = demo(&["--once", "--port", &port]).output().expect("runs");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("can't listen on port {port}")), "{said}");
    let once = demo(&["--once", "--seed", "2"]).output().expect("runs");
    let (printed, said) = (String::from_utf8_lossy(&once.stdout), String::from_utf8_lossy(&once.stderr));
    assert_eq!((once.status.code(), &*said), (Some(0), ""), "{printed}");
    assert_eq!(table(&printed)["Sum"], [0, 0, 0, 0], "{printed}");
}
