//! CSV as people's programs write it, read strictly: where something is wrong is known to the byte, and memory stays flat.
//!
//! UTF-8 with or without a byte order mark, commas, `"quoted ""cells"""`, LF or CRLF or CR. A record with something wrong
//! in it is read to its end, so that the next one can be read too; only quotes that don't close end a file, for nothing
//! after them can be trusted. The crate `csv` reads leniently (an open quote takes the rest of the file, a cell may have
//! any size), so it writes our files and judges this reader in tests, and doesn't read.
//! Not here: what the cells mean.

use std::io::{self, Read, Seek, SeekFrom};

/// No cell is longer, in bytes.
pub const CELL_LIMIT: usize = 1_000_000;
/// No record has more cells.
pub const CELLS_LIMIT: usize = 1_000;
/// All cells of a record together, in bytes.
const RECORD_LIMIT: usize = 4 * CELL_LIMIT;
const BUFFER: usize = 64 * 1024;

/// What is wrong with a record, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: u64,
    /// The cell, from 0.
    pub cell: usize,
    /// What it is.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The file is UTF-16 or UTF-32.
    Utf16(&'static str),
    /// A byte that UTF-8 doesn't have there.
    Encoding {
        /// The byte.
        byte: u8,
        /// Its place in the file, from 0.
        offset: u64,
    },
    /// A zero byte.
    Zero,
    /// A quote in the middle of a cell that doesn't begin with one.
    QuoteInside,
    /// Text between a closing quote and the next comma.
    AfterQuote,
    /// A quote that is never closed; the line is where it opens.
    Unclosed,
    /// A cell of more than [`CELL_LIMIT`] bytes.
    TooLong,
    /// More than [`CELLS_LIMIT`] cells, or too much text in all.
    TooMany,
}

impl What {
    /// Whether the rest of the file can't be read either.
    pub fn ends_file(&self) -> bool {
        matches!(self, What::Utf16(_) | What::QuoteInside | What::AfterQuote | What::Unclosed)
    }

    /// What is in the way, and what to do.
    pub fn words(&self) -> (String, &'static str) {
        const UTF8: &str = "Save the file as CSV in UTF-8.";
        match self {
            What::Utf16(name) => (format!("The file is {name}, not UTF-8."), UTF8),
            What::Encoding { byte, offset } => {
                (format!("Byte {byte:#04X} at place {offset} of the file is not UTF-8."), UTF8)
            }
            What::Zero => ("A zero byte: this is not a text file in UTF-8.".into(), UTF8),
            What::QuoteInside => (
                "A quote stands inside a cell that doesn't begin with one.".into(),
                "Put the whole cell in quotes and write each quote in it twice; what follows was not read.",
            ),
            What::AfterQuote => (
                "Text follows a closing quote.".into(),
                "Write each quote inside a cell twice; what follows was not read.",
            ),
            What::Unclosed => {
                ("A quote is opened here and never closed.".into(), "Close it; what follows was not read.")
            }
            What::TooLong => (format!("The cell is longer than {CELL_LIMIT} bytes."), "Shorten it."),
            What::TooMany => {
                (format!("More than {CELLS_LIMIT} cells, or {RECORD_LIMIT} bytes."), "Split the row.")
            }
        }
    }
}

/// A record: its cells as one text, reused from record to record.
#[derive(Clone, Debug, Default)]
pub struct Record {
    text: String,
    ends: Vec<usize>,
    /// The line it begins in, from 1.
    pub line: u64,
    /// The byte it begins at.
    pub offset: u64,
}

impl Record {
    /// A cell, from 0; empty if there is none.
    pub fn cell(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else { return "" };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    /// How many cells.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Whether it is an empty line.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a cell's first byte.
    Start,
    Plain,
    Quoted,
    /// After a quote inside quotes: it closes, or it is the first of two.
    Quote,
}

/// The records of a file.
pub struct Cells<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    offset: u64,
    line: u64,
    bytes: Vec<u8>,
    carriage: bool,
}

impl<R: Read + Seek> Cells<R> {
    /// Of this input, from its first byte.
    pub fn new(input: R) -> Cells<R> {
        let (buffer, bytes) = (Vec::with_capacity(BUFFER), Vec::new());
        Cells { input, buffer, at: 0, offset: 0, line: 1, bytes, carriage: false }
    }

    /// Goes to a record that was read before.
    pub fn go(&mut self, offset: u64, line: u64) -> io::Result<()> {
        let start = self.offset - self.at as u64;
        if offset >= start && offset <= start + self.buffer.len() as u64 {
            self.at = (offset - start) as usize;
        } else {
            self.input.seek(SeekFrom::Start(offset))?;
            self.buffer.clear();
            self.at = 0;
        }
        (self.offset, self.line, self.carriage) = (offset, line, false);
        Ok(())
    }

    /// How much memory it holds, in bytes.
    pub fn room(&self) -> usize {
        self.buffer.capacity() + self.bytes.capacity()
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.buffer.len() {
            self.buffer.resize(BUFFER, 0);
            self.at = 0;
            let read = loop {
                match self.input.read(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn skip(&mut self) {
        self.at += 1;
        self.offset += 1;
    }

    fn mark(&mut self) -> io::Result<Option<What>> {
        if self.offset != 0 || self.peek()?.is_none() {
            return Ok(None);
        }
        let start = &self.buffer[..self.buffer.len().min(4)];
        match start {
            [0xEF, 0xBB, 0xBF, ..] => {
                (0..3).for_each(|_| self.skip());
                Ok(None)
            }
            [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] => Ok(Some(What::Utf16("UTF-32"))),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Ok(Some(What::Utf16("UTF-16"))),
            [_, 0, _, 0] | [0, _, 0, _] => Ok(Some(What::Utf16("UTF-16"))),
            _ => Ok(None),
        }
    }

    /// The next record; `false` is the end. A flaw's record was read to its end, unless the flaw ends the file.
    pub fn next(&mut self, record: &mut Record) -> io::Result<Result<bool, Flaw>> {
        record.text.clear();
        record.ends.clear();
        if let Some(what) = self.mark()? {
            return Ok(Err(Flaw { line: 1, cell: 0, what }));
        }
        if self.carriage {
            self.carriage = false;
            if self.peek()? == Some(b'\n') {
                self.skip();
            }
        }
        (record.line, record.offset) = (self.line, self.offset);
        if self.peek()?.is_none() {
            return Ok(Ok(false));
        }
        self.bytes.clear();
        let mut flaw = None;
        let mut state = State::Start;
        let (mut cell, mut from, mut opened) = (Place { line: self.line, offset: self.offset }, 0, self.line);
        loop {
            let Some(byte) = self.peek()? else {
                if state == State::Quoted {
                    return Ok(Err(Flaw { line: opened, cell: record.ends.len(), what: What::Unclosed }));
                }
                self.end_cell(record, cell, from, &mut flaw);
                break;
            };
            let ends_cell = matches!(byte, b',' | b'\r' | b'\n') && state != State::Quoted;
            if ends_cell {
                self.end_cell(record, cell, from, &mut flaw);
                self.skip();
                if byte != b',' {
                    self.line += 1;
                    self.carriage = byte == b'\r';
                    break;
                }
                (from, state) = (self.bytes.len(), State::Start);
                cell = Place { line: self.line, offset: self.offset };
                continue;
            }
            let broken = match (state, byte) {
                (State::Start, b'"') => {
                    (state, opened) = (State::Quoted, self.line);
                    cell.offset += 1;
                    None
                }
                (State::Quoted, b'"') => {
                    state = State::Quote;
                    None
                }
                (State::Quote, b'"') => {
                    state = State::Quoted;
                    self.keep(byte, from, record, cell, &mut flaw);
                    None
                }
                (State::Quote, _) => Some(What::AfterQuote),
                (State::Plain, b'"') => Some(What::QuoteInside),
                (State::Start | State::Plain, _) => {
                    state = State::Plain;
                    self.keep(byte, from, record, cell, &mut flaw);
                    None
                }
                (State::Quoted, _) => {
                    self.keep(byte, from, record, cell, &mut flaw);
                    self.line += u64::from(byte == b'\n');
                    None
                }
            };
            if let Some(what) = broken {
                return Ok(Err(flaw.unwrap_or(Flaw { line: self.line, cell: record.ends.len(), what })));
            }
            self.skip();
        }
        match flaw {
            Some(flaw) => Ok(Err(flaw)),
            None => {
                record.text.push_str(std::str::from_utf8(&self.bytes).unwrap_or_default());
                Ok(Ok(true))
            }
        }
    }

    /// Keeps a byte of a cell, as long as there is room: what is too long is only read.
    fn keep(&mut self, byte: u8, from: usize, record: &Record, cell: Place, flaw: &mut Option<Flaw>) {
        let what = match byte {
            0 => What::Zero,
            _ if flaw.is_some() => return,
            _ if self.bytes.len() - from >= CELL_LIMIT => What::TooLong,
            _ if self.bytes.len() >= RECORD_LIMIT => What::TooMany,
            _ => {
                self.bytes.push(byte);
                return;
            }
        };
        flaw.get_or_insert(Flaw { line: cell.line, cell: record.ends.len(), what });
    }

    fn end_cell(&self, record: &mut Record, cell: Place, from: usize, flaw: &mut Option<Flaw>) {
        if flaw.is_none() {
            let at = record.ends.len();
            let what = match std::str::from_utf8(&self.bytes[from..]) {
                Err(error) => {
                    let bad = from + error.valid_up_to();
                    let before = &self.bytes[from..bad];
                    // Doubled quotes before it took two bytes in the file.
                    let offset = cell.offset
                        + before.len() as u64
                        + before.iter().filter(|byte| **byte == b'"').count() as u64;
                    Some(What::Encoding { byte: self.bytes[bad], offset })
                }
                Ok(_) => (at >= CELLS_LIMIT).then_some(What::TooMany),
            };
            *flaw = what.map(|what| Flaw { line: cell.line, cell: at, what });
        }
        if flaw.is_none() {
            record.ends.push(self.bytes.len());
        }
    }
}

#[derive(Clone, Copy)]
struct Place {
    line: u64,
    offset: u64,
}
