//! A request and an answer as values: what arrived on the wire, what is to go back. No HTTP library.
//!
//! `HttpRequest::new("GET", "/connections?authEventId=1")` splits the target at the question mark; `path` stays as
//! sent (percent-encoded) so that an idempotency key sees exactly what the client wrote.
//!
//! Not here: sockets (`crate::server`), what an answer means (`gate`, `identity`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// In capitals: `GET`, `POST`, `PUT`, `DELETE`.
    pub method: String,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// What followed the question mark, still encoded; empty without one.
    pub query: String,
    /// Name and value of each header, in the order sent. Names match ignoring case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// A request without headers and body for a target such as `/connections?authEventId=1`.
    pub fn new(method: &str, target: &str) -> HttpRequest {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        HttpRequest {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..HttpRequest::default()
        }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> HttpRequest {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request with a body and its content type.
    #[must_use]
    pub fn with_body(self, content_type: &str, body: impl Into<Vec<u8>>) -> HttpRequest {
        let mut request = self.with_header("content-type", content_type);
        request.body = body.into();
        request
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The query as decoded names and values, in the order sent.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.query)
    }

    /// The body as a form (`a=1&b=2`), decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body))
    }

    /// The path's parts between slashes, decoded, without empty ones.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').filter(|s| !s.is_empty()).map(|s| percent_decode(s, Plus::Literal)).collect()
    }
}

/// One answer to be sent. A 429 and a 204 have no body and no content type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Name and value of each header, in sending order.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    #[serde(with = "bytes_as_text")]
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// An answer without body and content type.
    pub fn empty(status: u16) -> HttpResponse {
        HttpResponse { status, ..HttpResponse::default() }
    }

    /// A JSON answer.
    pub fn json(status: u16, value: &Value) -> HttpResponse {
        HttpResponse::typed(status, "application/json; charset=utf-8", value.to_string())
    }

    /// A page of ours: nothing is loaded into it, and nobody frames it.
    pub fn html(status: u16, page: impl Into<String>) -> HttpResponse {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        HttpResponse::typed(status, "text/html; charset=utf-8", page.into())
            .with_header("content-security-policy", policy)
    }

    /// Plain text.
    pub fn text(status: u16, text: impl Into<String>) -> HttpResponse {
        HttpResponse::typed(status, "text/plain; charset=utf-8", text.into())
    }

    /// A redirect; 302 after a question, 303 after a form.
    pub fn redirect(status: u16, location: &str) -> HttpResponse {
        HttpResponse::empty(status).with_header("location", location)
    }

    /// An answer with a content type and a body.
    pub fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        HttpResponse { status, headers, body: body.into() }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> HttpResponse {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The body as JSON, `null` if it is none.
    pub fn body_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What happens to an answer between us and the client. All three come after the work was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It arrives.
    #[default]
    Arrives,
    /// The connection closes before a byte of it.
    Lost,
    /// The connection closes in the middle of the body.
    Cut,
}

/// The outcome of one request. A caller sends `response` after `delay` as `effect` says, and hands a `ticket` back
/// to `Sandbox::finish` when the client has it: until then the call counts as in flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "an answer has to be sent, and a ticket handed back"]
pub struct Handled {
    /// What to send.
    pub response: HttpResponse,
    /// Whether it arrives.
    pub effect: Effect,
    /// How long the client waits for it, in milliseconds; 0 at once.
    pub delay_ms: u64,
    /// Present while the call counts as in flight, which only calls with a delay do.
    pub ticket: Option<u64>,
    /// The control asks for the state to be saved.
    pub save: bool,
}

impl Handled {
    /// An answer that arrives at once.
    pub fn now(response: HttpResponse) -> Handled {
        Handled { response, ..Handled::default() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    Blank,
    Literal,
}

fn percent_decode(text: &str, plus: Plus) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|h| h.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|h| std::str::from_utf8(h).ok());
        match (bytes[at], hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) if plus == Plus::Blank => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `a=1&b=x+y` as decoded pairs; a part without `=` has an empty value.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded = |part: &str| percent_decode(part, Plus::Blank);
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// The first value of that name, exactly as spelled.
pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

/// A text as one part of a query: everything but letters, digits and `-._~` encoded.
pub fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Bodies in the state file: as text where they are text, else as base64.
pub(crate) mod bytes_as_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => to.serialize_str(&format!("t{text}")),
            Err(_) => to.serialize_str(&format!("b{}", STANDARD.encode(bytes))),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        match text.split_at_checked(1) {
            Some(("t", rest)) => Ok(rest.as_bytes().to_vec()),
            Some(("b", rest)) => STANDARD.decode(rest).map_err(serde::de::Error::custom),
            _ => Err(serde::de::Error::custom("a body is `t` and its text, or `b` and its base64")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_and_broken_escapes_kept() {
        for (text, name, expected) in [
            ("a=1&b=2", "b", "2"),
            ("a=x+y%20z", "a", "x y z"),
            ("IDs=1%2C2", "IDs", "1,2"),
            ("a", "a", ""),
            ("a=%", "a", "%"),
            ("a=%4", "a", "%4"),
            ("a=%zz%", "a", "%zz%"),
            ("a=%+1", "a", "% 1"),
            ("&&a==", "a", "="),
        ] {
            assert_eq!(value(&pairs(text), name), Some(expected), "{text}");
        }
        assert_eq!(pairs("a=%ff")[0].1, "\u{fffd}");
    }

    #[test]
    fn a_path_is_split_and_its_plus_stays_a_plus() {
        let request = HttpRequest::new("put", "/api.xro/2.0//Invoices/1/Attachments/a+b%20%5B1%5D.png?x=1");
        assert_eq!(request.method, "PUT");
        assert_eq!(request.segments(), ["api.xro", "2.0", "Invoices", "1", "Attachments", "a+b [1].png"]);
        assert_eq!(request.query, "x=1");
    }

    #[test]
    fn encoding_and_decoding_are_inverse() {
        let text = "a b&c=d/é\"%+";
        assert_eq!(pairs(&format!("q={}", encode(text)))[0].1, text);
    }
}
