//! The financial years before: what the book's income and costs of them still lack in Xero.
//!
//! ```text
//! as of 10 April, year from 1 April   310 Cost of goods sold: a bill of February costs 40.00 more → 40.00 of the year before
//! ```
//! A reconciliation compares income and costs from the start of the financial year (REC-2). What belongs to earlier years Xero
//! has carried to retained earnings; it can't be read there account by account, so it is held against what we know was posted,
//! as a step of its own: it must be nothing before a year is closed for good (POST-16).
//! Not here: the year itself (`mod`).

use std::collections::BTreeMap;

use book::{Book, Day};
use money::Amount;

use super::comparisons::{self, Comparison, Window};
use super::witness::Witness;
use super::{AccountId, Row, counts_from, documents, row, sum};
use crate::exchange::Exchange;

/// Rows of income and costs that differ before the financial year of a day; none if that is before the cut-over.
pub(super) fn earlier(book: &Book, exchange: &Exchange, witness: &Witness) -> Vec<Row> {
    let roles = super::mapped(exchange);
    let begins = roles.keys().filter_map(|account| counts_from(exchange, *account, witness.day)).max();
    let Some(last) = begins.map(Day::previous) else { return Vec::new() };
    if exchange.cut_over().is_none_or(|cut_over| cut_over > last) {
        return Vec::new();
    }
    let from = exchange.cut_over();
    let window = Window { day: last, begins: &|_| from };
    let (mut found, _) = comparisons::of_journals(book, exchange, witness, window);
    found.extend(documents::comparisons(book, exchange, witness, window));
    let mut by_account: BTreeMap<AccountId, Vec<Comparison>> = BTreeMap::new();
    for comparison in found {
        let is_result = counts_from(exchange, comparison.account, witness.day).is_some();
        if is_result && roles.contains_key(&comparison.account) {
            by_account.entry(comparison.account).or_default().push(comparison);
        }
    }
    let rows = by_account.into_iter().map(|(account, comparisons)| {
        let there = comparisons.iter().map(|one| one.there).fold(Amount::ZERO, sum);
        let name = exchange.lists().account(account).map_or_else(|| account.to_string(), ToString::to_string);
        let roles = roles.get(&account).into_iter().flatten().copied().collect();
        row(account, name, roles, from, there, comparisons)
    });
    rows.filter(|row| !row.difference.is_zero()).collect()
}
