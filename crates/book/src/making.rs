//! What the documents of production say: manufacturing orders, consumption, put-backs, work, completions, parts sent to
//! a vendor.
//!
//! An order is the plan; what happened stands in documents of its own that name it, each with its day: so an order's
//! costs are a function of plain facts, and each fact can be changed or taken back by itself.
//! Quantities are in stock units; hours and planned amounts are the whole order's.
//! Not here: what they cost (`production.rs`), checks and effects (`documents/`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use money::{Amount, Quantity, UnitPrice};

use crate::content::{ReturnLine, StockOut, Taking};
use crate::day::Day;
use crate::ids::{
    BillOfMaterialsId, DocumentId, ItemId, LineRef, ReasonId, RoutingId, WarehouseId, WorkstationId,
};
use crate::names::{Text, is_default};

/// Where an order's plan comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Planning {
    /// From the item's bill of materials and routing of that day.
    FromRecords,
    /// By hand: as the command says.
    ByHand,
}

/// A manufacturing order (POST-4): what is to be made, and the plan. It posts what its operations apply (POST-4.2) and
/// what its completions bring (POST-4.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManufacturingOrder {
    /// What is made.
    pub item: ItemId,
    /// How many, in stock units.
    pub quantity: Quantity,
    /// The day on which it is planned to start.
    pub day: Day,
    /// When it is wanted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Day>,
    /// Where finished goods go.
    pub warehouse: WarehouseId,
    /// Where parts lie unless the plan says otherwise; none is `warehouse`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parts_from: Option<WarehouseId>,
    /// The customer order's line, or the manufacturing order's part, that it is made for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Option<LineRef>,
    /// Where the plan comes from; once made from records it is kept by hand.
    pub planning: Planning,
    /// The bill of materials that the plan was made from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bill_of_materials: Option<BillOfMaterialsId>,
    /// The routing that the plan was made from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub routing: Option<RoutingId>,
    /// The day for which its parts are booked; none is not booked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub booked: Option<Day>,
    /// What it is to consume.
    #[serde(default)]
    pub parts: Vec<PlannedPart>,
    /// What is to be done.
    #[serde(default)]
    pub operations: Vec<PlannedOperation>,
}

/// A part of an order's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedPart {
    /// The part.
    pub item: ItemId,
    /// How much the whole order needs, scrap included, in stock units.
    pub quantity: Quantity,
    /// Where it lies; none is the order's, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// What a unit is planned to cost, base currency; none is chosen when the order is saved (costing.md 22).
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit_cost: Option<UnitPrice>,
    /// Lots booked for it, those it has consumed already included; none leaves the choice to the book.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takings: Vec<Taking>,
}

/// An operation of an order's plan; hours and amounts are the whole order's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedOperation {
    /// What is done: `CUT`.
    pub name: Text,
    /// Where.
    #[serde(default, skip_serializing_if = "is_default")]
    pub workstation: Option<WorkstationId>,
    /// How long, in hours.
    pub hours: Quantity,
    /// How many people.
    pub people: u8,
    /// What an hour of one person costs, base currency.
    #[serde(default, skip_serializing_if = "is_default")]
    pub labour_rate: UnitPrice,
    /// Overhead of an hour, base currency; none is the workstation's rate, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub overhead_rate: Option<UnitPrice>,
    /// Overhead of the order, once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fixed: Amount,
    /// Overhead of each unit made, base currency.
    #[serde(default, skip_serializing_if = "is_default")]
    pub variable: UnitPrice,
}

/// Parts used by a manufacturing order (POST-4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consumption {
    /// The order.
    pub order: DocumentId,
    /// The day.
    pub day: Day,
    /// Where the parts lie; none is where the plan says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// What was used; none is all that is left of the plan.
    #[serde(default)]
    pub lines: Vec<ConsumptionLine>,
}

/// A line of a consumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsumptionLine {
    /// The part.
    pub item: ItemId,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// The part of the plan, by its place; filled in where the plan has the item.
    #[serde(default, skip_serializing_if = "is_default")]
    pub part: Option<u16>,
    /// Where it lay; filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Lots; none takes what the order has booked, then leaves the choice to the book.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(with = "Vec<Taking>")]
    pub takings: ThinVec<Taking>,
}

/// What became of parts that were not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PutBackKind {
    /// They are back in stock (POST-4.4, POST-2.3).
    Returned,
    /// They are lost (POST-2.3).
    Lost,
}

/// Parts of a consumption or vendor shipment that were not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PutBack {
    /// The consumption or vendor shipment.
    pub of: DocumentId,
    /// The day.
    pub day: Day,
    /// Back, or lost.
    pub kind: PutBackKind,
    /// Where they lie now; none is where they came from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Why they are lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<ReasonId>,
    /// What.
    pub lines: Vec<ReturnLine>,
}

/// How an operation stands after a record of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Progress {
    /// Somebody is at it; the hours come when it is paused or finished.
    Running,
    /// It will go on.
    Paused,
    /// It is done.
    Finished,
}

/// Work on an operation of a manufacturing order (POST-4.2, POST-4.3b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The order.
    pub order: DocumentId,
    /// Its operation, by its place.
    pub operation: u16,
    /// The day it began.
    pub day: Day,
    /// How long it took, in hours; none is not recorded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hours: Option<Quantity>,
    /// How many people worked.
    pub people: u8,
    /// Who, as the shop floor names them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub person: Option<Text>,
    /// Running, paused or finished.
    pub progress: Progress,
}

/// What a completion makes of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// It goes on.
    Partial,
    /// It is finished, maybe short.
    Finished,
    /// It is cancelled: what it took up is lost (POST-4.6).
    Cancelled,
}

/// Units that a manufacturing order has made (POST-4.3, POST-4.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// The order.
    pub order: DocumentId,
    /// The day.
    pub day: Day,
    /// Good units.
    pub quantity: Quantity,
    /// Normal scrap: the good units carry its cost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scrapped: Quantity,
    /// Abnormal scrap: its share of the cost is a loss.
    #[serde(default, skip_serializing_if = "is_default")]
    pub abnormal: Quantity,
    /// Where the good units lie; none is the order's, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Batch number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batch: Option<Text>,
    /// Expiry date.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expiry: Option<Day>,
    /// What it makes of the order.
    pub outcome: Outcome,
}

/// Parts sent to a vendor who makes an order's line of them (POST-2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorShipment {
    /// The purchase order.
    pub order: DocumentId,
    /// Its line, by its place.
    pub line: u16,
    /// From where.
    pub warehouse: WarehouseId,
    /// The day for which the parts are booked.
    pub day: Day,
    /// The day they were picked; none is booked only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub picked: Option<Day>,
    /// What; none is what the bill of materials says for the line's units.
    #[serde(default)]
    pub lines: Vec<StockOut>,
}
