//! What was shipped and what was invoiced, line by line, as of a day: what margins and open deliveries are made of.
//!
//! A shipment's line costs what its takings cost less what came back (POST-8.1, POST-8.2), as far as it stands on Cost of
//! goods sold: an off-book warehouse posts none. An invoice's line is its net amount in base currency (POST-6, POST-7).
//! Not here: which shipment meets which invoice, and the tables (crate `reports`).

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::content::{Content, Invoice, InvoiceKind};
use crate::costs::sum;
use crate::day::Day;
use crate::document::Document;
use crate::documents::{check, lots, returns};
use crate::ids::{DocumentId, ItemId, LineRef, PartyId, WarehouseId};
use crate::master::Books;
use crate::stock::plus;
use crate::trade::Stage;

/// A picked shipment's line at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shipped {
    /// The shipment's line.
    pub at: LineRef,
    /// The customer.
    pub customer: PartyId,
    /// The customer order's line that it is for.
    pub order: Option<LineRef>,
    /// The item.
    pub item: ItemId,
    /// From where.
    pub warehouse: WarehouseId,
    /// The day it was picked.
    pub day: Day,
    /// Shipped, in stock units.
    pub quantity: Quantity,
    /// Of it came back.
    pub returned: Quantity,
    /// What stands of it on Cost of goods sold.
    pub cost: Amount,
}

/// An invoice's or credit invoice's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Invoiced {
    /// The invoice's line.
    pub at: LineRef,
    /// Invoice or credit.
    pub kind: InvoiceKind,
    /// The customer.
    pub customer: PartyId,
    /// What it is for: a line of a customer order, a shipment or an invoice.
    pub source: Option<LineRef>,
    /// The item.
    pub item: ItemId,
    /// The invoice's day.
    pub day: Day,
    /// In stock units, not below zero.
    pub quantity: Quantity,
    /// On Sales: above zero for an invoice, below for a credit. Base currency.
    pub amount: Amount,
}

impl Book {
    /// The lines of all shipments picked by the end of a day, in order of entry.
    pub fn shipped_by(&self, day: Day) -> impl Iterator<Item = Shipped> {
        self.documents().flat_map(move |(id, document)| {
            let lines = match &document.content {
                Content::Shipment(content) if document.is_live() => {
                    content.picked.filter(|picked| *picked <= day).map_or(0, |_| content.lines.len())
                }
                _ => 0,
            };
            (0..lines).filter_map(move |line| self.shipped_line(id, document, line, day))
        })
    }

    fn shipped_line(&self, id: DocumentId, document: &Document, line: usize, day: Day) -> Option<Shipped> {
        let Content::Shipment(content) = &document.content else { return None };
        let said = &content.lines[line];
        let mut cost = Amount::ZERO;
        if let Some(state) = document.lines.get(line) {
            for movement in state.movements().map(|id| &self.movements[id.index()]) {
                cost = sum(cost, self.movement_costs(movement).total_until(day));
            }
        }
        let mut returned = Quantity::ZERO;
        for back in &document.dependents {
            for (part, quantity) in returns::parts_of_line(self, *back, line) {
                let Some(lot) = lots::lot_of(self, *back, part) else { continue };
                if self.lots[lot.index()].arrival <= day {
                    returned = plus(returned, quantity);
                    cost = sum(cost, -self.lots[lot.index()].costs.total_until(day));
                }
            }
        }
        let shelf = self.find_shelf(said.item, content.warehouse);
        let on_book = shelf.is_some_and(|shelf| self.shelves[shelf as usize].books == Books::OnBook);
        let order = content.order.zip(said.order_line).map(|(document, line)| LineRef { document, line });
        Some(Shipped {
            at: LineRef { document: id, line: line as u16 },
            customer: content.customer,
            order,
            item: said.item,
            warehouse: content.warehouse,
            day: content.picked?,
            quantity: said.quantity,
            returned,
            cost: if on_book { cost } else { Amount::ZERO },
        })
    }

    /// The lines of all invoices and credit invoices dated by the end of a day, in order of entry.
    pub fn invoiced_by(&self, day: Day) -> impl Iterator<Item = Invoiced> {
        self.documents().flat_map(move |(id, document)| {
            let content = match &document.content {
                Content::Invoice(content)
                    if document.is_live() && content.stage == Stage::Issued && content.terms.day <= day =>
                {
                    Some(content)
                }
                _ => None,
            };
            let lines = content.map_or(0, |content| content.lines.len());
            (0..lines).filter_map(move |line| Some(self.invoiced_line(id, content?, line)))
        })
    }

    /// What units of a customer order's line come to at the order's price, in base currency.
    pub fn at_order_price(&self, line: LineRef, units: Quantity) -> Option<Amount> {
        let Content::CustomerOrder(content) = &self.document(line.document)?.content else { return None };
        let said = content.lines.get(usize::from(line.line))?;
        let ordered = check::stock_units(self, said, said.quantity).ok()?;
        let net = check::net(said.quantity, said.price, said.discount, said.tax, &content.terms).ok()?;
        Some(money::share(self.to_base(net, content.terms.rate), units, ordered))
    }

    fn invoiced_line(&self, id: DocumentId, content: &Invoice, line: usize) -> Invoiced {
        let said = &content.lines[line];
        let net = check::net(said.quantity, said.price, said.discount, said.tax, &content.terms);
        let amount = net.map_or(Amount::ZERO, |net| self.to_base(net, content.terms.rate));
        Invoiced {
            at: LineRef { document: id, line: line as u16 },
            kind: content.kind,
            customer: content.terms.party,
            source: content.sources.get(line).copied().flatten(),
            item: said.item,
            day: content.terms.day,
            quantity: check::stock_units(self, said, said.quantity).unwrap_or_default(),
            amount: if content.kind == InvoiceKind::Credit { -amount } else { amount },
        }
    }
}
