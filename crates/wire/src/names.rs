//! Codes and numbers for ids, and back: `JAM` is an item, `PO-1` a document, `R-1/2` the lot that line 2 of R-1 brought.
//!
//! A document's number may stand in two kinds; then `purchase_order/17` says which. A lot is named by the line that
//! brought it, or as refusals name it, `12 of R-1`. `#12` is the book's own number and names what has no other name, such
//! as a deleted document. What is written for an id is the first of these that reads back as the same id.

use book::{Book, Coded, Document, DocumentId, Kind, LineRef, LotId, Table};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

type Find = fn(&Book, &str) -> Option<u32>;
type Code = fn(&Book, u32) -> Option<String>;

/// The kinds that `x-names` may say: what people call one, how a text is found, how an id is written.
pub(crate) const NAMES: &[(&str, &str, Find, Code)] = &[
    (
        "approval_rule",
        "approval rule",
        |b, t| b.approval_rules().find(t),
        |b, id| code(b.approval_rules(), id),
    ),
    (
        "bill_of_materials",
        "bill of materials",
        |b, t| b.bills_of_materials().find(t),
        |b, id| code(b.bills_of_materials(), id),
    ),
    ("category", "category", |b, t| b.categories().find(t), |b, id| code(b.categories(), id)),
    ("channel", "sales channel", |b, t| b.channels().find(t), |b, id| code(b.channels(), id)),
    ("document", "document", find_document, document),
    ("item", "item", |b, t| b.items().find(t), |b, id| code(b.items(), id)),
    ("lot", "lot", find_lot, lot),
    ("movement", "movement", own_number, |_, id| Some(format!("#{id}"))),
    ("party", "supplier or customer", |b, t| b.parties().find(t), |b, id| code(b.parties(), id)),
    ("reason", "reason", |b, t| b.reasons().find(t), |b, id| code(b.reasons(), id)),
    ("routing", "routing", |b, t| b.routings().find(t), |b, id| code(b.routings(), id)),
    ("site", "site", |b, t| b.sites().find(t), |b, id| code(b.sites(), id)),
    (
        "tracking_category",
        "tracking category",
        |b, t| b.tracking_categories().find(t),
        |b, id| code(b.tracking_categories(), id),
    ),
    (
        "tracking_option",
        "tracking option",
        |b, t| b.tracking_options().find(t),
        |b, id| code(b.tracking_options(), id),
    ),
    ("unit", "unit", |b, t| b.units().find(t), |b, id| code(b.units(), id)),
    ("warehouse", "warehouse", |b, t| b.warehouses().find(t), |b, id| code(b.warehouses(), id)),
    ("workstation", "workstation", |b, t| b.workstations().find(t), |b, id| code(b.workstations(), id)),
];

/// The number of what a text names among a kind (`item`, `document`), as commands name it.
pub fn id(book: &Book, kind: &str, text: &str) -> Option<u32> {
    NAMES.iter().find(|row| row.0 == kind).and_then(|row| (row.2)(book, text))
}

/// How commands name what has this number among a kind.
pub fn name(book: &Book, kind: &str, id: u32) -> Option<String> {
    NAMES.iter().find(|row| row.0 == kind).and_then(|row| (row.3)(book, id))
}

fn code<T: Coded>(table: &Table<T>, id: u32) -> Option<String> {
    table.row(id).map(|row| row.record.code().to_string())
}

fn own_number(_: &Book, text: &str) -> Option<u32> {
    text.strip_prefix('#')?.parse().ok()
}

/// A kind of document by its name in JSON: `purchase_order`.
fn kind(name: &str) -> Option<Kind> {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    Kind::deserialize(name).ok()
}

fn kind_name(kind: Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn find_document(book: &Book, text: &str) -> Option<u32> {
    let mut found = Kind::ALL.iter().filter_map(|kind| book.find_document(*kind, text));
    match (found.next(), found.next()) {
        (Some(one), None) => return Some(one.number()),
        (Some(_), Some(_)) => return None,
        (None, _) => {}
    }
    if let Some((name, number)) = text.split_once('/')
        && let Some(found) = kind(name).and_then(|kind| book.find_document(kind, number))
    {
        return Some(found.number());
    }
    own_number(book, text).filter(|id| book.document(DocumentId::new(*id)).is_some())
}

fn document(book: &Book, id: u32) -> Option<String> {
    let document = book.document(DocumentId::new(id))?;
    let number = document.number().to_owned();
    let full = format!("{}/{number}", kind_name(document.kind()));
    let found = [number, full].into_iter().find(|text| find_document(book, text) == Some(id));
    Some(found.unwrap_or_else(|| format!("#{id}")))
}

/// `R-1/2`: a line, counted from 1.
pub(crate) fn find_line(book: &Book, text: &str) -> Option<LineRef> {
    let (document, line) = text.rsplit_once('/')?;
    let line = line.parse::<u16>().ok()?.checked_sub(1)?;
    Some(LineRef { document: DocumentId::new(find_document(book, document)?), line })
}

fn line(book: &Book, at: LineRef) -> Option<String> {
    document(book, at.document.number()).map(|document| format!("{document}/{}", u32::from(at.line) + 1))
}

fn lot_of(book: &Book, at: LineRef) -> Option<u32> {
    let lines = book.document(at.document).map(Document::lines)?;
    let lot = lines.get(usize::from(at.line))?.lot()?;
    // A line's state may carry the lot of a line before the book was changed; the lot itself says who brought it.
    book.lot(lot).filter(|row| row.from() == at).map(|_| lot.number())
}

pub(crate) fn find_lot(book: &Book, text: &str) -> Option<u32> {
    if let Some(lot) = find_line(book, text).and_then(|at| lot_of(book, at)) {
        return Some(lot);
    }
    let number = text.strip_prefix('#').or_else(|| text.split_once(" of ").map(|(number, _)| number))?;
    let lot = number.parse().ok().filter(|lot| book.lot(LotId::new(*lot)).is_some())?;
    (text.starts_with('#') || refusal_name(book, lot).as_deref() == Some(text)).then_some(lot)
}

/// How refusals name a lot.
fn refusal_name(book: &Book, lot: u32) -> Option<String> {
    let from = book.lot(LotId::new(lot))?.from().document;
    book.document(from).map(|document| format!("{lot} of {}", document.number()))
}

fn lot(book: &Book, id: u32) -> Option<String> {
    let from = book.lot(LotId::new(id))?.from();
    let brought = line(book, from).filter(|text| find_lot(book, text) == Some(id));
    Some(brought.unwrap_or_else(|| format!("#{id}")))
}

/// A document's name outside.
pub(crate) fn document_name(book: &Book, id: DocumentId) -> String {
    document(book, id.number()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Contract, inside};
    use crate::shape::Shape;

    #[test]
    fn whatever_types_name_has_a_row() {
        let command = Shape::of(inside::<book::Command>(Contract::Read).as_value());
        let event = Shape::of(inside::<book::Event>(Contract::Written).as_value());
        for name in command.names().chain(event.names()).filter(|name| !["amount", "record"].contains(name)) {
            assert!(NAMES.iter().any(|row| row.0 == name), "`{name}` needs a row in names.rs");
        }
    }

    #[test]
    fn every_kind_of_record_has_a_row() {
        let schema = inside::<book::Record>(Contract::Read).to_value();
        for one in schema["oneOf"].as_array().expect("kinds") {
            let kind = one["required"][0].as_str().expect("a name");
            assert!(NAMES.iter().any(|row| row.0 == kind), "`{kind}` needs a row in names.rs");
        }
    }
}
