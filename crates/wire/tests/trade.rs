//! What a program asks of trade and production by name: each answer is held against numbers worked out by hand.

#[path = "../../book/tests/support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::Shop;
use wire::find;

fn shop(statements: &str) -> Shop {
    let mut shop = Shop::new();
    for statement in statements.lines().map(str::trim).filter(|line| !line.is_empty()) {
        shop.say(statement).unwrap_or_else(|why| panic!("{statement}: {why:?}"));
    }
    shop
}

fn ask(shop: &Shop, name: &str, arguments: Value) -> Value {
    find(name)
        .expect("a query")
        .ask(&shop.book, arguments)
        .unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Whatever can be saved as a record can be listed: `bill_of_materials` by `bills_of_materials`.
#[test]
fn every_kind_of_record_has_a_list() {
    let schema = schemars::schema_for!(book::Record).to_value();
    for one in schema["oneOf"].as_array().expect("kinds") {
        let kind = one["required"][0].as_str().expect("a name");
        let many = match kind {
            "bill_of_materials" => "bills_of_materials".to_owned(),
            _ => match kind.strip_suffix('y') {
                Some(stem) => format!("{stem}ies"),
                None => format!("{kind}s"),
            },
        };
        assert!(find(&many).is_ok(), "no query lists {kind}: {many}");
    }
}

#[test]
fn money_of_a_document_is_answered_by_name() {
    let shop = shop(
        "item JAM made
        demand CO-1 2026-03-01: 12 JAM @ 10.00 tax 15%
        invoice I-1 2026-03-02 due 2026-03-20: 5 JAM @ 10.00 tax 15% for CO-1/JAM
        pay PY-1 2026-03-05 of I-1 20.00",
    );
    let totals = ask(&shop, "totals", json!({ "document": "I-1" }));
    let sums = ["net", "tax", "gross"].map(|sum| totals[sum]["amount"].clone());
    assert_eq!(sums, ["50.00", "7.50", "57.50"].map(Value::from), "{totals}");
    let settlement = ask(&shop, "settlement", json!({ "document": "I-1" }));
    assert_eq!(settlement["outstanding"]["amount"], "37.50", "{settlement}");
    assert_eq!(ask(&shop, "left_to_invoice", json!({ "order": "CO-1" })), json!(["7"]));
    assert_eq!(ask(&shop, "left_to_invoice", json!({ "order": "I-1" })), json!(null));
    let wrong = find("totals").expect("a query").ask(&shop.book, json!({ "document": "I-9" }));
    assert!(wrong.expect_err("no such document").message.contains("I-9"));
}
