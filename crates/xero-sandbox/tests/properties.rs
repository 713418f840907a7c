//! Any sequence of operations leaves the ledger balanced, AmountDue right, reports equal to the documents, and what
//! was written readable again.
//!
//! The documents are read back through the API and added up here, by other code than the core's; the trial balance
//! is read as the report's JSON. Rates are powers of two, so that base amounts need no rounding of their own.

mod desk;
mod steps;

use std::collections::BTreeMap;

use desk::Desk;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use steps::{exact, list, number, steps, take};

/// Base-currency balances by account code, added up from what the API shows of documents.
struct Expected(BTreeMap<String, Decimal>);

impl Expected {
    fn add(&mut self, code: &str, value: Decimal) {
        *self.0.entry(code.to_owned()).or_default() += value;
    }

    /// Lines and tax of a document on their accounts; `sign` is +1 where lines are credits.
    fn lines(&mut self, document: &Value, sign: Decimal, share: Decimal) {
        let rate = exact(&document["CurrencyRate"]);
        let inclusive = document["LineAmountTypes"] == "Inclusive";
        for line in document["LineItems"].as_array().expect("lines") {
            let tax = number(&line["TaxAmount"]);
            let net = number(&line["LineAmount"]) - if inclusive { tax } else { Decimal::ZERO };
            self.add(line["AccountCode"].as_str().expect("a code"), -sign * share * net / rate);
            self.add("820", -sign * share * tax / rate);
        }
    }
}

/// Whether a document counts in the ledger.
fn live(document: &Value) -> bool {
    document["Status"] == "AUTHORISED" || document["Status"] == "PAID"
}

fn expected(desk: &mut Desk) -> Expected {
    let mut sums = Expected(BTreeMap::new());
    let one = Decimal::ONE;
    for (path, due) in [("Invoices", "AmountDue"), ("CreditNotes", "RemainingCredit")] {
        for document in list(desk, path).iter().filter(|d| live(d)) {
            let sign =
                if document["Type"] == "ACCREC" || document["Type"] == "ACCPAYCREDIT" { one } else { -one };
            let control = if document["Type"].as_str().is_some_and(|t| t.starts_with("ACCREC")) {
                "610"
            } else {
                "800"
            };
            sums.lines(document, sign, one);
            sums.add(control, sign * number(&document[due]) / exact(&document["CurrencyRate"]));
        }
    }
    for document in list(desk, "BankTransactions").iter().filter(|d| live(d)) {
        let kind = document["Type"].as_str().expect("a type").to_owned();
        let sign = if kind.starts_with("RECEIVE") { one } else { -one };
        sums.add("090", sign * number(&document["Total"]));
        if let Some(over) = document["OverpaymentID"].as_str() {
            let left =
                desk.get(&format!("Overpayments/{over}")).json["Overpayments"][0]["RemainingCredit"].clone();
            sums.add(if sign == one { "610" } else { "800" }, -sign * number(&left));
        } else if let Some(pre) = document["PrepaymentID"].as_str() {
            let left =
                desk.get(&format!("Prepayments/{pre}")).json["Prepayments"][0]["RemainingCredit"].clone();
            // Only the sum over its accounts is sure to the cent; it is checked under a name of its own.
            sums.add("prepaid", -sign * number(&left));
        } else {
            sums.lines(document, sign, one);
        }
    }
    for payment in list(desk, "Payments").iter().filter(|p| p["Status"] == "AUTHORISED") {
        let out = ["ACCPAYPAYMENT", "ARCREDITPAYMENT", "ARPREPAYMENTPAYMENT", "AROVERPAYMENTPAYMENT"];
        let sign = if out.iter().any(|k| payment["PaymentType"] == *k) { -one } else { one };
        let code = payment["Account"]["Code"].as_str().expect("a code").to_owned();
        sums.add(&code, sign * number(&payment["BankAmount"]));
    }
    for journal in list(desk, "ManualJournals").iter().filter(|j| j["Status"] == "POSTED") {
        for line in journal["JournalLines"].as_array().expect("lines") {
            sums.add(line["AccountCode"].as_str().expect("a code"), number(&line["LineAmount"]));
        }
    }
    sums
}

/// The trial balance as its report shows it: code → YTD debit less credit.
fn reported(desk: &mut Desk) -> BTreeMap<String, Decimal> {
    let report = desk.get("Reports/TrialBalance?date=2026-12-31").json;
    let cell = |row: &Value, at: usize| {
        let text = row["Cells"][at]["Value"].as_str().unwrap_or_default().to_owned();
        if text.is_empty() { Decimal::ZERO } else { text.parse::<Decimal>().expect("a number") }
    };
    let mut sums = BTreeMap::new();
    for section in report["Reports"][0]["Rows"].as_array().expect("rows") {
        for row in section["Rows"].as_array().into_iter().flatten() {
            let label = row["Cells"][0]["Value"].as_str().unwrap_or_default();
            if let Some((_, code)) = label.trim_end_matches(')').rsplit_once('(') {
                sums.insert(code.to_owned(), cell(row, 3) - cell(row, 4));
            } else {
                assert_eq!(cell(row, 3), cell(row, 4), "debits equal credits");
            }
        }
    }
    sums
}

fn check(desk: &mut Desk) {
    assert!(desk.imbalance().is_zero());
    for document in list(desk, "Invoices") {
        let sum = |key: &str, of: &str| -> Decimal {
            document[key].as_array().into_iter().flatten().map(|p| number(&p[of])).sum()
        };
        let credited = sum("CreditNotes", "AppliedAmount")
            + sum("Prepayments", "AppliedAmount")
            + sum("Overpayments", "AppliedAmount");
        let due = number(&document["Total"]) - sum("Payments", "Amount") - credited;
        assert_eq!(number(&document["AmountPaid"]), sum("Payments", "Amount"), "{document}");
        assert_eq!(number(&document["AmountCredited"]), credited, "{document}");
        if live(&document) {
            assert_eq!(number(&document["AmountDue"]), due, "{document}");
            assert!(due >= Decimal::ZERO);
        }
        let settled = due.is_zero() && !(sum("Payments", "Amount") + credited).is_zero();
        assert_eq!(document["Status"] == "PAID", settled, "{document}");
        assert_eq!(document.get("FullyPaidOnDate").is_some(), settled, "{document}");
        let lines: Decimal =
            document["LineItems"].as_array().expect("lines").iter().map(|l| number(&l["LineAmount"])).sum();
        let tax = if document["LineAmountTypes"] == "Inclusive" {
            Decimal::ZERO
        } else {
            number(&document["TotalTax"])
        };
        assert_eq!(lines + tax, number(&document["Total"]), "{document}");
    }
    let expected = expected(desk).0;
    let reported = reported(desk);
    // Accounts whose balance follows from the documents without rounding; the rest must take up the difference.
    let certain = ["610", "800", "090", "091", "630", "621", "625", "845"];
    let prepaid = expected.contains_key("prepaid");
    for code in certain.iter().filter(|c| !(prepaid && **c == "630")) {
        let of = |sums: &BTreeMap<String, Decimal>| sums.get(*code).copied().unwrap_or_default();
        assert_eq!(of(&expected), of(&reported), "account {code}");
    }
    if !prepaid {
        for (code, value) in expected.iter().filter(|(code, _)| *code != "860") {
            assert_eq!(*value, reported.get(code).copied().unwrap_or_default(), "account {code}");
        }
    }
    let unexplained: Decimal =
        reported.iter().filter(|(code, _)| *code != "499" && *code != "860").map(|(_, v)| *v).sum();
    let gains: Decimal = ["499", "860"].iter().filter_map(|code| reported.get(*code)).sum();
    assert_eq!(unexplained, -gains);
}

fn cases() -> u32 {
    if std::env::var_os("MILLBOOK_FULL").is_some() { 2_000 } else { 48 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_operations_keeps_the_books(steps in steps()) {
        let mut desk = Desk::new();
        desk.made("Contacts", "ContactID", r#"{"Name":"Acme"}"#);
        for step in &steps {
            take(&mut desk, step);
            prop_assert!(desk.imbalance().is_zero(), "{step:?}");
        }
        check(&mut desk);
        // What was written is readable again, also from the state.
        let read = |desk: &mut Desk| {
            ["Invoices", "CreditNotes", "Payments", "BankTransactions", "ManualJournals", "Contacts"].map(|path| list(desk, path))
        };
        let before = read(&mut desk);
        let state = desk.org.state();
        desk.org = xero_sandbox::Org::from_state(&state).expect("its own state");
        prop_assert_eq!(before, read(&mut desk));
    }

    /// A refused call leaves the state as it was, whatever it was made of.
    #[test]
    fn a_refused_call_changes_nothing(first in steps(), next in steps()) {
        let mut desk = Desk::new();
        desk.made("Contacts", "ContactID", r#"{"Name":"Acme"}"#);
        first.iter().for_each(|step| take(&mut desk, step));
        for step in next.iter().take(4) {
            let id = desk.get("Invoices?page=1").json["Invoices"][0]["InvoiceID"].clone();
            let mut before = desk.org.state();
            before["meta"]["calls"] = Value::Null;
            let bad = format!(
                r#"{{"Invoices":[{{"Type":"ACCREC","Contact":{{"Name":"New {id}"}},"DueDate":"2026-10-01","Status":"AUTHORISED",
                    "LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"200"}}]}},
                    {{"InvoiceID":{id},"Status":"VOIDED"}},{{"Type":"ACCREC","Status":"AUTHORISED"}}]}}"#
            ).replace("New \"", "New ").replace("\"\"", "\"");
            let status = desk.post("Invoices", &bad).status;
            prop_assert!(status == 400 || status == 404, "{status}");
            let mut after = desk.org.state();
            after["meta"]["calls"] = Value::Null;
            prop_assert_eq!(before, after);
            take(&mut desk, step);
        }
    }
}
