//! Tables of API-FACTS 1: authorise, token, rotation, revocation, connections, custom connections.

use serde_json::json;

use crate::door::HttpRequest;
use crate::door::testing::{Client, FORM, REDIRECT, SCOPES, basic};
use crate::exchange::AppTier;

const CLIENT: &str = "sandbox-client:sandbox-secret";

fn error(response: &crate::door::HttpResponse) -> String {
    response.body_json()["error"].as_str().unwrap_or("no error").to_owned()
}

fn code_form(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}")
}

#[test]
fn what_is_wrong_with_an_authorise_request_is_shown_and_not_redirected() {
    let good = [
        ("response_type", "code"),
        ("client_id", "sandbox-client"),
        ("redirect_uri", REDIRECT),
        ("scope", "accounting.invoices"),
    ];
    for (name, value, status, text) in [
        ("state", "x", 200, "Sandbox app wants access"),
        ("client_id", "nobody", 400, "unauthorized_client"),
        ("client_id", "sandbox-custom", 400, "unauthorized_client"),
        ("client_id", "sandbox-pkce", 400, "code_challenge is missing"),
        ("redirect_uri", "https://evil.example/", 400, "invalid_request"),
        ("response_type", "token", 400, "unsupported_response_type"),
        ("scope", "", 400, "invalid_scope"),
        ("scope", "accounting.everything", 400, "invalid_scope"),
        ("code_challenge", "abc", 400, "code_challenge_method"),
    ] {
        let mut query: Vec<(&str, &str)> = good.iter().copied().filter(|(n, _)| *n != name).collect();
        query.push((name, value));
        let query: Vec<String> =
            query.iter().map(|(n, v)| format!("{n}={}", crate::door::http::encode(v))).collect();
        for prefix in ["", "/identity"] {
            let page = Client::stranger().get(&format!("{prefix}/connect/authorize?{}", query.join("&")));
            assert_eq!(page.status, status, "{name}={value}");
            assert!(page.body_text().contains(text), "{name}={value}: {}", page.body_text());
            assert_eq!(page.header("location"), None);
        }
    }
}

#[test]
fn the_consent_page_names_the_rights_and_escapes_what_it_shows() {
    let mut client = Client::stranger();
    let target = format!(
        "/identity/connect/authorize?response_type=code&client_id=sandbox-client&scope=accounting.invoices%20openid\
         &redirect_uri={REDIRECT}/%3Cscript%3E&state=%22%3E%3Cscript%3E"
    );
    let page = client.get(&target).body_text();
    assert!(page.contains("view and change invoices, bills, credit notes"), "{page}");
    assert!(page.contains("know who you are"));
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn consent_by_form_can_be_given_and_refused() {
    for (decision, expected) in [("allow", "?code="), ("refuse", "?error=access_denied&state=s")] {
        let mut client = Client::stranger();
        let query = format!(
            "response_type=code&client_id=sandbox-client&scope=accounting.invoices&redirect_uri={REDIRECT}&state=s"
        );
        let person = client.sandbox.door.people[0].id.clone();
        let form = format!(
            "query={}&decision={decision}&tenant={}&person={person}",
            crate::door::http::encode(&query),
            client.tenant
        );
        let request = HttpRequest::new("POST", "/identity/connect/authorize").with_body(FORM, form);
        let answer = client.send(&request);
        assert_eq!(answer.status, 302, "{}", answer.body_text());
        let location = answer.header("location").expect("a location");
        assert!(location.starts_with(&format!("{REDIRECT}{expected}")), "{location}");
        let foreign =
            request.with_header("host", "127.0.0.1:4010").with_header("origin", "http://evil.example");
        assert_eq!(client.send(&foreign).status, 403);
    }
}

#[test]
fn a_code_works_once_for_five_minutes_for_its_client_and_address() {
    for (credentials, change, seconds, expected) in [
        (CLIENT, ("", ""), 299, "no error"),
        (CLIENT, ("", ""), 300, "invalid_grant"),
        (CLIENT, (REDIRECT, "http://127.0.0.1:9999/other"), 0, "invalid_grant"),
        (CLIENT, ("authorization_code", "password"), 0, "unsupported_grant_type"),
        ("sandbox-client:wrong", ("", ""), 0, "invalid_client"),
        ("nobody:sandbox-secret", ("", ""), 0, "invalid_client"),
        (":", ("", ""), 0, "unauthorized_client"),
        ("", ("", ""), 0, "invalid_client"),
        ("sandbox-custom:sandbox-secret", ("", ""), 0, "invalid_grant"),
    ] {
        let mut client = Client::stranger();
        let form = code_form(&client.code(SCOPES, ""));
        let form = if change.0.is_empty() { form } else { form.replace(change.0, change.1) };
        client.wait(seconds);
        let answer = client.token(credentials, &form);
        assert_eq!(error(&answer), expected, "{credentials} {change:?} {seconds}");
        assert_eq!(answer.status, if expected == "no error" { 200 } else { 400 });
        assert_eq!(error(&client.token(CLIENT, &code_form("unknown"))), "invalid_grant");
        if expected == "no error" {
            assert_eq!(error(&client.token(CLIENT, &form)), "invalid_grant", "used");
        }
    }
}

#[test]
fn credentials_in_the_form_are_as_good_as_basic_and_a_token_answer_is_complete() {
    let mut client = Client::stranger();
    let form = format!(
        "{}&client_id=sandbox-client&client_secret=sandbox-secret",
        code_form(&client.code(SCOPES, "&nonce=n1"))
    );
    let tokens = client.token("", &form).body_json();
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(1800), &json!("Bearer")));
    let mut scopes: Vec<&str> = tokens["scope"].as_str().expect("one text").split(' ').collect();
    scopes.sort_unstable();
    let mut asked: Vec<&str> = SCOPES.split(' ').filter(|s| !s.is_empty()).collect();
    asked.sort_unstable();
    assert_eq!(scopes, asked);
    let claims = |token: &str| -> serde_json::Value {
        use base64::Engine as _;
        let part = token.split('.').nth(1).expect("three parts");
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let access = claims(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(access["iss"], "https://identity.xero.com");
    assert_eq!(access["aud"], "https://identity.xero.com/resources");
    assert_eq!(access["exp"].as_i64(), Some(client.now.as_second() + 1800));
    let id = claims(tokens["id_token"].as_str().expect("an id token"));
    assert_eq!((&id["nonce"], &id["aud"]), (&json!("n1"), &json!("sandbox-client")));
    assert_eq!(id["exp"].as_i64(), Some(client.now.as_second() + 300));
    client.access = tokens["access_token"].as_str().expect("a token").to_owned();
    let connections = client.send(
        &HttpRequest::new("GET", "/connections")
            .with_header("Authorization", &format!("Bearer {}", client.access)),
    );
    let list = connections.body_json();
    assert_eq!(list[0]["authEventId"], access["authentication_event_id"]);
}

#[test]
fn a_refresh_token_and_an_id_token_come_only_if_asked_for() {
    let mut client = Client::stranger();
    let form = code_form(&client.code("accounting.invoices", ""));
    let tokens = client.token(CLIENT, &form).body_json();
    assert!(tokens["access_token"].is_string());
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none(), "{tokens}");
}

#[test]
fn a_code_challenge_wants_its_verifier() {
    // RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    for (sent, expected) in [(verifier, "no error"), ("", "invalid_grant"), (&verifier[1..], "invalid_grant")]
    {
        let mut client = Client::stranger();
        let location = client.authorise("sandbox-pkce", SCOPES, challenge);
        let location = location.header("location").expect("a code").to_owned();
        let query = crate::door::http::pairs(location.split_once('?').expect("a query").1);
        let code = crate::door::http::value(&query, "code").expect("a code");
        assert_eq!(crate::door::http::value(&query, "state"), Some("s 1"));
        let form = format!("{}&client_id=sandbox-pkce&code_verifier={sent}", code_form(code));
        let tokens = client.token("", &form);
        assert_eq!(error(&tokens), expected, "{sent}");
        if expected == "no error" {
            let refresh = tokens.body_json()["refresh_token"].as_str().expect("a token").to_owned();
            let form = format!("grant_type=refresh_token&client_id=sandbox-pkce&refresh_token={refresh}");
            assert_eq!(client.token("", &form).status, 200, "PKCE refreshes with its id only");
            assert_eq!(error(&client.token(CLIENT, &form)), "invalid_grant", "of another client");
        }
    }
}

#[test]
fn refresh_tokens_rotate_with_half_an_hour_of_grace() {
    let mut client = Client::signed_in();
    let refresh = |client: &mut Client, token: &str| {
        let answer = client.token(CLIENT, &format!("grant_type=refresh_token&refresh_token={token}"));
        answer.body_json()["refresh_token"].as_str().map(str::to_owned).ok_or_else(|| error(&answer))
    };
    let first = client.refresh.clone();
    let second = refresh(&mut client, &first).expect("a new one");
    assert_ne!(first, second);
    client.wait(1799);
    let third = refresh(&mut client, &first).expect("the used one still works for a lost answer");
    client.wait(1);
    assert_eq!(refresh(&mut client, &first), Err("invalid_grant".into()), "30 minutes after its first use");
    client.wait(60 * 86_400 - 1801);
    let fourth = refresh(&mut client, &second).expect("60 days less a second unused");
    assert!(refresh(&mut client, &third).is_ok());
    client.wait(60 * 86_400);
    assert_eq!(refresh(&mut client, &fourth), Err("invalid_grant".into()), "60 days unused");
}

#[test]
fn an_access_token_lives_half_an_hour() {
    let mut client = Client::signed_in();
    client.wait(1799);
    assert_eq!(client.call("GET", "Organisation").status, 200);
    client.wait(1);
    let answer = client.call("GET", "Organisation");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body_json()["Detail"], "TokenExpired: token expired at 09/21/2026 01:30:00");
    assert_eq!(answer.header("WWW-Authenticate"), None);
}

#[test]
fn scopes_add_up_per_person_and_app_until_revoked() {
    let mut client = Client::stranger();
    client.sign_in("accounting.contacts offline_access");
    assert_eq!(client.call("GET", "Organisation").status, 401);
    let old = client.access.clone();
    client.sign_in("accounting.settings.read");
    let (access, refresh) = (client.access.clone(), client.refresh.clone());
    assert_eq!(client.call("GET", "Organisation").status, 200);
    client.access = old;
    assert_eq!(client.call("GET", "Organisation").status, 401, "an old token gains nothing");
    client.access = access;
    let form = format!("token={refresh}");
    let request = HttpRequest::new("POST", "/connect/revocation")
        .with_body(FORM, form)
        .with_header("authorization", &basic(CLIENT));
    assert_eq!(client.send(&request).status, 200);
    assert_eq!(client.call("GET", "Organisation").status, 401);
    client.sign_in("accounting.contacts");
    assert_eq!(client.call("GET", "Organisation").status, 401, "what was given before is gone");
}

#[test]
fn revocation_takes_every_connection_of_the_person_and_knows_its_client() {
    let mut client = Client::signed_in();
    client.code(SCOPES, &format!("&sandbox_tenant={}", client.sandbox.orgs()[1].id()));
    let mine = |c: &Client| c.sandbox.door.connections.iter().filter(|c| c.app == "sandbox-client").count();
    assert_eq!(mine(&client), 2);
    let revoke = |client: &mut Client, credentials: &str, token: &str| {
        let request = HttpRequest::new("POST", "/identity/connect/revocation/")
            .with_body(FORM, format!("token={token}"))
            .with_header("authorization", &basic(credentials));
        client.send(&request)
    };
    let refresh = client.refresh.clone();
    assert_eq!(error(&revoke(&mut client, "sandbox-client:wrong", &refresh)), "invalid_client");
    assert_eq!(revoke(&mut client, CLIENT, "unknown").status, 200);
    assert_eq!(revoke(&mut client, "sandbox-custom:sandbox-secret", &refresh).status, 200);
    assert_eq!(mine(&client), 2, "a token of another client stays");
    let answer = revoke(&mut client, CLIENT, &refresh);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(mine(&client), 0);
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    assert_eq!(error(&client.token(CLIENT, &form)), "invalid_grant");
}

#[test]
fn connections_are_listed_filtered_and_ended() {
    let mut client = Client::signed_in();
    let second = client.sandbox.orgs()[1].id();
    client.wait(60);
    client.code(SCOPES, &format!("&sandbox_tenant={second}"));
    let bearer = format!("Bearer {}", client.access);
    let ask = |client: &mut Client, method: &str, target: &str| {
        client.send(&HttpRequest::new(method, target).with_header("authorization", &bearer))
    };
    let list = ask(&mut client, "GET", "/connections").body_json();
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    let keys: Vec<&String> = list[0].as_object().expect("an object").keys().collect();
    let mut expected =
        ["authEventId", "createdDateUtc", "id", "tenantId", "tenantName", "tenantType", "updatedDateUtc"];
    expected.sort_unstable();
    let mut keys: Vec<&str> = keys.iter().map(|k| k.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(list[0]["createdDateUtc"], "2026-09-21T01:00:00.0000000");
    let event = list[1]["authEventId"].as_str().expect("an id");
    for path in ["/Connections/", "/identity/connections"] {
        let filtered = ask(&mut client, "GET", &format!("{path}?authEventId={event}")).body_json();
        assert_eq!(filtered.as_array().map(Vec::len), Some(1));
        assert_eq!(filtered[0]["tenantId"], second);
    }
    let id = list[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(ask(&mut client, "DELETE", "/connections/unknown").status, 404);
    let gone = ask(&mut client, "DELETE", &format!("/connections/{id}"));
    assert_eq!((gone.status, gone.header("content-type")), (204, None));
    let refused = client.call("GET", "Organisation");
    assert_eq!((refused.status, refused.body_json()["title"].clone()), (403, json!("Forbidden")));
    assert_eq!(ask(&mut client, "DELETE", &format!("/connections/{id}")).status, 404);
    assert_eq!(client.get("/connections").status, 401);
}

#[test]
fn reconnecting_keeps_the_id_and_moves_the_update() {
    let mut client = Client::signed_in();
    let before = client.sandbox.door.connections.last().expect("one").clone();
    client.wait(60);
    client.sign_in(SCOPES);
    let after = client.sandbox.door.connections.last().expect("one").clone();
    assert_eq!((&before.id, before.created), (&after.id, after.created));
    assert!(after.updated > before.updated && after.event != before.event);
}

#[test]
fn connections_are_limited_and_several_at_once_need_a_high_tier() {
    let mut client = Client::stranger();
    assert_eq!(client.authorise("sandbox-client", SCOPES, "&sandbox_tenant=all").status, 400);
    client.sandbox.set_tier(AppTier::Advanced);
    assert_eq!(client.authorise("sandbox-client", SCOPES, "&sandbox_tenant=all").status, 302);
    let one = "&sandbox_tenant=all&acr_values=bulk_connect:false";
    assert_eq!(client.authorise("sandbox-client", SCOPES, one).status, 400);
    assert_eq!(client.authorise("sandbox-client", SCOPES, "&sandbox_tenant=unknown").status, 400);
    for _ in 0..4 {
        client.control("POST", "organisations", &json!({"seed": "demo-us"}));
    }
    client.sandbox.set_tier(AppTier::Starter);
    let statuses: Vec<u16> = client
        .sandbox
        .orgs()
        .iter()
        .map(|o| o.id())
        .collect::<Vec<_>>()
        .iter()
        .map(|id| client.authorise("sandbox-client", SCOPES, &format!("&sandbox_tenant={id}")).status)
        .collect();
    assert_eq!(statuses, [302, 302, 302, 302, 302, 400], "five connections on Starter");
}

#[test]
fn an_app_of_today_holds_granular_scopes_only() {
    let mut client = Client::stranger();
    let mut app = client.sandbox.apps()[0].clone();
    assert_eq!(client.authorise("sandbox-client", "accounting.transactions", "").status, 302);
    app.scopes = crate::door::app::ScopeAge::GranularOnly;
    client.sandbox.add_app(app);
    let page = client.authorise("sandbox-client", "accounting.transactions", "");
    assert!(page.status == 400 && page.body_text().contains("invalid_scope"));
}

#[test]
fn a_custom_connection_has_one_organisation_and_no_refresh() {
    for (credentials, form, expected) in [
        ("sandbox-custom:sandbox-secret", "scope=accounting.settings", "no error"),
        ("sandbox-custom:sandbox-secret", "", "no error"),
        ("sandbox-custom:sandbox-secret", "scopes=accounting.settings,accounting.contacts", "no error"),
        ("", "client_id=sandbox-custom&client_secret=sandbox-secret", "no error"),
        ("sandbox-custom:sandbox-secret", "scope=nothing", "invalid_scope"),
        ("sandbox-client:sandbox-secret", "scope=accounting.settings", "unauthorized_client"),
    ] {
        let mut client = Client::stranger();
        let tokens = client.token(credentials, &format!("grant_type=client_credentials&{form}"));
        assert_eq!(error(&tokens), expected, "{credentials} {form}");
        if expected != "no error" {
            continue;
        }
        let tokens = tokens.body_json();
        assert!(tokens.get("refresh_token").is_none());
        client.access = tokens["access_token"].as_str().expect("a token").to_owned();
        client.tenant = "some other".into();
        assert_eq!(client.call("GET", "Organisation").status, 200, "the tenant is implied");
    }
}

#[test]
fn an_app_may_manage_its_connections_without_a_person() {
    let mut client = Client::signed_in();
    let form = "grant_type=client_credentials&scope=app.connections";
    client.access =
        client.token(CLIENT, form).body_json()["access_token"].as_str().expect("a token").to_owned();
    let request = HttpRequest::new("GET", "/connections")
        .with_header("Authorization", &format!("Bearer {}", client.access));
    assert_eq!(client.send(&request).body_json().as_array().map(Vec::len), Some(1));
    assert_eq!(client.call("GET", "Organisation").status, 401);
}

#[test]
fn discovery_names_this_address() {
    let mut client = Client::stranger();
    client.sandbox.set_base_url("http://127.0.0.1:4010/");
    let document = client.get("/.well-known/openid-configuration").body_json();
    assert_eq!(document["token_endpoint"], "http://127.0.0.1:4010/connect/token");
    assert_eq!(document["issuer"], "https://identity.xero.com");
    assert_eq!(client.get("/identity/.well-known/openid-configuration").body_json(), document);
    assert_eq!(client.get("/.well-known/openid-configuration/jwks").body_json(), json!({"keys": []}));
}
