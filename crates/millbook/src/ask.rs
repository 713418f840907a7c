//! `millbook query`, `schema`, `trace`, `explain`: questions to a company, and what can be asked.

use book::{Command, Day, Event};
use futures_executor::block_on;
use serde_json::{Value, json};
use wire::{Contract, queries, schema};

use crate::place::{Place, failed, registered, say};
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

/// Follow a lot forward to customers and back to suppliers.
#[derive(clap::Args)]
pub struct Trace {
    #[command(flatten)]
    place: Place,
    /// The lot, by the document and line that brought it: R-1/1.
    lot: String,
    /// The company's code.
    #[arg(long)]
    company: String,
    /// JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// Take a balance apart: which document put what there, by which rule, on which day.
#[derive(clap::Args)]
pub struct Explain {
    #[command(flatten)]
    place: Place,
    /// The account's role: materials, finished_goods, purchases, cost_of_goods_sold, …
    role: String,
    /// The company's code.
    #[arg(long)]
    company: String,
    /// At the end of this day; all days unless said.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// A query's answer from a company.
fn ask(place: &Place, company: &str, name: &str, arguments: Value) -> Result<Value, Refusal> {
    let query = wire::find(name).map_err(|problem| failed(problem.into()))?;
    let companies = place.read()?;
    let log = companies.log(registered(&companies, company)?.company);
    let state = block_on(log.view(None)).map_err(failed)?;
    query.ask(&state.fold, arguments).map_err(|problem| failed(problem.into()))
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

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn rows<'a>(answer: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    answer.get(field).unwrap_or(answer).as_array().into_iter().flatten()
}

/// `millbook trace`
pub fn trace(arguments: &Trace) -> Result<(), Refusal> {
    let answer = ask(&arguments.place, &arguments.company, "trace", json!({ "lot": arguments.lot }))?;
    if arguments.json {
        say(answer);
        return Ok(());
    }
    say("came of");
    rows(&answer, "origins")
        .for_each(|one| say(format!("  {:<24} brought by {}", text(one, "lot"), text(one, "from"))));
    say("went to");
    for one in rows(&answer, "uses") {
        let (lot, by) = (text(one, "lot"), text(one, "by"));
        say(format!("  {lot:<24} {:>14} {} by {by}", text(one, "quantity"), text(one, "standing")));
    }
    Ok(())
}

/// `millbook explain`
pub fn explain(arguments: &Explain) -> Result<(), Refusal> {
    let asked = json!({ "role": arguments.role, "as_of": arguments.as_of });
    let answer = ask(&arguments.place, &arguments.company, "explain", asked)?;
    if arguments.json {
        say(answer);
        return Ok(());
    }
    for one in rows(&answer, "") {
        let (day, amount, document) = (text(one, "day"), text(one, "amount"), text(one, "document"));
        let lot = one.get("lot").and_then(Value::as_str).map_or(String::new(), |lot| format!(" lot {lot}"));
        say(format!("{day}  {amount:>16}  {:<28} {document}{lot}", text(one, "rule").replace('_', " ")));
    }
    let balances =
        ask(&arguments.place, &arguments.company, "balances", json!({ "as_of": arguments.as_of }))?;
    let balance = rows(&balances, "").find(|one| text(one, "role") == arguments.role);
    say(format!(
        "{:<10}  {:>16}  {}",
        "balance",
        balance.map_or("0", |one| text(one, "amount")),
        arguments.role
    ));
    Ok(())
}
