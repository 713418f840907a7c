//! What becomes of what was sent: links, problems, payments made.
//!
//! Not here: what was intended, and all other events (`exchange`).

use std::sync::Arc;

use super::{Exchange, day_of};
use crate::event::{Intended, Linking, Outcome, Settlement};
use crate::held::HeldItem;
use crate::link::{Link, Problem};
use crate::subject::{Guid, Subject};

impl Exchange {
    pub(super) fn settle(&mut self, settlement: &Settlement, seq: u64, at: i64) {
        let Some(intent) = self.open.get(&settlement.batch) else { return };
        let mut intent = (**intent).clone();
        for (place, outcome) in &settlement.outcomes {
            let Some(found) = intent.open.iter().position(|(at, _)| at == place) else { continue };
            let (_, intended) = intent.open.remove(found);
            self.take_outcome(intended, outcome, seq, at);
        }
        if intent.open.is_empty() {
            self.open.remove_mut(&settlement.batch);
        } else {
            self.open.insert_mut(settlement.batch, Arc::new(intent));
        }
    }

    fn take_outcome(&mut self, intended: Intended, outcome: &Outcome, seq: u64, at: i64) {
        let (subject, version) = (intended.subject.clone(), intended.version);
        let (messages, refused) = match outcome {
            Outcome::Done { altered, .. } => (altered.clone(), true),
            Outcome::Refused { messages } => (messages.clone(), true),
            Outcome::NotDone { why } => (vec![why.clone()], false),
            Outcome::Several { .. } => (Vec::new(), false),
        };
        if intended.journal.is_some() {
            self.settle_journal(&intended, outcome, seq);
        }
        match outcome {
            Outcome::Done { .. } if intended.journal.is_some() => {
                self.problems.remove_mut(&subject);
            }
            Outcome::Done { xero, payment, .. } if intended.payment.is_some() => {
                self.problems.remove_mut(&subject);
                self.made_payment(&intended, *xero, payment.as_deref(), seq);
            }
            Outcome::Done { .. } if intended.allocation.is_some() => {
                self.problems.remove_mut(&subject);
                intended.allocation.iter().for_each(|sent| self.made_allocation(sent, seq));
            }
            Outcome::Done { credit: Some(made), .. } if intended.credit.is_some() => {
                let said = intended.credit.as_ref().map(|sent| sent.paper.clone());
                self.put_link(&subject, made_link(made.id, version, seq));
                self.change_paid(&subject, seq, |paid| {
                    (paid.credit, paid.said) = (Some((**made).clone()), said);
                });
            }
            Outcome::Done { xero, held, .. } => {
                // How the invoice stands is known with the invoice itself.
                let held = if matches!(subject, Subject::Sent(_)) { &None } else { held };
                // Lines go by the code with which it was made, whatever it is called here later.
                let is_item = matches!(subject, Subject::Item(_));
                let made = || {
                    is_item.then(|| HeldItem { code: intended.mark.clone(), tracked: false, expense: None })
                };
                let before = self.links.get(&subject);
                let how = before.map_or(Linking::Made, |link| link.how);
                let link = Link {
                    xero: *xero,
                    how,
                    version,
                    ours: intended.paper,
                    theirs: held.as_ref().map(|held| Box::new(held.paper.clone())),
                    then: held.as_ref().map(|held| held.status.clone()),
                    approved: before.and_then(|link| link.approved).or_else(|| {
                        held.as_ref().filter(|held| held.status.posts() && before.is_none()).map(|_| seq)
                    }),
                    now: held.clone(),
                    item: before.and_then(|link| link.item.clone()).or_else(made),
                    accounts: Some(day_of(at)),
                    changed: seq,
                };
                self.put_link(&subject, link);
            }
            Outcome::Several { candidates } => {
                self.found.insert_mut(subject.clone(), Arc::new(candidates.clone()));
            }
            Outcome::Refused { .. } | Outcome::NotDone { .. } => {}
        }
        if !messages.is_empty() {
            let problem = Problem { messages, refused, version, context: self.context, at };
            self.problems.insert_mut(subject, Arc::new(problem));
        }
    }
}

/// The link of an advance or overpayment that was made.
fn made_link(xero: Guid, version: u32, changed: u64) -> Link {
    let how = Linking::Made;
    let (ours, theirs, then, now) = (None, None, None, None);
    Link { xero, how, version, ours, theirs, then, approved: None, now, item: None, accounts: None, changed }
}
