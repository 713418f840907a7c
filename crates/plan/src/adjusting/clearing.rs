//! Clearing what labour, overheads or transfers absorbed: the liability's whole balance, against an expense (REC-1).

use book::{AdjustingEntry, Adjustment, Book, Day, Role};
use xero::statuses::AccountClass;

use super::{Proposed, on_role};
use crate::decide::ABSORBED;
use crate::exchange::Exchange;
use crate::journals::account_role;
use crate::lists::Standing;
use crate::reconcile::charged;
use crate::refusal::{Code, Refusal};
use crate::settings::AccountRole;

/// What clears a role at the end of a period: debit the liability, credit the expense; turned round if it is below zero.
///
/// # Errors
/// The role absorbs nothing, the account is no expense that can be used, the period isn't over, or nothing is left.
pub fn clearing(
    book: &Book,
    exchange: &Exchange,
    (role, expense): (AccountRole, &str),
    (day, today): (Day, Day),
) -> Result<Proposed, Refusal> {
    let of_book =
        Role::ALL.into_iter().find(|one| ABSORBED.contains(&role) && account_role(*one) == Some(role));
    let Some(liability) = of_book else {
        let names = ABSORBED.map(AccountRole::words).join(", ");
        return Err(Refusal::new(Code::NotAbsorbed).with("role", role.words()).with("roles", names));
    };
    let Some(account) = exchange.lists().account_named(expense) else {
        return Err(Refusal::new(Code::AccountUnknown).with("role", role.words()).with("account", expense));
    };
    if account.class != AccountClass::Expense || account.system.is_some() {
        let kind = crate::accounts::type_words(&account.kind);
        return Err(Refusal::new(Code::NotAnExpense).with("account", account).with("type", kind));
    }
    if account.standing != Standing::Active {
        let refusal =
            Refusal::new(Code::AccountOutOfUse).with("role", "The expense").with("account", account);
        let refusal = refusal.with("state", account.standing.words());
        return Err(refusal.with("allowed", "Direct Costs, Expense or Overhead"));
    }
    if day > today {
        return Err(Refusal::new(Code::NotOverYet).with("day", day));
    }
    let (_, balance) = charged(book, exchange, role, (day, day));
    if balance.is_zero() {
        return Err(Refusal::new(Code::NothingToClear).with("role", role.words()).with("day", day));
    }
    let to = super::on_account(exchange, account.id, day, -balance);
    let entry = AdjustingEntry {
        kind: Adjustment::Clearing,
        day,
        reversed: None,
        source: None,
        text: Some(format!("{} cleared against {account}", role.words()).into()),
        lines: vec![on_role(liability, balance), to],
    };
    Ok(Proposed { document: None, entry })
}
