//! The expected ledger as a beancount file: accounts opened, a transaction a day and section, a balance of each account.
//!
//! ```text
//! 2026-03-02 open Assets:Materials:Warehouse-Main NZD
//! 2026-03-02 * "purchasing"
//!   Assets:Materials:Warehouse-Main  70.00 NZD
//!   Assets:Purchases                -70.00 NZD
//! 2026-03-03 balance Assets:Purchases -70.00 ~ 0.00 NZD
//! ```
//! Balances are the ledger's own, held by beancount against the transactions without any tolerance.

use book::{Book, Day};
use money::Amount;

use crate::chart::Chart;

/// The file's text: what was posted by the end of a day.
pub fn beancount(book: &Book, as_of: Day) -> String {
    let chart = Chart::of(book, as_of);
    let (base, currency) = (book.base(), book.base().code());
    let zero = Amount::ZERO.display(base);
    let mut text = format!("; The expected ledger as of {as_of}, made by Millbook.\n");
    text +=
        &format!("option \"title\" \"Expected ledger\"\noption \"operating_currency\" \"{currency}\"\n\n");
    for account in &chart.accounts {
        text += &format!("{} open {} {currency}\n", chart.first, account.name);
        for (name, fact) in &account.facts {
            text += &format!("  {name}: \"{}\"\n", quoted(fact));
        }
    }
    for transaction in &chart.transactions {
        text += &format!("\n{} * \"{}\"\n", transaction.day, transaction.section.name());
        for posting in &transaction.postings {
            let name = &chart.accounts[posting.account].name;
            text += &format!("  {name}  {} {currency}\n", posting.amount.display(base));
            if !posting.tracking.is_empty() {
                text += &format!("    tracking: \"{}\"\n", quoted(&posting.tracking));
            }
        }
    }
    text += "\n";
    for account in &chart.accounts {
        let balance = account.balance.display(base);
        text += &format!("{} balance {} {balance} ~ {zero} {currency}\n", chart.after, account.name);
    }
    text
}

/// Text between quotation marks.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
