//! What people and programs write: codes for ids, places of mistakes, nothing panics.

mod examples;
#[path = "../../book/tests/support/mod.rs"]
mod support;

use book::{Asking, Command};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::Shop;
use wire::{Contract, command, event_shown, find, queries, schema, shown};

/// A shop with an order, a receipt, a shipment, and an invoice that has the order's number.
fn shop() -> Shop {
    let mut shop = Shop::new();
    for statement in [
        "item JAM made",
        "item BOLT bought",
        "warehouse Annex",
        "order PO-1 2026-03-01: 10 JAM @ 7.00; 5 BOLT @ 1.20",
        "receive R-1 2026-03-02 of PO-1 into Main: 10 JAM; 5 BOLT",
        "ship SH-1 2026-03-05 out-of Main: 4 JAM",
        "invoice PO-1 2026-03-05: 4 JAM @ 12.00",
        "transfer TR-1 2026-03-06 Main to Annex: 2 JAM",
        "arrive TX-1 2026-03-07 of TR-1: 2 JAM",
        "invoice I-9 2026-03-08: 1 JAM @ 12.00",
        "delete I-9",
    ] {
        shop.say(statement).unwrap_or_else(|failure| panic!("{statement}: {failure:?}"));
    }
    shop
}

fn read(shop: &Shop, text: &str) -> Result<Command, wire::Problem> {
    command(&shop.book, shown(text)?)
}

#[test]
fn a_command_names_things_by_codes_and_lines_from_one() {
    let shop = shop();
    let receipt = r#"{"save":{"content":{"vendor_return":{"order":"purchase_order/PO-1","day":"2026-03-09","lines":[
        {"receipt":"R-1/2","quantity":"1","kind":"for_credit","takings":[{"lot":"R-1/2","quantity":"1"}]}]}}}}"#;
    let mut done = shop.clone();
    done.command(read(&shop, receipt).expect("reads")).expect("possible");
    let event = event_shown(&done.book, done.events.last().expect("an event"));
    let line = &event["saved"]["content"]["vendor_return"]["lines"][0];
    assert_eq!((&line["receipt"], &line["takings"][0]["lot"]), (&json!("R-1/2"), &json!("R-1/2")));
    // The same as an object; a lot as refusals name it; an amount in base currency.
    read(&shop, &receipt.replace(r#""receipt":"R-1/2""#, r#""receipt":{"document":"R-1","line":2}"#))
        .expect("reads");
    read(&shop, &receipt.replace(r#""lot":"R-1/2""#, r#""lot":"1 of R-1""#)).expect("reads");
    let entry = r#"{"save":{"content":{"stock_entry":{"kind":"found","day":"2026-03-09","warehouse":"main",
        "ins":[{"item":"bolt","quantity":"3","cost":"21.05"}]}}}}"#;
    let Ok(Command::Save { content: book::Content::StockEntry(entry), .. }) = read(&shop, entry) else {
        panic!("a stock entry");
    };
    assert_eq!(entry.ins[0].cost.minor(), 2_105);
}

#[test]
fn mistakes_are_told_with_their_place() {
    let shop = shop();
    for (text, message) in [
        ("{", "This is not JSON: EOF while parsing an object at line 1, column 1."),
        ("{\n  \"pick\": oops}", "This is not JSON: expected value at line 2, column 11."),
        ("{}", "A command is an object with one field"),
        ("null", "A command is an object with one field"),
        (r#"{"pluck":{}}"#, "unknown variant `pluck`, expected one of `save_record`"),
        (r#"{"pick":{"shipment":"SH-1"}}"#, "missing field `day` (pick)."),
        (
            r#"{"pick":{"shipment":"SH-1","day":"soon"}}"#,
            "\"soon\" is not a day: write it as 2026-03-02 (pick.day).",
        ),
        (
            r#"{"pick":{"shipment":"SH-7","day":"2026-03-02"}}"#,
            "There is no document \"SH-7\" (pick.shipment).",
        ),
        (r#"{"pick":{"shipment":3,"day":"2026-03-02"}}"#, "3 is no document (pick.shipment)."),
        (r#"{"rebook":"PO-1"}"#, "There is no document \"PO-1\" (rebook)."),
        (r#"{"archive":{"item":"JAMM"}}"#, "There is no item \"JAMM\" (archive.item)."),
        (
            r#"{"save_record":{"id":"JAMM","record":{"item":{}}}}"#,
            "There is no item \"JAMM\" (save_record.id).",
        ),
        (
            r#"{"pick":{"shipment":"SH-1","day":"2026-03-02","on":1}}"#,
            "unknown field `on`, expected `shipment` or `day` (pick.on).",
        ),
        (r#"{"reopen_line":{"order":"purchase_order/PO-1","line":0}}"#, "0 is no line (reopen_line.line)."),
        (
            r#"{"save":{"content":{"shipment":{"customer":"Shop","warehouse":"Main","day":"2026-03-02","lines":[{"item":"JAM","quantity":1}]}}}}"#,
            "expected a quantity as text, like \"12.5\" (save.content.shipment.lines[0].quantity).",
        ),
        (
            r#"{"save":{"content":{"stock_entry":{"kind":"found","day":"2026-03-09","warehouse":"Main","ins":[{"item":"JAM","quantity":"1","cost":3}]}}}}"#,
            "An amount is text (save.content.stock_entry.ins[0].cost).",
        ),
        (
            r#"{"save":{"content":{"stock_entry":{"kind":"found","day":"2026-03-09","warehouse":"Main","ins":[{"item":"JAM","quantity":"1","cost":"1.234"}]}}}}"#,
            "(save.content.stock_entry.ins[0].cost).",
        ),
    ] {
        let problem = read(&shop, text).expect_err(text);
        assert!(problem.message.contains(message), "{text}\n{}", problem.message);
        assert_eq!(problem.code, "bad-input");
        assert!(problem.remedy.len() > 10, "{text}");
    }
}

#[test]
fn every_query_answers_and_names_things_by_codes() {
    let shop = shop();
    let ask = |name: &str, arguments: Value| find(name).expect("a query").ask(&shop.book, arguments);
    let stock = ask("stock", json!({ "as_of": "2026-03-05" })).expect("answers");
    assert_eq!(stock[0], json!({ "item": "JAM", "warehouse": "Main", "quantity": "6", "value": "42.00" }));
    let lot = ask("lot", json!({ "lot": "TX-1/1" })).expect("answers");
    assert_eq!(
        (&lot["lot"], &lot["from"], &lot["value"]),
        (&json!("TX-1/1"), &json!("TX-1/1"), &json!("14.00"))
    );
    let trace = ask("trace", json!({ "lot": "R-1/1" })).expect("answers");
    assert!(
        trace["uses"].as_array().is_some_and(|all| all.iter().any(|one| one["by"] == "SH-1/1")),
        "{trace}"
    );
    let page = ask("items", json!({ "limit": 1 })).expect("answers");
    assert_eq!((&page["rows"][0]["record"]["code"], &page["next"]), (&json!("JAM"), &json!("JAM")));
    let rest = ask("items", json!({ "after": "JAM" })).expect("answers");
    assert_eq!((&rest["rows"][0]["record"]["code"], &rest["next"]), (&json!("BOLT"), &json!(null)));
    let documents = ask("documents", json!({ "party": "Nord", "until": "2026-03-01" })).expect("answers");
    assert_eq!(documents["rows"][0]["document"], "purchase_order/PO-1");
    let gone = ask("documents", json!({ "withdrawn": true, "text": "i-9" })).expect("answers");
    assert_eq!((&gone["rows"][0]["number"], &gone["rows"][0]["life"]), (&json!("I-9"), &json!("deleted")));
    let name = gone["rows"][0]["document"].clone();
    assert!(ask("document", json!({ "document": name })).is_ok(), "{name} names a deleted document");
    assert_eq!(ask("stock", json!({ "day": 1 })).expect_err("no field").code, "bad-input");
    assert_eq!(find("stonk").map(|query| query.name).expect_err("no query").code, "no-such-query");
}

#[test]
fn every_schema_says_text_where_names_stand() {
    fn judge(schema: &Value) {
        if let Value::Object(object) = schema {
            if object.contains_key("x-names") {
                assert!(object["type"].to_string().contains("string"), "{schema}");
            }
            object.values().for_each(judge);
        }
    }
    judge(&schema::<Command>(Contract::Read));
    for query in queries() {
        judge(&query.arguments());
        judge(&query.answer());
        assert!(query.words.ends_with('.'), "{}", query.name);
    }
}

/// Somewhere in a value, something else.
fn spoil(value: &mut Value, path: &[usize], with: &Value) {
    let Some((step, rest)) = path.split_first() else {
        *value = with.clone();
        return;
    };
    match value {
        Value::Object(object) if !object.is_empty() => {
            let at = step % object.len();
            if let Some(inner) = object.values_mut().nth(at) {
                spoil(inner, rest, with);
            }
        }
        Value::Array(all) if !all.is_empty() => {
            let at = step % all.len();
            spoil(&mut all[at], rest, with);
        }
        _ => *value = with.clone(),
    }
}

fn something() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "JAM",
        "PO-1",
        "R-1/1",
        "R-1/99999",
        "#0",
        "#4294967295",
        "purchase_order/",
        "/",
        "1 of R-1",
        "-1",
        "99999999999999999999",
        "2026-02-30",
        "0.0000001",
        "\u{0}",
        "é/é",
    ];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "item": 1 })),
        Just(json!([[[]]])),
        Just(json!(1.5)),
    ]
}

proptest! {
    #[test]
    fn nothing_written_panics(
        which in any::<prop::sample::Index>(),
        turn in 0_usize..40,
        spoils in prop::collection::vec((prop::collection::vec(0_usize..8, 0..9), something()), 0..4),
    ) {
        let shop = shop();
        let root = schema::<Command>(Contract::Read);
        let all = examples::tagged(&root, &root);
        let (name, body) = which.get(&all);
        let mut wish = json!({ &**name: examples::example(body, &root, turn) });
        for (path, with) in &spoils {
            spoil(&mut wish, path, with);
        }
        if let Ok(command) = command(&shop.book, wish) {
            let asking = Asking { today: shop.today, by: 0 };
            if let Ok(events) = shop.book.decide(command, asking) {
                let mut after = shop.clone();
                for event in &events {
                    after.book.apply(event, support::STAMP);
                    event_shown(&after.book, event);
                }
                prop_assert_eq!(wire::read(wire::write(&events).as_bytes()), Ok(events));
            }
        }
    }

    #[test]
    fn no_question_panics(
        which in any::<prop::sample::Index>(),
        arguments in prop::collection::vec((any::<prop::sample::Index>(), something()), 0..4),
    ) {
        let shop = shop();
        let query = which.get(queries());
        let schema = query.arguments();
        let mut asked = json!({});
        for (field, with) in &arguments {
            if let Some(fields) = schema["properties"].as_object().filter(|fields| !fields.is_empty()) {
                let name = fields.keys().nth(field.index(fields.len())).expect("a field");
                asked[name] = with.clone();
            }
        }
        let _ = query.ask(&shop.book, asked);
    }

    #[test]
    fn no_bytes_panic(text in "[\\[\\]{}:,\"a-z0-9\\\\]{0,60}") {
        let _ = wire::read::<book::Event>(text.as_bytes());
        let shop = Shop::new();
        let _ = read(&shop, &text);
    }
}
