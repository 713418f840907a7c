//! Why a wish about Xero was not carried out: a stable code, the facts, and what to do next.
//!
//! `S102 "Jam Ltd is connected to Demo Company (NZ); this is Other Ltd."`. All texts are made here, from one table, as the
//! book's are (`book::Code`). S1xx connection, S2xx settings and accounts, S3xx imports and links, S4xx documents, S5xx the
//! runner's own.

use std::fmt;

/// A wish that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Code,
    facts: Vec<(&'static str, String)>,
}

macro_rules! refusals {
    ($($name:ident $id:literal $message:literal $remedy:literal)*) => {
        /// Which refusal; the table below has each one's text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = concat!($id, ": ", $message)]
            $name,
        )*}

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The stable code: `S101`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id),* }
            }

            /// The message with its facts in braces.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Code::$name => $message),* }
            }

            /// What to do next, with facts in braces.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Code::$name => $remedy),* }
            }
        }
    };
}

refusals! {
    NotConnected "S101" "The company is not connected to Xero." "Connect it: `millbook xero connect`."
    AnotherOrganisation "S102" "The company was connected to {before}; this is {now}." "Connect {before} again, or agree to begin anew with {now}: links to {before} are then forgotten."
    OtherCurrency "S103" "{organisation} keeps its accounts in {theirs}, the company in {ours}." "Connect an organisation that keeps its accounts in {ours}."

    UnderWay "S501" "{subject} is under way already, in batch {batch}." "Wait for its outcome."
    Outdated "S502" "The plan for {subject} is out of date." "Nothing needs doing: it is planned again."
    NotOpen "S503" "Batch {batch} has no open operation at place {place}." "Nothing needs doing: its outcome is known."
    IsHeld "S504" "All sending is held." "Release it: `millbook xero release`."
}

impl Refusal {
    /// A refusal without facts yet.
    #[must_use]
    pub fn new(code: Code) -> Refusal {
        Refusal { code, facts: Vec::new() }
    }

    /// Adds a fact that the text names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Refusal {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Which refusal it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What was found: names and numbers.
    #[must_use]
    pub fn facts(&self) -> &[(&'static str, String)] {
        &self.facts
    }

    /// One sentence that says what is in the way.
    #[must_use]
    pub fn message(&self) -> String {
        self.fill(self.code.message())
    }

    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.fill(self.code.remedy())
    }

    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        self.facts.iter().fold(text.to_owned(), fill)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code.id(), self.message(), self.remedy())
    }
}

impl std::error::Error for Refusal {}
