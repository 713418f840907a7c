//! An installation's ways to Xero: the app, each company's connection and tokens, a client to send with.
//!
//! ```text
//! xero.connect(jam, …)      Demo Company (NZ) is connected to jam: 1 of 5 connections is used
//! xero.client(jam)          sends with jam's tokens, in the line of its app
//! ```
//! Pages, the API and the command line call the same functions. What Xero lets us do by an app or a token is sealed at rest
//! and never shown. Not here: what is sent (`sync`), what is wished (`plan`).

mod app;
mod connect;
mod connections;
mod history;
mod imports;
pub(crate) mod notices;
mod runs;
mod secrets;
mod tokens;
mod wishes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use book::Act;
use store::seal::Key;
use store::{Attachments, CompanyId, Write};
use wire::Problem;
use xero_client::limits::{Budget, Limiter};
use xero_client::queue::Queue;
use xero_client::send::{Client, World};
use xero_client::tokens::{TokenStore, Tokens};
use xero_client::trace::{NoTrace, Trace};

use crate::companies::Companies;
use crate::desk::Desk;
use crate::fold::Failure;
use crate::installation::Registered;
use crate::log::locked;

pub use app::{AppSettings, rights, rights_text};
pub use connect::{Connected, Connecting, Offer};
pub use connections::{ConnectionLine, Connections, Disconnected};
pub use history::{Failed, Shown, Wanted};
pub use imports::{Bringing, Chosen, ImportPhase, ImportProgress, Imported, unknown};
pub use notices::Received;
pub use wishes::{Asks, NamedEffect, Review, document, subject, subjects};

use app::Kept;
use secrets::Secrets;
use tokens::{CompanyTokens, TOKENS};

/// The name of an app's secret.
const APP: &str = "xero/app";

/// An installation's ways to Xero.
pub struct Xero {
    companies: Arc<Companies>,
    files: Arc<dyn Attachments>,
    world: World,
    secrets: Secrets,
    trace: Arc<dyn Trace>,
    lines: Mutex<BTreeMap<String, Arc<Queue>>>,
}

impl Xero {
    /// Of an installation; `key` opens its secrets, and without it there is nothing to be opened.
    pub fn new(
        companies: Arc<Companies>,
        files: Arc<dyn Attachments>,
        world: World,
        key: Option<Key>,
    ) -> Xero {
        let secrets = Secrets {
            store: companies.store().clone(),
            key: key.map(Arc::new),
            chance: world.chance.clone(),
            clock: world.clock.clone(),
        };
        Xero { companies, files, world, secrets, trace: Arc::new(NoTrace), lines: Mutex::default() }
    }

    /// The same, and every exchange is taken down, without secrets and contents.
    #[must_use]
    pub fn with_trace(mut self, trace: Arc<dyn Trace>) -> Xero {
        self.trace = trace;
        self
    }

    /// The companies.
    pub fn companies(&self) -> &Arc<Companies> {
        &self.companies
    }

    /// The time, chance and network that it works with.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The desk at which a company is synchronised; `holder` says who we are to whoever finds its lease taken.
    pub fn desk(&self, company: &Registered, holder: &str) -> Desk {
        Desk::new(self.companies.log(company.company), self.files.clone(), &company.zone, holder)
    }

    /// The app that was set for a company (by its number), or for the installation (0).
    ///
    /// # Errors
    /// It can't be read or opened.
    pub async fn app_set(&self, of: u32) -> Result<Option<AppSettings>, Failure> {
        let kept = self.secrets.get::<Kept>(CompanyId(of), APP).await?;
        Ok(kept.map(|kept| kept.value.into()))
    }

    /// Sets the app of a company, or of the installation (0); none removes it.
    ///
    /// # Errors
    /// What is wrong with it; it can't be kept.
    pub async fn set_app(&self, of: u32, settings: Option<&AppSettings>) -> Result<(), Failure> {
        let write = match settings {
            Some(settings) => {
                settings.check()?;
                self.secrets.put(CompanyId(of), APP, &settings.kept(), None)?
            }
            None => Secrets::delete(APP),
        };
        Ok(self.secrets.store.write(CompanyId(of), vec![write]).await?)
    }

    /// Whether a person may do this in a company (CON-1, SEC-1); whoever has the machine is person 0.
    ///
    /// # Errors
    /// They may not; the installation's log can't be read.
    pub async fn allowed(&self, company: &Registered, by: u32, act: Act) -> Result<(), Failure> {
        let installation = self.companies.installation().view(None).await?.fold;
        Ok(crate::allowed(&installation, company, by, act)?)
    }

    /// The app that connects a company: its own, else the installation's.
    ///
    /// # Errors
    /// Nobody has set one.
    pub async fn app(&self, company: &Registered) -> Result<(AppSettings, plan::App), Failure> {
        for of in [company.company, 0] {
            if let Some(settings) = self.app_set(of).await? {
                let which = settings.which(of);
                return Ok((settings, which));
            }
        }
        let message = "No Xero app is set for this installation.";
        let remedy = "Make one at developer.xero.com (free, for up to five organisations), then: `millbook xero app set --client-id ID --client-secret-file FILE`.";
        Err(Problem::new("no-xero-app", message, remedy).into())
    }

    /// A client with a company's tokens.
    ///
    /// # Errors
    /// Nobody has set an app.
    pub async fn client(&self, company: &Registered) -> Result<Client, Failure> {
        let (settings, _) = self.app(company).await?;
        Ok(self.client_with(&settings, self.tokens(company, &settings, TOKENS)))
    }

    fn tokens(
        &self,
        company: &Registered,
        settings: &AppSettings,
        name: &'static str,
    ) -> Arc<dyn TokenStore> {
        let (secrets, company) = (self.secrets.clone(), CompanyId(company.company));
        Arc::new(CompanyTokens { secrets, company, client_id: settings.app.client_id.clone(), name })
    }

    fn client_with(&self, settings: &AppSettings, store: Arc<dyn TokenStore>) -> Client {
        let (app, addresses) = (settings.app.clone(), settings.addresses());
        let (clock, transport) = (self.world.clock.clone(), self.world.transport.clone());
        let tokens = Arc::new(Tokens::new(app, addresses.clone(), store, clock, transport));
        let limiter = Limiter::new(Budget::STARTER); // what an organisation really has comes with its first answer
        let client = Client::new(self.world.clone(), addresses, limiter, tokens, self.trace.clone());
        let mut lines = locked(&self.lines);
        let line = lines.entry(settings.app.client_id.clone()).or_insert_with(|| client.queue().clone());
        client.in_line(line.clone())
    }

    async fn write(&self, company: &Registered, writes: Vec<Write>) -> Result<(), Failure> {
        Ok(self.secrets.store.write(CompanyId(company.company), writes).await?)
    }
}
