//! The notation of the cases: statements of the trade in, journals and lots out.
//!
//! `ship SH-1 2026-03-05: 12 JAM` becomes a command for the book; what the book then expects of the accounts is printed as
//! an accountant writes it. One helper calls the API; hundreds of cases don't know it. tests/cases/README.md has the
//! notation. Not here: what is right; the cases say so.

#![allow(dead_code, unused_imports, reason = "every test file uses a part of it")]

mod lines;
mod making;
mod office;
mod print;
mod statements;
mod sums;
mod trade;

use std::collections::BTreeMap;

use book::*;
use money::{Currency, Quantity};

pub use print::{journals, lots, purchases, worth};

/// A book that reads statements.
#[derive(Clone)]
pub struct Shop {
    pub book: Book,
    pub today: Day,
    /// Who says what follows.
    pub by: u32,
    /// Consolidated invoices that were approved.
    pub frozen: Vec<Frozen>,
    /// Events of the whole case, for replaying.
    pub events: Vec<Event>,
    /// What the last statement recomputed.
    pub recomputed: u64,
}

/// A statement that can't be read, or that the book refused.
#[derive(Debug)]
pub enum Failure {
    Unreadable(String),
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

pub type Outcome<T> = Result<T, Failure>;

pub fn unreadable<T>(what: impl Into<String>) -> Outcome<T> {
    Err(Failure::Unreadable(what.into()))
}

pub const STAMP: Stamp = Stamp { at: 0, by: 0 };

impl Shop {
    /// A company in NZD with units pc and kg, warehouse Main, supplier Nord, customer Shop (20 days to pay).
    pub fn new() -> Shop {
        let today = Day::new(2026, 3, 31).expect("a day");
        let mut shop = Shop {
            book: Book::new(Currency::NZD),
            today,
            by: 0,
            frozen: Vec::new(),
            events: Vec::new(),
            recomputed: 0,
        };
        for statement in [
            "unit pc",
            "unit kg",
            "warehouse Main",
            "supplier Nord terms 20 days",
            "customer Shop terms 20 days",
        ] {
            shop.say(statement).expect("the usual records");
        }
        shop
    }

    /// Who asks, and when.
    pub fn asking(&self) -> Asking {
        Asking { today: self.today, by: self.by }
    }

    pub fn command(&mut self, command: Command) -> Outcome<()> {
        let events = self.book.decide(command, self.asking())?;
        self.recomputed = 0;
        for event in events {
            self.book.apply(&event, Stamp { at: 0, by: self.by });
            self.recomputed += self.book.recomputed();
            self.events.push(event);
        }
        Ok(())
    }

    /// Reads and does a statement.
    pub fn say(&mut self, statement: &str) -> Outcome<()> {
        for command in self.read(statement)? {
            self.command(command)?;
        }
        Ok(())
    }
}

/// The words of a statement: before the colon by spaces, after it lines by semicolons.
pub struct Words<'a> {
    pub head: Vec<&'a str>,
    pub lines: Vec<Vec<&'a str>>,
}

impl<'a> Words<'a> {
    pub fn of(statement: &'a str) -> Words<'a> {
        let (head, rest) = statement.split_once(": ").unwrap_or((statement, ""));
        let words = |text: &'a str| text.split_whitespace().collect::<Vec<_>>();
        let lines = rest.split(';').map(words).filter(|line| !line.is_empty());
        Words { head: words(head), lines: lines.collect() }
    }
}

/// The word after a keyword.
pub fn after<'a>(words: &[&'a str], keyword: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == keyword)?;
    words.get(at + 1).copied()
}

pub fn has(words: &[&str], keyword: &str) -> bool {
    words.contains(&keyword)
}

pub fn day(text: &str) -> Outcome<Day> {
    text.parse().or_else(|error: NotADay| unreadable(error.to_string()))
}

pub fn number<T: std::str::FromStr>(text: &str) -> Outcome<T>
where
    T::Err: std::fmt::Display,
{
    text.trim_end_matches('%').parse().or_else(|error: T::Err| unreadable(error.to_string()))
}

pub fn quantity(text: &str) -> Outcome<Quantity> {
    number(text)
}

/// Sums by a key, without what came to nothing.
pub fn sums<K: Ord>(entries: impl Iterator<Item = (K, i64)>) -> BTreeMap<K, i64> {
    let mut sums = BTreeMap::new();
    for (key, cents) in entries {
        *sums.entry(key).or_insert(0) += cents;
    }
    sums.retain(|_, cents| *cents != 0);
    sums
}
