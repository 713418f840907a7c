//! A guest beside a file's owner: under the contract, as two nodes on one database, silent, gone, and left alone.
//!
//! Owner and guest are two stores in this process; `millbook/tests/nodes.rs` has real ones. Not here: strangers (`doors.rs`).

mod house;

use futures_executor::block_on;
use futures_util::future::join_all;
use house::{House, clock};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::contract::{Case, Engine};
use store::sqlite::{Host, Settings, open_or_visit, owner};
use store::{Chain, CompanyId, Conflict, Entry, Error, Item, Result, Sheet, Store, Taken, Tip, Turn, Write};
use world::{Moment, Waiting};

const ONE: CompanyId = CompanyId(1);

fn entry(command: &str, bytes: String) -> Entry {
    let (by, via, command) = ("anna".to_owned(), "page".to_owned(), command.to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes: bytes.into_bytes() }
}

async fn append(store: &dyn Store, command: &str) -> Result<Tip> {
    store.begin(ONE).await?.commit(vec![entry(command, String::new())], vec![]).await
}

/// The guest as an engine: its owner stays.
struct Visiting(House);

impl Engine for Visiting {
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>> {
        Box::pin(async { open_or_visit(Settings::new(self.0.path(), clock())) })
    }
}

/// Owner and guest by turns: whoever opens next is the other one, and the owner changes between.
struct ByTurns(Mutex<(House, u32)>);

impl Engine for ByTurns {
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>> {
        let mut by_turns = self.0.lock().expect("nobody panicked");
        let (house, count) = &mut *by_turns;
        house.close();
        house.open(Host::PATIENCE);
        *count += 1;
        let store: Arc<dyn Store> = if *count % 2 == 0 { house.owner() } else { Arc::new(house.guest()) };
        Box::pin(async { Ok(store) })
    }
}

fn as_a_guest(case: Case) {
    block_on(case(&Visiting(House::new(Host::PATIENCE))));
}

fn with_another_owner_each_time(case: Case) {
    block_on(case(&ByTurns(Mutex::new((House::new(Host::PATIENCE), 0)))));
}

mod visiting {
    store::contract_suite!(super::as_a_guest);
}

mod by_turns {
    store::contract_suite!(super::with_another_owner_each_time);
}

/// The rows, each written by somebody who knew the row before it.
async fn sound(store: &dyn Store) -> usize {
    let (rows, mut chain) = (store.rows(ONE, 0, 10_000).await.expect("a page"), Chain::new(ONE));
    for row in &rows {
        assert_eq!(chain.row(row), []);
        assert_eq!(row.entry.bytes, (row.first - 1).to_string().into_bytes());
    }
    assert_eq!(chain.finish(store.tip(ONE).await.expect("a tip")), None);
    rows.len()
}

#[test]
fn owner_and_guests_that_believe_their_tips_never_overwrite_each_other() {
    let house = House::new(Host::PATIENCE);
    let stores: [Arc<dyn Store>; 3] = [house.owner(), Arc::new(house.guest()), Arc::new(house.guest())];
    let node = |number: usize, store: Arc<dyn Store>| async move {
        let (mut known, mut wrong, mut done) = (Tip::default(), 0, 0);
        while done < 50 {
            let entries = |known: Tip| vec![entry(&format!("{number}/{done}"), known.seq.to_string())];
            let believed = match store.begin_at(ONE, known).await {
                Ok(turn) => turn.commit(entries(known), vec![]).await,
                Err(error) => Err(error),
            };
            match believed {
                Ok(tip) => (known, done) = (tip, done + 1),
                Err(Error::Conflict(Conflict::Tip)) => {
                    wrong += 1;
                    let mut turn = store.begin(ONE).await.expect("a turn");
                    let others = turn.rows(known.seq, 1_000).await.expect("a page");
                    assert_eq!(others.last().map_or(known, |row| row.tip()), turn.tip());
                    (known, done) = (
                        turn.commit(
                            entries(Tip { seq: others.last().map_or(known.seq, |row| row.last), ..known }),
                            vec![],
                        )
                        .await
                        .expect("commits"),
                        done + 1,
                    );
                }
                Err(error) => panic!("{error}"),
            }
        }
        wrong
    };
    // A thread each, as processes have.
    let threads: Vec<_> = stores
        .into_iter()
        .enumerate()
        .map(|(number, store)| std::thread::spawn(move || block_on(node(number, store))))
        .collect();
    let wrong: usize = threads.into_iter().map(|thread| thread.join().expect("a node")).sum();
    assert!(wrong > 0, "they came in each other's way");
    assert_eq!(block_on(sound(&*house.owner())), 150);
}

/// While one stages rows, the turns of all others are told, and who believes the tip writes nothing; both ways round.
#[test]
fn owner_and_guest_are_told_that_the_other_one_stages_rows() {
    let house = House::new(Host::PATIENCE);
    let (owner, guest, second) = (house.owner(), house.guest(), house.guest());
    block_on(async {
        let pairs: [(&dyn Store, [&dyn Store; 2]); 2] =
            [(&*owner, [&guest, &second]), (&guest, [&*owner, &second])];
        for (number, (stages, others)) in pairs.into_iter().enumerate() {
            let tip = append(stages, &format!("first {number}")).await.expect("appends");
            let name = <dyn Store>::STAGING.to_owned();
            let taken =
                stages.lease_take(ONE, name.clone(), "holder".to_owned(), Duration::from_secs(60)).await;
            let Ok(Taken::Ours(lease)) = taken else { panic!("{taken:?}") };
            for (at, other) in others.into_iter().enumerate() {
                let believed = async |beside: Vec<Write>| {
                    let entry = entry(&format!("{number} {at}"), String::new());
                    let tip = other.tip(ONE).await?;
                    other.begin_at(ONE, tip).await?.commit(vec![entry], beside).await
                };
                let item = Item { key: "k".to_owned(), value: vec![], until: None };
                assert_eq!(believed(vec![]).await, Err(Error::Conflict(Conflict::Tip)));
                let beside = vec![Write::Put(Sheet::Body, item)];
                assert_eq!(believed(beside).await, Err(Error::Conflict(Conflict::Tip)));
                let turn = other.begin(ONE).await.expect("a turn");
                assert_eq!((turn.tip(), turn.staging()), (tip, Some(&lease)));
                drop(turn);
                assert!(
                    other.begin(CompanyId(2)).await.expect("a turn").staging().is_none(),
                    "another company"
                );
            }
            stages.lease_release(ONE, name, lease.fence).await.expect("gives it back");
            for other in others {
                assert!(other.begin(ONE).await.expect("a turn").staging().is_none());
            }
            append(others[0], &format!("after {number}")).await.expect("appends");
        }
    });
}

#[test]
fn a_guest_reads_what_it_wrote_and_the_owner_what_the_guest_wrote() {
    let house = House::new(Host::PATIENCE);
    let (owner, guest) = (house.owner(), house.guest());
    block_on(async {
        for number in 0..50 {
            let tip = append(&guest, &format!("guest {number}")).await.expect("appends");
            assert_eq!((guest.tip(ONE).await, owner.tip(ONE).await), (Ok(tip), Ok(tip)));
            let tip = append(&*owner, &format!("owner {number}")).await.expect("appends");
            assert_eq!(guest.begin(ONE).await.expect("a turn").tip(), tip);
        }
    });
}

/// A turn that is silent for too long is over, and says so when it wakes up; nobody waits for it, and its guest goes on.
#[test]
fn a_silent_guest_loses_its_turn_and_nothing_else() {
    let house = House::new(Duration::from_millis(30));
    let (owner, guest) = (house.owner(), house.guest());
    block_on(async {
        let silent = guest.begin(ONE).await.expect("a turn");
        append(&*owner, "a").await.expect("it waited no longer than that");
        let late = silent.commit(vec![entry("late", String::new())], vec![]).await;
        assert!(matches!(&late, Err(error @ Error::Busy(_)) if !error.may_have_happened()), "{late:?}");
        append(&guest, "b").await.expect("appends");
        let rows = owner.rows(ONE, 0, 9).await.expect("a page");
        assert_eq!(rows.iter().map(|row| &*row.entry.command).collect::<Vec<_>>(), ["a", "b"]);
    });
}

#[test]
fn a_guest_that_goes_away_leaves_no_turn_behind() {
    let house = House::new(Duration::from_secs(3_600));
    let owner = house.owner();
    block_on(async {
        for _ in 0..20 {
            let guest = house.guest();
            let turn = guest.begin(ONE).await.expect("a turn");
            drop((turn, guest));
            drop(owner.begin(ONE).await.expect("a turn"));
        }
        assert_eq!(append(&*owner, "a").await.map(|tip| tip.seq), Ok(1));
    });
}

#[test]
fn when_the_owner_closes_guests_are_told_and_what_was_answered_is_there() {
    let mut house = House::new(Host::PATIENCE);
    let guest = house.guest();
    let kept = block_on(append(&guest, "a")).expect("appends");
    let turn = block_on(guest.begin(ONE)).expect("a turn");
    house.close();
    assert_eq!(owner(&house.path()), None);
    let lost = block_on(turn.commit(vec![entry("b", String::new())], vec![]));
    assert!(matches!(lost, Err(Error::Lost { may_have_happened: true, .. })), "{lost:?}");
    let lost = block_on(append(&guest, "c"));
    assert!(matches!(lost, Err(Error::Lost { may_have_happened: false, .. })), "{lost:?}");
    assert_eq!(block_on(guest.tip(ONE)), Ok(kept), "it reads on");
    house.open(Host::PATIENCE);
    let lost = block_on(append(&guest, "d"));
    assert!(matches!(lost, Err(Error::Lost { .. })), "the next owner has another door: {lost:?}");
    assert_eq!(block_on(append(&house.guest(), "e")).map(|tip| tip.seq), Ok(2));
}

/// Forty guests' requests at once, some of them of one company: nobody waits for ever.
#[test]
fn many_requests_of_two_guests_end() {
    let house = House::new(Host::PATIENCE);
    let guests = [house.guest(), house.guest()];
    let threads: Vec<_> = guests
        .into_iter()
        .enumerate()
        .map(|(number, guest)| {
            std::thread::spawn(move || {
                let guest: &dyn Store = &guest;
                block_on(join_all((0..60).map(|count| async move {
                    let company = CompanyId(count % 7);
                    let turn: Box<dyn Turn> = guest.begin(company).await.expect("a turn");
                    guest.write(company, vec![]).await.expect("beside it");
                    let entry = entry(&format!("{number}/{count}"), String::new());
                    turn.commit(vec![entry], vec![]).await.expect("commits");
                })));
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("ends"));
    let companies = block_on(house.owner().companies()).expect("companies");
    assert_eq!(companies.iter().map(|(_, tip)| tip.seq).sum::<u64>(), 120);
}
