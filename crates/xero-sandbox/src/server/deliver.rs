//! Posting one webhook to a plain `http://` address.

use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::body::Body;
use crate::door::webhook::{ANSWER_WITHIN_MS, Delivery, Outcome};

/// Posts it and tells how that went. Gives up a second after Xero would.
pub(super) async fn post(delivery: &Delivery) -> Outcome {
    let start = Instant::now();
    match timeout(Duration::from_millis(ANSWER_WITHIN_MS + 1_000), send(delivery)).await {
        Ok(Ok(status)) => {
            let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            Outcome::Answered(status, ms)
        }
        Ok(Err(reason)) => Outcome::Failed(reason),
        Err(_) => Outcome::Failed(format!("no answer within {ANSWER_WITHIN_MS} ms")),
    }
}

async fn send(delivery: &Delivery) -> Result<u16, String> {
    let rest = delivery.url.strip_prefix("http://").ok_or("not an http:// address")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let stream = TcpStream::connect(&address).await.map_err(|e| e.to_string())?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
    let driving = tokio::spawn(connection);
    let request = Request::post(path)
        .header("host", authority)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "xero-sandbox-webhooks")
        .header("x-xero-signature", &delivery.signature)
        .header("content-length", delivery.body.len())
        .body(Body::whole(delivery.body.clone()))
        .map_err(|e| e.to_string())?;
    let response: Result<hyper::Response<Incoming>, _> = sender.send_request(request).await;
    driving.abort();
    response.map(|r| r.status().as_u16()).map_err(|e| e.to_string())
}
