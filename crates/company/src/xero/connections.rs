//! All connections of an installation, and the end of one.
//!
//! ```text
//! jam   Demo Company (NZ)   connected since 2026-03-31   the installation's app
//! 1 of 5 connections is used (free tier)
//! ```
//! Disconnecting asks Xero to forget the connection, and forgets the tokens; links stay (CON-5). A consent is never revoked
//! as a whole: the same person's other organisations would go with it (API-FACTS 1.6).

use book::Act;
use plan::Tier;
use wire::Problem;
use xero_client::oauth::SignInError;

use super::Xero;
use super::connect::signed_out;
use super::secrets::Secrets;
use super::tokens::TOKENS;
use crate::fold::{Asked, Failure};
use crate::installation::{Claim, Registered};
use crate::operations::Wish;

/// Connections that Xero's free tier allows an app (API-FACTS 2.2).
const FREE_CONNECTIONS: usize = 5;
/// And the cheapest one that is paid.
const PAID_CONNECTIONS: usize = 50;

/// A company's connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionLine {
    /// The company.
    pub company: Registered,
    /// The organisation's name.
    pub organisation: String,
    /// By which app.
    pub app: plan::App,
    /// How it stands.
    pub state: plan::Connection,
    /// When it was first connected, seconds since 1970.
    pub since: i64,
}

/// All connections of an installation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connections {
    /// One a company, in the order of the companies.
    pub all: Vec<ConnectionLine>,
    /// How many the installation's app has.
    pub used: usize,
    /// How many it may have.
    pub limit: usize,
}

/// What became of disconnecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnected {
    /// The organisation's name.
    pub organisation: String,
    /// Why Xero may still show the connection; none if it has forgotten it.
    pub left_at_xero: Option<String>,
}

impl Xero {
    /// All connections, and how many the app may have.
    ///
    /// # Errors
    /// A log can't be read.
    pub async fn connections(&self) -> Result<Connections, Failure> {
        let installation = self.companies.installation().view(None).await?.fold;
        let mut found = Connections { limit: FREE_CONNECTIONS, ..Connections::default() };
        for Claim { company, name, app, .. } in installation.claims() {
            let Some(company) = installation.numbered(*company) else { continue };
            let exchange = self.companies.log(company.company).view(None).await?.fold.exchange;
            if *app == plan::App::Installation {
                found.used += 1;
                if exchange.settings().tier == Tier::Paid {
                    found.limit = PAID_CONNECTIONS;
                }
            }
            found.all.push(ConnectionLine {
                company: company.clone(),
                organisation: name.clone(),
                app: *app,
                state: exchange.connection().clone(),
                since: exchange.connected().0,
            });
        }
        Ok(found)
    }

    /// Disconnects a company: at Xero, and here. If Xero doesn't know us any more, it is disconnected here all the same.
    ///
    /// # Errors
    /// It isn't connected; Xero can't be reached.
    pub async fn disconnect(
        &self,
        company: &Registered,
        id: &str,
        (by, via): (u32, &str),
    ) -> Result<Disconnected, Failure> {
        self.allowed(company, by, Act::Connection).await?;
        let log = self.companies.log(company.company);
        let exchange = log.view(None).await?.fold.exchange;
        let claimed = self.companies.installation().view(None).await?.fold.claim(company.company).cloned();
        let organisation = exchange.lists().organisation.as_ref();
        let (name, tenant) = match (organisation, &claimed) {
            (Some(organisation), _) => (organisation.name.to_string(), organisation.id.to_string()),
            (None, Some(claim)) => (claim.name.clone(), claim.organisation.clone()),
            (None, None) => return Err(not_connected(company)),
        };
        let ended =
            matches!(exchange.connection(), plan::Connection::Never | plan::Connection::Disconnected(_));
        if ended && claimed.is_none() {
            return Err(not_connected(company));
        }
        let left_at_xero = self.forgotten_by_xero(company, &tenant).await?;
        let beside = vec![Secrets::delete(TOKENS)];
        if *exchange.connection() == plan::Connection::Connected {
            let wish = Wish::Exchange { command: Box::new(plan::Command::Disconnect), beside };
            let today = crate::today(&company.zone, self.world.clock.now());
            let asked = Asked { id: id.to_owned(), by, via: via.to_owned(), today, wish };
            log.ask(asked).await?;
        } else {
            self.write(company, beside).await?;
        }
        self.free(company, id, by, via).await?;
        Ok(Disconnected { organisation: name, left_at_xero })
    }

    /// Why Xero may still show the connection; none if it has forgotten it.
    async fn forgotten_by_xero(&self, company: &Registered, tenant: &str) -> Result<Option<String>, Failure> {
        let gone = |why: &SignInError| match why {
            SignInError::Later(_) | SignInError::Store(_) => Err(signed_out(why)),
            why => Ok(Some(why.to_string())),
        };
        let client = match self.client(company).await {
            Ok(client) => client,
            Err(Failure::Refused(problem)) => return Ok(Some(problem.message)),
            Err(other) => return Err(other),
        };
        let access = match client.tokens().access(None).await {
            Ok(access) => access,
            Err(why) => return gone(&why),
        };
        let identity = client.tokens().identity();
        let all = match identity.connections(&access).await {
            Ok(all) => all,
            Err(why) => return gone(&why),
        };
        let Some(ours) = all.iter().find(|one| one.tenant_id.to_string() == tenant) else { return Ok(None) };
        match identity.disconnect(&access, &ours.id).await {
            Ok(()) => Ok(None),
            Err(why) => gone(&why),
        }
    }
}

fn not_connected(company: &Registered) -> Failure {
    let message = format!("{} is not connected to Xero.", company.code);
    Problem::new("S101", message, "Nothing needs doing.").with("company", &company.code).into()
}
