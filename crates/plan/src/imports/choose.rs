//! A list to choose from: the rows of a kind that fit a search, a hundred at a time (IMP-1, IMP-2, IMP-5).
//!
//! `choices(book, exchange, Suppliers, rows, "nor", 0)` → Nord Ltd, Norfolk Jars …, 2 found. Not here: reading the rows
//! (`read`), importing them (`carry_out`).

use book::Book;

use super::judge::{Choice, Known, RowState, belongs, label};
use super::{ImportKind, Incoming};
use crate::exchange::Exchange;
use crate::refusal::{Code, Refusal};

/// How many rows come at a time; Xero's pages of contacts are as long.
pub const PAGE: usize = 100;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// At most [`PAGE`] rows.
    pub rows: Vec<Choice>,
    /// How many fit the search.
    pub found: usize,
    /// How many of those are new.
    pub new: usize,
    /// Where "Load more" goes on, if there is more.
    pub next: Option<usize>,
}

/// The rows of a kind that fit a search by name or a part of a number, also the book's, from a place on.
///
/// # Errors
/// The chart of accounts and tax rates are fetched whole: nothing of them is chosen.
pub fn choices(
    book: &Book,
    exchange: &Exchange,
    kind: ImportKind,
    rows: &[Incoming],
    search: &str,
    from: usize,
) -> Result<Choices, Refusal> {
    if let Some(refusal) = kind.is_list() {
        return Err(refusal);
    }
    let known = Known::of(book);
    let search = search.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&search);
    let fits = |choice: &Choice| {
        let ours = choice.ours.as_ref().map(|subject| label(book, subject).0);
        holds(&choice.incoming.name) || holds(&choice.incoming.code) || ours.is_some_and(|ours| holds(&ours))
    };
    let judged =
        rows.iter().filter(|row| belongs(kind, row)).map(|row| known.judge(book, exchange, kind, row));
    let fitting: Vec<Choice> = judged.filter(|choice| search.is_empty() || fits(choice)).collect();
    let (found, until) = (fitting.len(), from.saturating_add(PAGE));
    let new = fitting.iter().filter(|choice| choice.state == RowState::New).count();
    let rows = fitting.into_iter().skip(from).take(PAGE).collect();
    Ok(Choices { rows, found, new, next: (until < found).then_some(until) })
}

impl ImportKind {
    /// How commands write it: `tax-rates`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            ImportKind::Accounts => "accounts",
            ImportKind::TaxRates => "tax-rates",
            ImportKind::Tracking => "tracking",
            ImportKind::Suppliers => "suppliers",
            ImportKind::Customers => "customers",
            ImportKind::Items => "items",
        }
    }

    /// Why nothing of it can be chosen, if it is a list that is fetched whole.
    pub(crate) fn is_list(self) -> Option<Refusal> {
        match self {
            ImportKind::Accounts | ImportKind::TaxRates => {
                Some(Refusal::new(Code::WrongList).with("kind", self.word()))
            }
            ImportKind::Tracking | ImportKind::Suppliers | ImportKind::Customers | ImportKind::Items => None,
        }
    }
}
