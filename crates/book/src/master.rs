//! Master data: what a company deals in and with whom. Units, categories, items, sites, warehouses, suppliers and
//! customers, tracking, reasons.
//!
//! A record is saved whole; what it was before stays readable (SEC-2). Nothing is deleted: records are archived, found
//! again, restored. Not here: documents, and checks (`master_check.rs`).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Amount, Currency, Percent, Quantity, UnitFactor, UnitPrice};

use crate::chunks::Chunks;
use crate::day::Day;
use crate::ids::{CategoryId, ItemId, SiteId, TrackingCategoryId, UnitId, WorkstationId};
use crate::names::{Names, Text, is_default, same};
use crate::policy::{ApprovalRule, Channel, PaymentTerms, Period};
use crate::posting::Tracking;

/// A unit of measure: piece, kilogram, box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// `kg`
    pub code: Text,
    /// `kilogram`
    pub name: Text,
    /// What it is in another unit: a box is 12 pieces. Items may say otherwise (DOC-22).
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Option<UnitOf>,
}

/// So many of another unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitOf {
    /// The unit.
    pub unit: UnitId,
    /// The factor.
    pub factor: UnitFactor,
}

/// An item category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
}

/// Whether an item has lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stocking {
    /// It is kept in lots.
    #[default]
    Stocked,
    /// A service or consumable: no lots, its lines go on an expense account (DOC-13).
    NonInventory,
}

/// Whether an item has a bill of materials; it decides between the two stock accounts (ACC-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Making {
    /// Without: a material.
    #[default]
    Bought,
    /// With: a finished good.
    Made,
}

/// The order in which lots are booked (INV-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BookingOrder {
    /// First in, first out: day of receipt, then order of entry.
    #[default]
    Fifo,
    /// First expired, first out; no expiry last; expired lots only by hand.
    Fefo,
}

/// Whether lots carry a batch number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Batches {
    /// They may.
    #[default]
    Optional,
    /// A receipt without one is refused.
    Required,
}

/// What is bought, made, kept and sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The part number.
    pub code: Text,
    /// What people call it.
    pub name: Text,
    /// The stock unit.
    pub unit: UnitId,
    /// Other units it is bought or sold in, with their factor to the stock unit (DOC-22).
    #[serde(default, skip_serializing_if = "is_default")]
    pub units: Vec<UnitOf>,
    /// Its category.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: Option<CategoryId>,
    /// Whether it has lots.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stocking: Stocking,
    /// Whether it has a bill of materials.
    #[serde(default, skip_serializing_if = "is_default")]
    pub making: Making,
    /// FIFO, or FEFO where expiry dates are used.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: BookingOrder,
    /// Batch numbers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batches: Batches,
    /// Weight of a stock unit, in kilograms; fees may be split by it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weight: Option<Quantity>,
    /// Usual price of purchase, base currency, per stock unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub purchase_price: Option<UnitPrice>,
    /// Usual price of sale, base currency, per stock unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sales_price: Option<UnitPrice>,
    /// Tax: none is "no tax", 0 is a zero rate (TAX-3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: Option<Percent>,
    /// The expense account's code, for non-inventory items.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expense_account: Option<Text>,
    /// Below this much available it is short, in stock units.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reorder_point: Quantity,
    /// Tracking of its lines unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
}

/// A place with warehouses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
}

/// Whether a warehouse's stock stands in the accounts (INV-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Books {
    /// It does.
    #[default]
    OnBook,
    /// It has quantity, place and value, and no trace in Xero.
    OffBook,
}

/// Where lots lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warehouse {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// Its site.
    #[serde(default, skip_serializing_if = "is_default")]
    pub site: Option<SiteId>,
    /// On-book or off-book.
    #[serde(default, skip_serializing_if = "is_default")]
    pub books: Books,
    /// Tracking of gains, losses and expenses in it (POST-25).
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
}

/// What a party is to the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PartyKind {
    /// It sells to us.
    Supplier,
    /// It buys from us.
    Customer,
    /// Both.
    Both,
}

/// A supplier or customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Account number.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// Supplier, customer or both.
    pub kind: PartyKind,
    /// The currency of its documents unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub currency: Option<Currency>,
    /// When we pay its invoices, unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bill_terms: Option<PaymentTerms>,
    /// When it pays ours, unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub invoice_terms: Option<PaymentTerms>,
    /// How often its invoices are summed up in Xero, if they are (CNS-1).
    #[serde(default, skip_serializing_if = "is_default")]
    pub consolidated: Option<Period>,
    /// Tracking of its documents' lines unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
}

/// A tracking category of Xero: at most two are active (IMP-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackingCategory {
    /// Its name.
    pub code: Text,
}

/// An option of a tracking category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackingOption {
    /// Its name.
    pub code: Text,
    /// Its category.
    pub category: TrackingCategoryId,
}

/// Why stock is written off or revalued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// An expense account instead of Inventory loss (POST-10).
    #[serde(default, skip_serializing_if = "is_default")]
    pub account: Option<Text>,
}

/// A place where operations are carried out: a saw, a bench, a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workstation {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// Overhead of an hour, base currency; 0 posts none (POST-14).
    pub rate: UnitPrice,
}

/// What an item is made of. Several of one item are alternatives by date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillOfMaterials {
    /// Short: `TABLE-A`.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// What it makes.
    pub item: ItemId,
    /// For so many, in stock units.
    pub batch: Quantity,
    /// Its first day; none is always.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Option<Day>,
    /// Its last day; none is for ever.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<Day>,
    /// What goes in.
    pub parts: Vec<BillPart>,
}

/// A part of a bill of materials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillPart {
    /// The part.
    pub item: ItemId,
    /// How much a batch needs, in stock units.
    pub quantity: Quantity,
    /// How much more is usually needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scrap: Percent,
}

/// How an item is made. Several of one item are alternatives by date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Short: `TABLE-R`.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// What it makes.
    pub item: ItemId,
    /// Hours are for so many, in stock units.
    pub batch: Quantity,
    /// Its first day; none is always.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Option<Day>,
    /// Its last day; none is for ever.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<Day>,
    /// What is done, in order.
    pub operations: Vec<RoutingOperation>,
}

/// An operation of a routing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingOperation {
    /// What is done: `CUT`.
    pub name: Text,
    /// Where.
    #[serde(default, skip_serializing_if = "is_default")]
    pub workstation: Option<WorkstationId>,
    /// Hours of an order, once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub setup: Quantity,
    /// Hours of a batch.
    pub hours: Quantity,
    /// How many people.
    pub people: u8,
    /// What an hour of one person costs, base currency.
    #[serde(default, skip_serializing_if = "is_default")]
    pub labour_rate: UnitPrice,
    /// Overhead of an hour, base currency; none is the workstation's rate.
    #[serde(default, skip_serializing_if = "is_default")]
    pub overhead_rate: Option<UnitPrice>,
    /// Overhead of an order, once, base currency.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fixed: Amount,
    /// Overhead of each unit, base currency.
    #[serde(default, skip_serializing_if = "is_default")]
    pub variable: UnitPrice,
}

/// A saved record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row<T> {
    /// The record as it is now.
    pub record: Arc<T>,
    /// Archived records are not offered and not usable on new documents.
    pub archived: bool,
    /// What it was before: the log entry that replaced it, and the record.
    pub versions: Vec<(u32, Arc<T>)>,
}

/// What has a code that is unique among its kind.
pub trait Coded: Clone {
    /// What the kind is called.
    const KIND: &'static str;
    /// Its code.
    fn code(&self) -> &Text;
}

macro_rules! coded {
    ($($type:ident $kind:literal)*) => {
        $(impl Coded for $type {
            const KIND: &'static str = $kind;
            fn code(&self) -> &Text {
                &self.code
            }
        })*

        /// A record of any kind, as a command saves it.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub enum Record {$(
            #[doc = concat!("A ", $kind, ".")]
            $type($type),
        )*}
    };
}

coded! {
    Unit "unit"
    Category "category"
    Item "item"
    Site "site"
    Warehouse "warehouse"
    Party "supplier or customer"
    TrackingCategory "tracking category"
    TrackingOption "tracking option"
    Reason "reason"
    Channel "sales channel"
    ApprovalRule "approval rule"
    Workstation "workstation"
    BillOfMaterials "bill of materials"
    Routing "routing"
}

/// The records of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table<T> {
    rows: Chunks<Row<T>>,
    codes: Names,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { rows: Chunks::default(), codes: Names::default() }
    }
}

impl<T: Coded> Table<T> {
    /// The id of a code, in any case.
    pub fn find(&self, code: &str) -> Option<u32> {
        self.codes.get(0, code, |id| same(self.rows[id as usize].record.code(), code))
    }

    /// The row of an id.
    pub fn row(&self, id: u32) -> Option<&Row<T>> {
        self.rows.get(id as usize)
    }

    /// How many there are, archived ones too.
    pub fn len(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All rows with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Row<T>)> {
        (0..).zip(self.rows.iter())
    }

    /// The record as it was before a log entry: what a document that was saved then goes by.
    pub(crate) fn as_of(&self, id: u32, seq: u32) -> &T {
        let row = &self.rows[id as usize];
        row.versions.iter().find(|version| version.0 > seq).map_or(&row.record, |version| &version.1)
    }

    pub(crate) fn save(&mut self, id: u32, record: T, seq: u32) {
        if id >= self.len() {
            self.codes.insert(0, record.code(), id);
            self.rows.push(Row { record: Arc::new(record), archived: false, versions: Vec::new() });
            return;
        }
        let row = &mut self.rows[id as usize];
        let old = row.record.code().clone();
        let new = record.code().clone();
        let before = std::mem::replace(&mut row.record, Arc::new(record));
        row.versions.push((seq, before));
        self.codes.remove(0, &old, id);
        self.codes.insert(0, &new, id);
    }

    pub(crate) fn set_archived(&mut self, id: u32, archived: bool) {
        if let Some(row) = self.rows.get_mut(id as usize) {
            row.archived = archived;
        }
    }
}

impl<T: Coded> std::ops::Index<u32> for Table<T> {
    type Output = T;

    fn index(&self, id: u32) -> &T {
        &self.rows[id as usize].record
    }
}
