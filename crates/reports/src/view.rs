//! A part of a table: the rows that fit some conditions, in an order, a page of them.
//!
//! `item is JAM`, by value, largest first, rows 0 to 49: what a page shows. Totals are of all rows that fit; the ties stay
//! those of the whole report. An order is total: equal rows keep the report's own order, so pages don't overlap.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::asked::Wrong;
use crate::table::{Row, Table, Value, totals};

/// What a row must be to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The column's text is this, in any case.
    Is(String, String),
    /// The column's text contains this, in any case.
    Has(String, String),
    /// The column is neither empty nor zero.
    NotZero(String),
}

/// In which order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Smallest first.
    Up(String),
    /// Largest first.
    Down(String),
}

/// Which part of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct View {
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The first decides; equal ones go by the next.
    pub order: Vec<Order>,
    /// Rows to leave out at the start.
    pub skip: usize,
    /// Rows to show at most; none shows all.
    pub take: Option<usize>,
}

/// What a view shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The rows.
    pub rows: Vec<&'a Row>,
    /// How many rows fit the conditions.
    pub fitting: usize,
    /// Totals of all that fit.
    pub totals: Row,
}

impl Table {
    /// The part of it that a view shows. Refused: a column that it doesn't have.
    pub fn view(&self, view: &View) -> Result<Page<'_>, Wrong> {
        let place = |name: &str| {
            self.column(name).ok_or_else(|| Wrong::Column {
                name: name.to_owned(),
                columns: self.columns.iter().map(|column| column.name).collect(),
            })
        };
        let mut tests: Vec<(usize, &Condition)> = Vec::new();
        for condition in &view.conditions {
            let (Condition::Is(column, _) | Condition::Has(column, _) | Condition::NotZero(column)) =
                condition;
            tests.push((place(column)?, condition));
        }
        let mut keys: Vec<(usize, &Order)> = Vec::new();
        for order in &view.order {
            let (Order::Up(column) | Order::Down(column)) = order;
            keys.push((place(column)?, order));
        }
        let fits = |row: &&Row| tests.iter().all(|(at, condition)| self.holds(&row[*at], condition));
        let mut rows: Vec<&Row> = self.rows.iter().filter(fits).collect();
        rows.sort_by(|a, b| {
            let each = keys.iter().map(|(at, order)| match order {
                Order::Up(_) => a[*at].cmp(&b[*at]),
                Order::Down(_) => b[*at].cmp(&a[*at]),
            });
            each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let totals = totals(&self.columns, rows.iter().copied());
        let fitting = rows.len();
        let rows = rows.into_iter().skip(view.skip).take(view.take.unwrap_or(usize::MAX)).collect();
        Ok(Page { rows, fitting, totals })
    }

    /// The table with the rows of a view only; the ties stay those of the whole.
    pub fn viewed(&self, view: &View) -> Result<Table, Wrong> {
        let page = self.view(view)?;
        let rows = page.rows.into_iter().cloned().collect();
        Ok(Table { rows, totals: page.totals, ..self.clone() })
    }

    fn holds(&self, value: &Value, condition: &Condition) -> bool {
        let text = || value.show(self.base).to_lowercase();
        match condition {
            Condition::Is(_, wanted) => text() == wanted.to_lowercase(),
            Condition::Has(_, wanted) => text().contains(&wanted.to_lowercase()),
            Condition::NotZero(_) => match value {
                Value::Empty => false,
                Value::Amount(amount) => !amount.is_zero(),
                Value::Quantity(quantity) => !quantity.is_zero(),
                Value::UnitCost(price) => !price.is_zero(),
                Value::Count(number) | Value::Percent(number) => *number != 0,
                Value::Text(_) | Value::Named(..) | Value::Day(_) => true,
            },
        }
    }
}
