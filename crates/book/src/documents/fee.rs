//! Additional fees (POST-20): of an order, of receipts, of a transfer; by its own supplier or another (POST-1.7).
//!
//! A fee's amount is an estimate until a bill line names it. Not here: the split (`fees.rs`).

use std::collections::BTreeSet;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::content::{Content, Fee, FeeBasis, FeeTarget, Kind};
use crate::costs::Costs;
use crate::day::Day;
use crate::fees::{self as split, Carrier};
use crate::ids::{DocumentId, LotId};
use crate::master::PartyKind;
use crate::posting::{Rule, Tracking};
use crate::refusal::{Code, Refusal};
use crate::stock::plus;

use super::{Checked, bill, order_costs, purchase_order};

pub(crate) fn check(at: Checked<'_>, mut fee: Fee) -> Result<Fee, Refusal> {
    at.day(fee.day)?;
    at.tracking(fee.tracking)?;
    if let Some(supplier) = fee.supplier {
        at.party(supplier, PartyKind::Supplier)?;
    }
    if fee.amount.minor() < 0 {
        let refusal = Refusal::new(Code::BadValue).with("field", "amount").with("value", fee.amount);
        return Err(refusal.with("why", "it is below zero"));
    }
    let rate = at.rate(fee.amount.currency(), fee.rate, fee.day)?;
    fee.rate = Some(rate);
    at.book.fits(i128::from(at.book.try_to_base(fee.amount, rate)?.minor()))?;
    let (carriers, number) = match &fee.target {
        FeeTarget::Order(order) => {
            let number = at.document(*order, Kind::PurchaseOrder)?.number.clone();
            (order_items(at.book, *order), number)
        }
        FeeTarget::Receipts(receipts) => {
            at.lines(Kind::Fee, receipts.len())?;
            let mut items = Vec::new();
            for receipt in receipts {
                at.document(*receipt, Kind::Receipt)?;
                items.extend(lots_carrying(at.book, *receipt).map(|lot| at.book.lots[lot.index()].item));
            }
            (items, at.document(receipts[0], Kind::Receipt)?.number.clone())
        }
        FeeTarget::Transfer(transfer) => {
            let document = at.document(*transfer, Kind::Transfer)?;
            let Content::Transfer(content) = &document.content else { return Ok(fee) };
            (content.lines.iter().map(|line| line.item).collect(), document.number.clone())
        }
    };
    if carriers.is_empty() {
        return Err(Refusal::new(Code::NothingToCarry).with("number", number));
    }
    let whole = matches!(fee.target, FeeTarget::Order(order) if at.book.buys_operation(order));
    if fee.basis == FeeBasis::Weight
        && !whole
        && let Some(item) = carriers.iter().find(|item| at.book.items[item.0].weight.is_none())
    {
        return Err(Refusal::new(Code::NoWeight).with("item", &at.book.items[item.0].code));
    }
    Ok(fee)
}

fn order_items(book: &Book, order: DocumentId) -> Vec<crate::ids::ItemId> {
    let Content::PurchaseOrder(content) = &book.documents[order.index()].content else { return Vec::new() };
    if content.operation.is_some() {
        // Work in progress carries it, whatever the lines are (POST-20).
        return content.lines.iter().map(|line| line.item).collect();
    }
    let stocked = |item: &crate::ids::ItemId| book.items[item.0].stocking == crate::master::Stocking::Stocked;
    content
        .lines
        .iter()
        .filter(|line| line.quantity > Quantity::ZERO)
        .map(|line| line.item)
        .filter(stocked)
        .collect()
}

fn lots_carrying(book: &Book, receipt: DocumentId) -> impl Iterator<Item = LotId> {
    let lots = book.documents[receipt.index()].lines.iter().filter_map(|state| state.lot());
    lots.filter(|lot| book.lots[lot.index()].quantity > Quantity::ZERO)
}

/// The rule by which a fee is posted.
pub(crate) fn rule(fee: &Fee) -> Rule {
    if fee.supplier.is_some() { Rule::FeeOfAnother } else { Rule::GoodsReceived }
}

/// A fee's cost by day: the estimate, then what was billed for it (POST-27).
pub(crate) fn entries(book: &Book, id: DocumentId, fee: &Fee) -> Costs {
    let mut billed: Vec<(Day, Amount)> = Vec::new();
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        if let Content::Bill(content) = &document.content
            && document.is_live()
        {
            bill::fee_amounts(book, *one, content, id, &mut billed);
        }
    }
    billed.extend(billed_by_order(book, fee));
    billed.sort();
    split::entries(fee.day, book.to_base(fee.amount, fee.rate), &billed)
}

/// What an order that is its own bill says of a fee that its supplier bills with it, at the order's rate (DOC-10).
pub(crate) fn billed_by_order(book: &Book, fee: &Fee) -> Option<(Day, Amount)> {
    let FeeTarget::Order(order) = fee.target else { return None };
    let Content::PurchaseOrder(content) = &book.documents[order.index()].content else { return None };
    let own = fee.supplier.is_none() && fee.amount.currency() == content.terms.currency;
    let day = purchase_order::billed_on(book, order).filter(|_| own)?;
    Some((day, book.to_base(fee.amount, content.terms.rate)))
}

/// The orders whose receipts carry a fee.
pub(crate) fn orders(book: &Book, fee: &Fee) -> BTreeSet<DocumentId> {
    match &fee.target {
        FeeTarget::Order(order) => BTreeSet::from([*order]),
        FeeTarget::Transfer(_) => BTreeSet::new(),
        FeeTarget::Receipts(receipts) => receipts.iter().filter_map(|one| order_of(book, *one)).collect(),
    }
}

fn order_of(book: &Book, receipt: DocumentId) -> Option<DocumentId> {
    match &book.documents[receipt.index()].content {
        Content::Receipt(receipt) => Some(receipt.order),
        _ => None,
    }
}

/// The documents that decide what the goods under a fee cost.
pub(crate) fn carriers(book: &Book, fee: &Fee) -> BTreeSet<DocumentId> {
    match &fee.target {
        FeeTarget::Transfer(transfer) => BTreeSet::from([*transfer]),
        FeeTarget::Order(_) | FeeTarget::Receipts(_) => {
            orders(book, fee).into_iter().flat_map(|order| order_costs::family(book, order)).collect()
        }
    }
}

/// A fee of receipts, split over all their lots: each lot's part.
pub(crate) fn over_receipts(book: &Book, id: DocumentId, mut each: impl FnMut(LotId, Rule, Tracking, Costs)) {
    let Content::Fee(fee) = &book.documents[id.index()].content else { return };
    let FeeTarget::Receipts(receipts) = &fee.target else { return };
    let receipts: BTreeSet<DocumentId> = receipts.iter().copied().collect();
    let lots: Vec<LotId> = receipts
        .iter()
        .filter(|one| book.documents[one.index()].is_live())
        .flat_map(|receipt| lots_carrying(book, *receipt))
        .collect();
    let carriers: Vec<Carrier> = lots.iter().map(|lot| carrier(book, *lot)).collect();
    for (lot, part) in lots.iter().zip(split::split(&entries(book, id, fee), fee.basis, &carriers)) {
        let mut costs = Costs::default();
        costs.add_all(&part, book.lots[lot.index()].arrival);
        each(*lot, rule(fee), fee.tracking, costs);
    }
}

/// A received lot as a carrier: its value is what its order says.
fn carrier(book: &Book, lot: LotId) -> Carrier {
    let row = &book.lots[lot.index()];
    let mut value = Amount::ZERO;
    if let Content::Receipt(receipt) = &book.documents[row.from.document.index()].content
        && let Content::PurchaseOrder(order) = &book.documents[receipt.order.index()].content
    {
        let line = &order.lines[usize::from(receipt.lines[usize::from(row.from.line)].line)];
        let units = row.quantity.from_stock_units(line.factor.unwrap_or(money::UnitFactor::ONE));
        let units = match units {
            Ok(units) | Err(money::Error::NotExact { nearest: units }) => units,
            Err(_) => Quantity::ZERO,
        };
        let net = super::check::cost(units, line.price, line.discount, line.tax, &order.terms);
        value = net.map_or(Amount::ZERO, |net| book.to_base(net, order.terms.rate));
    }
    Carrier { value, quantity: row.quantity, weight: book.item_for(row.from.document, row.item).weight }
}

/// Fees of a transfer, split over what arrived: value is what the moved units cost.
pub(crate) fn over_transfer(book: &Book, transfer: DocumentId, moved: &[(LotId, Costs)]) -> Vec<Costs> {
    let mut parts = vec![Costs::default(); moved.len()];
    let sent = sent_units(book, transfer);
    let arrived =
        moved.iter().fold(Quantity::ZERO, |sum, (lot, _)| plus(sum, book.lots[lot.index()].quantity));
    for one in &book.documents[transfer.index()].dependents {
        let document = &book.documents[one.index()];
        let Content::Fee(fee) = &document.content else { continue };
        if !document.is_live() {
            continue;
        }
        let carriers: Vec<Carrier> = moved
            .iter()
            .map(|(lot, costs)| {
                let row = &book.lots[lot.index()];
                Carrier {
                    value: costs.total(),
                    quantity: row.quantity,
                    weight: book.item_for(row.from.document, row.item).weight,
                }
            })
            .collect();
        // What is still on its way keeps its share by quantity.
        let here = entries(book, *one, fee).part(Quantity::ZERO, arrived, sent.max(arrived), Day::FIRST);
        for (number, part) in split::split(&here, fee.basis, &carriers).into_iter().enumerate() {
            parts[number].add_all(&part, book.lots[moved[number].0.index()].arrival);
        }
    }
    parts
}

fn sent_units(book: &Book, transfer: DocumentId) -> Quantity {
    match &book.documents[transfer.index()].content {
        Content::Transfer(content) => {
            content.lines.iter().fold(Quantity::ZERO, |sum, line| plus(sum, line.quantity))
        }
        _ => Quantity::ZERO,
    }
}
