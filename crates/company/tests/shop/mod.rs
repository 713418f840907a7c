//! A company on an SQLite file in a folder of its own, and a store that fails when told to.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use book::Day;
use company::{Asked, Companies, InstallationWish, Wish};
use money::Currency;
use serde_json::{Value, json};
use store::sqlite::{Settings, Sqlite};
use store::{
    CompanyId, Entry, Error, Item, Lease, Result, Row, Sheet, Snapshot, Store, Taken, Tip, Turn, Write,
};
use world::simulated::SimulatedClock;
use world::{Moment, Waiting};

pub fn clock() -> Arc<SimulatedClock> {
    Arc::new(SimulatedClock::at(Moment::from_millis(1_772_409_600_000)))
}

pub fn today() -> Day {
    "2026-03-31".parse().expect("a day")
}

pub fn sqlite(folder: &Path) -> Arc<Sqlite> {
    Arc::new(Sqlite::open(Settings::new(folder.join("books.db"), clock())).expect("opens"))
}

pub fn companies(store: Arc<dyn Store>) -> Companies {
    Companies::new(store, clock())
}

pub fn asked<W>(id: &str, wish: W) -> Asked<W> {
    Asked { id: id.into(), by: 0, via: "test".into(), today: today(), wish }
}

pub fn add_company(code: &str) -> Asked<InstallationWish> {
    let (name, zone) = ("Jam Ltd".to_owned(), "Pacific/Auckland".to_owned());
    let wish = InstallationWish::AddCompany { code: code.into(), name, base: Currency::NZD, zone };
    asked(&format!("add-{code}"), wish)
}

pub fn outside(id: &str, value: Value) -> Asked<Wish> {
    asked(id, Wish::Outside(value))
}

pub fn item(code: &str) -> Value {
    json!({ "save_record": { "record": { "item": { "code": code, "name": code, "unit": "pc" } } } })
}

/// Unit, warehouse, supplier, item JAM, and 10 of them found.
pub fn basics() -> Vec<Value> {
    let record = |record: Value| json!({ "save_record": { "record": record } });
    vec![
        record(json!({ "unit": { "code": "pc", "name": "piece" } })),
        record(json!({ "warehouse": { "code": "Main", "name": "Main" } })),
        record(json!({ "party": { "code": "Shop", "name": "Shop", "kind": "customer" } })),
        item("JAM"),
        found("ST-1", "10", "70.00"),
    ]
}

pub fn found(number: &str, quantity: &str, cost: &str) -> Value {
    let ins = json!([{ "item": "JAM", "quantity": quantity, "cost": cost }]);
    let entry = json!({ "kind": "found", "day": "2026-03-02", "warehouse": "Main", "ins": ins });
    json!({ "save": { "number": number, "content": { "stock_entry": entry } } })
}

pub fn ship(number: &str, quantity: &str) -> Value {
    let lines = json!([{ "item": "JAM", "quantity": quantity }]);
    let shipment = json!({ "customer": "Shop", "warehouse": "Main", "day": "2026-03-05", "picked": "2026-03-05", "lines": lines });
    json!({ "save": { "number": number, "content": { "shipment": shipment } } })
}

/// What the next commits do.
pub const RIGHT: usize = 0;
/// Refused before anything was written.
pub const FULL: usize = 1;
/// Written, and the answer lost.
pub const LOST_AFTER: usize = 2;
/// Not written, and the answer lost.
pub const LOST_BEFORE: usize = 3;

/// A store that does as another one, but for commits that fail.
pub struct Faulty {
    pub inner: Arc<dyn Store>,
    pub commits: Arc<AtomicUsize>,
    pub next: Arc<AtomicUsize>,
    /// Turns that looked before they decided.
    pub looks: Arc<AtomicUsize>,
}

impl Faulty {
    pub fn new(inner: Arc<dyn Store>) -> Faulty {
        Faulty { inner, commits: Arc::default(), next: Arc::default(), looks: Arc::default() }
    }
}

struct FaultyTurn {
    inner: Box<dyn Turn>,
    commits: Arc<AtomicUsize>,
    next: Arc<AtomicUsize>,
}

/// Lets others run, a few times.
pub async fn others_go_first() {
    let mut left = 4;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        left -= 1;
        if left == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

impl Turn for FaultyTurn {
    fn tip(&self) -> Tip {
        self.inner.tip()
    }
    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.inner.rows(after, most)
    }
    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.inner.find(commands)
    }
    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        let lost = || Error::Lost { may_have_happened: true, what: "the cable".into() };
        let next = self.next.swap(RIGHT, Ordering::SeqCst);
        Box::pin(async move {
            others_go_first().await; // the disk takes its time
            match next {
                FULL => Err(Error::Full("the disk".into())),
                LOST_BEFORE => Err(lost()),
                LOST_AFTER => self.inner.commit(entries, writes).await.and(Err(lost())),
                _ => self.inner.commit(entries, writes).await,
            }
        })
    }
    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        self.inner.publish(writes)
    }
}

impl Store for Faulty {
    fn companies(&self) -> Waiting<'_, Result<Vec<(CompanyId, Tip)>>> {
        self.inner.companies()
    }
    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>> {
        self.inner.tip(company)
    }
    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.inner.rows(company, after, most)
    }
    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.inner.find(company, commands)
    }
    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.begin_at(company, Tip::default())
    }
    fn begin_at(&self, company: CompanyId, _: Tip) -> Waiting<'_, Result<Box<dyn Turn>>> {
        Box::pin(async move {
            let inner = self.inner.begin(company).await?;
            let (commits, next) = (self.commits.clone(), self.next.clone());
            Ok(Box::new(FaultyTurn { inner, commits, next }) as Box<dyn Turn>)
        })
    }
    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>> {
        self.inner.item(company, sheet, key)
    }
    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>> {
        self.inner.items(company, sheet, after, most)
    }
    fn write(&self, company: CompanyId, writes: Vec<Write>) -> Waiting<'_, Result<()>> {
        self.inner.write(company, writes)
    }
    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>> {
        self.inner.sweep(sheet, now)
    }
    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>> {
        self.inner.lease_take(company, name, holder, length)
    }
    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>> {
        self.inner.lease_renew(company, name, fence, length)
    }
    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        self.inner.lease_release(company, name, fence)
    }
    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        self.inner.snapshot(company, version)
    }
    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>> {
        self.inner.put_snapshot(company, snapshot)
    }
    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>> {
        self.inner.stage(company, rows)
    }
    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>> {
        self.inner.unstage(company)
    }
    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>> {
        self.inner.unstage_abandoned()
    }
    fn examine(&self) -> Waiting<'_, Result<Vec<String>>> {
        self.inner.examine()
    }
}
