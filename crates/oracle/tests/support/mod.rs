//! What the oracle says, line by line, for tests.
//!
//! Not here: what is right; the tests say so.

use oracle::Oracle;

/// Columns are aligned for people; here only words count.
fn words(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

/// Of what the oracle prints, the lines that begin with a word.
pub fn says(statements: &str, beginning: &str, expected: &str) {
    let out = Oracle::run(statements).expect("statements");
    let found: Vec<String> = words(&out).into_iter().filter(|line| line.starts_with(beginning)).collect();
    assert_eq!(found, words(expected), "\n{out}");
}

/// 100 pieces of wood at 2.00 each, and what is made of them.
pub const WOOD: &str = "item WOOD bought
    item LEG made
    item TABLE made
    opening ST-1 2026-03-01: 100 WOOD 200.00
    ";
