//! The engines without the store: the same rows into the same table by a prepared statement, a commit a batch.
//!
//! 64 rows of 64 companies are one transaction of SQLite, or 64 transactions on PostgreSQL's connections; 64 rows of one
//! company are one transaction of either. That is as fast as the engine can be made to keep our rows, and what turns are
//! measured against (`millbook bench`, `benches/store.rs`). Nothing is checked here, so nobody keeps data by it.
//! Not here: reading.

use crate::error::{Error, Result};
use crate::row::Row;
use crate::sqlite::{Settings, Sqlite};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::Arc;
use world::Clock;

pub use crate::postgres::{BarePostgres, drop_schema, temporary_schemas};

const INSERT: &str =
    "insert into log (company, first_seq, last_seq, at, \"by\", via, command, prev, hash, bytes)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// What a schema that may be dropped is called at its beginning.
pub const TEMPORARY: &str = "millbook_bench_";

/// An engine that takes rows as they are.
pub trait Bare {
    /// Writes a batch durably.
    ///
    /// # Errors
    /// What the engine says.
    fn append(&mut self, rows: &[Row]) -> Result<()>;
}

/// A file.
pub struct BareSqlite(Connection);

impl BareSqlite {
    /// A new file with the store's tables, set as the store sets it.
    ///
    /// # Errors
    /// As `Sqlite::open`.
    pub fn create(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        drop(Sqlite::open(Settings::new(path, clock))?);
        let connection = Connection::open(path).map_err(failed)?;
        let set = "pragma journal_mode = wal; pragma synchronous = full";
        connection.execute_batch(set).map_err(failed)?;
        Ok(Self(connection))
    }
}

impl Bare for BareSqlite {
    fn append(&mut self, rows: &[Row]) -> Result<()> {
        let tx = self.0.transaction().map_err(failed)?;
        {
            let mut insert = tx.prepare_cached(INSERT).map_err(failed)?;
            for Row { company, first, last, prev, hash, entry: e } in rows {
                let at = e.at.millis();
                let row =
                    params![company.0, first, last, at, e.by, e.via, e.command, prev.0, hash.0, e.bytes];
                insert.execute(row).map_err(failed)?;
            }
        }
        tx.commit().map_err(failed)
    }
}

pub(crate) fn failed(error: impl std::fmt::Display) -> Error {
    Error::Other(error.to_string())
}
