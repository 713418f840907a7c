//! Runs the cases in tests/cases/settings: accounts, switches, connections and imports as text that a bookkeeper can check.
//!
//! A file holds cases; each begins with `rule: ACC-1  title`, then statements (tests/support/company.rs), then `---` and all
//! that was answered. BLESS=1 writes what came out into the files: read every line of the difference.

#[allow(dead_code, reason = "each test uses its part")]
mod support;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use support::company::Company;

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
    text_cases::every("tests/cases/settings", run);
}
