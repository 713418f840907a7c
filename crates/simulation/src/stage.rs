//! A stage: one process with a clock that is told, a memory, programs on it, and a Xero behind a network that can fail.
//!
//! ```text
//! let mut stage = Stage::new(1);                  10:00 on 31 March 2026 in Auckland; Demo Company (NZ)
//! stage.add_company("jam");                       its books are empty; the first organisation is its Xero
//! stage.connect(0, Connecting::default())         somebody agrees in Xero
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

use book::{Day, PersonRole};
use company::xero::{AppSettings, Connecting};
use company::{Asked, Companies, Failure, InstallationWish, Person, Registered, Wish};
use jiff::tz::TimeZone;
use money::Currency;
use store::seal::Key;
use sync::Runner;
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{Chance, Clock, Moment};
use xero_client::limits::Tenant;
use xero_client::oauth;
use xero_client::send::{Client, World};
use xero_client::settings::{App, Kind, REDIRECT, Rights, Secret};
use xero_sandbox::door::{HttpRequest, SeedName};

use crate::crash::Crash;
use crate::memory::MemoryStore;
use crate::xero::{ADDRESS, Xero};

/// 2026-03-30T21:00:00Z: ten in the morning of 31 March in Auckland.
pub const START: Moment = Moment::from_millis(1_774_904_400_000);
/// Where the companies are.
pub const ZONE: &str = "Pacific/Auckland";

/// A company on the stage.
#[derive(Clone)]
pub struct Place {
    /// As the installation has it.
    pub company: Registered,
    /// The organisation in the stand-in that it belongs to.
    pub organisation: String,
}

/// How somebody agrees on Xero's page.
#[derive(Clone, Debug, Default)]
pub struct Consent {
    /// Who of the organisation's people; none is its adviser.
    pub person: Option<String>,
    /// How long their browser takes to come back.
    pub late: Duration,
}

/// A program at work: what it has opened and read.
pub struct Node {
    /// The companies it serves, and their ways to Xero.
    pub xero: company::xero::Xero,
    /// Where it is stopped.
    pub crash: Crash,
    /// What runs each company's synchronisation, by its place.
    runners: BTreeMap<usize, Runner>,
}

impl Node {
    /// The companies it serves.
    #[must_use]
    pub fn companies(&self) -> &Companies {
        self.xero.companies()
    }
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
        let app = AppSettings { app: app(), base_url: Some(ADDRESS.to_owned()), identity_url: None };
        stage.run(stage.nodes[0].xero.set_app(0, Some(&app))).expect("the installation's app is set");
        stage
    }

    /// The same world once more, with one fresh program and no faults; from here on each has its own life.
    #[must_use]
    pub fn copy(&self) -> Self {
        let clock = SimulatedClock::at(self.clock.now());
        let (xero, memory) = (self.xero.copy(clock.clone()), self.memory.copy(Arc::new(clock.clone())));
        let (places, nodes) = (self.places.clone(), Vec::new());
        let mut stage = Self { clock, memory, xero, places, nodes, seed: self.seed, asked: self.asked };
        stage.add_node();
        stage
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

    fn open(&mut self) -> Node {
        let crash = Crash::default();
        let clock = Arc::new(self.clock.clone());
        let world =
            World { clock: clock.clone(), chance: self.chance(), transport: self.xero.wire(crash.clone()) };
        let companies = Arc::new(Companies::new(self.memory.open_for(crash.clone()), clock));
        let key = Key::random(&SeededChance::new(0)); // each program has the installation's
        let xero = company::xero::Xero::new(companies, self.memory.files(), world, Some(key));
        Node { xero, crash, runners: BTreeMap::new() }
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
        let added = self.run(self.nodes[0].companies().add(asked, Currency::NZD));
        self.places.push(Place { company: added.expect("a company is added"), organisation });
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
        let log = self.nodes[0].companies().log(self.places[place].company.company);
        self.run(log.ask(asked)).map(drop)
    }

    /// Somebody says where people reach the installation; programs learn of it when they start.
    ///
    /// # Errors
    /// It is refused.
    pub fn set_address(&mut self, address: &str) -> Result<(), Failure> {
        let asked = self.asked(0, InstallationWish::SetAddress { address: Some(address.to_owned()) });
        self.run(self.nodes[0].companies().installation().ask(asked)).map(drop)?;
        (0..self.nodes.len()).for_each(|node| self.restart(node));
        Ok(())
    }

    /// A program's client for a company.
    ///
    /// # Panics
    /// Its app can't be read.
    #[must_use]
    pub fn client(&self, node: usize, place: usize) -> Client {
        self.run(self.nodes[node].xero.client(&self.places[place].company)).expect("a client")
    }

    /// What runs a company's synchronisation in a program, as `millbook work` makes it; given back by `keep_runner`, or lost
    /// with the program.
    ///
    /// # Panics
    /// Its app can't be read.
    #[must_use]
    pub fn take_runner(&mut self, node: usize, place: usize) -> Runner {
        if let Some(runner) = self.nodes[node].runners.remove(&place) {
            return runner;
        }
        let (xero, company) = (&self.nodes[node].xero, &self.places[place].company);
        self.run(xero.runner(company, &format!("node {node}"))).expect("an app is set")
    }

    /// Gives it back.
    pub fn keep_runner(&mut self, node: usize, place: usize, runner: Runner) {
        self.nodes[node].runners.insert(place, runner);
    }

    /// Random bytes that no program before had.
    fn chance(&mut self) -> Arc<dyn Chance> {
        self.seed = self.seed.wrapping_add(1);
        Arc::new(SeededChance::new(self.seed))
    }

    /// A new person with these roles in a company; their number.
    ///
    /// # Errors
    /// They are refused.
    ///
    /// # Panics
    /// Their name is no login.
    pub fn add_person(&mut self, place: usize, login: &str, roles: &[PersonRole]) -> Result<u32, Failure> {
        let chance = self.chance();
        let person = Person::new(login, login, "correct horse battery staple", &*chance).expect("a login");
        let add = self.asked(0, InstallationWish::AddUser(Box::new(person)));
        let installation = self.nodes[0].companies().installation();
        self.run(installation.ask(add))?;
        let user = self.run(installation.view(None))?.fold.users();
        let company = self.places[place].company.code.clone();
        let give = self.asked(0, InstallationWish::GiveRoles { company, user, roles: roles.to_vec() });
        self.run(self.nodes[0].companies().installation().ask(give))?;
        Ok(user)
    }

    /// A company gets an app of its own, which needs nobody's consent (CON-7), and is connected by it.
    ///
    /// # Errors
    /// It is refused.
    pub fn connect_custom(&mut self, place: usize, how: Connecting) -> Result<(), Failure> {
        self.asked += 1;
        let how = Connecting { id: format!("stage-{}", self.asked), via: "stage".to_owned(), ..how };
        let custom = Kind::Custom(Secret::new("sandbox-secret"));
        let app = App { client_id: "sandbox-custom".to_owned(), kind: custom, ..app() };
        let app = AppSettings { app, base_url: Some(ADDRESS.to_owned()), identity_url: None };
        let (xero, company) = (&self.nodes[0].xero, &self.places[place].company);
        self.run(async {
            xero.set_app(company.company, Some(&app)).await?;
            xero.connect(company, how).await.map(drop)
        })
    }

    /// Somebody connects a company with its organisation: consent is given at once.
    ///
    /// # Errors
    /// It is refused.
    pub fn connect(&mut self, place: usize, how: Connecting) -> Result<(), Failure> {
        self.connect_by(place, how, &Consent::default())
    }

    /// The same with a consent of another kind.
    ///
    /// # Errors
    /// It is refused.
    ///
    /// # Panics
    /// The stand-in doesn't send the person back.
    pub fn connect_by(&mut self, place: usize, how: Connecting, by: &Consent) -> Result<(), Failure> {
        self.asked += 1;
        let (id, organisation) = (format!("stage-{}", self.asked), self.places[place].organisation.clone());
        let (xero, company) = (&self.nodes[0].xero, &self.places[place].company);
        let pending = self.run(xero.begin(company))?;
        let target = pending.url.strip_prefix(ADDRESS).expect("our stand-in");
        let person = by.person.as_ref().map(|name| self.xero.sandbox().person(name).expect("a person"));
        let person = person.map(|id| format!("&sandbox_user={id}")).unwrap_or_default();
        let target = format!("{target}&sandbox_auto_approve=true&sandbox_tenant={organisation}{person}");
        let now = jiff::Timestamp::from_millisecond(self.clock.now().millis()).expect("a time");
        let answer = self.xero.sandbox().handle(&HttpRequest::new("GET", &target), now).response;
        let location = answer.header("location").expect("it sends the person back").to_owned();
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let code = oauth::code(&pending, query).expect("a code");
        let how = Connecting { organisation: Some(organisation), id, via: "stage".to_owned(), ..how };
        self.wait(by.late);
        self.run(async {
            xero.came_back(company, &pending, &code).await?;
            xero.connect(company, how).await.map(drop)
        })
    }

    /// Somebody disconnects a company.
    ///
    /// # Errors
    /// It is refused.
    pub fn disconnect(&mut self, place: usize, by: u32) -> Result<(), Failure> {
        self.asked += 1;
        let (id, company) = (format!("stage-{}", self.asked), &self.places[place].company);
        self.run(self.nodes[0].xero.disconnect(company, &id, (by, "stage"))).map(drop)
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
