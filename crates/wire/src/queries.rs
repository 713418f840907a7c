//! The table of queries: every question that the command line and the API answer, a row each.
//!
//! A row is a name, a sentence, and a function from typed arguments to a typed answer (`query.rs`). A new question is a
//! function in `book` and a row here. Lists come in pages: `next` names the row to ask `after`.
//! Not here: what a command would do (a preview is a command not carried out), figures over more than one company.

mod lots;
mod production;
mod records;
mod reports;
mod stands;
mod trade;

use std::sync::LazyLock;

use crate::query::Query;

/// All queries, by name.
pub fn queries() -> &'static [Query] {
    static QUERIES: LazyLock<Vec<Query>> = LazyLock::new(|| {
        let mut all = [
            records::rows(),
            reports::rows(),
            lots::rows(),
            production::rows(),
            stands::rows(),
            trade::rows(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
        all.sort_by_key(|query| query.name);
        all
    });
    &QUERIES
}
