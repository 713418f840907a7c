//! Documents of trade: what they come to, what is paid, where approval stands, what is left to invoice, what is summed up.

use schemars::JsonSchema;
use serde::Deserialize;

use money::Quantity;

use book::{
    Approval, Attached, Book, Consolidated, ConsolidatedPayment, Day, DocumentId, Frozen, Mismatch, Settings,
    Settlement, Thing, Totals, consolidate,
};

use crate::problem::Problem;
use crate::query::{Query, or_last, query};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Paper {
    /// The document.
    document: DocumentId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    /// A purchase or customer order.
    order: DocumentId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Until {
    /// Dated by the end of this day; none is all days.
    #[serde(default)]
    until: Option<Day>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Summed {
    /// Dated by the end of this day; none is all days.
    #[serde(default)]
    until: Option<Day>,
    /// What was approved already and stays as it was (CNS-3).
    #[serde(default)]
    frozen: Vec<Frozen>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct On {
    /// What the files are attached to.
    on: Thing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn consolidation(book: &Book, asked: Summed) -> Result<Vec<Consolidated>, Problem> {
    consolidate(&book.consolidation_sources(or_last(asked.until)), &asked.frozen).map_err(|error| {
        Problem::new("too-large", format!("The invoices can't be summed up: {error}."), "Sum up fewer days.")
    })
}

pub(super) fn rows() -> Vec<Query> {
    vec![
        query(
            "totals",
            "What a document of trade comes to: net, tax, gross, line by line.",
            |b, a: Paper| Ok::<Option<Totals>, _>(b.totals(a.document)),
        ),
        query("settlement", "What of a document is paid, allocated and outstanding.", |b, a: Paper| {
            Ok::<Option<Settlement>, _>(b.settlement(a.document))
        }),
        query("approval", "Where a purchasing document's approval stands.", |b, a: Paper| {
            Ok::<Option<Approval>, _>(b.approval(a.document))
        }),
        query("mismatches", "Where a bill is off what was ordered or received (APR-2).", |b, a: Paper| {
            Ok::<Vec<Mismatch>, _>(b.mismatches(a.document))
        }),
        query("left_to_invoice", "What of an order is still to be invoiced, line by line.", |b, a: Order| {
            Ok::<Option<Vec<Quantity>>, _>(b.left_to_invoice(a.order))
        }),
        query("consolidation", "The invoices that channels and customers have summed up.", consolidation),
        query("consolidated_payments", "Payments on invoices that are summed up.", |b, a: Until| {
            Ok::<Vec<ConsolidatedPayment>, _>(b.consolidated_payments(or_last(a.until)))
        }),
        query("attachments", "The files attached to something.", |b, a: On| {
            Ok::<Vec<Attached>, _>(b.attachments(a.on).cloned().collect())
        }),
        query("settings", "What the company has set: approval, tolerances, closing.", |b, _: Nothing| {
            Ok::<Settings, _>(b.settings())
        }),
        query("closed_until", "The closing date (INV-12).", |b, _: Nothing| {
            Ok::<Option<Day>, _>(b.closed_until())
        }),
    ]
}
