//! Cases as text: files in which a case begins with `rule: POST-8.1, INV-2  title`, then come statements, then `---` and what must
//! come out of them.
//!
//! ```text
//! rule: POST-2.1  goods come in
//! receive R-1 2026-03-01: 10 STEEL @ 5.00
//! ---
//! 2026-03-01  Materials 50.00  Purchases -50.00
//! ```
//! `CASE=POST-2.1 cargo test …` runs only those whose text has this. `BLESS=1` writes what came out into the files: read every line
//! of the difference before it is committed. Not here: what statements mean (each test's own notation).

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every `.txt` file under a folder, in order of names.
pub fn files(under: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(under).unwrap_or_else(|why| panic!("{}: {why}", under.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    let of_entry = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => Vec::from_iter(path.extension().is_some_and(|end| end == "txt").then_some(path)),
    };
    entries.into_iter().flat_map(of_entry).collect()
}

/// Whether what came out is to be written into the files.
pub fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// The parts of a file, each but perhaps the first a case.
pub fn parts(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.chunk_by(|_, next| !next.starts_with("rule: ")).map(<[&str]>::concat).collect()
}

/// A case taken apart: its statements, and what must come out, which is nothing yet in a new one.
pub fn apart(case: &str) -> Option<(&str, &str)> {
    case.starts_with("rule: ").then(|| case.split_once("---\n").unwrap_or((case, "")))
}

/// Runs every case under a folder of this crate's tests: `run` gets its statements, and says what came out, or why it can't be run.
///
/// # Panics
/// A case comes out otherwise than it is written, or there is none.
pub fn every(folder: &str, run: impl Fn(&str) -> Result<String, String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut count, mut problems) = (0, Vec::new());
    for file in files(&folder) {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let mut blessed = String::new();
        for part in parts(&text) {
            let Some((statements, wanted)) = apart(&part).filter(|_| part.contains(&only)) else {
                blessed += &part;
                continue;
            };
            count += 1;
            let title = statements.lines().next().unwrap_or_default();
            let problem = match run(statements) {
                Err(why) => {
                    blessed += &part;
                    Some(why)
                }
                Ok(out) => {
                    blessed += &format!("{}\n---\n{}\n\n", statements.trim_end(), out.trim_end());
                    let is_so = out.trim() == wanted.trim();
                    (!is_so).then(|| format!("expected:\n{wanted}\ncame out:\n{out}"))
                }
            };
            problems.extend(problem.map(|why| format!("{}\n{title}\n{why}", file.display())));
        }
        if blessing() {
            let end = &text[text.trim_end().len()..];
            fs::write(&file, format!("{}{end}", blessed.trim_end())).expect("writable");
        }
    }
    println!("{count} cases");
    assert!(problems.is_empty(), "\n{}\n{} of {count} cases", problems.join("\n\n"), problems.len());
    assert!(count > 0, "no cases under {}", folder.display());
}
