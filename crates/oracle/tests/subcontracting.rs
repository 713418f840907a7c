//! Parts at a vendor and bought operations reckoned by hand, for the oracle.
//!
//! Each expectation is worked out in its comment from docs/rules.md and docs/costing.md. Not here: orders of one's own
//! (`production`).

mod support;

use support::{WOOD, says};

const VENDOR: &str = "order PO-1 2026-03-02: 10 TABLE @ 5.00 parts
    send VS-1 2026-03-03 of PO-1 1: 30 WOOD
    ";

// rule: POST-2.1, POST-2.2, POST-1.9
#[test]
fn a_subcontractors_receipts_carry_their_part_of_what_was_sent_the_last_the_rest() {
    // 60.00 sent for ten: four received carry 24.00 and the service of 20.00.
    let first = format!("{WOOD}{VENDOR}receive R-1 2026-03-04 of PO-1: 4 TABLE\n");
    says(
        &first,
        "2026-03-04",
        "2026-03-04 purchasing Finished goods 44.00 Dr
        2026-03-04 purchasing Work in progress 24.00 Cr
        2026-03-04 purchasing Purchases 20.00 Cr",
    );
    // Parts of 6.00 come back: 24.00 become 4 tenths of 54.00.
    let back = format!("{first}putback PB-1 2026-03-05 of VS-1: 3 WOOD\n");
    says(
        &back,
        "2026-03-05",
        "2026-03-05 purchasing Finished goods 2.40 Cr
        2026-03-05 purchasing Work in progress 2.40 Dr
        2026-03-05 production Materials 6.00 Dr
        2026-03-05 production Work in progress 6.00 Cr",
    );
    // 2.00 are lost; three more received, and no more will come: 52.00 over seven, 29.71 and 22.29.
    let closed = format!(
        "{back}lost PB-2 2026-03-06 of VS-1: 1 WOOD
        receive R-2 2026-03-07 of PO-1: 3 TABLE
        close PO-1 TABLE 2026-03-08 left"
    );
    says(
        &closed,
        "2026-03-06",
        "2026-03-06 purchasing Finished goods 0.80 Cr
        2026-03-06 purchasing Work in progress 0.80 Dr
        2026-03-06 production Work in progress 2.00 Cr
        2026-03-06 production Inventory loss 2.00 Dr",
    );
    says(&closed, "R-", "R-1 TABLE Main 4 of 4 49.71 of 49.71\nR-2 TABLE Main 3 of 3 37.29 of 37.29");
    // 20.80 + 15.60 were given before: 15.60 on the day of the closing.
    says(
        &closed,
        "2026-03-08",
        "2026-03-08 purchasing Finished goods 15.60 Dr
        2026-03-08 purchasing Work in progress 15.60 Cr",
    );
}

// rule: POST-2.1, POST-13
#[test]
fn parts_for_a_vendor_are_only_booked_until_they_are_picked() {
    let planned = format!(
        "{WOOD}bom TABLE-A TABLE: 4 WOOD
        order PO-1 2026-03-02: 10 TABLE @ 5.00 parts
        send VS-1 2026-03-03 of PO-1 1 planned"
    );
    says(&planned, "ST-1", "ST-1 WOOD Main 100 of 100 200.00 of 200.00 40 booked");
    let picked = format!("{planned}\npick VS-1 2026-03-05");
    says(
        &picked,
        "2026-03-05",
        "2026-03-05 production Materials 80.00 Cr\n2026-03-05 production Work in progress 80.00 Dr",
    );
}

// rule: POST-3, POST-3.1, POST-1.7
#[test]
fn a_bought_operation_counts_from_its_shipment_at_its_bills_price() {
    let ordered = "item PLATING non-inventory account 400
        make MO-1 2026-03-02 10 TABLE: 40 WOOD; op PLATE 0 h
        consume CN-1 2026-03-03 of MO-1
        order PO-1 2026-03-03 operation MO-1 PLATE shipped 2026-03-05: 10 PLATING @ 3.00
        fee F-1 2026-03-04 on PO-1 2.00
        receive R-1 2026-03-06 of PO-1: 10 PLATING
        finish FN-1 2026-03-06 of MO-1 10
        bill B-1 2026-03-09 of PO-1: 10 PLATING @ 3.20
        ";
    let statements = format!("{WOOD}{ordered}");
    says(
        &statements,
        "2026-03-05",
        "2026-03-05 purchasing Work in progress 32.00 Dr\n2026-03-05 purchasing Purchases 32.00 Cr",
    );
    says(&statements, "FN-1", "FN-1 TABLE Main 10 of 10 114.00 of 114.00");
    says(
        &statements,
        "2026-03-09",
        "2026-03-09 purchasing Work in progress 2.00 Dr
        2026-03-09 purchasing Purchases 2.00 Cr
        2026-03-09 production Finished goods 2.00 Dr
        2026-03-09 production Work in progress 2.00 Cr
        2026-03-09 document Purchases 32.00 Dr
        2026-03-09 document Accounts payable 32.00 Cr",
    );
    let unshipped = statements.replace(" shipped 2026-03-05", "");
    says(&unshipped, "FN-1", "FN-1 TABLE Main 10 of 10 80.00 of 80.00");
    says(&unshipped, "2026-03-05", "");
}

// rule: POST-2.2
#[test]
fn more_than_was_ordered_shares_the_parts_and_a_second_shipment_sends_what_is_missing() {
    // 60.00 over twelve: 4 have 20.00, 8 have 40.00, and the service is 60.00.
    let more = format!(
        "{WOOD}{VENDOR}receive R-1 2026-03-04 of PO-1: 4 TABLE
        receive R-2 2026-03-05 of PO-1: 8 TABLE"
    );
    says(&more, "R-", "R-1 TABLE Main 4 of 4 40.00 of 40.00\nR-2 TABLE Main 8 of 8 80.00 of 80.00");
    // 40 by the bill, 30 sent, 2 of them back: 12 more.
    let rest = format!(
        "{WOOD}bom TABLE-A TABLE: 4 WOOD
        {VENDOR}putback PB-1 2026-03-04 of VS-1: 2 WOOD
        send VS-2 2026-03-05 of PO-1 1"
    );
    says(
        &rest,
        "2026-03-05",
        "2026-03-05 production Materials 24.00 Cr\n2026-03-05 production Work in progress 24.00 Dr",
    );
}

// rule: POST-3, POST-3.1
#[test]
fn receipts_of_a_bought_operation_count_for_nothing() {
    let statements = format!(
        "{WOOD}item PLATING non-inventory account 400
        make MO-1 2026-03-02 10 TABLE: op PLATE 0 h
        order PO-1 2026-03-03 operation MO-1 PLATE shipped 2026-03-05: 10 PLATING @ 0.3335
        receive R-1 2026-03-06 of PO-1: 12 PLATING"
    );
    // Ten, not twelve of which ten are a part, which would be 3.33.
    says(
        &statements,
        "2026-03-05",
        "2026-03-05 purchasing Work in progress 3.34 Dr\n2026-03-05 purchasing Purchases 3.34 Cr",
    );
    // Cancelled, it is as if it had never been.
    says(&format!("{statements}\ncancel R-1\ncancel PO-1"), "2026-03-05", "");
}
