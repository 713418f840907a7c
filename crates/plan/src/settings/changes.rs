//! What a save of settings changes, field by field, for people: `accounts[sales]: 200 → 201`.
//!
//! Not here: what follows from it (`effects`, `explain`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Form;

/// What a save changes in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingChange {
    /// The field: `accounts[sales]`, `new.bill`.
    pub field: String,
    /// What it was; none is nothing.
    pub before: Option<String>,
    /// What it will be.
    pub after: Option<String>,
}

impl Form {
    /// What is different in another form, field by field.
    #[must_use]
    pub fn changes(&self, after: &Form) -> Vec<SettingChange> {
        let (before, after) = (self.flat(), after.flat());
        let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
        fields.sort();
        fields.dedup();
        let change = |field: &String| SettingChange {
            field: field.clone(),
            before: before.get(field).cloned(),
            after: after.get(field).cloned(),
        };
        fields.into_iter().map(change).filter(|change| change.before != change.after).collect()
    }

    /// Each field and what it says; accounts and rates by what they are for.
    fn flat(&self) -> BTreeMap<String, String> {
        let mut flat = BTreeMap::new();
        let (accounts, taxes, synchronisations) = (Vec::new(), Vec::new(), Vec::new());
        let plain = Form { accounts, taxes, synchronisations, ..self.clone() };
        flatten("", &serde_json::to_value(plain).unwrap_or_default(), &mut flat);
        for row in &self.accounts {
            let category = row.category.as_ref().map(|code| format!(" of {code}"));
            let warehouse = row.warehouse.as_ref().map(|code| format!(" in {code}"));
            let currency = row.currency.map(|currency| format!(" for {currency}"));
            let from = row.from.map(|from| format!(" from {from}"));
            let what: String = [category, warehouse, currency, from].into_iter().flatten().collect();
            flat.insert(format!("accounts[{}{what}]", row.role.word()), row.account.clone());
        }
        for row in &self.taxes {
            let percent = row.percent.map_or_else(|| "no tax".into(), |percent| format!("{percent}%"));
            let party = row.party.as_ref().map(|code| format!(" for {code}")).unwrap_or_default();
            flat.insert(format!("taxes[{percent} on {}{party}]", row.side.words()), row.tax_type.clone());
        }
        for row in &self.synchronisations {
            let at = format!("synchronisations[{}]", row.name);
            let mut fields = serde_json::to_value(row).unwrap_or_default();
            let warehouses = Value::String(row.warehouses.join(", "));
            fields.as_object_mut().map(|fields| fields.insert("warehouses".into(), warehouses));
            flatten(&at, &fields, &mut flat);
        }
        flat
    }
}

fn flatten(at: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                flatten(&at, value, flat);
            }
        }
        Value::Null => {}
        Value::Array(rows) if rows.is_empty() => {}
        Value::String(text) => drop(flat.insert(at.to_owned(), text.clone())),
        other => drop(flat.insert(at.to_owned(), other.to_string())),
    }
}
