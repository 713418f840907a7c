//! Whether a month can be closed: the checks of a month end, each in order or not (REC-7).
//!
//! ```text
//! ok    no-drafts        No document up to 2026-03-31 waits for approval in Xero.
//! open  tie-out          631 Materials differs by 74.00.                 millbook reconcile --as-of 2026-03-31
//! ```
//! A check that can't be told (Xero wasn't read for that day) is open. What a person has agreed to (received and not invoiced,
//! shipped and not invoiced) is listed with its amount. Closing itself is the book's closing date (INV-12): a command of the
//! book. Not here: the evidence pack, which is files.

use std::collections::BTreeMap;

use book::{Book, Bought, Content, Day, DocumentId, InvoiceKind, Life, LineRef, Section};
use money::Amount;

use crate::case::{short_name, terms};
use crate::disposition::{Disposition, State, disposition};
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::journals;
use crate::reconcile::{Reconciliation, Witness, clearings, sum};
use crate::settings::troubles;
use crate::subject::Subject;

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable: `tie-out`.
    pub code: &'static str,
    /// Whether it is in order.
    pub is_done: bool,
    /// What was found.
    pub says: String,
    /// The command that shows or repairs it.
    pub command: Option<String>,
}

/// What the checks look at.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The book.
    pub book: &'a Book,
    /// What is known of Xero.
    pub exchange: &'a Exchange,
    /// The day to close.
    pub day: Day,
    /// What Xero said for that day, and what came of it; none if it wasn't asked.
    pub witness: Option<(&'a Witness, &'a Reconciliation)>,
}

/// The checks, in order.
#[must_use]
pub fn checks(ground: Ground<'_>) -> Vec<Check> {
    let all: [fn(&Ground<'_>) -> Check; 9] = [
        documents_sent,
        journals_posted,
        none_in_draft,
        received_not_invoiced,
        shipped_not_invoiced,
        liabilities_cleared,
        lines_clear,
        accounts_active,
        tie_out,
    ];
    all.into_iter().map(|check| check(&ground)).collect()
}

fn check(code: &'static str, problems: &[String], done: &str, command: impl Into<String>) -> Check {
    match problems {
        [] => Check { code, is_done: true, says: done.to_owned(), command: None },
        [first, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(" And {} more.", rest.len()) };
            Check { code, is_done: false, says: format!("{first}{more}"), command: Some(command.into()) }
        }
    }
}

/// Documents dated on or before the day.
fn dated<'a>(ground: &Ground<'a>) -> impl Iterator<Item = (DocumentId, &'a book::Document)> {
    let day = ground.day;
    let dated =
        move |document: &book::Document| terms(document.content()).is_some_and(|terms| terms.day <= day);
    ground.book.documents().filter(move |(_, one)| one.life() == Life::Live && dated(one))
}

fn documents_sent(ground: &Ground<'_>) -> Check {
    let stuck = dated(ground).filter_map(|(id, _)| {
        let said = disposition(ground.book, ground.exchange, id)?;
        let waits =
            matches!(said.state(), State::Waiting | State::Blocked) || matches!(said, Disposition::Due(_));
        let why =
            said.why().map_or_else(|| "it goes with the next run".to_owned(), |why| why.message.clone());
        waits.then(|| format!("{} waits: {}", short_name(ground.book, id), why.trim_end_matches('.')) + ".")
    });
    check("documents-sent", &stuck.collect::<Vec<_>>(), "No document waits or is blocked.", "millbook sync")
}

fn journals_posted(ground: &Ground<'_>) -> Check {
    let left = journals::outstanding(ground.book, ground.exchange, ground.day);
    let mut days: Vec<(Day, Section)> = left.keys().map(|place| (place.day, place.section)).collect();
    days.dedup();
    let problems: Vec<String> = days
        .iter()
        .map(|(day, section)| format!("A journal of {} for {day} isn't posted.", section.name()))
        .collect();
    check("journals-posted", &problems, "Every journal is posted.", "millbook journals --post")
}

fn none_in_draft(ground: &Ground<'_>) -> Check {
    let waits = dated(ground).filter_map(|(id, document)| {
        let link = ground.exchange.link(&Subject::Document(id))?;
        let posts = !matches!(document.content(), Content::Quote(_));
        let status = &link.now.as_deref()?.status;
        let words = match status {
            HeldStatus::Draft => "is a draft",
            HeldStatus::Awaiting => "awaits approval",
            _ => return None,
        };
        posts.then(|| format!("{} {words} in Xero.", short_name(ground.book, id)))
    });
    check(
        "no-drafts",
        &waits.collect::<Vec<_>>(),
        "No document waits for approval in Xero.",
        "millbook xero refresh",
    )
}

fn money(ground: &Ground<'_>, amount: Amount) -> String {
    format!("{:#}", amount.display(ground.book.base()))
}

/// What a person agreed to for that day, if it is still so.
fn agreed(ground: &Ground<'_>, code: &'static str, found: Amount, words: &str, report: &str) -> Check {
    let agreed = ground.exchange.heard().agreed(code, ground.day);
    match (found.is_zero(), agreed) {
        (true, _) => Check { code, is_done: true, says: format!("Nothing is {words}."), command: None },
        (false, Some(amount)) if amount == found => {
            let says = format!("{} is {words}, and agreed.", money(ground, found));
            Check { code, is_done: true, says, command: None }
        }
        (false, before) => {
            let before =
                before.map_or(String::new(), |amount| format!(" (agreed were {})", money(ground, amount)));
            let says =
                format!("{} is {words}{before}; see `millbook report {report}`.", money(ground, found));
            let command = format!("millbook close {} --agree {code}", ground.day);
            Check { code, is_done: false, says, command: Some(command) }
        }
    }
}

/// What is to be agreed at a month end, and what it comes to (REC-7).
#[must_use]
pub fn to_agree(book: &Book, day: Day, code: &str) -> Option<Amount> {
    match code {
        "received-not-invoiced" => {
            let lines = book.on_purchases(day);
            let open = lines.iter().map(|line| line.bills_to_come.amount);
            Some(open.fold(Amount::ZERO, sum))
        }
        "shipped-not-invoiced" => Some(shipped_and_not_invoiced(book, day)),
        _ => None,
    }
}

/// What was shipped and not invoiced by then, at the order's price.
fn shipped_and_not_invoiced(book: &Book, day: Day) -> Amount {
    let mut units: BTreeMap<LineRef, i128> = BTreeMap::new();
    let count = |quantity: money::Quantity| i128::from(quantity.millionths());
    for shipped in book.shipped_by(day) {
        if let Some(order) = shipped.order {
            *units.entry(order).or_default() += count(shipped.quantity) - count(shipped.returned);
        }
    }
    let orders: BTreeMap<LineRef, LineRef> =
        book.shipped_by(Day::LAST).filter_map(|one| Some((one.at, one.order?))).collect();
    let invoices: BTreeMap<LineRef, LineRef> =
        book.invoiced_by(Day::LAST).filter_map(|one| Some((one.at, one.source?))).collect();
    for invoiced in book.invoiced_by(day) {
        let Some(source) = invoiced.source else { continue };
        // A credit names the invoice's line, an invoice the order's or the shipment's.
        let source = invoices.get(&source).copied().unwrap_or(source);
        let order = orders.get(&source).copied().unwrap_or(source);
        let sign = if invoiced.kind == InvoiceKind::Credit { 1 } else { -1 };
        if let Some(open) = units.get_mut(&order) {
            *open += sign * count(invoiced.quantity);
        }
    }
    let open = units.into_iter().filter(|(_, units)| *units > 0);
    let amounts = open.filter_map(|(order, units)| {
        book.at_order_price(order, money::Quantity::from_millionths(i64::try_from(units).ok()?))
    });
    amounts.fold(Amount::ZERO, sum)
}

fn received_not_invoiced(ground: &Ground<'_>) -> Check {
    let code = "received-not-invoiced";
    let found = to_agree(ground.book, ground.day, code).unwrap_or_default();
    agreed(ground, code, found, "received and not invoiced", code)
}

fn shipped_not_invoiced(ground: &Ground<'_>) -> Check {
    let code = "shipped-not-invoiced";
    let found = to_agree(ground.book, ground.day, code).unwrap_or_default();
    agreed(ground, code, found, "shipped and not invoiced", code)
}

/// Closed order lines whose balance on Purchases isn't nothing: a credit or bill that was expected (POST-1.9).
fn lines_clear(ground: &Ground<'_>) -> Check {
    let lines = ground.book.on_purchases(ground.day);
    let open = lines.iter().filter(|line| line.closed.is_some() && !line.balance.is_zero());
    let problems = open.map(|line| {
        let name = match line.what {
            Bought::Goods { at, .. } => {
                format!("Line {} of {}", u32::from(at.line) + 1, short_name(ground.book, at.document))
            }
            Bought::Fee(fee) => short_name(ground.book, fee),
        };
        format!("{name} is closed, and {} stands on Purchases.", money(ground, line.balance))
    });
    let problems: Vec<String> = problems.collect();
    check("closed-lines-clear", &problems, "Every closed line is clear.", "millbook report purchases")
}

fn liabilities_cleared(ground: &Ground<'_>) -> Check {
    let Some((witness, _)) = ground.witness else { return unread("liabilities-cleared", ground) };
    let open = clearings(ground.book, ground.exchange, witness);
    let open = open.iter().filter(|one| !one.balance.is_zero());
    let problems: Vec<String> = open
        .map(|one| format!("{} has {} that wasn't cleared.", one.role.name(), money(ground, one.balance)))
        .collect();
    check(
        "liabilities-cleared",
        &problems,
        "Labour, overheads and transfers are cleared.",
        "millbook reconcile clear ROLE ACCOUNT",
    )
}

fn accounts_active(ground: &Ground<'_>) -> Check {
    let found = troubles(ground.book, ground.exchange.settings(), ground.exchange.lists(), ground.day);
    let problems: Vec<String> = found.iter().map(|trouble| trouble.says.message()).collect();
    check("accounts-active", &problems, "Every mapped account can be used.", "millbook ready")
}

fn unread(code: &'static str, ground: &Ground<'_>) -> Check {
    let says = format!("Xero wasn't read for {}.", ground.day);
    let command = Some(format!("millbook reconcile --as-of {} --read", ground.day));
    Check { code, is_done: false, says, command }
}

fn tie_out(ground: &Ground<'_>) -> Check {
    let Some((_, reconciled)) = ground.witness else { return unread("tie-out", ground) };
    let off = reconciled.rows.iter().filter(|row| !row.difference.is_zero());
    let mut problems: Vec<String> =
        off.map(|row| format!("{} differs by {}.", row.name, money(ground, row.difference))).collect();
    let unmapped = reconciled.unmapped.iter().filter(|(_, amount)| !amount.is_zero());
    problems.extend(
        unmapped
            .map(|(role, amount)| format!("{} has {} and no account.", role.name(), money(ground, *amount))),
    );
    check(
        "tie-out",
        &problems,
        "Xero has what the book says, on every account.",
        format!("millbook reconcile --as-of {}", ground.day),
    )
}
