//! The sandbox on a port: sockets, the real clock, webhooks sent, the state saved. Feature `server`.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! use xero_sandbox::door::{Sandbox, SeedName};
//! use xero_sandbox::server::Server;
//! let sandbox = Sandbox::seeded(&[SeedName::DemoNz], 1, jiff::Timestamp::now());
//! let server = Server::bind("127.0.0.1:4010".parse().unwrap(), sandbox, None).await?;
//! server.run(std::future::pending()).await
//! # }
//! ```
//!
//! One lock holds the sandbox; a request takes it for microseconds, a slow answer waits outside of it.
//! Built on hyper alone: an answer must be able to be lost or cut, which a web framework forbids.

mod body;
mod deliver;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::door::{Effect, Handled, HttpRequest, HttpResponse, Sandbox};
use crate::org::StateError;
use body::Body;

/// More than Xero takes, so that it is the sandbox that refuses.
const LARGEST_BODY: usize = 64 * 1024 * 1024;
const WEBHOOK_TICK: Duration = Duration::from_millis(100);

/// The sandbox of a server, for whoever works in it in the same process: `within(|sandbox| sandbox.orgs()[0].id())`.
#[derive(Clone)]
pub struct Within(Arc<Shared>);

impl Within {
    /// Does something in it while no request is answered.
    pub fn within<T>(&self, act: impl FnOnce(&mut Sandbox) -> T) -> T {
        act(&mut self.0.lock())
    }
}

/// A sandbox bound to an address.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
}

struct Shared {
    sandbox: Mutex<Sandbox>,
    state_file: Option<PathBuf>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn save(&self) -> io::Result<()> {
        let Some(file) = &self.state_file else { return Ok(()) };
        let state = self.lock().state();
        save_state(file, &state)
    }
}

/// Writes a state whole or not at all.
fn save_state(file: &Path, state: &serde_json::Value) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    std::fs::write(&name, state.to_string())?;
    std::fs::rename(&name, file)
}

/// Reads a saved state.
///
/// # Errors
/// The file can't be read, or isn't a state.
pub fn load_state(file: &Path) -> io::Result<Result<Sandbox, StateError>> {
    let text = std::fs::read(file)?;
    Ok(match serde_json::from_slice(&text) {
        Ok(state) => Sandbox::from_state(&state),
        Err(error) => Err(StateError(error.to_string())),
    })
}

impl Server {
    /// Binds an address; port 0 takes a free one. The state is saved to `state_file` when the control asks for it
    /// and when the server stops.
    ///
    /// # Errors
    /// The address can't be bound.
    pub async fn bind(
        address: SocketAddr,
        mut sandbox: Sandbox,
        state_file: Option<PathBuf>,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        sandbox.set_base_url(&format!("http://{}", listener.local_addr()?));
        let shared = Arc::new(Shared { sandbox: Mutex::new(sandbox), state_file });
        Ok(Server { listener, shared })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system doesn't say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The sandbox that it serves.
    #[must_use]
    pub fn within(&self) -> Within {
        Within(Arc::clone(&self.shared))
    }

    /// Serves until `stop` is done, then saves the state.
    ///
    /// # Errors
    /// The state can't be saved.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Server { listener, shared } = self;
        let webhooks = tokio::spawn(send_webhooks(Arc::clone(&shared)));
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        tokio::spawn(serve(stream, Arc::clone(&shared)));
                    }
                    // Out of file handles: give the others time to close theirs.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                },
            }
        }
        webhooks.abort();
        shared.save()
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&shared)));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(60));
    // An error here is the client's going away, or an answer that was to be lost.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> io::Result<Response<Body>> {
    let handled = match read(request).await {
        Some(request) => {
            let now = Timestamp::now();
            shared.lock().handle(&request, now)
        }
        None => Handled::now(HttpResponse::text(413, "sandbox: the body is larger than 64 MB\n")),
    };
    if handled.save && shared.save().is_err() {
        return Ok(write(HttpResponse::text(500, "sandbox: the state can't be saved\n"), Effect::Arrives));
    }
    if handled.delay_ms > 0 {
        sleep(Duration::from_millis(handled.delay_ms)).await;
    }
    if let Some(ticket) = handled.ticket {
        shared.lock().finish(ticket);
    }
    match handled.effect {
        Effect::Lost => Err(io::Error::other("this answer is lost on demand")),
        effect => Ok(write(handled.response, effect)),
    }
}

async fn read(request: Request<Incoming>) -> Option<HttpRequest> {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |p| p.as_str());
    let mut read = HttpRequest::new(head.method.as_str(), target);
    for (name, value) in &head.headers {
        read.headers.push((name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    read.body = Limited::new(body, LARGEST_BODY).collect().await.ok()?.to_bytes().to_vec();
    Some(read)
}

fn write(response: HttpResponse, effect: Effect) -> Response<Body> {
    let mut written = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        written = written.header(name, value);
    }
    let body = match effect {
        Effect::Cut => {
            written = written.header("content-length", response.body.len());
            Body::cut(response.body)
        }
        Effect::Arrives | Effect::Lost => Body::whole(response.body),
    };
    // A header that can't be written would be a slip of ours; the client gets an empty 500 instead of nothing.
    written.body(body).unwrap_or_else(|_| {
        let mut empty = Response::new(Body::whole(Vec::new()));
        *empty.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        empty
    })
}

async fn send_webhooks(shared: Arc<Shared>) -> Infallible {
    loop {
        sleep(WEBHOOK_TICK).await;
        let due = shared.lock().due_webhooks(Timestamp::now());
        if due.is_empty() {
            continue;
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            for delivery in due {
                let outcome = deliver::post(&delivery).await;
                shared.lock().delivered(&delivery, &outcome, Timestamp::now());
            }
        });
    }
}
