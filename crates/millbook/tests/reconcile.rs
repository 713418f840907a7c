//! Readiness, reconciliation, month end and the board from the command line, as a person uses them: against the stand-in.

mod support;

use std::sync::Arc;

use serde_json::Value;
use store::sqlite::{Settings, Sqlite};
use support::{ACCOUNTS, Desk, SHOP, accounts};
use xero_client::network::MachineClock;
use xero_sandbox::door::SeedName::DemoNz;

/// A company whose journals go.
fn shop() -> Desk {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.say(&["ready"]).refused(1, "Something isn't ready");
    desk.connect(&[], "").well();
    let settings = serde_json::json!({ "balances": "on", "procurement": "on", "accounts": accounts() });
    desk.say(&["xero", "settings", "set", &settings.to_string()]).well();
    desk
}

fn found(day: &str) -> String {
    let entry = serde_json::json!({
        "kind": "found", "day": day, "warehouse": "Main", "ins": [{ "item": "BERRY", "quantity": "10", "cost": "70.00" }],
    });
    serde_json::json!({ "save": { "number": "ST-1", "content": { "stock_entry": entry } } }).to_string()
        + "\n"
}

fn item<'a>(ready: &'a Value, code: &str) -> &'a Value {
    let items = ready["items"].as_array().expect("items");
    items.iter().find(|item| item["code"] == code).expect("the item")
}

// rule: RDY-1
#[test]
fn the_checklist_is_asked_and_answered() {
    let desk = shop();
    let ready = desk.say(&["ready", "--json"]).json();
    assert_eq!(item(&ready, "connected")["readiness"], "pass", "{ready}");
    assert_eq!(item(&ready, "who-approves")["readiness"], "warn");
    desk.say(&["ready", "answer", "who-approves", "Mia, on Fridays"]).well();
    let ready = desk.say(&["ready", "--json"]).json();
    assert_eq!(item(&ready, "who-approves")["says"], "Decided: Mia, on Fridays");
    desk.say(&["ready", "answer", "nonsense", "x"]).refused(2, "nothing that is answered");
}

// rule: REC-2, REC-6, REC-7
#[test]
fn a_month_end_from_the_first_look_to_the_closed_book() {
    let desk = shop();
    let today = desk.say(&["ready", "--json"]).json()["as_of"].as_str().expect("a day").to_owned();
    desk.carry_out("jam", &found(&today));
    desk.say(&["board"]).well();
    // Not posted yet: the difference has its cause, and nothing is unexplained.
    let said = desk.say(&["reconcile", "--as-of", &today, "--json"]).well().json();
    let stock = |said: &Value| {
        let rows = said["accounts"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["book"] == "70.00").expect("the stock")
    };
    assert_eq!(stock(&said)["difference"], "70.00", "{said}");
    assert_eq!(stock(&said)["causes"][0]["cause"], "not yet posted");
    assert_eq!(said["tied_out"], false);
    desk.say(&["close", &today, "--check"]).refused(1, "checks are open");
    desk.say(&["close", &today]).refused(1, "nothing was closed");
    desk.say(&["journals", "--post"]).well();
    let said = desk.say(&["reconcile", "--as-of", &today, "--read", "--json"]).well().json();
    assert_eq!((&stock(&said)["difference"], &stock(&said)["unexplained"]), (&"0.00".into(), &"0.00".into()));
    desk.say(&["reconcile", "--as-of", &today]).well();
    let (sheet, book) = (desk.folder.path().join("march.csv"), desk.folder.path().join("march.xlsx"));
    let path = |path: &std::path::Path| path.to_str().expect("text").to_owned();
    desk.say(&["reconcile", "--as-of", &today, "--csv", &path(&sheet)]).well();
    desk.say(&["reconcile", "--as-of", &today, "--xlsx", &path(&book)]).well();
    let rows = std::fs::read_to_string(&sheet).expect("the sheet");
    let stock_row = rows.lines().find(|line| line.contains(",70.00,70.00,70.00,0.00")).expect("the stock");
    assert!(stock_row.contains("Materials") || stock_row.contains("Raw"), "{stock_row}");
    assert!(std::fs::read(&book).expect("the workbook").starts_with(b"PK"));
    desk.say(&["reconcile", "--xlsx", "x.xlsx", "--json"]).refused(2, "cannot be used with");
    desk.say(&["reconcile", "clearing"]).well();
    desk.say(&["reconcile", "explain", "nonsense", "x"]).refused(2, "no id of Xero's");
    // What else is open of the demo company is closed anyway, with a reason; the evidence names every file.
    let folder = desk.folder.path().join("pack");
    let folder = folder.to_str().expect("text");
    let closed =
        desk.say(&["close", &today, "--anyway", "the demo company's own papers", "--pack", folder]).well();
    assert!(closed.out.contains("Closed up to"), "{closed:?}");
    let sums = std::fs::read_to_string(format!("{folder}/SHA256SUMS")).expect("sums");
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").expect("hash and name");
        assert_eq!(hash.len(), 64);
        assert!(std::fs::metadata(format!("{folder}/{name}")).is_ok_and(|file| file.len() > 0), "{name}");
    }
    for name in ["reconciliation.csv", "checks.csv", "month-end.xlsx", "log.txt", "ties.csv"] {
        assert!(sums.contains(name), "{name}: {sums}");
    }
    let board = desk.say(&["board", "--json"]).well().json();
    assert_eq!((&board[0]["company"], &board[0]["closed_until"]), (&"jam".into(), &today.as_str().into()));
    // Nothing new is dated in the closed month.
    let late = found(&today).replace("ST-1", "ST-2");
    desk.ask(&["do", "--company", "jam"], &late).refused(1, "refused");
}

// rule: INV-11
#[test]
fn the_opening_is_shown_left_and_brought_in() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.say(&["opening"]).refused(1, "not connected");
    let today: book::Day =
        desk.say(&["ready", "--json"]).json()["as_of"].as_str().expect("a day").parse().expect("a day");
    desk.carry_out("jam", &found(&today.previous().to_string()));
    desk.connect(&[], "").well();
    let accounts = ACCOUNTS.iter().chain(&[("opening_balances", "970")]);
    let accounts: Vec<Value> =
        accounts.map(|(role, account)| serde_json::json!({ "role": role, "account": account })).collect();
    let settings = serde_json::json!({ "balances": "on", "procurement": "on", "accounts": accounts });
    desk.say(&["xero", "settings", "set", &settings.to_string()]).well();
    let row = |code: &str| {
        let said = desk.say(&["opening", "--json"]).well().json();
        let rows = said["accounts"].as_array().expect("rows").clone();
        let of = |row: &Value| row["account"].as_str().is_some_and(|name| name.starts_with(code));
        rows.into_iter().find(of).unwrap_or_else(|| panic!("{code}: {said}"))
    };
    let stock = row("621");
    assert_eq!((&stock["book"], &stock["difference"]), (&"70.00".into(), &"70.00".into()), "{stock}");
    desk.say(&["opening"]).well();
    // While another program has the file, what only looks goes on, and what changes something waits.
    let file = desk.folder.path().join("millbook.db");
    let other = Sqlite::open(Settings::new(file, Arc::new(MachineClock))).expect("free");
    assert_eq!(row("621")["difference"], "70.00");
    let shown = desk.say(&["opening", "post", "621"]).well();
    assert!(shown.out.contains("Nothing is changed yet"), "{shown:?}");
    desk.say(&["reconcile", "--json"]).well();
    desk.say(&["reconcile", "clearing"]).well();
    desk.say(&["reconcile", "clear", "direct_labour", "477"]).refused(1, "nothing to clear");
    desk.say(&["reconcile", "accrue", "2026-02-28"]).refused(1, "Accrued purchases has no account");
    desk.say(&["opening", "post", "621", "--confirm"]).refused(3, "in use by process");
    drop(other);
    desk.say(&["opening", "post", "9999"]).refused(1, "no journal account");
    desk.say(&["opening", "leave", "9999", "--because", "x"]).refused(1, "no account with the code");
    desk.say(&["opening", "leave", "621", "--because", "counted in May"]).well();
    assert_eq!(row("621")["left"], "counted in May");
    desk.say(&["opening", "leave", "621", "--because", ""]).well();
    let shown = desk.say(&["opening", "post", "621"]).well();
    assert!(shown.out.contains("Nothing is changed yet") && shown.out.contains("70.00 Dr"), "{shown:?}");
    assert_eq!(row("621")["difference"], "70.00");
    let made = desk.say(&["opening", "post", "621", "--confirm"]).well();
    assert!(made.out.contains("The next run posts it"), "{made:?}");
    assert_eq!(row("621")["difference"], "0.00");
    desk.say(&["journals", "--post"]).well();
    let said = desk.say(&["reconcile", "--read", "--json"]).json();
    let rows = said["accounts"].as_array().expect("rows");
    let stock = rows.iter().find(|row| row["book"] == "70.00").expect("the stock");
    assert_eq!((&stock["xero"], &stock["difference"]), (&"70.00".into(), &"0.00".into()), "{said}");
}

// rule: REC-1, REC-5, REC-8
#[test]
fn entries_that_nobody_can_have_are_refused_with_what_to_do() {
    let desk = shop();
    let stranger = "254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07";
    let help = desk.say(&["reconcile", "clear", "--help"]).well();
    for says in
        ["direct_labour 477", "manufacturing_overheads 445", "transfer_liability 425", "Ask your accountant"]
    {
        assert!(help.out.contains(says), "{says}: {help:?}");
    }
    desk.say(&["reconcile", "adopt", "nonsense"]).refused(2, "no id of Xero's");
    desk.say(&["reconcile", "adopt", stranger]).refused(1, "can't be adopted");
    desk.say(&["reconcile", "adopt", stranger, "--undo"]).refused(1, "isn't adopted");
    desk.say(&["reconcile", "clear", "nonsense", "477"]).refused(2, "is no role");
    desk.say(&["reconcile", "clear", "purchases", "477"]).refused(1, "no absorbed cost");
    desk.say(&["reconcile", "clear", "direct_labour", "200"]).refused(1, "of type");
    desk.say(&["reconcile", "clear", "direct_labour", "477", "--confirm"]).refused(1, "nothing to clear");
    desk.say(&["reconcile", "accrue", "2026-02-27"]).refused(1, "no month's end");
    desk.say(&["reconcile", "accrue", "2026-02-28", "--confirm"])
        .refused(1, "Accrued purchases has no account");
}

// rule: CON-4, INV-11
#[test]
fn a_cut_over_that_lies_ahead_is_told_wherever_somebody_looks() {
    let desk = shop();
    let today = desk.say(&["ready", "--json"]).json()["as_of"].as_str().expect("a day").to_owned();
    let today: book::Day = today.parse().expect("a day");
    desk.carry_out("jam", &found(&today.to_string()));
    let first = today.next().next().to_string();
    let told = format!("Journals go from {first} on; until then nothing of theirs is posted.");
    let connected = desk.connect(&["--cut-over", &first], "").well();
    assert!(connected.out.contains(&told), "{connected:?}");
    let previewed = desk.say(&["journals", "--preview"]).well();
    assert_eq!(previewed.out, format!("{told}\nNothing is to be posted.\n"));
    let previewed = desk.say(&["journals", "--json"]).json();
    assert_eq!(previewed["begin_later"]["stock"], first.as_str(), "{previewed}");
    desk.say(&["journals", "--post"]).well();
    let shown = desk.say(&["opening"]).well();
    assert!(shown.out.starts_with(&format!("as of {today}")) && shown.out.contains("70.00"), "{shown:?}");
    assert!(shown.last_line().starts_with(&format!("S710 Journals go from {first} on")), "{shown:?}");
    assert_eq!(desk.say(&["opening", "--json"]).json()["lies_ahead"], true);
    let accounts = ACCOUNTS.iter().chain(&[("opening_balances", "970")]);
    let accounts: Vec<Value> =
        accounts.map(|(role, account)| serde_json::json!({ "role": role, "account": account })).collect();
    desk.say(&["xero", "settings", "set", &serde_json::json!({ "accounts": accounts }).to_string()]).well();
    desk.say(&["opening", "post", "--confirm"]).refused(1, "S710");
    // Pulled to today, it has come.
    desk.connect(&["--cut-over", &today.to_string()], "").well();
    assert_eq!(desk.say(&["journals", "--json"]).json()["begin_later"], serde_json::json!({}));
}
