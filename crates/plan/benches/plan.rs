//! Planning 100,000 invoices that are in Xero: nothing changed, 100 changed, everything looked at.
//!
//! ```text
//! cargo bench -p plan
//! ```
//! Half of them are paid, the others drafts; each has two lines. Nothing is sent here.

use std::sync::OnceLock;

use book::{
    Book, Content, Day, DocumentId, Invoice, InvoiceKind, ItemId, PartyId, Prices, Record, Stage, Stamp,
    Terms, TradeLine, Unit,
};
use divan::Bencher;
use plan::*;
use xero::XeroId;
use xero::statuses::AccountClass;

fn main() {
    divan::main();
}

const DOCUMENTS: u32 = 100_000;
const CHANGED: u32 = 100;

struct Scene {
    book: Book,
    exchange: Exchange,
    planner: Planner,
    /// The book with 100 invoices changed.
    changed: Book,
    /// The exchange after these were sent.
    sent: Exchange,
    /// What was planned for the changed ones.
    planned: Planner,
}

static SCENE: OnceLock<Scene> = OnceLock::new();

const STAMP: Stamp = Stamp { at: 1_774_915_200, by: 0 };

fn say(book: &mut Book, command: book::Command) {
    let asking = book::Asking { today: day(), by: 0 };
    let events = book.decide(command, asking).expect("taken");
    events.iter().for_each(|event| book.apply(event, STAMP));
}

fn day() -> Day {
    Day::new(2026, 3, 2).expect("a day")
}

fn record(book: &mut Book, record: Record) {
    say(book, book::Command::SaveRecord { id: None, external: None, record });
}

fn invoice(number: u32, price: i64) -> Content {
    let line = |item: u32| TradeLine {
        item: ItemId::new(item % 100),
        quantity: money::Quantity::units(3),
        unit: None,
        factor: None,
        price: money::UnitPrice::from_millionths(price * 1_000_000),
        discount: money::Percent::ZERO,
        tax: Some("15".parse().expect("%")),
        warehouse: None,
        tracking: Default::default(),
        due: None,
    };
    let terms = Terms {
        party: PartyId::new(number % 200),
        day: day(),
        currency: money::Currency::NZD,
        rate: None,
        reference: None,
        prices: Prices::Exclusive,
        lost_tax: None,
    };
    Invoice {
        kind: InvoiceKind::Invoice,
        terms,
        due: Some(day()),
        stage: Stage::Issued,
        channel: None,
        sources: vec![None, None],
        lines: vec![line(number), line(number / 7)],
    }
    .into()
}

fn guid<T>(kind: u128, number: u32) -> XeroId<T> {
    XeroId::read(&format!("{:032x}", (kind << 64) + u128::from(number) + 1)).expect("an id")
}

fn records(book: &mut Book) {
    record(book, Record::Unit(Unit { code: "pc".into(), name: "piece".into(), of: None }));
    for number in 0..200 {
        let code = format!("C-{number}");
        let party = serde_json::json!({ "code": code, "name": code, "kind": "customer" });
        record(book, Record::Party(serde_json::from_value(party).expect("a party")));
    }
    for number in 0..100 {
        let code = format!("ITEM-{number}");
        let item = serde_json::json!({ "code": code, "name": code, "unit": 0 });
        record(book, Record::Item(serde_json::from_value(item).expect("an item")));
    }
}

fn apply(exchange: &mut Exchange, event: &Event) {
    exchange.apply(event, exchange.seq() + 1, STAMP.at);
}

fn connected() -> Exchange {
    let mut exchange = Exchange::default();
    let organisation = serde_json::json!({ "id": guid::<()>(1, 0).to_string(), "name": "Jam Ltd", "base": "NZD",
        "version": "NZ", "zone": "NEWZEALANDSTANDARDTIME", "short_code": "!x", "pays_tax": true, "year_end": [31, 3],
        "period_lock": null, "year_lock": null, "not_allowed": [] });
    let organisation: Organisation = serde_json::from_value(organisation).expect("an organisation");
    let account = Account {
        id: guid(2, 200),
        code: "200".into(),
        name: "Sales".into(),
        kind: "SALES".into(),
        class: AccountClass::from("REVENUE"),
        standing: Standing::Active,
        system: None,
        payments: false,
        currency: None,
        tax_type: "OUTPUT2".into(),
    };
    let rate = TaxRate {
        tax_type: "OUTPUT2".into(),
        name: "15% GST on Income".into(),
        report: "OUTPUT".into(),
        standing: Standing::Active,
        rate: "15".parse().expect("%"),
        applies: vec![AccountClass::from("REVENUE")],
        lost: money::Percent::ZERO,
    };
    let connected = Connected {
        organisation: organisation.clone(),
        app: App::Custom,
        cut_over: Day::FIRST,
        after: 0,
        ahead: Switch::Off,
        starts_anew: true,
    };
    let seen = ListsSeen {
        organisation: Some(organisation),
        accounts: Some(vec![account.clone()]),
        tax_rates: Some(vec![rate]),
        ..ListsSeen::default()
    };
    let mapping = Mapping {
        role: AccountRole::Sales,
        category: None,
        warehouse: None,
        currency: None,
        account: account.id,
        from: Day::FIRST,
    };
    let settings = Settings { sales: Switch::On, accounts: vec![mapping], ..Settings::default() };
    apply(&mut exchange, &Event::XeroConnected(Box::new(connected)));
    apply(&mut exchange, &Event::XeroListsSeen(Box::new(seen)));
    apply(&mut exchange, &Event::XeroSettingsSaved(Box::new(settings)));
    let parties = (0..200).map(|number| (Subject::Party(PartyId::new(number)), guid(3, number)));
    let items = (0..100).map(|number| (Subject::Item(ItemId::new(number)), guid(4, number)));
    for (subject, xero) in parties.chain(items) {
        apply(&mut exchange, &linked(subject, xero, None, 0));
    }
    exchange
}

fn linked(subject: Subject, xero: Guid, paper: Option<(Paper, HeldStatus)>, version: u32) -> Event {
    let held = paper.clone().map(|(paper, status)| Box::new(held(xero, paper, status)));
    let paper = paper.map(|(paper, _)| Box::new(paper));
    Event::XeroLinked { subject, xero, how: Linking::Made, held, paper, version }
}

fn held(id: Guid, mut paper: Paper, status: HeldStatus) -> Held {
    let sums = sums(&paper).expect("sums");
    for (number, line) in (0..).zip(&mut paper.lines) {
        (line.origin, line.id) = (None, Some(guid(5, number)));
    }
    Held {
        id,
        status,
        paper,
        net: sums.net,
        tax: sums.tax,
        total: sums.total,
        due: sums.total,
        paid: xero::Decimal::ZERO,
        credited: xero::Decimal::ZERO,
        sent_to_contact: false,
        payments: Vec::new(),
        credits: Vec::new(),
        updated: 0,
    }
}

fn in_xero(book: &Book, exchange: &mut Exchange, number: u32) {
    let id = DocumentId::new(number);
    let paper = papers::wanted(book, exchange, id).expect("no holds").expect("a paper");
    let status = if number.is_multiple_of(2) { HeldStatus::Paid } else { HeldStatus::Draft };
    let version = book.changed(id);
    apply(exchange, &linked(Subject::Document(id), guid(6, number), Some((paper, status)), version));
}

fn scene() -> &'static Scene {
    SCENE.get_or_init(|| {
        let mut book = Book::new(money::Currency::NZD);
        records(&mut book);
        for number in 0..DOCUMENTS {
            let content = invoice(number, 5);
            say(&mut book, book::Command::Save { document: None, number: None, external: None, content });
        }
        let mut exchange = connected();
        (0..DOCUMENTS).for_each(|number| in_xero(&book, &mut exchange, number));
        let mut planner = Planner::default();
        assert!(planner.plan(&book, &exchange).is_empty());
        let mut changed = book.clone();
        for number in (0..CHANGED).map(|number| number * 987 * 2 % DOCUMENTS + 1) {
            let (document, content) = (Some(DocumentId::new(number)), invoice(number, 6));
            say(&mut changed, book::Command::Save { document, number: None, external: None, content });
        }
        let mut planned = planner.clone();
        let ready = planned.plan(&changed, &exchange).operations.iter().filter(|one| one.is_ready()).count();
        assert_eq!(ready, CHANGED as usize, "each changed one is updated");
        let mut sent = exchange.clone();
        for number in (0..CHANGED).map(|number| number * 987 * 2 % DOCUMENTS + 1) {
            in_xero(&changed, &mut sent, number);
        }
        assert!(planned.clone().plan(&changed, &sent).is_empty());
        Scene { book, exchange, planner, changed, sent, planned }
    })
}

/// Nothing changed since the last plan.
#[divan::bench]
fn idle(bencher: Bencher<'_, '_>) {
    let scene = scene();
    let mut planner = scene.planner.clone();
    bencher.bench_local(|| planner.plan(&scene.book, &scene.exchange).is_empty());
}

/// 100 of 100,000 documents changed.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn hundred_changed(bencher: Bencher<'_, '_>) {
    let scene = scene();
    bencher
        .with_inputs(|| scene.planner.clone())
        .bench_local_values(|mut planner| planner.plan(&scene.changed, &scene.exchange).operations.len());
}

/// These were sent: the plan after a run.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn hundred_sent(bencher: Bencher<'_, '_>) {
    let scene = scene();
    bencher
        .with_inputs(|| scene.planned.clone())
        .bench_local_values(|mut planner| planner.plan(&scene.changed, &scene.sent).is_empty());
}

/// Everything is looked at: after a start, in the nightly run, when settings changed.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn everything(bencher: Bencher<'_, '_>) {
    let scene = scene();
    bencher.bench_local(|| Planner::default().plan(&scene.book, &scene.exchange).is_empty());
}
