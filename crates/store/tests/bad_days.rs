//! Bad days of a file: a full disk, no right to write, damage of every kind, strangers, newer programs, two programs.
//!
//! Each is a typed error with a remedy, and nothing that was acknowledged is lost. Not here: servers (`restart.rs`).

use futures_executor::block_on;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use store::sqlite::{Settings, Sqlite, open_or_visit, owner};
use store::{Break, Chain, CompanyId, Entry, Error, Pages, Result, Store, Tip};
use world::simulated::SimulatedClock;
use world::{Clock, Moment};

const ONE: CompanyId = CompanyId(1);

fn clock() -> Arc<dyn Clock> {
    Arc::new(SimulatedClock::at(Moment::from_millis(1_790_000_000_000)))
}

fn open(path: &Path) -> Result<Sqlite> {
    Sqlite::open(Settings::new(path, clock()))
}

fn entry(number: u64) -> Entry {
    Entry {
        events: 1,
        at: Moment::from_millis(1_790_000_000_000),
        by: "anna".to_owned(),
        via: "page".to_owned(),
        command: format!("command {number:06}"),
        bytes: format!("{{\"number\":{number:06},\"text\":\"{}\"}}", "marmalade ".repeat(30)).into_bytes(),
    }
}

fn append(store: &Sqlite, number: u64) -> Result<Tip> {
    block_on(async { store.begin(ONE).await?.commit(vec![entry(number)], vec![]).await })
}

fn fill(path: &Path, rows: u64) {
    let store = open(path).expect("opens");
    for number in 1..=rows {
        append(&store, number).expect("appends");
    }
}

/// Every break of the log, and how many rows it has; an error if it can't even be read.
fn verify(store: &Sqlite) -> Result<(Vec<Break>, usize)> {
    block_on(async {
        let (mut pages, mut chain) = (Pages::new(store, ONE, 0), Chain::new(ONE));
        let (mut breaks, mut rows) = (Vec::new(), 0);
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                break;
            }
            rows += page.len();
            breaks.extend(page.iter().flat_map(|row| chain.row(row)));
        }
        breaks.extend(chain.finish(store.tip(ONE).await?));
        Ok((breaks, rows))
    })
}

/// Writes until it is full: refused as such, nothing acknowledged is lost, and with room it goes on.
fn fill_up(path: &Path, settings: Settings, make_room: impl FnOnce()) {
    let store = Sqlite::open(settings).expect("opens");
    let mut written = 0;
    let error = loop {
        match append(&store, written + 1) {
            Ok(tip) => {
                written += 1;
                assert_eq!(tip.seq, written);
            }
            Err(error) => break error,
        }
        assert!(written < 100_000, "it never fills up");
    };
    assert!(matches!(error, Error::Full(_)), "{error:?}");
    assert!(!error.may_have_happened());
    assert!(error.remedy().contains("Make room"), "{}", error.remedy());
    assert!(matches!(append(&store, written + 2), Err(Error::Full(_))), "still full");
    assert_eq!(verify(&store), Ok((vec![], usize::try_from(written).expect("few"))), "reading goes on");
    drop(store);
    make_room();
    let store = open(path).expect("opens");
    assert_eq!(append(&store, written + 1).map(|tip| tip.seq), Ok(written + 1));
    assert_eq!(verify(&store), Ok((vec![], usize::try_from(written + 1).expect("few"))));
}

#[test]
fn a_full_database_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill_up(&path, Settings { room: Some(1 << 20), ..Settings::new(&path, clock()) }, || {});
}

/// A disk of two megabytes; only root may mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Option<Self> {
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(folder).output();
        mount.is_ok_and(|ran| ran.status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        writeln!(std::io::stderr(), "SKIPPED: no disk may be mounted here; a full database is tested").ok();
        return;
    };
    let (path, ballast) = (folder.path().join("books.db"), folder.path().join("ballast"));
    fs::write(&ballast, vec![0; 600_000]).expect("there is room at first");
    fill_up(&path, Settings::new(&path, clock()), || fs::remove_file(&ballast).expect("makes room"));
    drop(disk);
}

/// In a process without rights, for root may write everything.
#[test]
fn a_file_that_cant_be_written_says_so_and_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    if std::env::var_os("MILLBOOK_TEST_READ_ONLY").is_none() {
        fill(&path, 3);
        for (name, mode) in [("books.db", "0444"), ("books.db.lock", "0444"), (".", "0555")] {
            let set = Command::new("chmod").arg(mode).arg(folder.path().join(name)).status();
            assert!(set.expect("`chmod` runs").success());
        }
        let program = std::env::current_exe().expect("this test");
        let copy = folder.path().with_extension("test");
        fs::copy(&program, &copy).expect("where anybody may run it");
        let is_root = fs::metadata("/proc/self").is_ok_and(|about| {
            use std::os::unix::fs::MetadataExt as _;
            about.uid() == 0
        });
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&copy);
            command
        } else {
            Command::new(&copy)
        };
        let ran = command
            .args(["--exact", "a_file_that_cant_be_written_says_so_and_can_be_read", "--nocapture"])
            .env("MILLBOOK_TEST_READ_ONLY", &path)
            .output()
            .expect("runs");
        fs::remove_file(&copy).ok();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(
            ran.status.success() && said.contains("read 3 rows"),
            "{said}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        return;
    }
    let path = PathBuf::from(std::env::var_os("MILLBOOK_TEST_READ_ONLY").expect("looked at above"));
    let error = open(&path).map(drop).expect_err("it can't be written");
    assert!(matches!(error, Error::ReadOnly(_)), "{error:?}");
    assert!(error.remedy().contains("Let this user write"), "{}", error.remedy());
    let (breaks, rows) = verify(&Sqlite::open_reading(&path, clock()).expect("opens")).expect("reads");
    assert_eq!(breaks, []);
    println!("read {rows} rows");
}

#[test]
fn strangers_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.db");
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("writes");
        let error = open(&path).map(drop).expect_err("a stranger's");
        assert_eq!(fs::read(&path).expect("reads"), bytes, "it was touched");
        assert!(!folder.path().join("notes.db.lock").exists() || bytes.starts_with(b"SQLite format 3"));
        error
    };
    for text in ["Dear diary,\n", "x", "PK\u{3}\u{4}", "SQLite format 2"] {
        assert!(matches!(refused(text.as_bytes()), Error::Foreign(_)));
    }
    let other = folder.path().join("other.db");
    let theirs = rusqlite::Connection::open(&other).expect("opens");
    theirs.execute_batch("create table notes (text)").expect("makes it");
    let error = refused(&fs::read(&other).expect("reads"));
    assert!(matches!(error, Error::Foreign(_)), "{error:?}");
    theirs.execute_batch("pragma application_id = 7").expect("marks it");
    let error = refused(&fs::read(&other).expect("reads"));
    assert_eq!(error.to_string(), "it isn't a Millbook database: an SQLite file of another program");
    assert!(error.remedy().contains("Name a file that Millbook made"), "{}", error.remedy());

    let folder_itself = open(folder.path()).map(drop).expect_err("a folder");
    assert!(matches!(folder_itself, Error::Foreign(_)), "{folder_itself:?}");
    assert!(!folder.path().with_extension("lock").exists());
    let nowhere = open(&folder.path().join("no/such/folder.db")).map(drop).expect_err("nowhere");
    assert!(matches!(nowhere, Error::ReadOnly(_)), "{nowhere:?}");
    fs::write(&path, b"").expect("writes");
    fill(&path, 1); // an empty file is nobody's
}

#[test]
fn a_newer_programs_file_is_refused_with_the_version_that_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 2);
    let raw = rusqlite::Connection::open(&path).expect("opens");
    raw.execute("insert into migration values (9, '0009_later', '7.3.0')", []).expect("inserts");
    for error in [open(&path).map(drop), Sqlite::open_reading(&path, clock()).map(drop)] {
        let error = error.expect_err("too new");
        let known = store::sqlite::TABLES;
        assert_eq!(error, Error::Newer { found: 9, known, program: "7.3.0".to_owned() });
        assert_eq!(error.remedy(), "Use Millbook 7.3.0 or newer for it.");
    }
    raw.execute("delete from migration where number = 9", []).expect("deletes");
    drop(raw);
    assert_eq!(verify(&open(&path).expect("opens")), Ok((vec![], 2)));
}

/// Cut anywhere, the file is called damaged, or a part of the log is missing and the chain says so.
#[test]
fn a_file_that_was_cut_off_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 200);
    let whole = fs::read(&path).expect("reads");
    for length in [50, 99, 100, 4_000, 8_192, 20_000, whole.len() / 2, whole.len() - 8_192, whole.len() - 1] {
        fs::write(&path, &whole[..length]).expect("writes");
        let outcome = open(&path).and_then(|store| verify(&store));
        match outcome {
            Err(Error::Corrupt(_)) => {}
            Ok((breaks, _)) => assert_ne!(breaks, [], "cut at {length}"),
            other => unreachable!("cut at {length}: {other:?}"),
        }
    }
    fs::write(&path, &whole).expect("writes");
    assert_eq!(verify(&open(&path).expect("opens")), Ok((vec![], 200)));
}

/// Pages overwritten with rubbish: never a panic, never called sound.
#[test]
fn overwritten_pages_are_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 200);
    let whole = fs::read(&path).expect("reads");
    let pages = whole.len() / 8_192;
    let mut found = 0;
    for page in 0..pages {
        let mut bytes = whole.clone();
        bytes[page * 8_192..][..if page == 0 { 16 } else { 8_192 }].fill(0xA5);
        fs::write(&path, &bytes).expect("writes");
        let outcome = open(&path).and_then(|store| {
            let said = block_on(store.examine())?;
            Ok((verify(&store)?, said))
        });
        found += match outcome {
            Err(Error::Corrupt(_) | Error::Foreign(_)) => 1,
            Ok(((breaks, _), said)) => usize::from(!breaks.is_empty() || !said.is_empty()),
            Err(other) => unreachable!("page {page}: {other:?}"),
        };
    }
    assert_eq!(found, pages, "of {pages} pages");
}

/// A bit flipped in the file, within a row's bytes, texts or hashes: SQLite reads it happily, the chain doesn't. What
/// lies in the file's unused room changes nothing.
#[test]
fn flipped_bits_in_the_log_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 40);
    let whole = fs::read(&path).expect("reads");
    let sound = block_on(open(&path).expect("opens").rows(ONE, 0, 100)).expect("reads");
    let places: Vec<usize> = (0..whole.len() - 30)
        .filter(|&at| whole[at..].starts_with(b"\"number\":") || whole[at..].starts_with(b"annapagecommand"))
        .collect();
    let mut found = 0;
    for at in places {
        let mut bytes = whole.clone();
        bytes[at + 9] ^= 1 << (at % 8);
        fs::write(&path, &bytes).expect("writes");
        let store = open(&path).expect("opens");
        let read = block_on(store.rows(ONE, 0, 100));
        found += match (verify(&store), read) {
            (Ok((breaks, 40)), Ok(rows)) => {
                assert_eq!(breaks.is_empty(), rows == sound, "at {at}");
                assert!(matches!(breaks[..], [] | [Break::Content { .. }]), "at {at}: {breaks:?}");
                breaks.len()
            }
            // A text that isn't one any more; the row is named.
            (Err(Error::Corrupt(what)), Err(_)) if what.starts_with("the row at event ") => 1,
            other => unreachable!("at {at}: {other:?}"),
        };
    }
    assert!(found >= 60, "{found}");
}

/// What somebody with the right to write does by hand, column by column.
#[test]
fn changes_by_hand_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 9);
    let whole = fs::read(&path).expect("reads");
    for change in [
        "update log set bytes = cast(replace(cast(bytes as text), 'marmalade', 'marzipan_') as blob) where first_seq = 5",
        "update log set at = at + 1 where first_seq = 1",
        "update log set \"by\" = 'otto' where first_seq = 9",
        "update log set via = '' where first_seq = 5",
        "update log set command = 'other' where first_seq = 5",
        "update log set prev = zeroblob(32) where first_seq = 5",
        "update log set hash = zeroblob(32) where first_seq = 5",
        "update log set last_seq = 6 where first_seq = 5",
        "update log set company = 2 where first_seq = 5",
        "delete from log where first_seq = 5",
        "delete from log where first_seq = 9",
        "delete from log where first_seq = 1",
        "delete from log",
        "delete from tip",
        "update tip set seq = 8",
        "update tip set hash = zeroblob(32)",
        "insert into log select company, 10, 10, at, \"by\", via, 'c', prev, hash, bytes from log where first_seq = 9",
    ] {
        fs::write(&path, &whole).expect("writes");
        let raw = rusqlite::Connection::open(&path).expect("opens");
        assert!(raw.execute(change, []).expect("changes") > 0, "{change}");
        drop(raw);
        let (breaks, _) = verify(&open(&path).expect("opens")).expect("reads");
        assert_ne!(breaks, [], "{change}");
    }
    // A column of another type or length is damage, not a panic.
    for change in
        ["update log set hash = x'00' where first_seq = 5", "drop table log", "drop table migration"]
    {
        fs::write(&path, &whole).expect("writes");
        let raw = rusqlite::Connection::open(&path).expect("opens");
        raw.execute(change, []).expect("changes");
        drop(raw);
        let outcome = open(&path).and_then(|store| verify(&store));
        assert!(matches!(outcome, Err(Error::Corrupt(_))), "{change}: {outcome:?}");
    }
}

/// Another process holds the file; when it is killed, the file is free at once.
#[test]
fn two_programs_dont_write_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    fill(&path, 2);
    let mut other = Command::new("flock")
        .arg(folder.path().join("books.db.lock"))
        .args(["sh", "-c", "printf '%s\\n127.0.0.1:1\\n0a\\n0b\\n' $$ > \"$0\"; echo held; exec cat"])
        .arg(folder.path().join("books.db.lock"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`flock` runs");
    let mut line = String::new();
    BufReader::new(other.stdout.as_mut().expect("piped")).read_line(&mut line).expect("says so");
    assert_eq!(line, "held\n");
    let error = open(&path).map(drop).expect_err("owned by the other");
    let Error::Owned(found) = &error else { unreachable!("{error:?}") };
    assert_eq!(found.address.as_deref(), Some("127.0.0.1:1"));
    let nobody_there = open_or_visit(Settings::new(&path, clock())).map(drop);
    assert!(matches!(nobody_there, Err(Error::Lost { may_have_happened: false, .. })), "{nobody_there:?}");
    assert!(found.process > 1 && found.process != std::process::id());
    assert_eq!(owner(&path).as_ref(), Some(found));
    let reader = Sqlite::open_reading(&path, clock()).expect("reads all the same");
    assert_eq!(verify(&reader), Ok((vec![], 2)));
    assert!(matches!(append(&reader, 3), Err(Error::Owned(_))));
    drop(other.stdin.take());
    other.kill().ok();
    other.wait().expect("ends");
    fill_once_free(&path);
}

fn fill_once_free(path: &Path) {
    // The lock goes with the last process that holds it, which may end a moment after its parent.
    let store = loop {
        match open(path) {
            Err(Error::Owned(_)) => std::thread::yield_now(),
            other => break other.expect("opens"),
        }
    };
    assert_eq!(append(&store, 3).map(|tip| tip.seq), Ok(3));
}
