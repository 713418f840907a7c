//! Whatever is sent as filter, path or body: no panic, no 500, and the ledger balanced.

mod desk;

use desk::Desk;
use proptest::prelude::*;
use serde_json::{Value, json};
use xero_sandbox::{Call, Method, UserRef};

const ENDPOINTS: [&str; 17] = [
    "Accounts",
    "TaxRates",
    "TrackingCategories",
    "Currencies",
    "Contacts",
    "Items",
    "Invoices",
    "CreditNotes",
    "PurchaseOrders",
    "Quotes",
    "Payments",
    "BatchPayments",
    "BankTransactions",
    "ManualJournals",
    "Prepayments",
    "Invoices/x/History",
    "Reports/TrialBalance",
];

const KEYS: [&str; 48] = [
    "Type",
    "Status",
    "Contact",
    "ContactID",
    "Name",
    "LineItems",
    "Quantity",
    "UnitAmount",
    "LineAmount",
    "AccountCode",
    "TaxType",
    "TaxAmount",
    "Date",
    "DueDate",
    "LineAmountTypes",
    "CurrencyCode",
    "CurrencyRate",
    "InvoiceNumber",
    "Amount",
    "Account",
    "Code",
    "Invoice",
    "InvoiceID",
    "Payments",
    "JournalLines",
    "Narration",
    "Phones",
    "Addresses",
    "ContactPersons",
    "PaymentTerms",
    "Sales",
    "Day",
    "TaxComponents",
    "Rate",
    "Options",
    "Tracking",
    "BankAccount",
    "ItemCode",
    "DiscountRate",
    "SalesDetails",
    "UnitPrice",
    "PurchaseDetails",
    "InventoryAssetAccountCode",
    "HistoryRecords",
    "Details",
    "Description",
    "Url",
    "Total",
];

const VALUES: [&str; 24] = [
    "ACCREC",
    "ACCPAY",
    "AUTHORISED",
    "DRAFT",
    "POSTED",
    "VOIDED",
    "DELETED",
    "200",
    "300",
    "090",
    "630",
    "640",
    "Acme",
    "OUTPUT2",
    "INPUT2",
    "Inclusive",
    "2026-09-14",
    "/Date(99999999999999999999)/",
    "/Date(-1)/",
    "USD",
    "SPEND",
    "RECEIVE-PREPAYMENT",
    "TSL-Black",
    "\u{0}\u{7f}\"'<é",
];

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-100_000_i64..100_000).prop_map(|n| json!(rust_decimal::Decimal::new(n, 2).to_string())),
        (0_i64..200).prop_map(Value::from),
        prop::sample::select(VALUES.to_vec()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 7, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..9).prop_map(|members| {
                Value::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

fn filters() -> impl Strategy<Value = String> {
    let words = [
        "Type",
        "Status",
        "Date",
        "Contact.Name",
        "AmountDue",
        "InvoiceID",
        "==",
        "!=",
        ">=",
        "<",
        "=",
        "AND",
        "&&",
        "OR",
        "||",
        "(",
        ")",
        "((",
        "!",
        "\"ACCREC\"",
        "\"",
        "'",
        "DateTime(2026,1,31)",
        "DateTime(",
        "DateTime(99999,1,1)",
        "Guid(\"x\")",
        "guid(",
        "null",
        "true",
        "1.5",
        "-",
        "-3",
        ".",
        ".Contains(\"a\")",
        ".ToLower()",
        ".StartsWith(",
        ",",
        "é",
        "\u{0}",
        "9999999999999999999999999999999",
    ];
    let some = prop::collection::vec(prop::sample::select(words.to_vec()), 0..14).prop_map(|w| w.join(" "));
    prop_oneof![3 => some, 1 => "\\PC{0,40}".prop_map(|s: String| s)]
}

fn cases() -> u32 {
    if std::env::var_os("MILLBOOK_FULL").is_some() { 20_000 } else { 400 }
}

fn stocked() -> Desk {
    let mut desk = Desk::new();
    desk.invoice("ACCREC", "10", "200");
    desk.invoice("ACCPAY", "10", "300");
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_filter_and_order_is_answered(filter in filters(), order in filters(), endpoint in 0_usize..13) {
        let mut desk = stocked();
        let call = Call::new(Method::Get, ENDPOINTS[endpoint], UserRef::adviser());
        for (name, text) in [("where", &filter), ("order", &order)] {
            let status = desk.call(call.clone().with(name, text)).status;
            prop_assert!(status == 200 || status == 400, "{} {}: {}", name, text, status);
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..60), endpoint in 0_usize..17, method in 0_usize..3) {
        let mut desk = stocked();
        let method = [Method::Put, Method::Post, Method::Delete][method];
        let status = desk.call(Call::new(method, ENDPOINTS[endpoint], UserRef::adviser()).body(bytes)).status;
        prop_assert!([400, 404, 501].contains(&status), "{}", status);
    }

    #[test]
    fn any_json_is_answered(
        value in values(),
        endpoint in 0_usize..17,
        method in 0_usize..2,
        query in prop::collection::vec((prop::sample::select(vec!["summarizeErrors", "unitdp", "page", "pageSize", "IDs"]), ".{0,8}"), 0..3),
    ) {
        let mut desk = stocked();
        let path = ENDPOINTS[endpoint];
        let wrapped = json!({ path: [value.clone(), value.clone()] });
        for body in [value, wrapped] {
            let method = [Method::Put, Method::Post][method];
            let mut call = Call::new(method, path, UserRef::adviser()).body(body.to_string());
            call.query = query.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
            let answer = desk.answer(call);
            prop_assert!([200, 400, 404, 501].contains(&answer.status), "{}", answer.status);
            if answer.content_type.starts_with("application/json") {
                let read: Result<Value, _> = serde_json::from_slice(&answer.body);
                prop_assert!(read.is_ok(), "{}", String::from_utf8_lossy(&answer.body));
            }
            prop_assert!(desk.imbalance().is_zero());
        }
        let state = desk.org.state();
        prop_assert!(xero_sandbox::Org::from_state(&state).is_ok());
    }

    #[test]
    fn any_path_is_answered(path in "[A-Za-z/]{0,20}", tail in "\\PC{0,10}", endpoint in 0_usize..17, method in 0_usize..4) {
        let mut desk = stocked();
        let method = [Method::Get, Method::Put, Method::Post, Method::Delete][method];
        for path in [format!("{path}/{tail}"), format!("{}/{tail}", ENDPOINTS[endpoint]), format!("{}/x/{path}/{tail}", ENDPOINTS[endpoint])] {
            let status = desk.call(Call::new(method, &path, UserRef::adviser()).body("{}")).status;
            prop_assert!(status < 500 || status == 501, "{} {}", path, status);
        }
    }
}

/// Brackets beyond any sense are refused, not followed into the ground.
#[test]
fn deep_nesting_is_refused() {
    let mut desk = Desk::new();
    for (depth, status) in [(30, 200), (41, 400), (9_000, 400)] {
        let filter = format!("{}Type==\"ACCREC\"{}", "(".repeat(depth), ")".repeat(depth));
        let call = Call::new(Method::Get, "Invoices", UserRef::adviser()).with("where", &filter);
        assert_eq!(desk.call(call).status, status, "{depth}");
    }
    let body = "[".repeat(100_000);
    assert_eq!(desk.put("Invoices", &body).status, 400);
}
