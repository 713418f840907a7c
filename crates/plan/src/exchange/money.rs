//! What is known of money in Xero: payments of documents, and how credit is used there.
//!
//! Not here: what became of everything else that was sent (`settling`), what follows from it (`payments`, `allocations`).

use std::collections::BTreeSet;
use std::sync::Arc;

use book::DocumentId;
use xero::Decimal;

use super::Exchange;
use crate::allocated::{Allocated, Allocating};
use crate::credited::HeldCredit;
use crate::event::Intended;
use crate::held::Held;
use crate::paid::{Applied, HeldPayment, Paid, Pair};
use crate::subject::{Guid, Subject};

impl Exchange {
    /// What is known of a document's payments in Xero.
    #[must_use]
    pub fn paid(&self, subject: &Subject) -> Option<&Paid> {
        self.paid.get(subject).map(Arc::as_ref)
    }

    /// What became of the advances and overpayments of a document, in the order of their payments.
    pub fn credits(&self, of: DocumentId) -> impl Iterator<Item = (&Subject, &Paid)> {
        let (first, last) = (DocumentId::new(0), DocumentId::new(u32::MAX));
        let range = Subject::Credit(of, first)..=Subject::Credit(of, last);
        self.paid.range(range).map(|(subject, paid)| (subject, paid.as_ref()))
    }

    /// All advances and overpayments that Xero has.
    pub fn all_credits(&self) -> impl Iterator<Item = &HeldCredit> {
        self.paid.values().filter_map(|paid| paid.credit.as_ref())
    }

    /// The log entry that last changed what is known of a document's payments and credit in Xero.
    #[must_use]
    pub fn paid_changed(&self, of: &Subject) -> u64 {
        let own = self.paid(of).map_or(0, |paid| paid.changed);
        let credits = of.document().into_iter().flat_map(|of| self.credits(of));
        credits.map(|(_, paid)| paid.changed).fold(own, u64::max)
    }

    /// The log entry at which somebody chose who e-mails invoices: what was approved before is left alone (DOC-16).
    #[must_use]
    pub fn emails_since(&self) -> u64 {
        self.emails_since
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
        // What is known of an overpayment is about the document that was overpaid.
        let whole = match subject {
            Subject::Credit(of, _) => Subject::Document(*of),
            other => other.clone(),
        };
        let about = |one: &&Subject| match one {
            Subject::Allocation(from, to) => [*from, *to].map(Some).contains(&subject.document()),
            Subject::Credit(of, _) => Some(*of) == subject.document(),
            other => other.paid().as_ref() == Some(&whole),
        };
        let of: Vec<Subject> = self.problems.keys().filter(about).cloned().collect();
        of.iter().for_each(|one| {
            self.problems.remove_mut(one);
        });
    }

    /// A payment that Xero made: it is what was sent, and stands for what it was sent for.
    pub(super) fn made_payment(
        &mut self,
        intended: &Intended,
        xero: Guid,
        held: Option<&HeldPayment>,
        seq: u64,
    ) {
        let (Some(of), Some(sent)) = (intended.subject.paid(), intended.payment.as_deref()) else {
            return;
        };
        let subject = sent.credit.clone().unwrap_or(of);
        let as_sent = || HeldPayment {
            id: xero,
            paper: sent.paper.clone(),
            deleted: false,
            reconciled: false,
            batch: None,
            updated: 0,
        };
        let held = held.cloned().unwrap_or_else(as_sent);
        self.change_paid(&subject, seq, |paid| {
            paid.see(held);
            for (ours, said) in &sent.stands_for {
                paid.pair(Pair { ours: *ours, theirs: xero, said: said.clone() });
            }
        });
    }

    /// Credit that Xero used as asked.
    pub(super) fn made_allocation(&mut self, sent: &Allocating, seq: u64) {
        let more = |amount: Decimal| amount.plus(sent.amount).unwrap_or(amount);
        // A look may have found it before its answer came.
        let change = |used: &mut Allocated| {
            (used.there, used.agreed) = (used.there.max(more(sent.before)), more(used.agreed));
        };
        self.change_paid(&sent.credit, seq, |paid| paid.use_on(sent.to, change));
    }

    /// What a look found of the credit that a document gives or takes. A document that doesn't list all of it says nothing.
    pub(super) fn see_credits(&mut self, of: &Subject, before: Option<&Held>, now: &Held, seq: u64) {
        let listed = now.credits.iter().fold(Decimal::ZERO, |sum, one| sum.plus(one.amount).unwrap_or(sum));
        if listed != now.credited {
            return;
        }
        let (mut uses, mut known): (Vec<(Subject, Guid)>, BTreeSet<Guid>) = Default::default();
        if now.paper.kind.gives_credit() {
            let used = self.paid.get(of).into_iter().flat_map(|paid| &paid.allocated).map(|one| one.to);
            known.extend(used.chain(now.credits.iter().map(|one| one.id)));
            uses.extend(known.iter().map(|to| (of.clone(), *to)));
        } else {
            known.extend(before.iter().flat_map(|held| &held.credits).chain(&now.credits).map(|one| one.id));
            let credit = |id: &Guid| Some((self.subjects.get(id)?.clone(), now.id));
            uses.extend(known.iter().filter_map(credit));
        }
        for (credit, to) in uses {
            let other = if now.paper.kind.gives_credit() { to } else { self.id_of(&credit) };
            let named = now.credits.iter().filter(|one| one.id == other);
            let there = named.fold(Decimal::ZERO, |sum, one| sum.plus(one.amount).unwrap_or(sum));
            let known = self.paid.get(&credit).map_or(Decimal::ZERO, |paid| paid.used_on(to).0);
            if known != there {
                self.change_paid(&credit, seq, |paid| paid.use_on(to, |used| used.there = there));
            }
        }
    }

    /// The same for an advance or overpayment.
    pub(super) fn see_used(&mut self, of: &Subject, now: &HeldCredit, seq: u64) {
        let sum =
            |all: &[Applied]| all.iter().fold(Decimal::ZERO, |sum, one| sum.plus(one.amount).unwrap_or(sum));
        let gone = sum(&now.used).plus(sum(&now.payments)).and_then(|gone| now.total.minus(gone));
        if gone != Some(now.left) && !now.status.is_gone() {
            return;
        }
        let known = self.paid.get(of).into_iter().flat_map(|paid| &paid.allocated).map(|one| one.to);
        let uses: BTreeSet<Guid> = known.chain(now.used.iter().map(|one| one.id)).collect();
        for to in uses {
            let named: Vec<Applied> = now.used.iter().filter(|one| one.id == to).copied().collect();
            let there = sum(&named);
            if self.paid.get(of).is_some_and(|paid| paid.used_on(to).0 != there) {
                self.change_paid(of, seq, |paid| paid.use_on(to, |used| used.there = there));
            }
        }
    }

    fn id_of(&self, subject: &Subject) -> Guid {
        self.links.get(subject).map_or(Guid::NOTHING, |link| link.xero)
    }
}
