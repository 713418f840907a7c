//! A table as CSV: a line of column names, then the rows; UTF-8, figures as plain digits (`-1234.50`), no totals.
//!
//! Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, and a name that somebody typed may be
//! one. So words that begin so get an apostrophe in front; figures are figures.
//! Not here: reading CSV (import), files.

use crate::table::{Table, Value};

/// The table's bytes.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |record: Vec<String>| {
        // Writing into memory fails only if records differ in length; a table's don't.
        let written = writer.write_record(record);
        debug_assert!(written.is_ok(), "{written:?}");
    };
    write(table.columns.iter().map(|column| column.name.to_owned()).collect());
    for row in &table.rows {
        write(row.iter().map(|value| cell(value, table)).collect());
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
pub(crate) fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
