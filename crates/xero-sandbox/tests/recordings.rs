//! Each recorded reply of a real Demo Company (NZ) against the stand-in brought to the same situation: same status,
//! content type, keys, key order, types and date forms.
//!
//! Example: `invoice_create` puts an AUTHORISED invoice of 2 × 10.50; the stand-in's reply must have the keys of the
//! recorded one in the recorded order, `"/Date(ms+0000)/"` where Xero has it and an id where Xero has an id.
//! Differences are listed below, each with its reason. Values are not compared: ids, names and times differ.
//! Needs `MILLBOOK_SHARED` (the papers); without it the test says that it skipped.

mod shape;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;
use shape::{differences, shape};
use xero_sandbox::{Answer, Call, Country, Method, Org, UserRef, seed};

/// (recording, path of the difference, reason). A path ends where the difference is.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "invoice",
        ".Invoices[].Contact",
        "the recorded contact was imported by Xero's own demo set-up with empty texts in every field and a group",
    ),
    ("purchase_order", ".PurchaseOrders[].Contact", "demo contact with names that ours doesn't have"),
    ("purchase_orders_page", ".PurchaseOrders[].Contact", "demo contact with names that ours doesn't have"),
    ("bills_page", ".Invoices[]", "RepeatingInvoiceID: repeating invoices are not built"),
];

fn now() -> Timestamp {
    "2026-09-14T09:29:59.1Z".parse().expect("a time")
}

/// The stand-in with what the recorder had made before a recording.
struct Stage {
    org: Org,
    ids: BTreeMap<&'static str, String>,
}

impl Stage {
    fn call(&mut self, call: &Call) -> Answer {
        self.org.call(call, now())
    }

    /// A call that must work; gives the first element's `key`.
    fn done(&mut self, name: &'static str, call: &Call, plural: &str, key: &str) {
        let answer = self.call(call);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        assert_eq!(answer.status, 200, "{name}: {body}");
        let id = body[plural][0][key].as_str().unwrap_or_else(|| panic!("{name}: {body}")).to_owned();
        self.ids.insert(name, id);
    }
}

fn call(method: Method, path: &str) -> Call {
    Call::new(method, path, UserRef::adviser())
}

const CONTACT: &str = r#"{"Contacts":[{"Name":"[TEST] Recording","EmailAddress":"a@b.example","IsCustomer":true,
    "Phones":[{"PhoneType":"DEFAULT","PhoneNumber":"1"}]}]}"#;

const FULL_ORDER: &str = r#"{"DeliveryDate":"2026-09-20","DeliveryAddress":"23 Main Street\r\nCity","AttentionTo":"A",
    "Telephone":"1","DeliveryInstructions":"Deliver to reception","Reference":"710","BrandingThemeID":"THEME","#;

fn stage() -> Stage {
    let mut stage = Stage { org: seed::demo(Country::Nz, 1, now()), ids: BTreeMap::new() };
    let put = |path: &str, body: &str| call(Method::Put, path).body(body.to_owned());
    stage.done("contact", &put("Contacts", CONTACT), "Contacts", "ContactID");
    let other = CONTACT.replace("Recording", "Recording B");
    stage.done("other", &put("Contacts", &other), "Contacts", "ContactID");
    let seeded = call(Method::Get, "Contacts").with("where", r#"Name=="Eastside Club""#);
    stage.done("seeded", &seeded, "Contacts", "ContactID");
    stage.done("invoice", &put("Invoices", &invoice(&stage)), "Invoices", "InvoiceID");
    stage.done(
        "order",
        &put("PurchaseOrders", &order(&stage, "PO-REC")),
        "PurchaseOrders",
        "PurchaseOrderID",
    );
    let full = order(&stage, "PO-FULL")
        .replacen('{', FULL_ORDER, 1)
        .replace(r#","AccountCode":"300""#, r#","TaxType":"INPUT2""#)
        .replace("SUBMITTED", "BILLED");
    let theme = call(Method::Get, "BrandingThemes");
    stage.done("theme", &theme, "BrandingThemes", "BrandingThemeID");
    let full = full.replace("THEME", &stage.ids["theme"]);
    stage.done("full order", &put("PurchaseOrders", &full), "PurchaseOrders", "PurchaseOrderID");
    stage.done("quote", &put("Quotes", &quote(&stage)), "Quotes", "QuoteID");
    credited(&mut stage, &put);
    let seeded = &stage.ids["seeded"];
    let bill = format!(
        r#"{{"Type":"ACCPAY","Contact":{{"ContactID":"{seeded}"}},"DueDate":"2026-09-30","Reference":"","InvoiceNumber":"Elec.",
            "LineAmountTypes":"Inclusive","Status":"AUTHORISED","LineItems":[{{"Description":"Monthly electricity",
            "Quantity":1,"UnitAmount":97,"AccountCode":"445"}}]}}"#
    );
    stage.done("bill", &put("Invoices", &bill), "Invoices", "InvoiceID");
    let paid = format!(
        r#"{{"Invoice":{{"InvoiceID":"{}"}},"Account":{{"Code":"090"}},"Amount":97,"Date":"2026-09-13","Reference":""}}"#,
        stage.ids["bill"]
    );
    stage.done("payment", &put("Payments", &paid), "Payments", "PaymentID");
    stage
}

/// An invoice with an item and tracking, paid in full by a credit note.
fn credited(stage: &mut Stage, put: &dyn Fn(&str, &str) -> Call) {
    let body = |kind: &str| {
        format!(
            r#"{{"Type":"{kind}","Contact":{{"ContactID":"{}"}},"Date":"2026-06-28","DueDate":"2026-07-08",
                "Reference":"Monthly Support","LineAmountTypes":"Inclusive","Status":"AUTHORISED","SentToContact":true,
                "LineItems":[{{"ItemCode":"Support-M","Quantity":1,"UnitAmount":541.25,
                "Tracking":[{{"Name":"Region","Option":"North"}}]}},{{"Description":"FULL CREDIT"}}]}}"#,
            stage.ids["seeded"]
        )
    };
    let (sale, note) =
        (body("ACCREC").replace(r#",{"Description":"FULL CREDIT"}"#, ""), body("ACCRECCREDIT"));
    stage.done("credited", &put("Invoices", &sale), "Invoices", "InvoiceID");
    stage.done("note", &put("CreditNotes", &note), "CreditNotes", "CreditNoteID");
    let path = format!("CreditNotes/{}/Allocations", stage.ids["note"]);
    let allocation = format!(r#"{{"Amount":541.25,"Invoice":{{"InvoiceID":"{}"}}}}"#, stage.ids["credited"]);
    stage.done("allocation", &put(&path, &allocation), "Allocations", "AllocationID");
}

fn invoice(stage: &Stage) -> String {
    format!(
        r#"{{"Type":"ACCREC","Contact":{{"ContactID":"{}"}},"DueDate":"2026-09-14","Reference":"recording",
            "Status":"AUTHORISED","LineItems":[{{"Description":"Job: 1 - recording","Quantity":2,"UnitAmount":10.5,
            "AccountCode":"200"}}]}}"#,
        stage.ids["contact"]
    )
}

fn order(stage: &Stage, number: &str) -> String {
    format!(
        r#"{{"PurchaseOrderNumber":"{number}","Contact":{{"ContactID":"{}"}},"Status":"SUBMITTED",
            "LineItems":[{{"Description":"steel","Quantity":1,"UnitAmount":100,"AccountCode":"300"}}]}}"#,
        stage.ids["other"]
    )
}

fn quote(stage: &Stage) -> String {
    format!(
        r#"{{"Contact":{{"ContactID":"{}"}},"Date":"2026-09-14","Terms":"Recorded","LineItems":[{{
            "Description":"Job: 1","Quantity":1,"UnitAmount":703.02,"AccountCode":"200"}}]}}"#,
        stage.ids["other"]
    )
}

/// The answer of the stand-in in the situation of a recording; None where the recording is not the core's.
fn answer(name: &str) -> Option<Answer> {
    let mut stage = stage();
    let id = |stage: &Stage, name: &str| stage.ids[name].clone();
    let get = |path: &str| call(Method::Get, path);
    let post =
        |path: &str, body: String| call(Method::Post, path).with("summarizeErrors", "False").body(body);
    let status = |stage: &Stage, name: &str, key: &str, status: &str| {
        format!(r#"{{"{key}":"{}","Status":"{status}"}}"#, stage.ids[name])
    };
    let page = |path: &str| get(path).with("page", "1").with("pageSize", "2");
    let renamed = |stage: &Stage, number: &str, status: &str| {
        order(stage, number)
            .replacen('{', &format!(r#"{{"PurchaseOrderID":"{}","#, stage.ids["order"]), 1)
            .replace("SUBMITTED", status)
    };
    let request = match name {
        "accounts" => get("Accounts").with("where", r#"Type=="BANK""#),
        "organisation" => get("Organisation"),
        "tax_rates" => get("TaxRates"),
        "branding_themes" => get("BrandingThemes"),
        "items" => get("Items").with("where", r#"Code=="GB1-White""#),
        "item_create" | "item_update" => call(Method::Post, "Items").body(r#"{"Items":[{"Code":"REC-1","Name":"Recorded",
            "PurchaseDetails":{"UnitPrice":98.61,"AccountCode":"300"},"SalesDetails":{"UnitPrice":128.19,"AccountCode":"200"}}]}"#),
        "contact" => get(&format!("Contacts/{}", id(&stage, "seeded"))),
        "contacts_by_name" => get("Contacts").with("where", r#"Name=="Boom FM""#),
        "contacts_by_name_other_case" => get("Contacts").with("where", r#"Name=="[test] recording""#),
        "contacts_page" => page("Contacts").with("includeArchived", "True").with("where", r#"EmailAddress==null"#),
        "contact_create" => call(Method::Put, "Contacts").body(CONTACT.replace("Recording", "Recording C")),
        "contact_create_duplicate_name" => call(Method::Put, "Contacts").body(CONTACT),
        "contact_update" => call(Method::Post, &format!("Contacts/{}", id(&stage, "contact"))).body(CONTACT),
        "contact_archive" => post("Contacts", status(&stage, "other", "ContactID", "").replace(r#""Status":"""#, r#""ContactStatus":"ARCHIVED""#)),
        "contact_archive_with_documents" => post("Contacts", status(&stage, "contact", "ContactID", "").replace(r#""Status":"""#, r#""ContactStatus":"ARCHIVED""#)),
        "contact_archive_archived" => {
            let body = format!(r#"{{"ContactID":"{}","ContactStatus":"ARCHIVED","Name":"[TEST] Recording B"}}"#, id(&stage, "other"));
            let first = post("Contacts", body);
            stage.call(&first);
            first
        }
        "invoice" => get(&format!("Invoices/{}", id(&stage, "credited"))),
        "invoice_not_found" => get("Invoices/d4ad8fd6-5c72-4924-91b1-07f1472eb4c3"),
        "invoice_create" => call(Method::Put, "Invoices").body(invoice(&stage)),
        "invoice_void" => post("Invoices", status(&stage, "invoice", "InvoiceID", "VOIDED")),
        "invoice_delete_authorised" => post("Invoices", status(&stage, "invoice", "InvoiceID", "DELETED")),
        "invoice_history" => get(&format!("Invoices/{}/History", id(&stage, "credited"))),
        "invoice_history_create" => call(Method::Put, &format!("Invoices/{}/History", id(&stage, "invoice")))
            .body(r#"{"HistoryRecords":[{"Details":"Recorded"}]}"#),
        "invoice_attachment_create" => {
            let path = format!("Invoices/{}/Attachments/recording.pdf", id(&stage, "invoice"));
            let mut upload = call(Method::Put, &path).with("IncludeOnline", "False").body("%PDF recorded bytes");
            upload.content_type = Some("application/pdf".to_owned());
            upload
        }
        "invoices_page" => page("Invoices").with("where", r#"Type=="ACCREC" AND Status=="PAID""#),
        "bills_page" => page("Invoices").with("where", r#"Type=="ACCPAY""#),
        "credit_notes_page" => page("CreditNotes"),
        "purchase_order" => get(&format!("PurchaseOrders/{}", id(&stage, "full order"))),
        "purchase_orders_page" => page("PurchaseOrders").with("order", "PurchaseOrderNumber").with("Status", "BILLED"),
        "purchase_order_create" => post("PurchaseOrders", order(&stage, "PO-REC-2")),
        "purchase_order_create_batch" => {
            let orders = format!(r#"{{"PurchaseOrders":[{},{}]}}"#, order(&stage, "PO-M1"), order(&stage, "PO-M2"));
            post("PurchaseOrders", orders)
        }
        "purchase_order_update" => post("PurchaseOrders", renamed(&stage, "PO-REC", "AUTHORISED")),
        "purchase_order_delete" => post("PurchaseOrders", renamed(&stage, "PO-REC-VOID", "DELETED")),
        "purchase_order_delete_keeping_number" => post("PurchaseOrders", status(&stage, "order", "PurchaseOrderID", "DELETED")),
        "purchase_order_delete_billed" => {
            let billed = post("PurchaseOrders", status(&stage, "order", "PurchaseOrderID", "BILLED"));
            stage.call(&billed);
            post("PurchaseOrders", status(&stage, "order", "PurchaseOrderID", "DELETED"))
        }
        "purchase_order_number_held_by_deleted" => {
            let deleted = post("PurchaseOrders", status(&stage, "order", "PurchaseOrderID", "DELETED"));
            stage.call(&deleted);
            post("PurchaseOrders", order(&stage, "PO-REC"))
        }
        "quote" => {
            let body = quote(&stage).replacen('{', &format!(r#"{{"QuoteID":"{}","Reference":"48101","#, id(&stage, "quote")), 1);
            stage.call(&post("Quotes", body));
            get(&format!("Quotes/{}", id(&stage, "quote")))
        }
        "quotes_page" => get("Quotes").with("page", "1"),
        "quote_create" => call(Method::Put, "Quotes").with("summarizeErrors", "False").body(quote(&stage)),
        "quote_send" => post("Quotes", status(&stage, "quote", "QuoteID", "SENT")),
        "quote_accept" | "quote_delete_accepted" => {
            for to in ["SENT", "ACCEPTED"].iter().take(if name == "quote_accept" { 1 } else { 2 }) {
                let step = post("Quotes", status(&stage, "quote", "QuoteID", to));
                stage.call(&step);
            }
            post("Quotes", status(&stage, "quote", "QuoteID", if name == "quote_accept" { "ACCEPTED" } else { "DELETED" }))
        }
        "quote_delete" => post("Quotes", status(&stage, "quote", "QuoteID", "DELETED")),
        _ => return None,
    };
    Some(stage.call(&request))
}

fn recordings() -> Option<Vec<(String, String)>> {
    let Some(shared) = std::env::var_os("MILLBOOK_SHARED") else {
        assert!(
            std::env::var_os("MILLBOOK_NO_SKIP").is_none(),
            "MILLBOOK_SHARED is not set, and nothing may skip"
        );
        println!("SKIPPED: set MILLBOOK_SHARED to the folder of papers to compare with the recordings");
        return None;
    };
    // Tests run in the folder of their crate; the variable may be relative to the workspace.
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(shared).join("xero/recordings");
    let entries = std::fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.extension().is_some_and(|e| e == "json") {
            let name = path.file_stem().and_then(|n| n.to_str()).expect("a name").to_owned();
            found.push((name, std::fs::read_to_string(&path).expect("a recording")));
        }
    }
    found.sort();
    Some(found)
}

#[derive(serde::Deserialize)]
struct Recording {
    response: Response,
    body: Box<RawValue>,
}

#[derive(serde::Deserialize)]
struct Response {
    status: u16,
    content_type: Option<String>,
}

#[test]
fn replies_have_the_shape_of_the_recorded_ones() {
    let Some(recordings) = recordings() else { return };
    assert!(recordings.len() >= 44, "only {} recordings found", recordings.len());
    let mut problems = Vec::new();
    let mut used = vec![false; DIFFERENCES.len()];
    for (name, text) in &recordings {
        let recorded: Recording = serde_json::from_str(text).expect("a recording");
        let Some(ours) = answer(name) else {
            assert_eq!(name, "rate_limit_minute", "{name} has no row: bring the stand-in to its situation");
            continue;
        };
        let status = (recorded.response.status, recorded.response.content_type.unwrap_or_default());
        if status != (ours.status, ours.content_type.clone()) {
            problems
                .push(format!("{name}: recorded {status:?}, ours ({}, {})", ours.status, ours.content_type));
        }
        if recorded.body.get() == "null" {
            continue;
        }
        let body = String::from_utf8(ours.body).expect("UTF-8");
        for (path, what) in differences("", &shape(recorded.body.get()), &shape(&body)) {
            let row = DIFFERENCES.iter().position(|d| d.0 == name && path.starts_with(d.1));
            match row {
                Some(at) => used[at] = true,
                None => problems.push(format!("{name}{path}: {what}")),
            }
        }
    }
    for (row, _) in DIFFERENCES.iter().zip(used).filter(|(_, used)| !used) {
        problems.push(format!("{} {}: listed as a difference, but there is none", row.0, row.1));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
