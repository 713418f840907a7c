//! The server over real sockets: answers, answers that are lost or cut, webhooks that arrive, a state that is saved.

#![cfg(feature = "server")]

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use xero_sandbox::door::{Sandbox, SeedName};
use xero_sandbox::server::{Server, load_state};

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start(state_file: Option<PathBuf>) -> Running {
    let sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, Timestamp::now());
    let server = Server::bind(([127, 0, 0, 1], 0).into(), sandbox, state_file).await.expect("a free port");
    let address = server.address().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    Running { address, stop, done }
}

/// Sends bytes, and reads until the server closes.
async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn send(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
    let answer = raw(
        address,
        &format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
    .await;
    let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

async fn token(address: SocketAddr) -> String {
    let form = "grant_type=client_credentials&client_id=sandbox-custom&client_secret=sandbox-secret";
    let (_, tokens) = send(address, "POST", "/connect/token", "", form).await;
    format!(
        "Authorization: Bearer {}\r\nAccept: application/json\r\n",
        tokens["access_token"].as_str().expect("a token")
    )
}

#[tokio::test]
async fn answers_arrive_are_lost_and_are_cut() {
    let server = start(None).await;
    let headers = token(server.address).await;
    let call = || send(server.address, "GET", "/api.xro/2.0/Organisation", &headers, "");
    let (status, body) = call().await;
    assert_eq!((status, body["Organisations"].is_array()), (200, true));
    for (fault, seen) in [("lost-answer", 0), ("connection-dropped", 0), ("cut-answer", 200)] {
        let fault = json!({ "name": fault }).to_string();
        send(server.address, "POST", "/sandbox/api/faults", "", &fault).await;
        assert_eq!(call().await, (seen, Value::Null), "{fault}");
    }
    assert_eq!(call().await.0, 200);
    assert_eq!(raw(server.address, "nonsense\r\n\r\n").await.split(' ').nth(1), Some("400"));
    let _ = server.stop.send(());
    assert!(server.done.await.expect("no panic").is_ok());
}

#[tokio::test]
async fn the_state_is_saved_on_stopping_and_when_asked() {
    let file = std::env::temp_dir().join(format!("xero-sandbox-state-{}.json", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let server = start(Some(file.clone())).await;
    let headers = token(server.address).await;
    assert_eq!(send(server.address, "POST", "/sandbox/api/save", "", "").await.0, 200);
    assert!(file.exists());
    send(server.address, "GET", "/api.xro/2.0/Organisation", &headers, "").await;
    let _ = server.stop.send(());
    server.done.await.expect("no panic").expect("saved");
    let again = load_state(&file).expect("readable").expect("a state");
    assert_eq!(again.calls().made(), 2);
    std::fs::write(&file, "{").expect("written");
    assert!(load_state(&file).expect("readable").is_err());
    let _ = std::fs::remove_file(&file);
    assert!(load_state(&file).is_err());
}

/// A receiver of webhooks that answers as an app should, and tells what events it got.
async fn receiver(events: mpsc::UnboundedSender<Value>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut text = String::new();
            let (head, body) = loop {
                let mut chunk = [0; 4096];
                let count = stream.read(&mut chunk).await.expect("bytes");
                text.push_str(&String::from_utf8_lossy(&chunk[..count]));
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.to_lowercase();
                    let length = length.split("content-length: ").nth(1).expect("a length");
                    let length: usize = length.lines().next().and_then(|l| l.parse().ok()).expect("a number");
                    if body.len() >= length || count == 0 {
                        break (head.to_lowercase(), body.to_owned());
                    }
                }
            };
            assert!(head.contains("content-type: application/json"), "{head}");
            let signature =
                text.lines().find_map(|l| l.strip_prefix("x-xero-signature: ")).expect("a signature");
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"the key").expect("a key");
            mac.update(body.as_bytes());
            let expected = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
            let status = if signature == expected { "200 OK" } else { "401 Unauthorized" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            if signature == expected {
                let _ = events.send(serde_json::from_str(&body).expect("JSON"));
            }
        }
    });
    address
}

#[tokio::test]
async fn webhooks_arrive_signed_after_the_intent_round() {
    let (sender, mut events) = mpsc::unbounded_channel();
    let hook = receiver(sender).await;
    let server = start(None).await;
    let headers = token(server.address).await;
    let wish = json!({"app": "sandbox-custom", "url": format!("http://{hook}/hook"), "key": "the key"});
    let (status, _) = send(server.address, "POST", "/sandbox/api/webhooks", "", &wish.to_string()).await;
    assert_eq!(status, 200);
    for _ in 0..2 {
        assert_eq!(events.recv().await.expect("an intent post")["events"], json!([]));
    }
    let contact = json!({"Contacts": [{"Name": "Hook"}]}).to_string();
    let headers = format!("{headers}Content-Type: application/json\r\n");
    let (status, made) = send(server.address, "PUT", "/api.xro/2.0/Contacts", &headers, &contact).await;
    assert_eq!(status, 200, "{made}");
    let told = events.recv().await.expect("an event");
    assert_eq!(told["events"][0]["resourceId"], made["Contacts"][0]["ContactID"]);
    assert_eq!(told["events"][0]["eventCategory"], "CONTACT");
    assert_eq!(told["firstEventSequence"], 1);
    let _ = server.stop.send(());
    assert!(server.done.await.expect("no panic").is_ok());
}
