//! Tables for what all resources share: batches, filters, paging, parameters, numbers, errors (API-FACTS 2.3 to 2.7, 3).

mod desk;

use desk::Desk;
use serde_json::Value;
use xero_sandbox::{Call, Category, Country, Method, UserRef};

fn invoice(number: &str, account: &str) -> String {
    format!(
        r#"{{"Type":"ACCREC","InvoiceNumber":"{number}","Contact":{{"Name":"Acme"}},"DueDate":"2026-09-30","Status":"AUTHORISED",
            "LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"{account}"}}]}}"#
    )
}

/// API-FACTS 3.2, 3.4: one bad element of three.
#[test]
fn one_bad_element_undoes_the_call_unless_errors_come_singly() {
    let batch = format!(
        r#"{{"invoices":[{},{},{}]}}"#,
        invoice("A1", "200"),
        invoice("A2", "090"),
        invoice("A3", "200")
    );
    for summarize in ["", "?summarizeErrors=true", "?SummarizeErrors=True"] {
        let mut desk = Desk::new();
        let before = (desk.org.state()["contacts"].clone(), desk.org.state()["ledger"].clone());
        let reply = desk.put(&format!("Invoices{summarize}"), &batch);
        assert_eq!((reply.status, reply.json["ErrorNumber"].as_u64()), (400, Some(10)), "{summarize}");
        assert_eq!(reply.text("/Type"), "ValidationException");
        assert_eq!(reply.text("/Elements/0/InvoiceID"), "00000000-0000-0000-0000-000000000000");
        assert!(reply.json.pointer("/Elements/0/StatusAttributeString").is_none());
        assert_eq!(desk.get("Invoices").count("Invoices"), 0);
        let after = (desk.org.state()["contacts"].clone(), desk.org.state()["ledger"].clone());
        assert_eq!(before, after, "a refused call changes nothing, the contact made on the way included");
        assert!(desk.org.take_notices().is_empty());
    }
    let mut desk = Desk::new();
    let reply = desk.put("Invoices?summarizeErrors=false", &batch);
    assert_eq!(reply.status, 200);
    let marks: Vec<&Value> = reply.json["Invoices"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|i| &i["StatusAttributeString"])
        .collect();
    assert_eq!(marks, ["OK", "ERROR", "OK"]);
    assert_eq!(reply.text("/Invoices/1/InvoiceID"), "00000000-0000-0000-0000-000000000000");
    assert_eq!(desk.get("Invoices").count("Invoices"), 2);
    assert_eq!(desk.balance("610"), "23.00");
}

/// API-FACTS 2.7.
#[test]
fn where_and_order_read_what_clients_send() {
    let mut desk = Desk::new();
    for (number, reference) in [("A-1", "Café one"), ("A-2", "two"), ("B-1", "THREE")] {
        let body = invoice(number, "200").replacen('{', &format!(r#"{{"Reference":"{reference}","#), 1);
        desk.made("Invoices", "InvoiceID", &body);
    }
    desk.invoice("ACCPAY", "5", "300");
    let id = desk.get("Invoices/A-1").text("/Invoices/0/InvoiceID");
    let contact = desk.get("Invoices/A-1").text("/Invoices/0/Contact/ContactID");
    let table: &[(&str, i64)] = &[
        (r#"Type=="ACCREC""#, 3),
        (r#"Type = "accrec" AND InvoiceNumber != "A-1""#, 2),
        (r#"InvoiceNumber.StartsWith("a-") || Type=="ACCPAY""#, 3),
        (r#"Reference.ToLower().Contains("three") or (Reference == "cafe ONE" and AmountDue>=11.50)"#, 2),
        (r#"AmountDue > 11.49 && AmountDue < 11.51"#, 3),
        (r#"Date >= DateTime(2026, 09, 14) AND Date <= DateTime(2026,9,14)"#, 4),
        (r#"Date < DateTime(2026, 09, 14, 0, 0, 0)"#, 0),
        (&format!(r#"InvoiceID==guid("{id}")"#), 1),
        (&format!(r#"Contact.ContactID == Guid("{contact}") AND Contact.Name=="ACME""#), 4),
        (r#"FullyPaidOnDate == null"#, 4),
        (r#"!(Type=="ACCPAY") AND SentToContact==false"#, 3),
        (r#"InvoiceNumber.EndsWith("1")"#, 2),
        (r#"Nonsense=="x""#, -1),
        (r#"Type=="#, -1),
        (r#"Type=="ACCREC" garbage"#, -1),
        (r#"Type=="unterminated"#, -1),
        (r#"DateTime(2026,13,1) == Date"#, -1),
    ];
    for (filter, expected) in table {
        let reply = desk.call(Call::new(Method::Get, "Invoices", UserRef::adviser()).with("where", filter));
        if *expected < 0 {
            assert_eq!(
                (reply.status, reply.json["Type"].as_str()),
                (400, Some("QueryParseException")),
                "{filter}"
            );
        } else {
            assert_eq!(
                reply.json["Invoices"].as_array().map(Vec::len),
                usize::try_from(*expected).ok(),
                "{filter}"
            );
        }
    }
    let numbers = |desk: &mut Desk, order: &str| {
        let reply = desk.call(Call::new(Method::Get, "Invoices", UserRef::adviser()).with("order", order));
        let list = reply.json["Invoices"].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|i| i["InvoiceNumber"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(numbers(&mut desk, "InvoiceNumber DESC"), "B-1 A-2 A-1 ");
    assert_eq!(numbers(&mut desk, "Type ASC, InvoiceNumber asc"), " A-1 A-2 B-1");
    assert_eq!(desk.get("Invoices?order=Type SIDEWAYS").status, 400);
}

/// API-FACTS 2.6 and the parameters of 4.7.
#[test]
fn pages_and_parameters() {
    let mut desk = Desk::new();
    for number in 1..=5 {
        let body = invoice(&format!("N-{number}"), "200");
        let body = if number == 5 { body.replace("AUTHORISED", "DRAFT") } else { body };
        desk.made("Invoices", "InvoiceID", &body);
        desk.now += jiff::SignedDuration::from_secs(1);
    }
    let shape = |reply: &desk::Reply| {
        let p = &reply.json["pagination"];
        (
            p["page"].as_u64(),
            p["pageSize"].as_u64(),
            p["pageCount"].as_u64(),
            p["itemCount"].as_u64(),
            reply.count("Invoices"),
        )
    };
    let table = [
        ("Invoices", (None, None, None, None, 5)),
        ("Invoices?page=2&pageSize=2", (Some(2), Some(2), Some(3), Some(5), 2)),
        ("Invoices?page=1&pageSize=5", (Some(1), Some(5), Some(1), Some(5), 5)),
        ("Invoices?PAGE=4&pagesize=2", (Some(4), Some(2), Some(3), Some(5), 0)),
        ("Invoices?page=0&pageSize=5000", (Some(1), Some(1000), Some(1), Some(5), 5)),
        ("Invoices?Statuses=DRAFT,VOIDED", (Some(1), Some(100), Some(1), Some(1), 1)),
        ("Invoices?InvoiceNumbers=N-1,N-3,N-9", (None, None, None, None, 2)),
        ("Invoices?searchTerm=n-4", (None, None, None, None, 1)),
        ("Invoices?createdByMyApp=True", (None, None, None, None, 5)),
    ];
    for (path, expected) in table {
        assert_eq!(shape(&desk.get(path)), expected, "{path}");
    }
    assert!(desk.get("Invoices").json["Invoices"][0]["LineItems"].as_array().is_some_and(Vec::is_empty));
    assert!(desk.get("Invoices?page=1").json["Invoices"][0]["LineItems"][0]["LineItemID"].is_string());
    let summary = desk.get("Invoices?summaryOnly=true").json["Invoices"][0].clone();
    assert!(
        ["Payments", "HasAttachments", "LineItems"].iter().all(|key| summary.get(key).is_none()),
        "{summary}"
    );
    let since = |at: &str| {
        let mut call = Call::new(Method::Get, "Invoices", UserRef::adviser());
        call.if_modified_since = Some(at.parse().expect("a time"));
        call
    };
    assert_eq!(
        desk.call(since("2026-09-14T09:30:02.900Z")).count("Invoices"),
        2,
        "seconds count, not their parts"
    );
    let first = desk.get("Invoices/N-1").text("/Invoices/0/InvoiceID");
    assert_eq!(desk.post(&format!("Invoices/{first}"), r#"{"Reference":"moved"}"#).status, 200);
    assert_eq!(desk.call(since("2026-09-14T09:30:04Z")).count("Invoices"), 1, "a write moves UpdatedDateUTC");
    assert_eq!(
        desk.get("PurchaseOrders").json["pagination"]["itemCount"].as_u64(),
        Some(0),
        "orders always page"
    );
    assert!(desk.get("Quotes?page=1").json.get("pagination").is_none(), "quotes never say so");
}

/// Which documents a number names (API-FACTS 4.7, 4.9).
#[test]
fn numbers_are_unique_where_xero_says_so() {
    let mut desk = Desk::new();
    let auto = desk.made("Invoices", "InvoiceNumber", &invoice("", "200"));
    assert_eq!(auto, "INV-0001");
    assert_eq!(desk.put("Invoices", &invoice("inv-0001", "200")).messages(), ["Invoice # must be unique."]);
    let edit = desk.post("Invoices", &invoice("INV-0001", "260"));
    assert_eq!(edit.status, 200, "POST of a known number edits that invoice");
    assert_eq!((desk.get("Invoices").count("Invoices"), desk.balance("260")), (1, "-10.00".into()));
    let bill = invoice("X-1", "300").replace("ACCREC", "ACCPAY");
    for _ in 0..2 {
        assert_eq!(desk.post("Invoices", &bill).status, 200);
    }
    assert_eq!(desk.get("Invoices").count("Invoices"), 3, "bills may share a number");
    let order = |number: &str, status: &str| {
        format!(
            r#"{{"PurchaseOrderNumber":"{number}","Status":"{status}","Contact":{{"Name":"ABC Furniture"}},
                "LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"300"}}]}}"#
        )
    };
    let id = desk.made("PurchaseOrders", "PurchaseOrderID", &order("P-1", "SUBMITTED"));
    assert_eq!(
        desk.post("PurchaseOrders", &order("P-1", "AUTHORISED")).text("/PurchaseOrders/0/PurchaseOrderID"),
        id
    );
    assert_eq!(
        desk.post("PurchaseOrders", &format!(r#"{{"PurchaseOrderID":"{id}","Status":"DELETED"}}"#)).status,
        200
    );
    let reply = desk.post("PurchaseOrders?summarizeErrors=false", &order("P-1", "SUBMITTED"));
    assert_eq!(
        reply.messages(),
        ["PurchaseOrder status change is invalid", "Deleted PurchaseOrders cannot be updated"]
    );
    assert_eq!(reply.text("/PurchaseOrders/0/PurchaseOrderID"), "00000000-0000-0000-0000-000000000000");
}

/// API-FACTS 4.5.
#[test]
fn contacts_match_by_id_number_and_name() {
    let mut desk = Desk::new();
    let id = desk.made("Contacts", "ContactID", r#"{"Name":"Acme","ContactNumber":"K1"}"#);
    let table = [
        (r#"{"Name":"ACME","EmailAddress":"a@b.example"}"#, true),
        (r#"{"ContactNumber":"k1","Name":"Acme Ltd"}"#, true),
        (r#"{"Name":"Other"}"#, false),
    ];
    for (body, same) in table {
        assert_eq!(desk.post("Contacts", body).text("/Contacts/0/ContactID") == id, same, "{body}");
    }
    let shown = desk.get("Contacts/K1");
    assert_eq!(
        (shown.text("/Contacts/0/Name"), shown.text("/Contacts/0/EmailAddress")),
        ("Acme Ltd".into(), "a@b.example".into())
    );
    let refused = [
        (
            r#"{"Name":"acme ltd"}"#,
            "The contact name acme ltd is already assigned to another contact. The contact name must be unique across all active contacts.",
        ),
        (
            r#"{}"#,
            "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber",
        ),
        (r#"{"Name":"B","EmailAddress":"no address"}"#, "Email address must be valid"),
        (
            r#"{"Name":"B","PaymentTerms":{"Sales":{"Day":32,"Type":"OFCURRENTMONTH"}}}"#,
            "Due Date for Sales Invoices must be between 1 and 31 when set to the following (or current) month",
        ),
        (
            r#"{"Name":"Closed Trading Co","ContactID":""}"#,
            "The contact name Closed Trading Co is already assigned to another contact. The contact name must be unique across all active contacts.",
        ),
    ];
    for (body, message) in refused {
        assert_eq!(desk.put("Contacts", body).messages(), [message], "{body}");
    }
    let unknown = r#"{"ContactID":"d4ad8fd6-5c72-4924-91b1-07f1472eb4c3","Name":"x"}"#;
    assert_eq!(desk.post("Contacts", unknown).status, 404);
    let archived = desk.get("Contacts?includeArchived=true&searchTerm=closed").text("/Contacts/0/ContactID");
    assert_eq!(desk.get("Contacts?searchTerm=closed").count("Contacts"), 0);
    assert_eq!(desk.get(&format!("Contacts?IDs={archived}")).count("Contacts"), 1);
    let reply = desk.post(&format!("Contacts/{archived}"), r#"{"FirstName":"x"}"#);
    assert!(reply.messages()[0].contains("matched an archived contact"));
}

/// What is taken for what: the same calls as in other spellings, and what isn't there.
#[test]
fn spellings_and_refusals_of_whole_calls() {
    let mut desk = Desk::new();
    for path in
        ["organisation", "Organisations/", "/Organisation", "ACCOUNTS", "taxrates/INPUT2", "Items/BOOK"]
    {
        assert_eq!(desk.get(path).status, 200, "{path}");
    }
    let table = [
        (Method::Get, "Invoices/d4ad8fd6-5c72-4924-91b1-07f1472eb4c3", "", 404),
        (Method::Get, "Nothing", "", 404),
        (Method::Get, "", "", 404),
        (Method::Put, "Organisation", "{}", 501),
        (Method::Put, "Prepayments", "{}", 501),
        (Method::Delete, "Invoices/x", "", 501),
        (Method::Put, "Invoices", "", 400),
        (Method::Put, "Invoices", "<Invoice/>", 400),
        (Method::Put, "Invoices", r#"{"Invoices":[]}"#, 400),
        (Method::Post, "Invoices/nope", "{}", 404),
        (Method::Get, "Journals", "", 403),
        (Method::Get, "Reports/Nothing", "", 404),
        (Method::Get, "Reports/TrialBalance?paymentsOnly=true", "", 400),
        (Method::Put, "Invoices/nope/History", r#"{"HistoryRecords":[{"Details":"x"}]}"#, 400),
    ];
    for (method, path, body, status) in table {
        assert_eq!(desk.send(method, path, body).status, status, "{method:?} {path}");
    }
    let answer = desk.answer(Call::new(Method::Get, "Invoices/x", UserRef::adviser()));
    assert_eq!(answer.content_type, "text/html; charset=utf-8");
}

#[test]
fn accounts_taxes_tracking_and_files() {
    let mut desk = Desk::at(Country::Nz);
    let account = |code: &str, name: &str| format!(r#"{{"Code":"{code}","Name":"{name}","Type":"EXPENSE"}}"#);
    let made = desk.put("Accounts", &account("431", "Tools"));
    assert_eq!(
        (made.text("/Accounts/0/TaxType"), made.text("/Accounts/0/Class")),
        ("INPUT2".into(), "EXPENSE".into())
    );
    assert_eq!(desk.put("Accounts", &account("432", "tools")).messages(), ["Please enter a unique Name."]);
    let long = "Account Code is too long. Maximum of 10 characters allowed";
    assert_eq!(desk.put("Accounts", &account("12345678901", "Long")).messages(), [long]);
    let id = made.text("/Accounts/0/AccountID");
    let both = desk.post(&format!("Accounts/{id}"), r#"{"Status":"ARCHIVED","Name":"Other"}"#);
    assert_eq!(both.status, 400);
    desk.invoice("ACCPAY", "5", "431");
    assert_eq!(desk.send(Method::Delete, &format!("Accounts/{id}"), "").status, 400, "it has transactions");
    assert_eq!(
        desk.post(&format!("Accounts/{id}"), r#"{"Status":"ARCHIVED"}"#).text("/Accounts/0/Status"),
        "ARCHIVED"
    );
    let rate = desk.put(
        "TaxRates",
        r#"{"Name":"Odd","TaxComponents":[{"Name":"A","Rate":10},{"Name":"B","Rate":5,"IsCompound":true}]}"#,
    );
    assert_eq!(
        (rate.text("/TaxRates/0/TaxType"), rate.amount("/TaxRates/0/EffectiveRate")),
        ("TAX001".into(), "15.50".into())
    );
    assert_eq!(desk.post("TaxRates", r#"{"TaxType":"INPUT2","Name":"Mine"}"#).status, 400);
    assert_eq!(
        desk.put("TrackingCategories", r#"{"Name":"Third"}"#).status,
        400,
        "two active ones are the limit"
    );
    let region = desk.get("TrackingCategories").text("/TrackingCategories/0/TrackingCategoryID");
    let options = format!("TrackingCategories/{region}/Options");
    let option = desk.put(&options, r#"{"Name":"Far North"}"#).text("/Options/0/TrackingOptionID");
    assert_eq!(desk.send(Method::Delete, &format!("{options}/{option}"), "").status, 200);
    let id = desk.invoice("ACCREC", "5", "200");
    let path = format!("Invoices/{id}/Attachments/a b.txt");
    for text in ["first", "second"] {
        let mut call =
            Call::new(Method::Post, &path, UserRef::adviser()).with("IncludeOnline", "true").body(text);
        call.content_type = Some("text/plain".to_owned());
        assert_eq!(desk.call(call).json["Attachments"][0]["IncludeOnline"], true);
    }
    let answer = desk.answer(Call::new(Method::Get, &path, UserRef::adviser()));
    assert_eq!((answer.content_type.as_str(), answer.body.as_slice()), ("text/plain", b"second".as_slice()));
    assert_eq!(desk.get(&format!("Invoices/{id}/Attachments")).count("Attachments"), 1);
    assert_eq!(desk.get(&format!("Invoices/{id}")).json["Invoices"][0]["HasAttachments"], true);
    let text = "x".repeat(2501);
    let note = format!(r#"{{"HistoryRecords":[{{"Details":"{text}"}}]}}"#);
    assert_eq!(desk.put(&format!("Invoices/{id}/History"), &note).status, 400);
    assert_eq!(desk.get(&format!("Invoices/{id}/History")).text("/HistoryRecords/0/User"), "Demo User");
}

/// What webhooks should tell (API-FACTS 5.1).
#[test]
fn notices_tell_of_contacts_invoices_and_credits() {
    let mut desk = Desk::new();
    let id = desk.invoice("ACCREC", "5", "200");
    let told: Vec<_> = desk.org.take_notices().iter().map(|n| (n.category, n.event.event_type())).collect();
    assert_eq!(told, [(Category::Contact, "CREATE"), (Category::Invoice, "CREATE")]);
    desk.post(&format!("Invoices/{id}"), r#"{"Status":"VOIDED"}"#);
    let told = desk.org.take_notices();
    assert_eq!((told.len(), told[0].resource_id.clone(), told[0].event.event_type()), (1, id, "UPDATE"));
    let note = r#"{"Type":"ACCRECCREDIT","Contact":{"Name":"Acme"},"LineItems":[]}"#;
    desk.made("CreditNotes", "CreditNoteID", note);
    let told = desk.org.take_notices();
    assert_eq!(told[0].kind_and_status, Some(("ACCRECCREDIT".into(), "DRAFT".into())));
}

/// A slash within a code is no border between segments; it comes as `%2F`.
#[test]
fn a_slash_in_a_code_names_the_item() {
    let mut desk = Desk::new();
    let id = desk.made("Items", "ItemID", r#"{"Code":"MB-I/1","Name":"Bracket"}"#);
    assert_eq!(desk.get("Items/MB-I%2F1").text("/Items/0/ItemID"), id);
    assert_eq!(desk.post("Items/mb-i%2F1", r#"{"Name":"Bracket, bent"}"#).status, 200);
    assert_eq!(desk.get("Items/MB-I%2F1/History").status, 200);
    let name = desk.get("Items/MB-I%2F1").text("/Items/0/Name");
    assert_eq!(name, "Bracket, bent");
    assert_eq!(desk.get("Items/MB-I%2F2").status, 404);
}

/// What a contact owes and is owed, and what of it is late.
#[test]
fn balances_of_a_contact_follow_its_documents() {
    let mut desk = Desk::new();
    desk.invoice("ACCREC", "20", "200");
    desk.invoice("ACCPAY", "4", "300");
    let late = invoice("LATE", "200").replace("2026-09-30", "2026-09-13");
    desk.made("Invoices", "InvoiceID", &late);
    let today = late.replace("LATE", "TODAY").replace("2026-09-13", "2026-09-14");
    desk.made("Invoices", "InvoiceID", &today);
    let contact = desk.get("Contacts?page=1&searchTerm=acme");
    let of = |side: &str, what: &str| contact.amount(&format!("/Contacts/0/Balances/{side}/{what}"));
    assert_eq!(
        (of("AccountsReceivable", "Outstanding"), of("AccountsReceivable", "Overdue")),
        ("46.00".into(), "11.50".into()),
        "what is due today is not late"
    );
    assert_eq!(
        (of("AccountsPayable", "Outstanding"), of("AccountsPayable", "Overdue")),
        ("4.60".into(), "0.00".into())
    );
}
