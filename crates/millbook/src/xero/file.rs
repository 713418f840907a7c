//! Tokens in a file that only its owner can read: for the command line on a person's own machine.
//!
//! A change takes a lock beside the file, compares versions, writes a new file and puts it in the old one's place, so
//! that two commands at once don't lose each other's refresh token. Not here: encrypted secrets of an installation
//! (`store`).

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use world::{Moment, Waiting};
use xero_client::settings::Secret;
use xero_client::tokens::{Kept, TokenStore};

pub struct TokenFile(PathBuf);

impl TokenFile {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.0.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }

    fn read(&self) -> Result<Option<Kept>, String> {
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(format!("{}: {why}", self.0.display())),
        };
        let damaged = || format!("{} is damaged: remove it and run `millbook xero login`", self.0.display());
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|_| damaged())?;
        let text = |name: &str| value[name].as_str().map(Secret::new);
        let moment = |name: &str| value[name].as_i64().map(Moment::from_millis);
        let kept = || {
            Some(Kept {
                access: text("access")?,
                refresh: text("refresh"),
                until: moment("until")?,
                since: moment("since")?,
                version: value["version"].as_u64()?,
            })
        };
        kept().map(Some).ok_or_else(damaged)
    }

    fn replace(&self, expected: Option<u64>, next: &Kept) -> Result<bool, String> {
        let say = |why: std::io::Error| format!("{}: {why}", self.0.display());
        let lock = File::create(self.beside(".lock")).map_err(say)?;
        lock.lock().map_err(say)?;
        if self.read()?.map(|kept| kept.version) != expected {
            return Ok(false);
        }
        let value = serde_json::json!({
            "access": next.access.reveal(),
            "refresh": next.refresh.as_ref().map(Secret::reveal),
            "until": next.until.millis(),
            "since": next.since.millis(),
            "version": next.version,
        });
        let new = self.beside(".new");
        let mut file = private(&new).map_err(say)?;
        file.write_all(value.to_string().as_bytes()).and_then(|()| file.sync_all()).map_err(say)?;
        std::fs::rename(&new, &self.0).map_err(say)?;
        Ok(true)
    }
}

/// A new file that nobody else can read, also not for a moment.
fn private(path: &PathBuf) -> std::io::Result<File> {
    let _ = std::fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl TokenStore for TokenFile {
    fn load(&self) -> Waiting<'_, Result<Option<Kept>, String>> {
        Box::pin(async { self.read() })
    }

    fn swap(&self, expected: Option<u64>, next: Kept) -> Waiting<'_, Result<bool, String>> {
        Box::pin(async move { self.replace(expected, &next) })
    }
}
