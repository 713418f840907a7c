//! Old versions of stored events, lifted to the next one by pure functions. Each line of the table is a change that was
//! made to an event's form; the sample of its old version stays in `tests/samples` and must still be read.

use serde_json::Value;

/// An event's body of one version, made into the next version's.
pub(crate) type Lift = fn(Value) -> Value;

/// The type, the version it lifts from, and how.
pub(crate) const LIFTS: &[(&str, u32, Lift)] = &[("xero_settings_saved", 1, without_address)];

/// Journals once linked back to an address of their own; now to the installation's, as documents do (decision 0093).
fn without_address(mut settings: Value) -> Value {
    if let Some(journals) = settings.get_mut("journals").and_then(Value::as_object_mut) {
        journals.remove("address");
    }
    settings
}
