//! `millbook payments`: both sides of a document's payments, and what a person says of them.

mod support;

use serde_json::{Value, json};
use support::Desk;
use xero_sandbox::door::SeedName::DemoNz;

const SHOP: &str = r#"
{"save_record":{"record":{"unit":{"code":"kg","name":"kilogram"}}}}
{"save_record":{"record":{"warehouse":{"code":"Main","name":"Main store"}}}}
{"save_record":{"record":{"party":{"code":"SHOP","name":"Corner Shop","kind":"customer"}}}}
{"save_record":{"record":{"item":{"code":"JAM","name":"Jam","unit":"kg"}}}}
"#;

const SALES: &str = r#"
{"save":{"number":"I-1","content":{"invoice":{"kind":"invoice","terms":{"party":"SHOP","day":"2026-11-22","currency":"NZD"},"due":"2026-12-20","lines":[{"item":"JAM","quantity":"10","price":"10.00"}]}}}}
{"save":{"number":"I-2","content":{"invoice":{"kind":"invoice","terms":{"party":"SHOP","day":"2026-11-22","currency":"NZD"},"due":"2026-12-20","lines":[{"item":"JAM","quantity":"10","price":"10.00"}]}}}}
{"save":{"number":"I-3","content":{"invoice":{"kind":"credit","terms":{"party":"SHOP","day":"2026-11-22","currency":"NZD"},"lines":[{"item":"JAM","quantity":"3","price":"10.00"}]}}}}
"#;

fn payment(number: &str, amount: &str) -> String {
    let amount = json!({ "amount": amount, "currency": "NZD" });
    let payment = json!({ "of": "I-1", "kind": "payment", "day": "2026-11-22", "amount": amount });
    json!({ "save": { "number": number, "content": { "payment": payment } } }).to_string() + "\n"
}

fn allocation(number: &str, amount: &str) -> String {
    let amount = json!({ "amount": amount, "currency": "NZD" });
    let content =
        json!({ "allocation": { "from": "I-3", "to": "I-2", "day": "2026-11-22", "amount": amount } });
    json!({ "save": { "number": number, "content": content } }).to_string() + "\n"
}

/// A company that sends its sales approved, and payments both ways.
fn shop() -> Desk {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.carry_out("jam", SHOP);
    desk.connect(&[], "").well();
    desk.say(&["xero", "propose", "--save"]).well();
    let settings = ["sales=on", "payments=both", "new.invoice=approved", "new.credit_invoice=approved"];
    desk.say(&[&["xero", "settings", "set"][..], &settings].concat()).well();
    desk.carry_out("jam", SALES);
    desk
}

// rule: PAY-1, PAY-2, DOC-19
#[test]
fn payments_are_shown_on_both_sides_and_a_person_decides() {
    let desk = shop();
    desk.carry_out(
        "jam",
        &(payment("PY-1", "60.00") + &payment("PY-2", "70.00") + &allocation("AL-1", "30.00")),
    );
    let before = desk.say(&["payments", "I-1"]).well();
    assert!(before.out.contains("I-1: paid 130.00 here, 0.00 in Xero (NZD)"), "{before:?}");
    assert!(before.out.contains("PY-1  2026-11-22  60.00  not in Xero"), "{before:?}");
    // Never more than is due; the rest waits until a person says that it is an overpayment.
    desk.say(&["sync"]).well();
    let waits = desk.say(&["payments", "I-1"]).well();
    assert!(waits.out.contains("the other 30.00 waits"), "{waits:?}");
    assert!(waits.out.contains("millbook payments overpay I-1"), "{waits:?}");
    desk.say(&["payments", "overpay", "I-1"]).well();
    let next = desk.say(&["payments", "I-1"]).well();
    assert!(next.out.contains("next: overpayment 30.00 NZD for invoice I-1"), "{next:?}");
    desk.say(&["sync"]).well();
    let all = desk.say(&["payments", "I-1", "--json"]).well().json();
    assert_eq!((&all["here"], &all["there"]), (&json!("130.00"), &json!("130.00")), "{all}");
    assert_eq!(all["credits"][0]["kind"], "overpayment", "{all}");
    assert_eq!(all["moves"], json!([]), "{all}");
    let used = desk.say(&["payments", "I-3"]).well();
    assert!(used.out.contains("used on I-2: 30.00 here, 30.00 in Xero"), "{used:?}");
    // What a person says is refused where it isn't so, with what to do.
    for (arguments, code, says) in [
        (&["payments", "same", "I-1"][..], 1, "not both sides have payments that don't match"),
        (&["payments", "different", "I-1"], 1, "all its payments in Xero are here"),
        (&["payments", "send-again", "I-1", "PY-1"], 1, "it doesn't stand here alone"),
        (&["payments", "take-again", "I-1", "xyz"], 2, "is no id of Xero's"),
        (&["payments", "overpay", "I-1"], 1, "nothing of it waits for that"),
        (&["payments", "NOPE"], 1, "There is no \"NOPE\""),
        (&["payments"], 2, "DOCUMENT"),
    ] {
        desk.say(arguments).refused(code, says);
    }
    // Deleted here: it stands in Xero, under the id that takes it again.
    desk.carry_out("jam", "{\"withdraw\":{\"document\":\"AL-1\",\"how\":\"deleted\"}}\n");
    desk.say(&["sync"]).well();
    let why = desk.say(&["why", "I-3", "--json"]).well().json();
    let command = why["command"].as_str().unwrap_or_default().to_owned();
    assert!(command.starts_with("millbook payments take-again I-3 "), "{why}");
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    desk.say(&words).well();
    desk.say(&["sync"]).well();
    let rows: Value = desk.say(&["payments", "I-3", "--json"]).well().json();
    assert_eq!(
        (&rows["used"][0]["here"], &rows["used"][0]["there"]),
        (&json!("30.00"), &json!("30.00")),
        "{rows}"
    );
    desk.say(&["verify"]).well();
}
