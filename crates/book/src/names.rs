//! Codes and numbers of things, looked up in any case: `po-17` finds `PO-17`.
//!
//! A persistent map, so that a book's clone shares it. Not here: what a code may look like (`master.rs`).

use std::sync::Arc;

/// Text that many places share.
pub type Text = Arc<str>;

/// Name → id.
#[derive(Clone, Debug, Default)]
pub struct Names(rpds::RedBlackTreeMapSync<Text, u32>);

fn folded(name: &str) -> Text {
    if name.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
        name.to_lowercase().into()
    } else {
        name.into()
    }
}

impl Names {
    /// The id of a name.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.0.get(&folded(name)).copied()
    }

    /// Gives a name to an id.
    pub fn insert(&mut self, name: &str, id: u32) {
        self.0.insert_mut(folded(name), id);
    }

    /// Takes a name back.
    pub fn remove(&mut self, name: &str) {
        self.0.remove_mut(&folded(name));
    }
}
