//! Signing in to Xero: the address a person opens, the code that comes back, and the forms that turn it into tokens.
//!
//! Authorisation code with PKCE (S256) and a state of 128 random bits; refresh; client credentials; revocation; the list
//! of connections. Everything here makes one request or none; who may refresh and when is `tokens`' business.
//!
//! Not here: keeping tokens, the listener that receives the code (`millbook xero login`).

use crate::settings::{Addresses, App, Kind, Secret};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use world::{Body, Chance, Method, Moment, NetworkError, Request, Transport, collect};
use xero::envelope::Connection;

/// Why signing in, refreshing or disconnecting failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// Xero refuses for good: the code of the catalogue's row says what to do.
    Refused {
        /// Xero's word: `invalid_grant`.
        error: String,
        /// Xero's explanation, if any.
        description: String,
    },
    /// The answer belongs to another request, or somebody tampered with it.
    WrongState,
    /// The person came back without a code.
    NoCode,
    /// Nobody is connected.
    NotConnected,
    /// Xero can't be reached or fails; trying later may work.
    Later(String),
    /// Tokens couldn't be kept or read: nothing was used that isn't kept.
    Store(String),
}

impl SignInError {
    /// What happened, without what to do: for those who say that themselves.
    #[must_use]
    pub fn cause(&self) -> String {
        let Self::Refused { error, description } = self else { return self.to_string() };
        let said = [error, description].map(|part| part.trim().trim_end_matches('.'));
        let said = said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
        let meaning = xero::errors::explain(error).known.map_or("", |row| row.meaning);
        format!("Xero says {said}. {meaning}").trim_end().to_owned()
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { error, .. } => {
                f.write_str(&self.cause())?;
                match xero::errors::explain(error).known {
                    Some(known) => write!(f, " {}", known.remedy),
                    None => Ok(()),
                }
            }
            Self::WrongState => f.write_str("the answer doesn't belong to this sign-in: start again"),
            Self::NoCode => f.write_str("Xero sent nobody's code: start again"),
            Self::NotConnected => f.write_str("not connected to Xero: run `millbook xero login`"),
            Self::Later(why) => write!(f, "Xero can't be reached: {why}; try again later"),
            Self::Store(why) => write!(f, "the tokens can't be kept: {why}"),
        }
    }
}

impl std::error::Error for SignInError {}

/// A sign-in that waits for the person to come back.
#[derive(Debug)]
pub struct Pending {
    /// The address to open in a browser.
    pub url: String,
    state: Secret,
    verifier: Secret,
}

fn random(chance: &dyn Chance) -> Secret {
    let mut bytes = [0; 32];
    chance.fill(&mut bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// Starts a sign-in.
#[must_use]
pub fn begin(app: &App, addresses: &Addresses, chance: &dyn Chance) -> Pending {
    let (state, verifier) = (random(chance), random(chance));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.reveal().as_bytes()));
    let query = Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &app.client_id)
        .append_pair("redirect_uri", &app.redirect)
        .append_pair("scope", &app.rights.scope(&app.kind))
        .append_pair("state", state.reveal())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .finish();
    Pending { url: format!("{}?{query}", addresses.authorize), state, verifier }
}

/// The code in the query with which the person came back.
///
/// # Errors
/// Another sign-in's answer, a refusal, or no code.
pub fn code(pending: &Pending, query: &str) -> Result<Secret, SignInError> {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).collect();
    let field = |name: &str| fields.get(name).map(|value| value.as_ref()).unwrap_or_default();
    let same = field("state").len() == pending.state.reveal().len()
        && field("state").bytes().zip(pending.state.reveal().bytes()).fold(0, |all, (a, b)| all | (a ^ b))
            == 0;
    if !same {
        return Err(SignInError::WrongState);
    }
    if !field("error").is_empty() {
        let (error, description) = (field("error").to_owned(), field("error_description").to_owned());
        return Err(SignInError::Refused { error, description });
    }
    if field("code").is_empty() { Err(SignInError::NoCode) } else { Ok(Secret::new(field("code"))) }
}

/// What the token address answers.
#[derive(Clone, Debug)]
pub struct Granted {
    /// For calls.
    pub access: Secret,
    /// For the next refresh; custom connections have none.
    pub refresh: Option<Secret>,
    /// When the access token ends.
    pub until: Moment,
    /// The rights granted.
    pub scope: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: u64,
    refresh_token: Option<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Default, Deserialize)]
struct TokenRefusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Speaks to the identity server.
pub struct Identity<'a> {
    /// The app.
    pub app: &'a App,
    /// Where Xero is.
    pub addresses: &'a Addresses,
    /// The network.
    pub transport: &'a dyn Transport,
}

const TIMEOUT: Duration = Duration::from_secs(30);
const MOST: usize = 1_000_000;

impl Identity<'_> {
    /// Turns a code into tokens. `now` is taken before the request, so that a token ends early rather than late.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn exchange(
        &self,
        pending: &Pending,
        code: &Secret,
        now: Moment,
    ) -> Result<Granted, SignInError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("redirect_uri", &self.app.redirect),
            ("code_verifier", pending.verifier.reveal()),
        ];
        self.token(&form, now).await
    }

    /// Turns a refresh token into the next tokens.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn refresh(&self, refresh: &Secret, now: Moment) -> Result<Granted, SignInError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh.reveal())], now).await
    }

    /// Tokens of a custom connection.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn client_credentials(&self, now: Moment) -> Result<Granted, SignInError> {
        let scope = self.app.rights.scope(&self.app.kind);
        self.token(&[("grant_type", "client_credentials"), ("scope", &scope)], now).await
    }

    /// Withdraws a refresh token: Xero drops all connections of that person to this app.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn revoke(&self, refresh: &Secret) -> Result<(), SignInError> {
        self.post(&self.addresses.revocation, &[("token", refresh.reveal())]).await.map(|_| ())
    }

    async fn token(&self, form: &[(&str, &str)], now: Moment) -> Result<Granted, SignInError> {
        let body = self.post(&self.addresses.token, form).await?;
        let answer: TokenAnswer = serde_json::from_slice(&body)
            .map_err(|_| SignInError::Later("the token answer is unreadable".into()))?;
        Ok(Granted {
            access: Secret::new(answer.access_token),
            refresh: answer.refresh_token.map(Secret::new),
            until: now.plus(Duration::from_secs(answer.expires_in)),
            scope: answer.scope,
        })
    }

    /// A form as a request; made apart, because a serializer can't wait on another thread.
    fn form(&self, url: &str, form: &[(&str, &str)]) -> Request {
        let mut body = Serializer::new(String::new());
        body.extend_pairs(form);
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        match &self.app.kind {
            Kind::Web(secret) | Kind::Custom(secret) => {
                let basic = STANDARD.encode(format!("{}:{}", self.app.client_id, secret.reveal()));
                headers.push(("Authorization".to_owned(), format!("Basic {basic}")));
            }
            Kind::Pkce => {
                body.append_pair("client_id", &self.app.client_id);
            }
        }
        let bytes = body.finish().into_bytes();
        let body = Body::Bytes(bytes.into());
        Request { method: Method::Post, url: url.to_owned(), headers, body, timeout: TIMEOUT }
    }

    async fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Vec<u8>, SignInError> {
        let (status, body) = self.send(self.form(url, form)).await?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let refusal: TokenRefusal = serde_json::from_slice(&body).unwrap_or_default();
        if (400..500).contains(&status) && status != 429 && !refusal.error.is_empty() {
            let (error, description) = (refusal.error, refusal.error_description);
            return Err(SignInError::Refused { error, description });
        }
        Err(SignInError::Later(format!("the identity server answers {status}")))
    }

    async fn send(&self, request: Request) -> Result<(u16, Vec<u8>), SignInError> {
        let later = |why: NetworkError| SignInError::Later(why.to_string());
        let response = self.transport.send(request).await.map_err(later)?;
        let status = response.status;
        Ok((status, collect(response.body, MOST).await.map_err(later)?))
    }

    /// The organisations this token reaches. They may be unusable all the same: `GET /Organisation` proves one.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn connections(&self, access: &Secret) -> Result<Vec<Connection>, SignInError> {
        let (status, body) =
            self.send(self.bearer(Method::Get, self.addresses.connections.clone(), access)).await?;
        if status != 200 {
            return Err(refused(status));
        }
        serde_json::from_slice(&body)
            .map_err(|why| SignInError::Later(format!("unreadable connections: {why}")))
    }

    /// Disconnects one organisation. One that is gone already is disconnected.
    ///
    /// # Errors
    /// Refused, or not reachable.
    pub async fn disconnect(&self, access: &Secret, connection: &str) -> Result<(), SignInError> {
        let url = format!("{}/{}", self.addresses.connections, crate::call::segment(connection));
        let (status, _) = self.send(self.bearer(Method::Delete, url, access)).await?;
        if (200..300).contains(&status) || status == 404 { Ok(()) } else { Err(refused(status)) }
    }

    fn bearer(&self, method: Method, url: String, access: &Secret) -> Request {
        let headers = vec![
            ("Authorization".to_owned(), format!("Bearer {}", access.reveal())),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        Request { method, url, headers, body: Body::Empty, timeout: TIMEOUT }
    }
}

fn refused(status: u16) -> SignInError {
    match status {
        401 | 403 => {
            SignInError::Refused { error: "invalid_grant".to_owned(), description: format!("({status})") }
        }
        _ => SignInError::Later(format!("the connections answer {status}")),
    }
}
