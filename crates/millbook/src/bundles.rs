//! `millbook import DIR` and `millbook export bundle DIR`: a company out of a folder of files, and into one.
//!
//! An import is all or nothing: what is wrong is told at once with file, line and column (exit code 1), Ctrl-C leaves
//! nothing (exit code 3). Progress goes to the standard error. Not here: what the files hold (docs/bundle.md).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use book::{Act, Day};
use bundle::{Bundle, Disk, Existing, Exporter, Progress};
use company::{Importing, Member, NotImported, Trial};
use futures_executor::block_on;
use futures_util::poll;
use serde_json::json;

use crate::installation::number;
use crate::meter::Meter;
use crate::place::{Place, failed, registered, today};
use crate::said::say;
use crate::sandbox::Refusal;

/// Take a folder of files into a company: master data, opening stock, documents and events of years.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook import history --company jam --dry-run\n\ndocs/bundle.md says what the files hold. All or nothing: everything that is wrong is told at once, and then nothing comes in."
)]
pub struct Import {
    #[command(flatten)]
    place: Place,
    /// The folder.
    dir: PathBuf,
    /// The company's code.
    #[arg(long)]
    company: String,
    /// Only say what is wrong, or how much would come in.
    #[arg(long)]
    dry_run: bool,
    /// What to do with entries whose code, number or external id is there already.
    #[arg(long, value_enum, default_value_t = Known::Refuse)]
    existing: Known,
    /// Problems as JSON, a line each.
    #[arg(long)]
    json: bool,
    /// Who does it: a user's login. Nobody is the installation itself.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// The company's date, instead of today's.
    #[arg(long, value_name = "DAY")]
    today: Option<Day>,
}

/// What to do with entries that are there already.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Known {
    /// Refuse the bundle.
    Refuse,
    /// Leave them as they are.
    Skip,
    /// Make them what the bundle says.
    Update,
}

/// Whether somebody pressed Ctrl-C.
pub static CANCELLED: AtomicBool = AtomicBool::new(false);

/// `millbook import`
pub fn import(arguments: &Import) -> Result<(), Refusal> {
    let companies = if arguments.dry_run { arguments.place.read()? } else { arguments.place.write()? };
    let company = registered(&companies, &arguments.company)?;
    let by = arguments.login.as_deref().map_or(Ok(0), |login| number(&companies, login))?;
    let installation = block_on(companies.installation().view(None)).map_err(failed)?.fold;
    // A bundle may have anything in it.
    let person = Member::of(&installation, &company, by);
    Act::all().try_for_each(|act| person.may(act)).map_err(|problem| failed(problem.into()))?;
    let dir = arguments.dir.display();
    let unreadable = |error: std::io::Error| Refusal(2, format!("The folder {dir} can't be read: {error}."));
    let folder = Disk::new(&arguments.dir);
    let began = Instant::now();
    let bundle = Bundle::open(&folder).map_err(unreadable)?;
    let how = Importing {
        holder: format!("process {}", std::process::id()),
        by,
        today: arguments.today.unwrap_or_else(|| today(&company.zone)),
        existing: match arguments.existing {
            Known::Refuse => Existing::Refuse,
            Known::Skip => Existing::Skip,
            Known::Update => Existing::Update,
        },
        trial: if arguments.dry_run { Trial::Dry } else { Trial::Real },
    };
    watch_for_cancelling();
    let mut meter = Meter::new();
    let log = companies.log(company.company);
    let mut look = |progress| {
        if CANCELLED.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        meter.look(|| told(progress, began.elapsed()));
        ControlFlow::Continue(())
    };
    let imported = block_on(log.import(bundle, how, &mut look));
    meter.clear();
    let done = match imported {
        Ok(done) => done,
        Err(NotImported::Wrong(problems)) => {
            for problem in problems.kept().iter().filter(|_| arguments.json) {
                say(json!(problem));
            }
            let told = if arguments.json { String::new() } else { format!("{problems}") };
            return Err(Refusal(1, format!("{} problems; nothing was imported.\n{told}", problems.count())));
        }
        Err(NotImported::Failed(failure)) => return Err(failed(failure)),
        Err(other) => return Err(Refusal(3, other.to_string())),
    };
    let took = began.elapsed();
    let verb = if arguments.dry_run { "would be made" } else { "made" };
    let (made, updated, skipped, events) = (done.made, done.updated, done.skipped, done.events);
    let took = took.as_millis();
    say(format!("{made} {verb}, {updated} changed, {skipped} skipped; {events} events; {took} ms"));
    Ok(())
}

/// Ctrl-C is noted, from when this returns on, and whoever works stops at its next look.
pub fn watch_for_cancelling() {
    let (ready, watches) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let mut pressed = pin!(tokio::signal::ctrl_c());
            let already = poll!(pressed.as_mut()); // asked once, it listens
            ready.send(()).ok();
            let pressed = match already {
                Poll::Ready(pressed) => pressed,
                Poll::Pending => pressed.await,
            };
            if pressed.is_ok() {
                CANCELLED.store(true, Ordering::Relaxed);
            }
        });
    });
    watches.recv().ok(); // without a runtime nobody listens, and Ctrl-C ends the program as ever
}

/// `12000 of 121571 entries, 6000 a second, 18 s left`
fn told(at: Progress, elapsed: Duration) -> String {
    let milliseconds = elapsed.as_millis().max(1);
    let rate = at.done as u128 * 1_000 / milliseconds;
    let left = (at.total - at.done) as u128 * milliseconds / (at.done as u128).max(1) / 1_000;
    let problems = if at.problems > 0 { format!(", {} problems", at.problems) } else { String::new() };
    format!("{} of {} entries, {rate} a second, {left} s left{problems}", at.done, at.total)
}

/// The log as a folder of CSV files that `millbook import` takes (docs/bundle.md).
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook export bundle out --company jam\n  millbook import out --company copy"
)]
pub struct ExportBundle {
    #[command(flatten)]
    place: Place,
    /// A new or empty folder.
    dir: PathBuf,
    /// The company's code.
    #[arg(long)]
    company: String,
}

/// `millbook export bundle`
pub fn export(arguments: &ExportBundle) -> Result<(), Refusal> {
    let companies = arguments.place.read()?;
    let company = registered(&companies, &arguments.company)?;
    let dir = &arguments.dir;
    let unwritable =
        |error: std::io::Error| Refusal(3, format!("{} can't be written: {error}.", dir.display()));
    std::fs::create_dir_all(dir).map_err(unwritable)?;
    if std::fs::read_dir(dir).map_err(unwritable)?.next().is_some() {
        return Err(Refusal(2, format!("{} is not empty. Name a new or empty folder.", dir.display())));
    }
    let mut open = |name: &str| {
        let file = File::create_new(dir.join(name))?;
        Ok(Box::new(BufWriter::new(file)) as Box<dyn Write>)
    };
    let exported = block_on(companies.log(company.company).export(Exporter::new(&mut open)));
    match exported {
        Ok(entries) => {
            say(format!("{entries} entries"));
            Ok(())
        }
        Err(company::NotWritten::Failed(failure)) => Err(failed(failure)),
        Err(company::NotWritten::Bundle(why)) => Err(Refusal(3, format!("{why}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_a_rate_and_the_time_left() {
        let at = Progress { done: 30_000, total: 120_000, problems: 0 };
        assert_eq!(told(at, Duration::from_secs(6)), "30000 of 120000 entries, 5000 a second, 18 s left");
        let begin = Progress { done: 0, total: 10, problems: 2 };
        assert_eq!(told(begin, Duration::ZERO), "0 of 10 entries, 0 a second, 0 s left, 2 problems");
    }
}
