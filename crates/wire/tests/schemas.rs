//! The published schemas held against documents by a validator that isn't ours: what the cases say and answer fits them, and
//! a schema never says less or, in matters of form, more than the reader.

mod examples;
#[path = "../../book/tests/support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use book::{Command, Event};
use boon::{Compiler, SchemaIndex, Schemas};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::Shop;
use wire::{Contract, command, event_shown, queries, schema};

/// A compiled schema.
struct Judge(Schemas, SchemaIndex);

impl Judge {
    fn of(schema: Value) -> Judge {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("millbook.json", schema).expect("a resource");
        let index = compiler.compile("millbook.json", &mut schemas).expect("a schema");
        Judge(schemas, index)
    }

    fn objection(&self, value: &Value) -> Option<String> {
        self.0.validate(value, self.1).err().map(|error| format!("{error:#}"))
    }
}

/// Every case as a shop, after its last statement.
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
fn events_and_commands_of_all_cases_and_answers_about_them_fit() {
    let (events, commands) =
        (Judge::of(schema::<Event>(Contract::Written)), Judge::of(schema::<Command>(Contract::Read)));
    let answers: Vec<_> = queries().iter().map(|query| (query, Judge::of(query.answer()))).collect();
    let mut seen = (0, 0, 0);
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases"), &mut |shop| {
        for event in &shop.events {
            let shown = event_shown(&shop.book, event);
            assert_eq!(events.objection(&shown), None, "{shown}");
            seen.0 += 1;
            let wish = match event {
                Event::Saved { .. } => json!({ "save": { "content": shown["saved"]["content"] } }),
                Event::RecordSaved { .. } => {
                    let body = &shown["record_saved"];
                    json!({ "save_record": { "id": body["id"], "record": body["record"] } })
                }
                Event::Noted { .. } => json!({ "note": shown["noted"] }),
                Event::LineClosed { .. } => json!({ "close_line": shown["line_closed"] }),
                _ => continue,
            };
            assert_eq!(commands.objection(&wish), None, "{wish}");
            seen.1 += 1;
        }
        // Every tenth shop answers whatever it can be asked without saying what about.
        if seen.0 % 10 == 0 {
            for (query, judge) in &answers {
                if let Ok(answer) = query.ask(&shop.book, json!({})) {
                    assert_eq!(judge.objection(&answer), None, "{}: {answer}", query.name);
                    seen.2 += 1;
                }
            }
        }
    });
    assert!(seen.0 > 2_000 && seen.1 > 2_000 && seen.2 > 300, "only {seen:?}");
}

/// Changes one place: takes a field away, adds one, or puts something else there.
fn spoil(value: &mut Value, path: &[usize], how: usize) {
    let here = path.is_empty();
    match value {
        Value::Object(object) if here && how == 0 => {
            object.insert("surplus".to_owned(), json!(1));
        }
        Value::Object(object) if here && how == 1 => {
            if let Some(first) = object.keys().next().cloned() {
                object.remove(&first);
            }
        }
        _ if here => {
            *value = [json!(1.5), json!([1]), json!({ "odd": 1 }), json!(true), json!("?")][how % 5].clone()
        }
        Value::Object(object) if !object.is_empty() => {
            let at = path[0] % object.len();
            object.values_mut().nth(at).into_iter().for_each(|inner| spoil(inner, &path[1..], how));
        }
        Value::Array(all) if !all.is_empty() => {
            let at = path[0] % all.len();
            spoil(&mut all[at], &path[1..], how);
        }
        _ => spoil(value, &[], how),
    }
}

/// The schema of commands, compiled once.
static COMMANDS: LazyLock<(Value, Judge)> = LazyLock::new(|| {
    let root = schema::<Command>(Contract::Read);
    (root.clone(), Judge::of(root))
});

/// Mistakes that serde finds before anybody looks a name up or reads a number.
const OF_FORM: [&str; 4] = ["unknown field", "missing field", "unknown variant", "invalid type"];

proptest! {
    #[test]
    fn a_schema_takes_what_the_reader_takes_and_no_other_form(
        which in any::<prop::sample::Index>(),
        turn in 0_usize..40,
        path in prop::collection::vec(0_usize..8, 0..7),
        how in 0_usize..12,
    ) {
        let (root, judge) = &*COMMANDS;
        let all = examples::tagged(root, root);
        let (name, body) = which.get(&all);
        let mut wish = json!({ &**name: examples::example(body, root, turn) });
        prop_assert_eq!(judge.objection(&wish), None, "an example: {}", wish);
        spoil(&mut wish, &path, how);
        let shop = Shop::new();
        match command(&shop.book, wish.clone()) {
            Ok(_) => prop_assert_eq!(judge.objection(&wish), None, "the reader takes {}", wish),
            Err(problem) if OF_FORM.iter().any(|start| problem.message.starts_with(start)) => {
                prop_assert!(judge.objection(&wish).is_some(), "{}: {}", problem.message, wish);
            }
            Err(_) => {}
        }
    }
}
