//! The book as a fold of a company's log, and what it is asked: a command in JSON with codes, or one of the book's own.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use book::{Book, Command, Event, Stamp};
use money::Currency;
use wire::Problem;

use crate::fold::{Asking, Decided, Fold};

/// What a company's log is asked.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Begin: the first entry.
    Open(Currency),
    /// A command as people and programs write it. Its names are looked up when its turn has come, so that it may name
    /// what the command before it made.
    Outside(Value),
    /// A command of the book.
    Inside(Box<Command>),
}

impl Fold for Book {
    type Event = Event;
    type Wish = Wish;

    /// The currency is a placeholder until the log's first event names it.
    fn empty() -> Book {
        Book::new(Currency::USD)
    }

    fn decide(&self, wish: &Wish, asking: Asking) -> Result<Decided<Event>, Problem> {
        let command = match wish {
            Wish::Open(base) if self.seq() == 0 => return Ok(vec![Event::Opened { base: *base }].into()),
            Wish::Open(_) => {
                return Err(Problem::new("opened", "The company has begun already.", "Nothing needs doing."));
            }
            _ if self.seq() == 0 => {
                let message = "The company has not begun.";
                return Err(Problem::new("not-opened", message, "Make it with `millbook company add`."));
            }
            Wish::Outside(value) => wire::command(self, value.clone())?,
            Wish::Inside(command) => (**command).clone(),
        };
        let asking = book::Asking { today: asking.today, by: asking.by };
        Book::decide(self, command, asking).map(Decided::from).map_err(|refusal| wire::refused(&refusal))
    }

    fn apply(&mut self, event: &Event, stamp: Stamp) {
        Book::apply(self, event, stamp);
    }

    fn digest(wish: &Wish) -> String {
        let text = match wish {
            Wish::Open(base) => format!("open {base}"),
            Wish::Outside(value) => value.to_string(),
            Wish::Inside(command) => serde_json::to_string(command).unwrap_or_default(),
        };
        digest_of(&text)
    }
}

/// The first half of the SHA-256 of a text, in hexadecimal.
pub(crate) fn digest_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").ok(); // writing into a text can't fail
        hex
    })
}

/// What a command would do, and the book after it: its events, what changes on accounts, lots and documents.
///
/// # Errors
/// What the book or the reading of the command refuses.
pub fn preview(book: &Book, value: Value, asking: Asking) -> Result<(Value, Book), Problem> {
    let command = wire::command(book, value)?;
    let asking = book::Asking { today: asking.today, by: asking.by };
    let refused = |refusal: book::Refusal| wire::refused(&refusal);
    let events = book.decide(command.clone(), asking).map_err(refused)?;
    let found = book.preview(command, asking).map_err(refused)?;
    let shown: Vec<Value> = events.iter().map(|event| wire::event_shown(&found.book, event)).collect();
    let would = wire::preview_shown(&found);
    Ok((json!({ "events": shown, "would": would }), found.book))
}
