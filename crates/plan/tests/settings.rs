//! Runs the cases in tests/cases/settings: accounts, switches, connections and imports as text that a bookkeeper can check.
//!
//! A file holds cases; each begins with `rule: ACC-1  title`, then statements (tests/support/company.rs), then `---` and all
//! that was answered. BLESS=1 writes what came out into the files: read every line of the difference.

#[allow(dead_code, reason = "each test uses its part")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::company::Company;

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/settings");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/cases/settings")
        .map(|entry| entry.expect("entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

fn run(statements: &str) -> Result<String, String> {
    let mut company = Company::new();
    let mut out = String::new();
    for line in statements.lines().map(str::trim) {
        if !(line.is_empty() || line.starts_with('#') || line.starts_with("rule: ")) {
            out += &company.say(line).map_err(|why| format!("{line}\n  {why}"))?;
        }
    }
    match out.contains(['{', '}']) {
        true => Err(format!("a brace is left:\n{out}")),
        false => Ok(out),
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let (mut count, mut problems) = (0, Vec::new());
    for file in case_files() {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut blessed = String::new();
        for case in lines.chunk_by(|_, next| !next.starts_with("rule: ")) {
            let case = case.concat();
            let Some((statements, wanted)) = case.split_once("---\n") else {
                blessed += &case;
                continue;
            };
            count += 1;
            let title = statements.lines().next().unwrap_or_default();
            match run(statements) {
                Ok(out) if out.trim() == wanted.trim() => {}
                Ok(out) => problems.push(format!("{title}\nwanted:\n{wanted}\ngot:\n{out}")),
                Err(why) => problems.push(format!("{title}\n{why}")),
            }
            let out = run(statements).unwrap_or_else(|why| why);
            blessed += &format!("{statements}---\n{out}\n");
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, blessed.trim_end().to_owned() + "\n").expect("writable");
        }
    }
    assert!(count > 0, "no cases");
    assert!(problems.is_empty() || std::env::var_os("BLESS").is_some(), "\n{}", problems.join("\n"));
}
