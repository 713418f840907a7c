//! Comparisons: an amount on an account that the book has, and what we know of it in Xero. Where the two differ is a cause.
//!
//! ```text
//! production          here 774.00   posted 700.00   there 700.00   → not yet posted 74.00
//! MB-000123, voided   here   0.00   posted   0.00   there −50.00   → our journal changed 50.00
//! ```
//! Journals are taken apart in three steps, each a comparison of its own, so that they add up: what is expected against what was
//! sent, by effect day; sent by effect day against sent by date; sent against what Xero holds now.
//! Not here: documents (`documents`), rows (`mod`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day, DocumentId, Section, Text};
use money::Amount;

use super::cause::{Cause, CauseKind};
use super::documents::{self, Paper};
use super::entries::Entry;
use super::witness::Witness;
use super::{AccountId, sum};
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::journals::{self, Journal, JournalChoice, JournalOf, JournalState, Target, mark};
use crate::settings::AccountRole;
use crate::subject::Guid;

/// What the book has on an account, and what we know of it in Xero.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) account: AccountId,
    pub(crate) kind: CauseKind,
    pub(crate) words: String,
    /// By the book.
    pub(crate) here: Amount,
    /// As it was sent.
    pub(crate) posted: Amount,
    /// As Xero holds it, as far as we know.
    pub(crate) there: Amount,
    /// Lines of foreign money.
    pub(crate) foreign_lines: u32,
    pub(crate) document: Option<DocumentId>,
    pub(crate) xero: Option<Guid>,
    pub(crate) note: Option<Text>,
    pub(crate) command: Option<String>,
}

impl Comparison {
    pub(crate) fn new(account: AccountId, kind: CauseKind, words: impl Into<String>) -> Comparison {
        Comparison {
            account,
            kind,
            words: words.into(),
            here: Amount::ZERO,
            posted: Amount::ZERO,
            there: Amount::ZERO,
            foreign_lines: 0,
            document: None,
            xero: None,
            note: None,
            command: None,
        }
    }

    /// The cause, if its two amounts differ.
    pub(super) fn cause(self) -> Option<Cause> {
        let amount = sum(self.here, -self.there);
        let Comparison { kind, words, document, xero, note, command, .. } = self;
        (!amount.is_zero()).then_some(Cause { kind, words, amount, document, xero, note, command })
    }
}

/// The days that count on an account.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    pub(crate) day: Day,
    pub(crate) begins: &'a dyn Fn(AccountId) -> Option<Day>,
}

impl Window<'_> {
    /// Whether a day counts on an account.
    pub(crate) fn has(&self, account: AccountId, day: Day) -> bool {
        day <= self.day && (self.begins)(account).is_none_or(|from| from <= day)
    }

    /// The amount, if its day counts.
    fn of(&self, account: AccountId, day: Day, amount: Amount) -> Amount {
        if self.has(account, day) { amount } else { Amount::ZERO }
    }
}

/// Sums by account and something else.
type Sums<K> = BTreeMap<(AccountId, K), (Amount, Amount)>;

fn add<K: Ord>(sums: &mut Sums<K>, account: AccountId, by: K, (here, there): (Amount, Amount)) {
    let total = sums.entry((account, by)).or_default();
    *total = (sum(total.0, here), sum(total.1, there));
}

/// The opening, what is expected and posted, and what became of our journals; and what no account is mapped for.
pub(crate) fn of_journals(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    window: Window<'_>,
) -> (Vec<Comparison>, BTreeMap<AccountRole, Amount>) {
    let mut unmapped: BTreeMap<AccountRole, Amount> = BTreeMap::new();
    let mut nowhere = |role: AccountRole, amount| {
        let total = unmapped.entry(role).or_default();
        *total = sum(*total, amount);
    };
    let (mut sections, mut opening): (Sums<(Section, bool)>, BTreeMap<AccountId, Amount>) =
        Default::default();
    for (place, amount) in journals::expected(book, exchange, window.day) {
        match place.account {
            Target::Account(account) if window.has(account, place.day) => {
                add(&mut sections, account, (place.section, true), (amount, Amount::ZERO));
            }
            Target::Missing(role) => nowhere(role, amount),
            Target::Account(_) | Target::Unknown(_) => {}
        }
    }
    for fact in outside(book, exchange, window.day) {
        match fact.account {
            Target::Account(account) if !window.has(account, fact.day) => {}
            Target::Account(account) if fact.is_opening => {
                let total = opening.entry(account).or_default();
                *total = sum(*total, fact.amount);
            }
            Target::Account(account) => {
                add(&mut sections, account, (fact.section, false), (fact.amount, Amount::ZERO));
            }
            Target::Missing(role) => nowhere(role, fact.amount),
            Target::Unknown(_) => {}
        }
    }
    let papers = documents::papers(book, exchange, witness);
    for paper in papers.iter().filter(|paper| paper.is_opening) {
        for (account, day, amount) in &paper.here {
            let total = opening.entry(*account).or_default();
            *total = sum(*total, window.of(*account, *day, *amount));
        }
    }
    let mut comparisons = Vec::new();
    let mut later: Sums<(Day, Day)> = Sums::new();
    for (number, journal) in exchange.journals() {
        let JournalOf::Section(section) = journal.paper.of else {
            comparisons.extend(beside(number, journal, window));
            comparisons.extend(changed(number, journal, date(journal), window));
            continue;
        };
        let goes = exchange.posts_from(section).is_some();
        let date = date(journal);
        for line in journal.counts().unwrap_or_else(|| journal.paper.lines.clone()) {
            let (by_effect, by_date) =
                (window.of(line.account, line.day, line.amount), window.of(line.account, date, line.amount));
            add(&mut sections, line.account, (section, goes), (Amount::ZERO, by_effect));
            if by_effect != by_date {
                let moved = sum(by_date, -by_effect);
                add(&mut later, line.account, (line.day, date), (Amount::ZERO, moved));
            }
        }
        comparisons.extend(changed(number, journal, date, window));
    }
    comparisons.extend(sections.into_iter().map(|((account, (section, goes)), (here, there))| {
        let (kind, words) = match goes {
            true => (CauseKind::NotYetPosted, format!("journals of {}", section.name())),
            false => (CauseKind::GoneHere, format!("journals of {} are turned off", section.name())),
        };
        let command =
            Some(if goes { "millbook journals --preview" } else { "millbook xero settings get" }.to_owned());
        Comparison { here, posted: there, there, command, ..Comparison::new(account, kind, words) }
    }));
    comparisons.extend(later.into_iter().map(|((account, (day, date)), (_, there))| {
        let words = format!("what belongs to {day} was posted on {date}");
        Comparison { posted: there, there, ..Comparison::new(account, CauseKind::OtherDay, words) }
    }));
    comparisons.extend(before(book, exchange, witness, window, opening, &papers));
    (comparisons, unmapped)
}

/// A journal of ours that the ledger doesn't expect: a balance synchronisation's (BAL), should it touch an account of ours.
fn beside(number: u32, journal: &Journal, window: Window<'_>) -> Vec<Comparison> {
    let words = format!("balance synchronisation {}", mark(number));
    let of = |line: &journals::JournalLine| {
        let there = window.of(line.account, date(journal), line.amount);
        Comparison {
            posted: there,
            there,
            xero: journal.xero,
            ..Comparison::new(line.account, CauseKind::OtherEntry, words.clone())
        }
    };
    journal.counts().unwrap_or_else(|| journal.paper.lines.clone()).iter().map(of).collect()
}

/// The date that a journal counts on in Xero.
fn date(journal: &Journal) -> Day {
    match (&journal.now, journal.state()) {
        (Some(now), JournalState::Again) => now.date,
        _ => journal.paper.date,
    }
}

/// A fact of the ledger that no journal is expected for: of the opening, or of a section that is turned off.
struct Outside {
    section: Section,
    day: Day,
    account: Target,
    amount: Amount,
    is_opening: bool,
}

fn outside(book: &Book, exchange: &Exchange, until: Day) -> Vec<Outside> {
    let ledger = book.ledger();
    let first = exchange.cut_over();
    let mut found: BTreeMap<(Section, Day, book::KeyId, bool), Amount> = BTreeMap::new();
    for delta in ledger.deltas().filter(|delta| delta.day <= until) {
        let section = delta.rule.row().section;
        if section == Section::Document {
            continue;
        }
        let goes = exchange.posts_from(section);
        if goes.is_some_and(|cut| cut.effect(delta.seq, delta.day).is_some()) {
            continue;
        }
        let cut = exchange.section_cut_over(section);
        let is_opening = match cut {
            Some(cut) => cut.effect(delta.seq, delta.day).is_none(),
            None => first.is_some_and(|first| delta.day < first),
        };
        for (key, amount) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
            let total = found.entry((section, delta.day, key, is_opening)).or_default();
            *total = sum(*total, amount);
        }
    }
    let of = |((section, day, key, is_opening), amount): ((Section, Day, book::KeyId, bool), Amount)| {
        let cut = exchange.section_cut_over(section).map(|cut| cut.day).or(first);
        let on = cut.map_or(day, |cut| day.max(cut));
        let account = journals::target(exchange, ledger.name(key), on)?;
        Some(Outside { section, day, account, amount, is_opening })
    };
    found.into_iter().filter_map(of).collect()
}

/// What became of a journal of ours in Xero, by account.
fn changed(number: u32, journal: &Journal, date: Day, window: Window<'_>) -> Vec<Comparison> {
    let Some(now) = &journal.now else { return Vec::new() };
    let mut sums: BTreeMap<AccountId, Amount> = BTreeMap::new();
    let mut add = |account, amount| {
        let total = sums.entry(account).or_default();
        *total = sum(*total, amount);
    };
    for line in journal.counts().unwrap_or_else(|| journal.paper.lines.clone()) {
        add(line.account, -window.of(line.account, date, line.amount));
    }
    let counts = now.status == HeldStatus::Approved;
    for line in now.lines.iter().filter(|_| counts) {
        if let Some(account) = line.account {
            add(account, window.of(account, now.date, line.amount));
        }
    }
    let name = mark(number);
    let (kind, words) = match journal.state() {
        JournalState::Draft => (CauseKind::WaitingForApproval, format!("{name} is a draft in Xero")),
        JournalState::Gone => (CauseKind::JournalChanged, format!("{name} was voided or deleted in Xero")),
        JournalState::Left => {
            let why = match &journal.said {
                Some((JournalChoice::Leave(why), _)) => why.to_string(),
                _ => String::new(),
            };
            (CauseKind::JournalChanged, format!("{name} stays as it is in Xero: {why}"))
        }
        _ => (CauseKind::JournalChanged, format!("{name} was edited in Xero")),
    };
    let comparison = |(account, there): (AccountId, Amount)| Comparison {
        there,
        xero: journal.xero,
        command: matches!(journal.state(), JournalState::Gone | JournalState::Edited)
            .then(|| format!("millbook journals again {name}")),
        ..Comparison::new(account, kind, words.clone())
    };
    sums.into_iter().filter(|(_, amount)| !amount.is_zero()).map(comparison).collect()
}

/// The opening of the book against Xero's balance of that evening, less what of ours stood there already.
fn before(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    window: Window<'_>,
    mut opening: BTreeMap<AccountId, Amount>,
    papers: &[Paper],
) -> Vec<Comparison> {
    let Some(cut_over) = exchange.cut_over() else { return Vec::new() };
    let eve = cut_over.previous().min(window.day);
    let mut there = witness.amounts_on(eve, book.base());
    there.retain(|account, _| window.has(*account, eve));
    let mut less = |account: AccountId, day: Day, amount: Amount| {
        if day <= eve && window.has(account, day) {
            let total = there.entry(account).or_default();
            *total = sum(*total, -amount);
        }
    };
    for paper in papers {
        paper.there.iter().for_each(|(account, day, amount)| less(*account, *day, *amount));
    }
    for (_, journal) in exchange.journals() {
        let Some(now) = journal.now.as_ref().filter(|now| now.status == HeldStatus::Approved) else {
            continue;
        };
        now.lines.iter().for_each(|line| {
            if let Some(account) = line.account {
                less(account, now.date, line.amount);
            }
        });
    }
    let ours = super::watched(exchange);
    there.retain(|account, _| ours.contains(account) || opening.contains_key(account));
    for account in there.keys() {
        opening.entry(*account).or_default();
    }
    let comparison = |(account, here): (AccountId, Amount)| {
        let there = there.get(&account).copied().unwrap_or_default();
        let note = exchange.heard().opening_left(account).cloned();
        let ahead = if eve < cut_over.previous() {
            format!("; nothing is posted before {cut_over}")
        } else {
            String::new()
        };
        let words = format!("the balance of {eve}: what the book had, and what Xero had{ahead}");
        let command = ahead.is_empty().then(|| "millbook opening".to_owned());
        Comparison {
            here,
            posted: there,
            there,
            note,
            command,
            ..Comparison::new(account, CauseKind::BeforeCutOver, words)
        }
    };
    opening.into_iter().map(comparison).collect()
}

/// Entries that aren't ours, and that nobody has adopted, since the cut-over.
fn others<'a>(book: &Book, exchange: &'a Exchange, witness: &'a Witness) -> impl Iterator<Item = &'a Entry> {
    let adopted: BTreeSet<Text> = book.adopted().filter_map(|(_, entry)| entry.source.clone()).collect();
    let since = exchange.cut_over().unwrap_or(Day::FIRST);
    let entries = witness.entries.iter().filter(move |entry| entry.counts && entry.day >= since);
    entries.filter(move |entry| {
        exchange.subject(entry.id).is_none() && !adopted.contains(entry.id.to_string().as_str())
    })
}

/// Others' entries.
pub(crate) fn of_others(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    window: Window<'_>,
) -> Vec<Comparison> {
    let Some(organisation) = &exchange.lists().organisation else { return Vec::new() };
    let mut comparisons = Vec::new();
    for entry in others(book, exchange, witness) {
        let accounts: BTreeSet<AccountId> = entry.lines.iter().map(|line| line.account).collect();
        for account in accounts.into_iter().filter(|account| super::watched(exchange).contains(account)) {
            if !window.has(account, entry.day) {
                continue;
            }
            let there = entry.on(account, organisation.base);
            let words = format!("{} \"{}\" of {}", entry.kind.words(), entry.name, entry.day);
            comparisons.push(Comparison {
                there,
                xero: Some(entry.id),
                note: exchange.heard().note(entry.id).cloned(),
                command: Some(format!("millbook reconcile adopt {}", entry.id)),
                ..Comparison::new(account, CauseKind::OtherEntry, words)
            });
        }
    }
    comparisons
}

/// Entries of others on our accounts that nobody has explained, on the days that count.
pub(crate) fn open_entries(
    book: &Book,
    exchange: &Exchange,
    witness: &Witness,
    window: Window<'_>,
) -> Vec<Entry> {
    let ours = super::watched(exchange);
    let open = others(book, exchange, witness)
        .filter(|entry| exchange.heard().note(entry.id).is_none() && entry.day <= window.day);
    open.filter(|entry| entry.lines.iter().any(|line| ours.contains(&line.account))).cloned().collect()
}
