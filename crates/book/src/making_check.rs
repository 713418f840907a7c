//! Checks of bills of materials and routings; and what a bill means for its item: with its first one an item is a finished
//! good, without its last one a material (ACC-3).
//!
//! Nothing is made of itself: TABLE of LEG of TABLE is refused with the whole chain.

use std::collections::BTreeSet;

use money::{Percent, Quantity};

use crate::book::Book;
use crate::command::{Event, Thing};
use crate::content::PlannedOperation;
use crate::day::Day;
use crate::documents::check::{CODE_LENGTH, LINES, text};
use crate::documents::{Checked, plan};
use crate::ids::ItemId;
use crate::master::{BillOfMaterials, Making, Record, Routing, RoutingOperation};
use crate::refusal::{Code, Refusal};

pub(crate) fn bill(at: Checked<'_>, id: Option<u32>, bill: &BillOfMaterials) -> Result<(), Refusal> {
    at.stocked(bill.item)?;
    batch(bill.batch)?;
    days(at, bill.from, bill.until)?;
    count(bill.parts.len(), "part")?;
    for part in &bill.parts {
        at.stocked(part.item)?;
        above_zero("quantity of a part", part.quantity)?;
        at.book.fits(i128::from(part.quantity.millionths()))?;
        if part.scrap > Percent::HUNDRED {
            let refusal =
                Refusal::new(Code::BadValue).with("field", "scrap").with("value", format!("{}%", part.scrap));
            return Err(refusal.with("why", "it is more than 100%"));
        }
    }
    if let Some(old) = id.map(|id| &at.book.bills_of_materials[id]).filter(|old| old.item != bill.item) {
        return Err(fixed_item(&old.code));
    }
    closes_circle(at.book, id, bill)
}

pub(crate) fn routing(at: Checked<'_>, id: Option<u32>, routing: &Routing) -> Result<(), Refusal> {
    at.stocked(routing.item)?;
    batch(routing.batch)?;
    days(at, routing.from, routing.until)?;
    count(routing.operations.len(), "operation")?;
    for operation in &routing.operations {
        check_operation(at, operation)?;
    }
    match id.map(|id| &at.book.routings[id]).filter(|old| old.item != routing.item) {
        Some(old) => Err(fixed_item(&old.code)),
        None => Ok(()),
    }
}

fn check_operation(at: Checked<'_>, operation: &RoutingOperation) -> Result<(), Refusal> {
    if operation.name.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "name of the operation"));
    }
    text("name of the operation", &operation.name, CODE_LENGTH)?;
    if let Some(workstation) = operation.workstation {
        at.record(&at.book.workstations, workstation.0)?;
    }
    for hours in [operation.setup, operation.hours] {
        plan::check_rates(&PlannedOperation {
            name: operation.name.clone(),
            workstation: None,
            hours,
            people: operation.people,
            labour_rate: operation.labour_rate,
            overhead_rate: operation.overhead_rate,
            fixed: operation.fixed,
            variable: operation.variable,
        })?;
    }
    Ok(())
}

fn fixed_item(code: &str) -> Refusal {
    let refusal = Refusal::new(Code::FieldFixed).with("field", "The item").with("name", code);
    refusal
        .with("why", "orders may have been planned from it")
        .with("remedy", "Archive it and make a new one.")
}

fn batch(batch: Quantity) -> Result<(), Refusal> {
    above_zero("batch quantity", batch)
}

fn above_zero(field: &'static str, quantity: Quantity) -> Result<(), Refusal> {
    if quantity > Quantity::ZERO {
        return Ok(());
    }
    let refusal = Refusal::new(Code::BadValue).with("field", field).with("value", quantity);
    Err(refusal.with("why", "it is not above zero"))
}

fn days(at: Checked<'_>, from: Option<Day>, until: Option<Day>) -> Result<(), Refusal> {
    for day in from.into_iter().chain(until) {
        at.day(day)?;
    }
    match (from, until) {
        (Some(from), Some(until)) if until < from => {
            let refusal = Refusal::new(Code::BadValue).with("field", "last day").with("value", until);
            Err(refusal.with("why", format!("the first day is {from}")))
        }
        _ => Ok(()),
    }
}

fn count(count: usize, what: &'static str) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::new(Code::Missing).with("field", format!("first {what}"))),
        1..=LINES => Ok(()),
        _ => Err(Refusal::new(Code::TooManyLines).with("count", count).with("limit", LINES)),
    }
}

/// Refuses a bill by which an item would be made of itself, whatever the bills' days.
pub(crate) fn closes_circle(book: &Book, id: Option<u32>, bill: &BillOfMaterials) -> Result<(), Refusal> {
    for part in &bill.parts {
        let mut seen = BTreeSet::new();
        let mut path = Vec::new();
        if reaches(book, part.item, bill.item, id, &mut seen, &mut path) {
            let code = |item: &ItemId| book.items[item.0].code.to_string();
            let chain: Vec<String> = [bill.item].iter().chain(path.iter().rev()).map(code).collect();
            let refusal = Refusal::new(Code::BillCycle).with("item", code(&bill.item));
            return Err(refusal.with("chain", chain.join(" > ")).with("part", code(&part.item)));
        }
    }
    Ok(())
}

/// Whether an item is made of another, however far down; the path from the bottom up. No item stands twice on it, so the
/// depth is bounded by how deep bills can be without a circle.
fn reaches(
    book: &Book,
    item: ItemId,
    wanted: ItemId,
    without: Option<u32>,
    seen: &mut BTreeSet<ItemId>,
    path: &mut Vec<ItemId>,
) -> bool {
    // Depth first without recursion: bills may be deep.
    let mut open = vec![(item, 0_usize)];
    while let Some((item, depth)) = open.pop() {
        path.truncate(depth);
        path.push(item);
        if item == wanted {
            path.reverse();
            return true;
        }
        if !seen.insert(item) {
            continue;
        }
        let live = |id: &&u32| {
            Some(**id) != without && book.bills_of_materials.row(**id).is_some_and(|row| !row.archived)
        };
        for id in book.item_states[item.index()].bills.iter().filter(live) {
            open.extend(book.bills_of_materials[*id].parts.iter().map(|part| (part.item, depth + 1)));
        }
    }
    path.clear();
    false
}

fn live_bills(book: &Book, item: ItemId) -> impl Iterator<Item = u32> {
    let bills = book.item_states.get(item.index()).map_or(&[][..], |state| &state.bills);
    bills.iter().copied().filter(|id| book.bills_of_materials.row(*id).is_some_and(|row| !row.archived))
}

/// The item whose last bill of materials a thing is.
pub(crate) fn last_bill(book: &Book, thing: Thing) -> Option<ItemId> {
    let Thing::BillOfMaterials(id) = thing else { return None };
    let item = book.bills_of_materials[id].item;
    live_bills(book, item).all(|one| one == id).then_some(item)
}

/// The event by which an item becomes made or bought, if it isn't.
pub(crate) fn becomes(book: &Book, item: ItemId, making: Making, today: Day) -> Option<Event> {
    let mut record = book.items[item.0].clone();
    if record.making == making {
        return None;
    }
    record.making = making;
    Some(Event::RecordSaved { id: item.0, external: None, record: Record::Item(record), from: today })
}

/// An item with a bill of materials stays made, whatever the command says.
pub(crate) fn with_making(book: &Book, id: Option<u32>, record: Record) -> Record {
    match record {
        Record::Item(mut item) if id.is_some_and(|id| live_bills(book, ItemId(id)).next().is_some()) => {
            item.making = Making::Made;
            Record::Item(item)
        }
        other => other,
    }
}
