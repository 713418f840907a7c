//! What is wrong in a bundle: file, line, column, and what to do. All of it at once, up to a limit, the rest counted.
//!
//! `receipt.csv, line 7, column lines.quantity: "ten" is no quantity. Write it as "12.5".`

use std::fmt;

/// Problems that are kept; the rest is counted.
const KEPT: usize = 1_000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Its line, from 1; none is the file as a whole.
    pub line: Option<u64>,
    /// The column by its name, or a number where it has none.
    pub column: Option<String>,
    /// Stable: `bad-file`, `bad-input`, or the code of the book's refusal.
    pub code: String,
    /// What is in the way.
    pub message: String,
    /// What to do next.
    pub remedy: String,
}

impl Problem {
    /// A problem of a file.
    pub fn of(file: &str, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let (message, remedy) = (message.into(), remedy.into());
        Problem { file: file.to_owned(), line: None, column: None, code: "bad-file".into(), message, remedy }
    }

    /// In this line.
    #[must_use]
    pub fn line(mut self, line: u64) -> Problem {
        self.line = Some(line);
        self
    }

    /// In this column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Problem {
        self.column = Some(column.into());
        self
    }

    /// With this code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Problem {
        self.code = code.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {} {}", self.message, self.remedy)
    }
}

/// All that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    kept: Vec<Problem>,
    more: u64,
    follow: u64,
}

impl Problems {
    /// One more.
    pub fn push(&mut self, problem: Problem) {
        if self.kept.len() < KEPT {
            self.kept.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// One more that would go away with another.
    pub(crate) fn follows(&mut self) {
        self.follow += 1;
    }

    /// In the order of files and lines.
    pub(crate) fn sorted(mut self) -> Box<Problems> {
        self.kept.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        Box::new(self)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.kept.len() as u64 + self.more + self.follow
    }

    /// The first ones, by file and line.
    pub fn kept(&self) -> &[Problem] {
        &self.kept
    }

    /// How many more there are than are kept.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// How many rows name something that is itself wrong; they say nothing new.
    pub fn following(&self) -> u64 {
        self.follow
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.kept {
            writeln!(f, "{problem}")?;
        }
        if self.more > 0 {
            writeln!(f, "… and {} more.", self.more)?;
        }
        if self.follow > 0 {
            writeln!(
                f,
                "{} further entries name something of the above and were not looked at.",
                self.follow
            )?;
        }
        Ok(())
    }
}
