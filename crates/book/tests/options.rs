//! Random histories in which items get other tracking options, and options are archived and restored: stock and work in
//! progress stand on the options that their items have, worked out here from lots and orders (POST-25).
//!
//! Whatever was posted for an item of an older option is carried over on the day of the change, so that at the end nothing is
//! left behind on it; and what was kept command by command is what is found from scratch. MILLBOOK_FULL=1 runs three thousand.

#[path = "support/history.rs"]
mod history;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use book::*;
use history::{Chance, History, records};
use support::{Shop, sums};

/// Items of a history as statements have them, and the options that they may get.
const ITEMS: [&str; 7] = [
    "BOLT bought weight 0.5",
    "JAM made price 3.10 weight 1",
    "JAM bought price 3.10 weight 1",
    "MILK bought fefo weight 1.2",
    "SUGAR bought in kg weight 1 price 1.95",
    "LEG made weight 0.3",
    "TABLE made weight 4",
];
const OPTIONS: [&str; 3] = ["", " tracking North", " tracking South"];

/// By role and options, what should be there once the last change's day has come; orders that several options share are left out.
fn expected(book: &Book) -> BTreeMap<(Role, Tracking), i64> {
    let tracking = |item: ItemId| book.items()[item.number()].tracking;
    let lots = book.lots().map(|(id, lot)| {
        let role = book.stock_account(id, Day::LAST).role;
        ((role, tracking(lot.item())), book.left_as_of(id, Day::LAST).value.minor())
    });
    let orders = book.in_progress(Day::LAST).into_iter().map(|one| {
        let options = products(book, one.order).into_iter().map(tracking).next().unwrap_or_default();
        ((Role::WorkInProgress, options), one.balance.minor())
    });
    sums(lots.filter(|((role, _), _)| role.is_stock()).chain(orders))
}

/// What an order makes: a vendor's lines may make several things.
fn products(book: &Book, order: DocumentId) -> Vec<ItemId> {
    match book.document(order).map(Document::content) {
        Some(Content::ManufacturingOrder(order)) => vec![order.item],
        Some(Content::PurchaseOrder(order)) => order.lines.iter().map(|line| line.item).collect(),
        _ => Vec::new(),
    }
}

/// Whether an order's work in progress is of one item: else its lines share it, and its balance doesn't say how.
fn is_of_one(book: &Book, order: DocumentId) -> bool {
    products(book, order).into_iter().collect::<BTreeSet<_>>().len() < 2
}

fn play(seed: u64) -> (u64, u64) {
    let mut shop = Shop::new();
    records(seed).lines().for_each(|statement| shop.say(statement).expect("records"));
    let (mut history, mut chance) = (History::new(seed), Chance::new(seed ^ 0x0f25));
    let (mut changed, mut compared) = (0, 0);
    for step in 0..80 {
        let statement = history.next();
        if shop.say(&statement).is_ok() {
            history.taken();
        }
        if chance.once_in(6) {
            let statement = match chance.below(8) {
                0 => "archive option North".to_owned(),
                1 | 2 => "restore option North".to_owned(),
                _ => format!("change item {}{}", chance.of(&ITEMS), chance.of(&OPTIONS)),
            };
            changed += u64::from(shop.say(&statement).is_ok());
        }
        if step % 20 == 19 {
            let differences = shop.book.check();
            assert!(differences.is_empty(), "seed {seed}, step {step}: {differences:?}");
            let book = &shop.book;
            let all_of_one = book.in_progress(Day::LAST).iter().all(|one| is_of_one(book, one.order));
            let kept = |role: Role| role.is_stock() || (role == Role::WorkInProgress && all_of_one);
            let balances = book.ledger().balances_as_of(Day::LAST).filter(|(key, _)| kept(key.role));
            let balances = sums(balances.map(|(key, amount)| ((key.role, key.tracking), amount.minor())));
            let mut expected = expected(book);
            expected.retain(|(role, _), _| kept(*role));
            assert_eq!(balances, expected, "seed {seed}, step {step}");
            compared += u64::from(all_of_one);
        }
    }
    (changed, compared)
}

// rule: POST-25
#[test]
fn stock_and_work_in_progress_stand_on_the_options_of_their_items() {
    let seeds = if std::env::var_os("MILLBOOK_FULL").is_some() { 3_000 } else { 120 };
    let told: Vec<(u64, u64)> = (0..seeds).map(play).collect();
    let changed: u64 = told.iter().map(|one| one.0).sum();
    let compared: u64 = told.iter().map(|one| one.1).sum();
    assert!(
        changed > seeds * 5 && compared > seeds * 2,
        "{changed} changes, {compared} with work in progress"
    );
}

// rule: POST-10.1
/// What a revaluation was posted by is what it is taken back by, when it is changed after its option was archived or its
/// reason got another account.
#[test]
fn a_changed_revaluation_leaves_nothing_where_it_was_posted_before() {
    let mut shop = Shop::new();
    let mut say = |statement: &str| {
        shop.say(statement).unwrap_or_else(|why| panic!("{statement}: {why:?}"));
        assert_eq!(shop.book.check(), [], "{statement}");
        let losses = shop.book.ledger().balances_as_of(Day::LAST);
        let losses = losses.filter(|(key, amount)| key.role == Role::InventoryLoss && !amount.is_zero());
        losses
            .map(|(key, amount)| (key.tracking, key.account.as_deref().map(str::to_owned), amount.minor()))
            .collect::<Vec<_>>()
    };
    for statement in [
        "tracking Region",
        "option North of Region",
        "reason SPOILT account 430",
        "change item BOLT bought weight 0.5 tracking North",
        "opening ST-1 2026-03-07 into Main: 6 BOLT 5.76",
    ] {
        say(statement);
    }
    let posted = say("revalue RL-1 2026-03-24 reason SPOILT: ST-1 BOLT 3.92");
    assert_ne!(posted[0].0, Tracking::default());
    assert_eq!((posted.len(), &posted[0].1, posted[0].2), (1, &Some("430".to_owned()), 184));
    assert_eq!(say("archive option North"), posted);
    let without = say("change revalue RL-1 2026-03-24 reason SPOILT: ST-1 BOLT 2");
    assert_eq!(without, [(Tracking::default(), Some("430".to_owned()), 376)]);
    assert_eq!(say("change reason SPOILT account 431"), without);
    let elsewhere = say("change revalue RL-1 2026-03-24 reason SPOILT: ST-1 BOLT 1.76");
    assert_eq!(elsewhere, [(Tracking::default(), Some("431".to_owned()), 400)]);
    assert_eq!(say("delete RL-1"), []);
}
