//! Who changed a document, when, and what it said before and after (SEC-2). Nothing of it is ever deleted.

use schemars::JsonSchema;
use serde::Serialize;

use crate::book::Book;
use crate::command::Stamp;
use crate::content::Content;
use crate::document::Life;
use crate::ids::DocumentId;

/// A change of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// The log entry.
    pub seq: u32,
    /// Who and when.
    pub stamp: Stamp,
    /// What happened.
    pub what: Happened,
}

/// What happened to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It was made and said this.
    Made(Content),
    /// It was changed: before, after.
    Changed(Content, Content),
    /// It was cancelled, deleted, or taken back.
    Turned(Life),
}

impl Book {
    /// A document's changes in order. Lots that the book chose for a shipment stand in the log's events.
    pub fn history(&self, id: DocumentId) -> Vec<HistoryEntry> {
        let Some(document) = self.document(id) else { return Vec::new() };
        let versions = document.versions();
        let said =
            |number: usize| versions.get(number).map_or(&document.content, |version| &version.1).clone();
        let mut entries = vec![(document.created(), Happened::Made(said(0)))];
        for (number, (seq, before)) in versions.iter().enumerate() {
            entries.push((*seq, Happened::Changed(before.clone(), said(number + 1))));
        }
        entries.extend(document.turns().iter().map(|(seq, life)| (*seq, Happened::Turned(*life))));
        entries.sort_by_key(|entry| entry.0);
        let entry = |(seq, what)| Some(HistoryEntry { seq, stamp: self.stamp(seq)?, what });
        entries.into_iter().filter_map(entry).collect()
    }
}
