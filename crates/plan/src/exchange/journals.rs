//! Our journals in the fold: from which day sections go, what was sent, what became of it (CON-4, CON-9, POST-24).
//!
//! Not here: what follows from it (`journals`).

use std::sync::Arc;

use book::{Day, Section};
use serde::{Deserialize, Serialize};

use super::Exchange;
use crate::balances::BalanceSeen;
use crate::event::{Intended, Intent, Outcome, SeenJournal};
use crate::journals::{CutOver, HeldJournal, Journal, JournalChoice, JournalOf};
use crate::settings::{SECTIONS, Switch};
use crate::subject::{Guid, Subject};

/// A section's cut-over, and whether its journals ever went since the connection.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Cut {
    at: CutOver,
    begun: Switch,
}

impl Exchange {
    /// From which day a section's facts go; none if its journals don't.
    #[must_use]
    pub fn posts_from(&self, section: Section) -> Option<CutOver> {
        self.cuts.get(&section).filter(|_| self.settings.posts(section)).map(|cut| cut.at)
    }

    /// The cut-over of a section, whether it goes or not.
    #[must_use]
    pub fn section_cut_over(&self, section: Section) -> Option<CutOver> {
        self.cuts.get(&section).map(|cut| cut.at)
    }

    /// Whether a section's journals went at some time since the connection: turned on again, they ask for a day (CON-9).
    #[must_use]
    pub fn has_posted(&self, section: Section) -> bool {
        self.cuts.get(&section).is_some_and(|cut| cut.begun == Switch::On)
    }

    /// Our journals, by number.
    pub fn journals(&self) -> impl Iterator<Item = (u32, &Journal)> {
        self.journals.iter().map(|(number, journal)| (*number, journal.as_ref()))
    }

    /// The journal of a number.
    #[must_use]
    pub fn journal(&self, number: u32) -> Option<&Journal> {
        self.journals.get(&number).map(Arc::as_ref)
    }

    /// The number of the next journal.
    #[must_use]
    pub fn next_journal(&self) -> u32 {
        self.journals.last().map_or(1, |(number, _)| number + 1)
    }

    /// How many entries the book had when somebody last approved what belongs to locked days.
    #[must_use]
    pub fn locked_approved(&self) -> u32 {
        self.locked_approved
    }

    /// A later day is a new beginning; one not later goes on with the same opening, and posts the days between.
    pub(super) fn cut_over_at(&mut self, section: Section, day: Day, after: u32) {
        let before = self.cuts.get(&section);
        let after = before.filter(|cut| day <= cut.at.day).map_or(after, |cut| cut.at.after);
        let begun = before.map_or(Switch::Off, |cut| cut.begun);
        self.cuts.insert_mut(section, Cut { at: CutOver { day, after }, begun });
        self.note_what_posts();
    }

    pub(super) fn note_what_posts(&mut self) {
        for section in SECTIONS.into_iter().filter(|section| self.settings.posts(*section)) {
            if let Some(cut) = self.cuts.get(&section).copied() {
                self.cuts.insert_mut(section, Cut { begun: Switch::On, ..cut });
            }
        }
    }

    /// From now on they count, whatever becomes of the call, until it is known that they weren't made.
    pub(super) fn intend_journals(&mut self, intent: &Intent, seq: u64) {
        for paper in intent.operations.iter().filter_map(|one| one.journal.as_deref()) {
            let (xero, then, now, said) = (None, None, None, None);
            let journal = Journal { paper: paper.clone(), xero, then, now, said, changed: seq };
            self.journals.insert_mut(paper.number, Arc::new(journal));
        }
    }

    /// What became of a journal that was sent.
    pub(super) fn settle_journal(&mut self, intended: &Intended, outcome: &Outcome, seq: u64) {
        let Subject::Journal(number) = intended.subject else { return };
        match outcome {
            Outcome::Done { xero, journal, .. } => self.made_journal(number, *xero, journal.as_deref(), seq),
            // Nobody knows which of them it is: it counts, and a person says.
            Outcome::Several { .. } => {}
            Outcome::Refused { .. } | Outcome::NotDone { .. } => {
                if let (Some(seen), Outcome::Refused { .. }) = (self.balance_of(number), outcome) {
                    self.change_balance(&seen.name, |state| state.refuse(seen.found.day));
                }
                self.journals.remove_mut(&number);
            }
        }
    }

    fn made_journal(&mut self, number: u32, xero: Guid, held: Option<&HeldJournal>, seq: u64) {
        self.change_journal(number, seq, |journal| {
            journal.xero = Some(xero);
            (journal.then, journal.now) = (held.cloned(), held.cloned());
        });
        self.subjects.insert_mut(xero, Subject::Journal(number));
        if let Some(seen) = self.balance_of(number) {
            self.change_balance(&seen.name, |state| state.ran(seen.found, Switch::On));
        }
    }

    /// The run that a journal is of.
    fn balance_of(&self, number: u32) -> Option<BalanceSeen> {
        match &self.journals.get(&number)?.paper.of {
            JournalOf::Balance(seen) => Some(seen.clone()),
            JournalOf::Section(_) => None,
        }
    }

    pub(super) fn see_journal(&mut self, seen: &SeenJournal, seq: u64) {
        self.change_journal(seen.number, seq, |journal| {
            journal.then.get_or_insert_with(|| seen.held.clone());
            journal.now = Some(seen.held.clone());
        });
    }

    pub(super) fn decide_journal(&mut self, number: u32, choice: &JournalChoice, seq: u64) {
        self.change_journal(number, seq, |journal| {
            journal.said = journal.now.clone().map(|now| (choice.clone(), now));
        });
    }

    fn change_journal(&mut self, number: u32, seq: u64, change: impl FnOnce(&mut Journal)) {
        let Some(journal) = self.journals.get(&number) else { return };
        let mut journal = (**journal).clone();
        change(&mut journal);
        journal.changed = seq;
        self.journals.insert_mut(number, Arc::new(journal));
    }
}
