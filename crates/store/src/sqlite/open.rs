//! Opening a file: is it ours, is it of our time, bring it up to date; and what SQLite's error codes mean.
//!
//! Ours are marked in the header (`application_id`), so that a stranger's file is never touched. The table `migration`
//! holds the numbered steps that were done and the program that did them; a file with steps we don't know is refused.
//!
//! Not here: statements.

use crate::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "MBok" in the header's place for the program's mark.
const MARK: i64 = 0x4d42_6f6b;

/// The steps in their order: name, statements. A step that was released is never edited; a change is a new step.
const STEPS: &[Step] = &[("0001_start", include_str!("../../migrations/sqlite/0001_start.sql"))];

/// A step's name, and its statements.
type Step = (&'static str, &'static str);

/// The version of the tables that this program makes.
pub const TABLES: u32 = STEPS.len() as u32;

/// Opens for writing: makes the file if it isn't there, and brings its tables up to date.
pub(super) fn writing(path: &Path) -> Result<Connection> {
    let found = look(path)?;
    make_private(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(Error::ReadOnly(path.display().to_string()));
    }
    if found {
        recognise(&connection)?;
    } else {
        connection.pragma_update(None, "page_size", 8192).map_err(failed)?;
    }
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
        .map_err(failed)?;
    // Each commit is on the disk before it is answered, also through a power cut.
    connection.pragma_update(None, "synchronous", "full").map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    migrate(&mut connection, STEPS)?;
    Ok(connection)
}

/// Makes the file, if it isn't there, for its owner's eyes only: it holds people's names and a company's prices. SQLite
/// gives its companions the same rights.
fn make_private(path: &Path) -> Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::ReadOnly(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

/// Opens for reading only; the file must be there.
pub(super) fn reading(path: &Path) -> Result<Connection> {
    if !look(path)? {
        return Err(Error::Foreign(format!("there is no file {}", path.display())));
    }
    let connection = match read_only(path, "") {
        // In a folder that can't be written, with no log in front of the file: nobody is writing it either.
        Err(Error::ReadOnly(_)) if !beside(path, "-wal").exists() => read_only(path, "?immutable=1")?,
        opened => opened?,
    };
    Ok(connection)
}

fn read_only(path: &Path, parameters: &str) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let connection =
        Connection::open_with_flags(format!("file:{escaped}{parameters}"), flags).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    recognise(&connection)?;
    Ok(connection)
}

/// The file's companion with this ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether there is a file with something in it; an error if that can't be SQLite's.
pub(super) fn look(path: &Path) -> Result<bool> {
    if path.is_dir() {
        return Err(Error::Foreign(format!("{} is a folder", path.display())));
    }
    let mut header = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => Err(error),
    }
    .map_err(|error| Error::ReadOnly(format!("{}: {error}", path.display())))?;
    if header.is_empty() {
        return Ok(false);
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(Error::Foreign(format!("{} isn't an SQLite file", path.display())));
    }
    if header.len() < 100 {
        return Err(Error::Corrupt(format!("{} is cut off within its header", path.display())));
    }
    Ok(true)
}

/// Refuses strangers' files, and those of newer programs. A file of ours whose first step was cut off is empty.
fn recognise(connection: &Connection) -> Result<()> {
    let mark: i64 = connection.query_row("pragma application_id", [], |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if mark != MARK && (mark != 0 || tables > 0) {
        return Err(Error::Foreign("an SQLite file of another program".to_owned()));
    }
    if tables == 0 {
        return Ok(());
    }
    let (found, program): (u32, String) = connection
        .query_row("select number, program from migration order by number desc limit 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .map_err(failed)?;
    if found > TABLES {
        return Err(Error::Newer { found, known: TABLES, program });
    }
    Ok(())
}

/// Does the steps that were not done yet: all of them, or none.
fn migrate(connection: &mut Connection, steps: &[Step]) -> Result<()> {
    let tx =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    tx.execute_batch(
        "create table if not exists migration (number integer primary key, name text not null, program text not null)",
    )
    .map_err(failed)?;
    let done: u32 = tx
        .query_row("select coalesce(max(number), 0) from migration", [], |row| row.get(0))
        .map_err(failed)?;
    if done == 0 {
        tx.pragma_update(None, "application_id", MARK).map_err(failed)?;
    }
    for (number, (name, statements)) in (1_u32..).zip(steps) {
        if number > done {
            tx.execute_batch(statements).map_err(failed)?;
            tx.execute(
                "insert into migration (number, name, program) values (?1, ?2, ?3)",
                (number, name, env!("CARGO_PKG_VERSION")),
            )
            .map_err(failed)?;
        }
    }
    tx.commit().map_err(failed)
}

/// What SQLite's errors mean.
pub(super) fn failed(error: rusqlite::Error) -> Error {
    let what = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy(what),
        Some(ErrorCode::DiskFull) => Error::Full(what),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            Error::ReadOnly(what)
        }
        Some(ErrorCode::DatabaseCorrupt) => Error::Corrupt(what),
        Some(ErrorCode::NotADatabase) => Error::Foreign(what),
        Some(ErrorCode::TooBig) => Error::Wrong(what),
        _ if is_damaged(&error) => Error::Corrupt(what),
        _ => Error::Other(what),
    }
}

/// A table or a column that should be there isn't, or holds another type: the file isn't as we left it.
fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    ) || error.to_string().starts_with("no such ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "insert into tip values (7, 3, x'0809')";

    fn version(connection: &Connection) -> (u32, i64) {
        let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
        (one("select max(number) from migration") as u32, one("select count(*) from tip"))
    }

    #[test]
    fn a_file_with_rows_is_brought_up_to_date_step_by_step_or_stays_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut connection = writing(&folder.path().join("old.db")).expect("opens");
        connection.execute_batch(ROW).expect("a row");
        let (widen, fill) = (
            ("0002_widen", "alter table tip add column name text not null default 'unnamed'"),
            ("0003_fill", "update tip set name = 'seven' where company = 7"),
        );
        let broken = ("0003_broken", "update tip set nothing = 1");
        let steps = |more: &[Step]| [STEPS, more].concat();

        migrate(&mut connection, &steps(&[widen, broken])).expect_err("the last step can't be done");
        assert_eq!(version(&connection), (1, 1));
        connection.prepare("select name from tip").expect_err("nor was the step before it");

        migrate(&mut connection, &steps(&[widen])).expect("one step");
        assert_eq!(version(&connection), (2, 1));
        migrate(&mut connection, &steps(&[widen, fill])).expect("the next");
        migrate(&mut connection, &steps(&[widen, fill])).expect("nothing is done twice");
        assert_eq!(version(&connection), (3, 1));
        let row: (String, Vec<u8>) = connection
            .query_row("select name, hash from tip", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("the row is there");
        assert_eq!(row, ("seven".to_owned(), vec![8, 9]));
        let newer = recognise(&connection).expect_err("this program knows one step");
        assert!(matches!(newer, Error::Newer { found: 3, known: 1, .. }), "{newer}");
    }
}
