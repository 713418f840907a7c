//! The night of a company with a million movements: journals when one day changed, all journals from scratch, and the data of a
//! reconciliation.
//!
//! ```text
//! cargo bench -p plan --bench journals [-- MOVEMENTS as MILLBOOK_MOVEMENTS=100000]
//! ```
//! 500 items, found once; shipments of five lines, 300 a day, until the movements are in; each day is one journal of sales,
//! posted. Then somebody ships once more on an old day. Xero's own time is no part of it. Not here: documents (`plan`).

use std::sync::OnceLock;

use book::{Book, Content, Day, Record, Stamp};
use divan::Bencher;
use plan::journals::{account_role, plan};
use plan::reconcile::{Witness, reconcile};
use plan::*;
use serde_json::{Value, json};
use xero::XeroId;

fn main() {
    divan::main();
}

const ITEMS: u32 = 500;
const LINES: u32 = 5;
const A_DAY: u32 = 300;
const STAMP: Stamp = Stamp { at: 1_774_915_200, by: 0 };

struct Night {
    /// The million movements, all posted.
    book: Book,
    exchange: Exchange,
    /// Nothing posted yet.
    fresh: Exchange,
    /// One shipment more, on an old day.
    changed: Book,
    until: Day,
    witness: Witness,
}

static NIGHT: OnceLock<Night> = OnceLock::new();

fn movements() -> u32 {
    std::env::var("MILLBOOK_MOVEMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

fn day(number: u32) -> Day {
    Day::from_number(20_000 + i32::try_from(number).expect("a day"))
}

fn say(book: &mut Book, command: book::Command) {
    let asking = book::Asking { today: day(0), by: 0 };
    let events = book.decide(command, asking).unwrap_or_else(|refusal| panic!("{refusal}"));
    events.iter().for_each(|event| book.apply(event, STAMP));
}

fn save(book: &mut Book, content: Value) {
    let content: Content = serde_json::from_value(content).expect("a document");
    say(book, book::Command::Save { document: None, number: None, external: None, content });
}

fn record(book: &mut Book, record: Value) {
    let record: Record = serde_json::from_value(record).expect("a record");
    say(book, book::Command::SaveRecord { id: None, external: None, record });
}

fn ship(book: &mut Book, number: u32, on: Day) {
    let lines: Vec<Value> =
        (0..LINES).map(|line| json!({ "item": (number * LINES + line) % ITEMS, "quantity": "1" })).collect();
    let on = on.to_string();
    let shipment = json!({ "customer": 0, "warehouse": 0, "day": on, "picked": on, "lines": lines });
    save(book, json!({ "shipment": shipment }));
}

fn history() -> Book {
    let mut book = Book::new(money::Currency::NZD);
    record(&mut book, json!({ "unit": { "code": "pc", "name": "piece" } }));
    record(&mut book, json!({ "warehouse": { "code": "Main", "name": "Main" } }));
    record(&mut book, json!({ "party": { "code": "C", "name": "C", "kind": "customer" } }));
    for number in 0..ITEMS {
        let code = format!("ITEM-{number}");
        record(&mut book, json!({ "item": { "code": code, "name": code, "unit": 0, "making": "made" } }));
    }
    let units = (movements() / ITEMS + 10).to_string();
    for item in 0..ITEMS {
        let ins = json!([{ "item": item, "quantity": units, "cost": 7_000_000 }]);
        let entry = json!({ "kind": "found", "day": day(0).to_string(), "warehouse": 0, "ins": ins });
        save(&mut book, json!({ "stock_entry": entry }));
    }
    for number in 0..movements() / LINES {
        ship(&mut book, number, day(1 + number / A_DAY));
    }
    book
}

fn guid<T>(kind: u128, number: u32) -> XeroId<T> {
    XeroId::read(&format!("{:032x}", (kind << 64) + u128::from(number) + 1)).expect("an id")
}

fn apply(exchange: &mut Exchange, event: &Event) {
    exchange.apply(event, exchange.seq() + 1, STAMP.at);
}

fn connected() -> Exchange {
    let mut exchange = Exchange::default();
    let organisation = json!({ "id": guid::<()>(1, 0).to_string(), "name": "Jam Ltd", "base": "NZD",
        "version": "NZ", "zone": "NEWZEALANDSTANDARDTIME", "short_code": "!x", "pays_tax": true, "year_end": [31, 3],
        "period_lock": null, "year_lock": null, "not_allowed": [] });
    let organisation: Organisation = serde_json::from_value(organisation).expect("an organisation");
    let roles = book::Role::ALL.iter().filter_map(|role| account_role(*role)).zip(0_u32..);
    let (mut accounts, mut mappings) = (Vec::new(), Vec::new());
    for (role, number) in roles {
        let Wanted { kind, class } = wanted(role);
        accounts.push(Account {
            id: guid(2, number),
            code: (600 + number).to_string().as_str().into(),
            name: role.name().into(),
            kind: kind.into(),
            class: class.into(),
            standing: Standing::Active,
            system: None,
            payments: false,
            currency: None,
            tax_type: "NONE".into(),
        });
        let account = guid(2, number);
        mappings.push(Mapping {
            role,
            category: None,
            warehouse: None,
            currency: None,
            account,
            from: Day::FIRST,
        });
    }
    let connected = Connected {
        organisation: organisation.clone(),
        app: App::Custom,
        cut_over: Day::FIRST,
        after: 0,
        ahead: Switch::Off,
        starts_anew: true,
    };
    let seen =
        ListsSeen { organisation: Some(organisation), accounts: Some(accounts), ..ListsSeen::default() };
    let settings = Settings { balances: Switch::On, accounts: mappings, ..Settings::default() };
    apply(&mut exchange, &Event::XeroConnected(Box::new(connected)));
    apply(&mut exchange, &Event::XeroListsSeen(Box::new(seen)));
    apply(&mut exchange, &Event::XeroSettingsSaved(Box::new(settings)));
    exchange
}

/// An account that a role takes.
struct Wanted {
    kind: &'static str,
    class: &'static str,
}

fn wanted(role: AccountRole) -> Wanted {
    let (kind, class) = match role {
        AccountRole::Sales | AccountRole::InventoryGain => ("REVENUE", "REVENUE"),
        AccountRole::CostOfGoodsSold
        | AccountRole::InventoryLoss
        | AccountRole::PurchaseDifferences
        | AccountRole::Rounding
        | AccountRole::OffBookExpense => ("EXPENSE", "EXPENSE"),
        AccountRole::OpeningBalances => ("EQUITY", "EQUITY"),
        AccountRole::TransferLiability | AccountRole::DirectLabour | AccountRole::ManufacturingOverheads => {
            ("CURRLIAB", "LIABILITY")
        }
        _ => ("CURRENT", "ASSET"),
    };
    Wanted { kind, class }
}

/// All that is due, as if Xero had taken it.
fn post(book: &Book, exchange: &mut Exchange, until: Day) {
    let operations = plan(book, exchange, until).operations(book, exchange);
    for (batch, fifty) in (1..).zip(operations.chunks(50)) {
        let intended = |one: &Operation| Intended {
            subject: one.subject.clone(),
            verb: one.verb,
            mark: one.mark.clone(),
            xero: None,
            version: one.basis.version,
            paper: None,
            payment: None,
            allocation: None,
            journal: one.journal.clone(),
            credit: None,
        };
        let operations: Vec<Intended> = fifty.iter().map(intended).collect();
        let (call, key, body) = ("PUT ManualJournals".into(), "key".into(), "".into());
        apply(exchange, &Event::XeroIntended(Box::new(Intent { batch, call, key, body, operations })));
        let done = |place: u16| Outcome::Done {
            xero: guid(7, batch * 50 + u32::from(place)),
            held: None,
            warnings: Vec::new(),
            altered: Vec::new(),
            payment: None,
            journal: None,
            credit: None,
        };
        let count = u16::try_from(fifty.len()).expect("at most fifty");
        let outcomes = (0..count).map(|place| (place, done(place))).collect();
        let settlement = Settlement { batch, outcomes, correlation: None };
        apply(exchange, &Event::XeroSettled(Box::new(settlement)));
    }
}

fn night() -> &'static Night {
    NIGHT.get_or_init(|| {
        let book = history();
        let (fresh, until) = (connected(), day(movements() / LINES / A_DAY + 2));
        let mut exchange = fresh.clone();
        post(&book, &mut exchange, until);
        assert!(plan(&book, &exchange, until).journals.is_empty(), "all is posted");
        let mut changed = book.clone();
        ship(&mut changed, 1, day(3));
        assert_eq!(plan(&changed, &exchange, until).journals.len(), 1, "the old day is adjusted");
        let witness = Witness {
            day: until,
            at: 0,
            known: exchange.seq(),
            balances: [(until, Vec::new())].into(),
            entries: Vec::new(),
            whole: true,
        };
        println!(
            "{} log entries, {} deltas, {} journals posted",
            book.seq(),
            book.ledger().deltas().count(),
            exchange.journals().count()
        );
        Night { book, exchange, fresh, changed, until, witness }
    })
}

/// What the nightly run works out for journals when one day changed.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_day_changed(bencher: Bencher<'_, '_>) {
    let night = night();
    bencher.bench_local(|| {
        plan(&night.changed, &night.exchange, night.until).operations(&night.changed, &night.exchange).len()
    });
}

/// The same when nothing was ever posted: every day is due.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn everything_is_due(bencher: Bencher<'_, '_>) {
    let night = night();
    bencher.bench_local(|| {
        plan(&night.book, &night.fresh, night.until).operations(&night.book, &night.fresh).len()
    });
}

/// The rows of a reconciliation, with their causes.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn reconciliation(bencher: Bencher<'_, '_>) {
    let night = night();
    bencher.bench_local(|| reconcile(&night.book, &night.exchange, &night.witness).rows.len());
}
