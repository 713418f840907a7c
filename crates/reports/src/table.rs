//! A report's answer: columns, rows, totals, and the tie to the accounts.
//!
//! A cell is a value with its kind, never a formatted string: amounts are minor units, quantities millionths. The tie
//! carries what the report sums to and what the ledger says; it is part of the answer, so whoever reads the report sees
//! that it agrees, or by how much it doesn't.
//! Not here: text (`print.rs`), files (`csv.rs`, `xlsx.rs`).

use book::{Day, DocumentId, ItemId, LotId, PartyId, Role, Text, WarehouseId};
use money::{Amount, Currency, Quantity, UnitPrice};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A day.
    Day,
    /// A whole number.
    Count,
    /// A quantity, six decimals.
    Quantity,
    /// Base currency.
    Amount,
    /// Base currency, six decimals, for showing.
    UnitCost,
    /// Hundredths of a percent.
    Percent,
}

impl Kind {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Day => "day",
            Kind::Count => "count",
            Kind::Quantity => "quantity",
            Kind::Amount => "amount",
            Kind::UnitCost => "unit_cost",
            Kind::Percent => "percent",
        }
    }

    /// Whether it is written to the right.
    pub const fn is_number(self) -> bool {
        !matches!(self, Kind::Text | Kind::Day)
    }
}

/// Whether a column is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summed {
    /// It has a total.
    Yes,
    /// It has none: quantities of different things don't add up.
    No,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs: `unit_cost`.
    pub name: &'static str,
    /// Its name for people: `Unit cost`.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it has a total.
    pub summed: Summed,
}

impl Column {
    /// A column without a total.
    pub const fn of(kind: Kind, name: &'static str, title: &'static str) -> Column {
        Column { name, title, kind, summed: Summed::No }
    }

    /// Words.
    pub const fn text(name: &'static str, title: &'static str) -> Column {
        Column::of(Kind::Text, name, title)
    }

    /// Base currency, with a total.
    pub const fn amount(name: &'static str, title: &'static str) -> Column {
        Column { name, title, kind: Kind::Amount, summed: Summed::Yes }
    }
}

/// What a cell's text names, so that a page can lead there (REC-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// An account.
    Account(Role),
    /// An item.
    Item(ItemId),
    /// A lot.
    Lot(LotId),
    /// A document.
    Document(DocumentId),
    /// A supplier or customer.
    Party(PartyId),
    /// A warehouse.
    Warehouse(WarehouseId),
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing to say.
    Empty,
    /// Words.
    Text(Text),
    /// Words that name something.
    Named(Text, Source),
    /// A day.
    Day(Day),
    /// A whole number.
    Count(i64),
    /// A quantity.
    Quantity(Quantity),
    /// Base currency.
    Amount(Amount),
    /// Base currency, six decimals.
    UnitCost(UnitPrice),
    /// Hundredths of a percent.
    Percent(i64),
}

impl Value {
    /// Words, or nothing.
    pub fn text(text: impl Into<Text>) -> Value {
        let text: Text = text.into();
        if text.is_empty() { Value::Empty } else { Value::Text(text) }
    }

    /// An amount, or nothing where it is zero: for columns that few rows use.
    pub fn amount(amount: Amount) -> Value {
        if amount.is_zero() { Value::Empty } else { Value::Amount(amount) }
    }

    /// A quantity, or nothing where it is zero.
    pub fn quantity(quantity: Quantity) -> Value {
        if quantity.is_zero() { Value::Empty } else { Value::Quantity(quantity) }
    }

    /// What one unit costs, for showing; nothing for no units.
    pub fn unit_cost(value: Amount, quantity: Quantity, base: Currency) -> Value {
        value.per(quantity, base).map_or(Value::Empty, Value::UnitCost)
    }
}

/// A row: one cell a column.
pub type Row = Vec<Value>;

/// The proof that a report is what stands on the accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// What is compared: `Materials, lots`.
    pub name: String,
    /// What the report says, in parts that add up.
    pub parts: Vec<(String, Amount)>,
    /// What it is held against, in words: `ledger`.
    pub against: &'static str,
    /// What that says.
    pub balance: Amount,
}

impl Tie {
    /// What the parts add up to.
    pub fn sum(&self) -> Amount {
        self.parts.iter().fold(Amount::ZERO, |total, (_, part)| plus(total, *part))
    }

    /// What is missing: zero, or the report is wrong.
    pub fn difference(&self) -> Amount {
        plus(self.sum(), -self.balance)
    }
}

/// A report's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The report's name for programs: `valuation`.
    pub name: &'static str,
    /// What a row is: `lot`; empty for a report of one form.
    pub by: &'static str,
    /// For people: `Inventory valuation by lot, as of 2026-03-05`.
    pub title: String,
    /// The currency of all amounts.
    pub base: Currency,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// One cell a column; empty where it isn't summed.
    pub totals: Row,
    /// How it ties to the accounts.
    pub ties: Vec<Tie>,
}

impl Table {
    /// A name for a file or a sheet: `valuation-by-lot`.
    pub fn file_name(&self) -> String {
        if self.by.is_empty() { self.name.to_owned() } else { format!("{}-by-{}", self.name, self.by) }
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// Totals of the columns that have one. What passes the range of an amount is left empty, never wrong.
pub(crate) fn totals<'a>(columns: &[Column], rows: impl Iterator<Item = &'a Row>) -> Row {
    let mut sums = vec![0_i128; columns.len()];
    for row in rows {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += match value {
                Value::Amount(amount) => i128::from(amount.minor()),
                Value::Quantity(quantity) => i128::from(quantity.millionths()),
                Value::Count(count) => i128::from(*count),
                _ => 0,
            };
        }
    }
    let total = |(column, sum): (&Column, i128)| {
        let sum = i64::try_from(sum).ok().filter(|_| column.summed == Summed::Yes);
        match (column.kind, sum) {
            (Kind::Amount, Some(sum)) => Value::Amount(Amount::from_minor(sum)),
            (Kind::Quantity, Some(sum)) => Value::Quantity(Quantity::from_millionths(sum)),
            (Kind::Count, Some(sum)) => Value::Count(sum),
            _ => Value::Empty,
        }
    };
    columns.iter().zip(sums).map(total).collect()
}

/// Sums of parts of what entered the book, whose budget keeps them below what an amount can hold.
pub(crate) fn plus(a: Amount, b: Amount) -> Amount {
    a.checked_add(b).unwrap_or_else(|_| unreachable!("the book's budget bounds every sum of its parts"))
}

/// The same of quantities.
pub(crate) fn units(a: Quantity, b: Quantity) -> Quantity {
    a.checked_add(b).unwrap_or_else(|_| unreachable!("the book's budget bounds every sum of its quantities"))
}
