//! Documents on accounts: what the book has of each, what Xero holds, and why the two differ.
//!
//! ```text
//! bill 4711 (B-1)   Purchases: here 100.00, in Xero 120.00 (approved)   → document differs: its amount
//! bill 4712 (B-2)   Purchases: here  50.00, in Xero nothing (draft)     → waiting for approval
//! ```
//! Documents saved before the connection that nobody sent are the opening's (CON-4). Not here: journals (`comparisons`).

use std::collections::BTreeMap;

use book::{AdjustingEntry, BillTarget, Book, Content, Day, DocumentId, Life};
use money::Amount;
use xero::statuses::LineAmountTypes;

use super::cause::CauseKind;
use super::comparisons::{Comparison, Window};
use super::entries::{EntryLine, amount, to_base};
use super::summed::{self, Group};
use super::witness::Witness;
use super::{AccountId, sum};
use crate::case::short_name;
use crate::consolidated;
use crate::disposition::{Disposition, disposition};
use crate::exchange::{Exchange, Link};
use crate::held::{Held, HeldStatus};
use crate::journals::{self, Target};
use crate::paper::{self, PaperKind};
use crate::settings::Purchasing;
use crate::subject::{Guid, Subject};

/// An amount on an account and a day.
pub(super) type Part = (AccountId, Day, Amount);

/// What a document has on accounts, or consolidated invoices have.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// The document; of consolidated invoices one of their sources.
    document: DocumentId,
    /// Which consolidated invoices it stands for.
    pub(super) summed: Option<Group>,
    /// By the book.
    pub(crate) here: Vec<Part>,
    /// By Xero, if it stands in its ledger.
    pub(crate) there: Vec<Part>,
    /// What Xero would have of it if it were approved.
    pub(super) unposted: Vec<Part>,
    foreign_lines: u32,
    /// Part of what the book had before the cut-over, and nobody sent it.
    pub(crate) is_opening: bool,
}

impl Paper {
    /// Nothing yet.
    pub(super) const fn of(document: DocumentId) -> Paper {
        Paper {
            document,
            summed: None,
            here: Vec::new(),
            there: Vec::new(),
            unposted: Vec::new(),
            foreign_lines: 0,
            is_opening: false,
        }
    }

    /// On which days it counts is another matter than how much it is.
    fn is_of_other_days(&self, account: AccountId) -> bool {
        let total = |parts: &[Part]| {
            parts.iter().filter(|part| part.0 == account).map(|part| part.2).fold(Amount::ZERO, sum)
        };
        total(&self.here) == total(&self.there)
    }
}

/// All documents that post by themselves, here or in Xero.
pub(crate) fn papers(book: &Book, exchange: &Exchange, witness: &Witness) -> Vec<Paper> {
    let cut_over = exchange.cut_over().unwrap_or(Day::FIRST);
    let mut papers: BTreeMap<DocumentId, Paper> = BTreeMap::new();
    for (document, key, day, amount) in book.posted_by_documents() {
        let Some(Target::Account(account)) = journals::target(exchange, &key, day.max(cut_over)) else {
            continue;
        };
        papers.entry(document).or_insert_with(|| Paper::of(document)).here.push((account, day, amount));
    }
    for (subject, link) in exchange.links() {
        let (Subject::Document(document), Some(held)) = (subject, link.now.as_deref()) else { continue };
        let paper = papers.entry(*document).or_insert_with(|| Paper::of(*document));
        let parts = parts(&held.paper, book);
        match held.status.posts() {
            true => (paper.there, paper.foreign_lines) = (parts, foreign_lines(held, book)),
            false => paper.unposted = parts,
        }
    }
    for (document, entry) in book.adopted() {
        let Some(paper) = papers.get_mut(&document) else { continue };
        paper.there = standing(entry, &paper.here, book, witness);
        // Without an entry of its own it says what Xero had before the cut-over (INV-11).
        paper.is_opening = entry.source.is_none() && entry.day < cut_over;
    }
    for paper in papers.values_mut().filter(|paper| !paper.is_opening) {
        let is_linked = exchange.link(&Subject::Document(paper.document)).is_some();
        let saved = book.document(paper.document).and_then(|one| one.versions().last().map(|one| one.0));
        let is_old = saved.is_some_and(|saved| saved < exchange.connected_after());
        paper.is_opening = !is_linked && is_old && paper.here.iter().all(|(_, day, _)| *day < cut_over);
    }
    let summed = summed::sum_up(book, exchange, &mut papers);
    papers.into_values().chain(summed).collect()
}

/// What Xero has now of an entry that was adopted; as adopted, if not all entries could be read.
fn standing(entry: &AdjustingEntry, here: &[Part], book: &Book, witness: &Witness) -> Vec<Part> {
    let Some(source) = entry.source.as_deref() else { return Vec::new() };
    match witness.entries.iter().find(|one| one.counts && one.id.to_string() == source) {
        Some(one) => {
            let part = |line: &EntryLine| Some((line.account, one.day, amount(line.amount, book.base())?));
            one.lines.iter().filter_map(part).collect()
        }
        None if witness.whole => Vec::new(),
        None => here.to_vec(),
    }
}

fn foreign_lines(held: &Held, book: &Book) -> u32 {
    let lines = if held.paper.currency == book.base() { 0 } else { held.paper.lines.len() };
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// What a paper puts on accounts, without tax, in base currency.
pub(super) fn parts(paper: &paper::Paper, book: &Book) -> Vec<Part> {
    let credits = matches!(paper.kind, PaperKind::Invoice | PaperKind::SupplierCredit);
    let lines = paper.lines.iter().filter_map(|line| {
        let inside = match paper.amounts {
            LineAmountTypes::Inclusive => line.tax.unwrap_or_default(),
            _ => xero::Decimal::ZERO,
        };
        let net = amount(to_base(line.amount.minus(inside)?, paper.rate)?, book.base())?;
        Some((line.account?, paper.date, if credits { -net } else { net }))
    });
    lines.collect()
}

fn on(parts: &[Part], account: AccountId, window: Window<'_>) -> Amount {
    let counts = parts.iter().filter(|(one, day, _)| *one == account && window.has(account, *day));
    counts.map(|(_, _, amount)| *amount).fold(Amount::ZERO, sum)
}

/// A comparison for each document and account.
pub(crate) fn comparisons(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    window: Window<'_>,
) -> Vec<Comparison> {
    let ours = super::watched(exchange);
    let mut comparisons = Vec::new();
    for paper in papers(book, exchange, witness).into_iter().filter(|paper| !paper.is_opening) {
        let touched = paper.here.iter().chain(&paper.there).map(|(account, _, _)| *account);
        let touched: std::collections::BTreeSet<AccountId> =
            touched.filter(|account| ours.contains(account)).collect();
        let mut why = None;
        for account in touched {
            let (here, there) = (on(&paper.here, account, window), on(&paper.there, account, window));
            let posted = if paper.there.is_empty() { Amount::ZERO } else { here };
            let foreign_lines = paper.foreign_lines;
            let mut comparison = Comparison {
                here,
                posted,
                there,
                foreign_lines,
                document: Some(paper.document).filter(|_| paper.summed.is_none()),
                ..Comparison::new(account, CauseKind::DocumentDiffers, "")
            };
            if here != there {
                let off = sum(here, -there).minor().saturating_abs();
                let rounds = paper.summed.as_ref().map_or(foreign_lines, |group| group.parts);
                let (kind, words) = match () {
                    () if off <= i64::from(rounds) && !paper.there.is_empty() => {
                        (CauseKind::Conversion, format!("{}: Xero rounds it otherwise", paper.name(book)))
                    }
                    () if paper.summed.is_some() && paper.is_of_other_days(account) => {
                        (CauseKind::OtherDay, format!("{} is dated on its last day", paper.name(book)))
                    }
                    () if is_coded(book, exchange, &paper, account) => (
                        CauseKind::OtherEntry,
                        format!("{} has a line on it that names the account itself", paper.name(book)),
                    ),
                    () => why.get_or_insert_with(|| paper.cause(book, exchange)).clone(),
                };
                (comparison.kind, comparison.words) = (kind, words);
                let document = book.document(paper.document).filter(|_| paper.summed.is_none());
                let source = document.and_then(|document| source(document.content()));
                comparison.command = Some(match source {
                    Some(source) if paper.there.is_empty() => {
                        format!("millbook reconcile adopt {source} --undo")
                    }
                    Some(source) => format!("millbook reconcile adopt {source}"),
                    None => format!("millbook why {}", paper.number(book)),
                });
                let link = exchange.link(&paper.subject()).map(|link| link.xero);
                comparison.xero = link.or_else(|| Guid::read(source?));
            }
            comparisons.push(comparison);
        }
    }
    comparisons
}

/// The entry of Xero's that a document stands for.
fn source(content: &Content) -> Option<&str> {
    let Content::AdjustingEntry(entry) = content else { return None };
    entry.source.as_deref()
}

/// Whether all that a document has on an account are lines that name it by its code, as a carrier's bill names the account on
/// which transfers' fees stand (REC-1): the book's ledger keeps none of them.
fn is_coded(book: &Book, exchange: &Exchange, paper: &Paper, account: AccountId) -> bool {
    let Some(Content::Bill(bill)) = book.document(paper.document).map(book::Document::content) else {
        return false;
    };
    let names = |line: &book::BillLine| match &line.target {
        BillTarget::Expense(code) => {
            exchange.lists().account_of_code(code).is_some_and(|one| one.id == account)
        }
        _ => false,
    };
    paper.here.iter().all(|(one, ..)| *one != account) && bill.lines.iter().any(names)
}

impl Paper {
    /// What people call it.
    fn name(&self, book: &Book) -> String {
        match self.summed.as_ref().and_then(|group| group.ids.first()) {
            Some(id) => consolidated::called(book, id),
            None => short_name(book, self.document),
        }
    }

    /// Its number.
    fn number(&self, book: &Book) -> String {
        match self.summed.as_ref().and_then(|group| group.ids.first()) {
            Some(id) => consolidated::number(book, id),
            None => book.document(self.document).map_or("", book::Document::number).to_owned(),
        }
    }

    fn subject(&self) -> Subject {
        match self.summed.as_ref().and_then(|group| group.ids.first()) {
            Some(id) => Subject::Consolidated(*id),
            None => Subject::Document(self.document),
        }
    }

    fn cause(&self, book: &Book, exchange: &Exchange) -> (CauseKind, String) {
        match &self.summed {
            Some(group) => summed::cause(book, exchange, group),
            None => cause(book, exchange, self),
        }
    }
}

/// Why a document differs.
fn cause(book: &Book, exchange: &Exchange, paper: &Paper) -> (CauseKind, String) {
    let name = short_name(book, paper.document);
    let document = book.document(paper.document);
    if document.and_then(|document| source(document.content())).is_some() {
        let words = format!("{name} was changed in Xero since it was adopted");
        return (CauseKind::DocumentDiffers, words);
    }
    let live = document.is_some_and(|one| one.life() == Life::Live);
    let link = exchange.link(&Subject::Document(paper.document));
    let Some((link, held)) = link.and_then(|link| Some((link, link.now.as_deref()?))) else {
        let is_bill = matches!(document.map(book::Document::content), Some(Content::Bill(_)));
        let why = disposition(book, exchange, paper.document);
        let said =
            why.as_ref().and_then(Disposition::why).map_or(String::new(), |why| format!(": {}", why.message));
        return match why {
            Some(Disposition::Excluded(_)) => (CauseKind::GoneHere, format!("{name} is excluded{said}")),
            _ if is_bill && exchange.settings().purchasing == Purchasing::Orders => {
                (CauseKind::BillNotLinked, format!("{name} is no bill of Xero's yet"))
            }
            _ => (CauseKind::NotYetPosted, format!("{name} is not in Xero{said}")),
        };
    };
    if !live {
        return (CauseKind::GoneHere, format!("{name} was deleted here and stands in Xero"));
    }
    match held.status {
        HeldStatus::Draft => (CauseKind::WaitingForApproval, format!("{name} is a draft in Xero")),
        HeldStatus::Awaiting => (CauseKind::WaitingForApproval, format!("{name} awaits approval in Xero")),
        HeldStatus::Voided => (CauseKind::DocumentDiffers, format!("{name} was voided in Xero")),
        HeldStatus::Deleted => (CauseKind::DocumentDiffers, format!("{name} was deleted in Xero")),
        _ => differs(book, exchange, paper, (link, held), &name),
    }
}

/// What of an approved document differs: the first of rate, date, account, amount.
fn differs(
    book: &Book,
    exchange: &Exchange,
    paper: &Paper,
    (link, held): (&Link, &Held),
    name: &str,
) -> (CauseKind, String) {
    let goes = matches!(
        disposition(book, exchange, paper.document),
        Some(Disposition::Due(_) | Disposition::Waiting(_))
    );
    if goes {
        return (CauseKind::NotYetPosted, format!("{name} changed here, and goes with the next run"));
    }
    let then = link.theirs.as_deref();
    let total = |parts: &[Part]| parts.iter().map(|part| part.2).fold(Amount::ZERO, sum);
    let moved = then.is_some_and(|then| accounts(then) != accounts(&held.paper));
    let what = if then.is_some_and(|then| then.rate != held.paper.rate) {
        "its rate"
    } else if then.is_some_and(|then| then.date != held.paper.date) {
        "its date"
    } else if moved || total(&paper.here) == total(&paper.there) {
        "an account"
    } else {
        "its amount"
    };
    let words = match then.is_some_and(|then| *then == held.paper) {
        true => format!("{name} changed here, and is frozen in Xero"),
        false => format!("{name}: {what} is otherwise in Xero"),
    };
    (CauseKind::DocumentDiffers, words)
}

fn accounts(paper: &paper::Paper) -> Vec<Option<AccountId>> {
    paper.lines.iter().map(|line| line.account).collect()
}
