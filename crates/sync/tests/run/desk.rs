//! A company in memory: the real `decide` and `apply` of both families behind the desk, that can go away for a while.
//!
//! Not here: the real desk (`company`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use book::{Asking, Book, Day, Record, Stamp};
use money::Currency;
use plan::{Command, Decided, Event, Exchange, Organisation, Subject};
use sync::{Beside, Desk, Fence, Stopping, Trouble, View};
use world::simulated::SimulatedClock;
use world::{Clock, Moment, Waiting};

/// The company.
#[derive(Clone)]
pub struct Memory(Arc<Mutex<Inner>>, SimulatedClock);

pub struct Inner {
    pub book: Book,
    pub exchange: Exchange,
    pub events: Vec<Event>,
    pub bodies: BTreeMap<String, Vec<u8>>,
    pub notes: BTreeMap<String, String>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub lease: Option<Fence>,
    pub leases: u64,
    /// How many of the next questions find the database away.
    pub away: u32,
    /// The first of them is carried out all the same: its answer is lost.
    pub done_all_the_same: bool,
    /// The process dies at the n-th question from now, before or after it is carried out.
    pub dies: Option<(u32, Dies)>,
    pub crash: Stopping,
    answers: BTreeMap<String, View>,
}

/// When a process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dies {
    Before,
    After,
}

impl Memory {
    pub fn new(clock: &SimulatedClock) -> Memory {
        let (book, exchange) = (Book::new(Currency::NZD), Exchange::default());
        let inner = Inner {
            book,
            exchange,
            events: Vec::new(),
            bodies: BTreeMap::new(),
            notes: BTreeMap::new(),
            files: BTreeMap::new(),
            lease: None,
            leases: 0,
            away: 0,
            done_all_the_same: false,
            dies: None,
            crash: Stopping::default(),
            answers: BTreeMap::new(),
        };
        Memory(Arc::new(Mutex::new(inner)), clock.clone())
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    fn seconds(&self) -> i64 {
        self.1.now().millis() / 1_000
    }

    fn today(&self) -> Day {
        Day::new(2026, 11, 22).unwrap()
    }

    /// The shop saves a record.
    pub fn save(&self, id: Option<u32>, record: Record) {
        self.book(book::Command::SaveRecord { id, external: None, record });
    }

    /// The shop does something.
    pub fn book(&self, wish: book::Command) {
        let (at, today) = (self.seconds(), self.today());
        let mut inner = self.lock();
        for event in inner.book.decide(wish, Asking { today, by: 0 }).unwrap() {
            inner.book.apply(&event, Stamp { at, by: 0 });
        }
    }

    /// A person wishes something of the exchange.
    pub fn wish(&self, wish: &Command) {
        let asking = plan::Asking { today: self.today(), by: 0, at: self.seconds() };
        let mut inner = self.lock();
        let decided = plan::decide(&inner.book, &inner.exchange, wish, asking).unwrap();
        inner.append(decided, self.seconds());
    }

    /// The company is connected to this organisation.
    pub fn connect(&self, organisation: Organisation) {
        self.wish(&Command::Connect {
            organisation: Box::new(organisation),
            app: plan::App::Installation,
            cut_over: None,
            another: Default::default(),
        });
    }

    /// Somebody links a thing to another thing in Xero.
    pub fn point_at(&self, subject: &Subject, xero: &str) {
        let at = self.seconds();
        let mut inner = self.lock();
        let link = inner.exchange.link(subject).cloned().unwrap();
        let event = Event::XeroLinked {
            subject: subject.clone(),
            xero: xero.parse().unwrap(),
            how: link.how,
            held: None,
            paper: None,
            version: 0,
        };
        inner.append(vec![event].into(), at);
    }

    fn countdown(&self) -> Option<Dies> {
        let mut inner = self.lock();
        let (left, how) = inner.dies?;
        inner.dies = left.checked_sub(1).map(|left| (left, how));
        (left == 0).then_some(how)
    }

    async fn die(&self) -> Result<View, Trouble> {
        let crash = self.lock().crash.clone();
        crash.tell();
        std::future::pending().await
    }

    fn view_now(&self) -> View {
        let inner = self.lock();
        View { book: inner.book.clone(), exchange: inner.exchange.clone(), today: self.today() }
    }

    fn fits(&self, fence: Option<Fence>) -> bool {
        let inner = self.lock();
        fence.is_none_or(|fence| inner.lease.is_some_and(|lease| lease.number == fence.number))
    }

    fn asked(&self, id: String, wish: &Command, beside: Vec<Beside>) -> Result<View, Trouble> {
        if let Some(answer) = self.lock().answers.get(&id) {
            return Ok(answer.clone());
        }
        let asking = plan::Asking { today: self.today(), by: 0, at: self.seconds() };
        let mut inner = self.lock();
        let decided = plan::decide(&inner.book, &inner.exchange, wish, asking).map_err(|refusal| {
            Trouble::Refused { code: refusal.code().id().to_owned(), text: refusal.message() }
        })?;
        inner.append(decided, self.seconds());
        inner.keep(beside);
        drop(inner);
        let view = self.view_now();
        self.lock().answers.insert(id, view.clone());
        Ok(view)
    }
}

impl Inner {
    fn append(&mut self, decided: Decided, at: i64) {
        for event in decided.book {
            self.book.apply(&event, Stamp { at, by: 0 });
        }
        for event in decided.exchange {
            let seq = self.exchange.seq() + 1;
            self.exchange.apply(&event, seq, at);
            self.events.push(event);
        }
    }

    fn keep(&mut self, beside: Vec<Beside>) {
        for one in beside {
            match one {
                Beside::Body { key, bytes, .. } => drop(self.bodies.insert(key, bytes)),
                Beside::Note { key, text } => drop(self.notes.insert(key, text)),
            }
        }
    }
}

impl Desk for Memory {
    fn view(&self) -> Waiting<'_, Result<View, Trouble>> {
        Box::pin(async { Ok(self.view_now()) })
    }

    fn ask(
        &self,
        id: String,
        wish: Command,
        beside: Vec<Beside>,
        fence: Option<Fence>,
    ) -> Waiting<'_, Result<View, Trouble>> {
        Box::pin(async move {
            if !self.fits(fence) {
                return Err(Trouble::Refused {
                    code: "lease-lost".into(),
                    text: "the lease is another's".into(),
                });
            }
            let (away, done) = {
                let mut inner = self.lock();
                let away = inner.away > 0;
                inner.away = inner.away.saturating_sub(1);
                (away, std::mem::take(&mut inner.done_all_the_same))
            };
            if away && done {
                self.asked(id, &wish, beside)?;
                return Err(Trouble::NotNow("the connection to the database broke".into()));
            }
            if away {
                return Err(Trouble::NotNow("the database is away".into()));
            }
            let dies = self.countdown();
            if dies == Some(Dies::Before) {
                return self.die().await;
            }
            let answer = self.asked(id, &wish, beside);
            if dies == Some(Dies::After) {
                return self.die().await;
            }
            answer
        })
    }

    fn body(&self, key: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move { Ok(self.lock().bodies.get(&key).cloned()) })
    }

    fn note(&self, key: String) -> Waiting<'_, Result<Option<String>, Trouble>> {
        Box::pin(async move { Ok(self.lock().notes.get(&key).cloned()) })
    }

    fn keep(&self, beside: Vec<Beside>) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async move {
            self.lock().keep(beside);
            Ok(())
        })
    }

    fn file(&self, sha256: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move { Ok(self.lock().files.get(&sha256).cloned()) })
    }

    fn take_lease(&self, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>> {
        Box::pin(async move {
            let now: Moment = self.1.now();
            let mut inner = self.lock();
            if inner.lease.is_some_and(|lease| lease.until > now) {
                return Ok(None);
            }
            inner.leases += 1;
            let fence = Fence { number: inner.leases, until: now.plus(length) };
            inner.lease = Some(fence);
            Ok(Some(fence))
        })
    }

    fn renew_lease(&self, fence: Fence, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>> {
        Box::pin(async move {
            let now = self.1.now();
            let mut inner = self.lock();
            if inner.away > 0 {
                inner.away -= 1;
                return Err(Trouble::NotNow("the database is away".into()));
            }
            match &mut inner.lease {
                Some(lease) if lease.number == fence.number && lease.until > now => {
                    lease.until = now.plus(length);
                    Ok(Some(*lease))
                }
                _ => Ok(None),
            }
        })
    }

    fn release_lease(&self, fence: Fence) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let mut inner = self.lock();
            if inner.lease.is_some_and(|lease| lease.number == fence.number) {
                inner.lease = None;
            }
            Ok(())
        })
    }
}
