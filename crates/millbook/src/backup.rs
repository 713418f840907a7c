//! `millbook backup` and `restore`: everything into one file, and back into an empty place of either kind.
//!
//! A backup is an SQLite file with all logs and what lies beside them, whatever it was made from, also beside a running
//! server. It is written as `FILE.part`, read back, and only then gets its name; a file that is there is never replaced.
//! Not here: attachments' files, which can be copied as they are; the key to the secrets, which belongs elsewhere.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_executor::block_on;
use store::sqlite::{Settings, Sqlite};
use store::{Chain, CompanyId, Copied, Error, Pages, Store, copy};
use xero_client::network::MachineClock;

use crate::place::{Kind, Place, stored};
use crate::said::{note, say, write_over};
use crate::sandbox::Refusal;

/// Copy everything into one file, also while others write. The file is read back before it gets its name.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook backup /backups/2026-03-31.db\n\nThe key to the secrets isn't in it; keep that elsewhere."
)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// The file to make; it must not be there yet.
    file: PathBuf,
}

/// Put what a backup holds into an empty place: a file that isn't there yet, or a database without companies.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook restore /backups/2026-03-31.db --db restored.db\n  millbook verify --db restored.db\n\nWith --db postgresql://… it moves a file's companies into a database."
)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup.
    file: PathBuf,
}

/// `millbook backup`
pub fn backup(arguments: &Backup) -> Result<(), Refusal> {
    let from = arguments.place.read()?.store().clone();
    let copied = new_file(&*from, &arguments.file)?;
    said(&arguments.file.display().to_string(), copied);
    Ok(())
}

/// `millbook restore`
pub fn restore(arguments: &Restore) -> Result<(), Refusal> {
    let from = Sqlite::open_reading(&arguments.file, Arc::new(MachineClock)).map_err(stored)?;
    let copied = match arguments.place.kind() {
        Kind::File(path) => new_file(&from, &path)?,
        Kind::Database(_) => {
            let to = arguments.place.make()?.store().clone();
            let there = block_on(to.companies()).map_err(stored)?;
            if there.iter().any(|(_, tip)| tip.seq > 0) {
                let text = "The database holds companies already. Restore into one that is empty.";
                return Err(Refusal(3, text.to_owned()));
            }
            into(&from, &*to)?
        }
    };
    said(&arguments.place.db, copied);
    Ok(())
}

fn said(place: &str, copied: Copied) {
    let Copied { companies, rows, events, items } = copied;
    // The installation's own log isn't a company to whoever reads this.
    let companies = companies.saturating_sub(1);
    say(format!(
        "{place} holds companies: {companies}, commands: {rows}, events: {events}, items beside them: {items}."
    ));
}

/// Into a file that isn't there yet; it has its name only when all of it is there and was read back.
fn new_file(from: &dyn Store, path: &Path) -> Result<Copied, Refusal> {
    if path.exists() {
        let path = path.display();
        return Err(Refusal(3, format!("{path} is there already and is not replaced. Name another file.")));
    }
    let part = beside(path, ".part");
    remove(&part);
    let done = write(from, &part).and_then(|copied| {
        let named = std::fs::File::open(&part).and_then(|file| file.sync_all());
        let named = named.and_then(|()| std::fs::rename(&part, path));
        named.map_err(|error| Refusal(3, format!("{} can't be made: {error}.", path.display())))?;
        Ok(copied)
    });
    remove(&part);
    done
}

fn write(from: &dyn Store, part: &Path) -> Result<Copied, Refusal> {
    let to = Sqlite::open(Settings::new(part, Arc::new(MachineClock))).map_err(stored)?;
    let copied = into(from, &to)?;
    drop(to); // which also brings everything into the one file
    let again = Sqlite::open_reading(part, Arc::new(MachineClock)).map_err(stored)?;
    block_on(read_back(&again)).map_err(stored)?;
    Ok(copied)
}

fn into(from: &dyn Store, to: &dyn Store) -> Result<Copied, Refusal> {
    let shown = std::io::stderr().is_terminal();
    let progress = |company: CompanyId, done: u64, of: u64| {
        if shown {
            write_over(format!("company {company}: {done} of {of} events "));
        }
    };
    let copied = block_on(copy(from, to, progress)).map_err(stored);
    if shown {
        note("");
    }
    copied
}

/// Every chain of the copy, from the file itself.
async fn read_back(copied: &dyn Store) -> Result<(), Error> {
    for (company, tip) in copied.companies().await? {
        let (mut pages, mut chain) = (Pages::new(copied, company, 0), Chain::new(company));
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                break;
            }
            if let Some(broken) = page.iter().flat_map(|row| chain.row(row)).next() {
                return Err(Error::Corrupt(format!("company {company}: {broken}")));
            }
        }
        if let Some(broken) = chain.finish(tip) {
            return Err(Error::Corrupt(format!("company {company}: {broken}")));
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What an earlier try left, with its companions.
fn remove(part: &Path) {
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
        std::fs::remove_file(beside(part, ending)).ok(); // mostly it isn't there
    }
}
