//! A reconciliation as a table: for a workbook, and for the evidence of a month end (REC-2, REC-7).
//!
//! `631 Materials | | | 48,216.37 | 45,828.39 | 45,328.39 | 2,887.98`, then a row for each cause. Not here: the lines that people
//! read in a terminal (`reconcile`).

use plan::reconcile::Row;
use reports::{Column, Kind, Table, Value};

use super::Held;

/// The reconciliation, a row for each account and each cause.
pub fn reconciliation(held: &Held) -> Table {
    let columns = vec![
        Column::text("account", "Account"),
        Column::text("cause", "Cause"),
        Column::text("what", "What"),
        Column::of(Kind::Amount, "book", "Book"),
        Column::of(Kind::Amount, "posted", "Posted"),
        Column::of(Kind::Amount, "xero", "In Xero"),
        Column::of(Kind::Amount, "difference", "Difference"),
    ];
    let mut rows = Vec::new();
    let years = |row: &Row| row.from.map_or(Value::Empty, |from| Value::text(format!("from {from}")));
    let here = held.reconciled.rows.iter().map(|row| (row, years(row)));
    let earlier = held.reconciled.earlier.iter().map(|row| (row, Value::text("the financial years before")));
    for (row, years) in here.chain(earlier) {
        let [book, posted, xero, difference] =
            [row.book, row.posted, row.xero, row.difference].map(Value::Amount);
        rows.push(vec![Value::text(&*row.name), Value::Empty, years, book, posted, xero, difference]);
        let mut cause = |kind: &str, words: &str, amount| {
            let mut line = vec![Value::text(&*row.name), Value::text(kind), Value::text(words)];
            line.extend([Value::Empty, Value::Empty, Value::Empty, Value::Amount(amount)]);
            rows.push(line);
        };
        row.causes.iter().for_each(|one| cause(one.kind.words(), &one.words, one.amount));
        cause("unexplained", "", row.unexplained);
    }
    table(
        held,
        "reconciliation",
        format!("Reconciliation with Xero, as of {}", held.reconciled.day),
        columns,
        rows,
    )
}

/// A table without totals: its rows say what they tie to.
pub fn table(
    held: &Held,
    name: &'static str,
    title: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
) -> Table {
    let totals = columns.iter().map(|_| Value::Empty).collect();
    Table { name, by: "", title, base: held.book.base(), columns, rows, totals, ties: Vec::new() }
}
