//! Plays the scenarios in tests/cases: rules of synchronisation as text that a bookkeeper can check.
//!
//! A file holds cases; each begins with `rule: DOC-1, SEL-6  title`. A line that begins with two spaces goes on with the line
//! before it; `#` is a comment. What is wrong is told by file and line. BLESS=1 writes the texts of refusals, reasons and log
//! lines into the files, never an amount: read every line of the difference.

mod scenario;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use scenario::Scene;
use std::fs;
use std::path::Path;

/// Plays a case that begins at line `first`; what came out otherwise, and the case with its texts filled in.
fn play(text: &str, first: usize) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut scene = Scene::new();
    if !lines.contains(&"unconnected")
        && let Err(why) = scene.usual()
    {
        return (text.to_owned(), Some(format!("{first}: the usual connection: {why}")));
    }
    let mut out: Vec<String> = Vec::new();
    let mut problem = None;
    let mut at = 0;
    while at < lines.len() {
        let begin = at;
        let mut line = lines[at].to_owned();
        at += 1;
        while at < lines.len() && lines[at].starts_with("  ") {
            line += " ";
            line += lines[at].trim();
            at += 1;
        }
        let skipped = line == "unconnected"
            || line.starts_with("rule: ")
            || line.starts_with('#')
            || line.trim().is_empty();
        let played = if skipped || problem.is_some() { Ok(()) } else { scene.say(line.trim_end()) };
        match (played, scene.blessed.take()) {
            (_, Some(filled)) if text_cases::blessing() => out.push(filled),
            (Err(why), _) => {
                problem = Some(format!("{}: {line}\n  {why}", first + begin));
                out.extend(lines[begin..at].iter().map(|line| (*line).to_owned()));
            }
            _ => out.extend(lines[begin..at].iter().map(|line| (*line).to_owned())),
        }
    }
    if problem.is_none()
        && let Err(why) = scene.nothing_refused()
    {
        problem = Some(format!("{}: at its end {why}", first + at));
    }
    (out.join("\n") + "\n", problem)
}

#[test]
fn every_scenario_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut count, mut problems) = (0, Vec::new());
    for file in text_cases::files(&folder) {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let (mut blessed, mut line) = (String::new(), 1);
        for whole in text_cases::parts(&text) {
            let first = line;
            line += whole.lines().count();
            if !whole.starts_with("rule: ") || !format!("{name} {whole}").contains(&only) {
                blessed += &whole;
                continue;
            }
            count += 1;
            let (filled, problem) = play(&whole, first);
            problems.extend(problem.map(|why| format!("tests/cases/{name}:{why}")));
            blessed += &filled;
        }
        if text_cases::blessing() {
            fs::write(&file, blessed).expect("writable");
        }
    }
    println!("{count} scenarios");
    assert!(problems.is_empty(), "\n{}\n{} of {count} scenarios", problems.join("\n\n"), problems.len());
}
