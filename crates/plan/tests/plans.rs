//! Runs the cases in tests/cases/plans: what is planned, what becomes of documents and why, what people decide.
//!
//! A case begins with `rule: IDS  title`, then lines: statements of the book's own notation, lines about Xero and the settings
//! (tests/cases/plans/README.md), and questions whose answers are printed; then `---` and what came out. BLESS=1 writes it: read
//! every line of the difference before it is committed.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod office;
mod stand_in;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use office::Office;
use office::say::say;

fn run(statements: &str) -> Result<String, String> {
    let mut office = Office::new();
    let mut out = String::new();
    for line in statements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with("rule: ") {
            continue;
        }
        match say(&mut office, line) {
            Ok(said) => out += &said,
            Err(why) => return Err(format!("{out}{line}\n  {why}")),
        }
    }
    Ok(out)
}

#[test]
fn every_case_comes_out_as_written() {
    text_cases::every("tests/cases/plans", run);
}
