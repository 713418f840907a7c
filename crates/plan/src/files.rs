//! Files and notes that go with a document: each once, a changed file again (DOC-11).
//!
//! ```text
//! scan.pdf added by entry 41, linked at 41 → nothing;  added again by entry 57 → attached again, in the place of the first
//! ```
//! Xero takes ten files on a document, up to ten megabytes each, and no name with a sign that a path may have. What it won't
//! take is said and never sent. Not here: the bytes, which lie beside the log.

use book::Text;

use crate::case::{Case, name, subjects};
use crate::exchange::Link;
use crate::held::Held;
use crate::operation::{Basis, Body, File, Operation, Verb};
use crate::paper::PaperKind;
use crate::parts::standing;
use crate::subject::Subject;
use crate::why::{Reason, Why, explained};

/// Files on a document (API-FACTS 2.3).
const FILES: usize = 10;
/// Bytes of a file: ten megabytes.
const SIZE: u64 = 10 << 20;
/// What a file's name can't have in Xero (API-FACTS 4.15).
const SIGNS: &[char] = &['<', '>', ':', '"', '/', '\\', '?', '*', '|', '\0', '[', ']', '+', '#', '%'];
/// Letters of a note.
const NOTE: usize = 2_500;

/// The collection that a document lies in.
pub(crate) const fn path(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Invoice | PaperKind::Bill => "Invoices",
        PaperKind::CreditInvoice | PaperKind::SupplierCredit => "CreditNotes",
        PaperKind::Order => "PurchaseOrders",
        PaperKind::Quote => "Quotes",
    }
}

/// What is still to be attached and noted.
pub(crate) fn operations(case: &Case<'_>, link: &Link, now: &Held) -> Vec<Operation> {
    // An order that is in Xero twice has its files and notes on its bill.
    let own = Subject::Document(case.id);
    if case.subject != own && subjects(case.world, case.id, case.document).contains(&own) {
        return Vec::new();
    }
    let path = path(now.paper.kind);
    let files = case.files().enumerate().filter(|(place, one)| refused(*place, &one.file).is_none());
    let files = files.filter_map(|(_, one)| {
        let subject = Subject::File(case.id, one.file.name.clone());
        let before = case.exchange().link(&subject).map(|link| link.version);
        let reason = match before {
            Some(version) if version == one.added => return None,
            Some(_) => "the file changed",
            None => "it isn't there yet",
        };
        let file = File {
            path,
            of: link.xero,
            name: one.file.name.clone(),
            kind: one.file.kind.clone(),
            sha256: one.file.sha256.clone(),
            size: one.file.size,
        };
        beside(case, subject, Verb::Attach, Body::File(file), (one.added, one.file.name.clone(), reason))
    });
    let notes = case.notes().iter().filter_map(|(entry, text)| {
        let subject = Subject::Note(case.id, *entry);
        if case.exchange().link(&subject).is_some() {
            return None;
        }
        let text = cut(text);
        let body = Body::Note(path, link.xero, text.clone());
        beside(case, subject, Verb::Annotate, body, (*entry, text, "it was written here"))
    });
    files.chain(notes).collect()
}

fn beside(
    case: &Case<'_>,
    subject: Subject,
    verb: Verb,
    body: Body,
    (version, mark, reason): (u32, Text, &str),
) -> Option<Operation> {
    let stops = case.world.open.batch(&subject).is_some()
        || standing(case.world.book, case.exchange(), &subject).is_some();
    let link = case.exchange().link(&subject).map_or(0, |link| link.changed);
    (!stops).then(|| Operation {
        name: name(case.world.book, &subject),
        subject,
        verb,
        reason: reason.to_owned(),
        waits_for: Vec::new(),
        body,
        mark,
        xero: case.link.map(|link| link.xero),
        paper: None,
        payment: None,
        allocation: None,
        journal: None,
        credit: None,
        basis: Basis { version, link },
    })
}

fn cut(text: &Text) -> Text {
    match text.char_indices().nth(NOTE - 1) {
        Some((end, last)) if text.len() > end + last.len_utf8() => format!("{}…", &text[..end]).into(),
        _ => text.clone(),
    }
}

/// Why Xero can't take a file: what is in the way, and what to do.
fn refused(place: usize, file: &book::Attachment) -> Option<(String, &'static str)> {
    if let Some(sign) = file.name.chars().find(|sign| SIGNS.contains(sign) || sign.is_control()) {
        return Some((format!("Xero can't keep a name with {sign:?}"), "Attach it under another name."));
    }
    if file.size > SIZE {
        let megabytes = file.size.div_ceil(1 << 20);
        let why = format!("it has {megabytes} MB, and Xero takes 10 MB at most");
        return Some((why, "Attach a smaller one."));
    }
    let why = || format!("Xero takes {FILES} files on a document, and it is number {}", place + 1);
    (place >= FILES).then(|| (why(), "Remove another one, or put several into one file."))
}

/// A file that was removed here and is in Xero still: its API takes none away.
pub(crate) fn removed(case: &Case<'_>) -> Option<Why> {
    let is_here = |name: &&Text| case.files().any(|one| one.file.name == **name);
    let name = case.exchange().files(case.id).find(|name| !is_here(name))?;
    Some(case.because(Reason::FileStays).with("name", name).why(&case.it()))
}

/// What of the files a person should know: the first that Xero won't take, or refused.
pub(crate) fn remark(case: &Case<'_>) -> Option<Why> {
    case.files().enumerate().find_map(|(place, one)| {
        let subject = Subject::File(case.id, one.file.name.clone());
        let problem = || {
            let problem = standing(case.world.book, case.exchange(), &subject)?;
            let (meaning, remedy, words) = explained(&problem.messages);
            Some((format!("{meaning} Xero says: \"{words}\""), remedy))
        };
        let ours = refused(place, &one.file).map(|(why, remedy)| (why, remedy.to_owned()));
        let (why, remedy) = ours.or_else(problem)?;
        let because = case.because(Reason::FileRefused).with("name", &one.file.name);
        Some(because.with("why", why).with("remedy", remedy).why(&case.it()))
    })
}
