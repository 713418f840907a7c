//! Attachments' bytes: a folder a company, each file named by its SHA-256, so that the same scan lies there once.
//!
//! `FOLDER/7/ab/ab12…` holds what hashes to `ab12…`; reading checks it. A file appears whole or not at all: it is
//! written under another name, flushed, then renamed. Not here: names, types and owners (`Sheet::Attachment`).

use crate::error::{Error, Result};
use crate::row::{CompanyId, Hash};
use futures_channel::oneshot;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use world::Waiting;

/// A place for attachments' bytes.
pub trait Attachments: Send + Sync {
    /// Keeps the bytes, durably, and says by which hash they are found.
    fn put(&self, company: CompanyId, bytes: Vec<u8>) -> Waiting<'_, Result<Hash>>;

    /// The bytes; none if they aren't there.
    fn get(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<Option<Vec<u8>>>>;

    /// Removes them, if they are there.
    fn delete(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<()>>;
}

/// A folder on this machine.
pub struct Folder(PathBuf);

impl Folder {
    /// This folder; it is made when the first attachment comes.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn path(&self, company: CompanyId, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.0.join(company.to_string()).join(&name[..2]).join(name)
    }
}

impl Attachments for Folder {
    fn put(&self, company: CompanyId, bytes: Vec<u8>) -> Waiting<'_, Result<Hash>> {
        let hash = Hash(Sha256::digest(&bytes).into());
        let path = self.path(company, hash);
        elsewhere(move || if path.exists() { Ok(hash) } else { write(&path, &bytes).map(|()| hash) })
    }

    fn get(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<Option<Vec<u8>>>> {
        let path = self.path(company, hash);
        elsewhere(move || match fs::read(&path) {
            Ok(bytes) if Sha256::digest(&bytes)[..] == hash.0 => Ok(Some(bytes)),
            Ok(_) => Err(Error::Corrupt(format!("{} isn't what its name says", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path, &error)),
        })
    }

    fn delete(&self, company: CompanyId, hash: Hash) -> Waiting<'_, Result<()>> {
        let path = self.path(company, hash);
        elsewhere(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&path, &error)),
            _ => Ok(()),
        })
    }
}

/// Files block, so they are read and written on a thread of their own.
fn elsewhere<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Waiting<'static, Result<T>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || sender.send(work()));
    Box::pin(async move {
        receiver.await.unwrap_or_else(|_| Err(Error::Other("the thread for files ended".to_owned())))
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(path);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".{}-{number}.part", std::process::id()));
    let done = fs::create_dir_all(folder)
        .and_then(|()| File::create(&part))
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path))
        .and_then(|()| File::open(folder)?.sync_all());
    done.map_err(|error| {
        fs::remove_file(&part).ok(); // what is left of it is of no use, and may not be there
        failed(path, &error)
    })
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    let what = format!("{}: {error}", path.display());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Error::Full(what),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::ReadOnly(what),
        _ => Error::Other(what),
    }
}
