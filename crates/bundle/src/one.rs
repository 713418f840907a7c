//! One entry on its way into a book: known already or not, a command, decided; or what is wrong, in its line and column.
//!
//! Not here: the order of entries, what becomes of the events (`import.rs`).

use std::collections::BTreeSet;

use book::{Asking, Book, Code, Command, Day, Event, Record, Refusal};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use serde_json::Value;

use crate::columns::Step;
use crate::compose::Composed;
use crate::import::{Existing, Taking};
use crate::kinds::{Family, Kind, Turn};
use crate::locate::locate;
use crate::problem::Problem;
use crate::scan::{Entry, Source};

pub(crate) enum Decided {
    Skipped,
    /// Events, and whether they make something new.
    Events(Vec<Event>, bool),
}

pub(crate) struct Wrong {
    pub(crate) problem: Box<Problem>,
    /// The name that wasn't found, if that is what is wrong.
    pub(crate) unknown: Option<String>,
}

/// An entry on its way.
pub(crate) struct One<'a> {
    pub(crate) source: &'a Source,
    pub(crate) entry: &'a Entry,
    pub(crate) composed: Composed,
    pub(crate) first_day: Day,
    pub(crate) taking: Taking,
    /// What this import made: it is no entry that was there already.
    pub(crate) made: &'a mut BTreeSet<String>,
}

impl One<'_> {
    fn kind(&self) -> Option<&'static Kind> {
        kind_of(self.source)
    }

    fn file(&self) -> &str {
        match self.source {
            Source::Rows(sheet) => &sheet.file,
            Source::Lines(file) => file,
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        names(self.source, &self.composed.value)
    }

    fn wrong(
        &self,
        line: u64,
        column: Option<String>,
        code: &str,
        message: &str,
        remedy: &str,
    ) -> Box<Problem> {
        let problem = Problem::of(self.file(), message, remedy).code(code).line(line);
        Box::new(match column {
            Some(column) => problem.column(column),
            None => problem,
        })
    }

    pub(crate) fn decide(&mut self, book: &Book) -> Result<Decided, Vec<Wrong>> {
        let asked = self.asked().map_err(|wrong| vec![wrong])?;
        let mut is_new = true;
        if self.taking.existing != Existing::Refuse
            && let Some((field, name)) = self.existing(book)
        {
            if self.taking.existing == Existing::Skip {
                return Ok(Decided::Skipped);
            }
            is_new = false;
            self.field(field, name);
        }
        let command = wire::command(book, self.composed.value.clone()).map_err(|problem| {
            let all = wire::all_unknown(book, self.composed.value.clone());
            let all = if all.is_empty() { vec![problem] } else { all };
            all.iter().map(|problem| self.unread(problem)).collect::<Vec<_>>()
        })?;
        is_new &= !changes(&command);
        let asking = Asking { today: asked, by: self.taking.stamp.by };
        match book.decide(command, asking) {
            Ok(events) if !is_new && events.iter().all(|event| is_so(book, event, &self.composed.value)) => {
                Ok(Decided::Skipped)
            }
            Ok(events) => {
                self.remember();
                Ok(Decided::Events(events, is_new))
            }
            Err(refusal) if self.happened(&refusal) => Ok(Decided::Skipped),
            Err(refusal) => Err(vec![Wrong { problem: self.refused(&refusal), unknown: None }]),
        }
    }

    /// The day on which it is asked: as it says, else its own, else the bundle's first; never after today.
    fn asked(&self) -> Result<Day, Wrong> {
        let Some(text) = &self.composed.asked else {
            let own =
                self.entry.day().filter(|_| self.kind().is_some_and(|kind| kind.turn == Turn::OnItsDay));
            let early = self.kind().is_some_and(|kind| kind.family == Family::Record);
            let day = own.unwrap_or(if early { self.first_day } else { self.taking.today });
            return Ok(day.min(self.taking.today));
        };
        text.parse().map_err(|error: book::NotADay| {
            let column = Some(crate::kinds::ASKED.to_owned());
            let message = format!("{error}.");
            let problem = self.wrong(self.composed.line, column, "bad-input", &message, "Correct the day.");
            Wrong { problem, unknown: None }
        })
    }

    /// What the company has of this entry already: the field that says so, and what stands in it.
    fn existing(&self, book: &Book) -> Option<(&'static str, String)> {
        let kind = self.kind()?;
        let (field, names) = match kind.family {
            Family::Record => ("id", kind.name.as_str()),
            Family::Document => ("document", "document"),
            Family::Other => return None,
        };
        if self.inside(field).is_some() {
            return None;
        }
        if self.names().any(|name| self.made.contains(&made_name(kind, name))) {
            return None;
        }
        let external =
            self.inside("external").and_then(|external| book.find_external(&words(kind), external));
        let own = || {
            let name = self.names().next()?;
            match kind.family {
                Family::Document => wire::id(book, names, &format!("{}/{name}", kind.name)),
                _ => wire::id(book, names, name),
            }
        };
        let id = external.or_else(own)?;
        wire::name(book, names, id).map(|name| (field, name))
    }

    fn remember(&mut self) {
        if self.taking.existing != Existing::Refuse
            && let Some(kind) = self.kind()
        {
            let names: Vec<String> = self.names().map(|name| made_name(kind, name)).collect();
            self.made.extend(names);
        }
    }

    fn inside(&self, field: &str) -> Option<&str> {
        let (_, inner) = self.composed.value.as_object()?.iter().next()?;
        inner.get(field)?.as_str()
    }

    fn field(&mut self, field: &str, text: String) {
        if let Some((_, Value::Object(inner))) =
            self.composed.value.as_object_mut().and_then(|all| all.iter_mut().next())
        {
            inner.insert(field.to_owned(), Value::from(text));
        }
    }

    /// Whether a refusal says that what isn't a record or document has happened already.
    fn happened(&self, refusal: &Refusal) -> bool {
        let other = self.kind().is_some_and(|kind| kind.family == Family::Other);
        other && self.taking.existing != Existing::Refuse && refusal.code() == Code::DocumentState
    }

    fn unread(&self, problem: &wire::Problem) -> Wrong {
        let path = problem.facts.get("path").map_or("", String::as_str);
        let missing = problem.message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let path = match missing {
            Some(field) if path.is_empty() => field.to_owned(),
            Some(field) => format!("{path}.{field}"),
            None => path.to_owned(),
        };
        let (line, column) = match self.kind() {
            Some(kind) => locate(kind, &self.composed, &path),
            None => (self.composed.line, Some(path)),
        };
        let message = match missing {
            Some(_) => "Nothing stands here, and something must.".to_owned(),
            None => {
                problem.message.split(" (save").next().unwrap_or_default().trim_end_matches('.').to_owned()
                    + "."
            }
        };
        let remedy = if missing.is_some() { "Fill it in." } else { problem.remedy.as_str() };
        let unknown = problem.facts.get("value").cloned();
        Wrong { problem: self.wrong(line, column, &problem.code, &message, remedy), unknown }
    }

    /// A refusal names lines by number and fields by name; they lead to the row and the column.
    fn refused(&self, refusal: &Refusal) -> Box<Problem> {
        let fact =
            |name: &str| refusal.facts().iter().find(|fact| fact.0 == name).map(|fact| fact.1.as_str());
        let at =
            fact("line").and_then(|line| line.parse::<usize>().ok()).and_then(|line| line.checked_sub(1));
        let line = at.and_then(|at| self.composed.elements.iter().find_map(|list| list.1.get(at).copied()));
        let field = fact("field").map(|field| field.replace(' ', "_"));
        let column = field.and_then(|field| {
            let columns = &self.kind()?.columns;
            let named = columns.iter().find(|column| column.name.rsplit('.').next() == Some(field.as_str()));
            named.map(|column| column.name.clone())
        });
        let line = line.unwrap_or(self.composed.line);
        self.wrong(line, column, refusal.code().id(), &refusal.message(), &refusal.remedy())
    }
}

fn kind_of(source: &Source) -> Option<&'static Kind> {
    match source {
        Source::Rows(sheet) => Some(sheet.kind),
        Source::Lines(_) => None,
    }
}

/// The code or number of an entry, and its external id.
pub(crate) fn names<'v>(source: &Source, value: &'v Value) -> impl Iterator<Item = &'v str> + use<'v> {
    let columns =
        kind_of(source).into_iter().flat_map(|kind| kind.known_by.iter().map(|at| &kind.columns[*at]));
    columns.filter_map(move |column| {
        let found = column.path.iter().try_fold(value, |value, step| match step {
            Step::Field(name) => value.get(name),
            Step::Each | Step::Place(..) => None,
        });
        found?.as_str()
    })
}

fn made_name(kind: &Kind, name: &str) -> String {
    format!("{}:{}", kind.name, name.to_lowercase())
}

/// What the book calls a kind where it keeps external ids.
fn words(kind: &Kind) -> String {
    let name: StrDeserializer<'_, serde::de::value::Error> = kind.name.as_str().into_deserializer();
    match book::Kind::deserialize(name) {
        Ok(document) => document.words().to_owned(),
        Err(_) => kind.name.replace('_', " "),
    }
}

/// Whether a command changes what it names.
fn changes(command: &Command) -> bool {
    matches!(command, Command::Save { document: Some(_), .. } | Command::SaveRecord { id: Some(_), .. })
}

/// Whether the book says already what an event would make it say. Lots count only on lines where the entry names some.
fn is_so(book: &Book, event: &Event, asked: &Value) -> bool {
    match event {
        Event::RecordSaved { id, record, .. } => is_recorded(book, *id, record),
        Event::Saved { document, number, content, .. } => book.document(*document).is_some_and(|known| {
            let shown = |content: Option<&book::Content>| serde_json::to_value(content).unwrap_or_default();
            let kept = book.content_with_lots(*document);
            let same = known.content() == content
                || says_the_same(&shown(kept.as_ref()), &shown(Some(content)), &asked["save"]["content"]);
            known.number() == &**number && same
        }),
        _ => false,
    }
}

/// The field of a line that names lots.
const TAKINGS: &str = "takings";

/// Whether two contents are equal, but for lots where what was asked leaves them to the book.
fn says_the_same(known: &Value, now: &Value, asked: &Value) -> bool {
    match (known, now) {
        (Value::Object(known), Value::Object(now)) => known.keys().chain(now.keys()).all(|name| {
            let field = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
            match name == TAKINGS {
                true => asked.get(name).is_none() || by_lot(field(known)) == by_lot(field(now)),
                false => says_the_same(&field(known), &field(now), &asked[name]),
            }
        }),
        (Value::Array(known), Value::Array(now)) => {
            known.len() == now.len()
                && known.iter().zip(now).enumerate().all(|(at, (known, now))| {
                    says_the_same(known, now, asked.get(at).unwrap_or(&Value::Null))
                })
        }
        _ => known == now,
    }
}

/// In whatever order lots are named, they are the same.
fn by_lot(mut takings: Value) -> Value {
    if let Value::Array(all) = &mut takings {
        all.sort_by_key(|taking| taking["lot"].as_u64());
    }
    takings
}

macro_rules! recorded {
    ($book:ident $id:ident $record:ident: $($kind:ident $table:ident)*) => {
        match $record {
            $(Record::$kind(record) => $book.$table().row($id).is_some_and(|row| *row.record == *record)),*
        }
    };
}

fn is_recorded(book: &Book, id: u32, record: &Record) -> bool {
    recorded! { book id record:
        Unit units
        Category categories
        Item items
        Site sites
        Warehouse warehouses
        Party parties
        TrackingCategory tracking_categories
        TrackingOption tracking_options
        Reason reasons
        Channel channels
        ApprovalRule approval_rules
        Workstation workstations
        BillOfMaterials bills_of_materials
        Routing routings
    }
}
