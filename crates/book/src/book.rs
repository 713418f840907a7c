//! The book itself: its tables, and the two doors `decide` and `apply`.
//!
//! A clone copies pointers (`chunks.rs`), so a preview is clone, apply, compare. Not here: what each document means
//! (`documents/`), how costs flow (`graph.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use money::{Amount, Currency, Quantity, Rate};

use crate::approval::Steps;
use crate::attachments::Attachments;
use crate::changed::{self, Entry};
use crate::chunks::Chunks;
use crate::command::{Asking, Command, Event, Stamp, Thing};
use crate::content::Kind;
use crate::costs::Costs;
use crate::day::Day;
use crate::document::Document;
use crate::documents::Carried;
use crate::documents::order_costs::OrderCosts;
use crate::ids::{CategoryId, DocumentId, ItemId, LotId, WarehouseId};
use crate::ledger::{KeyId, Ledger, Posted};
use crate::map::Map;
use crate::master::{
    BillOfMaterials, Books, Category, Item, Making, Party, Reason, Routing, Site, Table, TrackingCategory,
    TrackingOption, Unit, Warehouse, Workstation,
};
use crate::names::{Names, Text, same};
use crate::policy::{ApprovalRule, Channel};
use crate::posting::{Key, Role, Tracking};
use crate::refusal::{Code, Refusal, bad};
use crate::revalue::Revalued;
use crate::settings::Settings;
use crate::stock::{Lot, Movement, Shelf};

/// What a book can hold in all, in millionths of units and in minor units: sums of parts of it always fit in 64 bits.
const BUDGET: i128 = 4_000_000_000_000_000_000;

/// How an item is accounted for from a day on: its stock (ACC-3, ACC-6), its options (POST-25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemKind {
    pub(crate) making: Making,
    pub(crate) category: Option<CategoryId>,
    pub(crate) tracking: Tracking,
}

impl From<&Item> for ItemKind {
    fn from(item: &Item) -> ItemKind {
        ItemKind { making: item.making, category: item.category, tracking: item.tracking }
    }
}

/// What the book keeps of an item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ItemState {
    pub(crate) shelves: Vec<(WarehouseId, u32)>,
    pub(crate) kinds: Vec<(Day, ItemKind)>,
    /// The account of orders' work in progress that makes it, from a day on; none before there is any.
    pub(crate) progress: Vec<(Day, KeyId)>,
    /// Bills of materials that make it.
    pub(crate) bills: Vec<u32>,
    /// Bills of materials that use it.
    pub(crate) used_in: Vec<u32>,
    /// Routings that make it.
    pub(crate) routings: Vec<u32>,
}

/// How a kind's numbers are made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) prefix: Text,
    pub(crate) next: u32,
}

/// What one event is doing right now; begun anew by the next.
#[derive(Clone, Default)]
pub(crate) struct Work {
    pub(crate) posted: Posted,
    pub(crate) dirty: BTreeMap<LotId, Costs>,
    pub(crate) reshaped: Vec<LotId>,
    pub(crate) recomputed: u64,
    /// What orders decide after the change; they don't depend on lots' costs, so once is enough.
    pub(crate) order_costs: Vec<(DocumentId, OrderCosts)>,
    /// Lot by lot what documents post, while somebody asks for it (`query/explain.rs`).
    pub(crate) watched: Option<Vec<(Option<LotId>, Posted)>>,
}

/// Work is no part of the state: a digest doesn't count it.
impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Work")
    }
}

/// The operations record of one company.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Book {
    pub(crate) base: Currency,
    pub(crate) units: Table<Unit>,
    pub(crate) categories: Table<Category>,
    pub(crate) items: Table<Item>,
    pub(crate) sites: Table<Site>,
    pub(crate) warehouses: Table<Warehouse>,
    pub(crate) parties: Table<Party>,
    pub(crate) tracking_categories: Table<TrackingCategory>,
    pub(crate) tracking_options: Table<TrackingOption>,
    pub(crate) reasons: Table<Reason>,
    pub(crate) settings: Settings,
    pub(crate) closings: Arc<Vec<(u32, Option<Day>)>>,
    pub(crate) approvals: Steps,
    pub(crate) attachments: Attachments,
    pub(crate) supplier_papers: Names,
    pub(crate) channels: Table<Channel>,
    pub(crate) approval_rules: Table<ApprovalRule>,
    pub(crate) workstations: Table<Workstation>,
    pub(crate) bills_of_materials: Table<BillOfMaterials>,
    pub(crate) routings: Table<Routing>,
    pub(crate) rates: Arc<BTreeMap<Currency, Vec<(Day, Rate)>>>,
    pub(crate) series: Arc<BTreeMap<Kind, Series>>,
    pub(crate) notes: Map<Thing, Arc<Vec<(u32, Text)>>>,
    pub(crate) externals: Map<Text, u32>,
    pub(crate) documents: Chunks<Document>,
    pub(crate) numbers: Names,
    pub(crate) item_states: Chunks<ItemState>,
    pub(crate) shelves: Chunks<Arc<Shelf>>,
    pub(crate) lots: Chunks<Lot>,
    pub(crate) movements: Chunks<Movement>,
    pub(crate) holes: Map<LotId, Arc<[(Quantity, Quantity)]>>,
    pub(crate) revalued: Map<LotId, Arc<Vec<Revalued>>>,
    pub(crate) carried: Map<DocumentId, Arc<[Carried]>>,
    pub(crate) ledger: Ledger,
    pub(crate) stamps: Chunks<Entry>,
    pub(crate) records_changed: u32,
    entered: i128,
    #[serde(skip)]
    pub(crate) work: Work,
}

impl Book {
    /// A company without anything yet, keeping its accounts in this currency.
    pub fn new(base: Currency) -> Book {
        Book {
            base,
            units: Table::default(),
            categories: Table::default(),
            items: Table::default(),
            sites: Table::default(),
            warehouses: Table::default(),
            parties: Table::default(),
            tracking_categories: Table::default(),
            tracking_options: Table::default(),
            reasons: Table::default(),
            settings: Settings::default(),
            closings: Arc::default(),
            approvals: Default::default(),
            attachments: Default::default(),
            supplier_papers: Names::default(),
            channels: Table::default(),
            approval_rules: Table::default(),
            workstations: Table::default(),
            bills_of_materials: Table::default(),
            routings: Table::default(),
            rates: Arc::default(),
            series: Arc::default(),
            notes: Default::default(),
            externals: Default::default(),
            documents: Chunks::default(),
            numbers: Names::default(),
            item_states: Chunks::default(),
            shelves: Chunks::default(),
            lots: Chunks::default(),
            movements: Chunks::default(),
            holes: Default::default(),
            revalued: Default::default(),
            carried: Default::default(),
            ledger: Ledger::default(),
            stamps: Chunks::default(),
            records_changed: 0,
            entered: 0,
            work: Work::default(),
        }
    }

    /// What a command would do: its events, or why not. Nothing changes.
    ///
    /// Checks come in this order, so that the same wrong input gets the same refusal: shape, things named, the
    /// document's state, stock and cost, limits.
    pub fn decide(&self, command: Command, asking: Asking) -> Result<Vec<Event>, Refusal> {
        crate::decide::decide(self, command, asking)
    }

    /// Records an event that `decide` made. Total: it can't fail.
    pub fn apply(&mut self, event: &Event, stamp: Stamp) {
        self.work = Work::default();
        if changed::changes_records(self, event) {
            self.records_changed = self.seq();
        }
        crate::apply::apply(self, event);
        let posted = std::mem::take(&mut self.work.posted);
        let seq = self.seq();
        self.ledger.commit(seq, posted);
        self.stamps.push(Entry::new(stamp, event));
    }

    /// The number of the next log entry.
    pub fn seq(&self) -> u32 {
        self.stamps.len() as u32
    }

    /// Who recorded a log entry, and when.
    pub fn stamp(&self, seq: u32) -> Option<Stamp> {
        self.stamps.get(seq as usize).map(|entry| entry.stamp())
    }

    /// Lots and takings that the last event recomputed.
    pub fn recomputed(&self) -> u64 {
        self.work.recomputed
    }

    /// The currency of the accounts.
    pub fn base(&self) -> Currency {
        self.base
    }

    /// The expected ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Counts what comes in against what a book can hold.
    pub(crate) fn enter(&mut self, amount: i128) {
        self.entered = self.entered.saturating_add(amount.abs());
    }

    /// Whether this much more fits.
    pub(crate) fn fits(&self, amount: i128) -> Result<(), Refusal> {
        if self.entered.saturating_add(amount.abs()) > BUDGET {
            let why = "with it, all that ever entered passes what a book can hold";
            return Err(Refusal::new(Code::TooLarge).with("what", "The document").with("why", why));
        }
        Ok(())
    }

    /// The company's rate of a currency on a day: the latest on or before it.
    pub fn rate(&self, currency: Currency, day: Day) -> Option<Rate> {
        if currency == self.base {
            return Rate::from_millionths(1_000_000).ok();
        }
        let rates = self.rates.get(&currency)?;
        let until = rates.partition_point(|rate| rate.0 <= day);
        until.checked_sub(1).map(|at| rates[at].1)
    }

    pub(crate) fn to_base(&self, money: money::Money, rate: Option<Rate>) -> Amount {
        let Some(rate) = rate.or_else(|| self.rate(money.currency(), Day::LAST)) else { return Amount::ZERO };
        self.try_to_base(money, rate).unwrap_or(Amount::ZERO)
    }

    pub(crate) fn try_to_base(&self, money: money::Money, rate: Rate) -> Result<Amount, Refusal> {
        if money.currency() == self.base {
            return Ok(Amount::from_minor(money.minor()));
        }
        money.to_base(rate, self.base).map_err(|error| bad("The amount in base currency", &error))
    }

    /// The shelf of an item in a warehouse, new if it had none.
    pub(crate) fn shelf(&mut self, item: ItemId, warehouse: WarehouseId) -> u32 {
        if let Some(shelf) = self.find_shelf(item, warehouse) {
            return shelf;
        }
        let shelf = self.shelves.len() as u32;
        let books = self.warehouses[warehouse.0].books;
        let order = self.items[item.0].order;
        let kinds = self.item_states[item.index()].kinds.clone();
        let keys = kinds.into_iter().map(|(from, kind)| (from, self.stock_key(warehouse, kind)));
        let mut keys: Vec<(Day, KeyId)> = keys.collect();
        keys.dedup_by_key(|entry| entry.1);
        self.shelves.push(Arc::new(Shelf {
            item,
            warehouse,
            books,
            order,
            open: Default::default(),
            on_hand: Quantity::ZERO,
            booked: Quantity::ZERO,
            keys,
            cogs: None,
        }));
        self.item_states[item.index()].shelves.push((warehouse, shelf));
        shelf
    }

    pub(crate) fn find_shelf(&self, item: ItemId, warehouse: WarehouseId) -> Option<u32> {
        let shelves = &self.item_states.get(item.index())?.shelves;
        shelves.iter().find(|entry| entry.0 == warehouse).map(|entry| entry.1)
    }

    /// The account of stock: by the item's making, or Off-book expense in an off-book warehouse (ACC-3, POST-13).
    pub(crate) fn stock_key(&mut self, warehouse: WarehouseId, kind: ItemKind) -> KeyId {
        let place = &self.warehouses[warehouse.0];
        let ItemKind { making, category, tracking } = kind;
        let mut key = Key { category, warehouse: Some(warehouse), tracking, ..Key::of(Role::Materials) };
        match (place.books, making) {
            (Books::OffBook, _) => {
                (key.role, key.category) = (Role::OffBookExpense, None);
                key.tracking = place.tracking.or(tracking);
            }
            (Books::OnBook, Making::Made) => key.role = Role::FinishedGoods,
            (Books::OnBook, Making::Bought) => {}
        }
        self.ledger.key(key)
    }

    /// The account of work in progress that makes an item: its options are the item's (POST-25).
    pub(crate) fn progress_of(&mut self, item: ItemId) -> &[(Day, KeyId)] {
        if self.item_states[item.index()].progress.is_empty() {
            let kinds = self.item_states[item.index()].kinds.clone();
            let key = |kind: ItemKind| Key { tracking: kind.tracking, ..Key::of(Role::WorkInProgress) };
            let keys = kinds.into_iter().map(|(from, kind)| (from, self.ledger.key(key(kind))));
            let mut keys: Vec<(Day, KeyId)> = keys.collect();
            keys.dedup_by_key(|entry| entry.1);
            self.item_states[item.index()].progress = keys;
        }
        &self.item_states[item.index()].progress
    }

    /// Whether a document is an order for an operation (POST-3).
    pub(crate) fn buys_operation(&self, order: DocumentId) -> bool {
        match self.document(order).map(|document| &document.content) {
            Some(crate::content::Content::PurchaseOrder(order)) => order.operation.is_some(),
            _ => false,
        }
    }

    /// A document of this company.
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.get(id.index())
    }

    /// The lot with this id.
    pub fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots.get(id.index())
    }

    /// A document by kind and number, in any case.
    pub fn find_document(&self, kind: Kind, number: &str) -> Option<DocumentId> {
        let has = |id: u32| {
            let document = &self.documents[id as usize];
            document.kind() == kind && same(&document.number, number)
        };
        self.numbers.get(kind as u8, number, has).map(DocumentId)
    }

    /// The same books give the same digest, to the byte, on every machine.
    pub fn digest(&self) -> u64 {
        use std::fmt::Write;
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        // Writing into a hash can't fail.
        let _ = write!(hash, "{self:?}");
        hash.0
    }
}

struct Fnv(u64);

impl std::fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
