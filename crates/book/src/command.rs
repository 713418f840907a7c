//! What people and programs ask of a book, and what the log keeps of it.
//!
//! A command is a wish; `decide` turns it into events or a refusal. An event is a fact with every choice made; `apply`
//! can't fail. Most of both is "this record" or "this document is now so": one pair of verbs serves every kind.
//! Not here: what each document means (`documents/`), JSON (the edge).

use money::{Currency, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::approval::Mismatch;
use crate::attachments::Attachment;
use crate::content::{Content, Kind, PutBackKind};
use crate::day::Day;
use crate::ids::{
    ApprovalRuleId, BillOfMaterialsId, CategoryId, ChannelId, DocumentId, ItemId, LineRef, PartyId, ReasonId,
    RoutingId, SiteId, TrackingCategoryId, TrackingOptionId, UnitId, WarehouseId, WorkstationId,
};
use crate::master::Record;
use crate::names::{Text, is_default};
use crate::settings::Settings;

/// A thing that can be named: for archiving and notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Thing {
    /// A unit.
    Unit(#[schemars(with = "UnitId")] u32),
    /// A category.
    Category(#[schemars(with = "CategoryId")] u32),
    /// An item.
    Item(#[schemars(with = "ItemId")] u32),
    /// A site.
    Site(#[schemars(with = "SiteId")] u32),
    /// A warehouse.
    Warehouse(#[schemars(with = "WarehouseId")] u32),
    /// A supplier or customer.
    Party(#[schemars(with = "PartyId")] u32),
    /// A tracking category.
    TrackingCategory(#[schemars(with = "TrackingCategoryId")] u32),
    /// A tracking option.
    TrackingOption(#[schemars(with = "TrackingOptionId")] u32),
    /// A reason.
    Reason(#[schemars(with = "ReasonId")] u32),
    /// A sales channel.
    Channel(#[schemars(with = "ChannelId")] u32),
    /// An approval rule.
    ApprovalRule(#[schemars(with = "ApprovalRuleId")] u32),
    /// A workstation.
    Workstation(#[schemars(with = "WorkstationId")] u32),
    /// A bill of materials.
    BillOfMaterials(#[schemars(with = "BillOfMaterialsId")] u32),
    /// A routing.
    Routing(#[schemars(with = "RoutingId")] u32),
    /// A document; documents are cancelled or deleted, not archived, but carry notes.
    Document(#[schemars(with = "DocumentId")] u32),
}

/// Where the balance of a closed order line goes (POST-1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Closing {
    /// Into the line's lots; it flows on as a price change.
    IntoLots,
    /// To Purchase differences.
    ToDifferences,
    /// Left: a credit or a bill is expected.
    Left,
}

/// How a document is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Withdrawal {
    /// It stays visible, without effect; it can be reinstated.
    Cancelled,
    /// It is gone from lists; its history stays.
    Deleted,
}

impl Withdrawal {
    /// What happens to the document: `cancelled`.
    pub const fn words(self) -> &'static str {
        match self {
            Withdrawal::Cancelled => "cancelled",
            Withdrawal::Deleted => "deleted",
        }
    }
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Make (no id) or change a record.
    SaveRecord {
        /// The record to change.
        #[schemars(extend("x-names" = "record"))]
        #[serde(default, skip_serializing_if = "is_default")]
        id: Option<u32>,
        /// Another system's id for it, unique among its kind.
        #[serde(default, skip_serializing_if = "is_default")]
        external: Option<Text>,
        /// What it is now. An item's changes of making or category hold from `today` on.
        record: Record,
    },
    /// Take a record out of use.
    Archive(Thing),
    /// Take it back.
    Restore(Thing),
    /// Write a note on something.
    Note {
        /// On what.
        on: Thing,
        /// The note.
        text: Text,
    },
    /// Use a currency, or give it a rate from a day on.
    SaveRate {
        /// The currency.
        currency: Currency,
        /// From this day on.
        day: Day,
        /// Foreign units per 1 of base.
        rate: Rate,
    },
    /// How the numbers of a kind of document are made: prefix and next number.
    SaveSeries {
        /// The kind.
        kind: Kind,
        /// `PO-2026-`
        prefix: Text,
        /// The next number.
        next: u32,
    },
    /// Make (no id) or change a document.
    Save {
        /// The document to change.
        #[serde(default, skip_serializing_if = "is_default")]
        document: Option<DocumentId>,
        /// Its number; none takes the next of its series.
        #[serde(default, skip_serializing_if = "is_default")]
        number: Option<Text>,
        /// Another system's id for it, unique among its kind.
        #[serde(default, skip_serializing_if = "is_default")]
        external: Option<Text>,
        /// What it says now.
        content: Content,
    },
    /// Cancel or delete a document; an order takes its receipts and fees with it (POST-1.6).
    Withdraw {
        /// Which.
        document: DocumentId,
        /// Cancelled or deleted.
        how: Withdrawal,
    },
    /// Take a cancelled document back.
    Reinstate(DocumentId),
    /// Close an order line (POST-1.9).
    CloseLine {
        /// The order.
        order: DocumentId,
        /// Its line.
        line: u16,
        /// From this day on.
        day: Day,
        /// Where its balance goes.
        closing: Closing,
    },
    /// Open a closed line again.
    ReopenLine {
        /// The order.
        order: DocumentId,
        /// Its line.
        line: u16,
    },
    /// Pick a booked shipment or vendor shipment.
    Pick {
        /// Which.
        shipment: DocumentId,
        /// The day it left.
        day: Day,
    },
    /// Put a picked one back to booked.
    Unpick(DocumentId),
    /// Book a document's lots anew, by the rules of today (INV-2).
    Rebook(DocumentId),
    /// Cancel a manufacturing order that has taken something up: all of it is lost, or its parts go back first
    /// (POST-4.6).
    CancelOrder {
        /// The order.
        order: DocumentId,
        /// The day.
        day: Day,
        /// What becomes of its parts.
        parts: PutBackKind,
    },
    /// Open a finished or cancelled manufacturing order again (POST-22).
    ReopenOrder(DocumentId),
    /// Make a manufacturing order for what a customer order's line lacks.
    MakeFor {
        /// The customer order's line.
        line: LineRef,
        /// When, and where.
        plan: MakePlan,
    },
    /// Make manufacturing orders for what is short of an item, and of the made parts that this needs.
    MakeShort {
        /// The item.
        item: ItemId,
        /// When, and where.
        plan: MakePlan,
    },
    /// Decide the company's settings.
    SaveSettings(Settings),
    /// Ask for a purchase's approval (APR-1).
    Submit(DocumentId),
    /// Approve a purchase, with what is wrong with it (APR-2).
    Approve(DocumentId),
    /// Say no to a purchase.
    Reject {
        /// Which.
        document: DocumentId,
        /// Why.
        why: Text,
    },
    /// Close the books up to a day, or open them again (INV-12).
    CloseBooks {
        /// The last closed day; none opens them.
        #[serde(default, skip_serializing_if = "is_default")]
        until: Option<Day>,
    },
    /// Add a file, or replace the one of its name.
    Attach {
        /// On what.
        on: Thing,
        /// The file.
        file: Attachment,
    },
    /// Remove a file.
    Detach {
        /// From what.
        on: Thing,
        /// Its name.
        name: Text,
    },
}

/// How orders are made for a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakePlan {
    /// The day on which they are planned to start.
    pub day: Day,
    /// Where finished goods go.
    pub warehouse: WarehouseId,
    /// Where parts lie; none is `warehouse`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parts_from: Option<WarehouseId>,
    /// Whether made parts that are short get orders too.
    pub levels: Levels,
}

/// How far down orders are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Levels {
    /// The item itself.
    One,
    /// Made parts that are short as well, and theirs.
    All,
}

/// Who asks, and on which day: what a decision may depend on besides the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// The company's date.
    pub today: Day,
    /// The person, by a number that the installation gives; the same as in the stamp.
    pub by: u32,
}

/// A fact in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The company begins: the first entry of its log.
    Opened {
        /// The currency of its accounts.
        base: Currency,
    },
    /// A record is now so.
    RecordSaved {
        /// Its number among its kind.
        #[schemars(extend("x-names" = "record"))]
        id: u32,
        /// Another system's id.
        #[serde(default, skip_serializing_if = "is_default")]
        external: Option<Text>,
        /// The record.
        record: Record,
        /// The day from which a change of stock account holds (ACC-3).
        from: Day,
    },
    /// A record went out of use.
    Archived(Thing),
    /// A record came back.
    Restored(Thing),
    /// A note.
    Noted {
        /// On what.
        on: Thing,
        /// The note.
        text: Text,
    },
    /// A rate.
    RateSaved {
        /// The currency.
        currency: Currency,
        /// From this day on.
        day: Day,
        /// Foreign units per 1 of base.
        rate: Rate,
    },
    /// A number series.
    SeriesSaved {
        /// The kind.
        kind: Kind,
        /// The prefix.
        prefix: Text,
        /// The next number.
        next: u32,
    },
    /// A document is now so.
    Saved {
        /// Which.
        document: DocumentId,
        /// Its number.
        number: Text,
        /// Another system's id.
        #[serde(default, skip_serializing_if = "is_default")]
        external: Option<Text>,
        /// Its content, every choice made.
        content: Content,
    },
    /// A document was withdrawn.
    Withdrawn {
        /// Which.
        document: DocumentId,
        /// Cancelled or deleted.
        how: Withdrawal,
    },
    /// An order line was closed.
    LineClosed {
        /// The order.
        order: DocumentId,
        /// Its line.
        line: u16,
        /// From this day on.
        day: Day,
        /// Where its balance goes.
        closing: Closing,
    },
    /// A closed line was opened.
    LineReopened {
        /// The order.
        order: DocumentId,
        /// Its line.
        line: u16,
    },
    /// The company decided its settings.
    SettingsSaved(Settings),
    /// Somebody asked for a purchase's approval.
    Submitted(DocumentId),
    /// Somebody approved a purchase.
    Approved {
        /// Which.
        document: DocumentId,
        /// What was wrong with it, and was accepted.
        #[serde(default, skip_serializing_if = "is_default")]
        accepted: Vec<Mismatch>,
    },
    /// Somebody said no to a purchase.
    Rejected {
        /// Which.
        document: DocumentId,
        /// Why.
        why: Text,
    },
    /// The books were closed up to a day, or opened.
    BooksClosed {
        /// The last closed day; none: they are open.
        #[serde(default, skip_serializing_if = "is_default")]
        until: Option<Day>,
    },
    /// A file was added, or replaced.
    Attached {
        /// On what.
        on: Thing,
        /// The file.
        file: Attachment,
    },
    /// A file was removed.
    Detached {
        /// From what.
        on: Thing,
        /// Its name.
        name: Text,
    },
}

/// Who recorded an event, and when (SEC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Seconds since 1970-01-01 UTC.
    pub at: i64,
    /// The person, by a number that the installation gives.
    pub by: u32,
}
