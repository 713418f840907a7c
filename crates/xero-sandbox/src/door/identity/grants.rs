//! What was given out: codes, access tokens, refresh tokens, and the rights a person gave an app.
//!
//! A code lives 5 minutes and works once. An access token lives 30 minutes. A refresh token lives 60 days; using it
//! gives a new one, and the used one works for 30 more minutes, for a lost answer. Rights add up per app and person
//! until they are revoked (API-FACTS 1.4, 1.5).

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use super::ISSUER;
use crate::door::app::Person;
use crate::door::mint::Mint;

/// Access tokens.
pub const ACCESS_LIFE: SignedDuration = SignedDuration::from_mins(30);
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);
const GRACE: SignedDuration = SignedDuration::from_mins(30);
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Who gave which app what, in which consent. `person` is absent only for an app's own token (`app.connections`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The app.
    pub app: String,
    /// The person.
    pub person: Option<String>,
    /// The rights.
    pub scopes: Vec<String>,
    /// `authentication_event_id`.
    pub event: String,
}

/// An access token's meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The app.
    pub app: String,
    /// The person.
    pub person: Option<String>,
    /// The rights.
    pub scopes: Vec<String>,
    /// The only organisation, for a custom connection.
    pub tenant: Option<String>,
    /// The end.
    pub expires: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Code {
    pub grant: Grant,
    pub redirect: String,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    expires: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Refresh {
    grant: Grant,
    expires: Timestamp,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    given: BTreeMap<String, BTreeSet<String>>,
}

fn pair(app: &str, person: &str) -> String {
    format!("{app} {person}")
}

impl Grants {
    /// Adds rights to those the person gave the app before; all of them.
    pub(super) fn give(&mut self, app: &str, person: &str, scopes: &[String]) -> Vec<String> {
        let given = self.given.entry(pair(app, person)).or_default();
        given.extend(scopes.iter().cloned());
        given.iter().cloned().collect()
    }

    pub(super) fn new_code(
        &mut self,
        grant: Grant,
        redirect: &str,
        challenge: Option<&str>,
        nonce: Option<&str>,
        mint: &mut Mint,
        now: Timestamp,
    ) -> String {
        let word = mint.word(43);
        let (challenge, nonce) = (challenge.map(str::to_owned), nonce.map(str::to_owned));
        let expires = later(now, CODE_LIFE);
        self.codes.retain(|_, code| now < code.expires);
        self.codes
            .insert(word.clone(), Code { grant, redirect: redirect.to_owned(), challenge, nonce, expires });
        word
    }

    /// A code, once, if it is still alive.
    pub(super) fn take_code(&mut self, word: &str, now: Timestamp) -> Option<Code> {
        self.codes.remove(word).filter(|code| now < code.expires)
    }

    pub(super) fn new_refresh(&mut self, grant: &Grant, mint: &mut Mint, now: Timestamp) -> String {
        let word = mint.word(43);
        self.refresh.retain(|_, r| now < r.expires);
        self.refresh
            .insert(word.clone(), Refresh { grant: grant.clone(), expires: later(now, REFRESH_LIFE) });
        word
    }

    /// What a refresh token stands for. From its first use on it lives 30 minutes.
    pub(super) fn use_refresh(&mut self, word: &str, app: &str, now: Timestamp) -> Option<Grant> {
        let refresh = self.refresh.get_mut(word).filter(|r| now < r.expires && r.grant.app == app)?;
        refresh.expires = refresh.expires.min(later(now, GRACE));
        Some(refresh.grant.clone())
    }

    pub(super) fn new_access(
        &mut self,
        grant: &Grant,
        tenant: Option<String>,
        mint: &mut Mint,
        now: Timestamp,
    ) -> String {
        let expires = later(now, ACCESS_LIFE);
        let claims = json!({
            "nbf": now.as_second(), "exp": expires.as_second(), "iss": ISSUER,
            "aud": format!("{ISSUER}/resources"), "client_id": grant.app,
            "sub": grant.person, "auth_time": now.as_second(), "xero_userid": grant.person,
            "global_session_id": mint.word(32), "jti": mint.word(32),
            "authentication_event_id": grant.event, "scope": grant.scopes,
        });
        let token = jwt(&claims, &mint.word(32));
        let (app, person) = (grant.app.clone(), grant.person.clone());
        self.access.retain(|_, access| now < later(access.expires, FORGET_AFTER));
        let access = Access { app, person, scopes: grant.scopes.clone(), tenant, expires };
        self.access.insert(token.clone(), access);
        token
    }

    /// What an access token stands for, or the detail of the 401.
    pub fn access(&self, token: &str, now: Timestamp) -> Result<&Access, String> {
        match self.access.get(token) {
            Some(access) if now < access.expires => Ok(access),
            Some(access) => {
                let ended = access.expires.strftime("%m/%d/%Y %H:%M:%S");
                Err(format!("TokenExpired: token expired at {ended}"))
            }
            None => Err("AuthenticationUnsuccessful".to_owned()),
        }
    }

    /// Ends an access token now.
    pub fn expire(&mut self, token: &str, now: Timestamp) {
        if let Some(access) = self.access.get_mut(token) {
            access.expires = access.expires.min(now);
        }
    }

    /// Forgets a token of this app. For a refresh token everything the person gave the app goes with it, and the
    /// person is returned: their connections end too.
    pub(super) fn revoke(&mut self, token: &str, app: &str) -> Option<String> {
        if self.access.get(token).is_some_and(|a| a.app == app) {
            self.access.remove(token);
            return None;
        }
        let person = self.refresh.get(token).filter(|r| r.grant.app == app)?.grant.person.clone()?;
        self.refresh.retain(|_, r| r.grant.app != app || r.grant.person.as_ref() != Some(&person));
        self.access.retain(|_, a| a.app != app || a.person.as_ref() != Some(&person));
        self.given.remove(&pair(app, &person));
        Some(person)
    }
}

/// The claims of an `id_token`, which lives 5 minutes.
pub(super) fn id_claims(grant: &Grant, person: &Person, nonce: Option<&str>, now: Timestamp) -> Value {
    let mut claims = json!({
        "nbf": now.as_second(), "exp": now.as_second() + 300, "iss": ISSUER, "aud": grant.app,
        "iat": now.as_second(), "sub": person.id, "auth_time": now.as_second(), "xero_userid": person.id,
        "preferred_username": person.email, "email": person.email, "given_name": person.first_name,
        "family_name": person.last_name, "name": person.name(),
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    claims
}

/// A signed token. Xero signs with RS256 and its own key; here it is HS256, since nobody can check Xero's signature
/// on a stand-in.
pub(super) fn jwt(claims: &Value, key: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let signature = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mut mac| {
            mac.update(text.as_bytes());
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default();
    format!("{text}.{signature}")
}
