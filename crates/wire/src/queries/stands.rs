//! Where the accounts stand, what stands behind a number, and whether the book agrees with itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Amount, Currency};

use book::{Book, Contribution, Day, Difference, DocumentId, Key, Role};

use crate::problem::Problem;
use crate::query::{Query, or_last, query};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Balances {
    /// At the end of this day; none is all days.
    #[serde(default)]
    as_of: Option<Day>,
    /// As it was known after this log entry; none is now.
    #[serde(default)]
    as_known: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Balance {
    /// The account's role, refined by category, warehouse, tracking.
    key: Key,
    /// Debits less credits.
    amount: Amount,
}

#[derive(Serialize, JsonSchema)]
struct RoleBalance {
    role: Role,
    /// Debits less credits.
    amount: Amount,
}

fn by_role(balances: impl IntoIterator<Item = (Role, Amount)>) -> Vec<RoleBalance> {
    balances.into_iter().map(|(role, amount)| RoleBalance { role, amount }).collect()
}

fn accounts(book: &Book, asked: Balances) -> Result<Vec<Balance>, Problem> {
    let day = or_last(asked.as_of);
    let mut all: Vec<(&Key, Amount)> = match asked.as_known {
        None => book.ledger().balances_as_of(day).collect(),
        Some(seq) => book.ledger().balances_as_known(day, seq),
    };
    all.retain(|(_, amount)| !amount.is_zero());
    all.sort_by_key(|(key, _)| *key);
    Ok(all.into_iter().map(|(key, amount)| Balance { key: key.clone(), amount }).collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AsOf {
    /// At the end of this day; none is all days.
    #[serde(default)]
    as_of: Option<Day>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Explain {
    /// Of which role.
    role: Role,
    /// At the end of this day; none is all days.
    #[serde(default)]
    as_of: Option<Day>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    /// The purchase order.
    order: DocumentId,
}

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct Summary {
    /// The currency of the accounts.
    base: Currency,
    /// Log entries.
    entries: u32,
    documents: usize,
    lots: usize,
    movements: usize,
    items: u32,
    parties: u32,
}

fn summary(book: &Book, _: Nothing) -> Result<Summary, Problem> {
    Ok(Summary {
        base: book.base(),
        entries: book.seq(),
        documents: book.documents().count(),
        lots: book.lots().count(),
        movements: book.movements().count(),
        items: book.items().len(),
        parties: book.parties().len(),
    })
}

pub(super) fn rows() -> Vec<Query> {
    vec![
        query("summary", "How much there is of everything.", summary),
        query(
            "balances",
            "The expected balance of each role, in the order of a trial balance.",
            |b, a: AsOf| Ok(by_role(b.balances_as_of(or_last(a.as_of)))),
        ),
        query(
            "accounts",
            "Expected balances by role, category, warehouse and tracking; also as known.",
            accounts,
        ),
        query(
            "valuation",
            "The value of all lots by stock account: what the accounts must say as well.",
            |b, a: AsOf| Ok(by_role(b.valuation(or_last(a.as_of)))),
        ),
        query(
            "explain",
            "A role's balance taken apart: which document put what there, by which rule.",
            |b, a: Explain| Ok::<Vec<Contribution>, _>(b.explain(a.role, or_last(a.as_of))),
        ),
        query("purchases", "What stands on Purchases for each line of an order.", |b, a: Order| {
            Ok(b.purchases(a.order))
        }),
        query(
            "check",
            "Everything worked out from nothing; what differs from what was kept. Empty is right.",
            |b, _: Nothing| Ok::<Vec<Difference>, _>(b.check()),
        ),
    ]
}
