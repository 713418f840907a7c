//! Questions to a book. Answers are worked out from the tables when asked; nothing is kept for them.

mod check;
mod documents;
mod explain;
mod history;
mod invoicing;
mod papers;
mod preview;
mod production;
mod purchases;
mod sales;
mod stock;
mod trace;

pub use check::Difference;
pub use explain::Contribution;
pub use history::{Happened, HistoryEntry};
pub use papers::{LineSubject, StandsOn};
pub use preview::{Change, Preview};
pub use production::{InProgress, Need, OrderCost, OrderState, PlannedActual, UsedIn, WorkInProgress};
pub use purchases::{Bought, OnPurchases};
pub use sales::{Invoiced, Shipped};
pub use stock::{Availability, Left, Stock};
pub use trace::{Origin, Use};

use crate::book::Book;
use crate::command::Thing;
use crate::costs::Costs;
use crate::day::Day;
use crate::document::Document;
use crate::ids::{DocumentId, ItemId, LotId, MovementId, PartyId, WarehouseId};
use crate::master::{
    BillOfMaterials, Category, Item, Party, Reason, Routing, Row, Site, Table, TrackingCategory,
    TrackingOption, Unit, Warehouse, Workstation,
};
use crate::names::Text;
use crate::policy::{ApprovalRule, Channel};
use crate::posting::Key;
use crate::stock::{Lot, Movement};

impl Book {
    /// Units of measure.
    pub fn units(&self) -> &Table<Unit> {
        &self.units
    }

    /// Item categories.
    pub fn categories(&self) -> &Table<Category> {
        &self.categories
    }

    /// Items.
    pub fn items(&self) -> &Table<Item> {
        &self.items
    }

    /// Sites.
    pub fn sites(&self) -> &Table<Site> {
        &self.sites
    }

    /// Warehouses.
    pub fn warehouses(&self) -> &Table<Warehouse> {
        &self.warehouses
    }

    /// Suppliers and customers.
    pub fn parties(&self) -> &Table<Party> {
        &self.parties
    }

    /// Tracking categories.
    pub fn tracking_categories(&self) -> &Table<TrackingCategory> {
        &self.tracking_categories
    }

    /// Options of tracking categories.
    pub fn tracking_options(&self) -> &Table<TrackingOption> {
        &self.tracking_options
    }

    /// Reasons for write-offs and revaluations.
    pub fn reasons(&self) -> &Table<Reason> {
        &self.reasons
    }

    /// Sales channels.
    pub fn channels(&self) -> &Table<Channel> {
        &self.channels
    }

    /// Rules of approval.
    pub fn approval_rules(&self) -> &Table<ApprovalRule> {
        &self.approval_rules
    }

    /// Workstations.
    pub fn workstations(&self) -> &Table<Workstation> {
        &self.workstations
    }

    /// Bills of materials.
    pub fn bills_of_materials(&self) -> &Table<BillOfMaterials> {
        &self.bills_of_materials
    }

    /// Routings.
    pub fn routings(&self) -> &Table<Routing> {
        &self.routings
    }

    /// An item's row.
    pub fn item(&self, id: ItemId) -> Option<&Row<Item>> {
        self.items.row(id.number())
    }

    /// A supplier's or customer's row.
    pub fn party(&self, id: PartyId) -> Option<&Row<Party>> {
        self.parties.row(id.number())
    }

    /// All documents, withdrawn ones too.
    pub fn documents(&self) -> impl Iterator<Item = (DocumentId, &Document)> {
        (0..).map(DocumentId).zip(self.documents.iter())
    }

    /// All lots, removed ones too (they have no quantity).
    pub fn lots(&self) -> impl Iterator<Item = (LotId, &Lot)> {
        (0..).map(LotId).zip(self.lots.iter())
    }

    /// The movement with this id.
    pub fn movement(&self, id: MovementId) -> Option<&Movement> {
        self.movements.get(id.index())
    }

    /// All movements in order of entry, released ones too.
    pub fn movements(&self) -> impl Iterator<Item = (MovementId, &Movement)> {
        (0..).map(MovementId).zip(self.movements.iter())
    }

    /// The account on which a lot's value stands at the end of a day (ACC-3); Off-book expense in an off-book warehouse,
    /// whose lots have a value and no account (POST-13).
    pub fn stock_account(&self, lot: LotId, day: Day) -> &Key {
        let keys = &self.shelves[self.lots[lot.index()].shelf as usize].keys;
        self.ledger.name(crate::posts::on_day(keys, day))
    }

    /// What a booking or taking carries of its lot's cost, by day.
    pub fn cost_of(&self, movement: &Movement) -> Costs {
        self.movement_costs(movement)
    }

    /// Where a lot lies.
    pub fn lot_warehouse(&self, lot: LotId) -> WarehouseId {
        self.shelves[self.lots[lot.index()].shelf as usize].warehouse
    }

    /// The notes on something: the log entry and the text.
    pub fn notes(&self, thing: Thing) -> &[(u32, Text)] {
        self.notes.get(&thing).map_or(&[], |notes| notes.as_slice())
    }

    /// The thing that another system knows by this id, by kind (`item`, `purchase order`).
    pub fn find_external(&self, kind: &str, external: &str) -> Option<u32> {
        self.externals.get(&*format!("{kind}:{external}")).copied()
    }
}
