//! The tables: made once, brought up to date by numbered steps, refused when a newer program made them.
//!
//! Several processes may start at the same time; an advisory lock lets one of them do it. Not here: statements.

use super::connect::Connected;
use crate::error::{Error, Result};

/// The steps in their order: name, statements. A step that was released is never edited; a change is a new step.
const STEPS: &[(&str, &str)] = &[("0001_start", include_str!("../../migrations/postgres/0001_start.sql"))];

/// The version of the tables that this program makes.
pub const TABLES: u32 = STEPS.len() as u32;

/// Any number, but always the same: who holds it brings the tables up to date.
const LOCK: i64 = 0x4d42_6f6b;

pub(super) async fn migrate(db: &Connected, schema: &str) -> Result<()> {
    db.begin().await?;
    let done = steps(db, schema).await;
    db.end(done).await
}

async fn steps(db: &Connected, schema: &str) -> Result<()> {
    db.batch(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    let known = "select exists (select from pg_namespace where nspname = $1),
                 exists (select from pg_tables where schemaname = $1),
                 exists (select from pg_tables where schemaname = $1 and tablename = 'migration')";
    let row = db.query_one(known, &[&schema]).await?;
    let row = row.ok_or_else(|| Error::Other("no answer".to_owned()))?;
    let (there, tables, ours): (bool, bool, bool) = (row.get(0), row.get(1), row.get(2));
    if tables && !ours {
        return Err(Error::Foreign(format!("the schema {schema} holds tables of another program")));
    }
    if !there {
        db.batch(&format!("create schema {schema}")).await?;
    }
    if !ours {
        db.batch(
            "create table migration (number bigint primary key, name text not null, program text not null)",
        )
        .await?;
    }
    let newest = "select number, program from migration order by number desc limit 1";
    let done = db.query_one(newest, &[]).await?.map(|row| (row.get::<_, i64>(0), row.get::<_, String>(1)));
    let (done, program) = done.unwrap_or_default();
    let found = u32::try_from(done).unwrap_or(u32::MAX);
    if found > TABLES {
        return Err(Error::Newer { found, known: TABLES, program });
    }
    for (number, (name, statements)) in (1_i64..).zip(STEPS) {
        if number > done {
            db.batch(statements).await?;
            let insert = "insert into migration (number, name, program) values ($1, $2, $3)";
            db.execute(insert, &[&number, name, &env!("CARGO_PKG_VERSION")]).await?;
        }
    }
    Ok(())
}
