//! A company's log as a bundle: read from its first row, each event written with the book as it was before it.
//!
//! Not here: files (`bundle::Exporter`'s caller makes them), the form (`bundle`).

use book::Stamp;
use bundle::{Exporter, NotExported};
use store::Pages;

use crate::fold::{Failure, Fold};
use crate::log::Log;
use crate::operations::{Company, Event};

/// Why a log didn't become a bundle.
#[derive(Debug)]
pub enum NotWritten {
    /// The bundle can't be written.
    Bundle(NotExported),
    /// The log can't be read.
    Failed(Failure),
}

impl std::fmt::Display for NotWritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotWritten::Bundle(why) => why.fmt(f),
            NotWritten::Failed(failure) => failure.fmt(f),
        }
    }
}

impl Log<Company> {
    /// Writes everything that is durable; how many entries that is.
    ///
    /// # Errors
    /// A file that can't be written, an event that no bundle has, a log that can't be read.
    pub async fn export(&self, exporter: Exporter<'_>) -> Result<u64, NotWritten> {
        let (mut exporter, mut book) = (exporter, Company::empty().book);
        let mut pages = Pages::new(&*self.store, self.company(), 0);
        loop {
            let rows = pages.next().await.map_err(|error| NotWritten::Failed(error.into()))?;
            if rows.is_empty() {
                return exporter.finish().map_err(NotWritten::Bundle);
            }
            for row in rows {
                let damaged = |why: wire::Unreadable| {
                    NotWritten::Failed(Failure::Damaged { row: row.first, why: why.to_string() })
                };
                let (_, events) = Company::read_row(&row.entry.bytes).map_err(damaged)?;
                let at = row.entry.at.millis().div_euclid(1_000);
                let stamp = Stamp { at, by: row.entry.by.parse().unwrap_or_default() };
                // What the company knows of Xero belongs to its organisation, not to its books: no bundle has it.
                let books = events.into_iter().filter_map(|event| match event {
                    Event::Book(event) => Some(event),
                    Event::Exchange(_) => None,
                });
                for event in books {
                    exporter.add(&book, &event, stamp).map_err(NotWritten::Bundle)?;
                    book.apply(&event, stamp);
                }
            }
        }
    }
}
