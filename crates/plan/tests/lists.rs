//! Xero's answers as our lists: what is unknown stays usable, what can't be used is marked, order counts for nothing.

use plan::{
    List, Lists, ListsSeen, Purpose, Standing, TaxSide, read_accounts, read_currencies, read_organisation,
    read_tax_rates, read_tracking,
};
use serde::de::DeserializeOwned;
use xero::statuses::{AccountClass, AccountType};

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("an answer of Xero's")
}

/// rule: ACC-7
#[test]
fn accounts_keep_their_id_type_and_standing_and_unknown_types_stay_data() {
    let answer = r#"[
        {"AccountID": "00000000-0000-0000-0000-000000000003", "Code": "630", "Name": "Odd", "Type": "NEWTHING", "Class": "NEWCLASS", "Status": "ACTIVE"},
        {"AccountID": "00000000-0000-0000-0000-000000000001", "Name": " Cheque ", "Type": "BANK", "CurrencyCode": "NZD", "BankAccountType": "BANK"},
        {"AccountID": "00000000-0000-0000-0000-000000000002", "Code": "610", "Name": "Debtors", "Type": "CURRENT", "SystemAccount": "DEBTORS", "Status": "ARCHIVED", "EnablePaymentsToAccount": "true"},
        {"AccountID": "00000000-0000-0000-0000-000000000004", "Code": "1", "Name": "Gone", "Type": "EXPENSE", "SystemAccount": "", "Status": "VANISHED"},
        {"Name": "Without id", "Type": "EXPENSE"}
    ]"#;
    let accounts: Vec<xero::Account> = read(answer);
    let read = read_accounts(&accounts);
    let [bank, debtors, odd, gone] = &read[..] else { panic!("four accounts: {read:?}") };
    assert_eq!((&*bank.code, &*bank.name, &bank.kind), ("", "Cheque", &AccountType::Bank));
    assert_eq!((bank.standing, &bank.class, bank.payments), (Standing::Active, &AccountClass::Asset, false));
    assert_eq!(bank.currency.map(|currency| currency.code()), Some("NZD"));
    assert_eq!(
        (debtors.system.as_deref(), debtors.standing, debtors.payments),
        (Some("DEBTORS"), Standing::Archived, true)
    );
    assert_eq!(
        (odd.kind.as_str(), odd.class.as_str(), odd.standing),
        ("NEWTHING", "NEWCLASS", Standing::Active)
    );
    assert_eq!((gone.system.as_deref(), gone.standing), (None, Standing::Gone));
    let mut turned = accounts.clone();
    turned.reverse();
    assert_eq!(read_accounts(&turned), read, "the order of an answer says nothing");
}

/// rule: TAX-1
#[test]
fn tax_rates_keep_deleted_ones_marked_and_say_which_side_they_are_for() {
    let rates: Vec<xero::TaxRate> = read(
        r#"[
        {"TaxType": "OUTPUT2", "Name": "15% on income", "EffectiveRate": 15.0, "Status": "ACTIVE", "ReportTaxType": "OUTPUT", "CanApplyToRevenue": true, "CanApplyToAssets": true},
        {"TaxType": "INPUT2", "Name": "15% on expenses", "EffectiveRate": 15, "Status": "ACTIVE", "CanApplyToExpenses": true, "CanApplyToRevenue": false,
         "TaxComponents": [{"Rate": 15, "IsNonRecoverable": true}]},
        {"TaxType": "INPUT", "Name": "Old", "EffectiveRate": 12.5, "Status": "DELETED", "CanApplyToExpenses": true},
        {"TaxType": "ODD", "Name": "No number", "Status": "ACTIVE"},
        {"TaxType": "LATER", "Name": "Pending", "EffectiveRate": 1, "Status": "PENDING"},
        {"Name": "Without type", "EffectiveRate": 1}
    ]"#,
    );
    let read = read_tax_rates(&rates);
    let shown: Vec<(&str, String, Standing)> =
        read.iter().map(|rate| (&*rate.tax_type, rate.rate.to_string(), rate.standing)).collect();
    let wanted = [
        ("INPUT", "12.5", Standing::Gone),
        ("INPUT2", "15", Standing::Active),
        ("LATER", "1", Standing::Archived),
        ("ODD", "0", Standing::Gone),
        ("OUTPUT2", "15", Standing::Active),
    ];
    assert_eq!(shown, wanted.map(|(tax_type, rate, standing)| (tax_type, rate.to_owned(), standing)));
    assert!(read[1].is_for(TaxSide::Purchases) && !read[1].is_for(TaxSide::Sales));
    let lost: Vec<String> = read.iter().map(|rate| rate.lost.to_string()).collect();
    assert_eq!(lost, ["0", "15", "0", "0", "0"]);
    assert!(read[4].is_for(TaxSide::Sales) && !read[4].is_for(TaxSide::Purchases));
    assert_eq!(&*read[4].report, "OUTPUT");
}

/// rule: IMP-6
#[test]
fn tracking_categories_have_their_options_with_their_standing() {
    let categories: Vec<xero::TrackingCategory> = read(
        r#"[{"TrackingCategoryID": "00000000-0000-0000-0000-00000000000a", "Name": "Region", "Status": "ACTIVE", "Options": [
            {"TrackingOptionID": "00000000-0000-0000-0000-00000000000c", "Name": "South", "Status": "ARCHIVED"},
            {"TrackingOptionID": "00000000-0000-0000-0000-00000000000b", "Name": "North", "Status": "ACTIVE"},
            {"Name": "Without id"}]}]"#,
    );
    let read = read_tracking(&categories);
    let options: Vec<(&str, Standing)> =
        read[0].options.iter().map(|one| (&*one.name, one.standing)).collect();
    assert_eq!((read.len(), &*read[0].name), (1, "Region"));
    assert_eq!(options, [("North", Standing::Active), ("South", Standing::Archived)]);
}

#[test]
fn currencies_are_those_of_iso_4217_once_each() {
    let currencies: Vec<xero::Currency> =
        read(r#"[{"Code": "NZD"}, {"Code": "EUR"}, {"Code": "XYZQ"}, {"Code": "EUR"}, {}]"#);
    let codes: Vec<&str> = read_currencies(&currencies).iter().map(|currency| currency.code()).collect();
    assert_eq!(codes, ["EUR", "NZD"]);
}

/// rule: POST-16, CON-8
#[test]
fn the_organisation_has_its_lock_dates_year_end_and_what_its_user_may_not_do() {
    let organisation: xero::Organisation = read(
        r#"{"OrganisationID": "00000000-0000-0000-0000-000000000001", "Name": "Jam Ltd", "BaseCurrency": "NZD", "Version": "NZ", "PaysTax": true,
            "Timezone": "NEWZEALANDSTANDARDTIME", "FinancialYearEndDay": 31, "FinancialYearEndMonth": 3, "ShortCode": "!jam",
            "PeriodLockDate": "/Date(1767139200000+0000)/", "Class": "PREMIUM", "Edition": "BUSINESS", "NewField": {}}"#,
    );
    let actions: Vec<xero::Action> = read(
        r#"[{"Name": "UseMulticurrency", "Status": "NOT-ALLOWED"}, {"Name": "CreateDraftBill", "Status": "ALLOWED"},
            {"Name": "AttachFilesIntoInvoice", "Status": "NOT-ALLOWED"}]"#,
    );
    let user: xero::User = read(r#"{"OrganisationRole": "STANDARD"}"#);
    let organisation = read_organisation(&organisation, &actions, Some(&user)).expect("an organisation");
    assert_eq!(
        (organisation.base.code(), organisation.year_end, &*organisation.plan),
        ("NZD", (31, 3), "PREMIUM")
    );
    assert_eq!(organisation.locked_until().map(|day| day.to_string()).as_deref(), Some("2025-12-31"));
    assert_eq!((organisation.year_lock, organisation.role.as_deref()), (None, Some("STANDARD")));
    let names: Vec<&str> = organisation.not_allowed.iter().map(|name| &**name).collect();
    assert_eq!(names, ["AttachFilesIntoInvoice", "UseMulticurrency"]);

    let bare: xero::Organisation = read(
        r#"{"OrganisationID": "00000000-0000-0000-0000-000000000001", "BaseCurrency": "NZD", "FinancialYearEndDay": 99}"#,
    );
    let bare = read_organisation(&bare, &[], None).expect("an organisation");
    assert_eq!((bare.year_end, bare.locked_until(), bare.pays_tax), ((31, 12), None, true));
    let lost: xero::Organisation = read(r#"{"Name": "Jam Ltd", "BaseCurrency": "NZD"}"#);
    let refusal = read_organisation(&lost, &[], None).expect_err("no id");
    assert_eq!(refusal.message(), "Xero doesn't say the id of the organisation Jam Ltd.");
}

/// rule: SCH-6
#[test]
fn a_look_that_finds_nothing_new_keeps_nothing_and_a_run_asks_for_the_lock_dates_only() {
    let accounts = read_accounts(&read::<Vec<xero::Account>>(
        r#"[{"AccountID": "00000000-0000-0000-0000-000000000001", "Code": "200", "Name": "Sales", "Type": "SALES"}]"#,
    ));
    let known = Lists { accounts: accounts.clone(), ..Lists::default() };
    let seen = ListsSeen { accounts: Some(accounts), ..ListsSeen::default() };
    assert_eq!(seen.clone().new_to(&known), None);
    assert_eq!(seen.clone().new_to(&Lists::default()), Some(seen));
    assert_eq!(Purpose::Run.lists(), [List::Organisation]);
    let paths: Vec<&str> = Purpose::All.lists().iter().map(|list| list.path()).collect();
    assert_eq!(paths, ["Organisation", "Accounts", "TaxRates", "TrackingCategories", "Currencies"]);
}
