//! The guided opening: what the book had on every journal account the evening before the cut-over, and what Xero had (INV-11).
//!
//! ```text
//! 621 Materials   book 10,000.00   Xero 9,500.00   difference 500.00     980 Opening balances   book −10,000.00   Xero 0.00
//! AE-1  28 February  adopted   621 −500.00   Opening balances 10,000.00   elsewhere −9,500.00    the evening as Xero had it
//! AE-2   1 March     opening   621  500.00   Opening balances   −500.00                          the journal
//! ```
//! The evening before then stands in the book as it did in Xero, so that opening and cut-over (decision 0080) don't count twice: what
//! is brought in happens on the cut-over date, by one journal against the Opening role. Later corrections of earlier days are
//! no opening; they go on the cut-over date by themselves. An account may be left, with a reason.

use book::{AdjustingEntry, AdjustingLine, Adjustment, Book, Role, Text};
use money::Amount;
use xero::statuses::AccountClass;

use super::{Proposed, elsewhere, on_account};
use crate::exchange::Exchange;
use crate::reconcile::{AccountId, Witness, opening_balances, roles_of, sum};
use crate::refusal::{Code, Refusal};
use crate::settings::AccountRole;

/// An account on the evening before the cut-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningRow {
    /// The account.
    pub account: AccountId,
    /// `621 Materials`
    pub name: String,
    /// What it is used for.
    pub roles: Vec<AccountRole>,
    /// What the book had. Debits positive, like all of them.
    pub book: Amount,
    /// What Xero had.
    pub xero: Amount,
    /// Book less Xero: what would be brought in.
    pub difference: Amount,
    /// Whether its balance is of one year only: profit and loss is brought in only if it is named.
    pub of_year: bool,
    /// Why it is left as it is.
    pub left: Option<Text>,
}

/// Every journal account as of the evening before the cut-over, by code.
#[must_use]
pub fn opening(book: &Book, exchange: &Exchange, witness: &Witness) -> Vec<OpeningRow> {
    let lists = exchange.lists();
    let row = |(account, book, xero): (AccountId, Amount, Amount)| {
        let known = lists.account(account);
        let is_result = |class: &AccountClass| matches!(class, AccountClass::Revenue | AccountClass::Expense);
        OpeningRow {
            account,
            name: known.map_or_else(|| account.to_string(), ToString::to_string),
            roles: roles_of(exchange, account),
            book,
            xero,
            difference: sum(book, -xero),
            of_year: known.is_some_and(|account| is_result(&account.class)),
            left: exchange.heard().opening_left(account).cloned(),
        }
    };
    let mut rows: Vec<OpeningRow> = opening_balances(book, exchange, witness).into_iter().map(row).collect();
    rows.retain(|row| !row.roles.is_empty());
    rows.sort_by(|one, other| (&one.name, one.account).cmp(&(&other.name, other.account)));
    rows
}

/// What brings accounts in: those that are named, else every balance sheet account that differs and isn't left.
///
/// # Errors
/// Nothing is connected, the cut-over lies ahead or nothing differs, no account has the role Opening balances, or a name is none of the rows.
pub fn bring_in(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    named: &[&str],
) -> Result<Vec<Proposed>, Refusal> {
    let Some(first) = exchange.cut_over() else { return Err(Refusal::new(Code::NotConnected)) };
    if witness.day < first {
        return Err(Refusal::new(Code::OpeningAhead).with("day", first));
    }
    let eve = first.previous();
    let Some(against) = exchange.settings().plain(AccountRole::OpeningBalances, first) else {
        let refusal = Refusal::new(Code::RoleMissing).with("role", AccountRole::OpeningBalances.name());
        let allowed = AccountRole::OpeningBalances.row().allowed(exchange.settings().balances);
        return Err(refusal.with("why", "the opening is posted against it").with("allowed", allowed));
    };
    let rows = opening(book, exchange, witness);
    for name in named {
        let account = exchange.lists().account_named(name).map(|account| account.id);
        if !rows.iter().any(|row| Some(row.account) == account && row.account != against.account) {
            return Err(Refusal::new(Code::NoOpening).with("account", name));
        }
    }
    let is_named = |row: &OpeningRow| {
        let id = |name: &&str| exchange.lists().account_named(name).map(|account| account.id);
        named.iter().any(|name| id(name) == Some(row.account))
    };
    let wanted = |row: &&OpeningRow| {
        let by_itself = named.is_empty() && row.left.is_none() && !row.of_year;
        row.account != against.account && !row.difference.is_zero() && (by_itself || is_named(row))
    };
    let wanted: Vec<&OpeningRow> = rows.iter().filter(wanted).collect();
    let contra = rows.iter().find(|row| row.account == against.account && row.left.is_none());
    let on_contra = contra.map_or(Amount::ZERO, |row| row.difference);
    if wanted.is_empty() && on_contra.is_zero() {
        return Err(Refusal::new(Code::NothingToBringIn).with("day", eve));
    }
    let total = wanted.iter().map(|row| row.difference).fold(Amount::ZERO, sum);
    let lines = |sign: fn(Amount) -> Amount| {
        let line = |row: &&OpeningRow| on_account(exchange, row.account, first, sign(row.difference));
        wanted.iter().map(line).collect::<Vec<AdjustingLine>>()
    };
    let on_opening = |amount| super::on_role(Role::OpeningBalances, amount);
    // The evening as Xero had it: what the book had otherwise leaves, and stands elsewhere in Xero.
    let mut before = lines(|amount| -amount);
    before.push(on_opening(-on_contra));
    before.push(elsewhere(sum(total, on_contra)));
    let mut journal = lines(|amount| amount);
    journal.push(on_opening(-total));
    let made = [
        (Adjustment::Adopted, eve, "What Xero had on the evening before the cut-over", before),
        (Adjustment::Opening, first, "The opening, brought in", journal),
    ];
    let made = made.into_iter().map(|(kind, day, text, mut lines)| {
        lines.retain(|line| !line.amount.is_zero());
        let entry =
            AdjustingEntry { kind, day, reversed: None, source: None, text: Some(text.into()), lines };
        Proposed { document: None, entry }
    });
    Ok(made.filter(|one| !one.entry.lines.is_empty()).collect())
}
