//! A company's log as a bundle: every event becomes the command that would make it again, in the order of the log.
//!
//! Each entry carries its place (`entry`) and the day it was asked (`asked`), and each choice that was made (lots, rates),
//! so an import into a new company takes the same steps and comes to the same books, to the cent; versions that were
//! replaced come along. Who recorded it and when doesn't.
//! Not here: reading the log, files (`company`, `millbook`).

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use book::{Asking, Book, Command, Day, DocumentId, Event, Life, Stamp};
use serde_json::{Value, json};

use crate::columns::{Column, Step};
use crate::kinds::{ASKED, ENTRY, Kind, find};

/// Which command makes which event.
const COMMANDS: &[(&str, &str)] = &[
    ("saved", "save"),
    ("record_saved", "save_record"),
    ("archived", "archive"),
    ("restored", "restore"),
    ("noted", "note"),
    ("rate_saved", "save_rate"),
    ("series_saved", "save_series"),
    ("withdrawn", "withdraw"),
    ("line_closed", "close_line"),
    ("line_reopened", "reopen_line"),
    ("settings_saved", "save_settings"),
    ("books_closed", "close_books"),
    ("attached", "attach"),
    ("detached", "detach"),
];

/// What can't be exported.
#[derive(Debug)]
pub enum NotExported {
    /// A file can't be written.
    File(io::Error),
    /// An event that no command of a bundle makes.
    Event(String),
}

impl fmt::Display for NotExported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotExported::File(error) => write!(f, "the bundle can't be written: {error}"),
            NotExported::Event(event) => {
                write!(f, "the event `{event}` has no place in a bundle; a newer program may have one for it")
            }
        }
    }
}

impl std::error::Error for NotExported {}

impl From<io::Error> for NotExported {
    fn from(error: io::Error) -> Self {
        NotExported::File(error)
    }
}

impl From<csv::Error> for NotExported {
    fn from(error: csv::Error) -> Self {
        NotExported::File(error.into())
    }
}

/// Makes a file by its name.
pub type Open<'w> = dyn FnMut(&str) -> io::Result<Box<dyn Write>> + 'w;

/// Writes a bundle, event by event.
pub struct Exporter<'w> {
    open: &'w mut Open<'w>,
    files: BTreeMap<&'static str, csv::Writer<Box<dyn Write>>>,
    entries: u64,
}

impl<'w> Exporter<'w> {
    /// Into files that are made when they are needed.
    pub fn new(open: &'w mut Open<'w>) -> Exporter<'w> {
        Exporter { open, files: BTreeMap::new(), entries: 0 }
    }

    /// An event, and the book as it was before it.
    pub fn add(&mut self, before: &Book, event: &Event, stamp: Stamp) -> Result<(), NotExported> {
        // The company that it comes into has begun. Approvals are of persons, who stay with the log.
        if matches!(
            event,
            Event::Opened { .. } | Event::Submitted(_) | Event::Approved { .. } | Event::Rejected { .. }
        ) {
            return Ok(());
        }
        if matches!(event, Event::Submitted(_) | Event::Approved { .. } | Event::Rejected { .. }) {
            return Ok(()); // who said yes or no is not for one person to repeat; there it is approved anew
        }
        let asked = Day::from_number(i32::try_from(stamp.at.div_euclid(86_400)).unwrap_or(0));
        if let Event::Saved { document, .. } = event
            && before.document(*document).is_some_and(|known| known.life() != Life::Live)
        {
            let name = wire::name(before, "document", document.number()).unwrap_or_default();
            self.entry(&json!({ "reinstate": name }), &asked.to_string())?;
            // What it chooses anew is nearly always what it chose then.
            let asking = Asking { today: asked, by: stamp.by };
            if before.decide(Command::Reinstate(*document), asking).is_ok_and(|all| all == [event.clone()]) {
                return Ok(());
            }
        }
        let asked = match event {
            Event::RecordSaved { from, .. } => *from,
            _ => asked,
        };
        let command = command(before, event)?;
        self.entry(&command, &asked.to_string())
    }

    /// Finishes all files; how many entries were written.
    pub fn finish(self) -> Result<u64, NotExported> {
        for (_, mut file) in self.files {
            file.flush()?;
        }
        Ok(self.entries)
    }

    fn entry(&mut self, command: &Value, asked: &str) -> Result<(), NotExported> {
        let unknown = || NotExported::Event(names(command).join("."));
        let kind = kind_of(command).ok_or_else(unknown)?;
        let cells = lay(kind, command);
        let kept: usize = cells.iter().flatten().filter(|cell| !cell.is_empty()).count();
        if kept != leaves(command) {
            return Err(unknown());
        }
        self.entries += 1;
        let file = match self.files.entry(&kind.name) {
            std::collections::btree_map::Entry::Occupied(file) => file.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let mut file = csv::Writer::from_writer((self.open)(&kind.file())?);
                let columns = kind.columns.iter().map(|column| column.name.as_str());
                file.write_record([ENTRY, ASKED].into_iter().chain(columns))?;
                place.insert(file)
            }
        };
        for (row, cells) in cells.iter().enumerate() {
            let (entry, asked) =
                if row == 0 { (self.entries.to_string(), asked) } else { (String::new(), "") };
            file.write_record([entry.as_str(), asked].into_iter().chain(cells.iter().map(String::as_str)))?;
        }
        Ok(())
    }
}

/// The command that makes an event.
fn command(before: &Book, event: &Event) -> Result<Value, NotExported> {
    let shown = wire::event_shown(before, event);
    let unknown = |name: &str| NotExported::Event(name.to_owned());
    let Value::Object(shown) = shown else { return Err(unknown("")) };
    let Some((name, mut body)) = shown.into_iter().next() else { return Err(unknown("")) };
    let row = COMMANDS.iter().find(|row| row.0 == name).ok_or_else(|| unknown(&name))?;
    if let Value::Object(body) = &mut body {
        // A number instead of a name: the event itself makes it.
        for own in ["id", "document"] {
            if body.get(own).is_some_and(Value::is_number) {
                body.remove(own);
            }
        }
        if row.1 == "save_record" {
            body.remove("from");
        }
    }
    if let Event::Saved { document, .. } = event
        && let Some(document) = existing(before, *document)
    {
        body["document"] = json!(document);
    }
    Ok(json!({ row.1: body }))
}

fn existing(before: &Book, document: DocumentId) -> Option<String> {
    before.document(document)?;
    wire::name(before, "document", document.number())
}

/// The names on the way to what makes a kind: `save`, `content`, `receipt`.
fn names(command: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    let Some((name, body)) = command.as_object().and_then(|all| all.iter().next()) else { return names };
    names.push(name.as_str());
    let field = match name.as_str() {
        "save" => "content",
        "save_record" => "record",
        _ => return names,
    };
    names.extend(
        body.get(field).and_then(Value::as_object).and_then(|all| all.keys().next()).map(String::as_str),
    );
    names
}

fn kind_of(command: &Value) -> Option<&'static Kind> {
    find(names(command).last()?)
}

/// How many values a command has that a cell must hold.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::String(text) => usize::from(!text.is_empty()),
        Value::Array(all) => {
            // Nothing, as an element of a list of optional values, is written too.
            let nothing = if all.iter().any(|one| one.is_string()) {
                all.iter().filter(|one| one.is_null()).count()
            } else {
                0
            };
            nothing + all.iter().map(leaves).sum::<usize>()
        }
        Value::Object(all) => all.values().map(leaves).sum(),
        Value::Bool(_) | Value::Number(_) => 1,
    }
}

/// The rows of an entry.
fn lay(kind: &Kind, command: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    level(kind, &[], command, 0, &mut rows);
    rows
}

/// Writes what stands at a level, from a row on; answers how many rows it took.
fn level(kind: &Kind, steps: &[Step], value: &Value, row: usize, rows: &mut Vec<Vec<String>>) -> usize {
    if rows.len() <= row {
        rows.resize_with(row + 1, || vec![String::new(); kind.columns.len()]);
    }
    let mut lists: Vec<&[Step]> = Vec::new();
    for (at, column) in kind.columns.iter().enumerate() {
        let element = column.element();
        if element == steps {
            rows[row][at] = text(column, inside(value, &column.path[steps.len()..]), steps);
        } else if let Some(list) = inner_list(column, steps).filter(|list| !lists.contains(list)) {
            lists.push(list);
        }
    }
    let mut used = 1;
    for list in lists {
        let elements = inside(value, &list[steps.len()..list.len() - 1]).and_then(Value::as_array);
        let mut at = row;
        for element in elements.into_iter().flatten() {
            at += level(kind, list, element, at, rows);
        }
        used = used.max(at - row);
    }
    used
}

/// The steps to the elements of the first list inside a level that a column lies in.
fn inner_list<'c>(column: &'c Column, steps: &[Step]) -> Option<&'c [Step]> {
    let rest = column.path.strip_prefix(steps)?;
    let each = rest.iter().position(|step| *step == Step::Each)?;
    Some(&column.path[..=steps.len() + each])
}

fn inside<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Place(at, _) => value.get(at),
        Step::Each => None,
    })
}

fn text(column: &Column, value: Option<&Value>, steps: &[Step]) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) if !steps.is_empty() && column.path == steps => crate::compose::NOTHING.to_owned(),
        None | Some(Value::Null | Value::Object(_) | Value::Array(_)) => String::new(),
        Some(other) => other.to_string(),
    }
}
