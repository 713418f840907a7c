//! What lies where, what of it is free, what is expected and what is short.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::content::Content;
use crate::costs::sum;
use crate::day::Day;
use crate::documents::{manufacturing_order, order_costs};
use crate::ids::{DocumentId, ItemId, LotId, WarehouseId};
use crate::posting::Role;
use crate::stock::{Standing, minus, plus};

/// What is left of a lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Left {
    /// In stock, booked or not.
    pub quantity: Quantity,
    /// Of it booked.
    pub booked: Quantity,
    /// What it is worth: its part of the lot's cost and revaluations.
    pub value: Amount,
}

/// An item in a warehouse at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stock {
    /// The item.
    pub item: ItemId,
    /// The warehouse.
    pub warehouse: WarehouseId,
    /// How much lay there, in stock units.
    pub quantity: Quantity,
    /// What it was worth, base currency.
    pub value: Amount,
}

/// An item's stock in all warehouses (stock units).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Availability {
    /// In stock.
    pub on_hand: Quantity,
    /// Of it booked for shipments or on its way between warehouses.
    pub booked: Quantity,
    /// In stock and not booked.
    pub available: Quantity,
    /// Ordered from suppliers and not received.
    pub expected: Quantity,
    /// Ordered by customers and not shipped or booked.
    pub wanted: Quantity,
    /// What available and expected leave uncovered of what is wanted and of the reorder point.
    pub short: Quantity,
}

impl Book {
    /// What is left of a lot now.
    pub fn left(&self, lot: LotId) -> Left {
        let mut left = self.left_as_of(lot, Day::LAST);
        let booked = self.movements_of(lot).filter(|(_, m)| m.standing == Standing::Booked);
        left.booked = booked.fold(Quantity::ZERO, |sum, (_, m)| plus(sum, m.quantity));
        left
    }

    /// What was left of a lot at the end of a day, at what was known of its cost for that day.
    pub fn left_as_of(&self, lot: LotId, day: Day) -> Left {
        let Some(row) = self.lots.get(lot.index()) else { return Left::default() };
        if row.arrival > day {
            return Left::default();
        }
        let mut left =
            Left { quantity: row.quantity, booked: Quantity::ZERO, value: row.costs.total_until(day) };
        for (_, movement) in
            self.movements_of(lot).filter(|(_, m)| m.standing == Standing::Taken && m.day <= day)
        {
            left.quantity = minus(left.quantity, movement.quantity);
            left.value = sum(left.value, -self.movement_costs(movement).total_until(day));
        }
        for one in self.revaluations(lot).iter().filter(|one| one.day <= day) {
            left.value = sum(left.value, one.amount);
        }
        left
    }

    /// What lay where at the end of a day: every item and warehouse with anything in it, in order.
    pub fn stock_as_of(&self, day: Day) -> Vec<Stock> {
        let mut found: BTreeMap<(ItemId, WarehouseId), (Quantity, Amount)> = BTreeMap::new();
        for (number, row) in self.lots.iter().enumerate() {
            let left = self.left_as_of(LotId(number as u32), day);
            let shelf = &self.shelves[row.shelf as usize];
            let total = found.entry((shelf.item, shelf.warehouse)).or_default();
            *total = (plus(total.0, left.quantity), sum(total.1, left.value));
        }
        let found =
            found.into_iter().filter(|(_, (quantity, value))| !quantity.is_zero() || !value.is_zero());
        let row = |((item, warehouse), (quantity, value))| Stock { item, warehouse, quantity, value };
        found.map(row).collect()
    }

    /// The expected balance of each role at the end of a day, in the order of a trial balance; roles at zero are left
    /// out. Debits less credits.
    pub fn balances_as_of(&self, day: Day) -> BTreeMap<Role, Amount> {
        let mut balances: BTreeMap<Role, Amount> = BTreeMap::new();
        for (key, amount) in self.ledger.balances_as_of(day) {
            let total = balances.entry(key.role).or_default();
            *total = sum(*total, amount);
        }
        balances.retain(|_, amount| !amount.is_zero());
        balances
    }

    /// The value of all lots at the end of a day, by stock account: what the ledger must say as well.
    pub fn valuation(&self, day: Day) -> BTreeMap<Role, Amount> {
        let mut values = BTreeMap::new();
        for number in 0..self.lots.len() {
            let lot = LotId(number as u32);
            let value = self.left_as_of(lot, day).value;
            if !value.is_zero() {
                let total = values.entry(self.stock_account(lot, day).role).or_insert(Amount::ZERO);
                *total = sum(*total, value);
            }
        }
        values
    }

    /// An item's stock now, over all warehouses.
    pub fn availability(&self, item: ItemId) -> Availability {
        let mut found = Availability::default();
        let Some(state) = self.item_states.get(item.index()) else { return found };
        for (_, shelf) in &state.shelves {
            let shelf = &self.shelves[*shelf as usize];
            found.on_hand = plus(found.on_hand, shelf.on_hand);
            found.booked = plus(found.booked, shelf.booked);
        }
        found.available = minus(found.on_hand, found.booked);
        for (id, document) in self.documents().filter(|(_, document)| document.is_live()) {
            match &document.content {
                Content::PurchaseOrder(order) if order.lines.iter().any(|line| line.item == item) => {
                    let open = order_costs::expected(self, id);
                    for (_, open) in order.lines.iter().zip(open).filter(|(line, _)| line.item == item) {
                        found.expected = plus(found.expected, open);
                    }
                }
                Content::ManufacturingOrder(order) if manufacturing_order::needs(order, item) => {
                    if order.item == item {
                        found.expected = plus(found.expected, manufacturing_order::expected(self, id));
                    }
                    found.wanted = plus(found.wanted, self.parts_wanted(id, item));
                }
                Content::CustomerOrder(order) if order.lines.iter().any(|line| line.item == item) => {
                    for (number, line) in order.lines.iter().enumerate().filter(|(_, line)| line.item == item)
                    {
                        let ordered = crate::documents::check::stock_units(self, line, line.quantity)
                            .unwrap_or_default();
                        let open = minus(ordered, self.shipped(id, number as u16)).max(Quantity::ZERO);
                        found.wanted = plus(found.wanted, open);
                    }
                }
                _ => {}
            }
        }
        let needed = plus(found.wanted, self.items[item.0].reorder_point);
        found.short = minus(needed, plus(found.available, found.expected)).max(Quantity::ZERO);
        found
    }

    /// Units of an item that a manufacturing order still needs and has not booked.
    fn parts_wanted(&self, order: DocumentId, item: ItemId) -> Quantity {
        let Some(content) = manufacturing_order::content(self, order) else { return Quantity::ZERO };
        if manufacturing_order::end(self, order).is_some() {
            return Quantity::ZERO;
        }
        let mut wanted = Quantity::ZERO;
        for (number, _) in content.parts.iter().enumerate().filter(|(_, part)| part.item == item) {
            let booked = self.takings_of(order, number);
            let booked = booked.iter().fold(Quantity::ZERO, |sum, taking| plus(sum, taking.quantity));
            let open = manufacturing_order::open_part(self, order, number, None);
            wanted = plus(wanted, minus(open, booked).max(Quantity::ZERO));
        }
        wanted
    }

    /// Units of a customer order's line that shipments booked or took.
    pub fn shipped(&self, order: DocumentId, line: u16) -> Quantity {
        let Some(document) = self.documents.get(order.index()) else { return Quantity::ZERO };
        let mut total = Quantity::ZERO;
        for one in
            document.dependents.iter().map(|id| &self.documents[id.index()]).filter(|one| one.is_live())
        {
            if let Content::Shipment(shipment) = &one.content {
                for line in shipment.lines.iter().filter(|l| l.order_line == Some(line)) {
                    total = plus(total, line.quantity);
                }
            }
        }
        total
    }

    /// What stands on Purchases for each line of an order: billed less what received goods cost (POST-23), in base.
    pub fn purchases(&self, order: DocumentId) -> Vec<Amount> {
        order_costs::balances(self, order).iter().map(crate::costs::Costs::total).collect()
    }
}
