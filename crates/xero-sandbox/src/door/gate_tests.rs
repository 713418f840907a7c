//! Tables of API-FACTS 2.1, 2.4, 2.8, 3.3 and 9: the way of a call, limits, kept answers, faults.

use serde_json::json;

use super::*;
use crate::door::testing::Client;

#[test]
fn who_is_let_in() {
    let good = Client::signed_in();
    for (name, value, status, detail) in [
        ("x", "", 200, ""),
        ("Authorization", "", 401, "AuthenticationUnsuccessful"),
        ("Authorization", "Bearer unknown", 401, "AuthenticationUnsuccessful"),
        ("Authorization", "Basic abc", 401, "AuthenticationUnsuccessful"),
        ("xero-tenant-id", "", 403, "AuthenticationUnsuccessful"),
        ("xero-tenant-id", "00000000-0000-0000-0000-000000000000", 403, "AuthenticationUnsuccessful"),
        ("xero-tenant-id", &*good.sandbox.orgs()[1].id(), 403, "AuthenticationUnsuccessful"),
        ("xero-tenant-id", &*good.tenant.to_uppercase(), 200, ""),
        ("Accept", "application/xml", 406, ""),
        ("Accept", "*/*", 406, ""),
        ("Accept", "", 406, ""),
        ("Accept", "text/html, application/json;q=0.9", 200, ""),
    ] {
        let mut client = Client::signed_in();
        let mut request = client.request("GET", "Organisation");
        request.headers.retain(|(n, _)| n != name);
        if !value.is_empty() {
            request = request.with_header(name, value);
        }
        let answer = client.send(&request);
        assert_eq!(answer.status, status, "{name}: {value}");
        let body = answer.body_json();
        let seen = body["Detail"].as_str().or(body["detail"].as_str()).unwrap_or_default();
        assert_eq!(seen, detail, "{name}: {value}");
        assert_eq!(answer.header("X-Sandbox").is_some(), status == 406, "what isn't Xero's is marked");
    }
}

#[test]
fn a_missing_scope_is_a_401_with_a_challenge() {
    let mut client = Client::stranger();
    client.sign_in("accounting.contacts.read");
    let refused = client.call("GET", "Organisation");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("WWW-Authenticate"), Some("Bearer error=\"insufficent_scope\""));
    assert_eq!(refused.header("X-MinLimit-Remaining"), Some("60"), "it costs nothing");
    let write = client.call("PUT", "Contacts");
    assert_eq!(write.status, 401, "read is not write");
}

#[test]
fn every_answer_of_an_organisation_counts_down() {
    let mut client = Client::signed_in();
    for (target, minute) in [("Organisation", "59"), ("Invoices/no-such-id", "58"), ("Nothing", "57")] {
        let answer = client.call("GET", target);
        assert_eq!(answer.header("X-MinLimit-Remaining"), Some(minute), "{target}");
        assert!(answer.header("X-DayLimit-Remaining").is_some());
        assert!(answer.header("X-AppMinLimit-Remaining").is_some());
        assert!(answer.header("Xero-Correlation-Id").is_some());
    }
}

#[test]
fn an_unknown_address_is_html() {
    let mut client = Client::signed_in();
    let answer = client.call("GET", "Invoices/00000000-0000-0000-0000-000000000001");
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
}

#[test]
fn an_encoded_slash_stays_within_its_segment() {
    let mut client = Client::signed_in();
    let item = json!({"Code": "MB-I/1"}).to_string();
    let request = client.request("PUT", "Items").with_body("application/json", item);
    assert_eq!(client.send(&request).status, 200);
    for (path, status) in [("Items/MB-I%2F1", 200), ("Items/mb-i%2f1", 200), ("Items/MB-I%2F2", 404)] {
        assert_eq!(client.call("GET", path).status, status, "{path}");
    }
}

#[test]
fn the_61st_call_is_refused_as_recorded() {
    let mut client = Client::signed_in();
    let statuses: Vec<u16> = (0..61).map(|_| client.call("GET", "Organisation").status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 60);
    let refused = client.call("GET", "Organisation");
    assert_eq!((refused.status, refused.body.len(), refused.header("content-type")), (429, 0, None));
    let names: Vec<&str> = refused.headers.iter().map(|(n, _)| n.as_str()).collect();
    for name in ["X-DayLimit-Remaining", "X-MinLimit-Remaining", "Retry-After", "X-Rate-Limit-Problem"] {
        assert!(names.contains(&name), "{name}");
    }
    let wait: i64 = refused.header("Retry-After").and_then(|w| w.parse().ok()).expect("seconds");
    client.wait(wait);
    assert_eq!(client.call("GET", "Organisation").status, 200);
}

#[test]
fn calls_in_flight_are_limited_to_five() {
    let mut client = Client::signed_in();
    client.sandbox.set_latency(300);
    let request = client.request("GET", "Organisation");
    let flying: Vec<Handled> = (0..5).map(|_| client.handle(&request)).collect();
    assert!(flying.iter().all(|h| h.delay_ms == 300 && h.response.status == 200));
    let refused = client.handle(&request);
    assert_eq!((refused.response.status, refused.ticket), (429, None));
    assert_eq!(refused.response.header("X-Rate-Limit-Problem"), Some("concurrent"));
    assert_eq!(refused.response.header("Retry-After"), None);
    client.sandbox.finish(flying[2].ticket.expect("a ticket"));
    assert_eq!(client.handle(&request).response.status, 200);
}

fn put(client: &Client, key: &str, name: &str) -> HttpRequest {
    client
        .request("PUT", "Contacts")
        .with_header("Idempotency-Key", key)
        .with_body("application/json", json!({"Contacts": [{"Name": name}]}).to_string())
}

#[test]
fn a_replay_costs_a_call_and_gives_the_same_bytes() {
    let mut client = Client::signed_in();
    let request = put(&client, "k", "Acme");
    let first = client.send(&request);
    client.wait(359);
    let again = client.send(&request);
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(again.header("X-DayLimit-Remaining"), Some("998"));
    assert!(client.sandbox.calls().iter().next_back().expect("a call").replayed);
    let conflict = client.send(&put(&client, "k", "Other"));
    assert_eq!(conflict.status, 400);
    assert_eq!(conflict.body_json()["Message"], "Idempotency Key: k is used with a different request.");
}

#[test]
fn every_fault_by_its_name() {
    for (name, status, effect, problem) in [
        (Name::InternalError, 500, Effect::Arrives, None),
        (Name::InternalErrorAfterCommit, 500, Effect::Arrives, None),
        (Name::LostAnswer, 200, Effect::Lost, None),
        (Name::ConnectionDropped, 503, Effect::Lost, None),
        (Name::CutAnswer, 200, Effect::Cut, None),
        (Name::Maintenance, 503, Effect::Arrives, None),
        (Name::OrganisationOffline, 503, Effect::Arrives, None),
        (Name::SlowAnswer, 200, Effect::Arrives, None),
        (Name::TokenExpired, 401, Effect::Arrives, None),
        (Name::Forbidden, 403, Effect::Arrives, None),
        (Name::LimitMinute, 429, Effect::Arrives, Some("minute")),
        (Name::LimitDay, 429, Effect::Arrives, Some("day")),
        (Name::LimitConcurrent, 429, Effect::Arrives, Some("concurrent")),
        (Name::LimitAppMinute, 429, Effect::Arrives, Some("appminute")),
        (Name::HighVolume, 400, Effect::Arrives, None),
    ] {
        let mut client = Client::signed_in();
        client.sandbox.add_fault(Fault::next(name));
        let request = client.request("GET", "Organisation");
        let handled = client.handle(&request);
        assert_eq!((handled.response.status, handled.effect), (status, effect), "{name:?}");
        assert_eq!(handled.response.header("X-Rate-Limit-Problem"), problem, "{name:?}");
        assert_eq!(handled.delay_ms, if name == Name::SlowAnswer { 2_000 } else { 0 }, "{name:?}");
        let call = client.sandbox.calls().iter().next_back().expect("a call").clone();
        assert_eq!(call.fault.as_deref(), Some(name.word()));
        let next = client.handle(&request);
        let ended = name == Name::TokenExpired;
        assert_eq!(next.response.status, if ended { 401 } else { 200 }, "{name:?} strikes once");
        if ended {
            assert!(next.response.body_text().contains("TokenExpired"));
        }
    }
}

#[test]
fn faults_and_keys() {
    // name, status of the first answer, status of the same request sent again with its key, was it done
    for (name, first, again) in [
        (Name::InternalError, 500, Some(500)),
        (Name::InternalErrorAfterCommit, 500, Some(500)),
        (Name::IdempotencyDown, 500, None),
        (Name::OrganisationOffline, 503, None),
        (Name::LimitMinute, 429, None),
    ] {
        let mut client = Client::signed_in();
        client.sandbox.add_fault(Fault::next(name));
        let request = put(&client, "k", "Acme");
        assert_eq!(client.send(&request).status, first, "{name:?}");
        let second = client.send(&request).status;
        match again {
            Some(status) => assert_eq!(second, status, "{name:?}: kept"),
            None => assert_ne!(second, first, "{name:?}: not kept"),
        }
    }
    let mut client = Client::signed_in();
    client.sandbox.add_fault(Fault::next(Name::InvalidGrant));
    let form = format!("grant_type=refresh_token&refresh_token={}", client.refresh);
    assert_eq!(client.call("GET", "Organisation").status, 200, "it waits for the token endpoint");
    assert_eq!(client.token("sandbox-client:sandbox-secret", &form).body_json()["error"], "invalid_grant");
    assert_eq!(client.token("sandbox-client:sandbox-secret", &form).status, 200);
}

#[test]
fn a_condition_is_read_in_every_form_clients_send() {
    for text in [
        "2026-01-02T03:04:05.000Z",
        "2026-01-02T03:04:05+00:00",
        "2026-01-02T04:04:05.999+01:00",
        "2026-01-02T03:04:05",
        "2026-01-02 03:04:05",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "\"2026-01-02T03:04:05Z\"",
    ] {
        let expected = "2026-01-02T03:04:05Z".parse().ok();
        assert_eq!(modified_since(text), expected, "{text}");
    }
    assert_eq!(modified_since("2026-01-02"), "2026-01-02T00:00:00Z".parse().ok());
    assert_eq!(modified_since("yesterday"), None);
}

#[test]
fn a_silent_no_op_reads_what_it_would_have_written() {
    for (method, path, body, expected) in [
        (Method::Post, "Invoices/1", "{}", "Invoices/1"),
        (Method::Post, "Invoices", r#"{"Invoices":[{"InvoiceID":"7","Total":1}]}"#, "Invoices/7"),
        (Method::Post, "invoices", r#"{"InvoiceID":"7"}"#, "invoices/7"),
        (Method::Put, "Invoices/1/History", "{}", "Invoices/1"),
        (Method::Post, "Invoices", "not json", "Invoices"),
        (Method::Post, "Invoices", "[]", "Invoices"),
    ] {
        let call = Call::new(method, path, UserRef::adviser()).body(body).with("summarizeErrors", "false");
        let read = as_it_is(call);
        assert_eq!((read.method, read.path.as_str()), (Method::Get, expected), "{path} {body}");
        assert!(read.query.is_empty());
    }
}

#[test]
fn a_person_reaches_only_what_they_connected() {
    let mut client = Client::signed_in();
    let (sam, second) = (client.sandbox.door.people[1].id.clone(), client.sandbox.orgs()[1].id());
    let more = format!("&sandbox_user={sam}&sandbox_tenant={second}");
    let code = client.code(crate::door::testing::SCOPES, &more);
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={}", crate::door::testing::REDIRECT);
    let tokens = client.token("sandbox-client:sandbox-secret", &form).body_json();
    let first = std::mem::replace(&mut client.tenant, second);
    assert_eq!(client.call("GET", "Organisation").status, 403, "Sam connected it, not this person");
    client.access = tokens["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(client.call("GET", "Organisation").status, 200);
    client.tenant = first;
    assert_eq!(client.call("GET", "Organisation").status, 403);
}

#[test]
fn a_person_without_the_reports_permission_is_refused_journals_and_reports() {
    for (person, status) in [(0, 200), (1, 200), (2, 403)] {
        let mut client = Client::stranger();
        let id = client.sandbox.door.people[person].id.clone();
        let code = client.code(crate::door::testing::SCOPES, &format!("&sandbox_user={id}"));
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}",
            crate::door::testing::REDIRECT
        );
        let tokens = client.token("sandbox-client:sandbox-secret", &form).body_json();
        client.access = tokens["access_token"].as_str().expect("a token").to_owned();
        for target in ["ManualJournals", "Reports/TrialBalance"] {
            assert_eq!(client.call("GET", target).status, status, "person {person}: {target}");
        }
        assert_eq!(client.call("GET", "Invoices").status, 200);
    }
}
