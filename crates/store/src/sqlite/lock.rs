//! Who owns an SQLite file: `books.db.lock`, locked by the process that writes, holding its id and its door for guests.
//!
//! The lock is the operating system's and ends with the process, however that ends; what stands in the file is only
//! for others to read, and only for this user, for it opens the door. Not here: SQLite's own locks.

use super::door::Door;
use super::open::beside;
use crate::error::{Error, Owner, Result};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The lock of a file, held until it is dropped.
pub(super) struct Lock(Mutex<File>);

fn lock_path(database: &Path) -> PathBuf {
    beside(database, ".lock")
}

impl Lock {
    pub(super) fn take(database: &Path) -> Result<Self> {
        let path = lock_path(database);
        let mut options = File::options();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file =
            options.open(&path).map_err(|error| Error::ReadOnly(format!("{}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Owned(read(file).0)),
            Err(TryLockError::Error(error)) => {
                return Err(Error::Other(format!("{}: {error}", path.display())));
            }
        }
        let lock = Self(Mutex::new(file));
        lock.name(None)?;
        Ok(lock)
    }

    /// Writes down who we are, and our door once we take guests in. Others must not read that: an older program may have
    /// left them the right to.
    pub(super) fn name(&self, door: Option<&Door>) -> Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = format!("{}\n{}", std::process::id(), door.map_or_else(|| "\n".to_owned(), Door::lines));
        if door.is_some() {
            make_private(&file).map_err(|error| Error::ReadOnly(format!("the lock file: {error}")))?;
        }
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .map_err(|error| Error::Full(format!("the lock file: {error}")))
    }
}

impl Drop for Lock {
    /// Closing is not enough: a child that another thread is just starting holds a copy of the handle until it becomes
    /// another program, and the system's lock lives as long as any copy.
    fn drop(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).unlock().ok();
    }
}

#[cfg(unix)]
fn make_private(file: &File) -> std::io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// The process that owns the file now, if one does.
#[must_use]
pub fn owner(database: &Path) -> Option<Owner> {
    owner_and_door(database).map(|(owner, _)| owner)
}

/// The same, with its door, if it takes guests in.
pub(super) fn owner_and_door(database: &Path) -> Option<(Owner, Option<Door>)> {
    let file = File::open(lock_path(database)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read(file)),
        Ok(()) => {
            file.unlock().ok(); // as when a lock is dropped
            None
        }
        Err(TryLockError::Error(_)) => None,
    }
}

fn read(mut file: File) -> (Owner, Option<Door>) {
    let mut text = String::new();
    file.read_to_string(&mut text).ok(); // an owner we can't read is still an owner
    let mut lines = text.lines();
    let process = lines.next().and_then(|line| line.parse().ok()).unwrap_or_default();
    let door = Door::read(lines);
    let address = door.as_ref().map(|door| door.address.clone());
    (Owner { process, address, program: None }, door)
}
