//! The stand-in's lists, read from its JSON.

use money::{Currency, Percent};
use plan::{Account, Lists, Organisation, Standing, TaxRate, TrackingCategory, TrackingOption};
use serde_json::Value;
use xero::XeroId;
use xero_sandbox::{Method, Org};

use super::Company;

fn text(value: &Value) -> book::Text {
    value.as_str().unwrap_or_default().into()
}

fn id<T>(value: &Value) -> XeroId<T> {
    value.as_str().and_then(XeroId::read).expect("an id")
}

fn standing(value: &Value) -> Standing {
    match value.as_str() {
        Some("ACTIVE") => Standing::Active,
        Some("ARCHIVED") => Standing::Archived,
        _ => Standing::Gone,
    }
}

pub fn read(org: &mut Org) -> Lists {
    let mut get = |path: &str, key: &str| {
        let answer = Company::call(org, Method::Get, path, None);
        answer[key].as_array().cloned().unwrap_or_default()
    };
    let organisation = &get("Organisation", "Organisations")[0];
    let currency = |value: &Value| value.as_str().and_then(|code| Currency::parse(code).ok());
    let account = |one: &Value| Account {
        id: id(&one["AccountID"]),
        code: text(&one["Code"]),
        name: text(&one["Name"]),
        kind: text(&one["Type"]).as_ref().into(),
        class: text(&one["Class"]).as_ref().into(),
        standing: standing(&one["Status"]),
        system: one["SystemAccount"].as_str().filter(|word| !word.is_empty()).map(book::Text::from),
        payments: one["EnablePaymentsToAccount"] == true,
        currency: currency(&one["CurrencyCode"]),
        tax_type: text(&one["TaxType"]),
    };
    let rate = |one: &Value| {
        let applies = ["Assets", "Equity", "Expenses", "Liabilities", "Revenue"];
        let class = ["ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE"];
        let applies = applies.iter().zip(class).filter(|(name, _)| one[format!("CanApplyTo{name}")] == true);
        TaxRate {
            tax_type: text(&one["TaxType"]),
            name: text(&one["Name"]),
            report: text(&one["ReportTaxType"]),
            standing: standing(&one["Status"]),
            rate: Percent::parse(one["EffectiveRate"].to_string().trim_matches('"')).expect("a percentage"),
            applies: applies.map(|(_, class)| class.into()).collect(),
            lost: Percent::ZERO,
        }
    };
    let option = |one: &Value| TrackingOption {
        id: id(&one["TrackingOptionID"]),
        name: text(&one["Name"]),
        standing: standing(&one["Status"]),
    };
    let category = |one: &Value| TrackingCategory {
        id: id(&one["TrackingCategoryID"]),
        name: text(&one["Name"]),
        standing: standing(&one["Status"]),
        options: one["Options"].as_array().into_iter().flatten().map(option).collect(),
    };
    Lists {
        organisation: Some(Organisation {
            id: id(&organisation["OrganisationID"]),
            name: text(&organisation["Name"]),
            base: currency(&organisation["BaseCurrency"]).expect("a currency"),
            version: text(&organisation["Version"]),
            zone: text(&organisation["Timezone"]),
            short_code: text(&organisation["ShortCode"]),
            pays_tax: true,
            year_end: (31, 3),
            period_lock: None,
            year_lock: None,
            not_allowed: Vec::new(),
            role: None,
            plan: "DEMO".into(),
            edition: "BUSINESS".into(),
        }),
        accounts: get("Accounts", "Accounts").iter().map(account).collect(),
        tax_rates: get("TaxRates", "TaxRates").iter().map(rate).collect(),
        tracking: get("TrackingCategories", "TrackingCategories").iter().map(category).collect(),
        currencies: get("Currencies", "Currencies").iter().filter_map(|one| currency(&one["Code"])).collect(),
    }
}
