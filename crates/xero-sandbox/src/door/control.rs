//! The control of the sandbox under `/sandbox/api/`: JSON in, JSON out, no sign-in; `openapi.json` describes it.
//!
//! `POST /sandbox/api/faults {"name": "lost-answer"}` makes the next call lose its answer;
//! `POST /sandbox/api/clock {"advance_seconds": 1860}` ends every access token.
//!
//! A wrong request is a 400 `{"error", "message"}`. Requests made by pages of other sites are refused.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::app::App;
use super::calls::CallRecord;
use super::clock::Clock;
use super::fault::{Fault, Name};
use super::http::{Handled, HttpRequest, HttpResponse};
use super::limit::{Mode, Sizes};
use super::origin::{SeedName, seeded};
use super::pages;
use super::sandbox::{OPENAPI, Sandbox};
use super::webhook::Wish;
use crate::org::LockDates;

/// Why the control refused: code and text.
struct Refused(&'static str, String);

type Result = std::result::Result<Value, Refused>;

/// The body of `clock`: one of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    now: Option<Timestamp>,
    #[serde(default)]
    running: bool,
    advance_seconds: Option<i64>,
    #[serde(default)]
    real: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LockBody {
    organisation: Option<String>,
    period: Option<Date>,
    end_of_year: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    #[serde(default = "first_app")]
    app: String,
    url: Option<String>,
    key: Option<String>,
    categories: Option<Vec<String>>,
    duplicates: Option<u32>,
    disorder: Option<u32>,
}

fn first_app() -> String {
    "sandbox-client".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    limits: Option<Mode>,
    sizes: Option<Sizes>,
    tier: Option<String>,
    latency_ms: Option<u64>,
    keep_calls: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationBody {
    seed: SeedName,
}

fn read<T: DeserializeOwned>(request: &HttpRequest) -> std::result::Result<T, Refused> {
    serde_json::from_slice(&request.body).map_err(|e| Refused("bad-body", e.to_string()))
}

fn plain<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl Sandbox {
    /// Answers a control request. `real` is the driver's time, `now` the sandbox's.
    pub(super) fn control(
        &mut self,
        request: &HttpRequest,
        path: &[&str],
        now: Timestamp,
        real: Timestamp,
    ) -> Handled {
        if let Err(refusal) = pages::same_origin(request) {
            return Handled::now(refusal);
        }
        let reading = request.method == "GET" || request.method == "HEAD";
        let deleting = request.method == "DELETE";
        if !reading && !deleting && request.method != "POST" && request.method != "PUT" {
            return Handled::now(HttpResponse::empty(405));
        }
        let result = match path {
            ["openapi.json"] if reading => {
                return Handled::now(HttpResponse::typed(200, "application/json", OPENAPI));
            }
            ["health"] if reading => Ok(self.health(now)),
            ["clock"] if reading => Ok(self.clock_json(now)),
            ["clock"] => self.control_clock(request, real),
            ["faults"] if reading => Ok(self.faults_json()),
            ["faults"] if deleting => {
                self.door.faults.on.clear();
                Ok(self.faults_json())
            }
            ["faults"] => self.control_faults(request),
            ["lock-dates"] if reading => Ok(self.lock_dates_json()),
            ["lock-dates"] => self.control_lock_dates(request),
            ["webhooks"] if reading => Ok(self.webhooks_json()),
            ["webhooks"] => self.control_webhooks(request, now, deleting),
            ["settings"] if reading => Ok(self.settings_json()),
            ["settings"] => self.control_settings(request),
            ["apps"] if reading => Ok(plain(&self.door.apps)),
            ["apps"] => read::<App>(request).map(|app| {
                self.add_app(app);
                plain(&self.door.apps)
            }),
            ["organisations"] if reading => Ok(self.organisations_json()),
            ["organisations"] => self.control_organisations(request, now),
            ["calls"] if reading => Ok(self.calls_json(request)),
            ["state"] if reading => Ok(self.state()),
            ["state"] => self.control_state(request),
            ["reset"] => self.control_reset(now),
            ["save"] => {
                return Handled {
                    save: true,
                    ..Handled::now(HttpResponse::json(200, &json!({"saved": true})))
                };
            }
            _ => Err(Refused("no-such-control", format!("There is no control {}.", request.path))),
        };
        Handled::now(match result {
            Ok(value) => HttpResponse::json(200, &value),
            Err(Refused(code, message)) => {
                let status = if code == "no-such-control" { 404 } else { 400 };
                HttpResponse::json(status, &json!({"error": code, "message": message}))
            }
        })
    }

    fn health(&self, now: Timestamp) -> Value {
        json!({"status": "ok", "now": now, "organisations": self.organisations_json(),
            "calls": self.door.calls.made()})
    }

    fn organisations_json(&self) -> Value {
        self.orgs.iter().map(|o| json!({"id": o.id(), "name": o.name()})).collect()
    }

    fn clock_json(&self, now: Timestamp) -> Value {
        let mode = match self.door.clock {
            Clock::Moved(0) => "real",
            Clock::Moved(_) => "running",
            Clock::Standing(_) => "standing",
        };
        json!({"now": now, "mode": mode})
    }

    fn control_clock(&mut self, request: &HttpRequest, real: Timestamp) -> Result {
        let body: ClockBody = read(request)?;
        self.door.clock = match (body.now, body.advance_seconds, body.real) {
            (None, None, true) => Clock::Moved(0),
            (None, Some(seconds), false) => self.door.clock.advanced(seconds.saturating_mul(1_000)),
            (Some(moment), None, false) if body.running => Clock::running_from(moment, real),
            (Some(moment), None, false) => Clock::Standing(moment),
            _ => {
                let text = "Give one of `now` (with `running` or without), `advance_seconds`, `real`.";
                return Err(Refused("bad-clock", text.into()));
            }
        };
        Ok(self.clock_json(self.door.clock.at(real)))
    }

    fn faults_json(&self) -> Value {
        let names: Vec<Value> =
            Name::TABLE.iter().map(|(_, word, does)| json!({"name": word, "does": does})).collect();
        json!({"on": self.door.faults.on, "names": names})
    }

    fn control_faults(&mut self, request: &HttpRequest) -> Result {
        let faults = match read::<Value>(request)? {
            list @ Value::Array(_) => Vec::<Fault>::deserialize(list),
            one => Fault::deserialize(one).map(|f| vec![f]),
        };
        let faults = faults.map_err(|e| Refused("bad-fault", e.to_string()))?;
        if faults.iter().any(|f| f.times == 0) {
            return Err(Refused("bad-fault", "`times` is at least 1.".into()));
        }
        self.door.faults.on.extend(faults);
        Ok(self.faults_json())
    }

    fn lock_dates_json(&self) -> Value {
        let one = |o: &crate::org::Org| {
            let locks = o.lock_dates();
            json!({"organisation": o.id(), "name": o.name(), "period": locks.period,
                "end_of_year": locks.end_of_year})
        };
        self.orgs.iter().map(one).collect()
    }

    fn control_lock_dates(&mut self, request: &HttpRequest) -> Result {
        let body: LockBody = read(request)?;
        let locks = LockDates { period: body.period, end_of_year: body.end_of_year };
        let org = match &body.organisation {
            Some(id) => self.org_mut(id),
            None => self.orgs.first_mut(),
        };
        let org = org.ok_or_else(|| Refused("no-such-organisation", "See `organisations`.".into()))?;
        org.set_lock_dates(locks);
        Ok(self.lock_dates_json())
    }

    fn webhooks_json(&self) -> Value {
        let one = |(app, s): (&str, &super::webhook::Subscription)| {
            let posts: Vec<Value> = s
                .posts()
                .map(|p| {
                    json!({"number": p.number, "purpose": p.purpose, "due": p.due, "attempts": p.attempts,
                        "results": p.results, "body": String::from_utf8_lossy(&p.body)})
                })
                .collect();
            json!({"app": app, "url": s.wish.url, "categories": s.wish.categories, "status": s.status,
                "reason": s.reason, "waiting": s.waiting(), "duplicates": s.duplicates,
                "disorder": s.disorder, "posts": posts})
        };
        self.door.webhooks.iter().map(one).collect()
    }

    fn control_webhooks(&mut self, request: &HttpRequest, now: Timestamp, deleting: bool) -> Result {
        let body: WebhookBody = read(request)?;
        let none = || Refused("no-webhooks", format!("{} has no webhooks; give `url` and `key`.", body.app));
        if deleting {
            return if self.door.webhooks.unsubscribe(&body.app) {
                Ok(self.webhooks_json())
            } else {
                Err(none())
            };
        }
        if let Some(url) = &body.url {
            if !self.door.apps.iter().any(|a| a.id == body.app) {
                return Err(Refused("no-such-app", format!("There is no app {}.", body.app)));
            }
            if !url.starts_with("http://") {
                let text = "The sandbox posts to http:// addresses only; Xero itself to https:// only.";
                return Err(Refused("bad-url", text.into()));
            }
            let all = ["CONTACT", "INVOICE", "CREDITNOTE", "PREPAYMENT", "OVERPAYMENT"];
            let wish = Wish {
                url: url.clone(),
                key: body.key.clone().unwrap_or_else(|| "sandbox-webhook-key".into()),
                categories: body.categories.unwrap_or_else(|| all.map(str::to_owned).to_vec()),
            };
            self.door.webhooks.subscribe(&body.app, wish, &mut self.door.mint, now);
        }
        let subscription = self.door.webhooks.of(&body.app).ok_or_else(none)?;
        subscription.duplicates = body.duplicates.unwrap_or(subscription.duplicates);
        subscription.disorder = body.disorder.unwrap_or(subscription.disorder);
        Ok(self.webhooks_json())
    }

    fn settings_json(&self) -> Value {
        json!({"limits": self.door.limits.mode, "sizes": self.door.limits.sizes,
            "latency_ms": self.door.latency_ms, "keep_calls": self.door.calls.keep})
    }

    fn control_settings(&mut self, request: &HttpRequest) -> Result {
        let body: SettingsBody = read(request)?;
        if let Some(word) = &body.tier {
            let tier = crate::exchange::AppTier::named(word);
            self.set_tier(tier.ok_or_else(|| Refused("bad-tier", format!("There is no tier {word}.")))?);
        }
        let limits = &mut self.door.limits;
        limits.mode = body.limits.unwrap_or(limits.mode);
        limits.sizes = body.sizes.unwrap_or(limits.sizes);
        self.door.latency_ms = body.latency_ms.unwrap_or(self.door.latency_ms);
        self.door.calls.keep = body.keep_calls.unwrap_or(self.door.calls.keep);
        Ok(self.settings_json())
    }

    fn control_organisations(&mut self, request: &HttpRequest, now: Timestamp) -> Result {
        let body: OrganisationBody = read(request)?;
        let number = self.door.seed.wrapping_add(self.orgs.len() as u64);
        self.orgs.extend(seeded(&[body.seed], number, now));
        self.door.origin.push(body.seed);
        Ok(self.organisations_json())
    }

    fn calls_json(&self, request: &HttpRequest) -> Value {
        let query = request.query_pairs();
        let after = super::http::value(&query, "after").and_then(|v| v.parse().ok()).unwrap_or(0u64);
        let one = |c: &CallRecord| {
            json!({"number": c.number, "at": c.at, "method": c.method, "path": c.path, "query": c.query,
                "app": c.app, "tenant": c.tenant, "status": c.status, "content_type": c.content_type,
                "fault": c.fault, "replayed": c.replayed,
                "request": String::from_utf8_lossy(&c.request),
                "response": String::from_utf8_lossy(&c.response)})
        };
        self.door.calls.iter().filter(|c| c.number > after).map(one).collect()
    }

    fn control_state(&mut self, request: &HttpRequest) -> Result {
        let state: Value = read(request)?;
        let base_url = self.door.base_url.clone();
        *self = Sandbox::from_state(&state).map_err(|e| Refused("bad-state", e.to_string()))?;
        self.door.base_url = base_url;
        Ok(json!({"restored": true, "organisations": self.organisations_json()}))
    }

    /// The demo companies anew; apps, limits' mode and settings stay, tokens and connections go.
    fn control_reset(&mut self, now: Timestamp) -> Result {
        if self.door.origin.is_empty() {
            let text = "This sandbox wasn't made from demo companies; PUT a state instead.";
            return Err(Refused("no-origin", text.into()));
        }
        let old = &self.door;
        let mut fresh = Sandbox::seeded(&old.origin, old.seed, now);
        fresh.door.base_url = old.base_url.clone();
        fresh.door.clock = old.clock;
        fresh.set_limits(old.limits.mode, old.limits.sizes);
        fresh.door.latency_ms = old.latency_ms;
        fresh.door.calls.keep = old.calls.keep;
        for app in &old.apps {
            fresh.add_app(app.clone());
        }
        *self = fresh;
        Ok(json!({"reset": true, "organisations": self.organisations_json()}))
    }
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
