//! What we agree on about the code, as tests whose messages give the reason.
//!
//! What isn't true yet is a ratchet: a number below that may only fall. Not here: what clippy and rustfmt check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our crates a crate may depend on (docs/architecture.md). The build of a pure crate takes seconds
/// because of this table.
const EDGES: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("world", &[]),
    ("oracle", &[]),
    ("xero", &["money"]),
    ("xero-sandbox", &[]),
    ("book", &["money"]),
    ("wire", &["book", "reports", "money"]),
    ("reports", &["book", "money"]),
    ("plan", &["book", "xero", "money"]),
    ("xero-client", &["xero", "world", "money"]),
    ("bundle", &["wire", "book"]),
    ("store", &["world"]),
    ("sync", &["plan", "xero-client", "xero", "book", "world", "money"]),
    (
        "company",
        &["sync", "plan", "store", "bundle", "wire", "book", "world", "money", "xero-client", "xero"],
    ),
    ("web", &["company", "plan", "wire", "book", "xero-client", "money", "world"]),
    (
        "simulation",
        &[
            "company",
            "sync",
            "plan",
            "store",
            "world",
            "xero-sandbox",
            "book",
            "money",
            "xero-client",
            "xero",
        ],
    ),
    (
        "millbook",
        &[
            "book",
            "bundle",
            "company",
            "money",
            "plan",
            "reports",
            "store",
            "sync",
            "web",
            "wire",
            "world",
            "xero",
            "xero-client",
            "xero-sandbox",
        ],
    ),
];

/// Words a crate's sources must not contain, and why.
const PURE: &[&str] = &["money", "book", "reports", "wire", "xero", "plan"];
const BANNED_IN_PURE: &[(&str, &str)] = &[
    ("HashMap", "random order: use BTreeMap, or a map whose order is the key's"),
    ("HashSet", "random order: use BTreeSet"),
    ("SystemTime", "time is a parameter (`today`)"),
    ("Instant::now", "time is a parameter"),
    ("std::fs", "no files in a pure crate"),
    ("std::net", "no network in a pure crate"),
    ("std::env", "no environment in a pure crate"),
    ("async fn", "nothing waits in a pure crate"),
    ("f64", "decimals and integers, never floats"),
    ("f32", "decimals and integers, never floats"),
    (".unwrap()", "a refusal, or a reason by `expect`, instead of a bare unwrap"),
    ("tokio", "nothing waits in a pure crate"),
];
const BANNED_EVERYWHERE: &[(&str, &str)] = &[
    ("todo!(", "a happy path with a stub behind it is not done"),
    ("unimplemented!(", "a happy path with a stub behind it is not done"),
    ("#[ignore", "a known wrong result is asserted as it is, with `// wrong: …`"),
    ("should_panic", "nothing panics on purpose"),
    ("thread::sleep", "time is a parameter; no sleeps"),
];
/// Crates that run on futures of `world` only; in the store one engine's folder has a runtime of its own.
const NO_TOKIO: &[&str] = &["company", "sync", "store"];
const TOKIO_ALL_THE_SAME: &str = "crates/store/src/postgres/";

/// Files over 400 lines, each with its reason. Over 1,000 doesn't exist.
const LONG_FILES: &[(&str, &str)] = &[
    ("crates/book/src/documents/bill.rs", "bills and the credits on them, which need each other"),
    ("crates/book/benches/book.rs", "one million-movement book and all that is measured on it"),
    ("crates/book/src/command.rs", "commands and events, one after the other"),
    ("crates/book/src/content.rs", "the contents of all documents, one after the other"),
    ("crates/book/src/documents/order_costs.rs", "an order's costs from all that refers to it, in one place"),
    ("crates/book/src/master.rs", "the records of master data, one after the other"),
    ("crates/book/src/posting.rs", "the table of POST with its words: roles, sections, rules, keys"),
    ("crates/book/src/stock.rs", "lots and intervals; shelves could move out"),
    ("crates/book/tests/refusals.rs", "one table of bad input, a row of a few lines each"),
    ("crates/book/tests/refusals/production.rs", "the same table for production"),
    ("crates/book/tests/support/history.rs", "a history's verbs, one function each"),
    ("crates/book/tests/support/statements.rs", "the notation's verbs, one arm each"),
    ("crates/plan/src/event.rs", "events, one after the other"),
    ("crates/plan/src/advances.rs", "advances and their refunds, from the book to what is sent"),
    ("crates/plan/src/allocations.rs", "how credit is used, from both sides to what moves"),
    ("crates/plan/src/exchange.rs", "the fold: an arm for each event, and its questions"),
    ("crates/plan/src/log.rs", "one line of the log for each event, one arm each"),
    ("crates/plan/src/payments.rs", "a document's payments, from both sides to what moves"),
    ("crates/plan/tests/journals.rs", "one desk, and a case for each rule of journals"),
    ("crates/plan/tests/support/company.rs", "the notation's verbs, one function each"),
    ("crates/simulation/tests/scenario/accountant.rs", "the accountant's verbs, one function each"),
    ("crates/xero/src/errors.rs", "one table of all errors, a row of seven lines each"),
];

/// Rules of docs/rules.md that no test names yet. May only fall.
const RULES_WITHOUT_TEST_AT_MOST: usize = 0;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_owned()
}

fn files(under: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(under) else { return };
    let mut paths: Vec<_> = entries.map(|e| e.expect("readable folder").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn rust_files(under: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(under, "rs", &mut found);
    found.into_iter().map(|p| (p.clone(), fs::read_to_string(&p).expect("UTF-8 source"))).collect()
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn crates_depend_only_on_the_crates_the_architecture_names() {
    let edges: BTreeMap<&str, &[&str]> = EDGES.iter().copied().collect();
    let mut problems = Vec::new();
    for (name, allowed) in &edges {
        let manifest =
            fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).expect("manifest");
        let manifest: toml::Table = manifest.parse().expect("TOML");
        let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table) else {
            continue;
        };
        for ours in dependencies.keys().filter(|k| edges.contains_key(k.as_str())) {
            if !allowed.contains(&ours.as_str()) {
                problems.push(format!("{name} must not depend on {ours}: see docs/architecture.md"));
            }
        }
    }
    let on_disk: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .expect("crates/")
        .map(|e| e.expect("entry").file_name().into_string().expect("UTF-8"))
        .collect();
    for name in on_disk.iter().filter(|n| !edges.contains_key(n.as_str())) {
        problems.push(format!("crates/{name} is not in the table of edges: say what it may depend on"));
    }
    report(&problems);
}

#[test]
fn banned_words_do_not_occur() {
    let mut problems = Vec::new();
    for (path, text) in rust_files(&root().join("crates")) {
        let name = short(&path);
        let in_crate = |list: &[&str]| list.iter().any(|c| name.starts_with(&format!("crates/{c}/src/")));
        // Tests at the end of a source file may unwrap; everything else holds for them as well.
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut words: Vec<(&str, &str)> = BANNED_EVERYWHERE.to_vec();
        if in_crate(PURE) {
            words.extend(BANNED_IN_PURE);
        }
        if in_crate(NO_TOKIO) && !name.starts_with(TOKIO_ALL_THE_SAME) {
            words.push(("tokio", "this crate awaits only futures of `world`"));
        }
        for (number, line) in code.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (word, why) in words.iter().filter(|(word, _)| code.contains(word)) {
                problems.push(format!("{name}:{}: `{word}`: {why}", number + 1));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_open_with_their_idea_and_stay_short() {
    let mut problems = Vec::new();
    for (path, text) in
        rust_files(&root().join("crates")).into_iter().chain(rust_files(&root().join("tests")))
    {
        let name = short(&path);
        if !text.starts_with("//! ") {
            problems.push(format!("{name}: a file opens with its idea (`//! …`)"));
        }
        let lines = text.lines().count();
        let excused = LONG_FILES.iter().any(|(file, _)| *file == name);
        if lines > 1000 || (lines > 400 && !excused) {
            problems.push(format!(
                "{name}: {lines} lines; over 400 needs a reason in LONG_FILES, over 1,000 doesn't exist"
            ));
        }
    }
    for (file, _) in LONG_FILES {
        let lines = fs::read_to_string(root().join(file)).map(|t| t.lines().count()).unwrap_or(0);
        if lines <= 400 {
            problems.push(format!("{file} has {lines} lines: take it out of LONG_FILES"));
        }
    }
    report(&problems);
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    let problems: Vec<String> = EDGES
        .iter()
        .map(|(name, _)| root().join("crates").join(name).join("Cargo.toml"))
        .filter(|path| !fs::read_to_string(path).expect("manifest").contains("[lints]\nworkspace = true"))
        .map(|path| format!("{}: add `[lints] workspace = true` (it forbids unsafe code)", short(&path)))
        .collect();
    report(&problems);
}

/// Rule ids as they stand at the start of a list item or a table row.
fn rules_in(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("- ").or_else(|| line.strip_prefix("| ")))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| is_rule_id(word))
        .map(str::to_owned)
        .collect()
}

fn is_rule_id(word: &str) -> bool {
    let Some((group, number)) = word.split_once('-') else { return false };
    (2..=4).contains(&group.len())
        && group.chars().all(|c| c.is_ascii_uppercase())
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == 'a' || c == 'b')
}

/// Rule ids named after `rule:` in tests and case files.
fn rules_named_by_tests() -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    for extension in ["rs", "txt", "py", "js", "mjs"] {
        files(&root().join("crates"), extension, &mut paths);
    }
    let mut named = BTreeMap::new();
    for path in paths {
        for line in fs::read_to_string(&path).unwrap_or_default().lines() {
            let Some((_, after)) = line.split_once("rule: ").or_else(|| line.split_once("rules: ")) else {
                continue;
            };
            for word in
                after.split([' ', ',', ';', ':']).filter(|w| !w.is_empty()).take_while(|w| is_rule_id(w))
            {
                named.entry(word.to_owned()).or_insert_with(|| short(&path));
            }
        }
    }
    named
}

#[test]
fn every_rule_has_a_test_and_every_named_rule_exists() {
    let rules = rules_in(&fs::read_to_string(root().join("docs/rules.md")).expect("docs/rules.md"));
    assert!(rules.len() > 100, "docs/rules.md lost its rules: {} found", rules.len());
    let named = rules_named_by_tests();
    let mut problems: Vec<String> = named
        .iter()
        .filter(|(rule, _)| !rules.contains(*rule))
        .map(|(rule, file)| format!("{file} names {rule}, which docs/rules.md doesn't have"))
        .collect();
    let missing: Vec<&String> = rules.iter().filter(|r| !named.contains_key(*r)).collect();
    println!("rules named by a test: {} of {}", rules.len() - missing.len(), rules.len());
    if missing.len() > RULES_WITHOUT_TEST_AT_MOST {
        problems.push(format!(
            "{} rules have no test, at most {RULES_WITHOUT_TEST_AT_MOST} may: {missing:?}",
            missing.len()
        ));
    }
    report(&problems);
}
