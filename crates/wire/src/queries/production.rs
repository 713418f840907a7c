//! Production: what orders cost and have in progress, where parts are used, what products need.

use schemars::JsonSchema;
use serde::Deserialize;

use money::Quantity;

use book::{Book, Day, DocumentId, InProgress, ItemId, Need, OrderCost, UsedIn};

use crate::outside::refused;
use crate::problem::Problem;
use crate::query::{Query, or_last, query};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    /// A manufacturing order.
    order: DocumentId,
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
struct Used {
    /// The part.
    item: ItemId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Needed {
    /// The product.
    item: ItemId,
    /// How many of it.
    quantity: Quantity,
    /// By the bills of this day; none is the last there is.
    #[serde(default)]
    day: Option<Day>,
}

fn needs(book: &Book, asked: Needed) -> Result<Vec<Need>, Problem> {
    book.needs(asked.item, asked.quantity, or_last(asked.day)).map_err(|refusal| refused(&refusal))
}

pub(super) fn rows() -> Vec<Query> {
    vec![
        query("order_cost", "What a manufacturing order cost, against its plan.", |b, a: Order| {
            Ok::<Option<OrderCost>, _>(b.order_cost(a.order))
        }),
        query(
            "in_progress",
            "Work in progress order by order; the balances sum to the account.",
            |b, a: AsOf| Ok::<Vec<InProgress>, _>(b.in_progress(or_last(a.as_of))),
        ),
        query(
            "where_used",
            "The bills of materials that an item goes into, level by level.",
            |b, a: Used| Ok::<Vec<UsedIn>, _>(b.where_used(a.item)),
        ),
        query("needs", "What so many of a product need, level by level.", needs),
    ]
}
