//! Sign-in: authorise, tokens, revocation, connections, discovery (API-FACTS 1).
//!
//! Every path works with and without `/identity` before it and with a slash at the end, in any case: real clients use
//! all of these. Here is the routing; `authorise` has the consent, `token` the token endpoint, `grants` what was
//! given out, `connections` the connections.

mod authorise;
mod connections;
mod grants;
mod token;

use jiff::Timestamp;
use serde_json::json;

pub use grants::{Access, Grants};

use super::calls::CallRecord;
use super::http::{Handled, HttpRequest, HttpResponse};
use super::sandbox::Sandbox;
use super::scope::SCOPES;

/// The `iss` of every token, whatever address the sandbox has.
const ISSUER: &str = "https://identity.xero.com";

impl Sandbox {
    /// Answers a request of the identity part and writes it down, without bodies: they hold secrets.
    pub(super) fn identity(&mut self, request: &HttpRequest, path: &[String], now: Timestamp) -> Handled {
        let lower: Vec<String> = path.iter().map(|s| s.to_ascii_lowercase()).collect();
        let parts: Vec<&str> = lower.iter().map(String::as_str).collect();
        let response = match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["connect", "authorize"]) => self.authorise(request, now),
            ("POST", ["connect", "authorize"]) => self.decide(request, now),
            ("POST", ["connect", "token"]) => self.token(request, now),
            ("POST", ["connect", "revocation"]) => self.revoke(request, now),
            ("GET", ["connections"]) => self.list_connections(request, now),
            ("DELETE", ["connections", id]) => self.delete_connection(request, id, now),
            ("GET", [".well-known", "openid-configuration"]) => self.discovery(),
            ("GET", [".well-known", "openid-configuration", "jwks"]) => {
                HttpResponse::json(200, &json!({"keys": []}))
            }
            (_, ["connect", ..]) => HttpResponse::empty(405),
            _ => HttpResponse::html(404, super::pages::nothing_here(&request.path)),
        };
        self.door.calls.add(CallRecord {
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            status: response.status,
            content_type: response.header("content-type").unwrap_or_default().to_owned(),
            ..CallRecord::default()
        });
        Handled::now(response)
    }

    fn discovery(&self) -> HttpResponse {
        let base = &self.door.base_url;
        let scopes: Vec<&str> = SCOPES.iter().map(|s| s.name).collect();
        let body = json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{base}/identity/connect/authorize"),
            "token_endpoint": format!("{base}/connect/token"),
            "revocation_endpoint": format!("{base}/connect/revocation"),
            "jwks_uri": format!("{base}/.well-known/openid-configuration/jwks"),
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        });
        HttpResponse::json(200, &body)
    }
}

#[cfg(test)]
mod tests;
