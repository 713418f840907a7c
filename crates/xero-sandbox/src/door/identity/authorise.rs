//! The authorise request and the consent page (API-FACTS 1.3).
//!
//! `GET /identity/connect/authorize?response_type=code&client_id=…&redirect_uri=…&scope=…&state=…` shows who asks for
//! which rights and lets a person choose an organisation; with `sandbox_auto_approve=true` it answers at once, for
//! the first organisation, or the one of `sandbox_tenant` (an id, or `all`), as the first person or `sandbox_user`.
//!
//! What is wrong with the app or the address is shown here and never redirected; everything else goes back to it.

use jiff::Timestamp;

use super::grants::Grant;
use super::token::{check_scopes, scopes_in};
use crate::door::app::{App, Connection, Flow};
use crate::door::http::{HttpRequest, HttpResponse, encode, pairs, value};
use crate::door::pages::{self, Consent};
use crate::door::sandbox::Sandbox;

/// An authorise request that holds.
struct Asked {
    app: App,
    redirect: String,
    scopes: Vec<String>,
    state: Option<String>,
    challenge: Option<String>,
    nonce: Option<String>,
    several: bool,
}

impl Sandbox {
    pub(super) fn authorise(&mut self, request: &HttpRequest, now: Timestamp) -> HttpResponse {
        let query = request.query_pairs();
        let asked = match self.asked(&query) {
            Ok(asked) => asked,
            Err(page) => return page,
        };
        if value(&query, "sandbox_auto_approve").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
            let person = value(&query, "sandbox_user").unwrap_or(&self.door.people[0].id).to_owned();
            let tenants = match value(&query, "sandbox_tenant") {
                Some("all") => self.orgs.iter().map(|o| o.id()).collect(),
                Some(id) => vec![id.to_owned()],
                None => self.orgs.first().map(|o| o.id()).into_iter().collect(),
            };
            return self.approve(&asked, &person, &tenants, now);
        }
        let connected =
            |tenant: &str| self.door.connections.iter().any(|c| c.app == asked.app.id && c.tenant == tenant);
        let page = pages::consent(&Consent {
            app: &asked.app.name,
            scopes: &asked.scopes,
            query: &request.query,
            redirect: &asked.redirect,
            people: &self.door.people,
            tenants: self.orgs.iter().map(|o| (o.id(), o.name().to_owned(), connected(&o.id()))).collect(),
            several: asked.several,
        });
        HttpResponse::html(200, page)
    }

    /// The consent page's form.
    pub(super) fn decide(&mut self, request: &HttpRequest, now: Timestamp) -> HttpResponse {
        if let Err(refusal) = pages::same_origin(request) {
            return refusal;
        }
        let form = request.form();
        let asked = match self.asked(&pairs(value(&form, "query").unwrap_or_default())) {
            Ok(asked) => asked,
            Err(page) => return page,
        };
        if value(&form, "decision") != Some("allow") {
            return back(&asked, &[("error", "access_denied")]);
        }
        let person = value(&form, "person").unwrap_or_default().to_owned();
        let chosen = form.iter().filter(|(name, _)| name == "tenant").map(|(_, id)| id.clone());
        let tenants: Vec<String> = chosen.collect();
        self.approve(&asked, &person, &tenants, now)
    }

    /// Reads an authorise request; an error is a page.
    fn asked(&self, query: &[(String, String)]) -> Result<Asked, HttpResponse> {
        let page = |code: &str, why: &str| HttpResponse::html(400, pages::refused(code, why));
        let text = |name: &str| value(query, name).unwrap_or_default();
        let app = self.door.apps.iter().find(|a| a.id == text("client_id"));
        let app = app.ok_or_else(|| page("unauthorized_client", "There is no app with this client_id."))?;
        if !app.may_redirect_to(text("redirect_uri")) {
            let why = "redirect_uri is not registered for this app. The sandbox allows \
                http://localhost:PORT/… and http://127.0.0.1:PORT/…";
            return Err(page("invalid_request", why));
        }
        if matches!(app.flow, Flow::Custom { .. }) {
            return Err(page("unauthorized_client", "A custom connection has no consent in the browser."));
        }
        if text("response_type") != "code" {
            return Err(page("unsupported_response_type", "response_type must be `code`."));
        }
        let scopes = scopes_in(text("scope"));
        if scopes.is_empty() {
            return Err(page("invalid_scope", "The scope is missing."));
        }
        check_scopes(app, &scopes).map_err(|refusal| page(refusal.0, refusal.1))?;
        let challenge = value(query, "code_challenge").filter(|c| !c.is_empty());
        if challenge.is_some() && text("code_challenge_method") != "S256" {
            return Err(page("invalid_request", "code_challenge_method must be S256."));
        }
        if app.flow == Flow::Pkce && challenge.is_none() {
            return Err(page("invalid_request", "code_challenge is missing: this app has no secret."));
        }
        Ok(Asked {
            app: app.clone(),
            redirect: text("redirect_uri").to_owned(),
            scopes,
            state: value(query, "state").map(str::to_owned),
            challenge: challenge.map(str::to_owned),
            nonce: value(query, "nonce").map(str::to_owned),
            several: app.tier.is_premium() && text("acr_values") != "bulk_connect:false",
        })
    }

    /// Connects the organisations and goes back with a code.
    fn approve(&mut self, asked: &Asked, person: &str, tenants: &[String], now: Timestamp) -> HttpResponse {
        let page = |code: &str, why: &str| HttpResponse::html(400, pages::refused(code, why));
        if !self.door.people.iter().any(|p| p.id == person) {
            return page("invalid_request", "There is no such person.");
        }
        let known: Vec<String> =
            self.orgs.iter().map(|o| o.id()).filter(|id| tenants.iter().any(|t| t == id)).collect();
        let needs_org = asked.scopes.iter().any(|s| s.starts_with("accounting."));
        if known.len() != tenants.len() || known.is_empty() && needs_org {
            return page("invalid_request", "Choose an organisation of this sandbox.");
        }
        if known.len() > 1 && !asked.several {
            let why = "Several organisations in one consent need an app of tier advanced.";
            return page("invalid_request", why);
        }
        let mut all: Vec<&str> = self
            .door
            .connections
            .iter()
            .filter(|c| c.app == asked.app.id)
            .map(|c| c.tenant.as_str())
            .chain(known.iter().map(String::as_str))
            .collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > asked.app.tier.connections_at_most() {
            let most = asked.app.tier.connections_at_most();
            let why = format!("This app has its {most} connections. Remove one, or raise its tier.");
            return page("access_denied", &why);
        }
        let event = self.door.mint.guid();
        for tenant in &known {
            self.connect(&asked.app.id, person, tenant, &event, now);
        }
        let scopes = self.door.grants.give(&asked.app.id, person, &asked.scopes);
        let joined = scopes.join(" ");
        let grant = Grant { app: asked.app.id.clone(), person: Some(person.to_owned()), scopes, event };
        let (challenge, nonce) = (asked.challenge.as_deref(), asked.nonce.as_deref());
        let mint = &mut self.door.mint;
        let code = self.door.grants.new_code(grant, &asked.redirect, challenge, nonce, mint, now);
        back(asked, &[("code", &code), ("scope", &joined)])
    }

    fn connect(&mut self, app: &str, person: &str, tenant: &str, event: &str, now: Timestamp) {
        let mut connections = self.door.connections.iter_mut();
        match connections.find(|c| c.app == app && c.person == person && c.tenant == tenant) {
            Some(connection) => {
                connection.event = event.to_owned();
                connection.updated = now;
            }
            None => self.door.connections.push(Connection {
                id: self.door.mint.guid(),
                app: app.to_owned(),
                person: person.to_owned(),
                tenant: tenant.to_owned(),
                event: event.to_owned(),
                created: now,
                updated: now,
            }),
        }
    }
}

/// To the app, with the state it sent.
fn back(asked: &Asked, values: &[(&str, &str)]) -> HttpResponse {
    let state = asked.state.iter().map(|s| ("state", s.as_str()));
    let query: Vec<String> =
        values.iter().copied().chain(state).map(|(n, v)| format!("{n}={}", encode(v))).collect();
    let joint = if asked.redirect.contains('?') { '&' } else { '?' };
    HttpResponse::redirect(302, &format!("{}{joint}{}", asked.redirect, query.join("&")))
}
