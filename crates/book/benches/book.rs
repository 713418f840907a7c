//! How long a movement takes and how much it keeps, beside the bound of `bound.rs`: same list, same run.
//!
//! The list: a trader with 500 items; orders of five lines, received and billed, and shipments of five lines until a million
//! movements are in; then a maker's list (`production.rs`). Figures are printed as `docs/performance.md` has them; a ratio
//! above the ratchet fails.
//! `cargo bench -p book [-- MOVEMENTS]`

#[path = "bound.rs"]
mod bound;
#[path = "production.rs"]
mod production;

use std::time::{Duration, Instant};

use book::*;
use bound::Line;
use money::{Currency, Percent, Quantity, UnitPrice};

const ITEMS: usize = 500;
const STAMP: Stamp = Stamp { at: 0, by: 0 };
/// Times the bound; may only fall.
const RATCHET: u128 = 60;

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn day(number: usize) -> Day {
    Day::from_number(20_000 + number as i32)
}

fn masters(book: &mut Book) {
    let unit = Unit { code: "pc".into(), name: "piece".into(), of: None };
    let warehouse = Warehouse {
        code: "Main".into(),
        name: "Main".into(),
        site: None,
        books: Books::OnBook,
        tracking: Tracking::default(),
    };
    let party = Party {
        code: "P".into(),
        name: "Party".into(),
        kind: PartyKind::Both,
        currency: None,
        bill_terms: None,
        invoice_terms: None,
        consolidated: None,
        tracking: Tracking::default(),
    };
    let mut records = vec![Record::Unit(unit), Record::Warehouse(warehouse), Record::Party(party)];
    for number in 0..ITEMS {
        records.push(Record::Item(Item {
            code: format!("ITEM-{number}").into(),
            name: "An item".into(),
            unit: UnitId::new(0),
            units: Vec::new(),
            category: None,
            stocking: Stocking::Stocked,
            making: if number % 2 == 0 { Making::Made } else { Making::Bought },
            order: BookingOrder::Fifo,
            batches: Batches::Optional,
            weight: None,
            purchase_price: None,
            sales_price: None,
            tax: None,
            expense_account: None,
            reorder_point: Quantity::ZERO,
            tracking: Tracking::default(),
        }));
    }
    for record in records {
        run(book, Command::SaveRecord { id: None, external: None, record });
    }
}

fn run(book: &mut Book, command: Command) {
    for event in book.decide(command, Asking { today: day(0), by: 0 }).expect("the list is possible") {
        book.apply(&event, STAMP);
    }
}

fn save(content: Content) -> Command {
    Command::Save { document: None, number: None, external: None, content }
}

fn terms(on: Day) -> Terms {
    Terms {
        party: PartyId::new(0),
        day: on,
        currency: Currency::NZD,
        rate: None,
        reference: None,
        prices: Prices::Exclusive,
        lost_tax: None,
    }
}

/// The list, a round at a time: an order, its receipt and bill, four shipments.
struct List {
    chance: Chance,
    round: usize,
    next: u32,
}

impl List {
    fn new() -> List {
        List { chance: Chance(0x9e37_79b9_7f4a_7c15), round: 0, next: 0 }
    }

    /// The next round's commands, and the same goods as lines of the bound.
    fn round(&mut self, commands: &mut Vec<Command>, lines: &mut Vec<Line>) {
        let (round, order) = (self.round, DocumentId::new(self.next));
        let on = day(round / 60);
        let items: Vec<usize> = (0..5).map(|step| (round * 5 + step) % ITEMS).collect();
        let price =
            |step: usize| UnitPrice::from_millionths((5 + (round + step) as i64 % 17) * 1_000_000 + 250_000);
        let line = |step: usize| TradeLine {
            item: ItemId::new(items[step] as u32),
            quantity: Quantity::units(100),
            unit: None,
            factor: None,
            price: price(step),
            discount: Percent::ZERO,
            tax: None,
            warehouse: None,
            tracking: Tracking::default(),
            due: None,
        };
        commands.push(save(
            PurchaseOrder {
                terms: terms(on),
                invoice: None,
                operation: None,
                lines: (0..5).map(line).collect(),
            }
            .into(),
        ));
        let line = |step: u16| ReceiptLine {
            line: step,
            quantity: Quantity::units(100),
            rejected: Quantity::ZERO,
            warehouse: Some(WarehouseId::new(0)),
            batch: None,
            expiry: None,
        };
        commands.push(save(Receipt { order, day: on, lines: (0..5).map(line).collect() }.into()));
        for (step, item) in items.iter().enumerate() {
            lines.push(Line::In {
                item: *item,
                quantity: 100_000_000,
                cents: price(step).millionths() / 100,
            });
        }
        let line = |step: u16| BillLine {
            target: BillTarget::Order(LineRef { document: order, line: step }),
            quantity: Quantity::units(100),
            price: price(usize::from(step)),
            discount: Percent::ZERO,
            tax: None,
            tracking: Tracking::default(),
            receipt: None,
        };
        commands.push(save(
            Bill {
                terms: terms(on),
                due: None,
                stage: Stage::Issued,
                paper_total: None,
                repeated: Repeated::Refused,
                lines: (0..5).map(line).collect(),
            }
            .into(),
        ));
        for _ in 0..4 {
            let chance = &mut self.chance;
            let line = |item: &usize| {
                let quantity = 15 + chance.below(10) as i32;
                lines.push(Line::Out { item: *item, quantity: i64::from(quantity) * 1_000_000 });
                ShipmentLine {
                    item: ItemId::new(*item as u32),
                    quantity: Quantity::units(quantity),
                    order_line: None,
                    tracking: Tracking::default(),
                    takings: Vec::new().into(),
                }
            };
            let shipment = Shipment {
                customer: PartyId::new(0),
                order: None,
                warehouse: WarehouseId::new(0),
                day: on,
                picked: Some(on),
                lines: items.iter().map(line).collect(),
            };
            commands.push(save(shipment.into()));
        }
        self.next += 7;
        self.round += 1;
    }
}

/// Bytes of this process that lie in memory.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}

/// Time that this thread has spent on a core, so that a busy machine doesn't count; elsewhere than Linux, the clock's.
fn spent() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// For what takes long: on a core.
fn long<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = spent();
    let done = what();
    (done, spent().saturating_sub(start))
}

/// For what is short: by the clock, for the core's time is kept in ticks.
fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = what();
    (done, start.elapsed())
}

/// Times one command on a clone, so the next starts from the same book; the clone itself is timed apart.
fn edit(name: &str, book: &Book, command: Command) {
    let (mut clone, cloning) = timed(|| book.clone());
    let (events, deciding) =
        timed(|| clone.decide(command, Asking { today: day(0), by: 0 }).expect("possible"));
    let ((), applying) = timed(|| events.iter().for_each(|event| clone.apply(event, STAMP)));
    println!(
        "{name:<58} {:>12?}   ({} recomputed; clone {cloning:?}, decide {deciding:?})",
        applying,
        clone.recomputed()
    );
}

fn price_change(book: &Book, order: u32, price: i64) -> Command {
    let id = DocumentId::new(order);
    let Some(Content::PurchaseOrder(content)) = book.document(id).map(Document::content) else {
        panic!("an order")
    };
    let mut content = (**content).clone();
    content.lines[0].price = UnitPrice::from_millionths(price);
    Command::Save { document: Some(id), number: None, external: None, content: content.into() }
}

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    println!(
        "{} cores, {wanted} movements asked for",
        std::thread::available_parallelism().map_or(0, usize::from)
    );
    let rounds = wanted / 29;
    let (mut list, mut lines) = (List::new(), Vec::new());
    (0..rounds).for_each(|_| list.round(&mut Vec::new(), &mut lines));
    let ((bound_cost, movements), bound_time) = long(|| bound::fifo(&lines, ITEMS));
    let per = |time: Duration| time.as_nanos() / u128::from(movements);

    let before = resident();
    let mut book = Book::new(Currency::NZD);
    masters(&mut book);
    // Commands are made a few rounds at a time, outside the clock, so that memory is what the book keeps.
    let (mut list, mut commands, mut count, mut time) = (List::new(), Vec::new(), 0, Duration::ZERO);
    for round in 0..rounds {
        list.round(&mut commands, &mut Vec::new());
        if round % 100 == 99 || round + 1 == rounds {
            count += commands.len();
            time += long(|| commands.drain(..).for_each(|command| run(&mut book, command))).1;
        }
    }
    let kept = resident().saturating_sub(before);
    let cogs = book.ledger().balances().filter(|(key, _)| key.role == Role::CostOfGoodsSold);
    let cost: i64 = cogs.map(|(_, amount)| amount.minor()).sum();
    assert_eq!(cost, bound_cost, "the book and the bound disagree");
    let kept_documents = book.documents().count();

    println!("{movements} movements in {count} commands, {kept_documents} documents");
    println!(
        "bound: FIFO on i64 arrays                                  {:>8} ns a movement",
        per(bound_time)
    );
    println!("book: decide and apply, lots, ledger, indexes              {:>8} ns a movement", per(time));
    let ratio = time.as_nanos() / bound_time.as_nanos().max(1);
    println!("ratio                                                      {ratio:>8} (ratchet {RATCHET})");
    println!(
        "memory                                                     {:>8} bytes a movement",
        kept / movements
    );

    let (clone, cloning) = timed(|| book.clone());
    println!("clone                                                      {cloning:>8?}");
    drop(clone);
    let (sum, balances) =
        timed(|| book.ledger().balances_as_of(day(100)).map(|(_, amount)| amount.minor()).sum::<i64>());
    println!("balances as of a day                                       {balances:>8?}   (sum {sum})");
    let (valuation, valuing) = timed(|| book.valuation(day(100)));
    println!(
        "valuation lot by lot as of a day                           {valuing:>8?}   ({} accounts)",
        valuation.len()
    );
    let (availability, asking) = timed(|| book.availability(ItemId::new(7)));
    println!(
        "availability of an item                                    {asking:>8?}   ({} on hand)",
        availability.on_hand
    );
    edit("one shipment more", &book, one_more(&book));
    wide();
    production::measure(wanted);
    if ratio > RATCHET {
        eprintln!("the ratio is above the ratchet");
        std::process::exit(1);
    }
}

fn one_more(book: &Book) -> Command {
    let found = book.documents().filter_map(|(_, document)| match document.content() {
        Content::Shipment(content) => Some(content.clone()),
        _ => None,
    });
    let mut content = (*found.last().expect("a shipment")).clone();
    content.lines.truncate(1);
    content.lines[0].quantity = Quantity::units(1);
    content.lines[0].takings.clear();
    save(content.into())
}

/// A million-movement book in which one receipt has 100 dependants and another half of the book.
fn wide() {
    let mut book = Book::new(Currency::NZD);
    masters(&mut book);
    let on = day(0);
    let trade = |item: u32, units: i32| TradeLine {
        item: ItemId::new(item),
        quantity: Quantity::units(units),
        unit: None,
        factor: None,
        price: UnitPrice::units(7),
        discount: Percent::ZERO,
        tax: None,
        warehouse: None,
        tracking: Tracking::default(),
        due: None,
    };
    let receipt = |order: u32| Receipt {
        order: DocumentId::new(order),
        day: on,
        lines: vec![ReceiptLine {
            line: 0,
            quantity: Quantity::units(1_000_000),
            rejected: Quantity::ZERO,
            warehouse: Some(WarehouseId::new(0)),
            batch: None,
            expiry: None,
        }],
    };
    for (item, order) in [(0, 0), (1, 2), (2, 4)] {
        run(
            &mut book,
            save(
                PurchaseOrder {
                    terms: terms(on),
                    invoice: None,
                    operation: None,
                    lines: vec![trade(item, 1_000_000)],
                }
                .into(),
            ),
        );
        run(&mut book, save(receipt(order).into()));
    }
    let ship = |book: &mut Book, item: u32, lines: usize, number: usize| {
        let line = || ShipmentLine {
            item: ItemId::new(item),
            quantity: Quantity::units(1),
            order_line: None,
            tracking: Tracking::default(),
            takings: Vec::new().into(),
        };
        let picked = Some(day(number / 100));
        let (customer, warehouse) = (PartyId::new(0), WarehouseId::new(0));
        let lines = (0..lines).map(|_| line()).collect();
        run(book, save(Shipment { customer, order: None, warehouse, day: on, picked, lines }.into()));
    };
    for number in 0..50_000 {
        ship(&mut book, 0, 10, number);
        ship(&mut book, 1, 10, number);
    }
    for number in 0..100 {
        ship(&mut book, 2, 1, number);
    }
    println!("a book of {} movements:", book.movements().count());
    edit("  first receipt's price, 100 dependants (< 1 ms)", &book, price_change(&book, 4, 9_990_000));
    edit("  first receipt's price, half of the book (< 1 s)", &book, price_change(&book, 0, 9_990_000));
}
