//! Durable commands a second, beside the bare engine: the same rows in the same table, N of them a commit.
//!
//! Each writer asks for a purchase order of two lines and waits for its answer before asking for the next one. What they
//! wrote in a slice of time is then written again by the bare engine; the middle one of three rounds counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use book::Day;
use company::{Asked, Company, Log, Wish};
use futures_executor::block_on;
use futures_util::future::join_all;
use money::Currency;
use serde_json::{Value, json};
use store::{CompanyId, Pages, Row, Store};
use xero_client::network::MachineClock;

use super::show::Figure;
use super::{Engine, go_on, now};
use crate::place::{failed, stored, today};
use crate::sandbox::Refusal;

const ROUNDS: usize = 3;

/// Who writes where.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    OneCompany,
    Companies,
}

pub(super) fn measure(engine: &Engine, writers: &[usize], slice: u64) -> Result<Vec<Figure>, Refusal> {
    let store = engine.open("writers")?;
    let (mut figures, mut company) = (Vec::new(), 1);
    for &count in writers {
        for place in [Where::OneCompany, Where::Companies] {
            let (what, companies) = match (count, place) {
                (1, Where::OneCompany) => ("durable commands, 1 writer".to_owned(), 1),
                (1, Where::Companies) => continue,
                (_, Where::OneCompany) => (format!("durable commands, {count} writers on one company"), 1),
                (_, Where::Companies) => {
                    (format!("durable commands, {count} writers on as many companies"), count)
                }
            };
            now(engine, &what)?;
            let mut desk = Desk::new(&store, company, companies)?;
            company += u32::try_from(companies).unwrap_or(u32::MAX);
            let mut bare = engine.bare("bare", companies)?;
            let (mut ours, mut bound) = (Vec::new(), Vec::new());
            for round in 0..ROUNDS {
                go_on()?;
                ours.push(desk.write(round, count, Duration::from_millis(slice))?);
                let rows = desk.written()?;
                let start = Instant::now();
                for batch in batches(&rows, count, place) {
                    bare.append(&batch).map_err(stored)?;
                }
                bound.push(rate(rows.iter().map(Vec::len).sum(), start.elapsed()));
            }
            figures.push(Figure::beside_the_bare(engine.name(), &what, middle(ours), middle(bound)));
        }
    }
    Ok(figures)
}

/// What the bare engine commits at once: N rows of the one company, or a row of each of N.
fn batches(rows: &[Vec<Row>], count: usize, place: Where) -> Vec<Vec<Row>> {
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    match place {
        Where::OneCompany => rows.iter().flat_map(|rows| rows.chunks(count).map(<[Row]>::to_vec)).collect(),
        Where::Companies => {
            let row_of_each = |at: usize| rows.iter().filter_map(|rows| rows.get(at).cloned()).collect();
            (0..longest).map(row_of_each).collect()
        }
    }
}

fn rate(count: usize, time: Duration) -> u64 {
    u64::try_from(count as u128 * 1_000_000 / time.as_micros().max(1)).unwrap_or(u64::MAX)
}

fn middle(mut rates: Vec<u64>) -> u64 {
    rates.sort_unstable();
    rates[rates.len() / 2]
}

/// Companies, and how far their logs have been looked at.
struct Desk {
    store: Arc<dyn Store>,
    today: Day,
    logs: Vec<(Log<Company>, u64)>,
}

impl Desk {
    /// New companies with what an order needs.
    fn new(store: &Arc<dyn Store>, first: u32, count: usize) -> Result<Desk, Refusal> {
        let mut desk = Desk { store: store.clone(), today: today("UTC"), logs: Vec::new() };
        for company in (first..).take(count) {
            let log = Log::new(store.clone(), CompanyId(company), Arc::new(MachineClock));
            let wishes = records().into_iter().map(Wish::Outside);
            let all: Vec<Asked<Wish>> = std::iter::once(Wish::Open(Currency::NZD))
                .chain(wishes)
                .enumerate()
                .map(|(number, wish)| desk.asked(format!("record-{number}"), wish))
                .collect();
            let mut last = 0;
            for answer in block_on(log.ask_all(all)) {
                last = answer.map_err(failed)?.last;
            }
            desk.logs.push((log, last));
        }
        Ok(desk)
    }

    fn asked(&self, id: String, wish: Wish) -> Asked<Wish> {
        Asked { id, by: 0, via: "bench".to_owned(), today: self.today, wish }
    }

    /// Commands a second that so many writers get answered.
    fn write(&self, round: usize, writers: usize, slice: Duration) -> Result<u64, Refusal> {
        // What a writer does before it asks is not ours: the orders are there.
        let orders: Vec<Value> = (0..ITEMS / 2).map(|number| order(number, self.today)).collect();
        let start = Instant::now();
        let work = (0..writers).map(async |writer| {
            let (log, _) = &self.logs[writer % self.logs.len()];
            let mut done = 0;
            while start.elapsed() < slice {
                let id = format!("{round}-{writer}-{done}");
                let order = orders[done % orders.len()].clone();
                log.ask(self.asked(id, Wish::Outside(order))).await.map_err(failed)?;
                done += 1;
            }
            Ok(done)
        });
        let done: Result<Vec<usize>, Refusal> = block_on(join_all(work)).into_iter().collect();
        Ok(rate(done?.into_iter().sum(), start.elapsed()))
    }

    /// The rows that came since the last look, of each company.
    fn written(&mut self) -> Result<Vec<Vec<Row>>, Refusal> {
        let mut all = Vec::new();
        for (log, seen) in &mut self.logs {
            let (mut rows, mut pages) = (Vec::new(), Pages::new(&*self.store, log.company(), *seen));
            loop {
                let page = block_on(pages.next()).map_err(stored)?;
                let Some(last) = page.last() else { break };
                *seen = last.last;
                rows.extend(page);
            }
            all.push(rows);
        }
        Ok(all)
    }
}

const ITEMS: usize = 100;

fn records() -> Vec<Value> {
    let record = |record: Value| json!({ "save_record": { "record": record } });
    let mut all = vec![
        record(json!({ "unit": { "code": "pc", "name": "piece" } })),
        record(json!({ "party": { "code": "P", "name": "Supplier", "kind": "supplier" } })),
    ];
    let item = |at: usize| json!({ "item": { "code": format!("I{at}"), "name": "An item", "unit": "pc" } });
    all.extend((0..ITEMS).map(|at| record(item(at))));
    all
}

fn order(number: usize, day: Day) -> Value {
    let line = |at: usize| json!({ "item": format!("I{}", at % ITEMS), "quantity": "10", "price": "7.125" });
    let terms = json!({ "party": "P", "day": day, "currency": "NZD" });
    let order = json!({ "terms": terms, "lines": [line(2 * number), line(2 * number + 1)] });
    json!({ "save": { "content": { "purchase_order": order } } })
}
