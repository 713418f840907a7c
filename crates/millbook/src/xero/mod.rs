//! `millbook xero`: connect companies to Xero, and look at what is there, as Millbook itself sees it.
//!
//! `login`, `organisations`, `get`, `limits` and `trial-balance` need no company: they look by hand, with an app from the command
//! line and tokens in a file of their own; with --company they look with the company's connection instead. `millbook xero get invoices --where 'Status=="AUTHORISED"' --since 2026-11-01` prints one JSON object a line.
//! Each command takes `--base-url` and `--identity-url` (a stand-in: `millbook sandbox`) and `--trace FILE`, which takes
//! down every exchange without secrets and contents.
//!
//! Not here: writing to Xero (`sync`).

mod app;
mod connect;
mod file;
mod get;
mod import;
mod login;
pub mod office;
mod settings;
pub mod wishes;

use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use ::xero::Day;
use ::xero::envelope::Connection;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use xero_client::limits::{Budget, Limiter, Priority, Tenant};
use xero_client::network::machine;
use xero_client::oauth::SignInError;
use xero_client::resource::list;
use xero_client::send::{Client, World};
use xero_client::settings::{Addresses, App, Kind, REDIRECT, Secret};
use xero_client::tokens::{InMemory, TokenStore, Tokens};
use xero_client::trace::{Exchange, NoTrace, Trace};

/// Connect to Xero and look at what is there.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: office::Who,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Args)]
struct Common {
    /// Where the API is, instead of Xero: http://localhost:4010 for `millbook sandbox`.
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Where signing in is, instead of Xero; the base URL unless said.
    #[arg(long, global = true, value_name = "URL")]
    identity_url: Option<String>,
    /// Take down every exchange in this file, without secrets and contents.
    #[arg(long, global = true, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// The id of your Xero app.
    #[arg(long, global = true, env = "MILLBOOK_XERO_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// A file with the secret of your Xero app, or - for the standard input; or set MILLBOOK_XERO_CLIENT_SECRET.
    #[arg(long, global = true, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// How your Xero app signs in.
    #[arg(long, global = true, value_enum, default_value = "web")]
    flow: Flow,
    /// What to ask for: granular, broad (apps made before 2 March 2026), or a list by comma.
    #[arg(long, global = true, default_value = "granular")]
    rights: String,
    /// Where Xero sends you back; registered with the app exactly.
    #[arg(long, global = true, default_value = REDIRECT, value_name = "URL")]
    redirect: String,
    /// Which organisation; needed only if several are connected.
    #[arg(long, global = true, value_name = "ID")]
    tenant: Option<Tenant>,
    /// Where tokens are kept, readable by you only.
    #[arg(
        long,
        global = true,
        env = "MILLBOOK_XERO_TOKENS",
        default_value = "millbook-xero-tokens.json",
        value_name = "FILE"
    )]
    tokens: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Flow {
    /// A web app with a secret.
    Web,
    /// A desktop app without one.
    Pkce,
    /// A custom connection: no login.
    Custom,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Set and show the Xero app.
    App(app::Arguments),
    /// Connect a company: prints an address to open in a browser and waits for you to come back.
    Connect(connect::Connect),
    /// List the connections of all companies, how many are used, and how many there may be.
    Connections,
    /// Disconnect a company; links stay.
    Disconnect,
    /// Show and change what goes to Xero, and on which accounts.
    Settings(settings::Settings),
    /// Suggest an account for every role from Xero's chart, with reasons.
    Propose(settings::Propose),
    /// Take suppliers, customers, items and tracking from Xero; fetch its lists.
    Import(import::Import),
    /// Show how many calls of the day are used and left, and what each setting costs.
    Budget,
    #[command(flatten)]
    Ask(wishes::Ask),
    /// Sign in by hand, without a company: prints an address to open in a browser and waits for you to come back.
    Login,
    /// List the organisations that a login by hand reaches.
    Organisations {
        /// Disconnect the one with this connection id.
        #[arg(long, value_name = "ID")]
        disconnect: Option<String>,
    },
    /// Print everything of one kind: invoices, contacts, accounts, …
    Get(get::Arguments),
    /// Show how many calls are used and left.
    Limits,
    /// Print the balance of each account at the end of a day.
    TrialBalance {
        /// The day: 2026-11-30.
        #[arg(long, value_parser = day)]
        date: Day,
    },
}

fn day(text: &str) -> Result<Day, String> {
    Day::read(text).filter(|_| text.len() == 10).ok_or_else(|| "a day such as 2026-11-30".to_owned())
}

/// Runs a command.
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Refusal(3, format!("no runtime: {e}")))?.block_on(async {
        let (place, who) = (&arguments.place, &arguments.who);
        match &arguments.command {
            Command::App(app) => return app::run(app, &arguments.common, place, who).await,
            Command::Connect(how) => return connect::connect(how, place, who).await,
            Command::Connections => return connect::connections(place, who).await,
            Command::Disconnect => return connect::disconnect(place, who).await,
            Command::Settings(settings) => return settings.run(place, who).await,
            Command::Propose(propose) => return propose.run(place, who).await,
            Command::Import(import) => return import.run(place, who).await,
            Command::Budget => return settings::budget(place, who).await,
            Command::Ask(ask) => return ask.run(place, who).await,
            _ => {}
        }
        let desk = match &who.company {
            None => Desk::open(&arguments.common)?,
            Some(_) => Desk::of_company(place, who, &arguments.common).await?,
        };
        match &arguments.command {
            Command::Login => login::run(&desk).await,
            Command::Organisations { disconnect } => desk.connections(disconnect.as_deref()).await,
            Command::Get(what) => get::run(&desk, what).await,
            Command::Limits => desk.limits().await,
            Command::TrialBalance { date } => desk.trial_balance(*date).await,
            // What is about a company was done above.
            _ => Ok(()),
        }
    })
}

/// Everything a command works with.
pub struct Desk {
    app: App,
    addresses: Addresses,
    world: World,
    client: Client,
    tenant: Option<Tenant>,
}

/// A person waits for these commands.
const ASKED: Priority = Priority::Asked;

impl Desk {
    fn open(common: &Common) -> Result<Self, Refusal> {
        let (app, addresses) = (app(common)?, addresses(common)?);
        let world = machine().map_err(|e| Refusal(3, e))?;
        let store: Arc<dyn TokenStore> = match app.kind {
            Kind::Custom(_) => Arc::new(InMemory::default()),
            Kind::Web(_) | Kind::Pkce => Arc::new(file::TokenFile::new(common.tokens.clone())),
        };
        let trace = trace(common)?;
        let (clock, transport) = (world.clock.clone(), world.transport.clone());
        let tokens = Arc::new(Tokens::new(app.clone(), addresses.clone(), store, clock, transport));
        let limiter = Limiter::new(Budget::STARTER);
        let client = Client::new(world.clone(), addresses.clone(), limiter, tokens, trace);
        Ok(Self { app, addresses, world, client, tenant: common.tenant })
    }

    /// With a company's connection instead: for looking, not for signing in.
    async fn of_company(place: &Place, who: &office::Who, common: &Common) -> Result<Self, Refusal> {
        let mut office = office::Office::open(place, office::Open::Writing)?;
        let company = office.company(who)?;
        office.person(who, &company, book::Act::Exchange)?;
        office.xero = office.xero.with_trace(trace(common)?);
        let (settings, which) = office.xero.app(&company).await.map_err(failed)?;
        let client = office.xero.client(&company).await.map_err(failed)?;
        let exchange =
            office.companies().log(company.company).view(None).await.map_err(failed)?.fold.exchange;
        let organisation = exchange.lists().organisation.as_ref().map(|one| one.id.to_string());
        let tenant = organisation.filter(|_| which != plan::App::Custom).and_then(|id| Tenant::read(&id));
        let (addresses, world) = (settings.addresses(), office.xero.world().clone());
        Ok(Self { app: settings.app, addresses, world, client, tenant })
    }

    /// The organisation to ask: the one named, or the only one.
    async fn tenant(&self) -> Result<Tenant, Refusal> {
        if let Some(tenant) = self.tenant {
            return Ok(tenant);
        }
        if matches!(self.app.kind, Kind::Custom(_)) {
            return Ok(Tenant::NOTHING);
        }
        let all = self.organisations().await?;
        match all.as_slice() {
            [one] => Ok(one.tenant_id),
            [] => Err(Refusal(1, "no organisation is connected: run `millbook xero login`".to_owned())),
            several => {
                let names: String = several.iter().map(|c| format!("\n  {}", line(c))).collect();
                Err(Refusal(
                    2,
                    format!("several organisations are connected: say which with --tenant{names}"),
                ))
            }
        }
    }

    async fn organisations(&self) -> Result<Vec<Connection>, Refusal> {
        let access = self.client.tokens().access(None).await.map_err(signed_out)?;
        let all = self.client.tokens().identity().connections(&access).await.map_err(signed_out)?;
        Ok(all.into_iter().filter(|connection| connection.tenant_type == "ORGANISATION").collect())
    }

    async fn connections(&self, disconnect: Option<&str>) -> Result<(), Refusal> {
        if let Some(id) = disconnect {
            let access = self.client.tokens().access(None).await.map_err(signed_out)?;
            self.client.tokens().identity().disconnect(&access, id).await.map_err(signed_out)?;
            say(format!("disconnected {id}"));
            return Ok(());
        }
        let all = self.organisations().await?;
        all.iter().map(line).for_each(say);
        Ok(())
    }

    async fn limits(&self) -> Result<(), Refusal> {
        let tenant = self.tenant().await?;
        self.client
            .page::<::xero::Organisation>(tenant, list::<::xero::Organisation>(), ASKED)
            .await
            .map_err(refused)?;
        let usage = self.client.queue().usage(tenant);
        say(format!("minute  {:>5} of {:>5} used", usage.minute.0, usage.minute.1));
        say(format!("day     {:>5} of {:>5} used", usage.day.0, usage.day.1));
        say(format!("at once {:>5} of {:>5} used", usage.at_once.0, usage.at_once.1));
        Ok(())
    }

    async fn trial_balance(&self, date: Day) -> Result<(), Refusal> {
        let tenant = self.tenant().await?;
        let balances = self.client.balances(tenant, date, ASKED).await.map_err(refused)?;
        let widest = balances.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
        for row in &balances {
            say(format!("{:<widest$}  {:>16}", row.label, row.balance.to_string()));
        }
        Ok(())
    }
}

fn trace(common: &Common) -> Result<Arc<dyn Trace>, Refusal> {
    let Some(path) = &common.trace else { return Ok(Arc::new(NoTrace)) };
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|e| Refusal(3, format!("can't write {}: {e}", path.display())))?;
    Ok(Arc::new(TraceFile(Mutex::new(file))))
}

fn line(connection: &Connection) -> String {
    let name = connection.tenant_name.as_deref().unwrap_or("(no name)");
    format!("{}  {name}  (connection {})", connection.tenant_id, connection.id)
}

fn signed_out(why: SignInError) -> Refusal {
    let code = if matches!(why, SignInError::Later(_)) { 3 } else { 1 };
    Refusal(code, why.to_string())
}

fn refused(why: xero_client::failure::Failure) -> Refusal {
    let code = if why.again_at.is_some() { 3 } else { 1 };
    Refusal(code, why.to_string())
}

fn app(common: &Common) -> Result<App, Refusal> {
    let client_id = common.client_id.clone().ok_or_else(|| {
        Refusal(2, "which Xero app? Give --client-id or set MILLBOOK_XERO_CLIENT_ID.".to_owned())
    })?;
    let kind = match common.flow {
        Flow::Pkce => Kind::Pkce,
        Flow::Web => Kind::Web(secret(common)?),
        Flow::Custom => Kind::Custom(secret(common)?),
    };
    let rights = company::xero::rights(&common.rights);
    Ok(App { client_id, kind, redirect: common.redirect.clone(), rights })
}

/// A secret from a file; `-` is the standard input.
fn read_secret(path: &Path) -> Result<Secret, Refusal> {
    let text = match path.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(path),
    };
    let text = text.map_err(|e| Refusal(2, format!("can't read {}: {e}", path.display())))?;
    Ok(Secret::new(text.trim()))
}

fn secret(common: &Common) -> Result<Secret, Refusal> {
    if let Some(path) = &common.client_secret_file {
        return read_secret(path);
    }
    let text = std::env::var("MILLBOOK_XERO_CLIENT_SECRET").map_err(|_| {
        let how = "the app's secret is missing: give --client-secret-file or set MILLBOOK_XERO_CLIENT_SECRET, \
                   or use --flow pkce for an app without one.";
        Refusal(2, how.to_owned())
    })?;
    Ok(Secret::new(text.trim()))
}

fn addresses(common: &Common) -> Result<Addresses, Refusal> {
    for (name, url) in [("--base-url", &common.base_url), ("--identity-url", &common.identity_url)] {
        let fits = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        if let Some(url) = url.as_ref().filter(|url| !fits(url)) {
            return Err(Refusal(2, format!("{name} {url}: an address begins with http:// or https://")));
        }
    }
    let real = Addresses::xero();
    let base = common.base_url.as_deref();
    Ok(match (base, common.identity_url.as_deref().or(base)) {
        (Some(base), Some(identity)) => Addresses::at(base, identity),
        (None, Some(identity)) => {
            let there = Addresses::at("", identity);
            Addresses { accounting: real.accounting, connections: real.connections, ..there }
        }
        (_, None) => real,
    })
}

/// Writes a line of JSON for each exchange. A full disk stops no call.
struct TraceFile(Mutex<std::fs::File>);

impl Trace for TraceFile {
    fn exchange(&self, exchange: &Exchange) {
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = writeln!(file, "{}", exchange.line());
    }
}
