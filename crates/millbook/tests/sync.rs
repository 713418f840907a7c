//! Synchronising from the command line, as a person does it: against the stand-in, refused, hung and killed.

mod support;

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};
use support::Desk;
use xero_sandbox::door::SeedName::DemoNz;

const SHOP: &str = r#"
{"save_record":{"record":{"unit":{"code":"kg","name":"kilogram"}}}}
{"save_record":{"record":{"warehouse":{"code":"Main","name":"Main store"}}}}
{"save_record":{"record":{"party":{"code":"NORD","name":"Nord Fruit","kind":"supplier"}}}}
{"save_record":{"record":{"item":{"code":"BERRY","name":"Berries","unit":"kg"}}}}
{"save":{"number":"PO-1","content":{"purchase_order":{"terms":{"party":"NORD","day":"2026-03-02","currency":"NZD"},"lines":[{"item":"BERRY","quantity":"10","price":"7.00"}]}}}}
"#;

fn bill(number: &str, reference: &str) -> String {
    let terms = json!({ "party": "NORD", "day": "2026-11-22", "currency": "NZD", "reference": reference });
    let target = json!({ "order": { "document": "PO-1", "line": 1 } });
    let lines = json!([{ "target": target, "quantity": "10", "price": "7.00" }]);
    let bill = json!({ "terms": terms, "due": "2026-12-20", "stage": "issued", "lines": lines });
    json!({ "save": { "number": number, "content": { "bill": bill } } }).to_string() + "\n"
}

/// A company that is connected and sends its bills approved.
fn shop() -> Desk {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.connect(&[], "").well();
    desk.say(&["xero", "propose", "--save"]).well();
    desk.say(&["xero", "settings", "set", "procurement=on", "new.bill=approved"]).well();
    desk
}

/// The bills of that number in the stand-in.
fn bills(desk: &Desk, number: &str) -> usize {
    let got = desk.say(&["xero", "get", "invoices", "--company", "jam"]).well();
    let rows = got.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON line"));
    rows.filter(|row| row["InvoiceNumber"] == number && row["Status"] != "DELETED").count()
}

/// By day a look may be due, which is one call; the run after it has none.
fn has_nothing_to_do(desk: &Desk) {
    let looked = desk.say(&["sync"]).well().out;
    assert!(looked.starts_with("created 0 updated 0 left 0 blocked 0 calls "), "{looked}");
    assert_eq!(desk.say(&["sync"]).well().out, "created 0 updated 0 left 0 blocked 0 calls 0\n");
}

// rule: LOG-1, LOG-3, SEL-1, SCH-6
#[test]
fn a_bill_goes_once_and_everything_about_it_can_be_asked() {
    let desk = shop();
    desk.say(&["why", "PO-1"]).well();
    desk.carry_out("jam", &bill("B-1", "4711"));
    let why = desk.say(&["why", "B-1", "--json"]).well().json();
    assert_eq!(why["state"], "waiting", "{why}");
    let plan = desk.say(&["sync", "--plan"]).well();
    assert!(plan.out.contains("ask Xero whether it has contacts for Nord Fruit"), "{plan:?}");
    assert!(plan.last_line().ends_with("lines. Nothing was sent."), "{plan:?}");
    assert_eq!(bills(&desk, "4711"), 0, "a plan sends nothing");
    // Contact, item, bill; then nothing more.
    let sent = desk.say(&["sync"]).well();
    assert!(sent.last_line().starts_with("created 3 updated 0 left 0 blocked 0 calls "), "{sent:?}");
    has_nothing_to_do(&desk);
    assert_eq!(bills(&desk, "4711"), 1);
    assert_eq!(desk.say(&["sync", "--plan"]).well().out, "Nothing is to be done.\n");
    let why = desk.say(&["why", "B-1"]).well();
    assert!(why.out.contains("approved in Xero"), "{why:?}");
    // The log: searched, by document, one entry with what was sent and answered.
    let log = desk.say(&["log", "--search", "create bill"]).well();
    assert_eq!(log.out.lines().count(), 2, "about to send, done: {log:?}");
    let about = desk.say(&["log", "--document", "B-1", "--json"]).well();
    let last: Value = serde_json::from_str(about.last_line()).expect("a JSON line");
    assert_eq!(
        (&last["came"], &last["document"], &last["via"]),
        (&json!("done"), &json!("B-1"), &json!("sync"))
    );
    let shown = desk.say(&["log", "--json", "show", &last["seq"].to_string()]).well().json();
    assert_eq!(shown["request"]["Invoices"][0]["InvoiceNumber"], "4711");
    assert_eq!(shown["answer"]["Invoices"][0]["Status"], "AUTHORISED");
    assert_eq!(desk.say(&["log", "--failed"]).well().out, "No entry.\n");
    desk.say(&["log", "--since", "2999-01-01"]).well();
    desk.say(&["log", "show", "1"]).refused(1, "isn't about Xero");
    desk.say(&["why", "NOPE"]).refused(1, "There is no \"NOPE\"");
    // The calls of other programs of this day are remembered.
    let budget = desk.say(&["xero", "budget", "--json"]).well().json();
    let used = budget["used"].as_u64().expect("a number");
    assert!(used >= 6, "{budget}");
    assert_eq!(budget["left"].as_u64(), Some(1_000 - used), "{budget}");
    assert!(budget["costs"].as_array().is_some_and(|costs| !costs.is_empty()), "{budget}");
    // SCH-3: by hand not more often than once per five minutes, and it says when.
    desk.say(&["sync", "--now"]).well();
    desk.say(&["sync", "--now"]).refused(3, "the next time may be at");
    desk.say(&["verify"]).well();
}

// rule: SEL-9, LOG-4
#[test]
fn what_people_decide_holds() {
    let desk = shop();
    desk.carry_out("jam", &(bill("B-1", "4711") + &bill("B-2", "4712")));
    desk.say(&["xero", "hold"]).well();
    let again = desk.say(&["xero", "hold"]).well();
    assert_eq!(again.out, "Nothing changes: it is so already.\n");
    assert!(desk.say(&["sync"]).well().last_line().starts_with("created 0 updated 0"), "held");
    desk.say(&["xero", "release"]).well();
    desk.say(&["xero", "exclude", "B-2", "--because", "paid in cash"]).well();
    let why = desk.say(&["why", "B-2"]).well();
    assert!(why.out.contains("paid in cash") && why.out.contains("millbook xero include B-2"), "{why:?}");
    desk.say(&["sync"]).well();
    assert_eq!((bills(&desk, "4711"), bills(&desk, "4712")), (1, 0));
    desk.say(&["xero", "include", "B-2"]).well();
    desk.say(&["sync"]).well();
    assert_eq!((bills(&desk, "4711"), bills(&desk, "4712")), (1, 1));
    for (arguments, code, says) in [
        (&["xero", "retry", "NOPE"][..], 1, "There is no \"NOPE\""),
        (&["xero", "retry", "party", "NOPE"], 1, "There is no \"party NOPE\""),
        (&["xero", "link", "party", "NORD", "xyz"], 2, "is no id of Xero's"),
        (&["xero", "exclude", "B-1"], 2, "--because"),
        (&["xero", "settings", "set", "sales"], 2, "FIELD=VALUE"),
        (&["xero", "settings", "set", "sale=on"], 1, "sale"),
        (&["xero", "settings", "set", "accounts=7"], 1, "accounts"),
        (&["xero", "import", "suppliers", "--choose", "Nowhere Ltd"], 1, "nothing was imported"),
        (&["xero", "import", "suppliers", "--all", "--services"], 2, "--services is for items only"),
        (&["xero", "import", "items", "--all", "--unit", "furlong"], 1, "no unit \"furlong\". Its units: kg"),
    ] {
        desk.say(arguments).refused(code, says);
    }
    // An import is shown first, and done when it is asked for.
    let rows = desk.say(&["xero", "import", "suppliers", "--search", "abc"]).well();
    assert!(rows.out.contains("ABC Furniture\t\tnew"), "{rows:?}");
    let imported = desk.say(&["xero", "import", "suppliers", "--choose", "ABC Furniture"]).well();
    assert!(imported.out.starts_with("1 imported"), "{imported:?}");
    // A service takes its account from Xero, and has no stock; rate and time left are told as data, too.
    let rows = desk.say(&["xero", "import", "items", "--search", "fish"]).well();
    assert!(rows.out.contains("\tBOOK\tnew"), "{rows:?}");
    let imported =
        desk.say(&["xero", "import", "items", "--all", "--services", "--unit", "kg", "--json"]).well();
    let told: Vec<Value> =
        imported.error.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(told.first().map(|at| &at["progress"]["phase"]), Some(&json!("reading")), "{imported:?}");
    assert!(imported.json()["imported"].as_u64().is_some_and(|count| count > 3), "{imported:?}");
    let items = desk.say(&["query", "items", "--company", "jam"]).well();
    assert!(items.out.contains("non_inventory"), "{items:?}");
    desk.say(&["xero", "import", "accounts"]).well();
    // A run that reads Xero's lists says how much is in each.
    let read = desk.say(&["xero", "refresh", "--json"]).well().json()["read"].clone();
    let words = ["accounts", "tax_rates", "tracking_categories", "currencies"];
    assert_eq!(read.as_object().expect("lists").len(), words.len(), "{read}");
    assert!(words.iter().all(|list| read[list].as_u64() > Some(0)), "{read}");
    let text = desk.say(&["xero", "refresh"]).well().out;
    assert!(text.starts_with(&format!("read: {} accounts, ", read["accounts"])), "{text}");
    let settings = desk.say(&["xero", "settings", "get"]).well().json();
    assert_eq!((&settings["procurement"], &settings["sales"]), (&json!("on"), &json!("off")));
    desk.say(&["verify"]).well();
}

// rule: DOC-8
#[test]
fn bills_link_back_to_the_address_that_was_set_and_to_none_else() {
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    desk.say(&["sync"]).well();
    for wrong in
        ["http://localhost:8080", "https://127.0.0.1", "books.example.com", "https://xero.example.com"]
    {
        desk.say(&["config", "address", wrong]).refused(1, "can't be the installation's address");
    }
    assert!(desk.say(&["config"]).well().out.contains("address\tnone"));
    desk.say(&["config", "address", "https://books.example.com/"]).well();
    assert!(desk.say(&["config"]).well().out.contains("address\thttps://books.example.com"));
    desk.carry_out("jam", &bill("B-2", "4712"));
    let sent = desk.say(&["sync"]).well();
    assert!(sent.last_line().starts_with("created 1 updated 0"), "what is there stays as it is: {sent:?}");
    let got = desk.say(&["xero", "get", "invoices", "--company", "jam"]).well();
    let link = |number: &str| {
        let rows = got.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON line"));
        rows.into_iter().find(|row| row["InvoiceNumber"] == number).map(|row| row["Url"].clone())
    };
    let there = link("4712").expect("there").to_string();
    assert!(there.contains("https://books.example.com/jam/documents/"), "{there}");
    assert_eq!(link("4711"), Some(Value::Null));
    // Nobody is asked to do anything, now or later.
    has_nothing_to_do(&desk);
    desk.say(&["config", "address", "none"]).well();
    assert_eq!(desk.say(&["sync", "--plan"]).well().out, "Nothing is to be done.\n");
}

// rule: SEL-1
#[test]
fn a_change_of_settings_says_what_it_does_to_documents_before_it_is_saved() {
    let desk = shop();
    desk.carry_out("jam", &(bill("B-1", "4711") + &bill("B-2", "4712")));
    let before = desk.say(&["xero", "settings", "get"]).well().out;
    let preview = desk.say(&["xero", "settings", "set", "procurement=off", "--preview"]).well();
    let line = "2 documents: waiting → not due (B-1, B-2): Bill 4711 (B-1) is not sent because the synchronisation of purchases is off.";
    assert!(preview.out.contains("procurement: on → off") && preview.out.contains(line), "{preview:?}");
    assert_eq!(preview.last_line(), "Nothing was saved.");
    let shown =
        desk.say(&["xero", "settings", "set", "procurement=off", "--preview", "--json"]).well().json();
    assert_eq!(shown["effects"][0]["documents"], json!(["B-1", "B-2"]), "{shown}");
    assert_eq!(
        (&shown["changes"][0]["field"], &shown["changes"][0]["after"]),
        (&json!("procurement"), &json!("off"))
    );
    desk.say(&["xero", "settings", "set", "accounts=[]", "balances=on", "--preview"])
        .refused(1, "Nothing was saved.");
    assert_eq!(desk.say(&["xero", "settings", "get"]).well().out, before, "a preview saves nothing");
}

// rule: LOG-5
#[test]
fn why_a_run_stopped_is_said_once() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.say(&["sync"]).refused(1, "");
    let stopped = desk.say(&["sync"]);
    let both = format!("{}{}", stopped.out, stopped.error);
    assert_eq!(both.matches("millbook xero connect").count(), 1, "{stopped:?}");
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    desk.control("clock", r#"{"advance_seconds": 5270400}"#);
    let stopped = desk.say(&["sync"]);
    let both = format!("{}{}", stopped.out, stopped.error).to_lowercase();
    assert_eq!((both.matches("connect again").count(), both.matches("let us in").count()), (1, 1), "{both}");
}

// rule: DOC-14, LOG-2, LOG-4
#[test]
fn a_refused_bill_blocks_itself_and_says_how_it_is_repaired() {
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    desk.say(&["sync"]).well();
    // The accountant locks the period: the next bill of that day is refused, another day's is not.
    desk.control("lock-dates", r#"{"period": "2026-11-30", "end_of_year": "2026-11-30"}"#);
    let later = bill("B-3", "4713").replace("2026-11-22", "2026-12-05");
    desk.carry_out("jam", &(bill("B-2", "4712") + &later));
    let sent = desk.say(&["sync"]);
    assert!(sent.code == 0 || sent.code == 1, "{sent:?}");
    assert_eq!((bills(&desk, "4712"), bills(&desk, "4713")), (0, 1), "{sent:?}");
    let why = desk.say(&["why", "B-2"]).well();
    assert!(why.out.contains("lock"), "{why:?}");
    desk.control("lock-dates", r#"{}"#);
    desk.say(&["xero", "refresh"]);
    desk.say(&["xero", "retry", "B-2"]).well();
    desk.say(&["sync"]).well();
    assert_eq!(bills(&desk, "4712"), 1);
}

// rule: SCH-4, DOC-14
#[test]
fn a_program_that_is_killed_leaves_nothing_behind_that_is_in_the_way() {
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    desk.control("faults", r#"{"name": "slow-answer", "path": "contacts", "delay_ms": 60000}"#);
    let mut child = desk.command(&["sync"]).spawn().expect("starts");
    // It has asked, and no answer comes. Meanwhile nobody else writes, and everybody reads.
    while !desk.control("calls", "").to_string().to_lowercase().contains("contacts") {
        assert!(child.try_wait().expect("alive").is_none(), "it ended before it asked");
    }
    desk.say(&["sync"]).refused(3, "in use by process");
    desk.say(&["why", "B-1"]).well();
    child.kill().expect("killed");
    child.wait().expect("dead");
    // Nobody waits for the lease of a dead process.
    let sent = desk.say(&["sync"]).well();
    assert!(sent.last_line().starts_with("created 3 updated 0 left 0 blocked 0"), "{sent:?}");
    assert_eq!(bills(&desk, "4711"), 1);
    desk.say(&["verify"]).well();
}

// rule: CON-6
#[test]
fn a_dead_sign_in_says_to_reconnect_and_nothing_is_lost() {
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    desk.control("clock", r#"{"advance_seconds": 5270400}"#);
    desk.say(&["sync"]).refused(1, "millbook xero connect");
    let listed = desk.say(&["xero", "connections"]).well();
    assert!(listed.out.contains("reconnect"), "{listed:?}");
    desk.say(&["sync"]).refused(1, "millbook xero connect");
    desk.connect(&[], "").well();
    desk.say(&["sync"]).well();
    assert_eq!(bills(&desk, "4711"), 1);
}

// rule: SEL-7
#[cfg(unix)]
#[test]
fn work_sends_by_itself_until_it_is_told_to_stop() {
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    let mut child = desk.command(&["work"]).spawn().expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines().map_while(Result::ok);
    let first = lines.find(|line| line.contains("created")).expect("a run");
    assert!(first.starts_with("jam\tcreated 3 updated 0 left 0 blocked 0"), "{first}");
    let stopped = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(stopped.expect("kill runs").success());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("stopped in order"));
    assert_eq!(bills(&desk, "4711"), 1);
    has_nothing_to_do(&desk);
}

// rule: SEL-7, DOC-7, PAY-7
#[cfg(unix)]
#[test]
fn what_is_saved_beside_work_goes_with_its_next_run() {
    use store::sqlite::Guest;
    use store::{CompanyId, Item, Sheet, Store, Write};
    let desk = shop();
    desk.carry_out("jam", &bill("B-1", "4711"));
    let mut works = desk.command(&["work"]).spawn().expect("starts");
    let mut lines = BufReader::new(works.stdout.take().expect("an output")).lines().map_while(Result::ok);
    let mut run = || lines.find(|line| line.contains("created")).expect("a run");
    assert!(run().starts_with("jam\tcreated 3 "));
    // Saved by another program, which ends at once. The next five minutes would send it; a notice makes that ten seconds.
    desk.carry_out("jam", &bill("B-2", "4712"));
    let guest = Guest::open(&desk.folder.path().join("millbook.db")).expect("is let in");
    let notice = Item { key: "xero/INVOICE".to_owned(), value: b"1".to_vec(), until: None };
    let kept = guest.write(CompanyId(1), vec![Write::Put(Sheet::Inbox, notice)]);
    futures_executor::block_on(kept).expect("is kept");
    let next = run();
    assert!(next.starts_with("jam\tcreated 1 updated 0 left 0 blocked 0"), "{next}");
    assert_eq!(bills(&desk, "4712"), 1);
    let stopped = std::process::Command::new("kill").args(["-TERM", &works.id().to_string()]).status();
    assert!(stopped.expect("kill runs").success());
    assert_eq!(works.wait().expect("ends").code(), Some(0));
    let lost = futures_executor::block_on(guest.write(CompanyId(1), vec![]));
    assert!(matches!(lost, Err(store::Error::Lost { .. })), "{lost:?}");
    desk.say(&["verify"]).well();
}
