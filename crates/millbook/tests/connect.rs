//! Connecting companies to Xero from the command line: the app, consent, one organisation for one company, secrets.

mod support;

use serde_json::json;
use support::Desk;
use xero_sandbox::door::SeedName::{DemoNz, DemoUk};

fn organisations(desk: &Desk) -> Vec<(String, String)> {
    let all = desk.control("organisations", "");
    let text = |one: &serde_json::Value, field: &str| one[field].as_str().expect("text").to_owned();
    all.as_array().expect("a list").iter().map(|one| (text(one, "id"), text(one, "name"))).collect()
}

// rule: CON-2, CON-3, CON-5
#[test]
fn a_company_connects_disconnects_and_connects_again() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.say(&["xero", "propose"]).refused(1, "not connected");
    desk.say(&["xero", "disconnect"]).refused(1, "jam is not connected");
    let connected = desk.connect(&[], "").well();
    assert!(connected.out.contains("jam: It is connected to Demo Company (NZ)."), "{connected:?}");
    assert!(
        connected.out.contains("1 connection of the installation's app is used; its tier allows 5."),
        "{connected:?}"
    );
    let listed = desk.say(&["xero", "connections", "--json"]).well().json();
    assert_eq!(listed["connections"][0]["state"], "connected");
    assert_eq!((&listed["used"], &listed["limit"]), (&json!(1), &json!(5)));
    // Looking by hand works with the company's connection.
    let limits = desk.say(&["xero", "limits", "--company", "jam"]).well();
    assert!(limits.out.contains("day"), "{limits:?}");
    let accounts = desk.say(&["xero", "get", "accounts", "--company", "jam"]).well();
    assert!(accounts.out.lines().count() > 10, "{accounts:?}");
    // Disconnecting tells Xero, and forgets the tokens.
    let ended = desk.say(&["xero", "disconnect"]).well();
    assert!(ended.out.contains("Links are kept") && !ended.out.contains("could not be told"), "{ended:?}");
    desk.say(&["xero", "limits", "--company", "jam"]).refused(1, "onnect");
    desk.say(&["xero", "disconnect"]).refused(1, "jam is not connected");
    assert_eq!(desk.say(&["xero", "connections", "--json"]).well().json()["used"], 0);
    let again = desk.connect(&["--json"], "").well();
    assert!(again.out.contains("It is connected to Demo Company (NZ)."), "{again:?}");
    desk.say(&["verify"]).well();
}

// rule: CON-3
#[test]
fn an_organisation_belongs_to_one_company_of_the_installation() {
    let desk = Desk::new(&[DemoNz, DemoUk], &[("jam", "NZD"), ("tea", "NZD"), ("ale", "GBP")]);
    let all = organisations(&desk);
    let choose = |at: usize| format!("&sandbox_tenant={}", all[at].0);
    desk.connect(&["--company", "jam"], &choose(0)).well();
    // The same consent reaches it: refused with both names, and nothing is kept of it.
    let taken = desk.connect(&["--company", "tea", "--organisation", &all[0].1], &choose(0));
    let taken = taken.refused(1, "Demo Company (NZ) is connected to the company jam (jam) already.");
    assert!(taken.error.contains("millbook xero disconnect --company jam"), "{taken:?}");
    let other = desk.connect(&["--company", "tea", "--organisation", "Nowhere Ltd"], &choose(0));
    other.refused(1, "reaches no organisation \"Nowhere Ltd\"");
    let listed = desk.say(&["xero", "connections", "--json"]).well().json();
    assert_eq!(listed["used"], 1, "{listed}");
    let pounds = desk.connect(&["--company", "ale"], &choose(1)).well();
    assert!(pounds.out.contains("2 connections of the installation's app are used"), "{pounds:?}");
    // Another currency: refused, and the organisation stays free.
    desk.say(&["xero", "disconnect", "--company", "ale"]).well();
    let foreign = desk.connect(&["--company", "tea", "--organisation", &all[1].0], &choose(1));
    foreign.refused(1, "keeps its accounts in GBP");
    // The consent of a moment ago still counts: nobody is asked again.
    let again = desk.say(&["xero", "connect", "--company", "tea", "--organisation", &all[1].0]);
    again.refused(1, "keeps its accounts in GBP");
    assert_eq!(desk.say(&["xero", "connections", "--json"]).well().json()["used"], 1);
}

// rule: CON-2
#[test]
fn a_refused_consent_says_so_and_changes_nothing() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    let before = desk.say(&["query", "documents", "--company", "jam"]).out;
    let mut child = desk.begin_connect(&[]);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("an output")));
    let url = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("/connect/authorize"))
        .expect("an address");
    let state = url.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state");
    let back = url.split("redirect_uri=").nth(1).and_then(|rest| rest.split('&').next()).expect("an address");
    let back = back.replace("%3A", ":").replace("%2F", "/");
    // Somebody else's answer is not ours; then the person says no.
    assert!(desk.get(&format!("{back}?state=guessed&code=stolen")).contains("another sign-in"));
    assert!(desk.get(&format!("{back}?state={state}&error=access_denied")).contains("Not connected"));
    let output = child.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("access_denied"), "{said}");
    assert_eq!(desk.say(&["query", "documents", "--company", "jam"]).out, before);
    assert_eq!(desk.say(&["xero", "connections", "--json"]).well().json()["connections"], json!([]));
}

// rule: CON-1
#[test]
fn only_an_administrator_connects_configures_and_disconnects() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    for login in ["ann", "bea"] {
        desk.ask(&["user", "add", login, "--password-stdin"], "correct horse battery staple\n").well();
    }
    desk.say(&["user", "roles", "ann", "--company", "jam", "--roles", "administrator"]).well();
    desk.say(&["user", "roles", "bea", "--company", "jam", "--roles", "bookkeeper,sales"]).well();
    for arguments in [
        &["xero", "connect", "--as", "bea"][..],
        &["xero", "disconnect", "--as", "bea"],
        &["xero", "app", "set", "--client-id", "x", "--flow", "pkce", "--company", "jam", "--as", "bea"],
    ] {
        let refused = desk.say(arguments).refused(1, "You may not change the connection to Xero in jam.");
        assert!(refused.error.contains("an administrator"), "{refused:?}");
    }
    desk.say(&["xero", "connect", "--as", "nobody"]).refused(1, "There is no user \"nobody\"");
    desk.connect(&["--as", "ann"], "").well();
    desk.say(&["xero", "disconnect", "--as", "ann"]).well();
}

// rule: CON-6
#[test]
fn secrets_are_sealed_and_never_shown() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    let connected = desk.connect(&["--trace", "trace"], "").well();
    desk.say(&["xero", "limits", "--company", "jam", "--trace", "trace"]).well();
    let shown = desk.say(&["xero", "app", "show"]).well();
    assert!(shown.out.contains("sandbox-client") && !shown.out.contains("sandbox-secret"), "{shown:?}");
    assert!(!connected.out.contains("sandbox-secret") && !connected.error.contains("sandbox-secret"));
    let files = desk.files();
    assert!(files.iter().any(|(path, _)| path.ends_with("millbook.db.key")));
    assert!(files.iter().any(|(path, _)| path.ends_with("trace")), "the trace was written");
    for (path, bytes) in &files {
        for secret in ["sandbox-secret", "eyJ", "Bearer", "Basic "] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{} holds {secret}", path.display());
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.folder.path().join("millbook.db.key"))
            .expect("a key")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Without the key, or with another one, it is told what to do; the books go on.
    let key = desk.folder.path().join("millbook.db.key");
    let kept = std::fs::read_to_string(&key).expect("a key");
    std::fs::remove_file(&key).expect("removed");
    desk.say(&["xero", "limits", "--company", "jam"]).refused(1, "MILLBOOK_KEY_FILE");
    std::fs::write(&key, "0".repeat(64)).expect("written");
    desk.say(&["xero", "limits", "--company", "jam"]).refused(1, "can't be opened");
    std::fs::write(&key, "no key").expect("written");
    desk.say(&["xero", "limits", "--company", "jam"]).refused(2, "64 hexadecimal digits");
    desk.say(&["query", "units", "--company", "jam"]).well();
    std::fs::write(&key, kept).expect("written");
    desk.say(&["xero", "limits", "--company", "jam"]).well();
}

// rule: CON-6
#[test]
fn a_consent_that_was_withdrawn_asks_to_connect_again_and_that_goes_on() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    desk.connect(&[], "").well();
    // Half an hour later every access token is over: the next one is fetched and kept.
    desk.control("clock", r#"{"advance_seconds": 1860}"#);
    desk.say(&["xero", "limits", "--company", "jam"]).well();
    desk.say(&["xero", "limits", "--company", "jam"]).well();
    // Two months later the refresh token is dead.
    desk.control("clock", r#"{"advance_seconds": 5270400}"#);
    desk.say(&["xero", "limits", "--company", "jam"]).refused(1, "onnect");
    let again = desk.connect(&[], "").well();
    assert!(again.out.contains("It is connected to Demo Company (NZ)."), "{again:?}");
    desk.say(&["xero", "limits", "--company", "jam"]).well();
    desk.say(&["verify"]).well();
}

// rule: CON-7
#[test]
fn a_custom_connection_needs_no_browser() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    let at = format!("http://{}", desk.address);
    let set = [
        "xero",
        "app",
        "set",
        "--company",
        "jam",
        "--client-id",
        "sandbox-custom",
        "--flow",
        "custom",
        "--client-secret-file",
        "-",
        "--base-url",
        &at,
    ];
    desk.ask(&set, "sandbox-secret").well();
    let connected = desk.say(&["xero", "connect", "--company", "jam"]).well();
    assert!(connected.out.contains("It is connected to Demo Company (NZ)."), "{connected:?}");
    assert!(connected.out.contains("0 connections of the installation's app are used"), "{connected:?}");
    desk.say(&["xero", "limits", "--company", "jam"]).well();
    desk.say(&["xero", "disconnect", "--company", "jam"]).well();
}

#[test]
fn a_wrong_app_says_what_to_do() {
    let desk = Desk::new(&[DemoNz], &[("jam", "NZD")]);
    let at = format!("http://{}", desk.address);
    for (arguments, input, code, says) in [
        (&["--client-id", "a b", "--flow", "pkce"][..], "", 1, "Copy the client id"),
        (&["--client-id", "x"], "", 2, "secret is missing"),
        (&["--client-id", "x", "--flow", "pkce", "--base-url", "localhost"], "", 1, "http://"),
        (
            &["--client-id", "x", "--flow", "pkce", "--redirect", "http://127.0.0.1:9/c"],
            "",
            1,
            "localhost only",
        ),
        (&["--client-id", "x", "--client-secret-file", "nowhere"], "", 2, "can't read nowhere"),
        (&[], "", 2, "which Xero app?"),
    ] {
        desk.ask(&[&["xero", "app", "set"], arguments].concat(), input).refused(code, says);
    }
    // A wrong secret is found out when it is used.
    let set = [
        "xero",
        "app",
        "set",
        "--company",
        "jam",
        "--client-id",
        "sandbox-custom",
        "--flow",
        "custom",
        "--client-secret-file",
        "-",
        "--base-url",
        &at,
    ];
    desk.ask(&set, "wrong").well();
    desk.say(&["xero", "connect", "--company", "jam"]).refused(1, "millbook xero app set");
    // Nobody there: not possible now.
    let closed =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    let nowhere = format!("http://{closed}");
    let set = [
        "xero",
        "app",
        "set",
        "--company",
        "jam",
        "--client-id",
        "sandbox-custom",
        "--flow",
        "custom",
        "--client-secret-file",
        "-",
        "--base-url",
        &nowhere,
    ];
    desk.ask(&set, "sandbox-secret").well();
    desk.say(&["xero", "connect", "--company", "jam"]).refused(3, "Try again");
    let none = desk.say(&["xero", "app", "set", "--none"]).well();
    assert!(none.out.contains("No Xero app is set"), "{none:?}");
    desk.say(&["xero", "app", "set", "--none", "--company", "jam"]).well();
    desk.say(&["xero", "connect", "--company", "jam"]).refused(1, "developer.xero.com");
}
