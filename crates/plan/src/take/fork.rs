//! A book in which changes are tried out, one after another, before any of them is an event.
//!
//! Not here: which changes (`take`, `bills`).

use book::{Book, Content, DocumentId};

use crate::case::Case;
use crate::command::Asking;
use crate::exchange::Exchange;
use crate::held::Held;
use crate::refusal::{Code, Refusal};
use crate::sums::sums;
use crate::take::paper_of;

/// A book in which the changes are tried out, one after another.
pub(crate) struct Fork {
    pub(crate) book: Book,
    pub(crate) events: Vec<book::Event>,
    pub(crate) asking: Asking,
    /// What refusals call the document.
    pub(crate) name: String,
}

impl Fork {
    pub(crate) fn command(&mut self, command: book::Command) -> Result<(), Refusal> {
        let asking = book::Asking { today: self.asking.today, by: self.asking.by };
        let events = self.book.decide(command, asking).map_err(|refused| {
            let refusal = Refusal::new(Code::BookRefusesIt).with("document", &self.name);
            refusal.with("why", refused.message()).with("remedy", refused.remedy())
        })?;
        let stamp = book::Stamp { at: self.asking.at, by: self.asking.by };
        events.iter().for_each(|event| self.book.apply(event, stamp));
        self.events.extend(events);
        Ok(())
    }

    pub(crate) fn save(&mut self, id: Option<DocumentId>, content: Content) -> Result<DocumentId, Refusal> {
        let before = self.events.len();
        let command = book::Command::Save { document: id, number: None, external: None, content };
        self.command(command)?;
        let saved = self.events[before..].iter().find_map(|event| match event {
            book::Event::Saved { document, .. } => Some(*document),
            _ => None,
        });
        Ok(saved.or(id).unwrap_or(DocumentId::new(0)))
    }

    /// What the book then says comes to what Xero holds.
    pub(super) fn same_total(&self, exchange: &Exchange, case: &Case<'_>, now: &Held) -> Result<(), Refusal> {
        let Some(paper) = paper_of(&self.book, exchange, &case.subject) else { return Ok(()) };
        let ours = sums(&paper).map(|sums| sums.total);
        if ours == Some(now.total) {
            return Ok(());
        }
        let why = format!("it would come to {} here, and is {} there", ours.unwrap_or_default(), now.total);
        Err(self.cannot("total", why))
    }

    pub(crate) fn cannot(&self, field: impl std::fmt::Display, why: impl std::fmt::Display) -> Refusal {
        let refusal = Refusal::new(Code::CannotTake).with("document", &self.name).with("field", &field);
        refusal.with("why", why).at(field.to_string())
    }
}
