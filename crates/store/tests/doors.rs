//! The door of a file's owner on bad days: strangers, wrong words, bad bytes, too many, posers, stale addresses.
//!
//! Whoever doesn't belong there hears nothing and nothing of theirs happens; the owner and its guests go on. Not here: what
//! guests do inside (`guest.rs`).

mod house;

use futures_executor::block_on;
use house::{House, clock};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use store::sqlite::{Guest, Host, Settings, Sqlite, open_or_visit};
use store::{CompanyId, Entry, Error, Result, Store, Tip};
use world::Moment;
use world::simulated::SeededChance;

const ONE: CompanyId = CompanyId(1);

async fn append(store: &dyn Store, command: &str) -> Result<Tip> {
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    let entry = Entry { events: 1, at: Moment::default(), by, via, command, bytes: Vec::new() };
    store.begin(ONE).await?.commit(vec![entry], vec![]).await
}

/// What the lock file says: the address, and the two words as bytes.
fn written(house: &House) -> (String, [Vec<u8>; 2]) {
    let text = std::fs::read_to_string(house.folder.path().join("books.db.lock")).expect("there");
    let mut lines = text.lines().skip(1);
    let address = lines.next().expect("an address").to_owned();
    let mut word =
        || u128::from_str_radix(lines.next().expect("a word"), 16).expect("hex").to_be_bytes().to_vec();
    (address, [word(), word()])
}

const SPEAKS: u64 = 1 << 32 | store::sqlite::TABLES as u64;

/// What is left of the connection's answers until its end.
fn rest(line: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    line.read_to_end(&mut heard).ok(); // put out, it may be reset
    heard
}

fn knock(address: &str, speaks: u64, word: &[u8], more: &[u8]) -> TcpStream {
    let mut line = TcpStream::connect(address).expect("connects");
    line.write_all(&[&speaks.to_be_bytes()[..], word, more].concat()).expect("is sent");
    line
}

#[test]
fn whoever_knocks_wrongly_hears_nothing_and_bad_bytes_do_nothing() {
    let house = House::new(Duration::from_millis(200));
    let owner = house.owner();
    let (address, [word, answer]) = written(&house);
    for wrong in [vec![0; 16], answer.clone(), [&word[..15], &[word[15] ^ 1]].concat()] {
        assert_eq!(rest(&mut knock(&address, SPEAKS, &wrong, &[])), [], "{wrong:?}");
    }
    assert_eq!(rest(&mut TcpStream::connect(&address).expect("connects")), [], "silent: it is put out");
    // Another version is told what is spoken here, and let no further.
    let mut other = knock(&address, SPEAKS + 1, &word, &[0, 0, 0, 5, 0, 0, 0, 0, 1]);
    let told = rest(&mut other);
    assert_eq!(told[..16], answer);
    assert_eq!(told[16..28], [&[0, 0, 0, 8][..], &SPEAKS.to_be_bytes()].concat());
    let mut greeting = vec![0; told.len()];
    let mut inside = |more: &[u8]| {
        let mut line = knock(&address, SPEAKS, &word, more);
        line.read_exact(&mut greeting).expect("is greeted");
        line
    };
    let begin = [0, 0, 0, 5, 0, 0, 0, 0, 1];
    let messages: [&[u8]; 7] = [
        &[0xff; 40],                                          // four gigabytes are announced
        &[0x0f, 0xff, 0xff, 0xff, 4, 0, 0, 0, 1],             // a message that never comes whole
        &[0, 0, 0, 0],                                        // of nothing
        &[0, 0, 0, 1, 200],                                   // no such request
        &[0, 0, 0, 6, 0, 0, 0, 0, 1, 9],                      // more than a request
        &[0, 0, 0, 9, 4, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], // a list cut off
        &[0, 0],
    ];
    for message in messages {
        assert_eq!(rest(&mut inside(message)), [], "{message:?}");
        // The same within a turn: it is dropped, nobody waits.
        let mut line = inside(&begin);
        line.read_exact(&mut [0; 5]).expect("has the turn");
        line.write_all(message).expect("is sent");
        block_on(async { drop(owner.begin(ONE).await.expect("a turn")) });
    }
    block_on(append(&house.guest(), "a")).expect("appends");
    assert_eq!(block_on(owner.tip(ONE)).map(|tip| tip.seq), Ok(1));
}

/// However long it is waited for: what is announced as too large isn't waited for at all.
#[test]
fn a_message_that_is_too_large_is_not_waited_for() {
    let house = House::new(Duration::from_secs(3_600));
    let (address, [word, _]) = written(&house);
    let mut line = knock(&address, SPEAKS, &word, &((256 << 20) + 1_u32).to_be_bytes());
    line.set_read_timeout(Some(Duration::from_secs(20))).expect("is set");
    let mut heard = Vec::new();
    line.read_to_end(&mut heard).expect("put out at once");
    let mut line = knock(&address, SPEAKS, &word, &(256_u32 << 20).to_be_bytes());
    line.set_read_timeout(Some(Duration::from_millis(300))).expect("is set");
    assert!(line.read_to_end(&mut heard).is_err(), "the largest is");
}

#[test]
fn only_so_many_connections_are_taken() {
    let house = House::new(Duration::from_secs(3_600));
    let (address, [word, answer]) = written(&house);
    let mut inside: Vec<TcpStream> = (0..64).map(|_| knock(&address, SPEAKS, &word, &[])).collect();
    for line in &mut inside {
        let mut heard = [0; 16];
        line.read_exact(&mut heard).expect("is let in");
        assert_eq!(heard[..], answer);
    }
    let refused = Guest::open(&house.path()).map(drop);
    assert!(matches!(refused, Err(Error::Lost { may_have_happened: false, .. })), "{refused:?}");
    drop(inside);
    // Their places are given back one after the other.
    let guest = loop {
        if let Ok(guest) = Guest::open(&house.path()) {
            break guest;
        }
    };
    block_on(append(&guest, "a")).expect("appends");
}

/// A stale address means nothing without the lock; and who took an owner's port is not believed.
#[test]
fn an_address_that_nobody_answers_for_is_not_used() {
    let mut house = House::new(Host::PATIENCE);
    let lock = house.folder.path().join("books.db.lock");
    let before = std::fs::read(&lock).expect("there");
    house.close();
    std::fs::write(&lock, &before).expect("as a killed process leaves it");
    let gone = Guest::open(&house.path()).map(drop);
    assert!(matches!(gone, Err(Error::Lost { may_have_happened: false, .. })), "{gone:?}");
    let store = open_or_visit(Settings::new(house.path(), clock())).expect("opens");
    block_on(append(&*store, "a")).expect("as its owner");
    // An owner whose door is another's: it doesn't know the second word, speaks otherwise, or says nonsense.
    let pose = |greeting: Vec<u8>| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        std::fs::write(&lock, format!("77\n{address}\n{:032x}\n{:032x}\n", 1, 2)).expect("written");
        let posing = std::thread::spawn(move || {
            let (mut line, _) = listener.accept().expect("a guest");
            line.read_exact(&mut [0; 24]).expect("knocks");
            line.write_all(&greeting).expect("is sent");
        });
        let refused = Guest::open(&house.path()).map(drop).expect_err("it isn't the owner");
        posing.join().expect("posed");
        refused
    };
    let right = 2_u128.to_be_bytes().to_vec();
    let speaks = |speaks: u64, program: &str| {
        let program = [&(program.len() as u64).to_be_bytes()[..], program.as_bytes()].concat();
        let length = u32::try_from(program.len()).expect("short").to_be_bytes();
        [&right[..], &[0, 0, 0, 8], &speaks.to_be_bytes(), &length, &program].concat()
    };
    assert!(matches!(pose([&[0; 16][..], &speaks(SPEAKS, "x")[16..]].concat()), Error::Lost { .. }));
    assert!(matches!(pose([&right[..], &[0xff; 30]].concat()), Error::Lost { .. }));
    let other = pose(speaks(SPEAKS + 1, "7.3.0"));
    assert!(matches!(&other, Error::Owned(owner) if owner.process == 77), "{other:?}");
    assert!(other.remedy().contains("Use Millbook 7.3.0"), "{}", other.remedy());
}

#[cfg(unix)]
#[test]
fn the_doors_words_are_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let lock = folder.path().join("books.db.lock");
    std::fs::write(&lock, "as an older program made it").expect("written");
    std::fs::set_permissions(&lock, PermissionsExt::from_mode(0o644)).expect("readable");
    let store =
        Arc::new(Sqlite::open(Settings::new(folder.path().join("books.db"), clock())).expect("opens"));
    let host = Host::open(store, &SeededChance::new(1), Host::PATIENCE).expect("takes guests in");
    let rights = std::fs::metadata(&lock).expect("there").permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
    drop(host);
}
