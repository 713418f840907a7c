//! A reconciliation for programs: `{"account": "631…", "book": "48216.37", "causes": [{"cause": "not yet posted", …}]}`.
//!
//! Amounts are text, as everywhere. Not here: lines for people (`reconcile`), workbooks (`table`).

use money::Amount;
use plan::reconcile::{Clearing, Row};
use serde_json::{Value, json};

use super::Held;

/// A reconciliation as JSON: amounts as text.
pub fn whole(held: &Held) -> Value {
    let base = held.book.base();
    let text = |amount: Amount| amount.display(base).to_string();
    let number = |id: Option<book::DocumentId>| {
        id.and_then(|id| held.book.document(id)).map(|document| document.number().to_owned())
    };
    let shown = |row: &Row| {
        let causes: Vec<Value> = row
            .causes
            .iter()
            .map(|cause| {
                json!({
                    "cause": cause.kind.words(), "amount": text(cause.amount), "what": cause.words,
                    "document": number(cause.document), "xero": cause.xero.map(|id| id.to_string()),
                    "note": cause.note.as_ref().map(|note| note.to_string()), "command": cause.command,
                })
            })
            .collect();
        json!({
            "account": row.account.to_string(), "name": row.name,
            "roles": row.roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
            "from": row.from.map(|day| day.to_string()), "book": text(row.book), "posted": text(row.posted),
            "xero": text(row.xero), "difference": text(row.difference), "causes": causes,
            "unexplained": text(row.unexplained),
        })
    };
    let rows: Vec<Value> = held.reconciled.rows.iter().map(shown).collect();
    let earlier: Vec<Value> = held.reconciled.earlier.iter().map(shown).collect();
    let entries: Vec<Value> = held
        .reconciled
        .entries
        .iter()
        .map(|entry| {
            json!({
                "xero": entry.id.to_string(), "kind": entry.kind.words(), "name": entry.name.to_string(),
                "day": entry.day.to_string(),
            })
        })
        .collect();
    let unmapped: Vec<Value> = held
        .reconciled
        .unmapped
        .iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(role, amount)| json!({ "role": role.name(), "amount": text(*amount) }))
        .collect();
    json!({
        "as_of": held.reconciled.day.to_string(), "currency": base.code(), "read": held.reconciled.read,
        "tied_out": held.reconciled.is_tied_out(), "whole": held.witness.whole, "accounts": rows,
        "earlier_years": earlier, "entries": entries, "unmapped": unmapped,
    })
}

/// What would clear an absorbed cost.
pub fn clearing(one: &Clearing, base: money::Currency) -> Value {
    let text = |amount: Amount| amount.display(base).to_string();
    json!({
        "role": one.role.name(), "account": one.account.to_string(), "from": one.days.0.to_string(),
        "to": one.days.1.to_string(), "applied": text(one.applied), "actual": one.actual.map(text),
        "under_absorbed": one.under().map(text), "rates_low_by_tenths_of_percent": one.rates_off(),
        "balance": text(one.balance),
    })
}
