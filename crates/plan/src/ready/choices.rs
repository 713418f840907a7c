//! The items of the checklist that somebody decides: a setting says it, or a sentence that somebody wrote down.
//!
//! Not here: the table (`checks`).

use book::Period;

use super::checks::some;
use super::{Choice, Finding, Ground};
use crate::settings::{AccountRole, NewStatus, Payments};

/// What somebody answered; else it is to be answered.
pub(super) fn answered(ground: &Ground<'_>, choice: Choice, otherwise: &str) -> Finding {
    match ground.exchange.answers().get(&choice) {
        Some(answer) => Finding::pass(format!("Decided: {}", answer.trim())),
        None => Finding::warn(otherwise, "Decide it, and write down what you decided.")
            .by(format!("millbook ready answer {} \"…\"", choice.id())),
    }
}

/// Who is summed up, and how often.
fn consolidated(ground: &Ground<'_>) -> Vec<String> {
    let words = |period: Period| match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    };
    let channels = ground.book.channels().iter().filter(|(_, row)| !row.archived);
    let channels = channels.filter_map(|(_, row)| Some((&row.record.name, row.record.consolidated?)));
    let parties = ground.book.parties().iter().filter(|(_, row)| !row.archived);
    let parties = parties.filter_map(|(_, row)| Some((&row.record.name, row.record.consolidated?)));
    channels.chain(parties).map(|(name, period)| format!("{name} by {}", words(period))).collect()
}

pub(super) fn consolidate_invoices(ground: &Ground<'_>) -> Finding {
    match consolidated(ground).as_slice() {
        [] => answered(
            ground,
            Choice::ConsolidateInvoices,
            "No channel or customer is summed up, and nobody has said that each invoice goes by itself.",
        ),
        some_are => Finding::pass(format!("Invoices are summed up for {}.", some(some_are))),
    }
}

pub(super) fn consolidate_payments(ground: &Ground<'_>) -> Finding {
    match (consolidated(ground).as_slice(), ground.exchange.settings().payments) {
        ([], _) => {
            answered(ground, Choice::ConsolidatePayments, "Nobody has said whether payments go one by one.")
        }
        (some_are, _) => Finding::pass(format!("Payments go with the invoices of {}.", some(some_are))),
    }
}

pub(super) fn who_approves(ground: &Ground<'_>) -> Finding {
    let new = ground.exchange.settings().new;
    let all_approved = [new.invoice, new.credit_invoice, new.bill, new.supplier_credit];
    match all_approved.iter().all(|status| *status == NewStatus::Approved) {
        true => Finding::pass("Documents are sent approved."),
        false => answered(
            ground,
            Choice::WhoApproves,
            "Documents wait in Xero for approval, and nobody has said who approves them.",
        ),
    }
}

pub(super) fn payments(ground: &Ground<'_>) -> Finding {
    match ground.exchange.settings().payments {
        Payments::None => {
            answered(ground, Choice::Payments, "Payments go nowhere, and nobody has said that this is meant.")
        }
        Payments::ToXero => Finding::pass("Payments go to Xero."),
        Payments::FromXero => Finding::pass("Payments come from Xero."),
        Payments::Both => Finding::pass("Payments go both ways."),
    }
}

pub(super) fn pro_forma(ground: &Ground<'_>) -> Finding {
    let settings = ground.exchange.settings();
    let roles = [AccountRole::CustomerDeposits, AccountRole::SupplierDeposits];
    let mapped = roles.into_iter().filter(|role| settings.plain(*role, ground.today).is_some());
    let mapped: Vec<String> = mapped.map(|role| role.name().to_owned()).collect();
    match mapped.len() {
        2 => Finding::pass("Advances stand on Customer deposits and Supplier deposits."),
        _ => answered(
            ground,
            Choice::ProForma,
            "Customer deposits and Supplier deposits have no account, and nobody has said that no advances are taken.",
        ),
    }
}
