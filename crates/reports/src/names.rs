//! How reports name things: codes and numbers as people use them, leading to what they name.

use book::{Book, Content, Document, DocumentId, ItemId, Key, Lot, LotId, PartyId, Role, Text, WarehouseId};

use crate::table::{Source, Value};

/// Where off-book stock has its value: on no account (INV-8).
pub(crate) fn off_book() -> Value {
    Value::Named("off the books".into(), Source::Account(Role::OffBookExpense))
}

pub(crate) fn item(book: &Book, id: ItemId) -> Value {
    let code = book.item(id).map(|row| row.record.code.clone());
    code.map_or(Value::Empty, |code| Value::Named(code, Source::Item(id)))
}

pub(crate) fn item_name(book: &Book, id: ItemId) -> Value {
    book.item(id).map_or(Value::Empty, |row| Value::text(row.record.name.clone()))
}

pub(crate) fn unit(book: &Book, id: ItemId) -> Value {
    let unit = book.item(id).and_then(|row| book.units().row(row.record.unit.number()));
    unit.map_or(Value::Empty, |row| Value::text(row.record.code.clone()))
}

pub(crate) fn party(book: &Book, id: PartyId) -> Value {
    let code = book.party(id).map(|row| row.record.name.clone());
    code.map_or(Value::Empty, |name| Value::Named(name, Source::Party(id)))
}

pub(crate) fn warehouse(book: &Book, id: WarehouseId) -> Value {
    let row = book.warehouses().row(id.number());
    row.map_or(Value::Empty, |row| Value::Named(row.record.code.clone(), Source::Warehouse(id)))
}

pub(crate) fn document(book: &Book, id: DocumentId) -> Value {
    let number = book.document(id).map(|document| Text::from(document.number()));
    number.map_or(Value::Empty, |number| Value::Named(number, Source::Document(id)))
}

/// A line of a document, counted from 1.
pub(crate) fn line(line: u16) -> Value {
    Value::Count(i64::from(line) + 1)
}

/// A lot by the line that brought it: `R-1/2`; one whose line has another lot by now, by its own number: `#17`.
pub(crate) fn lot(book: &Book, id: LotId) -> Value {
    let from = book.lot(id).map(Lot::from);
    let document = from.and_then(|from| book.document(from.document));
    let name = document.zip(from).and_then(|(document, from)| {
        let of_line = document.lines().get(usize::from(from.line))?.lot()?;
        (of_line == id).then(|| format!("{}/{}", document.number(), u32::from(from.line) + 1))
    });
    Value::Named(name.unwrap_or_else(|| format!("#{}", id.number())).into(), Source::Lot(id))
}

pub(crate) fn account(role: Role) -> Value {
    Value::Named(role.name().into(), Source::Account(role))
}

/// Category, warehouse and tracking of a key, each maybe empty; a reason's own account stands with the tracking.
pub(crate) fn refinement(book: &Book, key: &Key) -> [Value; 3] {
    let category = key.category.and_then(|id| book.categories().row(id.number()));
    let category = category.map_or(Value::Empty, |row| Value::text(row.record.code.clone()));
    let options = key.tracking.0.iter().flatten().map(|option| tracking(book, option.number()));
    let mut more: Vec<String> = options.collect();
    more.extend(key.account.as_ref().map(|account| format!("account {account}")));
    [category, key.warehouse.map_or(Value::Empty, |id| warehouse(book, id)), Value::text(more.join(", "))]
}

fn tracking(book: &Book, option: u32) -> String {
    book.tracking_options().row(option).map_or_else(String::new, |row| row.record.code.to_string())
}

/// The supplier or customer of a document: its own, or that of the order or shipment it belongs to.
pub(crate) fn party_of(book: &Book, id: DocumentId) -> Option<PartyId> {
    let content = book.document(id).map(Document::content)?;
    if let Content::Receipt(receipt) = content {
        return party_of(book, receipt.order);
    }
    if let Content::VendorReturn(back) = content {
        return party_of(book, back.order);
    }
    if let Content::CustomerReturn(back) = content {
        return party_of(book, back.shipment);
    }
    if let Content::Shipment(shipment) = content {
        return Some(shipment.customer);
    }
    let terms = match content {
        Content::PurchaseOrder(content) => &content.terms,
        Content::Bill(content) => &content.terms,
        Content::SupplierCredit(content) => &content.terms,
        Content::CustomerOrder(content) => &content.terms,
        Content::Invoice(content) => &content.terms,
        _ => return None,
    };
    Some(terms.party)
}
