//! What was read of Xero to hold the book against: its trial balance on a day, and others' entries on our accounts.
//!
//! Read anew each time it is wanted and kept beside the log, not in it: it says nothing that Xero couldn't say again.
//! The stand-in's own trial balance is made without us, and so is Xero's: that is what makes it a witness.

use std::collections::{BTreeMap, BTreeSet};

use book::Day;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use xero::Decimal;

use super::AccountId;
use super::entries::{Entry, amount};
use crate::subject::Guid;

/// An account's balance: debits less credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// What it holds: the year to date for profit and loss.
    #[serde(with = "crate::number::text")]
    pub balance: Decimal,
}

/// What Xero said for a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// As of the end of this day.
    pub day: Day,
    /// When it was read, seconds since 1970.
    pub at: i64,
    /// The exchange's last event then: what was sent or seen since isn't in these balances.
    pub known: u64,
    /// Trial balances by day: of this day, of the evening before the cut-over, of the end of the month before.
    pub balances: BTreeMap<Day, Vec<Balance>>,
    /// Entries that aren't ours, on accounts of ours.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// Whether all entries since the cut-over were read; else some are missing, and stand under "unexplained".
    pub whole: bool,
}

impl Witness {
    /// The days whose trial balances are wanted for a reconciliation of a day.
    #[must_use]
    pub fn days(day: Day, cut_over: Option<Day>) -> Vec<Day> {
        let (year, month, _) = day.parts();
        let begins = Day::new(year, month, 1).map(Day::previous);
        let mut days = vec![day];
        days.extend(cut_over.map(Day::previous).filter(|eve| *eve < day));
        days.extend(begins.filter(|begins| !days.contains(begins)));
        days
    }

    /// The balances of a day that was read, in the company's currency.
    #[must_use]
    pub fn amounts_on(&self, day: Day, base: Currency) -> BTreeMap<AccountId, Amount> {
        let balances = self.balances.get(&day).into_iter().flatten();
        balances.filter_map(|one| Some((one.account, amount(one.balance, base)?))).collect()
    }

    /// The balances of the day itself.
    #[must_use]
    pub fn amounts(&self, base: Currency) -> BTreeMap<AccountId, Amount> {
        self.amounts_on(self.day, base)
    }
}

/// Others' entries as far as they were read, and how far that is: what the next look goes on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The first day that is read.
    pub from: Day,
    /// The accounts that they were read for: other accounts want everything anew.
    pub accounts: BTreeSet<AccountId>,
    /// How far each collection was read, by Xero's clock, milliseconds since 1970.
    pub marks: BTreeMap<String, i64>,
    /// Whether every collection was read to its end.
    pub whole: bool,
    /// The entries on these accounts, by Xero's id.
    pub entries: BTreeMap<Guid, Entry>,
}

impl Entries {
    /// Nothing read yet.
    #[must_use]
    pub fn none(from: Day, accounts: BTreeSet<AccountId>) -> Entries {
        Entries { from, accounts, marks: BTreeMap::new(), whole: true, entries: BTreeMap::new() }
    }

    /// What was read before, if it is of the same accounts and days; else nothing.
    #[must_use]
    pub fn going_on(self, from: Day, accounts: &BTreeSet<AccountId>) -> Entries {
        match self.from == from && self.accounts == *accounts {
            true => self,
            false => Entries::none(from, accounts.clone()),
        }
    }

    /// Takes what was read of an entry in: it is kept if it counts and stands on one of the accounts.
    pub fn take(&mut self, entry: Entry) {
        let touches = entry.lines.iter().any(|line| self.accounts.contains(&line.account));
        if entry.counts && touches && entry.day >= self.from {
            self.entries.insert(entry.id, entry);
        } else {
            self.entries.remove(&entry.id);
        }
    }
}
