//! How fast the core answers, without HTTP: on an organisation of 10,000 invoices.
//!
//! `cargo bench -p xero-sandbox`. Aims of issue D: 50 invoices in one call < 20 ms, 2,000 simple requests a second on
//! two cores through the door, 100,000 documents in < 500 MB (`MILLBOOK_FULL=1` prints what that many take).

use divan::Bencher;
use jiff::Timestamp;
use xero_sandbox::{Call, Country, Method, Org, UserRef, seed};

fn main() {
    if std::env::var_os("MILLBOOK_FULL").is_some() {
        memory();
    }
    divan::main();
}

fn now() -> Timestamp {
    "2026-09-14T09:30:00Z".parse().expect("a time")
}

fn batch(size: usize) -> Call {
    let invoice = r#"{"Type":"ACCREC","Contact":{"Name":"Boom FM"},"DueDate":"2026-09-30","Reference":"order 4711","Status":"AUTHORISED",
        "LineItems":[{"Description":"Table, oak, 180 cm","Quantity":2,"UnitAmount":10.5,"AccountCode":"200"},
        {"Description":"Delivery","Quantity":1,"UnitAmount":19,"AccountCode":"260"}]}"#;
    let body = format!(r#"{{"Invoices":[{}]}}"#, vec![invoice; size].join(","));
    Call::new(Method::Put, "Invoices", UserRef::adviser()).with("summarizeErrors", "false").body(body)
}

fn filled(documents: usize) -> Org {
    let mut org = seed::demo(Country::Nz, 1, now());
    let call = batch(50);
    for _ in 0..documents / 50 {
        assert_eq!(org.call(&call, now()).status, 200);
        org.take_notices();
    }
    org
}

fn resident_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn memory() {
    let before = resident_kilobytes();
    let start = std::time::Instant::now();
    let org = filled(100_000);
    let grown = resident_kilobytes().saturating_sub(before);
    println!(
        "100,000 invoices of two lines: {} MB, made in {:?} ({})",
        grown / 1024,
        start.elapsed(),
        org.name()
    );
}

fn id(org: &mut Org) -> String {
    let call = Call::new(Method::Get, "Invoices/INV-0007", UserRef::adviser());
    let text = String::from_utf8(org.call(&call, now()).body).expect("UTF-8");
    let at = text.find("\"InvoiceID\":\"").expect("an id") + 13;
    text[at..at + 36].to_owned()
}

fn answers(bencher: Bencher<'_, '_>, call: &Call) {
    let mut org = filled(10_000);
    bencher.bench_local(|| org.call(call, now()).body.len());
}

#[divan::bench]
fn get_one(bencher: Bencher<'_, '_>) {
    let mut org = filled(10_000);
    let call = Call::new(Method::Get, &format!("Invoices/{}", id(&mut org)), UserRef::adviser());
    bencher.bench_local(|| org.call(&call, now()).body.len());
}

#[divan::bench]
fn put_one(bencher: Bencher<'_, '_>) {
    answers(bencher, &batch(1));
}

#[divan::bench]
fn put_fifty(bencher: Bencher<'_, '_>) {
    answers(bencher, &batch(50));
}

#[divan::bench]
fn page_of_100(bencher: Bencher<'_, '_>) {
    answers(bencher, &Call::new(Method::Get, "Invoices", UserRef::adviser()).with("page", "50"));
}

#[divan::bench]
fn where_over_all(bencher: Bencher<'_, '_>) {
    let filter = r#"Type=="ACCREC" AND Contact.Name=="Boom FM" AND Date>=DateTime(2026,9,15)"#;
    answers(bencher, &Call::new(Method::Get, "Invoices", UserRef::adviser()).with("where", filter));
}

#[divan::bench]
fn trial_balance(bencher: Bencher<'_, '_>) {
    answers(bencher, &Call::new(Method::Get, "Reports/TrialBalance", UserRef::adviser()));
}
