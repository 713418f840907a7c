//! Any lot forward to customers and back to suppliers (INV-7).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use money::Quantity;

use crate::book::Book;
use crate::content::Content;
use crate::documents::{manufacturing_costs, manufacturing_order, order_costs, returns, vendor_shipment};
use crate::ids::{DocumentId, LineRef, LotId};
use crate::stock::Standing;

/// A document that took from a lot or from a lot that came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Use {
    /// The lot that was taken from.
    pub lot: LotId,
    /// The document line that took.
    pub by: LineRef,
    /// How much.
    pub quantity: Quantity,
    /// Booked or taken.
    pub standing: Standing,
}

/// A document line that brought a lot or a lot that it came of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Origin {
    /// The lot.
    pub lot: LotId,
    /// The document line that brought it.
    pub from: LineRef,
}

impl Book {
    /// Everything that took from a lot, and from the lots that came of it.
    pub fn trace_forward(&self, lot: LotId) -> Vec<Use> {
        let (mut uses, mut open, mut seen) = (Vec::new(), vec![lot], BTreeSet::new());
        while let Some(lot) = open.pop().filter(|lot| lot.index() < self.lots.len()) {
            if !seen.insert(lot) {
                continue;
            }
            for (_, movement) in self.movements_of(lot) {
                uses.push(Use {
                    lot,
                    by: movement.by(),
                    quantity: movement.quantity,
                    standing: movement.standing,
                });
                open.extend(self.came_of(movement.by(), lot));
            }
        }
        uses.sort_by_key(|one| (one.lot, one.by));
        uses
    }

    /// The lots that a taking turned into.
    fn came_of(&self, by: LineRef, lot: LotId) -> Vec<LotId> {
        let document = &self.documents[by.document.index()];
        match &document.content {
            Content::TransferReceipt(_) => {
                document.lines.get(usize::from(by.line)).and_then(|state| state.lot()).into_iter().collect()
            }
            Content::Shipment(_) => returns::came_back(self, by, lot),
            Content::Consumption(consumption) => {
                let mut lots = returns::came_back(self, by, lot);
                lots.extend(manufacturing_costs::lots_of(self, consumption.order));
                lots
            }
            Content::VendorShipment(shipment) => {
                let mut lots = returns::came_back(self, by, lot);
                lots.extend(order_costs::received_lots(self, shipment.order, usize::from(shipment.line)));
                lots
            }
            _ => Vec::new(),
        }
    }

    /// Everything that a lot came of, back to what was bought, found or opened.
    pub fn trace_back(&self, lot: LotId) -> Vec<Origin> {
        let (mut origins, mut open, mut seen) = (Vec::new(), vec![lot], BTreeSet::new());
        while let Some(lot) = open.pop().filter(|lot| lot.index() < self.lots.len()) {
            if !seen.insert(lot) {
                continue;
            }
            let row = &self.lots[lot.index()];
            origins.push(Origin { lot, from: row.from });
            match &self.documents[row.from.document.index()].content {
                Content::TransferReceipt(_) => open.push(LotId(row.parent)),
                Content::CustomerReturn(_) | Content::PutBack(_) => {
                    open.extend(returns::sources(self, row.from))
                }
                Content::Completion(_) | Content::Receipt(_) => open.extend(self.made_of(row.from)),
                _ => {}
            }
        }
        origins
    }

    /// The lots that a completion's or receipt's goods were made of.
    pub(crate) fn made_of(&self, from: LineRef) -> Vec<LotId> {
        let takers: Vec<DocumentId> = match &self.documents[from.document.index()].content {
            Content::Completion(completion) => {
                manufacturing_order::consumptions(self, completion.order).map(|(id, _)| id).collect()
            }
            Content::Receipt(receipt) => {
                let line = receipt.lines.get(usize::from(from.line)).map(|line| usize::from(line.line));
                line.map_or_else(Vec::new, |line| vendor_shipment::picked(self, receipt.order, line))
            }
            _ => Vec::new(),
        };
        let states = takers.iter().flat_map(|id| self.documents[id.index()].lines.iter());
        let movements = states.flat_map(|state| state.movements());
        movements.map(|id| self.movements[id.index()].lot).collect()
    }

    /// The bills of the order that a lot was bought on.
    pub fn bills_of(&self, lot: LotId) -> Vec<DocumentId> {
        if lot.index() >= self.lots.len() {
            return Vec::new();
        }
        let owner = crate::apply::owner(self, lot);
        let dependents = self.documents[owner.index()].dependents.iter().copied();
        dependents.filter(|id| matches!(self.documents[id.index()].content, Content::Bill(_))).collect()
    }
}
