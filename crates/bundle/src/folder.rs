//! Where a bundle's files lie: a folder, or memory. Not here: what is in them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

/// What is read.
pub trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// A folder of files.
pub trait Folder: Send + Sync {
    /// The names of its files, sorted.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Opens one.
    fn open(&self, name: &str) -> io::Result<Box<dyn Input>>;
}

/// A folder on disk.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// This one.
    pub fn new(path: &Path) -> Disk {
        Disk(path.to_owned())
    }
}

impl Folder for Disk {
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if !entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Input>> {
        Ok(Box::new(File::open(self.0.join(name))?))
    }
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Folder for Memory {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Input>> {
        let bytes = self.0.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }
}
