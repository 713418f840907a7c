//! Stock by hand: opening stock (POST-9.1), manual lots (POST-9), write-offs (POST-10), count sheets.
//!
//! A count sheet says what lies there; the book works out what is found and what is lost. Lines that come in stand before
//! lines that go out, so a line's number tells which it is.

use money::{Amount, Quantity};

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Counted, Kind, StockEntry, StockEntryKind, StockIn, StockOut};
use crate::costs::{Costs, sum};
use crate::ids::{DocumentId, LineRef, LotId};
use crate::master::Batches;
use crate::posting::Rule;
use crate::refusal::{Code, Refusal, bad};
use crate::stock::{Direction, LotSeed, Mark, NONE, Standing, minus, plus};

use super::check::{CODE_LENGTH, text};
use super::{Checked, lots};

pub(crate) fn check(at: Checked<'_>, mut entry: StockEntry) -> Result<StockEntry, Refusal> {
    at.day(entry.day)?;
    at.warehouse(entry.warehouse)?;
    if let Some(reason) = entry.reason {
        at.record(&at.book.reasons, reason.0)?;
    }
    let without = at.id.map(|id| at.book.released(id));
    let book = without.as_ref().unwrap_or(at.book);
    if entry.kind == StockEntryKind::Count {
        at.lines(Kind::StockEntry, entry.counted.len())?;
        count(Checked { book, ..at }, &mut entry)?;
    } else {
        let (ins, outs) = (entry.ins.len(), entry.outs.len());
        let (wrong, count) = match entry.kind {
            StockEntryKind::WriteOff => (ins, outs),
            _ => (outs, ins),
        };
        at.lines(Kind::StockEntry, if wrong > 0 { 0 } else { count })?;
    }
    for (number, line) in entry.ins.iter().enumerate() {
        let item = at.stocked(line.item)?;
        at.quantity("quantity", line.quantity)?;
        if line.cost < Amount::ZERO {
            let refusal = Refusal::new(Code::BadValue).with("field", "cost");
            return Err(refusal
                .with("value", line.cost.display(at.book.base))
                .with("why", "it is below zero"));
        }
        at.book.fits(i128::from(line.cost.minor()))?;
        if let Some(batch) = &line.batch {
            text("batch", batch, CODE_LENGTH)?;
        } else if item.batches == Batches::Required && entry.kind != StockEntryKind::Count {
            return Err(Refusal::new(Code::Missing).with("field", format!("batch number of {}", item.code)));
        }
        lots::can_bring(at.book, at.id, number, line.item, entry.warehouse, entry.day, line.quantity)?;
    }
    for number in entry.ins.len()..at.id.map_or(0, |id| at.book.documents[id.index()].lines.len()) {
        let lot = at.id.and_then(|id| lots::lot_of(at.book, id, number));
        if let Some(lot) = lot.filter(|lot| !lots::used(at.book, *lot).is_zero()) {
            return Err(lots::goods_used(at.book, lot, "saved without that line"));
        }
    }
    // A sheet that found goods before doesn't take them from what it found.
    let own = at.id.map_or(0, |id| book.documents[id.index()].lines.len());
    let own = (0..own).filter_map(|number| lots::lot_of(book, at.id?, number));
    let mut spoken: Spoken = own.map(|lot| (lot, book.lots[lot.index()].free)).collect();
    for line in &mut entry.outs {
        at.stocked(line.item)?;
        at.quantity("quantity", line.quantity)?;
        let (item, warehouse, day, quantity) = (line.item, entry.warehouse, entry.day, line.quantity);
        let wanted = Wanted { item, warehouse, day, quantity };
        line.takings = choose(book, wanted, &line.takings, &[], &mut spoken)?;
    }
    Ok(entry)
}

/// What a count finds and misses against the book at the end of its day.
fn count(at: Checked<'_>, entry: &mut StockEntry) -> Result<(), Refusal> {
    (entry.ins, entry.outs) = (Vec::new(), Vec::new());
    for line in entry.counted.clone() {
        let item = at.stocked(line.item)?;
        if line.quantity < Quantity::ZERO {
            at.quantity("counted quantity", line.quantity)?;
        }
        let (there, worth) = on_day(at, entry, line.item);
        let more = minus(line.quantity, there);
        if more > Quantity::ZERO {
            let cost = surplus_cost(at, &line, more, there, worth)?;
            entry.ins.push(StockIn { item: line.item, quantity: more, cost, batch: None, expiry: None });
        } else if more < Quantity::ZERO {
            entry.outs.push(StockOut { item: line.item, quantity: -more, takings: Vec::new() });
        }
        at.book.fits(i128::from(item.reorder_point.millionths()))?;
    }
    Ok(())
}

/// What lies there at the end of the count's day, and what it is worth; without what this count itself brought.
fn on_day(at: Checked<'_>, entry: &StockEntry, item: crate::ids::ItemId) -> (Quantity, Amount) {
    let Some(shelf) = at.book.find_shelf(item, entry.warehouse) else {
        return (Quantity::ZERO, Amount::ZERO);
    };
    let mut found = (Quantity::ZERO, Amount::ZERO);
    for (number, lot) in at.book.lots.iter().enumerate() {
        let own = at.id.is_some_and(|id| lot.from.document == id);
        if lot.shelf == shelf && lot.arrival <= entry.day && !own {
            let (quantity, _, value) = at.book.left_value(LotId(number as u32), entry.day);
            found = (plus(found.0, quantity), sum(found.1, value));
        }
    }
    found
}

fn surplus_cost(
    at: Checked<'_>,
    line: &Counted,
    more: Quantity,
    there: Quantity,
    worth: Amount,
) -> Result<Amount, Refusal> {
    let item = &at.book.items[line.item.0];
    if line.unit_cost.is_none() && there > Quantity::ZERO {
        let per_unit = worth.per(there, at.book.base).map_err(|error| bad("The unit cost", &error))?;
        let cost =
            more.at(per_unit, at.book.base).map_err(|error| bad("The cost of what was found", &error))?;
        return Ok(Amount::from_minor(cost.minor()));
    }
    let price = line.unit_cost.or(item.purchase_price);
    let price = price
        .ok_or_else(|| Refusal::new(Code::Missing).with("field", format!("unit cost of {}", item.code)))?;
    super::check::price(price)?;
    let cost = more.at(price, at.book.base).map_err(|error| bad("The cost of what was found", &error))?;
    Ok(Amount::from_minor(cost.minor()))
}

pub(crate) fn put(book: &mut Book, id: DocumentId, entry: &StockEntry) {
    let live = book.documents[id.index()].is_live();
    for (number, line) in entry.ins.iter().enumerate() {
        let seed = LotSeed {
            item: line.item,
            warehouse: entry.warehouse,
            from: LineRef { document: id, line: number as u16 },
            arrival: entry.day,
            received: entry.day,
            quantity: if live { line.quantity } else { Quantity::ZERO },
            parent: NONE,
            mark: Mark::of(&line.batch, line.expiry),
        };
        lots::bring(book, id, number, seed);
    }
    lots::drop_from(book, id, entry.ins.len());
    for (number, line) in entry.outs.iter().enumerate().filter(|_| live) {
        let by = LineRef { document: id, line: (entry.ins.len() + number) as u16 };
        book.take_line(by, &line.takings, entry.day, Standing::Taken);
    }
}

pub(crate) fn lot_costs(book: &Book, id: DocumentId, entry: &StockEntry) -> Vec<(LotId, Costs)> {
    let lots = entry.ins.iter().enumerate().filter_map(|(number, line)| {
        Some((lots::lot_of(book, id, number)?, Costs::on(entry.day, line.cost)))
    });
    lots.collect()
}

pub(crate) fn post(book: &mut Book, id: DocumentId, entry: &StockEntry, direction: Direction) {
    if !book.documents[id.index()].is_live() {
        return;
    }
    let rule = match entry.kind {
        StockEntryKind::Opening => Rule::OpeningStock,
        StockEntryKind::Found | StockEntryKind::Count | StockEntryKind::WriteOff => Rule::StockFound,
    };
    for (lot, costs) in lot_costs(book, id, entry) {
        let row = &book.lots[lot.index()];
        let detail = match rule {
            Rule::OpeningStock => book.of_item(id, row.item),
            _ => book.adjustment_detail(id, row.item, entry.warehouse, None),
        };
        book.post_rule(rule, Some(lot), &detail, &costs, direction);
    }
}
