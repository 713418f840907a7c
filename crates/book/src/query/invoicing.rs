//! What of an order is still to be invoiced, line by line (SEL-4): several invoices or bills may share an order.

use std::collections::BTreeSet;

use money::{Error, Quantity, UnitFactor};

use crate::book::Book;
use crate::content::{BillTarget, Content, InvoiceKind, TradeLine};
use crate::documents::{check, purchase_order};
use crate::ids::{DocumentId, LineRef};
use crate::stock::plus;

impl Book {
    /// Ordered less invoiced, in each line's unit; below zero where more was invoiced. Drafts and pro-formas count, as they
    /// will be the invoice; credits give back. None if it is no order.
    pub fn left_to_invoice(&self, order: DocumentId) -> Option<Vec<Quantity>> {
        let (lines, mut left) = match self.document(order)?.content() {
            Content::PurchaseOrder(content) => (&content.lines, self.units_of(&content.lines)),
            Content::CustomerOrder(content) => (&content.lines, self.units_of(&content.lines)),
            _ => return None,
        };
        let mut take = |line: u16, units: Quantity| {
            if let Some(left) = left.get_mut(usize::from(line)) {
                *left = plus(*left, -units);
            }
        };
        if purchase_order::billed_on(self, order).is_some() {
            (0..).zip(self.units_of(lines)).for_each(|(line, units)| take(line, units));
        }
        let mut open = vec![order];
        let mut seen = BTreeSet::from([order]);
        while let Some(id) = open.pop() {
            for one in self.documents[id.index()].dependents() {
                let document = &self.documents[one.index()];
                if !document.is_live() || !seen.insert(*one) {
                    continue;
                }
                match document.content() {
                    Content::Shipment(_) => open.push(*one),
                    Content::Invoice(content) => {
                        open.push(*one);
                        for (line, source) in content.lines.iter().zip(&content.sources) {
                            let Some(at) = source.and_then(|at| self.order_line(at, order)) else { continue };
                            let units = check::stock_units(self, line, line.quantity).unwrap_or_default();
                            take(at, if content.kind == InvoiceKind::Credit { -units } else { units });
                        }
                    }
                    Content::Bill(content) => {
                        for line in &content.lines {
                            let BillTarget::Order(at) = line.target else { continue };
                            if let Some(said) =
                                lines.get(usize::from(at.line)).filter(|_| at.document == order)
                            {
                                let units = check::stock_units(self, said, line.quantity);
                                take(at.line, units.unwrap_or_default());
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        let in_unit = |(line, units): (&TradeLine, Quantity)| match units
            .from_stock_units(line.factor.unwrap_or(UnitFactor::ONE))
        {
            Ok(units) | Err(Error::NotExact { nearest: units }) => units,
            Err(_) => Quantity::ZERO,
        };
        Some(lines.iter().zip(left).map(in_unit).collect())
    }

    fn units_of(&self, lines: &[TradeLine]) -> Vec<Quantity> {
        lines.iter().map(|line| check::stock_units(self, line, line.quantity).unwrap_or_default()).collect()
    }

    /// The line of this order that an invoice's source comes from: itself, its shipment's, or its invoice's.
    fn order_line(&self, mut at: LineRef, order: DocumentId) -> Option<u16> {
        // An invoice may name one that names another; none names more than a few.
        for _ in 0..16 {
            if at.document == order {
                return Some(at.line);
            }
            let line = usize::from(at.line);
            at = match self.document(at.document)?.content() {
                Content::Shipment(content) => {
                    LineRef { document: content.order?, line: content.lines.get(line)?.order_line? }
                }
                Content::Invoice(content) => content.sources.get(line).copied().flatten()?,
                _ => return None,
            };
        }
        None
    }
}
