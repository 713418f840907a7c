//! What a company's log keeps of its life with Xero stays readable: a sample of every type and version of event.
//!
//! A sample in `samples/exchange/` is never edited once it is released. MILLBOOK_SAMPLES=write makes those that are missing, with
//! every field and every alternative in them. Not here: the book's events, whose samples lie with `wire`.

#[path = "../../wire/tests/examples/mod.rs"]
mod examples;

use std::fs;
use std::path::{Path, PathBuf};

use company::{Company, Event, Fold, State};
use wire::{Unreadable, current_version, read, write};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/exchange")
}

/// Every event in its newest version, as the program writes it: name, rows.
fn wanted() -> Vec<(String, String)> {
    let schema = schemars::schema_for!(plan::Event).to_value();
    let events = examples::tagged(&schema, &schema).into_iter().map(|(name, body)| {
        let row = |turn| {
            let body = examples::example(&body, &schema, turn);
            // As text: a tree would sort the fields.
            format!("{{\"type\":\"{name}\",\"v\":{},\"body\":{body}}}", current_version(&name))
        };
        let rows: Vec<String> = (0..examples::turns(&body, &schema)).map(row).collect();
        let text = format!("[{}]", rows.join(","));
        let events = read::<Event>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        (name, write(&events))
    });
    events.collect()
}

#[test]
fn every_type_and_version_has_a_sample_that_reads_back_to_the_byte() {
    let wanted = wanted();
    let names: Vec<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, plan::Event::NAMES, "the list of names is the list of events");
    assert!(names.iter().all(|name| name.starts_with("xero_")), "so that the two families never meet");
    for (name, text) in &wanted {
        let newest = current_version(name);
        for version in 1..=newest {
            let path = folder().join(format!("{name}.{version}.json"));
            if !path.exists() && version == newest && std::env::var("MILLBOOK_SAMPLES").is_ok() {
                fs::write(&path, format!("{text}\n")).expect("writable");
            }
            let kept = fs::read_to_string(&path).unwrap_or_else(|_| {
                panic!(
                    "no sample {name}.{version}: run with MILLBOOK_SAMPLES=write and look at what it wrote"
                )
            });
            let kept = kept.trim_end();
            let events = read::<Event>(kept.as_bytes()).unwrap_or_else(|error| {
                panic!("{name}.{version}: {error}. Before the first release: delete the sample and write it anew; after it: a new version with a lift")
            });
            assert!(events.iter().all(|event| matches!(event, Event::Exchange(_))), "{name}");
            if version == newest {
                assert_eq!(write(&events), kept, "{name}: what was stored would be written otherwise now");
            }
        }
    }
    let files = fs::read_dir(folder()).expect("samples").count();
    assert!(files >= wanted.len(), "{files} samples");
}

#[test]
fn both_families_stand_in_one_row_and_newer_ones_are_refused_with_the_version_that_is_needed() {
    let row = r#"[{"type":"noted","v":1,"body":{"on":{"item":0},"text":"n"}},{"type":"xero_held","v":1,"body":"on"}]"#;
    let events = read::<Event>(row.as_bytes()).expect("reads");
    assert!(matches!(events[..], [Event::Book(_), Event::Exchange(plan::Event::XeroHeld(plan::Switch::On))]));
    assert_eq!(write(&events), row);
    let newer = |row: &str| read::<Event>(row.as_bytes()).expect_err("newer");
    let unknown = Unreadable::Newer { event: "xero_dreamt".into(), version: 1, known: None };
    assert_eq!(newer(r#"[{"type":"xero_dreamt","v":1,"body":{}}]"#), unknown);
    let later = Unreadable::Newer { event: "xero_held".into(), version: 2, known: Some(1) };
    assert_eq!(newer(r#"[{"type":"xero_held","v":2,"body":"on"}]"#), later);
    // The book's name is none of the exchange's, whatever it begins with.
    assert!(matches!(newer(r#"[{"type":"held","v":1,"body":"on"}]"#), Unreadable::Newer { known: None, .. }));
}

#[test]
fn numbers_of_papers_are_text_digit_for_digit() {
    let (_, text) = wanted().into_iter().find(|(name, _)| name == "xero_seen").expect("the event");
    let text = text.replace("\"12.5\"", "\"0.6153100\"");
    // What consolidated invoices sum up by and sum up (CNS-1) are the book's numbers: they are written shortest.
    let books = |text: &str, before: &str| {
        text.replace(&format!("{before}\"0.6153100\""), &format!("{before}\"0.61531\""))
    };
    let text = books(&books(&text, "\"account\":\"Text\"},\"tax\":"), "},{\"quantity\":");
    let events = read::<Event>(text.as_bytes()).expect("reads");
    assert_eq!(write(&events), text);
    let number = text.replace("\"0.6153100\"", "0.61531");
    assert!(
        matches!(read::<Event>(number.as_bytes()), Err(Unreadable::Malformed(_))),
        "no floats in the log"
    );
}

#[test]
fn whatever_the_exchange_took_in_comes_back_from_a_snapshot() {
    let mut company = Company::empty();
    let stamp = book::Stamp { at: 1_772_409_600, by: 1 };
    let (mut number, mut most_links) = (0, 0);
    // Twice: what opens a link or a batch lets the second round do more than the first.
    for (_, text) in wanted().iter().chain(&wanted()) {
        for event in read::<Event>(text.as_bytes()).expect("reads") {
            number += 1;
            company.apply(&event, number, stamp);
            most_links = most_links.max(company.exchange.links().count());
        }
        let state = State { fold: company.clone(), tip: Default::default() };
        let back = State::<Company>::fold_of(state.to_pieces(1).expect("packs")).expect("unpacks");
        assert_eq!(back.digest(), company.digest());
        assert_eq!(back.exchange.seq(), number);
    }
    let (kept, none) = (company.digest(), Company::empty().digest());
    assert_ne!(kept, none, "the digest is of both");
    assert!(most_links > 3, "only {most_links} links");
    assert_eq!(company.exchange.connected().0, stamp.at, "the state is not empty");
}
