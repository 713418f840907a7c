//! The real world: the machine's clock and chance, and HTTPS. The only place of this crate where tokio stands.
//!
//! An error that comes before a connection stood is `NotConnected`: then nothing was sent. Redirects are not followed,
//! because a write must not be sent to another address by itself.
//!
//! Not here: what an answer means.

use crate::send::World;
use futures_util::stream::{Stream, StreamExt, unfold};
use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use world::{
    Body, Chance, Chunks, Clock, Method, Moment, NetworkError, Request, Response, Transport, Waiting,
};

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep_until(&self, moment: Moment) -> Waiting<'static, ()> {
        Box::pin(tokio::time::sleep(moment.since(self.now())))
    }
}

/// The machine's random bytes, fit for secrets.
pub struct MachineChance;

impl Chance for MachineChance {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the machine has random bytes");
    }
}

/// HTTPS, with connections kept open.
pub struct Https(reqwest::Client);

impl Https {
    /// A client that trusts the usual authorities.
    ///
    /// # Errors
    /// The machine lets nobody open connections.
    pub fn new() -> Result<Self, String> {
        Self::built(reqwest::Client::builder())
    }

    /// For a server on this machine: never by the proxy that the environment names.
    ///
    /// # Errors
    /// The machine lets nobody open connections.
    pub fn near() -> Result<Self, String> {
        Self::built(reqwest::Client::builder().no_proxy())
    }

    fn built(client: reqwest::ClientBuilder) -> Result<Self, String> {
        // Already installed is as good: the whole program uses one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = client
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .build();
        client.map(Self).map_err(|why| chain(&why))
    }
}

/// The machine's clock, chance and network.
///
/// # Errors
/// The machine lets nobody open connections.
pub fn machine() -> Result<World, String> {
    Ok(World {
        clock: Arc::new(MachineClock),
        chance: Arc::new(MachineChance),
        transport: Arc::new(Https::new()?),
    })
}

/// An error with its causes; reqwest keeps the interesting one inside.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        text = format!("{text}: {cause}");
        inner = cause.source();
    }
    text
}

fn network(error: reqwest::Error) -> NetworkError {
    // The address may carry a filter: it is not repeated in messages.
    let error = error.without_url();
    let why = chain(&error);
    if error.is_connect() || error.is_builder() {
        NetworkError::NotConnected(why)
    } else if error.is_timeout() {
        NetworkError::TimedOut(why)
    } else {
        NetworkError::Broken(why)
    }
}

type Pieces = Pin<Box<dyn Stream<Item = reqwest::Result<Vec<u8>>> + Send>>;

/// A response's body. The lock is never contended; it makes the stream shareable as the trait wants.
struct Received(Mutex<Pieces>);

impl Chunks for Received {
    fn next(&mut self) -> Waiting<'_, Option<Result<Vec<u8>, NetworkError>>> {
        let stream = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        Box::pin(async move { stream.next().await.map(|piece| piece.map_err(network)) })
    }
}

fn outgoing(chunks: Box<dyn Chunks>) -> reqwest::Body {
    reqwest::Body::wrap_stream(unfold(chunks, |mut chunks| async {
        let piece = chunks.next().await?;
        Some((piece, chunks))
    }))
}

impl Transport for Https {
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let method = match request.method {
                Method::Get => reqwest::Method::GET,
                Method::Put => reqwest::Method::PUT,
                Method::Post => reqwest::Method::POST,
                Method::Delete => reqwest::Method::DELETE,
            };
            let mut building = self.0.request(method, &request.url).timeout(request.timeout);
            for (name, value) in &request.headers {
                building = building.header(name, value);
            }
            building = match request.body {
                Body::Empty => building,
                Body::Bytes(bytes) => building.body(bytes.to_vec()),
                Body::Stream { length, chunks } => {
                    building.header("Content-Length", length).body(outgoing(chunks))
                }
            };
            let response = building.send().await.map_err(network)?;
            let text =
                |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers =
                response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            let status = response.status().as_u16();
            let pieces: Pieces =
                Box::pin(response.bytes_stream().map(|piece| piece.map(|bytes| bytes.to_vec())));
            Ok(Response { status, headers, body: Box::new(Received(Mutex::new(pieces))) })
        })
    }
}
