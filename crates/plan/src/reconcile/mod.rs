//! Why Xero's balances are what they are: per account the book, what was posted, what Xero has, and causes that add up to the
//! difference exactly (REC-2).
//!
//! ```text
//! 631 Materials   book 48,216.37   posted 45,828.39   in Xero 45,328.39   difference 2,887.98
//!                 not yet posted 2,387.98   other entries in Xero 500.00: MJ "Stock provision"   unexplained 0.00
//! ```
//! Everything is made of *comparisons*: an amount that the book has, and what we know of it in Xero. A comparison whose two amounts
//! differ is a cause; what Xero has beyond all comparisons is "unexplained". So causes and unexplained are the difference by
//! construction, whatever happens. Profit and loss accounts count from the start of the organisation's financial year.
//!
//! Not here: reading Xero (`sync`), what is done about a cause (each names its command), the book's own reports.

mod cause;
mod clearing;
mod comparisons;
mod documents;
mod earlier;
mod entries;
mod summed;
mod witness;

pub use cause::{Cause, CauseKind};
pub(crate) use clearing::charged;
pub use clearing::{Clearing, clearings};
pub use entries::{Entry, EntryKind, EntryLine, bank_transaction, credit_note, invoice, manual_journal};
pub use witness::{Balance, Entries, Witness};

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day};
use money::Amount;
use xero::XeroId;
use xero::statuses::AccountClass;

use crate::exchange::Exchange;
use crate::lists::Organisation;
use crate::settings::AccountRole;
use comparisons::{Comparison, Window};

/// An account.
pub type AccountId = XeroId<xero::Account>;

/// An account's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The account.
    pub account: AccountId,
    /// `631 Materials`
    pub name: String,
    /// What it is used for.
    pub roles: Vec<AccountRole>,
    /// Profit and loss: from the start of the financial year; none counts from the beginning.
    pub from: Option<Day>,
    /// What the book says. Debits positive, like all of them.
    pub book: Amount,
    /// What was posted, as it was sent.
    pub posted: Amount,
    /// What Xero has.
    pub xero: Amount,
    /// Book less Xero.
    pub difference: Amount,
    /// What explains it.
    pub causes: Vec<Cause>,
    /// What nothing explains: the difference less all causes.
    pub unexplained: Amount,
}

/// A reconciliation of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// As of the end of this day.
    pub day: Day,
    /// When Xero was read, seconds since 1970.
    pub read: i64,
    /// The rows, by account code.
    pub rows: Vec<Row>,
    /// What the book holds for roles that no account is mapped for, by role.
    pub unmapped: BTreeMap<AccountRole, Amount>,
    /// Entries of others on our accounts that nobody has explained (REC-5).
    pub entries: Vec<Entry>,
    /// Income and costs that differ in financial years before this one, as far as we know Xero: a step of its own.
    pub earlier: Vec<Row>,
}

impl Reconciliation {
    /// Whether Xero has what the book says, on every account.
    #[must_use]
    pub fn is_tied_out(&self) -> bool {
        self.unmapped.values().all(|amount| amount.is_zero())
            && self.rows.iter().all(|row| row.difference.is_zero() && row.unexplained.is_zero())
    }
}

/// A sum that stays within its type: what a book and an organisation hold is bounded.
pub(crate) fn sum(one: Amount, other: Amount) -> Amount {
    Amount::from_minor(one.minor().saturating_add(other.minor()))
}

/// The first day of the financial year that a day lies in.
#[must_use]
pub fn year_begins(organisation: &Organisation, day: Day) -> Day {
    let (last_day, month) = organisation.year_end;
    let (year, _, _) = day.parts();
    let end =
        |year: i32| (1..=last_day.clamp(1, 31)).rev().find_map(|day| Day::new(year, month.clamp(1, 12), day));
    let ends = [end(year), end(year - 1)];
    ends.into_iter().flatten().find(|end| *end < day).map_or(Day::FIRST, Day::next)
}

/// From which day an account counts.
fn counts_from(exchange: &Exchange, account: AccountId, day: Day) -> Option<Day> {
    let lists = exchange.lists();
    let class = &lists.account(account)?.class;
    let is_result = matches!(class, AccountClass::Revenue | AccountClass::Expense);
    lists.organisation.as_ref().filter(|_| is_result).map(|organisation| year_begins(organisation, day))
}

/// The roles that the book's ledger has something for, by mapped account.
fn mapped(exchange: &Exchange) -> BTreeMap<AccountId, BTreeSet<AccountRole>> {
    let kept = |role: AccountRole| {
        book::Role::ALL.iter().any(|one| crate::journals::account_role(*one) == Some(role))
    };
    let mut roles: BTreeMap<AccountId, BTreeSet<AccountRole>> = BTreeMap::new();
    for mapping in exchange.settings().accounts.iter().filter(|mapping| kept(mapping.role)) {
        roles.entry(mapping.account).or_default().insert(mapping.role);
    }
    roles
}

/// The accounts on which others' entries matter: mapped, and with something of the book on them.
#[must_use]
pub fn watched(exchange: &Exchange) -> BTreeSet<AccountId> {
    mapped(exchange).into_keys().collect()
}

/// What an account is used for.
pub(crate) fn roles_of(exchange: &Exchange, account: AccountId) -> Vec<AccountRole> {
    mapped(exchange).get(&account).into_iter().flatten().copied().collect()
}

/// What the book and Xero had on each account the evening before the cut-over, without what was sent of it since (INV-11).
pub(crate) fn opening_balances(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
) -> Vec<(AccountId, Amount, Amount)> {
    let window = Window { day: witness.day, begins: &|account| counts_from(exchange, account, witness.day) };
    let (comparisons, _) = comparisons::of_journals(book, exchange, witness, window);
    let of_opening = comparisons.into_iter().filter(|one| one.kind == CauseKind::BeforeCutOver);
    of_opening.map(|one| (one.account, one.here, one.there)).collect()
}

/// Holds the book against what was read of Xero.
#[must_use]
pub fn reconcile(book: &Book, exchange: &Exchange, witness: &Witness) -> Reconciliation {
    let day = witness.day;
    let roles = mapped(exchange);
    let window = Window { day, begins: &|account| counts_from(exchange, account, day) };
    let (mut comparisons, unmapped) = comparisons::of_journals(book, exchange, witness, window);
    comparisons.extend(documents::comparisons(book, exchange, witness, window));
    comparisons.extend(comparisons::of_others(book, exchange, witness, window));
    let mut by_account: BTreeMap<AccountId, Vec<Comparison>> = BTreeMap::new();
    for account in roles.keys() {
        by_account.entry(*account).or_default();
    }
    comparisons
        .into_iter()
        .for_each(|comparison| by_account.entry(comparison.account).or_default().push(comparison));
    // On other accounts (an expense that something was cleared to) the book has only its own part.
    by_account.retain(|account, _| roles.contains_key(account));
    let xero = witness.amounts(book.base());
    let mut rows: Vec<Row> = by_account
        .into_iter()
        .map(|(account, comparisons)| {
            let name =
                exchange.lists().account(account).map_or_else(|| account.to_string(), ToString::to_string);
            let has = xero.get(&account).copied().unwrap_or_default();
            let roles = roles.get(&account).into_iter().flatten().copied().collect();
            row(account, name, roles, (window.begins)(account), has, comparisons)
        })
        .collect();
    rows.sort_by(|one, other| (&one.name, one.account).cmp(&(&other.name, other.account)));
    let open = comparisons::open_entries(book, exchange, witness, window);
    let earlier = earlier::earlier(book, exchange, witness);
    Reconciliation { day, read: witness.at, rows, unmapped, entries: open, earlier }
}

/// A row of its comparisons.
pub(crate) fn row(
    account: AccountId,
    name: String,
    roles: Vec<AccountRole>,
    from: Option<Day>,
    xero: Amount,
    comparisons: Vec<Comparison>,
) -> Row {
    let total = |of: fn(&Comparison) -> Amount| comparisons.iter().map(of).fold(Amount::ZERO, sum);
    let (book, posted, there) = (
        total(|comparison| comparison.here),
        total(|comparison| comparison.posted),
        total(|comparison| comparison.there),
    );
    // What foreign papers' lines may be off by: a cent each (POST-19).
    let foreign: i64 = comparisons.iter().map(|comparison| i64::from(comparison.foreign_lines)).sum();
    let mut causes: Vec<Cause> = comparisons.into_iter().filter_map(Comparison::cause).collect();
    let mut unexplained = sum(there, -xero);
    if !unexplained.is_zero() && unexplained.minor().saturating_abs() <= foreign {
        causes.push(Cause::conversion(unexplained));
        unexplained = Amount::ZERO;
    }
    causes.sort_by_key(|cause| (cause.kind, cause.document, cause.xero));
    Row { account, name, roles, from, book, posted, xero, difference: sum(book, -xero), causes, unexplained }
}

#[cfg(test)]
mod tests;
