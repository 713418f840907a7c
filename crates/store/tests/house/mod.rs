//! A file, its owner, and the owner's door.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::sqlite::{Guest, Host, Settings, Sqlite};
use world::simulated::{SeededChance, SimulatedClock};
use world::{Clock, Moment};

pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SimulatedClock::at(Moment::from_millis(1_790_000_000_000)))
}

/// A file, its owner, and the owner's door. They go in this order.
pub struct House {
    host: Option<Host>,
    store: Option<Arc<Sqlite>>,
    pub folder: tempfile::TempDir,
}

impl House {
    pub fn new(patience: Duration) -> Self {
        let mut house = Self { host: None, store: None, folder: tempfile::tempdir().expect("a folder") };
        house.open(patience);
        house
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("books.db")
    }

    pub fn open(&mut self, patience: Duration) {
        let store = Arc::new(Sqlite::open(Settings::new(self.path(), clock())).expect("opens"));
        let chance = SeededChance::new(u64::from(std::process::id()));
        self.host = Some(Host::open(store.clone(), &chance, patience).expect("takes guests in"));
        self.store = Some(store);
    }

    pub fn close(&mut self) {
        self.host = None;
        self.store = None;
    }

    pub fn owner(&self) -> Arc<Sqlite> {
        self.store.clone().expect("it is open")
    }

    pub fn guest(&self) -> Guest {
        Guest::open(&self.path()).expect("is let in")
    }
}
