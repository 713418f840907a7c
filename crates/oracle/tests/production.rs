//! Production reckoned by hand, for the oracle.
//!
//! Each expectation is worked out in its comment from docs/rules.md and docs/costing.md. Not here: vendors
//! (`subcontracting`), the book, which the cases hold against both.

mod support;

use oracle::Oracle;
use support::{WOOD, says};

// rule: POST-4.1, POST-4.3a, POST-14, POST-20, POST-27
#[test]
fn a_late_freight_bill_goes_through_two_levels_to_shipped_goods() {
    let statements = "item WOOD bought
        item LEG made
        item TABLE made
        order PO-1 2026-03-01: 100 WOOD @ 1.00
        receive R-1 2026-03-02 of PO-1: 100 WOOD
        make MO-1 2026-03-03 20 LEG: 40 WOOD
        consume CN-1 2026-03-03 of MO-1
        finish FN-1 2026-03-04 of MO-1 20
        make MO-2 2026-03-05 5 TABLE: 20 LEG; 10 WOOD
        consume CN-2 2026-03-05 of MO-2: 20 LEG; 10 WOOD
        finish FN-2 2026-03-06 of MO-2 5
        ship SH-1 2026-03-08: 2 TABLE
        fee F-1 2026-03-10 on R-1 10.00";
    // 40 wood cost 40.00; 20 legs carry them, with 10 wood they are five tables of 10.00, two of which are sold.
    says(
        statements,
        "2026-03-05",
        "2026-03-05 production Materials 10.00 Cr
        2026-03-05 production Finished goods 40.00 Cr
        2026-03-05 production Work in progress 50.00 Dr",
    );
    // Of 10.00 freight 4.00 went into legs, 5.00 into tables, 2.00 of them to the customer, all on its own day.
    says(
        statements,
        "2026-03-10",
        "2026-03-10 purchasing Materials 10.00 Dr
        2026-03-10 purchasing Purchases 10.00 Cr
        2026-03-10 production Materials 5.00 Cr
        2026-03-10 production Finished goods 5.00 Dr
        2026-03-10 sales Finished goods 2.00 Cr
        2026-03-10 sales Cost of goods sold 2.00 Dr",
    );
    says(statements, "FN-2", "FN-2 TABLE Main 3 of 5 33.00 of 55.00");
}

const PARTIAL: &str = "make MO-1 2026-03-02 10 TABLE: 40 WOOD @ 2.00; op CUT 1 h labour 20.00
    consume CN-1 2026-03-03 of MO-1: 40 WOOD
    finish FN-1 2026-03-04 of MO-1 4 partly
    ";

// rule: POST-22, POST-4.2b, POST-4.3b
#[test]
fn units_finished_first_carry_their_part_of_the_plan_then_of_the_actual_cost() {
    // 80.00 have come, 20.00 are to come: 4 of 10 carry 40.00.
    let first = format!("{WOOD}{PARTIAL}");
    says(&first, "FN-1", "FN-1 TABLE Main 4 of 4 40.00 of 40.00");
    // The operation begins: 20.00 more have come, nothing is to come; still 40.00.
    let begun = format!("{first}\nwork W-1 2026-03-05 on MO-1 CUT running");
    says(&begun, "FN-1", "FN-1 TABLE Main 4 of 4 40.00 of 40.00");
    says(
        &begun,
        "2026-03-05",
        "2026-03-05 production Work in progress 20.00 Dr
        2026-03-05 production Direct labour 20.00 Cr",
    );
    // It took 1.5 h: 30.00. 110.00 over ten units: 44.00 and 66.00; the four get 4.00 more on the last day.
    let done = format!("{begun}\nwork W-2 2026-03-06 on MO-1 CUT 1.5 h\nfinish FN-2 2026-03-07 of MO-1 6");
    says(&done, "FN-", "FN-1 TABLE Main 4 of 4 44.00 of 44.00\nFN-2 TABLE Main 6 of 6 66.00 of 66.00");
    says(
        &done,
        "2026-03-07",
        "2026-03-07 production Finished goods 70.00 Dr
        2026-03-07 production Work in progress 60.00 Cr
        2026-03-07 production Direct labour 10.00 Cr",
    );
    // Reopened: as if the order had not ended. 100.00 have come, all ten are finished, nothing is to come.
    let open = format!("{done}\nreopen MO-1");
    says(&open, "FN-", "FN-1 TABLE Main 4 of 4 40.00 of 40.00\nFN-2 TABLE Main 6 of 6 60.00 of 60.00");
}

// rule: POST-22
#[test]
fn units_never_carry_more_than_has_reached_the_order() {
    // 24.00 have come of 100.00: four of ten would carry 40.00.
    let statements = format!(
        "{WOOD}make MO-1 2026-03-02 10 TABLE: 40 WOOD @ 2.00; op CUT 1 h labour 20.00
        consume CN-1 2026-03-03 of MO-1: 12 WOOD
        finish FN-1 2026-03-04 of MO-1 4 partly"
    );
    says(&statements, "FN-1", "FN-1 TABLE Main 4 of 4 24.00 of 24.00");
    // 56.00 more: 40.00, on the day of the second consumption 16.00 more.
    let more = format!("{statements}\nconsume CN-2 2026-03-05 of MO-1");
    says(
        &more,
        "2026-03-05",
        "2026-03-05 production Materials 56.00 Cr
        2026-03-05 production Finished goods 16.00 Dr
        2026-03-05 production Work in progress 40.00 Dr",
    );
}

// rule: POST-4.5
#[test]
fn only_abnormal_scrap_takes_cost() {
    let make = format!("{WOOD}make MO-1 2026-03-02 10 TABLE: 50 WOOD\nconsume CN-1 2026-03-03 of MO-1\n");
    let normal = format!("{make}finish FN-1 2026-03-04 of MO-1 8 scrap 2");
    says(&normal, "FN-1", "FN-1 TABLE Main 8 of 8 100.00 of 100.00");
    let abnormal = format!("{make}finish FN-1 2026-03-04 of MO-1 8 abnormal 2");
    says(
        &abnormal,
        "2026-03-04",
        "2026-03-04 production Finished goods 80.00 Dr
        2026-03-04 production Work in progress 100.00 Cr
        2026-03-04 production Inventory loss 20.00 Dr",
    );
    let nothing = format!("{make}finish FN-1 2026-03-04 of MO-1 0 scrap 10");
    says(
        &nothing,
        "2026-03-04",
        "2026-03-04 production Work in progress 100.00 Cr
        2026-03-04 production Inventory loss 100.00 Dr",
    );
}

// rule: POST-4.4, POST-4.6
#[test]
fn an_aborted_order_puts_back_or_loses_what_it_took() {
    // Half of the planned hour: labour 10.00 of 20.00, overhead 5.00 of 15.00 by the hour and 7.00 fixed, 1.00 a unit for
    // nothing made instead of 10.00.
    let begun = format!(
        "{WOOD}make MO-1 2026-03-02 10 TABLE: 40 WOOD; op CUT 1 h labour 20.00 overhead 15.00 fixed 7.00 variable 1.00
        consume CN-1 2026-03-03 of MO-1: 40 WOOD
        work W-1 2026-03-04 on MO-1 CUT 0.5 h
        putback PB-1 2026-03-05 of CN-1: 3 WOOD
        "
    );
    let back = format!("{begun}abort FN-1 2026-03-06 of MO-1 putting-back");
    says(
        &back,
        "2026-03-04",
        "2026-03-04 production Work in progress 52.00 Dr
        2026-03-04 production Direct labour 20.00 Cr
        2026-03-04 production Manufacturing overheads 32.00 Cr",
    );
    // Overheads fall from 32.00 to 7.50 + 7.00; 24.50 are lost with the labour of 10.00.
    says(
        &back,
        "2026-03-06",
        "2026-03-06 production Materials 74.00 Dr
        2026-03-06 production Work in progress 126.00 Cr
        2026-03-06 production Inventory loss 24.50 Dr
        2026-03-06 production Direct labour 10.00 Dr
        2026-03-06 production Manufacturing overheads 17.50 Dr",
    );
    says(&back, "PB-", "PB-1 WOOD Main 3 of 3 6.00 of 6.00\nPB-2 WOOD Main 37 of 37 74.00 of 74.00");
    let lost = format!("{begun}abort FN-1 2026-03-06 of MO-1");
    says(
        &lost,
        "2026-03-06",
        "2026-03-06 production Work in progress 126.00 Cr
        2026-03-06 production Inventory loss 98.50 Dr
        2026-03-06 production Direct labour 10.00 Dr
        2026-03-06 production Manufacturing overheads 17.50 Dr",
    );
}

// rule: POST-4, INV-2, INV-3
#[test]
fn a_consumption_takes_first_what_its_order_has_booked() {
    let booked = format!(
        "{WOOD}opening ST-2 2026-03-02: 10 WOOD 30.00
        make MO-1 2026-03-03 5 TABLE booked 2026-03-03: 8 WOOD from ST-2 8
        "
    );
    says(
        &booked,
        "ST-",
        "ST-1 WOOD Main 100 of 100 200.00 of 200.00\nST-2 WOOD Main 10 of 10 30.00 of 30.00 8 booked",
    );
    // 3 off the booking; then 6 wanted: 5 that are booked, and 1 of the oldest lot.
    let used = format!(
        "{booked}consume CN-1 2026-03-04 of MO-1: 3 WOOD
        consume CN-2 2026-03-05 of MO-1: 6 WOOD"
    );
    says(&used, "ST-", "ST-1 WOOD Main 99 of 100 198.00 of 200.00\nST-2 WOOD Main 2 of 10 6.00 of 30.00");
    // An order that ends gives the rest of its booking back.
    let ended = format!("{booked}consume CN-1 2026-03-04 of MO-1: 3 WOOD\nfinish FN-1 2026-03-05 of MO-1 5");
    says(&ended, "ST-", "ST-1 WOOD Main 100 of 100 200.00 of 200.00\nST-2 WOOD Main 7 of 10 21.00 of 30.00");
}

// rule: POST-14, ACC-3
#[test]
fn records_make_the_plan_and_shortage_makes_orders() {
    // 25 tables by a bill per 10 with 5% scrap: 26.25 wood. 2.5 batches of 2 h and 1 h of setup: 6 h at 30.00 and 20.00.
    let records = format!(
        "{WOOD}workstation SAW rate 30.00
        bom TABLE-A TABLE per 10: 10 WOOD scrap 5%
        bom TABLE-B TABLE per 10 from 2026-04-01: 1 WOOD
        routing TABLE-R TABLE per 10: CUT at SAW 2 h setup 1 h labour 20.00
        make MO-7 2026-03-03 25 TABLE by records
        consume CN-1 2026-03-04 of MO-7
        work W-1 2026-03-05 on MO-7 CUT finished
        finish FN-1 2026-03-06 of MO-7 25
        "
    );
    says(&records, "FN-1", "FN-1 TABLE Main 25 of 25 352.50 of 352.50");
    // 40 wanted, 25 there: 15 are short.
    let short = format!(
        "{records}demand CO-1 2026-03-07: 40 TABLE @ 30.00
        makefor short TABLE 2026-03-08
        consume CN-2 2026-03-09 of MO-8
        finish FN-2 2026-03-09 of MO-8 15"
    );
    says(&short, "FN-2", "FN-2 TABLE Main 15 of 15 31.50 of 31.50");
    // For a line of 40 one order makes 10, another ended with 5 of its 20: 25 more.
    let customer = format!(
        "{records}demand CO-1 2026-03-07: 1 LEG @ 5.00; 40 TABLE @ 30.00
        make MO-8 2026-03-08 10 TABLE for CO-1 2: 1 WOOD
        make MO-9 2026-03-08 20 TABLE for CO-1 2: 1 WOOD
        finish FN-8 2026-03-08 of MO-9 5
        makefor CO-1 2 2026-03-08
        consume CN-2 2026-03-09 of MO-10
        finish FN-2 2026-03-09 of MO-10 25"
    );
    says(&customer, "FN-2", "FN-2 TABLE Main 25 of 25 52.50 of 52.50");
}

// rule: ACC-3
#[test]
fn with_its_last_bill_put_away_an_item_is_a_material_again() {
    let statements = "item WOOD bought
        item LEG bought
        today 2026-03-10
        opening ST-1 2026-03-01: 10 LEG 20.00
        bom LEG-A LEG: 2 WOOD
        bom LEG-B LEG: 3 WOOD
        today 2026-03-15
        archive bom LEG-A
        worth 2026-03-15
        change item LEG bought
        today 2026-03-20
        archive bom LEG-B
        today 2026-03-25
        restore bom LEG-A";
    // Made from the 10th, with one bill left on the 15th whatever its record says, bought from the 20th, made again from the 25th.
    says(
        statements,
        "2026-03",
        "2026-03-15 Finished goods 20.00
        2026-03-01 adjustments Materials 20.00 Dr
        2026-03-01 adjustments Opening balances 20.00 Cr
        2026-03-10 adjustments Materials 20.00 Cr
        2026-03-10 adjustments Finished goods 20.00 Dr
        2026-03-20 adjustments Materials 20.00 Dr
        2026-03-20 adjustments Finished goods 20.00 Cr
        2026-03-25 adjustments Materials 20.00 Cr
        2026-03-25 adjustments Finished goods 20.00 Dr",
    );
}

// rule: POST-4.3b
#[test]
fn an_operation_costs_what_was_recorded_or_its_plan_if_it_is_only_done() {
    let make =
        "make MO-1 2026-03-02 10 TABLE: op CUT 1 h labour 20.00 overhead 30.00 fixed 7.00 variable 0.10";
    let finish = "finish FN-1 2026-03-06 of MO-1 8 scrap 1 abnormal 1";
    // Done without hours: 20.00 + 30.00 + 7.00 + 1.00.
    let done = format!("{WOOD}{make}\nwork W-1 2026-03-03 on MO-1 CUT\n{finish}");
    says(&done, "FN-1", "FN-1 TABLE Main 8 of 8 51.56 of 51.56");
    // Begun and never done: fixed, and variable for each of the ten units, scrapped ones too.
    let begun = format!("{WOOD}{make}\nwork W-1 2026-03-03 on MO-1 CUT paused\n{finish}");
    says(&begun, "FN-1", "FN-1 TABLE Main 8 of 8 7.11 of 7.11");
    // 1.5 h of two people: labour 60.00, overhead 45.00 + 7.00 + 1.00.
    let two = format!("{WOOD}{make}\nwork W-1 2026-03-03 on MO-1 CUT 1.5 h people 2\n{finish}");
    says(&two, "FN-1", "FN-1 TABLE Main 8 of 8 100.44 of 100.44");
    // Never begun: nothing.
    says(&format!("{WOOD}{make}\n{finish}"), "FN-1", "FN-1 TABLE Main 8 of 8 0.00 of 0.00");
    // Begun after the order had ended: plan and adjustment on that day.
    let late = format!("{WOOD}{make}\nwork W-1 2026-03-08 on MO-1 CUT 2 h\n{finish}");
    says(
        &late,
        "2026-03-08",
        "2026-03-08 production Finished goods 96.00 Dr
        2026-03-08 production Inventory loss 12.00 Dr
        2026-03-08 production Direct labour 40.00 Cr
        2026-03-08 production Manufacturing overheads 68.00 Cr",
    );
    says(&late, "2026-03-06", "");
}

// rule: POST-22, POST-12
#[test]
fn units_stand_in_the_order_of_their_days_and_put_backs_are_to_come_again() {
    // 10.00 over three units: 3.33, 3.34, 3.33; the one entered last is of the first day.
    let three = format!(
        "{WOOD}make MO-1 2026-03-02 3 TABLE: 5 WOOD
        consume CN-1 2026-03-02 of MO-1
        finish FN-1 2026-03-05 of MO-1 1 partly
        finish FN-2 2026-03-06 of MO-1 1
        finish FN-3 2026-03-04 of MO-1 1 partly"
    );
    says(
        &three,
        "FN-",
        "FN-1 TABLE Main 1 of 1 3.34 of 3.34
        FN-2 TABLE Main 1 of 1 3.33 of 3.33
        FN-3 TABLE Main 1 of 1 3.33 of 3.33",
    );
    // 80.00 came, 20.00 went back and are to come again at 3.00: (60 + 30) × 4 ÷ 10.
    let back = format!(
        "{WOOD}make MO-1 2026-03-02 10 TABLE: 40 WOOD @ 3.00
        consume CN-1 2026-03-03 of MO-1
        finish FN-1 2026-03-04 of MO-1 4 partly
        putback PB-1 2026-03-05 of CN-1: 10 WOOD"
    );
    says(&back, "FN-1", "FN-1 TABLE Main 4 of 4 36.00 of 36.00");
    // A part that costs nothing is planned at 1.00: its put-back moves the partial units on its own day.
    let free = format!(
        "{WOOD}item AIR bought
        found ST-9 2026-03-01: 50 AIR 0.00
        make MO-1 2026-03-02 10 TABLE: 40 WOOD; 20 AIR @ 1.00
        consume CN-1 2026-03-03 of MO-1
        finish FN-1 2026-03-04 of MO-1 4 partly
        putback PB-1 2026-03-05 of CN-1: 20 AIR"
    );
    says(
        &free,
        "2026-03-05",
        "2026-03-05 production Finished goods 8.00 Dr\n2026-03-05 production Work in progress 8.00 Cr",
    );
}

// rule: POST-14
#[test]
fn the_bill_of_the_latest_first_day_is_the_one() {
    let statements = format!(
        "{WOOD}bom TABLE-A TABLE: 4 WOOD
        bom TABLE-B TABLE from 2026-03-05: 3 WOOD
        bom TABLE-C TABLE from 2026-03-05: 2 WOOD
        bom TABLE-D TABLE until 2026-03-05: 9 WOOD
        "
    );
    for (day, cost) in [("2026-03-04", "18.00"), ("2026-03-05", "4.00"), ("2026-03-06", "4.00")] {
        let made = format!(
            "{statements}make MO-1 {day} 1 TABLE by records\nconsume CN-1 {day} of MO-1\nfinish FN-1 {day} of MO-1 1"
        );
        says(&made, "FN-1", &format!("FN-1 TABLE Main 1 of 1 {cost} of {cost}"));
    }
}

// rule: INV-2, INV-5
#[test]
fn a_changed_consumption_keeps_its_lots_and_its_lines_share_one_booking() {
    // Four of eight are booked for the order, the others are free: 6 and then 1 can be had.
    let booked = "item WOOD bought
        item TABLE made
        opening ST-1 2026-03-01: 8 WOOD 16.00
        make MO-1 2026-03-02 3 TABLE booked 2026-03-02: 4 WOOD
        ";
    let used = format!("{booked}consume CN-1 2026-03-03 of MO-1: 6 WOOD; 1 WOOD");
    says(&used, "ST-1", "ST-1 WOOD Main 1 of 8 2.00 of 16.00");
    // An older lot comes to light later: the changed consumption keeps what it had, and only one more is of that.
    let older = format!(
        "{used}\nopening ST-2 2026-02-01: 8 WOOD 24.00\nchange consume CN-1 2026-03-04 of MO-1: 7 WOOD; 1 WOOD"
    );
    says(&older, "ST-", "ST-1 WOOD Main 1 of 8 2.00 of 16.00\nST-2 WOOD Main 7 of 8 21.00 of 24.00");
    // What is booked for the second part of the same item isn't free for the first.
    let two = booked.replace(": 4 WOOD", ": 4 WOOD; 4 WOOD");
    assert!(Oracle::run(&format!("{two}consume CN-1 2026-03-03 of MO-1: 5 WOOD")).is_err());
    // Made from the plan, each line has what is booked for its own part.
    says(&format!("{two}consume CN-1 2026-03-03 of MO-1"), "ST-1", "");
}
