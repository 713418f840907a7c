//! Telling apps what changed (API-FACTS 5): events gathered per app, signed, posted, retried.
//!
//! `announce` adds an event, `due` gives the posts to send now, `outcome` says how one went. An invoice made at
//! 02:03:04.567 becomes `{"events":[{…"eventDateUtc":"2026-10-01T02:03:04.567"}],"firstEventSequence":1,…}` with
//! `x-xero-signature` = base64(HMAC-SHA256(key, body)).
//!
//! A new address must first pass the intent-to-receive round: two posts signed rightly, to be answered 2xx, and two
//! signed wrongly, to be answered 401. A post that fails is repeated at once, then every 15 minutes; after 24 hours
//! the address is disabled and its events wait, 31 days, for the next round.
//!
//! Not here: sending (`crate::server`).

mod subscription;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

pub use subscription::{Post, Purpose, Subscription};

use super::mint::Mint;
use crate::exchange::Notice;
use subscription::Event;

/// A receiver has five seconds.
pub const ANSWER_WITHIN_MS: u64 = 5_000;

/// Where an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The intent-to-receive round is under way.
    IntentPending,
    /// The round failed: see `reason`.
    IntentFailed,
    /// Events are posted.
    Ok,
    /// Posts failed for 24 hours.
    Disabled,
}

/// What an app wants to be told, and what it is told wrongly on demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Where to post.
    pub url: String,
    /// The signing key.
    pub key: String,
    /// `CONTACT`, `INVOICE`, `CREDITNOTE`, `PREPAYMENT`, `OVERPAYMENT`.
    pub categories: Vec<String>,
}

/// What the server has to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The app it is for.
    pub app: String,
    /// The post's number, for `outcome`.
    pub number: u64,
    /// Where to.
    pub url: String,
    /// `x-xero-signature`.
    pub signature: String,
    /// The JSON.
    pub body: Vec<u8>,
}

/// How a delivery went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered with this status after so many milliseconds.
    Answered(u16, u64),
    /// It did not, with the reason.
    Failed(String),
}

/// All apps' webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Webhooks {
    by_app: BTreeMap<String, Subscription>,
}

/// `base64(HMAC-SHA256(key, body))`.
pub fn sign(key: &str, body: &[u8]) -> String {
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mut mac| {
            mac.update(body);
            STANDARD.encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default()
}

impl Webhooks {
    /// Sets an app's address and starts the intent-to-receive round. Waiting events stay.
    pub fn subscribe(&mut self, app: &str, wish: Wish, mint: &mut Mint, now: Timestamp) {
        let fresh = Subscription {
            wish: wish.clone(),
            status: Status::IntentPending,
            reason: None,
            duplicates: 0,
            disorder: 0,
            sequence: 0,
            posts_made: 0,
            waiting: Vec::new(),
            open: Vec::new(),
            past: Vec::new(),
        };
        let subscription = self.by_app.entry(app.to_owned()).or_insert(fresh);
        subscription.wish = wish;
        subscription.status = Status::IntentPending;
        subscription.reason = None;
        subscription.take_back_open_events();
        for purpose in
            [Purpose::IntentRight, Purpose::IntentWrong, Purpose::IntentRight, Purpose::IntentWrong]
        {
            subscription.post(purpose, &[], mint, now);
        }
    }

    /// Ends an app's webhooks. False if it had none.
    pub fn unsubscribe(&mut self, app: &str) -> bool {
        self.by_app.remove(app).is_some()
    }

    /// Every app with webhooks.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Subscription)> {
        self.by_app.iter().map(|(app, s)| (app.as_str(), s))
    }

    /// One app's webhooks.
    pub fn of(&mut self, app: &str) -> Option<&mut Subscription> {
        self.by_app.get_mut(app)
    }

    /// Something happened in an organisation that these apps are connected to.
    pub fn announce(&mut self, apps: &[String], tenant: &str, base_url: &str, notice: &Notice) {
        let category = notice.category.event_category();
        for app in apps {
            let Some(subscription) = self.by_app.get_mut(app) else { continue };
            if !subscription.wish.categories.iter().any(|c| c.eq_ignore_ascii_case(category)) {
                continue;
            }
            let endpoint = notice.category.endpoint();
            let mut value = json!({
                "resourceUrl": format!("{base_url}/api.xro/2.0/{endpoint}/{}", notice.resource_id),
                "resourceId": notice.resource_id,
                "tenantId": tenant,
                "tenantType": "ORGANISATION",
                "eventCategory": category,
                "eventType": notice.event.event_type(),
                "eventDateUtc": notice.at.strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string(),
            });
            if let Some((kind, status)) = &notice.kind_and_status {
                value["data"] = json!({"Type": kind, "Status": status});
            }
            subscription.waiting.push(Event { at: notice.at, value });
        }
    }

    /// The posts to send now. Each is under way until its `outcome` is told.
    pub fn due(&mut self, mint: &mut Mint, now: Timestamp) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for (app, subscription) in &mut self.by_app {
            subscription.make_posts(mint, now);
            for post in subscription.open.iter_mut().filter(|p| !p.under_way && p.due <= now) {
                post.under_way = true;
                post.attempts += 1;
                deliveries.push(Delivery {
                    app: app.clone(),
                    number: post.number,
                    url: subscription.wish.url.clone(),
                    signature: post.signature.clone(),
                    body: post.body.clone(),
                });
            }
        }
        deliveries
    }

    /// Tells how a delivery went.
    pub fn outcome(&mut self, app: &str, number: u64, outcome: &Outcome, now: Timestamp) {
        if let Some(subscription) = self.by_app.get_mut(app) {
            subscription.outcome(number, outcome, now);
        }
    }

    /// After a restart nothing is under way.
    pub fn forget_under_way(&mut self) {
        for post in self.by_app.values_mut().flat_map(|s| s.open.iter_mut()) {
            post.under_way = false;
        }
    }
}

#[cfg(test)]
mod tests;
