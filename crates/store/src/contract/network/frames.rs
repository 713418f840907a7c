//! As much of PostgreSQL's protocol as a network looks at: where messages end, and which request is a commit.
//!
//! `P "s3" "insert into log … update tip …"` prepares a statement that appends by itself; `B "" "s3"`, up to the next `S`, is a commit.
//! Not here: what becomes of one.

use std::collections::BTreeSet;
use std::io::Read;

/// Messages of the protocol out of a stream: a letter, a length, the rest. A node's first one has no letter.
#[derive(Default)]
pub(super) struct Frames {
    read: Vec<u8>,
    starting: bool,
}

impl Frames {
    pub(super) fn starting() -> Frames {
        Frames { read: Vec::new(), starting: true }
    }

    /// The next whole one; none is the end.
    pub(super) fn next(&mut self, mut from: impl Read) -> Option<Vec<u8>> {
        let mut piece = [0; 16_384];
        loop {
            let before = usize::from(!self.starting);
            if let Some(length) = self.read.get(before..before + 4) {
                let length = u32::from_be_bytes(length.try_into().ok()?);
                let whole = before + usize::try_from(length).ok()?;
                if self.read.len() >= whole {
                    self.starting = false;
                    return Some(self.read.drain(..whole).collect());
                }
            }
            match from.read(&mut piece) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.read.extend(&piece[..count]),
            }
        }
    }
}

/// Which prepared statements append to a log by themselves.
#[derive(Default)]
pub(super) struct Statements {
    appending: BTreeSet<Vec<u8>>,
    appends: bool,
    started: bool,
}

impl Statements {
    /// Whether a request ends with it, and is a commit: `commit`, or a statement that appends to the log and moves its tip.
    pub(super) fn look(&mut self, frame: &[u8]) -> (bool, bool) {
        if !std::mem::replace(&mut self.started, true) {
            return (true, false);
        }
        let mut texts = frame.get(5..).unwrap_or_default().split(|byte| *byte == 0);
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        match frame.first() {
            Some(b'P') => {
                let text = String::from_utf8_lossy(second);
                if text.contains("insert into log") && text.contains("update tip") {
                    self.appending.insert(first.to_owned());
                }
                (false, false)
            }
            Some(b'B') => {
                self.appends |= self.appending.contains(second);
                (false, false)
            }
            Some(b'Q') => (true, first == b"commit"),
            Some(b'S') => (true, std::mem::take(&mut self.appends)),
            Some(b'X') => (true, false),
            _ => (false, false),
        }
    }
}
