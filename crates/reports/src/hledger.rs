//! The expected ledger as an hledger journal: accounts declared, a transaction a day and section, balances asserted.
//!
//! ```text
//! account Assets:Materials:Warehouse-Main  ; role: Materials, warehouse: Main
//! 2026-03-02 purchasing
//!     Assets:Materials:Warehouse-Main  70.00 NZD
//!     Assets:Purchases  -70.00 NZD
//! ```
//! Balances are the ledger's own, asserted without tolerance in a last transaction that moves nothing.

use book::{Book, Day};
use money::Amount;

use crate::chart::Chart;

/// The journal's text: what was posted by the end of a day.
pub fn hledger(book: &Book, as_of: Day) -> String {
    let chart = Chart::of(book, as_of);
    let (base, currency) = (book.base(), book.base().code());
    let zero = Amount::ZERO.display(base);
    // A commodity shows its decimals with a point, also where there are none.
    let point = if base.minor_digits() == 0 { "." } else { "" };
    let mut text = format!("; The expected ledger as of {as_of}, made by Millbook.\n");
    text += &format!("commodity 1{}{point} {currency}\n\n", zero.to_string().trim_start_matches('0'));
    for account in &chart.accounts {
        let facts = account.facts.iter().map(|(name, fact)| format!("{name}: {}", plain(fact)));
        text += &format!("account {}  ; {}\n", account.name, facts.collect::<Vec<_>>().join(", "));
    }
    for transaction in &chart.transactions {
        text += &format!("\n{} {}\n", transaction.day, transaction.section.name());
        for posting in &transaction.postings {
            let name = &chart.accounts[posting.account].name;
            let amount = posting.amount.display(base);
            let tracking = match posting.tracking.is_empty() {
                true => String::new(),
                false => format!("  ; tracking: {}", plain(&posting.tracking)),
            };
            text += &format!("    {name}  {amount} {currency}{tracking}\n");
        }
    }
    if !chart.accounts.is_empty() {
        text += &format!("\n{} balances\n", chart.after);
    }
    for account in &chart.accounts {
        let balance = account.balance.display(base);
        text += &format!("    {}  {zero} {currency} = {balance} {currency}\n", account.name);
    }
    text
}

/// A tag's value: in one line, without the comma that ends it.
fn plain(text: &str) -> String {
    text.replace([',', '\n', '\r'], ";")
}
