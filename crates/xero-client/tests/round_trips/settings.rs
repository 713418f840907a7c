//! The chart, rates, categories, currencies, files, notes, and what is only read; and that the judge complains.
//!
//! Not here: what they share (`main`).

use crate::support::House;
use crate::support::judge::Judge;
use crate::*;

#[test]
fn accounts_tax_rates_tracking_and_currencies() {
    let house = House::new();
    let asked = Account {
        code: some("622X"),
        name: some("Goods on the road"),
        kind: Some(AccountType::Current),
        ..Account::default()
    };
    let made = house.round(&asked);
    let archived =
        Account { account_id: made.account_id, status: Some(AccountStatus::Archived), ..Account::default() };
    done(house.changed(&archived));
    let other = house.made(&Account { code: some("623X"), name: some("To go"), ..asked });
    house.remove(format!("Accounts/{}", other.account_id.unwrap())).unwrap();

    // Two categories may be active at most: one makes room.
    let unused =
        house.every::<TrackingCategory>().into_iter().find(|held| held.name == some("Department")).unwrap();
    house.remove(format!("TrackingCategories/{}", unused.tracking_category_id.unwrap())).unwrap();
    let category = house.round(&TrackingCategory { name: some("Machine"), ..TrackingCategory::default() });
    let path = format!("TrackingCategories/{}/Options", category.tracking_category_id.unwrap());
    let option =
        house.under(path.clone(), &TrackingOption { name: some("Saw"), ..TrackingOption::default() });
    let option = format!("{path}/{}", option.tracking_option_id.unwrap());
    let renamed = TrackingOption { name: some("Big saw"), ..TrackingOption::default() };
    house.wrote(update_at(option.clone(), &renamed, house.client.chance()).unwrap());
    house.remove(option).unwrap();
    house.remove(format!("TrackingCategories/{}", category.tracking_category_id.unwrap())).unwrap();

    let part = TaxComponent { name: some("Levy"), rate: amount("2.5"), ..TaxComponent::default() };
    let rate = TaxRate {
        name: some("Levy"),
        report_tax_type: some("OUTPUT"),
        tax_components: Some(vec![part]),
        ..TaxRate::default()
    };
    let made = house.made(&rate);
    assert!(house.every::<TaxRate>().iter().any(|held| held.tax_type == made.tax_type));
    let deleted = TaxRate { status: Some(TaxRateStatus::Deleted), ..rate };
    let write = update_at(
        "TaxRates".to_owned(),
        &TaxRate { tax_type: made.tax_type, ..deleted },
        house.client.chance(),
    );
    house.wrote(write.unwrap());

    house.made(&Currency { code: some("EUR"), ..Currency::default() });
    assert!(house.every::<Currency>().iter().any(|currency| currency.code == some("EUR")));
    acquit(
        &house,
        &[
            "PUT /Accounts",
            "POST /Accounts/{AccountID}",
            "DELETE /Accounts/{AccountID}",
            "PUT /TrackingCategories/{TrackingCategoryID}/Options",
            "POST /TrackingCategories/{TrackingCategoryID}/Options/{TrackingOptionID}",
            "PUT /TaxRates",
            "POST /TaxRates",
            "PUT /Currencies",
        ],
    );
}

#[test]
fn files_and_notes() {
    let house = House::new();
    let invoice = house.made(&sale(house.contact("Nord"), "MB-1")).invoice_id.unwrap();
    let pieces = (0..4).map(|n| Ok(vec![n; 1_000])).collect();
    let file = Upload {
        name: "packing list [7].pdf",
        kind: "application/pdf",
        length: 4_000,
        online: Online::Shown,
    };
    let upload = house.client.attach(house.tenant, invoice, &file, Box::new(Pieces::new(pieces)), ASKED);
    let held = done(house.run(upload).unwrap());
    assert_eq!((held.content_length, held.include_online), (Some(4_000), Some(true)));
    let download = house.client.download(house.tenant, invoice, (file.name, file.kind), ASKED);
    let bytes = house.run(async { world::collect(download.await.unwrap().chunks, 4_000).await.unwrap() });
    assert!(bytes.len() == 4_000 && bytes[0] == 0 && bytes[3_999] == 3);
    let note = HistoryRecord { details: some("Counted twice."), ..HistoryRecord::default() };
    house.under(format!("Invoices/{invoice}/History"), &note);
    let call = xero_client::call::Call::read(format!("Invoices/{invoice}/History"));
    let page = house.run(house.client.page::<HistoryRecord>(house.tenant, call, ASKED)).unwrap();
    assert!(page.items.iter().any(|record| record.details == note.details));
    acquit(
        &house,
        &[
            "PUT /Invoices/{InvoiceID}/Attachments/{FileName}",
            "GET /Invoices/{InvoiceID}/Attachments/{FileName}",
            "PUT /Invoices/{InvoiceID}/History",
            "GET /Invoices/{InvoiceID}/History",
        ],
    );
}

#[test]
fn what_is_only_read() {
    let house = House::new();
    let organisation = house.every::<Organisation>().remove(0);
    assert_eq!(organisation.base_currency, some("NZD"));
    assert!(organisation.period_lock_date.is_some());
    let may = |name: &str| house.every::<Action>().into_iter().find(|action| action.name == some(name));
    assert_eq!(may("CreateApprovedInvoice").unwrap().status, Some(ActionStatus::Allowed));
    assert!(!house.every::<User>().is_empty());
    assert!(!house.every::<BrandingTheme>().is_empty());
    let journals = house.run(house.client.all::<Journal>(house.tenant, list::<Journal>(), ASKED));
    let reason = journals.unwrap_err().reason;
    assert!(
        matches!(reason, Reason::Xero(outcome::Cause::MissingRight | outcome::Cause::Forbidden)),
        "{reason:?}"
    );
    acquit(
        &house,
        &[
            "GET /Organisation",
            "GET /Organisation/Actions",
            "GET /Users",
            "GET /BrandingThemes",
            "GET /Journals",
        ],
    );
}

#[test]
fn the_judge_complains() {
    let judge = Judge::default();
    let header = |name: &str| vec![(name.to_owned(), "k".to_owned())];
    let query = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    for (method, path, query, headers, body) in [
        ("GET", "/Frogs", vec![], vec![], ""),
        ("DELETE", "/Invoices", vec![], vec![], ""),
        ("GET", "/Invoices", query("frogs", "1"), vec![], ""),
        ("GET", "/Invoices", query("page", "one"), vec![], ""),
        ("GET", "/Invoices", vec![], header("Idempotency-Key"), ""),
        ("PUT", "/Invoices", vec![], vec![], ""),
        ("PUT", "/Invoices", vec![], vec![], r#"{"Invoices":[{"Kind":"ACCREC"}]}"#),
        ("PUT", "/Invoices", vec![], vec![], r#"{"Invoices":[{"Type":"SALE"}]}"#),
        ("PUT", "/Invoices", vec![], vec![], r#"{"Invoices":[{"AmountDue":1}]}"#),
        ("PUT", "/Invoices", vec![], vec![], r#"{"Invoices":[{"LineItems":[{"Quantity":"1"}]}]}"#),
        ("PUT", "/Invoices", vec![], vec![], r#"{"Type":"ACCREC","Frog":1}"#),
    ] {
        let before = judge.complaints().len();
        judge.hear(method, path, &query, &headers, body.as_bytes());
        assert!(judge.complaints().len() > before || !Judge::sits(), "{method} {path} {query:?} {body}");
    }
}
