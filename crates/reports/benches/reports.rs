//! How long reports take on a book of a million movements, beside one pass over its movements in the same run.
//!
//! The list: a trader with 500 items and 40 customers; orders of five lines, received, four of five billed; shipments of
//! five lines, three of four invoiced. Figures are printed as docs/performance.md has them; what is wanted and missed fails.
//! `cargo bench -p reports --bench reports [-- MOVEMENTS]`

use std::time::{Duration, Instant};

use book::*;
use money::Currency;
use reports::{Asked, find, replay};
use serde_json::json;

const ITEMS: u32 = 500;
const CUSTOMERS: u32 = 40;
const ASKING: Asking = Asking { today: Day::FIRST, by: 0 };

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn day(number: u32) -> Day {
    Day::from_number(20_000 + number as i32)
}

/// A book being made, and its log.
struct Made {
    book: Book,
    log: Vec<(Event, Stamp)>,
    chance: Chance,
    documents: u32,
}

impl Made {
    /// Carries a command out; the next document's number.
    fn run(&mut self, command: Command) -> DocumentId {
        let number = self.documents;
        for event in self.book.decide(command, ASKING).expect("the list is possible") {
            let stamp = Stamp { at: i64::from(self.book.seq()), by: 0 };
            self.book.apply(&event, stamp);
            self.log.push((event, stamp));
        }
        DocumentId::new(number)
    }

    fn save(&mut self, content: Content) -> DocumentId {
        let saved = self.run(Command::Save { document: None, number: None, external: None, content });
        self.documents += 1;
        saved
    }

    fn record(&mut self, record: serde_json::Value) {
        let record = serde_json::from_value(record).expect("a record");
        self.run(Command::SaveRecord { id: None, external: None, record });
    }
}

/// The list, a round at a time. Contents are written as JSON, whose unsaid fields have their usual values.
fn made(movements: u32) -> Made {
    let mut made =
        Made { book: Book::new(Currency::NZD), log: Vec::new(), chance: Chance(0x9e37_79b9), documents: 0 };
    made.record(json!({ "unit": { "code": "pc", "name": "piece" } }));
    made.record(json!({ "warehouse": { "code": "Main", "name": "Main" } }));
    for number in 0..CUSTOMERS {
        let party =
            json!({ "code": format!("P-{number}"), "name": format!("Party {number}"), "kind": "both" });
        made.record(json!({ "party": party }));
    }
    for number in 0..ITEMS {
        let making = if number % 2 == 0 { "made" } else { "bought" };
        let code = format!("ITEM-{number}");
        made.record(json!({ "item": { "code": code, "name": "An item", "unit": 0, "making": making } }));
    }
    for round in 0..movements / 29 {
        made.round(round);
    }
    made
}

impl Made {
    fn content(&mut self, content: serde_json::Value) -> DocumentId {
        self.save(serde_json::from_value(content).expect("a content"))
    }

    fn round(&mut self, round: u32) {
        let on = day(round / 60);
        let items: Vec<u32> = (0..5).map(|step| (round * 5 + step) % ITEMS).collect();
        let terms = |party: u32| json!({ "party": party, "day": on, "currency": "NZD" });
        let price = |step: u32| format!("{}.25", 5 + (round + step) % 17);
        let trade = |item: u32, units: u64, price: String| json!({ "item": item, "quantity": units.to_string(), "price": price });
        let lines: Vec<_> =
            items.iter().zip(0..).map(|(item, step)| trade(*item, 100, price(step))).collect();
        let order =
            self.content(json!({ "purchase_order": { "terms": terms(round % CUSTOMERS), "lines": lines } }));
        let order_id = order.number();
        let received: Vec<_> =
            (0..5).map(|line| json!({ "line": line, "quantity": "100", "warehouse": 0 })).collect();
        self.content(json!({ "receipt": { "order": order_id, "day": on, "lines": received } }));
        if !round.is_multiple_of(5) {
            let line = |step: u32| {
                let target = json!({ "order": { "document": order_id, "line": step } });
                json!({ "target": target, "quantity": "100", "price": price(step) })
            };
            let lines: Vec<_> = (0..5).map(line).collect();
            self.content(json!({ "bill": { "terms": terms(round % CUSTOMERS), "due": on, "lines": lines } }));
        }
        for number in 0..4_u32 {
            let units: Vec<u64> = (0..5).map(|_| 15 + self.chance.below(10)).collect();
            let customer = (round + number) % CUSTOMERS;
            let line = |(item, units): (&u32, &u64)| json!({ "item": item, "quantity": units.to_string() });
            let lines: Vec<_> = items.iter().zip(&units).map(line).collect();
            let shipment =
                json!({ "customer": customer, "warehouse": 0, "day": on, "picked": on, "lines": lines });
            let shipment = self.content(json!({ "shipment": shipment })).number();
            if number < 3 {
                let sources: Vec<_> =
                    (0..5).map(|line| json!({ "document": shipment, "line": line })).collect();
                let pairs = items.iter().zip(&units);
                let lines: Vec<_> = pairs.map(|(item, units)| trade(*item, *units, "19.90".into())).collect();
                let invoice = json!({ "kind": "invoice", "terms": terms(customer), "due": on, "sources": sources, "lines": lines });
                self.content(json!({ "invoice": invoice }));
            }
        }
    }
}

fn timed<T>(name: &str, pass: Duration, what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = what();
    let took = start.elapsed();
    let times = took.as_nanos() * 10 / pass.as_nanos().max(1);
    println!("{name:<56} {took:>12.1?}  {:>6}.{} passes", times / 10, times % 10);
    (done, took)
}

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let Made { book, log, .. } = made(wanted);
    let last = book.documents().count() as u32;
    println!(
        "{} cores; {} movements, {last} documents, {} log entries, {} deltas",
        std::thread::available_parallelism().map_or(0, usize::from),
        book.movements().count(),
        book.seq(),
        book.ledger().deltas().count(),
    );
    let pass = || book.movements().fold(0_i64, |sum, (_, one)| sum.wrapping_add(one.quantity().millionths()));
    let start = Instant::now();
    let sum = std::hint::black_box(pass());
    let pass = start.elapsed();
    println!("{:<56} {pass:>12.1?}  (sum {sum})", "the bound: one pass over the movements");
    let middle = day(wanted / 29 / 60 / 2);
    let mut missed = Vec::new();
    let mut wanted_below = |name: &str, took: Duration, limit: u64| {
        if took > Duration::from_millis(limit) {
            missed.push(format!("{name}: {took:?}, wanted below {limit} ms"));
        }
    };
    let known = Some(book.seq() / 2);
    let balances = find("balances").expect("there");
    let asked = Asked { known, ..Asked::on(middle) };
    let (_, took) = timed("balances as of a day, as known half way", pass, || balances.of(&book, &asked));
    wanted_below("balances as known", took, 50);
    for (name, by) in [
        ("balances", None),
        ("ledger", None),
        ("valuation", Some("lot")),
        ("valuation", Some("item")),
        ("roll-forward", None),
        ("purchases", Some("line")),
        ("received-not-invoiced", Some("supplier")),
        ("margin", Some("item")),
        ("margin", Some("customer")),
        ("shipped-not-invoiced", None),
        ("invoiced-not-shipped", None),
        ("explain", Some("document")),
    ] {
        let mut asked = Asked { by: by.map(str::to_owned), ..Asked::on(middle) };
        asked.account = (name == "explain").then_some(Role::CostOfGoodsSold);
        let report = find(name).expect("there");
        let title = format!("{name} {}", by.unwrap_or_default());
        let (table, _) = timed(&title, pass, || report.of(&book, &asked).expect("possible"));
        assert!(table.ties.iter().all(|tie| tie.difference().is_zero()), "{table}");
        println!("{:<56} {:>12} rows", "", table.rows.len());
    }
    let (heard, mut replayed) = (std::cell::Cell::new(0), None);
    timed("replay of half of the log, lot by lot as known", pass, || {
        let half = book.seq() / 2;
        replayed = Some(replay(book.base(), log.iter().cloned(), half, |_| heard.set(heard.get() + 1)));
    });
    let replayed = replayed.expect("replayed");
    println!("{:<56} {:>12} calls of progress", "", heard.get());
    timed("valuation by lot of it", pass, || {
        find("valuation").expect("there").of(&replayed, &Asked::on(middle)).expect("possible")
    });
    let table = find("purchases").expect("there").of(&book, &Asked::on(Day::LAST)).expect("possible");
    println!("{:<56} {:>12} rows", "files of Purchases", table.rows.len());
    timed("  CSV", pass, || reports::csv(&table).len());
    timed("  XLSX", pass, || reports::xlsx(std::slice::from_ref(&table)).len());
    timed("the ledger as a beancount file", pass, || reports::beancount(&book, Day::LAST).len());
    for one in &missed {
        eprintln!("{one}");
    }
    std::process::exit(i32::from(!missed.is_empty()));
}
