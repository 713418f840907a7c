//! Cost of goods sold and margin (REC-4), by item, customer or order: what was invoiced, what the shipped goods cost.
//!
//! Twelve JAM invoiced for 144.00 that cost 86.00: margin 58.00, 40.28 %. Sales are invoices less credit invoices, cost is
//! shipments less what came back; both are what the ledger says of the period.
//! Not here: whether the same goods were shipped and invoiced (`deliveries.rs`).

use std::collections::BTreeMap;

use book::{Book, Content, Day, Document, DocumentId, ItemId, LineRef, PartyId, Role};
use money::{Amount, Quantity};

use crate::balances::of_role;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus, units};

/// What a row is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Item(ItemId),
    Customer(PartyId),
    Order(DocumentId),
    NoOrder,
}

/// Its figures.
#[derive(Clone, Copy, Default)]
struct Sums {
    shipped: Quantity,
    sales: Amount,
    cost: Amount,
}

/// The customer order that a line is for, straight or through its shipment or invoice.
fn order_of(book: &Book, line: LineRef) -> Option<DocumentId> {
    let mut line = line;
    // A credit names an invoice, which names a shipment, which names an order: no chain is longer than the log.
    for _ in 0..=book.seq() {
        match book.document(line.document).map(Document::content)? {
            Content::CustomerOrder(_) => return Some(line.document),
            Content::Shipment(content) => return content.order,
            Content::Invoice(content) => {
                line = content.sources.get(usize::from(line.line)).copied().flatten()?
            }
            _ => return None,
        }
    }
    None
}

fn group(call: &Call<'_>, item: ItemId, customer: PartyId, order: impl Fn() -> Option<DocumentId>) -> Group {
    match call.by {
        "customer" => Group::Customer(customer),
        "order" => order().map_or(Group::NoOrder, Group::Order),
        _ => Group::Item(item),
    }
}

/// Adds what stands at the end of a day, or takes it away.
fn add(call: &Call<'_>, day: Day, sign: fn(Sums) -> Sums, into: &mut BTreeMap<Group, Sums>) {
    let book = call.book;
    let mut put = |at: Group, more: Sums| {
        let (sums, more) = (into.entry(at).or_default(), sign(more));
        sums.shipped = units(sums.shipped, more.shipped);
        sums.sales = plus(sums.sales, more.sales);
        sums.cost = plus(sums.cost, more.cost);
    };
    for one in book.shipped_by(day) {
        let at = group(call, one.item, one.customer, || one.order.map(|order| order.document));
        let shipped = units(one.quantity, -one.returned);
        put(at, Sums { shipped, cost: one.cost, ..Sums::default() });
    }
    for one in book.invoiced_by(day) {
        let at = group(call, one.item, one.customer, || one.source.and_then(|source| order_of(book, source)));
        put(at, Sums { sales: one.amount, ..Sums::default() });
    }
}

pub(crate) fn margin(call: &Call<'_>) -> Table {
    let asked = call.asked;
    let mut sums: BTreeMap<Group, Sums> = BTreeMap::new();
    add(call, asked.as_of, |sums| sums, &mut sums);
    if let Some(before) = asked.before() {
        let less = |sums: Sums| Sums { shipped: -sums.shipped, sales: -sums.sales, cost: -sums.cost };
        add(call, before, less, &mut sums);
    }
    sums.retain(|_, sums| !(sums.shipped.is_zero() && sums.sales.is_zero() && sums.cost.is_zero()));
    let mut rows: Vec<Row> = sums.iter().map(|(group, sums)| row(call, *group, *sums)).collect();
    rows.sort_by(|a, b| a[0].cmp(&b[0]));
    let total = |part: fn(&Sums) -> Amount| sums.values().fold(Amount::ZERO, |sum, one| plus(sum, part(one)));
    let moved = |role: Role| {
        let before = asked.before().map_or(Amount::ZERO, |day| of_role(call.book, role, day, None));
        plus(of_role(call.book, role, asked.as_of, None), -before)
    };
    let period = if asked.before().is_some() { " in the period" } else { "" };
    let tie = |name: String, what: &str, amount: Amount, balance: Amount| {
        let parts = vec![(what.to_owned(), amount)];
        Tie { name: format!("{name}{period}"), parts, against: "ledger", balance }
    };
    let cost =
        tie("Cost of goods sold".into(), "shipments", total(|one| one.cost), moved(Role::CostOfGoodsSold));
    let sales = tie("Sales (credit)".into(), "invoices", total(|one| one.sales), -moved(Role::Sales));
    call.table(&columns(call.by), rows, vec![sales, cost])
}

fn columns(by: &str) -> Vec<Column> {
    let mut columns = match by {
        "customer" => vec![Column::text("customer", "Customer")],
        "order" => vec![Column::text("order", "Order"), Column::text("customer", "Customer")],
        _ => vec![
            Column::text("item", "Item"),
            Column::text("item_name", "Name"),
            Column::of(Kind::Quantity, "shipped", "Shipped"),
        ],
    };
    columns.extend([
        Column::amount("sales", "Sales"),
        Column::amount("cost", "Cost"),
        Column::amount("margin", "Margin"),
        Column::of(Kind::Percent, "percent", "Margin %"),
    ]);
    columns
}

fn row(call: &Call<'_>, group: Group, sums: Sums) -> Row {
    let book = call.book;
    let mut row = match group {
        Group::Item(item) => {
            vec![names::item(book, item), names::item_name(book, item), Value::quantity(sums.shipped)]
        }
        Group::Customer(customer) => vec![names::party(book, customer)],
        Group::Order(order) => vec![names::document(book, order), customer(book, order)],
        Group::NoOrder => vec![Value::Empty, Value::text("without an order")],
    };
    let margin = plus(sums.sales, -sums.cost);
    row.extend([
        Value::Amount(sums.sales),
        Value::Amount(sums.cost),
        Value::Amount(margin),
        percent(margin, sums.sales),
    ]);
    row
}

fn customer(book: &Book, order: DocumentId) -> Value {
    match book.document(order).map(Document::content) {
        Some(Content::CustomerOrder(content)) => names::party(book, content.terms.party),
        _ => Value::Empty,
    }
}

/// Hundredths of a percent of sales, rounded half away from zero; none without sales.
fn percent(margin: Amount, sales: Amount) -> Value {
    let (above, below) = (i128::from(margin.minor()) * 10_000, i128::from(sales.minor()));
    if below <= 0 {
        return Value::Empty;
    }
    let rounded = (above.abs() * 2 + below) / (below * 2) * above.signum();
    i64::try_from(rounded).map_or(Value::Empty, Value::Percent)
}
