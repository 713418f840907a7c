//! Defaults, and which mapping counts on a day.

use super::*;

/// rule: SEL-6
#[test]
fn new_documents_are_drafts_for_sales_and_await_approval_for_purchases_unless_somebody_says_otherwise() {
    let new = Settings::default().new;
    assert_eq!([new.invoice, new.credit_invoice], [NewStatus::Draft; 2]);
    assert_eq!([new.bill, new.supplier_credit, new.order], [NewStatus::Awaiting; 3]);
    let switches = Settings::default();
    assert_eq!([switches.sales, switches.procurement, switches.balances, switches.quotes], [Switch::Off; 4]);
}

/// rule: ACC-6
#[test]
fn the_finest_mapping_of_the_day_counts() {
    let day = |text: &str| text.parse().expect("a day");
    let id = |number: u32| XeroId::read(&format!("{number:032x}")).expect("an id");
    let (jams, main) = (Some(CategoryId::new(0)), Some(WarehouseId::new(0)));
    let mapping = |number, category, warehouse, from| Mapping {
        role: AccountRole::FinishedGoods,
        category,
        warehouse,
        currency: None,
        account: id(number),
        from: day(from),
    };
    let accounts = vec![
        mapping(1, None, None, "2026-01-01"),
        mapping(2, None, main, "2026-01-01"),
        mapping(3, jams, None, "2026-01-01"),
        mapping(4, jams, main, "2026-02-01"),
        mapping(5, None, None, "2026-03-01"),
    ];
    let settings = Settings { accounts, ..Settings::default() };
    let of = |category, warehouse, on| {
        settings.account(AccountRole::FinishedGoods, (category, warehouse), day(on))
    };
    let other = Some(CategoryId::new(1));
    assert_eq!(of(jams, main, "2026-01-31"), Some(id(3)), "category before warehouse");
    assert_eq!(of(jams, main, "2026-02-01"), Some(id(4)), "both before one");
    assert_eq!(of(other, main, "2026-02-01"), Some(id(2)), "warehouse before the role's own");
    assert_eq!(of(other, None, "2026-02-28"), Some(id(1)));
    assert_eq!(of(other, None, "2026-03-01"), Some(id(5)), "from its day on");
    assert_eq!(of(other, None, "2025-12-31"), None);
    assert_eq!(settings.account(AccountRole::Materials, (jams, main), day("2026-03-01")), None);
}
