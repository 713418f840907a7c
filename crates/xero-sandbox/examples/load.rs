//! A bounded load on a running sandbox: `load ADDRESS REQUESTS CONNECTIONS [PATH]`, e.g. `load 127.0.0.1:4010 20000 4`.
//!
//! Signs in as the custom connection, sends the requests over kept connections, one at a time on each, and prints
//! requests per second. With a body on standard input it PUTs that instead of a GET.

use std::io::{IsTerminal as _, Read as _};
use std::time::Instant;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let (sender, connection) = handshake(TokioIo::new(TcpStream::connect(address).await?)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<(u16, Bytes), Failure> {
    sender.ready().await?;
    let answer = sender.send_request(request).await?;
    let status = answer.status().as_u16();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, address, requests, connections, rest @ ..] = arguments.as_slice() else {
        return Err("usage: load ADDRESS REQUESTS CONNECTIONS [PATH]".into());
    };
    let (requests, connections): (usize, usize) = (requests.parse()?, connections.parse()?);
    let path = rest.first().map_or("Organisation", String::as_str);
    let mut body = Vec::new();
    if !std::io::stdin().is_terminal() {
        std::io::stdin().read_to_end(&mut body)?;
    }
    let body = Bytes::from(body);
    let form = "grant_type=client_credentials&client_id=sandbox-custom&client_secret=sandbox-secret";
    let request = Request::post("/connect/token").header("host", address).body(Full::from(form))?;
    let (_, tokens) = send(&mut connect(address).await?, request).await?;
    let tokens: serde_json::Value = serde_json::from_slice(&tokens)?;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().ok_or("no token")?);
    let start = Instant::now();
    let mut runs = Vec::new();
    for _ in 0..connections {
        let mut sender = connect(address).await?;
        let (address, bearer, body) = (address.clone(), bearer.clone(), body.clone());
        let target = format!("/api.xro/2.0/{path}");
        runs.push(tokio::spawn(async move {
            for _ in 0..requests / connections {
                let request = Request::builder()
                    .method(if body.is_empty() { "GET" } else { "PUT" })
                    .uri(&target)
                    .header("host", &address)
                    .header("authorization", &bearer)
                    .header("accept", "application/json")
                    .header("content-type", "application/json")
                    .body(Full::from(body.clone()))?;
                let (status, answer) = send(&mut sender, request).await?;
                if status != 200 {
                    return Err(format!("status {status}: {}", String::from_utf8_lossy(&answer)).into());
                }
            }
            Ok::<(), Failure>(())
        }));
    }
    for run in runs {
        run.await??;
    }
    let ms = start.elapsed().as_millis().max(1);
    let made = (requests / connections * connections) as u128;
    println!(
        "{made} requests in {ms} ms: {} a second, {} µs each",
        made * 1_000 / ms,
        ms * 1_000 / made.max(1)
    );
    Ok(())
}
