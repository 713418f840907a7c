//! What a company has decided for itself: whether purchases are approved, how far prices and papers may be off, and up to
//! which day its books are closed.
//!
//! Not here: how documents reach Xero (the crate `plan`), number series (`command.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::Percent;

use crate::book::Book;
use crate::command::Event;
use crate::day::Day;
use crate::lost_tax::LostTax;
use crate::names::is_default;
use crate::refusal::{Code, Refusal};

/// Whether purchase orders and purchase invoices are approved (APR-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Workflow {
    /// Saving approves them.
    #[default]
    Off,
    /// Somebody submits them and somebody approves them.
    On,
}

/// A company's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Approval of purchases.
    pub approval: Workflow,
    /// How far a bill's price may be off the order's before it needs approval again (APR-2).
    pub price_tolerance: Percent,
    /// How far a paper's total may be off its lines, in minor units of its currency; the rest goes to Rounding (DOC-24).
    pub paper_tolerance: u32,
    /// What of the tax on purchases nobody gives back, so that it is cost (TAX-6): `nothing`, `everything`, `3.75 of 7.5`.
    /// Xero's lists set it where the company is connected.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(with = "String")]
    pub lost_tax: LostTax,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            approval: Workflow::Off,
            price_tolerance: Percent::ZERO,
            paper_tolerance: 5,
            lost_tax: LostTax::Nothing,
        }
    }
}

pub(crate) fn save(settings: Settings) -> Result<Vec<Event>, Refusal> {
    let bad = |field, value: String, why| {
        Err(Refusal::new(Code::BadValue).with("field", field).with("value", value).with("why", why))
    };
    if settings.price_tolerance > Percent::HUNDRED {
        return bad("price tolerance", format!("{}%", settings.price_tolerance), "it is more than 100%");
    }
    if settings.paper_tolerance > 100 {
        let value = format!("{} minor units", settings.paper_tolerance);
        return bad("paper tolerance", value, "a difference of more than 100 is no rounding");
    }
    settings.lost_tax.check()?;
    Ok(vec![Event::SettingsSaved(settings)])
}

impl Book {
    /// The company's settings.
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// The day up to which the books are closed, if they are (INV-12).
    pub fn closed_until(&self) -> Option<Day> {
        self.closings.last().and_then(|closing| closing.1)
    }

    /// Every closing and opening again, with its log entry: what was reported then is what is known at that entry.
    pub fn closings(&self) -> &[(u32, Option<Day>)] {
        &self.closings
    }
}
