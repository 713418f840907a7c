//! Repeating a write safely (API-FACTS 2.8): for six minutes the same key gives the same answer.
//!
//! A client that sent `Idempotency-Key: inv-7` and lost the answer sends the same bytes again and gets the stored
//! answer, also when it was an error. The same key with another method, address, organisation or body is a 400.
//!
//! Not here: the limits, which count a replay like any call.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::http::{HttpRequest, HttpResponse};
use super::mint::fingerprint;

/// From the first call on.
pub const LIFE: SignedDuration = SignedDuration::from_mins(6);
const LONGEST_KEY: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    fingerprint: String,
    until: Timestamp,
    response: HttpResponse,
}

/// The answers kept, by app and key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    answers: BTreeMap<String, Stored>,
    next_sweep: Timestamp,
}

/// What the key of a request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No key, or a method that ignores it.
    NoKey,
    /// The first call with it: store the answer under this slot.
    First(Slot),
    /// Seen: this was the answer, or this is the refusal.
    Answer(HttpResponse),
}

/// Where the answer to a first call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    key: String,
    fingerprint: String,
    until: Timestamp,
}

impl Idempotency {
    /// Looks at a request of this app to this organisation.
    pub fn look(&mut self, app: &str, tenant: &str, request: &HttpRequest, now: Timestamp) -> Verdict {
        self.sweep(now);
        if !matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
            return Verdict::NoKey;
        }
        let Some(key) = request.header("idempotency-key") else { return Verdict::NoKey };
        if key.trim().is_empty() {
            return refused("Idempotency Key: the header is empty. Leave it out or give it a value.");
        }
        if key.chars().count() > LONGEST_KEY {
            return refused("Idempotency Key: the key is longer than 128 characters.");
        }
        let parts = [
            request.method.as_bytes(),
            request.path.as_bytes(),
            request.query.as_bytes(),
            tenant.as_bytes(),
            &request.body,
        ];
        let (name, print) = (format!("{app} {key}"), fingerprint(&parts));
        match self.answers.get(&name) {
            Some(stored) if now >= stored.until => {}
            Some(stored) if stored.fingerprint == print => return Verdict::Answer(stored.response.clone()),
            Some(_) => {
                return refused(&format!("Idempotency Key: {key} is used with a different request."));
            }
            None => {}
        }
        let until = now.checked_add(LIFE).unwrap_or(Timestamp::MAX);
        Verdict::First(Slot { key: name, fingerprint: print, until })
    }

    /// Keeps the answer to a first call.
    pub fn keep(&mut self, slot: Slot, response: &HttpResponse) {
        let Slot { key, fingerprint, until } = slot;
        self.answers.insert(key, Stored { fingerprint, until, response: response.clone() });
    }

    /// Drops what is over, once a minute.
    fn sweep(&mut self, now: Timestamp) {
        if now >= self.next_sweep {
            self.answers.retain(|_, stored| now < stored.until);
            self.next_sweep = now.checked_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX);
        }
    }
}

/// The conflict in the envelope of a validation error; its JSON form is nowhere recorded.
fn refused(message: &str) -> Verdict {
    let body = json!({"ErrorNumber": 10, "Type": "ValidationException", "Message": message, "Elements": []});
    Verdict::Answer(HttpResponse::json(400, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str, key: &str, body: &str) -> HttpRequest {
        HttpRequest::new(method, target)
            .with_header("IDEMPOTENCY-KEY", key)
            .with_body("application/json", body)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("time")
    }

    fn first(store: &mut Idempotency, request: &HttpRequest) {
        let Verdict::First(slot) = store.look("app", "org", request, at(0)) else { panic!("not the first") };
        store.keep(slot, &HttpResponse::text(500, "broken"));
    }

    #[test]
    fn six_minutes_of_the_same_answer() {
        let mut store = Idempotency::default();
        let put = request("PUT", "/api.xro/2.0/Invoices", "k", "{}");
        first(&mut store, &put);
        for (method, target, key, body, app, tenant, second, expected) in [
            ("PUT", "/api.xro/2.0/Invoices", "k", "{}", "app", "org", 359, "replay"),
            ("PUT", "/api.xro/2.0/Invoices", "k", "{}", "app", "org", 360, "first"),
            ("PUT", "/api.xro/2.0/Invoices", "k", "{}", "other", "org", 1, "first"),
            ("PUT", "/api.xro/2.0/Invoices", "k", "{}", "app", "other", 1, "conflict"),
            ("PUT", "/api.xro/2.0/Invoices", "k", "{ }", "app", "org", 1, "conflict"),
            ("POST", "/api.xro/2.0/Invoices", "k", "{}", "app", "org", 1, "conflict"),
            ("PUT", "/api.xro/2.0/Contacts", "k", "{}", "app", "org", 1, "conflict"),
            ("PUT", "/api.xro/2.0/Invoices?unitdp=4", "k", "{}", "app", "org", 1, "conflict"),
            ("PUT", "/api.xro/2.0/Invoices", "K", "{}", "app", "org", 1, "first"),
            ("GET", "/api.xro/2.0/Invoices", "k", "", "app", "org", 1, "none"),
            ("DELETE", "/api.xro/2.0/Invoices", "k", "", "app", "org", 1, "none"),
        ] {
            let verdict = store.clone().look(app, tenant, &request(method, target, key, body), at(second));
            let (seen, text) = match &verdict {
                Verdict::NoKey => ("none", String::new()),
                Verdict::First(_) => ("first", String::new()),
                Verdict::Answer(answer) if answer.status == 500 => ("replay", answer.body_text()),
                Verdict::Answer(answer) => ("conflict", answer.body_text()),
            };
            assert_eq!(seen, expected, "{method} {target} {key} {body} {app} {tenant} {second}");
            if expected == "conflict" {
                assert!(text.contains("Idempotency Key: k is used with a different request."), "{text}");
            }
        }
    }

    #[test]
    fn empty_and_long_keys_are_refused() {
        let mut store = Idempotency::default();
        for (key, refused) in [
            ("", true),
            (" ", true),
            (&*"k".repeat(129), true),
            (&*"k".repeat(128), false),
            (&*"é".repeat(128), false),
        ] {
            let verdict = store.look("app", "org", &request("PUT", "/x", key, ""), at(0));
            assert_eq!(matches!(verdict, Verdict::Answer(a) if a.status == 400), refused, "{key}");
        }
    }

    #[test]
    fn what_is_over_is_dropped() {
        let mut store = Idempotency::default();
        first(&mut store, &request("PUT", "/x", "k", ""));
        assert_eq!(store.answers.len(), 1);
        store.look("app", "org", &HttpRequest::new("GET", "/x"), at(400));
        assert_eq!(store.answers.len(), 0);
    }
}
