//! The general ledger: numbered entries whose lines sum to zero. Everything a report says comes from here.
//!
//! Example: an approved invoice of 24.15 posts DEBTORS +24.15, 200 Sales −21.00, GST −3.15. Voiding it adds a
//! second entry with the signs turned; entries themselves never change.
//! Debits are positive, amounts are in base currency. A source (document, payment, allocation, journal) has at
//! most one live entry; posting it anew reverses the old one first, unless nothing differs.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::guid::Guid;
use super::table::Row;
use super::{Org, records::Account};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub id: Guid,
    pub number: u64,
    pub date: Date,
    pub source: Guid,
    pub source_type: String,
    pub reference: Option<String>,
    pub lines: Vec<LedgerLine>,
    pub standing: Standing,
    pub updated: i64,
}

/// Whether an entry counts alone or is one half of a pair that cancels out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Live,
    Reversed,
    Reversal,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LedgerLine {
    pub account: Guid,
    pub net: Decimal,
    pub tax: Decimal,
    pub tax_type: Option<String>,
    pub description: Option<String>,
    pub tracking: Vec<(Guid, Guid)>,
}

impl LedgerLine {
    pub(crate) fn plain(account: Guid, net: Decimal) -> LedgerLine {
        LedgerLine { account, net, ..LedgerLine::default() }
    }
}

impl Row for Entry {
    fn id(&self) -> Guid {
        self.id
    }
    fn updated(&self) -> i64 {
        self.updated
    }
    fn keys(&self) -> Vec<(char, String)> {
        vec![('s', self.source.to_string())]
    }
}

/// What an entry is about.
pub(crate) struct Source<'a> {
    pub id: Guid,
    pub kind: &'a str,
    pub date: Date,
    pub reference: Option<String>,
}

impl Org {
    /// The account that plays a system part, e.g. `DEBTORS`. Seeds have each; without one the zero id stands in.
    pub(crate) fn system_account(&self, system: &str) -> Guid {
        let found = self.state.accounts.iter().find(|a| a.system == system);
        found.map_or(Guid::ZERO, |a| a.id)
    }

    pub(crate) fn live_entry(&self, source: Guid) -> Option<&Entry> {
        self.state.ledger.with_key('s', &source.to_string()).find(|e| e.standing == Standing::Live)
    }

    /// Posts for a source in place of what it posted before. What the lines lack to zero goes to ROUNDING.
    pub(crate) fn post(&mut self, source: &Source<'_>, mut lines: Vec<LedgerLine>, now: i64) {
        let rest: Decimal = lines.iter().map(|l| l.net).sum();
        if !rest.is_zero() {
            lines.push(LedgerLine::plain(self.system_account("ROUNDING"), -rest));
        }
        if let Some(live) = self.live_entry(source.id)
            && live.date == source.date
            && live.lines == lines
        {
            return;
        }
        self.unpost(source.id, now);
        let mut by_account: BTreeMap<Guid, Decimal> = BTreeMap::new();
        for line in &lines {
            *by_account.entry(line.account).or_default() += line.net;
        }
        if by_account.values().all(Decimal::is_zero) {
            return;
        }
        self.append(source, lines, Standing::Live, now);
    }

    /// Reverses what a source posted, on the same day.
    pub(crate) fn unpost(&mut self, source: Guid, now: i64) {
        let Some(live) = self.live_entry(source).cloned() else { return };
        let turned = live.lines.iter().map(|l| LedgerLine { net: -l.net, tax: -l.tax, ..l.clone() });
        let about = Source {
            id: source,
            kind: &live.source_type,
            date: live.date,
            reference: live.reference.clone(),
        };
        self.append(&about, turned.collect(), Standing::Reversal, now);
        self.state.ledger.put(Entry { standing: Standing::Reversed, ..live });
    }

    fn append(&mut self, source: &Source<'_>, lines: Vec<LedgerLine>, standing: Standing, now: i64) {
        self.state.meta.journals += 1;
        let entry = Entry {
            id: self.new_id(),
            number: self.state.meta.journals,
            date: source.date,
            source: source.id,
            source_type: source.kind.to_owned(),
            reference: source.reference.clone(),
            lines,
            standing,
            updated: now,
        };
        self.state.ledger.put(entry);
    }

    /// Balances by account of the entries dated in the span; accounts without lines are missing.
    pub(crate) fn movements(&self, from: Option<Date>, until: Date) -> BTreeMap<Guid, Decimal> {
        let mut sums: BTreeMap<Guid, Decimal> = BTreeMap::new();
        let within = |e: &&Entry| e.date <= until && from.is_none_or(|from| e.date >= from);
        for line in self.state.ledger.iter().filter(within).flat_map(|e| &e.lines) {
            *sums.entry(line.account).or_default() += line.net;
        }
        sums
    }

    /// Accounts by code, those without a code last.
    pub(crate) fn accounts_by_code(&self) -> Vec<&Account> {
        let mut accounts: Vec<&Account> = self.state.accounts.iter().collect();
        accounts.sort_by_key(|a| (a.code.is_empty(), a.code.clone(), a.name.clone()));
        accounts
    }
}
