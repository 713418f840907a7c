//! A company as the runner sees it: wishes with what lies beside them, notes and bodies, the lease, files.

mod shop;

use std::sync::Arc;
use std::time::Duration;

use company::{Desk, Log, Wish};
use futures_executor::block_on;
use money::Currency;
use plan::{Command, Switch};
use shop::*;
use store::sqlite::Sqlite;
use store::{Attachments, CompanyId, Folder, Sheet, Store};
use sync::{Beside, Desk as _, Fence, Trouble};
use world::{Clock, Moment};

const MINUTE: Duration = Duration::from_secs(60);

struct Scene {
    folder: tempfile::TempDir,
    store: Arc<Sqlite>,
    clock: Arc<world::simulated::SimulatedClock>,
}

impl Scene {
    fn new() -> Scene {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = clock();
        let settings = store::sqlite::Settings::new(folder.path().join("books.db"), clock.clone());
        Scene { store: Arc::new(Sqlite::open(settings).expect("opens")), clock, folder }
    }

    /// A program's desk: its own log over the same store.
    fn desk(&self, holder: &str) -> Desk {
        let log = Arc::new(Log::new(self.store.clone(), CompanyId(1), self.clock.clone()));
        Desk::new(log, Arc::new(self.files()), "Pacific/Auckland", holder)
    }

    fn files(&self) -> Folder {
        Folder::new(self.folder.path().join("files"))
    }

    fn begun(&self, holder: &str) -> Desk {
        let desk = self.desk(holder);
        block_on(desk.log().ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
        desk
    }
}

fn body(key: &str, until: Moment) -> Beside {
    Beside::Body { key: key.into(), bytes: b"{}".to_vec(), until }
}

fn note(text: &str) -> Beside {
    Beside::Note { key: "looked".into(), text: text.into() }
}

fn held(
    desk: &Desk,
    fence: Option<Fence>,
    id: &str,
    held: Switch,
    beside: Vec<Beside>,
) -> Result<bool, Trouble> {
    block_on(desk.ask(id.into(), Command::Hold(held), beside, fence)).map(|view| view.exchange.is_held())
}

#[test]
fn a_wish_and_what_lies_beside_it_are_written_together_or_not_at_all() {
    let scene = Scene::new();
    let (one, two) = (scene.begun("one"), scene.desk("two"));
    let later = scene.clock.now().plus(MINUTE);
    let fence = block_on(one.take_lease(MINUTE)).expect("asks").expect("free");
    assert_eq!(
        held(&one, Some(fence), "hold", Switch::On, vec![body("1-request", later), note("now")]),
        Ok(true)
    );
    assert_eq!(block_on(two.body("1-request".into())), Ok(Some(b"{}".to_vec())));
    assert_eq!(block_on(two.note("looked".into())), Ok(Some("now".into())));
    // The row says who: nobody, by the synchronisation.
    let rows = block_on(scene.store.rows(CompanyId(1), 1, 10)).expect("rows");
    assert_eq!((rows[0].entry.via.as_str(), rows[0].entry.by.as_str()), ("sync", "0"));
    // Asked again with its id: done once. A wish that changes nothing still keeps what lies beside it.
    assert_eq!(held(&one, Some(fence), "hold", Switch::On, vec![]), Ok(true));
    assert_eq!(held(&one, Some(fence), "again", Switch::On, vec![note("later")]), Ok(true));
    assert_eq!(block_on(two.note("looked".into())), Ok(Some("later".into())));
    assert_eq!(block_on(scene.store.tip(CompanyId(1))).expect("tip").seq, 2);
    // Whoever lost the lease writes nothing, with or without events.
    scene.clock.advance(2 * MINUTE);
    let new = block_on(two.take_lease(MINUTE)).expect("asks").expect("it has ended");
    assert_eq!(new.number, fence.number + 1);
    for (id, switch) in [("late", Switch::Off), ("late-too", Switch::On)] {
        let beside = vec![body("2-request", later), note("never")];
        let refused = held(&one, Some(fence), id, switch, beside).expect_err("late");
        assert!(matches!(&refused, Trouble::Refused { code, .. } if code == "lease-lost"), "{refused}");
    }
    assert_eq!(block_on(two.note("looked".into())), Ok(Some("later".into())));
    assert_eq!(block_on(two.body("2-request".into())), Ok(None));
    assert_eq!(held(&two, Some(new), "release", Switch::Off, vec![]), Ok(false));
}

#[test]
fn bodies_are_swept_when_their_time_has_come_and_notes_stay() {
    let scene = Scene::new();
    let desk = scene.begun("one");
    let until = |minutes| scene.clock.now().plus(minutes * MINUTE);
    let beside = vec![body("1-request", until(1)), body("2-request", until(5)), note("now")];
    assert_eq!(block_on(desk.keep(beside)), Ok(()));
    scene.clock.advance(2 * MINUTE);
    assert_eq!(block_on(scene.store.sweep(Sheet::Body, scene.clock.now())), Ok(1));
    assert_eq!(block_on(desk.body("1-request".into())), Ok(None));
    assert_eq!(block_on(desk.body("2-request".into())), Ok(Some(b"{}".to_vec())));
    scene.clock.advance(1_000_000 * MINUTE);
    assert_eq!(block_on(scene.store.sweep(Sheet::Body, scene.clock.now())), Ok(1));
    assert_eq!(block_on(desk.note("looked".into())), Ok(Some("now".into())));
}

// rule: SCH-4
#[test]
fn one_at_a_time_has_the_lease() {
    let scene = Scene::new();
    let (one, two) = (scene.begun("one"), scene.desk("two"));
    let take = |desk: &Desk| block_on(desk.take_lease(MINUTE)).expect("asks");
    let first = take(&one).expect("free");
    assert_eq!(first.until, scene.clock.now().plus(MINUTE));
    assert_eq!((take(&two), take(&one)), (None, None));
    scene.clock.advance(MINUTE / 2);
    let renewed = block_on(one.renew_lease(first, MINUTE)).expect("asks").expect("ours");
    assert_eq!((renewed.number, renewed.until), (first.number, scene.clock.now().plus(MINUTE)));
    block_on(one.release_lease(renewed)).expect("released");
    let second = take(&two).expect("free again");
    assert_eq!(block_on(one.renew_lease(renewed, MINUTE)), Ok(None));
    block_on(one.release_lease(renewed)).expect("nothing happens");
    assert_eq!(take(&one), None, "two has it still: {second:?}");
}

#[test]
fn days_are_of_the_company_and_files_are_found_by_what_they_are() {
    let scene = Scene::new();
    let desk = scene.begun("one");
    // 2026-03-02T00:00:00Z is the afternoon of that day in Auckland; twelve hours later it is the third there.
    let today = |desk: &Desk| block_on(desk.view()).expect("reads").today.to_string();
    assert_eq!(today(&desk), "2026-03-02");
    scene.clock.advance(12 * 60 * MINUTE);
    assert_eq!(today(&desk), "2026-03-03");
    assert_eq!(company::today("Nowhere/Land", scene.clock.now()).to_string(), "2026-03-02");
    let hash = block_on(scene.files().put(CompanyId(1), b"scan".to_vec())).expect("kept").to_string();
    assert_eq!(block_on(desk.file(hash.clone())), Ok(Some(b"scan".to_vec())));
    assert_eq!(block_on(desk.file(hash.to_uppercase())), Ok(Some(b"scan".to_vec())));
    for wrong in ["", "zz", &hash[..63], &"é".repeat(32), &"g".repeat(64)] {
        assert_eq!(block_on(desk.file(wrong.into())), Ok(None), "{wrong}");
    }
}
