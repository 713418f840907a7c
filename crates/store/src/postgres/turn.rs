//! A turn on PostgreSQL: a transaction that holds the company's row of `tip`.
//!
//! Beginning is one round trip (`begin` and the locked row go together), committing another one (rows, tip and `commit`
//! go together): what holds other nodes up is two flights and one flush. Who knows the tip needn't begin: its commit is one
//! statement, which does nothing if the log has gone on (`Believed`). Not here: statements.

use super::group::Group;
use super::perhaps;
use super::pool::{Loan, Pool};
use super::statements;
use crate::chain::chain;
use crate::check;
use crate::error::{Conflict, Error, Result};
use crate::lease::Lease;
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::Write;
use crate::traits::Turn;
use futures_util::lock::{Mutex, OwnedMutexGuard};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use world::Waiting;

type Place = Arc<Mutex<()>>;

/// How a turn that believes its tip stands to the others of this process.
pub(super) enum Standing {
    /// Nobody else has the company's place.
    First(OwnedMutexGuard<()>),
    /// Somebody has it who is under way, and this turn goes behind.
    Behind(Place),
}

impl Standing {
    fn taken(self) -> Option<OwnedMutexGuard<()>> {
        match self {
            Self::First(place) => Some(place),
            Self::Behind(_) => None,
        }
    }
}

/// Where this process's turns wait for each other, a place a company.
#[derive(Default)]
pub(super) struct Places(std::sync::Mutex<BTreeMap<CompanyId, Place>>);

impl Places {
    pub(super) fn of(&self, company: CompanyId) -> Place {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(company).or_default().clone()
    }
}

pub(super) struct Held {
    company: CompanyId,
    tip: Tip,
    staging: Option<Lease>,
    open: Option<Open>,
}

/// The open transaction, and the place in this process.
struct Open {
    db: Loan,
    _place: OwnedMutexGuard<()>,
}

impl Held {
    pub(super) async fn begin(db: Loan, company: CompanyId, place: OwnedMutexGuard<()>) -> Result<Self> {
        // From here on a drop rolls back.
        let open = Some(Open { db, _place: place });
        let mut turn = Self { company, tip: Tip::default(), staging: None, open };
        if let Some(open) = &turn.open {
            (turn.tip, turn.staging) = statements::begin_turn(&open.db, company).await?;
        }
        Ok(turn)
    }

    fn finish<F>(
        mut self: Box<Self>,
        checked: Result<()>,
        work: impl FnOnce(Arc<Open>) -> F + Send + 'static,
    ) -> Waiting<'static, Result<Tip>>
    where
        F: Future<Output = Result<Tip>> + Send + 'static,
    {
        let open = match (checked, self.open.take()) {
            (Ok(()), Some(open)) => Arc::new(open),
            (Err(error), open) => {
                self.open = open;
                return Box::pin(async { Err(error) });
            }
            (Ok(()), None) => unreachable!("taken only here, where the turn ends"),
        };
        open.db.pool().run(async move {
            let outcome = work(open.clone()).await;
            if outcome.is_err() {
                open.db.undo().await;
            }
            outcome.map_err(perhaps)
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            let pool = open.db.pool();
            drop(pool.run(async move {
                let open = open; // all of it: the place is free when the server has undone it
                open.db.undo().await;
                Ok(())
            }));
        }
    }
}

impl Turn for Held {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn staging(&self) -> Option<&Lease> {
        self.staging.as_ref()
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        Box::pin(async move {
            let open = self.open.as_ref().expect("there until the turn ends");
            statements::rows(&open.db, self.company, after, most).await
        })
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        Box::pin(async move {
            let open = self.open.as_ref().expect("there until the turn ends");
            statements::find(&open.db, self.company, &commands).await
        })
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let (company, tip) = (self.company, self.tip);
        let checked = check::entries(&entries).and(check::writes(&writes));
        self.finish(checked, move |open| async move {
            statements::write(&open.db, company, &writes).await?;
            statements::append(&open.db, company, tip, &chain(company, tip, entries)).await
        })
    }

    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let (company, tip) = (self.company, self.tip);
        self.finish(check::writes(&writes), move |open| async move {
            statements::write(&open.db, company, &writes).await?;
            statements::publish(&open.db, company, tip).await
        })
    }
}

/// A turn of somebody who knew the tip: it holds up only this process, and not even that if it goes behind another one.
pub(super) struct Believed {
    pub(super) company: CompanyId,
    pub(super) tip: Tip,
    pub(super) pool: Arc<Pool>,
    pub(super) group: Arc<Group>,
    pub(super) place: Standing,
}

impl Turn for Believed {
    fn tip(&self) -> Tip {
        self.tip
    }

    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>> {
        let (pool, company) = (self.pool.clone(), self.company);
        self.pool.run(async move { statements::rows(&*pool.lend().await?, company, after, most).await })
    }

    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>> {
        let (pool, company) = (self.pool.clone(), self.company);
        self.pool.run(async move { statements::find(&*pool.lend().await?, company, &commands).await })
    }

    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let checked = check::entries(&entries).and(check::writes(&writes));
        let Self { company, tip, pool, group, place } = *self;
        if let Err(error) = checked {
            return Box::pin(async { Err(error) });
        }
        if writes.is_empty() {
            return group.commit(&pool, (company, tip), entries, place.taken());
        }
        pool.clone().run(async move {
            let held = held_at(&pool, company, tip, place).await?;
            if held.staging.is_some() {
                return Err(Error::Conflict(Conflict::Tip));
            }
            held.commit(entries, writes).await
        })
    }

    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>> {
        let Self { company, tip, pool, place, .. } = *self;
        pool.clone().run(async move { held_at(&pool, company, tip, place).await?.publish(writes).await })
    }
}

/// What lies beside the log is more statements, so it needs a transaction that holds the tip.
async fn held_at(pool: &Arc<Pool>, company: CompanyId, tip: Tip, place: Standing) -> Result<Box<Held>> {
    let place = match place {
        Standing::First(place) => place,
        Standing::Behind(place) => place.lock_owned().await,
    };
    let held = Box::new(Held::begin(pool.lend().await?, company, place).await?);
    if held.tip == tip { Ok(held) } else { Err(Error::Conflict(Conflict::Tip)) }
}
