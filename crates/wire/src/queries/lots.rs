//! Stock: what lies where, lot by lot, what it came of and what became of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Amount, Quantity};

use book::{
    Availability, Book, Costs, Day, DocumentId, ItemId, LineRef, LotId, MovementId, Origin, Standing, Stock,
    Use, WarehouseId,
};

use crate::problem::Problem;
use crate::query::{Query, or_last, query};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AsOf {
    /// At the end of this day; none is now.
    #[serde(default)]
    as_of: Option<Day>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneItem {
    /// The item.
    item: ItemId,
}

/// Which lots.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lots {
    /// Only of this item.
    #[serde(default)]
    item: Option<ItemId>,
    /// Only in this warehouse.
    #[serde(default)]
    warehouse: Option<WarehouseId>,
    /// At the end of this day; none is now.
    #[serde(default)]
    as_of: Option<Day>,
    /// Empty ones too.
    #[serde(default)]
    empty: bool,
}

/// A lot and what is left of it.
#[derive(Serialize, JsonSchema)]
struct LotRow {
    lot: LotId,
    item: ItemId,
    warehouse: WarehouseId,
    /// The day it came to its warehouse.
    arrival: Day,
    /// The day its goods came to the company.
    received: Day,
    batch: Option<String>,
    expiry: Option<Day>,
    /// How many came in, in stock units.
    quantity: Quantity,
    /// What it cost in all.
    cost: Amount,
    /// In stock, booked or not.
    left: Quantity,
    /// Of it booked.
    booked: Quantity,
    /// What is left of it is worth.
    value: Amount,
}

fn lot_row(book: &Book, id: LotId, as_of: Option<Day>) -> Option<LotRow> {
    let lot = book.lot(id)?;
    let left = as_of.map_or_else(|| book.left(id), |day| book.left_as_of(id, day));
    Some(LotRow {
        lot: id,
        item: lot.item(),
        warehouse: book.lot_warehouse(id),
        arrival: lot.arrival(),
        received: lot.received(),
        batch: lot.batch().map(str::to_owned),
        expiry: lot.expiry(),
        quantity: lot.quantity(),
        cost: lot.costs().total_until(or_last(as_of)),
        left: left.quantity,
        booked: left.booked,
        value: left.value,
    })
}

fn lots(book: &Book, asked: Lots) -> Result<Vec<LotRow>, Problem> {
    let wanted = book.lots().filter(|(id, lot)| {
        asked.item.is_none_or(|item| lot.item() == item)
            && asked.warehouse.is_none_or(|warehouse| book.lot_warehouse(*id) == warehouse)
    });
    let rows = wanted.filter_map(|(id, _)| lot_row(book, id, asked.as_of));
    Ok(rows.filter(|row| asked.empty || !row.left.is_zero() || !row.value.is_zero()).collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneLot {
    /// The lot, by the line that brought it: `R-1/1`.
    lot: LotId,
}

#[derive(Serialize, JsonSchema)]
struct LotShown {
    #[serde(flatten)]
    row: LotRow,
    /// The document line that brought it.
    from: LineRef,
    /// What it cost, by the day it became known.
    costs: Costs,
    /// What was booked on and taken from it.
    movements: Vec<MovementRow>,
    /// The bills of the order that it was bought on.
    bills: Vec<DocumentId>,
}

#[derive(Serialize, JsonSchema)]
struct MovementRow {
    movement: MovementId,
    by: LineRef,
    quantity: Quantity,
    day: Day,
    standing: Standing,
}

fn lot(book: &Book, asked: OneLot) -> Result<LotShown, Problem> {
    let id = asked.lot;
    let (Some(row), Some(lot)) = (lot_row(book, id, None), book.lot(id)) else {
        let message = format!("There is no lot {}.", id.number());
        return Err(Problem::new("bad-input", message, "Name an existing lot, as \"R-1/1\"."));
    };
    let movements = book.movements().filter(|(_, movement)| movement.lot() == id);
    let movements = movements.map(|(movement, m)| MovementRow {
        movement,
        by: m.by(),
        quantity: m.quantity(),
        day: m.day(),
        standing: m.standing(),
    });
    Ok(LotShown {
        row,
        from: lot.from(),
        costs: lot.costs().clone(),
        movements: movements.collect(),
        bills: book.bills_of(id),
    })
}

/// Where a lot came from and where it went (INV-7).
#[derive(Serialize, JsonSchema)]
struct Traced {
    /// The lots that it came of, back to what was bought, found or opened.
    origins: Vec<Origin>,
    /// Everything that took from it, and from the lots that came of it.
    uses: Vec<Use>,
}

pub(super) fn rows() -> Vec<Query> {
    vec![
        query("stock", "What lies where, by item and warehouse, with its value.", |b, a: AsOf| {
            Ok::<Vec<Stock>, _>(b.stock_as_of(or_last(a.as_of)))
        }),
        query(
            "availability",
            "An item in all warehouses: on hand, booked, expected, short.",
            |b, a: OneItem| Ok::<Availability, _>(b.availability(a.item)),
        ),
        query("lots", "Lots with what is left of them.", lots),
        query("lot", "A lot: what it cost by day, what was taken from it, its bills.", lot),
        query("trace", "A lot forward to customers and back to suppliers.", |b, a: OneLot| {
            Ok(Traced { origins: b.trace_back(a.lot), uses: b.trace_forward(a.lot) })
        }),
    ]
}
