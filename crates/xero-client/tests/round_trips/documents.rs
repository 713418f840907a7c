//! Contacts, items and the documents made of them.
//!
//! Not here: what they share (`main`).

use crate::support::House;
use crate::*;

#[test]
fn contacts() {
    let house = House::new();
    let made = house.round(&Contact {
        name: some("Nord & Söhne \"Holz\""),
        contact_number: some("MB-C-1"),
        email_address: some("buero@nord.example"),
        ..Contact::default()
    });
    let renamed = Contact { contact_id: made.contact_id, name: some("Nord"), ..Contact::default() };
    assert_eq!(done(house.changed(&renamed)).name, some("Nord"));
    let twice = house.run(house.client.create(
        house.tenant,
        &[Contact { name: some("nord"), ..Contact::default() }],
        ASKED,
    ));
    let outcome = twice.unwrap().remove(0).outcome.unwrap().remove(0);
    let Element::Refused { messages } = outcome else { panic!("{outcome:?}") };
    assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "contact-name-taken");
    let archived = Contact {
        contact_id: made.contact_id,
        contact_status: Some(ContactStatus::Archived),
        ..Contact::default()
    };
    done(house.changed(&archived));
    let Element::Refused { messages } = house.changed(&renamed) else { panic!("archived") };
    assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "contact-archived");
    acquit(&house, &["PUT /Contacts", "POST /Contacts", "GET /Contacts/{ContactID}", "GET /Contacts"]);
}

#[test]
fn items() {
    let house = House::new();
    let price = |text| {
        Some(Box::new(ItemPrice {
            unit_price: amount(text),
            account_code: some("200"),
            tax_type: some("OUTPUT2"),
            ..ItemPrice::default()
        }))
    };
    let asked = Item {
        code: some("MB-I-1"),
        name: some("Table"),
        sales_details: price("33.3333"),
        ..Item::default()
    };
    let made = house.round(&asked);
    let dearer = Item { item_id: made.item_id, sales_details: price("40.0001"), ..asked };
    done(house.changed(&dearer));
    let found = house.run(house.client.find::<Item>(house.tenant, "MB-I-1", ASKED)).unwrap().unwrap();
    assert_eq!(found.sales_details.unwrap().unit_price, amount("40.0001"));
    let path = format!("Items/{}", made.item_id.unwrap());
    house.remove(path.clone()).unwrap();
    house.remove(path).unwrap();
    assert!(house.run(house.client.find::<Item>(house.tenant, "MB-I-1", ASKED)).unwrap().is_none());
    acquit(&house, &["PUT /Items", "POST /Items", "DELETE /Items/{ItemID}"]);
}

#[test]
fn invoices_and_bills() {
    let house = House::new();
    let contact = house.contact("Nord");
    let made = house.round(&sale(contact, "MB-1"));
    assert_eq!(
        (made.sub_total, made.total_tax, made.total),
        (amount("100.05"), amount("15.01"), amount("115.06"))
    );
    house.round(&bill(contact, "4711"));
    // A change sends every line with its id; one line is dropped on purpose.
    let mut lines = made.line_items.clone().unwrap();
    let kept = LineItem { line_item_id: lines[0].line_item_id, ..line("4", "25", "200", "OUTPUT2") };
    let changed = Invoice { invoice_id: made.invoice_id, line_items: Some(vec![kept]), ..Invoice::default() };
    let changed = done(house.changed(&changed));
    assert_eq!(changed.total, amount("115"));
    lines = changed.line_items.unwrap();
    assert_eq!((lines.len(), lines[0].line_item_id), (1, made.line_items.unwrap()[0].line_item_id));
    let status = |status| Invoice { invoice_id: made.invoice_id, status: Some(status), ..Invoice::default() };
    let Element::Refused { messages } = house.changed(&status(DocumentStatus::Deleted)) else {
        panic!("refused")
    };
    assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "invoice-status");
    assert_eq!(house.held(made.invoice_id.unwrap()).status, Some(DocumentStatus::Authorised), "only an echo");
    done(house.changed(&status(DocumentStatus::Voided)));
    assert_eq!(house.held(made.invoice_id.unwrap()).status, Some(DocumentStatus::Voided));
    acquit(&house, &["PUT /Invoices", "POST /Invoices", "GET /Invoices/{InvoiceID}", "GET /Invoices"]);
}

#[test]
fn a_batch_with_one_bad_element() {
    let house = House::new();
    let contact = house.contact("Nord");
    let mut all: Vec<_> = (0..120).map(|n| sale(contact, &format!("MB-{n}"))).collect();
    all[70].line_items.as_mut().unwrap()[1].account_code = some("does not exist");
    house.calls();
    let batches = house.run(house.client.create(house.tenant, &all, ASKED)).unwrap();
    assert_eq!(house.calls().len(), 3, "120 invoices, 3 calls");
    assert_eq!(
        batches.iter().map(|batch| batch.range.clone()).collect::<Vec<_>>(),
        [0..50, 50..100, 100..120]
    );
    let elements: Vec<_> = batches.into_iter().flat_map(|batch| batch.outcome.unwrap()).collect();
    for (at, element) in elements.iter().enumerate() {
        match element {
            Element::Done { held, .. } => assert_eq!(held.invoice_number, some(&format!("MB-{at}"))),
            Element::Refused { messages } if at == 70 => {
                assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "account-not-for-this");
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    assert_eq!(house.every::<Invoice>().len(), 119);
    acquit(&house, &["PUT /Invoices"]);
}

#[test]
fn credit_notes_and_allocations() {
    let house = House::new();
    let contact = house.contact("Nord");
    let invoice = house.made(&sale(contact, "MB-1"));
    let note = house.round(&CreditNote {
        kind: Some(CreditNoteType::Sale),
        contact: to(contact),
        date: day("2026-11-21"),
        credit_note_number: some("MB-CN-1"),
        status: Some(DocumentStatus::Authorised),
        line_amount_types: Some(LineAmountTypes::Exclusive),
        line_items: Some(vec![line("1", "10", "200", "OUTPUT2")]),
        ..CreditNote::default()
    });
    let path = format!("CreditNotes/{}/Allocations", note.credit_note_id.unwrap());
    let target = Invoice { invoice_id: invoice.invoice_id, ..Invoice::default() };
    let asked = Allocation {
        amount: amount("4.50"),
        date: day("2026-11-21"),
        invoice: Some(Box::new(target)),
        ..Allocation::default()
    };
    let made = house.under(path.clone(), &asked);
    assert_eq!(house.held(note.credit_note_id.unwrap()).remaining_credit, amount("7"));
    assert_eq!(house.held(invoice.invoice_id.unwrap()).amount_due, amount("110.56"));
    house.remove(format!("{path}/{}", made.allocation_id.unwrap())).unwrap();
    assert_eq!(house.held(note.credit_note_id.unwrap()).remaining_credit, amount("11.5"));
    acquit(
        &house,
        &[
            "PUT /CreditNotes",
            "PUT /CreditNotes/{CreditNoteID}/Allocations",
            "DELETE /CreditNotes/{CreditNoteID}/Allocations/{AllocationID}",
        ],
    );
}

#[test]
fn purchase_orders() {
    let house = House::new();
    let contact = house.contact("Nord");
    let asked = PurchaseOrder {
        contact: to(contact),
        date: day("2026-11-21"),
        delivery_date: day("2026-12-01"),
        purchase_order_number: some("MB-PO-1"),
        status: Some(PurchaseOrderStatus::Authorised),
        line_items: Some(vec![line("10", "7.1234", "300", "INPUT2")]),
        ..PurchaseOrder::default()
    };
    let made = house.round(&asked);
    let status = |status| PurchaseOrder {
        purchase_order_id: made.purchase_order_id,
        status: Some(status),
        ..PurchaseOrder::default()
    };
    done(house.changed(&status(PurchaseOrderStatus::Billed)));
    done(house.changed(&status(PurchaseOrderStatus::Deleted)));
    let again = house.run(house.client.create(house.tenant, &[asked], ASKED)).unwrap().remove(0);
    let Element::Refused { .. } = again.outcome.unwrap().remove(0) else {
        panic!("a deleted order keeps its number")
    };
    acquit(&house, &["PUT /PurchaseOrders", "POST /PurchaseOrders", "GET /PurchaseOrders"]);
}

#[test]
fn quotes() {
    let house = House::new();
    let contact = house.contact("Nord");
    let made = house.round(&Quote {
        contact: to(contact),
        date: day("2026-11-21"),
        quote_number: some("MB-Q-1"),
        title: some("Tables"),
        line_amount_types: Some(QuoteLineAmountTypes::Exclusive),
        line_items: Some(vec![line("1", "10", "200", "OUTPUT2")]),
        ..Quote::default()
    });
    let sent = Quote {
        quote_id: made.quote_id,
        status: Some(QuoteStatus::Sent),
        contact: to(contact),
        date: day("2026-11-21"),
        line_items: made.line_items.clone(),
        ..Quote::default()
    };
    assert_eq!(done(house.changed(&sent)).status, Some(QuoteStatus::Sent));
    acquit(&house, &["PUT /Quotes", "POST /Quotes", "GET /Quotes", "GET /Quotes/{QuoteID}"]);
}
