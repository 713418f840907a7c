//! Xero's records read: every status of every kind, amounts, what was applied, what is missing, and what we don't know.
//!
//! The records are JSON in Xero's own shape, as recorded (API-FACTS 4.7 to 4.14). Not here: records that we made ourselves
//! (`papers.rs` reads each one back).

use plan::{HeldStatus, Lists, Organisation, PaperKind, bodies, reading};
use serde_json::{Value, json};
use xero::statuses::QuoteStatus;
use xero::{Decimal, XeroId};

const ID: &str = "254591b2-68c7-403f-91af-e3584f9577fe";
const CONTACT: &str = "00000000-0000-0000-0000-0000000000c1";

fn lists() -> Lists {
    let organisation = Organisation {
        id: XeroId::NOTHING,
        name: "Jam Ltd".into(),
        base: money::Currency::NZD,
        version: "NZ".into(),
        zone: "".into(),
        short_code: "".into(),
        pays_tax: true,
        year_end: (31, 3),
        period_lock: None,
        year_lock: None,
        not_allowed: Vec::new(),
        role: None,
        plan: "".into(),
        edition: "".into(),
    };
    Lists { organisation: Some(organisation), ..Lists::default() }
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// A document with one line of 100.00 and what `more` says.
fn document(more: &Value) -> Value {
    let mut document = json!({
        "Contact": { "ContactID": CONTACT },
        "Date": "/Date(1772409600000+0000)/",
        "LineAmountTypes": "Exclusive",
        "LineItems": [{
            "LineItemID": ID, "Description": "Steel", "Quantity": 10, "UnitAmount": 10, "LineAmount": 100, "TaxType": "INPUT2",
            "TaxAmount": 15, "ItemCode": "STEEL", "Tracking": [{ "Name": "Region", "Option": "North" }]
        }],
        "SubTotal": 100, "TotalTax": 15, "Total": 115, "CurrencyCode": "NZD", "CurrencyRate": 1,
        "UpdatedDateUTC": "/Date(1789378226335+0000)/"
    });
    for (key, value) in more.as_object().expect("an object") {
        document[key] = value.clone();
    }
    document
}

fn record<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).expect("a record")
}

#[test]
fn statuses_of_every_kind_and_words_that_we_do_not_know() {
    use HeldStatus::{Approved, Awaiting, Billed, Declined, Deleted, Draft, Paid, Voided};
    let other = || HeldStatus::Other("ARCHIVED".to_owned());
    for (word, invoice, order, quote) in [
        ("DRAFT", Some(Draft), Some(Draft), Some(Draft)),
        ("SUBMITTED", Some(Awaiting), Some(Awaiting), None),
        ("AUTHORISED", Some(Approved), Some(Approved), None),
        ("PAID", Some(Paid), None, None),
        ("VOIDED", Some(Voided), None, None),
        ("DELETED", Some(Deleted), Some(Deleted), Some(Deleted)),
        ("BILLED", None, Some(Billed), None),
        ("SENT", None, None, Some(Awaiting)),
        ("ACCEPTED", None, None, Some(Approved)),
        ("DECLINED", None, None, Some(Declined)),
        ("INVOICED", None, None, Some(Billed)),
        ("ARCHIVED", Some(other()), Some(other()), Some(other())),
    ] {
        let of = |more: Value| document(&more);
        if let Some(expected) = invoice {
            let bill = of(json!({ "InvoiceID": ID, "Type": "ACCPAY", "Status": word }));
            assert_eq!(reading::invoice(&record(&bill), &lists()).expect("held").status, expected);
            let note = of(json!({ "CreditNoteID": ID, "Type": "ACCRECCREDIT", "Status": word }));
            assert_eq!(reading::credit_note(&record(&note), &lists()).expect("held").status, expected);
        }
        if let Some(expected) = order {
            let order = of(json!({ "PurchaseOrderID": ID, "Status": word }));
            assert_eq!(reading::order(&record(&order), &lists()).expect("held").status, expected);
        }
        if let Some(expected) = quote {
            let quote = of(json!({ "QuoteID": ID, "Status": word, "LineAmountTypes": "EXCLUSIVE" }));
            assert_eq!(reading::quote(&record(&quote), &lists()).expect("held").status, expected);
        }
    }
}

#[test]
fn a_bill_with_a_payment_and_a_credit_on_it() {
    let bill = document(&json!({
        "InvoiceID": ID, "Type": "ACCPAY", "Status": "AUTHORISED", "InvoiceNumber": "4711", "Reference": "B-1, PO-1",
        "DueDate": "/Date(1774137600000+0000)/", "AmountDue": 60, "AmountPaid": 50, "AmountCredited": 5,
        "CurrencyCode": "USD", "CurrencyRate": 0.612345, "SentToContact": true
    }));
    let held = reading::invoice(&record(&bill), &lists()).expect("held");
    let numbers = [held.net, held.tax, held.total, held.due, held.paid, held.credited];
    assert_eq!(numbers, ["100", "15", "115", "60", "50", "5"].map(number));
    assert!(held.is_applied() && held.sent_to_contact && held.status.posts());
    let paper = &held.paper;
    assert_eq!((paper.kind, &*paper.number, &*paper.reference), (PaperKind::Bill, "4711", "B-1, PO-1"));
    assert_eq!(
        (paper.date.to_string(), paper.due.expect("due").to_string()),
        ("2026-03-02".into(), "2026-03-22".into())
    );
    assert_eq!((paper.currency.code(), paper.rate), ("USD", Some(number("0.612345"))));
    let line = &paper.lines[0];
    assert_eq!(
        (line.item.as_deref(), &*line.tax_type, line.tax),
        (Some("STEEL"), "INPUT2", Some(number("15")))
    );
    assert_eq!((&*line.tracking[0].category, &*line.tracking[0].option), ("Region", "North"));
    // A rate in base currency says nothing.
    let bill = document(&json!({ "InvoiceID": ID, "Type": "ACCPAY", "Status": "DRAFT" }));
    let held = reading::invoice(&record(&bill), &lists()).expect("held");
    assert_eq!((held.paper.rate, held.is_applied(), held.due), (None, false, number("115")));
}

#[test]
fn what_of_a_credit_was_used_and_what_is_left() {
    let note = |more: Value| {
        let mut note =
            document(&json!({ "CreditNoteID": ID, "Type": "ACCPAYCREDIT", "Status": "AUTHORISED" }));
        more.as_object().expect("an object").iter().for_each(|(key, value)| note[key] = value.clone());
        let held = reading::credit_note(&record(&note), &lists()).expect("held");
        assert_eq!(held.paper.kind, PaperKind::SupplierCredit);
        [held.due, held.paid, held.credited]
    };
    let allocations = json!([{ "Amount": 40 }, { "Amount": 7, "IsDeleted": true }]);
    let payments = json!([
        { "PaymentID": ID, "Amount": 25 },
        { "PaymentID": ID, "Amount": 9, "Status": "DELETED" }
    ]);
    let used = note(json!({ "RemainingCredit": 50, "Allocations": allocations, "Payments": payments }));
    assert_eq!(used, ["50", "25", "40"].map(number));
    // A listing says what is left, and lists nothing.
    assert_eq!(note(json!({ "RemainingCredit": 75 })), ["75", "0", "40"].map(number));
    assert_eq!(note(json!({ "RemainingCredit": 0, "Status": "VOIDED" })), ["0", "0", "0"].map(number));
}

#[test]
fn what_is_no_document_of_ours_or_lacks_what_every_document_has() {
    let bill = |more: Value| {
        let mut bill = document(&json!({ "InvoiceID": ID, "Type": "ACCPAY", "Status": "DRAFT" }));
        more.as_object().expect("an object").iter().for_each(|(key, value)| bill[key] = value.clone());
        reading::invoice(&record(&bill), &lists())
    };
    assert!(bill(json!({})).is_some());
    for lacking in [
        json!({ "Type": "APOVERPAYMENT" }),
        json!({ "Type": "NEWTHING" }),
        json!({ "InvoiceID": null }),
        json!({ "InvoiceID": "00000000-0000-0000-0000-000000000000" }),
        json!({ "Contact": {} }),
        json!({ "Date": null }),
        json!({ "LineItems": null }),
        json!({ "CurrencyCode": "???" }),
    ] {
        assert_eq!(bill(lacking.clone()), None, "{lacking}");
    }
    // A line of nothing but words is a line.
    let words =
        bill(json!({ "LineItems": [{ "Description": "As agreed", "LineItemID": ID }] })).expect("held");
    let line = &words.paper.lines[0];
    assert_eq!((&*line.description, line.quantity, line.amount), ("As agreed", None, Decimal::ZERO));
}

#[test]
fn an_item_says_what_lines_need() {
    let tracked =
        json!({ "Code": "TSL", "IsTrackedAsInventory": true, "PurchaseDetails": { "AccountCode": "429" } });
    let item = reading::item(&record(&tracked), &lists()).expect("an item");
    assert_eq!((&*item.code, item.tracked, item.expense), ("TSL", true, None));
    assert_eq!(reading::item(&record(&json!({ "Name": "no code" })), &lists()), None);
}

// rule: SEL-5, DOC-16, DOC-17
#[test]
fn changes_of_a_documents_life_say_nothing_else() {
    let json = |body: plan::Body| match body {
        plan::Body::Order(record) => serde_json::to_string(&record),
        plan::Body::Invoice(record) => serde_json::to_string(&record),
        plan::Body::Quote(record) => serde_json::to_string(&record),
        other => panic!("{other:?}"),
    };
    let bill = document(&json!({ "InvoiceID": ID, "Type": "ACCREC", "Status": "AUTHORISED" }));
    let held = reading::invoice(&record(&bill), &lists()).expect("held");
    let id = format!("\"{ID}\"");
    let billed = json(bodies::billed(&held)).expect("JSON");
    assert!(
        billed.contains("\"Status\":\"BILLED\"") && billed.contains(&id) && !billed.contains("LineItems"),
        "{billed}"
    );
    let sent = json(bodies::sent_to_contact(&held)).expect("JSON");
    assert!(
        sent.contains("\"SentToContact\":true") && sent.contains(&id) && !sent.contains("LineItems"),
        "{sent}"
    );
    let quote = document(&json!({ "QuoteID": ID, "QuoteNumber": "Q-1", "Status": "SENT" }));
    let quote = reading::quote(&record(&quote), &lists()).expect("held");
    let accepted = json(bodies::quote_state(&quote, QuoteStatus::Accepted, &lists())).expect("JSON");
    assert!(
        accepted.contains("\"Status\":\"ACCEPTED\"") && accepted.contains("\"QuoteNumber\":\"Q-1\""),
        "{accepted}"
    );
}

// rule: DOC-8
#[test]
fn names_of_contacts_as_xero_takes_them() {
    let long = "x".repeat(300);
    for (ours, theirs) in [
        ("Nord", "Nord"),
        ("  Nord   Ltd ", "Nord Ltd"),
        ("<Nord> & Co", "Nord & Co"),
        ("Nord\tLtd\n", "Nord Ltd"),
        (&*long, &long[..255]),
        ("Ærø Øl", "Ærø Øl"),
    ] {
        assert_eq!(plan::records::contact_name(ours), theirs);
    }
}

/// What a line of a change says of tax: nothing, unless somebody typed another tax than the rate gives; then that, to stay.
// rule: TAX-2, DOC-5
#[test]
fn a_tax_that_somebody_typed_is_said_and_no_other() {
    let rate = plan::TaxRate {
        tax_type: "INPUT2".into(),
        name: "15% GST on Expenses".into(),
        report: "INPUT".into(),
        standing: plan::Standing::Active,
        rate: money::Percent::parse("15").expect("a percentage"),
        applies: Vec::new(),
        lost: money::Percent::ZERO,
    };
    let lists = Lists { tax_rates: vec![rate], ..lists() };
    for (tax, said) in [("15", None), ("15.01", Some("15.01")), ("0", Some("0"))] {
        let mut bill = document(&json!({ "InvoiceID": ID, "Type": "ACCPAY", "Status": "DRAFT" }));
        bill["LineItems"][0]["TaxAmount"] = record(&Value::String(tax.to_owned()));
        let held = reading::invoice(&record(&bill), &lists).expect("held");
        let plan::Body::Invoice(change) = bodies::update(&held.paper, &held, &lists) else {
            panic!("a bill")
        };
        let line = &change.line_items.as_ref().expect("lines")[0];
        assert_eq!(line.tax_amount, said.map(number), "{tax}");
        assert_eq!(line.line_item_id, XeroId::read(ID));
    }
}
