//! What became of each operation of a batch, read from Xero's answer against what was asked.
//!
//! What was asked is read from the bytes that were sent, so that an answer that comes after a crash is judged like any other.
//! Not here: calls that have nothing to show (`verdict`).

use book::Text;
use plan::{Candidate, Guid, Lists, MatchedBy, Outcome};
use xero::Resource;
use xero::element::{Element, Message, read_element};
use xero::envelope::read_page;
use xero_client::failure::Failure;
use xero_client::resource::read_written;
use xero_client::send::Answer;

use crate::kinds::{Sent, of_kind};

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    /// It is known.
    Known(Outcome),
    /// The answer doesn't say: look for it.
    Unclear(String),
}

/// Reads an answer to what was sent.
///
/// # Errors
/// The answer can't be read: nobody knows what was done.
pub(crate) fn read(path: &str, sent: &[u8], answer: &Answer, lists: &Lists) -> Result<Vec<Became>, Failure> {
    fn of<T: Sent>(sent: &[u8], answer: &Answer, lists: &Lists) -> Result<Vec<Became>, Failure> {
        let elements = read_written::<T>(answer, &asked::<T>(sent))?;
        Ok(elements.into_iter().map(|element| became(element, lists)).collect())
    }
    // An e-mail has no answer but that it goes.
    if crate::kinds::kind(path) == "Email" {
        return Ok(vec![Became::Known(done_without_record())]);
    }
    of_kind!(path, of(sent, answer, lists)).unwrap_or_else(|| Ok(Vec::new()))
}

/// Done, and nothing to show for it.
pub(crate) fn done_without_record() -> Outcome {
    Outcome::Done {
        xero: Guid::NOTHING,
        held: None,
        warnings: Vec::new(),
        altered: Vec::new(),
        payment: None,
        credit: None,
        journal: None,
    }
}

/// What was asked; a file has no elements.
pub(crate) fn asked<T: Resource>(sent: &[u8]) -> Vec<T> {
    match read_page::<T>(sent) {
        Ok(page) => page.items,
        Err(_) => serde_json::from_slice(sent).into_iter().collect(),
    }
}

/// What of a record that Xero holds says whether an update was done: it was, if nothing of it differs.
pub(crate) fn compare<T: Sent>(asked: &T, held: &T) -> Element<T> {
    let raw = serde_json::to_string(held).unwrap_or_default();
    read_element(&raw, Some(asked))
}

/// What an element says.
pub(crate) fn became<T: Sent>(element: Element<T>, lists: &Lists) -> Became {
    let done = |held: &T, id: Option<xero::XeroId<T>>, warnings: Vec<Message>, altered| Outcome::Done {
        xero: id.map_or(Guid::NOTHING, guid),
        held: held.held(lists).map(Box::new),
        warnings: texts(warnings),
        altered,
        payment: held.payment(lists).map(|(_, payment)| Box::new(payment)),
        journal: held.journal(lists).map(Box::new),
        credit: held.credit().map(Box::new),
    };
    let is_bank = T::PATH == xero::BankTransaction::PATH;
    match element {
        Element::Done { held, .. } | Element::Altered { held, .. } if is_bank && held.credit().is_none() => {
            Became::Unclear("the answer doesn't name the prepayment".to_owned())
        }
        Element::Done { held, id, warnings } => Became::Known(done(&held, id, warnings, Vec::new())),
        Element::Altered { held, id, differences, warnings } => {
            let altered = differences.iter().map(|d| {
                Text::from(format!("Xero took it and holds {} {} instead of {}.", d.path, d.held, d.asked))
            });
            Became::Known(done(&held, id, warnings, altered.collect()))
        }
        Element::Refused { messages } if messages.is_empty() => {
            Became::Known(Outcome::Refused { messages: vec!["Xero refuses it and doesn't say why.".into()] })
        }
        Element::Refused { messages } => Became::Known(Outcome::Refused { messages: texts(messages) }),
        Element::Unclear { why, messages } => {
            let said = texts(messages).join(" ");
            Became::Unclear(if said.is_empty() { why } else { format!("{why}: {said}") })
        }
    }
}

/// A record as a thing that may be the counterpart of one of ours.
pub(crate) fn candidate<T: Sent>(record: &T, by: MatchedBy, lists: &Lists) -> Candidate {
    Candidate {
        xero: record.id().map_or(Guid::NOTHING, guid),
        name: record.name().into(),
        by,
        archived: record.is_archived(),
        held: record.held(lists).map(Box::new),
        item: record.item(lists),
    }
}

/// An id without its kind.
pub(crate) fn guid<T>(id: xero::XeroId<T>) -> Guid {
    Guid::read(&id.to_string()).unwrap_or_default()
}

/// Messages word for word, with their place where it isn't the element itself.
fn texts(messages: Vec<Message>) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for Message { path, text } in messages {
        let text = if path.is_empty() { text } else { format!("{path}: {text}") };
        if !texts.iter().any(|known| **known == *text) {
            texts.push(text.into());
        }
    }
    texts
}
