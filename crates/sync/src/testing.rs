//! A company in memory for tests: plan's real `decide` and `apply` behind the desk, and operations made by hand.
//!
//! Not here: the real desk (`company`), Xero (`tests/`).

use plan::{Basis, Body, Operation, Subject, Verb};

/// An operation without reasons.
pub(crate) fn operation(subject: Subject, verb: Verb, body: Body) -> Operation {
    Operation {
        subject,
        verb,
        name: "it".to_owned(),
        reason: "a test wants it".to_owned(),
        waits_for: Vec::new(),
        body,
        mark: "mark".into(),
        xero: None,
        paper: None,
        payment: None,
        allocation: None,
        journal: None,
        credit: None,
        basis: Basis::default(),
    }
}
