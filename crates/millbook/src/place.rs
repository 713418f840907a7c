//! Where the data lies, and opening it: an SQLite file, or a PostgreSQL database.
//!
//! `--db FILE` or `--db postgresql://user@host/name`, else `MILLBOOK_DB`, else `millbook.db` in this folder. Reading goes on
//! beside a program that has the file; writing goes through it, if it takes guests in as `work` does, and else needs the
//! file free, for one process owns it. Here failures get the exit code that a script goes by. Not here: what is read and
//! written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use book::Day;
use company::{Companies, Failure, Registered};
use futures_executor::block_on;
use store::sqlite::{Host, Settings, Sqlite, open_or_visit};
use store::{Error, Store};
use world::Clock;
use xero_client::network::{MachineChance, MachineClock};

use crate::sandbox::Refusal;

/// The setting that every command on data has.
#[derive(clap::Args, Clone)]
pub struct Place {
    /// Where the data lies: a file, or a PostgreSQL database: postgresql://user@host/name, or "host=… user=… dbname=…".
    #[arg(long, env = "MILLBOOK_DB", default_value = "millbook.db", value_name = "FILE|URL", global = true)]
    pub db: String,
}

/// What it is.
pub enum Kind {
    /// A file.
    File(PathBuf),
    /// A database, by its address.
    Database(String),
}

impl Place {
    /// File or database.
    pub fn kind(&self) -> Kind {
        let is_url = ["postgres://", "postgresql://", "host="].iter().any(|start| self.db.starts_with(start));
        if is_url { Kind::Database(self.db.clone()) } else { Kind::File(PathBuf::from(&self.db)) }
    }

    /// Opens for reading and writing what is there.
    pub fn write(&self) -> Result<Companies, Refusal> {
        if let Kind::File(path) = self.kind() {
            there(&path)?;
        }
        self.make()
    }

    /// Opens for reading and writing; makes it, if it isn't there.
    pub fn make(&self) -> Result<Companies, Refusal> {
        let store: Arc<dyn Store> = match self.kind() {
            Kind::File(path) => open_or_visit(Settings::new(path, Arc::new(MachineClock))).map_err(stored)?,
            Kind::Database(url) => database(url)?,
        };
        Ok(companies(store))
    }

    /// Opens for reading and writing what is there, for a program that stays: a file is then its own, and others write
    /// through it until the host is dropped. A database needs no host.
    pub fn host(&self) -> Result<(Companies, Option<Host>), Refusal> {
        let Kind::File(path) = self.kind() else { return Ok((self.write()?, None)) };
        there(&path)?;
        let store = Sqlite::open(Settings::new(path, Arc::new(MachineClock))).map_err(stored)?;
        let store = Arc::new(store);
        let host = Host::open(store.clone(), &MachineChance, Host::PATIENCE).map_err(stored)?;
        Ok((companies(store), Some(host)))
    }

    /// Opens for reading, beside whoever writes.
    pub fn read(&self) -> Result<Companies, Refusal> {
        let store: Arc<dyn Store> = match self.kind() {
            Kind::File(path) => {
                there(&path)?;
                Arc::new(Sqlite::open_reading(path, Arc::new(MachineClock)).map_err(stored)?)
            }
            Kind::Database(url) => database(url)?,
        };
        Ok(companies(store))
    }
}

fn companies(store: Arc<dyn Store>) -> Companies {
    let companies = Companies::new(store, Arc::new(MachineClock));
    // A program that can't be looked at reads no snapshots.
    match program() {
        Some(program) => companies.with_snapshots(&program),
        None => companies,
    }
}

/// This program down to its build: a snapshot of another build may mean something else.
fn program() -> Option<String> {
    let file = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = file.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {built}", env!("CARGO_PKG_VERSION"), file.len()))
}

fn database(url: String) -> Result<Arc<dyn Store>, Refusal> {
    let settings = store::postgres::Settings::new(url);
    Ok(Arc::new(block_on(store::postgres::Postgres::open(settings)).map_err(stored)?))
}

fn there(path: &Path) -> Result<(), Refusal> {
    if path.exists() {
        return Ok(());
    }
    let path = path.display();
    Err(Refusal(
        3,
        format!(
            "There is no file {path}. Make it with `millbook init --db {path}`, or name another one with --db."
        ),
    ))
}

/// A store's error with its exit code: damaged data is 4, anything else is not possible now.
pub fn stored(error: Error) -> Refusal {
    let code = if matches!(error, Error::Corrupt(_)) { 4 } else { 3 };
    Refusal(code, format!("{error}. {}", error.remedy()))
}

/// Why there is no answer, with its exit code.
pub fn failed(failure: Failure) -> Refusal {
    match failure {
        Failure::Refused(problem) => Refusal(1, format!("{} {}", problem.message, problem.remedy)),
        Failure::NotNow(problem) => Refusal(3, format!("{} {}", problem.message, problem.remedy)),
        Failure::Store(error) => stored(error),
        damaged @ Failure::Damaged { .. } => Refusal(4, damaged.to_string()),
    }
}

/// A company by its code.
pub fn registered(companies: &Companies, code: &str) -> Result<Registered, Refusal> {
    block_on(companies.registered(code)).map_err(failed)
}

/// Today, in a company's time zone.
pub fn today(zone: &str) -> Day {
    company::today(zone, MachineClock.now())
}

/// The first second after a day in a time zone.
pub fn end_of(day: Day, zone: &str) -> i64 {
    let (year, month, of_month) = day.next().parts();
    let [year, month, of_month] =
        [i64::from(year), month.into(), of_month.into()].map(|part| i16::try_from(part).unwrap_or(1));
    let [month, of_month] = [month, of_month].map(|part| i8::try_from(part).unwrap_or(1));
    let midnight =
        jiff::civil::Date::new(year, month, of_month).unwrap_or(jiff::civil::Date::MAX).at(0, 0, 0, 0);
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    zone.to_ambiguous_zoned(midnight)
        .compatible()
        .map_or(i64::MAX / 1_000, |moment| moment.timestamp().as_second())
}
