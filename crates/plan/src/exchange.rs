//! What a company knows of Xero: the second fold of its log.
//!
//! ```text
//! bill 4711 ↔ 254591b2-…: ours-then 115.00, theirs-then 115.00, theirs-now 120.00 (changed in Xero)
//! batch 17 open: PUT Invoices, three bills, since 10:02:11
//! ```
//! Cheap to clone, like the book: its maps are persistent. Not here: what follows from it (`planner`).

mod items;
mod journals;
mod money;
mod settling;
mod today;

use std::collections::BTreeSet;
use std::sync::Arc;

use book::{Day, DocumentId, Section, Text};
use rpds::RedBlackTreeMapSync as Map;
use serde::{Deserialize, Serialize};

use crate::allocated::Allocated;
use crate::balances::{BalanceState, key};
use crate::event::{App, Candidate, Connected, Decision, Event};
use crate::exchange::journals::Cut;
use crate::journals::{Journal, JournalPaper};
pub use crate::link::{Connection, Link, OpenIntent, Problem, Said};
use crate::lists::Lists;
use crate::paid::Paid;
use crate::ready::Answers;
use crate::recent::{Recent, about};
use crate::reconciled::Heard;
use crate::settings::{AccountRole, Emails, Settings, Switch};
use crate::subject::{ConsolidatedId, Guid, Subject};
use today::day_of;

/// What a company knows of Xero.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Exchange {
    seq: u64,
    context: u64,
    connection: Connection,
    app: Option<App>,
    connected_at: i64,
    connected_seq: u64,
    connected_after: u32,
    cut_over: Option<Day>,
    settings: Arc<Settings>,
    held: Switch,
    lists: Arc<Lists>,
    links: Map<Subject, Arc<Link>>,
    subjects: Map<Guid, Subject>,
    found: Map<Subject, Arc<Vec<Candidate>>>,
    found_at: Map<Subject, i64>,
    batches: u32,
    open: Map<u32, Arc<OpenIntent>>,
    problems: Map<Subject, Arc<Problem>>,
    said: Map<Subject, Said>,
    /// By the document that they pay.
    #[serde(default)]
    paid: Map<Subject, Arc<Paid>>,
    #[serde(default)]
    heard: Arc<Heard>,
    #[serde(default)]
    cuts: Map<Section, Cut>,
    /// Ours, by number; one of which nobody knows whether Xero took it too.
    #[serde(default)]
    journals: Map<u32, Arc<Journal>>,
    /// Those that Xero refused, by the number that they had.
    #[serde(default)]
    refused: Map<u32, Arc<JournalPaper>>,
    /// By the synchronisation's name, in lower case.
    #[serde(default)]
    pub(crate) balances: Map<Text, BalanceState>,
    #[serde(default)]
    locked_approved: u32,
    /// Seconds since 1970: when the last event was recorded.
    #[serde(default)]
    at: i64,
    /// The log entry at which somebody chose who e-mails invoices (DOC-16).
    #[serde(default)]
    emails_since: u64,
    #[serde(skip)]
    recent: Recent,
}

impl Exchange {
    /// How many events of both families the log had when this state last changed.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// A number that grows with everything that may change what all documents should look like: settings, lists, the
    /// connection, hold.
    #[must_use]
    pub fn context(&self) -> u64 {
        self.context
    }

    /// Whether it is connected.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// By which app.
    #[must_use]
    pub fn app(&self) -> Option<App> {
        self.app
    }

    /// When it was connected, seconds since 1970, and the log entry.
    #[must_use]
    pub fn connected(&self) -> (i64, u64) {
        (self.connected_at, self.connected_seq)
    }

    /// How many entries the book had when it was connected: a document saved before goes only if somebody says so (CON-4).
    #[must_use]
    pub fn connected_after(&self) -> u32 {
        self.connected_after
    }

    /// The cut-over date (CON-4).
    #[must_use]
    pub fn cut_over(&self) -> Option<Day> {
        self.cut_over
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether all sending is held (SEL-9).
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held == Switch::On
    }

    /// Xero's lists.
    #[must_use]
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// A thing's counterpart.
    #[must_use]
    pub fn link(&self, subject: &Subject) -> Option<&Link> {
        self.links.get(subject).map(Arc::as_ref)
    }

    /// All links, by subject.
    pub fn links(&self) -> impl Iterator<Item = (&Subject, &Link)> {
        self.links.iter().map(|(subject, link)| (subject, link.as_ref()))
    }

    /// The names of the files on a document that Xero has.
    pub(crate) fn files(&self, id: DocumentId) -> impl Iterator<Item = &Text> {
        let behind = self.links.range(Subject::File(id, Text::default())..);
        behind.map_while(move |(subject, _)| match subject {
            Subject::File(of, name) if *of == id => Some(name),
            _ => None,
        })
    }

    /// The consolidated invoices that Xero has, or had.
    pub(crate) fn consolidated(&self) -> impl Iterator<Item = (ConsolidatedId, &Link)> {
        let behind = self.links.range(Subject::Journal(u32::MAX)..);
        behind.filter_map(|(subject, link)| match subject {
            Subject::Consolidated(id) => Some((*id, link.as_ref())),
            _ => None,
        })
    }

    /// What of the book an id of Xero's stands for.
    #[must_use]
    pub fn subject(&self, xero: Guid) -> Option<&Subject> {
        self.subjects.get(&xero)
    }

    /// What Xero was found to have for a thing; none if nobody has asked.
    #[must_use]
    pub fn found(&self, subject: &Subject) -> Option<&[Candidate]> {
        self.found.get(subject).map(|found| found.as_slice())
    }

    /// When that was found, seconds since 1970: what was saved later may have another number.
    #[must_use]
    pub fn found_at(&self, subject: &Subject) -> Option<i64> {
        self.found_at.get(subject).copied()
    }

    /// The batches whose outcome isn't known, by number.
    pub fn open(&self) -> impl Iterator<Item = (u32, &OpenIntent)> {
        self.open.iter().map(|(batch, intent)| (*batch, intent.as_ref()))
    }

    /// Whether something about a thing is under way, or was and nobody knows.
    #[must_use]
    pub fn is_open(&self, subject: &Subject) -> bool {
        self.open().any(|(_, intent)| intent.open.iter().any(|(_, one)| one.subject == *subject))
    }

    /// The number of the next batch.
    #[must_use]
    pub fn next_batch(&self) -> u32 {
        self.batches + 1
    }

    /// Why Xero last didn't do something.
    #[must_use]
    pub fn problem(&self, subject: &Subject) -> Option<&Problem> {
        self.problems.get(subject).map(Arc::as_ref)
    }

    /// What has a problem.
    pub fn problems(&self) -> impl Iterator<Item = &Subject> {
        self.problems.keys()
    }

    /// What people decided about a thing, as far as it holds.
    #[must_use]
    pub fn said(&self, subject: &Subject) -> Option<&Said> {
        self.said.get(subject)
    }

    /// What people said while they reconciled.
    #[must_use]
    pub fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Answers of the checklist (RDY-1).
    #[must_use]
    pub fn answers(&self) -> &Answers {
        self.heard.answers()
    }

    /// The accounts on which a role's actual cost stands (REC-1).
    #[must_use]
    pub fn actuals(&self, role: AccountRole) -> &[xero::XeroId<xero::Account>] {
        self.heard.actuals(role)
    }

    /// What events since `seq` were about; none if that is too long ago to tell.
    #[must_use]
    pub fn changed_since(&self, seq: u64) -> Option<BTreeSet<Subject>> {
        self.recent.since(seq)
    }

    /// Takes an event in. Total. `seq` is its number in the log, `at` seconds since 1970.
    pub fn apply(&mut self, event: &Event, seq: u64, at: i64) {
        let about = about(self, event);
        self.recent.note(self.seq, seq, about);
        self.seq = seq;
        self.tell_time(at);
        match event {
            Event::XeroConnected(connected) => self.connect(connected, seq, at),
            Event::XeroDisconnected { why } => self.set_connection(Connection::Disconnected(why.clone())),
            Event::XeroSignInLost { why } => self.set_connection(Connection::SignInLost(why.clone())),
            Event::XeroSettingsSaved(settings) => {
                if self.settings.emails == Emails::Nobody && settings.emails != Emails::Nobody {
                    self.emails_since = seq;
                }
                self.settings = Arc::new((**settings).clone());
                self.note_what_posts();
                self.context = seq;
            }
            Event::XeroHeld(held) => (self.held, self.context) = (*held, seq),
            Event::XeroListsSeen(seen) => {
                let before = self.lists.clone();
                seen.put_into(Arc::make_mut(&mut self.lists));
                self.rename_options(&before, seq);
                self.context = seq;
            }
            Event::XeroLinked { subject: Subject::Journal(number), xero, .. } => {
                self.choose_journal(*number, *xero, seq);
            }
            Event::XeroLinked { subject, xero, how, held, paper, version } => {
                let link = Link {
                    xero: *xero,
                    how: *how,
                    version: *version,
                    ours: paper.clone(),
                    theirs: held.as_ref().map(|held| Box::new(held.paper.clone())),
                    then: None,
                    approved: None,
                    now: held.clone(),
                    item: self.found_item(subject, *xero),
                    accounts: Some(day_of(at)),
                    changed: seq,
                };
                self.put_link(subject, link);
            }
            Event::XeroUnlinked { subject } => self.unlink(subject),
            Event::XeroFound(found) => {
                for one in found {
                    self.refresh_item(&one.subject, &one.candidates, seq);
                    self.found.insert_mut(one.subject.clone(), Arc::new(one.candidates.clone()));
                    self.found_at.insert_mut(one.subject.clone(), at);
                }
            }
            Event::XeroIntended(intent) => {
                self.batches = self.batches.max(intent.batch);
                self.intend_journals(intent, seq);
                let open = (0..).zip(intent.operations.iter().cloned()).collect();
                let (call, key, body) = (intent.call.clone(), intent.key.clone(), intent.body.clone());
                self.open.insert_mut(intent.batch, Arc::new(OpenIntent { call, key, body, at, open }));
            }
            Event::XeroSettled(settlement) => self.settle(settlement, seq, at),
            Event::XeroSeen(seen) => {
                for one in seen {
                    let Some(link) = self.links.get(&one.subject) else { continue };
                    let mut link = (**link).clone();
                    let before = link.now.replace(Box::new(one.held.clone()));
                    let was = before.as_ref().is_some_and(|held| held.status.posts());
                    if !was && one.held.status.posts() {
                        link.approved = link.approved.or(Some(seq));
                    }
                    link.changed = seq;
                    self.links.insert_mut(one.subject.clone(), Arc::new(link));
                    self.forget_payment_problems(&one.subject);
                    self.see_credits(&one.subject, before.as_deref(), &one.held, seq);
                }
            }
            Event::XeroPaymentsSeen(seen) => {
                for one in seen {
                    self.change_paid(&one.subject, seq, |paid| paid.see(one.payment.clone()));
                }
            }
            Event::XeroPaymentsPaired { subject, pairs } => self.change_paid(subject, seq, |paid| {
                pairs.iter().for_each(|pair| paid.pair(pair.clone()));
            }),
            Event::XeroPaymentsParted { subject, pairs } => self.change_paid(subject, seq, |paid| {
                paid.pairs.retain(|one| !pairs.contains(&(one.ours, one.theirs)));
            }),
            Event::XeroCreditsSeen(seen) => {
                for one in seen {
                    self.change_paid(&one.subject, seq, |paid| paid.credit = Some(one.credit.clone()));
                    self.see_used(&one.subject, &one.credit, seq);
                }
            }
            Event::XeroAllocationsAgreed(agreed) => {
                for one in agreed {
                    let change = |used: &mut Allocated| used.agreed = one.amount;
                    self.change_paid(&one.credit, seq, |paid| paid.use_on(one.to, change));
                }
            }
            Event::XeroCutOver { sections, day, after } => {
                sections.iter().for_each(|section| self.cut_over_at(*section, *day, *after));
            }
            Event::XeroJournalsSeen(seen) => seen.iter().for_each(|one| self.see_journal(one, seq)),
            Event::XeroBalanceSeen(seen) => self.change_balance(&seen.name, |state| match seen.waits {
                Switch::On => state.wait(seen.found),
                Switch::Off => state.ran(seen.found, Switch::Off),
            }),
            Event::XeroBalanceAsked { name, agreed } => self.change_balance(name, |state| state.ask(*agreed)),
            Event::XeroJournalDecided { number, choice } => self.decide_journal(*number, choice, seq),
            Event::XeroLockedApproved { after } => self.locked_approved = *after,
            Event::XeroDecided { subject, decision } => self.decide(subject, decision),
            Event::XeroImported(_) => {}
            Event::XeroReconciled(said) => Heard::apply(&mut self.heard, said),
            Event::XeroTakenOver { subject, paper, version, .. } => {
                let Some(link) = self.links.get(subject) else { return };
                let mut link = (**link).clone();
                link.theirs = link.now.as_ref().map(|held| Box::new(held.paper.clone()));
                (link.ours, link.version, link.changed) = (paper.clone(), *version, seq);
                self.links.insert_mut(subject.clone(), Arc::new(link));
            }
        }
    }

    pub(crate) fn change_balance(&mut self, name: &str, change: impl FnOnce(&mut BalanceState)) {
        let mut state = self.balance(name);
        change(&mut state);
        self.balances.insert_mut(key(name), state);
    }

    fn set_connection(&mut self, connection: Connection) {
        (self.connection, self.context) = (connection, self.seq);
    }

    fn connect(&mut self, connected: &Connected, seq: u64, at: i64) {
        if connected.starts_anew {
            let settings = Arc::new(self.settings.without_organisation());
            *self = Exchange { settings, batches: self.batches, at: self.at, ..Exchange::default() };
        }
        self.seq = seq;
        self.set_connection(Connection::Connected);
        Arc::make_mut(&mut self.lists).organisation = Some(connected.organisation.clone());
        self.app = Some(connected.app);
        // The same organisation goes on where it stopped (CON-9): its first connection is what counts.
        if self.connected_seq == 0 || connected.starts_anew || self.cut_over != Some(connected.cut_over) {
            (self.connected_at, self.connected_seq) = (at, seq);
            self.connected_after = connected.after;
            self.cut_over = Some(connected.cut_over);
            let day = connected.cut_over;
            let after = (connected.ahead == Switch::Off).then_some(connected.after);
            crate::settings::SECTIONS.into_iter().for_each(|section| self.cut_over_at(section, day, after));
        }
    }

    fn put_link(&mut self, subject: &Subject, link: Link) {
        let before = self.links.get(subject).map(|before| before.xero);
        if before.is_some_and(|before| before != link.xero) {
            self.unlink(subject);
        }
        // A file or note has no id of its own that anybody looks for.
        if !matches!(subject, Subject::File(..) | Subject::Note(..) | Subject::Sent(_)) {
            self.subjects.insert_mut(link.xero, subject.clone());
        }
        self.links.insert_mut(subject.clone(), Arc::new(link));
        self.found.remove_mut(subject);
        self.problems.remove_mut(subject);
    }

    /// Forgets a counterpart, and for a document the files and notes that went with it.
    fn unlink(&mut self, subject: &Subject) {
        if let Some(link) = self.links.get(subject)
            && self.subjects.get(&link.xero) == Some(subject)
        {
            let xero = link.xero;
            self.subjects.remove_mut(&xero);
        }
        match subject {
            Subject::Document(id) | Subject::Order(id) => {
                let on_it = self.links.range(Subject::File(*id, "".into())..).map(|(one, _)| one);
                let files = on_it.take_while(|one| one.document() == Some(*id));
                let notes = self.links.range(Subject::Note(*id, 0)..).map(|(one, _)| one);
                let notes = notes.take_while(|one| one.document() == Some(*id));
                let gone: Vec<Subject> = files.chain(notes).cloned().chain([Subject::Sent(*id)]).collect();
                gone.iter().for_each(|one| {
                    self.links.remove_mut(one);
                });
            }
            // Documents that are there name it: they are all looked at again.
            _ => self.context = self.seq,
        }
        self.links.remove_mut(subject);
        self.found.remove_mut(subject);
        self.problems.remove_mut(subject);
        self.forget_payment_problems(subject);
        self.paid.remove_mut(subject);
    }

    fn decide(&mut self, subject: &Subject, decision: &Decision) {
        let mut said = self.said.get(subject).cloned().unwrap_or_default();
        match decision {
            Decision::Add => said.added = Switch::On,
            Decision::Exclude(why) => said.excluded = Some(why.clone()),
            Decision::Include => said.excluded = None,
            Decision::SendAnyway => said.anyway = Switch::On,
            Decision::Overpay => said.overpaid = Switch::On,
            Decision::SendAgain => {
                self.unlink(subject);
                if matches!(subject, Subject::Document(_) | Subject::Order(_)) {
                    said.added = Switch::On;
                }
            }
            Decision::Retry => {
                self.problems.remove_mut(subject);
                self.found.remove_mut(subject);
            }
        }
        if said == Said::default() {
            self.said.remove_mut(subject);
        } else {
            self.said.insert_mut(subject.clone(), said);
        }
    }
}
