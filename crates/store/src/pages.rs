//! A company's rows from a place on, page by page, so that a long log is read in bounded memory.
//!
//! The next page is asked for before the last one is handed out: while the reader works on one, the engine fetches the
//! other. Not here: checking the chain (`Chain`).

use crate::error::Result;
use crate::row::{CompanyId, Row};
use crate::traits::Store;
use world::Waiting;

/// Rows of one company, in order.
pub struct Pages<'a> {
    store: &'a dyn Store,
    company: CompanyId,
    page: Waiting<'a, Result<Vec<Row>>>,
}

/// So many rows a page at most.
const ROWS: usize = 4_096;

impl<'a> Pages<'a> {
    /// From the row behind `after` (0: from the first).
    #[must_use]
    pub fn new(store: &'a dyn Store, company: CompanyId, after: u64) -> Self {
        Self { store, company, page: store.rows(company, after, ROWS) }
    }

    /// The next page; empty at the end. After an error the pages have ended.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn next(&mut self) -> Result<Vec<Row>> {
        let rows = std::mem::replace(&mut self.page, Box::pin(async { Ok(vec![]) })).await?;
        if let Some(row) = rows.last() {
            // Not by its last number, which a damaged row may claim to be anything.
            self.page = self.store.rows(self.company, row.first, ROWS);
        }
        Ok(rows)
    }
}
