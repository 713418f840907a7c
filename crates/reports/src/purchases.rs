//! What stands on Purchases (REC-4, REC-8): billed and not received, received and not billed, credits to come; by order
//! line and fee, with its age.
//!
//! Order 100 @ 10.00, 60 received on 2 March, 40 billed @ 11.00: twenty units, 200.00, are still to be billed since 2 March.
//! All lines and fees together are the account's balance.
//! Not here: which bill meets which receipt (POST-23, `book`).

use std::collections::BTreeMap;

use book::{Book, Bought, Content, Day, DocumentId, FeeTarget, OnPurchases, PartyId, Role};
use money::{Amount, Quantity};

use crate::balances::of_role;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus};

/// One line, fee, or what several of them come to.
#[derive(Clone, Default)]
struct Line {
    supplier: Option<PartyId>,
    order: Option<DocumentId>,
    what: Option<Bought>,
    received: Quantity,
    billed: Quantity,
    goods: Amount,
    goods_units: Quantity,
    bills: Amount,
    bills_units: Quantity,
    credits: Amount,
    balance: Amount,
    since: Option<Day>,
    closed: Option<Day>,
}

/// Which half a report shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Both,
    BillsToCome,
    GoodsToCome,
}

pub(crate) fn purchases(call: &Call<'_>) -> Table {
    made(call, Half::Both)
}

pub(crate) fn received_not_invoiced(call: &Call<'_>) -> Table {
    made(call, Half::BillsToCome)
}

pub(crate) fn invoiced_not_received(call: &Call<'_>) -> Table {
    made(call, Half::GoodsToCome)
}

fn made(call: &Call<'_>, half: Half) -> Table {
    let found = call.book.on_purchases(call.asked.as_of);
    let tie = tie(call, &found, half);
    let mut lines = Vec::new();
    for one in &found {
        let line = line(call.book, one, half);
        let open = match half {
            Half::Both => {
                [line.goods, line.bills, line.credits, line.balance].iter().any(|part| !part.is_zero())
            }
            Half::BillsToCome => !line.bills.is_zero() || !line.bills_units.is_zero(),
            Half::GoodsToCome => !line.goods.is_zero() || !line.goods_units.is_zero(),
        };
        if open {
            lines.push(line);
        }
    }
    let mut lines = grouped(lines, call.by);
    lines.sort_by_key(|line| (line.since, line.order));
    let rows = lines.iter().map(|line| row(call, line, half)).collect();
    call.table(&columns(call.by, half), rows, vec![tie])
}

/// The account's balance in its parts, whatever the report shows of it.
fn tie(call: &Call<'_>, found: &[OnPurchases], half: Half) -> Tie {
    let sum =
        |part: fn(&OnPurchases) -> Amount| found.iter().fold(Amount::ZERO, |sum, one| plus(sum, part(one)));
    let parts = match half {
        Half::Both => {
            let of = |wanted: bool| {
                let all = found.iter().filter(|one| matches!(one.what, Bought::Fee(_)) == wanted);
                all.fold(Amount::ZERO, |sum, one| plus(sum, one.balance))
            };
            vec![("order lines".to_owned(), of(false)), ("fees".to_owned(), of(true))]
        }
        Half::BillsToCome | Half::GoodsToCome => vec![
            ("received, not invoiced".to_owned(), -sum(|one| one.bills_to_come.amount)),
            ("invoiced, not received".to_owned(), sum(|one| one.goods_to_come.amount)),
            ("credits to come".to_owned(), sum(|one| one.credits_to_come)),
        ],
    };
    let balance = of_role(call.book, Role::Purchases, call.asked.as_of, None);
    Tie { name: Role::Purchases.name().into(), parts, against: "ledger", balance }
}

fn line(book: &Book, one: &OnPurchases, half: Half) -> Line {
    let (supplier, order) = match one.what {
        Bought::Goods { at, .. } => (supplier(book, at.document), Some(at.document)),
        Bought::Fee(fee) => of_fee(book, fee),
    };
    let (goods, bills) = (one.goods_to_come, one.bills_to_come);
    let since = match half {
        Half::BillsToCome => bills.since,
        Half::GoodsToCome => goods.since,
        Half::Both => [goods.since, bills.since].into_iter().flatten().min(),
    };
    Line {
        supplier,
        order,
        what: Some(one.what),
        received: one.received,
        billed: one.billed,
        goods: goods.amount,
        goods_units: goods.units,
        bills: bills.amount,
        bills_units: bills.units,
        credits: one.credits_to_come,
        balance: one.balance,
        since,
        closed: one.closed.map(|closed| closed.day),
    }
}

fn supplier(book: &Book, order: DocumentId) -> Option<PartyId> {
    match book.document(order)?.content() {
        Content::PurchaseOrder(content) => Some(content.terms.party),
        _ => None,
    }
}

/// Who bills a fee, and the order that it is for, if it is one.
fn of_fee(book: &Book, fee: DocumentId) -> (Option<PartyId>, Option<DocumentId>) {
    let Some(Content::Fee(content)) = book.document(fee).map(book::Document::content) else {
        return (None, None);
    };
    let receipt_order = |receipt: &DocumentId| match book.document(*receipt)?.content() {
        Content::Receipt(content) => Some(content.order),
        _ => None,
    };
    let orders: Vec<DocumentId> = match &content.target {
        FeeTarget::Order(order) => vec![*order],
        FeeTarget::Receipts(receipts) => receipts.iter().filter_map(receipt_order).collect(),
        FeeTarget::Transfer(_) => Vec::new(),
    };
    let first = orders.first().copied();
    let order = first.filter(|first| orders.iter().all(|order| order == first));
    (content.supplier.or_else(|| supplier(book, first?)), order)
}

fn grouped(lines: Vec<Line>, by: &str) -> Vec<Line> {
    if by == "line" {
        return lines;
    }
    let mut groups: BTreeMap<(Option<PartyId>, Option<DocumentId>), Line> = BTreeMap::new();
    for line in lines {
        let order = line.order.filter(|_| by == "order");
        let group = groups.entry((line.supplier, order)).or_default();
        (group.supplier, group.order) = (line.supplier, order);
        group.goods = plus(group.goods, line.goods);
        group.bills = plus(group.bills, line.bills);
        group.credits = plus(group.credits, line.credits);
        group.balance = plus(group.balance, line.balance);
        group.since = [group.since, line.since].into_iter().flatten().min();
    }
    groups.into_values().collect()
}

fn columns(by: &str, half: Half) -> Vec<Column> {
    let mut columns = vec![Column::text("supplier", "Supplier")];
    if by != "supplier" {
        columns.push(Column::text("order", "Order"));
    }
    if by == "line" {
        columns.extend([Column::of(Kind::Count, "line", "Line"), Column::text("item", "Item or fee")]);
        columns.extend(match half {
            Half::Both => vec![
                Column::of(Kind::Quantity, "received", "Received"),
                Column::of(Kind::Quantity, "billed", "Billed"),
            ],
            Half::BillsToCome | Half::GoodsToCome => vec![Column::of(Kind::Quantity, "units", "Units")],
        });
    }
    columns.extend(match half {
        Half::Both => vec![
            Column::amount("goods_to_come", "Goods to come"),
            Column::amount("bills_to_come", "Bills to come"),
            Column::amount("credits_to_come", "Credits to come"),
            Column::amount("balance", "Balance"),
        ],
        Half::BillsToCome | Half::GoodsToCome => vec![Column::amount("value", "Value")],
    });
    columns.extend([Column::of(Kind::Day, "since", "Since"), Column::of(Kind::Count, "age", "Days")]);
    if by == "line" && half == Half::Both {
        columns.push(Column::of(Kind::Day, "closed", "Closed"));
    }
    columns
}

fn row(call: &Call<'_>, line: &Line, half: Half) -> Row {
    let book = call.book;
    let mut row = vec![line.supplier.map_or(Value::Empty, |supplier| names::party(book, supplier))];
    if call.by != "supplier" {
        row.push(line.order.map_or(Value::Empty, |order| names::document(book, order)));
    }
    if call.by == "line" {
        row.extend(match line.what {
            Some(Bought::Goods { at, item, .. }) => [names::line(at.line), names::item(book, item)],
            Some(Bought::Fee(fee)) => [Value::Empty, names::document(book, fee)],
            None => [Value::Empty, Value::Empty],
        });
        row.extend(match half {
            Half::Both => vec![Value::quantity(line.received), Value::quantity(line.billed)],
            Half::BillsToCome => vec![Value::quantity(line.bills_units)],
            Half::GoodsToCome => vec![Value::quantity(line.goods_units)],
        });
    }
    row.extend(match half {
        Half::Both => vec![
            Value::amount(line.goods),
            Value::amount(-line.bills),
            Value::amount(line.credits),
            Value::Amount(line.balance),
        ],
        Half::BillsToCome => vec![Value::Amount(line.bills)],
        Half::GoodsToCome => vec![Value::Amount(line.goods)],
    });
    let age = line.since.map(|since| i64::from(call.asked.as_of.number()) - i64::from(since.number()));
    row.extend([line.since.map_or(Value::Empty, Value::Day), age.map_or(Value::Empty, Value::Count)]);
    if call.by == "line" && half == Half::Both {
        row.push(line.closed.map_or(Value::Empty, Value::Day));
    }
    row
}
