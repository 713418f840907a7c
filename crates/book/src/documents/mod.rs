//! One file per kind of document: what is checked, what it takes and brings, what its lots cost, what it posts.
//!
//! Every kind answers the same few questions, and each question is one `match` here, so a new kind is one file and one
//! arm each. An edit is: take back what the old content did, put what the new one says; lots keep their identity.
//! Not here: how costs flow on (`graph.rs`), the accounts (`posting.rs`).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::Book;
use crate::command::Withdrawal;
use crate::content::{BillTarget, Content, CreditTarget, FeeTarget, Kind};
use crate::costs::Costs;
use crate::ids::{DocumentId, LotId};
use crate::refusal::Refusal;
use crate::stock::Direction;

pub(crate) mod bill;
pub(crate) mod check;
pub(crate) mod customer_return;
pub(crate) mod fee;
pub(crate) mod lots;
pub(crate) mod payment;
pub(crate) mod purchase_order;
pub(crate) mod quote;
pub(crate) mod receipt;
pub(crate) mod revaluation;
pub(crate) mod sales;
pub(crate) mod shipment;
pub(crate) mod stock_entry;
pub(crate) mod transfer;
pub(crate) mod vendor_return;

/// What is checked: the book, and the document if it exists already.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) book: &'a Book,
    pub(crate) id: Option<DocumentId>,
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
        Content::PurchaseOrder(_)
        | Content::StockEntry(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::Quote(_) => {}
    }
    named
}

/// The documents whose lots' costs or postings depend on this one.
pub(crate) fn touched(book: &Book, id: DocumentId, content: &Content) -> BTreeSet<DocumentId> {
    let mut touched = BTreeSet::from([id]);
    match content {
        Content::PurchaseOrder(_) => touched.extend(purchase_order::family(book, id)),
        Content::Receipt(c) => touched.extend(purchase_order::family(book, c.order)),
        Content::VendorReturn(c) => touched.extend(purchase_order::family(book, c.order)),
        Content::Fee(c) => touched.extend(fee::carriers(book, c)),
        Content::Bill(c) => touched.extend(bill::reached(book, c)),
        Content::SupplierCredit(c) => touched.extend(bill::reached_by_credit(book, c)),
        Content::TransferReceipt(c) => touched.extend([c.transfer]),
        Content::CustomerReturn(c) => touched.extend([c.shipment]),
        Content::StockEntry(_)
        | Content::Revaluation(_)
        | Content::Transfer(_)
        | Content::CustomerOrder(_)
        | Content::Shipment(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_) => {}
    }
    add_papers(book, id, &mut touched);
    touched
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
            customer_return::mark_again(book, id);
        }
        Content::CustomerReturn(c) => customer_return::put(book, id, &c),
        Content::PurchaseOrder(_)
        | Content::Fee(_)
        | Content::Bill(_)
        | Content::SupplierCredit(_)
        | Content::CustomerOrder(_)
        | Content::Invoice(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_) => {}
    }
}

/// The lots whose costs a document decides.
pub(crate) fn lots_of(book: &Book, id: DocumentId) -> Vec<LotId> {
    lot_costs(book, id).into_iter().map(|(lot, _)| lot).collect()
}

/// What the lots that a document decides on cost.
pub(crate) fn lot_costs(book: &Book, id: DocumentId) -> Vec<(LotId, Costs)> {
    match &book.documents[id.index()].content {
        Content::PurchaseOrder(_) => purchase_order::lot_costs(&purchase_order::costs(book, id)),
        Content::StockEntry(c) => stock_entry::lot_costs(book, id, c),
        Content::Transfer(_) => transfer::lot_costs(book, id),
        Content::Shipment(_) => customer_return::lot_costs(book, id),
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
        | Content::CustomerReturn(_) => Vec::new(),
    }
}

/// Posts, or takes back, what a document posts besides what its takings post.
pub(crate) fn post(book: &mut Book, id: DocumentId, direction: Direction) {
    match book.documents[id.index()].content.clone() {
        Content::PurchaseOrder(_) => purchase_order::post(book, id, direction),
        Content::Bill(c) => bill::post(book, id, &c, direction),
        Content::SupplierCredit(c) => bill::post_credit(book, id, &c, direction),
        Content::StockEntry(c) => stock_entry::post(book, id, &c, direction),
        Content::Transfer(_) => transfer::post(book, id, direction),
        Content::Shipment(_) => customer_return::post(book, id, direction),
        Content::Invoice(c) => sales::post(book, id, &c, direction),
        Content::Receipt(_)
        | Content::VendorReturn(_)
        | Content::Fee(_)
        | Content::Revaluation(_)
        | Content::TransferReceipt(_)
        | Content::CustomerOrder(_)
        | Content::Quote(_)
        | Content::Payment(_)
        | Content::Allocation(_)
        | Content::CustomerReturn(_) => {}
    }
}
