//! `millbook bench` as a person uses it: a table with ratios, JSON, wrong numbers, and nothing left behind.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use store::contract::server::Server;

fn bench(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    let small = ["bench", "--slice", "10", "--entries", "20", "--writers", "1,3"];
    command.current_dir(folder).env_remove("MILLBOOK_DB").args(small).args(arguments).output().expect("runs")
}

fn left(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_table_of_figures_and_nothing_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = bench(folder.path(), &[]);
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for what in [
        "durable commands, 1 writer ",
        "3 writers on one company",
        "3 writers on as many companies",
        "import of 100 movements",
        "cold start of 224 events without a snapshot",
        "cold start of 224 events with a snapshot",
        "A ratio of 0.50 or more is good",
    ] {
        assert!(text.contains(what), "{what}: {text}");
    }
    assert_eq!(left(folder.path()), Vec::<String>::new());
}

#[test]
fn both_engines_as_json_and_no_schema_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let done = bench(folder.path(), &["--json", "--db", &server.url()]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value = serde_json::from_slice(&done.stdout).expect("one JSON object");
    let figures = told["figures"].as_array().expect("figures");
    let of = |engine: &str| figures.iter().filter(|one| one["engine"] == engine).count();
    assert_eq!((of("SQLite"), of("PostgreSQL"), figures.len()), (10, 10, 20), "{told}");
    for one in figures {
        let what = one["what"].as_str().expect("a name");
        assert!(
            one["value"].as_u64().is_some_and(|value| value > 0) || what.starts_with("cold start"),
            "{one}"
        );
        assert_eq!(one["ratio"].is_string(), what.starts_with("durable commands"), "{one}");
    }
    assert_eq!(left(folder.path()), Vec::<String>::new());
    let settings = store::postgres::Settings::new(server.url());
    assert_eq!(store::bare::temporary_schemas(&settings).expect("answers"), Vec::<String>::new());
}

#[test]
fn wrong_numbers_are_wrong_use() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in [["--writers", "0"], ["--writers", "many"], ["--entries", "0"], ["--slice", "1"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
        let done = command.current_dir(&folder).arg("bench").args(wrong).output().expect("runs");
        assert_eq!(done.status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(left(folder.path()), Vec::<String>::new());
}
