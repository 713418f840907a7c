//! `millbook init`, `company`, `user`, `config`: the installation, its companies and its people.

use std::io::Read;

use book::PersonRole;
use clap::Subcommand;
use company::{Asked, Companies, InstallationEvent, InstallationWish, People, Person};
use futures_executor::block_on;
use money::Currency;
use world::identifier;
use xero_client::network::MachineChance;

use crate::place::{Kind, Place, failed, today};
use crate::said::say;
use crate::sandbox::Refusal;

/// Make the file or the tables of a database. What is there already stays as it is.
#[derive(clap::Args)]
pub struct Init {
    #[command(flatten)]
    place: Place,
}

/// Make and list companies.
#[derive(clap::Args)]
pub struct CompanyArguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: CompanyCommand,
}

#[derive(Subcommand)]
enum CompanyCommand {
    /// Make a company.
    Add {
        /// Its code, for the command line and addresses: jam.
        code: String,
        /// Its name.
        #[arg(long)]
        name: Option<String>,
        /// The currency of its accounts; it stays for ever.
        #[arg(long, value_parser = currency)]
        currency: Currency,
        /// The time zone of its days: Pacific/Auckland.
        #[arg(long, default_value = "UTC", value_parser = zone)]
        zone: String,
    },
    /// List the companies.
    List,
}

/// Make and list users.
#[derive(clap::Args)]
pub struct UserArguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make a user.
    Add {
        /// What they sign in with: an e-mail, mostly.
        login: String,
        /// What people call them; the login unless said.
        #[arg(long)]
        name: Option<String>,
        /// Read the password from the standard input, up to the end of the line.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give a user roles in a company, instead of those they have there; none takes all away.
    Roles {
        /// The login.
        login: String,
        /// The company's code.
        #[arg(long)]
        company: String,
        /// administrator, bookkeeper, purchaser, approver, production, warehouse, sales, viewer; several by comma.
        #[arg(long, value_delimiter = ',', value_parser = role)]
        roles: Vec<PersonRole>,
    },
    /// Erase a user's name, login and password. What they did stays, under their number.
    Erase {
        /// The login.
        login: String,
    },
    /// List the users.
    List,
}

/// Show where the data lies and what is set.
#[derive(clap::Args)]
pub struct Config {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Say where people reach the installation: invoices, bills and journals in Xero then link back to it.
    Address {
        /// `https://books.example.com`; `none` takes it away.
        address: String,
    },
}

fn currency(text: &str) -> Result<Currency, String> {
    text.parse().map_err(|error: money::Error| format!("{error}; write a code as NZD"))
}

fn zone(text: &str) -> Result<String, String> {
    let known =
        jiff::tz::TimeZone::get(text).map_err(|_| "no time zone; write it as Pacific/Auckland".to_owned())?;
    Ok(known.iana_name().unwrap_or(text).to_owned())
}

fn role(text: &str) -> Result<PersonRole, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// An installation's wish by whoever has the machine.
fn asked(wish: InstallationWish) -> Asked<InstallationWish> {
    Asked { id: identifier(&MachineChance), by: 0, via: "cli".into(), today: today("UTC"), wish }
}

/// `millbook init`
pub fn init(arguments: &Init) -> Result<(), Refusal> {
    let companies = arguments.place.make()?;
    let state = block_on(companies.installation().view(None)).map_err(failed)?;
    match state.fold.companies().len() {
        0 => say(format!("{} is ready. Next: millbook company add CODE --currency NZD", arguments.place.db)),
        count => say(format!("{} is there already, with {count} companies.", arguments.place.db)),
    }
    Ok(())
}

/// `millbook company`
pub fn company(arguments: &CompanyArguments) -> Result<(), Refusal> {
    match &arguments.command {
        CompanyCommand::Add { code, name, currency, zone } => {
            let companies = arguments.place.write()?;
            let name = name.clone().unwrap_or_else(|| code.clone());
            let wish = InstallationWish::AddCompany {
                code: code.clone(),
                name,
                base: *currency,
                zone: zone.clone(),
            };
            let made = block_on(companies.add(asked(wish), *currency)).map_err(failed)?;
            say(format!("{} is company {}: {} in {}.", made.code, made.company, made.name, made.base));
        }
        CompanyCommand::List => {
            let companies = arguments.place.read()?;
            let state = block_on(companies.installation().view(None)).map_err(failed)?;
            for one in state.fold.companies() {
                say(format!("{}\t{}\t{}\t{}\t{}", one.company, one.code, one.name, one.base, one.zone));
            }
        }
    }
    Ok(())
}

/// `millbook user`
pub fn user(arguments: &UserArguments) -> Result<(), Refusal> {
    match &arguments.command {
        UserCommand::Add { login, name, .. } => {
            let mut password = String::new();
            let read = std::io::stdin().take(10_000).read_to_string(&mut password);
            read.map_err(|error| Refusal(2, format!("The password can't be read: {error}.")))?;
            let password = password.lines().next().unwrap_or_default();
            let name = name.as_deref().unwrap_or(login);
            let person = Person::new(login, name, password, &MachineChance);
            let person = person.map_err(|problem| failed(problem.into()))?;
            let companies = arguments.place.write()?;
            let wish = InstallationWish::AddUser(Box::new(person));
            let done = block_on(companies.installation().ask(asked(wish))).map_err(failed)?;
            if let Some(InstallationEvent::UserAdded { user, .. }) = done.events.first() {
                say(format!("{login} is user {user}."));
            }
        }
        UserCommand::Roles { login, company, roles } => {
            let companies = arguments.place.write()?;
            let user = number(&companies, login)?;
            let wish = InstallationWish::GiveRoles { company: company.clone(), user, roles: roles.clone() };
            block_on(companies.installation().ask(asked(wish))).map_err(failed)?;
        }
        UserCommand::Erase { login } => {
            let companies = arguments.place.write()?;
            let user = number(&companies, login)?;
            block_on(People(&**companies.store()).erase(user)).map_err(failed)?;
            say(format!("User {user} has no name any more."));
        }
        UserCommand::List => list_users(&arguments.place.read()?)?,
    }
    Ok(())
}

/// The number of who signs in with this.
pub fn number(companies: &Companies, login: &str) -> Result<u32, Refusal> {
    let found = block_on(People(&**companies.store()).find(login)).map_err(failed)?;
    let none =
        || Refusal(1, format!("There is no user \"{login}\". `millbook user list` shows who there is."));
    found.map(|found| found.user).ok_or_else(none)
}

fn list_users(companies: &Companies) -> Result<(), Refusal> {
    let state = block_on(companies.installation().view(None)).map_err(failed)?;
    for user in 1..=state.fold.users() {
        let person = block_on(People(&**companies.store()).person(user)).map_err(failed)?;
        let (login, name) =
            person.map_or(("(erased)".into(), String::new()), |person| (person.login, person.name));
        let roles = state.fold.memberships().filter(|one| one.user == user).map(|one| {
            let code = state.fold.companies().iter().find(|company| company.company == one.company);
            let roles = serde_json::to_value(&one.roles).unwrap_or_default();
            let roles: Vec<&str> =
                roles.as_array().into_iter().flatten().filter_map(|role| role.as_str()).collect();
            format!("{}: {}", code.map_or("", |company| &company.code), roles.join(", "))
        });
        say(format!("{user}\t{login}\t{name}\t{}", roles.collect::<Vec<_>>().join("; ")));
    }
    Ok(())
}

/// `millbook config`
pub fn config(arguments: &Config) -> Result<(), Refusal> {
    let place = &arguments.place;
    if let Some(ConfigCommand::Address { address }) = &arguments.command {
        let address = Some(address.clone()).filter(|address| address != "none");
        let wish = InstallationWish::SetAddress { address };
        let done = block_on(place.write()?.installation().ask(asked(wish))).map_err(failed)?;
        say(match done.events.first() {
            Some(InstallationEvent::AddressSet { address: Some(address) }) => {
                format!("Invoices, bills and journals that go to Xero from now on link back to {address}.")
            }
            Some(_) => "Nothing links back any more; links that Xero has stay.".to_owned(),
            None => "Nothing changes: it is so already.".to_owned(),
        });
        return Ok(());
    }
    let from = match std::env::var("MILLBOOK_DB") {
        Ok(set) if set == place.db => "MILLBOOK_DB",
        _ if place.db == "millbook.db" => "the default",
        _ => "--db",
    };
    say(format!("program\t{}", env!("CARGO_PKG_VERSION")));
    match place.kind() {
        Kind::File(path) => {
            let full = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
            say(format!("database\t{} (SQLite, from {from})", full.display()));
            say(format!("tables\tversion {}", store::sqlite::TABLES));
            let owner = store::sqlite::owner(&path).map_or("nobody".into(), |owner| owner.to_string());
            say(format!("written by\t{owner}"));
            if !path.exists() {
                say("state\tnot there yet: millbook init");
                return Ok(());
            }
        }
        Kind::Database(url) => {
            say(format!("database\t{} (PostgreSQL, from {from})", without_password(&url)));
            say(format!("tables\tversion {}", store::postgres::TABLES));
        }
    }
    say(format!("key\t{}", crate::key::place(place)));
    let state = block_on(place.read()?.installation().view(None)).map_err(failed)?;
    say(format!("companies\t{}", state.fold.companies().len()));
    say(format!("users\t{}", state.fold.users()));
    say(format!(
        "address\t{}",
        state.fold.address().unwrap_or("none: nothing links back (millbook config address URL)")
    ));
    Ok(())
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((who, place)) = rest.rsplit_once('@') else { return url.to_owned() };
    format!("{scheme}://{}@{place}", who.split(':').next().unwrap_or_default())
}
