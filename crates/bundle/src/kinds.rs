//! The kinds of files: every record, every document, every other command, each under its JSON name: `item.csv`,
//! `purchase_order.csv`, `close_line.csv`.
//!
//! The table says in which order entries of one day are applied. A kind that the book has and the table hasn't is found by
//! a test. Not here: what the columns are (`columns.rs`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::columns::{Column, Reader, Step};

/// When a kind's entries are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Before everything that has a day.
    First,
    /// On its day.
    OnItsDay,
    /// After everything that has a day.
    Last,
}

/// The order: by turn, then by day, then as they stand here.
pub(crate) const ORDER: &[(&str, Turn)] = &[
    ("save_rate", Turn::First),
    ("unit", Turn::First),
    ("category", Turn::First),
    ("tracking_category", Turn::First),
    ("tracking_option", Turn::First),
    ("site", Turn::First),
    ("warehouse", Turn::First),
    ("workstation", Turn::First),
    ("reason", Turn::First),
    ("party", Turn::First),
    ("item", Turn::First),
    ("bill_of_materials", Turn::First),
    ("routing", Turn::First),
    ("channel", Turn::First),
    ("approval_rule", Turn::First),
    ("save_series", Turn::First),
    ("save_settings", Turn::First),
    ("stock_entry", Turn::OnItsDay),
    ("purchase_order", Turn::OnItsDay),
    ("receipt", Turn::OnItsDay),
    ("vendor_return", Turn::OnItsDay),
    ("fee", Turn::OnItsDay),
    ("bill", Turn::OnItsDay),
    ("supplier_credit", Turn::OnItsDay),
    ("transfer", Turn::OnItsDay),
    ("transfer_receipt", Turn::OnItsDay),
    ("quote", Turn::OnItsDay),
    ("customer_order", Turn::OnItsDay),
    ("manufacturing_order", Turn::OnItsDay),
    ("vendor_shipment", Turn::OnItsDay),
    ("consumption", Turn::OnItsDay),
    ("put_back", Turn::OnItsDay),
    ("work", Turn::OnItsDay),
    ("completion", Turn::OnItsDay),
    ("shipment", Turn::OnItsDay),
    ("pick", Turn::OnItsDay),
    ("customer_return", Turn::OnItsDay),
    ("invoice", Turn::OnItsDay),
    ("payment", Turn::OnItsDay),
    ("allocation", Turn::OnItsDay),
    ("revaluation", Turn::OnItsDay),
    ("adjusting_entry", Turn::OnItsDay),
    ("close_line", Turn::OnItsDay),
    ("make_for", Turn::OnItsDay),
    ("make_short", Turn::OnItsDay),
    ("cancel_order", Turn::OnItsDay),
    ("reopen_order", Turn::Last),
    ("reopen_line", Turn::Last),
    ("withdraw", Turn::Last),
    ("reinstate", Turn::Last),
    ("unpick", Turn::Last),
    ("rebook", Turn::Last),
    ("archive", Turn::Last),
    ("restore", Turn::Last),
    ("note", Turn::Last),
    ("attach", Turn::Last),
    ("detach", Turn::Last),
    ("submit", Turn::Last),
    ("approve", Turn::Last),
    ("reject", Turn::Last),
    ("close_books", Turn::Last),
];

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Records, known by their code.
    Record,
    /// Documents, known by their number.
    Document,
    /// Commands; each row is one.
    Other,
}

/// A kind of file.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name in JSON; its file is `name.csv`.
    pub name: String,
    /// Records, documents, others.
    pub family: Family,
    /// When its entries are applied.
    pub turn: Turn,
    /// Its place among entries of one turn and day.
    pub place: usize,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The column of its day, if it has one.
    pub day: Option<usize>,
    /// The columns by which an entry is known: the code or number, then the external id.
    pub known_by: Vec<usize>,
}

/// A column that every file may have: the place of the entry among all of the bundle.
pub const ENTRY: &str = "entry";
/// A column that every file may have: the day on which it is entered, where that makes a difference.
pub const ASKED: &str = "asked";

impl Kind {
    /// The name of its file.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let schema = wire::schema::<book::Command>(wire::Contract::Read);
    let mut kinds = of(&schema);
    kinds.sort_by_key(|kind| (kind.turn, kind.place));
    kinds
});

static BY_NAME: LazyLock<BTreeMap<&str, &Kind>> =
    LazyLock::new(|| KINDS.iter().map(|kind| (kind.name.as_str(), kind)).collect());

/// All kinds, in the order in which entries of one day are applied.
pub fn kinds() -> &'static [Kind] {
    &KINDS
}

/// The kind of a file's name without `.csv`.
pub fn find(name: &str) -> Option<&'static Kind> {
    BY_NAME.get(name).copied()
}

/// Name and schema of each alternative of an enum.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
    let schema = resolved(root, schema);
    let all = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|one| one.get("properties")?.as_object()?.iter().next()).collect()
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| root.pointer(reference.trim_start_matches('#'))).unwrap_or(schema)
}

fn of(root: &Value) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (command, schema) in alternatives(root, root) {
        let (field, family) = match command.as_str() {
            "save_record" => ("record", Family::Record),
            "save" => ("content", Family::Document),
            _ => {
                let columns = Reader::columns(root, schema, &[command]);
                kinds.push(kind(command, Family::Other, columns));
                continue;
            }
        };
        let outer = Reader::columns(root, schema, &[command]);
        let inside = |column: &Column| column.path.get(1) == Some(&Step::Field(field.to_owned()));
        let outer: Vec<Column> = outer.into_iter().filter(|column| !inside(column)).collect();
        let Some(inner) = resolved(root, schema).get("properties").and_then(|all| all.get(field)) else {
            continue;
        };
        for (name, schema) in alternatives(root, inner) {
            let mut columns = outer.clone();
            columns.extend(Reader::columns(root, schema, &[command, field, name]));
            kinds.push(kind(name, family, columns));
        }
    }
    kinds
}

fn kind(name: &str, family: Family, columns: Vec<Column>) -> Kind {
    let place = ORDER.iter().position(|row| row.0 == name);
    let turn = place.map_or(Turn::Last, |place| ORDER[place].1);
    let at = |wanted: &str| columns.iter().position(|column| column.name == wanted);
    let day = ["day", "terms.day", "plan.day"].iter().find_map(|name| at(name));
    let known_by = match family {
        Family::Record => vec![at("code"), at("external")],
        Family::Document => vec![at("number"), at("external")],
        Family::Other => Vec::new(),
    };
    let known_by = known_by.into_iter().flatten().collect();
    Kind { name: name.to_owned(), family, turn, place: place.unwrap_or(ORDER.len()), columns, day, known_by }
}

/// Whether the table says when entries of a kind are applied.
pub fn has_turn(name: &str) -> bool {
    ORDER.iter().any(|row| row.0 == name)
}
