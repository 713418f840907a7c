//! A document as the book keeps it: content, where its life stands, what it took and brought, what stands on it.
//!
//! Not here: what each kind means (`documents/`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::command::{Closing, Withdrawal};
use crate::content::{Content, Kind};
use crate::day::Day;
use crate::ids::{DocumentId, LotId, MovementId};
use crate::names::Text;
use crate::stock::NONE;

/// Where a document's life stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// It has its effect.
    Live,
    /// Without effect, visible, can come back.
    Cancelled,
    /// Without effect, out of the lists.
    Deleted,
}

impl From<Withdrawal> for Life {
    fn from(how: Withdrawal) -> Life {
        match how {
            Withdrawal::Cancelled => Life::Cancelled,
            Withdrawal::Deleted => Life::Deleted,
        }
    }
}

/// What a line took and brought: movements and lots made together have consecutive ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineState {
    pub(crate) first_movement: u32,
    pub(crate) movements: u32,
    pub(crate) lot: u32,
}

impl Default for LineState {
    fn default() -> Self {
        LineState { first_movement: 0, movements: 0, lot: NONE }
    }
}

impl LineState {
    /// The lot that the line brought, the first if there are several.
    pub fn lot(&self) -> Option<LotId> {
        (self.lot != NONE).then_some(LotId(self.lot))
    }

    /// What the line booked or took.
    pub fn movements(&self) -> impl Iterator<Item = MovementId> + use<> {
        (self.first_movement..self.first_movement + self.movements).map(MovementId)
    }
}

/// A closed order line (POST-1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Closed {
    /// Its line.
    pub line: u16,
    /// From this day on.
    pub day: Day,
    /// Where its balance goes.
    pub closing: Closing,
}

/// A document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub(crate) number: Text,
    pub(crate) content: Content,
    pub(crate) life: Life,
    pub(crate) created: u32,
    pub(crate) lines: ThinVec<LineState>,
    /// Documents that name this one, in the order in which they were made.
    pub(crate) dependents: ThinVec<DocumentId>,
    pub(crate) rest: Option<Box<Rest>>,
}

/// What few documents have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rest {
    pub(crate) closed: Vec<Closed>,
    /// What it said before, with the log entry that changed it (SEC-2).
    pub(crate) versions: Vec<(u32, Content)>,
    /// When its life changed.
    pub(crate) turns: Vec<(u32, Life)>,
}

impl Document {
    /// Its number: `PO-17`.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.content.kind()
    }

    /// What it says.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Where its life stands.
    pub fn life(&self) -> Life {
        self.life
    }

    /// The log entry that made it.
    pub fn created(&self) -> u32 {
        self.created
    }

    /// Line by line, what it took and brought.
    pub fn lines(&self) -> &[LineState] {
        &self.lines
    }

    /// Documents that name this one.
    pub fn dependents(&self) -> &[DocumentId] {
        &self.dependents
    }

    /// Its closed lines.
    pub fn closed(&self) -> &[Closed] {
        self.rest.as_ref().map_or(&[], |rest| &rest.closed)
    }

    /// What it said before, with the log entry that changed it.
    pub fn versions(&self) -> &[(u32, Content)] {
        self.rest.as_ref().map_or(&[], |rest| &rest.versions)
    }

    /// When it was cancelled, deleted, reinstated.
    pub fn turns(&self) -> &[(u32, Life)] {
        self.rest.as_ref().map_or(&[], |rest| &rest.turns)
    }

    /// The log entry that last saved its content. Its postings go by the records of that time, so a record that changes
    /// later changes no document that is there.
    pub(crate) fn saved(&self) -> u32 {
        self.versions().last().map_or(self.created, |version| version.0)
    }

    pub(crate) fn is_live(&self) -> bool {
        self.life == Life::Live
    }

    pub(crate) fn rest_mut(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    pub(crate) fn reserve_lines(&mut self, count: usize) {
        self.lines.reserve_exact(count.saturating_sub(self.lines.len()));
    }

    pub(crate) fn line_mut(&mut self, line: usize) -> &mut LineState {
        if self.lines.len() <= line {
            self.lines.reserve_exact(line + 1 - self.lines.len());
            self.lines.resize(line + 1, LineState::default());
        }
        &mut self.lines[line]
    }
}
