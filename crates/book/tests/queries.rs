//! What a user asks a book: what lies where, what is free, what stands behind a number, where goods went, what a
//! command would do, and what something said before.

mod support;

use book::*;
use money::{Currency, Quantity};
use support::Shop;

fn shop(statements: &str) -> Shop {
    let mut shop = Shop::new();
    for statement in statements.lines().map(str::trim).filter(|line| !line.is_empty()) {
        shop.say(statement).unwrap_or_else(|why| panic!("{statement}: {why:?}"));
    }
    shop
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn number(book: &Book, id: DocumentId) -> String {
    book.document(id).expect("a document").number().to_owned()
}

fn lot(shop: &Shop, document: &str, item: &str) -> LotId {
    shop.lot(document, item).unwrap_or_else(|why| panic!("{why:?}"))
}

const TRADE: &str = "
    item JAM made
    item TEA made
    warehouse Annex
    customer Inn
    order PO-1 2026-03-01: 10 JAM @ 7.00 to Main; 5 TEA @ 3.00 to Main
    receive R-1 2026-03-02 of PO-1: 10 JAM; 5 TEA
    bill B-1 2026-03-03 of PO-1: 10 JAM @ 7.00
    transfer TR-1 2026-03-04 Main to Annex: 6 JAM; 5 TEA
    arrive TX-1 2026-03-05 of TR-1: 6 JAM; 5 TEA
    ship SH-1 2026-03-06 out-of Annex: 5 JAM; 2 TEA
    back CR-1 2026-03-08 of SH-1 into Main: 2 JAM
    back CR-2 2026-03-08 of SH-1 into Main: 1 TEA
    ship SH-2 2026-03-09 for Inn: 5 JAM
    book SH-3 2026-03-10 for Inn: 1 JAM";

/// rule: INV-7
#[test]
fn a_lot_is_traced_forward_to_customers_and_back_to_bills() {
    let shop = shop(TRADE);
    let bought = lot(&shop, "R-1", "JAM");
    let uses: Vec<(String, Quantity, Standing)> = shop
        .book
        .trace_forward(bought)
        .iter()
        .map(|one| (number(&shop.book, one.by.document), one.quantity, one.standing))
        .collect();
    let taken = |number: &str, units| (number.to_owned(), Quantity::units(units), Standing::Taken);
    // Of R-1: 6 moved, 4 straight to Inn; of TX-1: 5 to Shop; of what Shop sent back: 1 to Inn, 1 booked.
    let expected = [
        taken("TX-1", 6),
        taken("SH-2", 4),
        taken("SH-1", 5),
        taken("SH-2", 1),
        ("SH-3".to_owned(), Quantity::units(1), Standing::Booked),
    ];
    assert_eq!(uses, expected);
    let back: Vec<String> = shop
        .book
        .trace_back(lot(&shop, "CR-1", "JAM"))
        .iter()
        .map(|origin| number(&shop.book, origin.from.document))
        .collect();
    assert_eq!(back, ["CR-1", "TX-1", "R-1"]);
    let bills: Vec<String> = shop.book.bills_of(bought).iter().map(|id| number(&shop.book, *id)).collect();
    assert_eq!(bills, ["B-1"]);
}

/// rule: INV-7, INV-3
#[test]
fn a_named_lot_that_came_back_is_traced_to_itself_only() {
    let shop = shop(
        "item JAM made
        found ST-1 2026-03-01: 3 JAM 21.00
        found ST-2 2026-03-02: 3 JAM 24.00
        ship SH-1 2026-03-05: 6 JAM
        back CR-1 2026-03-07 of SH-1: 1 JAM from ST-2 1
        ship SH-2 2026-03-08: 1 JAM",
    );
    let reached = |lot| -> Vec<String> {
        let uses = shop.book.trace_forward(lot);
        uses.iter().map(|one| number(&shop.book, one.by.document)).collect()
    };
    assert_eq!(reached(lot(&shop, "ST-1", "JAM")), ["SH-1"]);
    assert_eq!(reached(lot(&shop, "ST-2", "JAM")), ["SH-1", "SH-2"]);
    let back = shop.book.trace_back(lot(&shop, "CR-1", "JAM"));
    let back: Vec<String> = back.iter().map(|origin| number(&shop.book, origin.from.document)).collect();
    assert_eq!(back, ["CR-1", "ST-2"]);
    assert!(shop.book.trace_forward(LotId::new(77)).is_empty());
    assert!(shop.book.trace_back(LotId::new(77)).is_empty());
}

/// rule: INV-10
#[test]
fn stock_and_balances_as_of_a_day() {
    let shop = shop(TRADE);
    let lies = |on: &str| -> Vec<String> {
        let name = |one: &Stock| {
            let item = &shop.book.items()[one.item.number()].code;
            let place = &shop.book.warehouses()[one.warehouse.number()].code;
            format!("{} {item} {place} {}", one.quantity, one.value.display(Currency::NZD))
        };
        shop.book.stock_as_of(day(on)).iter().map(name).collect()
    };
    assert!(lies("2026-03-01").is_empty());
    assert_eq!(lies("2026-03-04"), ["10 JAM Main 70.00", "5 TEA Main 15.00"]);
    assert_eq!(lies("2026-03-06"), ["4 JAM Main 28.00", "1 JAM Annex 7.00", "3 TEA Annex 9.00"]);
    assert_eq!(
        lies("2026-03-31"),
        ["1 JAM Main 7.00", "1 JAM Annex 7.00", "1 TEA Main 3.00", "3 TEA Annex 9.00"]
    );
    let balances = |on: &str| -> Vec<(Role, i64)> {
        shop.book.balances_as_of(day(on)).into_iter().map(|(role, sum)| (role, sum.minor())).collect()
    };
    assert_eq!(balances("2026-03-02"), [(Role::FinishedGoods, 8_500), (Role::Purchases, -8_500)]);
    assert_eq!(
        balances("2026-03-07"),
        [
            (Role::FinishedGoods, 4_400),
            (Role::Purchases, -1_500),
            (Role::CostOfGoodsSold, 4_100),
            (Role::Payables, -7_000)
        ]
    );
}

/// rule: INV-7, POST-15
#[test]
fn a_balance_is_explained_by_documents_and_lots() {
    let shop = shop(TRADE);
    let explained = |role, on: &str| -> Vec<String> {
        let name = |one: &Contribution| {
            let brought = one.lot.map(|lot| shop.book.lot(lot).expect("a lot").from().document);
            let brought = brought.map_or_else(|| "-".into(), |id| number(&shop.book, id));
            let by = number(&shop.book, one.document);
            format!("{} {} {by} {brought} {}", one.day, one.rule.row().id, one.amount.minor())
        };
        shop.book.explain(role, day(on)).iter().map(name).collect()
    };
    assert_eq!(
        explained(Role::CostOfGoodsSold, "2026-03-31"),
        [
            "2026-03-06 POST-8.1 SH-1 TX-1 3500",
            "2026-03-06 POST-8.1 SH-1 TX-1 600",
            "2026-03-08 POST-8.2 SH-1 CR-1 -1400",
            "2026-03-08 POST-8.2 SH-1 CR-2 -300",
            "2026-03-09 POST-8.1 SH-2 R-1 2800",
            "2026-03-09 POST-8.1 SH-2 CR-1 700",
        ]
    );
    assert_eq!(
        explained(Role::Purchases, "2026-03-05"),
        [
            "2026-03-02 POST-1.3 PO-1 R-1 -7000",
            "2026-03-02 POST-1.3 PO-1 R-1 -1500",
            "2026-03-03 POST-1.1 B-1 - 7000",
        ]
        .map(str::to_owned)
        .into_iter()
        .collect::<Vec<_>>()
    );
}

/// rule: POST-5, INV-2
#[test]
fn what_is_free_expected_wanted_and_short() {
    let shop = shop(
        "item JAM made reorder 5
        order PO-1 2026-03-01: 20 JAM @ 7.00
        receive R-1 2026-03-02 of PO-1: 10 JAM
        demand CO-1 2026-03-03: 30 JAM @ 12.00
        book SH-1 2026-03-04 of CO-1: 4 JAM",
    );
    let found = shop.book.availability(shop.item("JAM").expect("an item"));
    let units = Quantity::units;
    assert_eq!((found.on_hand, found.booked, found.available), (units(10), units(4), units(6)));
    // Wanted 26 more, and 5 to be kept: 31, of which 6 are free and 10 on order.
    assert_eq!((found.expected, found.wanted, found.short), (units(10), units(26), units(15)));
}

/// rule: POST-20, INV-9
#[test]
fn a_preview_says_where_a_late_freight_bill_goes() {
    let mut shop = shop(
        "item JAM made
        item TEA made
        order PO-1 2026-03-01: 10 JAM @ 7.00
        receive R-1 2026-03-02 of PO-1: 10 JAM
        found ST-1 2026-03-02: 10 TEA 30.00
        ship SH-1 2026-03-05: 3 JAM; 1 TEA
        ship SH-2 2026-03-06: 2 JAM",
    );
    let before = shop.book.digest();
    let mut commands = shop.read("fee F-1 2026-03-12 on R-1 90.00").expect("a fee");
    let command = commands.pop().expect("one command");
    let preview = shop.book.preview(command.clone(), shop.asking()).expect("not refused");
    assert_eq!(shop.book.digest(), before, "a preview changed the book");
    let cents = |(old, new): (money::Amount, money::Amount)| (old.minor(), new.minor());
    // 45.00 stay in stock; of what went, 27.00 to SH-1 and 18.00 to SH-2.
    let lots: Vec<_> = preview.lots.iter().map(|(lot, old, new)| (*lot, cents((*old, *new)))).collect();
    assert_eq!(lots, [(lot(&shop, "R-1", "JAM"), (3_500, 8_000))]);
    let documents: Vec<_> = preview
        .documents
        .iter()
        .map(|(id, old, new)| (number(&shop.book, *id), new.minor() - old.minor()))
        .collect();
    assert_eq!(documents, [("SH-1".to_owned(), 2_700), ("SH-2".to_owned(), 1_800)]);
    // One lot and its two takings; TEA is not touched.
    assert_eq!(preview.recomputed, 3);
    let changes: Vec<_> = preview
        .changes
        .iter()
        .map(|one| (one.day, one.rule.row().id, one.key.role, one.amount.minor()))
        .collect();
    let on = day("2026-03-12");
    assert_eq!(
        changes,
        [
            (on, "POST-1.3", Role::FinishedGoods, 9_000),
            (on, "POST-1.3", Role::Purchases, -9_000),
            (on, "POST-8.1", Role::FinishedGoods, -4_500),
            (on, "POST-8.1", Role::CostOfGoodsSold, 4_500),
        ]
    );
    shop.command(command).expect("not refused");
    assert_eq!(shop.book.balances_as_of(on), preview.book.balances_as_of(on));
}

/// rule: SEC-2
#[test]
fn what_something_said_before_is_kept_with_who_and_when() {
    let mut shop = shop("item JAM made");
    let mut clock = 100;
    for statement in [
        "found ST-1 2026-03-01: 10 JAM 70.00",
        "change found ST-1 2026-03-01: 10 JAM 80.00",
        "cancel ST-1",
        "reinstate ST-1",
        "note ST-1 counted twice",
        "change item JAM made price 6.00",
    ] {
        for command in shop.read(statement).expect("readable") {
            for event in shop.book.decide(command, shop.asking()).expect("not refused") {
                clock += 1;
                shop.book.apply(&event, Stamp { at: clock, by: 7 });
            }
        }
    }
    let id = shop.book.find_document(Kind::StockEntry, "st-1").expect("found in any case");
    let document = shop.book.document(id).expect("a document");
    let stamped = |seq: u32| shop.book.stamp(seq).expect("a stamp");
    assert_eq!(stamped(document.created()), Stamp { at: 101, by: 7 });
    let cost = |content: &Content| match content {
        Content::StockEntry(entry) => entry.ins[0].cost.minor(),
        _ => 0,
    };
    let before: Vec<_> =
        document.versions().iter().map(|(seq, content)| (stamped(*seq).at, cost(content))).collect();
    // Changed at 102; taken back at 104, when it said the same.
    assert_eq!(before, [(102, 7_000), (104, 8_000)]);
    let turns: Vec<_> = document.turns().iter().map(|(seq, life)| (stamped(*seq).at, *life)).collect();
    assert_eq!(turns, [(103, Life::Cancelled), (104, Life::Live)]);
    let notes = shop.book.notes(Thing::Document(id.number()));
    assert_eq!((stamped(notes[0].0).at, &*notes[0].1), (105, "counted twice"));
    let item = shop.book.item(shop.item("JAM").expect("an item")).expect("a row");
    let (seq, old) = &item.versions[0];
    assert_eq!((stamped(*seq).at, old.purchase_price.is_some()), (106, false));
    assert!(item.record.purchase_price.is_some());
}

/// rule: IMP-6
#[test]
fn two_options_of_one_category_are_refused() {
    let mut shop = shop("tracking Region\noption North of Region\noption South of Region\nitem JAM made");
    let tracking = Tracking([Some(TrackingOptionId::new(0)), Some(TrackingOptionId::new(1))]);
    let mut item = (*shop.book.items().row(0).expect("a row").record).clone();
    item.tracking = tracking;
    let save = Command::SaveRecord { id: Some(0), external: None, record: Record::Item(item) };
    let Err(support::Failure::Refused(refusal)) = shop.command(save) else { panic!("not refused") };
    assert_eq!(refusal.message(), "The tracking can't be South: North is an option of the same category.");
}

/// rule: INV-2
#[test]
fn rebooking_has_a_preview() {
    let mut shop = shop(
        "item JAM made
        found ST-1 2026-03-04: 10 JAM 70.00
        ship SH-1 2026-03-05: 6 JAM
        found ST-2 2026-03-02: 10 JAM 50.00",
    );
    let before = shop.book.digest();
    let command = shop.read("rebook SH-1").expect("readable").pop().expect("one command");
    let preview = shop.book.preview(command, shop.asking()).expect("not refused");
    let name = |id: LotId| number(&shop.book, shop.book.lot(id).expect("a lot").from().document);
    let lots: Vec<_> =
        preview.lots.iter().map(|(id, old, new)| (name(*id), old.minor(), new.minor())).collect();
    assert_eq!(lots, [("ST-1".to_owned(), 2_800, 7_000), ("ST-2".to_owned(), 5_000, 2_000)]);
    let documents: Vec<_> = preview
        .documents
        .iter()
        .map(|(id, old, new)| (number(&shop.book, *id), old.minor(), new.minor()))
        .collect();
    assert_eq!(documents, [("SH-1".to_owned(), 4_200, 3_000)]);
    assert_eq!(shop.book.digest(), before, "a preview changed the book");
}

/// rule: POST-11.1, ACC-6
#[test]
fn goods_move_between_the_accounts_of_two_warehouses_and_two_categories() {
    let mut shop = shop(
        "category SWEET
        category SAVOURY
        warehouse Annex
        item JAM made category SWEET
        found ST-1 2026-03-01: 10 JAM 70.00
        transfer TR-1 2026-03-03 Main to Annex: 4 JAM
        arrive TX-1 2026-03-05 of TR-1: 4 JAM
        ship SH-1 2026-03-06 out-of Annex: 1 JAM",
    );
    shop.today = day("2026-03-10");
    shop.say("change item JAM made category SAVOURY").expect("not refused");
    shop.say("ship SH-2 2026-03-12 out-of Annex: 1 JAM").expect("not refused");
    let on = |role, category: u32, warehouse: u32, until: &str| -> i64 {
        let key = Key {
            category: Some(CategoryId::new(category)),
            warehouse: Some(WarehouseId::new(warehouse)),
            ..Key::of(role)
        };
        let balances = shop.book.ledger().balances_as_of(day(until));
        balances.filter(|(other, _)| **other == key).map(|(_, amount)| amount.minor()).sum()
    };
    let goods = |category, warehouse, until| on(Role::FinishedGoods, category, warehouse, until);
    assert_eq!((goods(0, 0, "2026-03-04"), goods(0, 1, "2026-03-04")), (7_000, 0));
    assert_eq!((goods(0, 0, "2026-03-09"), goods(0, 1, "2026-03-09")), (4_200, 2_100));
    assert_eq!((goods(0, 0, "2026-03-11"), goods(0, 1, "2026-03-11")), (0, 0));
    assert_eq!((goods(1, 0, "2026-03-12"), goods(1, 1, "2026-03-12")), (4_200, 1_400));
    // Cost of goods sold stays where it was, and is the new category's from then on.
    let cost = |category| on(Role::CostOfGoodsSold, category, 1, "2026-03-31");
    assert_eq!((cost(0), cost(1)), (700, 700));
}
