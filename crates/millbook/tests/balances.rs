//! `millbook balance-sync` from the command line: made, asked for, agreed to, changed, taken away, and everything that can't be.

mod support;

use serde_json::{Value, json};
use support::{Desk, SHOP, Said};
use xero_sandbox::door::SeedName::DemoNz;

/// A company with stock of 70.00 in Main and an empty warehouse, and a second asset account in Xero.
fn shop() -> Desk {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    let ins = json!([{ "item": "BERRY", "quantity": "10", "cost": "70.00" }]);
    let content =
        json!({ "stock_entry": { "kind": "found", "day": "2026-03-02", "warehouse": "Main", "ins": ins } });
    desk.carry_out("jam", &json!({ "save": { "number": "ST-1", "content": content } }).to_string());
    let barn = json!({ "warehouse": { "code": "Barn", "name": "The barn" } });
    desk.carry_out("jam", &json!({ "save_record": { "record": barn } }).to_string());
    desk
}

fn set(desk: &Desk, arguments: &[&str]) -> Said {
    desk.say(&[&["balance-sync", "set"], arguments].concat())
}

fn row(desk: &Desk) -> Value {
    desk.say(&["balance-sync", "--json"]).well().json()["synchronisations"][0].clone()
}

// rule: BAL-1, BAL-2, BAL-3
#[test]
fn a_synchronisation_is_made_asked_for_agreed_to_changed_and_taken_away() {
    let desk = shop();
    let none = desk.say(&["balance-sync"]).well();
    assert!(none.out.contains("Make one: `millbook balance-sync set NAME"), "{none:?}");
    assert!(none.out.contains("In none, so on no account that is kept so: Main, Barn."), "{none:?}");
    desk.connect(&[], "").well();
    let manual = ["Shops", "--warehouse", "Main", "--account", "620", "--expense", "429", "--manual"];
    set(&desk, &manual).well();
    let listed = desk.say(&["balance-sync", "list"]).well();
    assert!(listed.out.starts_with("Shops\tMain → 620, only when asked\n"), "{listed:?}");
    assert!(listed.out.contains("In none, so on no account that is kept so: Barn."), "{listed:?}");
    // The first run says its amount, and waits; nothing is written.
    let asked = desk.say(&["balance-sync", "now", "Shops"]).well();
    assert!(asked.out.contains("worth 70.00, Xero's balance 0.00, a journal of 70.00."), "{asked:?}");
    assert!(asked.out.contains("`millbook balance-sync agree 'Shops'`"), "{asked:?}");
    assert!(asked.last_line().starts_with("created 0 updated 0 left 0 blocked 0 calls "), "{asked:?}");
    assert_eq!((&row(&desk)["waits"]["difference"], &row(&desk)["last"]), (&json!("70.00"), &Value::Null));
    let agreed = desk.say(&["balance-sync", "agree", "shops"]).well();
    assert!(agreed.last_line().starts_with("created 1 updated 0 left 0 blocked 0 calls "), "{agreed:?}");
    assert_eq!((&row(&desk)["waits"], &row(&desk)["found"]["book"]), (&Value::Null, &json!("70.00")));
    let journals = desk.say(&["xero", "get", "manual-journals", "--company", "jam"]).well();
    assert_eq!(
        journals.out.lines().filter(|line| line.contains("balance of Shops")).count(),
        1,
        "{journals:?}"
    );
    // What isn't named stays.
    set(&desk, &["Shops", "--every", "31", "--at", "22:30", "--auto"]).well();
    let shown = row(&desk);
    assert_eq!(
        (&shown["account"], &shown["interval"], &shown["at"], &shown["auto"]),
        (&json!("620"), &json!({ "month": 31 }), &json!("22:30"), &json!("on"),)
    );
    let log = desk.say(&["log"]).well();
    assert!(log.out.contains("settings: changed: balance synchronisations"), "{log:?}");
    desk.say(&["balance-sync", "remove", "Shops"]).well();
    assert_eq!(desk.say(&["balance-sync", "--json"]).well().json()["synchronisations"], json!([]));
    let journals = desk.say(&["xero", "get", "manual-journals", "--company", "jam"]).well();
    assert!(journals.out.contains("balance of Shops"), "what it posted stays: {journals:?}");
    desk.say(&["verify"]).well();
}

// rule: BAL-1
#[test]
fn what_cannot_be_is_told_with_the_next_step_and_changes_nothing() {
    let desk = shop();
    let shops = ["Shops", "--warehouse", "Main", "--account", "620"];
    // Before there is a chart of accounts, the reason is that nobody has connected.
    let unconnected = set(&desk, &shops).refused(1, "The company is not connected to Xero");
    assert!(unconnected.error.contains("`millbook xero connect`"), "{unconnected:?}");
    set(&desk, &["Shops", "--warehouse", "Attic", "--account", "620"]).refused(1, "`millbook xero connect`");
    let settings = r#"{"accounts": [{"role": "sales", "account": "200"}]}"#;
    desk.say(&["xero", "settings", "set", settings]).refused(1, "`millbook xero connect`");
    for word in ["now", "agree"] {
        desk.say(&["balance-sync", word, "Shops"]).refused(1, "`millbook xero connect`");
    }
    desk.say(&["balance-sync", "remove", "Shops"]).refused(1, "There is no balance synchronisation Shops");
    desk.connect(&[], "").well();
    for (arguments, code, says) in [
        (&["Shops", "--warehouse", "Main"][..], 2, "Shops is new, and needs its account"),
        (&["Shops", "--warehouse", "Main", "--account", "4711"], 1, "there is no account 4711"),
        (&["Shops", "--warehouse", "Main", "--account", "200", "--expense", "429"], 1, "takes Current Asset"),
        (&["Shops", "--warehouse", "Attic", "--account", "620"], 1, "Attic"),
        (&["Shops", "--account", "620", "--expense", "429"], 1, "Shops"),
        (&["Shops", "--warehouse", "Main", "--account", "620", "--expense", "610"], 1, "610"),
        (&["Shops", "--warehouse", "Main", "--account", "620"], 1, "has no expense account of its own"),
        (&["Shops", "--every", "13-01"], 2, "is not an interval"),
        (&["Shops", "--at", "25:00"], 2, "is not a time of day"),
        (&["Shops", "--auto", "--manual"], 2, "cannot be used with"),
        (&["Shops", "--account"], 2, "a value is required"),
    ] {
        let said = set(&desk, arguments);
        assert!(said.code == code && said.error.contains(says), "{arguments:?}: {said:?}");
    }
    for word in ["now", "agree"] {
        desk.say(&["balance-sync", word, "Shops"]).refused(1, "Shops");
    }
    desk.say(&["balance-sync", "now"]).refused(2, "required");
    desk.say(&["balance-sync", "begin", "Shops"]).refused(2, "unrecognized subcommand");
    assert_eq!(desk.say(&["balance-sync", "--json"]).well().json()["synchronisations"], json!([]));
    // Nothing waits, and a second one on the same warehouse or account.
    set(&desk, &["Shops", "--warehouse", "Main", "--account", "620", "--expense", "429"]).well();
    desk.say(&["balance-sync", "agree", "Shops"]).refused(1, "Shops");
    set(&desk, &["Barns", "--warehouse", "Main", "--account", "630", "--expense", "429"]).refused(1, "Main");
    set(&desk, &["Barns", "--warehouse", "Barn", "--account", "620", "--expense", "429"]).refused(1, "620");
    // A bookkeeper may run one, but not change what is set.
    desk.ask(&["user", "add", "bea", "--password-stdin"], "correct horse battery staple\n").well();
    desk.say(&["user", "roles", "bea", "--company", "jam", "--roles", "bookkeeper"]).well();
    desk.say(&["balance-sync", "remove", "Shops", "--as", "bea"]).refused(1, "an administrator");
    desk.say(&["balance-sync", "now", "Shops", "--as", "bea"]).well();
}
