//! What every engine refuses before it touches anything, so that all of them refuse the same.
//!
//! Not here: conflicts, which depend on what is stored.

use crate::chain::Chain;
use crate::error::{Error, Result};
use crate::row::{CompanyId, Entry, Row, Tip};
use crate::sheet::{Item, Write};

/// Keys, names and command ids are this long at most, in bytes.
pub const KEY_AT_MOST: usize = 500;

/// A page of rows ends once it holds so many bytes.
pub const PAGE_BYTES: usize = 8 << 20;

/// A key, a name, a command's id: neither empty nor too long.
///
/// # Errors
/// `Wrong`, naming `what`.
pub fn key(what: &str, key: &str) -> Result<()> {
    if key.is_empty() || key.len() > KEY_AT_MOST {
        return Err(Error::Wrong(format!("{what} has {} bytes, 1 to {KEY_AT_MOST} are possible", key.len())));
    }
    text(what, key)
}

fn text(what: &str, text: &str) -> Result<()> {
    // PostgreSQL can't keep this character, so no engine takes it.
    if text.contains('\0') { Err(Error::Wrong(format!("{what} holds a zero character"))) } else { Ok(()) }
}

/// Entries with an id, at least one event each.
///
/// # Errors
/// `Wrong`, with the entry's id.
pub fn entries(entries: &[Entry]) -> Result<()> {
    for entry in entries {
        key("a command's id", &entry.command)?;
        text("who did it", &entry.by)?;
        text("by which way", &entry.via)?;
        if entry.events == 0 {
            return Err(Error::Wrong(format!("the command {} brings no event", entry.command)));
        }
    }
    Ok(())
}

/// Rows to stage are the company's own, and each follows the one before.
///
/// # Errors
/// `Wrong`, with the break.
pub fn staged(company: CompanyId, rows: &[Row]) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut chain = Chain::after(company, Tip { seq: first.first.saturating_sub(1), hash: first.prev });
    for row in rows {
        entries(std::slice::from_ref(&row.entry))?;
        if let Some(broken) = chain.row(row).first() {
            return Err(Error::Wrong(broken.to_string()));
        }
    }
    Ok(())
}

/// Changes beside the log that every engine can keep.
///
/// # Errors
/// `Wrong`, naming the key's length.
pub fn writes(writes: &[Write]) -> Result<()> {
    writes.iter().try_for_each(|write| match write {
        Write::Put(_, Item { key: name, .. }) | Write::Swap(_, _, Item { key: name, .. }) => {
            key("an item's key", name)
        }
        Write::Delete(_, name) | Write::Fence(name, _) => text("a key", name),
    })
}
