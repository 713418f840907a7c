//! The command line as a person uses it: the walk of the README, wrong input, an empty company, a second writer, damage.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn millbook(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.current_dir(folder).env_remove("MILLBOOK_DB").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    // A program that refuses its arguments doesn't read.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child.wait_with_output().expect("ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn company(folder: &Path) {
    for arguments in [&["init"][..], &["company", "add", "jam", "--currency", "NZD"]] {
        let done = millbook(folder, arguments, "");
        assert!(done.status.success(), "{}", said(&done));
    }
}

const UNIT: &str = r#"{"save_record":{"record":{"unit":{"code":"kg","name":"kilogram"}}}}"#;

#[test]
fn the_walk_of_the_readme_works_as_it_is_pasted() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md"));
    let readme = readme.expect("README.md");
    let section = readme.split("## From the command line").nth(1).expect("its section");
    let script = section.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let folder = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_millbook")).parent().expect("its folder").to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let done =
        Command::new("sh").args(["-ec", script]).current_dir(&folder).env("PATH", path).output().expect("sh");
    let text = out(&done);
    assert!(done.status.success(), "{text}\n{}", said(&done));
    assert_eq!(text.matches("{\"ok\":").count(), 9, "{text}");
    assert!(!text.contains("refused"), "{text}");
    // 4 of 10 kg were sold: 3.60 of a fee of 9.00 goes to their cost, 5.40 stays on the lot.
    assert!(text.contains(r#""documents":[{"after":"31.60","before":"28.00","document":"SH-1"}]"#), "{text}");
    assert!(
        text.contains(r#"[{"item":"BERRY","quantity":"6","value":"42.00","warehouse":"Main"}]"#),
        "{text}"
    );
    assert!(
        text.contains("tie  Cost of goods sold: contributions 28.00, ledger 28.00, difference 0.00"),
        "{text}"
    );
    assert!(text.contains("forward    taken    2026-03-05  SH-1      shipment  The corner shop"), "{text}");
    assert!(text.contains("tie  Materials: lots 42.00, ledger 42.00, difference 0.00"), "{text}");
}

#[test]
fn wrong_use_is_told_by_exit_codes_and_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let check = |arguments: &[&str], input: &str, code: i32, words: &str| {
        let done = millbook(at, arguments, input);
        let text = format!("{}{}", out(&done), said(&done));
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains(words), "{arguments:?}: {text}");
    };
    check(&[], "", 2, "A first walk");
    check(&["query", "stock", "--company", "jam"], "", 3, "Make it with `millbook init --db millbook.db`");
    check(&["do", "--company", "jam"], UNIT, 3, "There is no file");
    assert!(!at.join("millbook.db").exists(), "asking makes no file");
    check(&["init"], "", 0, "is ready");
    check(&["init"], "", 0, "is ready");
    check(&["do", "--company", "jam"], UNIT, 1, "Make one: `millbook company add CODE");
    check(&["company", "add", "jam", "--currency", "KIWI"], "", 2, "ISO 4217");
    check(&["company", "add", "jam", "--currency", "NZD", "--zone", "Moon/Sea"], "", 2, "Pacific/Auckland");
    check(&["company", "add", "a b", "--currency", "NZD"], "", 1, "can't be a company's code");
    check(&["company", "add", "jam", "--currency", "NZD"], "", 0, "company 1");
    check(&["company", "add", "JAM", "--currency", "NZD"], "", 1, "already");
    check(&["user", "add", "ana"], "", 2, "--password-stdin");
    check(&["user", "add", "ana", "--password-stdin"], "short\n", 1, "15 to 1000 are needed");
    check(&["user", "roles", "ana", "--company", "jam", "--roles", "viewer"], "", 1, "no user \"ana\"");
    check(&["user", "add", "ana", "--password-stdin"], "three horses and a cart\n", 0, "user 1");
    check(&["do", "--company", "jam", "--as", "bo"], UNIT, 1, "no user \"bo\"");
    check(&["do", "--company", "jam", "--today", "soon"], UNIT, 2, "2026-03-02");
    check(&["do", "--company", "jam", "--json", "nothing.jsonl"], "", 3, "nothing.jsonl can't be read");
    check(&["query", "stonk", "--company", "jam"], "", 1, "Ask one of: accounts");
    check(&["query", "stock", "--company", "jam", "--json", "{"], "", 1, "at line 1, column 1");
    check(&["explain", "cash", "--company", "jam"], "", 1, "There is no account role cash");
    check(&["trace", "R-1/1", "--company", "jam"], "", 1, "There is no lot");
    check(&["schema", "commands"], "", 0, "https://json-schema.org/draft/2020-12/schema");
    check(&["config"], "", 0, "SQLite, from the default");
    check(&["verify"], "", 0, "replay = state");
}

#[test]
fn every_query_answers_for_an_empty_company() {
    let folder = tempfile::tempdir().expect("a folder");
    company(folder.path());
    let all = millbook(folder.path(), &["schema", "queries"], "");
    let all: Value = serde_json::from_str(&out(&all)).expect("JSON");
    for (name, query) in all.as_object().expect("queries") {
        if query["arguments"].get("required").is_none() {
            let done = millbook(folder.path(), &["query", name, "--company", "jam"], "");
            assert!(done.status.success(), "{name}: {}", said(&done));
            serde_json::from_str::<Value>(&out(&done)).expect("JSON");
        }
    }
}

#[test]
fn lines_are_answered_in_order_and_what_is_refused_is_not_done() {
    let folder = tempfile::tempdir().expect("a folder");
    company(folder.path());
    let with_id = format!(r#"{{"id":"one","command":{UNIT}}}"#);
    let input =
        format!("{with_id}\n\n{{\n{with_id}\n{UNIT}\n{{\"id\":\"one\",\"command\":{{}}}}\n\"\u{e9}\"");
    let done = millbook(folder.path(), &["do", "--company", "jam", "--json", "-"], &input);
    let answers = lines(&done);
    let code = |at: usize| answers[at]["refused"]["code"].as_str().unwrap_or("done").to_owned();
    let codes: Vec<String> = (0..answers.len()).map(code).collect();
    assert_eq!(codes, ["done", "bad-input", "done", "E202", "command-id-reused", "bad-input"]);
    assert_eq!((&answers[0]["ok"]["repeated"], &answers[2]["ok"]["repeated"]), (&false.into(), &true.into()));
    assert_eq!(answers[1]["refused"]["facts"]["input_line"], "3");
    assert_eq!((done.status.code(), said(&done).contains("4 refused")), (Some(1), true));
    // Tried out, nothing is there afterwards; each line sees what the lines before it would have done.
    let two = "{\"save_record\":{\"record\":{\"unit\":{\"code\":\"pc\",\"name\":\"piece\"}}}}\n{\"archive\":{\"unit\":\"pc\"}}";
    let tried = millbook(folder.path(), &["do", "--company", "jam", "--dry-run"], two);
    assert_eq!((tried.status.code(), lines(&tried).len()), (Some(0), 2), "{}", out(&tried));
    let units = millbook(folder.path(), &["query", "units", "--company", "jam"], "");
    assert!(!out(&units).contains("piece"));
}

#[test]
fn answers_come_while_the_input_is_still_open_and_a_second_writer_is_told_who_writes() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().expect("a folder");
    company(folder.path());
    let mut first = Command::new(env!("CARGO_BIN_EXE_millbook"))
        .current_dir(&folder)
        .env_remove("MILLBOOK_DB")
        .args(["do", "--company", "jam"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut input = first.stdin.take().expect("an input");
    let mut answers = BufReader::new(first.stdout.take().expect("an output")).lines();
    for code in ["kg", "pc"] {
        writeln!(input, "{}", UNIT.replace("kg", code)).expect("takes a line");
        let answer = answers.next().expect("an answer").expect("text");
        assert!(answer.starts_with("{\"ok\":"), "{answer}");
        // Durable, and to be read beside the one who writes.
        let seen = millbook(folder.path(), &["query", "units", "--company", "jam"], "");
        assert!(out(&seen).contains(&format!("\"{code}\"")), "{}", out(&seen));
        let second = millbook(folder.path(), &["do", "--company", "jam"], UNIT);
        assert_eq!(second.status.code(), Some(3));
        assert!(said(&second).contains(&format!("in use by process {}", first.id())), "{}", said(&second));
    }
    drop(input);
    assert!(first.wait().expect("ends").success());
}

#[test]
fn damage_is_found_named_and_exits_with_4() {
    let folder = tempfile::tempdir().expect("a folder");
    company(folder.path());
    let done = millbook(
        folder.path(),
        &["do", "--company", "jam"],
        &format!("{UNIT}\n{}", UNIT.replace("kilogram", "piece").replace("kg", "pc")),
    );
    assert!(done.status.success());
    let file = folder.path().join("millbook.db");
    let mut bytes = std::fs::read(&file).expect("the file");
    let at = bytes.windows(8).position(|part| part == b"kilogram").expect("the name");
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).expect("writes");
    let verified = millbook(folder.path(), &["verify", "--json"], "");
    assert_eq!(verified.status.code(), Some(4), "{}", out(&verified));
    let jam = lines(&verified).into_iter().find(|line| line["log"] == "jam").expect("the company");
    assert_eq!((&jam["findings"][0]["row"], &jam["findings"][0]["check"]), (&2.into(), &"chain".into()));
}

// rule: SEC-1
#[test]
fn a_person_asks_for_what_their_roles_may_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    company(at);
    for (login, roles) in [("sam", "sales,viewer"), ("wim", "warehouse"), ("vic", "viewer"), ("new", "")] {
        millbook(at, &["user", "add", login, "--password-stdin"], "three horses and a cart\n");
        if !roles.is_empty() {
            millbook(at, &["user", "roles", login, "--company", "jam", "--roles", roles], "");
        }
    }
    let item = r#"{"save_record":{"record":{"item":{"code":"JAM","name":"Jam","unit":"kg"}}}}"#;
    let two = format!("{UNIT}\n{item}\n");
    let asked = |login: &str, more: &[&str], input: &str| {
        let done = millbook(at, &[&["do", "--company", "jam", "--as", login], more].concat(), input);
        (done.status.code(), lines(&done))
    };
    // Refused with code, facts and who may; nothing of it is done, and a trial says the same.
    for more in [&[][..], &["--dry-run"]] {
        for (login, roles) in [("wim", "warehouse"), ("vic", "viewer"), ("new", "")] {
            let (code, answers) = asked(login, more, &two);
            assert_eq!((code, answers.len()), (Some(1), 2), "{login}: {answers:?}");
            let refused = &answers[0]["refused"];
            assert_eq!(refused["code"], "not-allowed", "{refused}");
            assert_eq!(refused["message"], "You may not change any unit in jam.");
            let who = "Ask somebody who may: an administrator, bookkeeper, purchaser, production, sales.";
            assert_eq!(refused["remedy"], who);
            assert_eq!(
                (&refused["facts"]["company"], &refused["facts"]["roles"]),
                (&"jam".into(), &roles.into())
            );
        }
    }
    // What the line before makes counts when the next one is judged.
    let (code, answers) = asked("sam", &[], &format!("{two}{{\"archive\":{{\"item\":\"JAM\"}}}}\n"));
    assert_eq!((code, answers.len()), (Some(0), 3), "{answers:?}");
    let warehouse = r#"{"save_record":{"record":{"warehouse":{"code":"Main","name":"Main store"}}}}"#;
    let (code, answers) = asked("sam", &[], warehouse);
    assert_eq!((code, &answers[0]["refused"]["code"]), (Some(1), &"not-allowed".into()), "{answers:?}");
    // Whoever has the machine may everything; a bundle may have anything in it.
    let done = millbook(at, &["do", "--company", "jam"], warehouse);
    assert_eq!(done.status.code(), Some(0), "{}", out(&done));
    let bundle = at.join("bundle");
    std::fs::create_dir(&bundle).expect("a folder");
    std::fs::write(bundle.join("unit.csv"), "code,name\npc,piece\n").expect("written");
    let import = |more: &[&str]| {
        let done = millbook(at, &[&["import", "bundle", "--company", "jam", "--dry-run"], more].concat(), "");
        (done.status.code(), format!("{}{}", out(&done), said(&done)))
    };
    let (code, text) = import(&["--as", "sam"]);
    assert!(code == Some(1) && text.contains("You may not change any purchase order in jam."), "{text}");
    let (code, text) = import(&[]);
    assert!(code == Some(0) && text.contains("1 would be made"), "{text}");
}

/// Commands with what they read and how they end.
#[cfg(unix)]
const ENDINGS: [(&[&str], &str, i32); 12] = [
    (&["company", "list"], "", 0),
    (&["query", "units", "--company", "jam"], "", 0),
    (&["schema", "events"], "", 0),
    (&["config"], "", 0),
    (&["--help"], "", 0),
    (&["verify"], "", 0),
    (&["do", "--company", "jam"], UNIT, 0),
    (&["do", "--company", "jam"], "{\n", 1),
    (&["query", "units", "--company", "none"], "", 1),
    (&["query"], "", 2),
    (&["verify", "--db", "none.db"], "", 3),
    (&["export", "bundle", "--company", "jam", "jam.db"], "", 3),
];

/// Whoever read has gone away (`| head -1`), on either side; then a disk that takes nothing.
#[cfg(unix)]
#[test]
fn who_reads_may_go_away_and_nothing_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    company(folder.path());
    std::fs::write(folder.path().join("jam.db"), "").expect("a file that is no folder");
    let gone = || Stdio::from(std::io::pipe().expect("a pipe").1);
    let run = |(arguments, input, _): (&[&str], &str, i32), out: Stdio, error: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
        command.current_dir(folder.path()).env_remove("MILLBOOK_DB").args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(out).stderr(error).spawn().expect("starts");
        let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
        child.wait_with_output().expect("ends")
    };
    for ending in ENDINGS {
        let (arguments, _, code) = ending;
        assert_eq!(run(ending, Stdio::null(), gone()).status.code(), Some(code), "{arguments:?}");
        let unread = run(ending, gone(), Stdio::piped());
        let ends = unread.status.code().expect("by itself");
        // What is wrong with a line is an answer: with nobody to read it the rest isn't asked.
        assert!(ends == code || (arguments[0] == "do" && ends == 0), "{arguments:?}: {ends}");
        assert!(!said(&unread).contains("panicked"), "{}", said(&unread));
        if ends == 0 {
            assert_eq!(said(&unread), "", "quietly");
        }
    }
    if let Ok(full) = std::fs::File::options().write(true).open("/dev/full") {
        let told = run(ENDINGS[0], full.into(), Stdio::piped());
        assert_eq!(told.status.code(), Some(3));
        assert!(said(&told).contains("The output can't be written"), "{}", said(&told));
    }
}
