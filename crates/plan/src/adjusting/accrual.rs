//! Purchases in two halves at a month's end, and the pair that moves the second to accrued purchases (REC-8).
//!
//! Billed and not received 480.00, received and not billed 200.00: Purchases stands at 280.00. With the accrual it shows the
//! goods to come, 480.00, on 31 March, and Accrued purchases the invoices to come, 200.00; on 1 April both are as before.

use book::{AdjustingEntry, Adjustment, Book, Day, Role};
use money::Amount;

use super::{Proposed, on_account, on_role};
use crate::exchange::Exchange;
use crate::reconcile::sum;
use crate::refusal::{Code, Refusal};
use crate::settings::AccountRole;

/// What stands on Purchases at the end of a day: goods to come, and invoices to come, both above zero.
#[must_use]
pub fn halves(book: &Book, day: Day) -> (Amount, Amount) {
    let lines = book.on_purchases(day);
    let nothing = (Amount::ZERO, Amount::ZERO);
    lines.iter().fold(nothing, |(goods, bills), line| {
        (sum(goods, line.goods_to_come.amount), sum(bills, line.bills_to_come.amount))
    })
}

/// The pair of a month's end; made before, it follows what the book says now.
///
/// # Errors
/// The day is no month's end or still to come, an account is missing, or nothing changes.
pub fn accrual(book: &Book, exchange: &Exchange, (day, today): (Day, Day)) -> Result<Proposed, Refusal> {
    if day != day.last_of_month(0) {
        return Err(Refusal::new(Code::NoMonthEnd).with("day", day).with("last", day.last_of_month(0)));
    }
    if day > today {
        return Err(Refusal::new(Code::NotOverYet).with("day", day));
    }
    let account = |role: AccountRole| {
        let missing = || {
            let refusal = Refusal::new(Code::RoleMissing).with("role", role.name());
            let refusal = refusal.with("why", "purchases are to be accrued");
            refusal.with("allowed", role.row().allowed(exchange.settings().balances))
        };
        exchange.settings().plain(role, day).map(|mapping| mapping.account).ok_or_else(missing)
    };
    let purchases = account(AccountRole::Purchases)?;
    account(AccountRole::AccruedPurchases)?;
    let mut made = book.adjusting_entries();
    let before = made.find(|(_, entry)| entry.kind == Adjustment::Accrual && entry.day == day);
    let (_, bills) = halves(book, day);
    let nothing = |why: String| Refusal::new(Code::NothingToAccrue).with("day", day).with("why", why);
    if bills.is_zero() {
        let delete =
            before.and_then(|(id, _)| book.document(id)).map(|one| format!("; delete {}", one.number()));
        return Err(nothing(format!("nothing is received and not invoiced{}", delete.unwrap_or_default())));
    }
    let entry = AdjustingEntry {
        kind: Adjustment::Accrual,
        day,
        reversed: Some(day.next()),
        source: None,
        text: Some("Received and not invoiced".into()),
        lines: vec![on_account(exchange, purchases, day, bills), on_role(Role::AccruedPurchases, -bills)],
    };
    if let Some((id, _)) = before.filter(|(_, one)| **one == entry) {
        let number = book.document(id).map_or("?", book::Document::number);
        return Err(nothing(format!("{number} has it already")));
    }
    Ok(Proposed { document: before.map(|(id, _)| id), entry })
}
