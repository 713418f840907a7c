//! A table as text that people read: aligned columns, amounts with their cents, the tie below.
//!
//! ```text
//! Inventory valuation by lot, as of 2026-03-05 (NZD)
//! item  warehouse  quantity  value
//! JAM   Main              8  56.00
//!                            56.00
//! tie  Materials: lots 56.00, ledger 56.00, difference 0.00
//! ```

use std::fmt;

use money::Currency;

use crate::table::{Column, Row, Table, Tie, Value};

impl Value {
    /// The cell as text: `56.00`, `2026-03-02`, `12.5`; nothing is empty. Amounts have the currency's decimals.
    pub fn show(&self, base: Currency) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) | Value::Named(text, _) => text.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Count(count) => count.to_string(),
            Value::Quantity(quantity) => quantity.to_string(),
            Value::Amount(amount) => amount.display(base).to_string(),
            Value::UnitCost(price) => price.to_string(),
            Value::Percent(hundredths) => {
                let sign = if *hundredths < 0 { "-" } else { "" };
                let all = hundredths.unsigned_abs();
                format!("{sign}{}.{:02}", all / 100, all % 100)
            }
        }
    }
}

impl Tie {
    /// `Materials: lots 56.00, ledger 56.00, difference 0.00`
    pub fn show(&self, base: Currency) -> String {
        let parts = self.parts.iter().map(|(name, amount)| format!("{name} {}", amount.display(base)));
        let parts: Vec<String> = parts.collect();
        let mut text = format!("{}: {}", self.name, parts.join(" + "));
        if self.parts.len() > 1 {
            text += &format!(" = {}", self.sum().display(base));
        }
        let (balance, difference) = (self.balance.display(base), self.difference().display(base));
        text + &format!(", {} {balance}, difference {difference}", self.against)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.title, self.base)?;
        // Columns that no row uses are left out; files and JSON have them.
        let used = |at: &usize| self.rows.iter().any(|row| row[*at] != Value::Empty);
        let used: Vec<usize> = (0..self.columns.len()).filter(used).collect();
        if used.is_empty() {
            writeln!(f, "nothing")?;
        }
        let columns: Vec<&Column> = used.iter().map(|at| &self.columns[*at]).collect();
        let titles = columns.iter().map(|column| column.title.to_owned()).collect();
        let mut lines: Vec<Vec<String>> = vec![titles];
        let show = |row: &Row| used.iter().map(|at| row[*at].show(self.base)).collect::<Vec<_>>();
        lines.extend(self.rows.iter().map(show));
        if used.iter().any(|at| self.totals[*at] != Value::Empty) {
            lines.push(show(&self.totals));
        }
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let cells = line.iter().zip(&columns).zip(&widths).map(|((cell, column), width)| {
                match column.kind.is_number() {
                    true => format!("{cell:>width$}"),
                    false => format!("{cell:<width$}"),
                }
            });
            let cells: Vec<String> = cells.collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        for tie in &self.ties {
            writeln!(f, "tie  {}", tie.show(self.base))?;
        }
        Ok(())
    }
}
