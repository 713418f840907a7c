//! The network as a parameter: one request out, one response back, and what is known when neither came whole.
//!
//! `NotConnected` is the valuable case: nothing left this machine, so nothing can have happened at the other end.
//! Bodies may be streamed both ways, so that an attachment of 10 MB is never held whole.
//!
//! Not here: what a status or a header means.

use crate::Waiting;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The methods we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Create.
    Put,
    /// Change, and forms.
    Post,
    /// Remove.
    Delete,
}

impl Method {
    /// As it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A body, piece by piece.
pub trait Chunks: Send + Sync {
    /// The next piece; none at the end.
    fn next(&mut self) -> Waiting<'_, Option<Result<Vec<u8>, NetworkError>>>;
}

/// Pieces that are at hand already, as a stream: for tests and small bodies.
pub struct Pieces(std::vec::IntoIter<Result<Vec<u8>, NetworkError>>);

impl Pieces {
    /// Answers these, in order.
    #[must_use]
    pub fn new(pieces: Vec<Result<Vec<u8>, NetworkError>>) -> Self {
        Self(pieces.into_iter())
    }
}

impl Chunks for Pieces {
    fn next(&mut self) -> Waiting<'_, Option<Result<Vec<u8>, NetworkError>>> {
        let piece = self.0.next();
        Box::pin(async move { piece })
    }
}

/// What a request carries.
pub enum Body {
    /// Nothing.
    Empty,
    /// These bytes; shared, so that the same bytes can be sent again.
    Bytes(Arc<[u8]>),
    /// A stream of known length.
    Stream {
        /// The length in bytes, told to the other end beforehand.
        length: u64,
        /// The pieces.
        chunks: Box<dyn Chunks>,
    },
}

/// One request.
pub struct Request {
    /// What to do.
    pub method: Method,
    /// The whole address, with its query.
    pub url: String,
    /// Names and values in the order given.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Body,
    /// How long the whole exchange may take.
    pub timeout: Duration,
}

/// The start of an answer; the body follows in pieces.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Box<dyn Chunks>,
}

impl Response {
    /// A response whose body is at hand.
    #[must_use]
    pub fn whole(status: u16, headers: Vec<(String, String)>, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers, body: Box::new(Pieces::new(vec![Ok(body.into())])) }
    }

    /// The first value of a header, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Reads a body to its end.
///
/// # Errors
/// What the network says; `TooLarge` above `most` bytes.
pub async fn collect(mut body: Box<dyn Chunks>, most: usize) -> Result<Vec<u8>, NetworkError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > most {
            return Err(NetworkError::TooLarge(most));
        }
    }
    Ok(bytes)
}

/// Why no whole answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// No connection: not a byte of the request left. The text says why (name unknown, refused, certificate).
    NotConnected(String),
    /// The time was up after the connection stood: the request may have arrived.
    TimedOut(String),
    /// The connection broke after it stood: the request may have arrived.
    Broken(String),
    /// The answer is larger than we read (bytes).
    TooLarge(usize),
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected(why) => write!(f, "no connection: {why}"),
            Self::TimedOut(why) => write!(f, "no answer in time: {why}"),
            Self::Broken(why) => write!(f, "the connection broke: {why}"),
            Self::TooLarge(most) => write!(f, "the answer is larger than {most} bytes"),
        }
    }
}

impl std::error::Error for NetworkError {}

/// Sends requests.
pub trait Transport: Send + Sync {
    /// Sends one request and answers when the response's head is here.
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>>;
}
