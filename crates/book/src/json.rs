//! How days and ids stand in JSON: a day as `"2026-03-02"`, an id as its dense number.
//!
//! The log keeps numbers: they are small and never change. People and programs outside write codes (`"JAM"`, `"PO-1"`);
//! the crate `wire` turns one into the other, guided by `x-names` in the schema. A line's place is a `u16` from 0 here and
//! from 1 outside. Everything else derives its form. Not here: numbers of `money`, which have their form there.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use money::Amount;

use crate::costs::Costs;
use crate::day::Day;
use crate::ids::*;

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.collect_str(self),
            false => serializer.serialize_i32(self.number()),
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day as \"2026-03-02\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map_err(E::custom)
            }
        }
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_str(Text),
            false => i32::deserialize(deserializer).map(Day::from_number),
        }
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// An entry of a list of costs.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Cost {
    /// When it became known, or the day of the movement that carried it.
    day: Day,
    /// How much.
    amount: Amount,
}

impl Serialize for Costs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A list of a known length: a snapshot needs it.
        serializer.collect_seq(self.iter().map(|(day, amount)| Cost { day, amount }).collect::<Vec<_>>())
    }
}

impl<'de> Deserialize<'de> for Costs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Costs, D::Error> {
        let mut costs = Costs::default();
        Vec::<Cost>::deserialize(deserializer)?.iter().for_each(|cost| costs.add(cost.day, cost.amount));
        Ok(costs)
    }
}

impl JsonSchema for Costs {
    fn schema_name() -> Cow<'static, str> {
        "Costs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<Cost>::json_schema(generator)
    }
}

macro_rules! ids {
    ($($name:ident $names:literal)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u32(self.number())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                u32::deserialize(deserializer).map($name::new)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "integer", "minimum": 0, "x-names": $names })
            }
        }
    )*};
}

ids! {
    ApprovalRuleId "approval_rule"
    ChannelId "channel"
    BillOfMaterialsId "bill_of_materials"
    CategoryId "category"
    DocumentId "document"
    ItemId "item"
    LotId "lot"
    MovementId "movement"
    PartyId "party"
    ReasonId "reason"
    RoutingId "routing"
    SiteId "site"
    TrackingCategoryId "tracking_category"
    TrackingOptionId "tracking_option"
    UnitId "unit"
    WarehouseId "warehouse"
    WorkstationId "workstation"
}
