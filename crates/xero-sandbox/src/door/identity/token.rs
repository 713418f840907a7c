//! The token endpoint and revocation (API-FACTS 1.4).
//!
//! Credentials come by Basic or in the form, both are taken; `scope` is never insisted on. Every refusal is a 400
//! with `{"error": …}`: `invalid_client` (unknown app, wrong secret), `invalid_grant` (code or refresh token wrong,
//! expired, used, of another app), `unauthorized_client`, `invalid_scope`, `unsupported_grant_type`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::grants::{ACCESS_LIFE, Grant, id_claims, jwt};
use crate::door::app::{App, Flow, ScopeAge};
use crate::door::http::{HttpRequest, HttpResponse, pairs, value};
use crate::door::sandbox::Sandbox;
use crate::door::scope;

type Form = [(String, String)];

/// An OAuth error code, and what to know about it.
pub(super) struct Refusal(pub &'static str, pub &'static str);

impl Refusal {
    fn response(&self) -> HttpResponse {
        HttpResponse::json(400, &json!({"error": self.0, "error_description": self.1}))
    }
}

/// Whether an app may hold these scopes. `openid` and the like are fine in any app.
pub(super) fn check_scopes(app: &App, scopes: &[String]) -> Result<(), Refusal> {
    for name in scopes {
        match scope::named(name) {
            None => return Err(Refusal("invalid_scope", "There is no such scope.")),
            Some(s) if s.broad && app.scopes == ScopeAge::GranularOnly => {
                return Err(Refusal("invalid_scope", "Invalid scope for client: it holds granular scopes."));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Scopes as clients write them: blanks between, or commas.
pub(super) fn scopes_in(text: &str) -> Vec<String> {
    text.split([' ', ',', '+']).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

impl Sandbox {
    pub(super) fn token(&mut self, request: &HttpRequest, now: Timestamp) -> HttpResponse {
        if self.door.faults.strike(request, |name| name.is_of_identity()).is_some() {
            return Refusal("invalid_grant", "A fault of the sandbox.").response();
        }
        let form = request.form();
        let answer = self.client(request, &form).and_then(|app| match value(&form, "grant_type") {
            Some("authorization_code") => self.by_code(&app, &form, now),
            Some("refresh_token") => self.by_refresh(&app, &form, now),
            Some("client_credentials") => self.by_credentials(&app, &form, now),
            _ => Err(Refusal("unsupported_grant_type", "")),
        });
        let response = answer.unwrap_or_else(|refusal| refusal.response());
        response.with_header("cache-control", "no-store")
    }

    /// The app that asks, by Basic or by form.
    fn client(&self, request: &HttpRequest, form: &Form) -> Result<App, Refusal> {
        let basic = request.header("authorization").and_then(basic_credentials);
        let in_form = || {
            let id = value(form, "client_id")?.to_owned();
            Some((id, value(form, "client_secret").map(str::to_owned)))
        };
        let (id, secret) = match basic {
            Some((id, secret)) => (id, Some(secret)),
            None => in_form().ok_or(Refusal("invalid_client", "No client credentials."))?,
        };
        if id.is_empty() {
            return Err(Refusal("unauthorized_client", "The client id is empty."));
        }
        let app = self.door.apps.iter().find(|a| a.id == id);
        let app = app.ok_or(Refusal("invalid_client", "There is no such client."))?;
        if app.secret.as_deref().is_some_and(|s| Some(s) != secret.as_deref()) {
            return Err(Refusal("invalid_client", "The client secret is wrong."));
        }
        Ok(app.clone())
    }

    fn by_code(&mut self, app: &App, form: &Form, now: Timestamp) -> Result<HttpResponse, Refusal> {
        let refused = |why| Refusal("invalid_grant", why);
        let word = value(form, "code").unwrap_or_default();
        let code = self.door.grants.take_code(word, now);
        let code = code.ok_or(refused("The code is unknown, used or older than 5 minutes."))?;
        if code.grant.app != app.id {
            return Err(refused("The code was given to another client."));
        }
        if value(form, "redirect_uri") != Some(code.redirect.as_str()) {
            return Err(refused("redirect_uri is not the one of the authorise request."));
        }
        if let Some(challenge) = &code.challenge {
            let verifier = value(form, "code_verifier").unwrap_or_default();
            let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            if !(43..=128).contains(&verifier.len()) || proof != *challenge {
                return Err(refused("code_verifier doesn't belong to the code_challenge."));
            }
        }
        Ok(self.tokens(app, &code.grant, code.nonce.as_deref(), now))
    }

    fn by_refresh(&mut self, app: &App, form: &Form, now: Timestamp) -> Result<HttpResponse, Refusal> {
        let word = value(form, "refresh_token").unwrap_or_default();
        let grant = self.door.grants.use_refresh(word, &app.id, now);
        let grant =
            grant.ok_or(Refusal("invalid_grant", "The refresh token is unknown, used or expired."))?;
        Ok(self.tokens(app, &grant, None, now))
    }

    fn by_credentials(&mut self, app: &App, form: &Form, now: Timestamp) -> Result<HttpResponse, Refusal> {
        // One SDK calls the field `scopes`.
        let asked = value(form, "scope").or(value(form, "scopes")).unwrap_or_default();
        let mut scopes = scopes_in(asked);
        check_scopes(app, &scopes)?;
        let own_connections = scopes == ["app.connections"];
        let tenant = match &app.flow {
            Flow::Custom { tenant } => Some(tenant.clone()),
            Flow::Web if own_connections => None,
            Flow::Web | Flow::Pkce => {
                return Err(Refusal("unauthorized_client", "This app is not a custom connection."));
            }
        };
        if scopes.is_empty() {
            let all = scope::SCOPES.iter().filter(|s| s.name.starts_with("accounting."));
            scopes = all.filter(|s| !s.broad).map(|s| s.name.to_owned()).collect();
        }
        let connection = self.door.connections.iter().find(|c| c.app == app.id);
        let event = connection.map(|c| c.event.clone()).unwrap_or_default();
        let person = connection.filter(|_| tenant.is_some()).map(|c| c.person.clone());
        let grant = Grant { app: app.id.clone(), person, scopes, event };
        let token = self.door.grants.new_access(&grant, tenant, &mut self.door.mint, now);
        Ok(HttpResponse::json(
            200,
            &json!({"access_token": token, "expires_in": ACCESS_LIFE.as_secs(), "token_type": "Bearer",
                "scope": grant.scopes.join(" ")}),
        ))
    }

    /// The tokens of a person's grant: an id token for `openid`, a refresh token for `offline_access`.
    fn tokens(&mut self, app: &App, grant: &Grant, nonce: Option<&str>, now: Timestamp) -> HttpResponse {
        let access = self.door.grants.new_access(grant, None, &mut self.door.mint, now);
        let has = |name: &str| grant.scopes.iter().any(|s| s == name);
        let mut body = json!({"access_token": access, "expires_in": ACCESS_LIFE.as_secs(),
            "token_type": "Bearer", "scope": grant.scopes.join(" ")});
        let person = self.door.people.iter().find(|p| Some(&p.id) == grant.person.as_ref());
        if let (true, Some(person)) = (has("openid"), person) {
            let key = app.secret.clone().unwrap_or_else(|| app.id.clone());
            body["id_token"] = jwt(&id_claims(grant, person, nonce, now), &key).into();
        }
        if has("offline_access") {
            body["refresh_token"] = self.door.grants.new_refresh(grant, &mut self.door.mint, now).into();
        }
        HttpResponse::json(200, &body)
    }

    pub(super) fn revoke(&mut self, request: &HttpRequest, _now: Timestamp) -> HttpResponse {
        let form = request.form();
        let app = match self.client(request, &form) {
            Ok(app) => app,
            Err(refusal) => return refusal.response(),
        };
        let token = value(&form, "token").unwrap_or_default();
        if let Some(person) = self.door.grants.revoke(token, &app.id) {
            self.door.connections.retain(|c| c.app != app.id || c.person != person);
        }
        HttpResponse::empty(200)
    }
}

/// `Basic base64(id:secret)`; each part may be form-encoded, as RFC 6749 2.3.1 has it.
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |part: &str| pairs(&format!("{part}=")).first().map(|(n, _)| n.clone()).unwrap_or_default();
    Some((decoded(id), decoded(secret)))
}
