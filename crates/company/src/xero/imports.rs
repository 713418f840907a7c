//! Imports from Xero, as a person does them: a list is fetched, rows are chosen, and they come a hundred at a time (IMP).
//!
//! ```text
//! reading: 400 of 1240, 2400 a minute, 21 s left
//! importing: 300 of 1240, 90000 a minute, 0 s left
//! ```
//! Whoever watches may stop it: what has come stays, and the same import goes on from there another time, as what came is
//! known by its link. Not here: what becomes of a row (`plan::imports`), the lists that are fetched whole (a run does it).

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use book::{Stocking, UnitId};
use plan::{
    Choices, Command, IfArchived, Import, ImportKind, ImportResult, Incoming, RowState, choices,
    read_categories, read_contacts, read_items,
};
use serde::Serialize;
use world::Moment;
use xero_client::limits::Priority;
use xero_client::resource::{Told, list};

use super::Xero;
use super::connect::call_failed;
use super::wishes::Asks;
use crate::fold::Failure;
use crate::installation::Registered;
use crate::operations::{Company, Event, refused};

/// How many rows come in one entry of the log.
const AT_ONCE: usize = plan::PAGE;

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// Xero's list is read, page after page.
    Reading,
    /// What was chosen comes into the book.
    Importing,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// At what.
    pub phase: ImportPhase,
    /// Rows behind it.
    pub done: usize,
    /// Rows in all, if they are known.
    pub of: Option<usize>,
    /// Rows a minute, so far.
    pub per_minute: u64,
    /// Seconds left at this rate, if it can be told.
    pub seconds_left: Option<u64>,
}

impl ImportProgress {
    fn new(phase: ImportPhase, (done, of): (usize, Option<usize>), took: Duration) -> ImportProgress {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let count = u64::try_from(done).unwrap_or(u64::MAX);
        let left = of.filter(|_| done > 0).map(|of| {
            let rest = u64::try_from(of.saturating_sub(done)).unwrap_or(u64::MAX);
            rest.saturating_mul(milliseconds).div_ceil(count.saturating_mul(1_000))
        });
        let per_minute = count.saturating_mul(60_000) / milliseconds;
        ImportProgress { phase, done, of, per_minute, seconds_left: left }
    }
}

/// `reading: 400 of 1240, 2400 a minute, 21 s left`
impl fmt::Display for ImportProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            ImportPhase::Reading => "reading",
            ImportPhase::Importing => "importing",
        };
        write!(f, "{phase}: {}", self.done)?;
        if let Some(of) = self.of {
            write!(f, " of {of}")?;
        }
        write!(f, ", {} a minute", self.per_minute)?;
        if let Some(left) = self.seconds_left {
            write!(f, ", {left} s left")?;
        }
        Ok(())
    }
}

/// Is told where an import stands, and says whether it goes on.
pub type Watch<'w> = dyn FnMut(ImportProgress) -> ControlFlow<()> + Send + 'w;

/// Which rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// All that may come and have this in their name or number.
    All(String),
    /// Those with these names, codes or ids.
    Named(Vec<String>),
}

/// How rows come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bringing {
    /// What becomes of those that are archived in the book.
    pub if_archived: IfArchived,
    /// The stock unit of new items; none is the book's own for pieces.
    pub unit: Option<UnitId>,
    /// Whether new items have lots.
    pub stocking: Stocking,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What came, what was left out and why.
    pub result: ImportResult,
    /// How many of the rows that were chosen haven't been looked at, because somebody stopped it.
    pub left: usize,
}

fn is_named(row: &Incoming, name: &str) -> bool {
    row.name.eq_ignore_ascii_case(name) || row.code.eq_ignore_ascii_case(name) || row.xero.to_string() == name
}

/// The first name that no row has.
#[must_use]
pub fn unknown<'n>(rows: &[Incoming], names: &'n [String]) -> Option<&'n str> {
    names.iter().find(|name| !rows.iter().any(|row| is_named(row, name))).map(String::as_str)
}

impl Xero {
    pub(super) async fn all<T: xero::Resource>(
        &self,
        company: &Registered,
        state: &Company,
        told: &mut Told<'_>,
    ) -> Result<Vec<T>, Failure> {
        let client = self.client(company).await?;
        let found = client.all_told::<T>(Self::tenant(state)?, list::<T>(), Priority::Asked, told).await;
        Ok(found.map_err(|why| call_failed(&why))?.items)
    }

    fn since(&self, began: Moment) -> Duration {
        self.world.clock.now().since(began)
    }

    /// What Xero has of a kind, to choose from (IMP-2). Reading isn't stopped half way: what it says at the end is all.
    ///
    /// # Errors
    /// The company isn't connected; Xero refuses or can't be reached.
    pub async fn fetch(
        &self,
        company: &Registered,
        kind: ImportKind,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<Incoming>, Failure> {
        let state = self.state(company).await?;
        Self::tenant(&state)?;
        let began = self.world.clock.now();
        let mut told = |done, of: Option<u32>| {
            let of = of.and_then(|of| usize::try_from(of).ok());
            let _ = watch(ImportProgress::new(ImportPhase::Reading, (done, of), self.since(began)));
        };
        Ok(match kind {
            ImportKind::Suppliers | ImportKind::Customers => {
                read_contacts(&self.all::<xero::Contact>(company, &state, &mut told).await?)
            }
            ImportKind::Items => read_items(&self.all::<xero::Item>(company, &state, &mut told).await?),
            ImportKind::Accounts | ImportKind::TaxRates | ImportKind::Tracking => {
                read_categories(state.exchange.lists())
            }
        })
    }

    /// The rows that fit a search, judged against the book, from a place on.
    ///
    /// # Errors
    /// Lists are fetched whole: nothing of them is chosen.
    pub async fn choices(
        &self,
        company: &Registered,
        kind: ImportKind,
        rows: &[Incoming],
        (search, from): (&str, usize),
    ) -> Result<Choices, Failure> {
        let Company { book, exchange } = self.state(company).await?;
        choices(&book, &exchange, kind, rows, search, from).map_err(|refusal| refused(&refusal).into())
    }

    /// The rows that were chosen; of all of them those that may come.
    ///
    /// # Errors
    /// Lists are fetched whole: nothing of them is chosen.
    pub async fn chosen(
        &self,
        company: &Registered,
        kind: ImportKind,
        rows: &[Incoming],
        which: &Chosen,
    ) -> Result<Vec<Incoming>, Failure> {
        let search = if let Chosen::All(search) = which { search.as_str() } else { "" };
        let Company { book, exchange } = self.state(company).await?;
        let (mut found, mut from) = (Vec::new(), Some(0));
        while let Some(at) = from {
            let page = choices(&book, &exchange, kind, rows, search, at).map_err(|why| refused(&why))?;
            from = page.next;
            found.extend(page.rows);
        }
        let wanted = |choice: &plan::Choice| match which {
            Chosen::All(_) => matches!(choice.state, RowState::New | RowState::Here | RowState::Archived),
            Chosen::Named(names) => names.iter().any(|name| is_named(&choice.incoming, name)),
        };
        Ok(found.into_iter().filter(wanted).map(|choice| choice.incoming).collect())
    }

    /// Imports what was chosen, a hundred rows at a time.
    ///
    /// # Errors
    /// It is refused; the store's. What came before stays.
    pub async fn import(
        &self,
        company: &Registered,
        (kind, chosen, how): (ImportKind, Vec<Incoming>, Bringing),
        asks: &Asks,
        watch: &mut Watch<'_>,
    ) -> Result<Imported, Failure> {
        let (began, of) = (self.world.clock.now(), chosen.len());
        let mut result = ImportResult { kind, imported: 0, skipped: Vec::new(), warnings: Vec::new() };
        let mut done = 0;
        // Nothing chosen is refused, and by whom it always is.
        let parts = if chosen.is_empty() { vec![&[][..]] } else { chosen.chunks(AT_ONCE).collect() };
        for (number, part) in parts.into_iter().enumerate() {
            let Bringing { if_archived, unit, stocking } = how;
            let import = Import { kind, chosen: part.to_vec(), if_archived, unit, stocking };
            let id = if number == 0 { asks.id.clone() } else { format!("{}-{number}", asks.id) };
            let asks = Asks { id, ..asks.clone() };
            let came = self.ask(company, Command::Import(Box::new(import)), &asks).await?;
            for event in came.events {
                if let Event::Exchange(plan::Event::XeroImported(part)) = event {
                    result.imported += part.imported;
                    result.skipped.extend(part.skipped);
                    result.warnings.extend(part.warnings);
                }
            }
            done += part.len();
            let at = ImportProgress::new(ImportPhase::Importing, (done, Some(of)), self.since(began));
            if watch(at).is_break() {
                break;
            }
        }
        Ok(Imported { result, left: of - done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: IMP-1
    #[test]
    fn progress_has_a_rate_and_the_time_left() {
        let at = |done, of, seconds| {
            ImportProgress::new(ImportPhase::Reading, (done, of), Duration::from_secs(seconds))
        };
        assert_eq!(at(400, Some(1_240), 10).to_string(), "reading: 400 of 1240, 2400 a minute, 21 s left");
        assert_eq!(at(400, None, 10).to_string(), "reading: 400, 2400 a minute");
        assert_eq!(at(0, Some(7), 0).to_string(), "reading: 0 of 7, 0 a minute");
        assert_eq!(at(7, Some(7), 1).seconds_left, Some(0));
        let shown = serde_json::to_value(at(400, Some(1_240), 10)).unwrap();
        let wanted = serde_json::json!({
            "phase": "reading", "done": 400, "of": 1_240, "per_minute": 2_400, "seconds_left": 21
        });
        assert_eq!(shown, wanted);
    }
}
