//! What becomes of what was sent: links, problems, payments made.
//!
//! Not here: what was intended, and all other events (`exchange`).

use std::sync::Arc;

use book::DocumentId;

use super::Exchange;
use crate::event::{Intended, Linking, Outcome, Settlement};
use crate::held::HeldItem;
use crate::link::{Link, Problem};
use crate::paid::{HeldPayment, Paid, Pair};
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

    /// Changes what is known of a document's payments; what Xero refused of them may go now.
    pub(super) fn change_paid(&mut self, subject: &Subject, seq: u64, change: impl FnOnce(&mut Paid)) {
        let mut paid = self.paid.get(subject).map(|paid| (**paid).clone()).unwrap_or_default();
        change(&mut paid);
        paid.changed = seq;
        self.paid.insert_mut(subject.clone(), Arc::new(paid));
        self.forget_payment_problems(subject);
    }

    pub(super) fn forget_payment_problems(&mut self, subject: &Subject) {
        let Subject::Document(id) = subject else { return };
        let (first, last) = (DocumentId::new(0), DocumentId::new(u32::MAX));
        let of = self.problems.range(Subject::Payment(*id, first)..=Subject::Payment(*id, last));
        let of: Vec<Subject> = of.map(|(subject, _)| subject.clone()).collect();
        of.iter().for_each(|one| {
            self.problems.remove_mut(one);
        });
    }

    /// A payment that Xero made: it is what was sent, and stands for what it was sent for.
    fn made_payment(&mut self, intended: &Intended, xero: Guid, held: Option<&HeldPayment>, seq: u64) {
        let (Some(of), Some(sent)) = (intended.subject.document(), intended.payment.as_deref()) else {
            return;
        };
        let as_sent = || HeldPayment {
            id: xero,
            paper: sent.paper.clone(),
            deleted: false,
            reconciled: false,
            batch: None,
            updated: 0,
        };
        let held = held.cloned().unwrap_or_else(as_sent);
        self.change_paid(&Subject::Document(of), seq, |paid| {
            paid.see(held);
            for (ours, said) in &sent.stands_for {
                paid.pair(Pair { ours: *ours, theirs: xero, said: said.clone() });
            }
        });
    }

    fn take_outcome(&mut self, intended: Intended, outcome: &Outcome, seq: u64, at: i64) {
        let (subject, version) = (intended.subject.clone(), intended.version);
        let (messages, refused) = match outcome {
            Outcome::Done { altered, .. } => (altered.clone(), true),
            Outcome::Refused { messages } => (messages.clone(), true),
            Outcome::NotDone { why } => (vec![why.clone()], false),
            Outcome::Several { .. } => (Vec::new(), false),
        };
        match outcome {
            Outcome::Done { xero, payment, .. } if intended.payment.is_some() => {
                self.problems.remove_mut(&subject);
                self.made_payment(&intended, *xero, payment.as_deref(), seq);
            }
            Outcome::Done { xero, held, .. } => {
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
                    now: held.clone(),
                    item: before.and_then(|link| link.item.clone()).or_else(made),
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
