//! The cases once more, for the oracle: what an accountant expects is what a second, slow reckoning finds.
//!
//! `oracle` shares no code with `book`; it believes which statements are refused and works everything else out from
//! nothing. Not here: refusals, which are the book's alone.

mod text_cases;

use std::fs;
use std::path::Path;

use oracle::Oracle;

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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut count, mut problems) = (0, Vec::new());
    for file in text_cases::files(&folder) {
        let text = fs::read_to_string(&file).expect("UTF-8");
        for case in text_cases::parts(&text) {
            let Some((statements, wanted)) = text_cases::apart(&case) else { continue };
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
