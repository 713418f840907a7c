//! Bundles with something wrong: each problem names file, line and column and says what to do, all of them at once, and
//! nothing comes in.

mod support;

use bundle::{Bundle, CELL_LIMIT, Existing, Memory, Problem};
use proptest::prelude::*;
use support::*;

/// The small company with one file replaced.
fn with(name: &str, text: &str) -> Memory {
    let mut folder = small();
    folder.0.insert(name.to_owned(), text.as_bytes().to_vec());
    folder
}

fn told(name: &str, text: &str) -> Vec<String> {
    lines(&wrong(&with(name, text)))
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let mut folder = small();
    let put = |folder: &mut Memory, name: &str, text: &str| {
        folder.0.insert(name.to_owned(), text.as_bytes().to_vec())
    };
    put(
        &mut folder,
        "item.csv",
        "code,name,unit,units.unit,units.factor\nJAM,Jam,pc,box,twelve\nSUGAR,Sugar,kg,,\nLID,Lid,pc,,\n",
    );
    put(
        &mut folder,
        "fee.csv",
        "number,target.order,day,amount.amount,amount.currency,basis\nF-1,PO-1,2026-02-30,10.00,NZD,value\nF-2,PO-9,2026-01-07,1.005,NZD,colour\n",
    );
    let problems = wrong(&folder);
    assert_eq!(
        lines(&problems),
        [
            "fee.csv, line 2, column day: \"2026-02-30\" is not a day: write it as 2026-03-02. Correct the day.",
            "fee.csv, line 3, column basis: \"colour\" can't stand here. Write one of: value, quantity, weight.",
            "item.csv, line 2, column units.factor: \"twelve\" is no number. Write it as 1234.5, without spaces and commas.",
            "item.csv, line 3, column unit: There is no unit \"kg\". Name an existing unit by its code or number; codes of another company don't work.",
        ]
    );
    // The opening, the order, its receipts, the shipment and the return name JAM or SUGAR.
    assert_eq!(problems.following(), 6);
}

#[test]
fn every_unknown_name_of_an_entry_is_told() {
    let orders = "number,terms.party,terms.day,terms.currency,lines.item,lines.quantity,lines.price,lines.unit,lines.warehouse\n\
        PO-1,Sud,2026-01-02,NZD,JAM,2,84.00,crate,Main\n,,,,HONEY,10,1.5,,Attic\n";
    let problems = wrong(&with("purchase_order.csv", orders));
    let places: Vec<(Option<u64>, Option<&str>)> =
        problems.kept().iter().map(|problem| (problem.line, problem.column.as_deref())).collect();
    let at = |line, column| (Some(line), Some(column));
    let wanted = [at(2, "lines.unit"), at(2, "terms.party"), at(3, "lines.item"), at(3, "lines.warehouse")];
    assert_eq!(places, wanted, "{:#?}", lines(&problems));
    assert_eq!(problems.following(), 5, "the receipts, the fee, the shipment and the return");
}

#[test]
fn a_row_of_a_later_line_is_named() {
    let orders = "number,terms.party,terms.day,terms.currency,lines.item,lines.quantity,lines.price,lines.unit,lines.warehouse\n\
        PO-1,Nord,2026-01-02,NZD,JAM,2,84.00,box,Main\n,,,,SUGAR,10,1.x,,Main\n";
    let problems = wrong(&with("purchase_order.csv", orders));
    let first: &Problem = &problems.kept()[0];
    assert_eq!((first.line, first.column.as_deref()), (Some(3), Some("lines.price")), "{first}");
    // A refusal of the book about a line is told in the line's row.
    let receipts = "number,order,day,lines.line,lines.quantity\nR-1,PO-1,2026-01-05,1,1\n,,,9,1\n";
    let problems = wrong(&with("receipt.csv", receipts));
    let first = &problems.kept()[0];
    assert_eq!((first.line, first.code.as_str()), (Some(2), "E215"), "{first}");
}

#[test]
fn headers_are_checked_before_anything_else() {
    let item = |header: &str| told("item.csv", header);
    assert_eq!(
        item("code,name,unit,code\nJAM,Jam,pc,JAM\n"),
        ["item.csv, line 1, column code: The column code is there twice. Take one of them out."]
    );
    assert!(
        item("code,unit\nJAM,pc\n")[0]
            .starts_with("item.csv, line 1, column name: The column name is missing. Add it: ")
    );
    assert!(item("code,name,unit,colour\n")[0].starts_with(
        "item.csv, line 1, column colour: item.csv has no column \"colour\". Take it out, or use one of: "
    ));
    assert_eq!(
        item("code,name,unit,\n"),
        ["item.csv, line 1, column 4: A column without a name. Name it, or take it out."]
    );
    assert!(item("code;name;unit\nJAM;Jam;pc\n")[0].contains("Save the file with commas between cells."));
    assert_eq!(item(""), ["item.csv: The file is empty. Add a row with the names of the columns."]);
    // A column of a list's elements is needed where another one of them is.
    assert!(
        item("code,name,unit,units.unit\nJAM,Jam,pc,box\n")[0]
            .starts_with("item.csv, line 1, column units.factor: ")
    );
    assert!(told("fee.csv", "number,day,basis,amount.amount\n")[0].contains("column amount.currency"));
    assert!(told("receipt.csv", "order,day,lines.line,lines.quantity\n")[0].contains("column number: "));
    assert!(
        told("goods.csv", "number\n")[0]
            .starts_with("goods.csv: No kind of entries has this name. Take it out")
    );
}

#[test]
fn broken_files_are_told_with_their_place() {
    let broken = |text: &[u8]| {
        let mut folder = small();
        folder.0.insert("item.csv".into(), text.to_vec());
        lines(&wrong(&folder)).swap_remove(0)
    };
    assert_eq!(
        broken(b"code,name,unit\nJAM,\xe9,pc\nSUGAR,Sugar,pc\nLID,Lid,pc\n"),
        "item.csv, line 2, column name: Byte 0xE9 at place 19 of the file is not UTF-8. Save the file as CSV in UTF-8."
    );
    assert_eq!(
        broken(b"\xff\xfec\0o\0"),
        "item.csv, line 1, column 1: The file is UTF-16, not UTF-8. Save the file as CSV in UTF-8."
    );
    assert_eq!(
        broken(b"code,name,unit\nJAM,\"Jam,pc\nSUGAR,Sugar,pc\n"),
        "item.csv, line 2, column name: A quote is opened here and never closed. Close it; what follows was not read."
    );
    assert_eq!(
        broken(b"code,name,unit\nJAM,Jam,pc\nSUGAR,Sugar\nLID,Lid,pc\n"),
        "item.csv, line 3: The row has 2 cells, the header 3. Give each row a cell for each column; put cells with commas in quotes."
    );
    let long = format!("code,name,unit\nJAM,{},pc\n", "x".repeat(CELL_LIMIT + 1));
    assert_eq!(
        broken(long.as_bytes()),
        "item.csv, line 2, column name: The cell is longer than 1000000 bytes. Shorten it."
    );
}

#[test]
fn entries_that_are_there_twice_or_belong_nowhere_are_told() {
    let receipts = "number,order,day,lines.line,lines.quantity,external\nR-1,PO-1,2026-01-05,1,1,a\nR-2,PO-1,2026-01-06,1,1,A\nr-1,PO-1,2026-01-06,2,1,\n";
    assert_eq!(
        told("receipt.csv", receipts)[..2],
        [
            "receipt.csv, line 3, column external: \"a\" is in line 2 already. Keep rows of one entry together; give each entry its own.",
            "receipt.csv, line 4, column number: \"r-1\" is in line 2 already. Keep rows of one entry together; give each entry its own.",
        ]
    );
    let nobody = "number,order,day,lines.line,lines.quantity\n,PO-1,2026-01-05,1,1\n";
    assert_eq!(
        told("receipt.csv", nobody)[0],
        "receipt.csv, line 2: The row doesn't say which entry it belongs to. Fill in one of: number."
    );
    let differing = "number,order,day,lines.line,lines.quantity\nR-1,PO-1,2026-01-05,1,1\n,,2026-01-06,2,1\n";
    assert_eq!(
        told("receipt.csv", differing)[0],
        "receipt.csv, line 3, column day: \"2026-01-06\" differs from the first row of the entry. Leave it empty, or repeat what the first row says."
    );
    let orphan = "number,customer,warehouse,day,lines.item,lines.quantity,lines.takings.lot,lines.takings.quantity\nSH-1,Shop,Main,2026-01-08,,,R-1/1,10\n";
    assert!(told("shipment.csv", orphan)[0].starts_with(
        "shipment.csv, line 2, column lines.takings.lot: There is no line above that this could belong to."
    ));
    let numbered = "entry,number,order,day,lines.line,lines.quantity\n3,R-1,PO-1,2026-01-05,1,1\n";
    assert!(
        told("receipt.csv", numbered)
            .iter()
            .any(|told| told.contains("Number every entry of the bundle, or none."))
    );
    let zero = "entry,number,order,day,lines.line,lines.quantity\nfirst,R-1,PO-1,2026-01-05,1,1\n";
    assert!(told("receipt.csv", zero)[0].contains("\"first\" is no place among the entries."));
    let asked = "asked,number,order,day,lines.line,lines.quantity\nsoon,R-1,PO-1,2026-01-05,1,1\n";
    assert!(
        told("receipt.csv", asked)[0].starts_with("receipt.csv, line 2, column asked: \"soon\" is not a day")
    );
}

#[test]
fn lines_of_json_are_told_with_their_place() {
    let told =
        told("commands.jsonl", "{\"save\":\n{\"pick\":{\"shipment\":\"SH-8\",\"day\":\"2026-02-04\"}}\n");
    assert!(told[0].starts_with("commands.jsonl, line 1, column 8: This is not JSON"), "{}", told[0]);
    assert!(
        told[1].starts_with("commands.jsonl, line 2, column pick.shipment: There is no document"),
        "{}",
        told[1]
    );
    let mut folder = small();
    folder.0.insert("commands.jsonl".into(), vec![b' '; 5_000_000]);
    assert!(lines(&wrong(&folder))[0].contains("The line is longer than"));
}

#[test]
fn an_empty_bundle_is_told_and_a_huge_pile_of_problems_is_counted() {
    assert!(lines(&wrong(&files(&[])))[0].starts_with("(the bundle): It has no entries."));
    assert!(
        lines(&wrong(&files(&[("readme.txt", "hello")])))[0].starts_with("(the bundle): It has no entries.")
    );
    assert!(lines(&wrong(&files(&[("item.csv", "code,name,unit\n")])))[0].starts_with("(the bundle)"));
    let many: String = (0..3_000).map(|at| format!("I{at},Item,nothing\n")).collect();
    let problems = wrong(&files(&[("item.csv", &format!("code,name,unit\n{many}"))]));
    assert_eq!((problems.kept().len(), problems.more(), problems.count()), (1_000, 2_000, 3_000));
    assert!(problems.to_string().ends_with("… and 2000 more.\n"));
}

#[test]
fn a_huge_bundle_takes_forty_bytes_an_entry() {
    let mut text = String::from("code,name,unit\n");
    (0..50_000).for_each(|at| text.push_str(&format!("I{at},Item,pc\n")));
    let folder = files(&[("unit.csv", "code,name\npc,piece\n"), ("item.csv", &text)]);
    let bundle = Bundle::open(&folder).expect("memory");
    assert_eq!((bundle.len(), bundle.counts()["item.csv"]), (50_001, 50_000));
    assert!(bundle.room() <= 50_001 * 56 * 2, "{}", bundle.room());
}

/// One byte of one file changed, taken out or put in; a row taken out, doubled or changed with
/// one of the first two. Of a file that earlier changes emptied, only a byte can be put in.
fn mutated(folder: &Memory, file: usize, at: usize, how: u8, byte: u8) -> Memory {
    let mut folder = folder.clone();
    let name = folder.0.keys().nth(file % folder.0.len()).expect("a file").clone();
    let bytes = folder.0.get_mut(&name).expect("it");
    let at = at % bytes.len().max(1);
    match how {
        _ if bytes.is_empty() => bytes.push(byte),
        0 => bytes[at] = byte,
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, byte),
        _ => {
            let mut rows: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let (row, first) = (at % rows.len(), at % rows.len().min(2));
            match how {
                3 => drop(rows.remove(row)),
                4 => rows.insert(row, rows[row]),
                _ => rows.swap(row, first),
            }
            *bytes = rows.concat();
        }
    }
    folder
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("MILLBOOK_FULL").is_some() { 20_000 } else { 300 }))]
    #[test]
    fn a_mutated_bundle_comes_in_or_says_where_it_is_wrong(
        changes in prop::collection::vec((any::<usize>(), any::<usize>(), 0..6_u8, prop_oneof![any::<u8>(), prop::sample::select(&b",\"\n\r-.0129aA"[..])]), 1..4)
    ) {
        let folder = changes.iter().fold(small(), |folder, (file, at, how, byte)| mutated(&folder, *file, *at, *how, *byte));
        let mut book = empty();
        let before = book.digest();
        match take(&folder, &mut book, Existing::Refuse) {
            Ok((done, kept)) => {
                prop_assert_eq!(done.events, kept.iter().flatten().count() as u64);
                prop_assert!(book.check().is_empty());
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems.kept() {
                    prop_assert!(folder.0.contains_key(&problem.file), "{}", problem);
                    prop_assert!(!problem.message.is_empty() && !problem.remedy.is_empty());
                    let rows = folder.0[&problem.file].iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
                    // Only a file without anything in it, or without a right name, has no line.
                    prop_assert!(problem.line.is_some_and(|line| (1..=rows + 1).contains(&line)) || rows == 0, "{}", problem);
                }
                prop_assert_eq!(book.digest(), before);
            }
        }
    }
}
