//! A table that is cheap to clone: rows in chunks behind `Arc`, the last few growing in place.
//!
//! 600 rows are two full chunks of 256, two young ones of 32, and 24 rows that a clone copies; the rest of a clone is pointers. A
//! write copies the touched chunk only while another holder has it. So a turn, a preview, a reader's view and an import are
//! clones, and there is no rollback code.
//! Not here: rows leaving (they are marked in place), look-up by name (`names.rs`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Rows in a chunk: a power of two. Small enough to copy in microseconds, large enough that a million rows have few.
const ROWS: usize = 256;

/// Rows in a young chunk: what every clone copies is fewer. Eight of them become a chunk.
const YOUNG: usize = 32;

/// A persistent vector.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chunks<T> {
    full: Arc<Vec<Arc<Vec<T>>>>,
    young: Vec<Arc<Vec<T>>>,
    last: Vec<T>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { full: Arc::default(), young: Vec::new(), last: Vec::new() }
    }
}

impl<T: Clone> Chunks<T> {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.full.len() * ROWS + self.young.len() * YOUNG + self.last.len()
    }

    /// The row, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        if let Some(chunk) = self.full.get(index / ROWS) {
            return chunk.get(index % ROWS);
        }
        let index = index.checked_sub(self.full.len() * ROWS)?;
        match self.young.get(index / YOUNG) {
            Some(chunk) => chunk.get(index % YOUNG),
            None => self.last.get(index.checked_sub(self.young.len() * YOUNG)?),
        }
    }

    /// The row for writing, if there is one.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let Some(index) = index.checked_sub(self.full.len() * ROWS) else {
            return Arc::make_mut(Arc::make_mut(&mut self.full).get_mut(index / ROWS)?).get_mut(index % ROWS);
        };
        match index.checked_sub(self.young.len() * YOUNG) {
            Some(index) => self.last.get_mut(index),
            None => Arc::make_mut(self.young.get_mut(index / YOUNG)?).get_mut(index % YOUNG),
        }
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: T) {
        if self.last.capacity() == 0 && self.len() > 0 {
            self.last.reserve_exact(YOUNG);
        }
        self.last.push(row);
        if self.last.len() == YOUNG {
            self.young.push(Arc::new(std::mem::take(&mut self.last)));
        }
        if self.young.len() * YOUNG == ROWS {
            let mut chunk = Vec::with_capacity(ROWS);
            for young in self.young.drain(..) {
                match Arc::try_unwrap(young) {
                    Ok(rows) => chunk.extend(rows),
                    Err(shared) => chunk.extend_from_slice(&shared),
                }
            }
            Arc::make_mut(&mut self.full).push(Arc::new(chunk));
        }
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().chain(&self.young).flat_map(|chunk| chunk.iter()).chain(&self.last)
    }
}

/// A row that is known to exist: ids come from the table itself.
impl<T: Clone> std::ops::Index<usize> for Chunks<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        self.get(index).expect("ids come from the table itself")
    }
}

impl<T: Clone> std::ops::IndexMut<usize> for Chunks<T> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut T {
        self.get_mut(index).expect("ids come from the table itself")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_saw() {
        let mut table = Chunks::default();
        let mut kept = Vec::new();
        for number in 0..1_000_u32 {
            kept.push((table.clone(), number));
            table.push(number);
            // One of the full rows, one of the young, one of the last.
            for index in [3, number.saturating_sub(40), number] {
                if let Some(row) = table.get_mut(index as usize) {
                    *row += 10_000;
                }
            }
        }
        assert_eq!((table.len(), table.get(1_000)), (1_000, None));
        assert!(table.get_mut(1_000).is_none());
        let mut plain: Vec<u32> = Vec::new();
        for (before, number) in kept {
            assert_eq!(before.len(), plain.len());
            assert!(before.iter().eq(&plain), "before {number}");
            assert!((0..plain.len()).all(|index| before[index] == plain[index]));
            plain.push(number);
            for index in [3, number.saturating_sub(40), number] {
                if let Some(row) = plain.get_mut(index as usize) {
                    *row += 10_000;
                }
            }
        }
    }
}
