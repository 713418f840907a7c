//! Whatever arrives: no panic, and no 500 but a fault's own.

use jiff::Timestamp;
use proptest::prelude::*;
use xero_sandbox::door::{HttpRequest, Sandbox, SeedName};

fn now() -> Timestamp {
    "2026-09-21T01:00:00Z".parse().expect("time")
}

fn sandbox() -> (Sandbox, String) {
    let mut sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, now());
    sandbox.set_limits(xero_sandbox::door::limit::Mode::Off, Default::default());
    let form = "grant_type=client_credentials&client_id=sandbox-custom&client_secret=sandbox-secret";
    let request =
        HttpRequest::new("POST", "/connect/token").with_body("application/x-www-form-urlencoded", form);
    let tokens = sandbox.handle(&request, now()).response.body_json();
    (sandbox, tokens["access_token"].as_str().expect("a token").to_owned())
}

/// Parts of real addresses, glued at random, and wild ones.
fn target() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => prop::sample::select(vec![
            "/api.xro/2.0/", "/connect/", "/identity/", "/connections/", "/sandbox/", "/sandbox/api/",
            "authorize", "token", "revocation", "Organisation", "Accounts", "TaxRates", "TrackingCategories",
            "Contacts", "Items", "Invoices", "CreditNotes", "PurchaseOrders", "Quotes", "Payments", "BatchPayments",
            "Prepayments", "Overpayments", "ManualJournals", "Journals", "Currencies", "BankTransactions", "Users",
            "Reports/TrialBalance", "Reports/BalanceSheet", "Reports/ProfitAndLoss", "/Attachments/", "/History",
            "/Allocations", "/Options", "a.png", "orgs", "/documents/", "bills", "trial-balance", "journals",
            "faults", "clock", "webhooks", "state", "lock-dates", "settings", "apps", "calls", "reset", "/", "%",
            "/00000000-0000-0000-0000-000000000000", "?where=Type==\"ACCPAY\"", "?page=", "&order=Date", "&IDs=,",
            "?response_type=code&client_id=sandbox-client&redirect_uri=http://localhost:1/&scope=openid",
            "&summarizeErrors=false", "&pageSize=9999999999999", "&date=2026-13-01", "?offset=-1",
        ]).prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    prop::collection::vec(part, 1..6).prop_map(|parts| format!("/{}", parts.concat()))
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        prop::sample::select(vec![
            "",
            "{}",
            "[]",
            "null",
            "{\"Invoices\":[{}]}",
            "{\"Invoices\":[null]}",
            "{\"Contacts\":[{\"Name\":1}]}",
            "{\"Payments\":{\"Amount\":\"1e999999999\"}}",
            "{\"name\":\"slow-answer\",\"delay_ms\":18446744073709551615}",
            "{\"LineItems\":[{\"Quantity\":-99999999999999999999999999999999}]}",
            "{\"Date\":\"/Date(9223372036854775807)/\"}",
            "{\"advance_seconds\":9223372036854775807}",
            "{\"now\":\"9999-12-31T23:59:59Z\"}",
            "a=1&a=2&=&",
            "grant_type=refresh_token",
            "query=%3F&decision=allow",
            "[[[[[[[[[[[[[[[[[[[[",
            "{\"JournalLines\":[{\"LineAmount\":1},{\"LineAmount\":-1}],\"Narration\":\"x\"}",
        ])
        .prop_map(|t| t.as_bytes().to_vec()),
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec![
        "accept",
        "content-type",
        "if-modified-since",
        "idempotency-key",
        "authorization",
        "xero-tenant-id",
        "host",
        "origin",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec![
            "application/json",
            "application/pdf",
            "*/*",
            "2026-01-01T00:00:00Z",
            "key",
            "Basic eDp5",
            "Bearer x",
            "-9999-01-01",
            "Thu, 99 Foo 2026",
        ])
        .prop_map(str::to_owned),
        ".{0,16}",
    ];
    (name.prop_map(str::to_owned), value)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("MILLBOOK_FULL").is_some() { 4_000 } else { 200 }))]

    #[test]
    fn no_request_breaks_it(
        requests in prop::collection::vec(
            (
                prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "BREW"]),
                target(),
                body(),
                prop::collection::vec(header(), 0..3),
                any::<bool>(),
            ),
            1..8,
        )
    ) {
        let (mut sandbox, token) = sandbox();
        for (method, target, body, headers, signed_in) in requests {
            let mut request = HttpRequest::new(method, &target);
            request.headers = headers;
            if signed_in {
                request = request
                    .with_header("authorization", &format!("Bearer {token}"))
                    .with_header("accept", "application/json");
            }
            request.body = body;
            let handled = sandbox.handle(&request, now());
            prop_assert_ne!(handled.response.status, 500, "{} {}", method, target);
            prop_assert!((200..=599).contains(&handled.response.status));
            if let Some(ticket) = handled.ticket {
                sandbox.finish(ticket);
            }
            sandbox.due_webhooks(now());
        }
    }

    /// Times at the ends of the calendar are no more special than others.
    #[test]
    fn no_moment_breaks_it(second in -377_705_116_800i64..=253_402_207_200) {
        let now = Timestamp::from_second(second).expect("in range");
        let mut sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, now);
        for target in ["/", "/connections", "/sandbox/api/state"] {
            prop_assert_ne!(sandbox.handle(&HttpRequest::new("GET", target), now).response.status, 500);
        }
    }
}
