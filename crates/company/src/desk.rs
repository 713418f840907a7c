//! A company as the runner sees it: `sync::Desk` over its log, the tables beside it, its lease and its files.
//!
//! ```text
//! (company 1, Body, "body/000017-request")   the bytes of a request, until they are swept away
//! (company 1, Body, "note/looked")           a note of the runner, kept until it is written anew
//! ```
//! Whatever the runner asks stands in the log as done by nobody, via `sync`. What it writes under a lease that somebody else
//! has taken is refused as a whole. Not here: what is asked (`sync`), what it means (`plan`).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use book::Day;
use store::{Attachments, Conflict, Error, Hash, Item, Lease, Sheet, Store, Taken, Write};
use sync::{Beside, Fence, Trouble, View};
use world::{Moment, Waiting};

use crate::fold::{Asked, Failure};
use crate::log::Log;
use crate::operations::{Company, Wish};
use crate::state::State;
use crate::xero::notices::PREFIX;

/// The lease that says who runs a company's synchronisation.
pub const LEASE: &str = "sync";

/// The date in a time zone; in UTC, if there is no such zone.
pub fn today(zone: &str, now: Moment) -> Day {
    let now = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let date = now.to_zoned(zone).date();
    let part = |number: i8| u32::try_from(number).unwrap_or(1);
    Day::new(date.year().into(), part(date.month()), part(date.day())).unwrap_or(Day::FIRST)
}

/// A company's desk.
#[derive(Clone)]
pub struct Desk {
    log: Arc<Log<Company>>,
    files: Arc<dyn Attachments>,
    zone: String,
    holder: String,
}

impl Desk {
    /// Over a company's log; `zone` is the time zone of its days, `holder` says who we are to whoever finds the lease
    /// taken.
    pub fn new(
        log: Arc<Log<Company>>,
        files: Arc<dyn Attachments>,
        zone: impl Into<String>,
        holder: impl Into<String>,
    ) -> Desk {
        Desk { log, files, zone: zone.into(), holder: holder.into() }
    }

    /// The log under it.
    pub fn log(&self) -> &Arc<Log<Company>> {
        &self.log
    }

    /// The company's date.
    pub fn today(&self) -> Day {
        today(&self.zone, self.log.clock.now())
    }

    fn store(&self) -> &dyn Store {
        &*self.log.store
    }

    fn seen(&self, state: State<Company>) -> View {
        let Company { book, exchange } = state.fold;
        View { book, exchange, today: self.today() }
    }

    async fn item(&self, key: String) -> Result<Option<Item>, Trouble> {
        self.store().item(self.log.company(), Sheet::Body, key).await.map_err(store_trouble)
    }

    /// Our clock may be another than the database's: what counts is how much is left.
    fn fence(asked: Moment, lease: &Lease) -> Fence {
        Fence { number: lease.fence, until: asked.plus(lease.left()) }
    }
}

pub(crate) fn body_key(key: &str) -> String {
    format!("body/{key}")
}

fn note_key(key: &str) -> String {
    format!("note/{key}")
}

fn writes(beside: Vec<Beside>) -> Vec<Write> {
    let write = |beside| {
        Write::Put(
            Sheet::Body,
            match beside {
                Beside::Body { key, bytes, until } => {
                    Item { key: body_key(&key), value: bytes, until: Some(until) }
                }
                Beside::Note { key, text } => {
                    Item { key: note_key(&key), value: text.into_bytes(), until: None }
                }
            },
        )
    };
    beside.into_iter().map(write).collect()
}

fn store_trouble(error: Error) -> Trouble {
    match error {
        Error::Corrupt(_) => Trouble::Damaged(format!("{error}. {}", error.remedy())),
        // Somebody else has it by now: nothing was written, and asking again doesn't help.
        Error::Conflict(Conflict::Lease(_)) => {
            Trouble::Refused { code: "lease-lost".to_owned(), text: format!("Nothing was written: {error}.") }
        }
        error => Trouble::NotNow(format!("{error}. {}", error.remedy())),
    }
}

fn trouble(failure: Failure) -> Trouble {
    match failure {
        // Decided on no state at all: an import is a matter of minutes.
        Failure::Refused(problem) if problem.code == "import-running" => {
            Trouble::NotNow(format!("{} {}", problem.message, problem.remedy))
        }
        Failure::Refused(problem) => {
            Trouble::Refused { code: problem.code, text: format!("{} {}", problem.message, problem.remedy) }
        }
        Failure::NotNow(problem) => Trouble::NotNow(format!("{} {}", problem.message, problem.remedy)),
        Failure::Store(error) => store_trouble(error),
        damaged @ Failure::Damaged { .. } => Trouble::Damaged(damaged.to_string()),
    }
}

impl sync::Desk for Desk {
    fn view(&self) -> Waiting<'_, Result<View, Trouble>> {
        Box::pin(async { self.log.view(None).await.map(|state| self.seen(state)).map_err(trouble) })
    }

    fn ask(
        &self,
        id: String,
        wish: plan::Command,
        beside: Vec<Beside>,
        fence: Option<Fence>,
    ) -> Waiting<'_, Result<View, Trouble>> {
        Box::pin(async move {
            let mut writes = writes(beside);
            writes.extend(fence.map(|fence| Write::Fence(LEASE.to_owned(), fence.number)));
            let command = Box::new(wish);
            let wish = Wish::Exchange { command, beside: writes };
            let asked = Asked { id, by: 0, via: "sync".to_owned(), today: self.today(), wish };
            let done = self.log.ask(asked).await.map_err(trouble)?;
            self.log.view(Some(done.last)).await.map(|state| self.seen(state)).map_err(trouble)
        })
    }

    fn body(&self, key: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move { Ok(self.item(body_key(&key)).await?.map(|item| item.value)) })
    }

    fn note(&self, key: String) -> Waiting<'_, Result<Option<String>, Trouble>> {
        Box::pin(async move {
            let item = self.item(note_key(&key)).await?;
            Ok(item.and_then(|item| String::from_utf8(item.value).ok()))
        })
    }

    fn keep(&self, beside: Vec<Beside>) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async move {
            self.store().write(self.log.company(), writes(beside)).await.map_err(store_trouble)
        })
    }

    fn notices(&self) -> Waiting<'_, Result<BTreeSet<String>, Trouble>> {
        Box::pin(async move {
            let items = self.store().items(self.log.company(), Sheet::Inbox, PREFIX.to_owned(), 100).await;
            let items = items.map_err(store_trouble)?;
            Ok(items.into_iter().filter_map(|item| Some(item.key.strip_prefix(PREFIX)?.to_owned())).collect())
        })
    }

    fn noticed(&self, kinds: BTreeSet<String>) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let gone = kinds.into_iter().map(|kind| Write::Delete(Sheet::Inbox, format!("{PREFIX}{kind}")));
            self.store().write(self.log.company(), gone.collect()).await.map_err(store_trouble)
        })
    }

    fn file(&self, sha256: String) -> Waiting<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move {
            let Some(hash) = Hash::read(&sha256) else { return Ok(None) };
            self.files.get(self.log.company(), hash).await.map_err(store_trouble)
        })
    }

    fn take_lease(&self, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>> {
        Box::pin(async move {
            let asked = self.log.clock.now();
            let (name, holder) = (LEASE.to_owned(), self.holder.clone());
            match self.store().lease_take(self.log.company(), name, holder, length).await {
                Ok(Taken::Ours(lease)) => Ok(Some(Desk::fence(asked, &lease))),
                Ok(Taken::Theirs(_)) => Ok(None),
                Err(error) => Err(store_trouble(error)),
            }
        })
    }

    fn renew_lease(&self, fence: Fence, length: Duration) -> Waiting<'_, Result<Option<Fence>, Trouble>> {
        Box::pin(async move {
            let asked = self.log.clock.now();
            let name = LEASE.to_owned();
            match self.store().lease_renew(self.log.company(), name, fence.number, length).await {
                Ok(lease) => Ok(Some(Desk::fence(asked, &lease))),
                Err(Error::Conflict(Conflict::Lease(_))) => Ok(None),
                Err(error) => Err(store_trouble(error)),
            }
        })
    }

    fn release_lease(&self, fence: Fence) -> Waiting<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let released = self.store().lease_release(self.log.company(), LEASE.to_owned(), fence.number);
            released.await.map_err(store_trouble)
        })
    }
}
