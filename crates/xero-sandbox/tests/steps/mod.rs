//! Steps a book-keeping day is made of, for properties: what is done, to which of the documents there are.

#![allow(missing_docs, reason = "the steps' fields say themselves")]

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::desk::{Desk, amount};

/// One thing a person or app does.
#[derive(Clone, Debug)]
pub enum Step {
    Invoice {
        sales: bool,
        credit: bool,
        status: usize,
        types: usize,
        foreign: bool,
        lines: Vec<(i64, i64, usize)>,
    },
    Bank {
        kind: usize,
        cents: i64,
        account: usize,
    },
    Pay {
        which: usize,
        part: i64,
        rate: usize,
    },
    Unpay {
        which: usize,
    },
    Allocate {
        from: usize,
        to: usize,
        part: i64,
    },
    Unallocate {
        which: usize,
    },
    SetStatus {
        which: usize,
        status: usize,
    },
    Edit {
        which: usize,
        cents: i64,
    },
    Journal {
        cents: i64,
        from: usize,
        to: usize,
        post: bool,
    },
    Batch {
        which: Vec<usize>,
        sales: bool,
    },
}

/// Sequences of steps.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lines = prop::collection::vec((1_i64..90_000, -3_i64..20, 0_usize..6), 1..4);
    let index = 0_usize..12;
    let step = prop_oneof![
        4 => (any::<bool>(), any::<bool>(), 0_usize..3, 0_usize..3, any::<bool>(), lines)
            .prop_map(|(sales, credit, status, types, foreign, lines)| Step::Invoice { sales, credit, status, types, foreign, lines }),
        2 => (0_usize..6, 1_i64..50_000, 0_usize..6).prop_map(|(kind, cents, account)| Step::Bank { kind, cents, account }),
        4 => (index.clone(), 1_i64..5, 0_usize..3).prop_map(|(which, part, rate)| Step::Pay { which, part, rate }),
        1 => index.clone().prop_map(|which| Step::Unpay { which }),
        3 => (index.clone(), index.clone(), 1_i64..5).prop_map(|(from, to, part)| Step::Allocate { from, to, part }),
        1 => index.clone().prop_map(|which| Step::Unallocate { which }),
        2 => (index.clone(), 0_usize..5).prop_map(|(which, status)| Step::SetStatus { which, status }),
        2 => (index.clone(), 1_i64..90_000).prop_map(|(which, cents)| Step::Edit { which, cents }),
        2 => (1_i64..90_000, 0_usize..8, 0_usize..8, any::<bool>())
            .prop_map(|(cents, from, to, post)| Step::Journal { cents, from, to, post }),
        1 => (prop::collection::vec(index, 1..4), any::<bool>()).prop_map(|(which, sales)| Step::Batch { which, sales }),
    ];
    prop::collection::vec(step, 1..25)
}

const SALES: [&str; 6] = ["200", "205", "260", "270", "850", "820"];
const PURCHASES: [&str; 6] = ["300", "310", "425", "630", "710", "620"];
const STATUSES: [&str; 5] = ["DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED", "DELETED"];

/// All rows of an endpoint, by a page of 1,000.
pub fn list(desk: &mut Desk, path: &str) -> Vec<Value> {
    let reply = desk.get(&format!("{path}?page=1&pageSize=1000"));
    assert_eq!(reply.status, 200, "{path}");
    reply.json[path].as_array().cloned().unwrap_or_default()
}

fn pick(desk: &mut Desk, path: &str, which: usize) -> Option<Value> {
    let all = list(desk, path);
    (!all.is_empty()).then(|| all[which % all.len()].clone())
}

/// A JSON number with two decimals.
pub fn number(value: &Value) -> Decimal {
    amount(value).parse().expect("a number")
}

/// A JSON number as it stands.
pub fn exact(value: &Value) -> Decimal {
    value.to_string().parse().expect("a number")
}

/// Does one step; whether Xero's rules take it or refuse it is for the core to say.
pub fn take(desk: &mut Desk, step: &Step) {
    desk.now += jiff::SignedDuration::from_secs(7);
    match step {
        Step::Invoice { sales, credit, status, types, foreign, lines } => {
            let kind = match (sales, credit) {
                (true, false) => "ACCREC",
                (false, false) => "ACCPAY",
                (true, true) => "ACCRECCREDIT",
                (false, true) => "ACCPAYCREDIT",
            };
            let accounts = if *sales { SALES } else { PURCHASES };
            let line = |(price, quantity, account): &(i64, i64, usize)| {
                let (price, account) = (Decimal::new(*price, 2), accounts[*account]);
                format!(
                    r#"{{"Description":"x","Quantity":{quantity},"UnitAmount":{price},"AccountCode":"{account}"}}"#
                )
            };
            let lines: Vec<String> = lines.iter().map(line).collect();
            let types = ["Exclusive", "Inclusive", "NoTax"][*types];
            let money = if *foreign { r#""CurrencyCode":"USD","CurrencyRate":0.5,"# } else { "" };
            let body = format!(
                r#"{{"Type":"{kind}","Contact":{{"Name":"Acme"}},"DueDate":"2026-10-01","Status":"{}",{money}"LineAmountTypes":"{types}","LineItems":[{}]}}"#,
                STATUSES[*status],
                lines.join(",")
            );
            desk.put(if *credit { "CreditNotes" } else { "Invoices" }, &body);
        }
        Step::Bank { kind, cents, account } => {
            let kinds = [
                "SPEND",
                "RECEIVE",
                "SPEND-PREPAYMENT",
                "RECEIVE-PREPAYMENT",
                "SPEND-OVERPAYMENT",
                "RECEIVE-OVERPAYMENT",
            ];
            let code = if kind.is_multiple_of(2) { PURCHASES[*account] } else { SALES[*account] };
            let body = format!(
                r#"{{"Type":"{}","Contact":{{"Name":"Acme"}},"BankAccount":{{"Code":"090"}},"LineItems":[
                    {{"Description":"x","Quantity":1,"UnitAmount":{},"AccountCode":"{code}"}}]}}"#,
                kinds[*kind],
                Decimal::new(*cents, 2)
            );
            desk.put("BankTransactions", &body);
        }
        Step::Pay { which, part, rate } => pay(desk, *which, *part, *rate),
        Step::Unpay { which } => {
            if let Some(payment) = pick(desk, "Payments", *which) {
                desk.post(
                    &format!("Payments/{}", payment["PaymentID"].as_str().expect("id")),
                    r#"{"Status":"DELETED"}"#,
                );
            }
        }
        Step::Allocate { from, to, part } => allocate(desk, *from, *to, *part),
        Step::Unallocate { which } => {
            let Some((path, credit)) = credit(desk, *which) else { return };
            let Some(id) = credit["Allocations"][0]["AllocationID"].as_str() else { return };
            desk.send(xero_sandbox::Method::Delete, &format!("{path}/Allocations/{id}"), "");
        }
        Step::SetStatus { which, status } => {
            let path = ["Invoices", "CreditNotes", "BankTransactions"][which % 3];
            let id = format!("{}ID", path.trim_end_matches('s'));
            if let Some(document) = pick(desk, path, which / 3) {
                let body = format!(r#"{{"{id}":{},"Status":"{}"}}"#, document[&id], STATUSES[*status]);
                desk.post(path, &body);
            }
        }
        Step::Edit { which, cents } => {
            let Some(document) = pick(desk, "Invoices", *which) else { return };
            let code = if document["Type"] == "ACCREC" { "260" } else { "429" };
            let body = format!(
                r#"{{"InvoiceID":{},"LineItems":[{{"Description":"edited","Quantity":2,"UnitAmount":{},"AccountCode":"{code}"}}]}}"#,
                document["InvoiceID"],
                Decimal::new(*cents, 2)
            );
            desk.post("Invoices", &body);
        }
        Step::Journal { cents, from, to, post } => {
            let codes = ["620", "621", "625", "630", "310", "845", "960", "090"];
            let value = Decimal::new(*cents, 2);
            let body = format!(
                r#"{{"Narration":"n","Status":"{}","JournalLines":[{{"LineAmount":{value},"AccountCode":"{}"}},
                    {{"LineAmount":-{value},"AccountCode":"{}"}}]}}"#,
                if *post { "POSTED" } else { "DRAFT" },
                codes[*to],
                codes[*from]
            );
            desk.put("ManualJournals", &body);
        }
        Step::Batch { which, sales } => {
            let wanted = if *sales { "ACCREC" } else { "ACCPAY" };
            let open: Vec<Value> =
                list(desk, "Invoices").into_iter().filter(|i| i["Type"] == wanted).collect();
            let parts: Vec<String> = which
                .iter()
                .filter_map(|w| open.get(*w))
                .map(|i| {
                    format!(r#"{{"Invoice":{{"InvoiceID":{}}},"Amount":{}}}"#, i["InvoiceID"], i["AmountDue"])
                })
                .collect();
            desk.put(
                "BatchPayments",
                &format!(r#"{{"Account":{{"Code":"091"}},"Payments":[{}]}}"#, parts.join(",")),
            );
        }
    }
}

fn credit(desk: &mut Desk, which: usize) -> Option<(String, Value)> {
    let path = ["CreditNotes", "Prepayments", "Overpayments"][which % 3];
    let credit = pick(desk, path, which / 3)?;
    let id = credit["ID"].as_str()?.to_owned();
    Some((format!("{path}/{id}"), credit))
}

fn part_of(left: Decimal, part: i64) -> Decimal {
    (left / Decimal::from(part)).round_dp(2)
}

fn pay(desk: &mut Desk, which: usize, part: i64, rate: usize) {
    let rate = ["0.25", "0.5", "1"][rate];
    let (key, id, left, foreign) = if which.is_multiple_of(2) {
        let Some(invoice) = pick(desk, "Invoices", which / 2) else { return };
        (
            "Invoice",
            invoice["InvoiceID"].clone(),
            number(&invoice["AmountDue"]),
            invoice["CurrencyCode"] == "USD",
        )
    } else {
        let Some((path, credit)) = credit(desk, which / 2) else { return };
        let key = path.split('/').next().unwrap_or_default().trim_end_matches('s').to_owned();
        let key =
            ["CreditNote", "Prepayment", "Overpayment"].into_iter().find(|k| *k == key).expect("a credit");
        (key, credit["ID"].clone(), number(&credit["RemainingCredit"]), credit["CurrencyCode"] == "USD")
    };
    let rate = if foreign { format!(r#","CurrencyRate":{rate}"#) } else { String::new() };
    let body = format!(
        r#"{{"{key}":{{"{key}ID":{id}}},"Account":{{"Code":"090"}},"Amount":{}{rate}}}"#,
        part_of(left, part)
    );
    desk.put("Payments", &body);
}

fn allocate(desk: &mut Desk, from: usize, to: usize, part: i64) {
    let Some((path, credit)) = credit(desk, from) else { return };
    let sales = credit["Type"].as_str().is_some_and(|t| t.starts_with("ACCREC") || t.starts_with("RECEIVE"));
    let wanted = if sales { "ACCREC" } else { "ACCPAY" };
    let fits = |i: &Value| i["Type"] == wanted && i["CurrencyCode"] == credit["CurrencyCode"];
    let open: Vec<Value> = list(desk, "Invoices").into_iter().filter(fits).collect();
    let Some(invoice) = open.get(to % open.len().max(1)) else { return };
    let left = number(&credit["RemainingCredit"]).min(number(&invoice["AmountDue"]));
    let body =
        format!(r#"{{"Amount":{},"Invoice":{{"InvoiceID":{}}}}}"#, part_of(left, part), invoice["InvoiceID"]);
    desk.put(&format!("{path}/Allocations"), &body);
}
