//! A bundle into a book: each entry becomes a command, is decided on a fork and applied to it, and what it did is handed on.
//!
//! The caller forks the company's book, keeps what is handed on in staging, and moves it behind the log's end only when
//! nothing was wrong: all or nothing. After something wrong the entries that follow are looked at all the same, so that
//! everything is told at once. Not here: clocks, staging, the log (`company`).

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::ops::ControlFlow;

use book::{Book, Day, Event, Stamp};

use crate::cells::{Cells, Record};
use crate::compose::{Composed, Composer};
use crate::folder::Input;
use crate::one::{Decided, One, Wrong, names};
use crate::problem::{Problem, Problems};
use crate::scan::{Bundle, Entry, Source, json_line};
use crate::sheet::Sheet;

/// What to do with an entry whose code, number or external id the company has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Refuse the bundle.
    #[default]
    Refuse,
    /// Leave it as it is.
    Skip,
    /// Make it what the bundle says.
    Update,
}

/// How entries are taken.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    /// What is there already.
    pub existing: Existing,
    /// Who imports, when, and the company's day.
    pub stamp: Stamp,
    /// The company's day; no entry is asked later.
    pub today: Day,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Entries looked at.
    pub done: usize,
    /// Entries in all.
    pub total: usize,
    /// Problems so far.
    pub problems: u64,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Entries that made something new, or happened.
    pub made: u64,
    /// Entries that changed something.
    pub updated: u64,
    /// Entries that were there already, and were left.
    pub skipped: u64,
    /// Events in all.
    pub events: u64,
}

/// Why an import ended without result.
#[derive(Debug)]
pub enum Stopped<E> {
    /// These problems.
    Refused(Box<Problems>),
    /// The caller said so.
    Cancelled,
    /// A file couldn't be read.
    Unreadable(io::Error),
    /// What was handed on couldn't be kept.
    NotKept(E),
}

impl<E> From<io::Error> for Stopped<E> {
    fn from(error: io::Error) -> Self {
        Stopped::Unreadable(error)
    }
}

impl<E: fmt::Display> fmt::Display for Stopped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stopped::Refused(problems) => write!(f, "{problems}"),
            Stopped::Cancelled => f.write_str("cancelled; nothing was imported"),
            Stopped::Unreadable(error) => write!(f, "a file can't be read: {error}"),
            Stopped::NotKept(error) => write!(f, "the import can't be kept: {error}"),
        }
    }
}

/// What takes each command's events, with the book that has them already.
pub type Keep<'k, E> = dyn FnMut(&[Event], &Book) -> Result<(), E> + 'k;

/// Entries between two looks at the caller's progress.
const BETWEEN: usize = 256;

/// Takes all entries of a bundle into a book; each command's events go to `keep`.
pub fn import<E>(
    bundle: Bundle<'_>,
    book: &mut Book,
    taking: Taking,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    keep: &mut Keep<'_, E>,
) -> Result<Done, Stopped<E>> {
    let mut bundle = bundle;
    let mut problems = std::mem::take(&mut bundle.problems);
    if bundle.unreadable {
        return Err(Stopped::Refused(problems.sorted()));
    }
    let first_day = bundle.first_day().unwrap_or(taking.today).min(taking.today);
    let mut inputs = Inputs { bundle: &bundle, open: bundle.sources.iter().map(|_| None).collect() };
    let (mut done, mut failed) = (Done::default(), BTreeSet::new());
    let total = bundle.entries.len();
    let mut made = BTreeSet::new();
    for (at, entry) in bundle.entries.iter().enumerate() {
        if at % BETWEEN == 0 && progress(Progress { done: at, total, problems: problems.count() }).is_break()
        {
            return Err(Stopped::Cancelled);
        }
        let source = &bundle.sources[usize::from(entry.source)];
        let composed = inputs.compose(entry, source)?;
        if !composed.problems.is_empty() {
            failed.extend(names(source, &composed.value).map(str::to_lowercase));
            composed.problems.into_iter().for_each(|problem| problems.push(problem));
            continue;
        }
        let mut one = One { source, entry, composed, first_day, taking, made: &mut made };
        match one.decide(book) {
            Ok(Decided::Skipped) => done.skipped += 1,
            Ok(Decided::Events(events, is_new)) => {
                for event in &events {
                    book.apply(event, taking.stamp);
                }
                if problems.is_empty() {
                    keep(&events, book).map_err(Stopped::NotKept)?;
                }
                done.events += events.len() as u64;
                *(if is_new { &mut done.made } else { &mut done.updated }) += 1;
            }
            Err(Wrong { problem, unknown }) => {
                failed.extend(one.names().map(str::to_lowercase));
                match unknown.is_some_and(|name| names_failed(&failed, &name)) {
                    true => problems.follows(),
                    false => problems.push(*problem),
                }
            }
        }
    }
    let _ = progress(Progress { done: total, total, problems: problems.count() });
    if problems.is_empty() { Ok(done) } else { Err(Stopped::Refused(problems.sorted())) }
}

/// Whether a name, or the document of a line `PO-1/2`, belongs to an entry that is wrong itself.
fn names_failed(failed: &BTreeSet<String>, name: &str) -> bool {
    let name = name.to_lowercase();
    failed.contains(&name) || name.rsplit_once('/').is_some_and(|(document, _)| failed.contains(document))
}

struct Inputs<'b, 'f> {
    bundle: &'b Bundle<'f>,
    open: Vec<Option<Cells<Box<dyn Input>>>>,
}

impl Inputs<'_, '_> {
    fn compose(&mut self, entry: &Entry, source: &Source) -> io::Result<Composed> {
        match source {
            Source::Rows(sheet) => self.rows(entry, sheet),
            Source::Lines(file) => {
                let mut input = self.bundle.folder.open(file)?;
                let bytes = json_line(&mut *input, entry.offset)?;
                let text = String::from_utf8_lossy(&bytes);
                let mut composed = Composed { line: entry.line, ..Composed::default() };
                match wire::shown(text.trim()) {
                    Ok(value) => composed.value = value,
                    Err(problem) => {
                        let column = problem.facts.get("column").cloned().unwrap_or_default();
                        let problem = Problem::of(file, problem.message, problem.remedy);
                        composed.problems.push(problem.code("bad-input").line(entry.line).column(column));
                    }
                }
                Ok(composed)
            }
        }
    }

    fn rows(&mut self, entry: &Entry, sheet: &Sheet) -> io::Result<Composed> {
        let slot = &mut self.open[usize::from(entry.source)];
        let cells = match slot {
            Some(cells) => cells,
            None => slot.insert(Cells::new(self.bundle.folder.open(&sheet.file)?)),
        };
        cells.go(entry.offset, entry.line)?;
        let (mut composer, mut record, mut left) = (Composer::new(sheet), Record::default(), entry.rows);
        while left > 0 {
            let read = cells.next(&mut record)?;
            if read != Ok(true) || (!record.is_blank() && record.count() != sheet.heads.len()) {
                let problem =
                    Problem::of(&sheet.file, "The file changed while it was read.", "Import it again.");
                return Ok(Composed { problems: vec![problem.line(entry.line)], ..Composed::default() });
            }
            if record.is_blank() && record.count() == 1 {
                continue;
            }
            left -= 1;
            composer.add(&record);
        }
        Ok(composer.done())
    }
}
