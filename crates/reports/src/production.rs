//! Work in progress by order, and where the labour and overhead that orders absorbed are now (REC-4).
//!
//! MO-1 has taken up 130.00, of it 60.00 labour, and given 52.00 to four tables: 78.00 are in progress. Of two tables that are
//! still in stock 12.00 is labour, of what is in progress 36.00, and 12.00 went out with the tables that were sold.
//! An order is marked when its balance is below zero, or when nothing moved it for sixty days.
//! Absorbed costs go with the cost that they are part of, through finished lots, transfers, other orders and what came back. What
//! was lost out of an order, and goods that a vendor made of our parts, count as gone on.
//! Not here: what an order cost against its plan (`book`), clearing the liabilities (REC-1).

use std::collections::BTreeMap;

use book::{
    Book, Content, Day, Document, DocumentId, InProgress, LineRef, LotId, OrderState, Role, Standing,
};
use money::{Amount, Quantity};

use crate::balances::of_role;
use crate::catalogue::Call;
use crate::names;
use crate::table::{Column, Kind, Row, Table, Tie, Value, plus};

/// Without a movement for so many days an order is marked.
const IDLE: i64 = 60;

fn days_between(from: Day, to: Day) -> i64 {
    i64::from(to.number()) - i64::from(from.number())
}

fn state(state: Option<OrderState>) -> &'static str {
    match state {
        Some(OrderState::Planned) => "planned",
        Some(OrderState::Booked) => "booked",
        Some(OrderState::Started) => "started",
        Some(OrderState::PartlyFinished) => "partly finished",
        Some(OrderState::Finished) => "finished",
        Some(OrderState::Cancelled) => "cancelled",
        None => "parts at the vendor",
    }
}

fn item(book: &Book, order: DocumentId) -> Value {
    match book.document(order).map(Document::content) {
        Some(Content::ManufacturingOrder(content)) => names::item(book, content.item),
        _ => Value::Empty,
    }
}

/// What is unusual about an order's work in progress.
fn marks(one: &InProgress, idle: Option<i64>) -> String {
    let mut marks = Vec::new();
    if one.balance < Amount::ZERO {
        marks.push("below zero".to_owned());
    }
    if idle.is_some_and(|idle| idle >= IDLE) {
        marks.push(format!("no movement for {IDLE} days"));
    }
    marks.join(", ")
}

pub(crate) fn wip(call: &Call<'_>) -> Table {
    let (book, day) = (call.book, call.asked.as_of);
    let all = book.in_progress(day);
    let total = all.iter().fold(Amount::ZERO, |sum, one| plus(sum, one.balance));
    let rows = all.iter().filter(|one| !one.balance.is_zero()).map(|one| {
        let idle = one.last.map(|last| days_between(last, day));
        vec![
            names::document(book, one.order),
            item(book, one.order),
            Value::text(state(one.state)),
            Value::Amount(one.taken_up),
            Value::Amount(one.given),
            Value::Amount(one.balance),
            one.last.map_or(Value::Empty, Value::Day),
            idle.map_or(Value::Empty, Value::Count),
            Value::text(marks(one, idle)),
        ]
    });
    let rows: Vec<Row> = rows.collect();
    let columns = [
        Column::text("order", "Order"),
        Column::text("item", "Item"),
        Column::text("state", "State now"),
        Column::amount("taken_up", "Taken up"),
        Column::amount("given", "Given"),
        Column::amount("balance", "In progress"),
        Column::of(Kind::Day, "last", "Last moved"),
        Column::of(Kind::Count, "idle", "Days"),
        Column::text("mark", "Mark"),
    ];
    let balance = of_role(book, Role::WorkInProgress, day, None);
    let parts = vec![("orders".to_owned(), total)];
    let tie = Tie { name: Role::WorkInProgress.name().into(), parts, against: "ledger", balance };
    call.table(&columns, rows, vec![tie])
}

/// Labour and overhead, side by side.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Absorbed {
    labour: Amount,
    overhead: Amount,
}

impl Absorbed {
    fn add(&mut self, more: Absorbed) {
        self.labour = plus(self.labour, more.labour);
        self.overhead = plus(self.overhead, more.overhead);
    }

    fn less(self, other: Absorbed) -> Absorbed {
        let labour = plus(self.labour, -other.labour);
        Absorbed { labour, overhead: plus(self.overhead, -other.overhead) }
    }

    /// The part that goes with so much of a whole cost.
    fn part(self, done: Amount, whole: Amount) -> Absorbed {
        let weight = |amount: Amount| Quantity::from_millionths(amount.minor());
        let of = |amount: Amount| money::share(amount, weight(done), weight(whole));
        Absorbed { labour: of(self.labour), overhead: of(self.overhead) }
    }

    fn is_nothing(self) -> bool {
        self == Absorbed::default()
    }
}

/// Where something stands that absorbed costs go through.
enum Place {
    Order(DocumentId),
    Lot(LotId),
}

/// What of an order's absorbed costs is where.
#[derive(Clone, Copy, Default)]
struct Whereabouts {
    in_progress: Absorbed,
    in_stock: Absorbed,
}

/// Orders and what they brought, looked up once.
struct Flow<'a> {
    book: &'a Book,
    day: Day,
    orders: BTreeMap<DocumentId, InProgress>,
    lots: BTreeMap<DocumentId, Vec<LotId>>,
}

impl Flow<'_> {
    fn of<'a>(call: &Call<'a>) -> Flow<'a> {
        let (book, day) = (call.book, call.asked.as_of);
        let orders = book.in_progress(day).into_iter().map(|one| (one.order, one)).collect();
        let mut lots: BTreeMap<DocumentId, Vec<LotId>> = BTreeMap::new();
        for (id, lot) in book.lots().filter(|(_, lot)| lot.arrival() <= day) {
            if let Some(Content::Completion(c)) = book.document(lot.from().document).map(Document::content) {
                lots.entry(c.order).or_default().push(id);
            }
        }
        Flow { book, day, orders, lots }
    }

    /// Follows what an order absorbed: into its finished lots, from there into stock elsewhere and other orders.
    fn follow(&self, order: DocumentId, absorbed: Absorbed) -> Whereabouts {
        let mut found = Whereabouts::default();
        let mut open = vec![(Place::Order(order), absorbed)];
        while let Some((place, absorbed)) = open.pop() {
            if absorbed.is_nothing() {
                continue;
            }
            match place {
                Place::Order(order) => {
                    let Some(one) = self.orders.get(&order) else { continue };
                    found.in_progress.add(absorbed.part(one.balance, one.taken_up));
                    for lot in self.lots.get(&order).into_iter().flatten() {
                        let cost =
                            self.book.lot(*lot).map_or(Amount::ZERO, |lot| lot.costs().total_until(self.day));
                        open.push((Place::Lot(*lot), absorbed.part(cost, one.taken_up)));
                    }
                }
                Place::Lot(lot) => {
                    let Some(row) = self.book.lot(lot) else { continue };
                    let cost = row.costs().total_until(self.day);
                    found.in_stock.add(absorbed.part(self.book.left_as_of(lot, self.day).value, cost));
                    self.onwards(lot, cost, absorbed, &mut open);
                }
            }
        }
        found
    }

    /// Where what was taken from a lot went, if it is still the company's: what came back into lots of its own, the rest into
    /// an order or another warehouse.
    fn onwards(&self, lot: LotId, cost: Amount, absorbed: Absorbed, open: &mut Vec<(Place, Absorbed)>) {
        let taken = self.book.movements_of(lot).map(|(_, movement)| movement);
        for movement in taken.filter(|one| one.standing() == Standing::Taken && one.day() <= self.day) {
            let by = movement.by();
            let Some(document) = self.book.document(by.document) else { continue };
            let to = match document.content() {
                Content::Consumption(content) => Some(Place::Order(content.order)),
                Content::VendorShipment(content) => Some(Place::Order(content.order)),
                Content::TransferReceipt(_) => {
                    document.lines().get(usize::from(by.line)).and_then(|line| line.lot()).map(Place::Lot)
                }
                _ => None,
            };
            let carried = absorbed.part(self.book.cost_of(movement).total_until(self.day), cost);
            let whole = self.line_cost(by);
            let mut stayed = whole;
            for back in self.came_back(document, by.line) {
                let of_lot =
                    self.book.lot(back).map_or(Amount::ZERO, |lot| lot.costs().total_until(self.day));
                open.push((Place::Lot(back), carried.part(of_lot, whole)));
                stayed = plus(stayed, -of_lot);
            }
            if let Some(to) = to {
                open.push((to, carried.part(stayed, whole)));
            }
        }
    }

    /// What all takings of a line cost.
    fn line_cost(&self, line: LineRef) -> Amount {
        let state = self.book.document(line.document).and_then(|one| one.lines().get(usize::from(line.line)));
        let movements = state.into_iter().flat_map(book::LineState::movements);
        let costs = movements.filter_map(|id| self.book.movement(id)).map(|one| self.book.cost_of(one));
        costs.fold(Amount::ZERO, |sum, costs| plus(sum, costs.total_until(self.day)))
    }

    /// The lots that came back of what a document's line took.
    fn came_back(&self, document: &Document, line: u16) -> Vec<LotId> {
        let mut found = Vec::new();
        for id in document.dependents() {
            let Some(back) = self.book.document(*id) else { continue };
            let lines = match back.content() {
                Content::CustomerReturn(content) => &content.lines,
                Content::PutBack(content) => &content.lines,
                _ => continue,
            };
            // A line brings a lot, or one for each lot that it names.
            let parts =
                lines.iter().flat_map(|line| std::iter::repeat_n(line.line, line.takings.len().max(1)));
            let lots =
                parts.zip(back.lines()).filter(|(of, _)| *of == line).filter_map(|(_, state)| state.lot());
            found.extend(lots.filter(|lot| self.book.lot(*lot).is_some_and(|lot| lot.arrival() <= self.day)));
        }
        found
    }
}

pub(crate) fn absorbed(call: &Call<'_>) -> Table {
    let (book, day) = (call.book, call.asked.as_of);
    let mut orders: BTreeMap<DocumentId, Absorbed> = BTreeMap::new();
    for one in book.explain(Role::DirectLabour, day) {
        orders.entry(one.document).or_default().add(Absorbed { labour: -one.amount, overhead: Amount::ZERO });
    }
    for one in book.explain(Role::ManufacturingOverheads, day) {
        orders.entry(one.document).or_default().add(Absorbed { labour: Amount::ZERO, overhead: -one.amount });
    }
    let flow = Flow::of(call);
    let (mut rows, mut total) = (Vec::new(), Absorbed::default());
    for (order, absorbed) in orders.into_iter().filter(|(_, absorbed)| !absorbed.is_nothing()) {
        let found = flow.follow(order, absorbed);
        let gone = absorbed.less(found.in_progress).less(found.in_stock);
        total.add(absorbed);
        let mut row = vec![names::document(book, order), item(book, order)];
        for part in [absorbed, found.in_progress, found.in_stock, gone] {
            row.extend([Value::amount(part.labour), Value::amount(part.overhead)]);
        }
        rows.push(row);
    }
    let columns = [
        Column::text("document", "Document"),
        Column::text("item", "Item"),
        Column::amount("labour", "Labour absorbed"),
        Column::amount("overhead", "Overhead absorbed"),
        Column::amount("labour_in_progress", "Labour in progress"),
        Column::amount("overhead_in_progress", "Overhead in progress"),
        Column::amount("labour_in_stock", "Labour in stock"),
        Column::amount("overhead_in_stock", "Overhead in stock"),
        Column::amount("labour_gone", "Labour gone on"),
        Column::amount("overhead_gone", "Overhead gone on"),
    ];
    let tie = |role: Role, amount: Amount| Tie {
        name: format!("{} (credit)", role.name()),
        parts: vec![("documents".to_owned(), amount)],
        against: "ledger",
        balance: -of_role(book, role, day, None),
    };
    let ties = vec![tie(Role::DirectLabour, total.labour), tie(Role::ManufacturingOverheads, total.overhead)];
    call.table(&columns, rows, ties)
}
