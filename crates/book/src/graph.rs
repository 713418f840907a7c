//! How costs flow: from documents to lots, from lots to what takes them, and on.
//!
//! A lot's cost is a function of what went into it. Whatever changes, `change` takes back what the touched documents had
//! posted, makes the change, works out their lots anew, and carries the difference to exactly the lots, transfers
//! and returns downstream, each after everything it stands on. There is no "repost" job: the ledger gets the
//! difference, one delta per day and pair of accounts (POST-12, INV-9).
//! Not here: what a document's lots cost (`documents/`, `purchase.rs`), which accounts a row names (`posting.rs`).

use std::collections::{BTreeMap, BTreeSet};

use money::Amount;

use crate::book::Book;
use crate::content::Content;
use crate::costs::Costs;
use crate::day::Day;
use crate::documents::{self, Carried, manufacturing_order, order_costs, vendor_shipment};
use crate::ids::{DocumentId, LotId, MovementId};
use crate::posting::Rule;
use crate::posts::Place;
use crate::stock::{Direction, Movement, NONE, Standing};

/// What the graph is made of: lots, and documents that turn lots into lots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Lot(LotId),
    Document(DocumentId),
}

impl Book {
    /// Makes a change that touches these documents' costs or postings.
    pub(crate) fn change(&mut self, touched: &BTreeSet<DocumentId>, make: impl FnOnce(&mut Book)) {
        for document in touched {
            documents::post(self, *document, Direction::Retract);
        }
        make(self);
        for document in touched {
            self.refresh(*document);
        }
        self.propagate(touched);
        for document in touched {
            documents::post(self, *document, Direction::Assert);
        }
    }

    /// Works out what a document's lots cost now.
    fn refresh(&mut self, document: DocumentId) {
        let worked = match &self.documents[document.index()].content {
            Content::PurchaseOrder(_) => {
                let costs = order_costs::costs(self, document);
                let worked = order_costs::worked(&costs, document);
                self.work.order_costs.retain(|(order, _)| *order != document);
                self.work.order_costs.push((document, costs));
                worked
            }
            _ => documents::worked(self, document),
        };
        self.set_carried(document, worked.carried);
        for (lot, costs) in worked.lots {
            let row = &self.lots[lot.index()];
            if row.costs == costs {
                // An earlier look, before what stands above it changed, may have said otherwise.
                self.work.dirty.remove(&lot);
                continue;
            }
            if row.last_movement == NONE && self.revaluations(lot).is_empty() {
                self.lots[lot.index()].costs = costs;
                self.work.recomputed += 1;
            } else {
                self.work.dirty.insert(lot, costs);
            }
        }
    }

    fn propagate(&mut self, touched: &BTreeSet<DocumentId>) {
        let reshaped = std::mem::take(&mut self.work.reshaped);
        if self.work.dirty.is_empty() && reshaped.is_empty() {
            return;
        }
        let order = self.downstream(self.work.dirty.keys().chain(&reshaped).copied());
        let through = order.iter().filter_map(|node| match node {
            Node::Document(document) if !touched.contains(document) => Some(*document),
            _ => None,
        });
        let through: Vec<DocumentId> = through.collect();
        for document in &through {
            documents::post(self, *document, Direction::Retract);
        }
        let mut stale: BTreeSet<DocumentId> = reshaped.iter().flat_map(|lot| self.takers(*lot)).collect();
        for node in order {
            match node {
                Node::Lot(lot) => {
                    if let Some(costs) = self.work.dirty.remove(&lot) {
                        self.reprice(lot, costs);
                        stale.extend(self.takers(lot));
                    }
                }
                Node::Document(document) => {
                    if stale.contains(&document) {
                        self.refresh(document);
                    }
                }
            }
        }
        for document in &through {
            documents::post(self, *document, Direction::Assert);
        }
    }

    /// Documents that turn what they take from a lot into other lots.
    fn takers(&self, lot: LotId) -> BTreeSet<DocumentId> {
        let taken = self.movements_of(lot).filter(|(_, m)| m.standing == Standing::Taken);
        taken.flat_map(|(_, m)| self.taker(m)).flatten().collect()
    }

    /// What a taking flows into: what comes back of it, and what is made of it.
    fn taker(&self, movement: &Movement) -> [Option<DocumentId>; 2] {
        let id = movement.document;
        let document = &self.documents[id.index()];
        let itself = (!document.dependents.is_empty()).then_some(id);
        match &document.content {
            Content::TransferReceipt(receipt) => [Some(receipt.transfer), None],
            Content::Shipment(_) => [itself, None],
            Content::Consumption(consumption) => {
                let made = manufacturing_order::has_completions(self, consumption.order);
                [itself, made.then_some(consumption.order)]
            }
            Content::VendorShipment(shipment) => {
                let received = vendor_shipment::reaches_receipts(self, shipment.order);
                [itself, received.then_some(shipment.order)]
            }
            _ => [None, None],
        }
    }

    /// What a document carries besides its lots' costs, as it was last worked out.
    pub(crate) fn carried(&self, document: DocumentId) -> Vec<Carried> {
        self.carried.get(&document).map_or_else(Vec::new, |carried| carried.to_vec())
    }

    pub(crate) fn set_carried(&mut self, document: DocumentId, carried: Vec<Carried>) {
        if !carried.is_empty() {
            self.carried.insert_mut(document, carried.into());
        } else if self.carried.contains_key(&document) {
            self.carried.remove_mut(&document);
        }
    }

    fn after(&self, node: Node) -> Vec<Node> {
        match node {
            Node::Lot(lot) => self.takers(lot).into_iter().map(Node::Document).collect(),
            Node::Document(document) => {
                documents::lots_of(self, document).into_iter().map(Node::Lot).collect()
            }
        }
    }

    /// Everything downstream of some lots, each after everything it stands on.
    fn downstream(&self, from: impl Iterator<Item = LotId>) -> Vec<Node> {
        let mut seen = BTreeSet::new();
        let mut order = Vec::new();
        for lot in from {
            // Depth first without recursion: a chain of transfers may be long.
            let mut path = vec![(Node::Lot(lot), None::<std::vec::IntoIter<Node>>)];
            while let Some((node, rest)) = path.last_mut() {
                let node = *node;
                if rest.is_none() {
                    if !seen.insert(node) {
                        path.pop();
                        continue;
                    }
                    *rest = Some(self.after(node).into_iter());
                }
                match rest.as_mut().and_then(Iterator::next) {
                    Some(next) => path.push((next, None)),
                    None => {
                        order.push(node);
                        path.pop();
                    }
                }
            }
        }
        order.reverse();
        order
    }

    /// Gives a lot another cost and posts the difference for everything taken from it.
    fn reprice(&mut self, lot: LotId, costs: Costs) {
        self.work.recomputed += 1;
        if !self.revaluations(lot).is_empty() {
            self.post_lot(lot, Direction::Retract);
            self.lots[lot.index()].costs = costs;
            self.resolve_revaluations(lot);
            self.post_lot(lot, Direction::Assert);
            return;
        }
        let before = std::mem::replace(&mut self.lots[lot.index()].costs, costs);
        let changed = changed_entries(&before, &self.lots[lot.index()].costs);
        let whole = self.lots[lot.index()].quantity;
        let mut next = self.lots[lot.index()].last_movement;
        let mut last_place: Option<(DocumentId, u16, Place)> = None;
        while let Some(movement) = self.movements.get(next as usize).copied() {
            next = movement.earlier;
            if movement.standing != Standing::Taken {
                continue;
            }
            self.work.recomputed += 1;
            let place = match &last_place {
                Some((document, line, place)) if (*document, *line) == (movement.document, movement.line) => {
                    *place
                }
                _ => {
                    let Some(place) = self.movement_place(&movement) else { continue };
                    last_place = Some((movement.document, movement.line, place));
                    place
                }
            };
            for (day, old, new) in &changed {
                let part = |amount| money::part(amount, movement.start, movement.end(), whole);
                let difference = crate::costs::sum(part(*new), -part(*old));
                self.post_at(&place, (*day).max(movement.day), difference);
            }
        }
    }

    /// Posts or takes back what a taking posts.
    pub(crate) fn post_movement(&mut self, id: MovementId, direction: Direction) {
        let movement = self.movements[id.index()];
        if !self.revaluations(movement.lot).is_empty() {
            // What is left decides what a revaluation covers: the whole lot is posted anew.
            self.work.reshaped.push(movement.lot);
            let standing = std::mem::replace(&mut self.movements[id.index()].standing, Standing::Booked);
            let (before, after) = match direction {
                Direction::Assert => (Standing::Booked, standing),
                Direction::Retract => (standing, Standing::Booked),
            };
            self.movements[id.index()].standing = before;
            self.post_lot(movement.lot, Direction::Retract);
            self.movements[id.index()].standing = after;
            self.resolve_revaluations(movement.lot);
            self.post_lot(movement.lot, Direction::Assert);
            return;
        }
        self.post_costs(&movement, direction);
    }

    pub(crate) fn post_costs(&mut self, movement: &Movement, direction: Direction) {
        if self.lots[movement.lot.index()].costs.is_empty() && self.revaluations(movement.lot).is_empty() {
            return;
        }
        let Some(place) = self.movement_place(movement) else { return };
        let costs = self.movement_costs(movement);
        self.post_list(&place, &costs, direction);
    }

    /// Posts or takes back all that is taken from a lot, and its revaluations.
    pub(crate) fn post_lot(&mut self, lot: LotId, direction: Direction) {
        let taken: Vec<MovementId> =
            self.movements_of(lot).filter(|(_, m)| m.standing == Standing::Taken).map(|(id, _)| id).collect();
        for id in taken {
            let movement = self.movements[id.index()];
            self.post_costs(&movement, direction);
        }
        for one in self.revaluations(lot).to_vec() {
            let place = self.revaluation_place(lot, one.by);
            self.post_list(&place, &Costs::on(one.day, -one.amount), direction);
        }
    }

    pub(crate) fn post_list(&mut self, place: &Place, costs: &Costs, direction: Direction) {
        for (day, amount) in costs.iter() {
            let amount = if direction == Direction::Assert { amount } else { -amount };
            self.post_at(place, day, amount);
        }
    }

    /// Posts a list of amounts by rule: what a document posts for a lot or by itself.
    pub(crate) fn post_rule(
        &mut self,
        rule: Rule,
        lot: Option<LotId>,
        detail: &crate::posts::Detail,
        costs: &Costs,
        direction: Direction,
    ) {
        if costs.is_empty() {
            return;
        }
        let shelf = lot.map(|lot| self.lots[lot.index()].shelf);
        if let Some(place) = self.place(rule, shelf, None, detail) {
            self.post_for(lot, &place, costs, direction);
        }
    }

    /// Posts what a document posts for a lot, or for none.
    pub(crate) fn post_for(
        &mut self,
        lot: Option<LotId>,
        place: &Place,
        costs: &Costs,
        direction: Direction,
    ) {
        self.post_list(place, costs, direction);
        if let Some(watched) = &mut self.work.watched {
            watched.push((lot, std::mem::take(&mut self.work.posted)));
        }
    }
}

/// The entries in which two costs differ: day, before, after.
fn changed_entries(before: &Costs, after: &Costs) -> Vec<(Day, Amount, Amount)> {
    let mut all: BTreeMap<Day, (Amount, Amount)> = BTreeMap::new();
    for (day, amount) in before.iter() {
        all.entry(day).or_default().0 = amount;
    }
    for (day, amount) in after.iter() {
        all.entry(day).or_default().1 = amount;
    }
    let changed = all.into_iter().filter(|(_, (old, new))| old != new);
    changed.map(|(day, (old, new))| (day, old, new)).collect()
}
