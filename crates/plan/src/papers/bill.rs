//! Bills: purchase invoices, and purchase orders that are their own bill (SEL-2).
//!
//! B-1 of Nord for PO-1, its number 4711: a bill 4711 with the reference `B-1, PO-1`, so that people find both (SEL-5). Goods and
//! fees stand on Purchases, non-inventory items and expenses on their accounts (DOC-13). A paper's total that is a few cents
//! off is one more line on Rounding without tax (DOC-24). The record is `forms::invoice`.

use std::collections::BTreeSet;

use book::{Bill, Book, DocumentId, LineSubject, LineTotal, PurchaseOrder, Terms};
use money::{Money, Quantity};
use xero::statuses::LineAmountTypes;

use super::{Header, Said, origin, parts, trade};
use crate::exchange::Exchange;
use crate::lines::{Draft, Frame, Measure};
use crate::making::{Made, Making};
use crate::paper::{LineOrigin, PaperKind};
use crate::settings::AccountRole;
use crate::subject::Subject;

pub(super) fn paper(book: &Book, exchange: &Exchange, id: DocumentId, bill: &Bill) -> Made {
    let terms = &bill.terms;
    let mut making = Making::new(book, exchange, &Subject::Document(id), terms.day);
    let lines = bill.lines.iter().enumerate().map(|(place, line)| Said {
        origin: origin(place),
        quantity: line.quantity,
        price: Some((line.price, line.discount)),
        percent: line.tax,
        instead: None,
    });
    let lines = lines.zip(parts(book, id)).map(|(said, (about, total))| (said, about, total));
    let lines: Vec<(Said, LineSubject, LineTotal)> = lines.collect();
    let header = Header {
        kind: PaperKind::Bill,
        terms,
        number: making.number("supplier invoice ID", terms.reference.as_deref().unwrap_or_default()),
        reference: making.names_of(id, &lines),
        date: terms.day,
        due: bill.due,
    };
    let mut paper = making.paper(header, lines);
    let rounding = book.totals(id).map(|totals| totals.rounding).filter(|rounding| !rounding.is_zero());
    if let Some(rounding) = rounding {
        let line = making.paper_total(rounding, terms, &paper.amounts);
        paper.lines.push(line);
    }
    making.finish(paper)
}

/// An order with the supplier's invoice on it; its own fees are lines of it (DOC-10).
pub(super) fn of_order(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    order: &PurchaseOrder,
) -> Option<Made> {
    let invoice = order.invoice.as_ref()?;
    let mut making = Making::new(book, exchange, &Subject::Document(id), invoice.day);
    let header = Header {
        kind: PaperKind::Bill,
        terms: &order.terms,
        number: making.number("supplier invoice ID", &invoice.id),
        reference: making.number_of(id).to_owned(),
        date: invoice.day,
        due: invoice.due,
    };
    let paper = making.paper(header, with_fees(book, id, order));
    Some(making.finish(paper))
}

/// An order's lines, and its own supplier's fees after them.
pub(super) fn with_fees(
    book: &Book,
    id: DocumentId,
    order: &PurchaseOrder,
) -> Vec<(Said, LineSubject, LineTotal)> {
    let mut lines = trade(book, id, &order.lines);
    for (about, total) in parts(book, id).skip(order.lines.len()) {
        let Some(fee) = about.fee else { continue };
        let quantity = if total.net.is_zero() { Quantity::ZERO } else { Quantity::units(1) };
        let origin = LineOrigin::Fee(fee.number());
        lines.push((Said { origin, quantity, price: None, percent: None, instead: None }, about, total));
    }
    lines
}

impl Making<'_> {
    /// The document's own number and those of the orders that its lines bill.
    pub(super) fn names_of(&self, id: DocumentId, lines: &[(Said, LineSubject, LineTotal)]) -> String {
        let order = |about: &LineSubject| {
            about.of.map(|of| of.document).or_else(|| about.fee.and_then(|fee| self.order_of_fee(fee)))
        };
        let orders: BTreeSet<DocumentId> = lines.iter().filter_map(|(_, about, _)| order(about)).collect();
        let names = [id].into_iter().chain(orders).map(|one| self.number_of(one));
        names.collect::<Vec<_>>().join(", ")
    }

    /// What the paper says more or less than its lines.
    fn paper_total(
        &mut self,
        rounding: Money,
        terms: &Terms,
        amounts: &LineAmountTypes,
    ) -> crate::paper::PaperLine {
        let name = "The difference to the paper's total".to_owned();
        let draft = Draft {
            origin: LineOrigin::PaperTotal,
            description: "Difference to the paper's total".to_owned(),
            item: None,
            account: self.role(AccountRole::Rounding, (None, None), &name),
            measure: Measure::Amount,
            percent: None,
            total: LineTotal { net: rounding, tax: Money::zero(rounding.currency()) },
            tracking: Default::default(),
            name,
        };
        self.line(draft, &Frame { kind: PaperKind::Bill, party: terms.party, amounts })
    }
}
