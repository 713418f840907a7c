//! `millbook journals` from the command line: previewed, posted, refused, said again.

mod support;

use serde_json::json;
use support::{Desk, SHOP, accounts};
use xero_sandbox::door::SeedName::DemoNz;

fn found(number: &str, day: &str, cost: &str) -> String {
    let ins = json!([{ "item": "BERRY", "quantity": "10", "cost": cost }]);
    let content = json!({ "stock_entry": { "kind": "found", "day": day, "warehouse": "Main", "ins": ins } });
    json!({ "save": { "number": number, "content": content } }).to_string() + "\n"
}

// rule: POST-18
#[test]
fn what_is_previewed_is_posted_and_then_nothing_is() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.say(&["journals"]).well();
    desk.connect(&["--cut-over", "2026-03-01"], "").well();
    let wanted = json!({ "balances": "on", "accounts": accounts() }).to_string();
    desk.say(&["xero", "settings", "set", &wanted]).well();
    desk.carry_out("jam", &found("ST-1", "2026-03-02", "70.00"));
    let preview = desk.say(&["journals", "--preview", "--sources"]).well();
    assert!(preview.out.starts_with("MB-000001 2 Mar 2026 stock: 1 stock entry\n"), "{preview:?}");
    assert!(
        preview.out.contains("70.00 Dr") && preview.out.contains("ST-1 stock found: 70.00"),
        "{preview:?}"
    );
    assert_eq!(preview.last_line(), "1 journal. Nothing was sent.");
    let shown = desk.say(&["journals", "--json"]).well().json();
    assert_eq!(shown["journals"][0]["journal"], "MB-000001", "{shown}");
    assert_eq!(shown["journals"][0]["lines"].as_array().map(Vec::len), Some(2), "{shown}");
    let posted = desk.say(&["journals", "--post"]).well();
    assert!(posted.last_line().starts_with("created 1 updated 0 left 0 blocked 0 calls "), "{posted:?}");
    assert_eq!(desk.say(&["journals"]).well().out, "Nothing is to be posted.\n");
    // Only journals ran: the board says when.
    let board = desk.say(&["board", "--json"]).well().json();
    assert!(board[0]["last_run"].as_str().is_some_and(|at| at.starts_with("20")), "{board}");
    let facts = desk.say(&["journals", "--facts"]).well();
    assert!(facts.out.lines().count() == 2 && facts.out.contains("= posted 70.00"), "{facts:?}");
    // What can't be said is told, with the next step.
    desk.say(&["journals", "again", "7"]).refused(2, "MB-000007");
    desk.say(&["journals", "again", "MB-000007"]).refused(1, "There is no journal MB-000007 here");
    desk.say(&["journals", "again", "MB-000001"]).refused(1, "it stands in Xero as it was sent");
    desk.say(&["journals", "--post", "--preview"]).refused(2, "cannot be used with");
    desk.say(&["journals", "retry", "MB-000001"]).refused(1, "Xero didn't refuse it");
    desk.say(&["journals", "choose", "MB-000001", "x"]).refused(2, "no id of Xero's");
    let other = "00000000-0000-4000-8000-00000000beef";
    desk.say(&["journals", "choose", "MB-000001", other]).refused(1, "it is known which one it is");
    desk.say(&["journals", "choose", "MB-000009", other]).refused(1, "There is no journal MB-000009 here");
}

// rule: SEL-10, CON-9
#[test]
fn a_section_is_turned_off_by_somebody_who_agrees_and_on_from_a_day() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.connect(&["--cut-over", "2026-03-01"], "").well();
    let wanted = json!({ "balances": "on", "procurement": "on", "accounts": accounts() }).to_string();
    let on = desk.say(&["xero", "settings", "set", &wanted]).well();
    assert!(on.out.contains("note: S244 Journals of") && on.out.contains("begin on 2026-03-01"), "{on:?}");
    let off = ["xero", "settings", "set", "journals.purchasing=off"];
    let asked = desk.say(&off).refused(1, "Nothing was saved. S243");
    assert!(
        asked.out.contains("question: S243 Journals of purchasing")
            && asked.out.contains("630 Purchases Clearing will no longer"),
        "{asked:?}"
    );
    let preview = desk.say(&[&off[..], &["--preview"]].concat()).well();
    assert!(
        preview.out.contains("question: S243") && preview.out.ends_with("Nothing was saved.\n"),
        "{preview:?}"
    );
    desk.say(&[&off[..], &["--agree", "--preview"]].concat()).refused(2, "cannot be used with");
    desk.say(&[&off[..], &["--agree"]].concat()).well();
    let settings = desk.say(&["xero", "settings", "get"]).well().json();
    assert_eq!(settings["journals"]["purchasing"], "off", "{settings}");
    let today = desk.say(&["ready", "--json"]).json()["as_of"].as_str().expect("a day").to_owned();
    let on = desk.say(&["xero", "settings", "set", "journals.purchasing=day"]).well();
    assert!(on.out.contains("Journals of purchasing begin on"), "{on:?} {today}");
}
