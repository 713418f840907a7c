//! What a workshop asks of its production: what a table cost, what is in progress, where a leg goes, what ten tables need, what a
//! late freight bill would do, where an order stands, how goods of two levels are traced.

mod support;

use book::*;
use money::Quantity;
use support::Shop;

/// Legs are turned from blanks, tables are made of legs and tops; three tables are sold before the freight bill comes.
const WORKSHOP: &str = "
    item BLANK bought
    item TOP bought
    item LEG made
    item TABLE made
    workstation LATHE rate 30.00
    bom LEG-A LEG: 1 BLANK scrap 25%
    bom TABLE-A TABLE: 4 LEG; 1 TOP
    routing LEG-R LEG: TURN at LATHE 0.1 h people 2 labour 20.00
    order PO-1 2026-03-01: 50 BLANK @ 2.00; 10 TOP @ 5.00
    receive R-1 2026-03-02 of PO-1: 50 BLANK; 10 TOP
    make MO-1 2026-03-03 40 LEG by records
    consume CN-1 2026-03-03 of MO-1
    work W-1 2026-03-03 on MO-1 TURN 5 h people 2 finished
    finish FN-1 2026-03-04 of MO-1 40
    make MO-2 2026-03-05 10 TABLE by records
    consume CN-2 2026-03-05 of MO-2
    finish FN-2 2026-03-06 of MO-2 10
    ship SH-1 2026-03-07: 3 TABLE";

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

fn order(shop: &Shop, number: &str) -> DocumentId {
    shop.book.find_document(Kind::ManufacturingOrder, number).expect("an order")
}

fn item(shop: &Shop, code: &str) -> ItemId {
    ItemId::new(shop.book.items().find(code).expect("an item"))
}

/// rule: POST-14
#[test]
fn an_order_says_what_it_cost_against_its_plan() {
    let shop = shop(WORKSHOP);
    // 40 legs: 50 blanks at 2.00; 4 h planned × 2 people × 20.00, 5 h came; 4 h × 30.00 and 5 h × 30.00.
    let cost = shop.book.order_cost(order(&shop, "MO-1")).expect("its cost");
    let cents = |one: PlannedActual| (one.planned.minor(), one.actual.minor());
    assert_eq!(cents(cost.parts), (10_000, 10_000));
    assert_eq!((cents(cost.labour), cents(cost.overhead)), ((16_000, 20_000), (12_000, 15_000)));
    assert_eq!((cost.finished_cost.minor(), cost.lost.minor(), cost.in_progress.minor()), (45_000, 0, 0));
    assert_eq!((cost.state, cost.finished), (OrderState::Finished, Quantity::units(40)));
    let table = shop.book.order_cost(order(&shop, "MO-2")).expect("its cost");
    assert_eq!((table.parts.actual.minor(), table.finished_cost.minor()), (50_000, 50_000));
}

/// rule: REC-4
#[test]
fn what_is_in_progress_is_told_order_by_order_and_day_by_day() {
    let shop = shop(WORKSHOP);
    let on = |text: &str| -> Vec<(DocumentId, i64)> {
        let all = shop.book.in_progress(day(text));
        all.iter().filter(|one| !one.balance.is_zero()).map(|one| (one.order, one.balance.minor())).collect()
    };
    // On the 3rd the blanks and the plan of labour and overhead; on the 4th the legs are done.
    assert_eq!(on("2026-03-03"), [(order(&shop, "MO-1"), 38_000)]);
    assert_eq!(on("2026-03-04"), []);
    assert_eq!(on("2026-03-05"), [(order(&shop, "MO-2"), 50_000)]);
    assert_eq!(on("2026-03-31"), []);
    let first = &shop.book.in_progress(day("2026-03-31"))[0];
    let last = Some(day("2026-03-04"));
    assert_eq!((first.taken_up.minor(), first.given.minor(), first.last), (45_000, 45_000, last));
}

/// rule: POST-27 POST-20 INV-9
#[test]
fn a_late_freight_bill_through_two_levels_is_shown_before_it_is_confirmed() {
    let mut shop = shop(WORKSHOP);
    let command = shop.read("fee F-1 2026-03-20 on R-1 60.00 by quantity from Carrier");
    assert!(command.is_err(), "no such supplier yet");
    shop.say("supplier Carrier").expect("a supplier");
    let command =
        shop.read("fee F-1 2026-03-20 on R-1 60.00 by quantity from Carrier").expect("a fee").remove(0);
    let asking = Asking { today: day("2026-03-31"), by: 1 };
    let preview = shop.book.preview(command, asking).expect("a preview");
    // 50 blanks and 10 tops carry 1.00 each. All of it went into ten tables, three of which are sold: 18.00 of 60.00.
    let mut by_role = std::collections::BTreeMap::new();
    for change in &preview.changes {
        assert_eq!(change.day, day("2026-03-20"), "a cost belongs to the day it came");
        *by_role.entry(change.key.role).or_insert(0) += change.amount.minor();
    }
    by_role.retain(|_, cents| *cents != 0);
    let expected = [(Role::FinishedGoods, 4_200), (Role::Purchases, -6_000), (Role::CostOfGoodsSold, 1_800)];
    assert_eq!(by_role.into_iter().collect::<Vec<_>>(), {
        let mut expected = expected.to_vec();
        expected.sort();
        expected
    });
    // Two received lots, what three consumption lines took of them, legs, tables, and what was shipped.
    assert_eq!(preview.recomputed, 8);
    assert_eq!(preview.book.check(), []);
}

#[test]
fn a_part_is_found_in_what_it_goes_into_and_a_product_says_what_it_needs() {
    let shop = shop(WORKSHOP);
    let used: Vec<(ItemId, i64, u32)> = shop
        .book
        .where_used(item(&shop, "BLANK"))
        .iter()
        .map(|one| (one.item, one.quantity.millionths(), one.level))
        .collect();
    assert_eq!(used, [(item(&shop, "LEG"), 1_250_000, 1), (item(&shop, "TABLE"), 4_000_000, 2)]);
    let needs = shop.book.needs(item(&shop, "TABLE"), Quantity::units(3), day("2026-03-31")).expect("needs");
    let needs: Vec<(ItemId, Quantity, u32)> =
        needs.iter().map(|one| (one.item, one.quantity, one.level)).collect();
    let whole = |code: &str, units: i32, level| (item(&shop, code), Quantity::units(units), level);
    assert_eq!(needs, [whole("TOP", 3, 1), whole("LEG", 12, 1), whole("BLANK", 15, 2)]);
    let too_many = shop.book.needs(item(&shop, "TABLE"), Quantity::MAX, day("2026-03-31"));
    assert_eq!(too_many.expect_err("too many").code(), Code::TooLarge);
}

/// rule: POST-22
#[test]
fn an_order_stands_where_its_facts_have_brought_it() {
    let mut shop = shop(
        "
        item LEG bought
        item TABLE made
        opening ST-1 2026-03-01: 40 LEG 80.00
        make MO-1 2026-03-02 10 TABLE: 40 LEG; op GLUE 1 h labour 20.00",
    );
    let mut states = vec![shop.book.order_state(order(&shop, "MO-1"))];
    for statement in [
        "change make MO-1 2026-03-02 10 TABLE booked 2026-03-02: 40 LEG; op GLUE 1 h labour 20.00",
        "work W-1 2026-03-03 on MO-1 GLUE running",
        "finish FN-1 2026-03-04 of MO-1 4 partly",
        "change work W-1 2026-03-03 on MO-1 GLUE 2 h paused",
        "finish FN-2 2026-03-05 of MO-1 5",
        "reopen MO-1",
    ] {
        shop.say(statement).unwrap_or_else(|why| panic!("{statement}: {why:?}"));
        states.push(shop.book.order_state(order(&shop, "MO-1")));
    }
    use OrderState::*;
    let expected = [Planned, Booked, Started, PartlyFinished, PartlyFinished, Finished, PartlyFinished];
    assert_eq!(states, expected.map(Some));
}

/// rule: INV-7
#[test]
fn goods_are_traced_through_two_levels() {
    let shop = shop(WORKSHOP);
    let numbers = |ids: Vec<DocumentId>| -> Vec<String> {
        ids.iter().map(|id| shop.book.document(*id).expect("a document").number().to_owned()).collect()
    };
    let blank = shop.lot("R-1", "BLANK").unwrap_or_else(|why| panic!("{why:?}"));
    let uses = shop.book.trace_forward(blank).iter().map(|one| one.by.document).collect();
    assert_eq!(numbers(uses), ["CN-1", "CN-2", "SH-1"]);
    let table = shop.lot("FN-2", "TABLE").unwrap_or_else(|why| panic!("{why:?}"));
    let mut origins = numbers(shop.book.trace_back(table).iter().map(|one| one.from.document).collect());
    origins.sort();
    assert_eq!(origins, ["FN-1", "FN-2", "R-1", "R-1"]);
}
