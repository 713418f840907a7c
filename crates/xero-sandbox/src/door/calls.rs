//! The calls of late, as the pages show them and a judge reads them.
//!
//! The newest `keep` calls stay, 200 unless told otherwise; bodies up to 256 kB each. A test that wants every answer
//! of a run sets `keep` before it starts.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::http::bytes_as_text;

const LONGEST_BODY: usize = 256 * 1024;

/// One call to the identity or accounting part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Counts from 1 and never starts again.
    pub number: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// `GET`, `POST`, …
    pub method: String,
    /// As sent.
    pub path: String,
    /// As sent.
    pub query: String,
    /// The app, where it was known.
    pub app: Option<String>,
    /// The organisation, where it was known.
    pub tenant: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// The content type of the answer.
    pub content_type: String,
    /// The fault that struck.
    pub fault: Option<String>,
    /// Whether a kept answer was given again.
    pub replayed: bool,
    /// The request's body.
    #[serde(with = "bytes_as_text")]
    pub request: Vec<u8>,
    /// The answer's body.
    #[serde(with = "bytes_as_text")]
    pub response: Vec<u8>,
}

/// The newest calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// How many stay.
    pub keep: usize,
    made: u64,
    newest_last: VecDeque<CallRecord>,
}

impl Default for Calls {
    fn default() -> Calls {
        Calls { keep: 200, made: 0, newest_last: VecDeque::new() }
    }
}

impl Calls {
    /// Adds one; its number is set here.
    pub fn add(&mut self, mut call: CallRecord) {
        self.made += 1;
        call.number = self.made;
        call.request.truncate(LONGEST_BODY);
        call.response.truncate(LONGEST_BODY);
        self.newest_last.push_back(call);
        while self.newest_last.len() > self.keep {
            self.newest_last.pop_front();
        }
    }

    /// How many there ever were.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// Those that stayed, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &CallRecord> {
        self.newest_last.iter()
    }

    /// The call of that number.
    pub fn numbered(&self, number: u64) -> Option<&CallRecord> {
        self.newest_last.iter().find(|c| c.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_stay() {
        let mut calls = Calls { keep: 2, ..Calls::default() };
        for status in [200, 201, 202] {
            calls.add(CallRecord { status, ..CallRecord::default() });
        }
        assert_eq!(calls.iter().map(|c| (c.number, c.status)).collect::<Vec<_>>(), [(2, 201), (3, 202)]);
        assert_eq!(calls.made(), 3);
    }
}
