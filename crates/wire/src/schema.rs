//! JSON Schema (2020-12) of what goes in and out, from the types themselves.
//!
//! Inside, ids and amounts are integers marked by `x-names`; outside they are text, so the published schema says so.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// Whether a schema is of what is read or of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contract {
    /// Of what is read: fields with a usual value may be left out.
    Read,
    /// Of what is written.
    Written,
}

/// The schema of a type as it stands inside: with numbers for ids.
pub(crate) fn inside<T: JsonSchema>(contract: Contract) -> Schema {
    let settings = SchemaSettings::draft2020_12();
    let settings = match contract {
        Contract::Read => settings.for_deserialize(),
        Contract::Written => settings.for_serialize(),
    };
    settings.into_generator().into_root_schema_for::<T>()
}

/// The schema of a type as people and programs see it: codes for ids, text for amounts, lines counted from 1.
pub fn schema<T: JsonSchema>(contract: Contract) -> Value {
    let mut schema = inside::<T>(contract).to_value();
    outside(&mut schema);
    if let Some(line) = schema.pointer_mut("/$defs/LineRef") {
        let text = json!({ "type": "string", "description": "`PO-1/2`: the second line of PO-1." });
        *line = match contract {
            Contract::Written => text,
            Contract::Read => json!({ "anyOf": [text, line.take()] }),
        };
    }
    schema
}

pub(crate) fn outside(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let optional = object.get("type").is_some_and(Value::is_array);
            let text = |optional: bool| if optional { json!(["string", "null"]) } else { json!("string") };
            if object.contains_key("x-names") {
                object.insert("type".into(), text(optional));
                ["minimum", "maximum", "format"].iter().for_each(|key| {
                    object.remove(*key);
                });
            } else if object.get("format").is_some_and(|format| format == "uint16") {
                object.insert("minimum".into(), json!(1));
                object.remove("format");
            }
            object.values_mut().for_each(outside);
        }
        Value::Array(all) => all.iter_mut().for_each(outside),
        _ => {}
    }
}
