//! `millbook query`, `schema`: questions to a company, and what can be asked.

use book::{Command, Event};
use futures_executor::block_on;
use serde_json::{Value, json};
use wire::{Contract, queries, schema};

use crate::place::{Place, failed, registered};
use crate::said::say;
use crate::sandbox::Refusal;

/// Ask a company something; the answer is one JSON value.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook query stock --company jam --json '{\"as_of\":\"2026-03-31\"}'\n\nWithout a name, the queries are listed. `millbook schema queries` says what each takes and answers."
)]
pub struct Query {
    #[command(flatten)]
    place: Place,
    /// Which query; none lists them.
    name: Option<String>,
    /// The company's code.
    #[arg(long, required_unless_present = "list")]
    company: Option<String>,
    /// What it takes, as JSON.
    #[arg(long, default_value = "{}")]
    json: String,
    /// List the queries.
    #[arg(long)]
    list: bool,
}

/// Print the JSON Schema (2020-12) of what goes in and out.
#[derive(clap::Args)]
pub struct Schema {
    /// Of what.
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Of {
    /// What `millbook do` takes.
    Commands,
    /// What each `millbook query` takes and answers.
    Queries,
    /// What has happened: the answers of `millbook do`.
    Events,
}

/// A query's answer from a company.
fn ask(place: &Place, company: &str, name: &str, arguments: Value) -> Result<Value, Refusal> {
    let query = wire::find(name).map_err(|problem| failed(problem.into()))?;
    let companies = place.read()?;
    let log = companies.log(registered(&companies, company)?.company);
    let state = block_on(log.view(None)).map_err(failed)?;
    query.ask(&state.fold.book, arguments).map_err(|problem| failed(problem.into()))
}

/// `millbook query`
pub fn query(arguments: &Query) -> Result<(), Refusal> {
    let (Some(name), Some(company), false) = (&arguments.name, &arguments.company, arguments.list) else {
        for query in queries() {
            say(format!("{}\t{}", query.name, query.words));
        }
        return Ok(());
    };
    let given = wire::shown(&arguments.json).map_err(|problem| failed(problem.into()))?;
    say(ask(&arguments.place, company, name, given)?);
    Ok(())
}

/// `millbook schema`
pub fn schemas(arguments: &Schema) -> Result<(), Refusal> {
    let value = match arguments.of {
        Of::Commands => schema::<Command>(Contract::Read),
        Of::Events => schema::<Event>(Contract::Written),
        Of::Queries => queries()
            .iter()
            .map(|query| {
                let inside = json!({ "description": query.words, "arguments": query.arguments(), "answer": query.answer() });
                (query.name.to_owned(), inside)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
    };
    say(format!("{value:#}"));
    Ok(())
}
