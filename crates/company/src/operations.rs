//! A company as a fold of its log, and what it is asked.
//!
//! It is two folds: the book, and what is known of Xero. Their events stand in one log, in the order in which they happened;
//! the exchange's names begin with `xero_`. A wish may have events of both: an import saves a supplier and links it.
//! Not here: what a wish means (`book`, `plan`).

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use book::{Book, Command, Stamp};
use money::Currency;
use plan::Exchange;
use serde::{Deserialize, Deserializer, Serialize};
use store::Write as Beside;
use wire::{Family, Problem};

use crate::access::Member;
use crate::fold::{Asking, Decided, Fold, written_by_serde};
use crate::pack::pack;

/// A company: its books, and what it knows of Xero.
#[derive(Clone, Serialize, Deserialize)]
pub struct Company {
    /// Its books. They count their own events.
    pub book: Book,
    /// What it knows of Xero. It goes by the numbers of the log.
    pub exchange: Exchange,
}

/// What a company's log holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Of the books.
    Book(book::Event),
    /// Of its life with Xero.
    Exchange(plan::Event),
}

impl Family for Event {
    fn read<'de, D: Deserializer<'de>>(name: &str, body: D) -> Result<Event, D::Error> {
        match name.starts_with("xero_") {
            true => Family::read(name, body).map(Event::Exchange),
            false => Family::read(name, body).map(Event::Book),
        }
    }
}

impl Company {
    /// Equal for equal states.
    pub fn digest(&self) -> String {
        let exchange = pack(&self.exchange, usize::MAX)
            .map_or_else(|error| error.to_string(), |pieces| hash_of(&pieces.concat()));
        format!("{:016x}-{exchange}", self.book.digest())
    }
}

/// What a company's log is asked.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Begin: the first entry.
    Open(Currency),
    /// A command as people and programs write it. Its names are looked up when its turn has come, so that it may name
    /// what the command before it made.
    Outside(Value),
    /// The same by somebody who may ask for some things only (SEC-1).
    Person(Arc<Member>, Value),
    /// A command of the book.
    Inside(Box<Command>),
    /// A command about Xero.
    Exchange {
        /// Which.
        command: Box<plan::Command>,
        /// What changes beside the log with its events, or not at all.
        beside: Vec<Beside>,
    },
}

impl From<plan::Command> for Wish {
    fn from(command: plan::Command) -> Wish {
        Wish::Exchange { command: Box::new(command), beside: Vec::new() }
    }
}

impl Fold for Company {
    type Event = Event;
    type Wish = Wish;

    /// The currency is a placeholder until the log's first event names it.
    fn empty() -> Company {
        Company { book: Book::new(Currency::USD), exchange: Exchange::default() }
    }

    /// A cut-over that lay ahead and has come stands before what is decided first on that day or later.
    fn decide(&self, wish: &Wish, asking: Asking) -> Result<Decided<Event>, Problem> {
        let mut decided = self.mean(wish, asking)?;
        if !decided.events.is_empty() && !wish.is_day() {
            let come = self.exchange.cut_over_come(self.book.seq(), asking.today);
            decided.events.splice(0..0, come.into_iter().map(Event::Exchange));
        }
        Ok(decided)
    }

    fn apply(&mut self, event: &Event, number: u64, stamp: Stamp) {
        match event {
            Event::Book(event) => self.book.apply(event, stamp),
            Event::Exchange(event) => self.exchange.apply(event, number, stamp.at),
        }
    }

    fn digest(wish: &Wish) -> String {
        let text = match wish {
            Wish::Open(base) => format!("open {base}"),
            Wish::Outside(value) | Wish::Person(_, value) => value.to_string(),
            Wish::Inside(command) => serde_json::to_string(command).unwrap_or_default(),
            Wish::Exchange { command, .. } => serde_json::to_string(command).unwrap_or_default(),
        };
        digest_of(&text)
    }

    written_by_serde! {}
}

impl Wish {
    /// Whether it only says which day it is.
    fn is_day(&self) -> bool {
        matches!(self, Wish::Exchange { command, .. } if **command == plan::Command::SeeDay)
    }
}

impl Company {
    /// What a wish means by itself.
    fn mean(&self, wish: &Wish, asking: Asking) -> Result<Decided<Event>, Problem> {
        let command = match wish {
            Wish::Open(base) if self.book.seq() == 0 => {
                return Ok(vec![Event::Book(book::Event::Opened { base: *base })].into());
            }
            Wish::Open(_) => {
                return Err(Problem::new("opened", "The company has begun already.", "Nothing needs doing."));
            }
            _ if self.book.seq() == 0 => {
                let message = "The company has not begun.";
                return Err(Problem::new("not-opened", message, "Make it with `millbook company add`."));
            }
            Wish::Outside(value) => wire::command(&self.book, value.clone())?,
            Wish::Person(member, value) => {
                let command = wire::command(&self.book, value.clone())?;
                member.may_ask(&command, &self.book)?;
                command
            }
            Wish::Inside(command) => (**command).clone(),
            Wish::Exchange { command, beside } => {
                let asking = plan::Asking { today: asking.today, by: asking.by, at: asking.at };
                let decided = plan::decide(&self.book, &self.exchange, command, asking);
                let plan::Decided { book, exchange } = decided.map_err(|refusal| refused(&refusal))?;
                let exchange = exchange.into_iter().map(Event::Exchange);
                let events = book.into_iter().map(Event::Book).chain(exchange).collect();
                return Ok(Decided { events, beside: beside.clone() });
            }
        };
        let asking = book::Asking { today: asking.today, by: asking.by };
        let events = self.book.decide(command, asking).map_err(|refusal| wire::refused(&refusal))?;
        Ok(events.into_iter().map(Event::Book).collect::<Vec<_>>().into())
    }
}

/// The first half of the SHA-256 of a text, in hexadecimal.
pub(crate) fn digest_of(text: &str) -> String {
    hash_of(text.as_bytes())
}

fn hash_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").ok(); // writing into a text can't fail
        hex
    })
}

/// A refusal about Xero as callers get it.
pub(crate) fn refused(refusal: &plan::Refusal) -> Problem {
    let mut message = refusal.message();
    if let Some(field) = refusal.field() {
        message = format!("{} ({field}).", message.trim_end_matches('.'));
    }
    let problem = Problem::new(refusal.code().id(), message, refusal.remedy());
    let problem = refusal.field().into_iter().fold(problem, |problem, field| problem.with("at", field));
    refusal.facts().iter().fold(problem, |problem, (name, value)| problem.with(name, value))
}

/// An event as people see it: with codes for the book's numbers.
pub fn event_shown(company: &Company, event: &Event) -> Value {
    match event {
        Event::Book(event) => wire::event_shown(&company.book, event),
        Event::Exchange(event) => serde_json::to_value(event).unwrap_or_default(),
    }
}

/// What a command would do, and the book after it: its events, what changes on accounts, lots and documents.
///
/// # Errors
/// What the book or the reading of the command refuses.
pub fn preview(book: &Book, value: Value, asking: book::Asking) -> Result<(Value, Book), Problem> {
    let command = wire::command(book, value)?;
    let refused = |refusal: book::Refusal| wire::refused(&refusal);
    let events = book.decide(command.clone(), asking).map_err(refused)?;
    let found = book.preview(command, asking).map_err(refused)?;
    let shown: Vec<Value> = events.iter().map(|event| wire::event_shown(&found.book, event)).collect();
    let would = wire::preview_shown(&found);
    Ok((json!({ "events": shown, "would": would }), found.book))
}
