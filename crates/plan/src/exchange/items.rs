//! What Xero was found to say of linked items: whether it tracks them, their purchase account (TRK-1, DOC-13).
//!
//! Not here: when it is asked (`planner`, `sync`).

use std::sync::Arc;

use super::Exchange;
use crate::event::Candidate;
use crate::held::HeldItem;
use crate::link::Link;
use crate::subject::{Guid, Subject};

impl Exchange {
    /// What the candidate with this id said of an item.
    pub(super) fn found_item(&self, subject: &Subject, xero: Guid) -> Option<HeldItem> {
        self.found.get(subject)?.iter().find(|one| one.xero == xero)?.item.clone()
    }

    /// A linked item that was asked about again is now so.
    pub(super) fn refresh_item(&mut self, subject: &Subject, candidates: &[Candidate], seq: u64) {
        let Some(link) = self.links.get(subject) else { return };
        let said = candidates.iter().find(|one| one.xero == link.xero).and_then(|one| one.item.clone());
        if said.is_some() && said != link.item {
            let link = Link { item: said, changed: seq, ..(**link).clone() };
            self.links.insert_mut(subject.clone(), Arc::new(link));
            self.context = seq;
        }
    }
}
