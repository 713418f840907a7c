//! What tests of the door share: a client that signs in and calls.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Handled, HttpRequest, HttpResponse, Sandbox, SeedName};

pub const REDIRECT: &str = "http://127.0.0.1:9999/callback";
pub const FORM: &str = "application/x-www-form-urlencoded";
/// Every granular scope of the product, and a refresh token.
pub const SCOPES: &str = "openid profile email offline_access accounting.invoices accounting.payments \
    accounting.contacts accounting.settings accounting.attachments accounting.manualjournals \
    accounting.banktransactions accounting.journals.read accounting.reports.trialbalance.read";

/// A sandbox with two organisations, a clock in hand, and a token.
pub struct Client {
    pub sandbox: Sandbox,
    pub now: Timestamp,
    pub access: String,
    pub refresh: String,
    pub tenant: String,
}

impl Client {
    /// Not signed in.
    pub fn stranger() -> Client {
        let now: Timestamp = "2026-09-21T01:00:00Z".parse().expect("time");
        let sandbox = Sandbox::seeded(&[SeedName::DemoNz, SeedName::DemoUk], 1, now);
        let tenant = sandbox.orgs()[0].id();
        Client { sandbox, now, access: String::new(), refresh: String::new(), tenant }
    }

    /// Signed in to the first organisation with `SCOPES`.
    pub fn signed_in() -> Client {
        let mut client = Client::stranger();
        client.sign_in(SCOPES);
        client
    }

    pub fn sign_in(&mut self, scopes: &str) {
        let code = self.code(scopes, "");
        let form = format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}");
        let tokens = self.token("sandbox-client:sandbox-secret", &form).body_json();
        self.access = tokens["access_token"].as_str().expect("a token").to_owned();
        self.refresh = tokens["refresh_token"].as_str().unwrap_or_default().to_owned();
    }

    pub fn wait(&mut self, seconds: i64) {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).expect("in range");
    }

    pub fn send(&mut self, request: &HttpRequest) -> HttpResponse {
        self.handle(request).response
    }

    pub fn handle(&mut self, request: &HttpRequest) -> Handled {
        self.sandbox.handle(request, self.now)
    }

    pub fn get(&mut self, target: &str) -> HttpResponse {
        self.send(&HttpRequest::new("GET", target))
    }

    /// The code of an approved authorise request.
    pub fn code(&mut self, scopes: &str, more: &str) -> String {
        let answer = self.authorise("sandbox-client", scopes, more);
        let location = answer.header("location").unwrap_or_else(|| panic!("{}", answer.body_text()));
        let query = location.split_once('?').expect("a query").1;
        super::http::value(&super::http::pairs(query), "code").expect("a code").to_owned()
    }

    pub fn authorise(&mut self, app: &str, scopes: &str, more: &str) -> HttpResponse {
        let scopes = super::http::encode(scopes);
        self.get(&format!(
            "/identity/connect/authorize?response_type=code&client_id={app}&redirect_uri={REDIRECT}\
             &scope={scopes}&state=s%201&sandbox_auto_approve=true{more}"
        ))
    }

    /// A token request with Basic credentials, or without any when `credentials` is empty.
    pub fn token(&mut self, credentials: &str, form: &str) -> HttpResponse {
        let mut request = HttpRequest::new("POST", "/connect/token").with_body(FORM, form);
        if !credentials.is_empty() {
            request = request.with_header("authorization", &basic(credentials));
        }
        self.send(&request)
    }

    /// A call with token, tenant and `Accept`.
    pub fn request(&self, method: &str, target: &str) -> HttpRequest {
        HttpRequest::new(method, &format!("/api.xro/2.0/{target}"))
            .with_header("Authorization", &format!("Bearer {}", self.access))
            .with_header("xero-tenant-id", &self.tenant)
            .with_header("Accept", "application/json")
    }

    pub fn call(&mut self, method: &str, target: &str) -> HttpResponse {
        let request = self.request(method, target);
        self.send(&request)
    }

    /// A control request.
    pub fn control(&mut self, method: &str, what: &str, body: &Value) -> HttpResponse {
        let request = HttpRequest::new(method, &format!("/sandbox/api/{what}"));
        self.send(&request.with_body("application/json", body.to_string()))
    }
}

pub fn basic(credentials: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
}
