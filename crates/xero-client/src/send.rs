//! Sending one call: leave from the limiter, a token, the request, and a typed answer to "did it happen?".
//!
//! A call is tried again by itself only where that is certain to do no harm: after a refresh (401), after a wait that
//! Xero asks for and the caller's patience covers (429), and after a lost answer with the same bytes under the same key
//! while Xero remembers it. What remains is handed back as a `Failure`: certainly not done, certainly done, or unknown,
//! with when it is worth coming back and Xero's correlation id.
//!
//! Not here: several calls (`resource`), settling an unknown one (`look`).

use crate::arriving::Arriving;
use crate::call::{Call, JSON};
use crate::failure::{Failure, Reason};
use crate::limits::{Limiter, Priority, Tenant, Told};
use crate::queue::{Queue, Ticket};
use crate::settings::{Addresses, Secret};
use crate::tokens::Tokens;
use crate::trace::{Exchange, Trace, redacted};
use std::sync::Arc;
use std::time::Duration;
use world::{Body, Chance, Chunks, Clock, Moment, NetworkError, Pieces, Request, Transport, collect};
use xero::outcome::{Cause, Deed, Happened, Received, happened};

/// The parts of the world a client needs.
#[derive(Clone)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// The network.
    pub transport: Arc<dyn Transport>,
}

/// How long a call may take and wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest wait for a limit; anything longer is handed back.
    pub wait: Duration,
    /// How often a call is tried in all.
    pub tries: u32,
    /// How long one try may take.
    pub timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { wait: Duration::from_secs(65), tries: 3, timeout: Duration::from_secs(30) }
    }
}

/// The whole answer to a call that Xero took.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status: 200, 204.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Xero's number for it.
    pub correlation: Option<String>,
    /// How often it was sent, this answer's time included.
    pub tries: u32,
}

/// A client of one Xero app.
#[derive(Clone)]
pub struct Client {
    pub(crate) world: World,
    addresses: Addresses,
    pub(crate) queue: Arc<Queue>,
    tokens: Arc<Tokens>,
    trace: Arc<dyn Trace>,
    patience: Patience,
}

/// Bytes of an answer we read at most.
const MOST: usize = 64_000_000;
const AGENT: &str = concat!("millbook/", env!("CARGO_PKG_VERSION"));
/// A 503 is worth another try from five minutes on (API-FACTS 3.6).
const OFFLINE: Duration = Duration::from_secs(300);

impl Client {
    /// A client with these parts. The limiter belongs to the app: share the client, not the limits.
    #[must_use]
    pub fn new(
        world: World,
        addresses: Addresses,
        limiter: Limiter,
        tokens: Arc<Tokens>,
        trace: Arc<dyn Trace>,
    ) -> Self {
        let queue = Queue::new(world.clock.clone(), limiter);
        Self { world, addresses, queue, tokens, trace, patience: Patience::default() }
    }

    /// The same client with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The line before the limiter, to ask what is used and left.
    #[must_use]
    pub fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// Random bytes, for keys.
    #[must_use]
    pub fn chance(&self) -> &dyn Chance {
        self.world.chance.as_ref()
    }

    /// Sends a call; its key remembers when it first went out.
    ///
    /// # Errors
    /// A `Failure` that says whether it happened.
    pub async fn send(&self, tenant: Tenant, call: &mut Call, priority: Priority) -> Result<Answer, Failure> {
        let (answer, _, ticket) = self.tried(tenant, call, priority, Wanted::Whole).await?;
        ticket.answered();
        Ok(answer)
    }

    /// Sends a call whose answer's body is handed on piece by piece; the answer's own body is empty. The call counts as
    /// under way until the last piece.
    ///
    /// # Errors
    /// A `Failure`, as long as nothing arrived; later the stream itself says what went wrong.
    pub async fn send_for_stream(
        &self,
        tenant: Tenant,
        call: &mut Call,
        priority: Priority,
    ) -> Result<(Answer, Box<dyn Chunks>), Failure> {
        let (answer, chunks, ticket) = self.tried(tenant, call, priority, Wanted::Stream).await?;
        Ok((answer, Box::new(Arriving::new(chunks, ticket))))
    }

    async fn tried(
        &self,
        tenant: Tenant,
        call: &mut Call,
        priority: Priority,
        wanted: Wanted,
    ) -> Result<(Answer, Box<dyn Chunks>, Ticket), Failure> {
        let sent = call.key.as_ref().is_some_and(|key| key.first_sent().is_some());
        let before = if sent { Happened::Unknown } else { Happened::NotDone };
        let mut tries = Tries { deed: call.deed, count: 0, happened: before, refused: None, id: None };
        loop {
            let ticket = match self.queue.turn(tenant, priority, self.patience.wait).await {
                Ok(ticket) => ticket,
                Err(until) => return Err(tries.failure(Reason::Busy, Some(until))),
            };
            let token = match self.tokens.access(tries.refused.as_ref()).await {
                Ok(token) => token,
                Err(why) => return Err(tries.failure(Reason::SignIn(why), None)),
            };
            // Waiting for a turn and a token takes time: it is now that the key must still be alive.
            let now = self.world.clock.now();
            if call.key.as_ref().is_some_and(|key| !key.usable(now)) {
                return Err(tries.failure(Reason::KeyOver, None));
            }
            if let Some(key) = &mut call.key {
                key.sent(now);
            }
            tries.count += 1;
            let body = if call.body.is_empty() { Body::Empty } else { Body::Bytes(call.body.clone()) };
            let (cause, id) = match self.exchange(tenant, call, &token, body, wanted).await {
                Outcome::Answered(answer, rest) => {
                    return Ok((Answer { tries: tries.count, ..answer }, rest, ticket));
                }
                Outcome::Failed(cause, id) => (cause, id),
            };
            match cause {
                Cause::Lost(_) | Cause::NotConnected(_) => drop(ticket),
                _ => ticket.answered(),
            }
            tries.happened = tries.happened.and_then(happened(call.deed, &cause));
            tries.id = id.or(tries.id);
            match self.next(&tries, &cause, tenant) {
                Next::Again(at) => {
                    if matches!(cause, Cause::SignedOut) {
                        tries.refused = Some(token);
                    }
                    self.world.clock.sleep_until(at).await;
                }
                Next::HandBack(at) => return Err(tries.failure(Reason::Xero(cause), at)),
            }
        }
    }

    /// Whether to try again, and when. Limits tell the queue, and the queue waits.
    fn next(&self, tries: &Tries, cause: &Cause, tenant: Tenant) -> Next {
        let now = self.world.clock.now();
        if let Cause::Limited { limit, retry_after } = cause {
            self.queue.refused(tenant, limit, *retry_after);
            let until = self.queue.usage(tenant).held_until;
            return if tries.count < self.patience.tries { Next::Again(now) } else { Next::HandBack(until) };
        }
        let soon = now.plus(Duration::from_secs(1) * 4_u32.saturating_pow(tries.count - 1));
        match cause {
            Cause::SignedOut if tries.refused.is_none() => Next::Again(now),
            Cause::Unavailable { retry_after } => {
                let until = now.plus(OFFLINE.max(Duration::from_secs(retry_after.unwrap_or(0))));
                self.queue.hold(tenant, until);
                Next::HandBack(Some(until))
            }
            Cause::ServerFault(_) | Cause::Lost(_) | Cause::NotConnected(_)
                if tries.count < self.patience.tries =>
            {
                Next::Again(soon)
            }
            Cause::ServerFault(_) | Cause::Lost(_) | Cause::NotConnected(_) => Next::HandBack(Some(soon)),
            _ => Next::HandBack(None),
        }
    }

    /// Uploads a stream: one try, because a stream can't be sent twice.
    ///
    /// # Errors
    /// A `Failure` that says whether it happened.
    pub async fn send_stream(
        &self,
        tenant: Tenant,
        call: &mut Call,
        (length, chunks): (u64, Box<dyn Chunks>),
        priority: Priority,
    ) -> Result<Answer, Failure> {
        let mut tries =
            Tries { deed: call.deed, count: 1, happened: Happened::NotDone, refused: None, id: None };
        let ticket = match self.queue.turn(tenant, priority, self.patience.wait).await {
            Ok(ticket) => ticket,
            Err(until) => return Err(tries.failure(Reason::Busy, Some(until))),
        };
        let token = match self.tokens.access(None).await {
            Ok(token) => token,
            Err(why) => return Err(tries.failure(Reason::SignIn(why), None)),
        };
        let body = Body::Stream { length, chunks };
        match self.exchange(tenant, call, &token, body, Wanted::Whole).await {
            Outcome::Answered(answer, _) => {
                ticket.answered();
                Ok(answer)
            }
            Outcome::Failed(cause, id) => {
                if !matches!(cause, Cause::Lost(_) | Cause::NotConnected(_)) {
                    ticket.answered();
                }
                (tries.happened, tries.id) = (happened(call.deed, &cause), id);
                match &cause {
                    Cause::Limited { limit, retry_after } => self.queue.refused(tenant, limit, *retry_after),
                    Cause::SignedOut => {
                        // The stream is spent; the next try at least has a token that works. If not, it will say so.
                        let _ = self.tokens.access(Some(&token)).await;
                    }
                    _ => {}
                }
                Err(tries.failure(Reason::Xero(cause), None))
            }
        }
    }

    /// One request and its answer, learned from and traced.
    async fn exchange(
        &self,
        tenant: Tenant,
        call: &Call,
        token: &Secret,
        body: Body,
        wanted: Wanted,
    ) -> Outcome {
        let (at, url) = (self.world.clock.now(), call.url(&self.addresses.accounting));
        let sent = match &body {
            Body::Empty => 0,
            Body::Bytes(bytes) => bytes.len(),
            Body::Stream { length, .. } => usize::try_from(*length).unwrap_or(usize::MAX),
        };
        let mut trace = Exchange {
            at,
            milliseconds: 0,
            method: call.method,
            address: redacted(&url),
            sent,
            answer: Ok(0),
            received: 0,
            correlation: None,
            left: (None, None),
        };
        let headers = headers(call, tenant, token, &body);
        let request = Request { method: call.method, url, headers, body, timeout: self.patience.timeout };
        let result = self.received(request, wanted).await;
        trace.milliseconds = self.world.clock.now().since(at).as_millis();
        let outcome = match result {
            Ok((status, headers, body, rest)) => {
                let received = Received { status, headers: &headers, body: &body };
                let told = Told::read(&received);
                self.queue.learn(tenant, told);
                let correlation = received.correlation().map(str::to_owned);
                (trace.answer, trace.received, trace.left) =
                    (Ok(status), body.len(), (told.minute, told.day));
                trace.correlation.clone_from(&correlation);
                match received.failure() {
                    Some(cause) => Outcome::Failed(cause, correlation),
                    None => Outcome::Answered(Answer { status, headers, body, correlation, tries: 1 }, rest),
                }
            }
            Err(why) => {
                trace.answer = Err(why.to_string());
                let cause = match why {
                    NetworkError::NotConnected(why) => Cause::NotConnected(why),
                    NetworkError::TooLarge(_) => Cause::Unreadable(why.to_string()),
                    NetworkError::TimedOut(_) | NetworkError::Broken(_) => Cause::Lost(why.to_string()),
                };
                Outcome::Failed(cause, None)
            }
        };
        self.trace.exchange(&trace);
        outcome
    }

    /// An answer's body as bytes, or of a success, if so wanted, as what is still to come.
    async fn received(&self, request: Request, wanted: Wanted) -> Result<Arrived, NetworkError> {
        let response = self.world.transport.send(request).await?;
        let (status, headers) = (response.status, response.headers);
        if wanted == Wanted::Stream && (200..300).contains(&status) {
            return Ok((status, headers, Vec::new(), response.body));
        }
        Ok((status, headers, collect(response.body, MOST).await?, Box::new(Pieces::new(Vec::new()))))
    }
}

/// Status, headers, the body so far, and the rest of it.
type Arrived = (u16, Vec<(String, String)>, Vec<u8>, Box<dyn Chunks>);

/// How a caller takes the body of a success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Whole,
    Stream,
}

enum Outcome {
    Answered(Answer, Box<dyn Chunks>),
    Failed(Cause, Option<String>),
}

enum Next {
    Again(Moment),
    HandBack(Option<Moment>),
}

/// What is known after some tries of one call.
struct Tries {
    deed: Deed,
    count: u32,
    happened: Happened,
    refused: Option<Secret>,
    id: Option<String>,
}

impl Tries {
    fn failure(&self, reason: Reason, again_at: Option<Moment>) -> Failure {
        let happened = if self.deed == Deed::Read { Happened::NotDone } else { self.happened };
        Failure { happened, reason, correlation: self.id.clone(), again_at, tries: self.count }
    }
}

fn headers(call: &Call, tenant: Tenant, token: &Secret, body: &Body) -> Vec<(String, String)> {
    let mut headers = vec![
        ("Authorization".to_owned(), format!("Bearer {}", token.reveal())),
        ("Accept".to_owned(), call.accept.to_owned()),
        ("User-Agent".to_owned(), AGENT.to_owned()),
    ];
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    if !tenant.is_nothing() {
        add("xero-tenant-id", tenant.to_string());
    }
    if !matches!(body, Body::Empty) {
        add("Content-Type", call.content_type.to_owned());
    }
    if let Some(key) = &call.key {
        add("Idempotency-Key", key.text().to_owned());
    }
    if call.deed == Deed::Read && call.accept != JSON {
        // Xero's file has it besides `Accept`, for files.
        add("contentType", call.accept.to_owned());
    }
    if let Some(since) = call.since {
        add("If-Modified-Since", since.in_header());
    }
    headers
}
