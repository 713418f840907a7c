//! What an answer that isn't a plain success means: for each cause and each kind of call, whether it happened.
//!
//! `HAPPENED` in words: an answer that refuses (400, 401, 403, 404, 429) did nothing. A read never did anything. When a
//! write's answer was lost, or Xero failed while working (500, 503, a cut body), nobody knows: same bytes and same key
//! within the key's life, later a look for our marker. No connection means nothing left this machine.
//!
//! Not here: elements inside a 200 (`element`), carrying retries out (`xero-client`).

use crate::element::{Message, messages};
use crate::envelope::Envelope;
use serde_json::value::RawValue;

/// Kinds of calls, as far as they differ in what a failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A GET.
    Read,
    /// A PUT of new things.
    Create,
    /// A POST to a thing with an id.
    Update,
    /// A removal. One that finds nothing to remove has its goal.
    Delete,
    /// An upload of a file. The same name overwrites, so it may be repeated.
    Attach,
}

/// Whether a call had its effect at Xero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// Certainly not done.
    NotDone,
    /// Certainly done.
    Done,
    /// Nobody knows: look it up.
    Unknown,
}

impl Happened {
    /// After several tries of the same bytes: one that may have happened is not undone by a later refusal.
    #[must_use]
    pub fn and_then(self, later: Self) -> Self {
        match (self, later) {
            (_, Self::Done) | (Self::Done, _) => Self::Done,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::NotDone, Self::NotDone) => Self::NotDone,
        }
    }
}

/// Which of Xero's limits a 429 is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// 60 calls a minute.
    Minute,
    /// 1,000 or 5,000 calls a day.
    Day,
    /// 5 calls at once.
    Concurrent,
    /// 10,000 calls a minute of the whole app.
    AppMinute,
    /// A word we don't know.
    Other(String),
}

/// Why a call has no plain success to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// 400: Xero's rules refuse it. Messages of all elements.
    Invalid {
        /// Xero's `Message`.
        summary: String,
        /// What is wrong, element by element.
        messages: Vec<Message>,
    },
    /// 400, error 51: the question touches more than 100,000 records.
    TooManyRecords,
    /// 400: this idempotency key was used with another request.
    KeyReused,
    /// 401: no token, or one that is over.
    SignedOut,
    /// 401 with a challenge: a right was never granted.
    MissingRight,
    /// 403: the connection is gone, or the user may not.
    Forbidden,
    /// 404: no such thing, or one of another organisation.
    NotFound,
    /// 429.
    Limited {
        /// Which limit.
        limit: Limit,
        /// Seconds until it is worth trying, if Xero says.
        retry_after: Option<u64>,
    },
    /// 501: Xero has no such method.
    NotBuilt,
    /// 503: planned maintenance, or this organisation is offline.
    Unavailable {
        /// Seconds until it is worth trying, if Xero says.
        retry_after: Option<u64>,
    },
    /// 500 and its like.
    ServerFault(u16),
    /// Any other 4xx.
    Rejected(u16),
    /// A success whose body can't be read.
    Unreadable(String),
    /// A status that makes no sense here (1xx, 3xx, …).
    Unexpected(u16),
    /// No connection came about.
    NotConnected(String),
    /// The time was up, or the connection broke, after the request may have arrived.
    Lost(String),
}

impl Cause {
    /// The row of the catalogue (`errors`) that explains it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::TooManyRecords => "too-many-records",
            Self::KeyReused => "key-reused",
            Self::SignedOut => "signed-out",
            Self::MissingRight => "missing-right",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Limited { limit: Limit::Minute, .. } => "limit-minute",
            Self::Limited { limit: Limit::Day, .. } => "limit-day",
            Self::Limited { limit: Limit::Concurrent, .. } => "limit-concurrent",
            Self::Limited { limit: Limit::AppMinute, .. } => "limit-app",
            Self::Limited { limit: Limit::Other(_), .. } => "limit-other",
            Self::NotBuilt => "not-built",
            Self::Unavailable { .. } => "unavailable",
            Self::ServerFault(_) => "server-fault",
            Self::Rejected(_) => "rejected",
            Self::Unreadable(_) => "unreadable",
            Self::Unexpected(_) => "unexpected",
            Self::NotConnected(_) => "not-connected",
            Self::Lost(_) => "lost",
        }
    }
}

/// The table: what a cause means for a kind of call.
#[must_use]
pub fn happened(deed: Deed, cause: &Cause) -> Happened {
    match (deed, cause) {
        (Deed::Read, _) => Happened::NotDone,
        (Deed::Delete, Cause::NotFound) => Happened::Done,
        (
            _,
            Cause::Invalid { .. }
            | Cause::TooManyRecords
            | Cause::KeyReused
            | Cause::SignedOut
            | Cause::MissingRight
            | Cause::Forbidden
            | Cause::NotFound
            | Cause::Limited { .. }
            | Cause::NotBuilt
            | Cause::Rejected(_)
            | Cause::NotConnected(_),
        ) => Happened::NotDone,
        (
            _,
            Cause::Unavailable { .. }
            | Cause::ServerFault(_)
            | Cause::Unreadable(_)
            | Cause::Unexpected(_)
            | Cause::Lost(_),
        ) => Happened::Unknown,
    }
}

/// The parts of an answer that decide.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The status code.
    pub status: u16,
    /// Names in any case, and values.
    pub headers: &'a [(String, String)],
    /// The whole body.
    pub body: &'a [u8],
}

impl Received<'_> {
    /// The first value of a header, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether the body claims to be JSON. Nothing else is ever parsed (API-FACTS 3.1).
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
    }

    /// Xero's number for this exchange, to quote to their support. Both spellings are documented.
    #[must_use]
    pub fn correlation(&self) -> Option<&str> {
        self.header("xero-correlation-id")
            .or_else(|| self.header("x-correlation-id"))
            .filter(|id| !id.is_empty())
    }

    /// Why this answer is no plain success; none if it is one (200 with JSON, 204, or another 2xx).
    #[must_use]
    pub fn failure(&self) -> Option<Cause> {
        let after = || self.header("retry-after").and_then(|text| text.trim().parse().ok());
        Some(match self.status {
            200..=299 => return None,
            400 => self.bad_request(),
            401 if self.challenged() => Cause::MissingRight,
            401 => Cause::SignedOut,
            403 => Cause::Forbidden,
            404 => Cause::NotFound,
            429 => Cause::Limited { limit: self.limit(), retry_after: after() },
            501 => Cause::NotBuilt,
            503 => Cause::Unavailable { retry_after: after() },
            500..=599 => Cause::ServerFault(self.status),
            402..=499 => Cause::Rejected(self.status),
            other => Cause::Unexpected(other),
        })
    }

    /// Xero's own FAQ misspells the word.
    fn challenged(&self) -> bool {
        self.header("www-authenticate").is_some_and(|challenge| {
            let challenge = challenge.to_ascii_lowercase();
            challenge.contains("insufficent_scope") || challenge.contains("insufficient_scope")
        })
    }

    fn limit(&self) -> Limit {
        let Some(problem) = self.header("x-rate-limit-problem").map(|p| p.trim().to_ascii_lowercase()) else {
            let waits = self.header("retry-after").is_some();
            return if waits { Limit::Other(String::new()) } else { Limit::Concurrent };
        };
        match problem.as_str() {
            "minute" => Limit::Minute,
            "day" | "daily" => Limit::Day,
            "concurrent" => Limit::Concurrent,
            "appminute" => Limit::AppMinute,
            _ => Limit::Other(problem),
        }
    }

    fn bad_request(&self) -> Cause {
        let nothing = || Cause::Invalid { summary: self.excerpt(), messages: Vec::new() };
        if !self.is_json() {
            return nothing();
        }
        let Ok(envelope) = Envelope::read(self.body) else { return nothing() };
        let kind: String = envelope.field("Type").unwrap_or_default();
        let message: String =
            envelope.field("Message").or_else(|| envelope.field("Detail")).unwrap_or_default();
        if envelope.field("ErrorNumber") == Some(51) || kind == "HighVolumeException" {
            return Cause::TooManyRecords;
        }
        if message.to_ascii_lowercase().contains("is used with a different request") {
            return Cause::KeyReused;
        }
        let elements: Vec<&RawValue> = envelope.field("Elements").unwrap_or_default();
        let mut found: Vec<Message> = elements.iter().flat_map(|raw| messages(raw.get()).0).collect();
        found.dedup();
        let summary = if message.is_empty() { self.excerpt() } else { message };
        Cause::Invalid { summary, messages: found }
    }

    /// The first 200 characters of a body that isn't what we expect, for the log.
    fn excerpt(&self) -> String {
        String::from_utf8_lossy(self.body).chars().take(200).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Cause> {
        let headers: Vec<_> = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Received { status, headers: &headers, body: body.as_bytes() }.failure()
    }

    const JSON: (&str, &str) = ("Content-Type", "application/json; charset=utf-8");

    #[test]
    fn each_status_has_its_cause() {
        let limited = |limit, retry_after| Some(Cause::Limited { limit, retry_after });
        type Case<'a> = (u16, Vec<(&'a str, &'a str)>, &'a str, Option<Cause>);
        let cases: Vec<Case<'_>> = vec![
            (200, vec![JSON], "{}", None),
            (204, vec![], "", None),
            (401, vec![], "", Some(Cause::SignedOut)),
            (
                401,
                vec![("WWW-Authenticate", "Bearer error=\"insufficent_scope\"")],
                "",
                Some(Cause::MissingRight),
            ),
            (
                401,
                vec![("www-authenticate", "Bearer error=\"insufficient_scope\"")],
                "",
                Some(Cause::MissingRight),
            ),
            (403, vec![], "", Some(Cause::Forbidden)),
            (404, vec![("content-type", "text/html")], "<html>", Some(Cause::NotFound)),
            (412, vec![], "", Some(Cause::Rejected(412))),
            (429, vec![], "", limited(Limit::Concurrent, None)),
            (
                429,
                vec![("X-Rate-Limit-Problem", "Day"), ("Retry-After", "7000")],
                "",
                limited(Limit::Day, Some(7000)),
            ),
            (429, vec![("x-rate-limit-problem", "daily")], "", limited(Limit::Day, None)),
            (429, vec![("X-Rate-Limit-Problem", "appminute")], "", limited(Limit::AppMinute, None)),
            (429, vec![("Retry-After", "9")], "", limited(Limit::Other(String::new()), Some(9))),
            (500, vec![], "", Some(Cause::ServerFault(500))),
            (501, vec![], "", Some(Cause::NotBuilt)),
            (502, vec![], "", Some(Cause::ServerFault(502))),
            (
                503,
                vec![("content-type", "text/plain")],
                "offline",
                Some(Cause::Unavailable { retry_after: None }),
            ),
            (302, vec![], "", Some(Cause::Unexpected(302))),
            (
                400,
                vec![JSON],
                r#"{"ErrorNumber":51,"Type":"HighVolumeException"}"#,
                Some(Cause::TooManyRecords),
            ),
            (
                400,
                vec![JSON],
                r#"{"Message":"Idempotency Key: k is used with a different request."}"#,
                Some(Cause::KeyReused),
            ),
        ];
        for (status, headers, body, expected) in cases {
            assert_eq!(failure(status, &headers, body), expected, "{status} {headers:?}");
        }
    }

    #[test]
    fn a_400_that_is_no_json_still_says_something() {
        let Some(Cause::Invalid { summary, .. }) =
            failure(400, &[("content-type", "text/html")], "<b>bad</b>")
        else {
            panic!("invalid")
        };
        assert_eq!(summary, "<b>bad</b>");
    }

    #[test]
    fn only_what_may_have_arrived_is_unknown() {
        let lost = Cause::Lost(String::new());
        assert_eq!(happened(Deed::Create, &lost), Happened::Unknown);
        assert_eq!(happened(Deed::Read, &lost), Happened::NotDone);
        assert_eq!(happened(Deed::Update, &Cause::ServerFault(500)), Happened::Unknown);
        assert_eq!(happened(Deed::Attach, &Cause::NotConnected(String::new())), Happened::NotDone);
        assert_eq!(happened(Deed::Delete, &Cause::NotFound), Happened::Done);
        assert_eq!(happened(Deed::Update, &Cause::NotFound), Happened::NotDone);
    }

    #[test]
    fn a_later_refusal_undoes_no_earlier_doubt() {
        assert_eq!(Happened::Unknown.and_then(Happened::NotDone), Happened::Unknown);
        assert_eq!(Happened::NotDone.and_then(Happened::NotDone), Happened::NotDone);
        assert_eq!(Happened::Unknown.and_then(Happened::Done), Happened::Done);
    }
}
