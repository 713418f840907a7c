//! What is attached to a document or record: the names of files and what is in them, not the files.
//!
//! `scan.pdf, 1,200 bytes, application/pdf, sha256 …` was added by a log entry and removed by another. The bytes lie outside
//! the book, found by their hash. A file of the same name replaces the one before.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::command::{Event, Thing};
use crate::documents::check::{TEXT_LENGTH, text};
use crate::master_check;
use crate::names::{Text, same};
use crate::refusal::{Code, Refusal};

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// `scan.pdf`
    pub name: Text,
    /// How many bytes.
    pub size: u64,
    /// SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    pub sha256: Text,
    /// Its media type: `application/pdf`.
    pub kind: Text,
}

/// A file as the book keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attached {
    /// The file.
    pub file: Attachment,
    /// The log entry that added it.
    pub added: u32,
    /// The log entry that removed or replaced it.
    pub removed: Option<u32>,
}

/// Everything that was ever attached, by what it is attached to.
pub(crate) type Attachments = crate::map::Map<Thing, Arc<Vec<Attached>>>;

impl Book {
    /// The files on something.
    pub fn attachments(&self, on: Thing) -> impl Iterator<Item = &Attached> {
        self.all_attachments(on).iter().filter(|one| one.removed.is_none())
    }

    /// The files on something, with those that were removed or replaced.
    pub fn all_attachments(&self, on: Thing) -> &[Attached] {
        self.attachments.get(&on).map_or(&[], |files| files.as_slice())
    }
}

pub(crate) fn attach(book: &Book, on: Thing, file: Attachment) -> Result<Vec<Event>, Refusal> {
    master_check::exists(book, on)?;
    let bad = |field, value: String, why| {
        Err(Refusal::new(Code::BadValue).with("field", field).with("value", value).with("why", why))
    };
    for (field, value) in [("file's name", &file.name), ("file's kind", &file.kind)] {
        if value.trim().is_empty() {
            return Err(Refusal::new(Code::Missing).with("field", field));
        }
        text(field, value, TEXT_LENGTH.min(255))?;
    }
    if file.name.contains(['/', '\\', '\0']) {
        return bad("file's name", file.name.to_string(), "it is a path, not a name");
    }
    if file.size == 0 {
        return bad("file's size", "0".into(), "the file is empty");
    }
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if file.sha256.len() != 64 || !file.sha256.bytes().all(is_digit) {
        let start: String = file.sha256.chars().take(70).collect();
        return bad("file's hash", start, "it has 64 hexadecimal digits in lower case");
    }
    Ok(vec![Event::Attached { on, file }])
}

pub(crate) fn detach(book: &Book, on: Thing, name: Text) -> Result<Vec<Event>, Refusal> {
    master_check::exists(book, on)?;
    if book.attachments(on).any(|one| same(&one.file.name, &name)) {
        return Ok(vec![Event::Detached { on, name }]);
    }
    let thing = crate::decide::thing_name(book, on);
    let shown: String = name.chars().take(100).collect();
    Err(Refusal::new(Code::NoAttachment).with("thing", thing).with("name", shown))
}

/// Removes the file of a name, and adds another.
pub(crate) fn keep(book: &mut Book, on: Thing, name: &str, file: Option<Attachment>) {
    let seq = book.seq();
    let mut files = book.attachments.get(&on).cloned().unwrap_or_default();
    let all = Arc::make_mut(&mut files);
    for one in all.iter_mut().filter(|one| one.removed.is_none() && same(&one.file.name, name)) {
        one.removed = Some(seq);
    }
    all.extend(file.map(|file| Attached { file, added: seq, removed: None }));
    book.attachments.insert_mut(on, files);
}
