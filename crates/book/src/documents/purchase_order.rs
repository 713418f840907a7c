//! Purchase orders (POST-1): what is checked when one is made, changed or withdrawn. By itself an order posts nothing.
//!
//! Not here: what its lots cost (`order_costs.rs`), receiving (`receipt.rs`).

use std::collections::BTreeSet;

use money::Quantity;

use super::check::line_in_use;
use super::order_costs::live_dependents;
use super::{Checked, bill, lots, manufacturing_order, payment};
use crate::book::Book;
use crate::command::Withdrawal;
use crate::content::{BillTarget, BoughtOperation, Content, FeeTarget, Kind, PurchaseOrder, TradeLine};
use crate::day::Day;
use crate::ids::DocumentId;
use crate::master::{PartyKind, Stocking};
use crate::refusal::{Code, Refusal};
use crate::totals;

pub(crate) fn check(at: Checked<'_>, mut order: PurchaseOrder) -> Result<PurchaseOrder, Refusal> {
    at.lines(Kind::PurchaseOrder, order.lines.len())?;
    at.terms(&mut order.terms, PartyKind::Supplier)?;
    let terms = order.terms.clone();
    for (number, line) in order.lines.iter_mut().enumerate() {
        keep_factor(at, number, line);
        at.trade_line(line, &terms)?;
    }
    check_invoice(at, &mut order)?;
    if let Some(bought) = order.operation {
        check_operation(at, bought, &order)?;
    }
    if let Some(id) = at.id {
        check_edit(at.book, id, &order)?;
    }
    Ok(order)
}

/// An order that is its own bill has the supplier's invoice ID, its date, a due date (DOC-3), and no other bill.
fn check_invoice(at: Checked<'_>, order: &mut PurchaseOrder) -> Result<(), Refusal> {
    let party = order.terms.party;
    let Some(invoice) = &mut order.invoice else { return Ok(()) };
    if invoice.id.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "supplier invoice ID"));
    }
    super::check::text("supplier invoice ID", &invoice.id, super::check::CODE_LENGTH)?;
    at.day(invoice.day)?;
    let terms = at.book.parties[party.0].bill_terms;
    invoice.due = bill::due(at, invoice.due, terms, invoice.day, Some(&invoice.id))?;
    bill::not_repeated(at, party, Some(&invoice.id), invoice.repeated)?;
    let Some(id) = at.id else { return Ok(()) };
    let own = totals::own_fees(at.book, id, order.terms.currency).map(|(fee, _)| fee);
    let named: Vec<DocumentId> = own.chain([id]).flat_map(|one| live_dependents(at.book, one)).collect();
    let bills = named.into_iter().filter(|one| at.book.documents[one.index()].kind() == Kind::Bill);
    let bills = super::check::numbers(at.book, bills);
    if bills.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", at.book.documents[id.index()].number());
    Err(refusal.with("action", "made its own bill").with("dependents", bills))
}

/// The day from which an order is its own bill (SEL-2).
pub(crate) fn billed_on(book: &Book, id: DocumentId) -> Option<Day> {
    let document = &book.documents[id.index()];
    match &document.content {
        Content::PurchaseOrder(order) if document.is_live() => order.invoice.as_ref().map(|one| one.day),
        _ => None,
    }
}

/// An order for an operation buys services only: their cost becomes work in progress, not stock (POST-3).
fn check_operation(at: Checked<'_>, bought: BoughtOperation, order: &PurchaseOrder) -> Result<(), Refusal> {
    let document = at.document(bought.order, Kind::ManufacturingOrder)?;
    let Some(making) = manufacturing_order::content(at.book, bought.order) else { return Ok(()) };
    at.line(document, bought.operation, making.operations.len())?;
    if let Some(shipped) = bought.shipped {
        at.day(shipped)?;
    }
    for line in &order.lines {
        let item = &at.book.items[line.item.0];
        if item.stocking == Stocking::Stocked {
            let refusal =
                Refusal::new(Code::WrongKind).with("name", &item.code).with("actual", "a stocked item");
            return Err(refusal.with("wanted", "a non-inventory item"));
        }
    }
    Ok(())
}

/// A line keeps the factor that its unit had when it was ordered (DOC-22).
fn keep_factor(at: Checked<'_>, number: usize, line: &mut TradeLine) {
    let Some(Content::PurchaseOrder(old)) = at.id.map(|id| &at.book.documents[id.index()].content) else {
        return;
    };
    if let Some(old) = old.lines.get(number).filter(|old| (old.item, old.unit) == (line.item, line.unit)) {
        line.factor = line.factor.or(old.factor);
    }
}

/// A line with receipts, bills or returns keeps its item and unit, and its place.
fn check_edit(book: &Book, id: DocumentId, new: &PurchaseOrder) -> Result<(), Refusal> {
    let Content::PurchaseOrder(old) = &book.documents[id.index()].content else { return Ok(()) };
    for (line, before) in old.lines.iter().enumerate() {
        let standing = standing_on(book, id, line);
        if standing.is_empty() {
            continue;
        }
        let text = format!("it is named by {}", super::check::numbers(book, standing.into_iter()));
        let same = |after: &&TradeLine| (after.item, after.factor) == (before.item, before.factor);
        match new.lines.get(line) {
            None => {
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "removed",
                    text,
                    "Give it quantity 0, or delete those first.",
                ));
            }
            Some(after) if !same(&after) => {
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "changed to another item or unit",
                    text,
                    "Add a new line instead.",
                ));
            }
            Some(after) if after.tracking != before.tracking && went_back(book, id) => {
                let why = "goods of the order went back to the vendor with it".to_owned();
                return Err(line_in_use(
                    book,
                    id,
                    line,
                    "given other tracking",
                    why,
                    "Delete the return first.",
                ));
            }
            Some(_) => {}
        }
    }
    keeps_its_fees(book, id, new)
}

/// An order with fees keeps a line that can carry them (POST-20).
fn keeps_its_fees(book: &Book, id: DocumentId, new: &PurchaseOrder) -> Result<(), Refusal> {
    let carries = |line: &TradeLine| {
        line.quantity > Quantity::ZERO && book.items[line.item.0].stocking == Stocking::Stocked
    };
    let is_fee = |one: &DocumentId| match &book.documents[one.index()].content {
        Content::Fee(fee) => matches!(fee.target, FeeTarget::Order(_)),
        _ => false,
    };
    let fees = super::check::numbers(book, live_dependents(book, id).filter(is_fee));
    if fees.is_empty() || new.operation.is_some() || new.lines.iter().any(carries) {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
    Err(refusal.with("action", "left without stocked lines").with("dependents", fees))
}

fn went_back(book: &Book, id: DocumentId) -> bool {
    live_dependents(book, id).any(|one| book.documents[one.index()].kind() == Kind::VendorReturn)
}

/// Live documents that refer to a line.
fn standing_on(book: &Book, id: DocumentId, line: usize) -> BTreeSet<DocumentId> {
    let mut standing = BTreeSet::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        let refers = match &document.content {
            Content::Receipt(c) => c.lines.iter().any(|l| usize::from(l.line) == line),
            Content::Bill(c) => c.lines.iter().any(|l| match l.target {
                BillTarget::Order(at) => at.document == id && usize::from(at.line) == line,
                _ => false,
            }),
            Content::VendorShipment(c) => usize::from(c.line) == line,
            _ => false,
        };
        if document.is_live() && refers {
            standing.insert(*one);
        }
    }
    standing
}

/// An order takes its receipts and fees with it, while their goods are unused (POST-1.6); its bills stay.
pub(crate) fn check_withdrawal(
    book: &Book,
    id: DocumentId,
    how: Withdrawal,
) -> Result<Vec<DocumentId>, Refusal> {
    let with_it = format!("{} with its order", how.words());
    let mut with = Vec::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        if !document.is_live() {
            continue;
        }
        match &document.content {
            Content::Receipt(_) => {
                lots::none_used(book, *one, &with_it)?;
                let fees = document.dependents.iter().filter(|fee| book.documents[fee.index()].is_live());
                if let Some(fee) =
                    fees.clone().find(|one| matches!(book.documents[one.index()].content, Content::Fee(_)))
                {
                    let refusal = Refusal::new(Code::HasDependents).with("number", document.number());
                    let fee = book.documents[fee.index()].number();
                    return Err(refusal.with("action", &with_it).with("dependents", fee));
                }
                with.push(*one);
            }
            Content::VendorReturn(_) | Content::VendorShipment(_) => {
                let refusal =
                    Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
                return Err(refusal.with("action", how.words()).with("dependents", document.number()));
            }
            Content::Fee(c) if c.supplier.is_none() => with.push(*one),
            Content::Fee(_) => {
                let refusal =
                    Refusal::new(Code::HasDependents).with("number", book.documents[id.index()].number());
                return Err(refusal.with("action", how.words()).with("dependents", document.number()));
            }
            _ => {}
        }
    }
    payment::none_paid(Checked { book, id: Some(id) }, id, how.words())?;
    with.push(id);
    Ok(with)
}
