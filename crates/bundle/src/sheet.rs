//! A file's header against its kind's columns: what stands in which cell, and which columns make an element of a list.
//!
//! Not here: rows (`scan.rs`, `compose.rs`).

use crate::cells::Record;
use crate::columns::Step;
use crate::kinds::{ASKED, ENTRY, Family, Kind};
use crate::problem::{Problem, Problems};

/// What a cell of the header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A column of the kind.
    Column(usize),
    /// The entry's place among all.
    Entry,
    /// The day on which it is entered.
    Asked,
}

/// The cells that make an element of a list, or, with no steps, the entry itself.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) steps: Vec<Step>,
    /// Cell and column.
    pub(crate) cells: Vec<(usize, usize)>,
    /// The level whose element this one's lie in.
    pub(crate) parent: usize,
}

/// A file whose header is understood.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) file: String,
    pub(crate) kind: &'static Kind,
    pub(crate) heads: Vec<Head>,
    pub(crate) levels: Vec<Level>,
    /// Cells that tell entries apart, if they are filled.
    pub(crate) keys: Vec<usize>,
    pub(crate) day: Option<usize>,
    pub(crate) entry: Option<usize>,
    pub(crate) asked: Option<usize>,
}

impl Sheet {
    /// Reads a header; what is wrong with it is told, and then there is no sheet.
    pub(crate) fn read(
        file: &str,
        kind: &'static Kind,
        header: &Record,
        problems: &mut Problems,
    ) -> Option<Sheet> {
        let before = problems.count();
        let mut heads = Vec::new();
        for at in 0..header.count() {
            let name = header.cell(at).trim();
            let head = match (kind.column(name), name) {
                (Some(column), _) => Head::Column(column),
                (None, ENTRY) => Head::Entry,
                (None, ASKED) => Head::Asked,
                (None, _) => {
                    problems.push(unknown(file, kind, header, at));
                    continue;
                }
            };
            if heads.contains(&head) {
                let message = format!("The column {name} is there twice.");
                problems
                    .push(Problem::of(file, message, "Take one of them out.").line(header.line).column(name));
            }
            heads.push(head);
        }
        missing(file, kind, &heads, header, problems);
        if problems.count() > before {
            return None;
        }
        let cell = |wanted: Head| heads.iter().position(|head| *head == wanted);
        let column = |at: usize| cell(Head::Column(at));
        let levels = levels(kind, &heads);
        let keys = match kind.family {
            Family::Other => levels[0].cells.iter().map(|cell| cell.0).chain(cell(Head::Entry)).collect(),
            Family::Record | Family::Document => {
                let own = ["document", "id"].iter().filter_map(|name| kind.column(name));
                kind.known_by.iter().copied().chain(own).filter_map(column).chain(cell(Head::Entry)).collect()
            }
        };
        let (day, entry, asked) = (kind.day.and_then(column), cell(Head::Entry), cell(Head::Asked));
        Some(Sheet { file: file.to_owned(), kind, levels, keys, day, entry, asked, heads })
    }

    /// The name of a cell's column, or its number.
    pub(crate) fn column_name(&self, cell: usize) -> String {
        match self.heads.get(cell) {
            Some(Head::Column(at)) => self.kind.columns[*at].name.clone(),
            Some(Head::Entry) => ENTRY.into(),
            Some(Head::Asked) => ASKED.into(),
            None => (cell + 1).to_string(),
        }
    }

    /// The cells that the kind knows an entry by.
    pub(crate) fn names<'a>(&self, record: &'a Record) -> impl Iterator<Item = &'a str> {
        let cell = |at: &usize| self.heads.iter().position(|head| *head == Head::Column(*at));
        self.kind.known_by.iter().filter_map(cell).map(|at| record.cell(at)).collect::<Vec<_>>().into_iter()
    }
}

fn unknown(file: &str, kind: &Kind, header: &Record, at: usize) -> Problem {
    let name: String = header.cell(at).trim().chars().take(60).collect();
    let number = (at + 1).to_string();
    let (message, remedy) = match name.as_str() {
        "" => ("A column without a name.".to_owned(), "Name it, or take it out.".to_owned()),
        _ if header.count() == 1 && name.contains([';', '\t']) => (
            "The columns are not separated by commas.".into(),
            "Save the file with commas between cells.".into(),
        ),
        _ => {
            let all: Vec<&str> = kind.columns.iter().map(|column| column.name.as_str()).collect();
            let remedy = format!("Take it out, or use one of: {}, {ENTRY}, {ASKED}.", all.join(", "));
            (format!("{} has no column \"{name}\".", kind.file()), remedy)
        }
    };
    Problem::of(file, message, remedy).line(header.line).column(if name.is_empty() { number } else { name })
}

fn missing(file: &str, kind: &Kind, heads: &[Head], header: &Record, problems: &mut Problems) {
    let is_there = |at: usize| heads.contains(&Head::Column(at));
    let reaches = |steps: &[Step]| {
        let mut all = kind.columns.iter().enumerate();
        all.any(|(at, column)| is_there(at) && column.path.starts_with(steps))
    };
    for (at, column) in kind.columns.iter().enumerate() {
        let Some(from) = column.needed_from else { continue };
        if !is_there(at) && (from == 0 || reaches(&column.path[..from])) {
            let message = format!("The column {} is missing.", column.name);
            let remedy =
                format!("Add it: {}", if column.says.is_empty() { &column.holds } else { &column.says });
            problems.push(Problem::of(file, message, remedy).line(header.line).column(&column.name));
        }
    }
    let known = |at: &usize| is_there(*at);
    if kind.family == Family::Document && !kind.known_by.iter().any(known) {
        let remedy = "Add it: the document's number, or another system's id in the column external.";
        problems.push(
            Problem::of(file, "The column number is missing.", remedy).line(header.line).column("number"),
        );
    }
}

/// The levels that the columns of a header lie on, outer ones first.
fn levels(kind: &Kind, heads: &[Head]) -> Vec<Level> {
    let mut levels = vec![Level { steps: Vec::new(), cells: Vec::new(), parent: 0 }];
    for (cell, head) in heads.iter().enumerate() {
        let Head::Column(at) = head else { continue };
        let steps = kind.columns[*at].element();
        match levels.iter_mut().find(|level| level.steps == steps) {
            Some(level) => level.cells.push((cell, *at)),
            None => levels.push(Level { steps: steps.to_vec(), cells: vec![(cell, *at)], parent: 0 }),
        }
    }
    levels.sort_by_key(|level| level.steps.len());
    for at in 1..levels.len() {
        let steps = &levels[at].steps;
        let parent = (0..at).rev().find(|outer| steps.starts_with(&levels[*outer].steps));
        levels[at].parent = parent.unwrap_or(0);
    }
    levels
}
