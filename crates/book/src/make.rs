//! Orders made for a need: for a customer order's line, for what is short; cancelling and reopening. Commands of several events:
//! each is decided on a copy of the book on which the earlier ones have been done.
//!
//! Ten tables are wanted and none is there: an order for ten tables, and if asked, one for the forty legs that are short then.
//! Not here: an order's own checks (`documents/manufacturing_order.rs`).

use money::Quantity;

use crate::book::Book;
use crate::command::{Asking, Command, Event, Levels, MakePlan, Stamp};
use crate::content::{
    Completion, Content, Kind, ManufacturingOrder, Outcome, Planning, PutBack, PutBackKind, ReturnLine,
};
use crate::day::Day;
use crate::documents::check::stock_units;
use crate::documents::{Checked, manufacturing_order, plan, returns};
use crate::ids::{DocumentId, ItemId, LineRef};
use crate::refusal::{Code, Refusal};
use crate::stock::{minus, plus};

/// Orders that one command makes at most.
const ORDERS: usize = 1_000;

/// Commands decided one after the other.
struct Steps {
    book: Book,
    asking: Asking,
    events: Vec<Event>,
}

impl Steps {
    fn new(book: &Book, asking: Asking) -> Steps {
        Steps { book: book.clone(), asking, events: Vec::new() }
    }

    /// Saves a document; answers its id.
    fn save(&mut self, document: Option<DocumentId>, content: Content) -> Result<DocumentId, Refusal> {
        let made = document.unwrap_or(DocumentId(self.book.documents.len() as u32));
        let command = Command::Save { document, number: None, external: None, content };
        for event in self.book.decide(command, self.asking)? {
            self.book.apply(&event, Stamp { at: 0, by: self.asking.by });
            self.events.push(event);
        }
        Ok(made)
    }
}

pub(crate) fn make_for(
    book: &Book,
    line: LineRef,
    plan: MakePlan,
    asking: Asking,
) -> Result<Vec<Event>, Refusal> {
    let at = Checked { book, id: None };
    let document = at.document(line.document, Kind::CustomerOrder)?;
    let Content::CustomerOrder(order) = &document.content else { return Ok(Vec::new()) };
    at.line(document, line.line, order.lines.len())?;
    let wanted = &order.lines[usize::from(line.line)];
    at.stocked(wanted.item)?;
    let mut open = stock_units(book, wanted, wanted.quantity)?;
    for one in manufacturing_order::live_dependents(book, line.document) {
        if manufacturing_order::content(book, one).is_some_and(|order| order.source == Some(line)) {
            let made = manufacturing_order::completions(book, one)
                .iter()
                .fold(Quantity::ZERO, |sum, (_, c)| plus(sum, c.quantity));
            open = minus(open, plus(made, manufacturing_order::expected(book, one)));
        }
    }
    if open <= Quantity::ZERO {
        return Err(nothing_short(book, wanted.item));
    }
    let mut steps = Steps::new(book, asking);
    let due = wanted.due;
    make(&mut steps, wanted.item, open, Some(line), due, plan)?;
    Ok(steps.events)
}

pub(crate) fn make_short(
    book: &Book,
    item: ItemId,
    plan: MakePlan,
    asking: Asking,
) -> Result<Vec<Event>, Refusal> {
    Checked { book, id: None }.stocked(item)?;
    let short = book.availability(item).short;
    if short.is_zero() {
        return Err(nothing_short(book, item));
    }
    let mut steps = Steps::new(book, asking);
    make(&mut steps, item, short, None, None, plan)?;
    Ok(steps.events)
}

fn nothing_short(book: &Book, item: ItemId) -> Refusal {
    let there = book.availability(item);
    let refusal = Refusal::new(Code::NothingShort).with("item", &book.items[item.0].code);
    refusal.with("available", there.available).with("expected", there.expected).with("wanted", there.wanted)
}

/// An order for an item, and, if asked, orders for its made parts that are short then, and theirs.
fn make(
    steps: &mut Steps,
    item: ItemId,
    quantity: Quantity,
    source: Option<LineRef>,
    due: Option<Day>,
    wanted: MakePlan,
) -> Result<(), Refusal> {
    let order = |item, quantity, source, due| ManufacturingOrder {
        item,
        quantity,
        day: wanted.day,
        due,
        warehouse: wanted.warehouse,
        parts_from: wanted.parts_from,
        source,
        planning: Planning::FromRecords,
        bill_of_materials: None,
        routing: None,
        booked: None,
        parts: Vec::new(),
        operations: Vec::new(),
    };
    let first = steps.save(None, order(item, quantity, source, due).into())?;
    // Depth first: a part's own parts come before the next part.
    let mut open = vec![(first, 0_usize)];
    let mut made = 1;
    while let Some((parent, number)) = open.pop().filter(|_| wanted.levels == Levels::All) {
        let parts = manufacturing_order::content(&steps.book, parent).map_or(&[][..], |order| &order.parts);
        let Some(part) = parts.get(number).map(|part| part.item) else { continue };
        open.push((parent, number + 1));
        let short = steps.book.availability(part).short;
        if short.is_zero() || plan::bill(&steps.book, part, wanted.day).is_none() {
            continue;
        }
        made += 1;
        if made > ORDERS {
            return Err(Refusal::new(Code::TooManyLines).with("count", made).with("limit", ORDERS));
        }
        let source = LineRef { document: parent, line: number as u16 };
        let child = steps.save(None, order(part, short, Some(source), Some(wanted.day)).into())?;
        open.push((child, 0));
    }
    Ok(())
}

/// Parts go back or are lost, and the order ends with nothing (POST-4.6).
pub(crate) fn cancel(
    book: &Book,
    order: DocumentId,
    day: Day,
    parts: PutBackKind,
    asking: Asking,
) -> Result<Vec<Event>, Refusal> {
    Checked { book, id: None }.document(order, Kind::ManufacturingOrder)?;
    manufacturing_order::is_open(book, order, "cancelling it")?;
    let mut steps = Steps::new(book, asking);
    if parts == PutBackKind::Returned {
        for (of, consumption) in manufacturing_order::consumptions(book, order) {
            let line = |(number, line): (usize, &crate::content::ConsumptionLine)| ReturnLine {
                line: number as u16,
                quantity: minus(line.quantity, returns::returned(book, of, number, None)),
                takings: Vec::new(),
            };
            let lines: Vec<ReturnLine> = consumption.lines.iter().enumerate().map(line).collect();
            let lines: Vec<ReturnLine> = lines.into_iter().filter(|line| !line.quantity.is_zero()).collect();
            if !lines.is_empty() {
                let back =
                    PutBack { of, day, kind: PutBackKind::Returned, warehouse: None, reason: None, lines };
                steps.save(None, back.into())?;
            }
        }
    }
    let completion = Completion {
        order,
        day,
        quantity: Quantity::ZERO,
        scrapped: Quantity::ZERO,
        abnormal: Quantity::ZERO,
        warehouse: None,
        batch: None,
        expiry: None,
        outcome: Outcome::Cancelled,
    };
    steps.save(None, completion.into())?;
    Ok(steps.events)
}

/// The completion that ended an order becomes a partial one; one that brought nothing goes.
pub(crate) fn reopen(book: &Book, order: DocumentId, asking: Asking) -> Result<Vec<Event>, Refusal> {
    let document = Checked { book, id: None }.document(order, Kind::ManufacturingOrder)?;
    let Some((id, completion)) = manufacturing_order::end(book, order) else {
        let refusal =
            Refusal::new(Code::DocumentState).with("number", document.number()).with("state", "open");
        return Err(refusal.with("action", "reopening it").with("remedy", "Nothing needs reopening."));
    };
    let units = plus(completion.quantity, plus(completion.scrapped, completion.abnormal));
    if units.is_zero() {
        return Ok(vec![Event::Withdrawn { document: id, how: crate::command::Withdrawal::Deleted }]);
    }
    let mut completion = completion.clone();
    completion.outcome = Outcome::Partial;
    let mut steps = Steps::new(book, asking);
    steps.save(Some(id), completion.into())?;
    Ok(steps.events)
}
