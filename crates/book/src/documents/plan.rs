//! From a bill of materials and a routing to an order's plan; and what a part is planned to cost.
//!
//! Twenty tables by a bill for ten with 40 legs and 5 % scrap need 84 legs. Of several bills the one holds whose days hold the
//! order's day; of those the one with the latest first day, then the one entered last.
//! Not here: how orders are made for customers or shortages (`make.rs`).

use money::{Amount, Error, Percent, Quantity, UnitPrice};

use crate::book::Book;
use crate::content::{ManufacturingOrder, PlannedOperation, PlannedPart, Planning};
use crate::day::Day;
use crate::ids::{BillOfMaterialsId, ItemId, RoutingId, WarehouseId};
use crate::master::{BillOfMaterials, Coded, Routing, Table};
use crate::refusal::{Code, Refusal, bad};

/// A quantity so many times.
pub(crate) fn times(quantity: Quantity, times: u8) -> Result<Quantity, Error> {
    quantity.in_proportion(Quantity::units(i32::from(times)), Quantity::units(1))
}

/// The bill of materials of an item on a day.
pub(crate) fn bill(book: &Book, item: ItemId, day: Day) -> Option<BillOfMaterialsId> {
    let made_by = &book.item_states.get(item.index())?.bills;
    let days = |bill: &BillOfMaterials| (bill.from, bill.until);
    newest(&book.bills_of_materials, made_by, day, days).map(BillOfMaterialsId)
}

/// The routing of an item on a day.
pub(crate) fn routing(book: &Book, item: ItemId, day: Day) -> Option<RoutingId> {
    let made_by = &book.item_states.get(item.index())?.routings;
    newest(&book.routings, made_by, day, |routing: &Routing| (routing.from, routing.until)).map(RoutingId)
}

fn newest<T: Coded>(
    table: &Table<T>,
    ids: &[u32],
    day: Day,
    days: impl Fn(&T) -> (Option<Day>, Option<Day>),
) -> Option<u32> {
    let holds = |id: &u32| {
        let (from, until) = days(&table[*id]);
        let archived = table.row(*id).is_none_or(|row| row.archived);
        !archived && from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
    };
    ids.iter().copied().filter(holds).max_by_key(|id| (days(&table[*id]).0, *id))
}

/// Fills an order's plan in from the records of its day; from then on it stands by itself.
pub(crate) fn fill(book: &Book, order: &mut ManufacturingOrder) -> Result<(), Refusal> {
    order.planning = Planning::ByHand;
    order.bill_of_materials = order.bill_of_materials.or_else(|| bill(book, order.item, order.day));
    order.routing = order.routing.or_else(|| routing(book, order.item, order.day));
    if let Some(id) = order.bill_of_materials {
        let bill = known(&book.bills_of_materials, id.0)?;
        of_item(book, bill.item, order.item, &bill.code)?;
        order.parts = parts(bill, order.quantity)?;
    }
    if let Some(id) = order.routing {
        let routing = known(&book.routings, id.0)?;
        of_item(book, routing.item, order.item, &routing.code)?;
        order.operations = operations(routing, order.quantity)?;
    }
    if order.parts.is_empty() && order.operations.is_empty() {
        let item = &book.items[order.item.0].code;
        return Err(Refusal::new(Code::NoBill).with("item", item).with("day", order.day));
    }
    Ok(())
}

fn known<T: Coded>(table: &Table<T>, id: u32) -> Result<&T, Refusal> {
    let row = table.row(id).map(|row| &*row.record);
    row.ok_or_else(|| Refusal::new(Code::Unknown).with("kind", T::KIND).with("id", id))
}

fn of_item(book: &Book, actual: ItemId, wanted: ItemId, code: &str) -> Result<(), Refusal> {
    if actual == wanted {
        return Ok(());
    }
    let [actual, wanted] = [actual, wanted].map(|item| &book.items[item.0].code);
    let refusal = Refusal::new(Code::WrongKind).with("name", code).with("actual", format!("for {actual}"));
    Err(refusal.with("wanted", format!("one for {wanted}")))
}

/// What so many units need by a bill of materials.
pub(crate) fn parts(bill: &BillOfMaterials, units: Quantity) -> Result<Vec<PlannedPart>, Refusal> {
    let part = |part: &crate::master::BillPart| {
        Ok(PlannedPart {
            item: part.item,
            quantity: needed(units, part.quantity, bill.batch, part.scrap)
                .map_err(|error| bad("The quantity needed of a part", &error))?,
            warehouse: None,
            unit_cost: None,
            takings: Vec::new(),
        })
    };
    bill.parts.iter().map(part).collect()
}

/// units × quantity ÷ batch × (1 + scrap), rounded once to six decimals.
fn needed(units: Quantity, quantity: Quantity, batch: Quantity, scrap: Percent) -> Result<Quantity, Error> {
    let hundred = i128::from(Percent::HUNDRED.millionths());
    let with_scrap = hundred + i128::from(scrap.millionths());
    // (1 + scrap) over 100 % as a fraction; the batch takes its denominator where that stays exact.
    let product = i128::from(units.millionths()) * i128::from(quantity.millionths());
    let divisor = i128::from(batch.millionths()) * hundred;
    let whole = product / divisor * with_scrap;
    let rest = product % divisor;
    let rounded = rounded(rest.checked_mul(with_scrap).unwrap_or(i128::MAX), divisor);
    let millionths = whole.saturating_add(rounded);
    i64::try_from(millionths)
        .map(Quantity::from_millionths)
        .or_else(|_| Quantity::MAX.checked_add(Quantity::MAX))
}

fn rounded(number: i128, divisor: i128) -> i128 {
    (number + divisor / 2) / divisor
}

fn operations(routing: &Routing, units: Quantity) -> Result<Vec<PlannedOperation>, Refusal> {
    let operation = |one: &crate::master::RoutingOperation| {
        let hours =
            needed(units, one.hours, routing.batch, Percent::ZERO).and_then(|run| run.checked_add(one.setup));
        Ok(PlannedOperation {
            name: one.name.clone(),
            workstation: one.workstation,
            hours: hours.map_err(|error| bad("The hours of an operation", &error))?,
            people: one.people,
            labour_rate: one.labour_rate,
            overhead_rate: one.overhead_rate,
            fixed: one.fixed,
            variable: one.variable,
        })
    };
    routing.operations.iter().map(operation).collect()
}

/// What a part is planned to cost: what the lot costs that would be booked next, else its price, else nothing (costing.md 22).
pub(crate) fn unit_cost(
    book: &Book,
    item: ItemId,
    warehouse: WarehouseId,
    day: Day,
) -> Result<UnitPrice, Refusal> {
    let shelf = book.find_shelf(item, warehouse).map(|shelf| &book.shelves[shelf as usize]);
    let open = shelf.into_iter().flat_map(|shelf| shelf.open.iter()).map(|lot| &book.lots[lot.index()]);
    let Some(next) = open.into_iter().find(|lot| lot.arrival <= day) else {
        return Ok(book.items[item.0].purchase_price.unwrap_or_default());
    };
    let cost = next.costs.total().max(Amount::ZERO);
    cost.per(next.quantity, book.base).map_err(|error| bad("The planned unit cost", &error))
}

/// Hours, people and rates of an operation are not below zero.
pub(crate) fn check_rates(operation: &PlannedOperation) -> Result<(), Refusal> {
    let below = |field: &'static str, value: String| {
        let refusal = Refusal::new(Code::BadValue).with("field", field).with("value", value);
        Err(refusal.with("why", "it is below zero"))
    };
    if operation.people == 0 {
        let refusal = Refusal::new(Code::BadValue).with("field", "people").with("value", 0);
        return Err(refusal.with("why", "somebody does it"));
    }
    if operation.hours < Quantity::ZERO {
        return below("hours", operation.hours.to_string());
    }
    if operation.fixed < Amount::ZERO {
        return below("fixed cost", operation.fixed.minor().to_string());
    }
    for rate in [operation.labour_rate, operation.overhead_rate.unwrap_or_default(), operation.variable] {
        super::check::price(rate)?;
    }
    Ok(())
}
