//! What a company has agreed on with others and with itself: payment terms, channels, who approves what.
//!
//! `20 days after the invoice`, `the 20th of the month after`; `WEB is summed up by the week`; `purchases from 1,000.00 on
//! are approved by Ann or Bob, never their own`. These are records: saved, archived, restored, with their history.
//! Not here: what follows from them (`approval.rs`, `consolidate.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::Amount;

use crate::day::Day;
use crate::ids::PartyId;
use crate::names::{Text, is_default};

/// When an invoice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PaymentTerms {
    /// So many days after the invoice's date.
    Days(u16),
    /// So many days after the end of the invoice's month.
    DaysAfterMonth(u16),
    /// On a day of the invoice's month; the last one if the month is shorter. If that day is over, of the month after.
    DayOfMonth(u8),
    /// On a day of the month after the invoice's; the last one if that month is shorter.
    DayOfNextMonth(u8),
}

impl PaymentTerms {
    /// The day on which an invoice of this date is due.
    pub fn due(self, date: Day) -> Day {
        match self {
            PaymentTerms::Days(days) => Day::from_number(date.number() + i32::from(days)),
            PaymentTerms::DaysAfterMonth(days) => {
                Day::from_number(date.last_of_month(0).number() + i32::from(days))
            }
            PaymentTerms::DayOfMonth(day) => match date.day_of_month(0, day) {
                due if due < date => date.day_of_month(1, day),
                due => due,
            },
            PaymentTerms::DayOfNextMonth(day) => date.day_of_month(1, day),
        }
    }
}

/// How often invoices are summed up (CNS-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Period {
    /// Each day by itself.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl Period {
    /// The first day of the period that a day lies in.
    pub fn first(self, day: Day) -> Day {
        match self {
            Period::Day => day,
            // 1970-01-05 was a Monday.
            Period::Week => Day::from_number(day.number() - (day.number() - 4).rem_euclid(7)),
            Period::Month => day.day_of_month(0, 1),
        }
    }

    /// The last day of the period that a day lies in.
    pub fn last(self, day: Day) -> Day {
        match self {
            Period::Day => day,
            Period::Week => Day::from_number(self.first(day).number() + 6),
            Period::Month => day.last_of_month(0),
        }
    }
}

/// Where sales come from: a web shop, a market, a till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Short.
    pub code: Text,
    /// Long.
    pub name: Text,
    /// How often its invoices are summed up in Xero, if they are (CNS-1).
    #[serde(default, skip_serializing_if = "is_default")]
    pub consolidated: Option<Period>,
    /// Whom the summed-up invoices name; none, if all its sales are one customer's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub customer: Option<PartyId>,
}

/// The documents that a rule of approval is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalFor {
    /// Purchase orders.
    Orders,
    /// Purchase invoices.
    Bills,
    /// Both.
    Purchases,
}

/// Whether a person may approve a document that they made or revised (APR-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OwnDocuments {
    /// Somebody else must.
    Refused,
    /// They may.
    Allowed,
}

/// Who approves documents of an amount and more (APR-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// Short.
    pub code: Text,
    /// Which documents.
    pub documents: ApprovalFor,
    /// From this total with tax on, in base currency. Of several rules the highest that fits holds.
    pub from: Amount,
    /// Who approves, by the numbers that the installation gives.
    pub approvers: Vec<u32>,
    /// Their own documents too, or not.
    pub own: OwnDocuments,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn terms_say_when_an_invoice_is_due() {
        let due = |terms: PaymentTerms, date| terms.due(day(date)).to_string();
        assert_eq!(due(PaymentTerms::Days(20), "2026-02-20"), "2026-03-12");
        assert_eq!(due(PaymentTerms::DaysAfterMonth(0), "2026-02-03"), "2026-02-28");
        assert_eq!(due(PaymentTerms::DaysAfterMonth(30), "2026-12-31"), "2027-01-30");
        assert_eq!(due(PaymentTerms::DayOfMonth(15), "2026-02-15"), "2026-02-15");
        assert_eq!(due(PaymentTerms::DayOfMonth(15), "2026-02-16"), "2026-03-15");
        assert_eq!(due(PaymentTerms::DayOfMonth(31), "2026-02-16"), "2026-02-28");
        assert_eq!(due(PaymentTerms::DayOfNextMonth(20), "2026-12-05"), "2027-01-20");
        assert_eq!(due(PaymentTerms::DayOfNextMonth(31), "2028-01-05"), "2028-02-29");
        assert_eq!(PaymentTerms::Days(u16::MAX).due(Day::LAST), Day::LAST);
    }

    /// rule: CNS-1
    #[test]
    fn periods_are_days_weeks_from_monday_and_months() {
        let both = |period: Period, date| {
            let date = day(date);
            format!("{} {}", period.first(date), period.last(date))
        };
        assert_eq!(both(Period::Day, "2026-03-04"), "2026-03-04 2026-03-04");
        // 2026-03-02 is a Monday.
        assert_eq!(both(Period::Week, "2026-03-02"), "2026-03-02 2026-03-08");
        assert_eq!(both(Period::Week, "2026-03-08"), "2026-03-02 2026-03-08");
        assert_eq!(both(Period::Week, "1969-12-31"), "1969-12-29 1970-01-04");
        assert_eq!(both(Period::Month, "2028-02-10"), "2028-02-01 2028-02-29");
    }
}
