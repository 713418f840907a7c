//! A stage: one process with a clock that is told, a memory, programs on it, and a Xero behind a network that can fail.
//!
//! ```text
//! let mut stage = Stage::new(1);                  10:00 on 31 March 2026 in Auckland; Demo Company (NZ)
//! stage.add_company("jam");                       its books are empty; organisation 0 is its Xero
//! stage.ask(0, 0, wish)                           the shop works
//! stage.xero.tell(org, POST, "Invoices", …)       the accountant works
//! stage.wait(Duration::from_secs(900));
//! ```
//! A program (`Node`) keeps nothing but what it has read: `restart` drops it and opens the memory anew, as a crash does.
//!
//! Not here: what a scenario looks like as text (tests), what is right.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use book::Day;
use company::{Asked, Companies, Desk, Failure, InstallationWish, Wish};
use jiff::tz::TimeZone;
use money::Currency;
use sync::Runner;
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{Chance, Clock, Moment, Transport};
use xero_client::limits::{Budget, Limiter, Tenant};
use xero_client::oauth;
use xero_client::send::{Client, World};
use xero_client::settings::{Addresses, App, Kind, REDIRECT, Rights, Secret};
use xero_client::tokens::{InMemory, TokenStore, Tokens};
use xero_client::trace::NoTrace;
use xero_sandbox::door::{HttpRequest, SeedName};

use crate::crash::Crash;
use crate::memory::MemoryStore;
use crate::xero::{ADDRESS, Xero};

/// 2026-03-30T21:00:00Z: ten in the morning of 31 March in Auckland.
pub const START: Moment = Moment::from_millis(1_774_904_400_000);
/// Where the companies are.
pub const ZONE: &str = "Pacific/Auckland";

/// A company on the stage.
pub struct Place {
    /// What it is called.
    pub code: String,
    /// Its number: which log.
    pub number: u32,
    /// The organisation in the stand-in that it belongs to.
    pub organisation: String,
    /// Its tokens; a restart doesn't lose them.
    tokens: Arc<InMemory>,
}

/// A program at work: what it has opened and read.
pub struct Node {
    /// The companies it serves.
    pub companies: Companies,
    /// Where it is stopped.
    pub crash: Crash,
    /// What runs each company's synchronisation, by its place.
    runners: BTreeMap<usize, Runner>,
    transport: Arc<dyn Transport>,
}

/// The whole world.
pub struct Stage {
    /// What time it is.
    pub clock: SimulatedClock,
    /// Where everything is kept.
    pub memory: MemoryStore,
    /// The stand-in.
    pub xero: Arc<Xero>,
    /// The companies.
    pub places: Vec<Place>,
    /// The programs; the first one does what isn't said of another.
    pub nodes: Vec<Node>,
    seed: u64,
    asked: u64,
}

impl Stage {
    /// A world with one program, no company, and two organisations in Xero: New Zealand and United Kingdom.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let clock = SimulatedClock::at(START);
        let xero = Xero::new(&[SeedName::DemoNz, SeedName::DemoUk], seed, clock.clone());
        let memory = MemoryStore::new(Arc::new(clock.clone()));
        let mut stage = Self { clock, memory, xero, places: Vec::new(), nodes: Vec::new(), seed, asked: 0 };
        stage.add_node();
        stage
    }

    /// The same world once more, with one fresh program and no faults; from here on each has its own life.
    #[must_use]
    pub fn copy(&self) -> Self {
        let clock = SimulatedClock::at(self.clock.now());
        let (xero, memory) = (self.xero.copy(clock.clone()), self.memory.copy(Arc::new(clock.clone())));
        let places = self.places.iter().map(|place| self.copy_place(place)).collect();
        let (nodes, seed, asked) = (Vec::new(), self.seed, self.asked);
        let mut stage = Self { clock, memory, xero, places, nodes, seed, asked };
        stage.add_node();
        stage
    }

    fn copy_place(&self, place: &Place) -> Place {
        let tokens = InMemory::default();
        self.run(async {
            if let Ok(Some(kept)) = place.tokens.load().await {
                tokens.swap(None, kept).await.ok();
            }
        });
        let (code, organisation) = (place.code.clone(), place.organisation.clone());
        Place { code, number: place.number, organisation, tokens: Arc::new(tokens) }
    }

    /// One more program on the same memory; its number.
    pub fn add_node(&mut self) -> usize {
        let node = self.open();
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The program's process ends, and a new one starts: what wasn't in the store is gone.
    pub fn restart(&mut self, node: usize) {
        self.nodes[node] = self.open();
    }

    fn open(&self) -> Node {
        let crash = Crash::default();
        let store = self.memory.open_for(crash.clone());
        let transport = self.xero.wire(crash.clone());
        let companies = Companies::new(store, Arc::new(self.clock.clone()));
        Node { companies, crash, runners: BTreeMap::new(), transport }
    }

    /// Runs a future to its end; time goes on whenever it only waits.
    ///
    /// # Panics
    /// It waits for something that no clock brings.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        drive(&self.clock, future).expect("it waits for something that no clock brings")
    }

    /// Runs what a program does, until it ends or is stopped (`Node::crash`): then the program starts anew.
    pub fn run_or_crash<T>(&mut self, node: usize, work: impl AsyncFnOnce(&Node) -> T) -> Option<T> {
        let at = &self.nodes[node];
        let ended = self.run(at.crash.clone().run(work(at)));
        if ended.is_none() {
            self.restart(node);
        }
        ended
    }

    /// Time passes, and nobody does anything.
    pub fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// The date where the companies are.
    ///
    /// # Panics
    /// The clock left the calendar.
    #[must_use]
    pub fn today(&self) -> Day {
        let now = jiff::Timestamp::from_millisecond(self.clock.now().millis()).expect("a time");
        let zone = TimeZone::get(ZONE).expect("a zone");
        now.to_zoned(zone).date().to_string().parse().expect("a day")
    }

    fn asked<W>(&mut self, by: u32, wish: W) -> Asked<W> {
        self.asked += 1;
        let id = format!("stage-{}", self.asked);
        Asked { id, by, via: "stage".to_owned(), today: self.today(), wish }
    }

    /// A new company with an empty book in NZD, belonging to the next organisation that has none.
    ///
    /// # Panics
    /// There is no organisation left, or the company can't be made.
    pub fn add_company(&mut self, code: &str) -> usize {
        let organisation = self.xero.organisations().swap_remove(self.places.len());
        let (name, zone) = (format!("{code} Ltd"), ZONE.to_owned());
        let wish = InstallationWish::AddCompany { code: code.to_owned(), name, base: Currency::NZD, zone };
        let asked = self.asked(0, wish);
        let added = self.run(self.nodes[0].companies.add(asked, Currency::NZD)).expect("a company is added");
        let (code, number) = (code.to_owned(), added.company);
        self.places.push(Place { code, number, organisation, tokens: Arc::default() });
        self.places.len() - 1
    }

    /// The organisation of a company, as requests name it.
    ///
    /// # Panics
    /// Its id is none.
    #[must_use]
    pub fn tenant(&self, place: usize) -> Tenant {
        self.places[place].organisation.parse().expect("an organisation's id")
    }

    /// What a person asks of a company, through the first program.
    ///
    /// # Errors
    /// It is refused, or the store fails.
    pub fn ask(&mut self, place: usize, by: u32, wish: Wish) -> Result<(), Failure> {
        let asked = self.asked(by, wish);
        let log = self.nodes[0].companies.log(self.places[place].number);
        self.run(log.ask(asked)).map(drop)
    }

    /// A program's client for a company.
    #[must_use]
    pub fn client(&mut self, node: usize, place: usize) -> Client {
        let (clock, transport) = (Arc::new(self.clock.clone()), self.nodes[node].transport.clone());
        let chance = self.chance();
        let store: Arc<dyn TokenStore> = self.places[place].tokens.clone();
        let tokens = Tokens::new(app(), addresses(), store, clock.clone(), transport.clone());
        let world = World { clock, chance, transport };
        Client::new(world, addresses(), Limiter::new(Budget::STARTER), Arc::new(tokens), Arc::new(NoTrace))
    }

    /// What runs a company's synchronisation in a program; given back by `keep_runner`, or lost with the program.
    #[must_use]
    pub fn take_runner(&mut self, node: usize, place: usize) -> Runner {
        if let Some(runner) = self.nodes[node].runners.remove(&place) {
            return runner;
        }
        let log = self.nodes[node].companies.log(self.places[place].number);
        let desk = Arc::new(Desk::new(log, self.memory.files(), ZONE, format!("node {node}")));
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        let parts: (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(self.clock.clone()), self.chance());
        Runner::new(desk, self.client(node, place), parts, zone)
    }

    /// Gives it back.
    pub fn keep_runner(&mut self, node: usize, place: usize, runner: Runner) {
        self.nodes[node].runners.insert(place, runner);
    }

    /// Random bytes that no program before had.
    fn chance(&mut self) -> Arc<SeededChance> {
        self.seed = self.seed.wrapping_add(1);
        Arc::new(SeededChance::new(self.seed))
    }

    /// Somebody connects a company: consent is given at once, and the tokens are kept.
    ///
    /// # Panics
    /// The stand-in refuses.
    pub fn sign_in(&mut self, place: usize) {
        let client = self.client(0, place);
        let pending = oauth::begin(&app(), &addresses(), client.chance());
        let tenant = &self.places[place].organisation;
        let target = pending.url.strip_prefix(ADDRESS).expect("our stand-in");
        let request =
            HttpRequest::new("GET", &format!("{target}&sandbox_auto_approve=true&sandbox_tenant={tenant}"));
        let now = jiff::Timestamp::from_millisecond(self.clock.now().millis()).expect("a time");
        let answer = self.xero.sandbox().handle(&request, now).response;
        let location = answer.header("location").expect("it sends the person back").to_owned();
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let code = oauth::code(&pending, query).expect("a code");
        let tokens = client.tokens();
        self.run(async {
            let granted = tokens.identity().exchange(&pending, &code, self.clock.now()).await;
            tokens.signed_in(granted.expect("tokens")).await.expect("they are kept");
        });
    }
}

fn app() -> App {
    App {
        client_id: "sandbox-client".to_owned(),
        kind: Kind::Web(Secret::new("sandbox-secret")),
        redirect: REDIRECT.to_owned(),
        rights: Rights::Granular,
    }
}

fn addresses() -> Addresses {
    Addresses::at(ADDRESS, ADDRESS)
}
