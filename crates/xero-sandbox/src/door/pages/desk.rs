//! One organisation's desk: its navigation, and asking it as the accountant.
//!
//! Everything here goes through the same calls as a client's, as the sandbox's first person, who is an adviser.

use jiff::Timestamp;
use jiff::civil::Date;
use maud::Markup;
use serde_json::Value;

use super::kinds::KINDS;
use super::layout;
use crate::door::http::{HttpResponse, encode};
use crate::door::sandbox::Sandbox;
use crate::exchange::{AppTier, Call, Method, UserRef};
use crate::org::Org;

/// Today where the organisation is, for the forms.
pub fn today(org: &Org, now: Timestamp) -> Date {
    org.local_day(now)
}

/// The address of a page of an organisation.
pub fn address(tenant: &str, rest: &str) -> String {
    format!("/sandbox/orgs/{}/{rest}", encode(tenant))
}

impl Sandbox {
    /// Asks an organisation and tells its webhooks: status and JSON.
    pub(super) fn ask_as_accountant(
        &mut self,
        tenant: &str,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        now: Timestamp,
    ) -> (u16, Value) {
        let user = self.door.people.first().map_or_else(UserRef::adviser, |p| p.user());
        let mut call = Call { tier: AppTier::Enterprise, ..Call::new(method, path, user) };
        for (name, value) in query {
            call = call.with(name, value);
        }
        if let Some(body) = body {
            call = call.body(body.to_string());
        }
        let Some(org) = self.org_mut(tenant) else { return (404, Value::Null) };
        let answer = org.call(&call, now);
        self.spread_notices(tenant);
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// The list under an endpoint's key.
    pub(super) fn list(
        &mut self,
        tenant: &str,
        path: &str,
        query: &[(&str, &str)],
        now: Timestamp,
    ) -> Vec<Value> {
        let (_, body) = self.ask_as_accountant(tenant, Method::Get, path, query, None, now);
        let endpoint = path.split('/').next().unwrap_or_default();
        body[endpoint].as_array().cloned().unwrap_or_default()
    }

    /// A page of this organisation.
    pub(super) fn desk_page(&self, org: &Org, here: &str, title: &str, body: &Markup) -> HttpResponse {
        let tenant = org.id();
        let mut navigation: Vec<(String, String)> =
            vec![(address(&tenant, "trial-balance"), "Trial balance".into())];
        navigation.push((address(&tenant, "journals"), "Journals".into()));
        navigation.extend(
            KINDS.iter().map(|k| (address(&tenant, &format!("documents/{}", k.word)), k.title.to_owned())),
        );
        navigation.push((address(&tenant, "lock-dates"), "Lock dates".into()));
        let title = format!("{title} · {}", org.name());
        HttpResponse::html(200, layout::wide(&title, org.name(), &navigation, &address(&tenant, here), body))
    }
}
