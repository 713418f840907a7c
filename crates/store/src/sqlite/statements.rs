//! The statements on an SQLite file, each within the transaction of whoever calls.
//!
//! Not here: threads, commits.

use super::open::failed;
use crate::check::PAGE_BYTES;
use crate::error::{Conflict, Error, Result};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Entry, Hash, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::time::Duration;
use world::Moment;

const COLUMNS: &str = "company, first_seq, last_seq, at, \"by\", via, command, prev, hash, bytes";

fn prepared<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    connection.prepare_cached(sql).map_err(failed)
}

fn hash(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    Ok(Hash(row.get(column)?))
}

fn moment(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Moment> {
    Ok(Moment::from_millis(row.get(column)?))
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let (first, last): (u64, u64) = (row.get(1)?, row.get(2)?);
    Ok(Row {
        company: CompanyId(row.get(0)?),
        first,
        last,
        prev: hash(row, 7)?,
        hash: hash(row, 8)?,
        entry: Entry {
            events: u32::try_from(last.wrapping_sub(first).wrapping_add(1)).unwrap_or(0),
            at: moment(row, 3)?,
            by: row.get(4)?,
            via: row.get(5)?,
            command: row.get(6)?,
            bytes: row.get(9)?,
        },
    })
}

pub(super) fn companies(connection: &Connection) -> Result<Vec<(CompanyId, Tip)>> {
    prepared(connection, "select company, seq, hash from tip order by company")?
        .query_map([], |row| Ok((CompanyId(row.get(0)?), Tip { seq: row.get(1)?, hash: hash(row, 2)? })))
        .and_then(Iterator::collect)
        .map_err(failed)
}

pub(super) fn tip(connection: &Connection, company: CompanyId) -> Result<Tip> {
    prepared(connection, "select seq, hash from tip where company = ?1")?
        .query_row([company.0], |row| Ok(Tip { seq: row.get(0)?, hash: hash(row, 1)? }))
        .optional()
        .map(Option::unwrap_or_default)
        .map_err(failed)
}

pub(super) fn rows(connection: &Connection, company: CompanyId, after: u64, most: usize) -> Result<Vec<Row>> {
    let sql = format!(
        "select {COLUMNS} from log where company = ?1 and first_seq > ?2 order by first_seq limit ?3"
    );
    let mut statement = prepared(connection, &sql)?;
    let mut found = statement.query(params![company.0, after, most]).map_err(failed)?;
    let (mut page, mut bytes) = (Vec::new(), 0);
    while let Some(next) = found.next().map_err(failed)? {
        let next = row(next).map_err(|error| damaged(next, error))?;
        bytes += next.entry.bytes.len();
        page.push(next);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}

/// A row whose columns aren't what they should be, named.
fn damaged(row: &rusqlite::Row<'_>, error: rusqlite::Error) -> Error {
    match (failed(error), row.get::<_, i64>(1)) {
        (Error::Corrupt(what), Ok(first)) => Error::Corrupt(format!("the row at event {first}: {what}")),
        (error, _) => error,
    }
}

pub(super) fn find(connection: &Connection, company: CompanyId, commands: &[String]) -> Result<Vec<Row>> {
    let mut statement =
        prepared(connection, &format!("select {COLUMNS} from log where company = ?1 and command = ?2"))?;
    let mut found = Vec::new();
    for command in commands {
        found.extend(statement.query_row(params![company.0, command], row).optional().map_err(failed)?);
    }
    found.sort_by_key(|row| row.first);
    found.dedup_by_key(|row| row.first);
    Ok(found)
}

/// Writes chained rows; one with a command id that is there already is a conflict.
fn insert(connection: &Connection, table: &str, rows: &[Row]) -> Result<()> {
    let sql = format!("insert into {table} ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    let mut statement = prepared(connection, &sql)?;
    for Row { company, first, last, prev, hash, entry } in rows {
        statement
            .execute(params![
                company.0,
                first,
                last,
                entry.at.millis(),
                entry.by,
                entry.via,
                entry.command,
                prev.0,
                hash.0,
                entry.bytes
            ])
            .map_err(|error| taken(error, &entry.command))?;
    }
    Ok(())
}

fn taken(error: rusqlite::Error, command: &str) -> Error {
    if error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation) {
        return failed(error);
    }
    let is_command = error.to_string().contains(".command");
    Error::Conflict(if is_command { Conflict::Command(command.to_owned()) } else { Conflict::Tip })
}

/// Appends rows that were chained behind `from`; a conflict if the tip isn't there any more.
pub(super) fn append(connection: &Connection, company: CompanyId, from: Tip, rows: &[Row]) -> Result<Tip> {
    if tip(connection, company)? != from {
        return Err(Error::Conflict(Conflict::Tip));
    }
    insert(connection, "log", rows)?;
    let end = rows.last().map_or(from, Row::tip);
    put_tip(connection, company, end)?;
    Ok(end)
}

fn put_tip(connection: &Connection, company: CompanyId, tip: Tip) -> Result<()> {
    prepared(connection, "insert or replace into tip (company, seq, hash) values (?1, ?2, ?3)")?
        .execute(params![company.0, tip.seq, tip.hash.0])
        .map(drop)
        .map_err(failed)
}

pub(super) fn stage(connection: &Connection, rows: &[Row]) -> Result<()> {
    insert(connection, "staging", rows).map_err(|error| match error {
        Error::Conflict(_) => Error::Conflict(Conflict::Staging),
        other => other,
    })
}

pub(super) fn unstage(connection: &Connection, company: CompanyId) -> Result<()> {
    prepared(connection, "delete from staging where company = ?1")?
        .execute([company.0])
        .map(drop)
        .map_err(failed)
}

pub(super) fn unstage_abandoned(connection: &Connection, now: Moment) -> Result<Vec<CompanyId>> {
    prepared(
        connection,
        "delete from staging where company not in (select company from lease where name = 'staging' and until > ?1)
         returning company",
    )?
    .query_map([now.millis()], |row| row.get(0).map(CompanyId))
    .and_then(Iterator::collect::<rusqlite::Result<std::collections::BTreeSet<_>>>)
    .map(|companies| companies.into_iter().collect())
    .map_err(failed)
}

/// Moves the staged rows behind `from`; the first must be linked to it.
pub(super) fn publish(connection: &Connection, company: CompanyId, from: Tip) -> Result<Tip> {
    let first = end_of_staging(connection, company, "first_seq, prev", "first_seq")?;
    let last = end_of_staging(connection, company, "last_seq, hash", "first_seq desc")?;
    let fits = first.is_some_and(|first| first.seq == from.seq + 1 && first.hash == from.hash);
    let (true, Some(end)) = (fits, last) else { return Err(Error::Conflict(Conflict::Staging)) };
    if tip(connection, company)? != from {
        return Err(Error::Conflict(Conflict::Tip));
    }
    let sql = format!("insert into log ({COLUMNS}) select {COLUMNS} from staging where company = ?1");
    prepared(connection, &sql)?.execute([company.0]).map_err(|error| taken(error, "of a staged row"))?;
    unstage(connection, company)?;
    put_tip(connection, company, end)?;
    Ok(end)
}

fn end_of_staging(
    connection: &Connection,
    company: CompanyId,
    columns: &str,
    order: &str,
) -> Result<Option<Tip>> {
    let sql = format!("select {columns} from staging where company = ?1 order by {order} limit 1");
    prepared(connection, &sql)?
        .query_row([company.0], |row| Ok(Tip { seq: row.get(0)?, hash: hash(row, 1)? }))
        .optional()
        .map_err(failed)
}

fn item(row: &rusqlite::Row<'_>) -> rusqlite::Result<Item> {
    let until: Option<i64> = row.get(2)?;
    Ok(Item { key: row.get(0)?, value: row.get(1)?, until: until.map(Moment::from_millis) })
}

pub(super) fn items(
    connection: &Connection,
    company: CompanyId,
    sheet: Sheet,
    after: &str,
    most: usize,
) -> Result<Vec<Item>> {
    let sql = format!(
        "select key, value, until from {} where company = ?1 and key > ?2 order by key limit ?3",
        sheet.name()
    );
    prepared(connection, &sql)?
        .query_map(params![company.0, after, most], item)
        .and_then(Iterator::collect)
        .map_err(failed)
}

pub(super) fn one_item(
    connection: &Connection,
    company: CompanyId,
    sheet: Sheet,
    key: &str,
) -> Result<Option<Item>> {
    let sql = format!("select key, value, until from {} where company = ?1 and key = ?2", sheet.name());
    prepared(connection, &sql)?.query_row(params![company.0, key], item).optional().map_err(failed)
}

pub(super) fn write(connection: &Connection, company: CompanyId, writes: &[Write]) -> Result<()> {
    writes.iter().try_for_each(|write| one_write(connection, company, write))
}

fn one_write(connection: &Connection, company: CompanyId, write: &Write) -> Result<()> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        prepared(connection, sql)?.execute(values).map_err(failed)
    };
    match write {
        Write::Put(sheet, Item { key, value, until }) => {
            let sql = "insert or replace into SHEET (company, key, value, until) values (?1, ?2, ?3, ?4)";
            let until = until.map(Moment::millis);
            run(&sql.replace("SHEET", sheet.name()), params![company.0, key, value, until]).map(drop)
        }
        Write::Delete(sheet, key) => {
            let sql = "delete from SHEET where company = ?1 and key = ?2";
            run(&sql.replace("SHEET", sheet.name()), params![company.0, key]).map(drop)
        }
        Write::Swap(sheet, before, Item { key, value, until }) => {
            let until = until.map(Moment::millis);
            let sql = match before {
                None => {
                    "insert into SHEET (company, key, value, until) values (?1, ?2, ?3, ?4)
                     on conflict do nothing"
                }
                Some(_) => {
                    "update SHEET set value = ?3, until = ?4 where company = ?1 and key = ?2 and value = ?5"
                }
            };
            let sql = sql.replace("SHEET", sheet.name());
            let changed = match before {
                None => run(&sql, params![company.0, key, value, until])?,
                Some(before) => run(&sql, params![company.0, key, value, until, before])?,
            };
            if changed == 1 { Ok(()) } else { Err(Error::Conflict(Conflict::Item(key.clone()))) }
        }
        Write::Fence(name, fence) => {
            let newest = lease(connection, company, name, Moment::default())?.map(|lease| lease.fence);
            if newest == Some(*fence) { Ok(()) } else { Err(Error::Conflict(Conflict::Lease(name.clone()))) }
        }
    }
}

pub(super) fn sweep(connection: &Connection, sheet: Sheet, now: Moment) -> Result<u64> {
    prepared(connection, &format!("delete from {} where until <= ?1", sheet.name()))?
        .execute([now.millis()])
        .map(|count| count as u64)
        .map_err(failed)
}

fn lease(connection: &Connection, company: CompanyId, name: &str, now: Moment) -> Result<Option<Lease>> {
    prepared(connection, "select holder, fence, until from lease where company = ?1 and name = ?2")?
        .query_row(params![company.0, name], |row| {
            let (holder, fence) = (row.get(0)?, row.get(1)?);
            Ok(Lease { name: name.to_owned(), holder, fence, until: moment(row, 2)?, now })
        })
        .optional()
        .map_err(failed)
}

fn put_lease(connection: &Connection, company: CompanyId, lease: &Lease) -> Result<()> {
    let sql =
        "insert or replace into lease (company, name, holder, fence, until) values (?1, ?2, ?3, ?4, ?5)";
    prepared(connection, sql)?
        .execute(params![company.0, lease.name, lease.holder, lease.fence, lease.until.millis()])
        .map(drop)
        .map_err(failed)
}

pub(super) fn lease_take(
    connection: &Connection,
    company: CompanyId,
    name: &str,
    holder: &str,
    length: Duration,
    now: Moment,
) -> Result<Taken> {
    let before = lease(connection, company, name, now)?;
    let fence = match before {
        Some(theirs) if theirs.until > now => return Ok(Taken::Theirs(theirs)),
        Some(ended) => ended.fence + 1,
        None => 1,
    };
    let until = now.plus(length);
    let ours = Lease { name: name.to_owned(), holder: holder.to_owned(), fence, until, now };
    put_lease(connection, company, &ours)?;
    Ok(Taken::Ours(ours))
}

/// Moves the end of a lease that is held with this fence and hasn't ended.
pub(super) fn lease_move(
    connection: &Connection,
    company: CompanyId,
    name: &str,
    fence: u64,
    length: Duration,
    now: Moment,
) -> Result<Lease> {
    match lease(connection, company, name, now)? {
        Some(mut ours) if ours.fence == fence && ours.until > now => {
            ours.until = now.plus(length);
            put_lease(connection, company, &ours)?;
            Ok(ours)
        }
        _ => Err(Error::Conflict(Conflict::Lease(name.to_owned()))),
    }
}

pub(super) fn snapshot(
    connection: &Connection,
    company: CompanyId,
    version: &str,
) -> Result<Option<Snapshot>> {
    prepared(connection, "select seq, hash, bytes from snapshot where company = ?1 and version = ?2")?
        .query_row(params![company.0, version], |row| {
            let version = version.to_owned();
            Ok(Snapshot { version, seq: row.get(0)?, hash: hash(row, 1)?, bytes: row.get(2)? })
        })
        .optional()
        .map_err(failed)
}

pub(super) fn put_snapshot(connection: &Connection, company: CompanyId, snapshot: &Snapshot) -> Result<()> {
    let sql = "insert into snapshot (company, version, seq, hash, bytes) values (?1, ?2, ?3, ?4, ?5)
               on conflict (company, version) do update
               set seq = excluded.seq, hash = excluded.hash, bytes = excluded.bytes where excluded.seq >= seq";
    prepared(connection, sql)?
        .execute(params![company.0, snapshot.version, snapshot.seq, snapshot.hash.0, snapshot.bytes])
        .map(drop)
        .map_err(failed)
}

pub(super) fn examine(connection: &Connection) -> Result<Vec<String>> {
    let said: Vec<String> = prepared(connection, "pragma integrity_check")?
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(failed)?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}
