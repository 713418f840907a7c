//! The expected ledger as other programs read it: accounts with names, transactions by day and section.
//!
//! `Assets:Materials:Warehouse-Main` is the account of a role, refined by category and warehouse; tracking stands beside
//! each posting. One transaction a day and section, its postings netted by account and tracking, so it balances.
//! Not here: how beancount (`beancount.rs`) and hledger (`hledger.rs`) write it; what is in Xero.

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day, Key, Role, Section, Tracking};
use money::Amount;

use crate::asked::Asked;
use crate::balances::{of_keys, sides};
use crate::table::plus;

/// One posting: the account's number in the chart, what it is tracked by, and debit or, below zero, credit.
pub(crate) struct Posting {
    pub(crate) account: usize,
    pub(crate) tracking: String,
    pub(crate) amount: Amount,
}

/// What was posted on a day in a section.
pub(crate) struct Transaction {
    pub(crate) day: Day,
    pub(crate) section: Section,
    pub(crate) postings: Vec<Posting>,
}

/// An account: its name elsewhere, what it stands for here, and its balance as the ledger keeps it.
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) balance: Amount,
}

/// A company's expected ledger up to a day.
pub(crate) struct Chart {
    pub(crate) accounts: Vec<Account>,
    pub(crate) transactions: Vec<Transaction>,
    /// The day on which the accounts are opened.
    pub(crate) first: Day,
    /// The day after the last posting.
    pub(crate) after: Day,
}

/// A key without its tracking: what an account is.
fn plain(key: &Key) -> Key {
    Key { tracking: Tracking::default(), ..key.clone() }
}

impl Chart {
    /// All that was posted by the end of a day.
    pub(crate) fn of(book: &Book, as_of: Day) -> Chart {
        let mut sums: BTreeMap<(Day, Section), BTreeMap<(Key, Tracking), Amount>> = BTreeMap::new();
        for (delta, key, amount) in sides(book, &Asked::on(as_of)) {
            let postings = sums.entry((delta.day, delta.rule.row().section)).or_default();
            let total = postings.entry((plain(key), key.usual_tracking())).or_default();
            *total = plus(*total, amount);
        }
        let mut balances: BTreeMap<Key, Amount> = BTreeMap::new();
        for (key, amount) in of_keys(book, as_of, None) {
            let total = balances.entry(plain(key)).or_default();
            *total = plus(*total, amount);
        }
        let numbers: BTreeMap<Key, usize> = balances.keys().cloned().zip(0..).collect();
        let accounts = named(book, balances);
        let mut transactions = Vec::new();
        for ((day, section), postings) in sums {
            let postings = postings.into_iter().filter(|(_, amount)| !amount.is_zero());
            let posting = |((key, tracked), amount)| Posting {
                account: numbers.get(&key).copied().unwrap_or_default(),
                tracking: tracking(book, tracked),
                amount,
            };
            let postings: Vec<Posting> = postings.map(posting).collect();
            if !postings.is_empty() {
                transactions.push(Transaction { day, section, postings });
            }
        }
        let first = transactions.first().map_or(as_of, |one| one.day);
        let after = transactions.last().map_or(as_of, |one| one.day).next();
        Chart { accounts, transactions, first, after }
    }
}

/// `Region=North, Channel=Web`
fn tracking(book: &Book, tracking: Tracking) -> String {
    let option = |id: book::TrackingOptionId| {
        let option = &book.tracking_options().row(id.number())?.record;
        let category = &book.tracking_categories().row(option.category.number())?.record;
        Some(format!("{}={}", category.code, option.code))
    };
    tracking.0.into_iter().flatten().filter_map(option).collect::<Vec<_>>().join(", ")
}

fn named(book: &Book, balances: BTreeMap<Key, Amount>) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    let refined: BTreeSet<Role> =
        balances.keys().filter(|key| **key != Key::of(key.role)).map(|key| key.role).collect();
    for (key, balance) in balances {
        let mut facts = vec![("role", key.role.name().to_owned())];
        let category = key.category.and_then(|id| book.categories().row(id.number()));
        facts.extend(category.map(|row| ("category", row.record.code.to_string())));
        let warehouse = key.warehouse.and_then(|id| book.warehouses().row(id.number()));
        facts.extend(warehouse.map(|row| ("warehouse", row.record.code.to_string())));
        facts.extend(key.account.as_ref().map(|account| ("account", account.to_string())));
        let mut name = format!("{}:{}", root(key.role), component("", key.role.name()));
        // No account is part of another's name: beancount's balance of an account counts those below it.
        let parts: Vec<String> = facts[1..].iter().map(|(what, text)| component(what, text)).collect();
        match (parts.is_empty(), refined.contains(&key.role)) {
            (false, _) => name += &format!(":{}", parts.join("-")),
            (true, true) => name += ":Other",
            (true, false) => {}
        }
        // Codes that differ only in signs that account names don't have are told apart by a number.
        let wanted = name.clone();
        for number in 2..accounts.len() + 3 {
            if accounts.iter().all(|other| other.name != name) {
                break;
            }
            name = format!("{wanted}-{number}");
        }
        accounts.push(Account { name, facts, balance });
    }
    accounts
}

/// The kind of account, as beancount and hledger have five of them.
fn root(role: Role) -> &'static str {
    match role {
        Role::Materials
        | Role::FinishedGoods
        | Role::WorkInProgress
        | Role::Purchases
        | Role::Receivables => "Assets",
        Role::TransferLiability
        | Role::DirectLabour
        | Role::ManufacturingOverheads
        | Role::AccruedPurchases
        | Role::Payables => "Liabilities",
        Role::OpeningBalances => "Equity",
        Role::InventoryGain | Role::Sales => "Income",
        Role::CostOfGoodsSold
        | Role::InventoryLoss
        | Role::PurchaseDifferences
        | Role::Rounding
        | Role::OffBookExpense
        // Named by a code that only the accounts know; what is cleared goes to expenses.
        | Role::Other => "Expenses",
    }
}

/// A part of an account's name: letters, digits and dashes, beginning with a capital: `Warehouse-Main`.
fn component(what: &str, text: &str) -> String {
    let whole = if what.is_empty() { text.to_owned() } else { format!("{what}-{text}") };
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let mut name: String = whole.chars().map(letter).collect();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// What the ledger keeps as each account's balance, without going through transactions: `account,amount` lines, to hold
/// other programs' balances against.
pub fn balances_csv(book: &Book, as_of: Day) -> String {
    let mut text = String::from("account,amount\n");
    for account in Chart::of(book, as_of).accounts {
        text += &format!("{},{}\n", account.name, account.balance.display(book.base()));
    }
    text
}
