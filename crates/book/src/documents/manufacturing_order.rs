//! Manufacturing orders (POST-4): the plan, the parts booked for it, and the facts that name it. Made, an order posts nothing.
//!
//! Not here: what it costs and posts (`manufacturing_costs.rs`), the facts' own checks (`consumption.rs`, `work.rs`,
//! `completion.rs`), plans from records (`plan.rs`).

use money::{Quantity, UnitPrice};

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{
    Completion, Consumption, Content, Kind, ManufacturingOrder, Outcome, PlannedOperation, Planning, Taking,
    Work,
};
use crate::day::Day;
use crate::ids::{DocumentId, ItemId, LineRef};
use crate::master::Coded;
use crate::refusal::{Code, Refusal, bad};
use crate::stock::{Standing, minus, plus};

use super::check::{CODE_LENGTH, line_in_use, numbers, price, text};
use super::{Checked, manufacturing_costs, plan, returns};

pub(crate) fn check(at: Checked<'_>, mut order: ManufacturingOrder) -> Result<ManufacturingOrder, Refusal> {
    let item = at.stocked(order.item)?;
    if order.quantity <= Quantity::ZERO {
        let refusal = Refusal::new(Code::BadValue).with("field", "quantity").with("value", order.quantity);
        return Err(refusal.with("why", format!("an order makes some {}", item.code())));
    }
    at.quantity("quantity", order.quantity)?;
    at.day(order.day)?;
    at.warehouse(order.warehouse)?;
    order.parts_from.map_or(Ok(()), |warehouse| at.warehouse(warehouse))?;
    if let Some(source) = order.source {
        check_source(at, source)?;
    }
    if order.planning == Planning::FromRecords {
        plan::fill(at.book, &mut order)?;
    }
    let lines = order.parts.len().max(order.operations.len());
    if lines > 0 {
        at.lines(Kind::ManufacturingOrder, lines)?;
    }
    check_parts(at, &mut order)?;
    for operation in &mut order.operations {
        check_operation(at, order.quantity, operation)?;
    }
    keeps_what_stands_on_it(at, &order)?;
    book_lots(at, &mut order)?;
    Ok(order)
}

fn check_source(at: Checked<'_>, source: LineRef) -> Result<(), Refusal> {
    let kind = at.book.documents.get(source.document.index()).map(|document| document.kind());
    if kind == Some(Kind::ManufacturingOrder) {
        let document = at.document(source.document, Kind::ManufacturingOrder)?;
        let Content::ManufacturingOrder(parent) = &document.content else { return Ok(()) };
        return at.line(document, source.line, parent.parts.len());
    }
    let document = at.document(source.document, Kind::CustomerOrder)?;
    let Content::CustomerOrder(order) = &document.content else { return Ok(()) };
    at.line(document, source.line, order.lines.len())
}

fn check_parts(at: Checked<'_>, order: &mut ManufacturingOrder) -> Result<(), Refusal> {
    let before = at.id.and_then(|id| content(at.book, id));
    for (number, part) in order.parts.iter_mut().enumerate() {
        at.stocked(part.item)?;
        if part.quantity < Quantity::ZERO {
            at.quantity("quantity", part.quantity)?;
        }
        at.book.fits(i128::from(part.quantity.millionths()))?;
        let warehouse = part.warehouse.or(order.parts_from).unwrap_or(order.warehouse);
        at.warehouse(warehouse)?;
        part.warehouse = Some(warehouse);
        let kept = before.and_then(|before| before.parts.get(number)).filter(|old| old.item == part.item);
        let cost = part.unit_cost.or(kept.and_then(|old| old.unit_cost));
        let cost = cost.map_or_else(|| plan::unit_cost(at.book, part.item, warehouse, order.day), Ok)?;
        price(cost)?;
        part.unit_cost = Some(cost);
        let planned =
            part.quantity.at(cost, at.book.base).map_err(|error| bad("The planned cost", &error))?;
        at.book.fits(i128::from(planned.minor()))?;
    }
    Ok(())
}

fn check_operation(
    at: Checked<'_>,
    ordered: Quantity,
    operation: &mut PlannedOperation,
) -> Result<(), Refusal> {
    if operation.name.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "name of the operation"));
    }
    text("name of the operation", &operation.name, CODE_LENGTH)?;
    let own = match operation.workstation {
        Some(workstation) => at.record(&at.book.workstations, workstation.0)?.rate,
        None => UnitPrice::ZERO,
    };
    operation.overhead_rate = Some(operation.overhead_rate.unwrap_or(own));
    plan::check_rates(operation)?;
    at.book.fits(i128::from(manufacturing_costs::planned(at.book, ordered, operation)?.total().minor()))
}

/// What stands on an order keeps its place in it.
fn keeps_what_stands_on_it(at: Checked<'_>, new: &ManufacturingOrder) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let Some(old) = content(at.book, id) else { return Ok(()) };
    let standing: Vec<DocumentId> = live_dependents(at.book, id).collect();
    let refuse = |field: &'static str, why: Vec<DocumentId>| {
        let refusal = Refusal::new(Code::FieldFixed)
            .with("field", field)
            .with("name", at.book.documents[id.index()].number());
        let why = format!("it is named by {}", numbers(at.book, why.into_iter()));
        Err(refusal.with("why", why).with("remedy", "Make a new order, or delete those first."))
    };
    if new.item != old.item && !standing.is_empty() {
        return refuse("The item", standing);
    }
    for (number, before) in old.parts.iter().enumerate() {
        let named = |one: &DocumentId| match &at.book.documents[one.index()].content {
            Content::Consumption(c) => c.lines.iter().any(|line| line.part.map(usize::from) == Some(number)),
            Content::ManufacturingOrder(c) => c.source == Some(LineRef { document: id, line: number as u16 }),
            _ => false,
        };
        let users: Vec<DocumentId> = standing.iter().copied().filter(named).collect();
        if !users.is_empty() && new.parts.get(number).is_none_or(|part| part.item != before.item) {
            let why = format!("it is named by {}", numbers(at.book, users.into_iter()));
            return Err(line_in_use(
                at.book,
                id,
                number,
                "removed or given another item",
                why,
                "Give it quantity 0 instead.",
            ));
        }
    }
    for (number, before) in old.operations.iter().enumerate() {
        if new.operations.get(number).is_some_and(|operation| operation.name == before.name) {
            continue;
        }
        let named = |one: &DocumentId| match &at.book.documents[one.index()].content {
            Content::Work(work) => usize::from(work.operation) == number,
            Content::PurchaseOrder(order) => {
                order.operation.is_some_and(|bought| usize::from(bought.operation) == number)
            }
            _ => false,
        };
        let users: Vec<DocumentId> = standing.iter().copied().filter(named).collect();
        if !users.is_empty() {
            return refuse("An operation's name", users);
        }
    }
    Ok(())
}

/// Lots for the parts that aren't consumed yet, if the order books them.
fn book_lots(at: Checked<'_>, order: &mut ManufacturingOrder) -> Result<(), Refusal> {
    let Some(day) = order.booked else {
        order.parts.iter_mut().for_each(|part| part.takings.clear());
        return Ok(());
    };
    at.day(day)?;
    if let Some(id) = at.id {
        is_open(at.book, id, "booking its parts")?;
    }
    let without = at.id.map(|id| at.book.released(id));
    let book = without.as_ref().unwrap_or(at.book);
    let mut spoken = Spoken::new();
    for (number, part) in order.parts.iter_mut().enumerate() {
        let used = at.id.map(|id| consumed_lots(at.book, id, number)).unwrap_or_default();
        let left =
            at.id.map_or(part.quantity, |id| minus(part.quantity, consumed(at.book, id, number, None)));
        let mut quantity = left.max(Quantity::ZERO);
        let mut by_hand = std::mem::take(&mut part.takings);
        let named = by_hand.iter().fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity));
        if named == part.quantity {
            // Lots named for the whole part: what was consumed of them is not booked again, nor more than is still to be
            // consumed, if other lots were.
            used.iter().for_each(|taking| take_off(&mut by_hand, *taking));
            if !by_hand.is_empty() {
                quantity = keep_first(&mut by_hand, quantity);
            }
        }
        let booked = at.id.map(|id| at.book.takings_of(id, number)).unwrap_or_default();
        let warehouse = part.warehouse.unwrap_or(order.warehouse);
        let wanted = Wanted { item: part.item, warehouse, day, quantity };
        part.takings = choose(book, wanted, &by_hand, &booked, &mut spoken)?;
    }
    Ok(())
}

/// Keeps so many units of a list, the first ones; how many these are.
fn keep_first(takings: &mut Vec<Taking>, most: Quantity) -> Quantity {
    let mut kept = Quantity::ZERO;
    for taking in takings.iter_mut() {
        taking.quantity = taking.quantity.min(minus(most, kept));
        kept = plus(kept, taking.quantity);
    }
    takings.retain(|taking| !taking.quantity.is_zero());
    kept
}

/// Takes units of a lot off a list.
pub(crate) fn take_off(takings: &mut Vec<Taking>, gone: Taking) {
    let mut left = gone.quantity;
    for taking in takings.iter_mut().filter(|taking| taking.lot == gone.lot) {
        let part = taking.quantity.min(left);
        taking.quantity = minus(taking.quantity, part);
        left = minus(left, part);
    }
    takings.retain(|taking| !taking.quantity.is_zero());
}

/// What an order's consumptions took for a part, lot by lot, put-backs not taken off.
fn consumed_lots(book: &Book, id: DocumentId, part: usize) -> Vec<Taking> {
    let mut takings = Vec::new();
    for (one, consumption) in consumptions(book, id) {
        for (number, _) in
            consumption.lines.iter().enumerate().filter(|(_, line)| line.part.map(usize::from) == Some(part))
        {
            takings.extend(book.takings_of(one, number));
        }
    }
    takings
}

pub(crate) fn content(book: &Book, id: DocumentId) -> Option<&ManufacturingOrder> {
    match &book.documents.get(id.index())?.content {
        Content::ManufacturingOrder(order) => Some(order),
        _ => None,
    }
}

pub(crate) fn live_dependents(book: &Book, id: DocumentId) -> impl Iterator<Item = DocumentId> {
    book.documents[id.index()].dependents.iter().copied().filter(|one| book.documents[one.index()].is_live())
}

pub(crate) fn consumptions(book: &Book, id: DocumentId) -> impl Iterator<Item = (DocumentId, &Consumption)> {
    live_dependents(book, id).filter_map(|one| match &book.documents[one.index()].content {
        Content::Consumption(consumption) => Some((one, &**consumption)),
        _ => None,
    })
}

pub(crate) fn works(book: &Book, id: DocumentId) -> impl Iterator<Item = &Work> {
    live_dependents(book, id).filter_map(|one| match &book.documents[one.index()].content {
        Content::Work(work) => Some(&**work),
        _ => None,
    })
}

/// An order's completions in order of day, then entry.
pub(crate) fn completions(book: &Book, id: DocumentId) -> Vec<(DocumentId, &Completion)> {
    let mut found: Vec<(DocumentId, &Completion)> = live_dependents(book, id)
        .filter_map(|one| match &book.documents[one.index()].content {
            Content::Completion(completion) => Some((one, &**completion)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|(one, completion)| (completion.day, *one));
    found
}

/// Whether anything has come out of an order.
pub(crate) fn has_completions(book: &Book, id: DocumentId) -> bool {
    live_dependents(book, id).any(|one| book.documents[one.index()].kind() == Kind::Completion)
}

/// The completion that ended an order.
pub(crate) fn end(book: &Book, id: DocumentId) -> Option<(DocumentId, &Completion)> {
    completions(book, id).into_iter().find(|(_, completion)| completion.outcome != Outcome::Partial)
}

/// Refuses what needs an order that goes on.
pub(crate) fn is_open(book: &Book, id: DocumentId, action: &str) -> Result<(), Refusal> {
    let Some((_, completion)) = end(book, id) else { return Ok(()) };
    let state = match completion.outcome {
        Outcome::Cancelled => "cancelled",
        Outcome::Finished | Outcome::Partial => "finished",
    };
    let refusal = Refusal::new(Code::DocumentState).with("number", book.documents[id.index()].number());
    let refusal = refusal.with("state", format!("{state} on {}", completion.day)).with("action", action);
    Err(refusal.with("remedy", "Reopen it first."))
}

/// A new fact needs an order that goes on, a changed one a day up to the order's end.
pub(crate) fn takes_fact(at: Checked<'_>, order: DocumentId, day: Day, action: &str) -> Result<(), Refusal> {
    at.document(order, Kind::ManufacturingOrder)?;
    if let Some((id, old)) = at.id.map(|id| (id, &at.book.documents[id.index()])) {
        let same = super::named(&old.content).contains(&order);
        if !same {
            let refusal = Refusal::new(Code::FieldFixed).with("field", "The order").with("name", &old.number);
            return Err(refusal
                .with("why", "its facts belong to it")
                .with("remedy", "Delete it and make a new one."));
        }
        if old.is_live() && end(at.book, order).is_none_or(|(ending, end)| ending == id || day <= end.day) {
            return Ok(());
        }
        if old.is_live() {
            let end = end(at.book, order).map_or(day, |(_, end)| end.day);
            let refusal = Refusal::new(Code::BadValue).with("field", "day").with("value", day);
            return Err(refusal.with("why", format!("the order ended on {end}")));
        }
    }
    is_open(at.book, order, action)
}

/// Books an order's parts.
pub(crate) fn put(book: &mut Book, id: DocumentId) {
    let Content::ManufacturingOrder(order) = book.documents[id.index()].content.clone() else { return };
    let Some(day) = order.booked.filter(|_| book.documents[id.index()].is_live()) else { return };
    for (number, part) in order.parts.iter().enumerate() {
        book.take_line(LineRef { document: id, line: number as u16 }, &part.takings, day, Standing::Booked);
    }
}

/// Takes what a consumption's line took off the order's bookings for that part: the order gives all of them back, the line
/// takes, the order books the rest anew (costing.md 24).
pub(crate) fn take_for(
    book: &mut Book,
    id: DocumentId,
    part: u16,
    by: LineRef,
    takings: &[Taking],
    day: Day,
) {
    let mut booked = book.takings_of(id, usize::from(part));
    let at = LineRef { document: id, line: part };
    let booked_for = content(book, id).and_then(|order| order.booked);
    let Some(booked_for) =
        booked_for.filter(|_| takings.iter().any(|one| booked.iter().any(|other| other.lot == one.lot)))
    else {
        return book.take_line(by, takings, day, Standing::Taken);
    };
    book.release_line(at);
    book.take_line(by, takings, day, Standing::Taken);
    takings.iter().for_each(|taking| take_off(&mut booked, *taking));
    book.take_line(at, &booked, booked_for, Standing::Booked);
}

/// Units of a part that were consumed, less put-backs.
fn consumed(book: &Book, id: DocumentId, part: usize, without: Option<DocumentId>) -> Quantity {
    let mut total = Quantity::ZERO;
    for (one, consumption) in consumptions(book, id).filter(|(one, _)| Some(*one) != without) {
        let of_part = |line: &crate::content::ConsumptionLine| line.part.map(usize::from) == Some(part);
        for (number, line) in consumption.lines.iter().enumerate().filter(|(_, line)| of_part(line)) {
            total = plus(total, minus(line.quantity, returns::returned(book, one, number, None)));
        }
    }
    total
}

/// Units of a part that the plan still wants consumed.
pub(crate) fn open_part(book: &Book, id: DocumentId, part: usize, without: Option<DocumentId>) -> Quantity {
    let Some(planned) = content(book, id).and_then(|order| order.parts.get(part)) else {
        return Quantity::ZERO;
    };
    minus(planned.quantity, consumed(book, id, part, without)).max(Quantity::ZERO)
}

/// Units that an order is still to make.
pub(crate) fn expected(book: &Book, id: DocumentId) -> Quantity {
    let Some(order) = content(book, id).filter(|_| end(book, id).is_none()) else { return Quantity::ZERO };
    let made = completions(book, id).iter().fold(Quantity::ZERO, |sum, (_, c)| plus(sum, c.quantity));
    minus(order.quantity, made).max(Quantity::ZERO)
}

/// The items that an order makes and takes.
pub(crate) fn needs(order: &ManufacturingOrder, item: ItemId) -> bool {
    order.item == item || order.parts.iter().any(|part| part.item == item)
}
