//! What an engine can do: the log by turns, the sheets beside it, leases, snapshots, staging.
//!
//! Object-safe, and without a runtime: every future can be awaited anywhere. The contract is a test suite that every
//! engine runs (`contract`), so what it promises is written there with examples.
//!
//! Not here: an engine.

use crate::error::Result;
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use std::time::Duration;
use world::{Moment, Waiting};

/// A store: all companies' logs and what lies beside them.
pub trait Store: Send + Sync {
    /// Every company that has rows, or had a turn, with the end of its log; by number.
    fn companies(&self) -> Waiting<'_, Result<Vec<(CompanyId, Tip)>>>;

    /// Where a company's log ends; zeros if it has none.
    fn tip(&self, company: CompanyId) -> Waiting<'_, Result<Tip>>;

    /// A page of rows that begin behind `after`, in order: at most `most`, fewer if they are large, none at the end.
    fn rows(&self, company: CompanyId, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>>;

    /// The rows of those commands that stand in the log, by their ids, in the log's order. Ids that aren't there are
    /// left out.
    fn find(&self, company: CompanyId, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>>;

    /// Waits for the company's turn. Until it is committed or dropped nobody else writes this company's log.
    fn begin(&self, company: CompanyId) -> Waiting<'_, Result<Box<dyn Turn>>>;

    /// Waits for the company's turn, for somebody who knows where the log ended a moment ago. The turn may believe it
    /// instead of looking (its `tip` is then `known`, which an engine of many nodes needn't hold against others):
    /// its commit, or its beginning already, is a `Conflict::Tip` if the log had gone on, or somebody stages rows. `known` may
    /// be where a commit that is under way will end (`end`): an engine waits for that, or sends this turn's right behind it.
    fn begin_at(&self, company: CompanyId, _known: Tip) -> Waiting<'_, Result<Box<dyn Turn>>> {
        self.begin(company)
    }

    /// One item.
    fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Waiting<'_, Result<Option<Item>>>;

    /// A page of items whose keys come after `after` (empty: from the first), by key; at most `most`.
    fn items(
        &self,
        company: CompanyId,
        sheet: Sheet,
        after: String,
        most: usize,
    ) -> Waiting<'_, Result<Vec<Item>>>;

    /// Changes beside the log: all, durably, or none.
    fn write(&self, company: CompanyId, writes: Vec<Write>) -> Waiting<'_, Result<()>>;

    /// Deletes all companies' items of a sheet that end at `now` or before; how many.
    fn sweep(&self, sheet: Sheet, now: Moment) -> Waiting<'_, Result<u64>>;

    /// Takes the lease, if it is free or has ended by the database's clock. Not even its holder can take it anew.
    fn lease_take(
        &self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
    ) -> Waiting<'_, Result<Taken>>;

    /// From now on for `length`; a conflict if it was lost, or has ended (somebody may have had it since).
    fn lease_renew(
        &self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
    ) -> Waiting<'_, Result<Lease>>;

    /// Gives it back; nothing happens if it was lost.
    fn lease_release(&self, company: CompanyId, name: String, fence: u64) -> Waiting<'_, Result<()>>;

    /// The newest snapshot that this version of the code wrote.
    fn snapshot(&self, company: CompanyId, version: String) -> Waiting<'_, Result<Option<Snapshot>>>;

    /// Keeps a snapshot instead of older ones of its version; an older one than what is there is passed over.
    fn put_snapshot(&self, company: CompanyId, snapshot: Snapshot) -> Waiting<'_, Result<()>>;

    /// Adds rows to the company's staging, behind those that are there. They aren't in the log yet: `Turn::publish`
    /// moves them. The caller chains them (`chain`) behind the tip it found, and holds the lease `STAGING`.
    fn stage(&self, company: CompanyId, rows: Vec<Row>) -> Waiting<'_, Result<()>>;

    /// Drops the company's staging.
    fn unstage(&self, company: CompanyId) -> Waiting<'_, Result<()>>;

    /// Drops the staging of every company whose lease `STAGING` nobody holds; called at start. Which companies.
    fn unstage_abandoned(&self) -> Waiting<'_, Result<Vec<CompanyId>>>;

    /// What the engine itself finds wrong in its files, in its words; empty if nothing. Reads everything.
    fn examine(&self) -> Waiting<'_, Result<Vec<String>>>;
}

impl dyn Store {
    /// The lease that somebody who stages rows holds.
    pub const STAGING: &'static str = "staging";
}

/// The right to write one company's log. Dropped without a commit, it leaves nothing.
pub trait Turn: Send {
    /// Where the log ends; nobody else moves it while we have the turn (unless it believes, `Store::begin_at`).
    fn tip(&self) -> Tip;

    /// Who holds the lease `STAGING`, maybe on another node or through another process, so that this turn had better write
    /// nothing.
    fn staging(&self) -> Option<&Lease> {
        None
    }

    /// As `Store::rows`: what others wrote since.
    fn rows(&mut self, after: u64, most: usize) -> Waiting<'_, Result<Vec<Row>>>;

    /// As `Store::find`.
    fn find(&mut self, commands: Vec<String>) -> Waiting<'_, Result<Vec<Row>>>;

    /// Writes the entries behind the tip, and the changes beside the log, all or nothing. When it answers, they are
    /// durable. The answer is the new tip; the entries' places follow from the old one, in order.
    fn commit(self: Box<Self>, entries: Vec<Entry>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>>;

    /// Moves the staged rows behind the tip, with the changes beside the log, all or nothing. A conflict if they weren't
    /// chained behind this tip.
    fn publish(self: Box<Self>, writes: Vec<Write>) -> Waiting<'static, Result<Tip>>;
}
