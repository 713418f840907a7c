//! Switches that make the next calls go wrong (API-FACTS 9.17), each by name and for a number of calls.
//!
//! `{"name": "lost-answer", "times": 1, "method": "PUT", "path": "/Invoices"}`: the next PUT whose path contains
//! `/invoices` is carried out, then the connection closes without an answer.
//!
//! One fault per call: the first that matches. Not here: what each does, which is a line in `gate` or `identity`.

use serde::{Deserialize, Serialize};

use super::http::HttpRequest;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// 500, nothing done.
    InternalError,
    /// Done, then 500. A replay with the same idempotency key gets the 500 again.
    InternalErrorAfterCommit,
    /// Done, then the connection closes without an answer. A replay gets the answer.
    LostAnswer,
    /// The connection closes, nothing done.
    ConnectionDropped,
    /// Done, then the connection closes in the middle of the answer.
    CutAnswer,
    /// 503 as during maintenance of all of Xero.
    Maintenance,
    /// 503 for this organisation.
    OrganisationOffline,
    /// The answer takes `delay_ms` longer (2,000 if not said); the call is in flight meanwhile.
    SlowAnswer,
    /// The access token has ended: 401, also for later calls with it.
    TokenExpired,
    /// 403 as after a disconnect, for this call only.
    Forbidden,
    /// 429 by the minute.
    LimitMinute,
    /// 429 by the day.
    LimitDay,
    /// 429 by calls in flight.
    LimitConcurrent,
    /// 429 by the app's minute.
    LimitAppMinute,
    /// A write to a document answers 200 with the document as it is; nothing was changed.
    SilentNoOp,
    /// 400 with `HighVolumeException`.
    HighVolume,
    /// 500 because idempotency keys can't be looked up; writes without a key go through.
    IdempotencyDown,
    /// The token endpoint answers `invalid_grant`.
    InvalidGrant,
}

impl Name {
    /// Every fault with its word and what it does, as the pages and the control list them.
    pub const TABLE: [(Name, &'static str, &'static str); 18] = [
        (Name::InternalError, "internal-error", "500, nothing done"),
        (Name::InternalErrorAfterCommit, "internal-error-after-commit", "done, then 500"),
        (Name::LostAnswer, "lost-answer", "done, then the connection closes without an answer"),
        (Name::ConnectionDropped, "connection-dropped", "the connection closes, nothing done"),
        (Name::CutAnswer, "cut-answer", "done, then the connection closes in the middle of the answer"),
        (Name::Maintenance, "maintenance", "503, all of Xero"),
        (Name::OrganisationOffline, "organisation-offline", "503, this organisation"),
        (Name::SlowAnswer, "slow-answer", "the answer takes longer (delay_ms)"),
        (Name::TokenExpired, "token-expired", "401, the access token has ended"),
        (Name::Forbidden, "forbidden", "403, as after a disconnect"),
        (Name::LimitMinute, "limit-minute", "429 by the minute"),
        (Name::LimitDay, "limit-day", "429 by the day"),
        (Name::LimitConcurrent, "limit-concurrent", "429 by calls in flight"),
        (Name::LimitAppMinute, "limit-app-minute", "429 by the app's minute"),
        (Name::SilentNoOp, "silent-no-op", "200 with the document as it is, nothing changed (a paid bill)"),
        (Name::HighVolume, "high-volume", "400 HighVolumeException"),
        (Name::IdempotencyDown, "idempotency-down", "500 for writes with an idempotency key"),
        (Name::InvalidGrant, "invalid-grant", "the token endpoint refuses"),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Name::TABLE[self as usize].1
    }

    /// Whether it belongs to the token endpoint; all others belong to the accounting API.
    pub fn is_of_identity(self) -> bool {
        self == Name::InvalidGrant
    }
}

/// A switch that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub name: Name,
    /// For how many more calls.
    #[serde(default = "once")]
    pub times: u32,
    /// Only this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths that contain this, ignoring case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How long a slow answer takes, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault for the next call, whatever it is.
    pub fn next(name: Name) -> Fault {
        Fault { name, times: 1, method: None, path: None, delay_ms: None }
    }

    fn matches(&self, request: &HttpRequest) -> bool {
        let path = request.path.to_ascii_lowercase();
        self.times > 0
            && self.method.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(&request.method))
            && self.path.as_ref().is_none_or(|p| path.contains(&p.to_ascii_lowercase()))
    }
}

/// The switches that are on, in the order they were set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults {
    /// Those with calls left.
    pub on: Vec<Fault>,
}

impl Faults {
    /// The fault for this request, of the API or of the token endpoint; counted down.
    pub fn strike(&mut self, request: &HttpRequest, of_identity: impl Fn(Name) -> bool) -> Option<Fault> {
        let fault = self.on.iter_mut().find(|f| of_identity(f.name) && f.matches(request))?;
        fault.times -= 1;
        let struck = fault.clone();
        self.on.retain(|f| f.times > 0);
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_names() {
        for (name, word, _) in Name::TABLE {
            assert_eq!(name.word(), word);
            assert_eq!(serde_json::to_value(name).expect("a word"), word);
        }
    }

    #[test]
    fn a_fault_strikes_what_it_names_as_often_as_it_says() {
        let mut faults = Faults::default();
        let text = r#"{"name":"lost-answer","times":2,"method":"put","path":"/invoices"}"#;
        faults.on.push(serde_json::from_str(text).expect("a fault"));
        let put = HttpRequest::new("PUT", "/api.xro/2.0/Invoices");
        let any = |_| true;
        assert_eq!(faults.strike(&HttpRequest::new("GET", "/api.xro/2.0/Invoices"), any), None);
        assert_eq!(faults.strike(&HttpRequest::new("PUT", "/api.xro/2.0/Contacts"), any), None);
        assert_eq!(faults.strike(&put, any).map(|f| (f.name, f.times)), Some((Name::LostAnswer, 1)));
        assert!(faults.strike(&put, any).is_some());
        assert_eq!(faults.strike(&put, any), None);
        assert!(faults.on.is_empty());
    }
}
