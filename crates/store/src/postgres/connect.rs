//! One connection: its settings, its prepared statements, its transaction; and what PostgreSQL's errors mean.
//!
//! Not here: which statements.

use super::Settings;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};

/// The settings of a connection, checked.
pub(super) fn settings_of(settings: &Settings) -> Result<Config> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if settings.schema.is_empty() || !settings.schema.bytes().all(plain) {
        let schema = &settings.schema;
        return Err(Error::Wrong(format!("a schema has lower-case letters, digits and _, not \"{schema}\"")));
    }
    let mut config: Config =
        settings.url.parse().map_err(|error| Error::Wrong(format!("the database's address: {error}")))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    // A network that swallows what is sent without closing would be waited for by the system's own patience: many minutes.
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    config.keepalives_idle(config.get_keepalives_idle().min(Duration::from_secs(30)));
    if config.get_application_name().is_none() {
        config.application_name("millbook");
    }
    Ok(config)
}

pub(super) struct Connected {
    client: Client,
    statements: Mutex<BTreeMap<String, Statement>>,
    in_transaction: AtomicBool,
}

impl Connected {
    pub(super) async fn new(config: &Config, schema: &str) -> Result<Self> {
        let (client, connection) = config.connect(NoTls).await.map_err(|error| failed(&error))?;
        tokio::spawn(async move { connection.await.ok() }); // what ends it is seen by the client's next request
        // Durable even where the server is set otherwise; nobody holds a company for longer than a minute of silence;
        // every statement has its index, which a planner without statistics doesn't see after an import; and its plan, which needn't
        // be made anew each time (a commit's took longer than the commit).
        client
            .batch_execute(&format!(
                "set search_path = {schema}; set synchronous_commit = on; set lock_timeout = '30s'; set jit = off; \
                 set idle_in_transaction_session_timeout = '60s'; set enable_seqscan = off; set enable_bitmapscan = off; \
                 set plan_cache_mode = force_generic_plan; \
                 set client_min_messages = warning"
            ))
            .await
            .map_err(|error| failed(&error))?;
        Ok(Self { client, statements: Mutex::default(), in_transaction: AtomicBool::new(false) })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn is_clean(&self) -> bool {
        !self.in_transaction.load(Ordering::SeqCst)
    }

    /// Prepared once a connection.
    pub(super) async fn prepared(&self, sql: &str) -> Result<Statement> {
        let known = self.statements().get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await.map_err(|error| failed(&error))?;
        self.statements().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn statements(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn query(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>> {
        let statement = self.prepared(sql).await?;
        self.client.query(&statement, values).await.map_err(|error| failed(&error))
    }

    pub(super) async fn query_one(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<tokio_postgres::Row>> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    pub(super) async fn execute(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64> {
        let statement = self.prepared(sql).await?;
        self.client.execute(&statement, values).await.map_err(|error| failed(&error))
    }

    pub(super) async fn batch(&self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).await.map_err(|error| failed(&error))
    }

    pub(super) async fn begin(&self) -> Result<()> {
        self.in_transaction.store(true, Ordering::SeqCst);
        self.batch("begin").await
    }

    /// Commits what went well, undoes what didn't, and says which.
    pub(super) async fn end<T>(&self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(value) => {
                self.batch("commit").await?;
                self.in_transaction.store(false, Ordering::SeqCst);
                Ok(value)
            }
            Err(error) => {
                self.undo().await;
                Err(error)
            }
        }
    }

    /// Rolls back. If even that fails, the connection isn't lent again, and the server rolls back when it closes.
    pub(super) async fn undo(&self) {
        if self.batch("rollback").await.is_ok() {
            self.in_transaction.store(false, Ordering::SeqCst);
        }
    }
}

/// What PostgreSQL's errors mean.
pub(super) fn failed(error: &tokio_postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        let what = std::error::Error::source(error)
            .map_or_else(|| error.to_string(), |why| format!("{error}: {why}"));
        return Error::Lost { may_have_happened: false, what };
    };
    let code = said.code();
    let what = format!("{} ({})", said.message(), code.code());
    match code.code() {
        // The server went down, is coming up, or ended this connection.
        "57P01" | "57P02" | "57P03" | "25P03" => Error::Lost { may_have_happened: false, what },
        other if other.starts_with("08") => Error::Lost { may_have_happened: false, what },
        "55P03" | "40P01" | "40001" | "53300" => Error::Busy(what),
        "53100" | "53200" => Error::Full(what),
        "25006" | "42501" => Error::ReadOnly(what),
        "XX001" | "XX002" => Error::Corrupt(what),
        "42P01" | "42703" | "3F000" => Error::Corrupt(what), // a table or column of ours is gone
        _ => Error::Other(what),
    }
}

/// Whether it is a row that is there already.
pub(super) fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Other(what) if what.ends_with(&format!("({})", SqlState::UNIQUE_VIOLATION.code())))
}
