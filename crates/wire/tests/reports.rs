//! A report asked as data: by name, with parameters and a view; the answer says what the accounts say.

#[path = "../../book/tests/support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::Shop;

fn ask(shop: &Shop, query: &str, arguments: Value) -> Result<Value, wire::Problem> {
    wire::find(query)?.ask(&shop.book, arguments)
}

// rule: REC-4
#[test]
fn a_report_is_asked_as_data() {
    let mut shop = Shop::new();
    for statement in [
        "item JAM made",
        "item JAR bought",
        "opening ST-1 2026-03-01: 10 JAM 70.00; 6 JAR 15.00",
        "opening ST-2 2026-03-02: 5 JAM 40.00",
        "ship SH-1 2026-03-05: 4 JAM",
    ] {
        shop.say(statement).expect("possible");
    }
    let view =
        json!({ "conditions": [{ "is": ["item", "jam"] }], "order": [{ "down": "value" }], "take": 1 });
    let asked = json!({ "report": "valuation", "by": "lot", "as_of": "2026-03-05", "view": view });
    let answer = ask(&shop, "report", asked).expect("an answer");
    assert_eq!(answer["title"], "Inventory valuation by lot, as of 2026-03-05");
    assert_eq!(answer["fitting"], 2);
    assert_eq!(answer["rows"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["rows"][0]["lot"], "ST-1/1");
    assert_eq!(answer["rows"][0]["value"], "42.00");
    assert_eq!(answer["totals"]["value"], "82.00");
    assert_eq!(answer["ties"][1]["balance"], "82.00");
    assert_eq!(answer["ties"][1]["difference"], "0.00");

    let trail = ask(&shop, "trail", json!({ "lot": "ST-1/1" })).expect("an answer");
    assert_eq!(trail["rows"][1]["document"], "SH-1");
    let all = ask(&shop, "reports", Value::Null).expect("a list");
    assert!(all.as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "margin")));
}

#[test]
fn a_wrong_question_says_what_to_ask() {
    let shop = Shop::new();
    let wrong = |asked: Value| ask(&shop, "report", asked).expect_err("refused");
    assert_eq!(wrong(json!({ "report": "stock" })).code, "no-such-report");
    assert_eq!(wrong(json!({ "report": "margin", "by": "moon" })).code, "no-such-rows");
    assert_eq!(wrong(json!({ "report": "valuation", "known": 1 })).code, "needs-replay");
    let backwards = json!({ "report": "ledger", "from": "2026-03-02", "as_of": "2026-03-01" });
    assert_eq!(wrong(backwards).code, "period-backwards");
    let colour = json!({ "report": "balances", "view": { "order": [{ "up": "colour" }] } });
    let problem = wrong(colour);
    assert_eq!(
        (problem.code.as_str(), problem.message.as_str()),
        ("no-such-column", "There is no column colour.")
    );
    assert!(problem.remedy.contains("debit"), "{}", problem.remedy);
}
