//! The house in which the demo plays: the stand-in on a port, a company in a temporary file, the two connected.
//!
//! Everything is what a user has: the store, the installation, the app, consent, suggested accounts, settings. Consent is
//! given at once, as nobody sits before a browser. Not here: what happens then (`play`).

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use company::xero::{AppSettings, Asks, Connecting, Xero};
use company::{Asked, Companies, InstallationWish, Registered, Wish};
use jiff::Timestamp;
use money::Currency;
use plan::Command;
use plan::adjusting::adoption;
use serde_json::Value;
use store::Folder;
use store::seal::Key;
use store::sqlite::{Settings, Sqlite};
use sync::{Cause, Runner, Until};
use world::{Body, Clock, Method, Request, Transport};
use xero_client::network::{Https, MachineChance};
use xero_client::oauth;
use xero_client::send::World;
use xero_client::settings::{App, Kind, REDIRECT, Rights, Secret};
use xero_sandbox::door::{Clock as Told, Sandbox, SeedName};
use xero_sandbox::server::{Server, Within};

use super::accountant::Accountant;
use super::clock::{Moved, ZONE};
use super::history::FIRST;
use crate::entries::refused;
use crate::place::{failed, stored};
use crate::reconcile::Held;
use crate::sandbox::Refusal;

/// What the company is called on the command line.
pub const CODE: &str = "tern";
const NAME: &str = "Tern Cycles Ltd";
/// Everything goes to Xero, payments come from there.
const SETTINGS: &str = r#"{"sales":"on","procurement":"on","balances":"on","payments":"from_xero"}"#;

/// A house with a company in it.
pub struct House {
    /// Where the stand-in is: `http://127.0.0.1:4010`.
    pub address: String,
    /// The file that holds the company.
    pub file: PathBuf,
    /// The company.
    pub company: Registered,
    /// Its ways to Xero.
    pub xero: Xero,
    /// What synchronises it.
    pub runner: Runner,
    /// Who works in the stand-in.
    pub accountant: Accountant,
    clock: Moved,
    within: Within,
    commands: u32,
    _folder: tempfile::TempDir,
}

fn not_now(error: impl std::fmt::Display) -> Refusal {
    Refusal(3, error.to_string())
}

/// Serves the stand-in on this port; if it is taken and nobody insists, on a free one.
async fn open(port: Option<u16>, sandbox: Sandbox) -> Result<Server, Refusal> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (wanted, spare) = (port.unwrap_or(4010), sandbox.clone());
    match Server::bind(at(wanted), sandbox, None).await {
        Ok(server) => Ok(server),
        Err(_) if port.is_none() => Server::bind(at(0), spare, None).await.map_err(not_now),
        Err(error) => {
            Err(not_now(format!("can't listen on port {wanted}: {error}. Leave --port out for a free one.")))
        }
    }
}

impl House {
    /// Opens it, on the morning of the first day.
    pub async fn open(port: Option<u16>, seed: u64) -> Result<House, Refusal> {
        let clock = Moved::default();
        clock.set(FIRST, 8);
        let mut sandbox = Sandbox::seeded(&[SeedName::DemoNz], seed, stamp(&clock));
        sandbox.set_clock(Told::Moved(clock.by()));
        let organisation = sandbox.orgs().first().map(xero_sandbox::Org::id).unwrap_or_default();
        let server = open(port, sandbox).await?;
        let address = format!("http://{}", server.address().map_err(not_now)?);
        let within = server.within();
        tokio::spawn(server.run(std::future::pending()));

        let folder = tempfile::Builder::new().prefix("millbook-demo-").tempdir().map_err(not_now)?;
        let file = folder.path().join("tern.db");
        let held: Arc<dyn Clock> = Arc::new(clock.clone());
        let store = Sqlite::open(Settings::new(&file, held.clone())).map_err(stored)?;
        let companies = Arc::new(Companies::new(Arc::new(store), held.clone()));
        let transport: Arc<dyn Transport> = Arc::new(Https::near().map_err(not_now)?);
        let world = World { clock: held, chance: Arc::new(MachineChance), transport };
        let files = Arc::new(Folder::new(folder.path().join("files")));
        let xero = Xero::new(companies, files, world, Some(Key::random(&MachineChance)));
        let wish = InstallationWish::AddCompany {
            code: CODE.to_owned(),
            name: NAME.to_owned(),
            base: Currency::NZD,
            zone: ZONE.to_owned(),
        };
        let asked = Asked { id: "add".into(), by: 0, via: "demo".into(), today: today(&clock), wish };
        let company = xero.companies().add(asked, Currency::NZD).await.map_err(failed)?;
        let accountant = Accountant::new(within.clone(), &organisation);
        accountant.prepare(stamp(&clock)).map_err(not_now)?;
        connect(&xero, &company, &address, &organisation).await?;
        let mut runner = xero.runner(&company, "demo").await.map_err(failed)?;
        let read = runner.run(Cause::Refresh, Until::NothingReady).await;
        if let Some(stop) = read.stopped {
            return Err(not_now(stop));
        }
        settle(&xero, &company).await?;
        let (commands, _folder) = (0, folder);
        Ok(House { address, file, company, xero, runner, accountant, clock, within, commands, _folder })
    }

    /// It is this hour of a day, here and in the stand-in.
    pub fn set(&self, day: jiff::civil::Date, hour: i8) {
        self.clock.set(day, hour);
        let by = self.clock.by();
        self.within.within(|sandbox| sandbox.set_clock(Told::Moved(by)));
    }

    /// The time in the stand-in.
    pub fn now(&self) -> Timestamp {
        stamp(&self.clock)
    }

    /// The company's date.
    pub fn today(&self) -> book::Day {
        today(&self.clock)
    }

    /// People enter these commands, one after another.
    pub async fn enter(&mut self, commands: Vec<Value>) -> Result<(), Refusal> {
        let today = today(&self.clock);
        let asked = commands.iter().map(|command| {
            self.commands += 1;
            let id = format!("demo-{}", self.commands);
            Asked { id, by: 0, via: "demo".into(), today, wish: Wish::Outside(command.clone()) }
        });
        let asked = asked.collect();
        let answers = self.xero.companies().log(self.company.company).ask_all(asked).await;
        for (answer, command) in answers.into_iter().zip(commands) {
            answer.map_err(|failure| {
                let Refusal(code, text) = failed(failure);
                Refusal(code, format!("{text}\n  {command}"))
            })?;
        }
        Ok(())
    }

    /// The book held against what the stand-in says for a day.
    pub async fn reconciled(&self, day: book::Day) -> Result<Held, Refusal> {
        let runner = self.xero.runner(&self.company, "demo").await.map_err(failed)?;
        let read = runner.with_balances_of(day).run(Cause::Refresh, Until::NothingReady).await;
        if let Some(stop) = read.stopped {
            return Err(not_now(stop));
        }
        let witness = sync::witness(&self.xero.desk(&self.company, "demo"), day).await;
        let witness = witness.ok_or_else(|| not_now("the stand-in's balances could not be read"))?;
        let company::Company { book, exchange } = self.view().await?;
        let reconciled = plan::reconcile::reconcile(&book, &exchange, &witness);
        Ok(Held { book, exchange, witness, reconciled })
    }

    /// Their bookkeeper adopts what the accountant entered in Xero on accounts of theirs: said as the command line says it.
    pub async fn adopt(&self, day: book::Day) -> Result<Vec<String>, Refusal> {
        let held = self.reconciled(day).await?;
        let log = self.xero.companies().log(self.company.company);
        let mut said = Vec::new();
        let mut entries: Vec<_> = held.reconciled.entries.iter().collect();
        entries.sort_by_key(|entry| entry.day);
        for entry in entries {
            let proposed = adoption(&held.book, &held.exchange, &held.witness, entry.id).map_err(refused)?;
            let (id, wish) = (format!("adopt-{}", entry.id), Wish::Inside(Box::new(proposed.command())));
            let asked = Asked { id, by: 0, via: "demo".into(), today: today(&self.clock), wish };
            log.ask(asked).await.map_err(failed)?;
            said.extend(crate::entries::lines(&proposed.entry, &held.exchange, held.book.base()));
        }
        Ok(said)
    }

    /// The company as it stands.
    pub async fn view(&self) -> Result<company::Company, Refusal> {
        let log = self.xero.companies().log(self.company.company);
        Ok(log.view(None).await.map_err(failed)?.fold)
    }
}

fn stamp(clock: &Moved) -> Timestamp {
    Timestamp::from_millisecond(clock.now().millis()).unwrap_or_default()
}

fn today(clock: &Moved) -> book::Day {
    company::today(ZONE, clock.now())
}

/// The stand-in's app, and consent for its organisation.
async fn connect(
    xero: &Xero,
    company: &Registered,
    address: &str,
    organisation: &str,
) -> Result<(), Refusal> {
    let app = App {
        client_id: "sandbox-client".to_owned(),
        kind: Kind::Web(Secret::new("sandbox-secret")),
        redirect: REDIRECT.to_owned(),
        rights: Rights::Granular,
    };
    let settings = AppSettings { app, base_url: Some(address.to_owned()), identity_url: None };
    xero.set_app(0, Some(&settings)).await.map_err(failed)?;
    let pending = xero.begin(company).await.map_err(failed)?;
    let url = format!("{}&sandbox_auto_approve=true&sandbox_tenant={organisation}", pending.url);
    let timeout = std::time::Duration::from_secs(30);
    let ask = Request { method: Method::Get, url, headers: Vec::new(), body: Body::Empty, timeout };
    let answer = xero.world().transport.send(ask).await.map_err(not_now)?;
    let back = answer.header("location").unwrap_or_default();
    let query = back.split_once('?').map_or("", |(_, query)| query);
    let code = oauth::code(&pending, query).map_err(not_now)?;
    xero.came_back(company, &pending, &code).await.map_err(failed)?;
    let organisation = Some(organisation.to_owned());
    let how = Connecting { organisation, id: "connect".into(), via: "demo".into(), ..Connecting::default() };
    xero.connect(company, how).await.map(drop).map_err(failed)
}

/// Takes the suggested accounts, and turns on what the company sends.
async fn settle(xero: &Xero, company: &Registered) -> Result<(), Refusal> {
    let asks = |id: &str| Asks { id: id.to_owned(), by: 0, via: "demo".to_owned() };
    let (found, _) = xero.propose(company).await.map_err(failed)?;
    xero.take_proposals(company, &found, &asks("accounts")).await.map_err(failed)?;
    let review = xero.review(company, SETTINGS).await.map_err(failed)?;
    let save = Command::SaveSettings(Box::new(review.settings));
    xero.ask(company, save, &asks("settings")).await.map(drop).map_err(failed)
}
