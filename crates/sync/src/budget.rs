//! The call budget (SCH-6): how many calls of this day are used and left, and what each setting costs a day.
//!
//! ```text
//! 212 of 1,000 calls used, 788 left
//! looking every 15 minutes      up to 144 a day: 48 looks, 3 kinds
//! reading Xero's lists          6 a day
//! ```
//! What is sent costs a call for each fifty documents of a run, so at most one for each five minutes and kind. Not here:
//! keeping to the limits (`xero_client::limits`).

use plan::{Exchange, List, Purchasing, Purpose, Settings, Switch};
use xero_client::limits::{Snapshot, Tenant, Usage};

use crate::desk::Desk;
use crate::rounds::{LIMITS, Runner};
use crate::timetable::looks_a_day;

/// What something costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What: `looking every 15 minutes`.
    pub what: String,
    /// Calls a day, at most.
    pub calls: u32,
}

/// A company's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls of the last 24 hours, other apps' and nodes' included as far as Xero has told.
    pub used: u32,
    /// How many a day may have.
    pub limit: u32,
    /// What each setting costs.
    pub costs: Vec<Cost>,
}

impl Budget {
    /// Calls left today.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// The budget under these settings, with what the limiter knows.
#[must_use]
pub fn budget(settings: &Settings, usage: &Usage) -> Budget {
    let (used, limit) = usage.day;
    let looks = looks_a_day(settings);
    let is_on = |switch: Switch| switch == Switch::On;
    let orders = matches!(settings.purchasing, Purchasing::Orders | Purchasing::OrdersAndBills);
    let kinds = [
        (is_on(settings.sales) || is_on(settings.procurement), "invoices and bills"),
        (is_on(settings.sales) || is_on(settings.procurement), "credit notes"),
        (is_on(settings.procurement) && orders, "purchase orders"),
        (is_on(settings.quotes), "quotes"),
    ];
    let look = |(_, kind): &(bool, &str)| Cost { what: format!("looking for changed {kind}"), calls: looks };
    let mut costs: Vec<Cost> = kinds.iter().filter(|(on, _)| *on).map(look).collect();
    let lists = Purpose::Nightly.lists().iter().map(|list| match list {
        List::Organisation => 2, // and what the connected user may do
        List::Accounts | List::TaxRates | List::Tracking | List::Currencies => 1,
    });
    costs.push(Cost { what: "reading Xero's lists at night".to_owned(), calls: lists.sum() });
    Budget { used, limit, costs }
}

impl Runner {
    /// This company's budget.
    #[must_use]
    pub fn budget(&self, exchange: &Exchange) -> Budget {
        let organisation =
            exchange.lists().organisation.as_ref().map(|organisation| organisation.id.to_string());
        let tenant = organisation.and_then(|id| Tenant::read(&id)).unwrap_or_default();
        budget(exchange.settings(), &self.client.queue().usage(tenant))
    }
}

/// What the limiter knew when it was last kept, to restore it from (`Limiter::restored`) when a program starts.
pub async fn known_limits(desk: &dyn Desk) -> Option<Snapshot> {
    let note = desk.note(LIMITS.to_owned()).await.ok()??;
    serde_json::from_str(&note).ok()
}
