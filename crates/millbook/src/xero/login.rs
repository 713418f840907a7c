//! `millbook xero login`: prints the address to open, waits for the browser to come back, keeps the tokens.
//!
//! The listener takes only the registered path on this machine. An answer to another sign-in gets a page that says so
//! and changes nothing; the wait goes on. Not here: what a code is turned into (`xero_client::oauth`).

use super::{Desk, signed_out};
use crate::said::say;
use crate::sandbox::Refusal;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use xero_client::oauth::{self, Pending};
use xero_client::settings::{Kind, Secret};

/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

pub async fn run(desk: &Desk) -> Result<(), Refusal> {
    if matches!(desk.app.kind, Kind::Custom(_)) {
        return Err(Refusal(2, "a custom connection signs in by itself: there is no login".to_owned()));
    }
    let pending = oauth::begin(&desk.app, &desk.addresses, desk.world.chance.as_ref());
    let code = come_back(&desk.app.redirect, &pending).await?;
    let tokens = desk.client.tokens();
    let now = desk.world.clock.now();
    let granted = tokens.identity().exchange(&pending, &code, now).await.map_err(signed_out)?;
    tokens.signed_in(granted).await.map_err(signed_out)?;
    say("Connected:");
    desk.connections(None).await
}

/// Prints the address, and waits for the person to come back with a code.
pub async fn come_back(address: &str, pending: &Pending) -> Result<Secret, Refusal> {
    let (port, path) = redirect(address)?;
    let doors = doors(port).await?;
    say(format!("Open this address in a browser on this machine:\n\n  {}\n", pending.url));
    let late = || Refusal(3, "nobody came back within 15 minutes: start again".to_owned());
    tokio::time::timeout(PATIENCE, wait(&doors, &path, pending)).await.map_err(|_| late())?
}

/// Port and path of the registered redirect.
fn redirect(url: &str) -> Result<(u16, String), Refusal> {
    let wrong = || {
        Refusal(
            2,
            format!(
                "redirect {url}: this command listens on http://localhost:PORT/path only, as Xero allows"
            ),
        )
    };
    let rest = url.strip_prefix("http://localhost:").ok_or_else(wrong)?;
    let (port, path) = rest.split_once('/').ok_or_else(wrong)?;
    Ok((port.parse().map_err(|_| wrong())?, format!("/{path}")))
}

/// `localhost` is one address or two, depending on the machine.
async fn doors(port: u16) -> Result<(TcpListener, Option<TcpListener>), Refusal> {
    let four = TcpListener::bind(("127.0.0.1", port)).await;
    let four = four.map_err(|e| {
        let hint = if e.kind() == ErrorKind::AddrInUse { "; is another login running?" } else { "" };
        Refusal(3, format!("can't listen on localhost:{port}: {e}{hint}"))
    })?;
    Ok((four, TcpListener::bind(("::1", port)).await.ok()))
}

async fn wait(
    (four, six): &(TcpListener, Option<TcpListener>),
    path: &str,
    pending: &Pending,
) -> Result<Secret, Refusal> {
    loop {
        let accepted = match six {
            Some(six) => tokio::select! { a = four.accept() => a, a = six.accept() => a },
            None => four.accept().await,
        };
        let Ok((mut stream, _)) = accepted else { continue };
        let head = tokio::time::timeout(Duration::from_secs(5), head(&mut stream)).await.unwrap_or_default();
        let target = head.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        let (asked, query) = target.split_once('?').unwrap_or((target, ""));
        if asked != path {
            answer(&mut stream, "404 Not Found", "Nothing here.").await;
            continue;
        }
        match oauth::code(pending, query) {
            Ok(code) => {
                answer(&mut stream, "200 OK", "Millbook is connected to Xero. You can close this page.")
                    .await;
                return Ok(code);
            }
            Err(oauth::SignInError::WrongState) => {
                answer(&mut stream, "400 Bad Request", "This answer belongs to another sign-in.").await;
            }
            Err(why) => {
                answer(&mut stream, "400 Bad Request", "Not connected. The terminal says why.").await;
                return Err(signed_out(why));
            }
        }
    }
}

/// The first line and headers, at most 16 kB.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 2048];
    while bytes.len() < 16_384 && !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn answer(stream: &mut TcpStream, status: &str, text: &str) {
    let page = format!("<!doctype html><meta charset=utf-8><title>Millbook</title><p>{text}</p>\n");
    let length = page.len();
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}"
    );
    // The browser may have gone: then nobody misses the page.
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.shutdown().await;
}
