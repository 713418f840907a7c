//! Input that can't be understood: where, what stands there, and what to write instead.
//!
//! `bad-input "\"JAMM\" is no item (save.content.receipt.lines[0].item)."` It has the shape of a refusal of the book, so
//! that callers show both alike; nothing was decided yet, and nothing has changed.

use serde::Serialize;

/// A code, a sentence, the facts, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable: `bad-input`, `no-such-query`, or a refusal's own code.
    pub code: String,
    /// One sentence that says what is in the way.
    pub message: String,
    /// Names and values.
    pub facts: std::collections::BTreeMap<String, String>,
    /// What to do next.
    pub remedy: String,
}

impl Problem {
    /// A problem of this code.
    pub fn new(code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            code: code.to_owned(),
            message: message.into(),
            facts: Default::default(),
            remedy: remedy.into(),
        }
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Problem {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    pub(crate) fn at(path: &Path<'_>, message: impl Into<String>, remedy: &str) -> Problem {
        let path = path.to_string();
        let message: String = message.into();
        let message = if path.is_empty() { format!("{message}.") } else { format!("{message} ({path}).") };
        Problem::new("bad-input", message, remedy).with("path", path)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.code, self.message, self.remedy)
    }
}

impl std::error::Error for Problem {}

/// Where in a JSON value: `save.content.receipt.lines[0].item`, kept as a chain on the stack.
pub(crate) enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(before, name) => write!(f, "{before}.{name}"),
            Path::Element(before, at) => write!(f, "{before}[{at}]"),
        }
    }
}
