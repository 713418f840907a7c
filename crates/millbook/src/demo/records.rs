//! Who the bicycle maker is: what it buys, makes and sells, where, and with whom. As commands, like a person's.
//!
//! Steel tubes become a frame, spokes a wheel; a frame, two wheels and more become a bicycle: two levels. The shop in town is
//! a site of its own. Not here: what happens (`history`).

use serde_json::{Value, json};

fn record(kind: &str, record: &Value) -> Value {
    json!({ "save_record": { "record": { kind: record } } })
}

/// Items: code, name, unit, category, price of sale in dollars; none is only bought or made for own use.
const ITEMS: &[(&str, &str, &str, &str, Option<&str>)] = &[
    ("TUBES", "Steel tube set", "pc", "parts", None),
    ("PAINT", "Frame paint", "l", "parts", None),
    ("RIM", "Rim 622", "pc", "parts", None),
    ("HUB", "Hub", "pc", "parts", None),
    ("SPOKE", "Spoke with nipple", "pc", "parts", None),
    ("TYRE", "Tyre 622 with tube", "pc", "parts", Some("44.00")),
    ("SADDLE", "Saddle", "pc", "parts", Some("69.80")),
    ("DRIVE", "Drivetrain set", "pc", "parts", None),
    ("RACK", "Rear rack", "pc", "parts", None),
    ("FRAME", "Frame, painted", "pc", "made", None),
    ("WHEEL", "Wheel", "pc", "made", None),
    ("CITY", "City bicycle", "pc", "bikes", Some("1290.00")),
    ("TOURER", "Touring bicycle", "pc", "bikes", Some("1890.00")),
];

/// What goes into one: the item, and its parts with their quantity.
pub const PARTS: &[(&str, &[(&str, &str)])] = &[
    ("FRAME", &[("TUBES", "1"), ("PAINT", "0.4")]),
    ("WHEEL", &[("RIM", "1"), ("HUB", "1"), ("SPOKE", "36"), ("TYRE", "1")]),
    ("CITY", &[("FRAME", "1"), ("WHEEL", "2"), ("SADDLE", "1"), ("DRIVE", "1")]),
    ("TOURER", &[("FRAME", "1"), ("WHEEL", "2"), ("SADDLE", "1"), ("DRIVE", "1"), ("RACK", "1")]),
];

/// How one is made: the item, the operation, where, hours of one person, dollars an hour.
const WORK: &[(&str, &str, &str, &str, &str)] = &[
    ("FRAME", "Weld and paint", "WELD", "2.5", "34.00"),
    ("WHEEL", "Lace and true", "BENCH", "0.5", "30.00"),
    ("CITY", "Assemble", "BENCH", "1.5", "30.00"),
    ("TOURER", "Assemble", "BENCH", "2", "30.00"),
];

/// Suppliers and customers: code, name, kind, currency, days to pay.
const PARTIES: &[(&str, &str, &str, &str, u32)] = &[
    ("HARBOUR", "Harbour Tube Ltd", "supplier", "NZD", 20),
    ("SOUTHERN", "Southern Wheel Parts", "supplier", "NZD", 14),
    ("PACIFIC", "Pacific Drivetrain Inc", "supplier", "USD", 30),
    ("KEA", "Kea Freight", "supplier", "NZD", 7),
    ("QUEEN", "Queen Street Cycles", "customer", "NZD", 14),
    ("LAKE", "Lakeside Bicycle Hire", "customer", "NZD", 20),
    ("WALKIN", "Customers of the shop", "customer", "NZD", 1),
    ("WEBSHOP", "Customers of the web shop", "customer", "NZD", 3),
];

/// All of them, in an order in which each finds what it names.
pub fn records() -> Vec<Value> {
    let mut all = Vec::new();
    for (code, name) in [("pc", "piece"), ("l", "litre"), ("h", "hour")] {
        all.push(record("unit", &json!({ "code": code, "name": name })));
    }
    for (code, name) in [("parts", "Bought parts"), ("made", "Made parts"), ("bikes", "Bicycles")] {
        all.push(record("category", &json!({ "code": code, "name": name })));
    }
    for (code, name, store, of) in
        [("MILL", "The mill", "Works", "Works store"), ("TOWN", "In town", "Shop", "Shop floor")]
    {
        all.push(record("site", &json!({ "code": code, "name": name })));
        all.push(record("warehouse", &json!({ "code": store, "name": of, "site": code })));
    }
    for (code, name, rate) in [("WELD", "Welding booth", "22.00"), ("BENCH", "Assembly bench", "9.50")] {
        all.push(record("workstation", &json!({ "code": code, "name": name, "rate": rate })));
    }
    for (code, name, kind, currency, days) in PARTIES {
        let terms = json!({ "days": days });
        let side = if *kind == "supplier" { "bill_terms" } else { "invoice_terms" };
        let mut party = json!({ "code": code, "name": name, "kind": kind, "currency": currency });
        party[side] = terms;
        all.push(record("party", &party));
    }
    // What it sells goes to Xero as one invoice a week.
    all.push(record(
        "channel",
        &json!({ "code": "WEB", "name": "Web shop", "consolidated": "week", "customer": "WEBSHOP" }),
    ));
    for (code, name, unit, category, price) in ITEMS {
        let making = if PARTS.iter().any(|(made, _)| made == code) { "made" } else { "bought" };
        let mut item =
            json!({ "code": code, "name": name, "unit": unit, "category": category, "making": making });
        if let Some(price) = price {
            item["sales_price"] = json!(price);
        }
        all.push(record("item", &item));
    }
    for (item, parts) in PARTS {
        let parts: Vec<Value> =
            parts.iter().map(|(part, quantity)| json!({ "item": part, "quantity": quantity })).collect();
        let bill =
            json!({ "code": format!("{item}-B"), "name": item, "item": item, "batch": "1", "parts": parts });
        all.push(record("bill_of_materials", &bill));
    }
    for (item, name, place, hours, rate) in WORK {
        let operation =
            json!({ "name": name, "workstation": place, "hours": hours, "people": 1, "labour_rate": rate });
        let routing = json!({ "code": format!("{item}-R"), "name": item, "item": item, "batch": "1", "operations": [operation] });
        all.push(record("routing", &routing));
    }
    for (day, rate) in [("2026-01-01", "0.574"), ("2026-02-01", "0.588"), ("2026-03-01", "0.566")] {
        all.push(json!({ "save_rate": { "currency": "USD", "day": day, "rate": rate } }));
    }
    all
}
