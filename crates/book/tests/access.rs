//! Who may ask for what (SEC-1): docs/access.md is the table as the book has it, and every command has a row.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use book::*;
use money::Currency;

/// The names of an enum's variants, as its JSON has them.
fn variants(schema: &schemars::Schema) -> BTreeSet<String> {
    let all = schema.as_value()["oneOf"].as_array().expect("variants");
    let name = |one: &_| -> Option<String> {
        let one: &serde_json::Value = one;
        Some(one["properties"].as_object()?.keys().next()?.clone())
    };
    all.iter().filter_map(name).collect()
}

// rule: SEC-1
#[test]
fn every_command_every_kind_and_every_record_has_a_row() {
    let named: BTreeSet<String> = Act::all()
        .filter(|act| !matches!(act, Act::Connection | Act::Exchange))
        .flat_map(|act| act.words().1.split(", ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(named, variants(&schemars::schema_for!(Command)));
    let records = Act::all().filter(|act| matches!(act, Act::Record(_))).count();
    assert_eq!(records, variants(&schemars::schema_for!(Record)).len());
    let documents = Act::all().filter(|act| matches!(act, Act::Document(_))).count();
    assert_eq!(documents, Kind::ALL.len());
    let words: BTreeSet<String> = Act::all().map(|act| act.words().0).collect();
    assert_eq!(words.len(), Act::all().count(), "two rows are called the same");
}

// rule: SEC-1
#[test]
fn an_administrator_may_everything_and_a_viewer_nothing() {
    for act in Act::all() {
        assert!(act.is_allowed(&[PersonRole::Administrator]), "{act:?}");
        assert!(!act.is_allowed(&[PersonRole::Viewer]), "{act:?}");
        assert!(!act.is_allowed(&[]), "{act:?}");
    }
}

// rule: SEC-1
#[test]
fn a_command_is_asked_by_what_it_is_about() {
    let mut book = Book::new(Currency::NZD);
    let unit = Record::Unit(Unit { code: "pc".into(), name: "piece".into(), of: None });
    let make = Command::SaveRecord { id: None, external: None, record: unit };
    assert!(may(&make, &book, &[PersonRole::Sales]) && !may(&make, &book, &[PersonRole::Warehouse]));
    let day: Day = "2026-03-01".parse().expect("a day");
    let customer = Record::Party(Party {
        code: "Shop".into(),
        name: "Shop".into(),
        kind: PartyKind::Customer,
        currency: None,
        bill_terms: None,
        invoice_terms: None,
        consolidated: None,
        tracking: Tracking::default(),
    });
    let item = Record::Item(serde_item());
    for record in [Record::Unit(Unit { code: "pc".into(), name: "piece".into(), of: None }), customer, item] {
        let command = Command::SaveRecord { id: None, external: None, record };
        for event in book.decide(command, Asking { today: day, by: 1 }).expect("taken") {
            book.apply(&event, Stamp { at: 0, by: 1 });
        }
    }
    let terms = Terms {
        party: PartyId::new(0),
        day,
        currency: Currency::NZD,
        rate: None,
        reference: None,
        prices: Prices::Exclusive,
        lost_tax: None,
    };
    let line = TradeLine {
        item: ItemId::new(0),
        quantity: money::Quantity::units(1),
        unit: None,
        factor: None,
        price: money::UnitPrice::units(1),
        discount: money::Percent::ZERO,
        tax: None,
        warehouse: None,
        tracking: Tracking::default(),
        due: None,
    };
    let quote = Quote { terms, until: None, state: QuoteState::Sent, lines: vec![line] };
    let save = Command::Save { document: None, number: None, external: None, content: quote.into() };
    assert!(may(&save, &book, &[PersonRole::Sales]) && !may(&save, &book, &[PersonRole::Purchaser]));
    for event in book.decide(save, Asking { today: day, by: 1 }).expect("taken") {
        book.apply(&event, Stamp { at: 0, by: 1 });
    }
    // Withdrawing it is about a quote too; a document that isn't there is the book's to refuse.
    let withdraw = |id| Command::Withdraw { document: DocumentId::new(id), how: Withdrawal::Cancelled };
    assert!(may(&withdraw(0), &book, &[PersonRole::Sales]));
    assert!(!may(&withdraw(0), &book, &[PersonRole::Purchaser, PersonRole::Viewer]));
    assert!(
        may(&withdraw(9), &book, &[PersonRole::Purchaser])
            && !may(&withdraw(9), &book, &[PersonRole::Viewer])
    );
}

fn serde_item() -> Item {
    Item {
        code: "JAM".into(),
        name: "Jam".into(),
        unit: UnitId::new(0),
        units: Vec::new(),
        category: None,
        stocking: Stocking::Stocked,
        making: Making::Bought,
        order: BookingOrder::Fifo,
        batches: Batches::Optional,
        weight: None,
        purchase_price: None,
        sales_price: None,
        tax: None,
        expense_account: None,
        reorder_point: money::Quantity::ZERO,
        tracking: Tracking::default(),
    }
}

/// docs/access.md, as the table says it; BLESS=1 writes it.
#[test]
fn the_page_is_current() {
    let mut text = String::from(
        "# Who may ask for what\n\nGenerated from `crates/book/src/access.rs` by `BLESS=1 cargo test -p book --test access`. \
         An administrator may\neverything, a viewer only looks; pages and the API ask this table (SEC-1).\n\n| about | commands |",
    );
    let roles: Vec<PersonRole> = PersonRole::ALL
        .into_iter()
        .filter(|role| !matches!(role, PersonRole::Administrator | PersonRole::Viewer))
        .collect();
    for role in &roles {
        write!(text, " {} |", role.words()).expect("a string");
    }
    text += &format!("\n|---|---|{}\n", "---|".repeat(roles.len()));
    for act in Act::all() {
        let (about, commands) = act.words();
        write!(text, "| {about} | {commands} |").expect("a string");
        for role in &roles {
            text += if act.roles().contains(role) { " x |" } else { " |" };
        }
        text.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/access.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &text).expect("writable");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == text, "docs/access.md is stale: BLESS=1 cargo test -p book --test access writes it");
}
