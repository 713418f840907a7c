//! What a month's labour, overhead and transfers were charged with, what they cost, and the journal that clears it (REC-1).
//!
//! ```text
//! Direct labour, October   applied 9,214.00   paid on 477 Salaries 9,480.00   under-absorbed 266.00: rates 2.9 % too low
//! proposed                 31 Oct   debit 835 Direct labour 9,214.00   credit 477 Salaries 9,214.00
//! ```
//! Applied is what the month credited to the liability; the proposal clears its whole balance at the month's end, and turns
//! round if that is negative. What was paid is the movement of the accounts that somebody named, without journals of ours.
//! What was adopted on the liability (a carrier's bill coded straight to it) was paid as well. Nothing is posted by it. Not here:
//! the entry that clears it (`adjusting`); local rules (ask your accountant).

use book::{Book, Day};
use money::Amount;

use super::witness::Witness;
use super::{AccountId, counts_from, sum};
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::journals::{Target, account_role, target};
use crate::settings::AccountRole;

/// A month of an absorbed cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// Direct labour, manufacturing overheads, or transfers.
    pub role: AccountRole,
    /// Its account.
    pub account: AccountId,
    /// The month.
    pub days: (Day, Day),
    /// What the month charged to products.
    pub applied: Amount,
    /// What was paid, by the accounts that somebody named; none if nobody has, or it wasn't read.
    pub actual: Option<Amount>,
    /// The liability's whole balance at the month's end: credit above zero. What the proposed journal debits.
    pub balance: Amount,
}

impl Clearing {
    /// Paid less applied: above zero is under-absorbed, below over-absorbed.
    #[must_use]
    pub fn under(&self) -> Option<Amount> {
        Some(sum(self.actual?, -self.applied))
    }

    /// By how many tenths of a per cent the rates would have to rise to fit, rounded half away from zero.
    #[must_use]
    pub fn rates_off(&self) -> Option<i64> {
        let (under, applied) = (i128::from(self.under()?.minor()), i128::from(self.applied.minor()));
        if applied == 0 {
            return None;
        }
        let (twice, of) = (under * 2_000, applied * 2);
        let rounded = (twice.abs() + of.abs() / 2) / of.abs();
        let sign = if (twice < 0) == (of < 0) { 1 } else { -1 };
        i64::try_from(sign * rounded).ok()
    }
}

/// The month of a day, to its end.
fn month(day: Day) -> (Day, Day) {
    let (year, month, _) = day.parts();
    let first = Day::new(year, month, 1).unwrap_or(day);
    let next = if month == 12 { Day::new(year + 1, 1, 1) } else { Day::new(year, month + 1, 1) };
    (first, next.map_or(Day::LAST, Day::previous))
}

/// The absorbed costs of the month that the witness's day lies in, up to that day.
#[must_use]
pub fn clearings(book: &Book, exchange: &Exchange, witness: &Witness) -> Vec<Clearing> {
    let (first, last) = month(witness.day);
    let days = (first, last.min(witness.day));
    let roles = crate::decide::ABSORBED;
    let mut found = Vec::new();
    for role in roles {
        let Some(mapping) = exchange.settings().plain(role, days.1) else { continue };
        let (applied, balance) = charged(book, exchange, role, days);
        if applied.is_zero() && balance.is_zero() {
            continue;
        }
        let actual = actual(book, exchange, witness, role, days);
        found.push(Clearing { role, account: mapping.account, days, applied, actual, balance });
    }
    found
}

/// What the book charged to products in these days, and what stands on the role in all, entries included.
pub(crate) fn charged(
    book: &Book,
    exchange: &Exchange,
    role: AccountRole,
    (first, last): (Day, Day),
) -> (Amount, Amount) {
    let ours = |key: &book::Key| {
        account_role(key.role) == Some(role)
            && matches!(target(exchange, key, last), Some(Target::Account(_) | Target::Missing(_)))
    };
    let ledger = book.ledger();
    let (mut applied, mut balance) = (Amount::ZERO, Amount::ZERO);
    for delta in ledger.deltas().filter(|delta| delta.day <= last) {
        for (key, amount) in [(delta.credit, delta.amount), (delta.debit, -delta.amount)] {
            if !ours(ledger.name(key)) {
                continue;
            }
            balance = sum(balance, amount);
            if delta.day >= first && !delta.rule.is_of_entries() {
                applied = sum(applied, amount);
            }
        }
    }
    (applied, balance)
}

/// What was adopted on a role in these days: paid, as far as it was coded straight to it.
fn adopted(book: &Book, role: AccountRole, (first, last): (Day, Day)) -> Amount {
    let entries = book.adopted().filter(|(_, entry)| entry.source.is_some());
    let entries = entries.filter(|(_, entry)| (first..=last).contains(&entry.day));
    let lines = entries.flat_map(|(_, entry)| &entry.lines);
    let lines = lines.filter(|line| line.role.and_then(account_role) == Some(role));
    lines.map(|line| line.amount).fold(Amount::ZERO, sum)
}

/// The movement of the accounts that somebody named, without journals of ours.
fn actual(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    role: AccountRole,
    (first, last): (Day, Day),
) -> Option<Amount> {
    let accounts = exchange.actuals(role);
    let before = first.previous();
    let adopted = adopted(book, role, (first, last));
    if accounts.is_empty() && !adopted.is_zero() {
        return Some(adopted);
    }
    if accounts.is_empty() || !witness.balances.contains_key(&before) {
        return None;
    }
    let (now, then) = (witness.amounts(book.base()), witness.amounts_on(before, book.base()));
    let of = |account: &AccountId| {
        let on = |balances: &std::collections::BTreeMap<AccountId, Amount>| {
            balances.get(account).copied().unwrap_or_default()
        };
        // A new financial year begins from nothing.
        let begins = counts_from(exchange, *account, last).is_some_and(|from| from >= first);
        sum(on(&now), if begins { Amount::ZERO } else { -on(&then) })
    };
    let moved = accounts.iter().map(of).fold(Amount::ZERO, sum);
    let ours = exchange.journals().filter_map(|(_, journal)| journal.now.as_ref());
    let ours = ours.filter(|now| now.status == HeldStatus::Approved && (first..=last).contains(&now.date));
    let ours = ours.flat_map(|now| &now.lines);
    let ours = ours.filter(|line| line.account.is_some_and(|account| accounts.contains(&account)));
    Some(sum(sum(moved, adopted), -ours.map(|line| line.amount).fold(Amount::ZERO, sum)))
}
