//! The PostgreSQL engine: one database, any number of processes, each of which may serve any company.
//!
//! A turn is a transaction that holds the company's row of `tip` (`for update`): whoever waits for it sees what the other
//! wrote. Leases go by the database's clock. Each request runs to its end on a small runtime of the engine's own, so
//! that futures can be awaited anywhere and a caller who goes away leaves no half-done request.
//!
//! Everything lies in one schema, so that a database can be shared with other programs. Not here: TLS; connect by a
//! socket, on a private network, or through a tunnel.

mod bare;
mod connect;
mod group;
mod leases;
mod migrate;
mod pool;
mod statements;
mod turn;

pub use bare::{BarePostgres, drop_schema, temporary_schemas};
pub use migrate::TABLES;

use crate::check;
use crate::error::{Error, Result};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use crate::traits::{Store, Turn};
use group::Group;
use pool::{Loan, Pool};
use std::sync::Arc;
use std::time::Duration;
use turn::{Believed, Held, Places, Standing};
use world::{Moment, Waiting};

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `host=/run/postgresql user=millbook dbname=millbook`, or `postgresql://user@host/name`.
    pub url: String,
    /// The schema everything lies in; made if it isn't there. Lower-case letters, digits, `_`.
    pub schema: String,
    /// How many connections this process may hold; a turn holds one.
    pub connections: usize,
}

impl Settings {
    /// This database, schema `millbook`, 16 connections.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), schema: "millbook".to_owned(), connections: 16 }
    }
}

/// A store in a PostgreSQL database.
pub struct Postgres {
    pool: Arc<Pool>,
    places: Places,
    group: Arc<Group>,
}

impl Postgres {
    /// Connects, and makes the tables or brings them up to date.
    ///
    /// # Errors
    /// `Lost` when the database can't be reached, `Foreign`, `Newer`, `ReadOnly`; `Wrong` for settings that can't be.
    pub async fn open(settings: Settings) -> Result<Self> {
        let pool = Pool::start(&settings)?;
        let store = Self { pool, places: Places::default(), group: Arc::default() };
        let schema = settings.schema;
        store.writing(Ok(()), move |loan| async move { migrate::migrate(&loan, &schema).await }).await?;
        Ok(store)
    }

    /// Runs it on a connection, on the engine's own runtime, to its end.
    fn reading<T, F>(&self, work: impl FnOnce(Loan) -> F + Send + 'static) -> Waiting<'static, Result<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        self.pool.run(async move { work(pool.lend().await?).await })
    }

    /// The same for what changes something: once it has begun, a broken connection leaves it open whether it happened.
    fn writing<T, F>(
        &self,
        checked: Result<()>,
        work: impl FnOnce(Loan) -> F + Send + 'static,
    ) -> Waiting<'static, Result<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        self.pool.run(async move {
            checked?;
            work(pool.lend().await?).await.map_err(perhaps)
        })
    }
}

/// A connection that broke while something was being written.
fn perhaps(error: Error) -> Error {
    match error {
        Error::Lost { what, .. } => Error::Lost { may_have_happened: true, what },
        other => other,
    }
}

impl Store for Postgres {
    fn companies(&self) -> Waiting<'_, Result<Vec<(CompanyId, Tip)>>> {
        self.reading(|db| async move { statements::companies(&db).await })
    }

    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>> {
        self.reading(move |db| async move { statements::tip(&db, company).await })
    }

    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        self.reading(move |db| async move { statements::rows(&db, company, after, most).await })
    }

    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        self.reading(move |db| async move { statements::find(&db, company, &commands).await })
    }

    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>> {
        let place = self.places.of(company);
        let pool = self.pool.clone();
        self.pool.run(async move {
            // The process's own turns wait here, so that they don't take a connection each only to wait.
            let place = place.lock_owned().await;
            let turn = Held::begin(pool.lend().await?, company, place).await?;
            Ok(Box::new(turn) as Box<dyn Turn>)
        })
    }

    fn begin_at(&self, company: CompanyId, known: Tip) -> Waiting<'_, Result<Box<dyn Turn>>> {
        let (place, pool, group) = (self.places.of(company), self.pool.clone(), self.group.clone());
        Box::pin(async move {
            let place = match group.will_end(company, known) {
                true => Standing::Behind(place),
                false => Standing::First(place.lock_owned().await),
            };
            Ok(Box::new(Believed { company, tip: known, pool, group, place }) as Box<dyn Turn>)
        })
    }

    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>> {
        self.reading(move |db| async move { statements::one_item(&db, company, sheet, &key).await })
    }

    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>> {
        self.reading(move |db| async move { statements::items(&db, company, sheet, &after, most).await })
    }

    fn write(&self, company: CompanyId, writes: Vec<Write>) -> Waiting<'_, Result<()>> {
        self.writing(check::writes(&writes), move |db| async move {
            db.begin().await?;
            let written = statements::write(&db, company, &writes).await;
            db.end(written).await
        })
    }

    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>> {
        self.writing(Ok(()), move |db| async move { statements::sweep(&db, sheet, now).await })
    }

    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>> {
        let checked = check::key("a lease's name", &name).and(check::key("a lease's holder", &holder));
        self.writing(
            checked,
            move |db| async move { leases::take(&db, company, &name, &holder, length).await },
        )
    }

    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>> {
        self.writing(Ok(()), move |db| async move { leases::renew(&db, company, &name, fence, length).await })
    }

    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>> {
        self.writing(Ok(()), move |db| async move { leases::release(&db, company, &name, fence).await })
    }

    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>> {
        self.reading(move |db| async move { statements::snapshot(&db, company, &version).await })
    }

    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>> {
        let checked = check::key("a snapshot's version", &snapshot.version);
        self.writing(
            checked,
            move |db| async move { statements::put_snapshot(&db, company, &snapshot).await },
        )
    }

    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>> {
        self.writing(
            check::staged(company, &rows),
            move |db| async move { statements::stage(&db, &rows).await },
        )
    }

    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>> {
        self.writing(Ok(()), move |db| async move { statements::unstage(&db, company).await })
    }

    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>> {
        self.writing(Ok(()), |db| async move { statements::unstage_abandoned(&db).await })
    }

    fn examine(&self) -> Waiting<'_, Result<Vec<String>>> {
        self.reading(|db| async move { statements::examine(&db).await })
    }
}
