//! A table as CSV: a line of column names, then the rows; UTF-8, figures as plain digits (`-1234.50`), no totals.
//!
//! Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, and a name that somebody typed may be
//! one. So words that begin so get an apostrophe in front; figures are figures.
//! Not here: reading CSV (import), files.

use crate::table::{Table, Value};

/// The table's bytes.
pub fn csv(table: &Table) -> Vec<u8> {
    let heads = table.columns.iter().map(|column| column.name.to_owned()).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(|value| cell(value, table)).collect());
    written(std::iter::once(heads).chain(rows))
}

/// The ties of several tables, a line each: what it sums to, what it is held against, the difference.
pub fn ties_csv(tables: &[Table]) -> Vec<u8> {
    let heads = ["report", "by", "tie", "sum", "against", "balance", "difference"].map(str::to_owned);
    let rows = tables.iter().flat_map(|table| {
        table.ties.iter().map(|tie| {
            let [sum, balance, difference] = [tie.sum(), tie.balance, tie.difference()]
                .map(|amount| amount.display(table.base).to_string());
            let (name, by, against) = (table.name.to_owned(), table.by.to_owned(), tie.against.to_owned());
            vec![name, by, harmless(tie.name.clone()), sum, against, balance, difference]
        })
    });
    written(std::iter::once(heads.to_vec()).chain(rows))
}

fn written(records: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    for record in records {
        // Writing into memory fails only if records differ in length; these don't.
        let written = writer.write_record(record);
        debug_assert!(written.is_ok(), "{written:?}");
    }
    writer.into_inner().unwrap_or_default()
}

fn cell(value: &Value, table: &Table) -> String {
    let text = value.show(table.base);
    match value {
        Value::Text(_) | Value::Named(..) => harmless(text),
        _ => text,
    }
}

/// Words that no spreadsheet takes for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
