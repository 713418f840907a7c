//! Progress on the standard error: on a terminal one line that is written over, else a line every five seconds.
//!
//! Not here: what it says (`bundles`, `xero::import`).

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use crate::said::{note, write_over};

/// Tells how far something is, not more often than it can be read.
pub struct Meter {
    told: Option<Instant>,
    between: Duration,
    on_terminal: bool,
}

impl Meter {
    /// Nothing was told yet.
    pub fn new() -> Meter {
        let on_terminal = std::io::stderr().is_terminal();
        let between = if on_terminal { Duration::from_millis(250) } else { Duration::from_secs(5) };
        Meter { told: None, between, on_terminal }
    }

    /// Says where it is, if it is time to.
    pub fn look(&mut self, text: impl FnOnce() -> String) {
        if self.told.is_some_and(|told| told.elapsed() < self.between) {
            return;
        }
        self.told = Some(Instant::now());
        if self.on_terminal { write_over(text()) } else { note(text()) }
    }

    /// Takes the line away from a terminal.
    pub fn clear(&self) {
        if self.on_terminal {
            write_over("");
        }
    }
}
