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

fn payment(number: &str, of: &str, amount: &str) -> String {
    let amount = json!({ "amount": amount, "currency": "NZD" });
    let payment = json!({ "of": of, "kind": "payment", "day": "2026-11-22", "amount": amount });
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
        &(payment("PY-1", "I-1", "60.00") + &payment("PY-2", "I-1", "70.00") + &allocation("AL-1", "30.00")),
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

/// Somebody enters a payment on Xero's own page of an invoice.
fn pay_by_hand(desk: &Desk, number: &str, amount: &str) {
    let organisation = desk.control("organisations", "")[0]["id"].as_str().expect("an id").to_owned();
    let list = format!("http://{}/sandbox/orgs/{organisation}/documents/invoices", desk.address);
    let page = desk.get(&list);
    let (before, _) = page.split_once(&format!(">{number}<")).expect("the invoice is listed");
    let (_, id) = before.rsplit_once("documents/invoices/").expect("a link");
    let id: String = id.chars().take_while(|one| *one != '"').collect();
    let form = desk.get(&format!("{list}/{id}"));
    let (_, accounts) = form.split_once("name=\"account\"").expect("a form");
    let (_, account) = accounts.split_once("value=\"").expect("an account");
    let account: String = account.chars().take_while(|one| *one != '"').collect();
    let said =
        desk.send(&format!("{list}/{id}/pay"), &format!("account={account}&date=2026-11-22&amount={amount}"));
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
}

// rule: PAY-1, PAY-2
#[test]
fn a_person_says_whether_payments_are_the_same_money() {
    let desk = shop();
    desk.say(&["sync"]).well();
    for number in ["I-1", "I-2"] {
        pay_by_hand(&desk, number, "35.00");
    }
    desk.carry_out("jam", &(payment("PY-1", "I-1", "60.00") + &payment("PY-2", "I-2", "60.00")));
    desk.say(&["xero", "refresh"]).well();
    for (number, choice, sum) in [("I-1", "same", "60.00"), ("I-2", "different", "95.00")] {
        let asks = desk.say(&["payments", number]).well();
        assert!(asks.out.contains("don't match"), "{asks:?}");
        assert!(asks.out.contains(&format!("millbook payments same {number}")), "{asks:?}");
        desk.say(&["payments", choice, number]).well();
        desk.say(&["sync"]).well();
        let both = desk.say(&["payments", number, "--json"]).well().json();
        assert_eq!((&both["here"], &both["there"]), (&json!(sum), &json!(sum)), "{both}");
    }
    // Deleted here: its counterpart stands in Xero, until it is taken again.
    desk.carry_out("jam", "{\"withdraw\":{\"document\":\"PY-2\",\"how\":\"deleted\"}}\n");
    desk.say(&["sync"]).well();
    let why = desk.say(&["why", "I-2", "--json"]).well().json();
    let command = why["command"].as_str().unwrap_or_default().to_owned();
    assert!(command.starts_with("millbook payments take-again I-2 "), "{why}");
    desk.say(&command.split_whitespace().skip(1).collect::<Vec<&str>>()).well();
    let both = desk.say(&["payments", "I-2", "--json"]).well().json();
    assert_eq!((&both["here"], &both["there"]), (&json!("95.00"), &json!("95.00")), "{both}");
}

const WEB: &str = r#"
{"save_record":{"record":{"channel":{"code":"WEB","name":"Web shop","consolidated":"day"}}}}
"#;

// rule: CNS-1, CNS-2, LOG-5
#[test]
fn a_consolidated_invoice_is_asked_for_by_its_number() {
    let desk = shop();
    desk.carry_out("jam", WEB);
    let sale = |number: &str| {
        json!({ "save": { "number": number, "content": { "invoice": { "kind": "invoice", "channel": "WEB",
            "terms": { "party": "SHOP", "day": "2026-11-20", "currency": "NZD" }, "due": "2026-12-20",
            "lines": [{ "item": "JAM", "quantity": "2", "price": "10.00" }] } } } })
        .to_string()
            + "\n"
    };
    desk.carry_out("jam", &(sale("W-1") + &sale("W-2") + &payment("PY-1", "W-1", "20.00")));
    desk.say(&["sync"]).well();
    let sum = "WEB-2026-11-20";
    let all = desk.say(&["payments", sum]).well();
    assert!(all.out.contains("WEB-2026-11-20: paid 20.00 here, 20.00 in Xero (NZD)"), "{all:?}");
    assert!(all.out.contains("PY-1"), "{all:?}");
    let why = desk.say(&["why", sum]).well();
    assert!(why.out.contains("W-1") && why.out.contains("W-2"), "{why:?}");
    let why = desk.say(&["why", "W-1"]).well();
    assert!(why.out.contains("consolidated invoice WEB-2026-11-20"), "{why:?}");
    desk.say(&["payments", "overpay", sum]).refused(1, "it is overpaid by its documents");
    desk.say(&["payments", "WEB-2026-11-19"]).refused(1, "There is no \"WEB-2026-11-19\"");
    pay_by_hand(&desk, sum, "20.00");
    desk.say(&["xero", "refresh"]).well();
    let all = desk.say(&["payments", sum, "--json"]).well().json();
    assert_eq!((&all["here"], &all["there"]), (&json!("40.00"), &json!("40.00")), "{all}");
    let second = desk.say(&["why", "W-2", "--json"]).well().json();
    assert_eq!(second["state"], "paid", "{second}");
}

// rule: PAY-7
#[test]
fn the_key_of_notices_is_set_and_taken_away() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.say(&["xero", "app", "notices"]).refused(2, "--key-file");
    let set = desk.ask(&["xero", "app", "notices", "--key-file", "-"], "whsec-1\n").well();
    assert_eq!(set.out, "notices\tset\n");
    desk.ask(&["xero", "app", "notices", "--key-file", "-"], "\n").refused(1, "key");
    let none = desk.say(&["xero", "app", "notices", "--none", "--json"]).well().json();
    assert_eq!(none, json!({ "notices": "none" }));
    let kept = desk.files().iter().any(|(_, bytes)| bytes.windows(7).any(|part| part == b"whsec-1"));
    assert!(!kept, "it is sealed");
}
