//! A table as JSON: figures as text with their decimals, days as `2026-03-05`, empty cells as null.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Currency};

use crate::table::{Row, Table, Value};

/// A report's answer as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sheet {
    /// The report's name.
    pub report: &'static str,
    /// For people.
    pub title: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The columns, in their order.
    pub columns: Vec<SheetColumn>,
    /// A cell for each column, by its name.
    pub rows: Vec<BTreeMap<&'static str, Option<Cell>>>,
    /// How many rows there are, if only a part was asked for.
    pub fitting: usize,
    /// Sums of the columns that have one.
    pub totals: BTreeMap<&'static str, Option<Cell>>,
    /// How it ties to the accounts.
    pub ties: Vec<SheetTie>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SheetColumn {
    /// For programs.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// `text`, `day`, `count`, `quantity`, `amount`, `unit_cost`, `percent`.
    pub kind: &'static str,
}

/// A cell that isn't empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// A whole number.
    Count(i64),
    /// Words, a day, or a figure with its decimals.
    Text(String),
}

/// What the report sums to, and what it is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SheetTie {
    /// What is compared.
    pub name: String,
    /// The parts of the sum.
    pub parts: Vec<SheetPart>,
    /// Their sum.
    pub sum: String,
    /// `ledger` or `lots`.
    pub against: &'static str,
    /// What that says.
    pub balance: String,
    /// Zero, or the report is wrong.
    pub difference: String,
}

/// A part of a sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SheetPart {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: String,
}

impl Table {
    /// The table in the form that JSON has.
    pub fn sheet(&self) -> Sheet {
        let columns = self.columns.iter().map(|column| SheetColumn {
            name: column.name,
            title: column.title,
            kind: column.kind.name(),
        });
        let amount = |amount: Amount| amount.display(self.base).to_string();
        let ties = self.ties.iter().map(|tie| SheetTie {
            name: tie.name.clone(),
            parts: tie
                .parts
                .iter()
                .map(|(name, part)| SheetPart { name: name.clone(), amount: amount(*part) })
                .collect(),
            sum: amount(tie.sum()),
            against: tie.against,
            balance: amount(tie.balance),
            difference: amount(tie.difference()),
        });
        Sheet {
            report: self.name,
            title: self.title.clone(),
            currency: self.base,
            columns: columns.collect(),
            rows: self.rows.iter().map(|row| self.cells(row)).collect(),
            fitting: self.rows.len(),
            totals: self.cells(&self.totals),
            ties: ties.collect(),
        }
    }

    fn cells(&self, row: &Row) -> BTreeMap<&'static str, Option<Cell>> {
        let cell = |value: &Value| match value {
            Value::Empty => None,
            Value::Count(count) => Some(Cell::Count(*count)),
            other => Some(Cell::Text(other.show(self.base))),
        };
        self.columns.iter().zip(row).map(|(column, value)| (column.name, cell(value))).collect()
    }
}
