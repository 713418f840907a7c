//! What happens in one turn: wishes decided one after another on a copy of the state, each on what the one before left.
//!
//! Two wishes wait on a log that ends at 7: the first becomes 8..9, the second is decided with 9 in and becomes 10; a third
//! under the first one's id gets the first one's answer. Not here: the turn itself and its commit (`log`).

use std::collections::BTreeMap;

use store::{Entry, Row};
use world::Moment;

use crate::fold::{Asked, Asking, Done, Fold};
use crate::state::State;
use crate::waiting::{Answer, first_answer};

/// One turn's work on a copy of the state.
pub(crate) struct Round<F: Fold> {
    pub(crate) state: State<F>,
    /// The rows of ids that were done before.
    known: BTreeMap<String, Row>,
    /// Where in `entries` the ids are that are done now, and their first events.
    fresh: BTreeMap<String, (usize, u64)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) beside: Vec<store::Write>,
    now: Moment,
}

impl<F: Fold> Round<F> {
    pub(crate) fn new(state: State<F>, known: BTreeMap<String, Row>, now: Moment) -> Round<F> {
        Round { state, known, fresh: BTreeMap::new(), entries: Vec::new(), beside: Vec::new(), now }
    }

    pub(crate) fn one(&mut self, asked: &Asked<F::Wish>) -> Answer<F> {
        if let Some(row) = self.known.get(&asked.id) {
            return first_answer::<F>(row.first, &row.entry, asked);
        }
        // The same id may wait twice: the second gets the first one's answer.
        if let Some((place, first)) = self.fresh.get(&asked.id) {
            return first_answer::<F>(*first, &self.entries[*place], asked);
        }
        let stamp = book::Stamp { at: self.now.millis().div_euclid(1_000), by: asked.by };
        let asking = Asking { today: asked.today, by: asked.by, at: stamp.at };
        let decided = self.state.fold.decide(&asked.wish, asking)?;
        let count = decided.events.len() as u64;
        if count == 0 {
            self.beside.extend(decided.beside);
            return Ok(Done { first: 0, last: 0, events: Vec::new(), repeated: false });
        }
        let first = self.state.tip.seq + 1;
        let numbered = (first..).zip(&decided.events);
        numbered.for_each(|(number, event)| self.state.fold.apply(event, number, stamp));
        self.state.tip.seq += count; // the hash comes with the commit
        self.fresh.insert(asked.id.clone(), (self.entries.len(), first));
        self.entries.push(Entry {
            events: count as u32,
            at: self.now,
            by: asked.by.to_string(),
            via: asked.via.clone(),
            command: asked.id.clone(),
            bytes: F::write_row(&F::digest(&asked.wish), &decided.events),
        });
        self.beside.extend(decided.beside);
        Ok(Done { first, last: self.state.tip.seq, events: decided.events, repeated: false })
    }
}
