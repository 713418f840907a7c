//! A person plays the accountant: what an app wrote is seen, approved, paid, edited, voided by hand, through the
//! pages' own forms.

use jiff::Timestamp;
use serde_json::{Value, json};
use xero_sandbox::door::{HttpRequest, HttpResponse, Sandbox, SeedName};

struct Desk {
    sandbox: Sandbox,
    now: Timestamp,
    token: String,
    tenant: String,
}

impl Desk {
    fn new() -> Desk {
        let now: Timestamp = "2026-09-21T01:00:00Z".parse().expect("time");
        let mut sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, now);
        let form = "grant_type=client_credentials&client_id=sandbox-custom&client_secret=sandbox-secret";
        let request = HttpRequest::new("POST", "/connect/token").with_body("x", form);
        let tokens = sandbox.handle(&request, now).response.body_json();
        let token = tokens["access_token"].as_str().expect("a token").to_owned();
        let tenant = sandbox.orgs()[0].id();
        Desk { sandbox, now, token, tenant }
    }

    fn api(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = HttpRequest::new(method, &format!("/api.xro/2.0/{path}"))
            .with_header("authorization", &format!("Bearer {}", self.token))
            .with_header("accept", "application/json")
            .with_body("application/json", body.to_string());
        let answer = self.sandbox.handle(&request, self.now).response;
        assert_eq!(answer.status, 200, "{}", answer.body_text());
        answer.body_json()
    }

    fn account(&mut self, filter: &str) -> Value {
        let path = format!("Accounts?where={}", filter.replace('"', "%22"));
        self.api("GET", &path, &Value::Null)["Accounts"][0].clone()
    }

    /// A bill over 115.00 with a hostile line.
    fn bill(&mut self, status: &str) -> String {
        let account = self.account("Type==\"DIRECTCOSTS\"");
        let bill = json!({"Type": "ACCPAY", "Contact": {"Name": "A & Sons"}, "Date": "2026-09-20",
            "DueDate": "2026-10-20", "InvoiceNumber": "S-1", "Status": status, "LineItems": [{
                "Description": "<script>Steel", "Quantity": 2, "UnitAmount": 50, "AccountCode": account["Code"],
                "TaxType": "INPUT2"}]});
        let made = self.api("PUT", "Invoices", &bill);
        made["Invoices"][0]["InvoiceID"].as_str().expect("an id").to_owned()
    }

    fn page(&mut self, rest: &str) -> HttpResponse {
        let target = format!("/sandbox/orgs/{}/{rest}", self.tenant);
        self.sandbox.handle(&HttpRequest::new("GET", &target), self.now).response
    }

    fn text(&mut self, rest: &str) -> String {
        let page = self.page(rest);
        assert_eq!(page.status, 200, "{rest}");
        page.body_text()
    }

    fn submit(&mut self, rest: &str, form: &str) -> HttpResponse {
        let target = format!("/sandbox/orgs/{}/{rest}", self.tenant);
        let request = HttpRequest::new("POST", &target)
            .with_header("host", "127.0.0.1:4010")
            .with_header("origin", "http://127.0.0.1:4010")
            .with_body("application/x-www-form-urlencoded", form);
        self.sandbox.handle(&request, self.now).response
    }

    fn status(&mut self, id: &str) -> String {
        let bill = self.api("GET", &format!("Invoices/{id}"), &Value::Null);
        bill["Invoices"][0]["Status"].as_str().expect("a status").to_owned()
    }
}

#[test]
fn a_bill_is_approved_paid_and_its_payment_taken_back() {
    let mut desk = Desk::new();
    let id = desk.bill("DRAFT");
    let list = desk.text("documents/bills");
    assert!(list.contains(&id) && list.contains("A &amp; Sons"), "{list}");
    let place = format!("documents/bills/{id}");
    let page = desk.text(&place);
    assert!(
        page.contains(">Approve<") && page.contains("&lt;script&gt;Steel") && !page.contains("<script"),
        "{page}"
    );
    let approved = desk.submit(&format!("{place}/status"), "status=AUTHORISED");
    assert_eq!((approved.status, desk.status(&id).as_str()), (303, "AUTHORISED"));
    let page = desk.text(&place);
    assert!(page.contains("Void") && page.contains("115.00") && !page.contains(">Approve<"), "{page}");
    let bank = desk.account("Type==\"BANK\"")["AccountID"].as_str().expect("an id").to_owned();
    let pay = |amount: &str| format!("amount={amount}&date=2026-09-21&account={bank}");
    let refused = desk.submit(&format!("{place}/pay"), &pay("115.01"));
    assert_eq!(refused.status, 400);
    assert!(refused.body_text().contains("exceeds the amount outstanding"), "{}", refused.body_text());
    assert_eq!(desk.submit(&format!("{place}/pay"), &pay("115")).status, 303);
    assert_eq!(desk.status(&id), "PAID");
    let payments = desk.api("GET", "Payments", &Value::Null);
    let payment = payments["Payments"][0]["PaymentID"].as_str().expect("an id").to_owned();
    let place = format!("documents/payments/{payment}");
    assert_eq!(desk.submit(&format!("{place}/status"), "status=DELETED").status, 303);
    assert_eq!(desk.status(&id), "AUTHORISED");
}

#[test]
fn from_the_trial_balance_to_the_line_to_the_bill() {
    let mut desk = Desk::new();
    let id = desk.bill("AUTHORISED");
    let creditors =
        desk.account("SystemAccount==\"CREDITORS\"")["AccountID"].as_str().expect("an id").to_owned();
    let balance = desk.text("trial-balance");
    assert!(balance.contains(&format!("accounts/{creditors}?until=")), "{balance}");
    assert!(balance.contains("115.00"));
    let ledger = desk.text(&format!("accounts/{creditors}"));
    assert!(ledger.contains(&format!("documents/bills/{id}")), "{ledger}");
    assert!(desk.text("journals").contains(&format!("documents/bills/{id}")));
    assert!(!desk.text("trial-balance?date=2026-09-19").contains("115.00"));
}

#[test]
fn an_edit_keeps_the_lines_and_a_void_says_why_not() {
    let mut desk = Desk::new();
    let id = desk.bill("AUTHORISED");
    let place = format!("documents/bills/{id}");
    let form = "Reference=&Date=2026-09-20&DueDate=2026-11-01&Description.0=Steel%20%26%20zinc&Quantity.0=3\
                &UnitAmount.0=50";
    let edited = desk.submit(&format!("{place}/edit"), form);
    assert_eq!(edited.status, 303, "{}", edited.body_text());
    let bill = desk.api("GET", &format!("Invoices/{id}"), &Value::Null)["Invoices"][0].clone();
    assert_eq!(
        (&bill["LineItems"][0]["Description"], &bill["DueDateString"]),
        (&json!("Steel & zinc"), &json!("2026-11-01T00:00:00"))
    );
    assert_eq!(bill["Total"].to_string().trim_end_matches(".0"), "172.5");
    assert_eq!(desk.submit("lock-dates", "period=&end_of_year=2026-09-20").status, 303);
    assert!(desk.text("lock-dates").contains("2026-09-20"));
    let refused = desk.submit(&format!("{place}/status"), "status=VOIDED");
    assert_eq!(refused.status, 400);
    assert!(refused.body_text().contains("lock date"), "{}", refused.body_text());
}

#[test]
fn wrong_addresses_and_foreign_forms() {
    let mut desk = Desk::new();
    let id = desk.bill("DRAFT");
    for rest in [
        "",
        "nothing",
        "documents/unknown",
        "documents/bills/00000000-0000-0000-0000-000000000001",
        "documents/bills/x/y/z",
    ] {
        assert_eq!(desk.page(rest).status, 404, "{rest}");
    }
    assert_eq!(desk.submit(&format!("documents/bills/{id}/explode"), "").status, 404);
    let target = format!("/sandbox/orgs/{}/documents/bills/{id}/status", desk.tenant);
    let request = HttpRequest::new("POST", &target)
        .with_header("host", "127.0.0.1:4010")
        .with_header("origin", "http://evil.example")
        .with_body("application/x-www-form-urlencoded", "status=DELETED");
    assert_eq!(desk.sandbox.handle(&request, desk.now).response.status, 403);
    assert_eq!(desk.status(&id), "DRAFT");
    for target in ["/", "/sandbox/calls", "/sandbox/calls/1", "/sandbox/webhooks"] {
        let answer = desk.sandbox.handle(&HttpRequest::new("GET", target), desk.now).response;
        assert_eq!(answer.status, 200, "{target}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    }
}
