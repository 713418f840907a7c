//! Goods going back to the vendor: before their bill or for replacement (POST-1.8a), or for credit (POST-1.8b).
//!
//! Before the bill the receipt shrinks as if those units had never come; while they were here they were a lot of their
//! own at the order's price, which leaves on the day of the return. For credit they leave at the lot's cost.

use std::collections::BTreeMap;

use money::Quantity;

use crate::book::Book;
use crate::choose::{Spoken, Wanted, choose};
use crate::content::{Content, CreditTarget, Kind, Taking, VendorReturn, VendorReturnKind, VendorReturnLine};
use crate::ids::{DocumentId, LineRef};
use crate::posting::Rule;
use crate::posts::Detail;
use crate::refusal::{Code, Refusal};
use crate::stock::{LotSeed, NONE, Standing, minus, plus};

use super::check::line_in_use;
use super::{Checked, lots, receipt};

pub(crate) fn check(at: Checked<'_>, mut back: VendorReturn) -> Result<VendorReturn, Refusal> {
    at.lines(Kind::VendorReturn, back.lines.len())?;
    at.day(back.day)?;
    let order = at.document(back.order, Kind::PurchaseOrder)?;
    // An edit is checked as if its own effect were not there.
    if let Some(id) = at.id {
        credited_lines_stay(at.book, id, &back)?;
    }
    let without = at.id.map(|id| at.book.without(id));
    let book = without.as_ref().unwrap_or(at.book);
    let at = Checked { book, ..at };
    let (mut spoken, mut asked) = (Spoken::new(), BTreeMap::new());
    for line in &mut back.lines {
        let document = at.document(line.receipt.document, Kind::Receipt)?;
        let Content::Receipt(from) = &document.content else { continue };
        if from.order != back.order {
            let refusal = Refusal::new(Code::NotOfOrder).with("what", &document.number);
            return Err(refusal.with("number", &order.number));
        }
        at.line(document, line.receipt.line, from.lines.len())?;
        at.quantity("quantity", line.quantity)?;
        let own = lots::lot_of(book, line.receipt.document, usize::from(line.receipt.line));
        let Some(own) = own else {
            return Err(over(book, line.receipt, Quantity::ZERO, line.quantity));
        };
        let lot = &book.lots[own.index()];
        if line.takings.is_empty() {
            line.takings = vec![Taking { lot: own, quantity: line.quantity }];
        }
        let other = line.takings.iter().find(|taking| taking.lot != own);
        if let Some(other) = other.filter(|_| line.kind == VendorReturnKind::BeforeBill) {
            if book.lot(other.lot).is_none() {
                return Err(Refusal::new(Code::Unknown).with("kind", "lot").with("id", other.lot.number()));
            }
            let place = format!("the goods of {}", super::check::name_line(book, line.receipt));
            let refusal = Refusal::new(Code::LotOfOther).with("lot", super::check::name_lot(book, other.lot));
            return Err(refusal.with("actual", "other goods").with("wanted", place));
        }
        let so_far = asked.entry(line.receipt).or_insert(Quantity::ZERO);
        let left = minus(minus(lot.quantity, credited_back(book, line.receipt)), *so_far);
        if line.quantity > left {
            return Err(over(book, line.receipt, left, line.quantity));
        }
        *so_far = plus(*so_far, line.quantity);
        let first = line.takings.first().and_then(|taking| book.lots.get(taking.lot.index())).unwrap_or(lot);
        let warehouse = book.shelves[first.shelf as usize].warehouse;
        let wanted = Wanted { item: lot.item, warehouse, day: back.day, quantity: line.quantity };
        line.takings = choose(book, wanted, &line.takings, &[], &mut spoken)?;
    }
    Ok(back)
}

/// A line that a supplier credits stays what it is: the credit is for it (POST-1.8b).
fn credited_lines_stay(book: &Book, id: DocumentId, new: &VendorReturn) -> Result<(), Refusal> {
    let document = &book.documents[id.index()];
    let Content::VendorReturn(old) = &document.content else { return Ok(()) };
    for one in &document.dependents {
        let credit = &book.documents[one.index()];
        let Content::SupplierCredit(content) = &credit.content else { continue };
        for credited in content.lines.iter().filter(|_| credit.is_live()) {
            let CreditTarget::Return(target) = credited.target else { continue };
            let line = usize::from(target.line);
            let (before, after) = (old.lines.get(line), new.lines.get(line));
            let place = |line: &VendorReturnLine| (line.receipt, line.kind);
            if target.document == id && before.map(place) != after.map(place) {
                let why = format!("{} credits it", credit.number);
                let action = if after.is_some() { "changed to other goods" } else { "left out" };
                return Err(line_in_use(book, id, line, action, why, "Delete the credit first."));
            }
        }
    }
    Ok(())
}

fn over(book: &Book, receipt: LineRef, left: Quantity, wanted: Quantity) -> Refusal {
    let refusal = Refusal::new(Code::OverReturn).with("wanted", wanted).with("left", left);
    let item = match &book.documents[receipt.document.index()].content {
        Content::Receipt(c) => match &book.documents[c.order.index()].content {
            Content::PurchaseOrder(order) => {
                let line = c.lines.get(usize::from(receipt.line)).map_or(0, |line| usize::from(line.line));
                book.items[order.lines[line].item.0].code.to_string()
            }
            _ => String::new(),
        },
        _ => String::new(),
    };
    refusal.with("item", item).with("number", super::check::name_line(book, receipt))
}

/// Units of a receipt's line that went back for credit.
fn credited_back(book: &Book, line: LineRef) -> Quantity {
    let mut total = Quantity::ZERO;
    for one in &book.documents[line.document.index()].dependents {
        let document = &book.documents[one.index()];
        let Content::VendorReturn(back) = &document.content else { continue };
        if document.is_live() {
            let lines =
                back.lines.iter().filter(|l| l.receipt == line && l.kind == VendorReturnKind::ForCredit);
            total = lines.fold(total, |total, line| plus(total, line.quantity));
        }
    }
    total
}

pub(crate) fn put(book: &mut Book, id: DocumentId, back: &VendorReturn) {
    let live = book.documents[id.index()].is_live();
    for (number, line) in back.lines.iter().enumerate() {
        let by = LineRef { document: id, line: number as u16 };
        match line.kind {
            VendorReturnKind::BeforeBill => {
                shrink(book, line.receipt);
                let Some(own) =
                    book.documents[line.receipt.document.index()].lines[usize::from(line.receipt.line)].lot()
                else {
                    continue;
                };
                let row = &book.lots[own.index()];
                let seed = LotSeed {
                    item: row.item,
                    warehouse: book.shelves[row.shelf as usize].warehouse,
                    from: by,
                    arrival: row.arrival,
                    received: row.received,
                    quantity: if live { line.quantity } else { Quantity::ZERO },
                    parent: NONE,
                    mark: row.mark.clone(),
                };
                lots::bring(book, id, number, seed);
                if let Some(lot) = lots::lot_of(book, id, number).filter(|_| live) {
                    book.take_line(by, &[Taking { lot, quantity: line.quantity }], back.day, Standing::Taken);
                }
            }
            VendorReturnKind::ForCredit => {
                if live {
                    book.take_line(by, &line.takings, back.day, Standing::Taken);
                }
            }
        }
    }
    lots::drop_from(book, id, back.lines.len());
}

/// Gives a receipt's lot the units that stayed.
pub(crate) fn shrink(book: &mut Book, line: LineRef) {
    if let Content::Receipt(content) = book.documents[line.document.index()].content.clone() {
        receipt::put(book, line.document, &content);
    }
}

/// Which row a line posts, with the tracking of its order line.
pub(crate) fn detail(book: &Book, back: &VendorReturn, line: usize) -> (Rule, Detail) {
    let line = &back.lines[line];
    let rule = match line.kind {
        VendorReturnKind::BeforeBill => Rule::ReturnedBeforeBill,
        VendorReturnKind::ForCredit => Rule::ReturnedForCredit,
    };
    let mut detail = Detail::default();
    if let Content::Receipt(receipt) = &book.documents[line.receipt.document.index()].content
        && let Content::PurchaseOrder(order) = &book.documents[receipt.order.index()].content
    {
        let ordered = &order.lines[usize::from(receipt.lines[usize::from(line.receipt.line)].line)];
        detail.tracking = ordered.tracking.or(book.item_for(receipt.order, ordered.item).tracking);
    }
    (rule, detail)
}

/// The order's line whose goods went back with a return's line.
pub(crate) fn ordered_line(book: &Book, at: LineRef) -> Option<LineRef> {
    let Content::VendorReturn(back) = &book.documents[at.document.index()].content else { return None };
    let receipt = back.lines.get(usize::from(at.line))?.receipt;
    let Content::Receipt(content) = &book.documents[receipt.document.index()].content else { return None };
    let line = content.lines.get(usize::from(receipt.line))?.line;
    Some(LineRef { document: content.order, line })
}
