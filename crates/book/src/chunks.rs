//! A table that is cheap to clone: rows in chunks behind `Arc`, the last chunk growing in place.
//!
//! A clone copies pointers; a write copies the touched chunk only while another holder has it. So a preview, a
//! reader's view and an import are clones, and there is no rollback code.
//! Not here: rows leaving (they are marked in place), look-up by name (`names.rs`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Rows in a chunk: a power of two. Small enough to copy in microseconds, large enough that a million rows have few.
const ROWS: usize = 256;

/// A persistent vector.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chunks<T> {
    full: Arc<Vec<Arc<Vec<T>>>>,
    last: Vec<T>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { full: Arc::default(), last: Vec::new() }
    }
}

impl<T: Clone> Chunks<T> {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.full.len() * ROWS + self.last.len()
    }

    /// The row, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        match self.full.get(index / ROWS) {
            Some(chunk) => chunk.get(index % ROWS),
            None => self.last.get(index.checked_sub(self.full.len() * ROWS)?),
        }
    }

    /// The row for writing, if there is one.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let full = self.full.len() * ROWS;
        if index >= full {
            return self.last.get_mut(index - full);
        }
        Arc::make_mut(Arc::make_mut(&mut self.full).get_mut(index / ROWS)?).get_mut(index % ROWS)
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: T) {
        if self.last.capacity() == 0 && !self.full.is_empty() {
            self.last.reserve_exact(ROWS);
        }
        self.last.push(row);
        if self.last.len() == ROWS {
            let chunk = std::mem::take(&mut self.last);
            Arc::make_mut(&mut self.full).push(Arc::new(chunk));
        }
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(&self.last)
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
        for number in 0..1_000_u32 {
            table.push(number);
        }
        let before = table.clone();
        table[3] = 77;
        table[999] = 78;
        table.push(1_000);
        assert_eq!((before[3], before[999], before.len()), (3, 999, 1_000));
        assert_eq!((table[3], table[999], table.len()), (77, 78, 1_001));
        assert_eq!(before.iter().copied().collect::<Vec<_>>(), (0..1_000).collect::<Vec<_>>());
        assert_eq!(table.get(1_001), None);
    }
}
