//! The real network part against the stand-in on a port of this machine: HTTP as it is, with answers that get lost.
//!
//! Not here: the many stories (`faults`, `round_trips`), which need no sockets.

#[path = "support/judge.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod judge;

use judge::Judge;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use world::{Body, Chunks, Clock, Method, NetworkError, Pieces, Request, Transport, collect};
use xero::outcome::{Cause, Happened};
use xero::{Attachment, Contact, Invoice, Organisation};
use xero_client::attach::{Online, Upload};
use xero_client::failure::Reason;
use xero_client::limits::{Budget, Limiter, Priority, Tenant};
use xero_client::network::{Https, MachineClock, machine};
use xero_client::resource::list;
use xero_client::send::{Client, Patience};
use xero_client::settings::{Addresses, App, Kind, REDIRECT, Rights, Secret};
use xero_client::tokens::{InMemory, Tokens};
use xero_client::trace::NoTrace;
use xero_sandbox::door::{Sandbox, SeedName};
use xero_sandbox::server::Server;

const ASKED: Priority = Priority::Asked;

/// The stand-in on a free port.
async fn stand_in() -> SocketAddr {
    let sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, jiff::Timestamp::now());
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), sandbox, None).await.unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.run(std::future::pending()));
    address
}

fn client(address: SocketAddr) -> Client {
    let base = format!("http://{address}");
    let at = Addresses::at(&base, &base);
    let app = App {
        client_id: "sandbox-custom".into(),
        kind: Kind::Custom(Secret::new("sandbox-secret")),
        redirect: REDIRECT.into(),
        rights: Rights::Granular,
    };
    let world = machine().unwrap();
    let (clock, transport) = (world.clock.clone(), world.transport.clone());
    let tokens = Tokens::new(app, at.clone(), Arc::new(InMemory::default()), clock, transport);
    let client = Client::new(world, at, Limiter::new(Budget::STARTER), Arc::new(tokens), Arc::new(NoTrace));
    client.with_patience(Patience { tries: 1, timeout: Duration::from_secs(5), ..Patience::default() })
}

async fn fault(address: SocketAddr, body: &str) {
    let body = Body::Bytes(body.as_bytes().into());
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let url = format!("http://{address}/sandbox/api/faults");
    let request = Request { method: Method::Post, url, headers, body, timeout: Duration::from_secs(5) };
    assert_eq!(Https::new().unwrap().send(request).await.unwrap().status, 200);
}

/// Holds what arrived at the stand-in against Xero's file.
async fn acquit(address: SocketAddr, operations: &[&str]) {
    let url = format!("http://{address}/sandbox/api/calls");
    let (headers, body, timeout) = (Vec::new(), Body::Empty, Duration::from_secs(5));
    let request = Request { method: Method::Get, url, headers, body, timeout };
    let answer = Https::new().unwrap().send(request).await.unwrap();
    let judge = Judge::default();
    judge.hear_calls(&String::from_utf8(collect(answer.body, usize::MAX).await.unwrap()).unwrap());
    let judged = judge.acquit();
    assert!(!Judge::sits() || judged.keys().eq(operations), "{judged:?}");
}

fn contact(name: &str) -> Contact {
    Contact { name: Some(name.to_owned()), ..Contact::default() }
}

#[tokio::test]
async fn reads_writes_and_uploads() {
    let address = stand_in().await;
    let client = client(address);
    let page = client.page::<Organisation>(Tenant::NOTHING, list::<Organisation>(), ASKED).await.unwrap();
    assert_eq!(page.items[0].base_currency.as_deref(), Some("NZD"));
    let made = client.create(Tenant::NOTHING, &[contact("Nord & Söhne")], ASKED).await.unwrap().remove(0);
    let id = made.outcome.unwrap()[0].id().unwrap();
    assert_eq!(client.get(Tenant::NOTHING, id, ASKED).await.unwrap().name.as_deref(), Some("Nord & Söhne"));
    let pieces = (0..200).map(|_| Ok(vec![7; 10_000])).collect();
    let file =
        Upload { name: "plan.pdf", kind: "application/pdf", length: 2_000_000, online: Online::Hidden };
    client.attach(Tenant::NOTHING, id, &file, Box::new(Pieces::new(pieces)), ASKED).await.unwrap();
    let look = xero_client::look::attachment(id, "plan.pdf");
    let found = client.look::<Attachment>(Tenant::NOTHING, &look, ASKED).await.unwrap();
    let xero_client::look::Found::One(held) = found else { panic!("{found:?}") };
    assert_eq!(held.content_length, Some(2_000_000));
    let name = ("plan.pdf", "application/pdf");
    let mut file = client.download(Tenant::NOTHING, id, name, ASKED).await.unwrap();
    assert_eq!((file.length, file.kind.as_deref()), (Some(2_000_000), Some("application/pdf")));
    let under_way = || client.queue().usage(Tenant::NOTHING).at_once.0;
    assert_eq!(under_way(), 1, "until the last piece");
    let (mut bytes, mut pieces) = (0, 0);
    while let Some(piece) = file.chunks.next().await {
        let piece = piece.unwrap();
        assert!(piece.iter().all(|byte| *byte == 7));
        (bytes, pieces) = (bytes + piece.len(), pieces + 1);
    }
    assert_eq!((bytes, under_way()), (2_000_000, 0));
    assert!(pieces > 1, "it came whole");
    let missing = client.download(Tenant::NOTHING, id, ("no.pdf", "application/pdf"), ASKED).await;
    assert_eq!(missing.err().unwrap().reason, Reason::Xero(Cause::NotFound));
    fault(address, r#"{"name": "cut-answer", "method": "GET", "path": "/Contacts"}"#).await;
    let cut = client.download(Tenant::NOTHING, id, name, ASKED).await.unwrap();
    assert!(matches!(collect(cut.chunks, usize::MAX).await, Err(NetworkError::Broken(_))));
    assert_eq!(under_way(), 0);
    let operations = [
        "GET /Contacts/{ContactID}",
        "GET /Contacts/{ContactID}/Attachments",
        "GET /Contacts/{ContactID}/Attachments/{FileName}",
        "GET /Organisation",
        "PUT /Contacts",
        "PUT /Contacts/{ContactID}/Attachments/{FileName}",
    ];
    acquit(address, &operations).await;
}

#[tokio::test]
async fn what_is_lost_on_the_wire_is_unknown() {
    let address = stand_in().await;
    let client = client(address);
    let hasty = client.clone().with_patience(Patience {
        tries: 1,
        timeout: Duration::from_millis(400),
        ..Patience::default()
    });
    for (name, client) in [
        ("lost-answer", &client),
        ("cut-answer", &client),
        ("connection-dropped", &client),
        ("slow-answer", &hasty),
    ] {
        fault(address, &format!(r#"{{"name": "{name}", "method": "PUT", "path": "/Contacts"}}"#)).await;
        let batch = client.create(Tenant::NOTHING, &[contact(name)], ASKED).await.unwrap().remove(0);
        let failure = batch.outcome.unwrap_err();
        assert_eq!(failure.happened, Happened::Unknown, "{name}");
        assert!(matches!(failure.reason, Reason::Xero(Cause::Lost(_))), "{name}: {:?}", failure.reason);
    }
    let all = client.all::<Contact>(Tenant::NOTHING, list::<Contact>(), ASKED).await.unwrap();
    let there = |name: &str| all.items.iter().filter(|held| held.name.as_deref() == Some(name)).count();
    assert_eq!((there("lost-answer"), there("cut-answer"), there("connection-dropped")), (1, 1, 0));
    acquit(address, &["GET /Contacts", "PUT /Contacts"]).await;
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    // A port that nobody listens on: bound, read, and let go.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let https = Https::new().unwrap();
    for url in [format!("http://{free}/x"), "http://no-such-host.invalid/".to_owned(), "http://[".to_owned()]
    {
        let (headers, body) = (Vec::new(), Body::Empty);
        let request = Request { method: Method::Get, url, headers, body, timeout: Duration::from_secs(5) };
        let answer = https.send(request).await.map(|response| response.status);
        assert!(matches!(answer, Err(NetworkError::NotConnected(_))), "{answer:?}");
    }
    let failed = client(free).page::<Invoice>(Tenant::NOTHING, list::<Invoice>(), ASKED).await.unwrap_err();
    assert!(matches!(failed.reason, Reason::SignIn(_)), "{:?}", failed.reason);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_large_answer_is_not_swallowed() {
    let address = stand_in().await;
    let https = Https::new().unwrap();
    let get = |target: &str| Request {
        method: Method::Get,
        url: format!("http://{address}{target}"),
        headers: Vec::new(),
        body: Body::Empty,
        timeout: Duration::from_secs(5),
    };
    let to = "/identity/connect/authorize?response_type=code&client_id=sandbox-client&scope=accounting.contacts\
              &redirect_uri=http%3A%2F%2Flocalhost%3A4009%2Fcallback&state=s&sandbox_auto_approve=true";
    let response = https.send(get(to)).await.unwrap();
    assert_eq!(response.status, 302);
    assert!(response.header("LOCATION").unwrap().starts_with("http://localhost:4009/callback?"));
    let page: Box<dyn Chunks> = https.send(get("/sandbox/api/openapi.json")).await.unwrap().body;
    assert_eq!(collect(page, 1_000).await, Err(NetworkError::TooLarge(1_000)));
    let before = MachineClock.now();
    MachineClock.sleep_until(before).await;
    assert!(MachineClock.now() >= before);
}
