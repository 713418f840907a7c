//! Who may come in: apps, people and the connections between an app and an organisation.
//!
//! The sandbox starts with three apps: `sandbox-client` (code flow, secret `sandbox-secret`), `sandbox-pkce` (no
//! secret) and `sandbox-custom` (client credentials, secret `sandbox-secret`, one organisation).
//!
//! Source: API-FACTS 1.2, 1.6, 2.2.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::exchange::{AppTier, Role, UserRef};

/// What each tier (API-FACTS 2.2) gives: its word, connections at most, calls per organisation and day.
pub const TIERS: [(AppTier, &str, usize, u32); 5] = [
    (AppTier::Starter, "starter", 5, 1_000),
    (AppTier::Core, "core", 50, 5_000),
    (AppTier::Plus, "plus", 1_000, 5_000),
    (AppTier::Advanced, "advanced", 10_000, 5_000),
    (AppTier::Enterprise, "enterprise", usize::MAX, 5_000),
];

impl AppTier {
    fn row(self) -> (AppTier, &'static str, usize, u32) {
        TIERS[self as usize]
    }

    /// The tier of that word, ignoring case: `starter`, `core`, `plus`, `advanced`, `enterprise`.
    pub fn named(word: &str) -> Option<AppTier> {
        TIERS.iter().find(|row| row.1.eq_ignore_ascii_case(word)).map(|row| row.0)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// How many organisations may be connected at the same time.
    pub fn connections_at_most(self) -> usize {
        self.row().2
    }

    /// Calls per organisation and day.
    pub fn calls_a_day(self) -> u32 {
        self.row().3
    }

    /// Journals, and consent for several organisations at once.
    pub fn is_premium(self) -> bool {
        self >= AppTier::Advanced
    }
}

/// How an app gets its tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Flow {
    /// Authorisation code with a secret (a code challenge is checked when it was sent).
    Web,
    /// Authorisation code with a code challenge, no secret.
    Pkce,
    /// Client credentials for exactly one organisation.
    Custom {
        /// The organisation.
        tenant: String,
    },
}

/// Which scopes an app may ask for: apps made before 2 March 2026 hold broad ones too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeAge {
    /// Granular and broad.
    #[default]
    Any,
    /// Granular only, as every new app.
    GranularOnly,
}

/// A client of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// The client id.
    pub id: String,
    /// The client secret; none for PKCE.
    pub secret: Option<String>,
    /// The name shown in the consent page and as `ProviderName` in answers.
    pub name: String,
    /// How it gets tokens.
    pub flow: Flow,
    /// What its owner pays for.
    pub tier: AppTier,
    /// Which scopes it may ask for.
    #[serde(default)]
    pub scopes: ScopeAge,
    /// Redirect addresses besides those every app of the sandbox may use.
    #[serde(default)]
    pub redirects: Vec<String>,
}

impl App {
    /// Whether a redirect to `uri` is allowed: a registered one, or any port of this machine over http.
    pub fn may_redirect_to(&self, uri: &str) -> bool {
        self.redirects.iter().any(|r| r == uri) || is_local(uri)
    }
}

/// `http://localhost[:PORT]/…` or `http://127.0.0.1[:PORT]/…`, without user part or fragment.
fn is_local(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else { return false };
    if rest.contains(['#', '\\']) || rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return false;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    (host == "localhost" || host == "127.0.0.1") && port.parse::<u16>().is_ok_and(|p| p > 0)
}

/// A person who can sign in to organisations and give consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `xero_userid`.
    pub id: String,
    /// The address shown.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What they may do in every organisation of the sandbox.
    pub role: Role,
}

impl Person {
    /// The name shown.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The person as the core knows them.
    pub fn user(&self) -> UserRef {
        UserRef { name: self.name(), role: self.role }
    }
}

/// An app's access to one organisation, given by one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The id that DELETE takes.
    pub id: String,
    /// The app.
    pub app: String,
    /// Who gave it.
    pub person: String,
    /// The organisation.
    pub tenant: String,
    /// The consent it was last given in.
    pub event: String,
    /// First given.
    pub created: Timestamp,
    /// Last given.
    pub updated: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_this_machine_unless_registered() {
        let app = App {
            id: "a".into(),
            secret: None,
            name: "A".into(),
            flow: Flow::Pkce,
            tier: AppTier::Starter,
            scopes: ScopeAge::Any,
            redirects: vec!["https://app.example/callback".into()],
        };
        for (uri, allowed) in [
            ("http://127.0.0.1:9999/callback", true),
            ("http://localhost:1/x?y=1", true),
            ("http://localhost/callback", true),
            ("https://app.example/callback", true),
            ("https://app.example/callback/", false),
            ("https://localhost:9999/callback", false),
            ("http://localhost:0/x", false),
            ("http://localhost:99999/x", false),
            ("http://localhost.example/x", false),
            ("http://localhost:80@example.org/x", false),
            ("http://127.0.0.1:9999\\@example.org/", false),
            ("http://localhost:9999/a#b", false),
            ("http://localhost:9999/a\r\nSet-Cookie: a=b", false),
            ("", false),
        ] {
            assert_eq!(app.may_redirect_to(uri), allowed, "{uri}");
        }
    }

    #[test]
    fn a_tier_is_found_by_its_word() {
        for (tier, word, _, _) in TIERS {
            assert_eq!((AppTier::named(word), tier.word()), (Some(tier), word));
        }
        assert_eq!(AppTier::named("gold"), None);
        assert_eq!((AppTier::Starter.calls_a_day(), AppTier::Core.calls_a_day()), (1_000, 5_000));
        assert_eq!((AppTier::Starter.connections_at_most(), AppTier::Plus.is_premium()), (5, false));
    }
}
