//! What is asked of Xero before and beside sending: contacts, items, numbers, and what people changed there.

use std::time::Duration;

use plan::{Connection, MatchedBy, Subject};
use serde_json::json;
use sync::{Cause, Stop};
use xero_client::settings::{App, Rights};
use xero_sandbox::door::fault::{Fault, Name};
use xero_sandbox::{Call, Method, Role, UserRef};

use crate::office::{Office, bill};

fn party(office: &Office, code: &str) -> Subject {
    party_of(&office.desk.lock(), code)
}

fn party_of(inner: &crate::desk::Inner, code: &str) -> Subject {
    Subject::Party(book::PartyId::new(inner.book.parties().find(code).unwrap()))
}

/// What the accountant does in Xero.
fn accountant(office: &Office, method: Method, path: &str, body: &serde_json::Value) {
    let user = UserRef { name: "Ada Accountant".to_owned(), role: Role::Adviser };
    let call = Call::new(method, path, user).body(body.to_string());
    let now = jiff::Timestamp::from_millisecond(world::Clock::now(&office.house.clock).millis()).unwrap();
    let mut sandbox = office.house.xero.sandbox.lock().unwrap();
    let org = sandbox.org_mut(&office.house.tenant.to_string()).unwrap();
    let answer = org.call(&call, now);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

fn invoices(office: &mut Office, customers: u32) {
    for number in 0..customers {
        office.say(&format!("customer C{number} terms 20 days"));
        office.say(&format!("item I{number} tax 15"));
        office.say(&format!("invoice V-{number} 2026-11-20 for C{number}: 2 I{number} @ 20.00 tax 15"));
    }
}

// rule: DOC-8
#[test]
fn one_contact_is_searched_for_and_many_are_read_as_a_list() {
    for (customers, contact_calls) in [(1, 2), (12, 1)] {
        let mut office = Office::new();
        invoices(&mut office, customers);
        let report = office.run(Cause::Schedule);
        assert_eq!((report.created, report.left), (customers * 3, 0), "{report}");
        let calls = office.house.calls();
        let reads = |path: &str| calls.iter().filter(|call| **call == format!("GET /{path}")).count();
        assert!(reads("Contacts") <= contact_calls, "{calls:?}");
        assert_eq!(reads("Items"), 1, "{calls:?}");
    }
}

// rule: DOC-8, DOC-9
#[test]
fn what_xero_has_already_is_linked_and_not_made_again() {
    let mut office = Office::new();
    accountant(
        &office,
        Method::Put,
        "Contacts",
        &json!({"Contacts": [{"Name": "c0"}, {"Name": "Other", "AccountNumber": "C1"}]}),
    );
    accountant(&office, Method::Put, "Items", &json!({"Items": [{"Code": "I0"}]}));
    invoices(&mut office, 2);
    let report = office.run(Cause::Schedule);
    assert_eq!((report.created, report.linked, report.left), (3, 3, 0), "two invoices and an item: {report}");
    let inner = office.desk.lock();
    assert!(inner.exchange.links().count() >= 6);
}

// rule: DOC-26
#[test]
fn a_number_that_xero_has_stops_the_first_sending() {
    let mut office = Office::new();
    invoices(&mut office, 2);
    let taken = json!({"Invoices": [{"Type": "ACCREC", "InvoiceNumber": "V-1", "Contact": {"Name": "Somebody"},
        "LineItems": [{"Description": "x", "UnitAmount": 1, "AccountCode": "200"}]}]});
    accountant(&office, Method::Put, "Invoices", &taken);
    let report = office.run(Cause::Schedule);
    assert!(report.stopped.is_none(), "{report}");
    let inner = office.desk.lock();
    let of = |number: &str| {
        let id = inner.book.find_document(book::Kind::Invoice, number).unwrap();
        Subject::Document(id)
    };
    assert!(inner.exchange.link(&of("V-0")).is_some());
    assert!(inner.exchange.link(&of("V-1")).is_none());
    let found = inner.exchange.found(&of("V-1")).unwrap();
    assert_eq!(found.iter().map(|one| one.by).collect::<Vec<_>>(), [MatchedBy::Number]);
}

// rule: SCH-7, DOC-21
#[test]
fn a_look_sees_what_people_changed_once() {
    let mut office = Office::new();
    invoices(&mut office, 2);
    office.run(Cause::Schedule);
    office.house.clock.advance(Duration::from_secs(900));
    let id = {
        let inner = office.desk.lock();
        let document = inner.book.find_document(book::Kind::Invoice, "V-0").unwrap();
        inner.exchange.link(&Subject::Document(document)).unwrap().xero
    };
    accountant(&office, Method::Post, &format!("Invoices/{id}"), &json!({"Reference": "CALL-ME"}));
    office.house.calls();
    let report = office.run(Cause::Schedule);
    assert_eq!((report.seen, report.calls.all()), (1, 1), "{report}");
    office.house.clock.advance(Duration::from_secs(900));
    let report = office.run(Cause::Schedule);
    assert_eq!(
        (report.seen, report.calls.all()),
        (0, 1),
        "the overlap brings it again, and it is known: {report}"
    );
}

// rule: SCH-7
#[test]
fn a_person_who_refreshes_sees_it_at_once() {
    let mut office = Office::new();
    invoices(&mut office, 1);
    office.run(Cause::Schedule);
    office.run(Cause::Refresh);
    let calls = office.house.calls();
    assert!(calls.iter().any(|call| call == "GET /Accounts"), "{calls:?}");
    assert!(calls.iter().any(|call| call == "GET /Invoices"), "{calls:?}");
    assert!(!calls.iter().any(|call| call == "GET /CreditNotes"), "we have none: {calls:?}");
}

// rule: CON-6
#[test]
fn a_right_that_was_never_granted_is_named_and_holds_up_only_its_kind() {
    let rights = [
        "openid",
        "offline_access",
        "accounting.invoices",
        "accounting.settings",
        "accounting.contacts.read",
    ];
    let app = App { rights: Rights::These(rights.map(str::to_owned).into()), ..crate::support::web() };
    let other = crate::support::House::stranger(app.clone());
    let mut small = Office::in_house(other, &app);
    invoices(&mut small, 1);
    let report = small.run(Cause::Schedule);
    assert_eq!(report.stopped, None, "{report}");
    let why: Vec<&str> = report.blocked.iter().map(|blocked| blocked.why.as_str()).collect();
    assert_eq!(why, ["The connection has no right accounting.contacts. Connect again and agree to it."]);
    assert_eq!(report.created, 1, "the item goes: {report}");
    assert_eq!(*small.desk.lock().exchange.connection(), Connection::Connected);
    let contact = party(&small, "C0");
    assert!(small.desk.lock().exchange.problem(&contact).is_some());
}

// rule: LOG-4
#[test]
fn a_silent_no_op_is_a_problem_that_people_see() {
    let mut office = Office::new();
    invoices(&mut office, 1);
    office.run(Cause::Schedule);
    office.say("change invoice V-0 2026-11-20 for C0: 3 I0 @ 20.00 tax 15");
    office.house.fault(Fault { method: Some("POST".into()), ..Fault::next(Name::SilentNoOp) });
    let report = office.run(Cause::Schedule);
    assert_eq!((report.updated, report.blocked.len()), (1, 1), "{report}");
    assert!(report.blocked[0].why.contains("Xero took it and holds LineItems[0].Quantity"), "{report}");
}

// rule: LOG-4
#[test]
fn what_xero_fails_at_goes_alone_the_next_time() {
    let mut office = Office::new();
    invoices(&mut office, 3);
    let fault = Fault {
        path: Some("Invoices".into()),
        method: Some("PUT".into()),
        times: 3,
        ..Fault::next(Name::InternalError)
    };
    office.house.fault(fault);
    let report = office.run(Cause::Schedule);
    assert_eq!(report.open.len(), 1, "{report}");
    assert_eq!(report.created, 6, "contacts and items went: {report}");
    office.house.clock.advance(Duration::from_secs(600));
    office.house.calls();
    let report = office.run(Cause::Schedule);
    assert_eq!((report.created, report.open.len()), (3, 0), "{report}");
    let puts = office.house.calls().iter().filter(|call| *call == "PUT /Invoices").count();
    assert_eq!(puts, 3, "each alone, since one of them may be what Xero fails at");
    assert!(!matches!(report.stopped, Some(Stop::Wait { .. })));
}

// rule: DOC-14, DOC-26
#[test]
fn a_lost_bill_is_not_taken_for_an_older_one_of_the_same_number() {
    // The first one is a minute, or a day, older; and it is ours, or somebody else's.
    for wait in [60, 86_400] {
        for ours in [true, false] {
            let mut office = Office::new();
            office.say("supplier S0 terms 20 days");
            office.say("item I0 tax 15");
            bill(0, 0, 0).iter().for_each(|line| office.say(line));
            office.run(Cause::Schedule);
            let id = {
                let inner = office.desk.lock();
                inner.exchange.link(&party_of(&inner, "S0")).unwrap().xero
            };
            let theirs = json!({"Invoices": [{"Type": "ACCPAY", "InvoiceNumber": "P1", "Contact": {"ContactID": id},
                "LineItems": [{"Description": "x", "UnitAmount": 1, "AccountCode": "300"}]}]});
            if !ours {
                accountant(&office, Method::Put, "Invoices", &theirs);
            }
            office.house.clock.advance(Duration::from_secs(wait));
            let number = if ours { "P0 confirmed" } else { "P1" };
            let [order, line] = bill(1, 0, 0);
            office.say(&order);
            office.say(&line.replace("P1:", &format!("{number}:")));
            if !ours {
                office.run(Cause::Schedule); // Xero has one of its number: a person decides
                let inner = office.desk.lock();
                let document = inner.book.find_document(book::Kind::Bill, "B-1").unwrap();
                drop(inner);
                let (subject, decision) = (Subject::Document(document), plan::Decision::SendAnyway);
                office.desk.wish(&plan::Command::Decide { subject, decision });
            }
            let fault = Fault {
                path: Some("Invoices".into()),
                method: Some("PUT".into()),
                times: 3,
                ..Fault::next(Name::ConnectionDropped)
            };
            office.house.fault(fault);
            let report = office.run(Cause::Schedule);
            assert_eq!((report.created, report.stopped.is_some()), (0, true), "{wait} {ours} {report}");
            office.house.clock.advance(Duration::from_secs(900));
            let report = office.run(Cause::Schedule);
            assert_eq!(report.created, 1, "{wait} {ours} {report}");
            let number = if ours { "P0" } else { "P1" };
            let held = crate::shop::held(&office.house, "Invoices");
            let count = held.iter().filter(|one| one["InvoiceNumber"] == number).count();
            assert_eq!(count, 2, "{wait} {ours}: theirs or the older one, and ours");
            let inner = office.desk.lock();
            let link = |number: &str| {
                let document = inner.book.find_document(book::Kind::Bill, number).unwrap();
                inner.exchange.link(&Subject::Document(document)).map(|link| link.xero)
            };
            assert_ne!(link("B-0"), link("B-1"));
            assert!(link("B-1").is_some());
        }
    }
}
