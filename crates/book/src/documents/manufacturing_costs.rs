//! What a manufacturing order's completions cost, and what the order posts: labour and overhead of its operations (POST-4.2,
//! POST-4.3b), and what its completions bring out of work in progress (POST-4.3a, POST-4.5, POST-4.6).
//!
//! All of that depends on all of the order's facts, so it is worked out for the order as a whole.
//! Not here: the arithmetic (`production.rs`), the plan (`manufacturing_order.rs`).

use money::{Amount, Quantity, UnitPrice};

use crate::book::Book;
use crate::content::{
    Completion, Content, ManufacturingOrder, Outcome, PlannedOperation, PlannedPart, Progress, Work,
};
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::ids::{DocumentId, LotId};
use crate::posting::Rule;
use crate::posts::Detail;
use crate::production::{Applied, Given, Made, OperationFacts, OrderFacts, PartFacts};
use crate::refusal::{Refusal, bad};
use crate::stock::{Direction, plus};

use super::manufacturing_order::{
    completions, consumptions, content, end, has_completions, live_dependents, works,
};
use super::{Carried, Worked, lots, order_costs, plan, returns};

/// What an operation is planned to cost (POST-4.2).
pub(crate) fn planned(
    book: &Book,
    ordered: Quantity,
    operation: &PlannedOperation,
) -> Result<Applied, Refusal> {
    let too_much = |error: money::Error| bad("The planned cost of an operation", &error);
    let people = plan::times(operation.hours, operation.people).map_err(too_much)?;
    let at = |quantity: Quantity, price: UnitPrice| -> Result<Amount, Refusal> {
        quantity.at(price, book.base).map(|cost| Amount::from_minor(cost.minor())).map_err(too_much)
    };
    let hourly = at(operation.hours, operation.overhead_rate.unwrap_or_default())?;
    let variable = at(ordered, operation.variable)?;
    let overhead = Amount::try_sum([hourly, operation.fixed, variable]).map_err(too_much)?;
    Ok(Applied { labour: at(people, operation.labour_rate)?, overhead })
}

/// What an operation has cost by what was recorded of it (POST-4.3b).
fn actual(
    book: &Book,
    operation: &PlannedOperation,
    works: &[&Work],
    made: Quantity,
    planned: Applied,
) -> Applied {
    let recorded = works.iter().any(|work| work.hours.is_some_and(|hours| !hours.is_zero()));
    let done = works.iter().any(|work| work.progress == Progress::Finished);
    if done && !recorded {
        return planned;
    }
    let at = |quantity: Quantity, price: UnitPrice| {
        quantity.at(price, book.base).map_or(Amount::ZERO, |cost| Amount::from_minor(cost.minor()))
    };
    let hours = works.iter().filter_map(|work| work.hours).fold(Quantity::ZERO, plus);
    let people =
        works.iter().filter_map(|work| plan::times(work.hours?, work.people).ok()).fold(Quantity::ZERO, plus);
    let hourly = at(hours, operation.overhead_rate.unwrap_or_default());
    let overhead = sum(sum(hourly, operation.fixed), at(made, operation.variable));
    Applied { labour: at(people, operation.labour_rate), overhead }
}

/// All that an order's costs stand on, as the book has it now.
pub(crate) fn facts(book: &Book, id: DocumentId) -> Option<OrderFacts> {
    let order = content(book, id)?;
    let completions = completions(book, id);
    let made_of = |c: &Completion| plus(c.quantity, plus(c.scrapped, c.abnormal));
    let made = completions.iter().fold(Quantity::ZERO, |sum, (_, c)| plus(sum, made_of(c)));
    let operations = order.operations.iter().enumerate().map(|(number, operation)| {
        let works: Vec<&Work> =
            works(book, id).filter(|work| usize::from(work.operation) == number).collect();
        let planned = planned(book, order.quantity, operation).unwrap_or_default();
        let started = works.iter().map(|work| work.day).min();
        OperationFacts { planned, started, actual: actual(book, operation, &works, made, planned) }
    });
    let mut facts = OrderFacts {
        base: book.base,
        ordered: order.quantity,
        materials: Costs::default(),
        operations: operations.collect(),
        parts: order.parts.iter().map(part_facts).collect(),
        made: completions
            .iter()
            .map(|(_, c)| Made { day: c.day, good: c.quantity, abnormal: c.abnormal })
            .collect(),
        end: end(book, id).map(|(_, end)| (end.day, end.outcome)),
    };
    for (one, consumption) in consumptions(book, id) {
        for (number, line) in consumption.lines.iter().enumerate() {
            let Some(state) = book.documents[one.index()].lines.get(number) else { continue };
            for movement in state.movements() {
                facts.materials.add_all(&book.movement_costs(&book.movements[movement.index()]), Day::FIRST);
            }
            if let Some(part) = line.part.and_then(|part| facts.parts.get_mut(usize::from(part))) {
                part.consumed.push((consumption.day, line.quantity));
                part.consumed.extend(returns::days(book, one, number).map(|(day, back)| (day, -back)));
            }
        }
        for back in returns::costs(book, one) {
            facts.materials.take_all(&back.costs);
        }
    }
    for one in live_dependents(book, id) {
        facts.materials.add_all(&order_costs::operation_costs(book, one), Day::FIRST);
    }
    Some(facts)
}

fn part_facts(part: &PlannedPart) -> PartFacts {
    PartFacts { planned: part.quantity, unit_cost: part.unit_cost.unwrap_or_default(), consumed: Vec::new() }
}

/// The lots that an order's completions brought.
pub(crate) fn lots_of(book: &Book, id: DocumentId) -> Vec<LotId> {
    completions(book, id).into_iter().filter_map(|(one, _)| lots::lot_of(book, one, 0)).collect()
}

/// What an order's completions cost, and what of it is lost.
pub(crate) fn worked(book: &Book, id: DocumentId) -> Worked {
    let mut worked = Worked::default();
    if !has_completions(book, id) {
        return worked;
    }
    let Some(facts) = facts(book, id) else { return worked };
    let Given { made, lost } = facts.given();
    let completions = completions(book, id);
    for ((one, _), (good, abnormal)) in completions.iter().zip(made) {
        if let Some(lot) = lots::lot_of(book, *one, 0) {
            worked.lots.push((lot, good));
        }
        worked.carry(Rule::AbnormalScrap, None, *one, abnormal);
    }
    if let Some((one, completion)) = end(book, id) {
        let rule =
            if completion.outcome == Outcome::Cancelled { Rule::OrderCancelled } else { Rule::AbnormalScrap };
        worked.carry(rule, None, one, lost);
    }
    worked
}

/// Labour and overhead of the operations, and what the completions bring out of work in progress.
pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    let document = &book.documents[id.index()];
    if !document.is_live() || document.dependents.is_empty() {
        return;
    }
    let Content::ManufacturingOrder(order) = document.content.clone() else { return };
    post_operations(book, id, &order, direction);
    let lots: Vec<LotId> = lots_of(book, id);
    for lot in lots {
        let costs = book.lots[lot.index()].costs.clone();
        book.post_rule(Rule::OrderFinished, Some(lot), &book.of_order(id), &costs, direction);
    }
    for Carried { rule, by, costs, .. } in book.carried(id) {
        let detail = loss_detail(book, by, &order);
        book.post_rule(rule, None, &detail, &costs, direction);
    }
}

fn post_operations(book: &mut Book, id: DocumentId, order: &ManufacturingOrder, direction: Direction) {
    let completions = completions(book, id);
    let made = completions
        .iter()
        .fold(Quantity::ZERO, |sum, (_, c)| plus(sum, plus(c.quantity, plus(c.scrapped, c.abnormal))));
    let end = end(book, id).map(|(_, end)| end.day);
    for (number, operation) in order.operations.iter().enumerate() {
        let works: Vec<&Work> =
            works(book, id).filter(|work| usize::from(work.operation) == number).collect();
        let Some(started) = works.iter().map(|work| work.day).min() else { continue };
        let planned = planned(book, order.quantity, operation).unwrap_or_default();
        let actual = actual(book, operation, &works, made, planned);
        let mut rows = vec![
            (Rule::OverheadApplied, started, planned.overhead),
            (Rule::LabourApplied, started, planned.labour),
        ];
        if let Some(end) = end {
            let more = |actual, planned: Amount| sum(actual, -planned);
            rows.push((Rule::OverheadAdjusted, end, more(actual.overhead, planned.overhead)));
            rows.push((Rule::LabourAdjusted, end, more(actual.labour, planned.labour)));
        }
        for (rule, day, amount) in rows {
            let detail = Detail { product: Some(order.item), ..book.of_item(id, order.item) };
            book.post_rule(rule, None, &detail, &Costs::on(day, amount), direction);
        }
    }
}

/// A loss is refined as a write-off of the product would be.
fn loss_detail(book: &Book, by: DocumentId, order: &ManufacturingOrder) -> Detail {
    let warehouse = match &book.documents[by.index()].content {
        Content::Completion(completion) => completion.warehouse.unwrap_or(order.warehouse),
        _ => order.warehouse,
    };
    Detail { product: Some(order.item), ..book.adjustment_detail(by, order.item, warehouse, None) }
}
