//! Adjusting entries: what is checked, and what they post (REC-1, REC-5, REC-8, INV-11). Lines and kinds: `adjusting.rs`.
//!
//! Debits are paired with credits in the order of the lines, so that the ledger gets both sides of each amount. An adopted
//! entry stands in the section "document": the accounts have it already, and no journal posts it again. No line names a role
//! whose balance is that of lots, orders or papers: by its code the account may be named, and the role stays what its goods
//! come to. Not here: which entries are made (the crate `plan`).

use money::Amount;

use crate::adjusting::{AdjustingEntry, AdjustingLine, Adjustment};
use crate::book::Book;
use crate::content::{Content, Kind};
use crate::costs::{Costs, sum};
use crate::ids::DocumentId;
use crate::refusal::{Code, Refusal};
use crate::stock::Direction;

use super::Checked;
use super::check::{CODE_LENGTH, TEXT_LENGTH, text};

pub(crate) fn check(at: Checked<'_>, entry: AdjustingEntry) -> Result<AdjustingEntry, Refusal> {
    at.lines(Kind::AdjustingEntry, entry.lines.len())?;
    at.day(entry.day)?;
    check_reversal(at, &entry)?;
    check_source(at, &entry)?;
    if let Some(words) = &entry.text {
        text("text", words, TEXT_LENGTH)?;
    }
    let (mut debits, mut credits, mut whole) = (Amount::ZERO, Amount::ZERO, 0_i128);
    for line in &entry.lines {
        check_account(entry.kind, line)?;
        at.tracking(line.tracking)?;
        if line.amount.is_zero() {
            let refusal = Refusal::new(Code::BadValue).with("field", "amount");
            return Err(refusal.with("value", show(at, line.amount)).with("why", "it is nothing"));
        }
        whole += i128::from(line.amount.minor()).abs();
        at.book.fits(whole)?;
        if line.amount.minor() > 0 {
            debits = sum(debits, line.amount);
        } else {
            credits = sum(credits, -line.amount);
        }
    }
    if debits != credits {
        let refusal = Refusal::new(Code::Unbalanced).with("debits", show(at, debits));
        let refusal = refusal.with("credits", show(at, credits));
        return Err(refusal.with("difference", show(at, sum(debits, -credits))));
    }
    Ok(entry)
}

fn show(at: Checked<'_>, amount: Amount) -> String {
    amount.display(at.book.base).to_string()
}

fn bad(field: &'static str, value: impl std::fmt::Display, why: &str) -> Refusal {
    Refusal::new(Code::BadValue).with("field", field).with("value", value).with("why", why)
}

/// An accrual is taken back later, and nothing else is.
fn check_reversal(at: Checked<'_>, entry: &AdjustingEntry) -> Result<(), Refusal> {
    match (entry.kind, entry.reversed) {
        (Adjustment::Accrual, None) => {
            Err(Refusal::new(Code::Missing).with("field", "day on which the accrual is taken back"))
        }
        (Adjustment::Accrual, Some(day)) if day <= entry.day => {
            Err(bad("day of the reversal", day, "it comes after the entry's own day"))
        }
        (Adjustment::Accrual, Some(day)) => at.day(day),
        (_, Some(day)) => Err(bad("day of the reversal", day, "only an accrual is taken back")),
        (_, None) => Ok(()),
    }
}

/// What stands in the accounts is adopted once.
fn check_source(at: Checked<'_>, entry: &AdjustingEntry) -> Result<(), Refusal> {
    let Some(source) = &entry.source else { return Ok(()) };
    if entry.kind != Adjustment::Adopted {
        return Err(bad("source", source, "only an adopted entry has one"));
    }
    if source.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "source"));
    }
    text("source", source, CODE_LENGTH)?;
    let holder =
        at.book.adopted().find(|(id, one)| Some(*id) != at.id && one.source.as_ref() == Some(source));
    match holder {
        None => Ok(()),
        Some((id, _)) => {
            let number = at.book.documents[id.index()].number();
            Err(Refusal::new(Code::AdoptedTwice).with("source", source).with("holder", number))
        }
    }
}

fn check_account(kind: Adjustment, line: &AdjustingLine) -> Result<(), Refusal> {
    match (line.role, &line.account) {
        (Some(role), Some(account)) => {
            let why = format!("the line names {} already", role.name());
            Err(bad("account", account, &why))
        }
        (Some(role), None) if !role.takes_entries() => {
            Err(Refusal::new(Code::KeptByDocuments).with("role", role.name()))
        }
        (Some(_), None) => Ok(()),
        (None, Some(account)) if account.trim().is_empty() => {
            Err(Refusal::new(Code::Missing).with("field", "account"))
        }
        (None, Some(account)) => text("account", account, CODE_LENGTH),
        (None, None) if kind == Adjustment::Adopted => Ok(()),
        (None, None) => Err(Refusal::new(Code::Missing).with("field", "role or account of a line")),
    }
}

pub(crate) fn post(book: &mut Book, id: DocumentId, entry: &AdjustingEntry, direction: Direction) {
    if !book.documents[id.index()].is_live() {
        return;
    }
    for (debit, credit, amount) in pairs(&entry.lines) {
        let mut costs = Costs::on(entry.day, amount);
        if let Some(back) = entry.reversed {
            costs.add(back, -amount);
        }
        let place = book.place_between(entry.kind.rule(), debit, credit);
        book.post_for(None, &place, &costs, direction);
    }
}

/// Debits against credits in the order of the lines, until both are used up.
fn pairs(lines: &[AdjustingLine]) -> Vec<(&AdjustingLine, &AdjustingLine, Amount)> {
    let mut credits = lines.iter().filter(|line| line.amount.minor() < 0);
    let mut credit: Option<(&AdjustingLine, Amount)> = None;
    let mut found = Vec::new();
    for debit in lines.iter().filter(|line| line.amount.minor() > 0) {
        let mut left = debit.amount;
        while !left.is_zero() {
            let open = credit.filter(|(_, rest)| !rest.is_zero());
            let Some((line, rest)) = open.or_else(|| credits.next().map(|line| (line, -line.amount))) else {
                return found;
            };
            let paired = left.min(rest);
            found.push((debit, line, paired));
            left = sum(left, -paired);
            credit = Some((line, sum(rest, -paired)));
        }
    }
    found
}

impl Book {
    /// The adopted entries in force (REC-5).
    pub fn adopted(&self) -> impl Iterator<Item = (DocumentId, &AdjustingEntry)> {
        self.adjusting_entries().filter(|(_, entry)| entry.kind == Adjustment::Adopted)
    }

    /// The adjusting entries in force, in order of entry.
    pub fn adjusting_entries(&self) -> impl Iterator<Item = (DocumentId, &AdjustingEntry)> {
        self.documents().filter_map(|(id, document)| match document.content() {
            Content::AdjustingEntry(entry) if document.is_live() => Some((id, &**entry)),
            _ => None,
        })
    }
}
