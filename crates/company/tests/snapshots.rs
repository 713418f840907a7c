//! Snapshots: the same state as without, and never trusted further than the log goes.

#[path = "../../book/tests/support/mod.rs"]
mod notation;
mod shop;

use std::fs;
use std::path::Path;

use company::{Company, Log, State, Wish};
use futures_executor::block_on;
use money::Currency;
use serde_json::json;
use sha2::{Digest, Sha256};
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
    let (mut seen, mut most) = (0, 0);
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/tests/cases"), &mut |shop| {
        let fold = Company { book: shop.book.clone(), exchange: Default::default() };
        let state = State { fold, tip: Default::default() };
        // Of one piece, and of as many as there can be.
        let whole = state.to_pieces(usize::MAX).expect("packs");
        let pieces = state.to_pieces(1).expect("packs");
        assert_eq!((whole.len(), whole.concat()), (1, pieces.concat()));
        most = most.max(pieces.len());
        let short = pieces[..pieces.len() - 1].to_vec();
        assert!(pieces.len() == 1 || State::<Company>::fold_of(short).is_none(), "the last piece is missing");
        let long = [&pieces[..], &[vec![0]]].concat();
        assert!(State::<Company>::fold_of(long).is_none(), "a piece too many");
        let back = State::<Company>::fold_of(pieces).expect("unpacks").book;
        let (back, kept) = (format!("{back:?}"), format!("{:?}", shop.book));
        let differs = back.bytes().zip(kept.bytes()).position(|(a, b)| a != b);
        let near = |text: &str| {
            differs.map(|at| text[at.saturating_sub(200)..].chars().take(300).collect::<String>())
        };
        assert_eq!((near(&back), back.len()), (near(&kept), kept.len()));
        seen += 1;
    });
    assert!(seen > 300 && most > 100, "only {seen} cases, {most} pieces");
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
    let of = |name: &str| block_on(store.snapshot(CompanyId(1), name.into())).expect("asks").expect("one");
    let (cover, piece) = (of("one"), of("one/0"));
    // The same, whether the snapshot is the log's end or rows came behind it.
    let digest = |log: &Log<Company>| block_on(log.view(None)).expect("reads").fold.digest();
    let all = Log::<Company>::new(store.clone(), CompanyId(1), clock());
    assert_eq!((digest(&open("one")), digest(&open("another"))), (digest(&all), digest(&all)));
    block_on(log.ask(outside("ship", ship("SH-1", "4")))).expect("done");
    assert_eq!(digest(&open("one")), digest(&all));
    // It is really used: one with a note that nobody wrote shows, and verify sees it.
    let mut other = State::<Company>::fold_of(vec![piece.bytes[32..].to_vec()]).expect("unpacks");
    let note = book::Event::Noted { on: book::Thing::Item(0), text: "never written".into() };
    other.book.apply(&note, book::Stamp { at: 0, by: 0 });
    let other = State { fold: other, tip: Default::default() }.to_pieces(usize::MAX).expect("packs").concat();
    let put = |snapshot: Snapshot| block_on(store.put_snapshot(CompanyId(1), snapshot)).expect("kept");
    let under = |name: &str, cover: Snapshot, piece: Snapshot| {
        put(Snapshot { version: name.into(), ..cover });
        put(Snapshot { version: format!("{name}/0"), ..piece });
    };
    let proved = |bytes: &[u8]| [&Sha256::digest(bytes)[..], bytes].concat();
    under("odd", cover.clone(), Snapshot { bytes: proved(&other), ..piece.clone() });
    assert_ne!(digest(&open("odd")), digest(&all));
    let found = block_on(company::verify(&*store, &open("odd"), &*clock())).expect("verifies").findings;
    assert_eq!(found.iter().map(|one| one.check).collect::<Vec<_>>(), ["replay = state"]);
    // Another row's hash, a flipped bit, nothing at all, a piece of another snapshot, a piece too few: passed over.
    let hash = Hash([7; 32]);
    under("hash", Snapshot { hash, ..cover.clone() }, Snapshot { hash, ..piece.clone() });
    under("mixed", cover.clone(), Snapshot { hash, ..piece.clone() });
    let mut flipped = piece.bytes.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    under("flipped", cover.clone(), Snapshot { bytes: flipped, ..piece.clone() });
    under("empty", cover.clone(), Snapshot { bytes: Vec::new(), ..piece.clone() });
    under("none", Snapshot { bytes: Vec::new(), ..cover.clone() }, piece.clone());
    under("missing", Snapshot { bytes: proved(&2_u32.to_le_bytes()), ..cover.clone() }, piece.clone());
    under("no state", cover.clone(), Snapshot { bytes: proved(b"something else"), ..piece.clone() });
    under("half", cover, Snapshot { bytes: proved(&piece.bytes[32..piece.bytes.len() / 2]), ..piece });
    for program in ["hash", "mixed", "flipped", "empty", "none", "missing", "no state", "half"] {
        assert_eq!(digest(&open(program)), digest(&all), "{program}");
    }
}

/// Two thousand items don't fit a piece.
#[test]
fn a_large_state_comes_back_from_its_pieces() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(folder.path());
    let open = || Log::<Company>::new(store.clone(), CompanyId(1), clock()).with_snapshots("one");
    let log = open();
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    let unit = json!({ "save_record": { "record": { "unit": { "code": "pc", "name": "piece" } } } });
    let text = "A long name that nobody wants to read twice. ".repeat(40);
    let named = |at: usize| json!({ "save_record": { "record": { "item": { "code": format!("I{at}"), "name": format!("{at} {text}"), "unit": "pc" } } } });
    let items = (0..3_000).map(|at| outside(&at.to_string(), named(at)));
    let all = std::iter::once(outside("unit", unit)).chain(items).collect();
    block_on(log.ask_all(all)).into_iter().for_each(|answer| drop(answer.expect("possible")));
    assert_eq!(block_on(log.keep_snapshot(1)), Ok(true));
    let pieces = (0..).take_while(|at| {
        block_on(store.snapshot(CompanyId(1), format!("one/{at}"))).expect("asks").is_some()
    });
    assert!(pieces.count() > 2);
    let digest = |log: &Log<Company>| block_on(log.view(None)).expect("reads").fold.digest();
    assert_eq!(digest(&open()), digest(&log));
}
