//! The columns of a kind's file: the fields of its JSON, flattened. `terms.party` is a field of a field, `lines.item` a
//! field of each line; `tracking.2` is the second of two.
//!
//! They are read off the schema of commands, so a field that the book learns tomorrow is a column tomorrow.
//! Not here: how rows become JSON (`compose.rs`), which kinds there are (`kinds.rs`).

use serde_json::Value;

/// A step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of an object.
    Field(String),
    /// The element that a row is about.
    Each,
    /// An element of a list of fixed length: place, length.
    Place(usize, usize),
}

/// How a cell stands in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// As text: codes, quantities, amounts, days, words.
    Text,
    /// As a whole number.
    Whole,
    /// As true or false.
    Flag,
}

/// What a cell's text must look like, as far as that can be said without a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Anything.
    Any,
    /// A day of the calendar.
    Day,
    /// A number: digits, a point, a sign, a stroke in a factor.
    Number,
    /// One of these words.
    Words(Vec<String>),
}

/// A column that a kind's file may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `lines.item`
    pub name: String,
    /// From the command to the value.
    pub path: Vec<Step>,
    /// Its JSON.
    pub leaf: Leaf,
    /// What its text must look like.
    pub look: Look,
    /// What may stand there: `code of an item`, `day`, or the words to choose from.
    pub holds: String,
    /// What it says, from the book's own description.
    pub says: String,
    /// Whether it must be there: wherever another column begins with the same so many steps; none is never.
    pub needed_from: Option<usize>,
}

impl Column {
    /// How many lists it lies in.
    pub fn depth(&self) -> usize {
        self.path.iter().filter(|step| **step == Step::Each).count()
    }

    /// The steps to the element of its innermost list.
    pub fn element(&self) -> &[Step] {
        let inner = self.path.iter().rposition(|step| *step == Step::Each);
        inner.map_or(&[], |inner| &self.path[..=inner])
    }
}

/// Reads columns off a schema.
pub(crate) struct Reader<'a> {
    root: &'a Value,
    columns: Vec<Column>,
}

/// Where the reader stands.
#[derive(Clone)]
struct At {
    path: Vec<Step>,
    says: String,
    /// The steps of the innermost thing that may be left out.
    optional: Option<usize>,
    needed: bool,
}

impl<'a> Reader<'a> {
    /// The columns of a schema that stands under these fields of a command.
    pub(crate) fn columns(root: &'a Value, schema: &Value, under: &[&str]) -> Vec<Column> {
        let path: Vec<Step> = under.iter().map(|field| Step::Field((*field).to_owned())).collect();
        let mut reader = Reader { root, columns: Vec::new() };
        let says = words_of(schema);
        reader.read(schema, At { path, says, optional: None, needed: true });
        let name = |column: &mut Column| {
            let steps = &column.path[under.len()..];
            let names = steps.iter().filter_map(|step| match step {
                Step::Field(name) => Some(name.clone()),
                Step::Each => None,
                Step::Place(at, _) => Some((at + 1).to_string()),
            });
            column.name = names.collect::<Vec<_>>().join(".");
            if column.name.is_empty() {
                column.name = column.holds.rsplit(' ').next().unwrap_or("value").to_owned();
            }
        };
        reader.columns.iter_mut().for_each(name);
        reader.columns
    }

    fn read(&mut self, schema: &Value, mut at: At) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if reference.ends_with("/LineRef") {
                self.leaf(at, Leaf::Text, "line of a document, as PO-1/1".into());
            } else if let Some(target) = self.root.pointer(reference.trim_start_matches('#')) {
                self.read(target, at);
            }
            return;
        }
        for group in ["oneOf", "anyOf", "allOf"] {
            if let Some(alternatives) = schema.get(group).and_then(Value::as_array) {
                return self.alternatives(alternatives, at);
            }
        }
        let kind = schema.get("type");
        let is = |name: &str| match kind {
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == name),
            Some(kind) => kind == name,
            None => false,
        };
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let required = |name: &str| {
                let all = schema.get("required").and_then(Value::as_array);
                all.is_some_and(|all| all.iter().any(|one| one == name))
            };
            for (name, inner) in properties {
                let mut inside = at.clone();
                inside.path.push(Step::Field(name.clone()));
                inside.says = words_of(inner);
                inside.needed = required(name);
                if !inside.needed {
                    inside.optional = Some(inside.path.len());
                }
                self.read(inner, inside);
            }
        } else if is("array") {
            self.list(schema, at);
        } else if let Some(words) = words(schema) {
            self.choice(at, words);
        } else if is("boolean") {
            self.leaf(at, Leaf::Flag, "true, false".into());
        } else if is("integer") {
            self.leaf(at, Leaf::Whole, "whole number".into());
        } else if is("string") {
            let holds = holds(schema);
            self.leaf(at, Leaf::Text, holds);
        } else {
            at.path.clear();
        }
    }

    fn list(&mut self, schema: &Value, at: At) {
        let number =
            |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let fixed: Vec<&Value> =
            match (schema.get("prefixItems").and_then(Value::as_array), schema.get("items")) {
                (Some(all), _) => all.iter().collect(),
                (None, Some(items)) => match (number("minItems"), number("maxItems")) {
                    (Some(least), Some(most)) if least == most => vec![items; least],
                    _ => {
                        let mut inside = at;
                        inside.path.push(Step::Each);
                        return self.read(items, inside);
                    }
                },
                (None, None) => Vec::new(),
            };
        for (place, items) in fixed.iter().enumerate() {
            let mut inside = at.clone();
            inside.path.push(Step::Place(place, fixed.len()));
            inside.needed = false;
            self.read(items, inside);
        }
    }

    /// An option, an enum of words, or an enum whose names lead to what is inside.
    fn alternatives(&mut self, alternatives: &[Value], at: At) {
        let some: Vec<&Value> =
            alternatives.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null")).collect();
        if let [one] = some[..] {
            return self.read(one, at);
        }
        let chosen: Vec<String> = some.iter().filter_map(|one| words(one)).flatten().collect();
        let (mut inside, mut plain) = (at.clone(), at);
        // Which alternative it is, is a choice: none of its columns is needed unless another of the same is there.
        inside.optional = Some(inside.path.len() + 1);
        plain.needed &= chosen.len() == some.len() || some.iter().all(|one| words(one).is_some());
        if !chosen.is_empty() {
            self.choice(plain, chosen);
        }
        for one in some.iter().filter(|one| words(one).is_none()) {
            self.read(one, inside.clone());
        }
    }

    fn leaf(&mut self, at: At, leaf: Leaf, holds: String) {
        let At { path, says, optional, needed } = at;
        let needed_from = needed.then_some(optional.unwrap_or(0)).filter(|from| *from < path.len());
        let look = match (holds.as_str(), leaf) {
            ("day", _) => Look::Day,
            ("number", _) => Look::Number,
            _ => Look::Any,
        };
        self.columns.push(Column { name: String::new(), path, leaf, look, holds, says, needed_from });
    }

    /// A word to choose.
    fn choice(&mut self, at: At, words: Vec<String>) {
        self.leaf(at, Leaf::Text, words.join(", "));
        if let Some(column) = self.columns.last_mut() {
            column.look = Look::Words(words);
        }
    }
}

fn words(schema: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match (schema.get("const"), schema.get("enum")) {
        (Some(one), _) => Some(vec![text(one)?]),
        (None, Some(Value::Array(all))) => Some(all.iter().filter_map(text).collect()),
        _ => None,
    }
}

fn words_of(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds(schema: &Value) -> String {
    match (schema.get("x-names").and_then(Value::as_str), schema.get("format").and_then(Value::as_str)) {
        (Some("amount"), _) => "amount".into(),
        (Some("document"), _) => "number of a document".into(),
        (Some("lot"), _) => "line that brought the lot".into(),
        (Some(kind), _) => format!("code of {kind}"),
        (None, Some("date")) => "day".into(),
        (None, _) => match schema.get("pattern").and_then(Value::as_str) {
            Some("^[A-Z]{3}$") => "currency".into(),
            Some(_) => "number".into(),
            None => "text".into(),
        },
    }
}
