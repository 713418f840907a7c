//! Xero's notices: a signed list of things to look at. Nothing in a notice is believed but the ids.
//!
//! The signature is checked over the raw bytes in constant time, before anything is read; a wrong one is answered 401, a
//! right one 200, also for the empty list with which Xero tests the address ("intent to receive"). A notice only says
//! "look at this invoice": looking twice, late or in another order ends in the same state, so duplicates and disorder
//! do no harm, and a lost one is found by the next regular look.
//!
//! Not here: keeping the raw notice and answering within five seconds (`web`), the look itself (`sync`).

use crate::limits::Tenant;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::collections::BTreeSet;

/// The header that carries the signature.
pub const SIGNATURE: &str = "x-xero-signature";

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Look {
    /// In which organisation.
    pub tenant: Tenant,
    /// What kind: `INVOICE`, `CONTACT`, `CREDITNOTE`, …, or a word we don't know.
    pub category: String,
    /// Which one.
    pub id: String,
}

/// How to answer a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// 401: not from Xero.
    Refused,
    /// 200: these things are to be looked at; none for a test of the address.
    Accepted(BTreeSet<Look>),
    /// 200: rightly signed and not readable; the next regular look finds what it was about.
    Unreadable(String),
}

#[derive(Deserialize)]
struct Delivery {
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    resource_id: String,
    tenant_id: Tenant,
    event_category: String,
}

/// Checks and reads a notice: `signature` is the header, `body` the raw bytes as they came.
#[must_use]
pub fn receive(key: &[u8], signature: Option<&str>, body: &[u8]) -> Notice {
    if !signed(key, signature, body) {
        return Notice::Refused;
    }
    match serde_json::from_slice::<Delivery>(body) {
        Ok(delivery) => Notice::Accepted(
            delivery
                .events
                .into_iter()
                .map(|event| Look {
                    tenant: event.tenant_id,
                    category: event.event_category.to_ascii_uppercase(),
                    id: event.resource_id,
                })
                .collect(),
        ),
        Err(why) => Notice::Unreadable(why.to_string()),
    }
}

/// base64(HMAC-SHA256(key, body)), compared in constant time (API-FACTS 5.2).
fn signed(key: &[u8], signature: Option<&str>, body: &[u8]) -> bool {
    let Some(claimed) = signature.and_then(|text| STANDARD.decode(text.trim()).ok()) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return false };
    mac.update(body);
    !key.is_empty() && mac.verify_slice(&claimed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sign(key: &[u8], body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(body);
        STANDARD.encode(mac.finalize().into_bytes())
    }

    fn event(number: u8) -> String {
        format!(
            r#"{{"resourceId":"{number}","tenantId":"254591b2-68c7-403f-91af-e3584f9577fe","tenantType":"ORGANISATION",
            "eventCategory":"invoice","eventType":"Update","eventDateUtc":"2026-10-01T02:03:04.567"}}"#
        )
    }

    fn body(numbers: &[u8]) -> String {
        let events: Vec<_> = numbers.iter().map(|n| event(*n)).collect();
        format!(r#"{{"events":[{}],"firstEventSequence":1,"lastEventSequence":2}}"#, events.join(","))
    }

    fn looks(numbers: &[u8]) -> BTreeSet<Look> {
        let body = body(numbers);
        match receive(b"key", Some(&sign(b"key", body.as_bytes())), body.as_bytes()) {
            Notice::Accepted(looks) => looks,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn intent_to_receive() {
        let empty =
            br#"{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"RANDOMLETTERS"}"#;
        assert_eq!(receive(b"key", Some(&sign(b"key", empty)), empty), Notice::Accepted(BTreeSet::new()));
        assert_eq!(receive(b"key", Some(&sign(b"other", empty)), empty), Notice::Refused);
    }

    #[test]
    fn only_the_exact_bytes_under_the_key_are_believed() {
        let body = body(&[1]);
        let good = sign(b"key", body.as_bytes());
        for (key, signature, body) in [
            (b"key".as_slice(), None, body.as_str()),
            (b"key", Some(""), body.as_str()),
            (b"key", Some("!!"), body.as_str()),
            (b"key", Some(&good[..20]), body.as_str()),
            (b"kez", Some(good.as_str()), body.as_str()),
            (b"key", Some(good.as_str()), &body[1..]),
            (b"", Some(good.as_str()), body.as_str()),
        ] {
            assert_eq!(receive(key, signature, body.as_bytes()), Notice::Refused);
        }
        let text = b"not json";
        assert!(matches!(receive(b"key", Some(&sign(b"key", text)), text), Notice::Unreadable(_)));
    }

    proptest! {
        #[test]
        fn duplicates_and_disorder_do_no_harm(mut numbers in prop::collection::vec(0_u8..9, 1..20), cut in 0_usize..20) {
            let in_order = looks(&numbers);
            numbers.extend_from_slice(&numbers.clone()[..cut.min(numbers.len())]);
            numbers.reverse();
            let (first, second) = numbers.split_at(numbers.len() / 2);
            let mut together = looks(second);
            together.extend(looks(first));
            prop_assert_eq!(in_order, together);
        }
    }
}
