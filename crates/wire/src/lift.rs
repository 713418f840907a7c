//! Old versions of stored events, lifted to the next one by pure functions. Each line of the table is a change that was
//! made to an event's form; the sample of its old version stays in `tests/samples` and must still be read.

use serde_json::Value;

/// An event's body of one version, made into the next version's.
pub(crate) type Lift = fn(Value) -> Value;

/// The type, the version it lifts from, and how. No form has changed yet.
pub(crate) const LIFTS: &[(&str, u32, Lift)] = &[];
