//! The demo companies: `demo-nz`, `demo-uk`, `demo-us`.
//!
//! Each has a chart with every account type and system account, usable by a manufacturer (purchases clearing 630,
//! finished goods and materials 620 to 623, work in progress 625, labour and overhead absorbed 845 and 846, cost of
//! goods 310), the tax rates of the country, two bank accounts with codes, two tracking categories, contacts (one
//! archived), items (one tracked), a foreign currency with its bank account, and a lock date in the past.
//! Ids are derived from a seed number, so that two runs with the same number are the same.

mod chart;
mod content;
mod taxes;

use jiff::Timestamp;

use crate::org::Org;

/// A country of a demo company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Country {
    /// New Zealand: NZD, GST 15 %.
    Nz,
    /// United Kingdom: GBP, VAT 20 %.
    Uk,
    /// United States: USD, no sales tax of its own.
    Us,
}

impl Country {
    /// The country of a seed's name, e.g. `demo-nz`.
    #[must_use]
    pub fn named(seed: &str) -> Option<Country> {
        match seed.to_ascii_lowercase().as_str() {
            "demo-nz" => Some(Country::Nz),
            "demo-uk" => Some(Country::Uk),
            "demo-us" => Some(Country::Us),
            _ => None,
        }
    }
}

/// A demo company, made at the time given; all its ids follow from `seed`.
#[must_use]
pub fn demo(country: Country, seed: u64, now: Timestamp) -> Org {
    content::build(country, seed, now.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Call, Method, UserRef};

    #[test]
    fn each_demo_company_has_what_the_issue_lists() {
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().expect("a time");
        for country in [Country::Nz, Country::Uk, Country::Us] {
            let mut org = demo(country, 7, now);
            let mut get = |path: &str| {
                let call = Call::new(Method::Get, path, UserRef::adviser()).with("includeArchived", "true");
                let answer = org.call(&call, now);
                assert_eq!(answer.status, 200, "{path}");
                serde_json::from_slice::<serde_json::Value>(&answer.body).expect("JSON")
            };
            let accounts = get("Accounts");
            let has = |key: &str, value: &str| {
                let list = accounts["Accounts"].as_array().expect("accounts");
                list.iter().any(|a| a[key] == value)
            };
            let types = "BANK CURRENT CURRLIAB DEPRECIATN DIRECTCOSTS EQUITY EXPENSE FIXED INVENTORY LIABILITY \
                NONCURRENT OTHERINCOME OVERHEADS PREPAYMENT REVENUE SALES TERMLIAB";
            for kind in types.split_whitespace() {
                assert!(has("Type", kind), "{kind}");
            }
            let systems = "DEBTORS CREDITORS BANKCURRENCYGAIN GST HISTORICAL REALISEDCURRENCYGAIN \
                UNREALISEDCURRENCYGAIN RETAINEDEARNINGS ROUNDING TRACKINGTRANSFERS UNPAIDEXPCLM WAGEPAYABLES";
            for system in systems.split_whitespace() {
                assert!(has("SystemAccount", system), "{system}");
            }
            assert_eq!(get("TrackingCategories")["TrackingCategories"].as_array().map(Vec::len), Some(2));
            assert_eq!(get("Currencies")["Currencies"].as_array().map(Vec::len), Some(2));
            let contacts = get("Contacts");
            let archived = |c: &&serde_json::Value| c["ContactStatus"] == "ARCHIVED";
            assert_eq!(contacts["Contacts"].as_array().expect("contacts").iter().filter(archived).count(), 1);
            let items = get("Items");
            let tracked = |i: &&serde_json::Value| i["IsTrackedAsInventory"] == true;
            assert_eq!(items["Items"].as_array().expect("items").iter().filter(tracked).count(), 1);
            assert!(org.lock_dates().period.is_some());
            let again = demo(country, 7, now);
            assert_eq!(demo(country, 7, now).state(), again.state());
            assert_ne!(demo(country, 8, now).id(), again.id());
        }
    }
}
