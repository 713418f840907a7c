//! Reading what the book is held against: trial balances, and others' entries on our accounts (REC-2, REC-5).
//!
//! ```text
//! GET Reports/TrialBalance?date=2026-03-31      the day, the evening before the cut-over, the end of the month before
//! GET ManualJournals, Invoices, CreditNotes, BankTransactions   from the cut-over on, then what changed since
//! ```
//! Read in the nightly run with Balances on, and when a person asks; kept beside the log, where the next look goes on from it.
//! Not here: what it means (`plan::reconcile`).

use std::collections::BTreeMap;

use book::Day;
use plan::reconcile::{self, Balance, Entries, Entry, Witness};
use plan::{Lists, Switch};
use xero::{BankTransaction, CreditNote, Invoice, ManualJournal, Report, Resource, Stamp};
use xero_client::call::Call;
use xero_client::resource::list;

use crate::desk::{Beside, Desk, View};
use crate::report::{Phase, Stop};
use crate::rounds::Cause;
use crate::trip::{Trip, Whole};

/// The note that keeps others' entries.
const ENTRIES: &str = "witness-entries";
/// Pages of a collection in one look.
const PAGES: u32 = 20;

/// The note that keeps what Xero said for a day.
fn key(day: Day) -> String {
    format!("witness-{day}")
}

/// The note that names the day that was read last.
const LAST: &str = "witness-last";

/// What Xero last said for a day; none if it wasn't asked.
pub async fn witness(desk: &dyn Desk, day: Day) -> Option<Witness> {
    let text = desk.note(key(day)).await.ok()??;
    serde_json::from_str(&text).ok()
}

/// What Xero said last, for whatever day.
pub async fn last_witness(desk: &dyn Desk) -> Option<Witness> {
    let day = desk.note(LAST.to_owned()).await.ok()??;
    witness(desk, day.parse().ok()?).await
}

/// What is read besides, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A person waits for the balances of this day.
    Asked(Day),
    /// The nightly run; what can't be read tonight is read tomorrow.
    Nightly(Day),
}

/// What a run of this cause reads.
pub(crate) fn reading_due(cause: Cause, asked: Option<Day>, view: &View) -> Option<Reading> {
    let nightly = cause == Cause::Nightly && view.exchange.settings().balances == Switch::On;
    asked.map(Reading::Asked).or(nightly.then_some(Reading::Nightly(view.today)))
}

impl Trip<'_> {
    /// Reads what is due, if anything is. A night isn't made up because a report couldn't be read.
    pub(crate) async fn read_besides(&mut self, reading: Option<Reading>) -> Result<(), Stop> {
        match reading {
            None => Ok(()),
            Some(Reading::Asked(day)) => self.read_witness(day).await,
            Some(Reading::Nightly(day)) => match self.read_witness(day).await {
                Err(Stop::Wait { .. }) => Ok(()),
                read => read,
            },
        }
    }

    /// Reads what the book is held against on a day, and keeps it.
    async fn read_witness(&mut self, day: Day) -> Result<(), Stop> {
        self.phase(Phase::Looking);
        let cut_over = self.view.exchange.cut_over();
        let entries = self.read_entries(cut_over.unwrap_or(day)).await?;
        let mut balances = BTreeMap::new();
        for wanted in Witness::days(day, cut_over) {
            balances.insert(wanted, self.trial_balance(wanted).await?);
        }
        let at = self.now().millis().div_euclid(1_000);
        let whole = entries.whole;
        let theirs: Vec<Entry> = entries.entries.values().cloned().collect();
        let known = self.view.exchange.seq();
        let witness = Witness { day, at, known, balances, entries: theirs, whole };
        let note = |key: String, text| Beside::Note { key, text };
        let as_text = |why: serde_json::Error| Stop::Wait { why: why.to_string(), until: self.soon() };
        let kept = vec![
            note(ENTRIES.to_owned(), serde_json::to_string(&entries).map_err(as_text)?),
            note(key(day), serde_json::to_string(&witness).map_err(as_text)?),
            note(LAST.to_owned(), day.to_string()),
        ];
        self.keep(kept).await
    }

    /// What each account holds at the end of a day by Xero's trial balance: debits less credits (API-FACTS 4.16).
    pub(crate) async fn trial_balance(&mut self, day: Day) -> Result<Vec<Balance>, Stop> {
        let call = Call::read("Reports/TrialBalance").with("date", day.to_string());
        let until = self.soon();
        let unreadable =
            |why: String| Stop::Wait { why: format!("Xero's trial balance can't be read: {why}."), until };
        let page = self.page::<Report>(call).await?;
        let report = page.and_then(|page| page.items.into_iter().next());
        let report = report.ok_or_else(|| unreadable("there is none".to_owned()))?;
        let balances = report.account_balances().map_err(unreadable)?;
        Ok(balances.into_iter().map(|one| Balance { account: one.account, balance: one.balance }).collect())
    }

    /// Others' entries from a day on, as far as they are new to what was read before.
    async fn read_entries(&mut self, from: Day) -> Result<Entries, Stop> {
        let accounts = reconcile::watched(&self.view.exchange);
        let before = self.note(ENTRIES).await?.and_then(|text| serde_json::from_str::<Entries>(&text).ok());
        let mut entries = match before {
            Some(before) => before.going_on(from, &accounts),
            None => Entries::none(from, accounts),
        };
        self.read_kind::<ManualJournal>(&mut entries, reconcile::manual_journal).await?;
        self.read_kind::<Invoice>(&mut entries, reconcile::invoice).await?;
        self.read_kind::<CreditNote>(&mut entries, reconcile::credit_note).await?;
        self.read_kind::<BankTransaction>(&mut entries, reconcile::bank_transaction).await?;
        Ok(entries)
    }

    async fn read_kind<T: Resource>(
        &mut self,
        entries: &mut Entries,
        read: fn(&T, &Lists) -> Option<Entry>,
    ) -> Result<(), Stop> {
        let mut call = list::<T>();
        match entries.marks.get(T::PATH).copied().and_then(Stamp::from_millis) {
            Some(since) => call = call.changed_since(since),
            None => {
                let (year, month, day) = entries.from.parts();
                call = call.with("where", format!("Date >= DateTime({year}, {month:02}, {day:02})"));
            }
        }
        let (all, whole) = self.pages::<T>(call, PAGES).await?;
        let lists = self.view.exchange.lists();
        all.items.iter().filter_map(|record| read(record, lists)).for_each(|entry| entries.take(entry));
        match (whole, all.at) {
            (Whole::Yes, Some(at)) => {
                entries.marks.insert(T::PATH.to_owned(), at.millis());
            }
            (Whole::Yes, None) => {}
            // The next look begins this collection anew; until then some are missing.
            (Whole::No, _) => entries.whole = false,
        }
        Ok(())
    }
}
