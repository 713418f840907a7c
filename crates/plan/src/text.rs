//! A plan for people, and the same as data for programs: one line each, what, why, after what.
//!
//! ```text
//! ask Xero whether it has contacts for Nord
//! link item STEEL: the only one that fits
//! create contact Nord: a document needs it, and nothing in Xero fits
//! create bill 4711 (B-1) of Nord, 115.00 NZD, awaiting approval: it has its supplier invoice ID; after contact Nord
//! ```
//! Not here: what is planned (`planner`).

use book::{Book, DocumentId};
use serde::Serialize;

use crate::case::{name, short_name};
use crate::operation::{Operation, Verb};
use crate::planner::{Plan, Question};
use crate::subject::Subject;
use crate::why::Why;

/// What a line of a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Nothing leaves now; why.
    Stopped,
    /// Xero is asked.
    Ask,
    /// A link that needs no call.
    Link,
    /// Xero's version is taken over.
    TakeOver,
    /// Tax becomes part of a document's cost (TAX-6).
    Cost,
    /// Payments of both sides are found to be the same, or come from Xero.
    Pay,
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// A file is attached.
    Attach,
    /// A note is written.
    Annotate,
}

/// A line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanLine {
    /// What is done.
    pub step: Step,
    /// With what: `bill 4711 (B-1) of Nord, 115.00 NZD, awaiting approval`.
    pub what: String,
    /// The document's number here, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Why.
    pub why: String,
    /// What must be there first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

impl Plan {
    /// The plan, one line each.
    #[must_use]
    pub fn lines(&self, book: &Book) -> Vec<PlanLine> {
        let mut lines = Vec::new();
        if let Some(Why { message, remedy, .. }) = &self.stopped {
            let why = [message.as_str(), remedy].join(" ");
            lines.push(line(Step::Stopped, "nothing leaves now".to_owned(), why.trim_end()));
        }
        lines.extend(self.questions.iter().map(|question| line(Step::Ask, asked(book, question), "")));
        let only = "the only one that fits";
        lines.extend(self.links.iter().map(|(subject, _)| about(book, Step::Link, subject, only)));
        let without = "the settings say so";
        lines.extend(
            self.takes.iter().map(|id| about(book, Step::TakeOver, &Subject::Document(*id), without)),
        );
        lines.extend(
            self.costs.iter().map(|id| about(book, Step::Cost, &Subject::Document(*id), crate::rules::COSTS)),
        );
        let called = |of: &Subject| match of.document() {
            Some(id) => short_name(book, id),
            None => name(book, of),
        };
        let pays = |of: &Subject| line(Step::Pay, format!("payments of {}", called(of)), "");
        lines.extend(
            self.pays.iter().map(|of| PlanLine { document: number(book, of.document()), ..pays(of) }),
        );
        lines.extend(self.operations.iter().map(|operation| operation_line(book, operation)));
        lines
    }

    /// The plan as text, a line each.
    #[must_use]
    pub fn text(&self, book: &Book) -> String {
        self.lines(book).iter().map(|line| format!("{line}\n")).collect()
    }
}

fn line(step: Step, what: String, why: &str) -> PlanLine {
    PlanLine { step, what, document: None, why: why.to_owned(), after: Vec::new() }
}

fn number(book: &Book, id: Option<DocumentId>) -> Option<String> {
    id.and_then(|id| book.document(id)).map(|document| document.number().to_owned())
}

fn about(book: &Book, step: Step, subject: &Subject, why: &str) -> PlanLine {
    PlanLine { document: number(book, subject.document()), ..line(step, name(book, subject), why) }
}

fn operation_line(book: &Book, operation: &Operation) -> PlanLine {
    let step = match operation.verb {
        Verb::Create => Step::Create,
        Verb::Update => Step::Update,
        Verb::Attach => Step::Attach,
        Verb::Annotate => Step::Annotate,
    };
    PlanLine {
        document: number(book, operation.document()),
        after: operation.waits_for.iter().map(|subject| name(book, subject)).collect(),
        ..line(step, operation.name.clone(), &operation.reason)
    }
}

fn asked(book: &Book, question: &Question) -> String {
    let documents =
        |ids: &[DocumentId]| ids.iter().map(|id| short_name(book, *id)).collect::<Vec<_>>().join(", ");
    match question {
        Question::Contacts(ids) => {
            let names = ids.iter().filter_map(|id| book.party(*id)).map(|row| row.record.name.to_string());
            format!("Xero whether it has contacts for {}", names.collect::<Vec<_>>().join(", "))
        }
        Question::Items(ids) => {
            let codes = ids.iter().filter_map(|id| book.item(*id)).map(|row| row.record.code.to_string());
            format!("Xero whether it has items for {}", codes.collect::<Vec<_>>().join(", "))
        }
        Question::Numbers(ids) => format!("Xero whether it has the numbers of {}", documents(ids)),
        Question::BillsOf(ids) => format!("Xero whether somebody made bills from {}", documents(ids)),
        Question::PaymentsOf(of) => {
            let of = of.iter().map(|subject| name(book, subject)).collect::<Vec<_>>().join(", ");
            format!("Xero for the payments of {of}")
        }
    }
}

impl std::fmt::Display for PlanLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = match self.step {
            Step::Stopped => return write!(f, "{}: {}", self.what, self.why),
            Step::Ask => return write!(f, "ask {}", self.what),
            Step::Link => "link",
            Step::TakeOver => "take over",
            Step::Cost => "count",
            Step::Pay => return write!(f, "take {}", self.what),
            Step::Create => "create",
            Step::Update => "update",
            Step::Attach => "attach",
            Step::Annotate => "write",
        };
        write!(f, "{verb} {}: {}", self.what, self.why)?;
        match self.after.is_empty() {
            true => Ok(()),
            false => write!(f, "; after {}", self.after.join(", ")),
        }
    }
}
