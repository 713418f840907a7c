//! What an installation tells us about its Xero app: addresses, id and secret, the way to sign in, the rights.
//!
//! Each installation brings its own app (API-FACTS 1.2). A web app has a secret, a PKCE app has none, a custom
//! connection signs in by itself for its one organisation. Apps made since 2 March 2026 take granular rights only.
//!
//! Not here: where the settings are kept.

use std::fmt;

/// A text that is never shown: tokens, secrets, codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to send or to store encrypted.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Where Xero is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The Accounting API: `https://api.xero.com/api.xro/2.0`.
    pub accounting: String,
    /// The connections: `https://api.xero.com/connections`.
    pub connections: String,
    /// Where a person agrees, in a browser.
    pub authorize: String,
    /// Where tokens come from.
    pub token: String,
    /// Where tokens are given back.
    pub revocation: String,
}

impl Addresses {
    /// Xero itself.
    #[must_use]
    pub fn xero() -> Self {
        let at = Self::at("https://api.xero.com", "https://identity.xero.com");
        Self { authorize: "https://login.xero.com/identity/connect/authorize".to_owned(), ..at }
    }

    /// A stand-in: `base` for the API and the connections, `identity` for signing in.
    #[must_use]
    pub fn at(base: &str, identity: &str) -> Self {
        let (base, identity) = (base.trim_end_matches('/'), identity.trim_end_matches('/'));
        Self {
            accounting: format!("{base}/api.xro/2.0"),
            connections: format!("{base}/connections"),
            authorize: format!("{identity}/identity/connect/authorize"),
            token: format!("{identity}/connect/token"),
            revocation: format!("{identity}/connect/revocation"),
        }
    }
}

/// The way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A web app: a person agrees, the app proves itself with its secret.
    Web(Secret),
    /// A desktop app: a person agrees, the app has no secret.
    Pkce,
    /// A custom connection: nobody is asked again; one organisation.
    Custom(Secret),
}

/// Which rights to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// For apps made since 2 March 2026.
    Granular,
    /// For older apps, until 13 September 2027.
    Broad,
    /// As the operator says.
    These(Vec<String>),
}

const SIGNED_IN: &[&str] = &["openid", "profile", "email", "offline_access"];
const GRANULAR: &[&str] = &[
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
    "accounting.contacts",
    "accounting.settings",
    "accounting.attachments",
    "accounting.reports.trialbalance.read",
    "accounting.reports.balancesheet.read",
];
const BROAD: &[&str] = &[
    "accounting.transactions",
    "accounting.contacts",
    "accounting.settings",
    "accounting.attachments",
    "accounting.reports.read",
];

impl Rights {
    /// The rights for the accounts, space separated; a custom connection has nobody signed in.
    #[must_use]
    pub fn scope(&self, kind: &Kind) -> String {
        let rights: Vec<&str> = match self {
            Self::Granular => GRANULAR.to_vec(),
            Self::Broad => BROAD.to_vec(),
            Self::These(rights) => rights.iter().map(String::as_str).collect(),
        };
        let person: &[&str] = if matches!(kind, Kind::Custom(_)) { &[] } else { SIGNED_IN };
        let missing = person.iter().copied().filter(|right| !rights.contains(right));
        missing.chain(rights.iter().copied()).collect::<Vec<_>>().join(" ")
    }
}

/// The Xero app of this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The app's id.
    pub client_id: String,
    /// The way to sign in.
    pub kind: Kind,
    /// Where Xero sends the person back; registered there exactly, and never with 127.0.0.1.
    pub redirect: String,
    /// What to ask for.
    pub rights: Rights,
}

/// The redirect unless a setting says otherwise.
pub const REDIRECT: &str = "http://localhost:4009/callback";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        let app = App {
            client_id: "id".into(),
            kind: Kind::Web(Secret::new("hush")),
            redirect: REDIRECT.into(),
            rights: Rights::Granular,
        };
        assert!(!format!("{app:?}").contains("hush"));
    }

    #[test]
    fn rights_fit_the_kind() {
        let custom = Kind::Custom(Secret::new("s"));
        assert!(!Rights::Granular.scope(&custom).contains("offline_access"));
        assert!(
            Rights::Granular
                .scope(&Kind::Pkce)
                .starts_with("openid profile email offline_access accounting.")
        );
        assert!(!Rights::Granular.scope(&Kind::Pkce).contains("accounting.transactions"));
        assert_eq!(Rights::These(vec!["a".into(), "openid".into()]).scope(&custom), "a openid");
    }
}
