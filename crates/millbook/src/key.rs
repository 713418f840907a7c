//! The key to an installation's secrets: in a variable, or in a file beside the data that only its owner can read.
//!
//! `MILLBOOK_KEY` holds it, or `MILLBOOK_KEY_FILE` names its file, or it lies in `books.db.key` beside `books.db`; for a database
//! of PostgreSQL in `millbook.key` in this folder. It is never in the database, nor in a backup of it. Losing it loses the
//! secrets and nothing else. Not here: what is sealed (`company::xero`).

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use store::seal::Key;
use xero_client::network::MachineChance;

use crate::place::{Kind, Place};
use crate::said::note;
use crate::sandbox::Refusal;

/// Where the key is.
#[derive(Clone, Debug)]
pub enum Where {
    /// In the variable.
    Variable,
    /// In this file, which may not be there yet.
    File(PathBuf),
}

impl std::fmt::Display for Where {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Where::Variable => f.write_str("MILLBOOK_KEY"),
            Where::File(path) if path.exists() => path.display().fmt(f),
            Where::File(path) => write!(f, "{} (not there yet)", path.display()),
        }
    }
}

/// Where the key of a place is.
pub fn place(place: &Place) -> Where {
    if std::env::var_os("MILLBOOK_KEY").is_some() {
        return Where::Variable;
    }
    if let Some(path) = std::env::var_os("MILLBOOK_KEY_FILE") {
        return Where::File(path.into());
    }
    match place.kind() {
        Kind::File(path) => {
            let mut name = path.into_os_string();
            name.push(".key");
            Where::File(name.into())
        }
        Kind::Database(_) => Where::File("millbook.key".into()),
    }
}

/// The key, if there is one.
pub fn find(of: &Place) -> Result<Option<Key>, Refusal> {
    let place = place(of);
    let text = match &place {
        Where::Variable => std::env::var("MILLBOOK_KEY").unwrap_or_default(),
        Where::File(path) => match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Refusal(3, format!("The key can't be read from {}: {error}.", path.display())));
            }
        },
    };
    let wrong = |why| Refusal(2, format!("{place} holds no key: {why}."));
    Key::parse(&text).map(Some).map_err(wrong)
}

/// The key; a new one in its file, if there is none.
pub fn find_or_make(of: &Place) -> Result<Key, Refusal> {
    if let Some(key) = find(of)? {
        return Ok(key);
    }
    let Where::File(path) = place(of) else { return Err(Refusal(2, "MILLBOOK_KEY holds no key.".into())) };
    let key = Key::random(&MachineChance);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let unwritable = |error| Refusal(3, format!("The key can't be written to {}: {error}.", path.display()));
    let mut file = options.open(&path).map_err(unwritable)?;
    file.write_all(key.text().as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)?;
    let path = path.display();
    note(format!("A new key to the secrets lies in {path}. Keep a copy of it, but not with the backups."));
    Ok(key)
}
