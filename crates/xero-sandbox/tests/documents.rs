//! Tables for documents, lines, lock dates, journals and stock: API-FACTS 3.5, 4.7, 4.9, 4.12, 6.1, 6.2, 6.4.
//! Not here: statuses (`statuses.rs`), settlements (`settlements.rs`).

mod desk;

use desk::Desk;
use xero_sandbox::{Country, LockDates, Role};

/// The check vectors of API-FACTS 6.4 through the whole path.
#[test]
fn totals_are_those_of_the_check_vectors() {
    let table: &[(&str, &[&str], [&str; 3])] = &[
        ("Exclusive", &["25.06", "25.61", "25.63"], ["76.30", "11.44", "87.74"]),
        ("Exclusive", &["21.00"], ["21.00", "3.15", "24.15"]),
        ("Inclusive", &["50.00", "420.00"], ["408.70", "61.30", "470.00"]),
        ("Inclusive", &["541.25"], ["470.65", "70.60", "541.25"]),
        ("NoTax", &["10.00", "0.01"], ["10.01", "0.00", "10.01"]),
    ];
    for (types, lines, [sub_total, tax, total]) in table {
        let mut desk = Desk::new();
        let lines: Vec<String> = lines
            .iter()
            .map(|l| {
                format!(r#"{{"Description":"x","Quantity":"1","UnitAmount":"{l}","AccountCode":"200"}}"#)
            })
            .collect();
        let body = format!(
            r#"{{"Type":"ACCREC","Contact":{{"Name":"Acme"}},"DueDate":"/Date(1790726400000+0000)/","Status":"AUTHORISED",
                "LineAmountTypes":"{types}","LineItems":[{}]}}"#,
            lines.join(",")
        );
        let reply = desk.put("Invoices", &body);
        let shown = ["SubTotal", "TotalTax", "Total"].map(|key| reply.amount(&format!("/Invoices/0/{key}")));
        assert_eq!(shown, [*sub_total, *tax, *total], "{types}");
        assert_eq!(desk.balance("610"), *total);
        assert_eq!(desk.balance("820"), if *tax == "0.00" { "0.00".to_owned() } else { format!("-{tax}") });
        assert_eq!(reply.text("/Invoices/0/DueDateString"), "2026-09-30T00:00:00");
    }
}

/// Lines: what is missing is derived, what disagrees is refused; prices by `unitdp`.
#[test]
fn lines_are_derived_or_refused() {
    // (query, line, line amount or message)
    let table = [
        ("", r#"{"Description":"x","Quantity":3,"LineAmount":10,"AccountCode":"200"}"#, "10.00"),
        ("", r#"{"Description":"x","UnitAmount":5,"LineAmount":10,"AccountCode":"200"}"#, "10.00"),
        ("", r#"{"Description":"x","Quantity":3,"UnitAmount":0.3333,"AccountCode":"200"}"#, "0.99"),
        ("?unitdp=4", r#"{"Description":"x","Quantity":3,"UnitAmount":0.3333,"AccountCode":"200"}"#, "1.00"),
        (
            "",
            r#"{"Description":"x","Quantity":2,"UnitAmount":10,"DiscountRate":"12.5","AccountCode":"200"}"#,
            "17.50",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":2,"UnitAmount":10,"DiscountAmount":0.5,"AccountCode":"200"}"#,
            "19.50",
        ),
        ("", r#"{"ItemCode":"BOOK","Quantity":2}"#, "39.90"),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":100,"LineAmount":1,"AccountCode":"200"}"#,
            "The line total 1.00 does not match the expected line total 100.00",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"DiscountRate":101,"AccountCode":"200"}"#,
            "The discount rate '101' is invalid. Discount must not be greater than the line total.",
        ),
        ("", r#"{"Description":"x","Quantity":1,"UnitAmount":1}"#, "Account code or ID must be specified"),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"nope"}"#,
            "Account code 'nope' is not a valid code for this document.",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"090"}"#,
            "Account code '090' is not a valid code for this document.",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"610"}"#,
            "Account code '610' is not a valid code for this document.",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"999"}"#,
            "Account code '999' has been archived, or has been deleted. Each line item must reference a valid account.",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"200","TaxType":"INPUT2"}"#,
            "The TaxType code 'INPUT2' cannot be used with account code '200'.",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"200","TaxType":"OUTPUT"}"#,
            "The TaxType code OUTPUT does not exist or cannot be used for this type of transaction",
        ),
        (
            "",
            r#"{"Description":"x","Quantity":99999999999999,"UnitAmount":99999999999999,"AccountCode":"200"}"#,
            "[sandbox] the line amount is beyond Xero's limit of 9999999999.99",
        ),
    ];
    for (query, line, expected) in table {
        let mut desk = Desk::new();
        let body = format!(
            r#"{{"Type":"ACCREC","Contact":{{"Name":"Acme"}},"DueDate":"2026-09-30","Status":"AUTHORISED","LineItems":[{line}]}}"#
        );
        let reply = desk.put(&format!("Invoices{query}"), &body);
        if reply.status == 200 {
            assert_eq!(reply.amount("/Invoices/0/LineItems/0/LineAmount"), expected, "{line}");
        } else {
            assert_eq!(reply.messages(), [expected], "{line}");
            assert_eq!(desk.balance("200"), "0.00", "a refused invoice posts nothing");
        }
    }
}

/// API-FACTS 6.1: on or before the lock date; advisers pass the period lock.
#[test]
fn lock_dates_stop_what_is_approved() {
    let period = LockDates { period: Some(jiff::civil::date(2026, 6, 30)), end_of_year: None };
    let year = LockDates { period: None, end_of_year: Some(jiff::civil::date(2026, 6, 30)) };
    let body = |status: &str, day: &str| {
        format!(
            r#"{{"Type":"ACCREC","Contact":{{"Name":"Acme"}},"Date":"{day}","DueDate":"2026-09-30","Status":"{status}",
                "LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"200"}}]}}"#
        )
    };
    let table = [
        (period, Role::Adviser, "AUTHORISED", "2026-06-30", ""),
        (period, Role::StandardWithReports, "AUTHORISED", "2026-06-30", "period lock date"),
        (period, Role::StandardWithReports, "AUTHORISED", "2026-07-01", ""),
        (period, Role::StandardWithReports, "DRAFT", "2026-06-30", ""),
        (year, Role::Adviser, "AUTHORISED", "2026-06-30", "end of year lock date"),
        (year, Role::Adviser, "SUBMITTED", "2026-06-30", ""),
    ];
    for (locks, role, status, day, name) in table {
        let mut desk = Desk::new();
        desk.user.role = role;
        desk.org.set_lock_dates(locks);
        let reply = desk.put("Invoices", &body(status, day));
        if name.is_empty() {
            assert_eq!(reply.status, 200, "{status} {day}: {}", reply.json);
        } else {
            let text =
                format!("The document date cannot be before the {name}, currently set at 30 June 2026");
            assert_eq!(reply.messages(), [text]);
        }
    }
    let mut desk = Desk::new();
    let id = desk.made("Invoices", "InvoiceID", &body("AUTHORISED", "2026-06-30"));
    desk.org.set_lock_dates(year);
    let reply = desk.post(&format!("Invoices/{id}"), r#"{"Status":"VOIDED"}"#);
    let text = "This document cannot be edited as it is currently dated before end of year lock date";
    assert_eq!(reply.messages(), [text]);
    let journal = |status: &str| {
        format!(
            r#"{{"Narration":"n","Date":"2026-06-01","Status":"{status}","JournalLines":[
                {{"LineAmount":1,"AccountCode":"630"}},{{"LineAmount":-1,"AccountCode":"820"}}]}}"#
        )
    };
    assert_eq!(desk.put("ManualJournals", &journal("DRAFT")).status, 200);
    assert_eq!(desk.put("ManualJournals", &journal("POSTED")).status, 400);
    let pay = format!(
        r#"{{"Invoice":{{"InvoiceID":"{id}"}},"Account":{{"Code":"090"}},"Amount":1,"Date":"2026-06-30"}}"#
    );
    assert_eq!(desk.put("Payments", &pay).status, 400);
}

/// API-FACTS 4.12.
#[test]
fn manual_journals_balance_and_keep_off_barred_accounts() {
    let lines = |a: &str, code_a: &str, b: &str, code_b: &str| {
        format!(
            r#"{{"Narration":"Stock of September","Status":"POSTED","JournalLines":[
                {{"LineAmount":{a},"AccountCode":"{code_a}"}},{{"LineAmount":{b},"AccountCode":"{code_b}"}}]}}"#
        )
    };
    let mut desk = Desk::new();
    let id = desk.made("ManualJournals", "ManualJournalID", &lines("100", "620", "-100", "630"));
    assert_eq!((desk.balance("620"), desk.balance("630")), ("100.00".into(), "-100.00".into()));
    let reply = desk.put("ManualJournals", &lines("100", "620", "-10", "630"));
    assert_eq!(reply.messages(), ["The total debits (100.00) must equal total credits (-10.00)"]);
    for code in ["090", "610", "800", "960", "640"] {
        let reply = desk.put("ManualJournals", &lines("1", code, "-1", "630"));
        let message = reply.messages().join("");
        assert!(
            reply.status == 400 && message.contains(code) && message.contains("barred"),
            "{code}: {message}"
        );
    }
    let reply = desk.put("ManualJournals", r#"{"JournalLines":[]}"#);
    assert!(reply.messages().contains(&"The Narration field is mandatory".to_owned()));
    // Lines are replaced as a whole.
    let edit = lines("70", "621", "-70", "630").replacen('{', &format!(r#"{{"ManualJournalID":"{id}","#), 1);
    assert_eq!(desk.post("ManualJournals", &edit).status, 200);
    assert_eq!((desk.balance("620"), desk.balance("621")), ("0.00".into(), "70.00".into()));
    assert_eq!(
        desk.get("ManualJournals").json["ManualJournals"][0]["JournalLines"].as_array().map(Vec::len),
        Some(0)
    );
    assert_eq!(
        desk.get("ManualJournals?page=1").json["ManualJournals"][0]["JournalLines"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(desk.post(&format!("ManualJournals/{id}"), r#"{"Status":"DRAFT"}"#).status, 400);
    assert_eq!(desk.post(&format!("ManualJournals/{id}"), r#"{"Status":"VOIDED"}"#).status, 200);
    assert_eq!((desk.balance("621"), desk.balance("630")), ("0.00".into(), "0.00".into()));
    desk.user.role = Role::Standard;
    assert_eq!(desk.get("ManualJournals").status, 403);
}

/// API-FACTS 6.2: average cost, no negative stock.
#[test]
fn tracked_items_move_stock_and_cost() {
    let mut desk = Desk::new();
    let document = |kind: &str, quantity: &str, price: &str| {
        format!(
            r#"{{"Type":"{kind}","Contact":{{"Name":"Acme"}},"DueDate":"2026-09-30","Status":"AUTHORISED",
                "LineItems":[{{"ItemCode":"TSL-Black","Quantity":{quantity},"UnitAmount":{price}}}]}}"#
        )
    };
    let short = document("ACCREC", "1", "40");
    assert_eq!(
        desk.put("Invoices", &short).messages(),
        ["Insufficient stock. Items are eligible for backorder."]
    );
    desk.made("Invoices", "InvoiceID", &document("ACCPAY", "2", "10"));
    let second = desk.made("Invoices", "InvoiceID", &document("ACCPAY", "1", "11"));
    assert_eq!(desk.balance("640"), "31.00");
    let sale = desk.made("Invoices", "InvoiceID", &short);
    assert_eq!((desk.balance("640"), desk.balance("310")), ("20.67".into(), "10.33".into()));
    let item = desk.get("Items/TSL-Black");
    assert_eq!(
        (item.amount("/Items/0/QuantityOnHand"), item.amount("/Items/0/TotalCostPool")),
        ("2.00".into(), "20.67".into())
    );
    assert_eq!(desk.put("Invoices", &document("ACCREC", "3", "40")).status, 400);
    assert_eq!(desk.put("Invoices?allowBackorders=true", &document("ACCREC", "3", "40")).status, 200);
    assert_eq!(desk.balance("640"), "0.00");
    assert_eq!(
        desk.post(&format!("Invoices/{second}"), r#"{"Status":"VOIDED"}"#).status,
        400,
        "its stock is used"
    );
    assert_eq!(desk.post(&format!("Invoices/{sale}"), r#"{"Status":"VOIDED"}"#).status, 200);
    assert_eq!(desk.balance("640"), "10.33");
    assert_eq!(desk.send(xero_sandbox::Method::Delete, "Items/TSL-Black", "").status, 400);
    assert_eq!(desk.send(xero_sandbox::Method::Delete, "Items/BOOK", "").status, 204);
}

/// Quotes and purchase orders post nothing; UK and US companies work alike.
#[test]
fn orders_and_quotes_leave_the_ledger_alone() {
    for (country, total) in [(Country::Nz, "11.50"), (Country::Uk, "12.00"), (Country::Us, "10.00")] {
        let mut desk = Desk::at(country);
        let body = r#"{"Contact":{"Name":"ABC Furniture"},"Date":"2026-09-14","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":10.00005,"AccountCode":"300"}]}"#;
        let reply = desk.put("PurchaseOrders", body);
        assert_eq!(reply.amount("/PurchaseOrders/0/Total"), total, "{country:?}");
        assert_eq!(reply.text("/PurchaseOrders/0/PurchaseOrderNumber"), "PO-0001");
        let quote = desk.put("Quotes", body);
        assert_eq!(quote.amount("/Quotes/0/TotalTax"), "0.00", "quotes don't take the account's tax");
        assert!(desk.org.trial_balance(jiff::civil::date(2199, 1, 1)).is_empty());
        let unknown = body.replace("ABC Furniture", "Nobody at all");
        assert_eq!(
            desk.put("PurchaseOrders", &unknown).messages(),
            ["A Contact must be specified for this type of transaction"]
        );
        let clash = body.replacen('{', r#"{"PurchaseOrderNumber":"PO-0001","#, 1);
        assert_eq!(desk.put("PurchaseOrders", &clash).messages(), ["Order number must be unique"]);
    }
}
