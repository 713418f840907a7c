//! Runs the cases in tests/cases/plans: what is planned, what becomes of documents and why, what people decide.
//!
//! A case begins with `rule: IDS  title`, then lines: statements of the book's own notation, lines about Xero and the settings
//! (tests/cases/plans/README.md), and questions whose answers are printed; then `---` and what came out. BLESS=1 writes it: read
//! every line of the difference before it is committed.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod office;
mod stand_in;

use std::fs;
use std::path::Path;

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
    let (mut count, mut problems) = (0, Vec::new());
    let wanted = std::env::var("CASE").unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plans");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let mut blessed = String::new();
        for case in
            text.split_inclusive('\n').collect::<Vec<_>>().chunk_by(|_, next| !next.starts_with("rule: "))
        {
            let case: String = case.concat();
            if !case.starts_with("rule: ") || !case.contains(&wanted) {
                blessed += &case;
                continue;
            }
            count += 1;
            let (statements, expected) = case.split_once("---\n").unwrap_or((&case, ""));
            let title = statements.lines().next().unwrap_or_default();
            match run(statements) {
                Err(why) => {
                    problems.push(format!("{}\n{title}\n{why}", file.display()));
                    blessed += &case;
                }
                Ok(out) => {
                    if out.trim() != expected.trim() {
                        problems.push(format!(
                            "{}\n{title}\nexpected:\n{expected}\ncame out:\n{out}",
                            file.display()
                        ));
                    }
                    blessed += &format!("{}\n---\n{out}\n", statements.trim_end());
                }
            }
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, blessed).expect("writable");
        }
    }
    assert!(problems.is_empty(), "\n{}\n{} of {count} cases", problems.join("\n\n"), problems.len());
    assert!(count > 0, "no cases");
}
