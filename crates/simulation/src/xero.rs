//! Xero in this process: the stand-in's core behind a network that can fail, the accountant who works in it, and a
//! count of what it was asked.
//!
//! ```text
//! xero.fail_next_write(Failing::NotSent)             the request never leaves
//! xero.tell(org, POST, "Invoices", {…"AUTHORISED"})  the accountant approves a bill, past the door and our client
//! xero.take_calls()                                  PUT /Invoices, GET /Contacts … since the last question
//! ```
//! Not here: what our program makes of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use world::simulated::SimulatedClock;
use world::{
    Body, Chunks, Clock, Moment, NetworkError, Pieces, Request, Response, Transport, Waiting, collect,
};
use xero_sandbox::door::fault::{Fault, Name};
use xero_sandbox::door::limit::Problem;
use xero_sandbox::door::{Effect, Handled, HttpRequest, Sandbox, SeedName};
use xero_sandbox::{Call, LockDates, Method, Org, Role, UserRef};

use crate::crash::{Crash, Point};

/// Where the stand-in is said to be.
pub const ADDRESS: &str = "http://xero.test";
const API: &str = "/api.xro/2.0";

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It never leaves: no connection.
    NotSent,
    /// What the stand-in can do wrong.
    There(Name),
}

/// Which requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that may change something.
    Writing,
    /// Those to the accounting part that can't.
    Reading,
}

/// One request that arrived at the accounting part.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As it came.
    pub request: HttpRequest,
    /// As `/Invoices`.
    pub path: String,
    /// What was answered.
    pub status: u16,
}

impl Asked {
    /// Whether it can change anything.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.request.method != "GET"
    }
}

/// What a person does in Xero while our program works.
type Meanwhile = Box<dyn FnOnce(Arc<Xero>) + Send>;

/// The stand-in with everything around it.
pub struct Xero {
    sandbox: Mutex<Sandbox>,
    clock: SimulatedClock,
    /// After how many others of which requests, and how.
    failing: Mutex<Option<(usize, Which, Failing)>>,
    /// After how many other requests of any kind, and what.
    meanwhile: Mutex<Option<(usize, Meanwhile)>>,
    asked: Mutex<Vec<Asked>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn timestamp(moment: Moment) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or_default()
}

impl Xero {
    /// A stand-in with these demo companies; the seed decides every id.
    #[must_use]
    pub fn new(organisations: &[SeedName], seed: u64, clock: SimulatedClock) -> Arc<Self> {
        let mut sandbox = Sandbox::seeded(organisations, seed, timestamp(clock.now()));
        sandbox.set_base_url(ADDRESS);
        Self::of(sandbox, clock)
    }

    fn of(sandbox: Sandbox, clock: SimulatedClock) -> Arc<Self> {
        let (failing, meanwhile, asked) = (Mutex::default(), Mutex::default(), Mutex::default());
        Arc::new(Self { sandbox: Mutex::new(sandbox), clock, failing, meanwhile, asked })
    }

    /// Another one in the same state, without faults of the network; from here on each has its own life.
    #[must_use]
    pub fn copy(&self, clock: SimulatedClock) -> Arc<Self> {
        Self::of(self.sandbox().clone(), clock)
    }

    /// The stand-in itself, for what has no word here.
    pub fn sandbox(&self) -> MutexGuard<'_, Sandbox> {
        locked(&self.sandbox)
    }

    /// The ids of its organisations, in order.
    #[must_use]
    pub fn organisations(&self) -> Vec<String> {
        self.sandbox().orgs().iter().map(|org| org.id()).collect()
    }

    /// The next writing request fails like this.
    pub fn fail_next_write(&self, failing: Failing) {
        self.fail_after(0, Which::Writing, failing);
    }

    /// The request after so many others of its kind fails like this.
    pub fn fail_after(&self, others: usize, which: Which, failing: Failing) {
        *locked(&self.failing) = Some((others, which, failing));
    }

    /// The next request of this kind fails in the stand-in.
    pub fn fail(&self, fault: Fault) {
        self.sandbox().add_fault(fault);
    }

    /// Whether the failure that was told hasn't come yet.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        locked(&self.failing).is_some()
    }

    /// Somebody does something in Xero when so many other requests to the accounting part have been answered, right before
    /// the next one.
    pub fn meanwhile(&self, after: usize, act: impl FnOnce(Arc<Xero>) + Send + 'static) {
        *locked(&self.meanwhile) = Some((after, Box::new(act)));
    }

    /// Whether that hasn't happened yet.
    #[must_use]
    pub fn has_yet_to_act(&self) -> bool {
        locked(&self.meanwhile).is_some()
    }

    fn act(self: &Arc<Self>) {
        let told = locked(&self.meanwhile).take();
        match told {
            Some((0, act)) => act(self.clone()),
            Some((others, act)) => *locked(&self.meanwhile) = Some((others - 1, act)),
            None => {}
        }
    }

    /// What was asked since the last time this was.
    pub fn take_calls(&self) -> Vec<Asked> {
        std::mem::take(&mut *locked(&self.asked))
    }

    /// What a person does in Xero: a call past the door and past our program.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn tell(
        &self,
        organisation: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, String> {
        let user = UserRef { name: "Ada Accountant".to_owned(), role: Role::Adviser };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut call = Call::new(method, path, user);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            call = call.with(name, value);
        }
        if !body.is_null() {
            call = call.body(body.to_string());
        }
        let mut sandbox = self.sandbox();
        let org = sandbox.org_mut(organisation).ok_or_else(|| format!("no organisation {organisation}"))?;
        let answer = org.call(&call, timestamp(self.clock.now()));
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status < 300 { Ok(said) } else { Err(format!("{} {said}", answer.status)) }
    }

    /// All things of a collection as its state has them, every page: `Invoices`, `Contacts?includeArchived=true`.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn list(&self, organisation: &str, path: &str) -> Result<Vec<Value>, String> {
        let (collection, query) = path.split_once('?').unwrap_or((path, ""));
        let name = collection.rsplit('/').next().unwrap_or_default();
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("{collection}?page={page}&pageSize=1000&unitdp=4&{query}");
            let mut said = self.tell(organisation, Method::Get, &path, &Value::Null)?;
            let found = said[name].as_array_mut().map(std::mem::take).unwrap_or_default();
            let paged = said["pagination"].is_object();
            let ended = found.is_empty() || !paged;
            all.extend(found);
            if ended {
                break;
            }
        }
        Ok(all)
    }

    /// What a person does in Xero's own pages and no app can; whether it could be done.
    pub fn by_hand(&self, organisation: &str, act: impl FnOnce(&mut Org, jiff::Timestamp) -> bool) -> bool {
        let now = timestamp(self.clock.now());
        self.sandbox().org_mut(organisation).is_some_and(|org| act(org, now))
    }

    /// Sets both lock dates of an organisation.
    pub fn lock(&self, organisation: &str, dates: LockDates) {
        if let Some(org) = self.sandbox().org_mut(organisation) {
            org.set_lock_dates(dates);
        }
    }

    /// Other programs with our app's rights call an organisation until so many calls are left.
    ///
    /// # Errors
    /// There is no such app.
    pub fn leave(&self, organisation: &str, problem: Problem, left: u32) -> Result<(), String> {
        let now = timestamp(self.clock.now());
        self.sandbox().leave(("sandbox-client", organisation), problem, left, now)
    }

    /// Has notices posted for an app, signed with this key.
    ///
    /// # Panics
    /// There is no such app.
    pub fn subscribe(&self, app: &str, key: &str) {
        let body = serde_json::json!({ "app": app, "url": "http://localhost/notices", "key": key });
        let asked =
            HttpRequest::new("POST", "/sandbox/api/webhooks").with_body("application/json", body.to_string());
        let answer = self.sandbox().handle(&asked, timestamp(self.clock.now())).response;
        assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
    }

    /// What is to be posted now: signature, body, number.
    #[must_use]
    pub fn notices(&self) -> Vec<(String, Vec<u8>, (String, u64))> {
        let due = self.sandbox().due_webhooks(timestamp(self.clock.now()));
        due.into_iter().map(|one| (one.signature, one.body, (one.app, one.number))).collect()
    }

    /// How a post was answered.
    pub fn answered(&self, (app, number): &(String, u64), status: u16) {
        use xero_sandbox::door::webhook::{Delivery, Outcome};
        let delivery = Delivery {
            app: app.clone(),
            number: *number,
            url: String::new(),
            signature: String::new(),
            body: Vec::new(),
        };
        self.sandbox().delivered(&delivery, &Outcome::Answered(status, 10), timestamp(self.clock.now()));
    }

    /// The way to it for one program, which may be stopped around its requests.
    #[must_use]
    pub fn wire(self: &Arc<Self>, crash: Crash) -> Arc<dyn Transport> {
        Arc::new(Wire { xero: self.clone(), crash })
    }

    fn handle(self: &Arc<Self>, asked: &HttpRequest) -> Handled {
        if asked.path.starts_with(API) {
            self.act();
        }
        let handled = self.sandbox().handle(asked, timestamp(self.clock.now()));
        if let Some(path) = asked.path.strip_prefix(API) {
            let status = handled.response.status;
            locked(&self.asked).push(Asked { request: asked.clone(), path: path.to_owned(), status });
        }
        handled
    }

    /// What is to go wrong with this request.
    fn failing(&self, asked: &HttpRequest) -> Option<Failing> {
        let mut told = locked(&self.failing);
        let is_meant = |which| match which {
            Which::Writing => is_writing(asked),
            Which::Reading => !is_writing(asked) && asked.path.starts_with(API),
        };
        match *told {
            Some((0, which, failing)) if is_meant(which) => {
                *told = None;
                Some(failing)
            }
            Some((others, which, failing)) if is_meant(which) => {
                *told = Some((others - 1, which, failing));
                None
            }
            _ => None,
        }
    }
}

fn is_writing(asked: &HttpRequest) -> bool {
    asked.method != "GET" && asked.path.starts_with(API)
}

/// One program's way to the stand-in.
struct Wire {
    xero: Arc<Xero>,
    crash: Crash,
}

impl Wire {
    async fn send_whole(&self, request: Request) -> Result<Response, NetworkError> {
        let target = request.url.strip_prefix(ADDRESS);
        let target = target.ok_or_else(|| NetworkError::NotConnected(format!("no host {}", request.url)))?;
        let mut asked = HttpRequest::new(request.method.as_str(), target);
        asked.headers = request.headers;
        asked.body = match request.body {
            Body::Empty => Vec::new(),
            Body::Bytes(bytes) => bytes.to_vec(),
            Body::Stream { chunks, .. } => collect(chunks, usize::MAX).await?,
        };
        let writing = is_writing(&asked);
        if writing {
            self.crash.reach(Point::BeforeRequest).await;
        }
        match self.xero.failing(&asked) {
            Some(Failing::NotSent) => return Err(NetworkError::NotConnected("unplugged".to_owned())),
            Some(Failing::There(name)) => self.xero.fail(Fault {
                method: Some(asked.method.clone()),
                path: Some(asked.path.clone()),
                delay_ms: Some(40_000),
                ..Fault::next(name)
            }),
            None => {}
        }
        let handled = self.xero.handle(&asked);
        if writing {
            self.crash.reach(Point::Answered).await;
        }
        let response = self.arrive(handled, request.timeout).await?;
        if writing {
            self.crash.reach(Point::BeforeRecording).await;
        }
        Ok(response)
    }

    /// The answer, when and how it arrives.
    async fn arrive(&self, handled: Handled, timeout: Duration) -> Result<Response, NetworkError> {
        let clock = &self.xero.clock;
        let delay = Duration::from_millis(handled.delay_ms);
        clock.sleep_until(clock.now().plus(delay.min(timeout))).await;
        if let Some(ticket) = handled.ticket {
            self.xero.sandbox().finish(ticket);
        }
        let broken = || NetworkError::Broken("unplugged".to_owned());
        if delay > timeout {
            return Err(NetworkError::TimedOut("too slow".to_owned()));
        }
        let (status, headers, bytes) =
            (handled.response.status, handled.response.headers, handled.response.body);
        let body: Box<dyn Chunks> = match handled.effect {
            Effect::Arrives => Box::new(Pieces::new(vec![Ok(bytes)])),
            Effect::Lost => return Err(broken()),
            Effect::Cut => {
                let half = bytes[..bytes.len() / 2].to_vec();
                Box::new(Pieces::new(vec![Ok(half), Err(broken())]))
            }
        };
        Ok(Response { status, headers, body })
    }
}

impl Transport for Wire {
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        Box::pin(self.send_whole(request))
    }
}
