//! Codes and numbers of things, looked up in any case: `po-17` finds `PO-17`.
//!
//! A hash table of ids in chunks behind `Arc`, so that a clone shares it. It keeps no names: whoever asks says whether the
//! thing with an id really has that name. Hashing is our own and fixed, so the table is the same on every machine.
//! Not here: what a code may look like (`master_check.rs`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Text that many places share.
pub type Text = Arc<str>;

/// Whether JSON leaves a field out, because reading gives it this value anyway.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

const SLOTS: usize = 512;
const EMPTY: u32 = u32::MAX;
const GONE: u32 = u32::MAX - 1;

/// Hash of a name → id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Names {
    /// (hash, id), a power of two of slots in chunks; a name's slot is the first free from its hash on.
    chunks: Vec<Arc<Vec<(u32, u32)>>>,
    used: usize,
}

/// FNV-1a over the name's lower-case letters, seeded by the kind of name.
fn hash(kind: u8, name: &str) -> u32 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ u64::from(kind);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = match name.is_ascii() {
        true => name.bytes().fold(start, |hash, byte| step(hash, byte.to_ascii_lowercase())),
        false => name.to_lowercase().bytes().fold(start, step),
    };
    (hash ^ (hash >> 32)) as u32
}

/// Whether two names are the same in any case.
pub(crate) fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        a.to_lowercase() == b.to_lowercase()
    }
}

impl Names {
    fn size(&self) -> usize {
        self.chunks.len() * SLOTS
    }

    fn slots(&self, hash: u32) -> impl Iterator<Item = (usize, (u32, u32))> {
        let size = self.size();
        (0..size)
            .map(move |step| (hash as usize + step) & (size - 1))
            .map(|at| (at, self.chunks[at / SLOTS][at % SLOTS]))
    }

    fn set(&mut self, at: usize, slot: (u32, u32)) {
        Arc::make_mut(&mut self.chunks[at / SLOTS])[at % SLOTS] = slot;
    }

    /// The id of a name of a kind, if `has` says that the thing with that id bears it.
    pub(crate) fn get(&self, kind: u8, name: &str, has: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = hash(kind, name);
        let found = self.slots(hash).take_while(|(_, slot)| slot.1 != EMPTY);
        found.filter(|(_, slot)| slot.0 == hash && slot.1 != GONE).map(|(_, slot)| slot.1).find(|id| has(*id))
    }

    /// Gives a name to an id.
    pub(crate) fn insert(&mut self, kind: u8, name: &str, id: u32) {
        if (self.used + 1) * 2 > self.size() {
            self.grow();
        }
        self.used += 1;
        self.put(hash(kind, name), id);
    }

    fn put(&mut self, hash: u32, id: u32) {
        let free = self.slots(hash).find(|(_, slot)| slot.1 == EMPTY).map(|(at, _)| at);
        if let Some(at) = free {
            self.set(at, (hash, id));
        }
    }

    fn grow(&mut self) {
        let size = (self.size() * 2).max(SLOTS);
        let empty = || Arc::new(vec![(0, EMPTY); SLOTS]);
        let before = std::mem::replace(&mut self.chunks, (0..size / SLOTS).map(|_| empty()).collect());
        let kept: Vec<(u32, u32)> =
            before.iter().flat_map(|chunk| chunk.iter().copied()).filter(|slot| slot.1 < GONE).collect();
        self.used = kept.len();
        kept.into_iter().for_each(|(hash, id)| self.put(hash, id));
    }

    /// Takes a name back from an id.
    pub(crate) fn remove(&mut self, kind: u8, name: &str, id: u32) {
        let hash = hash(kind, name);
        let found =
            self.slots(hash).take_while(|(_, slot)| slot.1 != EMPTY).find(|(_, slot)| *slot == (hash, id));
        if let Some((at, _)) = found {
            self.set(at, (hash, GONE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_until_they_are_taken_back() {
        let name = |id: u32| format!("PO-{id}");
        let mut names = Names::default();
        (0..5_000).for_each(|id| names.insert(1, &name(id), id));
        let before = names.clone();
        (0..5_000).step_by(2).for_each(|id| names.remove(1, &name(id), id));
        for id in 0..5_000 {
            let find = |names: &Names, kind| names.get(kind, &format!("po-{id}"), |found| found == id);
            assert_eq!((find(&before, 1), find(&before, 2)), (Some(id), None));
            assert_eq!(find(&names, 1), (id % 2 == 1).then_some(id));
        }
        assert!(same("Zürich", "ZÜRICH") && !same("a", "b"));
    }
}
