//! Commits of several companies in one exchange: whoever comes while others are at the server goes with the next.
//!
//! Sixteen companies have a turn each: the first goes alone, the fifteen that come meanwhile are one statement, one
//! transaction, one flush. A company whose tip isn't what its turn believed, or is held by another node at the moment, is
//! passed over and told so, without waiting and without harm to its neighbours. If the statement fails, each is done again alone.
//!
//! All exchanges go over one connection, so one can be sent behind another before that is answered: the server does them in
//! order, and a turn in the second may believe the tip that one in the first will make.
//!
//! Not here: turns that hold their tip, and what lies beside the log (`turn`).

use super::connect::{Connected, is_taken};
use super::perhaps;
use super::pool::{Loan, Pool, ended};
use super::statements::{COLUMNS, Columns, NOW, arrays, company, conflict, id, signed};
use crate::chain::chain;
use crate::error::{Conflict, Error, Result};
use crate::row::{CompanyId, Entry, Row, Tip};
use futures_channel::oneshot;
use futures_util::lock::OwnedMutexGuard;
use futures_util::poll;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Poll;
use tokio_postgres::types::ToSql;
use world::Waiting;

/// So many exchanges are under way: one at the server, one behind it.
const AT_ONCE: usize = 2;

/// No more than this many rows share an exchange, unless one turn brings them.
const ROWS_AT_MOST: usize = 512;

/// The commits of a process.
#[derive(Default)]
pub(super) struct Group {
    queue: Mutex<Queue>,
    /// Whoever sends has it, so they are sent in order; the connection, while exchanges are under way.
    sending: futures_util::lock::Mutex<Weak<Loan>>,
}

#[derive(Default)]
struct Queue {
    commits: VecDeque<Commit>,
    exchanges: usize,
    /// Where the newest commit of each company will end, while it waits or is under way.
    ends: BTreeMap<CompanyId, Tip>,
}

/// A turn that believes its tip, and what it writes.
struct Commit {
    company: CompanyId,
    from: Tip,
    rows: Vec<Row>,
    /// None for one that goes behind another, which has it.
    place: Option<OwnedMutexGuard<()>>,
    answer: oneshot::Sender<Result<Tip>>,
}

impl Commit {
    fn end(&self) -> Tip {
        self.rows.last().map_or(self.from, Row::tip)
    }
}

impl Group {
    /// Whether a commit of the company is under way that will end there.
    pub(super) fn will_end(&self, company: CompanyId, tip: Tip) -> bool {
        self.queue().ends.get(&company) == Some(&tip)
    }

    /// Has it written with others; to its end, also when nobody waits for it any more.
    pub(super) fn commit(
        self: &Arc<Self>,
        pool: &Arc<Pool>,
        (company, from): (CompanyId, Tip),
        entries: Vec<Entry>,
        place: Option<OwnedMutexGuard<()>>,
    ) -> Waiting<'static, Result<Tip>> {
        let (answer, answered) = oneshot::channel();
        let commit = Commit { company, from, rows: chain(company, from, entries), place, answer };
        if self.enter(commit) {
            let (group, pool_of_it) = (self.clone(), pool.clone());
            drop(pool.run(async move {
                while group.exchange(&pool_of_it).await {}
                Ok(())
            }));
        }
        Box::pin(async move { answered.await.unwrap_or_else(|_| Err(ended())) })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an exchange has to begin for it.
    fn enter(&self, commit: Commit) -> bool {
        let mut queue = self.queue();
        queue.ends.insert(commit.company, commit.end());
        queue.commits.push_back(commit);
        let begins = queue.exchanges < AT_ONCE;
        queue.exchanges += usize::from(begins);
        begins
    }

    /// Those who go next, a company once; when nobody waits the exchanges are one fewer.
    fn next(&self) -> Option<Vec<Commit>> {
        let mut queue = self.queue();
        let (mut rows, mut companies) = (0, BTreeSet::new());
        let fits = |commit: &&Commit| {
            rows += commit.rows.len();
            rows <= ROWS_AT_MOST && companies.insert(commit.company)
        };
        let count = queue.commits.iter().take_while(fits).count().max(1).min(queue.commits.len());
        if count == 0 {
            queue.exchanges -= 1;
            return None;
        }
        Some(queue.commits.drain(..count).collect())
    }

    /// Sends those who wait, and answers them; whether anybody waited.
    async fn exchange(&self, pool: &Arc<Pool>) -> bool {
        let mut sending = self.sending.lock().await;
        let Some(commits) = self.next() else { return false };
        let (turns, waiting): (Vec<_>, Vec<_>) = commits
            .into_iter()
            .map(|commit| {
                let end = commit.end();
                ((commit.company, commit.from, commit.rows), (end, commit.place, commit.answer))
            })
            .unzip();
        let outcomes = match connection(&mut sending, pool).await {
            Ok(db) => {
                let mut exchange = pin!(together(&db, &turns));
                let sent = poll!(exchange.as_mut());
                drop(sending); // it is off
                match sent {
                    Poll::Ready(outcomes) => outcomes,
                    Poll::Pending => exchange.await,
                }
            }
            Err(error) => turns.iter().map(|_| Err(error.clone())).collect(),
        };
        for (((company, ..), (end, place, answer)), outcome) in turns.iter().zip(waiting).zip(outcomes) {
            let mut queue = self.queue();
            if queue.ends.get(company) == Some(&end) {
                queue.ends.remove(company);
            }
            drop((queue, place));
            answer.send(outcome.map_err(perhaps)).ok(); // nobody waits any more: it is done all the same
        }
        true
    }
}

/// The connection that the other exchange has, or another one; what is asked on it is prepared, so that it goes off at
/// once.
async fn connection(shared: &mut Weak<Loan>, pool: &Arc<Pool>) -> Result<Arc<Loan>> {
    if let Some(loan) = shared.upgrade().filter(|loan| !loan.is_closed()) {
        return Ok(loan);
    }
    let loan = Arc::new(pool.lend().await?);
    loan.prepared(&statement()).await?;
    *shared = Arc::downgrade(&loan);
    Ok(loan)
}

/// What becomes of each.
async fn together(db: &Loan, turns: &[Believing]) -> Vec<Result<Tip>> {
    match append_all(db, turns).await {
        Ok(moved) => turns.iter().map(|turn| outcome(&moved, turn)).collect(),
        // Something of one of them: nothing was written.
        Err(error) if turns.len() > 1 && !matches!(error, Error::Lost { .. }) => {
            let mut outcomes = Vec::new();
            for turn in turns {
                let alone = append_all(db, std::slice::from_ref(turn)).await;
                outcomes.push(alone.and_then(|moved| outcome(&moved, turn)));
            }
            outcomes
        }
        Err(error) => turns.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn outcome(moved: &BTreeSet<CompanyId>, (company, from, rows): &Believing) -> Result<Tip> {
    let end = rows.last().map_or(*from, Row::tip);
    if moved.contains(company) { Ok(end) } else { Err(Error::Conflict(Conflict::Tip)) }
}

/// A turn of a company: the tip that it believes, and its chained rows.
type Believing = (CompanyId, Tip, Vec<Row>);

/// Appends chained rows of several companies behind tips that are believed, not held: one statement, one transaction, one round trip. If a
/// company's log had gone on, or somebody stages rows, its row of `tip` isn't moved and nothing of it is inserted; the answer names
/// those that were moved. One that another node holds at the moment is passed over alike: nobody waits, so nobody waits for each other.
async fn append_all(db: &Connected, turns: &[Believing]) -> Result<BTreeSet<CompanyId>> {
    let columns = Columns::of(turns.iter().flat_map(|(_, _, rows)| rows));
    let ends: Vec<Tip> = turns.iter().map(|(_, from, rows)| rows.last().map_or(*from, Row::tip)).collect();
    let companies: Vec<i64> = turns.iter().map(|(company, _, _)| id(*company)).collect();
    let (before, after): (Vec<i64>, Vec<i64>) =
        turns.iter().zip(&ends).map(|((_, from, _), end)| (signed(from.seq), signed(end.seq))).unzip();
    let (from_hashes, to_hashes): (Vec<&[u8]>, Vec<&[u8]>) =
        turns.iter().zip(&ends).map(|((_, from, _), end)| (&from.hash.0[..], &end.hash.0[..])).unzip();
    let mut values = columns.values();
    let tips: [&(dyn ToSql + Sync); 5] = [&companies, &before, &from_hashes, &after, &to_hashes];
    values.extend(tips);
    match db.query(&statement(), &values).await {
        Ok(moved) => moved.iter().map(company).collect(),
        Err(error) if turns.len() == 1 && is_taken(&error) => {
            Err(conflict(db, turns[0].0, &turns[0].2).await)
        }
        Err(error) => Err(error),
    }
}

fn statement() -> String {
    format!(
        "with asked as (select * from unnest($11::bigint[], $12::bigint[], $13::bytea[], $14::bigint[], $15::bytea[])
                as asked (company, seq, hash, next_seq, next_hash)),
            free as (select tip.company from tip join asked on asked.company = tip.company and asked.seq = tip.seq
                and asked.hash = tip.hash
                where not exists (select from lease where lease.company = tip.company and name = 'staging' and until > {NOW})
                for update of tip skip locked),
            moved as (update tip set seq = next_seq, hash = next_hash from asked join free using (company)
                where tip.company = asked.company returning tip.company),
            written as (insert into log ({COLUMNS}) select r.* from {} as r ({COLUMNS}) join moved on moved.company = r.company)
         select company from moved", arrays()
    )
}
