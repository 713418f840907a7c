//! The tables of a store in memory. Copying them costs nothing, so a change that fails is a copy dropped.
//!
//! Not here: turns, faults, time.

use std::ops::Bound;
use std::time::Duration;

use rpds::RedBlackTreeMapSync as Map;
use store::{
    CompanyId, Conflict, Error, Hash, Item, Lease, Result, Row, Sheet, Snapshot, Store, Taken, Tip, Write,
    check,
};
use world::Moment;

/// All tables, company first.
#[derive(Clone, Default)]
pub(super) struct Tables {
    tips: Map<CompanyId, Tip>,
    /// By the first event's number.
    log: Map<(CompanyId, u64), Row>,
    /// Where a command's row is.
    commands: Map<(CompanyId, String), u64>,
    items: Map<(CompanyId, Sheet, String), Item>,
    leases: Map<(CompanyId, String), Lease>,
    /// By the version of the code.
    snapshots: Map<(CompanyId, String), Snapshot>,
    staging: Map<(CompanyId, u64), Row>,
    /// Attachments' bytes.
    pub(super) files: Map<(CompanyId, Hash), Vec<u8>>,
}

fn conflict<T>(conflict: Conflict) -> Result<T> {
    Err(Error::Conflict(conflict))
}

impl Tables {
    pub(super) fn companies(&self) -> Vec<(CompanyId, Tip)> {
        self.tips.iter().map(|(company, tip)| (*company, *tip)).collect()
    }

    pub(super) fn tip(&self, company: CompanyId) -> Tip {
        self.tips.get(&company).copied().unwrap_or_default()
    }

    pub(super) fn rows(&self, company: CompanyId, after: u64, most: usize) -> Vec<Row> {
        let behind = (Bound::Excluded((company, after)), Bound::Included((company, u64::MAX)));
        let mut bytes = 0;
        let fits = |row: &&Row| {
            let room = bytes < check::PAGE_BYTES;
            bytes += row.entry.bytes.len();
            room
        };
        self.log.range(behind).map(|(_, row)| row).take(most).take_while(fits).cloned().collect()
    }

    pub(super) fn find(&self, company: CompanyId, commands: &[String]) -> Vec<Row> {
        let at = |command: &String| self.commands.get(&(company, command.clone())).copied();
        let places: std::collections::BTreeSet<u64> = commands.iter().filter_map(at).collect();
        places.into_iter().filter_map(|first| self.log.get(&(company, first)).cloned()).collect()
    }

    /// Appends rows that were chained behind `from`.
    pub(super) fn append(&mut self, company: CompanyId, from: Tip, rows: Vec<Row>) -> Result<Tip> {
        if self.tip(company) != from {
            return conflict(Conflict::Tip);
        }
        let end = rows.last().map_or(from, Row::tip);
        for row in rows {
            let command = (company, row.entry.command.clone());
            if self.commands.contains_key(&command) {
                return conflict(Conflict::Command(command.1));
            }
            self.commands.insert_mut(command, row.first);
            self.log.insert_mut((company, row.first), row);
        }
        self.tips.insert_mut(company, end);
        Ok(end)
    }

    pub(super) fn item(&self, company: CompanyId, sheet: Sheet, key: String) -> Option<Item> {
        self.items.get(&(company, sheet, key)).cloned()
    }

    pub(super) fn items(&self, company: CompanyId, sheet: Sheet, after: String, most: usize) -> Vec<Item> {
        let behind = (Bound::Excluded((company, sheet, after)), Bound::Unbounded);
        let ours = |(key, _): &(&(CompanyId, Sheet, String), &Item)| (key.0, key.1) == (company, sheet);
        self.items.range(behind).take_while(ours).take(most).map(|(_, item)| item.clone()).collect()
    }

    pub(super) fn write(&mut self, company: CompanyId, writes: Vec<Write>) -> Result<()> {
        for write in writes {
            match write {
                Write::Put(sheet, item) => self.put(company, sheet, item),
                Write::Delete(sheet, key) => {
                    self.items.remove_mut(&(company, sheet, key));
                }
                Write::Swap(sheet, before, item) => {
                    let there = self.items.get(&(company, sheet, item.key.clone())).map(|item| &item.value);
                    if there != before.as_ref() {
                        return conflict(Conflict::Item(item.key));
                    }
                    self.put(company, sheet, item);
                }
                Write::Fence(name, fence) => {
                    let newest = self.leases.get(&(company, name.clone())).map(|lease| lease.fence);
                    if newest != Some(fence) {
                        return conflict(Conflict::Lease(name));
                    }
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, company: CompanyId, sheet: Sheet, item: Item) {
        self.items.insert_mut((company, sheet, item.key.clone()), item);
    }

    pub(super) fn sweep(&mut self, sheet: Sheet, now: Moment) -> u64 {
        let ended = |(key, item): &(&(CompanyId, Sheet, String), &Item)| {
            key.1 == sheet && item.until.is_some_and(|until| until <= now)
        };
        let keys: Vec<_> = self.items.iter().filter(ended).map(|(key, _)| key.clone()).collect();
        keys.iter().filter(|key| self.items.remove_mut(*key)).count() as u64
    }

    pub(super) fn lease_take(
        &mut self,
        company: CompanyId,
        name: String,
        holder: String,
        length: Duration,
        now: Moment,
    ) -> Taken {
        let key = (company, name.clone());
        let fence = match self.leases.get(&key) {
            Some(theirs) if theirs.until > now => return Taken::Theirs(Lease { now, ..theirs.clone() }),
            Some(ended) => ended.fence + 1,
            None => 1,
        };
        let ours = Lease { name, holder, fence, until: now.plus(length), now };
        self.leases.insert_mut(key, ours.clone());
        Taken::Ours(ours)
    }

    /// Moves the end of a lease that is held with this fence and hasn't ended.
    pub(super) fn lease_move(
        &mut self,
        company: CompanyId,
        name: String,
        fence: u64,
        length: Duration,
        now: Moment,
    ) -> Result<Lease> {
        let key = (company, name);
        match self.leases.get(&key).cloned() {
            Some(held) if held.fence == fence && held.until > now => {
                let moved = Lease { until: now.plus(length), now, ..held };
                self.leases.insert_mut(key, moved.clone());
                Ok(moved)
            }
            _ => conflict(Conflict::Lease(key.1)),
        }
    }

    pub(super) fn snapshot(&self, company: CompanyId, version: String) -> Option<Snapshot> {
        self.snapshots.get(&(company, version)).cloned()
    }

    pub(super) fn put_snapshot(&mut self, company: CompanyId, snapshot: Snapshot) {
        let key = (company, snapshot.version.clone());
        if self.snapshots.get(&key).is_none_or(|there| there.seq <= snapshot.seq) {
            self.snapshots.insert_mut(key, snapshot);
        }
    }

    fn staged(&self, company: CompanyId) -> Vec<Row> {
        let all = (company, 0)..=(company, u64::MAX);
        self.staging.range(all).map(|(_, row)| row.clone()).collect()
    }

    pub(super) fn stage(&mut self, company: CompanyId, rows: Vec<Row>) -> Result<()> {
        for row in rows {
            let key = (company, row.first);
            if self.staging.contains_key(&key) {
                return conflict(Conflict::Staging);
            }
            self.staging.insert_mut(key, row);
        }
        Ok(())
    }

    pub(super) fn unstage(&mut self, company: CompanyId) {
        for row in self.staged(company) {
            self.staging.remove_mut(&(company, row.first));
        }
    }

    pub(super) fn unstage_abandoned(&mut self, now: Moment) -> Vec<CompanyId> {
        let name = <dyn Store>::STAGING;
        let mut companies: Vec<CompanyId> = self.staging.keys().map(|key| key.0).collect();
        companies.dedup();
        companies.retain(|company| {
            self.leases.get(&(*company, name.to_owned())).is_none_or(|lease| lease.until <= now)
        });
        companies.iter().for_each(|company| self.unstage(*company));
        companies
    }

    /// Moves the staged rows behind `from`; the first must be linked to it.
    pub(super) fn publish(&mut self, company: CompanyId, from: Tip) -> Result<Tip> {
        let rows = self.staged(company);
        if rows.first().is_none_or(|row| row.first != from.seq + 1 || row.prev != from.hash) {
            return conflict(Conflict::Staging);
        }
        self.unstage(company);
        self.append(company, from, rows)
    }
}
