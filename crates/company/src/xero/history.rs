//! The synchronisation log (LOG-1): a company's entries about Xero, found, searched, and shown with what was sent and answered.
//!
//! ```text
//! 4711  2026-03-31 10:05  update bill B-7: refused: … `millbook xero retry B-7`
//! ```
//! It is the company's log itself, read from its first row: only rows about Xero are read whole. Bodies lie beside the log as
//! long as they are kept. Not here: the sentences (`plan::log_entries`).

use book::DocumentId;
use plan::{Came, Exchange, LogEntry, Recorded, log_entries};
use store::{CompanyId, Pages, Sheet};
use world::Moment;

use super::Xero;
use crate::fold::Failure;
use crate::installation::Registered;
use crate::operations::Event;
use crate::state::damaged;

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// With all these words.
    pub search: String,
    /// Recorded at this moment or later.
    pub since: Option<Moment>,
    /// Only what was refused or not done.
    pub failed: Failed,
    /// About this document.
    pub document: Option<DocumentId>,
}

/// Whether only what failed is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Failed {
    /// All entries.
    #[default]
    AsWell,
    /// Only those.
    Only,
}

/// An entry with what lies beside it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The entries of the event.
    pub entries: Vec<LogEntry>,
    /// What was called: `PUT Invoices`.
    pub call: Option<String>,
    /// The bytes sent, while they are kept.
    pub request: Option<Vec<u8>>,
    /// The bytes answered, while they are kept.
    pub answer: Option<Vec<u8>>,
}

/// An event about Xero, and what was known before it.
struct Before<'a> {
    exchange: &'a Exchange,
    event: &'a plan::Event,
    recorded: &'a Recorded,
}

impl Xero {
    /// The entries that are wanted, in the order of the log.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn history(&self, company: &Registered, wanted: &Wanted) -> Result<Vec<LogEntry>, Failure> {
        let book = self.companies.log(company.company).view(None).await?.fold.book;
        let number = wanted.document.and_then(|id| book.document(id)).map(|one| one.number().to_owned());
        let since = wanted.since.map_or(i64::MIN, |since| since.millis().div_euclid(1_000));
        let fits = |entry: &LogEntry| {
            entry.has(&wanted.search)
                && (wanted.failed == Failed::AsWell || matches!(entry.came, Came::Refused | Came::NotDone))
                && number.as_ref().is_none_or(|number| entry.document.as_ref() == Some(number))
        };
        let mut found = Vec::new();
        self.each_event(company, |before| {
            if before.recorded.at >= since {
                let entries = log_entries(&book, before.exchange, before.event, before.recorded);
                found.extend(entries.into_iter().filter(fits));
            }
        })
        .await?;
        Ok(found)
    }

    /// One event's entries, with the bytes that were sent and answered; none, if the event isn't about Xero.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn history_of(&self, company: &Registered, number: u64) -> Result<Option<Shown>, Failure> {
        let book = self.companies.log(company.company).view(None).await?.fold.book;
        let mut found: Option<(Shown, Option<String>)> = None;
        self.each_event(company, |Before { exchange, event, recorded }| {
            if recorded.seq != number {
                return;
            }
            let (call, key) = match event {
                plan::Event::XeroIntended(intent) => (Some(intent.call.clone()), Some(intent.key.clone())),
                plan::Event::XeroSettled(settled) => {
                    let open = exchange.open().find(|(batch, _)| *batch == settled.batch);
                    open.map(|(_, intent)| (intent.call.clone(), intent.key.clone())).unzip()
                }
                _ => (None, None),
            };
            let entries = log_entries(&book, exchange, event, recorded);
            let call = call.map(|call| call.to_string());
            found =
                Some((Shown { entries, call, request: None, answer: None }, key.map(|key| key.to_string())));
        })
        .await?;
        let Some((mut shown, key)) = found else { return Ok(None) };
        if let Some(key) = key {
            shown.request = self.body(company, sync::request_key(&key)).await?;
            shown.answer = self.body(company, sync::answer_key(&key)).await?;
        }
        Ok(Some(shown))
    }

    async fn body(&self, company: &Registered, key: String) -> Result<Option<Vec<u8>>, Failure> {
        let key = crate::desk::body_key(&key);
        let item = self.companies.store().item(CompanyId(company.company), Sheet::Body, key).await?;
        Ok(item.map(|item| item.value))
    }

    /// Every event about Xero, with what was known before it.
    async fn each_event(
        &self,
        company: &Registered,
        mut each: impl FnMut(Before<'_>),
    ) -> Result<(), Failure> {
        let mut exchange = Exchange::default();
        let mut pages = Pages::new(&**self.companies.store(), CompanyId(company.company), 0);
        loop {
            let rows = pages.next().await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let mark = b"\"type\":\"xero_";
                if !row.entry.bytes.windows(mark.len()).any(|part| part == mark) {
                    continue;
                }
                let events =
                    wire::read_row::<Event>(&row.entry.bytes).map_err(|why| damaged(row.first, &why))?.1;
                for (seq, event) in (row.first..).zip(&events) {
                    let Event::Exchange(event) = event else { continue };
                    let at = row.entry.at.millis().div_euclid(1_000);
                    let by = row.entry.by.parse().unwrap_or_default();
                    let recorded = Recorded { seq, at, by, via: row.entry.via.clone() };
                    each(Before { exchange: &exchange, event, recorded: &recorded });
                    exchange.apply(event, seq, at);
                }
            }
        }
    }
}
