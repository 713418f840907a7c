//! A house for tests: our client in front of the stand-in Xero, in one process, under a clock that moves when told.
//!
//! Every request to the Accounting API is heard by the judge. Lost and cut answers come out as a real network would
//! show them. Not here: sockets (`loopback`).
#![allow(dead_code, reason = "each test file uses a part")]

pub mod judge;

use judge::Judge;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{
    Body, Chunks, Clock, Moment, NetworkError, Pieces, Request, Response, Transport, Waiting, collect,
};
use xero_client::limits::{Budget, Limiter, Tenant};
use xero_client::oauth;
use xero_client::send::{Client, World};
use xero_client::settings::{Addresses, App, Kind, REDIRECT, Rights, Secret};
use xero_client::tokens::{InMemory, TokenStore, Tokens};
use xero_client::trace::{Exchange, Trace};
use xero_sandbox::door::fault::Fault;
use xero_sandbox::door::{Effect, HttpRequest, Sandbox, SeedName};

/// Where the stand-in is said to be.
pub const BASE: &str = "http://sandbox.test";
/// 2026-11-22T00:00:00Z.
pub const START: Moment = Moment::from_millis(1_795_305_600_000);

/// The stand-in as a transport.
pub struct InProcess {
    pub sandbox: Mutex<Sandbox>,
    clock: SimulatedClock,
    pub judge: Judge,
    /// Method and path of every call to the Accounting API.
    pub calls: Mutex<Vec<String>>,
}

impl InProcess {
    fn hear(&self, request: &HttpRequest) {
        if let Some(path) = request.path.strip_prefix("/api.xro/2.0") {
            self.judge.hear(&request.method, path, &request.query_pairs(), &request.headers, &request.body);
            self.calls.lock().unwrap().push(format!("{} {path}", request.method));
        }
    }
}

fn timestamp(moment: Moment) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(moment.millis()).unwrap()
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let target =
                request.url.strip_prefix(BASE).ok_or_else(|| NetworkError::NotConnected("unknown".into()))?;
            let mut asked = HttpRequest::new(request.method.as_str(), target);
            asked.headers = request.headers;
            asked.body = match request.body {
                Body::Empty => Vec::new(),
                Body::Bytes(bytes) => bytes.to_vec(),
                Body::Stream { chunks, .. } => collect(chunks, usize::MAX).await?,
            };
            self.hear(&asked);
            let handled = self.sandbox.lock().unwrap().handle(&asked, timestamp(self.clock.now()));
            let delay = Duration::from_millis(handled.delay_ms);
            self.clock.sleep_until(self.clock.now().plus(delay.min(request.timeout))).await;
            if let Some(ticket) = handled.ticket {
                self.sandbox.lock().unwrap().finish(ticket);
            }
            if delay > request.timeout {
                return Err(NetworkError::TimedOut("simulated".into()));
            }
            let (status, headers, body) =
                (handled.response.status, handled.response.headers, handled.response.body);
            let body: Box<dyn Chunks> = match handled.effect {
                Effect::Arrives => Box::new(Pieces::new(vec![Ok(body)])),
                Effect::Lost => return Err(NetworkError::Broken("simulated".into())),
                Effect::Cut => {
                    let half = body[..body.len() / 2].to_vec();
                    Box::new(Pieces::new(vec![Ok(half), Err(NetworkError::Broken("simulated".into()))]))
                }
            };
            Ok(Response { status, headers, body })
        })
    }
}

/// Keeps traces.
#[derive(Default)]
pub struct Traces(pub Mutex<Vec<Exchange>>);

impl Trace for Traces {
    fn exchange(&self, exchange: &Exchange) {
        self.0.lock().unwrap().push(exchange.clone());
    }
}

/// The client, the stand-in behind it, and the clock of both.
pub struct House {
    pub clock: SimulatedClock,
    pub xero: Arc<InProcess>,
    pub store: Arc<InMemory>,
    pub traces: Arc<Traces>,
    pub client: Client,
    pub tenant: Tenant,
}

pub fn app(kind: Kind) -> App {
    let client_id = match kind {
        Kind::Web(_) => "sandbox-client",
        Kind::Pkce => "sandbox-pkce",
        Kind::Custom(_) => "sandbox-custom",
    };
    App { client_id: client_id.into(), kind, redirect: REDIRECT.into(), rights: Rights::Granular }
}

pub fn web() -> App {
    app(Kind::Web(Secret::new("sandbox-secret")))
}

impl House {
    /// A house whose client is not signed in.
    pub fn stranger(app: App) -> Self {
        let clock = SimulatedClock::at(START);
        let mut sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, timestamp(START));
        sandbox.set_base_url(BASE);
        let tenant = sandbox.orgs()[0].id().parse().unwrap();
        let (judge, calls) = (Judge::default(), Mutex::new(Vec::new()));
        let xero = Arc::new(InProcess { sandbox: Mutex::new(sandbox), clock: clock.clone(), judge, calls });
        let (store, traces) = (Arc::new(InMemory::default()), Arc::new(Traces::default()));
        let client = client(app, &clock, xero.clone(), store.clone(), traces.clone());
        Self { clock, xero, store, traces, client, tenant }
    }

    /// A house whose client is signed in.
    pub fn new() -> Self {
        let house = Self::stranger(web());
        house.sign_in(&web());
        house
    }

    /// Runs a future, moving the clock. The judge must have nothing to complain about.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let value = drive(&self.clock, future).expect("it waits for something no clock brings");
        let complaints = self.xero.judge.complaints();
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
        value
    }

    /// Signs in as a person would, with the consent given at once.
    pub fn sign_in(&self, app: &App) {
        let pending = oauth::begin(app, &addresses(), self.client.chance());
        let query = self.consent(&pending.url);
        let code = oauth::code(&pending, &query).unwrap();
        let tokens = self.client.tokens();
        self.run(async {
            let granted = tokens.identity().exchange(&pending, &code, self.clock.now()).await.unwrap();
            tokens.signed_in(granted).await.unwrap();
        });
    }

    /// Opens the address in a "browser" and answers the query with which Xero sends the person back.
    pub fn consent(&self, url: &str) -> String {
        let target = format!("{}&sandbox_auto_approve=true", url.strip_prefix(BASE).unwrap());
        let mut sandbox = self.xero.sandbox.lock().unwrap();
        let answer = sandbox.handle(&HttpRequest::new("GET", &target), timestamp(self.clock.now())).response;
        let location = answer.header("location").unwrap_or_else(|| panic!("{:?}", answer.status)).to_owned();
        location.split_once('?').unwrap().1.to_owned()
    }

    /// Makes the next matching call go wrong.
    pub fn fault(&self, fault: Fault) {
        self.xero.sandbox.lock().unwrap().add_fault(fault);
    }

    /// Calls to the Accounting API since the last question.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.xero.calls.lock().unwrap())
    }
}

pub fn addresses() -> Addresses {
    Addresses::at(BASE, BASE)
}

/// A client over any transport, under a simulated clock.
pub fn client(
    app: App,
    clock: &SimulatedClock,
    transport: Arc<dyn Transport>,
    store: Arc<dyn TokenStore>,
    trace: Arc<dyn Trace>,
) -> Client {
    let world = World {
        clock: Arc::new(clock.clone()),
        chance: Arc::new(SeededChance::new(1)),
        transport: transport.clone(),
    };
    let tokens = Tokens::new(app, addresses(), store, Arc::new(clock.clone()), transport);
    Client::new(world, addresses(), Limiter::new(Budget::STARTER), Arc::new(tokens), trace)
}
