//! The engine's runtime and its connections: lent one at a time, made when needed, thrown away when one broke.
//!
//! After a restart of the server the first request on an old connection fails; then every idle connection is thrown away,
//! and the next request gets a new one. Not here: what is asked on a connection.

use super::Settings;
use super::connect::{Connected, settings_of};
use crate::error::{Error, Result};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::Config;
use world::Waiting;

pub(super) struct Pool {
    runtime: Option<Runtime>,
    config: Config,
    schema: String,
    room: Arc<Semaphore>,
    idle: Mutex<Vec<Connected>>,
}

impl Pool {
    pub(super) fn start(settings: &Settings) -> Result<Arc<Self>> {
        let config = settings_of(settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1) // it only hands on; a second one takes a core from whoever decides
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Arc::new(Self {
            runtime: Some(runtime),
            config,
            schema: settings.schema.clone(),
            room: Arc::new(Semaphore::new(settings.connections.max(1))),
            idle: Mutex::default(),
        }))
    }

    /// Runs it to its end on the engine's runtime, also when nobody waits for it any more.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Waiting<'static, Result<T>> {
        let Some(runtime) = &self.runtime else { return Box::pin(async { Err(ended()) }) };
        let task = runtime.spawn(work);
        Box::pin(async move { task.await.unwrap_or_else(|_| Err(ended())) })
    }

    /// A connection, as soon as there is room for one.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Loan> {
        let room = self.room.clone().acquire_owned().await.map_err(|_| ended())?;
        let idle = self.idle().pop();
        let connected = match idle {
            Some(connected) if !connected.is_closed() => connected,
            _ => Connected::new(&self.config, &self.schema).await?,
        };
        Ok(Loan { connected: Some(connected), pool: self.clone(), _room: room })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connected>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn ended() -> Error {
    Error::Other("the engine's runtime has ended".to_owned())
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // the last holder may be one of its own threads
        }
    }
}

/// A connection on loan; given back when dropped, unless it broke or was left within a transaction.
pub(super) struct Loan {
    connected: Option<Connected>,
    pool: Arc<Pool>,
    _room: OwnedSemaphorePermit,
}

impl Loan {
    pub(super) fn pool(&self) -> Arc<Pool> {
        self.pool.clone()
    }
}

impl Deref for Loan {
    type Target = Connected;

    fn deref(&self) -> &Connected {
        self.connected.as_ref().expect("there until the loan is dropped")
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(connected) = self.connected.take() else { return };
        if connected.is_closed() {
            self.pool.idle().clear(); // the others broke at the same time
        } else if connected.is_clean() {
            self.pool.idle().push(connected);
        }
    }
}
