//! The CSV reader against the crate `csv`, which reads the same of every well-formed file.

use std::io::Cursor;

use bundle::{CELL_LIMIT, Cells, Flaw, Record, What};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> (Vec<Vec<String>>, Vec<Flaw>) {
    let mut cells = Cells::new(Cursor::new(bytes.to_vec()));
    let (mut record, mut rows, mut flaws) = (Record::default(), Vec::new(), Vec::new());
    loop {
        match cells.next(&mut record).expect("memory can be read") {
            Ok(true) => rows.push((0..record.count()).map(|at| record.cell(at).to_owned()).collect()),
            Ok(false) => return (rows, flaws),
            Err(flaw) => {
                let ends = flaw.what.ends_file();
                flaws.push(flaw);
                if ends {
                    return (rows, flaws);
                }
            }
        }
    }
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let (rows, flaws) = read(bytes);
    assert_eq!(flaws, []);
    rows
}

fn flaw(bytes: &[u8]) -> Flaw {
    read(bytes).1.into_iter().next().expect("a flaw")
}

#[test]
fn marks_line_ends_and_quotes_are_those_of_spreadsheets() {
    for text in [
        "a,b\n1,\"x, \"\"y\"\"\nz\"\n",
        "\u{feff}a,b\n1,\"x, \"\"y\"\"\nz\"\n",
        "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n",
        "a,b\r1,\"x, \"\"y\"\"\nz\"",
    ] {
        assert_eq!(rows(text.as_bytes()), [["a", "b"], ["1", "x, \"y\"\nz"]], "{text:?}");
    }
    assert_eq!(rows("ä,\n".as_bytes()), [["ä", ""]]);
}

#[test]
fn other_encodings_are_named_with_their_place() {
    let at = |line, cell, what| Flaw { line, cell, what };
    assert_eq!(flaw(b"a,b\n1,\xe9\n"), at(2, 1, What::Encoding { byte: 0xE9, offset: 6 }));
    // After a doubled quote the place is still the file's.
    assert_eq!(flaw(b"a,b\n1,\"\"\"x\"\" \xe9\"\n"), at(2, 1, What::Encoding { byte: 0xE9, offset: 13 }));
    assert_eq!(flaw(b"\xff\xfea\0,\0"), at(1, 0, What::Utf16("UTF-16")));
    assert_eq!(flaw(b"\xfe\xff\0a"), at(1, 0, What::Utf16("UTF-16")));
    assert_eq!(flaw(b"a\0,\0b\0"), at(1, 0, What::Utf16("UTF-16")));
    assert_eq!(flaw(b"\xff\xfe\0\0"), at(1, 0, What::Utf16("UTF-32")));
    assert_eq!(flaw(b"a,b\n1,\0\n"), at(2, 1, What::Zero));
    // The next record can still be read.
    assert_eq!(read(b"a,b\n1,\xff\n2,x\n").0, [["a", "b"], ["2", "x"]]);
}

#[test]
fn quotes_that_do_not_close_say_where_they_open() {
    let at = |line, cell, what| Flaw { line, cell, what };
    assert_eq!(flaw(b"a,b\n1,\"x\n2,y\n"), at(2, 1, What::Unclosed));
    assert_eq!(flaw(b"a,b\n1,x\"y\"\n"), at(2, 1, What::QuoteInside));
    assert_eq!(flaw(b"a,b\n1,\"x\" y\n"), at(2, 1, What::AfterQuote));
}

/// A file of one endless cell, that counts how much of it was read.
struct Endless {
    left: u64,
    tail: &'static [u8],
}

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return self.tail.read(buffer);
        }
        let count = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        buffer[..count].fill(b'x');
        self.left -= count as u64;
        Ok(count)
    }
}

impl std::io::Seek for Endless {
    fn seek(&mut self, _: std::io::SeekFrom) -> std::io::Result<u64> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

#[test]
fn a_cell_over_a_megabyte_is_refused_and_takes_no_room() {
    let exact = format!("a\n{}\n", "x".repeat(CELL_LIMIT));
    assert_eq!(rows(exact.as_bytes())[1][0].len(), CELL_LIMIT);
    // 20 MB in one cell, then a record that can be read; the reader holds no more than its limit.
    let mut cells = Cells::new(Endless { left: 20_000_000, tail: b"\nb\n" });
    let mut record = Record::default();
    let flaw = cells.next(&mut record).expect("reads").expect_err("too long");
    assert_eq!(flaw, Flaw { line: 1, cell: 0, what: What::TooLong });
    assert!(cells.room() <= 2 * CELL_LIMIT + 128 * 1024, "{}", cells.room());
    assert_eq!(cells.next(&mut record).expect("reads"), Ok(true));
    assert_eq!((record.cell(0), record.line), ("b", 2));
    // A million cells, or many long ones, are no row either.
    assert_eq!(read(&b",".repeat(1_000_000)).1[0].what, What::TooMany);
    let wide = format!("{}\n", vec!["y".repeat(900_000); 6].join(","));
    assert_eq!(read(wide.as_bytes()).1[0].what, What::TooMany);
}

proptest! {
    #[test]
    fn what_csv_writes_is_read_alike(table in prop::collection::vec(prop::collection::vec("[a\",\r\n é-]{0,6}", 2..4), 1..8)) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).expect("memory");
        }
        let bytes = writer.into_inner().expect("memory");
        let theirs: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(&bytes[..])
            .records()
            .map(|row| row.expect("well-formed").iter().map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(&table, &theirs);
        prop_assert_eq!(&rows(&bytes), &theirs);
        let marked = [b"\xef\xbb\xbf", &bytes[..]].concat();
        prop_assert_eq!(&rows(&marked), &theirs);
    }

    #[test]
    fn anything_is_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes);
    }
}
