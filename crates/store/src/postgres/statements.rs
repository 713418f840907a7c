//! The statements on PostgreSQL, each on a connection that somebody lends.
//!
//! Not here: connections, turns.

use super::connect::{Connected, is_taken};
use crate::check::PAGE_BYTES;
use crate::error::{Conflict, Error, Result};
use crate::lease::Lease;
use crate::row::{CompanyId, Entry, Hash, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use crate::traits::Store;
use futures_util::future::join3;
use std::collections::BTreeSet;
use tokio_postgres::types::ToSql;
use world::Moment;

pub(super) const COLUMNS: &str = "company, first_seq, last_seq, at, \"by\", via, command, prev, hash, bytes";

/// The database's clock, in milliseconds since 1970.
pub(super) const NOW: &str = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

pub(super) fn id(company: CompanyId) -> i64 {
    i64::from(company.0)
}

/// Sequence numbers and fences stay far below the limit; a larger one could only match nothing.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(row: &tokio_postgres::Row, column: usize) -> Result<u64> {
    let number: i64 = row.get(column);
    u64::try_from(number).map_err(|_| Error::Corrupt(format!("{number} where a number can't be below zero")))
}

pub(super) fn company(row: &tokio_postgres::Row) -> Result<CompanyId> {
    let number = unsigned(row, 0)?;
    u32::try_from(number)
        .map(CompanyId)
        .map_err(|_| Error::Corrupt(format!("{number} isn't a company's number")))
}

fn hash(row: &tokio_postgres::Row, column: usize) -> Result<Hash> {
    let bytes: &[u8] = row.get(column);
    bytes.try_into().map(Hash).map_err(|_| Error::Corrupt(format!("a hash of {} bytes", bytes.len())))
}

pub(super) fn moment(row: &tokio_postgres::Row, column: usize) -> Moment {
    Moment::from_millis(row.get(column))
}

fn tip_of(row: &tokio_postgres::Row) -> Result<Tip> {
    Ok(Tip { seq: unsigned(row, 0)?, hash: hash(row, 1)? })
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let (first, last) = (unsigned(row, 1)?, unsigned(row, 2)?);
    Ok(Row {
        company: company(row)?,
        first,
        last,
        prev: hash(row, 7)?,
        hash: hash(row, 8)?,
        entry: Entry {
            events: u32::try_from(last.wrapping_sub(first).wrapping_add(1)).unwrap_or(0),
            at: moment(row, 3),
            by: row.get(4),
            via: row.get(5),
            command: row.get(6),
            bytes: row.get(9),
        },
    })
}

pub(super) async fn companies(db: &Connected) -> Result<Vec<(CompanyId, Tip)>> {
    let found = db.query("select company, seq, hash from tip order by company", &[]).await?;
    found.iter().map(|row| Ok((company(row)?, Tip { seq: unsigned(row, 1)?, hash: hash(row, 2)? }))).collect()
}

pub(super) async fn tip(db: &Connected, company: CompanyId) -> Result<Tip> {
    let found = db.query_one("select seq, hash from tip where company = $1", &[&id(company)]).await?;
    found.as_ref().map_or_else(|| Ok(Tip::default()), tip_of)
}

/// Begins a transaction, takes the company's row of `tip`, and looks who stages rows; the requests leave together.
pub(super) async fn begin_turn(db: &Connected, company: CompanyId) -> Result<(Tip, Option<Lease>)> {
    let sql = "select seq, hash from tip where company = $1 for update";
    let look = format!(
        "select fence, holder, until, {NOW} from lease where company = $1 and name = 'staging' and until > {NOW}"
    );
    let company = id(company);
    db.prepared(sql).await?; // once a connection; afterwards the three below are one round trip
    db.prepared(&look).await?;
    let values: [&(dyn ToSql + Sync); 1] = [&company];
    let (begun, found, staging) =
        join3(db.begin(), db.query_one(sql, &values), db.query_one(&look, &values)).await;
    begun?;
    let found = found?;
    let staging = staging?.as_ref().map(staging_lease).transpose()?;
    if let Some(row) = found {
        return Ok((tip_of(&row)?, staging));
    }
    let first = "insert into tip (company, seq, hash) values ($1, 0, $2) on conflict do nothing";
    db.execute(first, &[&company, &&Hash::default().0[..]]).await?;
    let found = db.query_one(sql, &values).await?;
    Ok((found.as_ref().map_or_else(|| Ok(Tip::default()), tip_of)?, staging))
}

fn staging_lease(row: &tokio_postgres::Row) -> Result<Lease> {
    let (name, holder) = (<dyn Store>::STAGING.to_owned(), row.get(1));
    Ok(Lease { name, holder, fence: unsigned(row, 0)?, until: moment(row, 2), now: moment(row, 3) })
}

pub(super) async fn rows(db: &Connected, company: CompanyId, after: u64, most: usize) -> Result<Vec<Row>> {
    let sql = format!(
        "select {COLUMNS} from (
            select page.*, sum(octet_length(bytes)) over (order by first_seq rows unbounded preceding)
                    - octet_length(bytes) as before from (
                select {COLUMNS} from log where company = $1 and first_seq > $2 order by first_seq limit $3
            ) page
         ) page where before < {PAGE_BYTES} order by first_seq"
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    db.query(&sql, &[&id(company), &signed(after), &most]).await?.iter().map(row).collect()
}

pub(super) async fn find(db: &Connected, company: CompanyId, commands: &[String]) -> Result<Vec<Row>> {
    // Each id by the index of ids: asked for in the log's order, a company's whole log would be gone through.
    let sql = format!(
        "select {COLUMNS} from (select distinct unnest($2::text[]) collate \"C\" as id) asked
         cross join lateral (select {COLUMNS} from log where company = $1 and command = asked.id) found"
    );
    let found: Result<Vec<Row>> = db.query(&sql, &[&id(company), &commands]).await?.iter().map(row).collect();
    let mut found = found?;
    found.sort_by_key(|row| row.first);
    Ok(found)
}

/// The statement that inserts many rows at once, one array a column.
fn insert(table: &str) -> String {
    format!("insert into {table} ({COLUMNS}) select * from {}", arrays())
}

pub(super) fn arrays() -> &'static str {
    "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[],
     $9::bytea[], $10::bytea[])"
}

/// Rows, column by column.
pub(super) struct Columns<'r> {
    numbers: [Vec<i64>; 4],
    texts: [Vec<&'r str>; 3],
    bytes: [Vec<&'r [u8]>; 3],
}

impl<'r> Columns<'r> {
    pub(super) fn of(rows: impl Iterator<Item = &'r Row> + Clone) -> Self {
        let numbers = |of: fn(&Row) -> i64| rows.clone().map(of).collect();
        let texts = |of: fn(&Row) -> &str| rows.clone().map(of).collect();
        let bytes = |of: fn(&Row) -> &[u8]| rows.clone().map(of).collect();
        Self {
            numbers: [
                numbers(|row| id(row.company)),
                numbers(|row| signed(row.first)),
                numbers(|row| signed(row.last)),
                numbers(|row| row.entry.at.millis()),
            ],
            texts: [texts(|row| &row.entry.by), texts(|row| &row.entry.via), texts(|row| &row.entry.command)],
            bytes: [bytes(|row| &row.prev.0), bytes(|row| &row.hash.0), bytes(|row| &row.entry.bytes)],
        }
    }

    pub(super) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        let numbers = self.numbers.iter().map(|column| column as &(dyn ToSql + Sync));
        let texts = self.texts.iter().map(|column| column as &(dyn ToSql + Sync));
        numbers.chain(texts).chain(self.bytes.iter().map(|column| column as &(dyn ToSql + Sync))).collect()
    }
}

/// Appends chained rows and commits; rows, tip and commit leave together.
pub(super) async fn append(db: &Connected, company: CompanyId, from: Tip, rows: &[Row]) -> Result<Tip> {
    let Some(end) = rows.last().map(Row::tip) else { return db.end(Ok(from)).await };
    let (sql, columns) = (insert("log"), Columns::of(rows.iter()));
    let put = "update tip set seq = $2, hash = $3 where company = $1";
    db.prepared(&sql).await?;
    db.prepared(put).await?;
    let (values, company_id, seq, hash) = (columns.values(), id(company), signed(end.seq), &end.hash.0[..]);
    let tip_values: [&(dyn ToSql + Sync); 3] = [&company_id, &seq, &hash];
    let (inserted, moved, committed) =
        join3(db.execute(&sql, &values), db.execute(put, &tip_values), db.end(Ok(()))).await;
    // After an error the server took the commit for a roll-back, so the first error tells what happened.
    if let Err(error) = inserted {
        return Err(if is_taken(&error) { conflict(db, company, rows).await } else { error });
    }
    moved?;
    committed.map(|()| end)
}

/// Which command stands in the log already, or twice among the rows.
pub(super) async fn conflict(db: &Connected, company: CompanyId, rows: &[Row]) -> Error {
    let ids: Vec<String> = rows.iter().map(|row| row.entry.command.clone()).collect();
    let there: BTreeSet<String> = match find(db, company, &ids).await {
        Ok(found) => found.into_iter().map(|row| row.entry.command).collect(),
        Err(error) => return error,
    };
    let mut seen = BTreeSet::new();
    let again = ids.into_iter().find(|id| there.contains(id) || !seen.insert(id.clone()));
    Error::Conflict(again.map_or(Conflict::Tip, Conflict::Command))
}

pub(super) async fn stage(db: &Connected, rows: &[Row]) -> Result<()> {
    match db.execute(&insert("staging"), &Columns::of(rows.iter()).values()).await {
        Err(error) if is_taken(&error) => Err(Error::Conflict(Conflict::Staging)),
        staged => staged.map(drop),
    }
}

pub(super) async fn unstage(db: &Connected, company: CompanyId) -> Result<()> {
    db.execute("delete from staging where company = $1", &[&id(company)]).await.map(drop)
}

pub(super) async fn unstage_abandoned(db: &Connected) -> Result<Vec<CompanyId>> {
    let sql = format!(
        "with gone as (
            delete from staging where company not in (
                select company from lease where name = 'staging' and until > {NOW}
            ) returning company
         ) select distinct company from gone order by company"
    );
    db.query(&sql, &[]).await?.iter().map(company).collect()
}

/// Moves the staged rows behind `from` and commits; the first must be linked to it.
pub(super) async fn publish(db: &Connected, company: CompanyId, from: Tip) -> Result<Tip> {
    let company = id(company);
    let end_of = async |columns: &str, order: &str| {
        let sql = format!("select {columns} from staging where company = $1 order by {order} limit 1");
        db.query_one(&sql, &[&company]).await?.as_ref().map(tip_of).transpose()
    };
    let first = end_of("first_seq, prev", "first_seq").await?;
    let last = end_of("last_seq, hash", "first_seq desc").await?;
    let fits = first.is_some_and(|first| first.seq == from.seq + 1 && first.hash == from.hash);
    let (true, Some(end)) = (fits, last) else { return Err(Error::Conflict(Conflict::Staging)) };
    let sql = format!("insert into log ({COLUMNS}) select {COLUMNS} from staging where company = $1");
    let moved = db.execute(&sql, &[&company]).await;
    moved.map_err(|error| {
        let repeated = Error::Conflict(Conflict::Command("of a staged row".to_owned()));
        if is_taken(&error) { repeated } else { error }
    })?;
    db.execute("delete from staging where company = $1", &[&company]).await?;
    let put = "update tip set seq = $2, hash = $3 where company = $1";
    db.execute(put, &[&company, &signed(end.seq), &&end.hash.0[..]]).await?;
    db.end(Ok(end)).await
}

fn item(row: &tokio_postgres::Row) -> Item {
    let until: Option<i64> = row.get(2);
    Item { key: row.get(0), value: row.get(1), until: until.map(Moment::from_millis) }
}

pub(super) async fn items(
    db: &Connected,
    company: CompanyId,
    sheet: Sheet,
    after: &str,
    most: usize,
) -> Result<Vec<Item>> {
    let sql = format!(
        "select key, value, until from {} where company = $1 and key > $2 order by key limit $3",
        sheet.name()
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(db.query(&sql, &[&id(company), &after, &most]).await?.iter().map(item).collect())
}

pub(super) async fn one_item(
    db: &Connected,
    company: CompanyId,
    sheet: Sheet,
    key: &str,
) -> Result<Option<Item>> {
    let sql = format!("select key, value, until from {} where company = $1 and key = $2", sheet.name());
    Ok(db.query_one(&sql, &[&id(company), &key]).await?.as_ref().map(item))
}

/// Within the transaction that is open.
pub(super) async fn write(db: &Connected, company: CompanyId, writes: &[Write]) -> Result<()> {
    for write in writes {
        one_write(db, company, write).await?;
    }
    Ok(())
}

async fn one_write(db: &Connected, company: CompanyId, write: &Write) -> Result<()> {
    let company = id(company);
    match write {
        Write::Put(sheet, Item { key, value, until }) => {
            let sql = "insert into SHEET (company, key, value, until) values ($1, $2, $3, $4)
                       on conflict (company, key) do update set value = excluded.value, until = excluded.until";
            let until = until.map(Moment::millis);
            db.execute(&sql.replace("SHEET", sheet.name()), &[&company, key, value, &until]).await.map(drop)
        }
        Write::Delete(sheet, key) => {
            let sql = "delete from SHEET where company = $1 and key = $2";
            db.execute(&sql.replace("SHEET", sheet.name()), &[&company, key]).await.map(drop)
        }
        Write::Swap(sheet, before, Item { key, value, until }) => {
            let until = until.map(Moment::millis);
            let changed = match before {
                None => {
                    let sql = "insert into SHEET (company, key, value, until) values ($1, $2, $3, $4)
                               on conflict do nothing";
                    db.execute(&sql.replace("SHEET", sheet.name()), &[&company, key, value, &until]).await?
                }
                Some(before) => {
                    let sql = "update SHEET set value = $3, until = $4
                               where company = $1 and key = $2 and value = $5";
                    let sql = sql.replace("SHEET", sheet.name());
                    db.execute(&sql, &[&company, key, value, &until, before]).await?
                }
            };
            if changed == 1 { Ok(()) } else { Err(Error::Conflict(Conflict::Item(key.clone()))) }
        }
        Write::Fence(name, fence) => {
            // Shared until we commit: nobody takes the lease over between this look and our commit.
            let sql = "select fence from lease where company = $1 and name = $2 for share";
            let newest = db.query_one(sql, &[&company, name]).await?.map(|row| row.get::<_, i64>(0));
            let held = newest == Some(signed(*fence));
            if held { Ok(()) } else { Err(Error::Conflict(Conflict::Lease(name.clone()))) }
        }
    }
}

pub(super) async fn sweep(db: &Connected, sheet: Sheet, now: Moment) -> Result<u64> {
    db.execute(&format!("delete from {} where until <= $1", sheet.name()), &[&now.millis()]).await
}

pub(super) async fn snapshot(db: &Connected, company: CompanyId, version: &str) -> Result<Option<Snapshot>> {
    let sql = "select seq, hash, bytes from snapshot where company = $1 and version = $2";
    let Some(row) = db.query_one(sql, &[&id(company), &version]).await? else { return Ok(None) };
    let Tip { seq, hash } = tip_of(&row)?;
    Ok(Some(Snapshot { version: version.to_owned(), seq, hash, bytes: row.get(2) }))
}

pub(super) async fn put_snapshot(db: &Connected, company: CompanyId, snapshot: &Snapshot) -> Result<()> {
    let sql = "insert into snapshot as s (company, version, seq, hash, bytes) values ($1, $2, $3, $4, $5)
               on conflict (company, version) do update
               set seq = excluded.seq, hash = excluded.hash, bytes = excluded.bytes where excluded.seq >= s.seq";
    let Snapshot { version, seq, hash, bytes } = snapshot;
    db.execute(sql, &[&id(company), version, &signed(*seq), &&hash.0[..], bytes]).await.map(drop)
}

/// Reads everything through, so that the server's own checks speak; the chain is checked by whoever reads rows.
pub(super) async fn examine(db: &Connected) -> Result<Vec<String>> {
    let mut said = Vec::new();
    let tables = ["log", "tip", "lease", "snapshot", "staging"].into_iter();
    for table in tables.chain(Sheet::ALL.map(Sheet::name)) {
        match db.query(&format!("select count(*), sum(hashtext({table}::text)) from {table}"), &[]).await {
            Err(Error::Corrupt(what)) => said.push(format!("{table}: {what}")),
            read => drop(read?),
        }
    }
    Ok(said)
}
