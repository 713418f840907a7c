//! Completions: units that a manufacturing order has made become a lot (POST-4.3a), scrap is normal or abnormal (POST-4.5), and the
//! last one ends the order: finished, maybe short, or cancelled (POST-4.6).
//!
//! What the lots cost, the order says (`manufacturing_order.rs`).

use money::Quantity;

use crate::book::Book;
use crate::content::{Completion, Content, Outcome, Progress};
use crate::ids::{DocumentId, LineRef};
use crate::master::Batches;
use crate::refusal::{Code, Refusal};
use crate::stock::{LotSeed, Mark, NONE};

use super::check::{CODE_LENGTH, numbers, text};
use super::{Checked, lots, manufacturing_order};

pub(crate) fn check(at: Checked<'_>, mut completion: Completion) -> Result<Completion, Refusal> {
    at.day(completion.day)?;
    manufacturing_order::takes_fact(at, completion.order, completion.day, "a completion")?;
    let Some(order) = manufacturing_order::content(at.book, completion.order) else { return Ok(completion) };
    let item = at.stocked(order.item)?;
    let warehouse = completion.warehouse.unwrap_or(order.warehouse);
    at.warehouse(warehouse)?;
    completion.warehouse = Some(warehouse);
    check_units(at, &completion)?;
    if let Some(batch) = &completion.batch {
        text("batch", batch, CODE_LENGTH)?;
    } else if item.batches == Batches::Required && !completion.quantity.is_zero() {
        return Err(Refusal::new(Code::Missing).with("field", format!("batch number of {}", item.code)));
    }
    if completion.outcome != Outcome::Partial {
        ends(at, &completion)?;
    }
    lots::can_bring(at.book, at.id, 0, order.item, warehouse, completion.day, completion.quantity)?;
    Ok(completion)
}

fn check_units(at: Checked<'_>, completion: &Completion) -> Result<(), Refusal> {
    let fields = [
        ("quantity", completion.quantity),
        ("scrap", completion.scrapped),
        ("abnormal scrap", completion.abnormal),
    ];
    let mut something = false;
    for (field, quantity) in fields {
        if quantity < Quantity::ZERO {
            at.quantity(field, quantity)?;
        }
        at.book.fits(i128::from(quantity.millionths()))?;
        something |= !quantity.is_zero();
    }
    let number = at.book.documents[completion.order.index()].number();
    match completion.outcome {
        Outcome::Partial if !something => {
            let refusal =
                Refusal::new(Code::BadValue).with("field", "quantity").with("value", Quantity::ZERO);
            Err(refusal.with("why", "a partial completion makes or scraps something"))
        }
        Outcome::Cancelled if something => {
            let refusal =
                Refusal::new(Code::BadValue).with("field", "quantity").with("value", completion.quantity);
            Err(refusal.with("why", format!("{number} is cancelled; what it made is finished, maybe short")))
        }
        _ => Ok(()),
    }
}

/// The completion that ends an order comes after all its facts, and nobody is still at work.
fn ends(at: Checked<'_>, completion: &Completion) -> Result<(), Refusal> {
    let book = at.book;
    let number = book.documents[completion.order.index()].number();
    if manufacturing_order::end(book, completion.order).is_some_and(|(one, _)| Some(one) != at.id) {
        manufacturing_order::is_open(book, completion.order, "ending it again")?;
    }
    let others =
        || manufacturing_order::live_dependents(book, completion.order).filter(|one| Some(*one) != at.id);
    let running = |one: &DocumentId| matches!(&book.documents[one.index()].content, Content::Work(work) if work.progress == Progress::Running);
    let running: Vec<DocumentId> = others().filter(running).collect();
    if !running.is_empty() {
        let refusal = Refusal::new(Code::WorkRunning).with("number", number);
        return Err(refusal.with("records", numbers(book, running.into_iter())));
    }
    let mut later = Vec::new();
    for one in others() {
        let day = match &book.documents[one.index()].content {
            Content::Consumption(c) => {
                let backs = manufacturing_order::live_dependents(book, one);
                later.extend(backs.filter(|back| matches!(&book.documents[back.index()].content, Content::PutBack(c) if c.day > completion.day)));
                c.day
            }
            Content::Work(c) => c.day,
            Content::Completion(c) => c.day,
            _ => continue,
        };
        if day > completion.day {
            later.push(one);
        }
    }
    if !later.is_empty() {
        let refusal = Refusal::new(Code::BadValue).with("field", "day").with("value", completion.day);
        let later = numbers(book, later.into_iter());
        return Err(refusal.with("why", format!("{number} has facts of later days: {later}")));
    }
    let made = manufacturing_order::completions(book, completion.order);
    let made: Vec<DocumentId> = made
        .iter()
        .filter(|(one, c)| Some(*one) != at.id && !c.quantity.is_zero())
        .map(|(one, _)| *one)
        .collect();
    if completion.outcome == Outcome::Cancelled && !made.is_empty() {
        let refusal =
            Refusal::new(Code::DocumentState).with("number", number).with("action", "cancelling it");
        let refusal =
            refusal.with("state", format!("partly finished by {}", numbers(book, made.into_iter())));
        return Err(refusal.with("remedy", "Finish it short instead, or take its completions back first."));
    }
    Ok(())
}

pub(crate) fn put(book: &mut Book, id: DocumentId, completion: &Completion) {
    let Some(order) = manufacturing_order::content(book, completion.order) else { return };
    let live = book.documents[id.index()].is_live();
    let quantity = if live { completion.quantity } else { Quantity::ZERO };
    let seed = LotSeed {
        item: order.item,
        warehouse: completion.warehouse.unwrap_or(order.warehouse),
        from: LineRef { document: id, line: 0 },
        arrival: completion.day,
        received: completion.day,
        quantity,
        parent: NONE,
        mark: Mark::of(&completion.batch, completion.expiry),
    };
    lots::bring(book, id, 0, seed);
}
