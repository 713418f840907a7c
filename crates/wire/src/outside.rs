//! Commands as people and programs write them, and answers as they read them.
//!
//! In: malformed JSON is told with line and column; then one walk turns codes into ids, and the typed reading that follows
//! names the place of whatever it doesn't like. Out: the same walk backwards.

use std::cell::RefCell;
use std::sync::LazyLock;

use money::{Amount, Currency};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use book::{Book, Change, Command, DocumentId, Event, LineRef, LotId, Preview, Refusal};

use crate::names::{NAMES, find_line};
use crate::problem::{Path, Problem};
use crate::schema::{Contract, inside};
use crate::shape::{Found, Shape, Translate};

static COMMAND: LazyLock<Shape> = LazyLock::new(|| Shape::of(inside::<Command>(Contract::Read).as_value()));
static EVENT: LazyLock<Shape> = LazyLock::new(|| Shape::of(inside::<Event>(Contract::Written).as_value()));
static WOULD: LazyLock<Shape> = LazyLock::new(|| Shape::of(inside::<Would>(Contract::Written).as_value()));

/// A command from JSON text that names things by codes and numbers.
pub fn command(book: &Book, value: Value) -> Result<Command, Problem> {
    if value.as_object().is_none_or(|fields| fields.len() != 1) {
        let message =
            "A command is an object with one field: its name, as {\"archive\": {\"item\": \"JAM\"}}.";
        return Err(Problem::new("bad-input", message, "`millbook schema commands` names them all."));
    }
    read(book, &COMMAND, value)
}

/// The lot of a name: `R-1/2`, the lot that line 2 of R-1 brought.
pub fn lot(book: &Book, name: &str) -> Result<LotId, Problem> {
    let remedy = "Name it by the document and line that brought it: R-1/1.";
    let found = crate::names::find_lot(book, name).map(LotId::new);
    found.ok_or_else(|| Problem::new("unknown", format!("There is no lot {name}."), remedy))
}

/// An event as people see it: `{"saved": {…}}` with codes.
pub fn event_shown(book: &Book, event: &Event) -> Value {
    written(book, &EVENT, event)
}

/// What a command would do, as people see it: accounts by day, lots' values, documents' costs, how far it reaches.
pub fn preview_shown(preview: &Preview) -> Value {
    let lots =
        preview.lots.iter().map(|(lot, before, after)| Worth { lot: *lot, before: *before, after: *after });
    let documents = preview.documents.iter();
    let documents = documents.map(|(document, before, after)| Cost {
        document: *document,
        before: *before,
        after: *after,
    });
    let would = Would {
        accounts: preview.changes.clone(),
        lots: lots.collect(),
        documents: documents.collect(),
        recomputed: preview.recomputed,
    };
    written(&preview.book, &WOULD, &would)
}

/// What a command would do.
#[derive(Serialize, JsonSchema)]
struct Would {
    accounts: Vec<Change>,
    lots: Vec<Worth>,
    documents: Vec<Cost>,
    recomputed: u64,
}

/// What is left of a lot is worth.
#[derive(Serialize, JsonSchema)]
struct Worth {
    lot: LotId,
    before: Amount,
    after: Amount,
}

/// What a document took cost.
#[derive(Serialize, JsonSchema)]
struct Cost {
    document: DocumentId,
    before: Amount,
    after: Amount,
}

/// A refusal of the book in the shape of a problem.
pub fn refused(refusal: &Refusal) -> Problem {
    let problem = Problem::new(refusal.code().id(), refusal.message(), refusal.remedy());
    refusal.facts().iter().fold(problem, |problem, (name, value)| problem.with(name, value))
}

/// JSON text as a value; the error names line and column.
pub fn shown(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let why = message.split(" at line ").next().unwrap_or_default();
        let message = format!("This is not JSON: {why} at line {}, column {}.", error.line(), error.column());
        let remedy = "Correct the text there; `millbook schema commands` shows what can be written.";
        Problem::new("bad-input", message, remedy).with("line", error.line()).with("column", error.column())
    })
}

/// Every name that a command's book doesn't know, and every amount that is none, each with its place: what `command` says
/// of the first of them.
pub fn all_unknown(book: &Book, mut value: Value) -> Vec<Problem> {
    let found = Collecting(Inward(book), RefCell::default());
    COMMAND.walk(&mut value, &found).ok(); // it collects, and goes on
    found.1.into_inner()
}

pub(crate) fn read<T: DeserializeOwned>(book: &Book, shape: &Shape, mut value: Value) -> Result<T, Problem> {
    shape.walk(&mut value, &Inward(book))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let why = error.into_inner().to_string();
        let place = if path.is_empty() { String::new() } else { format!(" ({path})") };
        let remedy = "Correct the field; `millbook schema` shows what it may be.";
        Problem::new("bad-input", format!("{why}{place}."), remedy).with("path", path)
    })
}

pub(crate) fn written(book: &Book, shape: &Shape, answer: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(answer).unwrap_or_else(|_| unreachable!("answers have text keys"));
    // Writing never fails: what has no name keeps its number.
    let _ = shape.walk(&mut value, &Outward(book));
    value
}

struct Inward<'a>(&'a Book);

/// Collects what is wrong and goes on.
struct Collecting<'a>(Inward<'a>, RefCell<Vec<Problem>>);

impl Translate for Collecting<'_> {
    fn translate(&self, found: Found<'_>, value: &Value, path: &Path<'_>) -> Result<Option<Value>, Problem> {
        let Collecting(inward, problems) = self;
        inward.translate(found, value, path).or_else(|problem| {
            problems.borrow_mut().push(problem);
            Ok(None)
        })
    }
}

impl Translate for Inward<'_> {
    fn translate(&self, found: Found<'_>, value: &Value, path: &Path<'_>) -> Result<Option<Value>, Problem> {
        let Inward(book) = self;
        let text = value.as_str();
        match (found, text) {
            (Found::Line, Some(text)) => match find_line(book, text) {
                Some(LineRef { document, line }) => {
                    Ok(Some(json!({ "document": document.number(), "line": line })))
                }
                None => Err(unknown(path, "line of a document", text, "as \"PO-1/1\"")),
            },
            // A line given as an object, or as nothing that the typed reading will take.
            (Found::Line, None) => Ok(None),
            (Found::Amount, Some(text)) => match Amount::parse(text, book.base()) {
                Ok(amount) => Ok(Some(json!(amount.minor()))),
                Err(error) => Err(Problem::at(path, error.to_string(), "Correct the amount.")),
            },
            (Found::Amount, None) => {
                let example = Amount::from_minor(1_250).display(book.base());
                Err(Problem::at(path, "An amount is text", &format!("Write it as \"{example}\".")))
            }
            (Found::Place, _) => match value.as_u64().filter(|line| (1..=65_536).contains(line)) {
                Some(line) => Ok(Some(json!(line - 1))),
                None => Err(Problem::at(path, format!("{value} is no line"), "Lines count from 1.")),
            },
            (Found::Name(kind), text) => {
                let row = NAMES.iter().find(|row| row.0 == kind);
                let (words, find) = row.map_or((kind, None), |row| (row.1, Some(row.2)));
                let Some(text) = text else {
                    let remedy = "Write its code or number as text.";
                    return Err(Problem::at(path, format!("{value} is no {words}"), remedy));
                };
                match find.and_then(|find| find(book, text)) {
                    Some(id) => Ok(Some(json!(id))),
                    None => Err(unknown(path, words, text, "by its code or number")),
                }
            }
        }
    }
}

fn unknown(path: &Path<'_>, words: &str, text: &str, how: &str) -> Problem {
    let shown: String = text.chars().take(100).collect();
    let remedy = format!("Name an existing {words} {how}; codes of another company don't work.");
    Problem::at(path, format!("There is no {words} \"{shown}\""), &remedy)
        .with("kind", words)
        .with("value", shown)
}

struct Outward<'a>(&'a Book);

impl Outward<'_> {
    fn line(&self, value: &Value) -> Option<Value> {
        // Its fields were translated before: put together again.
        let (document, line) = (value.get("document")?.as_str()?, value.get("line")?.as_u64()?);
        Some(json!(format!("{document}/{line}")))
    }

    fn name(&self, kind: &str, id: u32) -> Option<Value> {
        let row = NAMES.iter().find(|row| row.0 == kind)?;
        (row.3)(self.0, id).map(Value::from)
    }

    fn amount(minor: i64, base: Currency) -> Value {
        Amount::from_minor(minor).display(base).to_string().into()
    }
}

impl Translate for Outward<'_> {
    fn translate(&self, found: Found<'_>, value: &Value, _: &Path<'_>) -> Result<Option<Value>, Problem> {
        let id = || u32::try_from(value.as_u64()?).ok();
        Ok(match found {
            Found::Line => self.line(value),
            Found::Amount => value.as_i64().map(|minor| Outward::amount(minor, self.0.base())),
            Found::Place => value.as_u64().map(|place| json!(place + 1)),
            Found::Name(kind) => id().and_then(|id| self.name(kind, id)),
        })
    }
}
