//! Settings of journals (SEL-10, POST-16, POST-26): each section on or off and how often, what a locked day does.
//!
//! `production: month` makes one journal a month, dated its last day; what is posted is kept by day all the same, so that a
//! change of this only groups otherwise what comes next. Not here: from which day facts go (`journals::CutOver`).

use book::{Day, Section};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Switch;

/// How the differences of a section become journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// They don't: the section's facts are excluded.
    Off,
    /// One journal a day.
    #[default]
    Day,
    /// One a month, dated its last day.
    Month,
    /// One for each entry of the book.
    Event,
}

/// What becomes of what belongs to a locked day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockPolicy {
    /// It goes on the first open day; the text names the day it belongs to.
    #[default]
    FirstOpenDay,
    /// The same, once the bookkeeper has approved it.
    Hold,
}

/// The status of new journals in Xero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalStatus {
    /// Posted.
    #[default]
    Posted,
    /// Drafts, which wait until somebody posts them.
    Draft,
}

/// How journals are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JournalSettings {
    /// Purchasing: 1.x, 2.2, 3.
    pub purchasing: Every,
    /// Production: 2.1, 2.3, 4.x.
    pub production: Every,
    /// Sales: 8.x.
    pub sales: Every,
    /// Stock: 9 to 11, 13.
    pub stock: Every,
    /// Reclassification, opening, clearing.
    pub adjustments: Every,
    /// What becomes of what belongs to a locked day.
    pub locked: LockPolicy,
    /// The status of new journals.
    pub status: JournalStatus,
    /// Whether they show on cash-basis reports; Xero's own default is yes.
    pub cash_basis: Switch,
    /// Saved anew, it is a cut-over of all sections that are on (CON-9); none: the connection's, or the day of turning on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
}

impl Default for JournalSettings {
    fn default() -> JournalSettings {
        JournalSettings {
            purchasing: Every::Day,
            production: Every::Day,
            sales: Every::Day,
            stock: Every::Day,
            adjustments: Every::Day,
            locked: LockPolicy::FirstOpenDay,
            status: JournalStatus::Posted,
            cash_basis: Switch::On,
            from: None,
        }
    }
}

/// The sections that journals have.
pub const SECTIONS: [Section; 5] =
    [Section::Purchasing, Section::Production, Section::Sales, Section::Stock, Section::Adjustments];

impl JournalSettings {
    /// How the differences of a section become journals; documents post theirs themselves.
    #[must_use]
    pub const fn every(&self, section: Section) -> Every {
        match section {
            Section::Purchasing => self.purchasing,
            Section::Production => self.production,
            Section::Sales => self.sales,
            Section::Stock => self.stock,
            Section::Adjustments => self.adjustments,
            Section::Document => Every::Off,
        }
    }
}

impl super::Settings {
    /// Whether a section's journals go at all (SEL-1, SEL-10).
    #[must_use]
    pub fn posts(&self, section: Section) -> bool {
        self.balances == Switch::On && self.journals.every(section) != Every::Off
    }
}
