//! The list of `book.rs` for a maker: what a movement costs when most of it is production on two levels.
//!
//! A round: nine parts are ordered, received and billed; 25 frames are made of five of them and 25 tables of the frames and the
//! other four, each with an operation's labour and overhead; four shipments take 24 tables. 25 movements and more in 15
//! documents; what was shipped costs what the bound says, to the cent.

use std::sync::Arc;
use std::time::Duration;

use book::*;
use money::{Amount, Currency, Money, Percent, Quantity, UnitPrice};

use crate::bound::{self, Line};
use crate::{day, edit, long, masters, price_change, resident, run, save, terms};

/// Products; each has eleven of the list's items: frame, table, nine parts.
const PRODUCTS: usize = 45;
const ITEMS: usize = 11;
const PARTS: usize = 9;
/// Movements of a round, a few more where a shipment takes two lots.
const ROUND: usize = 25;

fn item(number: usize) -> ItemId {
    ItemId::new(number as u32)
}

fn main_warehouse() -> WarehouseId {
    WarehouseId::new(0)
}

fn units(quantity: i32) -> i64 {
    i64::from(quantity) * 1_000_000
}

/// What a round's labour and overhead come to on each level: 2 h at 20.00 and at 10.00.
const APPLIED: i64 = 6_000;

/// The list, a round at a time.
struct List {
    round: usize,
    next: u32,
}

impl List {
    fn order(&mut self, content: Content, commands: &mut Vec<Command>) -> DocumentId {
        commands.push(save(content));
        self.next += 1;
        DocumentId::new(self.next - 1)
    }

    fn round(&mut self, commands: &mut Vec<Command>, lines: &mut Vec<Line>) {
        let frame = self.round % PRODUCTS * ITEMS;
        let (table, parts) = (frame + 1, frame + 2);
        let on = day(self.round / 60);
        let round = self.round as i64;
        let price =
            |part: usize| UnitPrice::from_millionths((5 + (round + part as i64) % 17) * 1_000_000 + 250_000);
        let trade = |part: usize| TradeLine {
            item: item(parts + part),
            quantity: Quantity::units(100),
            unit: None,
            factor: None,
            price: price(part),
            discount: Percent::ZERO,
            tax: None,
            warehouse: None,
            tracking: Tracking::default(),
            due: None,
        };
        let content = PurchaseOrder {
            terms: terms(on),
            lines: (0..PARTS).map(trade).collect(),
            invoice: None,
            operation: None,
        };
        let order = self.order(content.into(), commands);
        let line = |line: u16| ReceiptLine {
            line,
            quantity: Quantity::units(100),
            rejected: Quantity::ZERO,
            warehouse: Some(main_warehouse()),
            batch: None,
            expiry: None,
        };
        self.order(Receipt { order, day: on, lines: (0..PARTS as u16).map(line).collect() }.into(), commands);
        let line = |line: u16| BillLine {
            target: BillTarget::Order(LineRef { document: order, line }),
            quantity: Quantity::units(100),
            price: price(usize::from(line)),
            discount: Percent::ZERO,
            tax: None,
            tracking: Tracking::default(),
            receipt: None,
        };
        let bill = Bill {
            terms: terms(on),
            due: None,
            stage: Stage::Issued,
            paper_total: None,
            repeated: Repeated::Refused,
            lines: (0..PARTS as u16).map(line).collect(),
        };
        self.order(bill.into(), commands);
        for part in 0..PARTS {
            let cents = price(part).millionths() / 100;
            lines.push(Line::In { item: parts + part, quantity: units(100), cents });
        }
        let needed = |part: usize| (parts + part, 100);
        let of_frame: Vec<(usize, i32)> = (0..5).map(needed).collect();
        let of_table: Vec<(usize, i32)> = [(frame, 25)].into_iter().chain((5..PARTS).map(needed)).collect();
        self.make(on, frame, &of_frame, commands, lines);
        self.make(on, table, &of_table, commands, lines);
        for _ in 0..4 {
            self.ship(on, table, 6, commands);
            lines.push(Line::Out { item: table, quantity: units(6) });
        }
        self.round += 1;
    }

    fn ship(&mut self, on: Day, shipped: usize, quantity: i32, commands: &mut Vec<Command>) {
        let line = ShipmentLine {
            item: item(shipped),
            quantity: Quantity::units(quantity),
            order_line: None,
            tracking: Tracking::default(),
            takings: Vec::new().into(),
        };
        let (customer, warehouse, picked) = (PartyId::new(0), main_warehouse(), Some(on));
        let shipment = Shipment { customer, order: None, warehouse, day: on, picked, lines: vec![line] };
        self.order(shipment.into(), commands);
    }

    /// Order, consumption, work and completion of 25 units.
    fn make(
        &mut self,
        on: Day,
        made: usize,
        parts: &[(usize, i32)],
        commands: &mut Vec<Command>,
        lines: &mut Vec<Line>,
    ) {
        let order = self.order(manufacturing_order(on, made, parts).into(), commands);
        let consumption = Consumption { order, day: on, warehouse: None, lines: Vec::new() };
        self.order(consumption.into(), commands);
        let (operation, hours, people) = (0, Some(Quantity::units(2)), 1);
        let progress = Progress::Finished;
        let work = Work { order, operation, day: on, hours, people, person: None, progress };
        self.order(work.into(), commands);
        self.order(completion(order, on).into(), commands);
        lines.extend(
            parts.iter().map(|(item, quantity)| Line::Used { item: *item, quantity: units(*quantity) }),
        );
        lines.push(Line::Made { item: made, quantity: units(25), cents: APPLIED });
    }
}

fn manufacturing_order(on: Day, made: usize, parts: &[(usize, i32)]) -> ManufacturingOrder {
    let part = |(part, quantity): &(usize, i32)| PlannedPart {
        item: item(*part),
        quantity: Quantity::units(*quantity),
        warehouse: None,
        unit_cost: Some(UnitPrice::units(5)),
        takings: Vec::new(),
    };
    let operation = PlannedOperation {
        name: "CUT".into(),
        workstation: None,
        hours: Quantity::units(2),
        people: 1,
        labour_rate: UnitPrice::units(20),
        overhead_rate: Some(UnitPrice::units(10)),
        fixed: Amount::ZERO,
        variable: UnitPrice::ZERO,
    };
    ManufacturingOrder {
        item: item(made),
        quantity: Quantity::units(25),
        day: on,
        due: None,
        warehouse: main_warehouse(),
        parts_from: None,
        source: None,
        planning: Planning::ByHand,
        bill_of_materials: None,
        routing: None,
        booked: None,
        parts: parts.iter().map(part).collect(),
        operations: vec![operation],
    }
}

fn completion(order: DocumentId, on: Day) -> Completion {
    Completion {
        order,
        day: on,
        quantity: Quantity::units(25),
        scrapped: Quantity::ZERO,
        abnormal: Quantity::ZERO,
        warehouse: None,
        batch: None,
        expiry: None,
        outcome: Outcome::Finished,
    }
}

/// Prints the figures of the maker's list, of about so many movements.
pub fn measure(wanted: usize) {
    let rounds = wanted / ROUND;
    let (mut list, mut lines) = (List { round: 0, next: 0 }, Vec::new());
    (0..rounds).for_each(|_| list.round(&mut Vec::new(), &mut lines));
    let ((bound_cost, movements), bound_time) = long(|| bound::fifo(&lines, PRODUCTS * ITEMS));
    drop(lines);
    let per = |time: Duration| time.as_nanos() / u128::from(movements);
    let before = resident();
    let mut book = Book::new(Currency::NZD);
    masters(&mut book);
    let (mut list, mut commands, mut time) = (List { round: 0, next: 0 }, Vec::new(), Duration::ZERO);
    for round in 0..rounds {
        list.round(&mut commands, &mut Vec::new());
        if round % 100 == 99 || round + 1 == rounds {
            time += long(|| commands.drain(..).for_each(|command| run(&mut book, command))).1;
        }
    }
    let kept = resident().saturating_sub(before);
    let cogs = book.ledger().balances().filter(|(key, _)| key.role == Role::CostOfGoodsSold);
    let cost: i64 = cogs.map(|(_, amount)| amount.minor()).sum();
    assert_eq!(cost, bound_cost, "the book and the bound disagree");
    let in_work = book.ledger().balances().filter(|(key, _)| key.role == Role::WorkInProgress);
    assert_eq!(in_work.map(|(_, amount)| amount.minor()).sum::<i64>(), 0, "all orders are finished");

    println!("a maker: {movements} movements in {} documents, production on two levels", list.next);
    println!(
        "bound: FIFO on i64 arrays                                  {:>8} ns a movement",
        per(bound_time)
    );
    println!("book: decide and apply                                     {:>8} ns a movement", per(time));
    println!(
        "                                                           {:>8} ns a document",
        time.as_nanos() / u128::from(list.next)
    );
    println!(
        "memory                                                     {:>8} bytes a movement",
        kept / movements
    );
    edit(
        "  a late freight bill: two orders, four shipments",
        &book,
        freight(DocumentId::new(1), day(rounds / 60)),
    );
    wide();
}

fn freight(receipt: DocumentId, day: Day) -> Command {
    let (basis, tracking) = (FeeBasis::Value, Tracking::default());
    let (target, amount) = (FeeTarget::Receipts(vec![receipt]), Money::new(10_000, Currency::NZD));
    save(Fee { target, supplier: None, day, amount, rate: None, basis, tracking }.into())
}

/// One receipt whose parts are in a thousand orders for frames, each of those in an order for tables, each shipped.
fn wide() {
    const ORDERS: usize = 1_000;
    let mut book = Book::new(Currency::NZD);
    masters(&mut book);
    let (mut list, mut commands) = (List { round: 0, next: 0 }, Vec::new());
    list.round(&mut commands, &mut Vec::new());
    // The first round's order and receipt, of a thousand times as much; no bill, so that the order's price counts.
    for command in commands.drain(..).take(2) {
        let Command::Save { mut content, .. } = command else { unreachable!("documents") };
        let many = Quantity::units(100 * ORDERS as i32);
        match &mut content {
            Content::PurchaseOrder(order) => {
                Arc::make_mut(order).lines.iter_mut().for_each(|line| line.quantity = many);
            }
            Content::Receipt(receipt) => {
                Arc::make_mut(receipt).lines.iter_mut().for_each(|line| line.quantity = many);
            }
            _ => unreachable!("an order and its receipt"),
        }
        run(&mut book, save(content));
    }
    list.next = 2;
    for number in 0..ORDERS {
        let on = day(number / 10);
        list.make(on, 0, &[(2, 100)], &mut commands, &mut Vec::new());
        list.make(on, 1, &[(0, 25), (3, 100)], &mut commands, &mut Vec::new());
        list.ship(on, 1, 20, &mut commands);
        commands.drain(..).for_each(|command| run(&mut book, command));
    }
    edit("  a receipt's price: 2,000 orders, 1,000 shipments", &book, price_change(&book, 0, 9_990_000));
}
