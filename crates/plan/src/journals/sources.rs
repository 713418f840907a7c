//! What is behind a journal: documents and lots, by account and day, for whoever opens a line (POST-18).
//!
//! `620 Finished goods 8,290.10 = MO-0318 order finished 8,290.10`. What was posted for the day before, and what changes
//! of days before the cut-over put on it, is the rest of a line, so that each line still comes to its sources.
//! Not here: the accounts' own drill-down (`book`'s `contributions`), which this asks once.

use book::{Book, Contribution, Day, DocumentId, LotId, Rule};
use money::Amount;

use crate::exchange::Exchange;
use crate::journals::body::Options;
use crate::journals::expected::{Target, options, sum, target};
use crate::journals::paper::{JournalLine, JournalOf, JournalPaper};

/// A document behind a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document.
    pub document: DocumentId,
    /// The row of POST.
    pub rule: Rule,
    /// The lot that it is about.
    pub lot: Option<LotId>,
    /// Debit, or credit if below zero.
    pub amount: Amount,
}

/// A line with what is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The line.
    pub line: JournalLine,
    /// What stands on its account on its day, document by document.
    pub sources: Vec<Source>,
    /// What of that was posted before, or isn't of that day.
    pub before: Amount,
}

/// What is behind journals, each by its lines. Works the book's drill-down out once, from scratch.
#[must_use]
pub fn sources(book: &Book, exchange: &Exchange, journals: &[&JournalPaper]) -> Vec<Vec<Explained>> {
    let all = book.contributions();
    journals.iter().map(|paper| explained(book, exchange, paper, &all)).collect()
}

fn explained(book: &Book, exchange: &Exchange, paper: &JournalPaper, all: &[Contribution]) -> Vec<Explained> {
    let mut usable = Options::of(book, exchange);
    let JournalOf::Section(section) = paper.of else { return Vec::new() };
    let from = exchange.section_cut_over(section).map_or(Day::FIRST, |cut| cut.day);
    let mut line = |line: &JournalLine| {
        let on = all.partition_point(|one| one.day < line.day.max(from));
        let is_of = |one: &&Contribution| {
            one.rule.row().section == section
                && usable.usable(options(exchange, &one.key, line.day)) == line.tracking
                && target(exchange, &one.key, line.day) == Some(Target::Account(line.account))
        };
        let of_day = all[on..].iter().take_while(|one| one.day == line.day);
        let sources: Vec<Source> = of_day
            .filter(is_of)
            .map(|one| Source { document: one.document, rule: one.rule, lot: one.lot, amount: one.amount })
            .collect();
        let whole = sources.iter().map(|source| source.amount).fold(Amount::ZERO, sum);
        Explained { line: line.clone(), sources, before: sum(line.amount, -whole) }
    };
    paper.lines.iter().map(&mut line).collect()
}
