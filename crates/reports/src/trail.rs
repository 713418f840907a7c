//! What is behind a number, and where goods came from and went (REC-3, INV-7).
//!
//! A balance taken apart: which document put which amount there, by which rule, for which lot; the parts sum to the
//! ledger's balance. A lot's trail: back to what was bought, found or opened and its bills, forward to customers.
//! Not here: how contributions are found (`book`).

use std::collections::BTreeMap;

use book::{Book, Content, Contribution, Day, Document, DocumentId, LotId, Role, Rule, Standing, Use};
use money::{Amount, Quantity};

use crate::balances::of_roles;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus};

/// What a row of an explanation is, after its account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Document(DocumentId),
    Lot(Option<LotId>),
    Posting(Day, Rule, DocumentId, Option<LotId>),
}

pub(crate) fn explain(call: &Call<'_>) -> Table {
    let (book, asked) = (call.book, call.asked);
    // In order of the first day on which something of it was posted.
    let mut sums: BTreeMap<(Role, Group), (Day, Amount)> = BTreeMap::new();
    let mut roles: BTreeMap<Role, Amount> = BTreeMap::new();
    for one in contributions(book, asked.account, asked.as_of) {
        let group = match call.by {
            "lot" => Group::Lot(one.lot),
            "posting" => Group::Posting(one.day, one.rule, one.document, one.lot),
            _ => Group::Document(one.document),
        };
        let sum = sums.entry((one.key.role, group)).or_insert((one.day, Amount::ZERO));
        *sum = (sum.0.min(one.day), plus(sum.1, one.amount));
        let total = roles.entry(one.key.role).or_default();
        *total = plus(*total, one.amount);
    }
    let mut sums: Vec<(Role, Day, Group, Amount)> =
        sums.into_iter().map(|((role, group), (day, amount))| (role, day, group, amount)).collect();
    sums.retain(|one| !one.3.is_zero());
    sums.sort_unstable();
    let rows =
        sums.into_iter().map(|(role, day, group, amount)| row(book, role, day, group, amount)).collect();
    let stands = of_roles(book, asked.as_of, None);
    let ties = roles.into_iter().map(|(role, amount)| Tie {
        name: role.name().into(),
        parts: vec![("contributions".into(), amount)],
        against: "ledger",
        balance: stands.get(&role).copied().unwrap_or_default(),
    });
    call.table(&columns(call.by), rows, ties.collect())
}

fn contributions(book: &Book, account: Option<Role>, day: Day) -> Vec<Contribution> {
    match account {
        Some(role) => book.explain(role, day),
        None => {
            let mut all = book.contributions();
            all.retain(|one| one.day <= day);
            all
        }
    }
}

fn columns(by: &str) -> Vec<Column> {
    let mut columns = vec![Column::text("account", "Account")];
    let document = [
        Column::of(Kind::Day, "day", "Day"),
        Column::text("document", "Document"),
        Column::text("kind", "Kind"),
        Column::text("party", "Supplier or customer"),
    ];
    let lot =
        [Column::text("lot", "Lot"), Column::text("item", "Item"), Column::text("warehouse", "Warehouse")];
    match by {
        "lot" => columns.extend(lot),
        "posting" => {
            columns.extend(document);
            columns.extend([Column::text("rule", "Rule"), Column::text("what", "What")]);
            columns.extend(lot);
        }
        _ => columns.extend(document),
    }
    columns.push(Column::amount("amount", "Amount"));
    columns
}

fn row(book: &Book, role: Role, day: Day, group: Group, amount: Amount) -> Row {
    let mut row = vec![names::account(role)];
    match group {
        Group::Document(document) => row.extend(document_cells(book, Some(day), document)),
        Group::Lot(lot) => row.extend(lot_cells(book, lot)),
        Group::Posting(day, rule, document, lot) => {
            row.extend(document_cells(book, Some(day), document));
            row.extend([Value::text(rule.row().id), Value::text(rule.row().words)]);
            row.extend(lot_cells(book, lot));
        }
    }
    row.push(Value::Amount(amount));
    row
}

fn document_cells(book: &Book, day: Option<Day>, id: DocumentId) -> [Value; 4] {
    let kind = book.document(id).map_or("", |document| document.kind().words());
    let party = names::party_of(book, id).map_or(Value::Empty, |party| names::party(book, party));
    [day.map_or(Value::Empty, Value::Day), names::document(book, id), Value::text(kind), party]
}

fn lot_cells(book: &Book, lot: Option<LotId>) -> [Value; 3] {
    match lot.and_then(|id| Some((id, book.lot(id)?))) {
        Some((id, lot)) => [
            names::lot(book, id),
            names::item(book, lot.item()),
            names::warehouse(book, book.lot_warehouse(id)),
        ],
        None => [Value::Empty, Value::Empty, Value::Empty],
    }
}

/// A step of a lot's trail.
struct Step {
    lot: LotId,
    document: DocumentId,
    day: Option<Day>,
    quantity: Quantity,
    what: &'static str,
}

/// Where a lot came from, back to suppliers and their bills, and where it went, forward to customers (INV-7).
pub fn trace(book: &Book, lot: LotId) -> Table {
    let mut steps: Vec<(&'static str, Step)> = Vec::new();
    for origin in book.trace_back(lot) {
        let Some(row) = book.lot(origin.lot) else { continue };
        let (day, quantity) = (Some(row.arrival()), row.quantity());
        let document = origin.from.document;
        steps.push(("back", Step { lot: origin.lot, document, day, quantity, what: "brought" }));
        for document in book.bills_of(origin.lot) {
            let day = match book.document(document).map(Document::content) {
                Some(Content::Bill(bill)) => Some(bill.terms.day),
                _ => None,
            };
            steps.push((
                "back",
                Step { lot: origin.lot, document, day, quantity: Quantity::ZERO, what: "billed" },
            ));
        }
    }
    for one in book.trace_forward(lot) {
        let what = match one.standing {
            Standing::Booked => "booked",
            Standing::Taken => "taken",
            Standing::Released => continue,
        };
        let (document, day) = (one.by.document, taken_on(book, &one));
        steps.push(("forward", Step { lot: one.lot, document, day, quantity: one.quantity, what }));
    }
    let rows = steps.iter().map(|(direction, step)| {
        let mut row = vec![Value::text(*direction), Value::text(step.what)];
        row.extend(document_cells(book, step.day, step.document));
        row.extend(lot_cells(book, Some(step.lot)));
        row.push(Value::quantity(step.quantity));
        row
    });
    let rows: Vec<Row> = rows.collect();
    let columns = [
        Column::text("direction", "Direction"),
        Column::text("what", "What"),
        Column::of(Kind::Day, "day", "Day"),
        Column::text("document", "Document"),
        Column::text("kind", "Kind"),
        Column::text("party", "Supplier or customer"),
        Column::text("lot", "Lot"),
        Column::text("item", "Item"),
        Column::text("warehouse", "Warehouse"),
        Column::of(Kind::Quantity, "quantity", "Quantity"),
    ];
    let totals = vec![Value::Empty; columns.len()];
    let name = names::lot(book, lot).show(book.base());
    let title = format!("Trail of lot {name}");
    Table {
        name: "trace",
        by: "",
        title,
        base: book.base(),
        columns: columns.into(),
        rows,
        totals,
        ties: Vec::new(),
    }
}

/// The day on which a use took from its lot, or for which it booked.
fn taken_on(book: &Book, one: &Use) -> Option<Day> {
    let same = |movement: &&book::Movement| movement.by() == one.by && movement.quantity() == one.quantity;
    book.movements_of(one.lot).map(|(_, movement)| movement).find(same).map(book::Movement::day)
}
