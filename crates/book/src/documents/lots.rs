//! Lots that a document's lines bring: made once, changed in place as long as what was taken from them stays possible.

use money::Quantity;

use crate::book::Book;
use crate::day::Day;
use crate::ids::{DocumentId, ItemId, LotId, WarehouseId};
use crate::refusal::{Code, Refusal};
use crate::stock::{LotSeed, minus};

use super::check::numbers;

/// Makes a line's lot what the seed says; a line that has none gets one.
pub(crate) fn bring(book: &mut Book, id: DocumentId, line: usize, seed: LotSeed) {
    let Some(lot) = book.documents[id.index()].lines.get(line).and_then(|state| state.lot()) else {
        if !seed.quantity.is_zero() {
            let lot = book.add_lot(seed);
            book.documents[id.index()].line_mut(line).lot = lot.number();
        }
        return;
    };
    let shelf = book.shelf(seed.item, seed.warehouse);
    if book.lots[lot.index()].shelf != shelf {
        book.resize_lot(lot, Quantity::ZERO);
        book.documents[id.index()].line_mut(line).lot = crate::stock::NONE;
        return bring(book, id, line, seed);
    }
    let row = &mut book.lots[lot.index()];
    let days_changed = (row.received, &row.mark) != (seed.received, &seed.mark);
    (row.arrival, row.received, row.mark) = (seed.arrival, seed.received, seed.mark);
    if days_changed {
        book.sort_shelf(shelf);
    }
    book.resize_lot(lot, seed.quantity);
}

/// Lines that an edit dropped bring nothing any more.
pub(crate) fn drop_from(book: &mut Book, id: DocumentId, line: usize) {
    let lots: Vec<LotId> =
        book.documents[id.index()].lines.iter().skip(line).filter_map(|state| state.lot()).collect();
    for lot in lots {
        book.resize_lot(lot, Quantity::ZERO);
    }
}

/// The lot that a document's line has brought, if it has any units.
pub(crate) fn lot_of(book: &Book, id: DocumentId, line: usize) -> Option<LotId> {
    let lot = book.documents.get(id.index())?.lines.get(line)?.lot()?;
    (!book.lots[lot.index()].quantity.is_zero()).then_some(lot)
}

/// What is booked or taken from a lot.
pub(crate) fn used(book: &Book, lot: LotId) -> Quantity {
    let row = &book.lots[lot.index()];
    minus(row.quantity, row.free)
}

/// Refuses what would take a lot away from those who took from it: who they are, and what to do.
pub(crate) fn goods_used(book: &Book, lot: LotId, action: &str) -> Refusal {
    let row = &book.lots[lot.index()];
    let item = &book.items[row.item.0];
    let mut users: Vec<DocumentId> = book.movements_of(lot).map(|(_, movement)| movement.document).collect();
    users.sort();
    let number = book.documents[row.from.document.index()].number();
    let refusal = Refusal::new(Code::GoodsUsed).with("number", number).with("action", action);
    refusal
        .with("item", &item.code)
        .with("used", used(book, lot))
        .with("users", numbers(book, users.into_iter()))
}

/// Refuses while anything is booked on or taken from a document's lots.
pub(crate) fn none_used(book: &Book, id: DocumentId, action: &str) -> Result<(), Refusal> {
    for state in &book.documents[id.index()].lines {
        if let Some(lot) = state.lot().filter(|lot| !used(book, *lot).is_zero()) {
            return Err(goods_used(book, lot, action));
        }
    }
    Ok(())
}

/// Whether a line's lot can become so: its takers keep their goods, their place and their day (INV-5).
pub(crate) fn can_bring(
    book: &Book,
    id: Option<DocumentId>,
    line: usize,
    item: ItemId,
    warehouse: WarehouseId,
    arrival: Day,
    quantity: Quantity,
) -> Result<(), Refusal> {
    let Some(lot) = id.and_then(|id| lot_of(book, id, line)) else { return Ok(()) };
    let row = &book.lots[lot.index()];
    let used = used(book, lot);
    if used.is_zero() {
        return Ok(());
    }
    let shelf = &book.shelves[row.shelf as usize];
    if quantity < used {
        return Err(goods_used(book, lot, &format!("reduced to {quantity}")));
    }
    if (shelf.item, shelf.warehouse) != (item, warehouse) {
        return Err(goods_used(book, lot, "moved to another item or warehouse"));
    }
    let first = book.movements_of(lot).map(|(_, movement)| (movement.day, movement.document)).min();
    let Some((taken, taker)) = first.filter(|(day, _)| *day < arrival) else { return Ok(()) };
    let refusal = Refusal::new(Code::TakenBefore).with("item", &book.items[row.item.0].code);
    let refusal =
        refusal.with("number", book.documents[row.from.document.index()].number()).with("day", arrival);
    Err(refusal.with("taken", taken).with("users", book.documents[taker.index()].number()))
}
