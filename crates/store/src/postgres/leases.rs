//! The statements of leases on PostgreSQL, by the database's clock.
//!
//! Not here: the log and the sheets (`statements`).

use super::connect::Connected;
use super::statements::{NOW, id, moment, signed, unsigned};
use crate::error::{Conflict, Error, Result};
use crate::lease::{Lease, Taken};
use crate::row::CompanyId;
use std::time::Duration;

fn lease(row: &tokio_postgres::Row, name: &str) -> Result<Lease> {
    let (fence, holder) = (unsigned(row, 1)?, row.get(0));
    Ok(Lease { name: name.to_owned(), holder, fence, until: moment(row, 2), now: moment(row, 3) })
}

fn length_of(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 2)
}

pub(super) async fn take(
    db: &Connected,
    company: CompanyId,
    name: &str,
    holder: &str,
    length: Duration,
) -> Result<Taken> {
    let take = format!(
        "insert into lease as l (company, name, holder, fence, until) values ($1, $2, $3, 1, {NOW} + $4)
         on conflict (company, name) do update set holder = $3, fence = l.fence + 1, until = {NOW} + $4
         where l.until <= {NOW} returning holder, fence, until, {NOW}"
    );
    let (company, length) = (id(company), length_of(length));
    if let Some(row) = db.query_one(&take, &[&company, &name, &holder, &length]).await? {
        return lease(&row, name).map(Taken::Ours);
    }
    let look = format!("select holder, fence, until, {NOW} from lease where company = $1 and name = $2");
    match db.query_one(&look, &[&company, &name]).await? {
        Some(row) => lease(&row, name).map(Taken::Theirs),
        None => Err(Error::Busy(format!("the lease \"{name}\" is being taken"))),
    }
}

pub(super) async fn renew(
    db: &Connected,
    company: CompanyId,
    name: &str,
    fence: u64,
    length: Duration,
) -> Result<Lease> {
    let sql = format!(
        "update lease set until = {NOW} + $4 where company = $1 and name = $2 and fence = $3 and until > {NOW}
         returning holder, fence, until, {NOW}"
    );
    match db.query_one(&sql, &[&id(company), &name, &signed(fence), &length_of(length)]).await? {
        Some(row) => lease(&row, name),
        None => Err(Error::Conflict(Conflict::Lease(name.to_owned()))),
    }
}

pub(super) async fn release(db: &Connected, company: CompanyId, name: &str, fence: u64) -> Result<()> {
    let sql = "update lease set until = 0 where company = $1 and name = $2 and fence = $3";
    db.execute(sql, &[&id(company), &name, &signed(fence)]).await.map(drop)
}
