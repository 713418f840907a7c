//! A query: a name, what it takes, what it answers, and the function that works it out.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use book::{Book, Day};

use crate::outside::{read, written};
use crate::problem::Problem;
use crate::schema::{Contract, inside, schema};
use crate::shape::Shape;

type Answer = Box<dyn Fn(&Book, Value) -> Result<Value, Problem> + Send + Sync>;

/// A row of the table of queries.
pub struct Query {
    /// `stock`
    pub name: &'static str,
    /// What it tells.
    pub words: &'static str,
    arguments: fn() -> Value,
    answer: fn() -> Value,
    run: Answer,
}

/// A row from a function over typed arguments. Its arguments and its answer name ids, amounts and lines by their types;
/// that is enough for codes to stand in both.
pub(crate) fn query<A, R>(
    name: &'static str,
    words: &'static str,
    answer: impl Fn(&Book, A) -> Result<R, Problem> + Send + Sync + 'static,
) -> Query
where
    A: DeserializeOwned + JsonSchema,
    R: Serialize + JsonSchema,
{
    let shapes: OnceLock<(Shape, Shape)> = OnceLock::new();
    let run = move |book: &Book, arguments: Value| {
        let (taken, given) = shapes.get_or_init(|| {
            let taken = Shape::of(inside::<A>(Contract::Read).as_value());
            (taken, Shape::of(inside::<R>(Contract::Written).as_value()))
        });
        let arguments = read(book, taken, arguments)?;
        Ok(written(book, given, &answer(book, arguments)?))
    };
    Query {
        name,
        words,
        arguments: || schema::<A>(Contract::Read),
        answer: || schema::<R>(Contract::Written),
        run: Box::new(run),
    }
}

impl Query {
    /// The answer, with codes for ids; or what is wrong with the arguments.
    pub fn ask(&self, book: &Book, arguments: Value) -> Result<Value, Problem> {
        let arguments = if arguments.is_null() { Value::Object(Map::new()) } else { arguments };
        (self.run)(book, arguments)
    }

    /// The JSON Schema of its arguments.
    pub fn arguments(&self) -> Value {
        (self.arguments)()
    }

    /// The JSON Schema of its answer.
    pub fn answer(&self) -> Value {
        (self.answer)()
    }
}

/// The query of a name.
pub fn find(name: &str) -> Result<&'static Query, Problem> {
    let all = crate::queries::queries();
    all.iter().find(|query| query.name == name).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|query| query.name).collect();
        let remedy = format!("Ask one of: {}.", names.join(", "));
        Problem::new("no-such-query", format!("There is no query \"{name}\"."), remedy)
    })
}

/// The last day of the calendar: what a question without a day asks for.
pub(crate) fn or_last(day: Option<Day>) -> Day {
    day.unwrap_or(Day::LAST)
}
