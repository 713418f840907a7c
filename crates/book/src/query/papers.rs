//! What each line of a document of trade is about, and where its own entry stands: what whoever sends the document to the
//! accounts must know, in the words in which the book posts it.
//!
//! Bill B-1: `10 SUGAR` for line 1 of PO-1 stands on Purchases with the tracking of the order's line; `account 400` stands
//! on an expense account. The same functions decide here and in the ledger, so the two can't differ.
//! Not here: amounts (`Book::totals`, line by line in the same order), account codes.

use schemars::JsonSchema;
use serde::Serialize;

use money::UnitFactor;

use crate::book::Book;
use crate::content::{BillLine, BillTarget, Content, CreditTarget, SupplierCreditLine, TradeLine};
use crate::documents::{bill, vendor_return};
use crate::ids::{CategoryId, DocumentId, ItemId, LineRef, UnitId, WarehouseId};
use crate::master::Stocking;
use crate::names::Text;
use crate::posting::Tracking;
use crate::totals;

/// Where a line's own entry stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandsOn {
    /// Sales, refined (ACC-6).
    Sales {
        /// The item's category.
        category: Option<CategoryId>,
        /// The line's warehouse.
        warehouse: Option<WarehouseId>,
    },
    /// Purchases: stocked goods, fees, whatever an operation buys (DOC-10, DOC-13).
    Purchases,
    /// An expense account, by its code; none is the item's, and the book's item has none (DOC-13).
    Expense(Option<Text>),
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineSubject {
    /// The item.
    pub item: Option<ItemId>,
    /// What the item is called, as the document goes by it (decision 0023): as it was when the document was saved.
    pub name: Text,
    /// The fee that it bills.
    pub fee: Option<DocumentId>,
    /// The line that it bills, credits or takes back.
    pub of: Option<LineRef>,
    /// The unit of its quantity, where it isn't the item's stock unit, and how many stock units one is (DOC-22).
    pub unit: Option<(UnitId, UnitFactor)>,
    /// Where its entry stands.
    pub on: StandsOn,
    /// Its tracking, defaults filled in (IMP-6).
    pub tracking: Tracking,
}

impl Book {
    /// What the lines of a document of trade are about, in the order of `Totals::lines`: an order's own fees come after its
    /// lines (DOC-10). Nothing for other documents.
    pub fn line_subjects(&self, id: DocumentId) -> Vec<LineSubject> {
        let Some(document) = self.document(id) else { return Vec::new() };
        match document.content() {
            Content::PurchaseOrder(order) => {
                let bought = |line: &TradeLine| self.bought(id, line, order.operation.is_some());
                let own = totals::own_fees(self, id, order.terms.currency).map(|(fee, _)| self.fee_line(fee));
                order.lines.iter().map(bought).chain(own).collect()
            }
            Content::Bill(content) => content.lines.iter().map(|line| self.billed(line)).collect(),
            Content::SupplierCredit(content) => {
                content.lines.iter().map(|line| self.credited(line)).collect()
            }
            Content::Invoice(content) => content.lines.iter().map(|line| self.sold(id, line)).collect(),
            Content::Quote(content) => content.lines.iter().map(|line| self.sold(id, line)).collect(),
            _ => Vec::new(),
        }
    }

    fn sold(&self, id: DocumentId, line: &TradeLine) -> LineSubject {
        let item = self.item_for(id, line.item);
        LineSubject {
            item: Some(line.item),
            name: item.name.clone(),
            fee: None,
            of: None,
            unit: self.other_unit(id, line),
            on: StandsOn::Sales { category: item.category, warehouse: line.warehouse },
            tracking: line.tracking.or(item.tracking),
        }
    }

    fn bought(&self, id: DocumentId, line: &TradeLine, for_operation: bool) -> LineSubject {
        let item = self.item_for(id, line.item);
        let on = match item.stocking {
            Stocking::NonInventory if !for_operation => StandsOn::Expense(item.expense_account.clone()),
            Stocking::NonInventory | Stocking::Stocked => StandsOn::Purchases,
        };
        LineSubject { on, ..self.sold(id, line) }
    }

    fn billed(&self, line: &BillLine) -> LineSubject {
        let subject = match &line.target {
            BillTarget::Order(at) => LineSubject { of: Some(*at), ..self.ordered(*at) },
            BillTarget::Fee(fee) => self.fee_line(*fee),
            BillTarget::Expense(account) => other(account),
        };
        LineSubject { tracking: bill::tracking(self, line), ..subject }
    }

    fn credited(&self, line: &SupplierCreditLine) -> LineSubject {
        let about = match &line.target {
            CreditTarget::Other(account) => other(account),
            CreditTarget::Price(at) => match self.document(at.document).map(|document| document.content()) {
                Some(Content::Bill(content)) => self.billed(&content.lines[usize::from(at.line)]),
                _ => other(&"".into()),
            },
            CreditTarget::Return(at) => match vendor_return::ordered_line(self, *at) {
                Some(ordered) => self.ordered(ordered),
                None => other(&"".into()),
            },
        };
        let of = match line.target {
            CreditTarget::Price(at) | CreditTarget::Return(at) => Some(at),
            CreditTarget::Other(_) => None,
        };
        let usual = bill::credited_on_purchases(self, line).unwrap_or(about.tracking);
        LineSubject { of, unit: None, tracking: line.tracking.or(usual), ..about }
    }

    fn ordered(&self, at: LineRef) -> LineSubject {
        match self.document(at.document).map(|document| document.content()) {
            Some(Content::PurchaseOrder(order)) => {
                self.bought(at.document, &order.lines[usize::from(at.line)], order.operation.is_some())
            }
            _ => other(&"".into()),
        }
    }

    fn fee_line(&self, fee: DocumentId) -> LineSubject {
        let tracking = match self.document(fee).map(|document| document.content()) {
            Some(Content::Fee(content)) => content.tracking,
            _ => Tracking::default(),
        };
        LineSubject { fee: Some(fee), on: StandsOn::Purchases, tracking, ..other(&"".into()) }
    }

    fn other_unit(&self, id: DocumentId, line: &TradeLine) -> Option<(UnitId, UnitFactor)> {
        let unit = line.unit.filter(|unit| *unit != self.item_for(id, line.item).unit)?;
        Some((unit, line.factor.unwrap_or(UnitFactor::ONE)))
    }
}

fn other(account: &Text) -> LineSubject {
    let on = StandsOn::Expense(Some(account.clone()).filter(|account| !account.is_empty()));
    LineSubject {
        item: None,
        name: "".into(),
        fee: None,
        of: None,
        unit: None,
        on,
        tracking: Tracking::default(),
    }
}
