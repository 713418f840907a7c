//! What a company deals in and with, and its documents: lists in pages, one by one, with history and notes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use money::{Currency, Rate};

use book::{
    ApprovalRule, BillOfMaterials, Book, Category, Channel, Closed, Coded, Content, Day, DocumentId,
    HistoryEntry, Item, Kind, Life, LotId, MovementId, Party, PartyId, Reason, Routing, Site, Stamp, Table,
    Thing, TrackingCategory, TrackingOption, Unit, Warehouse, Workstation,
};

use crate::problem::Problem;
use crate::query::{Query, query};

/// Rows of a page unless asked otherwise, and at most.
const PAGE: usize = 100;
const PAGE_MOST: usize = 10_000;

/// Which records.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// Only those whose code or name has this in it, in any case.
    #[serde(default)]
    text: Option<String>,
    /// Archived ones too.
    #[serde(default)]
    archived: bool,
    /// The page after the record with this code.
    #[serde(default)]
    after: Option<String>,
    /// How many at most: 100 if not said, never more than 10,000.
    #[serde(default)]
    limit: Option<usize>,
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
struct Page<T> {
    /// The rows.
    rows: Vec<T>,
    /// What to ask `after` for the next page; none is the last.
    next: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Row<T> {
    /// What it says.
    record: T,
    /// Out of use.
    archived: bool,
}

fn list<T: Coded>(table: &Table<T>, asked: &List, name: fn(&T) -> &str) -> Result<Page<Row<T>>, Problem> {
    let after = match &asked.after {
        None => 0,
        Some(code) => match table.find(code) {
            Some(id) => id + 1,
            None => return Err(no_row(code)),
        },
    };
    let wanted = asked.text.as_deref().map(str::to_lowercase);
    let fits = |record: &T| {
        let has = |text: &str| wanted.as_ref().is_none_or(|wanted| text.to_lowercase().contains(wanted));
        has(record.code()) || has(name(record))
    };
    let found = table.iter().filter(|(id, row)| *id >= after && (asked.archived || !row.archived));
    let found = found.filter(|(_, row)| fits(&row.record));
    let found = found.map(|(_, row)| Row { record: (*row.record).clone(), archived: row.archived });
    Ok(page(found, asked.limit, |row| row.record.code().to_string()))
}

fn no_row(after: &str) -> Problem {
    let message = format!("There is no row \"{after}\" to go on after.");
    Problem::new("bad-input", message, "Take `after` from the last page's `next`.").with("after", after)
}

fn page<T>(mut rows: impl Iterator<Item = T>, limit: Option<usize>, name: impl Fn(&T) -> String) -> Page<T> {
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let page: Vec<T> = rows.by_ref().take(limit).collect();
    let next = rows.next().and_then(|_| page.last()).map(name);
    Page { rows: page, next }
}

/// Which documents.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Documents {
    /// Only of this kind.
    #[serde(default)]
    kind: Option<Kind>,
    /// Only with this supplier or customer.
    #[serde(default)]
    party: Option<PartyId>,
    /// Only with this in the number, in any case.
    #[serde(default)]
    text: Option<String>,
    /// From this day on.
    #[serde(default)]
    from: Option<Day>,
    /// Up to this day.
    #[serde(default)]
    until: Option<Day>,
    /// Cancelled and deleted ones too.
    #[serde(default)]
    withdrawn: bool,
    /// The page after this document.
    #[serde(default)]
    after: Option<DocumentId>,
    /// How many at most: 100 if not said, never more than 10,000.
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Line {
    document: DocumentId,
    number: String,
    kind: Kind,
    life: Life,
    day: Option<Day>,
    party: Option<PartyId>,
}

fn documents(book: &Book, asked: &Documents) -> Page<Line> {
    let wanted = asked.text.as_deref().map(str::to_lowercase);
    let rows = book.documents().filter(|(id, document)| {
        asked.after.is_none_or(|after| *id > after)
            && asked.kind.is_none_or(|kind| document.kind() == kind)
            && (asked.withdrawn || document.life() == Life::Live)
            && wanted.as_ref().is_none_or(|wanted| document.number().to_lowercase().contains(wanted))
    });
    let rows = rows.map(|(id, document)| {
        let (day, party) = day_and_party(document.content());
        let (number, kind, life) = (document.number().to_owned(), document.kind(), document.life());
        (id, Line { document: id, number, kind, life, day, party })
    });
    let rows = rows.filter(|(_, row)| {
        asked.party.is_none_or(|party| row.party == Some(party))
            && asked.from.is_none_or(|from| row.day.is_some_and(|day| day >= from))
            && asked.until.is_none_or(|until| row.day.is_some_and(|day| day <= until))
    });
    let found = page(rows, asked.limit, |(id, _)| crate::names::document_name(book, *id));
    Page { rows: found.rows.into_iter().map(|(_, row)| row).collect(), next: found.next }
}

/// Any kind of document says its day and its party under the same names, by itself or in its terms.
fn day_and_party(content: &Content) -> (Option<Day>, Option<PartyId>) {
    let Ok(Value::Object(tagged)) = serde_json::to_value(content) else { return (None, None) };
    let Some(body) = tagged.values().next() else { return (None, None) };
    let find = |names: &[&str]| {
        let places = [Some(body), body.get("terms")].into_iter().flatten();
        places
            .flat_map(|place| names.iter().filter_map(|name| place.get(*name)).cloned().collect::<Vec<_>>())
            .next()
    };
    let day = find(&["day"]).and_then(|day| serde_json::from_value(day).ok());
    let party = find(&["party", "customer", "supplier"]).and_then(|party| serde_json::from_value(party).ok());
    (day, party)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneDocument {
    /// Which.
    document: DocumentId,
}

#[derive(Serialize, JsonSchema)]
struct Shown {
    document: DocumentId,
    number: String,
    kind: Kind,
    life: Life,
    /// What it says.
    content: Content,
    /// Line by line, the lot it brought and what it booked or took.
    lines: Vec<ShownLine>,
    /// Documents that name it.
    dependents: Vec<DocumentId>,
    /// Its closed lines.
    closed: Vec<Closed>,
}

#[derive(Serialize, JsonSchema)]
struct ShownLine {
    lot: Option<LotId>,
    movements: Vec<MovementId>,
}

fn unknown(id: DocumentId) -> Problem {
    Problem::new("bad-input", format!("There is no document {}.", id.number()), "Name an existing document.")
}

fn document(book: &Book, asked: OneDocument) -> Result<Shown, Problem> {
    let id = asked.document;
    let document = book.document(id).ok_or_else(|| unknown(id))?;
    let lines = document.lines().iter();
    Ok(Shown {
        document: id,
        number: document.number().to_owned(),
        kind: document.kind(),
        life: document.life(),
        content: document.content().clone(),
        lines: lines
            .map(|line| ShownLine { lot: line.lot(), movements: line.movements().collect() })
            .collect(),
        dependents: document.dependents().to_vec(),
        closed: document.closed().to_vec(),
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Notes {
    /// On what.
    on: Thing,
}

#[derive(Serialize, JsonSchema)]
struct Note {
    /// The log entry.
    seq: u32,
    /// Who and when.
    stamp: Option<Stamp>,
    text: String,
}

fn notes(book: &Book, asked: Notes) -> Result<Vec<Note>, Problem> {
    let note =
        |(seq, text): &(u32, book::Text)| Note { seq: *seq, stamp: book.stamp(*seq), text: text.to_string() };
    Ok(book.notes(asked.on).iter().map(note).collect())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RateOn {
    /// The currency.
    currency: Currency,
    /// The day.
    day: Day,
}

#[derive(Serialize, JsonSchema)]
struct RateFound {
    /// Foreign units per 1 of base; none, if nobody entered one on or before that day.
    rate: Option<Rate>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct External {
    /// The kind of document.
    kind: Kind,
    /// Another system's id for it.
    external: String,
}

#[derive(Serialize, JsonSchema)]
struct ExternalFound {
    /// The document, if there is one.
    document: Option<DocumentId>,
}

pub(super) fn rows() -> Vec<Query> {
    vec![
        query("units", "Units of measure.", |b, a: List| list::<Unit>(b.units(), &a, |r| &r.name)),
        query("categories", "Item categories.", |b, a: List| {
            list::<Category>(b.categories(), &a, |r| &r.name)
        }),
        query("items", "Items.", |b, a: List| list::<Item>(b.items(), &a, |r| &r.name)),
        query("sites", "Sites.", |b, a: List| list::<Site>(b.sites(), &a, |r| &r.name)),
        query("warehouses", "Warehouses.", |b, a: List| list::<Warehouse>(b.warehouses(), &a, |r| &r.name)),
        query("parties", "Suppliers and customers.", |b, a: List| {
            list::<Party>(b.parties(), &a, |r| &r.name)
        }),
        query("tracking_categories", "Tracking categories.", |b, a: List| {
            list::<TrackingCategory>(b.tracking_categories(), &a, |r| &r.code)
        }),
        query("tracking_options", "Options of tracking categories.", |b, a: List| {
            list::<TrackingOption>(b.tracking_options(), &a, |r| &r.code)
        }),
        query("reasons", "Reasons for write-offs and revaluations.", |b, a: List| {
            list::<Reason>(b.reasons(), &a, |r| &r.name)
        }),
        query("channels", "Sales channels.", |b, a: List| list::<Channel>(b.channels(), &a, |r| &r.name)),
        query("approval_rules", "Who approves from which amount on.", |b, a: List| {
            list::<ApprovalRule>(b.approval_rules(), &a, |r| &r.code)
        }),
        query("workstations", "Workstations.", |b, a: List| {
            list::<Workstation>(b.workstations(), &a, |r| &r.name)
        }),
        query("bills_of_materials", "What items are made of.", |b, a: List| {
            list::<BillOfMaterials>(b.bills_of_materials(), &a, |r| &r.name)
        }),
        query("routings", "How items are made.", |b, a: List| list::<Routing>(b.routings(), &a, |r| &r.name)),
        query("documents", "Documents, oldest first.", |b, a: Documents| Ok(documents(b, &a))),
        query("document", "A document: what it says, what it took and brought, what names it.", document),
        query(
            "history",
            "Who changed a document, when, and what it said before and after.",
            |b, a: OneDocument| Ok::<Vec<HistoryEntry>, _>(b.history(a.document)),
        ),
        query("notes", "The notes on something.", notes),
        query("rate", "The company's exchange rate of a currency on a day.", |b, a: RateOn| {
            Ok(RateFound { rate: b.rate(a.currency, a.day) })
        }),
        query("external", "The document that another system knows by this id.", |b, a: External| {
            let found = b.find_external(a.kind.words(), &a.external);
            Ok(ExternalFound { document: found.map(DocumentId::new) })
        }),
    ]
}
