//! The first look at a bundle: which files it has, whether their headers fit, where each entry begins, in which order
//! the entries are applied. It keeps some forty bytes an entry, however long the files are.
//!
//! Without `entry` numbers entries are applied by day, those of a day in the order of kinds (`kinds.rs`), then as they
//! stand in their file; master data comes first. With them, by them. Lines of `*.jsonl` come last, as they stand.
//! Not here: what the rows say (`compose.rs`, `import.rs`).

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, SeekFrom};

use book::Day;

use crate::cells::{Cells, Flaw, Record};
use crate::folder::{Folder, Input};
use crate::kinds::{ENTRY, Family, Turn, find, kinds};
use crate::problem::{Problem, Problems};
use crate::sheet::Sheet;

/// No line of a JSON file is longer, in bytes.
pub const LINE_LIMIT: u64 = 4_000_000;

/// A file of the bundle.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Rows(Sheet),
    Lines(String),
}

/// Where an entry stands, and when it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    turn: Turn,
    json: bool,
    entry: u64,
    day: i32,
    place: u16,
    pub(crate) source: u16,
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) rows: u32,
}

impl Entry {
    /// Its day, if it has one.
    pub(crate) fn day(&self) -> Option<Day> {
        (self.day != i32::MIN).then(|| Day::from_number(self.day))
    }
}

/// A bundle whose files were looked at once.
pub struct Bundle<'f> {
    pub(crate) folder: &'f dyn Folder,
    pub(crate) sources: Vec<Source>,
    pub(crate) entries: Vec<Entry>,
    /// What is wrong so far.
    pub problems: Problems,
    /// Whether a whole file couldn't be read: then the entries can't be judged.
    pub(crate) unreadable: bool,
}

impl<'f> Bundle<'f> {
    /// Looks at every file once.
    pub fn open(folder: &'f dyn Folder) -> io::Result<Bundle<'f>> {
        let mut bundle = Bundle {
            folder,
            sources: Vec::new(),
            entries: Vec::new(),
            problems: Problems::default(),
            unreadable: false,
        };
        for name in folder.names()? {
            if let Some(stem) = name.strip_suffix(".csv") {
                bundle.rows(&name, stem)?;
            } else if name.ends_with(".jsonl") {
                bundle.lines(&name)?;
            }
        }
        let entry = |entry: &&Entry| !entry.json && entry.entry > 0;
        if let Some(numbered) = bundle.entries.iter().find(entry)
            && let Some(other) = bundle.entries.iter().find(|other| !other.json && other.entry == 0)
        {
            let file = |source: u16| bundle.file(source).to_owned();
            let message =
                format!("No {ENTRY} number, and {}, line {} has one.", file(numbered.source), numbered.line);
            let problem =
                Problem::of(&file(other.source), message, "Number every entry of the bundle, or none.");
            bundle.problems.push(problem.line(other.line).column(ENTRY));
        }
        bundle.entries.sort_unstable();
        if bundle.entries.is_empty() && bundle.problems.is_empty() {
            let names: Vec<String> = kinds().iter().map(|kind| kind.file()).collect();
            let remedy = format!(
                "Put at least one of these into the folder: {}, or commands.jsonl.",
                names.join(", ")
            );
            bundle.problems.push(Problem::of("(the bundle)", "It has no entries.", remedy));
        }
        Ok(bundle)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How much memory the entries take, in bytes.
    pub fn room(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
    }

    /// How many entries each file has.
    pub fn counts(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(self.file(entry.source)).or_default() += 1;
        }
        counts
    }

    pub(crate) fn file(&self, source: u16) -> &str {
        match self.sources.get(usize::from(source)) {
            Some(Source::Rows(sheet)) => &sheet.file,
            Some(Source::Lines(file)) => file,
            None => "",
        }
    }

    /// The first day that any entry is of.
    pub(crate) fn first_day(&self) -> Option<Day> {
        self.entries.iter().filter_map(Entry::day).min()
    }

    fn rows(&mut self, file: &str, stem: &str) -> io::Result<()> {
        let Some(kind) = find(stem) else {
            let names: Vec<&str> = kinds().iter().map(|kind| kind.name.as_str()).collect();
            let remedy = format!("Take it out of the folder, or name it as one of: {}.", names.join(", "));
            self.problems.push(Problem::of(file, "No kind of entries has this name.", remedy));
            self.unreadable = true;
            return Ok(());
        };
        let mut cells = Cells::new(self.folder.open(file)?);
        let mut record = Record::default();
        let header = match cells.next(&mut record)? {
            Ok(true) => Sheet::read(file, kind, &record, &mut self.problems),
            Ok(false) => {
                self.problems.push(Problem::of(
                    file,
                    "The file is empty.",
                    "Add a row with the names of the columns.",
                ));
                None
            }
            Err(flaw) => {
                self.problems.push(flawed(file, &flaw, |cell| (cell + 1).to_string()));
                None
            }
        };
        let Some(sheet) = header else {
            self.unreadable = true;
            return Ok(());
        };
        let source = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        Scan { bundle: self, sheet: &sheet, source, open: None, known: BTreeMap::new() }.all(cells)?;
        self.sources.push(Source::Rows(sheet));
        Ok(())
    }

    fn lines(&mut self, file: &str) -> io::Result<()> {
        let source = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        let mut input = BufReader::new(self.folder.open(file)?);
        let (mut offset, mut line, mut bytes) = (0, 0, Vec::new());
        loop {
            bytes.clear();
            let read = input.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut bytes)? as u64;
            if read == 0 {
                break;
            }
            line += 1;
            let at = offset;
            offset += read;
            if read == LINE_LIMIT && bytes.last() != Some(&b'\n') {
                let message = format!("The line is longer than {LINE_LIMIT} bytes.");
                self.problems
                    .push(Problem::of(file, message, "Split it; what follows was not read.").line(line));
                self.unreadable = true;
                break;
            }
            if !bytes.trim_ascii().is_empty() {
                let (turn, rows) = (Turn::Last, 1);
                self.entries.push(Entry {
                    turn,
                    json: true,
                    entry: 0,
                    day: i32::MIN,
                    place: 0,
                    source,
                    offset: at,
                    line,
                    rows,
                });
            }
        }
        self.sources.push(Source::Lines(file.to_owned()));
        Ok(())
    }
}

/// Problem of a flaw.
fn flawed(file: &str, flaw: &Flaw, column: impl Fn(usize) -> String) -> Problem {
    let (message, remedy) = flaw.what.words();
    Problem::of(file, message, remedy).line(flaw.line).column(column(flaw.cell))
}

struct Scan<'b, 'f> {
    bundle: &'b mut Bundle<'f>,
    sheet: &'b Sheet,
    source: u16,
    /// The entry that rows are added to, with the cells it is known by; none after something that can't be read.
    open: Option<(Entry, Vec<String>)>,
    known: BTreeMap<(usize, String), u64>,
}

impl Scan<'_, '_> {
    fn all(mut self, mut cells: Cells<Box<dyn Input>>) -> io::Result<()> {
        let mut record = Record::default();
        let mut skipping = false;
        loop {
            match cells.next(&mut record)? {
                Ok(false) => break,
                Ok(true) if record.is_blank() && record.count() == 1 => {}
                Ok(true) if record.count() != self.sheet.heads.len() => {
                    let (found, wanted) = (record.count(), self.sheet.heads.len());
                    let message = format!("The row has {found} cells, the header {wanted}.");
                    let remedy = "Give each row a cell for each column; put cells with commas in quotes.";
                    self.problem(Problem::of(&self.sheet.file, message, remedy).line(record.line));
                    skipping = true;
                    self.close();
                }
                Ok(true) => skipping = self.row(&record, skipping),
                Err(flaw) => {
                    self.problem(flawed(&self.sheet.file, &flaw, |cell| self.sheet.column_name(cell)));
                    if flaw.what.ends_file() {
                        self.bundle.unreadable = true;
                        break;
                    }
                    skipping = true;
                    self.open = None;
                }
            }
        }
        self.close();
        Ok(())
    }

    fn problem(&mut self, problem: Problem) {
        self.bundle.problems.push(problem);
    }

    fn close(&mut self) {
        if let Some((entry, _)) = self.open.take() {
            self.bundle.entries.push(entry);
        }
    }

    /// Takes a row; answers whether rows that belong to it are to be passed over.
    fn row(&mut self, row: &Record, skipping: bool) -> bool {
        let keys = self.sheet.keys.iter().map(|at| row.cell(*at));
        let continues = match (self.sheet.kind.family, &self.open) {
            _ if keys.clone().all(str::is_empty) => true,
            (Family::Other, _) | (_, None) => false,
            (_, Some((_, known))) => {
                keys.clone().zip(known).all(|(key, known)| key.is_empty() || key == known)
            }
        };
        if continues && (skipping || self.open.is_some()) {
            if let Some((entry, _)) = &mut self.open {
                entry.rows = entry.rows.saturating_add(1);
            }
            return skipping;
        }
        self.close();
        if continues {
            let names: Vec<String> = self.sheet.keys.iter().map(|at| self.sheet.column_name(*at)).collect();
            let message = "The row doesn't say which entry it belongs to.";
            let remedy = format!("Fill in one of: {}.", names.join(", "));
            self.problem(Problem::of(&self.sheet.file, message, remedy).line(row.line));
            return true;
        }
        let keys = keys.map(str::to_owned).collect();
        let Some(entry) = self.entry(row) else { return true };
        self.open = Some((entry, keys));
        false
    }

    fn entry(&mut self, row: &Record) -> Option<Entry> {
        let number = self.sheet.entry.map_or("", |at| row.cell(at));
        let entry = match number.parse::<u64>() {
            Ok(entry) if entry > 0 => entry,
            _ if number.is_empty() => 0,
            _ => {
                let shown: String = number.chars().take(60).collect();
                let message = format!("\"{shown}\" is no place among the entries.");
                let problem = Problem::of(&self.sheet.file, message, "Number entries from 1.").line(row.line);
                self.problem(problem.column(ENTRY));
                return None;
            }
        };
        if entry == 0 {
            self.twice(row)?;
        }
        let kind = self.sheet.kind;
        // A day that can't be read is told when the row is.
        let day = self.sheet.day.map(|at| row.cell(at).parse::<Day>().unwrap_or(Day::LAST).number());
        let (turn, place) = if entry > 0 { (Turn::First, 0) } else { (kind.turn, kind.place) };
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let (source, offset, line) = (self.source, row.offset, row.line);
        // Entries without a day: the turn says when.
        let day = if turn == Turn::OnItsDay || entry > 0 {
            day
        } else {
            day.filter(|_| kind.family == Family::Other)
        };
        Some(Entry {
            turn,
            json: false,
            entry,
            day: day.unwrap_or(i32::MIN),
            place,
            source,
            offset,
            line,
            rows: 1,
        })
    }

    /// The same number, code or external id twice in a file.
    fn twice(&mut self, row: &Record) -> Option<()> {
        let names: Vec<String> = self.sheet.names(row).map(str::to_lowercase).collect();
        for (at, name) in names.into_iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let shown: String = name.chars().take(60).collect();
            if let Some(first) = self.known.insert((at, name), row.line) {
                let column = &self.sheet.kind.columns[self.sheet.kind.known_by[at]].name;
                let message = format!("\"{shown}\" is in line {first} already.");
                let remedy = "Keep rows of one entry together; give each entry its own.";
                self.problem(Problem::of(&self.sheet.file, message, remedy).line(row.line).column(column));
                return None;
            }
        }
        Some(())
    }
}

/// A line of a JSON file.
pub(crate) fn json_line(input: &mut dyn Input, offset: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    BufReader::new(input.take(LINE_LIMIT)).read_until(b'\n', &mut bytes)?;
    Ok(bytes)
}
