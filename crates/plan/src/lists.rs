//! What we know of Xero's own lists: the organisation, its accounts, tax rates, tracking categories, currencies.
//!
//! A list is kept as it was last seen; a look that finds nothing new keeps nothing. Ids are what we go by: an account that
//! is recoded stays the same account. Not here: reading Xero's answers (`xero`), what an account is used for (`settings`).

pub(crate) mod read;

pub use read::{
    List, Purpose, read_accounts, read_currencies, read_organisation, read_tax_rates, read_tracking,
};

use book::{Day, Text};
use money::{Currency, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;
use xero::statuses::{AccountClass, AccountType};

use crate::settings::TaxSide;

/// Whether a thing in a list can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It can.
    #[default]
    Active,
    /// Archived: it can be restored.
    Archived,
    /// Deleted, or in a state we don't know.
    Gone,
}

/// The organisation (API-FACTS 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organisation {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: XeroId<xero::Organisation>,
    /// Its name.
    #[schemars(with = "String")]
    pub name: Text,
    /// The currency of its accounts.
    pub base: Currency,
    /// AU, NZ, UK, US, GLOBAL.
    #[schemars(with = "String")]
    pub version: Text,
    /// Xero's name of its time zone.
    #[schemars(with = "String")]
    pub zone: Text,
    /// For links into Xero: `!Ab12C`.
    #[schemars(with = "String")]
    pub short_code: Text,
    /// Whether it is registered for tax; without it only `NONE` makes sense (TAX-6).
    pub pays_tax: bool,
    /// The last day of its financial year: day, month.
    pub year_end: (u32, u32),
    /// Locked for all but advisers up to this day.
    pub period_lock: Option<Day>,
    /// Locked for everybody up to this day.
    pub year_lock: Option<Day>,
    /// What the connected user may not do, by Xero's names (API-FACTS 4.1).
    #[schemars(with = "Vec<String>")]
    pub not_allowed: Vec<Text>,
    /// What the connected user is there: `FINANCIALADVISER`; none if we can't tell.
    #[serde(default)]
    pub role: Option<Text>,
    /// Its plan, by Xero's name: `STARTER`, `PREMIUM`, `DEMO`.
    #[serde(default)]
    pub plan: Text,
    /// `BUSINESS`, or `PARTNER`: without invoices and bills.
    #[serde(default)]
    pub edition: Text,
}

impl Organisation {
    /// The last locked day, whoever is connected (POST-16).
    #[must_use]
    pub fn locked_until(&self) -> Option<Day> {
        self.period_lock.max(self.year_lock)
    }
}

/// An account of the chart (API-FACTS 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Its id, for life.
    #[schemars(with = "crate::number::Id")]
    pub id: XeroId<xero::Account>,
    /// Its code; bank accounts may have none.
    #[schemars(with = "String")]
    pub code: Text,
    /// Its name.
    #[schemars(with = "String")]
    pub name: Text,
    /// Its type.
    #[schemars(with = "String")]
    pub kind: AccountType,
    /// Its class.
    #[schemars(with = "String")]
    pub class: AccountClass,
    /// Whether it can be used.
    pub standing: Standing,
    /// Xero's word for what the account does for Xero itself; none is an ordinary account.
    #[schemars(with = "Option<String>")]
    pub system: Option<Text>,
    /// Whether payments may go to it though it is no bank account.
    pub payments: bool,
    /// A bank account's currency.
    pub currency: Option<Currency>,
    /// Its default tax.
    #[schemars(with = "String")]
    pub tax_type: Text,
}

/// A tax rate (API-FACTS 4.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaxRate {
    /// `INPUT2`, `TAX001`.
    #[schemars(with = "String")]
    pub tax_type: Text,
    /// Its name.
    #[schemars(with = "String")]
    pub name: Text,
    /// Where the tax return has it, Xero's `ReportTaxType`: `OUTPUT`; it says which side a rate is for (TAX-1). Empty where
    /// Xero gives none.
    #[serde(default)]
    pub report: Text,
    /// Whether it can be used.
    pub standing: Standing,
    /// What it comes to.
    pub rate: Percent,
    /// The classes of accounts that it applies to.
    #[schemars(with = "Vec<String>")]
    pub applies: Vec<AccountClass>,
    /// How many points of it can't be reclaimed (TAX-6).
    #[serde(default, skip_serializing_if = "nothing")]
    pub lost: Percent,
}

fn nothing(percent: &Percent) -> bool {
    percent.is_zero()
}

impl TaxRate {
    /// Whether documents of a side may take it (TAX-1).
    #[must_use]
    pub fn is_for(&self, side: TaxSide) -> bool {
        crate::tax::side(self).is_none_or(|its| its == side)
    }
}

/// A tracking category (API-FACTS 4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrackingCategory {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: XeroId<xero::TrackingCategory>,
    /// Its name.
    #[schemars(with = "String")]
    pub name: Text,
    /// Whether it can be used.
    pub standing: Standing,
    /// Its options.
    pub options: Vec<TrackingOption>,
}

/// An option of a tracking category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrackingOption {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub id: XeroId<xero::TrackingOption>,
    /// Its name.
    #[schemars(with = "String")]
    pub name: Text,
    /// Whether it can be used.
    pub standing: Standing,
}

/// Xero's lists as they were last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// The organisation.
    pub organisation: Option<Organisation>,
    /// The chart of accounts, archived ones too.
    pub accounts: Vec<Account>,
    /// Tax rates, deleted ones too.
    pub tax_rates: Vec<TaxRate>,
    /// Tracking categories with their options.
    pub tracking: Vec<TrackingCategory>,
    /// The currencies that the organisation is subscribed to.
    pub currencies: Vec<Currency>,
}

impl Lists {
    /// The account of an id.
    #[must_use]
    pub fn account(&self, id: XeroId<xero::Account>) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The account of a code, in any case.
    #[must_use]
    pub fn account_of_code(&self, code: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| !code.is_empty() && account.code.eq_ignore_ascii_case(code))
    }

    /// The account of a code, or of an id of Xero's.
    #[must_use]
    pub fn account_named(&self, name: &str) -> Option<&Account> {
        self.account_of_code(name.trim()).or_else(|| self.account(XeroId::read(name.trim())?))
    }

    /// The rate of a tax type.
    #[must_use]
    pub fn tax_rate(&self, tax_type: &str) -> Option<&TaxRate> {
        self.tax_rates.iter().find(|rate| rate.tax_type.eq_ignore_ascii_case(tax_type))
    }
}

/// Lists that a look found changed; what is none was not looked at, or is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListsSeen {
    /// The organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Organisation>,
    /// All accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<Account>>,
    /// All tax rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rates: Option<Vec<TaxRate>>,
    /// All tracking categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Vec<TrackingCategory>>,
    /// All currencies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currencies: Option<Vec<Currency>>,
}

impl ListsSeen {
    /// What of it is new to `known`; nothing, if all is as it was.
    #[must_use]
    pub fn new_to(self, known: &Lists) -> Option<ListsSeen> {
        let seen = ListsSeen {
            organisation: self.organisation.filter(|seen| Some(seen) != known.organisation.as_ref()),
            accounts: self.accounts.filter(|seen| *seen != known.accounts),
            tax_rates: self.tax_rates.filter(|seen| *seen != known.tax_rates),
            tracking: self.tracking.filter(|seen| *seen != known.tracking),
            currencies: self.currencies.filter(|seen| *seen != known.currencies),
        };
        (seen != ListsSeen::default()).then_some(seen)
    }

    /// Takes it into what is known.
    pub(crate) fn put_into(&self, known: &mut Lists) {
        if self.organisation.is_some() {
            known.organisation.clone_from(&self.organisation);
        }
        if let Some(accounts) = &self.accounts {
            known.accounts.clone_from(accounts);
        }
        if let Some(tax_rates) = &self.tax_rates {
            known.tax_rates.clone_from(tax_rates);
        }
        if let Some(tracking) = &self.tracking {
            known.tracking.clone_from(tracking);
        }
        if let Some(currencies) = &self.currencies {
            known.currencies.clone_from(currencies);
        }
    }
}
