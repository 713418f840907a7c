//! Snapshots: the same state as without, and never trusted further than the log goes.

#[path = "../../book/tests/support/mod.rs"]
mod notation;
mod shop;

use std::fs;
use std::path::Path;

use company::{Company, Log, State, Wish};
use futures_executor::block_on;
use money::Currency;
use shop::*;
use store::{CompanyId, Hash, Snapshot, Store};

fn cases(under: &Path, each: &mut impl FnMut(&notation::Shop)) {
    let mut entries: Vec<_> = fs::read_dir(under).expect("cases").map(|e| e.expect("entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            cases(&path, each);
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        for case in text.split("rule: ").skip(1).filter(|_| path.extension().is_some_and(|e| e == "txt")) {
            let mut shop = notation::Shop::new();
            for line in case.lines().skip(1).take_while(|line| *line != "---") {
                let _ = shop.say(line.trim_start_matches("refused ").trim());
            }
            each(&shop);
        }
    }
}

#[test]
fn the_book_of_every_case_comes_back_to_the_byte() {
    let mut seen = 0;
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases"), &mut |shop| {
        let fold = Company { book: shop.book.clone(), exchange: Default::default() };
        let state = State { fold, tip: Default::default() };
        let bytes = state.to_bytes().expect("packs");
        let back = State::<Company>::fold_of(&bytes).expect("unpacks").book;
        let (back, kept) = (format!("{back:?}"), format!("{:?}", shop.book));
        let differs = back.bytes().zip(kept.bytes()).position(|(a, b)| a != b);
        let near = |text: &str| {
            differs.map(|at| text[at.saturating_sub(200)..].chars().take(300).collect::<String>())
        };
        assert_eq!((near(&back), back.len()), (near(&kept), kept.len()));
        seen += 1;
    });
    assert!(seen > 300, "only {seen} cases");
}

#[test]
fn a_start_with_a_snapshot_is_the_start_without_and_a_wrong_one_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(folder.path());
    let open =
        |program: &str| Log::<Company>::new(store.clone(), CompanyId(1), clock()).with_snapshots(program);
    let log = open("one");
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    for (number, wish) in basics().into_iter().enumerate() {
        block_on(log.ask(outside(&number.to_string(), wish))).expect("done");
    }
    assert_eq!(block_on(log.keep_snapshot(100)), Ok(false), "not yet worth it");
    assert_eq!(block_on(log.keep_snapshot(6)), Ok(true));
    let kept = block_on(store.snapshot(CompanyId(1), "one".into())).expect("asks").expect("one");
    // The same, whether the snapshot is the log's end or rows came behind it.
    let digest = |log: &Log<Company>| block_on(log.view(None)).expect("reads").fold.digest();
    let all = Log::<Company>::new(store.clone(), CompanyId(1), clock());
    assert_eq!((digest(&open("one")), digest(&open("another"))), (digest(&all), digest(&all)));
    block_on(log.ask(outside("ship", ship("SH-1", "4")))).expect("done");
    assert_eq!(digest(&open("one")), digest(&all));
    // It is really used: one with a note that nobody wrote shows, and verify sees it.
    let mut other = State::<Company>::fold_of(&kept.bytes).expect("unpacks");
    let note = book::Event::Noted { on: book::Thing::Item(0), text: "never written".into() };
    other.book.apply(&note, book::Stamp { at: 0, by: 0 });
    let other = State { fold: other, tip: Default::default() };
    let put = |snapshot: Snapshot| block_on(store.put_snapshot(CompanyId(1), snapshot)).expect("kept");
    put(Snapshot { version: "odd".into(), bytes: other.to_bytes().expect("packs"), ..kept.clone() });
    assert_ne!(digest(&open("odd")), digest(&all));
    let found = block_on(company::verify(&*store, &open("odd"), &*clock())).expect("verifies").findings;
    assert_eq!(found.iter().map(|one| one.check).collect::<Vec<_>>(), ["replay = state"]);
    // Another row's hash, a flipped bit, nothing at all: passed over.
    put(Snapshot { version: "hash".into(), hash: Hash([7; 32]), ..kept.clone() });
    let mut flipped = kept.bytes.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    put(Snapshot { version: "flipped".into(), bytes: flipped, ..kept.clone() });
    put(Snapshot { version: "empty".into(), bytes: Vec::new(), ..kept });
    for program in ["hash", "flipped", "empty"] {
        assert_eq!(digest(&open(program)), digest(&all), "{program}");
    }
}
