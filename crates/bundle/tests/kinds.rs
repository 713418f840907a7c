//! docs/bundle.md has every kind and every column, as the schema of commands says it; BLESS=1 writes its tables.

use std::fmt::Write;
use std::path::Path;

use bundle::{Family, Turn, kinds};

const BEGIN: &str = "<!-- generated from here: BLESS=1 cargo test -p bundle --test kinds -->\n";

#[test]
fn the_page_names_every_column() {
    let mut text = String::new();
    for kind in kinds() {
        let turn = match (kind.turn, kind.day) {
            (Turn::First, _) => "before everything that has a day".to_owned(),
            (Turn::OnItsDay, Some(day)) => format!("on `{}`", kind.columns[day].name),
            (Turn::OnItsDay, None) => "on its day".to_owned(),
            (Turn::Last, _) => "after everything that has a day".to_owned(),
        };
        let known: Vec<String> =
            kind.known_by.iter().map(|at| format!("`{}`", kind.columns[*at].name)).collect();
        let known = match kind.family {
            Family::Other => "each row is one".to_owned(),
            _ => format!("known by {}", known.join(" or ")),
        };
        write!(text, "\n## {}\n\n{known}; applied {turn}\n\n", kind.file()).expect("a string");
        text.push_str("| column | holds | needed | what it is |\n|---|---|---|---|\n");
        for column in &kind.columns {
            let needed = match column.needed_from {
                Some(0) => "yes",
                Some(_) => "with its like",
                None => "",
            };
            let says = column.says.replace('|', "\\|");
            writeln!(text, "| {} | {} | {needed} | {says} |", column.name, column.holds).expect("a string");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bundle.md");
    let there = std::fs::read_to_string(&path).expect("docs/bundle.md");
    let (head, old) = there.split_once(BEGIN).expect("the mark");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{head}{BEGIN}{text}")).expect("writable");
    }
    let current = old == text || std::env::var_os("BLESS").is_some();
    assert!(current, "docs/bundle.md is stale: BLESS=1 cargo test -p bundle --test kinds writes it");
}

#[test]
fn every_kind_has_its_turn_and_its_own_column_names() {
    for kind in kinds() {
        assert!(bundle::has_turn(&kind.name), "`{}` needs a row in the table of turns, kinds.rs", kind.name);
        let mut names: Vec<&str> = kind.columns.iter().map(|column| column.name.as_str()).collect();
        names.extend([bundle::ENTRY, bundle::ASKED]);
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{}: two columns of one name", kind.name);
        let depth = kind.columns.iter().map(bundle::Column::depth).max();
        assert!(depth.is_none_or(|depth| depth <= 2), "{}: lists in lists in lists", kind.name);
    }
}
