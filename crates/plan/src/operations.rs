//! The operations of a document: made, changed, set to a state; with its name, its reason and what must be there first.
//!
//! Not here: whether it goes (`disposition`), its files and notes (`files`), contacts and items (`planner`).

use std::collections::BTreeSet;

use book::Text;

use crate::bodies;
use crate::case::{Case, name};
use crate::exchange::Link;
use crate::held::Held;
use crate::linked::new_status;
use crate::merge::Merged;
use crate::operation::{Basis, Body, Operation, Verb};
use crate::paper::Paper;
use crate::settings::NewStatus;
use crate::subject::Subject;

/// A new document; without a paper it waits for what it needs.
pub(crate) fn create(
    case: &Case<'_>,
    paper: Option<Paper>,
    needs: &BTreeSet<Subject>,
    reason: String,
) -> Vec<Operation> {
    let status = new_status(case);
    let words = match status {
        NewStatus::Draft => "as a draft",
        NewStatus::Awaiting => "awaiting approval",
        NewStatus::Approved => "approved",
    };
    let mark = paper.as_ref().map_or_else(|| case.number().into(), |paper| paper.number.clone());
    vec![Operation {
        name: format!("{}, {words}", name(case.world.book, &case.subject)),
        body: paper
            .as_ref()
            .map_or(Body::Later, |paper| bodies::create(paper, status, case.exchange().lists())),
        mark,
        paper: paper.map(Box::new),
        waits_for: needs.iter().cloned().collect(),
        ..operation(case, Verb::Create, reason)
    }]
}

/// A change of one that Xero has: ours and theirs put together is sent, ours is remembered.
pub(crate) fn update(
    case: &Case<'_>,
    link: &Link,
    now: &Held,
    merged: Merged,
    reason: String,
) -> Vec<Operation> {
    vec![Operation {
        body: bodies::update(&merged.paper, now, case.exchange().lists()),
        mark: merged.ours.number.clone(),
        xero: Some(link.xero),
        paper: Some(Box::new(merged.ours)),
        ..operation(case, Verb::Update, reason)
    }]
}

/// A change that waits for what it needs.
pub(crate) fn update_later(case: &Case<'_>, needs: &BTreeSet<Subject>, reason: String) -> Vec<Operation> {
    vec![Operation { waits_for: needs.iter().cloned().collect(), ..operation(case, Verb::Update, reason) }]
}

/// A change of its state alone: what we said of it stays what we said.
pub(crate) fn of_life(case: &Case<'_>, body: Body, reason: String) -> Operation {
    let base = operation(case, Verb::Update, reason);
    let Some(link) = case.link else { return base };
    let mark = link.now.as_deref().map_or_else(|| Text::from(""), |now| now.paper.number.clone());
    let basis = Basis { version: link.version, link: link.changed };
    Operation { body, mark, xero: Some(link.xero), paper: link.ours.clone(), basis, ..base }
}

fn operation(case: &Case<'_>, verb: Verb, reason: String) -> Operation {
    Operation {
        subject: case.subject.clone(),
        verb,
        name: name(case.world.book, &case.subject),
        reason,
        waits_for: Vec::new(),
        body: Body::Later,
        mark: case.number().into(),
        xero: case.link.map(|link| link.xero),
        paper: case.link.and_then(|link| link.ours.clone()),
        payment: None,
        allocation: None,
        journal: None,
        credit: None,
        basis: Basis { version: case.version(), link: case.link.map_or(0, |link| link.changed) },
    }
}
