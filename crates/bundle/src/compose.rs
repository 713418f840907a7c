//! Rows into JSON: an entry's first row makes it, each row may add an element to each of its lists.
//!
//! `PO-1, 2026-03-02, JAM, 10` and below it `, , SUGAR, 5` are one order of two lines. A row in which only the columns of
//! an inner list are filled adds to the line above it. Fields of the entry itself may be repeated; they may not differ.
//! Not here: what the JSON means.

use serde_json::{Map, Value};

use crate::cells::Record;
use crate::columns::{Column, Leaf, Look, Step};
use crate::problem::Problem;
use crate::sheet::{Level, Sheet};

/// What stands in a list of optional values for nothing.
pub(crate) const NOTHING: &str = "-";

/// An entry as JSON, and the lines of the file that its lists' elements stand in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Composed {
    pub(crate) value: Value,
    pub(crate) line: u64,
    /// For each outer list, by its name: the line of each element.
    pub(crate) elements: Vec<(String, Vec<u64>)>,
    pub(crate) asked: Option<String>,
    /// What is wrong with its cells.
    pub(crate) problems: Vec<Problem>,
}

/// An entry that grows row by row.
pub(crate) struct Composer<'a> {
    sheet: &'a Sheet,
    done: Composed,
    /// Whether each level has an element.
    begun: Vec<bool>,
}

impl<'a> Composer<'a> {
    /// Before its first row.
    pub(crate) fn new(sheet: &'a Sheet) -> Composer<'a> {
        let mut done = Composed::default();
        for column in sheet.kind.columns.iter().filter(|column| column.needed_from == Some(0)) {
            if let Some(list) = column.path.iter().position(|step| *step == Step::Each) {
                let list = slot(&mut done.value, &column.path[..list]);
                if list.is_null() {
                    *list = Value::Array(Vec::new());
                }
            }
        }
        Composer { sheet, done, begun: vec![false; sheet.levels.len()] }
    }

    /// Takes a row in.
    pub(crate) fn add(&mut self, row: &Record) {
        let first = !self.begun[0];
        if first {
            self.begun[0] = true;
            self.done.line = row.line;
            self.done.asked =
                self.sheet.asked.map(|at| row.cell(at).to_owned()).filter(|day| !day.is_empty());
        }
        for at in 0..self.sheet.levels.len() {
            let level = &self.sheet.levels[at];
            let filled = level.cells.iter().any(|(cell, _)| !row.cell(*cell).is_empty());
            if !filled {
                continue;
            }
            let begun = if at > 0 { self.element(at, level, row) } else { Ok(()) };
            if let Err(problem) = begun {
                self.done.problems.push(*problem);
                continue;
            }
            for (cell, column) in &level.cells {
                let text = row.cell(*cell);
                let column = &self.sheet.kind.columns[*column];
                if !text.is_empty()
                    && let Err(problem) = self.set(column, text, row, at > 0 || first)
                {
                    self.done.problems.push(*problem);
                }
            }
        }
    }

    pub(crate) fn done(self) -> Composed {
        self.done
    }

    fn element(&mut self, at: usize, level: &Level, row: &Record) -> Result<(), Box<Problem>> {
        if !self.begun[level.parent] {
            let name = self.sheet.column_name(level.cells[0].0);
            let (message, remedy) =
                ("There is no line above that this could belong to.", "Fill in the line's own columns.");
            return Err(Box::new(Problem::of(&self.sheet.file, message, remedy).line(row.line).column(name)));
        }
        self.begun[at] = true;
        let list = &level.steps[..level.steps.len() - 1];
        let list_value = slot(&mut self.done.value, list);
        if !list_value.is_array() {
            *list_value = Value::Array(Vec::new());
        }
        if let Value::Array(elements) = list_value {
            elements.push(Value::Null);
        }
        if level.parent == 0 {
            let name = fields(list);
            match self.done.elements.iter_mut().find(|one| one.0 == name) {
                Some(known) => known.1.push(row.line),
                None => self.done.elements.push((name, vec![row.line])),
            }
        }
        Ok(())
    }

    fn set(&mut self, column: &Column, text: &str, row: &Record, fresh: bool) -> Result<(), Box<Problem>> {
        let problem = |message: String, remedy: &str| {
            let problem = Problem::of(&self.sheet.file, message, remedy).code("bad-input").line(row.line);
            Err(Box::new(problem.column(&column.name)))
        };
        let shown: String = text.chars().take(60).collect();
        match &column.look {
            Look::Day => {
                if let Err(error) = text.parse::<book::Day>() {
                    return problem(format!("{error}."), "Correct the day.");
                }
            }
            Look::Number if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'/')) => {
                return problem(
                    format!("\"{shown}\" is no number."),
                    "Write it as 1234.5, without spaces and commas.",
                );
            }
            Look::Words(words) if !words.iter().any(|word| word == text) => {
                let remedy = format!("Write one of: {}.", words.join(", "));
                return problem(format!("\"{shown}\" can't stand here."), &remedy);
            }
            Look::Any | Look::Number | Look::Words(_) => {}
        }
        let value = match column.leaf {
            _ if text == NOTHING && column.path.last() == Some(&Step::Each) => Value::Null,
            Leaf::Text => Value::from(text),
            Leaf::Whole => match text.parse::<u64>() {
                Ok(number) => Value::from(number),
                Err(_) => return problem(format!("\"{shown}\" is no whole number."), "Write it as 12."),
            },
            Leaf::Flag => match text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => {
                    return problem(
                        format!("\"{shown}\" is neither true nor false."),
                        "Write true or false.",
                    );
                }
            },
        };
        let place = slot(&mut self.done.value, &column.path);
        if !fresh && !place.is_null() && *place != value {
            let message = format!("\"{shown}\" differs from the first row of the entry.");
            return problem(message, "Leave it empty, or repeat what the first row says.");
        }
        *place = value;
        Ok(())
    }
}

/// The fields of steps, with dots between.
pub(crate) fn fields(steps: &[Step]) -> String {
    let names = steps.iter().filter_map(|step| match step {
        Step::Field(name) => Some(name.as_str()),
        Step::Each | Step::Place(..) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// The value that steps lead to; what isn't there yet is made on the way.
fn slot<'v>(value: &'v mut Value, steps: &[Step]) -> &'v mut Value {
    let mut value = value;
    for step in steps {
        value = match step {
            Step::Field(name) => {
                if !value.is_object() {
                    *value = Value::Object(Map::new());
                }
                &mut value[name.as_str()]
            }
            Step::Each => {
                if value.as_array().is_none_or(Vec::is_empty) {
                    *value = Value::Array(vec![Value::Null]);
                }
                let last = value.as_array().map_or(0, |list| list.len() - 1);
                &mut value[last]
            }
            Step::Place(at, length) => {
                if !value.is_array() {
                    *value = Value::Array(vec![Value::Null; *length]);
                }
                &mut value[*at]
            }
        };
    }
    value
}
