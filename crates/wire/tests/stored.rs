//! What the log keeps stays readable: a sample of every type and version of event, and all events of all cases.
//!
//! A sample in `samples/` is never edited once it is released. `saved-fee.1.json` is the first version of `saved` with a
//! fee. MILLBOOK_SAMPLES=write makes those that are missing, with every field and every alternative in them.

mod examples;
#[path = "../../book/tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use book::Event;
use serde_json::{Value, json};
use support::Shop;
use wire::{Unreadable, current_version, read, write};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// The rows that show every kind of event: file name without version → events.
fn wanted() -> BTreeMap<String, (String, String)> {
    let schema = schemars::schema_for!(Event).to_value();
    let mut wanted = BTreeMap::new();
    for (event, body) in examples::tagged(&schema, &schema) {
        let fields = body.get("properties").cloned().unwrap_or_default();
        let inner = ["content", "record"].into_iter().find(|field| fields.get(field).is_some());
        let kinds = inner.map(|field| (field, examples::tagged(&fields[field], &schema)));
        let version = current_version(&event);
        let row = |body: Value| json!({ "type": event, "v": version, "body": body });
        let Some((field, kinds)) = kinds else {
            let turns = examples::turns(&body, &schema);
            let rows: Vec<_> = (0..turns).map(|turn| row(examples::example(&body, &schema, turn))).collect();
            wanted.insert(event.clone(), (event.clone(), Value::from(rows).to_string()));
            continue;
        };
        for (kind, inside) in kinds {
            let rows = (0..examples::turns(&inside, &schema)).map(|turn| {
                let mut example = examples::example(&body, &schema, turn);
                example[field] = json!({ &*kind: examples::example(&inside, &schema, turn) });
                row(example)
            });
            let rows = Value::from(rows.collect::<Vec<_>>()).to_string();
            wanted.insert(format!("{event}-{kind}"), (event.clone(), rows));
        }
    }
    wanted
}

/// A row as the program writes it: fields in their order.
fn in_order(text: &str) -> String {
    let ordered: Vec<Value> = serde_json::from_str(text).expect("JSON");
    let rows = ordered.iter().map(|row| {
        let (event, version, body) = (&row["type"], &row["v"], &row["body"]);
        format!("{{\"type\":{event},\"v\":{version},\"body\":{body}}}")
    });
    let text = format!("[{}]", rows.collect::<Vec<_>>().join(","));
    write(&read::<Event>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

#[test]
fn every_type_and_version_has_a_sample_that_reads_back_to_the_byte() {
    let mut missing = Vec::new();
    for (name, (event, text)) in wanted() {
        for version in 1..=current_version(&event) {
            let path = folder().join(format!("{name}.{version}.json"));
            if !path.exists()
                && std::env::var("MILLBOOK_SAMPLES").is_ok()
                && version == current_version(&event)
            {
                fs::write(&path, in_order(&text) + "\n").expect("writable");
            }
            if !path.exists() {
                missing.push(format!("{name}.{version}.json"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no sample of {missing:?}: run with MILLBOOK_SAMPLES=write and look at what it wrote"
    );
    let mut read_files = 0;
    for entry in fs::read_dir(folder()).expect("samples") {
        let path = entry.expect("entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("text");
        let text = text.trim_end();
        let events = read::<Event>(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let rows: Vec<Value> = serde_json::from_str(text).expect("JSON");
        let newest = rows.iter().all(|row| {
            row["v"].as_u64() == Some(u64::from(current_version(row["type"].as_str().expect("a type"))))
        });
        if newest {
            assert_eq!(write(&events), text, "{name}: what was stored would be written otherwise now");
        }
        read_files += 1;
    }
    assert!(read_files > 25, "only {read_files} samples");
}

/// The events of all cases, case by case.
fn cases(under: &Path, each: &mut impl FnMut(&Shop)) {
    let mut entries: Vec<_> = fs::read_dir(under).expect("cases").map(|e| e.expect("entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            cases(&path, each);
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        for case in text.split("rule: ").skip(1).filter(|_| path.extension().is_some_and(|e| e == "txt")) {
            let mut shop = Shop::new();
            for line in case.lines().skip(1).take_while(|line| *line != "---") {
                // What is refused, or no statement, changes nothing.
                let _ = shop.say(line.trim_start_matches("refused ").trim());
            }
            each(&shop);
        }
    }
}

#[test]
fn events_of_all_cases_read_back() {
    let mut seen = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases");
    cases(&folder, &mut |shop| {
        let text = write(&shop.events);
        assert_eq!(read::<Event>(text.as_bytes()).expect("reads"), shop.events);
        seen += shop.events.len();
    });
    assert!(seen > 2_000, "only {seen} events");
}

#[test]
fn what_people_see_names_the_same_things_when_they_write_it() {
    let mut seen = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases");
    cases(&folder, &mut |shop| {
        for event in &shop.events {
            let shown = wire::event_shown(&shop.book, event);
            let (wish, expected) = match event {
                Event::Saved { content, .. } => (
                    json!({ "save": { "content": shown["saved"]["content"] } }),
                    json!({ "content": content }),
                ),
                Event::RecordSaved { id, record, .. } => {
                    let body = &shown["record_saved"];
                    let wish = json!({ "save_record": { "id": body["id"], "record": body["record"] } });
                    (wish, json!({ "id": id, "record": record }))
                }
                Event::Noted { .. } => (json!({ "note": shown["noted"] }), json!(null)),
                Event::LineClosed { .. } => (json!({ "close_line": shown["line_closed"] }), json!(null)),
                _ => continue,
            };
            let read =
                wire::command(&shop.book, wish.clone()).unwrap_or_else(|problem| panic!("{problem}\n{wish}"));
            let again = serde_json::to_value(&read).expect("JSON");
            let body = again.as_object().and_then(|tagged| tagged.values().next()).expect("a body");
            let stored = serde_json::to_value(event).expect("JSON");
            let body_stored = stored.as_object().and_then(|tagged| tagged.values().next()).expect("a body");
            assert_eq!(body, if expected.is_null() { body_stored } else { &expected }, "{wish}");
            seen += 1;
        }
    });
    assert!(seen > 2_000, "only {seen} events");
}

#[test]
fn what_a_newer_program_wrote_is_refused_with_what_is_needed() {
    let newer = |event: &str, version, known| Unreadable::Newer { event: event.into(), version, known };
    let unknown = read::<Event>(br#"[{"type":"teleported","v":2,"body":{"to":1}}]"#);
    assert_eq!(unknown, Err(newer("teleported", 2, None)));
    let later =
        read::<Event>(br#"[{"type":"line_reopened","v":7,"body":{"order":1,"line":0}}]"#).expect_err("later");
    assert_eq!(later, newer("line_reopened", 7, Some(1)));
    assert!(later.to_string().contains("version 7 is needed, this program knows up to 1"), "{later}");
    for text in [
        "",
        "[",
        "{}",
        "[{}]",
        "[1]",
        "null",
        "[{\"type\":\"saved\"}]",
        "[{\"v\":1,\"type\":\"saved\",\"body\":{}}]",
        "[{\"type\":\"saved\",\"v\":1,\"body\":{}}]",
        "[{\"type\":\"saved\",\"v\":0,\"body\":{}}]",
        "[{\"type\":\"line_reopened\",\"v\":1,\"body\":{\"order\":1,\"line\":0,\"more\":1}}]",
        "[{\"type\":\"line_reopened\",\"v\":1,\"body\":{\"order\":1,\"line\":0},\"more\":1}]",
    ] {
        let is_refused = matches!(
            read::<Event>(text.as_bytes()),
            Err(Unreadable::Malformed(_) | Unreadable::Newer { .. })
        );
        assert!(is_refused, "{text}");
    }
}
