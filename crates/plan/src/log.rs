//! The synchronisation log for people: what went to Xero or came from it, when, by whom, with what result (LOG-1).
//!
//! ```text
//! 2026-03-31 10:02  create bill 4711 (B-1) of Nord, 115.00: done, awaiting approval           by 0 via sync, batch 17
//! 2026-03-31 10:02  create bill 4712 (B-2) of Nord, 20.00: refused: … Xero says: "…"          Give it another number.
//! ```
//! An entry is a function of an event and of what was known before it; nothing is kept for it. The bytes of batch 17's request and
//! answer lie beside the log under its number. Not here: reading the log, bodies and their retention (`company`).

use book::Book;
use serde::Serialize;

use crate::case::{name, short_name};
use crate::event::{Decision, Event, Intended, Linking, Outcome, SeenDocument, SeenJournal};
use crate::exchange::Exchange;
use crate::held::Held;
use crate::journals::JournalChoice;
use crate::linked::words;
use crate::log_words::{changed_settings, link, lists_changed};
use crate::merge::{Names, merge};
use crate::operation::Verb;
use crate::settings::Switch;
use crate::subject::{Guid, Subject};
use crate::why::explained;

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The connection.
    Connection,
    /// The settings, or Hold.
    Settings,
    /// Xero's lists.
    Lists,
    /// A contact.
    Contact,
    /// An item.
    Item,
    /// Tracking.
    Tracking,
    /// A document.
    Document,
    /// A file or note on one.
    Beside,
    /// A payment.
    Payment,
    /// A journal.
    Journal,
    /// An import.
    Import,
    /// The checklist, a reconciliation.
    Reconciliation,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It is about to be sent.
    Sending,
    /// It is done.
    Done,
    /// Xero refused it.
    Refused,
    /// It was not done, and is tried again.
    NotDone,
    /// A look found it changed.
    Seen,
    /// A person decided it.
    Decided,
    /// A question was answered.
    Answered,
}

/// Who recorded an event, when, and by which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number in the log.
    pub seq: u64,
    /// Seconds since 1970 in UTC.
    pub at: i64,
    /// The person's number.
    pub by: u32,
    /// `cli`, `api`, `page`, `sync`.
    pub via: String,
}

/// An entry of the synchronisation log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// The event's number in the log.
    pub seq: u64,
    /// Seconds since 1970 in UTC.
    pub at: i64,
    /// The person's number; 0 is the program itself.
    pub by: u32,
    /// By which way.
    pub via: String,
    /// What it is about.
    pub about: About,
    /// What came of it.
    pub came: Came,
    /// What: `create bill 4711 (B-1) of Nord, 115.00 NZD`.
    pub what: String,
    /// What is to be said of it.
    pub text: String,
    /// What to do, if somebody has to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
    /// The command that repairs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The document's number here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Xero's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xero: Option<Guid>,
    /// Where people see it in Xero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The batch, under whose number request and answer lie beside the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
}

impl LogEntry {
    /// Whether all words are somewhere in it, in any case.
    #[must_use]
    pub fn has(&self, words: &str) -> bool {
        let xero = self.xero.map_or_else(String::new, |id| id.to_string());
        let parts = [&self.what, &self.text, &self.remedy, self.document.as_ref().unwrap_or(&xero), &xero];
        let all = parts.map(|part| part.to_lowercase()).join(" ");
        words.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }
}

/// The entries of an event: `before` is what was known before it, `book` the book of any later moment.
#[must_use]
pub fn log_entries(book: &Book, before: &Exchange, event: &Event, recorded: &Recorded) -> Vec<LogEntry> {
    let log = Log { book, before, recorded };
    match event {
        Event::XeroConnected(one) => {
            let anew = if one.starts_anew { "; earlier links are forgotten" } else { "" };
            let text = format!("connected to {}, cut-over {}{anew}", one.organisation.name, one.cut_over);
            vec![log.plain(About::Connection, Came::Decided, "connection", text)]
        }
        Event::XeroDisconnected { why } => {
            vec![log.plain(About::Connection, Came::Decided, "connection", format!("ended: {why}"))]
        }
        Event::XeroSignInLost { why } => {
            let mut entry = log.plain(About::Connection, Came::NotDone, "connection", format!("lost: {why}"));
            (entry.remedy, entry.command) =
                ("Reconnect; nothing is lost.".into(), Some("millbook xero connect".into()));
            vec![entry]
        }
        Event::XeroSettingsSaved(new) => {
            let changed = changed_settings(before.settings(), new).join(", ");
            vec![log.plain(About::Settings, Came::Decided, "settings", format!("changed: {changed}"))]
        }
        Event::XeroHeld(held) => {
            let text = if *held == Switch::On { "all sending is held" } else { "sending is released" };
            vec![log.plain(About::Settings, Came::Decided, "hold", text.to_owned())]
        }
        Event::XeroListsSeen(seen) => {
            vec![log.plain(About::Lists, Came::Seen, "lists", lists_changed(before.lists(), seen))]
        }
        Event::XeroLinked { subject, xero, how, held, .. } => {
            let how = match how {
                Linking::Imported => "imported",
                Linking::Matched => "linked: the only one that fits",
                Linking::Chosen => "linked by a person",
                Linking::Made => "linked: we made it",
            };
            let mut entry = log.about(subject, Came::Done, "link", how.to_owned());
            (entry.xero, entry.link) = (Some(*xero), log.link(subject, *xero, held.as_deref()));
            vec![entry]
        }
        Event::XeroUnlinked { subject } => {
            vec![log.about(subject, Came::Decided, "unlink", "forgotten".to_owned())]
        }
        Event::XeroFound(found) => found
            .iter()
            .map(|one| {
                let names: Vec<&str> = one.candidates.iter().map(|one| &*one.name).collect();
                let text = if names.is_empty() { "nothing fits".to_owned() } else { names.join(", ") };
                log.about(&one.subject, Came::Answered, "look for", text)
            })
            .collect(),
        Event::XeroIntended(intent) => intent
            .operations
            .iter()
            .map(|one| {
                let mut entry =
                    log.about(&one.subject, Came::Sending, verb(one.verb), intent.call.to_string());
                entry.batch = Some(intent.batch);
                entry
            })
            .collect(),
        Event::XeroSettled(settlement) => {
            let open = before.open().find(|(batch, _)| *batch == settlement.batch);
            let intended = |place: u16| {
                open.and_then(|(_, intent)| intent.open.iter().find(|(at, _)| *at == place))
                    .map(|(_, one)| one)
            };
            let known =
                settlement.outcomes.iter().filter_map(|(place, outcome)| Some((intended(*place)?, outcome)));
            known.map(|(one, outcome)| log.outcome(one, outcome, settlement.batch)).collect()
        }
        Event::XeroSeen(seen) => seen.iter().map(|one| log.seen(one)).collect(),
        Event::XeroPaymentsSeen(seen) => seen.iter().map(|one| log.payment_seen(one)).collect(),
        Event::XeroPaymentsPaired { subject, pairs } => {
            pairs.iter().map(|one| log.paired(subject, one)).collect()
        }
        Event::XeroPaymentsParted { subject, pairs } => {
            let ours = pairs.iter().map(|(ours, _)| short_name(book, *ours));
            let text = format!("goes anew: {}", ours.collect::<Vec<_>>().join(", "));
            vec![log.of_payment(subject, Came::Decided, "decide", text)]
        }
        Event::XeroCreditsSeen(seen) => seen.iter().map(|one| log.credit_seen(one)).collect(),
        Event::XeroAllocationsAgreed(agreed) => agreed.iter().map(|one| log.agreed(one)).collect(),
        Event::XeroCutOver { sections, day, after } => {
            let names: Vec<&str> = sections.iter().map(|section| section.name()).collect();
            let ahead = |section: &book::Section| {
                before.section_cut_over(*section).is_some_and(|cut| cut.after.is_none() && cut.day == *day)
            };
            let come = if after.is_some() && sections.iter().all(ahead) { "; the day has come" } else { "" };
            let text = format!("facts from {day} on go: {}{come}", names.join(", "));
            vec![log.plain(About::Settings, Came::Decided, "cut-over of journals", text)]
        }
        Event::XeroJournalsSeen(seen) => seen.iter().map(|one| log.journal_seen(one)).collect(),
        Event::XeroJournalDecided { number, choice } => {
            let text = match choice {
                JournalChoice::Again => "what it no longer says in Xero is posted again".to_owned(),
                JournalChoice::Leave(why) => format!("it stays as it is in Xero: {why}"),
            };
            vec![log.about(&Subject::Journal(*number), Came::Decided, "decide", text)]
        }
        Event::XeroBalanceSeen(seen) => {
            let amount = |amount: money::Amount| amount.display(book.base()).to_string();
            let (ours, theirs) = (amount(seen.found.book), amount(seen.found.xero));
            let what = format!("balance of {} on {}", seen.name, seen.found.day);
            let text = format!("the lots are worth {ours}, Xero's balance is {theirs}");
            let mut entry = log.plain(About::Journal, Came::Answered, &what, text);
            if seen.waits == Switch::On {
                entry.remedy = "It waits for a yes.".to_owned();
                entry.command = Some(format!("millbook balance-sync agree '{}'", seen.name));
            }
            vec![entry]
        }
        Event::XeroBalanceAsked { name, agreed } => {
            let text = match agreed {
                Switch::On => "yes to what was found",
                Switch::Off => "asked for now",
            };
            let what = format!("balance of {name}");
            vec![log.plain(About::Journal, Came::Decided, &what, text.to_owned())]
        }
        Event::XeroLockedApproved { .. } => {
            let text = "what belongs to locked days goes on the first open day".to_owned();
            vec![log.plain(About::Journal, Came::Decided, "approve", text)]
        }
        Event::XeroDecided { subject, decision } => {
            let text = match decision {
                Decision::Add => {
                    "it goes though its switch is off, or it was saved before the connection".to_owned()
                }
                Decision::Exclude(why) => format!("it never goes: {why}"),
                Decision::Include => "it may go again".to_owned(),
                Decision::SendAgain => "it is made again in Xero".to_owned(),
                Decision::SendAnyway => "it goes though Xero has one of its number".to_owned(),
                Decision::Retry => "it is tried again".to_owned(),
                Decision::Overpay => "it goes as an overpayment".to_owned(),
            };
            vec![log.about(subject, Came::Decided, "decide", text)]
        }
        Event::XeroImported(result) => {
            let mut text = format!("{} imported, {} skipped", result.imported, result.skipped.len());
            for (name, _, why) in result.skipped.iter().chain(&result.warnings) {
                text += &format!("; {name}: {why}");
            }
            vec![log.plain(
                About::Import,
                Came::Done,
                &format!("import {:?}", result.kind).to_lowercase(),
                text,
            )]
        }
        Event::XeroReconciled(said) => {
            let (what, text) = said.words(before.lists());
            vec![log.plain(About::Reconciliation, Came::Decided, &what, text)]
        }
        Event::XeroTakenOver { subject, left, .. } => {
            let left: Vec<&str> = left.iter().map(|one| &**one).collect();
            let text = match left.is_empty() {
                true => "Xero's version is the book's now".to_owned(),
                false => format!("Xero's version is the book's now; left in Xero: {}", left.join(", ")),
            };
            vec![log.about(subject, Came::Decided, "take over", text)]
        }
    }
}

pub(crate) struct Log<'a> {
    pub(crate) book: &'a Book,
    pub(crate) before: &'a Exchange,
    recorded: &'a Recorded,
}

impl Log<'_> {
    fn plain(&self, about: About, came: Came, what: &str, text: String) -> LogEntry {
        let Recorded { seq, at, by, via } = self.recorded.clone();
        LogEntry {
            seq,
            at,
            by,
            via,
            about,
            came,
            what: what.to_owned(),
            text,
            remedy: String::new(),
            command: None,
            document: None,
            xero: None,
            link: None,
            batch: None,
        }
    }

    pub(crate) fn about(&self, subject: &Subject, came: Came, verb: &str, text: String) -> LogEntry {
        let about = match subject {
            Subject::Party(_) => About::Contact,
            Subject::Item(_) => About::Item,
            Subject::Tracking(_) | Subject::Option(_) => About::Tracking,
            Subject::Document(_) | Subject::Order(_) | Subject::Consolidated(_) => About::Document,
            Subject::File(..) | Subject::Note(..) | Subject::Sent(..) => About::Beside,
            Subject::Payment(..)
            | Subject::Allocation(..)
            | Subject::Credit(..)
            | Subject::ConsolidatedPayment(..) => About::Payment,
            Subject::Journal(_) => About::Journal,
        };
        let mut entry = self.plain(about, came, &format!("{verb} {}", name(self.book, subject)), text);
        let document = subject.document().and_then(|id| self.book.document(id));
        entry.document = document.map(|document| document.number().to_owned());
        if let Some(known) = self.before.link(subject) {
            entry.xero = Some(known.xero);
            entry.link = self.link(subject, known.xero, known.now.as_deref());
        }
        entry
    }

    fn link(&self, subject: &Subject, xero: Guid, held: Option<&Held>) -> Option<String> {
        link(self.before.lists(), subject, xero, held)
    }

    fn outcome(&self, one: &Intended, outcome: &Outcome, batch: u32) -> LogEntry {
        let mut entry = self.about(&one.subject, Came::Done, verb(one.verb), String::new());
        entry.batch = Some(batch);
        let retry = || {
            let id = one.subject.document()?;
            Some(format!("millbook xero retry {}", self.book.document(id)?.number()))
        };
        match outcome {
            Outcome::Done { xero, held, warnings, altered, .. } => {
                (entry.xero, entry.link) = (Some(*xero), self.link(&one.subject, *xero, held.as_deref()));
                let status = held.as_ref().map_or_else(String::new, |held| {
                    let total = held.total.trimmed(2);
                    format!(", {}, {total} {}", words(&held.status), held.paper.currency)
                });
                entry.text = format!("done{status}");
                for (said, remarks) in [("Xero remarks", warnings), ("but Xero holds", altered)] {
                    if !remarks.is_empty() {
                        let remarks: Vec<&str> = remarks.iter().map(|one| &**one).collect();
                        entry.text += &format!("; {said}: {}", remarks.join("; "));
                    }
                }
            }
            Outcome::Refused { messages } => {
                let (meaning, remedy, said) = explained(messages);
                entry.came = Came::Refused;
                entry.text = format!("refused: {meaning} Xero says: \"{said}\".");
                (entry.remedy, entry.command) = (remedy, retry());
            }
            Outcome::NotDone { why } => {
                entry.came = Came::NotDone;
                entry.text = format!("not done, and tried again: {why}");
            }
            Outcome::Several { candidates } => {
                let names: Vec<&str> = candidates.iter().map(|one| &*one.name).collect();
                entry.came = Came::Refused;
                entry.text = format!("it may be there more than once: {}", names.join(", "));
                entry.remedy = "Look at them in Xero, void what is too many, and link the right one.".into();
            }
        }
        entry
    }

    fn journal_seen(&self, one: &SeenJournal) -> LogEntry {
        let subject = Subject::Journal(one.number);
        let known = self.before.journal(one.number).and_then(|known| known.then.as_ref());
        let said = match known {
            Some(then) if !then.says(&one.held) => ", and edited",
            _ => "",
        };
        let text = format!("{}{said}", words(&one.held.status));
        let mut entry = self.about(&subject, Came::Seen, "look at", text);
        entry.xero = Some(one.held.id);
        entry
    }

    fn seen(&self, one: &SeenDocument) -> LogEntry {
        let before = self.before.link(&one.subject).and_then(|link| link.now.as_deref());
        let mut said = Vec::new();
        if let Some(before) = before {
            if before.status != one.held.status {
                said.push(format!("{} → {}", words(&before.status), words(&one.held.status)));
            }
            if before.due != one.held.due {
                said.push(format!("due {} → {}", before.due.trimmed(2), one.held.due.trimmed(2)));
            }
            if before.paper != one.held.paper {
                let names = Names { book: self.book, exchange: self.before };
                let merged = merge(&before.paper, &before.paper, &before.paper, &one.held, None);
                said.extend(merged.changed_there.iter().map(|change| change.words(names)));
            }
        }
        let text =
            if said.is_empty() { "read".to_owned() } else { format!("changed in Xero: {}", said.join("; ")) };
        self.about(&one.subject, Came::Seen, "look at", text)
    }
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Attach => "attach",
        Verb::Annotate => "write",
    }
}
