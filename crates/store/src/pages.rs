//! A company's rows from a place on, page by page, so that a long log is read in bounded memory.
//!
//! Not here: checking the chain (`Chain`).

use crate::error::Result;
use crate::row::{CompanyId, Row};
use crate::traits::Store;

/// Rows of one company, in order.
pub struct Pages<'a> {
    store: &'a dyn Store,
    company: CompanyId,
    after: u64,
}

impl<'a> Pages<'a> {
    /// From the row behind `after` (0: from the first).
    #[must_use]
    pub fn new(store: &'a dyn Store, company: CompanyId, after: u64) -> Self {
        Self { store, company, after }
    }

    /// The next page; empty at the end.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn next(&mut self) -> Result<Vec<Row>> {
        let rows = self.store.rows(self.company, self.after, 4_096).await?;
        if let Some(row) = rows.last() {
            self.after = row.first; // not its last, which a damaged row may claim to be anything
        }
        Ok(rows)
    }
}
