//! The cases once more, for the oracle: what an accountant expects is what a second, slow reckoning finds.
//!
//! `oracle` shares no code with `book`; it believes which statements are refused and works everything else out from
//! nothing. Not here: refusals, which are the book's alone.

use std::fs;
use std::path::{Path, PathBuf};

use oracle::Oracle;

fn case_files(under: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(under).expect("tests/cases").map(|entry| entry.expect("entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

/// What a case expects without its refusals, which take two lines each, and without answers about papers and money.
fn expected(text: &str) -> String {
    let mut lines = text.lines();
    let mut kept = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("refused ") {
            lines.next();
        } else if !line.is_empty() && !line.starts_with("= ") {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Lines that only one side has, and some that both have around them.
fn difference(book: &str, oracle: &str) -> String {
    let (book, oracle): (Vec<_>, Vec<_>) = (book.lines().collect(), oracle.lines().collect());
    let mut text = String::new();
    for line in book.iter().filter(|line| !oracle.contains(line)) {
        text += &format!("  expected  {line}\n");
    }
    for line in oracle.iter().filter(|line| !book.contains(line)) {
        text += &format!("  oracle    {line}\n");
    }
    if text.is_empty() { "  the same lines in another order".to_owned() } else { text }
}

#[test]
fn the_oracle_finds_what_the_cases_expect() {
    let mut files = Vec::new();
    case_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut files);
    let (mut count, mut problems) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for case in lines.chunk_by(|_, next| !next.starts_with("rule: ")) {
            let case = case.concat();
            let Some((statements, wanted)) = case.split_once("---\n") else { continue };
            if !case.starts_with("rule: ") {
                continue;
            }
            count += 1;
            let title = statements.lines().next().unwrap_or_default();
            let wanted = expected(wanted);
            match Oracle::run(statements) {
                Err(why) => problems.push(format!("{}\n{title}\n  {why}", file.display())),
                Ok(out) if out.trim() != wanted => {
                    let difference = difference(&wanted, out.trim());
                    problems.push(format!("{}\n{title}\n{difference}", file.display()));
                }
                Ok(_) => {}
            }
        }
    }
    println!("{count} cases");
    assert!(count > 0, "no cases");
    assert!(problems.is_empty(), "\n{}\n{} of {count} cases", problems.join("\n\n"), problems.len());
}
