//! Connecting a company: consent, the organisations it reaches, choosing one, the first look at it.
//!
//! ```text
//! begin → the person agrees at Xero → came_back (kept sealed for half an hour) → offers → connect
//! ```
//! Until the organisation is connected nothing of the company has changed: what the consent gave lies beside, under a name of
//! its own. Tokens and the event go into the log's store together. An organisation belongs to one company (CON-3): the
//! company would take it first, then the installation's log says whose it is, then the company's.
//! Not here: the listener that the browser comes back to, disconnecting (`connections`).

use std::time::Duration;

use book::{Act, Day};
use plan::{Another, Organisation};
use store::CompanyId;
use wire::Problem;
use xero_client::call::Call;
use xero_client::limits::{Priority, Tenant};
use xero_client::oauth::{self, Pending, SignInError};
use xero_client::resource::list;
use xero_client::send::Client;
use xero_client::settings::{Kind, Secret};
use xero_client::tokens::{Kept, Tokens};

use super::secrets::Secrets;
use super::tokens::{Sealed, TOKENS};
use super::{AppSettings, Xero};
use crate::fold::{Asked, Failure};
use crate::installation::{InstallationWish, Registered};
use crate::operations::Wish;

/// The name of what a consent gave, before anything is connected by it.
const CONSENT: &str = "xero/consent";
/// So long its access token is good for.
const CONSENT_LASTS: Duration = Duration::from_secs(29 * 60);

/// An organisation that a consent reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// How requests name it.
    pub tenant: Tenant,
    /// Its name.
    pub name: String,
    /// The connection's id at Xero.
    pub connection: String,
    /// The code of the company that it is connected to.
    pub taken_by: Option<String>,
}

impl Offer {
    fn is_named(&self, named: &str) -> bool {
        self.name.eq_ignore_ascii_case(named) || self.tenant.to_string().eq_ignore_ascii_case(named)
    }

    fn is_free_for(&self, company: &Registered) -> bool {
        self.taken_by.as_ref().is_none_or(|code| *code == company.code)
    }
}

/// How a company is to be connected.
#[derive(Clone, Debug, Default)]
pub struct Connecting {
    /// The organisation, by its name or id; needed if there are several.
    pub organisation: Option<String>,
    /// Another cut-over date than today (CON-4).
    pub cut_over: Option<Day>,
    /// Whether another organisation than before may be connected (CON-5).
    pub another: Another,
    /// The person's number.
    pub by: u32,
    /// The command's id.
    pub id: String,
    /// By which way: `cli`, `page`.
    pub via: String,
}

/// A company that is connected now.
#[derive(Clone, Debug, PartialEq)]
pub struct Connected {
    /// The organisation.
    pub organisation: Organisation,
    /// Journals go from this day on.
    pub cut_over: Option<Day>,
}

/// Why signing in failed, as callers get it.
pub(super) fn signed_out(why: &SignInError) -> Failure {
    match why {
        SignInError::Later(_) | SignInError::Store(_) => Failure::NotNow(Problem::new(
            "xero-later",
            sentence(why),
            "Try again in a few minutes; nothing was changed.",
        )),
        SignInError::NotConnected => Problem::new(
            "not-signed-in",
            "Nobody has agreed at Xero yet.",
            "Connect: `millbook xero connect`.",
        )
        .into(),
        SignInError::Refused { error, .. } => {
            let remedy = match error.as_str() {
                "invalid_client" | "unauthorized_client" => {
                    "Look at client id, secret and kind: `millbook xero app show`, `millbook xero app set`."
                }
                _ => "Nothing was changed. Connect again: `millbook xero connect`.",
            };
            Problem::new("xero-refused", sentence(why), remedy).with("error", error).into()
        }
        SignInError::WrongState | SignInError::NoCode => {
            let remedy = "Nothing was changed. Connect again: `millbook xero connect`.";
            Problem::new("xero-refused", sentence(why), remedy).into()
        }
    }
}

/// Why a call failed, as callers get it.
pub(super) fn call_failed(why: &xero_client::failure::Failure) -> Failure {
    let problem = |code, remedy| Problem::new(code, why.to_string(), remedy);
    match (&why.reason, why.again_at) {
        (xero_client::failure::Reason::SignIn(why), _) => signed_out(why),
        (_, Some(_)) => Failure::NotNow(problem("xero-later", "Try again then; nothing was changed.")),
        (_, None) => problem("xero-refused", "Nothing was changed.").into(),
    }
}

fn sentence(why: &SignInError) -> String {
    let text = why.to_string();
    let text = text.trim();
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

impl Xero {
    /// Begins a sign-in: the address a person opens.
    ///
    /// # Errors
    /// No app is set; a custom connection needs nobody's consent.
    pub async fn begin(&self, company: &Registered) -> Result<Pending, Failure> {
        let (settings, _) = self.app(company).await?;
        if matches!(settings.app.kind, Kind::Custom(_)) {
            let message = "A custom connection signs in by itself.";
            return Err(Problem::new("no-consent", message, "Connect without a browser.").into());
        }
        Ok(oauth::begin(&settings.app, &settings.addresses(), &*self.world.chance))
    }

    /// A person came back with a code: what it gives is kept for half an hour, until an organisation is connected.
    ///
    /// # Errors
    /// Xero refuses the code, or can't be reached; nothing has changed.
    pub async fn came_back(
        &self,
        company: &Registered,
        pending: &Pending,
        code: &Secret,
    ) -> Result<(), Failure> {
        let (settings, _) = self.app(company).await?;
        let client = self.client_with(&settings, self.tokens(company, &settings, CONSENT));
        let now = self.world.clock.now();
        let granted = client.tokens().identity().exchange(pending, code, now).await;
        let granted = granted.map_err(|why| signed_out(&why))?;
        let (access, refresh, until) = (granted.access, granted.refresh, granted.until);
        let kept = Kept { access, refresh, until, since: now, version: 1 };
        let sealed = Sealed::new(&settings.app.client_id, &kept);
        let id = CompanyId(company.company);
        let write = self.secrets.put(id, CONSENT, &sealed, Some(CONSENT_LASTS))?;
        self.write(company, vec![write]).await
    }

    /// Whether somebody agreed a short while ago to what is wanted now, and nothing was connected yet.
    ///
    /// # Errors
    /// The store's, or Xero can't be reached.
    pub async fn has_consent(&self, company: &Registered, named: Option<&str>) -> Result<bool, Failure> {
        let (settings, _) = self.app(company).await?;
        let store = self.tokens(company, &settings, CONSENT);
        if store.load().await.map_err(|why| signed_out(&SignInError::Store(why)))?.is_none() {
            return Ok(false);
        }
        Ok(self.offers(company).await?.iter().any(|offer| match named {
            Some(named) => offer.is_named(named),
            None => offer.is_free_for(company),
        }))
    }

    /// The organisations that the consent reaches. A custom connection has one, and doesn't say which.
    ///
    /// # Errors
    /// Nobody agreed; Xero refuses or can't be reached.
    pub async fn offers(&self, company: &Registered) -> Result<Vec<Offer>, Failure> {
        let (settings, _) = self.app(company).await?;
        let client = self.client_with(&settings, self.tokens(company, &settings, CONSENT));
        self.offers_by(&client).await
    }

    pub(super) async fn offers_by(&self, client: &Client) -> Result<Vec<Offer>, Failure> {
        let tokens: &Tokens = client.tokens();
        let access = tokens.access(None).await.map_err(|why| signed_out(&why))?;
        let all = tokens.identity().connections(&access).await.map_err(|why| signed_out(&why))?;
        let installation = self.companies.installation().view(None).await?.fold;
        let organisations = all.into_iter().filter(|one| one.tenant_type == "ORGANISATION");
        let offer = |one: xero::envelope::Connection| {
            let taken = installation.claim_of(&one.tenant_id.to_string());
            let taken_by = taken.and_then(|claim| installation.numbered(claim.company));
            let name = one.tenant_name.unwrap_or_else(|| "(no name)".to_owned());
            let (tenant, connection) = (one.tenant_id, one.id);
            Offer { tenant, name, connection, taken_by: taken_by.map(|company| company.code.clone()) }
        };
        Ok(organisations.map(offer).collect())
    }

    /// Connects a company with an organisation that the consent reaches.
    ///
    /// # Errors
    /// They may not (CON-1); several are reached and none is named; it belongs to another company; its currency is another; it is another one
    /// than before and nobody agreed to that; Xero refuses or can't be reached. Nothing has changed then.
    pub async fn connect(&self, company: &Registered, how: Connecting) -> Result<Connected, Failure> {
        self.allowed(company, how.by, Act::Connection).await?;
        let (settings, which) = self.app(company).await?;
        let store = self.tokens(company, &settings, CONSENT);
        let client = self.client_with(&settings, store.clone());
        let tenant = match settings.app.kind {
            Kind::Custom(_) => Tenant::NOTHING,
            Kind::Web(_) | Kind::Pkce => self.choose(company, &client, how.organisation.as_deref()).await?,
        };
        let organisation = self.read_organisation(&client, tenant).await?;
        if tenant != Tenant::NOTHING && tenant.to_string() != organisation.id.to_string() {
            let message =
                format!("Xero calls {} by two ids: {tenant} and {}.", organisation.name, organisation.id);
            return Err(Problem::new("two-ids", message, "Please report this; nothing was changed.").into());
        }
        let kept = store.load().await.map_err(|why| signed_out(&SignInError::Store(why)))?;
        let command = plan::Command::Connect {
            organisation: Box::new(organisation.clone()),
            app: which,
            cut_over: how.cut_over,
            another: how.another,
        };
        self.would_take(company, &command, how.by).await?;
        self.claim(company, &organisation, which, &how).await?;
        let cut_over = self.record(company, &settings, kept, command, &how).await?;
        Ok(Connected { organisation, cut_over })
    }

    /// The company is asked before the installation, so that a refusal leaves nothing.
    async fn would_take(
        &self,
        company: &Registered,
        command: &plan::Command,
        by: u32,
    ) -> Result<(), Failure> {
        let state = self.companies.log(company.company).view(None).await?.fold;
        let now = self.world.clock.now();
        let (today, at) = (crate::today(&company.zone, now), now.millis().div_euclid(1_000));
        let decided = plan::decide(&state.book, &state.exchange, command, plan::Asking { today, by, at });
        decided.map(|_| ()).map_err(|refusal| crate::operations::refused(&refusal).into())
    }

    /// The organisation that is meant.
    async fn choose(
        &self,
        company: &Registered,
        client: &Client,
        named: Option<&str>,
    ) -> Result<Tenant, Failure> {
        let offers = self.offers_by(client).await?;
        let state = self.companies.log(company.company).view(None).await?;
        let before = state.fold.exchange.lists().organisation.as_ref().map(|before| before.id.to_string());
        let found: Vec<&Offer> = match named {
            Some(named) => offers.iter().filter(|offer| offer.is_named(named)).collect(),
            None => match offers.iter().find(|offer| before.as_deref() == Some(&offer.tenant.to_string())) {
                Some(same) => vec![same],
                None if offers.len() == 1 => offers.iter().collect(),
                None => offers.iter().filter(|offer| offer.is_free_for(company)).collect(),
            },
        };
        let names: Vec<String> = offers
            .iter()
            .map(|offer| match &offer.taken_by {
                Some(code) => format!("{} ({}, connected to {code})", offer.name, offer.tenant),
                None => format!("{} ({})", offer.name, offer.tenant),
            })
            .collect();
        let problem = |code, message: String, remedy: &str| {
            Problem::new(code, message, remedy).with("organisations", names.join("; "))
        };
        let problem = match (found.as_slice(), named) {
            ([one], _) => return Ok(one.tenant),
            ([], _) if offers.is_empty() => problem(
                "no-organisation",
                "The consent reaches no organisation.".into(),
                "Connect again, and choose an organisation on Xero's page.",
            ),
            ([], Some(named)) => problem(
                "no-such-organisation",
                format!("The consent reaches no organisation \"{named}\": {}.", names.join("; ")),
                "Name one of them with --organisation, or connect again and choose it on Xero's page.",
            ),
            (_, _) => problem(
                "choose-organisation",
                format!("The consent reaches {} organisations: {}.", names.len(), names.join("; ")),
                "Say which: `millbook xero connect --organisation NAME`; nobody has to agree again for half an hour.",
            ),
        };
        Err(problem.into())
    }

    async fn read_organisation(&self, client: &Client, tenant: Tenant) -> Result<Organisation, Failure> {
        let asked = Priority::Asked;
        let page = client.page::<xero::Organisation>(tenant, list::<xero::Organisation>(), asked).await;
        let found = page.map_err(|why| call_failed(&why))?.items.into_iter().next().unwrap_or_default();
        let actions = client.page::<xero::Action>(tenant, Call::read("Organisation/Actions"), asked).await;
        let actions = actions.map_err(|why| call_failed(&why))?.items;
        let read = plan::read_organisation(&found, &actions, None);
        read.map_err(|refusal| crate::operations::refused(&refusal).into())
    }

    /// Makes the organisation this company's.
    async fn claim(
        &self,
        company: &Registered,
        organisation: &Organisation,
        app: plan::App,
        how: &Connecting,
    ) -> Result<(), Failure> {
        let wish = InstallationWish::ClaimOrganisation {
            company: company.company,
            organisation: organisation.id.to_string(),
            name: organisation.name.to_string(),
            app,
        };
        self.ask_installation("claim", wish, &how.id, (how.by, &how.via)).await.map(|_| ())
    }

    pub(super) async fn free(
        &self,
        company: &Registered,
        id: &str,
        by: u32,
        via: &str,
    ) -> Result<(), Failure> {
        let wish = InstallationWish::FreeOrganisation { company: company.company };
        self.ask_installation("free", wish, id, (by, via)).await.map(|_| ())
    }

    async fn ask_installation(
        &self,
        what: &str,
        wish: InstallationWish,
        id: &str,
        (by, via): (u32, &str),
    ) -> crate::Answer<crate::Installation> {
        let today = crate::today("UTC", self.world.clock.now());
        let asked = Asked { id: format!("{what}-{id}"), by, via: via.to_owned(), today, wish };
        self.companies.installation().ask(asked).await
    }

    /// The event and the tokens, together.
    async fn record(
        &self,
        company: &Registered,
        settings: &AppSettings,
        kept: Option<Kept>,
        command: plan::Command,
        how: &Connecting,
    ) -> Result<Option<Day>, Failure> {
        let id = CompanyId(company.company);
        let before = self.tokens(company, settings, TOKENS).load().await;
        let before = before.map_err(|why| signed_out(&SignInError::Store(why)))?;
        let version = before.map_or(1, |before| before.version + 1);
        let mut beside = vec![Secrets::delete(CONSENT)];
        if let Some(kept) = kept {
            let sealed = Sealed::new(&settings.app.client_id, &Kept { version, ..kept });
            beside.push(self.secrets.put(id, TOKENS, &sealed, None)?);
        }
        let wish = Wish::Exchange { command: Box::new(command), beside };
        let today = crate::today(&company.zone, self.world.clock.now());
        let asked = Asked { id: how.id.clone(), by: how.by, via: how.via.clone(), today, wish };
        let log = self.companies.log(company.company);
        let done = log.ask(asked).await?;
        Ok(log.view(Some(done.last)).await?.fold.exchange.cut_over())
    }
}
