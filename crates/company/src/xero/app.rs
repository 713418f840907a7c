//! The Xero app: the installation's, or a company's own; where Xero is. Stand-in and Xero itself differ by this alone.
//!
//! ```text
//! client id 0A1B…, kind web, comes back to http://localhost:4009/callback, rights granular, at http://localhost:4010
//! ```
//! Each installation brings its own app (API-FACTS 1.2). It is kept sealed, for its secret. Not here: signing in (`connect`).

use plan::App as Which;
use serde::{Deserialize, Serialize};
use wire::Problem;
use xero_client::settings::{Addresses, App, Kind, Rights, Secret};

/// An app and where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSettings {
    /// The app.
    pub app: App,
    /// Where the API is, instead of Xero.
    pub base_url: Option<String>,
    /// Where signing in is; the base unless said.
    pub identity_url: Option<String>,
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    client_id: String,
    kind: String,
    secret: Option<String>,
    redirect: String,
    rights: String,
    base_url: Option<String>,
    identity_url: Option<String>,
}

/// `granular`, `broad`, or rights by comma.
pub fn rights(text: &str) -> Rights {
    match text {
        "granular" => Rights::Granular,
        "broad" => Rights::Broad,
        list => Rights::These(list.split(',').map(|right| right.trim().to_owned()).collect()),
    }
}

/// As `rights` reads them.
pub fn rights_text(rights: &Rights) -> String {
    match rights {
        Rights::Granular => "granular".to_owned(),
        Rights::Broad => "broad".to_owned(),
        Rights::These(list) => list.join(","),
    }
}

impl AppSettings {
    /// Where Xero is.
    pub fn addresses(&self) -> Addresses {
        let (base, real) = (self.base_url.as_deref(), Addresses::xero());
        match (base, self.identity_url.as_deref().or(base)) {
            (Some(base), Some(identity)) => Addresses::at(base, identity),
            (None, Some(identity)) => {
                let there = Addresses::at("", identity);
                Addresses { accounting: real.accounting, connections: real.connections, ..there }
            }
            (_, None) => real,
        }
    }

    /// The word for the way it signs in: `web`, `pkce`, `custom`.
    pub fn kind(&self) -> &'static str {
        match self.app.kind {
            Kind::Web(_) => "web",
            Kind::Pkce => "pkce",
            Kind::Custom(_) => "custom",
        }
    }

    /// What is wrong with it.
    ///
    /// # Errors
    /// The first thing, and what to write instead.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = |what: &str, text: &str, remedy: &str| {
            Err(Problem::new("bad-input", format!("{what} can't be \"{text}\"."), remedy).with(what, text))
        };
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 200
                && !text.contains(|c: char| c.is_control() || c.is_whitespace())
        };
        if !plain(&self.app.client_id) {
            let remedy = "Copy the client id from the app's page at developer.xero.com, under Configuration.";
            return wrong("The client id", &self.app.client_id, remedy);
        }
        let address = |url: &str| plain(url) && (url.starts_with("http://") || url.starts_with("https://"));
        for (what, url) in [("The base address", &self.base_url), ("The sign-in address", &self.identity_url)]
        {
            if let Some(url) = url.as_deref().filter(|url| !address(url)) {
                return wrong(
                    what,
                    url,
                    "An address begins with http:// or https://; leave it out for Xero itself.",
                );
            }
        }
        let redirect = &self.app.redirect;
        if !(redirect.starts_with("https://") || redirect.starts_with("http://localhost")) || !plain(redirect)
        {
            let remedy = "Xero sends people back to https:// or http://localhost only; register the same address with the app.";
            return wrong("The redirect", redirect, remedy);
        }
        match &self.app.kind {
            Kind::Web(secret) | Kind::Custom(secret) if !plain(secret.reveal()) => {
                let message = "The app's secret is missing.";
                let remedy = "Generate a client secret on the app's page and give it, or use kind pkce for an app without one.";
                Err(Problem::new("bad-input", message, remedy))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn kept(&self) -> Kept {
        Kept {
            client_id: self.app.client_id.clone(),
            kind: self.kind().to_owned(),
            secret: match &self.app.kind {
                Kind::Web(secret) | Kind::Custom(secret) => Some(secret.reveal().to_owned()),
                Kind::Pkce => None,
            },
            redirect: self.app.redirect.clone(),
            rights: rights_text(&self.app.rights),
            base_url: self.base_url.clone(),
            identity_url: self.identity_url.clone(),
        }
    }

    pub(super) fn which(&self, of: u32) -> Which {
        match (&self.app.kind, of) {
            (Kind::Custom(_), _) => Which::Custom,
            (_, 0) => Which::Installation,
            _ => Which::Own,
        }
    }
}

impl From<Kept> for AppSettings {
    fn from(kept: Kept) -> AppSettings {
        let secret = Secret::new(kept.secret.unwrap_or_default());
        let kind = match kept.kind.as_str() {
            "pkce" => Kind::Pkce,
            "custom" => Kind::Custom(secret),
            _ => Kind::Web(secret),
        };
        let app =
            App { client_id: kept.client_id, kind, redirect: kept.redirect, rights: rights(&kept.rights) };
        AppSettings { app, base_url: kept.base_url, identity_url: kept.identity_url }
    }
}
