//! PostgreSQL without the store: rows through one prepared statement, on as many connections as the store has.
//!
//! Not here: what is measured with it (`crate::bare`).

use crate::bare::{Bare, TEMPORARY, failed};
use crate::error::{Error, Result};
use crate::postgres::{Postgres, Settings};
use crate::row::Row;
use futures_util::future::join_all;
use tokio_postgres::{Client, NoTls, Statement};

const INSERT: &str = "insert into log (company, first_seq, last_seq, at, \"by\", via, command, prev, hash, bytes)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::bytea[], $9::bytea[], $10::bytea[])";

/// A few connections to a database, each with its statement prepared.
pub struct BarePostgres {
    runtime: tokio::runtime::Runtime,
    clients: Vec<(Client, Statement)>,
}

impl BarePostgres {
    /// Connections to a schema, which is made with the store's tables.
    ///
    /// # Errors
    /// As `Postgres::open`.
    pub fn connect(settings: &Settings) -> Result<Self> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().map_err(failed)?;
        drop(runtime.block_on(Postgres::open(settings.clone()))?);
        let mut clients = Vec::new();
        for _ in 0..settings.connections {
            let client = runtime.block_on(connect(&settings.url, &settings.schema))?;
            let statement = runtime.block_on(client.prepare(INSERT)).map_err(failed)?;
            clients.push((client, statement));
        }
        Ok(Self { runtime, clients })
    }
}

impl Bare for BarePostgres {
    /// Of one company the rows are one commit; of several, each connection commits its share row by row.
    fn append(&mut self, rows: &[Row]) -> Result<()> {
        let of_one = rows.iter().all(|row| row.company == rows[0].company);
        let (share, each) = match of_one {
            true => (rows.len().max(1), rows.len().max(1)),
            false => (rows.len().div_ceil(self.clients.len()), 1),
        };
        let work = self.clients.iter().zip(rows.chunks(share)).map(async |((client, statement), rows)| {
            for rows in rows.chunks(each) {
                insert(client, statement, rows).await?;
            }
            Ok(())
        });
        self.runtime.block_on(join_all(work)).into_iter().collect()
    }
}

async fn connect(url: &str, schema: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(failed)?;
    tokio::spawn(connection);
    let set = format!("set search_path = {schema}; set synchronous_commit = on");
    client.batch_execute(&set).await.map_err(failed)?;
    Ok(client)
}

async fn insert(client: &Client, statement: &Statement, rows: &[Row]) -> Result<()> {
    let number = |of: fn(&Row) -> u64| rows.iter().map(|row| of(row) as i64).collect::<Vec<i64>>();
    let text = |of: fn(&Row) -> &str| rows.iter().map(of).collect::<Vec<_>>();
    let bytes = |of: fn(&Row) -> &[u8]| rows.iter().map(of).collect::<Vec<_>>();
    let (companies, first, last) =
        (number(|row| row.company.0.into()), number(|row| row.first), number(|row| row.last));
    let at: Vec<i64> = rows.iter().map(|row| row.entry.at.millis()).collect();
    let (by, via, command) =
        (text(|row| &row.entry.by), text(|row| &row.entry.via), text(|row| &row.entry.command));
    let (prev, hash, value) =
        (bytes(|row| &row.prev.0), bytes(|row| &row.hash.0), bytes(|row| &row.entry.bytes));
    client
        .execute(statement, &[&companies, &first, &last, &at, &by, &via, &command, &prev, &hash, &value])
        .await
        .map(drop)
        .map_err(failed)
}

/// Drops a temporary schema with all that lies in it.
///
/// # Errors
/// `Wrong` for a schema that isn't called a temporary one; what the database says.
pub fn drop_schema(settings: &Settings) -> Result<()> {
    let name = &settings.schema;
    if !name.starts_with(TEMPORARY) {
        return Err(Error::Wrong(format!("{name} is no temporary schema")));
    }
    on_its_own(async {
        let client = connect(&settings.url, name).await?;
        client.batch_execute(&format!("drop schema if exists {name} cascade")).await.map_err(failed)
    })
}

/// The temporary schemas that a database has: of those who are measuring, and of those who were killed.
///
/// # Errors
/// What the database says.
pub fn temporary_schemas(settings: &Settings) -> Result<Vec<String>> {
    on_its_own(async {
        let client = connect(&settings.url, &settings.schema).await?;
        let sql = "select nspname::text from pg_namespace where starts_with(nspname::text, $1) order by 1";
        let rows = client.query(sql, &[&TEMPORARY]).await.map_err(failed)?;
        rows.iter().map(|row| row.try_get(0).map_err(failed)).collect()
    })
}

fn on_its_own<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let builder = tokio::runtime::Builder::new_current_thread().enable_all().build();
    builder.map_err(failed)?.block_on(work)
}
