//! Every resource to the stand-in and back: created, read, changed and removed as its kind allows.
//!
//! What was asked must come back, from the write and from a later read; and every request must be one that Xero's own
//! file knows. Not here: what goes wrong (`faults`).

mod documents;
mod money;
mod settings;
#[path = "../support/mod.rs"]
mod support;

use support::House;
use support::judge::Judge;
use world::Pieces;
use xero::element::Element;
use xero::statuses::*;
use xero::*;
use xero_client::attach::{Online, Upload};
use xero_client::call::{Write, create_under, delete_by_status, update_at};
use xero_client::failure::{Failure, Reason};
use xero_client::limits::Priority;
use xero_client::resource::list;

const ASKED: Priority = Priority::Asked;

fn amount(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

fn day(text: &str) -> Option<Day> {
    Some(Day::read(text).unwrap())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What Xero holds; nothing else than what was asked.
fn done<T: Resource>(element: Element<T>) -> T {
    match element {
        Element::Done { held, .. } => *held,
        other => panic!("{other:?}"),
    }
}

impl House {
    fn made<T: Resource>(&self, element: &T) -> T {
        let batches =
            self.run(self.client.create(self.tenant, std::slice::from_ref(element), ASKED)).unwrap();
        done(batches.into_iter().next().unwrap().outcome.unwrap().remove(0))
    }

    fn changed<T: Resource>(&self, element: &T) -> Element<T> {
        let batches =
            self.run(self.client.update(self.tenant, std::slice::from_ref(element), ASKED)).unwrap();
        batches.into_iter().next().unwrap().outcome.unwrap().remove(0)
    }

    fn wrote<T: Resource>(&self, mut write: Write<T>) -> T {
        done(self.run(self.client.write(self.tenant, &mut write, ASKED)).unwrap().remove(0))
    }

    fn under<T: Resource>(&self, path: String, element: &T) -> T {
        let mut writes = create_under(path, std::slice::from_ref(element), self.client.chance()).unwrap();
        self.wrote(writes.remove(0))
    }

    fn held<T: Resource>(&self, id: XeroId<T>) -> T {
        self.run(self.client.get(self.tenant, id, ASKED)).unwrap()
    }

    fn every<T: Resource>(&self) -> Vec<T> {
        let all = self.run(self.client.all(self.tenant, list::<T>(), ASKED)).unwrap();
        assert!(all.unreadable.is_empty(), "{:?}", all.unreadable);
        all.items
    }

    /// Created, and the same when read alone and in the list.
    fn round<T: Resource>(&self, asked: &T) -> T {
        let made = self.made(asked);
        let id = made.id().unwrap();
        let in_list = self.every::<T>().into_iter().find(|item| item.id() == Some(id)).unwrap();
        for held in [self.held(id), in_list] {
            let mut found = Vec::new();
            asked.compare(&held, "", &mut found);
            assert!(found.is_empty(), "{found:?}");
        }
        made
    }

    fn contact(&self, name: &str) -> XeroId<Contact> {
        self.made(&Contact { name: some(name), ..Contact::default() }).contact_id.unwrap()
    }

    fn remove(&self, path: String) -> Result<(), Failure> {
        self.run(self.client.remove(self.tenant, path, ASKED))
    }
}

fn to(contact: XeroId<Contact>) -> Option<Box<Contact>> {
    Some(Box::new(Contact { contact_id: Some(contact), ..Contact::default() }))
}

fn line(quantity: &str, price: &str, account: &str, tax: &str) -> LineItem {
    LineItem {
        description: some("Table, oak"),
        quantity: amount(quantity),
        unit_amount: amount(price),
        account_code: some(account),
        tax_type: some(tax),
        ..LineItem::default()
    }
}

fn sale(contact: XeroId<Contact>, number: &str) -> Invoice {
    Invoice {
        kind: Some(InvoiceType::Sale),
        contact: to(contact),
        date: day("2026-11-20"),
        due_date: day("2026-12-20"),
        line_amount_types: Some(LineAmountTypes::Exclusive),
        invoice_number: some(number),
        reference: some("order 7"),
        status: Some(DocumentStatus::Authorised),
        line_items: Some(vec![line("3", "33.3333", "200", "OUTPUT2"), line("1", "0.05", "200", "OUTPUT2")]),
        ..Invoice::default()
    }
}

fn bill(contact: XeroId<Contact>, number: &str) -> Invoice {
    Invoice {
        kind: Some(InvoiceType::Bill),
        line_items: Some(vec![line("10", "7.10", "300", "INPUT2")]),
        url: some("https://millbook.example/bills/7"),
        ..sale(contact, number)
    }
}

fn account(code: &str) -> Option<Box<Account>> {
    Some(Box::new(Account { code: some(code), ..Account::default() }))
}

fn paid(invoice: &Invoice, sum: &str) -> Payment {
    let target = Invoice { invoice_id: invoice.invoice_id, ..Invoice::default() };
    Payment {
        invoice: Some(Box::new(target)),
        account: account("090"),
        date: day("2026-11-21"),
        amount: amount(sum),
        reference: some("MB-P-1"),
        ..Payment::default()
    }
}

fn acquit(house: &House, operations: &[&str]) {
    let judged = house.xero.judge.acquit();
    for operation in operations.iter().filter(|_| Judge::sits()) {
        assert!(judged.contains_key(*operation), "{operation} was never asked: {judged:?}");
    }
}
