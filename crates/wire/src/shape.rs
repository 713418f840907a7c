//! What a schema says about codes, as a small tree: at which places of a JSON value an id, an amount or a line's place
//! stands. One tree a type serves both directions.
//!
//! Alternatives are laid over each other: an enum's value is an object with one field, its name, so no two alternatives
//! have the same field. `Translate` says what to do with what is found.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::problem::{Path, Problem};

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// The id of a thing of a kind: `item`, `document`, `lot`.
    Name(&'a str),
    /// An amount in base currency.
    Amount,
    /// A line's place, from 0 inside and from 1 outside.
    Place,
    /// A document's line as one: `PO-1/1`.
    Line,
}

/// What to do with a value at a place; `None` leaves it as it is.
pub(crate) trait Translate {
    fn translate(&self, found: Found<'_>, value: &Value, path: &Path<'_>) -> Result<Option<Value>, Problem>;
}

/// A node of the tree.
#[derive(Clone, Debug, Default)]
struct Node {
    name: Option<String>,
    place: bool,
    line: bool,
    fields: BTreeMap<String, usize>,
    /// Every other field: a map's values.
    others: Option<usize>,
    items: Option<usize>,
    /// A tuple's elements.
    elements: Vec<usize>,
}

/// The tree of a type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape(Vec<Node>);

impl Shape {
    /// The tree of a schema as `schema::inside` gives it.
    pub(crate) fn of(schema: &Value) -> Shape {
        let mut shape = Shape::default();
        let mut known = BTreeMap::new();
        let root = shape.node();
        shape.add(root, schema, schema, &mut known);
        shape
    }

    fn node(&mut self) -> usize {
        self.0.push(Node::default());
        self.0.len() - 1
    }

    /// Lays what a schema says over a node.
    fn add(&mut self, at: usize, schema: &Value, root: &Value, known: &mut BTreeMap<String, usize>) {
        if let Some(name) = schema.get("x-names").and_then(Value::as_str) {
            self.0[at].name = Some(name.to_owned());
        }
        self.0[at].place |= schema.get("format").is_some_and(|format| format == "uint16");
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            self.0[at].line |= reference.ends_with("/LineRef");
            if let Some(target) = root.pointer(reference.trim_start_matches('#')) {
                self.add(at, target, root, known);
            }
        }
        for group in ["oneOf", "anyOf", "allOf"] {
            for alternative in schema.get(group).and_then(Value::as_array).into_iter().flatten() {
                self.add(at, alternative, root, known);
            }
        }
        for (field, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let child = match self.0[at].fields.get(field) {
                Some(child) => *child,
                None => self.child(inner, root, known),
            };
            self.0[at].fields.insert(field.clone(), child);
        }
        if let Some(inner) = schema.get("additionalProperties").filter(|inner| inner.is_object()) {
            self.0[at].others = Some(self.child(inner, root, known));
        }
        if let Some(inner) = schema.get("items").filter(|inner| inner.is_object()) {
            self.0[at].items = Some(self.child(inner, root, known));
        }
        for inner in schema.get("prefixItems").and_then(Value::as_array).into_iter().flatten() {
            let child = self.child(inner, root, known);
            self.0[at].elements.push(child);
        }
    }

    /// A node for a schema; a type that is named twice is one node.
    fn child(&mut self, schema: &Value, root: &Value, known: &mut BTreeMap<String, usize>) -> usize {
        let only =
            schema.as_object().filter(|object| object.keys().all(|k| k == "$ref" || k == "description"));
        let reference = only.and_then(|object| object.get("$ref")).and_then(Value::as_str);
        if let Some(found) = reference.and_then(|reference| known.get(reference)) {
            return *found;
        }
        let child = self.node();
        if let Some(reference) = reference {
            known.insert(reference.to_owned(), child);
        }
        self.add(child, schema, root, known);
        child
    }

    /// Translates a value in place.
    pub(crate) fn walk(&self, value: &mut Value, by: &impl Translate) -> Result<(), Problem> {
        self.step(0, value, &Path::Root, by)
    }

    fn step(
        &self,
        at: usize,
        value: &mut Value,
        path: &Path<'_>,
        by: &impl Translate,
    ) -> Result<(), Problem> {
        let Some(node) = self.0.get(at) else { return Ok(()) };
        if let Some(found) = node.found().filter(|_| !value.is_null()) {
            if let Some(translated) = by.translate(found, value, path)? {
                *value = translated;
            }
            return Ok(());
        }
        if node.line {
            if value.is_object() {
                self.fields(node, value, path, by)?;
            }
            if let Some(translated) = by.translate(Found::Line, value, path)? {
                *value = translated;
            }
            return Ok(());
        }
        match value {
            Value::Object(_) => self.fields(node, value, path, by),
            Value::Array(elements) => {
                for (place, element) in elements.iter_mut().enumerate() {
                    if let Some(child) = node.elements.get(place).copied().or(node.items) {
                        self.step(child, element, &Path::Element(path, place), by)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn fields(
        &self,
        node: &Node,
        value: &mut Value,
        path: &Path<'_>,
        by: &impl Translate,
    ) -> Result<(), Problem> {
        let Value::Object(object) = value else { return Ok(()) };
        let record = record_kind(object);
        for (field, inner) in object.iter_mut() {
            let Some(child) = node.fields.get(field).copied().or(node.others) else { continue };
            let path = Path::Field(path, field);
            match (&self.0[child].name, &record) {
                (Some(name), Some(kind)) if name == "record" && !inner.is_null() => {
                    if let Some(translated) = by.translate(Found::Name(kind), inner, &path)? {
                        *inner = translated;
                    }
                }
                _ => self.step(child, inner, &path, by)?,
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|node| node.name.as_deref())
    }
}

impl Node {
    fn found(&self) -> Option<Found<'_>> {
        match self.name.as_deref() {
            Some("amount") => Some(Found::Amount),
            Some(name) => Some(Found::Name(name)),
            None => self.place.then_some(Found::Place),
        }
    }
}

/// What kind of record stands beside an id: `{"id": …, "record": {"item": …}}`.
fn record_kind(object: &Map<String, Value>) -> Option<String> {
    object.get("record")?.as_object()?.keys().next().cloned()
}
