//! Adopting what somebody else made in Xero: it stands there already, so the book counts it and no journal posts it (REC-5).
//!
//! A carrier's bill of 120.00 on the transfer liability becomes debit Transfer orders liability 120.00, credit elsewhere. Was
//! it edited in Xero since, adopting it again takes the change over.

use std::collections::BTreeSet;

use book::{AdjustingEntry, AdjustingLine, Adjustment, Book, DocumentId};
use money::Amount;

use super::{Proposed, elsewhere, on_account};
use crate::exchange::Exchange;
use crate::reconcile::{AccountId, Witness, sum, watched};
use crate::refusal::{Code, Refusal};
use crate::subject::Guid;

/// The entry of the book that stands for one of Xero's.
#[must_use]
pub fn adopted(book: &Book, entry: Guid) -> Option<(DocumentId, &AdjustingEntry)> {
    let id = entry.to_string();
    book.adopted().find(|(_, one)| one.source.as_deref() == Some(id.as_str()))
}

/// What makes an entry of somebody else a fact of the book.
///
/// # Errors
/// It is ours, wasn't read, was made before the cut-over, has nothing on our accounts, or is adopted as it is.
pub fn adoption(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    wanted: Guid,
) -> Result<Proposed, Refusal> {
    let refused = |why: String, remedy: &str| {
        let refusal = Refusal::new(Code::NotAdoptable).with("entry", wanted).with("why", why);
        Err(refusal.with("remedy", remedy))
    };
    if exchange.subject(wanted).is_some() {
        return refused("it is ours".to_owned(), "Nothing needs doing.");
    }
    let found = witness.entries.iter().find(|entry| entry.id == wanted && entry.counts);
    let Some(entry) = found else {
        let why = "Xero showed no such entry on our accounts since the cut-over".to_owned();
        return refused(why, "`millbook reconcile --read` reads them again, and shows their ids.");
    };
    if let Some(first) = exchange.cut_over().filter(|first| entry.day < *first) {
        let why = format!("it is of {}, before the cut-over on {first}", entry.day);
        return refused(why, "It is part of the opening: `millbook opening`.");
    }
    let ours = watched(exchange);
    let accounts: BTreeSet<AccountId> =
        entry.lines.iter().map(|line| line.account).filter(|account| ours.contains(account)).collect();
    let amounts = accounts.into_iter().map(|account| (account, entry.on(account, book.base())));
    let mut lines: Vec<AdjustingLine> = amounts
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(account, amount)| on_account(exchange, account, entry.day, amount))
        .collect();
    if lines.is_empty() {
        return refused("it comes to nothing on our accounts".to_owned(), "Nothing needs doing.");
    }
    let rest = lines.iter().map(|line| line.amount).fold(Amount::ZERO, sum);
    if !rest.is_zero() {
        lines.push(elsewhere(-rest));
    }
    let made = AdjustingEntry {
        kind: Adjustment::Adopted,
        day: entry.day,
        reversed: None,
        source: Some(wanted.to_string().into()),
        text: Some(format!("{} \"{}\"", entry.kind.words(), entry.name).into()),
        lines,
    };
    let before = adopted(book, wanted);
    if let Some((id, _)) = before.filter(|(_, one)| **one == made) {
        let number = book.document(id).map_or("?", book::Document::number);
        let undo = format!("To take it back: `millbook reconcile adopt {wanted} --undo`.");
        return refused(format!("it is adopted already, as {number}"), &undo);
    }
    Ok(Proposed { document: before.map(|(id, _)| id), entry: made })
}
