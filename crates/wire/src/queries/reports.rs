//! The reports of the crate `reports`, as questions: which there are, and one of them with its parameters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use book::{Book, Day, LotId, Role};
use reports::{Asked, CATALOGUE, Period, Sheet, View, Wrong};

use crate::problem::Problem;
use crate::query::{Query, or_last, query};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A report that can be asked for.
#[derive(Serialize, JsonSchema)]
struct Offered {
    /// Its name.
    name: &'static str,
    /// For people.
    title: &'static str,
    /// What it answers.
    help: &'static str,
    /// What a row can be; the first is the usual one.
    by: &'static [&'static str],
    /// Whether it can have a first day.
    has_period: bool,
}

fn offered(_: &Book, _: Nothing) -> Result<Vec<Offered>, Problem> {
    let one = |report: &reports::Report| Offered {
        name: report.name,
        title: report.title,
        help: report.help,
        by: report.by,
        has_period: report.period == Period::FromTo,
    };
    Ok(CATALOGUE.iter().map(one).collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The report's name: ask `reports` for the list.
    report: String,
    /// At the end of this day; none is all days.
    #[serde(default)]
    as_of: Option<Day>,
    /// From this day on.
    #[serde(default)]
    from: Option<Day>,
    /// As known after so many log entries; lot by lot only from the program, which has the log.
    #[serde(default)]
    known: Option<u32>,
    /// What a row is.
    #[serde(default)]
    by: Option<String>,
    /// Only this account.
    #[serde(default)]
    account: Option<Role>,
    /// Which rows, in which order.
    #[serde(default)]
    view: View,
}

fn report(book: &Book, wanted: Wanted) -> Result<Sheet, Problem> {
    let asked = Asked {
        as_of: or_last(wanted.as_of),
        from: wanted.from,
        known: wanted.known,
        by: wanted.by,
        account: wanted.account,
    };
    let table = reports::find(&wanted.report).and_then(|report| report.of(book, &asked)).map_err(problem)?;
    let fitting = table.view(&wanted.view).map_err(problem)?.fitting;
    let shown = table.viewed(&wanted.view).map_err(problem)?;
    Ok(Sheet { fitting, ..shown.sheet() })
}

fn problem(wrong: Wrong) -> Problem {
    Problem::new(wrong.code(), wrong.message(), wrong.remedy())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneLot {
    /// The lot.
    lot: LotId,
}

pub(crate) fn rows() -> Vec<Query> {
    vec![
        query("reports", "The reports that there are.", offered),
        query("report", "A report: rows, totals, and its tie to the accounts.", report),
        query(
            "trail",
            "A lot back to its supplier's bill and forward to customers, as a table.",
            |b, a: OneLot| Ok(reports::trace(b, a.lot).sheet()),
        ),
    ]
}
