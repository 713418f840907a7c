//! Accounts by the names that journals print: in the order of a trial balance, with their tracking.
//!
//! `Direct labour` is what a statement calls `direct-labour`; `Cost of goods sold [North]` has an option. Not here: amounts.

use crate::document::Tracking;

/// Accounts in the order of a trial balance.
const ACCOUNTS: [&str; 19] = [
    "Materials",
    "Finished goods",
    "Work in progress",
    "Purchases",
    "Cost of goods sold",
    "Inventory gain",
    "Inventory loss",
    "Purchase differences",
    "Rounding",
    "Off-book expense",
    "Opening balances",
    "Transfer orders liability",
    "Direct labour",
    "Manufacturing overheads",
    "Accrued purchases",
    "Sales",
    "Accounts payable",
    "Accounts receivable",
    "Other accounts",
];

/// The account that a statement calls `direct-labour`.
pub fn called(name: &str) -> Option<&'static str> {
    ACCOUNTS.iter().find(|account| account.to_lowercase().replace(' ', "-") == name).copied()
}

pub fn rank(name: &str) -> usize {
    ACCOUNTS.iter().position(|account| name.starts_with(account)).unwrap_or(ACCOUNTS.len())
}

pub fn named(account: &str, tracking: &Tracking) -> String {
    let options: Vec<&str> = tracking.iter().flatten().map(String::as_str).collect();
    if options.is_empty() { account.to_owned() } else { format!("{account} [{}]", options.join("/")) }
}
