//! The sandbox as one value: organisations, apps, people, connections, tokens, limits, kept answers, faults,
//! webhooks, calls; and where a request goes.
//!
//! `handle(request, now)` is everything: `/connect/token` and `/identity/connect/token` go to the identity part,
//! `/api.xro/2.0/…` through the gate to an organisation, `/sandbox/api/…` to the control, the rest to the pages.
//! `now` is the driver's time; the sandbox's own clock may differ from it by what the control has set.
//!
//! Not here: sending webhooks and saving the state, which need a network and a disk (`crate::server`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::app::{App, Connection, Flow, Person, ScopeAge};
use super::calls::Calls;
use super::clock::Clock;
use super::fault::{Fault, Faults};
use super::http::{Handled, HttpRequest, HttpResponse};
use super::idempotency::Idempotency;
use super::identity::Grants;
use super::limit::{Limits, Mode, Problem, Sizes};
use super::mint::Mint;
use super::origin::{SeedName, seeded};
use super::webhook::{Delivery, Outcome, Webhooks};
use crate::exchange::{AppTier, Role};
use crate::org::{Org, StateError};

/// What `/sandbox/api/openapi.json` answers.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// The stand-in. See the module's head for what `handle` does.
#[derive(Clone, Debug)]
pub struct Sandbox {
    pub(super) orgs: Vec<Org>,
    pub(super) door: Door,
}

/// Everything but the organisations; this is written to the state as it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Door {
    pub base_url: String,
    pub seed: u64,
    pub origin: Vec<SeedName>,
    pub clock: Clock,
    pub latency_ms: u64,
    pub mint: Mint,
    pub apps: Vec<App>,
    pub people: Vec<Person>,
    pub connections: Vec<Connection>,
    pub grants: Grants,
    pub limits: Limits,
    pub idempotency: Idempotency,
    pub faults: Faults,
    pub webhooks: Webhooks,
    pub calls: Calls,
}

fn app(id: &str, secret: Option<&str>, name: &str, flow: Flow) -> App {
    let secret = secret.map(str::to_owned);
    let (tier, scopes) = (AppTier::Starter, ScopeAge::Any);
    App { id: id.into(), secret, name: name.into(), flow, tier, scopes, redirects: Vec::new() }
}

fn person(mint: &mut Mint, first: &str, last: &str, role: Role) -> Person {
    let email = format!("{}@sandbox.example", first.to_lowercase());
    Person { id: mint.guid(), email, first_name: first.into(), last_name: last.into(), role }
}

impl Sandbox {
    /// A sandbox with these organisations, three apps (`sandbox-client`, `sandbox-pkce`, `sandbox-custom`) and
    /// three people. `seed` decides every id and token.
    pub fn new(orgs: Vec<Org>, seed: u64, now: Timestamp) -> Sandbox {
        let mut mint = Mint::new(seed);
        let people = vec![
            person(&mut mint, "Demo", "User", Role::Adviser),
            person(&mut mint, "Sam", "Standard", Role::StandardWithReports),
            person(&mut mint, "Ray", "Restricted", Role::Standard),
        ];
        let mut apps = vec![
            app("sandbox-client", Some("sandbox-secret"), "Sandbox app", Flow::Web),
            app("sandbox-pkce", None, "Sandbox PKCE app", Flow::Pkce),
        ];
        let mut connections = Vec::new();
        if let Some(first) = orgs.first() {
            let flow = Flow::Custom { tenant: first.id() };
            apps.push(app("sandbox-custom", Some("sandbox-secret"), "Sandbox custom connection", flow));
            connections.push(Connection {
                id: mint.guid(),
                app: "sandbox-custom".into(),
                person: people[0].id.clone(),
                tenant: first.id(),
                event: mint.guid(),
                created: now,
                updated: now,
            });
        }
        let door = Door {
            base_url: "http://127.0.0.1:4010".into(),
            seed,
            origin: Vec::new(),
            clock: Clock::Moved(0),
            latency_ms: 0,
            mint,
            apps,
            people,
            connections,
            grants: Grants::default(),
            limits: Limits::default(),
            idempotency: Idempotency::default(),
            faults: Faults::default(),
            webhooks: Webhooks::default(),
            calls: Calls::default(),
        };
        Sandbox { orgs, door }
    }

    /// A sandbox with demo companies that a reset makes again.
    pub fn seeded(names: &[SeedName], seed: u64, now: Timestamp) -> Sandbox {
        let mut sandbox = Sandbox::new(seeded(names, seed, now), seed, now);
        sandbox.door.origin = names.to_vec();
        sandbox
    }

    /// Another seed for tokens and ids from here on; the organisations stay as they are.
    pub fn reseed_tokens(&mut self, seed: u64) {
        self.door.mint = Mint::new(seed);
    }

    /// The address clients reach it at, as discovery and webhooks write it; without a slash at the end.
    pub fn set_base_url(&mut self, url: &str) {
        self.door.base_url = url.trim_end_matches('/').to_owned();
    }

    /// The tier of every app.
    pub fn set_tier(&mut self, tier: AppTier) {
        for app in &mut self.door.apps {
            app.tier = tier;
        }
    }

    /// Whether limits refuse, and how much fits.
    pub fn set_limits(&mut self, mode: Mode, sizes: Sizes) {
        self.door.limits.mode = mode;
        self.door.limits.sizes = sizes;
    }

    /// Other programs that are signed in as an app call an organisation until so many calls are left.
    ///
    /// # Errors
    /// There is no such app.
    pub fn leave(
        &mut self,
        (app, tenant): (&str, &str),
        problem: Problem,
        left: u32,
        now: Timestamp,
    ) -> Result<(), String> {
        let now = self.door.clock.at(now);
        let found = self.door.apps.iter().find(|one| one.id == app);
        let app = found.ok_or_else(|| format!("no app {app}"))?;
        self.door.limits.leave((app, tenant), problem, left, now);
        Ok(())
    }

    /// How long each call of the accounting API takes, in milliseconds; it is in flight meanwhile.
    pub fn set_latency(&mut self, ms: u64) {
        self.door.latency_ms = ms;
    }

    /// How its time follows from the driver's.
    pub fn set_clock(&mut self, clock: Clock) {
        self.door.clock = clock;
    }

    /// Makes the next calls go wrong.
    pub fn add_fault(&mut self, fault: Fault) {
        self.door.faults.on.push(fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&mut self) {
        self.door.faults.on.clear();
    }

    /// Somebody removes all apps from an organisation, in Xero's own list of connected apps; how many.
    pub fn remove_apps(&mut self, tenant: &str) -> usize {
        let before = self.door.connections.len();
        self.door.connections.retain(|connection| !connection.tenant.eq_ignore_ascii_case(tenant));
        before - self.door.connections.len()
    }

    /// Adds an app, or replaces the one with its id.
    pub fn add_app(&mut self, app: App) {
        self.door.apps.retain(|a| a.id != app.id);
        self.door.apps.push(app);
    }

    /// The apps.
    pub fn apps(&self) -> &[App] {
        &self.door.apps
    }

    /// The id of the person of this name: `Ray Restricted`.
    pub fn person(&self, name: &str) -> Option<String> {
        self.door.people.iter().find(|one| one.name() == name).map(|one| one.id.clone())
    }

    /// The organisations, in the order they were added.
    pub fn orgs(&self) -> &[Org] {
        &self.orgs
    }

    /// The organisation of that id, to act on directly.
    pub fn org_mut(&mut self, tenant: &str) -> Option<&mut Org> {
        self.orgs.iter_mut().find(|o| o.id().eq_ignore_ascii_case(tenant))
    }

    /// The calls of late.
    pub fn calls(&self) -> &Calls {
        &self.door.calls
    }

    /// Answers one request at the driver's time `now`. Whatever the bytes: no panic, and no 500 but a fault's.
    pub fn handle(&mut self, request: &HttpRequest, now: Timestamp) -> Handled {
        let real = now;
        let now = self.door.clock.at(now);
        let mut segments = request.segments();
        if segments.first().is_some_and(|s| s.eq_ignore_ascii_case("identity")) {
            segments.remove(0);
        }
        let lower: Vec<String> = segments.iter().map(|s| s.to_ascii_lowercase()).collect();
        let parts: Vec<&str> = lower.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["api.xro", "2.0", ..] => self.accounting(request, &segments[2..], now),
            ["connect" | "connections" | ".well-known", ..] => self.identity(request, &segments, now),
            ["sandbox", "api", rest @ ..] => self.control(request, rest, now, real),
            [] | ["sandbox", ..] => Handled::now(self.page(request, &segments, now)),
            _ => Handled::now(HttpResponse::html(404, super::pages::nothing_here(&request.path))),
        }
    }

    /// Takes back the ticket of an answer that has left.
    pub fn finish(&mut self, ticket: u64) {
        self.door.limits.arrive(ticket);
    }

    /// The webhook posts to send now; tell `delivered` how each went.
    pub fn due_webhooks(&mut self, now: Timestamp) -> Vec<Delivery> {
        let now = self.door.clock.at(now);
        // What somebody did in an organisation past the door is told too.
        let tenants: Vec<String> = self.orgs.iter().map(|org| org.id().to_owned()).collect();
        tenants.iter().for_each(|tenant| self.spread_notices(tenant));
        self.door.webhooks.due(&mut self.door.mint, now)
    }

    /// Tells how a webhook post went.
    pub fn delivered(&mut self, delivery: &Delivery, outcome: &Outcome, now: Timestamp) {
        let now = self.door.clock.at(now);
        self.door.webhooks.outcome(&delivery.app, delivery.number, outcome, now);
    }

    /// What happened in an organisation goes to the webhooks of the apps connected to it.
    pub(super) fn spread_notices(&mut self, tenant: &str) {
        let Some(org) = self.orgs.iter_mut().find(|o| o.id() == tenant) else { return };
        let notices = org.take_notices();
        if notices.is_empty() {
            return;
        }
        let connected = self.door.connections.iter().filter(|c| c.tenant == tenant).map(|c| c.app.clone());
        let mut apps: Vec<String> = connected.collect();
        apps.sort();
        apps.dedup();
        for notice in &notices {
            self.door.webhooks.announce(&apps, tenant, &self.door.base_url, notice);
        }
    }

    /// Everything, as one JSON: organisations, apps, tokens, limits, faults, webhooks, calls.
    pub fn state(&self) -> Value {
        let mut state = serde_json::to_value(&self.door).unwrap_or_default();
        state["organisations"] = self.orgs.iter().map(Org::state).collect();
        state
    }

    /// The sandbox of a state.
    ///
    /// # Errors
    /// The value isn't a state of this sandbox; the text says where.
    pub fn from_state(state: &Value) -> Result<Sandbox, StateError> {
        let orgs = state["organisations"]
            .as_array()
            .ok_or_else(|| StateError("`organisations` is missing".into()))?
            .iter()
            .map(Org::from_state)
            .collect::<Result<Vec<Org>, StateError>>()?;
        let mut door = Door::deserialize(state).map_err(|e| StateError(e.to_string()))?;
        door.limits.forget_in_flight();
        door.webhooks.forget_under_way();
        Ok(Sandbox { orgs, door })
    }
}
