//! The expected ledger: what every account should hold by the book, by day, section and rule.
//!
//! Each command appends deltas, one per (day, rule, debit, credit) at most, however far it reached. A delta has both
//! sides, so debits equal credits by construction. Balances as of a day are sums kept per key and day; balances as known
//! at a command are sums of the deltas up to it. The documents and lots behind a number are computed from the
//! graph when asked (`query/explain.rs`).
//! Not here: what was posted to Xero, and under which account code (`plan`).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use money::Amount;

use crate::chunks::Chunks;
use crate::costs::sum;
use crate::day::Day;
use crate::posting::{Key, Rule};

/// A key's number in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(u32);

/// What one command changed for one day and pair of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// The number of the log entry that changed it.
    pub seq: u32,
    /// The day it belongs to.
    pub day: Day,
    /// The row of POST.
    pub rule: Rule,
    /// Debited if the amount is positive.
    pub debit: KeyId,
    /// Credited if the amount is positive.
    pub credit: KeyId,
    /// Base currency.
    pub amount: Amount,
}

/// What a command posts, before equal keys are merged and what cancels out is dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Posted(Vec<(Place, Amount)>, BTreeMap<Place, Amount>);

pub(crate) type Place = (Day, Rule, KeyId, KeyId);

/// Above this many pending lines a map merges them; below, a scan is faster.
const FEW: usize = 16;

impl Posted {
    /// What was added, each day, rule and pair of accounts once or twice.
    pub(crate) fn into_lines(self) -> impl Iterator<Item = (Place, Amount)> {
        self.0.into_iter().chain(self.1).filter(|(_, amount)| !amount.is_zero())
    }

    #[inline]
    pub(crate) fn add(&mut self, day: Day, rule: Rule, debit: KeyId, credit: KeyId, amount: Amount) {
        if debit == credit || amount.is_zero() {
            return;
        }
        let place = (day, rule, debit, credit);
        if let Some(line) = self.0.iter_mut().find(|line| line.0 == place) {
            line.1 = sum(line.1, amount);
        } else if self.0.len() < FEW {
            self.0.push((place, amount));
        } else {
            let total = self.1.entry(place).or_default();
            *total = sum(*total, amount);
        }
    }
}

/// Balances of one key: day by day, ascending.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Balance {
    days: Arc<Vec<(Day, Amount)>>,
    total: Amount,
}

/// The ledger.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    keys: Arc<BTreeMap<Key, KeyId>>,
    by_id: Chunks<Key>,
    deltas: Chunks<Delta>,
    balances: Chunks<Balance>,
}

impl Ledger {
    /// The number of a key, new if it was never posted to.
    pub(crate) fn key(&mut self, key: Key) -> KeyId {
        if let Some(id) = self.keys.get(&key) {
            return *id;
        }
        let id = KeyId(u32::try_from(self.by_id.len()).unwrap_or(u32::MAX));
        self.by_id.push(key.clone());
        self.balances.push(Balance::default());
        Arc::make_mut(&mut self.keys).insert(key, id);
        id
    }

    /// The same keys, and nothing posted.
    pub(crate) fn emptied(&self) -> Ledger {
        let mut balances = Chunks::default();
        self.by_id.iter().for_each(|_| balances.push(Balance::default()));
        Ledger { keys: self.keys.clone(), by_id: self.by_id.clone(), deltas: Chunks::default(), balances }
    }

    pub(crate) fn commit(&mut self, seq: u32, posted: Posted) {
        for ((day, rule, debit, credit), amount) in posted.into_lines() {
            self.deltas.push(Delta { seq, day, rule, debit, credit, amount });
            self.balances[debit.0 as usize].add(day, amount);
            self.balances[credit.0 as usize].add(day, -amount);
        }
    }

    /// What a key stands for.
    pub fn name(&self, id: KeyId) -> &Key {
        &self.by_id[id.0 as usize]
    }

    /// All deltas in the order of the log.
    pub fn deltas(&self) -> impl Iterator<Item = &Delta> {
        self.deltas.iter()
    }

    /// The deltas of log entries from `seq` on.
    pub fn deltas_from(&self, seq: u32) -> impl Iterator<Item = &Delta> {
        let (mut from, mut to) = (0, self.deltas.len());
        while from < to {
            let middle = from.midpoint(to);
            if self.deltas[middle].seq < seq { from = middle + 1 } else { to = middle }
        }
        (from..self.deltas.len()).map(|at| &self.deltas[at])
    }

    /// The balance of every key: debits less credits, all days.
    pub fn balances(&self) -> impl Iterator<Item = (&Key, Amount)> {
        self.by_id.iter().zip(self.balances.iter()).map(|(key, balance)| (key, balance.total))
    }

    /// The balance of every key at the end of a day.
    pub fn balances_as_of(&self, day: Day) -> impl Iterator<Item = (&Key, Amount)> {
        self.by_id.iter().zip(self.balances.iter()).map(move |(key, balance)| (key, balance.as_of(day)))
    }

    /// The balance of every key at the end of a day as it was known after a log entry (INV-10).
    pub fn balances_as_known(&self, day: Day, seq: u32) -> Vec<(&Key, Amount)> {
        let mut balances = vec![Amount::ZERO; self.by_id.len()];
        for delta in self.deltas().take_while(|delta| delta.seq <= seq).filter(|delta| delta.day <= day) {
            let (debit, credit) = (delta.debit.0 as usize, delta.credit.0 as usize);
            balances[debit] = sum(balances[debit], delta.amount);
            balances[credit] = sum(balances[credit], -delta.amount);
        }
        self.by_id.iter().zip(balances).collect()
    }

    /// The movement of every key on each day.
    pub fn daily(&self) -> impl Iterator<Item = (&Key, &[(Day, Amount)])> {
        self.by_id.iter().zip(self.balances.iter()).map(|(key, balance)| (key, balance.days.as_slice()))
    }
}

impl Balance {
    fn add(&mut self, day: Day, amount: Amount) {
        self.total = sum(self.total, amount);
        let days = Arc::make_mut(&mut self.days);
        match days.last_mut() {
            Some(last) if last.0 == day => last.1 = sum(last.1, amount),
            Some(last) if last.0 > day => match days.binary_search_by_key(&day, |entry| entry.0) {
                Ok(at) => days[at].1 = sum(days[at].1, amount),
                Err(at) => days.insert(at, (day, amount)),
            },
            _ => days.push((day, amount)),
        }
    }

    fn as_of(&self, day: Day) -> Amount {
        let until = self.days.partition_point(|entry| entry.0 <= day);
        self.days[..until].iter().fold(Amount::ZERO, |total, entry| sum(total, entry.1))
    }
}
