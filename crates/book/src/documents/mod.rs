//! One file per kind of document: what is checked, what it takes and brings, what its lots cost, what it posts.
//!
//! Every kind answers the same few questions, and each question is one `match` here, so a new kind is one file and one
//! arm each. An edit is: take back what the old content did, put what the new one says; lots keep their identity.
//! Not here: how costs flow on (`graph.rs`), the accounts (`posting.rs`).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::command::Withdrawal;
use crate::content::{BillTarget, Content, CreditTarget, FeeTarget, Kind};
use crate::costs::Costs;
use crate::ids::{DocumentId, LotId};
use crate::posting::Rule;
use crate::refusal::Refusal;
use crate::stock::Direction;

pub(crate) mod adjusting_entry;
pub(crate) mod bill;
pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod consumption;
pub(crate) mod customer_return;
pub(crate) mod fee;
pub(crate) mod lots;
pub(crate) mod manufacturing_costs;
pub(crate) mod manufacturing_order;
pub(crate) mod order_costs;
pub(crate) mod payment;
pub(crate) mod plan;
pub(crate) mod purchase_order;
pub(crate) mod put_back;
pub(crate) mod quote;
pub(crate) mod receipt;
pub(crate) mod returns;
pub(crate) mod revaluation;
pub(crate) mod sales;
pub(crate) mod shipment;
pub(crate) mod stock_entry;
pub(crate) mod transfer;
pub(crate) mod vendor_return;
pub(crate) mod vendor_shipment;
pub(crate) mod work;

/// What is checked: the book, and the document if it exists already.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) book: &'a Book,
    pub(crate) id: Option<DocumentId>,
}

/// What leaves work in progress, or is added to lots, by a rule of its own: kept as it was posted, because it stands on lots
/// whose costs may be changing while it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    pub(crate) rule: Rule,
    pub(crate) lot: Option<LotId>,
    /// The line of the document that it is about.
    pub(crate) line: Option<u16>,
    /// The document that says so.
    pub(crate) by: DocumentId,
    pub(crate) costs: Costs,
}

/// What a document decides: its lots' costs, and what it carries besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Worked {
    pub(crate) lots: Vec<(LotId, Costs)>,
    pub(crate) carried: Vec<Carried>,
}

impl Worked {
    fn carry(&mut self, rule: Rule, line: Option<u16>, by: DocumentId, costs: Costs) {
        if !costs.is_empty() {
            self.carried.push(Carried { rule, lot: None, line, by, costs });
        }
    }

    fn carry_to(&mut self, rule: Rule, lot: LotId, by: DocumentId, costs: Costs) {
        if !costs.is_empty() {
            self.carried.push(Carried { rule, lot: Some(lot), line: None, by, costs });
        }
    }
}

/// Checks a document's content and makes the choices that it leaves open.
pub(crate) fn check_content(at: Checked<'_>, content: Content) -> Result<Content, Refusal> {
    Ok(match content {
        Content::PurchaseOrder(c) => purchase_order::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Receipt(c) => receipt::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::VendorReturn(c) => vendor_return::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Fee(c) => fee::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Bill(c) => bill::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::SupplierCredit(c) => bill::check_credit(at, Arc::unwrap_or_clone(c))?.into(),
        Content::StockEntry(c) => stock_entry::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Revaluation(c) => revaluation::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Transfer(c) => transfer::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::TransferReceipt(c) => transfer::check_receipt(at, Arc::unwrap_or_clone(c))?.into(),
        Content::CustomerOrder(c) => sales::check_order(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Shipment(c) => shipment::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Invoice(c) => sales::check_invoice(at, Arc::unwrap_or_clone(c))?.into(),
        Content::CustomerReturn(c) => customer_return::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Quote(c) => quote::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Payment(c) => payment::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Allocation(c) => payment::check_allocation(at, Arc::unwrap_or_clone(c))?.into(),
        Content::ManufacturingOrder(c) => manufacturing_order::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Consumption(c) => consumption::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::PutBack(c) => put_back::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Work(c) => work::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::Completion(c) => completion::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::VendorShipment(c) => vendor_shipment::check(at, Arc::unwrap_or_clone(c))?.into(),
        Content::AdjustingEntry(c) => adjusting_entry::check(at, Arc::unwrap_or_clone(c))?.into(),
    })
}

/// Checks that a live document can be withdrawn; the documents that go with it, in order.
pub(crate) fn check_withdrawal(
    book: &Book,
    id: DocumentId,
    how: Withdrawal,
) -> Result<Vec<DocumentId>, Refusal> {
    match &book.documents[id.index()].content {
        Content::PurchaseOrder(_) => purchase_order::check_withdrawal(book, id, how),
        Content::Receipt(_)
        | Content::StockEntry(_)
        | Content::TransferReceipt(_)
        | Content::PutBack(_)
        | Content::Completion(_)
        | Content::CustomerReturn(_) => {
            check::no_dependents(book, id, how.words())?;
            lots::none_used(book, id, how.words())?;
            Ok(vec![id])
        }
        Content::Fee(_)
        | Content::Bill(_)
        | Content::SupplierCredit(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::CustomerOrder(_)
        | Content::Shipment(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::ManufacturingOrder(_)
        | Content::Consumption(_)
        | Content::Work(_)
        | Content::VendorShipment(_)
        | Content::AdjustingEntry(_)
        | Content::VendorReturn(_) => {
            check::no_dependents(book, id, how.words())?;
            Ok(vec![id])
        }
    }
}

/// The documents that a content names; they learn that this one stands on them.
pub(crate) fn named(content: &Content) -> BTreeSet<DocumentId> {
    let mut named = BTreeSet::new();
    match content {
        Content::Receipt(c) => named.extend([c.order]),
        Content::VendorReturn(c) => {
            named.extend([c.order]);
            named.extend(c.lines.iter().map(|line| line.receipt.document));
        }
        Content::Fee(c) => match &c.target {
            FeeTarget::Order(target) | FeeTarget::Transfer(target) => named.extend([*target]),
            FeeTarget::Receipts(receipts) => named.extend(receipts),
        },
        Content::Bill(c) => {
            for line in &c.lines {
                match line.target {
                    BillTarget::Order(at) => named.extend([at.document]),
                    BillTarget::Fee(fee) => named.extend([fee]),
                    BillTarget::Expense(_) => {}
                }
                named.extend(line.receipt.map(|at| at.document));
            }
        }
        Content::SupplierCredit(c) => {
            named.extend(c.lines.iter().filter_map(|line| match line.target {
                CreditTarget::Return(at) | CreditTarget::Price(at) => Some(at.document),
                CreditTarget::Other(_) => None,
            }));
        }
        Content::TransferReceipt(c) => named.extend([c.transfer]),
        Content::Shipment(c) => named.extend(c.order),
        Content::Invoice(c) => named.extend(c.sources.iter().flatten().map(|at| at.document)),
        Content::CustomerReturn(c) => named.extend([c.shipment]),
        Content::CustomerOrder(c) => named.extend(c.quote),
        Content::Payment(_) | Content::Allocation(_) => named.extend(payment::named(content)),
        Content::PurchaseOrder(c) => named.extend(c.operation.map(|bought| bought.order)),
        Content::ManufacturingOrder(c) => named.extend(c.source.map(|at| at.document)),
        Content::Consumption(c) => named.extend([c.order]),
        Content::PutBack(c) => named.extend([c.of]),
        Content::Work(c) => named.extend([c.order]),
        Content::Completion(c) => named.extend([c.order]),
        Content::VendorShipment(c) => named.extend([c.order]),
        Content::StockEntry(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::Quote(_)
        | Content::AdjustingEntry(_) => {}
    }
    named
}

/// The documents whose lots' costs or postings depend on this one.
pub(crate) fn touched(book: &Book, id: DocumentId, content: &Content) -> BTreeSet<DocumentId> {
    let mut touched = BTreeSet::from([id]);
    match content {
        Content::PurchaseOrder(_) => touched.extend(order_costs::family(book, id)),
        Content::Receipt(c) => touched.extend(order_costs::family(book, c.order)),
        Content::VendorReturn(c) => touched.extend(order_costs::family(book, c.order)),
        Content::Fee(c) => touched.extend(fee::carriers(book, c)),
        Content::Bill(c) => touched.extend(bill::reached(book, c)),
        Content::SupplierCredit(c) => touched.extend(bill::reached_by_credit(book, c)),
        Content::TransferReceipt(c) => touched.extend([c.transfer]),
        Content::CustomerReturn(c) => touched.extend([c.shipment]),
        Content::Consumption(c) => touched.extend(made_of(book, c.order)),
        Content::PutBack(c) => {
            touched.extend([c.of]);
            match &book.documents[c.of.index()].content {
                Content::Consumption(consumption) => touched.extend(made_of(book, consumption.order)),
                Content::VendorShipment(shipment) => touched.extend(received_of(book, shipment.order)),
                _ => {}
            }
        }
        Content::Work(c) => touched.extend([c.order]),
        Content::Completion(c) => touched.extend([c.order]),
        Content::VendorShipment(c) => touched.extend(received_of(book, c.order)),
        Content::ManufacturingOrder(_)
        | Content::StockEntry(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::CustomerOrder(_)
        | Content::Shipment(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::AdjustingEntry(_) => {}
    }
    add_papers(book, id, &mut touched);
    let bought = |one: &DocumentId| match &book.documents.get(one.index())?.content {
        Content::PurchaseOrder(order) => order.operation.map(|bought| bought.order),
        _ => None,
    };
    let mut operations: BTreeSet<DocumentId> = touched.iter().filter_map(bought).collect();
    if let Content::PurchaseOrder(order) = content {
        operations.extend(order.operation.map(|bought| bought.order));
    }
    touched.extend(operations);
    touched
}

/// A manufacturing order, if anything came out of it yet: what goes in matters to what came out.
fn made_of(book: &Book, order: DocumentId) -> Option<DocumentId> {
    manufacturing_order::has_completions(book, order).then_some(order)
}

/// The orders that a vendor's parts reach, if anything was received yet.
fn received_of(book: &Book, order: DocumentId) -> BTreeSet<DocumentId> {
    let received = vendor_shipment::reaches_receipts(book, order);
    if received { order_costs::family(book, order) } else { BTreeSet::new() }
}

/// Bills and credits that name a document take its tracking, so they are posted anew with it.
fn add_papers(book: &Book, id: DocumentId, touched: &mut BTreeSet<DocumentId>) {
    let Some(document) = book.documents.get(id.index()) else { return };
    for one in document.dependents.iter().copied() {
        if matches!(book.documents[one.index()].kind(), Kind::Bill | Kind::SupplierCredit)
            && touched.insert(one)
        {
            add_papers(book, one, touched);
        }
    }
}

/// Puts what a document takes and brings. Its earlier takings are released; what it brought before is there.
pub(crate) fn put(book: &mut Book, id: DocumentId) {
    match book.documents[id.index()].content.clone() {
        Content::Receipt(c) => receipt::put(book, id, &c),
        Content::VendorReturn(c) => vendor_return::put(book, id, &c),
        Content::StockEntry(c) => stock_entry::put(book, id, &c),
        Content::Revaluation(c) => revaluation::put(book, id, &c),
        Content::Transfer(c) => transfer::put(book, id, &c),
        Content::TransferReceipt(c) => transfer::put_receipt(book, id, &c),
        Content::Shipment(c) => {
            shipment::put(book, id, &c);
            returns::mark_again(book, id);
        }
        Content::CustomerReturn(_) | Content::PutBack(_) => returns::put(book, id),
        Content::ManufacturingOrder(_) => manufacturing_order::put(book, id),
        Content::Consumption(c) => consumption::put(book, id, &c),
        Content::Completion(c) => completion::put(book, id, &c),
        Content::VendorShipment(c) => vendor_shipment::put(book, id, &c),
        Content::PurchaseOrder(_)
        | Content::Fee(_)
        | Content::Bill(_)
        | Content::SupplierCredit(_)
        | Content::CustomerOrder(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::Work(_)
        | Content::AdjustingEntry(_) => {}
    }
}

/// The lots whose costs a document decides.
pub(crate) fn lots_of(book: &Book, id: DocumentId) -> Vec<LotId> {
    match &book.documents[id.index()].content {
        Content::ManufacturingOrder(_) => manufacturing_costs::lots_of(book, id),
        Content::Shipment(_) | Content::Consumption(_) | Content::VendorShipment(_) => {
            returns::lots(book, id)
        }
        _ => worked(book, id).lots.into_iter().map(|(lot, _)| lot).collect(),
    }
}

/// What a document decides on: the costs of its lots, and what it carries.
pub(crate) fn worked(book: &Book, id: DocumentId) -> Worked {
    match &book.documents[id.index()].content {
        Content::PurchaseOrder(_) => order_costs::worked(&order_costs::costs(book, id), id),
        Content::StockEntry(c) => Worked { lots: stock_entry::lot_costs(book, id, c), carried: Vec::new() },
        Content::Transfer(_) => transfer::worked(book, id),
        Content::Shipment(_) => Worked { lots: returns::lot_costs(book, id), carried: Vec::new() },
        Content::Consumption(_) | Content::VendorShipment(_) => put_back::worked(book, id),
        Content::ManufacturingOrder(_) => manufacturing_costs::worked(book, id),
        Content::Receipt(_)
        | Content::VendorReturn(_)
        | Content::Fee(_)
        | Content::Bill(_)
        | Content::SupplierCredit(_)
        | Content::Revaluation(_)
        | Content::TransferReceipt(_)
        | Content::CustomerOrder(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::PutBack(_)
        | Content::Work(_)
        | Content::Completion(_)
        | Content::CustomerReturn(_)
        | Content::AdjustingEntry(_) => Worked::default(),
    }
}

/// Posts, or takes back, what a document posts besides what its takings post.
pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    match book.documents[id.index()].content.clone() {
        Content::PurchaseOrder(_) => order_costs::post(book, id, direction),
        Content::Bill(c) => bill::post(book, id, &c, direction),
        Content::SupplierCredit(c) => bill::post_credit(book, id, &c, direction),
        Content::StockEntry(c) => stock_entry::post(book, id, &c, direction),
        Content::Transfer(_) => transfer::post(book, id, direction),
        Content::Shipment(_) => customer_return::post(book, id, direction),
        Content::Invoice(c) => sales::post(book, id, &c, direction),
        Content::ManufacturingOrder(_) => manufacturing_costs::post(book, id, direction),
        Content::Consumption(_) | Content::VendorShipment(_) => put_back::post(book, id, direction),
        Content::AdjustingEntry(c) => adjusting_entry::post(book, id, &c, direction),
        Content::Receipt(_)
        | Content::VendorReturn(_)
        | Content::Fee(_)
        | Content::Revaluation(_)
        | Content::TransferReceipt(_)
        | Content::CustomerOrder(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::PutBack(_)
        | Content::Work(_)
        | Content::Completion(_)
        | Content::CustomerReturn(_) => {}
    }
}
