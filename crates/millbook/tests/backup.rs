//! `millbook backup` and `restore` as a person uses them: beside a writer, into a new place, never over anything.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use store::contract::server::Server;

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.current_dir(folder).env_remove("MILLBOOK_DB").args(arguments);
    command
}

fn millbook(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).stdin(Stdio::null()).output().expect("runs")
}

/// What it printed, when it did what it should.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let ran = millbook(folder, arguments);
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn refused(folder: &Path, arguments: &[&str], code: i32, words: &str) {
    let ran = millbook(folder, arguments);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: {said}");
}

fn unit(code: &str) -> String {
    format!(r#"{{"save_record":{{"record":{{"unit":{{"code":"{code}","name":"unit {code}"}}}}}}}}"#)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A company with a writer at work, a backup beside it, and the questions asked of both.
#[test]
fn a_backup_beside_a_writer_restores_to_the_same_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    done(at, &["init"]);
    done(at, &["company", "add", "jam", "--currency", "NZD"]);
    let mut writer = command(at, &["do", "--company", "jam"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut input = writer.stdin.take().expect("an input");
    let mut answers = BufReader::new(writer.stdout.take().expect("an output")).lines();
    let mut write = |code: &str| {
        writeln!(input, "{}", unit(code)).expect("takes a line");
        assert!(answers.next().expect("an answer").expect("text").starts_with("{\"ok\":"));
    };
    write("kg");
    write("pc");
    let seen = done(at, &["query", "units", "--company", "jam"]);
    let said = done(at, &["backup", "kept.db"]);
    assert_eq!(said, "kept.db holds companies: 1, commands: 4, events: 4, items beside them: 0.\n");
    write("box");
    drop(input);
    assert!(writer.wait().expect("ends").success());
    assert!(!names(at).iter().any(|name| name.contains(".part")), "{:?}", names(at));

    done(at, &["restore", "kept.db", "--db", "again.db"]);
    done(at, &["verify", "--db", "again.db"]);
    assert_eq!(done(at, &["query", "units", "--company", "jam", "--db", "again.db"]), seen);
    assert_ne!(done(at, &["query", "units", "--company", "jam"]), seen, "the box came later");

    refused(at, &["backup", "kept.db"], 3, "kept.db is there already and is not replaced");
    refused(at, &["restore", "kept.db"], 3, "millbook.db is there already");
    refused(at, &["restore", "nothing.db", "--db", "new.db"], 3, "there is no file nothing.db");
    std::fs::write(at.join("text.db"), "Dear diary").expect("writes");
    refused(at, &["restore", "text.db", "--db", "new.db"], 3, "isn't an SQLite file");
    refused(at, &["backup", "no/such/folder.db"], 3, "can't be written");
    assert!(!at.join("new.db").exists());
}

#[test]
fn damage_is_not_backed_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    done(at, &["init"]);
    done(at, &["company", "add", "jam", "--currency", "NZD"]);
    let file = at.join("millbook.db");
    let mut bytes = std::fs::read(&file).expect("the file");
    let place = bytes.windows(8).position(|part| part == b"\"opened\"").expect("the first event");
    bytes[place + 1] ^= 1;
    std::fs::write(&file, bytes).expect("writes");
    refused(at, &["backup", "kept.db"], 4, "company 1: the row at event 1 was changed after it was written");
    assert_eq!(names(at).iter().filter(|name| name.starts_with("kept")).count(), 0, "{:?}", names(at));
}

/// From a file into a database, to work there, and back into a file.
#[test]
fn a_company_moves_to_postgres_and_back() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let socket = server.url().split(' ').next().expect("host=…").to_owned();
    let url = format!("postgresql://millbook@/postgres?{socket}");
    done(at, &["init"]);
    done(at, &["company", "add", "jam", "--currency", "NZD"]);
    done(at, &["backup", "kept.db"]);
    done(at, &["restore", "kept.db", "--db", &url]);
    refused(at, &["restore", "kept.db", "--db", &url], 3, "holds companies already");
    std::fs::write(at.join("one.jsonl"), unit("kg")).expect("writes");
    done(at, &["do", "--company", "jam", "--db", &url, "--json", "one.jsonl"]);
    done(at, &["backup", "back.db", "--db", &url]);
    done(at, &["verify", "--db", "back.db"]);
    let there = done(at, &["query", "units", "--company", "jam", "--db", &url]);
    assert!(there.contains("unit kg"), "{there}");
    assert_eq!(done(at, &["query", "units", "--company", "jam", "--db", "back.db"]), there);
}
