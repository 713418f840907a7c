//! Who owns an SQLite file: `books.db.lock`, locked by the process that writes, holding its id and its address.
//!
//! The lock is the operating system's and ends with the process, however that ends; what stands in the file is only
//! for others to read. Not here: SQLite's own locks.

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
    pub(super) fn take(database: &Path, address: Option<&str>) -> Result<Self> {
        let path = lock_path(database);
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| Error::ReadOnly(format!("{}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Owned(read(file))),
            Err(TryLockError::Error(error)) => {
                return Err(Error::Other(format!("{}: {error}", path.display())));
            }
        }
        let lock = Self(Mutex::new(file));
        lock.name(address)?;
        Ok(lock)
    }

    /// Writes down where this process takes requests.
    pub(super) fn name(&self, address: Option<&str>) -> Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = format!("{}\n{}\n", std::process::id(), address.unwrap_or_default());
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

/// The process that owns the file now, if one does.
#[must_use]
pub fn owner(database: &Path) -> Option<Owner> {
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

fn read(mut file: File) -> Owner {
    let mut text = String::new();
    file.read_to_string(&mut text).ok(); // an owner we can't read is still an owner
    let mut lines = text.lines();
    Owner {
        process: lines.next().and_then(|line| line.parse().ok()).unwrap_or_default(),
        address: lines.next().filter(|line| !line.is_empty()).map(str::to_owned),
    }
}
