//! Ids: one type per kind of thing, so that an item's number can't be used for a warehouse.
//!
//! Ids are dense numbers in the order in which the log made the things: the third item is `ItemId(2)`. They never
//! change and are never reused. People see codes and numbers (`SUGAR`, `PO-17`); the edge looks them up.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The id with this number; whether it exists, the book says when it is used.
            pub const fn new(number: u32) -> $name {
                $name(number)
            }

            /// The number.
            pub const fn number(self) -> u32 {
                self.0
            }

            #[allow(dead_code, reason = "ids of master data index their table by number")]
            pub(crate) const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), " {}"), self.0)
            }
        }
    )*};
}

ids! {
    /// An approval rule.
    ApprovalRuleId
    /// A sales channel.
    ChannelId
    /// A bill of materials.
    BillOfMaterialsId
    /// An item category.
    CategoryId
    /// A document of any kind.
    DocumentId
    /// An item.
    ItemId
    /// A lot.
    LotId
    /// A piece taken from or booked on a lot.
    MovementId
    /// A supplier or customer.
    PartyId
    /// A write-off or revaluation reason.
    ReasonId
    /// A routing.
    RoutingId
    /// A site.
    SiteId
    /// A tracking category.
    TrackingCategoryId
    /// A unit of measure.
    UnitId
    /// A warehouse.
    WarehouseId
    /// A workstation.
    WorkstationId
}

/// An option of a tracking category. Most lines have none, so none takes no room of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingOptionId(std::num::NonZeroU32);

impl TrackingOptionId {
    /// The id with this number; whether it exists, the book says when it is used.
    pub const fn new(number: u32) -> TrackingOptionId {
        TrackingOptionId(std::num::NonZeroU32::MIN.saturating_add(number))
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0.get() - 1
    }
}

impl fmt::Debug for TrackingOptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrackingOptionId {}", self.number())
    }
}

/// A line of a document: its position, kept for life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRef {
    /// The document.
    pub document: DocumentId,
    /// The line's position in it, from 0.
    pub line: u16,
}
