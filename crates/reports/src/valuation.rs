//! Inventory valuation (REC-4): what lies in stock at the end of a day and what it is worth, by lot, item, warehouse or
//! account. The lots of each stock account sum to what the ledger says of it.
//!
//! A lot belongs to the account that its item and warehouse have on that day (ACC-3). Off-book stock has a value and no
//! account (INV-8), so it has a column of its own.

use std::collections::BTreeMap;

use book::{Book, Day, ItemId, Key, Lot, LotId, Role, WarehouseId};
use money::{Amount, Quantity};

use crate::balances;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus, units};

/// What is left of a lot.
pub(crate) struct Held<'a> {
    pub(crate) id: LotId,
    pub(crate) lot: &'a Lot,
    pub(crate) warehouse: WarehouseId,
    pub(crate) key: &'a Key,
    pub(crate) quantity: Quantity,
    pub(crate) value: Amount,
}

/// Every lot with anything left at the end of a day, in order of entry.
pub(crate) fn held(book: &Book, day: Day) -> impl Iterator<Item = Held<'_>> {
    let all = book.lots().filter(move |(_, lot)| lot.arrival() <= day);
    all.filter_map(move |(id, lot)| {
        let left = book.left_as_of(id, day);
        let (quantity, value) = (left.quantity, left.value);
        let key = book.stock_account(id, day);
        let held = Held { id, lot, warehouse: book.lot_warehouse(id), key, quantity, value };
        (!quantity.is_zero() || !value.is_zero()).then_some(held)
    })
}

/// What the lots of each stock account are worth at the end of a day.
pub(crate) fn worth(book: &Book, day: Day) -> BTreeMap<Role, Amount> {
    let mut worth = BTreeMap::new();
    for one in held(book, day).filter(|one| one.key.role.is_stock()) {
        let total = worth.entry(one.key.role).or_default();
        *total = plus(*total, one.value);
    }
    worth
}

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    Lot(ItemId, Day, LotId),
    Item(ItemId),
    Warehouse(WarehouseId),
    Account(&'a Key),
}

pub(crate) fn valuation(call: &Call<'_>) -> Table {
    let (book, day) = (call.book, call.asked.as_of);
    let mut sums: BTreeMap<(Role, Group<'_>), (Quantity, Amount)> = BTreeMap::new();
    let mut worth: BTreeMap<Role, Amount> = BTreeMap::new();
    for one in held(book, day).filter(|one| call.wants(one.key.role)) {
        let group = match call.by {
            "item" => Group::Item(one.lot.item()),
            "warehouse" => Group::Warehouse(one.warehouse),
            "account" => Group::Account(one.key),
            _ => Group::Lot(one.lot.item(), one.lot.received(), one.id),
        };
        let role = one.key.role;
        let total = sums.entry((role, group)).or_default();
        *total = (units(total.0, one.quantity), plus(total.1, one.value));
        let total = worth.entry(role).or_default();
        *total = plus(*total, one.value);
    }
    let mut rows: Vec<Row> =
        sums.into_iter().map(|((role, group), held)| row(call, role, group, held)).collect();
    if matches!(call.by, "lot" | "item") {
        rows.sort_by(|a, b| a[..2].cmp(&b[..2]));
    }
    let tie = |role: Role| Tie {
        name: role.name().into(),
        parts: vec![("lots".into(), worth.get(&role).copied().unwrap_or_default())],
        against: "ledger",
        balance: balances::of_role(book, role, day, None),
    };
    let stock = [Role::Materials, Role::FinishedGoods].into_iter();
    let ties = stock.filter(|role| call.wants(*role)).map(tie).collect();
    call.table(&columns(call.by), rows, ties)
}

fn columns(by: &str) -> Vec<Column> {
    let (account, item) = (Column::text("account", "Account"), Column::text("item", "Item"));
    let name = Column::text("item_name", "Name");
    let warehouse = Column::text("warehouse", "Warehouse");
    let mut columns = match by {
        "item" => vec![account, item, name],
        "warehouse" => vec![account, warehouse],
        "account" => vec![account, Column::text("category", "Category"), warehouse],
        _ => vec![
            account,
            item,
            name,
            Column::text("lot", "Lot"),
            warehouse,
            Column::text("batch", "Batch"),
            Column::of(Kind::Day, "expiry", "Expiry"),
            Column::of(Kind::Day, "received", "Received"),
        ],
    };
    if matches!(by, "lot" | "item") {
        columns.extend([
            Column::of(Kind::Quantity, "quantity", "Quantity"),
            Column::text("unit", "Unit"),
            Column::of(Kind::UnitCost, "unit_cost", "Unit cost"),
        ]);
    }
    columns.extend([Column::amount("value", "Value"), Column::amount("off_book", "Off the books")]);
    columns
}

fn row(call: &Call<'_>, role: Role, group: Group<'_>, (quantity, value): (Quantity, Amount)) -> Row {
    let book = call.book;
    let account = if role.is_stock() { names::account(role) } else { names::off_book() };
    let mut row = vec![account];
    let counted = match group {
        Group::Lot(item, received, id) => {
            let lot = book.lot(id);
            row.extend([
                names::item(book, item),
                names::item_name(book, item),
                names::lot(book, id),
                names::warehouse(book, book.lot_warehouse(id)),
                Value::text(lot.and_then(Lot::batch).unwrap_or_default()),
                lot.and_then(Lot::expiry).map_or(Value::Empty, Value::Day),
                Value::Day(received),
            ]);
            Some(item)
        }
        Group::Item(item) => {
            row.extend([names::item(book, item), names::item_name(book, item)]);
            Some(item)
        }
        Group::Warehouse(id) => {
            row.push(names::warehouse(book, id));
            None
        }
        Group::Account(key) => {
            let [category, warehouse, _] = names::refinement(book, key);
            row.extend([category, warehouse]);
            None
        }
    };
    if let Some(item) = counted {
        let cost = Value::unit_cost(value, quantity, book.base());
        row.extend([Value::Quantity(quantity), names::unit(book, item), cost]);
    }
    match role.is_stock() {
        true => row.extend([Value::Amount(value), Value::Empty]),
        false => row.extend([Value::Empty, Value::Amount(value)]),
    }
    row
}
