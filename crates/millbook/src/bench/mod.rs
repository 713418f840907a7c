//! `millbook bench`: what this machine does with a company of our making: how fast commands become durable, how long a start
//! takes, how much memory it needs, how fast it imports.
//!
//! `16 on one company 9,870 a second, 0.71 of the bare engine`: the bound is measured in the same run, with the same rows in
//! the same table. Everything lies in a folder beside the data, and in a schema of its own on PostgreSQL; both are gone at
//! the end. Not here: what is in a company (`company`), the bare engines (`store::bare`).

mod durable;
mod show;
mod start;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use store::bare::{Bare, BarePostgres, BareSqlite, TEMPORARY, drop_schema};
use store::sqlite::{Settings, Sqlite};
use store::{Store, postgres};
use xero_client::network::MachineClock;

use crate::bundles::{CANCELLED, watch_for_cancelling};
use crate::place::{Kind, Place, stored};
use crate::said::note;
use crate::sandbox::Refusal;
use show::Figure;

/// Measure on this machine: durable commands a second, a cold start, memory, an import.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  millbook bench\n  millbook bench --db postgresql://millbook@localhost/millbook --json\n  millbook bench --entries 200000 --writers 1\n\nIt makes companies of its own beside the data, in a folder (and a schema, if --db is a PostgreSQL database: then both
engines are measured) that it removes again; your companies are not touched. A ratio says how many commands became
durable for each row that the bare engine took meanwhile, the same rows in the same table: half or more is good.
Other programs at work, and disks that are slow to flush, show in all of it."
)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// How many people write at the same time, on one company and on as many companies.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64", value_name = "NUMBERS")]
    writers: Vec<usize>,
    /// How long each measurement of writers takes, three times, in milliseconds.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    slice: u64,
    /// Shipments of five lines in the bundle that is imported and opened again.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    entries: u32,
    /// JSON, one object.
    #[arg(long)]
    json: bool,
    /// Only opens a company that a bench made, and says how long it took (the bench starts itself with this).
    #[arg(long, hide = true, value_name = "SCHEMA")]
    only_open: Option<String>,
    /// With its snapshot.
    #[arg(long, hide = true)]
    snapshot: bool,
}

/// `millbook bench`
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    if let Some(schema) = &arguments.only_open {
        let engine = Engine::of(arguments.place.kind(), schema);
        return start::only_open(engine.open("books")?, arguments.snapshot);
    }
    if arguments.writers.iter().any(|count| !(1..=1_000).contains(count)) {
        return Err(Refusal(2, "There are 1 to 1000 writers: --writers 1,16,64.".to_owned()));
    }
    watch_for_cancelling();
    let (beside, database) = match arguments.place.kind() {
        Kind::File(path) => (path.parent().map(Path::to_owned).unwrap_or_default(), None),
        Kind::Database(url) => (PathBuf::new(), Some(url)),
    };
    let (folder, schema) = (Folder::make(&beside)?, format!("{TEMPORARY}{}", std::process::id()));
    let mut figures = measure(&Engine::File(folder.0.clone()), arguments)?;
    if let Some(url) = database {
        let engine = Engine::Database { url, schema };
        let measured = measure(&engine, arguments);
        engine.remove()?;
        figures.extend(measured?);
    }
    drop(folder);
    if arguments.json {
        show::json(&figures)
    } else {
        show::table(&figures)
    }
    Ok(())
}

fn measure(engine: &Engine, arguments: &Arguments) -> Result<Vec<Figure>, Refusal> {
    let mut figures = durable::measure(engine, &arguments.writers, arguments.slice)?;
    figures.extend(start::measure(engine, arguments.entries)?);
    Ok(figures)
}

/// Says on the standard error what is measured now; an end, if somebody pressed Ctrl-C.
fn now(engine: &Engine, what: &str) -> Result<(), Refusal> {
    note(format!("{}: {what}", engine.name()));
    go_on()
}

fn go_on() -> Result<(), Refusal> {
    let cancelled = CANCELLED.load(Ordering::Relaxed);
    if cancelled { Err(Refusal(3, "Cancelled; nothing is left.".to_owned())) } else { Ok(()) }
}

/// Where is measured.
enum Engine {
    /// SQLite, in files of this folder.
    File(PathBuf),
    /// PostgreSQL, in this schema and one beside it.
    Database { url: String, schema: String },
}

/// Connections of each side: with a server's usual hundred, both sides and its other users have room.
const CONNECTIONS: usize = 32;

impl Engine {
    /// What a started bench is told: a folder, or a database and a schema.
    fn of(kind: Kind, schema: &str) -> Engine {
        match kind {
            Kind::File(folder) => Engine::File(folder),
            Kind::Database(url) => Engine::Database { url, schema: schema.to_owned() },
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Engine::File(_) => "SQLite",
            Engine::Database { .. } => "PostgreSQL",
        }
    }

    /// What `of` makes it from.
    fn told(&self) -> (String, &str) {
        match self {
            Engine::File(folder) => (folder.display().to_string(), "file"),
            Engine::Database { url, schema } => (url.clone(), schema),
        }
    }

    /// A store of this name, made if it isn't there.
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Refusal> {
        match self {
            Engine::File(folder) => {
                let settings = Settings::new(folder.join(format!("{name}.db")), Arc::new(MachineClock));
                Ok(Arc::new(Sqlite::open(settings).map_err(stored)?))
            }
            Engine::Database { .. } => {
                let opening = postgres::Postgres::open(self.settings(name, CONNECTIONS));
                Ok(Arc::new(futures_executor::block_on(opening).map_err(stored)?))
            }
        }
    }

    /// The bare engine, in a new place of its own; on one connection, or on as many as the store has.
    fn bare(&self, name: &str, connections: usize) -> Result<Box<dyn Bare>, Refusal> {
        match self {
            Engine::File(folder) => {
                let path = folder.join(format!("{name}.db"));
                Ok(Box::new(BareSqlite::create(&path, Arc::new(MachineClock)).map_err(stored)?))
            }
            Engine::Database { .. } => {
                let settings = self.settings(name, connections.min(CONNECTIONS));
                Ok(Box::new(BarePostgres::connect(&settings).map_err(stored)?))
            }
        }
    }

    fn settings(&self, name: &str, connections: usize) -> postgres::Settings {
        let (url, schema) = self.told();
        postgres::Settings { schema: format!("{schema}_{name}"), connections, ..postgres::Settings::new(url) }
    }

    /// Removes what `open` and `bare` made in a database; a folder removes itself.
    fn remove(&self) -> Result<(), Refusal> {
        for name in ["books", "writers", "bare"].iter().filter(|_| matches!(self, Engine::Database { .. })) {
            drop_schema(&self.settings(name, 1)).map_err(stored)?;
        }
        Ok(())
    }
}

/// A folder that is removed when nobody needs it.
struct Folder(PathBuf);

impl Folder {
    fn make(beside: &Path) -> Result<Folder, Refusal> {
        let folder = beside.join(format!("millbook-bench-{}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => Ok(Folder(folder)),
            Err(error) => Err(Refusal(3, format!("{} can't be made: {error}.", folder.display()))),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            note(format!("millbook: {} can't be removed: {error}", self.0.display()));
        }
    }
}
