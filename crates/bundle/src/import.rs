//! A bundle into a book: each entry becomes a command, is decided on a fork and applied to it, and what it did is handed back.
//!
//! The caller forks the company's book, keeps what is handed back in staging, and moves it behind the log's end only when
//! nothing was wrong: all or nothing. After something wrong the entries that follow are looked at all the same, so that
//! everything is told at once. Not here: clocks, staging, the log (`company`).

use std::collections::BTreeSet;
use std::io;

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

/// What one entry did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The events, of one command; none if it did nothing or is wrong.
    pub events: Vec<Event>,
    /// The entry's file, and its line.
    pub from: (String, u64),
}

/// An import on its way, entry by entry.
///
/// ```text
/// let mut importer = Importer::new(bundle, taking)?;
/// while let Some(step) = importer.step(&mut fork)? { stage(step.events) }
/// let done = importer.done()?;
/// ```
pub struct Importer<'f> {
    bundle: Bundle<'f>,
    open: Vec<Option<Cells<Box<dyn Input>>>>,
    taking: Taking,
    first_day: Day,
    problems: Problems,
    /// Names of entries that are wrong: who names them is counted only.
    failed: BTreeSet<String>,
    made: BTreeSet<String>,
    done: Done,
    at: usize,
}

impl<'f> Importer<'f> {
    /// Of a bundle that was opened.
    ///
    /// # Errors
    /// What is wrong with it, if a whole file can't be read: then the entries can't be judged.
    pub fn new(bundle: Bundle<'f>, taking: Taking) -> Result<Importer<'f>, Box<Problems>> {
        let mut bundle = bundle;
        let problems = std::mem::take(&mut bundle.problems);
        if bundle.unreadable {
            return Err(problems.sorted());
        }
        let first_day = bundle.first_day().unwrap_or(taking.today).min(taking.today);
        let open = bundle.sources.iter().map(|_| None).collect();
        let (failed, made) = Default::default();
        Ok(Importer { bundle, open, taking, first_day, problems, failed, made, done: Done::default(), at: 0 })
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { done: self.at, total: self.bundle.entries.len(), problems: self.problems.count() }
    }

    /// Takes the next entry into a book; none is the end.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn step(&mut self, book: &mut Book) -> io::Result<Option<Step>> {
        let Some(entry) = self.bundle.entries.get(self.at).copied() else { return Ok(None) };
        self.at += 1;
        let composed = self.compose(&entry)?;
        let source = &self.bundle.sources[usize::from(entry.source)];
        let from = (self.bundle.file(entry.source).to_owned(), entry.line);
        if !composed.problems.is_empty() {
            self.failed.extend(names(source, &composed.value).map(str::to_lowercase));
            composed.problems.into_iter().for_each(|problem| self.problems.push(problem));
            return Ok(Some(Step { events: Vec::new(), from }));
        }
        let (first_day, taking, made) = (self.first_day, self.taking, &mut self.made);
        let mut one = One { source, entry: &entry, composed, first_day, taking, made };
        let events = match one.decide(book) {
            Ok(Decided::Skipped) => {
                self.done.skipped += 1;
                Vec::new()
            }
            Ok(Decided::Events(events, is_new)) => {
                events.iter().for_each(|event| book.apply(event, taking.stamp));
                self.done.events += events.len() as u64;
                *(if is_new { &mut self.done.made } else { &mut self.done.updated }) += 1;
                events
            }
            Err(wrongs) => {
                self.failed.extend(one.names().map(str::to_lowercase));
                let failed = &self.failed;
                let follows =
                    |wrong: &Wrong| wrong.unknown.as_ref().is_some_and(|name| names_failed(failed, name));
                let (following, own): (Vec<Wrong>, Vec<Wrong>) = wrongs.into_iter().partition(follows);
                if !following.is_empty() && own.is_empty() {
                    self.problems.follows();
                }
                own.into_iter().for_each(|wrong| self.problems.push(*wrong.problem));
                Vec::new()
            }
        };
        Ok(Some(Step { events, from }))
    }

    /// What it did.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn done(self) -> Result<Done, Box<Problems>> {
        if self.problems.is_empty() { Ok(self.done) } else { Err(self.problems.sorted()) }
    }

    fn compose(&mut self, entry: &Entry) -> io::Result<Composed> {
        let Importer { bundle, open, .. } = self;
        match &bundle.sources[usize::from(entry.source)] {
            Source::Rows(sheet) => rows(bundle, &mut open[usize::from(entry.source)], entry, sheet),
            Source::Lines(file) => line(bundle, entry, file),
        }
    }
}

fn line(bundle: &Bundle<'_>, entry: &Entry, file: &str) -> io::Result<Composed> {
    let mut input = bundle.folder.open(file)?;
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

fn rows(
    bundle: &Bundle<'_>,
    open: &mut Option<Cells<Box<dyn Input>>>,
    entry: &Entry,
    sheet: &Sheet,
) -> io::Result<Composed> {
    let cells = match open {
        Some(cells) => cells,
        None => open.insert(Cells::new(bundle.folder.open(&sheet.file)?)),
    };
    cells.go(entry.offset, entry.line)?;
    let (mut composer, mut record, mut left) = (Composer::new(sheet), Record::default(), entry.rows);
    while left > 0 {
        let read = cells.next(&mut record)?;
        if read != Ok(true) || (!record.is_blank() && record.count() != sheet.heads.len()) {
            let problem = Problem::of(&sheet.file, "The file changed while it was read.", "Import it again.");
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

/// Whether a name, or the document of a line `PO-1/2`, belongs to an entry that is wrong itself.
fn names_failed(failed: &BTreeSet<String>, name: &str) -> bool {
    let name = name.to_lowercase();
    failed.contains(&name) || name.rsplit_once('/').is_some_and(|(document, _)| failed.contains(document))
}
