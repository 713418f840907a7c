//! Journals: looking at ours, and posting what is due (SCH-2, POST-18, POST-24).
//!
//! ```text
//! night of 2 March: look at ManualJournals since the last look → plan of 2 March → PUT ManualJournals (50 at a time) → none left
//! ```
//! A missed night posts what belongs to days up to its own evening; "Post now" up to today. Not here: which journals
//! (`plan::journals`), their intents and outcomes (`carry`, `settle`).

use book::Day;
use plan::{Command, Operation, SeenJournal, Subject, Switch, journals};
use xero::{ManualJournal, Resource, Stamp};
use xero_client::resource::{list, one};

use crate::answer::guid;
use crate::carry::tried;
use crate::desk::View;
use crate::kinds::Sent;
use crate::looks::{AT_ONCE, PAGES, mark_key, note};
use crate::report::{Phase, Stop};
use crate::rounds::{Cause, Plans, Runner};
use crate::timetable::{day, night, today};
use crate::trip::{Trip, Whole};

/// Journals that are read one by one in a look.
const AT_A_TIME: usize = 20;

/// Whether documents go in a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Documents {
    Go,
    Stay,
}

impl Runner {
    /// Up to which day journals are posted in this run; none if none are.
    pub(crate) fn journals_due(&self, cause: Cause, view: &View) -> Option<Day> {
        let settings = view.exchange.settings();
        if settings.balances == Switch::Off && view.exchange.journals().next().is_none() {
            return None;
        }
        match cause {
            Cause::Nightly => Some(day(night(settings, &self.zone, self.clock.now()))),
            Cause::PostNow => Some(day(today(&self.zone, self.clock.now()))),
            Cause::Schedule | Cause::ByHand | Cause::Refresh => None,
        }
    }
}

impl Trip<'_> {
    /// What a run is for, in this order.
    pub(crate) async fn documents_and_journals(
        &mut self,
        (documents, journals): (Documents, Option<Day>),
        plans: &mut dyn Plans,
    ) -> Result<(), Stop> {
        if documents == Documents::Go {
            self.rounds(plans).await?;
        }
        match journals {
            Some(until) => self.post_journals(until).await,
            None => Ok(()),
        }
    }

    /// Looks at our journals: what somebody posted, edited, voided or deleted there.
    pub(crate) async fn look_at_journals(&mut self) -> Result<(), Stop> {
        if self.view.exchange.journals().next().is_none() {
            return Ok(());
        }
        self.phase(Phase::Looking);
        let known = self.note(&mark_key(ManualJournal::PATH)).await?;
        let (connected, _) = self.view.exchange.connected();
        let since = known.and_then(|text| text.parse().ok()).unwrap_or(connected.saturating_mul(1_000));
        let mut call = list::<ManualJournal>();
        if let Some(since) = Stamp::from_millis(since) {
            call = call.changed_since(since);
        }
        let (mut all, whole) = self.pages::<ManualJournal>(call, PAGES).await?;
        // One that a person chose among several may be older than the last look.
        let exchange = &self.view.exchange;
        let unread = exchange.journals().filter(|(_, journal)| journal.now.is_none());
        let unread: Vec<plan::Guid> =
            unread.filter_map(|(_, journal)| journal.xero).take(AT_A_TIME).collect();
        for id in unread {
            let page = self.page::<ManualJournal>(one::<ManualJournal>(&id.to_string())).await?;
            all.items.extend(page.into_iter().flat_map(|page| page.items));
        }
        let exchange = &self.view.exchange;
        let new = |record: &ManualJournal| {
            let Subject::Journal(number) = exchange.subject(guid(record.id()?))? else { return None };
            let held = record.journal(exchange.lists())?;
            let is_new = exchange.journal(*number)?.now.as_ref() != Some(&held);
            is_new.then_some(SeenJournal { number: *number, held })
        };
        let seen: Vec<SeenJournal> = all.items.iter().filter_map(new).collect();
        self.report.seen += u32::try_from(seen.len()).unwrap_or(u32::MAX);
        for chunk in seen.chunks(AT_ONCE) {
            self.ask(Command::SeeJournals(chunk.to_vec()), Vec::new()).await?;
        }
        let last = all.items.iter().filter_map(Sent::updated).max();
        let mark = if whole == Whole::Yes { all.at } else { last };
        self.keep(mark.map(|mark| note(&mark_key(ManualJournal::PATH), mark.millis())).into_iter().collect())
            .await
    }

    /// Posts what is due until a day, until nothing is.
    pub(crate) async fn post_journals(&mut self, until: Day) -> Result<(), Stop> {
        for _ in 0..self.terms.rounds {
            self.go_on()?;
            let ready = self.journals_ready(until);
            if ready.is_empty() {
                break;
            }
            let before = self.view.exchange.seq();
            self.organisation().await?;
            // The lock dates may just have moved.
            let ready = if self.view.exchange.seq() == before { ready } else { self.journals_ready(until) };
            self.carry(ready).await?;
        }
        self.settle_open().await
    }

    fn journals_ready(&self, until: Day) -> Vec<Operation> {
        let View { book, exchange, .. } = &self.view;
        let operations = journals::plan(book, exchange, until).operations(book, exchange);
        let ready = |one: &Operation| one.is_ready() && !self.tried.contains(&tried(one));
        operations.into_iter().filter(ready).collect()
    }
}
