//! A long import beside a living company: decided on a fork, staged in chunks, moved behind the log's end at once.
//!
//! A million rows are no turn: while they are decided, reads and other companies go on, and this company's commands are
//! answered `import-running` with how far it is. The last step is one transaction; before it nothing is in the log, so whoever
//! stops, cancels or crashes leaves only staging, which is dropped when the next one starts. Other nodes see by the lease
//! `STAGING` that it runs, and in a note how far it is, and answer the same. Whatever was written all the same: then the staged rows no
//! longer fit behind the end, and the import is refused whole.
//! Not here: what a bundle is (`bundle`), who shows progress.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Duration;

use book::{Day, Stamp};
use bundle::{Bundle, Done, Existing, Importer, Problems, Progress};
use store::{Conflict, Entry, Item, Lease, Row, Sheet, Store, Taken, Write, chain};
use wire::Problem;
use world::Moment;

use crate::fold::{Asked, Failure};
use crate::log::{Log, locked};
use crate::operations::{Company, digest_of};
use crate::state::State;

/// Where an import writes down how far it is, for other nodes.
pub(crate) const IMPORT: &str = "note/import";

pub(crate) fn import_running(far: &str) -> Failure {
    let message = format!("An import is running: {far} entries are decided.");
    let remedy = "Ask again when it has ended; nothing was changed.";
    Problem::new("import-running", message, remedy).with("progress", far).into()
}

/// How long staging is held without a sign of life.
const LEASE: Duration = Duration::from_secs(120);
/// It is renewed when this much has gone by.
const RENEW_AFTER: Duration = Duration::from_secs(30);
/// So often it is written down how far it is.
const NOTE_AFTER: Duration = Duration::from_secs(1);
/// Rows of a chunk, at most.
const CHUNK_ROWS: usize = 2_000;
/// Bytes of a chunk, about.
const CHUNK_BYTES: usize = 4_000_000;
/// Entries between two looks at the clock and the caller.
const BETWEEN: usize = 200;

/// While it lives, an import runs, and commands are answered `import-running`.
struct Running<'l>(&'l Mutex<Option<String>>);

impl Running<'_> {
    fn say(&self, far: Progress) {
        *locked(self.0) = Some(told(far));
    }
}

fn told(far: Progress) -> String {
    format!("{} of {}", far.done, far.total)
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *locked(self.0) = None;
    }
}

/// What is imported, by whom, and how.
#[derive(Clone, Debug)]
pub struct Importing {
    /// Who does it, for whoever finds the lease taken.
    pub holder: String,
    /// The person.
    pub by: u32,
    /// The company's day.
    pub today: Day,
    /// What to do with what is there already.
    pub existing: Existing,
    /// Whether it is to stay.
    pub trial: Trial,
}

/// Whether an import is to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// It is.
    Real,
    /// It only says what it would do.
    Dry,
}

/// Why an import left nothing.
#[derive(Debug)]
pub enum NotImported {
    /// The bundle is wrong.
    Wrong(Box<Problems>),
    /// The caller said so.
    Cancelled,
    /// A file can't be read.
    Unreadable(std::io::Error),
    /// The company can't take it.
    Failed(Failure),
}

impl std::fmt::Display for NotImported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotImported::Wrong(problems) => problems.fmt(f),
            NotImported::Cancelled => f.write_str("Cancelled; nothing was imported."),
            NotImported::Unreadable(error) => write!(f, "The bundle can't be read: {error}."),
            NotImported::Failed(failure) => failure.fmt(f),
        }
    }
}

impl<E: Into<Failure>> From<E> for NotImported {
    fn from(failure: E) -> NotImported {
        NotImported::Failed(failure.into())
    }
}

/// Looks at progress between entries; breaking cancels.
pub type Look<'l> = dyn FnMut(Progress) -> ControlFlow<()> + Send + 'l;

impl Log<Company> {
    /// Takes a bundle in, whole or not at all.
    ///
    /// # Errors
    /// What is wrong with the bundle; what the store says; nothing has changed then.
    pub async fn import(
        &self,
        bundle: Bundle<'_>,
        how: Importing,
        look: &mut Look<'_>,
    ) -> Result<Done, NotImported> {
        let state = self.view(None).await?;
        if state.tip.seq == 0 {
            let message = "The company has not begun.";
            return Err(Problem::new("not-opened", message, "Make it with `millbook company add`.").into());
        }
        if how.trial == Trial::Dry {
            return self.fork_and_stage(state, bundle, &how, None, look).await.map(|(done, _)| done);
        }
        // The rows of an import are staged and are nobody's turn: a cut-over that came stands before them.
        if !state.fold.exchange.cut_over_come(state.fold.book.seq(), how.today).is_empty() {
            let (id, via) = (format!("day-{}", state.tip.seq), "import".to_owned());
            let wish = plan::Command::SeeDay.into();
            self.ask(Asked { id, by: how.by, via, today: how.today, wish }).await?;
        }
        let lease = self.hold(&how.holder).await?;
        let running = Running(&self.importing);
        let imported = self.decide_and_publish(bundle, &how, (&lease, &running), look).await;
        if imported.is_err() {
            self.store.unstage(self.company()).await.ok(); // who starts next drops it as well
        }
        drop(running);
        self.store.write(self.company(), vec![Write::Delete(Sheet::Body, IMPORT.to_owned())]).await.ok();
        self.store.lease_release(self.company(), lease.name, lease.fence).await.ok(); // else it ends by itself
        imported
    }

    /// On what stands in the log now that nobody else writes it.
    async fn decide_and_publish(
        &self,
        bundle: Bundle<'_>,
        how: &Importing,
        real: (&Lease, &Running<'_>),
        look: &mut Look<'_>,
    ) -> Result<Done, NotImported> {
        *locked(&self.importing) = Some("0".to_owned());
        drop(self.store.begin(self.company()).await?); // whoever began before our lease has written
        let state = self.view(None).await?;
        let (done, state) = self.fork_and_stage(state, bundle, how, Some(real), look).await?;
        self.move_behind(state).await.map(|()| done)
    }

    /// Writes down how far it is, for those who are asked on other nodes.
    async fn note(&self, far: Progress) {
        let (key, value) = (IMPORT.to_owned(), told(far).into_bytes());
        let item = Item { key, value, until: Some(self.clock.now().plus(LEASE)) };
        self.store.write(self.company(), vec![Write::Put(Sheet::Body, item)]).await.ok(); // only a kindness
    }

    async fn hold(&self, holder: &str) -> Result<Lease, NotImported> {
        let name = <dyn Store>::STAGING.to_owned();
        match self.store.lease_take(self.company(), name, holder.to_owned(), LEASE).await? {
            Taken::Ours(lease) => {
                self.store.unstage(self.company()).await?;
                Ok(lease)
            }
            Taken::Theirs(lease) => {
                let message = format!("{} is importing into this company.", lease.holder);
                Err(Problem::new("import-running", message, "Wait until it has ended.").into())
            }
        }
    }

    async fn fork_and_stage(
        &self,
        state: State<Company>,
        bundle: Bundle<'_>,
        how: &Importing,
        real: Option<(&Lease, &Running<'_>)>,
        look: &mut Look<'_>,
    ) -> Result<(Done, State<Company>), NotImported> {
        let now = self.clock.now();
        let stamp = Stamp { at: now.millis().div_euclid(1_000), by: how.by };
        let taking = bundle::Taking { existing: how.existing, stamp, today: how.today };
        let mut importer = Importer::new(bundle, taking).map_err(NotImported::Wrong)?;
        let mut staging = Staging { fork: state, entries: Vec::new(), bytes: 0, now, by: how.by, count: 0 };
        let (mut renewed, mut noted) = (now, None);
        loop {
            let progress = importer.progress();
            if progress.done % BETWEEN == 0 {
                real.inspect(|real| real.1.say(progress));
                if look(progress).is_break() {
                    return Err(NotImported::Cancelled);
                }
                let now = self.clock.now();
                if real.is_some() && noted.is_none_or(|last| now.since(last) >= NOTE_AFTER) {
                    noted = Some(now);
                    self.note(progress).await;
                }
                if let Some((lease, _)) = real.filter(|_| self.clock.now().since(renewed) >= RENEW_AFTER) {
                    renewed = self.clock.now();
                    self.store.lease_renew(self.company(), lease.name.clone(), lease.fence, LEASE).await?;
                }
            }
            let Some(taken) = importer.step(&mut staging.fork.fold.book).map_err(NotImported::Unreadable)?
            else {
                break;
            };
            let wrong = importer.progress().problems > 0;
            if !taken.events.is_empty() && !wrong && real.is_some() {
                staging.add(&taken);
                if staging.entries.len() >= CHUNK_ROWS || staging.bytes >= CHUNK_BYTES {
                    let rows = staging.rows(self.company());
                    self.store.stage(self.company(), rows).await?;
                }
            }
        }
        look(importer.progress()).is_break(); // the last look: it has all been decided
        let done = importer.done().map_err(NotImported::Wrong)?;
        let rows = staging.rows(self.company());
        if !rows.is_empty() {
            self.store.stage(self.company(), rows).await?;
        }
        Ok((done, staging.fork))
    }

    /// One transaction; then the fork is the state.
    async fn move_behind(&self, state: State<Company>) -> Result<(), NotImported> {
        let _whole = self.turns.whole().await;
        let begun = self.store.begin(self.company()).await?;
        if begun.tip() == state.tip {
            return Ok(()); // nothing was new
        }
        match begun.publish(Vec::new()).await {
            Ok(tip) if tip == state.tip => {
                self.known.read(Some(state));
                Ok(())
            }
            Ok(tip) => Err(Failure::Damaged {
                row: tip.seq,
                why: "other rows were imported than were decided".into(),
            }
            .into()),
            Err(store::Error::Conflict(Conflict::Staging)) => {
                self.store.unstage(self.company()).await.ok(); // who starts next drops it as well
                let message =
                    "The company was written from elsewhere during the import; nothing was imported.";
                Err(Problem::new("import-overtaken", message, "Import again, with nobody else at work.")
                    .into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The fork, and what was decided on it and isn't staged yet.
struct Staging {
    fork: State<Company>,
    entries: Vec<Entry>,
    bytes: usize,
    now: Moment,
    by: u32,
    count: u64,
}

impl Staging {
    fn add(&mut self, taken: &bundle::Taken) {
        self.count += 1;
        let asked = format!("{}:{}", taken.from.0, taken.from.1);
        let bytes = wire::write_row(&digest_of(&asked), &taken.events);
        self.bytes += bytes.len();
        // The end of the log and a count: no later import has the same ones.
        let command = format!("import-{}-{}", self.fork.tip.seq, self.count);
        let events = u32::try_from(taken.events.len()).unwrap_or(u32::MAX);
        let (at, by, via) = (self.now, self.by.to_string(), "import".to_owned());
        self.entries.push(Entry { events, at, by, via, command, bytes });
    }

    fn rows(&mut self, company: store::CompanyId) -> Vec<Row> {
        let entries = std::mem::take(&mut self.entries);
        self.bytes = 0;
        let rows = chain(company, self.fork.tip, entries);
        self.fork.tip = rows.last().map_or(self.fork.tip, Row::tip);
        rows
    }
}
