//! What our journals have put on Xero's accounts, and what became of each there (POST-24).
//!
//! A journal counts as it was sent: also a draft, also while nobody knows whether Xero took it, also when somebody edited or
//! voided it in Xero, so that nothing of it is posted again by itself. Once a person says "post again", it counts as what Xero
//! holds of it: nothing, if it was voided. Not here: what should be there (`expected`).

use std::collections::BTreeMap;

use book::{Day, Section, Text, Tracking};
use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;

use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::journals::expected::{Amounts, Place, Target, add, merged};
use crate::journals::paper::{HeldJournal, HeldJournalLine, JournalLine, JournalOf, JournalPaper};
use crate::paper::PaperTracking;
use crate::subject::Guid;

/// What a person says of a journal that somebody changed in Xero (POST-24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum JournalChoice {
    /// What it no longer says in Xero is posted again.
    Again,
    /// It stays as it is in Xero, with a reason.
    Leave(#[schemars(with = "String")] Text),
}

/// From which day a section's facts go (CON-4, CON-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutOver {
    /// The cut-over date.
    pub day: Day,
    /// How many entries the book had: what they say of earlier days is the opening, what later ones say of them is dated on
    /// the cut-over date. None while the day lies ahead: whatever the book comes to have of earlier days is the opening.
    pub after: Option<u32>,
}

impl CutOver {
    /// The day on which a fact is posted; none if it is part of the opening.
    #[must_use]
    pub fn effect(&self, seq: u32, day: Day) -> Option<Day> {
        let is_later = self.after.is_some_and(|after| seq >= after);
        (day >= self.day || is_later).then(|| day.max(self.day))
    }
}

/// A journal that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// What was sent.
    pub paper: JournalPaper,
    /// Xero's id; none while nobody knows whether Xero took it.
    pub xero: Option<Guid>,
    /// What Xero first said of it.
    pub then: Option<HeldJournal>,
    /// What Xero says now.
    pub now: Option<HeldJournal>,
    /// What a person said, and of what in Xero.
    pub said: Option<(JournalChoice, HeldJournal)>,
    /// The log entry that last changed what it counts as.
    pub changed: u64,
}

/// Where a journal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JournalState {
    /// Nobody knows whether Xero took it.
    Open,
    /// Xero has it, as we sent it.
    Posted,
    /// It is a draft there.
    Draft,
    /// Somebody edited it there, and nobody has said what of it.
    Edited,
    /// Somebody voided or deleted it there, and nobody has said what of it.
    Gone,
    /// It stays as it is there.
    Left,
    /// What it no longer says there is posted again.
    Again,
}

impl Journal {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> JournalState {
        if self.xero.is_none() {
            return JournalState::Open;
        }
        let Some(now) = &self.now else { return JournalState::Posted };
        // The next run reads what Xero's account holds then: nothing of it has to be said (BAL-7).
        if matches!(self.paper.of, JournalOf::Balance(_)) {
            return if self.then.as_ref() == Some(now) { JournalState::Posted } else { JournalState::Left };
        }
        if let Some((choice, of)) = &self.said
            && of.says(now)
            && of.status == now.status
        {
            return match choice {
                JournalChoice::Again => JournalState::Again,
                JournalChoice::Leave(_) => JournalState::Left,
            };
        }
        match (&now.status, &self.then) {
            (status, _) if status.is_gone() => JournalState::Gone,
            (_, Some(then)) if !then.says(now) => JournalState::Edited,
            (HeldStatus::Draft, _) => JournalState::Draft,
            _ => JournalState::Posted,
        }
    }

    /// What Xero has of it more than was sent, by account; an account that Xero doesn't name is none (POST-24).
    #[must_use]
    pub fn effect(&self) -> Vec<(Option<XeroId<xero::Account>>, Amount)> {
        let Some(now) = &self.now else { return Vec::new() };
        let theirs = if now.status.is_gone() { &[][..] } else { &now.lines };
        let theirs = theirs.iter().map(|line| (line.account, line.amount));
        let ours = self.paper.lines.iter().map(|line| (Some(line.account), -line.amount));
        merged(theirs.chain(ours).collect()).filter(|(_, amount)| !amount.is_zero()).collect()
    }

    /// What it counts as, by account, tracking and effect day; none if what Xero holds of it can't be told apart.
    #[must_use]
    pub fn counts(&self) -> Option<Vec<JournalLine>> {
        if self.state() != JournalState::Again {
            return Some(self.paper.lines.clone());
        }
        let now = self.now.as_ref()?;
        if now.status.is_gone() {
            return Some(Vec::new());
        }
        let then = self.then.as_ref()?;
        if now.date != then.date {
            return self.lines_of(now, now.date);
        }
        let mut lines = self.paper.lines.clone();
        lines.extend(self.lines_of(now, now.date)?);
        lines.extend(
            self.lines_of(then, now.date)?
                .into_iter()
                .map(|line| JournalLine { amount: -line.amount, ..line }),
        );
        Some(lines)
    }

    /// What Xero holds of it, in our terms; none if it doesn't balance without tax, or names what we don't know.
    fn lines_of(&self, held: &HeldJournal, day: Day) -> Option<Vec<JournalLine>> {
        let line = |one: &HeldJournalLine| {
            let tracking = self.tracking(&one.tracking)?;
            Some(JournalLine {
                account: one.account?,
                tracking,
                names: one.tracking.clone(),
                day,
                amount: one.amount,
            })
        };
        let lines: Vec<JournalLine> = held.lines.iter().map(line).collect::<Option<_>>()?;
        let sum = lines.iter().try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount).ok())?;
        (sum.is_zero() && held.lines.iter().all(|one| one.tax.is_zero())).then_some(lines)
    }

    /// The book's options of what Xero calls them, as far as the journal had them.
    fn tracking(&self, names: &[PaperTracking]) -> Option<Tracking> {
        if names.is_empty() {
            return Some(Tracking::default());
        }
        self.paper.lines.iter().find(|line| line.names == names).map(|line| line.tracking)
    }
}

/// What is posted, up to a day: of sections that go, from their cut-over on.
#[must_use]
pub fn posted(exchange: &Exchange, until: Day) -> Amounts {
    let mut amounts = BTreeMap::new();
    for (_, journal) in exchange.journals() {
        let JournalOf::Section(section) = journal.paper.of else { continue };
        let Some(cut) = exchange.posts_from(section) else { continue };
        for line in journal.counts().unwrap_or_else(|| journal.paper.lines.clone()) {
            if (cut.day..=until).contains(&line.day) {
                add(&mut amounts, place(section, &line), line.amount);
            }
        }
    }
    amounts.retain(|_, amount| !amount.is_zero());
    amounts
}

/// Where a line of a journal counts.
#[must_use]
pub fn place(section: Section, line: &JournalLine) -> Place {
    Place { section, day: line.day, account: Target::Account(line.account), tracking: line.tracking }
}
