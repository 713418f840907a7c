//! What a change of settings will do to documents, before it is saved: whose state changes, and why.
//!
//! ```text
//! turning Sales on   3 documents: not due → waiting (I-1, I-2, I-3): its type and status say so
//! ```
//! Worked out by looking at every document as the settings are and as they would be; nothing is guessed.
//! Not here: the fields that change (`form`), what is refused (`check`).

use std::collections::BTreeMap;

use book::{Book, DocumentId};

use super::Settings;
use crate::disposition::{Disposition, State, disposition};
use crate::event::Event;
use crate::exchange::Exchange;

/// Documents whose state changes in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Their state now.
    pub before: State,
    /// Their state with the wanted settings.
    pub after: State,
    /// They, in order of entry.
    pub documents: Vec<DocumentId>,
    /// Why, of the first one.
    pub why: String,
}

/// What wanted settings do to documents; empty if nothing.
#[must_use]
pub fn effects(book: &Book, exchange: &Exchange, wanted: &Settings) -> Vec<Effect> {
    let mut then = exchange.clone();
    then.apply(&Event::XeroSettingsSaved(Box::new(wanted.clone())), exchange.seq() + 1, 0);
    let mut found: BTreeMap<(State, State), Effect> = BTreeMap::new();
    for (id, _) in book.documents() {
        let (Some(before), Some(after)) = (disposition(book, exchange, id), disposition(book, &then, id))
        else {
            continue;
        };
        let (was, will) = (before.state(), after.state());
        if was != will {
            let effect = || Effect { before: was, after: will, documents: Vec::new(), why: reason(&after) };
            found.entry((was, will)).or_insert_with(effect).documents.push(id);
        }
    }
    found.into_values().collect()
}

/// Why it is so, in a sentence.
fn reason(disposition: &Disposition) -> String {
    match (disposition, disposition.why()) {
        (Disposition::Due(why), _) => why.clone(),
        (_, Some(why)) => why.message.clone(),
        (_, None) => String::new(),
    }
}
