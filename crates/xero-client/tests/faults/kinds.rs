//! The fifteen kinds of writes: how each is made, looked for by our marker, and counted in the stand-in's core.
//!
//! Not here: the faults and the stories (`main`).

use crate::support::House;
use crate::{ASKED, Setup};
use jiff::Timestamp;
use serde_json::Value;
use world::{Clock, Pieces};
use xero::element::Element;
use xero::statuses::*;
use xero::*;
use xero_client::attach::{Online, Upload};
use xero_client::call::create_under;
use xero_client::failure::Failure;
use xero_client::look::{self, Found, Look};
use xero_client::send::Client;
use xero_sandbox::{Call, Method, UserRef};

pub type Write = fn(&House, &Client, &Setup) -> Result<bool, Failure>;
pub type LookFor = fn(&House, &Setup) -> bool;
pub type Count = fn(&House, &Setup) -> usize;

/// A kind of write: its name, method and path for the fault, the write, the look, the count in the stand-in's state.
pub struct Kind(pub &'static str, pub &'static str, pub &'static str, pub Write, pub LookFor, pub Count);

pub const KINDS: &[Kind] = &[
    Kind(
        "contact",
        "PUT",
        "/Contacts",
        |h, c, _| write(h, c, &contact()),
        |h, _| looked(h, &look::contact("MB-F")),
        |h, _| count(h, "Contacts", "ContactNumber", "MB-F"),
    ),
    Kind(
        "item",
        "PUT",
        "/Items",
        |h, c, _| write(h, c, &item("MB-F")),
        |h, _| looked(h, &look::item("MB-F")),
        |h, _| count(h, "Items", "Code", "MB-F"),
    ),
    Kind(
        "sales invoice",
        "PUT",
        "/Invoices",
        |h, c, s| write(h, c, &invoice(s, InvoiceType::Sale)),
        |h, _| looked(h, &look::sale("MB-F")),
        |h, _| count(h, "Invoices", "InvoiceNumber", "MB-F"),
    ),
    Kind(
        "bill",
        "PUT",
        "/Invoices",
        |h, c, s| write(h, c, &invoice(s, InvoiceType::Bill)),
        |h, s| looked(h, &look::bill(s.contact, "MB-F", Some(URL))),
        |h, _| count(h, "Invoices", "Url", URL),
    ),
    Kind(
        "credit note",
        "PUT",
        "/CreditNotes",
        |h, c, s| write(h, c, &note(s, CreditNoteType::Sale, "MB-F")),
        |h, _| looked(h, &look::credit_note("MB-F")),
        |h, _| count(h, "CreditNotes", "CreditNoteNumber", "MB-F"),
    ),
    Kind(
        "supplier credit",
        "PUT",
        "/CreditNotes",
        |h, c, s| write(h, c, &note(s, CreditNoteType::Bill, "MB-F")),
        |h, s| looked(h, &look::supplier_credit(s.contact, "MB-F")),
        |h, _| count(h, "CreditNotes", "CreditNoteNumber", "MB-F"),
    ),
    Kind(
        "order",
        "PUT",
        "/PurchaseOrders",
        |h, c, s| write(h, c, &order(s)),
        |h, _| looked(h, &look::order("MB-F")),
        |h, _| count(h, "PurchaseOrders", "PurchaseOrderNumber", "MB-F"),
    ),
    Kind(
        "quote",
        "PUT",
        "/Quotes",
        |h, c, s| write(h, c, &quote(s)),
        |h, _| looked(h, &look::quote("MB-F")),
        |h, _| count(h, "Quotes", "QuoteNumber", "MB-F"),
    ),
    Kind(
        "payment",
        "PUT",
        "/Payments",
        |h, c, s| write(h, c, &payment(s)),
        |h, s| looked(h, &look::payment(s.invoice, "MB-F")),
        |h, _| count(h, "Payments", "Reference", "MB-F"),
    ),
    Kind(
        "journal",
        "PUT",
        "/ManualJournals",
        |h, c, _| write(h, c, &journal()),
        |h, s| looked(h, &look::journal("MB-F", s.intent)),
        |h, _| count(h, "ManualJournals", "Narration", "MB-F lots"),
    ),
    Kind(
        "prepayment",
        "PUT",
        "/BankTransactions",
        |h, c, s| write(h, c, &prepayment(s)),
        |h, s| {
            looked(
                h,
                &look::credit(BankTransactionType::ReceivePrepayment, "MB-F", "MB-F", s.intent.millis()),
            )
        },
        |h, _| count(h, "Prepayments", "Reference", "MB-F"),
    ),
    Kind(
        "allocation",
        "PUT",
        "/Allocations",
        allocate,
        |h, s| looked(h, &look::allocation(s.note, s.invoice)),
        |h, s| {
            elements(h, &format!("CreditNotes/{}", s.note), "CreditNotes")[0]["Allocations"]
                .as_array()
                .map_or(0, Vec::len)
        },
    ),
    Kind(
        "attachment",
        "PUT",
        "/Attachments",
        attach,
        |h, s| looked(h, &look::attachment(s.invoice, "a.pdf")),
        |h, s| elements(h, &format!("Invoices/{}/Attachments", s.invoice), "Attachments").len(),
    ),
    Kind(
        "void",
        "POST",
        "/Invoices",
        void,
        |h, s| status(h, s) == Some(DocumentStatus::Voided),
        |h, _| count(h, "Invoices", "Status", "VOIDED"),
    ),
    Kind(
        "removal",
        "DELETE",
        "/Items",
        |h, c, s| h.run(c.remove(h.tenant, format!("Items/{}", s.item), ASKED)).map(|()| true),
        |h, _| !looked(h, &look::item("SETUP")),
        |h, _| 1 - count(h, "Items", "Code", "SETUP"),
    ),
];

pub const URL: &str = "https://millbook.example/bills/9";

pub fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub fn amount(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

pub fn day(text: &str) -> Option<Day> {
    Day::read(text)
}

pub fn contact() -> Contact {
    Contact { name: some("Fault"), contact_number: some("MB-F"), ..Contact::default() }
}

pub fn item(code: &str) -> Item {
    Item { code: some(code), name: some("Table"), ..Item::default() }
}

pub fn to(setup: &Setup) -> Option<Box<Contact>> {
    Some(Box::new(Contact { contact_id: Some(setup.contact), ..Contact::default() }))
}

pub fn lines(account: &str, tax: &str) -> Option<Vec<LineItem>> {
    Some(vec![LineItem {
        description: some("Table"),
        quantity: amount("2"),
        unit_amount: amount("10"),
        account_code: some(account),
        tax_type: some(tax),
        ..LineItem::default()
    }])
}

pub fn invoice(setup: &Setup, kind: InvoiceType) -> Invoice {
    let (account, tax) = if kind == InvoiceType::Sale { ("200", "OUTPUT2") } else { ("300", "INPUT2") };
    Invoice {
        kind: Some(kind),
        contact: to(setup),
        invoice_number: some("MB-F"),
        url: some(URL),
        date: day("2026-11-20"),
        due_date: day("2026-12-20"),
        status: Some(DocumentStatus::Authorised),
        line_items: lines(account, tax),
        ..Invoice::default()
    }
}

pub fn note(setup: &Setup, kind: CreditNoteType, number: &str) -> CreditNote {
    let (account, tax) = if kind == CreditNoteType::Sale { ("200", "OUTPUT2") } else { ("300", "INPUT2") };
    CreditNote {
        kind: Some(kind),
        contact: to(setup),
        credit_note_number: some(number),
        date: day("2026-11-20"),
        status: Some(DocumentStatus::Authorised),
        line_items: lines(account, tax),
        ..CreditNote::default()
    }
}

pub fn order(setup: &Setup) -> PurchaseOrder {
    PurchaseOrder {
        contact: to(setup),
        purchase_order_number: some("MB-F"),
        date: day("2026-11-20"),
        line_items: lines("300", "INPUT2"),
        ..PurchaseOrder::default()
    }
}

pub fn quote(setup: &Setup) -> Quote {
    Quote {
        contact: to(setup),
        quote_number: some("MB-F"),
        date: day("2026-11-20"),
        line_items: lines("200", "OUTPUT2"),
        ..Quote::default()
    }
}

pub fn account(code: &str) -> Option<Box<Account>> {
    Some(Box::new(Account { code: some(code), ..Account::default() }))
}

pub fn payment(setup: &Setup) -> Payment {
    let target = Invoice { invoice_id: Some(setup.invoice), ..Invoice::default() };
    Payment {
        invoice: Some(Box::new(target)),
        account: account("090"),
        date: day("2026-11-21"),
        amount: amount("5"),
        reference: some("MB-F"),
        ..Payment::default()
    }
}

pub fn journal() -> ManualJournal {
    let line = |sum, account: &str| ManualJournalLine {
        line_amount: amount(sum),
        account_code: some(account),
        tax_type: some("NONE"),
        ..ManualJournalLine::default()
    };
    ManualJournal {
        narration: some("MB-F lots"),
        date: day("2026-11-21"),
        status: Some(ManualJournalStatus::Posted),
        journal_lines: Some(vec![line("7", "621"), line("-7", "835")]),
        ..ManualJournal::default()
    }
}

pub fn prepayment(setup: &Setup) -> BankTransaction {
    BankTransaction {
        kind: Some(BankTransactionType::ReceivePrepayment),
        contact: to(setup),
        bank_account: account("090"),
        date: day("2026-11-21"),
        reference: some("MB-F"),
        line_items: lines("200", "OUTPUT2"),
        ..BankTransaction::default()
    }
}

/// Whether it is certainly done (true), certainly refused (false), or a failure.
pub fn verdict<T: Resource>(elements: Result<Vec<Element<T>>, Failure>) -> Result<bool, Failure> {
    match elements?.remove(0) {
        Element::Done { .. } => Ok(true),
        other => panic!("{other:?}"),
    }
}

pub fn write<T: Resource>(house: &House, client: &Client, element: &T) -> Result<bool, Failure> {
    under(house, client, T::PATH.to_owned(), element)
}

pub fn under<T: Resource>(
    house: &House,
    client: &Client,
    path: String,
    element: &T,
) -> Result<bool, Failure> {
    let mut write = create_under(path, std::slice::from_ref(element), client.chance()).unwrap().remove(0);
    verdict(house.run(client.write(house.tenant, &mut write, ASKED)))
}

pub fn allocate(house: &House, client: &Client, setup: &Setup) -> Result<bool, Failure> {
    let target = Invoice { invoice_id: Some(setup.invoice), ..Invoice::default() };
    let asked = Allocation {
        amount: amount("3"),
        date: day("2026-11-20"),
        invoice: Some(Box::new(target)),
        ..Allocation::default()
    };
    under(house, client, format!("CreditNotes/{}/Allocations", setup.note), &asked)
}

pub fn attach(house: &House, client: &Client, setup: &Setup) -> Result<bool, Failure> {
    let file = Upload { name: "a.pdf", kind: "application/pdf", length: 3, online: Online::Hidden };
    let body = Box::new(Pieces::new(vec![Ok(b"abc".to_vec())]));
    let held = house.run(client.attach(house.tenant, setup.invoice, &file, body, ASKED));
    verdict(held.map(|element| vec![element]))
}

pub fn void(house: &House, client: &Client, setup: &Setup) -> Result<bool, Failure> {
    let asked = Invoice {
        invoice_id: Some(setup.invoice),
        status: Some(DocumentStatus::Voided),
        ..Invoice::default()
    };
    verdict(house.run(client.update(house.tenant, &[asked], ASKED))?.remove(0).outcome)
}

pub fn status(house: &House, setup: &Setup) -> Option<DocumentStatus> {
    house.run(house.client.get(house.tenant, setup.invoice, ASKED)).unwrap().status
}

pub fn looked<T: Resource>(house: &House, look: &Look<T>) -> bool {
    match house.run(house.client.look(house.tenant, look, ASKED)).unwrap() {
        Found::One(_) => true,
        Found::None => false,
        Found::Several(several) => panic!("{several:?}"),
    }
}

/// A list as the stand-in's core holds it, past the door.
pub fn elements(house: &House, path: &str, plural: &str) -> Vec<Value> {
    let mut sandbox = house.xero.sandbox.lock().unwrap();
    let now = Timestamp::from_millisecond(house.clock.now().millis()).unwrap();
    let org = sandbox.org_mut(&house.tenant.to_string()).unwrap();
    let answer = org.call(&Call::new(Method::Get, path, UserRef::adviser()), now);
    assert_eq!(answer.status, 200, "{path}");
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
    serde_json::from_value(body[plural].take()).unwrap()
}

pub fn count(house: &House, path: &str, field: &str, wanted: &str) -> usize {
    elements(house, path, path).iter().filter(|element| element[field] == wanted).count()
}
