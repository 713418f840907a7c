//! What the last events of the exchange were about, so that the planner looks at that and not at everything.
//!
//! It is no part of the state: a fold that was read from a snapshot doesn't know, and says so; then everything is looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use rpds::RedBlackTreeMapSync as Map;

use crate::event::Event;
use crate::exchange::Exchange;
use crate::subject::Subject;

/// So many events are remembered.
const EVENTS: usize = 1_000;

/// The subjects of the last events, by the number of the event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent {
    /// What came up to here is forgotten; none: nothing was noted yet.
    forgotten: Option<u64>,
    events: Map<u64, Arc<[Subject]>>,
}

impl Recent {
    /// Notes an event that brings the log from `before` to `seq`.
    pub(crate) fn note(&mut self, before: u64, seq: u64, about: Vec<Subject>) {
        self.forgotten.get_or_insert(before);
        if !about.is_empty() {
            self.events.insert_mut(seq, about.into());
        }
        if self.events.size() > EVENTS
            && let Some(first) = self.events.first().map(|(seq, _)| *seq)
        {
            self.events.remove_mut(&first);
            self.forgotten = Some(first);
        }
    }

    /// What events after `seq` were about; none if some of them are forgotten.
    pub(crate) fn since(&self, seq: u64) -> Option<BTreeSet<Subject>> {
        self.forgotten.filter(|forgotten| *forgotten <= seq)?;
        let events = self.events.range(seq + 1..);
        Some(events.flat_map(|(_, about)| about.iter().cloned()).collect())
    }
}

/// What an event is about.
pub(crate) fn about(exchange: &Exchange, event: &Event) -> Vec<Subject> {
    match event {
        Event::XeroLinked { subject, .. }
        | Event::XeroUnlinked { subject }
        | Event::XeroTakenOver { subject, .. }
        | Event::XeroDecided { subject, .. } => vec![subject.clone()],
        Event::XeroFound(found) => found.iter().map(|one| one.subject.clone()).collect(),
        Event::XeroIntended(intent) => intent.operations.iter().map(|one| one.subject.clone()).collect(),
        Event::XeroSettled(settlement) => {
            let open = exchange.open().filter(|(batch, _)| *batch == settlement.batch);
            open.flat_map(|(_, intent)| &intent.open).map(|(_, one)| one.subject.clone()).collect()
        }
        Event::XeroPaymentsSeen(seen) => seen.iter().map(|one| one.subject.clone()).collect(),
        Event::XeroPaymentsPaired { subject, .. } | Event::XeroPaymentsParted { subject, .. } => {
            vec![subject.clone()]
        }
        Event::XeroCreditsSeen(seen) => seen.iter().map(|one| one.subject.clone()).collect(),
        Event::XeroAllocationsAgreed(agreed) => agreed.iter().map(|one| one.credit.clone()).collect(),
        Event::XeroSeen(seen) => seen.iter().map(|one| one.subject.clone()).collect(),
        Event::XeroConnected(_)
        | Event::XeroDisconnected { .. }
        | Event::XeroSignInLost { .. }
        | Event::XeroSettingsSaved(_)
        | Event::XeroHeld(_)
        | Event::XeroListsSeen(_)
        | Event::XeroReconciled(_)
        | Event::XeroImported(_)
        // Journals are worked out from scratch.
        | Event::XeroCutOver { .. }
        | Event::XeroJournalsSeen(_)
        | Event::XeroBalanceSeen(_)
        | Event::XeroBalanceAsked { .. }
        | Event::XeroJournalDecided { .. }
        | Event::XeroLockedApproved { .. } => Vec::new(),
    }
}
