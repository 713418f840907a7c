//! Receipts: goods of an order arrive and become lots (POST-1.3). What was rejected at the door never becomes stock.
//!
//! What the lots cost, their order says (`purchase_order.rs`).

use money::Quantity;

use crate::book::Book;
use crate::content::{Content, Kind, Receipt, TradeLine, VendorReturnKind};
use crate::ids::{DocumentId, LineRef, WarehouseId};
use crate::master::{Batches, Stocking};
use crate::refusal::{Code, Refusal};
use crate::stock::{LotSeed, Mark, NONE, minus, plus};

use super::check::{CODE_LENGTH, line_in_use, stock_units, text};
use super::{Checked, lots};

pub(crate) fn check(at: Checked<'_>, mut receipt: Receipt) -> Result<Receipt, Refusal> {
    at.lines(Kind::Receipt, receipt.lines.len())?;
    at.day(receipt.day)?;
    let document = at.document(receipt.order, Kind::PurchaseOrder)?;
    let Content::PurchaseOrder(order) = &document.content else { return Ok(receipt) };
    same_order(at, receipt.order)?;
    for (number, line) in receipt.lines.iter_mut().enumerate() {
        at.line(document, line.line, order.lines.len())?;
        let ordered = &order.lines[usize::from(line.line)];
        let item = at.item(ordered.item)?;
        if line.rejected < Quantity::ZERO || line.quantity.is_zero() && line.rejected.is_zero() {
            at.quantity("quantity", line.quantity)?;
        }
        if line.quantity < Quantity::ZERO {
            at.quantity("quantity", line.quantity)?;
        }
        let units = stock_units(at.book, ordered, line.quantity)?;
        at.book.fits(i128::from(units.millionths()))?;
        if item.stocking == Stocking::NonInventory {
            continue;
        }
        line.warehouse = Some(warehouse(at, line.warehouse, ordered)?);
        if let Some(batch) = &line.batch {
            text("batch", batch, CODE_LENGTH)?;
        } else if item.batches == Batches::Required {
            return Err(
                Refusal::new(Code::Missing).with("field", format!("the batch number of {}", item.code))
            );
        }
        let returned = at
            .id
            .map_or(Quantity::ZERO, |id| returned(at.book, LineRef { document: id, line: number as u16 }));
        if units < returned {
            let why = format!("{returned} of it went back to the vendor");
            let id = at.id.unwrap_or(receipt.order);
            return Err(line_in_use(at.book, id, number, "reduced", why, "Delete the return first."));
        }
        let stays = minus(units, returned);
        let place = line.warehouse.unwrap_or(WarehouseId(0));
        lots::can_bring(at.book, at.id, number, ordered.item, place, receipt.day, stays)?;
    }
    dropped_lines(at, receipt.lines.len())?;
    Ok(receipt)
}

fn same_order(at: Checked<'_>, order: DocumentId) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let document = &at.book.documents[id.index()];
    match &document.content {
        Content::Receipt(old) if old.order != order => {
            let refusal =
                Refusal::new(Code::FieldFixed).with("field", "The order").with("name", &document.number);
            Err(refusal
                .with("why", "its lots belong to it")
                .with("remedy", "Delete the receipt and make a new one."))
        }
        _ => Ok(()),
    }
}

/// Lines that an edit leaves out must have brought nothing that is used.
pub(crate) fn dropped_lines(at: Checked<'_>, from: usize) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    for line in from..at.book.documents[id.index()].lines.len() {
        if let Some(lot) = lots::lot_of(at.book, id, line).filter(|lot| !lots::used(at.book, *lot).is_zero())
        {
            return Err(lots::goods_used(at.book, lot, "saved without that line"));
        }
    }
    Ok(())
}

/// Where goods go: the line's own warehouse, else the order line's, else the only one there is.
fn warehouse(at: Checked<'_>, own: Option<WarehouseId>, line: &TradeLine) -> Result<WarehouseId, Refusal> {
    let only = || {
        let mut open = at.book.warehouses.iter().filter(|(_, row)| !row.archived);
        open.next().filter(|_| open.next().is_none()).map(|(id, _)| WarehouseId(id))
    };
    let found = own.or(line.warehouse).or_else(only);
    let warehouse = found.ok_or_else(|| Refusal::new(Code::Missing).with("field", "the warehouse"))?;
    at.warehouse(warehouse)?;
    Ok(warehouse)
}

/// Units of a receipt's line that went back before their bill.
pub(crate) fn returned(book: &Book, line: LineRef) -> Quantity {
    let mut total = Quantity::ZERO;
    for one in &book.documents[line.document.index()].dependents {
        let document = &book.documents[one.index()];
        let Content::VendorReturn(back) = &document.content else { continue };
        if document.is_live() {
            let lines =
                back.lines.iter().filter(|l| l.receipt == line && l.kind == VendorReturnKind::BeforeBill);
            total = lines.fold(total, |total, line| plus(total, line.quantity));
        }
    }
    total
}

pub(crate) fn put(book: &mut Book, id: DocumentId, receipt: &Receipt) {
    let Content::PurchaseOrder(order) = book.documents[receipt.order.index()].content.clone() else { return };
    let live = book.documents[id.index()].is_live();
    book.documents[id.index()].reserve_lines(receipt.lines.len());
    for (number, line) in receipt.lines.iter().enumerate() {
        let ordered = &order.lines[usize::from(line.line)];
        let Some(warehouse) = line
            .warehouse
            .filter(|_| book.item_for(receipt.order, ordered.item).stocking == Stocking::Stocked)
        else {
            continue;
        };
        let from = LineRef { document: id, line: number as u16 };
        let units = stock_units(book, ordered, line.quantity).unwrap_or_default();
        let quantity = if live { minus(units, returned(book, from)) } else { Quantity::ZERO };
        let seed = LotSeed {
            item: ordered.item,
            warehouse,
            from,
            arrival: receipt.day,
            received: receipt.day,
            quantity,
            parent: NONE,
            mark: Mark::of(&line.batch, line.expiry),
        };
        lots::bring(book, id, number, seed);
    }
    lots::drop_from(book, id, receipt.lines.len());
}
