//! Our journals in the fold: from which day sections go, what was sent, what became of it (CON-4, CON-9, POST-24).
//!
//! Not here: what follows from it (`journals`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use book::{Day, Section, Text, Tracking};
use money::Amount;
use serde::{Deserialize, Serialize};

use super::Exchange;
use crate::balances::BalanceSeen;
use crate::event::{Event, Intended, Intent, Outcome, SeenJournal};
use crate::journals::{CutOver, HeldJournal, Journal, JournalChoice, JournalLine, JournalOf, JournalPaper};
use crate::link::Problem;
use crate::lists::Lists;
use crate::paper::PaperTracking;
use crate::settings::{SECTIONS, Switch};
use crate::subject::{Guid, Subject};

/// A journal's lines: account, options, effect day.
type Lines = BTreeMap<(xero::XeroId<xero::Account>, Tracking, Day), Amount>;

/// Options by what they were called, and are.
type Renamed = BTreeMap<PaperTracking, PaperTracking>;

fn named(category: &Text, option: &Text) -> PaperTracking {
    PaperTracking { category: category.clone(), option: option.clone() }
}

/// The options that a journal names.
fn names(journal: &Journal) -> impl Iterator<Item = &PaperTracking> {
    let held = [&journal.then, &journal.now].into_iter().flatten();
    let theirs = held.flat_map(|held| &held.lines).flat_map(|line| &line.tracking);
    journal.paper.lines.iter().flat_map(|line| &line.names).chain(theirs)
}

/// A section's cut-over, and whether its journals ever went since the connection.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Cut {
    at: CutOver,
    /// The last one that had come: while another lies ahead, going back to it goes on with its opening.
    came: Option<CutOver>,
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
        let last = self.journals.last().map_or(0, |(number, _)| *number);
        last.max(self.refused.last().map_or(0, |(number, _)| *number)) + 1
    }

    /// The journal that Xero refused with this date and these lines, and why; none if anything that all goes by has changed
    /// since, or somebody said that it is to be tried again (LOG-4).
    pub(crate) fn refused_journal(
        &self,
        of: &JournalOf,
        date: Day,
        lines: &Lines,
    ) -> Option<(u32, &Problem)> {
        let is_it = |paper: &JournalPaper| {
            let same = |line: &JournalLine| {
                lines
                    .get(&(line.account, line.tracking, line.day))
                    .is_some_and(|amount| *amount == line.amount)
            };
            paper.of == *of
                && paper.date == date
                && paper.lines.len() == lines.len()
                && paper.lines.iter().all(same)
        };
        self.refused.iter().filter(|(_, paper)| is_it(paper)).find_map(|(number, _)| {
            let problem = self.problem(&Subject::Journal(*number))?;
            (problem.refused && problem.context == self.context).then_some((*number, problem))
        })
    }

    /// Whether Xero refused a journal that had this number.
    #[must_use]
    pub fn was_refused(&self, number: u32) -> bool {
        self.refused.contains_key(&number)
    }

    /// How many entries the book had when somebody last approved what belongs to locked days.
    #[must_use]
    pub fn locked_approved(&self) -> u32 {
        self.locked_approved
    }

    /// The next day from which sections are to go and that the log hasn't seen come.
    #[must_use]
    pub fn cut_over_ahead(&self) -> Option<Day> {
        let ahead = self.cuts.values().filter(|cut| cut.at.after.is_none());
        ahead.map(|cut| cut.at.day).min()
    }

    /// The sections whose journals go and begin after a day, by the day on which they do.
    #[must_use]
    pub fn begins_after(&self, day: Day) -> BTreeMap<Day, Vec<Section>> {
        let mut later: BTreeMap<Day, Vec<Section>> = BTreeMap::new();
        for section in SECTIONS {
            if let Some(cut) = self.posts_from(section).filter(|cut| cut.day > day) {
                later.entry(cut.day).or_default().push(section);
            }
        }
        later
    }

    /// What the log says before anything else once a cut-over that lay ahead has come: what the book has by then is the
    /// opening, what comes later of earlier days is dated on the cut-over date (CON-4).
    #[must_use]
    pub fn cut_over_come(&self, entries: u32, today: Day) -> Vec<Event> {
        let mut come: BTreeMap<Day, Vec<Section>> = BTreeMap::new();
        for (section, cut) in self.cuts.iter().filter(|(_, cut)| cut.at.after.is_none()) {
            if cut.at.day <= today {
                come.entry(cut.at.day).or_default().push(*section);
            }
        }
        let event = |(day, sections)| Event::XeroCutOver { sections, day, after: Some(entries) };
        come.into_iter().map(event).collect()
    }

    /// A later day is a new beginning; one not later goes on with the same opening, and posts the days between. While a day
    /// lies ahead nothing has begun: any other takes its place.
    pub(super) fn cut_over_at(&mut self, section: Section, day: Day, after: Option<u32>) {
        let before = self.cuts.get(&section);
        let came = before.and_then(|cut| cut.came);
        let kept = came.filter(|came| day <= came.day).and_then(|came| came.after);
        let at = CutOver { day, after: after.map(|after| kept.unwrap_or(after)) };
        let came = if at.after.is_some() { Some(at) } else { came };
        let begun = before.map_or(Switch::Off, |cut| cut.begun);
        self.cuts.insert_mut(section, Cut { at, came, begun });
        self.note_what_posts();
    }

    pub(super) fn note_what_posts(&mut self) {
        for section in SECTIONS.into_iter().filter(|section| self.settings.posts(*section)) {
            if let Some(cut) = self.cuts.get(&section).copied().filter(|cut| cut.at.after.is_some()) {
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
            Outcome::Refused { .. } => {
                match self.balance_of(number) {
                    Some(seen) => self.change_balance(&seen.name, |state| state.refuse(seen.found.day)),
                    None => {
                        let paper = self.journals.get(&number).map(|journal| journal.paper.clone());
                        paper.into_iter().for_each(|paper| self.refused.insert_mut(number, Arc::new(paper)));
                    }
                }
                self.journals.remove_mut(&number);
            }
            Outcome::NotDone { .. } => drop(self.journals.remove_mut(&number)),
        }
    }

    fn made_journal(&mut self, number: u32, xero: Guid, held: Option<&HeldJournal>, seq: u64) {
        self.change_journal(number, seq, |journal| {
            journal.xero = Some(xero);
            (journal.then, journal.now) = (held.cloned(), held.cloned());
        });
        self.subjects.insert_mut(xero, Subject::Journal(number));
        self.forget_refused(number);
        if let Some(seen) = self.balance_of(number) {
            self.change_balance(&seen.name, |state| state.ran(seen.found, Switch::On));
        }
    }

    /// What was refused of days that now have been posted to is worked out anew.
    fn forget_refused(&mut self, made: u32) {
        let Some(made) = self.journals.get(&made).map(|journal| journal.paper.clone()) else { return };
        let days: BTreeSet<Day> = made.lines.iter().map(|line| line.day).collect();
        let touches = |paper: &JournalPaper| {
            paper.of == made.of && paper.lines.iter().any(|line| days.contains(&line.day))
        };
        let of = self.refused.iter().filter(|(_, paper)| touches(paper)).map(|(number, _)| *number);
        for number in of.collect::<Vec<_>>() {
            self.refused.remove_mut(&number);
            self.problems.remove_mut(&Subject::Journal(number));
        }
    }

    /// A person said which of several things in Xero is this journal.
    pub(super) fn choose_journal(&mut self, number: u32, xero: Guid, seq: u64) {
        self.found.remove_mut(&Subject::Journal(number));
        self.made_journal(number, xero, None, seq);
    }

    /// Options that somebody renamed in Xero: our journals have the same ones, under their new names (POST-25).
    pub(super) fn rename_options(&mut self, before: &Lists, seq: u64) {
        let listed = self.renamed_since(before);
        let renamed = |journal: &Journal| {
            let mut renamed = listed.clone();
            renamed.extend(journal.paper.lines.iter().flat_map(|line| self.renamed_on(line)));
            renamed.retain(|then, now| then != now && names(journal).any(|name| name == then));
            renamed
        };
        let all: Vec<(u32, Renamed)> =
            self.journals().map(|(number, journal)| (number, renamed(journal))).collect();
        for (number, renamed) in all.into_iter().filter(|(_, renamed)| !renamed.is_empty()) {
            let rename = |one: &mut PaperTracking| {
                if let Some(now) = renamed.get(one) {
                    *one = now.clone();
                }
            };
            self.change_journal(number, seq, |journal| {
                journal.paper.lines.iter_mut().flat_map(|line| &mut line.names).for_each(rename);
                let said = journal.said.as_mut().map(|(_, held)| held);
                for held in [journal.then.as_mut(), journal.now.as_mut(), said].into_iter().flatten() {
                    held.lines.iter_mut().flat_map(|line| &mut line.tracking).for_each(rename);
                    held.lines.sort();
                }
            });
        }
    }

    /// Options that lists named otherwise before.
    fn renamed_since(&self, before: &Lists) -> Renamed {
        let mut renamed = Renamed::new();
        for was in &before.tracking {
            let Some(is) = self.lists.tracking.iter().find(|one| one.id == was.id) else { continue };
            for option in &was.options {
                if let Some(now) = is.options.iter().find(|one| one.id == option.id) {
                    renamed.insert(named(&was.name, &option.name), named(&is.name, &now.name));
                }
            }
        }
        renamed
    }

    /// Options of a line that we made, and no list had yet, by what they are linked to.
    fn renamed_on(&self, line: &JournalLine) -> Vec<(PaperTracking, PaperTracking)> {
        let options: Vec<book::TrackingOptionId> = line.tracking.0.into_iter().flatten().collect();
        if options.len() != line.names.len() {
            return Vec::new();
        }
        let is = |option| {
            let id = self.link(&Subject::Option(option))?.xero.cast();
            self.lists.tracking.iter().find_map(|category| {
                let found = category.options.iter().find(|one| one.id == id)?;
                Some(named(&category.name, &found.name))
            })
        };
        let then = line.names.iter().cloned();
        then.zip(options).filter_map(|(then, option)| Some((then, is(option)?))).collect()
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
