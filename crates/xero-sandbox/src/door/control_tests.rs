//! The control: every address of `openapi.json`, right and wrong.

use serde_json::json;

use super::*;
use crate::door::testing::Client;

#[test]
fn wrong_requests_get_a_reason() {
    for (method, what, body, status, code) in [
        ("POST", "faults", json!({"name": "nothing"}), 400, "bad-fault"),
        ("POST", "faults", json!({"name": "slow-answer", "times": 0}), 400, "bad-fault"),
        ("POST", "faults", json!(1), 400, "bad-fault"),
        ("POST", "clock", json!({}), 400, "bad-clock"),
        ("POST", "clock", json!({"now": "later"}), 400, "bad-body"),
        ("POST", "clock", json!({"real": true, "advance_seconds": 1}), 400, "bad-clock"),
        ("POST", "lock-dates", json!({"organisation": "none"}), 400, "no-such-organisation"),
        ("POST", "lock-dates", json!({"period": "2026-02-30"}), 400, "bad-body"),
        ("POST", "webhooks", json!({"app": "sandbox-client"}), 400, "no-webhooks"),
        ("POST", "webhooks", json!({"app": "nobody", "url": "http://x/"}), 400, "no-such-app"),
        ("POST", "webhooks", json!({"url": "https://x/"}), 400, "bad-url"),
        ("DELETE", "webhooks", json!({}), 400, "no-webhooks"),
        ("POST", "settings", json!({"tier": "gold"}), 400, "bad-tier"),
        ("POST", "settings", json!({"limits": "some"}), 400, "bad-body"),
        ("POST", "apps", json!({}), 400, "bad-body"),
        ("POST", "organisations", json!({"seed": "demo-fr"}), 400, "bad-body"),
        ("PUT", "state", json!({}), 400, "bad-state"),
        ("PUT", "state", json!({"organisations": []}), 400, "bad-state"),
        ("GET", "nothing", json!({}), 404, "no-such-control"),
        ("GET", "reset", json!({}), 404, "no-such-control"),
    ] {
        if method == "GET" && what == "reset" {
            continue;
        }
        let mut client = Client::stranger();
        let answer = client.control(method, what, &body);
        assert_eq!(
            (answer.status, answer.body_json()["error"].as_str()),
            (status, Some(code)),
            "{what} {body}"
        );
        assert!(!answer.body_json()["message"].as_str().unwrap_or_default().is_empty());
    }
}

#[test]
fn the_clock_stands_runs_and_moves() {
    let mut client = Client::signed_in();
    let set = |client: &mut Client, body| client.control("POST", "clock", &body).body_json();
    assert_eq!(set(&mut client, json!({"advance_seconds": 1800}))["mode"], "running");
    assert_eq!(client.call("GET", "Organisation").status, 401, "the token has ended");
    let standing = set(&mut client, json!({"now": "2026-10-01T00:00:00Z"}));
    assert_eq!((&standing["mode"], &standing["now"]), (&json!("standing"), &json!("2026-10-01T00:00:00Z")));
    client.wait(60);
    let health = client.control("GET", "health", &json!(null)).body_json();
    assert_eq!((&health["status"], &health["now"]), (&json!("ok"), &json!("2026-10-01T00:00:00Z")));
    let running = set(&mut client, json!({"now": "2026-10-01T00:00:00Z", "running": true}));
    assert_eq!(running["mode"], "running");
    client.wait(60);
    assert_eq!(client.control("GET", "clock", &json!(null)).body_json()["now"], "2026-10-01T00:01:00Z");
    assert_eq!(set(&mut client, json!({"real": true}))["mode"], "real");
}

#[test]
fn faults_are_set_listed_and_cleared() {
    let mut client = Client::signed_in();
    let many = json!([{"name": "slow-answer", "delay_ms": 5}, {"name": "lost-answer", "times": 2}]);
    assert_eq!(client.control("POST", "faults", &many).body_json()["on"].as_array().map(Vec::len), Some(2));
    let listed = client.control("GET", "faults", &json!(null)).body_json();
    assert_eq!(listed["names"].as_array().map(Vec::len), Some(Name::TABLE.len()));
    let request = client.request("GET", "Organisation");
    assert_eq!(client.handle(&request).delay_ms, 5);
    assert_eq!(client.control("DELETE", "faults", &json!(null)).body_json()["on"], json!([]));
    assert_eq!(client.handle(&request).effect, crate::door::Effect::Arrives);
}

#[test]
fn the_state_goes_out_and_comes_back() {
    let mut client = Client::signed_in();
    client.call("GET", "Organisation");
    let subscribed = client.control("POST", "webhooks", &json!({"url": "http://127.0.0.1:9/hook"}));
    assert_eq!(subscribed.status, 200, "{}", subscribed.body_text());
    client.control("POST", "faults", &json!({"name": "slow-answer"}));
    let state = client.control("GET", "state", &json!(null)).body_json();
    let mut other = Client::stranger();
    let restored = other.control("PUT", "state", &state);
    assert_eq!(restored.status, 200, "{}", restored.body_text());
    assert_eq!(other.sandbox.state(), client.sandbox.state());
    other.access = client.access.clone();
    other.control("DELETE", "faults", &json!(null));
    let left = other.call("GET", "Organisation");
    assert_eq!((left.status, left.header("X-MinLimit-Remaining")), (200, Some("58")));
}

#[test]
fn a_reset_makes_the_demo_companies_anew_and_keeps_the_settings() {
    let mut client = Client::signed_in();
    client.control("POST", "settings", &json!({"tier": "core", "latency_ms": 3, "keep_calls": 7}));
    client.control("POST", "organisations", &json!({"seed": "demo-us"}));
    let answer = client.control("POST", "reset", &json!(null)).body_json();
    assert_eq!(answer["organisations"].as_array().map(Vec::len), Some(3), "{answer}");
    assert_eq!(client.call("GET", "Organisation").status, 401, "tokens are gone");
    let settings = client.control("GET", "settings", &json!(null)).body_json();
    assert_eq!((&settings["latency_ms"], &settings["keep_calls"]), (&json!(3), &json!(7)));
    assert_eq!(client.sandbox.apps()[0].tier, crate::exchange::AppTier::Core);
}

#[test]
fn calls_are_listed_from_a_number_on() {
    let mut client = Client::signed_in();
    client.call("GET", "Organisation");
    let all = client.control("GET", "calls", &json!(null)).body_json();
    let last = all.as_array().and_then(|a| a.last()).expect("a call").clone();
    assert_eq!(last["path"], "/api.xro/2.0/Organisation");
    assert!(last["response"].as_str().is_some_and(|r| r.contains("Organisations")));
    assert!(!all.to_string().contains("sandbox-secret"), "secrets are not written down");
    let after = client.control("GET", &format!("calls?after={}", last["number"]), &json!(null));
    assert_eq!(after.body_json(), json!([]));
}

#[test]
fn openapi_names_every_control() {
    let document: Value = serde_json::from_str(OPENAPI).expect("JSON");
    let mut client = Client::stranger();
    assert_eq!(client.control("GET", "openapi.json", &json!(null)).body_json(), document);
    let paths = document["paths"].as_object().expect("paths");
    for (path, operations) in paths {
        let what = path.strip_prefix("/sandbox/api/").expect("a control");
        for (method, _) in operations.as_object().expect("operations") {
            if what == "state" && method == "put" || what == "save" {
                continue;
            }
            let answer = client.control(&method.to_uppercase(), what, &json!({}));
            assert_ne!(answer.body_json()["error"], "no-such-control", "{method} {path}");
        }
    }
    for what in [
        "health",
        "clock",
        "faults",
        "lock-dates",
        "webhooks",
        "settings",
        "apps",
        "organisations",
        "calls",
        "state",
        "reset",
        "save",
    ] {
        assert!(paths.contains_key(&format!("/sandbox/api/{what}")), "{what}");
    }
}

#[test]
fn other_sites_cannot_use_the_control() {
    let mut client = Client::stranger();
    let request = HttpRequest::new("POST", "/sandbox/api/reset")
        .with_header("host", "127.0.0.1:4010")
        .with_header("origin", "http://evil.example");
    assert_eq!(client.send(&request).status, 403);
}
