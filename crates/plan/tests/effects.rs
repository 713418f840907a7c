//! What a change of settings will do to documents, said before it is saved.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
#[allow(dead_code, reason = "each test uses its part")]
mod support;

use book::Kind;
use book_notation::Shop;
use plan::{NewStatus, Settings, State, Switch, effects};
use support::company::Company;

fn company() -> Company {
    let mut shop = Shop::new();
    let mut company = Company::new();
    let base = shop.book.base();
    company.lists.organisation = Some(support::company::organisation(1, "Jam", base.code()));
    company.book = shop.book.clone();
    for line in [
        "account 200 Sales: SALES",
        "account 630 Purchases: CURRENT",
        "rate OUTPUT2 15 sales",
        "map purchases 630",
        "map sales 200",
        "connect",
        "save",
    ] {
        company.say(line).expect(line);
    }
    for line in [
        "item JAM made",
        "invoice I-1 2026-03-06: 12 JAM @ 12.00 tax 15",
        "invoice I-2 2026-03-07: 1 JAM @ 12.00 tax 15",
    ] {
        assert!(shop.say(line).is_ok(), "{line}");
    }
    company.book = shop.book;
    company
}

/// rule: SEL-1
#[test]
fn turning_sales_on_says_which_documents_begin_to_go_and_turning_it_off_which_do_not_any_more() {
    let mut company = company();
    let saved = company.exchange.settings().clone();
    let on = Settings { sales: Switch::On, ..saved.clone() };
    let found = effects(&company.book, &company.exchange, &on);
    let [effect] = &found[..] else { panic!("one effect: {found:?}") };
    assert_eq!((effect.before, effect.after), (State::NotDue, State::Waiting));
    let invoice = |number| company.book.find_document(Kind::Invoice, number).expect("an invoice");
    assert_eq!(effect.documents, [invoice("I-1"), invoice("I-2")]);
    assert!(!effect.why.is_empty());

    company.ask(&plan::Command::SaveSettings(Box::new(on.clone()))).expect("saved");
    let found = effects(&company.book, &company.exchange, &saved);
    let states: Vec<_> = found.iter().map(|one| (one.before, one.after, one.documents.len())).collect();
    assert_eq!(states, [(State::Waiting, State::NotDue, 2)]);
}

/// rule: SEL-6
#[test]
fn a_change_that_concerns_no_document_has_no_effect() {
    let company = company();
    let saved = company.exchange.settings().clone();
    assert_eq!(effects(&company.book, &company.exchange, &saved), []);
    let new = plan::NewStatuses { bill: NewStatus::Approved, ..saved.new };
    let wanted = Settings { new, procurement: Switch::On, nightly_hour: 20, ..saved };
    assert_eq!(effects(&company.book, &company.exchange, &wanted), []);
}
