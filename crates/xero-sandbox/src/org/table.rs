//! A table of records: found by id, by business keys and in the order of change; what was put can be taken back.
//!
//! Example: `table.begin(); table.put(invoice); table.rollback();` leaves the table as before. A batch that Xero
//! refuses as a whole is undone this way, at the cost of what it changed and not of what the table holds.
//! Rows are never removed for good except by [`Table::remove`], which leaves a gap.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

use super::guid::Guid;

/// What a table needs to know of a record.
pub(crate) trait Row: Clone + Serialize + DeserializeOwned {
    /// Its id.
    fn id(&self) -> Guid;
    /// When it last changed, milliseconds.
    fn updated(&self) -> i64;
    /// Business keys it can be found by, each with a letter that says which kind of key, in lower case.
    fn keys(&self) -> Vec<(char, String)>;
}

/// See the head of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: Vec<Option<T>>,
    by_id: BTreeMap<Guid, u32>,
    by_key: BTreeSet<(char, String, Guid)>,
    by_updated: BTreeSet<(i64, Guid)>,
    undo: Option<Vec<(Guid, Option<T>)>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table {
            rows: Vec::new(),
            by_id: BTreeMap::new(),
            by_key: BTreeSet::new(),
            by_updated: BTreeSet::new(),
            undo: None,
        }
    }
}

impl<T: Row> Table<T> {
    pub(crate) fn get(&self, id: Guid) -> Option<&T> {
        self.by_id.get(&id).and_then(|at| self.rows[*at as usize].as_ref())
    }

    /// All rows, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().flatten()
    }

    /// All rows by `UpdatedDateUTC` and id: Xero's default order.
    pub(crate) fn by_updated(&self) -> impl Iterator<Item = &T> {
        self.by_updated.iter().filter_map(|(_, id)| self.get(*id))
    }

    /// Rows changed at this instant or later, in the same order.
    pub(crate) fn updated_since(&self, milliseconds: i64) -> impl Iterator<Item = &T> {
        self.by_updated.range((milliseconds, Guid::ZERO)..).filter_map(|(_, id)| self.get(*id))
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Rows with this key; `value` in lower case.
    pub(crate) fn with_key<'a>(
        &'a self,
        kind: char,
        value: &str,
    ) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let (first, last) = ((kind, value.to_owned(), Guid::ZERO), (kind, value.to_owned(), Guid(u128::MAX)));
        self.by_key.range(first..=last).filter_map(|(_, _, id)| self.get(*id))
    }

    /// Puts a row in, in place of the one with its id.
    pub(crate) fn put(&mut self, row: T) {
        let id = row.id();
        let before = self.swap(id, Some(row));
        if let Some(undo) = &mut self.undo {
            undo.push((id, before));
        }
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, id: Guid) {
        let before = self.swap(id, None);
        if let Some(undo) = &mut self.undo {
            undo.push((id, before));
        }
    }

    /// Starts remembering; a second start goes on with the first.
    pub(crate) fn begin(&mut self) {
        self.undo.get_or_insert_default();
    }

    /// Keeps what was done since `begin`.
    pub(crate) fn commit(&mut self) {
        self.undo = None;
    }

    /// Takes back what was done since `begin`.
    pub(crate) fn rollback(&mut self) {
        for (id, before) in self.undo.take().unwrap_or_default().into_iter().rev() {
            self.swap(id, before);
        }
    }

    fn swap(&mut self, id: Guid, row: Option<T>) -> Option<T> {
        let at = self.by_id.get(&id).copied();
        let before = at.and_then(|at| self.rows[at as usize].take());
        if let Some(before) = &before {
            self.unindex(before);
        }
        match (at, row) {
            (at, Some(row)) => {
                self.index(&row);
                let at = at.unwrap_or_else(|| {
                    self.rows.push(None);
                    u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
                });
                self.by_id.insert(id, at);
                self.rows[at as usize] = Some(row);
            }
            (Some(at), None) => {
                self.by_id.remove(&id);
                if at as usize + 1 == self.rows.len() {
                    self.rows.pop();
                }
            }
            (None, None) => {}
        }
        before
    }

    fn index(&mut self, row: &T) {
        self.by_updated.insert((row.updated(), row.id()));
        for (kind, value) in row.keys() {
            self.by_key.insert((kind, value, row.id()));
        }
    }

    fn unindex(&mut self, row: &T) {
        self.by_updated.remove(&(row.updated(), row.id()));
        for (kind, value) in row.keys() {
            self.by_key.remove(&(kind, value, row.id()));
        }
    }
}

impl<T: Row> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Row> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Table::default();
        for row in Vec::<T>::deserialize(deserializer)? {
            table.put(row);
        }
        Ok(table)
    }
}
