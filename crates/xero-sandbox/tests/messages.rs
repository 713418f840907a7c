//! Xero's messages (API-FACTS 3.5) where they belong, and what an update leaves alone.
//!
//! Other tables hold the rest: statuses in `statuses.rs`, lines and lock dates in `documents.rs`, settlements in `settlements.rs`,
//! numbers and contacts in `wire.rs`. Not said by the core: Xero Expenses, linked transactions. A SubTotal or TotalTax
//! that was sent and doesn't fit is passed over, for the papers tell only of Total.

mod desk;

use desk::Desk;

const INVOICE: &str = r#"{"Type":"ACCREC","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","Status":"AUTHORISED","LineItems":[
    {"Description":"x","Quantity":1,"UnitAmount":100,"AccountCode":"200"}]}"#;

#[test]
fn each_message_stands_where_xero_says_it() {
    let journal = |line: &str| {
        format!(r#"{{"Narration":"n","JournalLines":[{line},{{"LineAmount":0,"AccountCode":"630"}}]}}"#)
    };
    let usd_bank = r#"{"Account":{"Code":"092"},"Payments":[{"Amount":1}]}"#;
    let unknown = "d4ad8fd6-5c72-4924-91b1-07f1472eb4c3";
    let table: Vec<(&str, String, String)> = vec![
        ("Invoices", INVOICE.replace("ACCREC", "ACCWRONG"), "Invoice not of valid type for creation".into()),
        ("Invoices", INVOICE.replace(r#""DueDate":"2026-09-30","#, ""), "The document DueDate field must be specified".into()),
        ("Invoices", INVOICE.replace(r#""Name":"Acme""#, ""), "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber".into()),
        ("Invoices", INVOICE.replace(r#""Contact":{"Name":"Acme"},"#, ""), "A Contact must be specified for this type of transaction".into()),
        ("Invoices", INVOICE.replacen('{', r#"{"Total":90,"#, 1), "The invoice total does not equal the sum of the lines.".into()),
        ("Invoices", INVOICE.replace("Acme", "Closed Trading Co"), "The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.".into()),
        ("ManualJournals", journal(r#"{"AccountCode":"620"}"#), "The LineAmount field is mandatory".into()),
        ("ManualJournals", journal(r#"{"LineAmount":0}"#), "Account code or ID must be specified".into()),
        ("ManualJournals", journal(r#"{"LineAmount":0,"AccountCode":"zz"}"#), "Account code 'zz' is not a valid code for this document.".into()),
        ("BatchPayments", usd_bank.into(), "Bank accounts must use the same currency as the organisations base currency".into()),
        ("Items", r#"{"Code":"book"}"#.into(), "Price List Item with Code 'BOOK' already exists".into()),
        ("Invoices/nope/History", r#"{"HistoryRecords":[{"Details":"x"}]}"#.into(), "The document with the supplied id was not found for this endpoint.".into()),
    ];
    for (path, body, message) in table {
        let reply = Desk::new().put(path, &body);
        assert_eq!((reply.status, reply.messages()), (400, vec![message]), "{path} {body}");
    }
    let note = format!(r#"{{"CreditNoteID":"{unknown}","Status":"AUTHORISED"}}"#);
    let reply = Desk::new().post("CreditNotes", &note);
    assert_eq!(
        reply.messages(),
        ["An existing Credit Note with the specified CreditNoteID could not be found"]
    );
}

#[test]
fn lines_and_flags_that_do_not_fit() {
    let mut desk = Desk::new();
    let id = desk.made("Invoices", "InvoiceID", INVOICE);
    let unknown = "d4ad8fd6-5c72-4924-91b1-07f1472eb4c3";
    let edit = format!(r#"{{"LineItems":[{{"LineItemID":"{unknown}","Description":"y"}}]}}"#);
    let reply = desk.post(&format!("Invoices/{id}"), &edit);
    assert_eq!(
        reply.messages(),
        [format!("Could not find line item(s) with the following id(s): {unknown}")]
    );
    let draft = INVOICE.replace("AUTHORISED", "DRAFT").replacen('{', r#"{"SentToContact":true,"#, 1);
    let reply = desk.put("Invoices?summarizeErrors=false", &draft);
    assert_eq!(reply.text("/Invoices/0/StatusAttributeString"), "WARNING");
    assert_eq!(
        reply.text("/Invoices/0/Warnings/0/Message"),
        "Only AUTHORISED invoices may have SentToContact updated."
    );
    let order = r#"{"Contact":{"Name":"ABC Furniture"},"Status":"SUBMITTED","SentToContact":true,
        "LineItems":[{"Description":"x","Quantity":1,"UnitAmount":1,"AccountCode":"300"}]}"#;
    let reply = desk.put("PurchaseOrders", order);
    let text = "Only AUTHORISED and BILLED purchase orders may have SentToContact updated.";
    assert_eq!(reply.text("/PurchaseOrders/0/Warnings/0/Message"), text);
}

/// An update of one field leaves sent tax amounts, four-decimal prices and line ids as they are.
#[test]
fn what_is_not_sent_stays() {
    let mut desk = Desk::new();
    let body = INVOICE
        .replace(r#""UnitAmount":100"#, r#""UnitAmount":1.2345,"TaxAmount":0.17"#)
        .replace(r#""Quantity":1"#, r#""Quantity":100"#);
    let id = desk.made("Invoices", "InvoiceID", INVOICE);
    let path = format!("Invoices/{id}?unitdp=4");
    let made = desk.post(&path, &body);
    assert_eq!(made.amount("/Invoices/0/Total"), "123.62", "123.45 + 0.17");
    let line = made.text("/Invoices/0/LineItems/0/LineItemID");
    let edits = [
        r#"{"Reference":"new"}"#.to_owned(),
        format!(r#"{{"LineItems":[{{"LineItemID":"{line}","Description":"new"}}]}}"#),
    ];
    for edit in edits {
        let reply = desk.post(&format!("Invoices/{id}"), &edit);
        assert_eq!(reply.amount("/Invoices/0/Total"), "123.62", "{edit}");
        assert_eq!(reply.text("/Invoices/0/LineItems/0/LineItemID"), line);
        assert_eq!(desk.get(&path).json["Invoices"][0]["LineItems"][0]["UnitAmount"].to_string(), "1.2345");
    }
    let reply = desk.post(&format!("Invoices/{id}"), r#"{"LineAmountTypes":"Inclusive"}"#);
    assert_eq!(
        (reply.amount("/Invoices/0/Total"), reply.amount("/Invoices/0/TotalTax")),
        ("123.45".into(), "16.10".into())
    );
    assert_eq!(desk.balance("610"), "123.45");
}

/// A line amount whose price had to be rounded stands, too: 10.00 for 3 at 3.33.
#[test]
fn derived_prices_do_not_creep_into_amounts() {
    let mut desk = Desk::new();
    let body = INVOICE.replace(r#""Quantity":1,"UnitAmount":100"#, r#""Quantity":3,"LineAmount":10"#);
    let id = desk.made("Invoices", "InvoiceID", &body);
    let reply = desk.post(&format!("Invoices/{id}"), r#"{"Reference":"new"}"#);
    assert_eq!(
        (reply.amount("/Invoices/0/SubTotal"), desk.balance("200")),
        ("10.00".into(), "-10.00".into())
    );
    let body = INVOICE.replace(r#""Quantity":1,"UnitAmount":100"#, r#""UnitAmount":5,"LineAmount":10"#);
    assert_eq!(desk.put("Invoices", &body).amount("/Invoices/0/LineItems/0/Quantity"), "2.00");
}

/// The company with something in its state put to another value.
fn altered(pointer: &str, value: &str) -> Desk {
    let mut desk = Desk::new();
    let mut state = desk.org.state();
    *state.pointer_mut(pointer).expect("a place in the state") = value.into();
    desk.org = xero_sandbox::Org::from_state(&state).expect("a state");
    desk
}

/// Every account has a default tax type; one without (a state of one's own) asks for it on what is approved.
#[test]
fn an_account_without_tax_type_asks_for_one() {
    let state = Desk::new().org.state();
    let accounts = state["accounts"].as_array().expect("accounts");
    let at = accounts.iter().position(|a| a["code"] == "200").expect("the account 200");
    let pointer = format!("/accounts/{at}/tax_type");
    let message = ["The TaxType field is mandatory"];
    assert_eq!(altered(&pointer, "").put("Invoices", INVOICE).messages(), message);
    assert_eq!(altered(&pointer, "").put("Invoices", &INVOICE.replace("AUTHORISED", "DRAFT")).status, 200);
    let named = INVOICE.replace(r#""AccountCode""#, r#""TaxType":"OUTPUT2","AccountCode""#);
    assert_eq!(altered(&pointer, "").put("Invoices", &named).status, 200);
    let journal = r#"{"Narration":"n","LineAmountTypes":"Exclusive","JournalLines":[
        {"LineAmount":1,"AccountCode":"200"},{"LineAmount":-1,"AccountCode":"620"}]}"#;
    assert_eq!(altered(&pointer, "").put("ManualJournals", journal).messages(), message);
}

/// The old Starter plan: 20 sales invoices and 5 bills approved a month, by invoice date (API-FACTS 2.3).
#[test]
fn a_plan_limits_what_is_approved_in_a_month() {
    let text = ["You have reached the limit of invoices you can approve"];
    for (kind, limit) in [("ACCREC", 20), ("ACCPAY", 5)] {
        let mut desk = altered("/meta/settings/class", "STARTER");
        assert_eq!(desk.get("Organisation").text("/Organisations/0/Class"), "STARTER");
        let sent = INVOICE.replace("ACCREC", kind).replace("200", "630");
        let of = |date: &str, status: &str| {
            sent.replace("AUTHORISED", status).replacen('{', &format!(r#"{{"Date":"{date}","#), 1)
        };
        let ids: Vec<String> =
            (0..limit).map(|_| desk.made("Invoices", "InvoiceID", &of("2026-09-14", "AUTHORISED"))).collect();
        assert_eq!(desk.put("Invoices", &of("2026-09-01", "AUTHORISED")).messages(), text, "{kind}");
        assert_eq!(desk.put("Invoices", &of("2026-10-01", "AUTHORISED")).status, 200, "another month");
        let draft = desk.made("Invoices", "InvoiceID", &of("2026-09-30", "DRAFT"));
        let approve = r#"{"Status":"AUTHORISED"}"#;
        assert_eq!(desk.post(&format!("Invoices/{draft}"), approve).messages(), text, "{kind}");
        let edit = desk.post(&format!("Invoices/{}", ids[0]), r#"{"Reference":"new"}"#);
        assert_eq!(edit.status, 200, "what is approved can still be edited");
        assert_eq!(desk.post(&format!("Invoices/{}", ids[0]), r#"{"Status":"VOIDED"}"#).status, 200);
        assert_eq!(desk.post(&format!("Invoices/{draft}"), approve).status, 200, "{kind}: one was voided");
    }
    assert_eq!(Desk::new().get("Organisation").text("/Organisations/0/Class"), "DEMO");
}
