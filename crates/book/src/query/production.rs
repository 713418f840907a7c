//! What stands in work in progress, what an order has cost against its plan, where a part is used and what a product needs.
//!
//! "What did this table cost me": parts 40.00, labour 60.00, overhead 30.00, ten tables: 13.00 each, planned 12.50.
//! Not here: how costs are worked out (`production.rs`), the ledger.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use money::{Amount, Quantity};

use crate::book::Book;
use crate::content::{Content, Kind, Outcome};
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::documents::order_costs::operation_costs;
use crate::documents::{manufacturing_costs, manufacturing_order, plan, vendor_shipment};
use crate::ids::{BillOfMaterialsId, DocumentId, ItemId};
use crate::refusal::Refusal;
use crate::stock::plus;

/// Where a manufacturing order stands, from what happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Nothing has happened.
    Planned,
    /// Its parts are booked.
    Booked,
    /// Parts were consumed, or somebody has worked on it.
    Started,
    /// Some units are done.
    PartlyFinished,
    /// It has ended, maybe short.
    Finished,
    /// What it took up is lost.
    Cancelled,
}

/// What an order, or the parts at a vendor, have put into work in progress and taken out of it by the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InProgress {
    /// A manufacturing order, or a purchase order that parts were sent for.
    pub order: DocumentId,
    /// What has reached it.
    pub taken_up: Amount,
    /// What finished goods carry, and what is lost.
    pub given: Amount,
    /// The rest: never below zero, and zero when the order has ended.
    pub balance: Amount,
    /// The last day up to then on which any of it changed.
    pub last: Option<Day>,
    /// Where it stands; parts at a vendor have no state.
    pub state: Option<OrderState>,
}

/// All of work in progress at once: what `verify` holds against the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkInProgress {
    /// Orders that took something up, and how many of them have ended.
    pub orders: usize,
    /// Ended orders.
    pub ended: usize,
    /// What the orders change on each day; in sum the account's movement of that day.
    pub by_day: BTreeMap<Day, Amount>,
    /// Orders below zero on a day, or not at zero after their end, with that balance (POST-22): there must be none.
    pub wrong: Vec<(DocumentId, Day, Amount)>,
}

/// What an order's plan says and what came: base currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedActual {
    /// By the plan.
    pub planned: Amount,
    /// So far.
    pub actual: Amount,
}

/// What a manufacturing order cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrderCost {
    /// Where it stands.
    pub state: OrderState,
    /// Units ordered.
    pub ordered: Quantity,
    /// Good units.
    pub finished: Quantity,
    /// Consumed parts less what was put back.
    pub parts: PlannedActual,
    /// Labour of its operations.
    pub labour: PlannedActual,
    /// Overhead of its operations.
    pub overhead: PlannedActual,
    /// Operations bought from suppliers.
    pub bought: Amount,
    /// What the finished units carry.
    pub finished_cost: Amount,
    /// What is lost: abnormal scrap, cancelled.
    pub lost: Amount,
    /// What is still in work in progress.
    pub in_progress: Amount,
}

/// A bill of materials that uses an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsedIn {
    /// The bill.
    pub bill_of_materials: BillOfMaterialsId,
    /// What it makes.
    pub item: ItemId,
    /// How many of the asked item one unit of it needs on this level, scrap included.
    pub quantity: Quantity,
    /// 1 where the item goes in directly, 2 in what that goes into, …
    pub level: u32,
}

/// What so many units need, however far down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Need {
    /// The part.
    pub item: ItemId,
    /// How many, in stock units.
    pub quantity: Quantity,
    /// 1 for parts of the product, 2 for parts of those, …
    pub level: u32,
}

/// How deep bills are followed; none that was saved goes in a circle.
const LEVELS: u32 = 100;

impl Book {
    /// Where a manufacturing order stands; none if it isn't one.
    pub fn order_state(&self, id: DocumentId) -> Option<OrderState> {
        let order = manufacturing_order::content(self, id)?;
        if let Some((_, end)) = manufacturing_order::end(self, id) {
            return Some(match end.outcome {
                Outcome::Cancelled => OrderState::Cancelled,
                Outcome::Finished | Outcome::Partial => OrderState::Finished,
            });
        }
        let has = |kinds: &[Kind]| {
            manufacturing_order::live_dependents(self, id)
                .any(|one| kinds.contains(&self.documents[one.index()].kind()))
        };
        Some(match () {
            () if has(&[Kind::Completion]) => OrderState::PartlyFinished,
            () if has(&[Kind::Consumption, Kind::Work]) => OrderState::Started,
            () if order.booked.is_some() => OrderState::Booked,
            () => OrderState::Planned,
        })
    }

    /// Everything that has ever been in work in progress by the end of a day, order by order; the balances sum to the account.
    pub fn in_progress(&self, day: Day) -> Vec<InProgress> {
        let rows = (0..self.documents.len()).map(|number| DocumentId(number as u32));
        let rows = rows.filter_map(|id| {
            let (taken_up, given) = self.through_progress(id)?;
            let days = taken_up.iter().chain(given.iter()).map(|(on, _)| on).filter(|on| *on <= day);
            let last = days.max();
            let (taken_up, given) = (taken_up.total_until(day), given.total_until(day));
            let balance = sum(taken_up, -given);
            last.map(|last| InProgress {
                order: id,
                taken_up,
                given,
                balance,
                last: Some(last),
                state: self.order_state(id),
            })
        });
        rows.collect()
    }

    /// What went into work in progress for a document and what came out, by day.
    pub(crate) fn through_progress(&self, id: DocumentId) -> Option<(Costs, Costs)> {
        let document = &self.documents[id.index()];
        if !document.is_live() || document.dependents.is_empty() {
            return None;
        }
        let mut given = Costs::default();
        for carried in self.carried(id) {
            given.add_all(&carried.costs, Day::FIRST);
        }
        match &document.content {
            Content::ManufacturingOrder(_) => {
                for lot in manufacturing_costs::lots_of(self, id) {
                    given.add_all(&self.lots[lot.index()].costs, Day::FIRST);
                }
                Some((manufacturing_costs::facts(self, id)?.pool(), given))
            }
            Content::PurchaseOrder(order) if vendor_shipment::any(self, id) => {
                let mut pool = Costs::default();
                for line in 0..order.lines.len() {
                    pool.add_all(&vendor_shipment::pool(self, id, line), Day::FIRST);
                }
                Some((pool, given))
            }
            _ => None,
        }
    }

    /// What a manufacturing order cost, against its plan; none if it isn't one.
    pub fn order_cost(&self, id: DocumentId) -> Option<OrderCost> {
        let order = manufacturing_order::content(self, id)?;
        let facts = manufacturing_costs::facts(self, id)?;
        let mut bought = Amount::ZERO;
        for one in manufacturing_order::live_dependents(self, id) {
            bought = sum(bought, operation_costs(self, one).total());
        }
        let (mut labour, mut overhead) = (PlannedActual::default(), PlannedActual::default());
        for operation in &facts.operations {
            labour.planned = sum(labour.planned, operation.planned.labour);
            overhead.planned = sum(overhead.planned, operation.planned.overhead);
            let Some(_) = operation.started else { continue };
            let so_far = if facts.end.is_some() { operation.actual } else { operation.planned };
            labour.actual = sum(labour.actual, so_far.labour);
            overhead.actual = sum(overhead.actual, so_far.overhead);
        }
        let parts = order.parts.iter().filter_map(|part| {
            part.quantity.at(part.unit_cost.unwrap_or_default(), self.base).ok().map(|cost| cost.minor())
        });
        let parts = PlannedActual {
            planned: Amount::from_minor(parts.sum()),
            actual: sum(facts.materials.total(), -bought),
        };
        let completions = manufacturing_order::completions(self, id);
        let finished = completions.iter().fold(Quantity::ZERO, |total, (_, one)| plus(total, one.quantity));
        let lots = manufacturing_costs::lots_of(self, id);
        let finished_cost =
            lots.iter().fold(Amount::ZERO, |total, lot| sum(total, self.lots[lot.index()].costs.total()));
        let lost = self.carried(id).iter().fold(Amount::ZERO, |total, one| sum(total, one.costs.total()));
        let in_progress = sum(facts.pool().total(), -sum(finished_cost, lost));
        Some(OrderCost {
            state: self.order_state(id)?,
            ordered: order.quantity,
            finished,
            parts,
            labour,
            overhead,
            bought,
            finished_cost,
            lost,
            in_progress,
        })
    }

    /// Every bill of materials in use that an item goes into, directly or through others.
    pub fn where_used(&self, item: ItemId) -> Vec<UsedIn> {
        let (mut found, mut open) = (Vec::new(), vec![(item, 1_u32)]);
        let mut seen = std::collections::BTreeSet::from([item]);
        while let Some((part, level)) = open.pop() {
            let Some(state) = self.item_states.get(part.index()) else { continue };
            for id in &state.used_in {
                let bill = &self.bills_of_materials[*id];
                if self.bills_of_materials.row(*id).is_none_or(|row| row.archived) {
                    continue;
                }
                let parts = plan::parts(bill, Quantity::units(1)).unwrap_or_default();
                let parts = parts.iter().filter(|one| one.item == part);
                let quantity = parts.fold(Quantity::ZERO, |total, one| plus(total, one.quantity));
                found.push(UsedIn {
                    bill_of_materials: BillOfMaterialsId(*id),
                    item: bill.item,
                    quantity,
                    level,
                });
                if seen.insert(bill.item) && level < LEVELS {
                    open.push((bill.item, level + 1));
                }
            }
        }
        found.sort_by_key(|one| (one.level, one.item, one.bill_of_materials));
        found
    }

    /// What so many units of an item need by the bills of a day, level by level; parts that are made are followed by theirs.
    /// Refused where a quantity passes what a book can hold.
    pub fn needs(&self, item: ItemId, quantity: Quantity, day: Day) -> Result<Vec<Need>, Refusal> {
        let mut found = Vec::new();
        let mut level = BTreeMap::from([(item, quantity)]);
        for number in 1..=LEVELS {
            let mut next: BTreeMap<ItemId, Quantity> = BTreeMap::new();
            for (item, quantity) in level {
                let Some(bill) = plan::bill(self, item, day) else { continue };
                for part in plan::parts(&self.bills_of_materials[bill.0], quantity)? {
                    let total = next.entry(part.item).or_default();
                    let whole = total.checked_add(part.quantity);
                    *total = whole.map_err(|error| crate::refusal::bad("The quantity needed", &error))?;
                }
            }
            found.extend(next.iter().map(|(item, quantity)| Need {
                item: *item,
                quantity: *quantity,
                level: number,
            }));
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(found)
    }

    /// Work in progress of all orders, day by day.
    pub fn progress(&self) -> WorkInProgress {
        let mut progress = WorkInProgress::default();
        for id in (0..self.documents.len()).map(|number| DocumentId(number as u32)) {
            let Some((taken_up, given)) = self.through_progress(id) else { continue };
            let ended =
                manufacturing_order::content(self, id).and_then(|_| manufacturing_order::end(self, id));
            let ended = ended.map(|(_, end)| end.day);
            progress.orders += 1;
            progress.ended += usize::from(ended.is_some());
            for (day, amount) in taken_up.iter().chain(given.iter().map(|(day, amount)| (day, -amount))) {
                let total = progress.by_day.entry(day).or_default();
                *total = sum(*total, amount);
            }
            let wrong = wrong_days(&taken_up, &given, ended).into_iter();
            progress.wrong.extend(wrong.map(|(day, balance)| (id, day, balance)));
        }
        progress.by_day.retain(|_, amount| !amount.is_zero());
        progress
    }
}

/// Days on which work in progress is below zero, or not zero after the end.
fn wrong_days(taken_up: &Costs, given: &Costs, ended: Option<Day>) -> Vec<(Day, Amount)> {
    let mut days: Vec<Day> = taken_up.iter().chain(given.iter()).map(|(day, _)| day).chain(ended).collect();
    days.sort();
    days.dedup();
    let balances = days.into_iter().map(|day| (day, sum(taken_up.total_until(day), -given.total_until(day))));
    let wrong = |(day, balance): &(Day, Amount)| {
        // Parts that were written down and whose cost fell later are themselves below zero.
        let least = taken_up.total_until(*day).min(Amount::ZERO);
        *balance < least || (!balance.is_zero() && ended.is_some_and(|end| end <= *day))
    };
    balances.filter(wrong).collect()
}
