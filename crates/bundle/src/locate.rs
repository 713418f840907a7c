//! From a place in an entry's JSON back to the line and column of its file.
//!
//! `save.content.receipt.lines[1].quantity` is column `lines.quantity` in the line of the second element of `lines`.

use crate::compose::{Composed, fields};
use crate::kinds::Kind;

/// Line and column of a path as `wire` writes it.
pub(crate) fn locate(kind: &Kind, composed: &Composed, path: &str) -> (u64, Option<String>) {
    let (plain, elements) = split(path);
    let line = elements.iter().find_map(|(list, at)| {
        let known = composed.elements.iter().find(|one| one.0 == *list)?;
        known.1.get(*at).copied()
    });
    let mut best: Option<(usize, &str)> = None;
    for column in &kind.columns {
        let own = fields(&column.path);
        let fits = plain == own
            || plain.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('.'))
            || own.strip_prefix(plain.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let common = own.len().min(plain.len());
        let enough = own == plain || own.len() < plain.len();
        if fits && enough && best.is_none_or(|(length, _)| common > length) {
            best = Some((common, &column.name));
        }
    }
    (line.unwrap_or(composed.line), best.map(|(_, name)| name.to_owned()))
}

/// The path without places, and each list with the place in it.
fn split(path: &str) -> (String, Vec<(String, usize)>) {
    let (mut plain, mut elements) = (String::new(), Vec::new());
    for part in path.split('.') {
        let (name, places) = part.split_once('[').unwrap_or((part, ""));
        if !plain.is_empty() && !name.is_empty() {
            plain.push('.');
        }
        plain.push_str(name);
        if let Some(at) = places.split(']').next().and_then(|at| at.parse().ok()) {
            elements.push((plain.clone(), at));
        }
    }
    (plain, elements)
}
