//! Turns: many wishes in one commit, each answered when durable, each done once, whatever fails.

mod shop;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use company::{Company, Failure, Log, Wish, preview};
use futures_executor::block_on;
use futures_util::future::join_all;
use money::Currency;
use serde_json::json;
use shop::*;
use store::{CompanyId, Store};

fn begun(store: Arc<dyn Store>) -> Arc<Log<Company>> {
    let log = Arc::new(Log::new(store, CompanyId(1), clock()));
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    log
}

fn done(log: &Log<Company>, id: &str, value: serde_json::Value) -> company::Done<company::Event> {
    block_on(log.ask(outside(id, value))).unwrap_or_else(|failure| panic!("{id}: {failure}"))
}

fn basics_done(log: &Log<Company>) {
    for (number, wish) in basics().into_iter().enumerate() {
        done(log, &format!("basic-{number}"), wish);
    }
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = {
        let log = begun(sqlite(folder.path()));
        basics_done(&log);
        done(&log, "ship", ship("SH-1", "4"));
        block_on(log.view(None)).expect("reads")
    };
    let log: Log<Company> = Log::new(sqlite(folder.path()), CompanyId(1), clock());
    let after = block_on(log.view(None)).expect("reads");
    assert_eq!((after.tip, after.fold.digest()), (before.tip, before.fold.digest()));
    assert_eq!(after.fold.book.base(), Currency::NZD);
    assert_eq!(after.tip.seq, 7);
    // Who and when: of the command, also after the restart.
    assert_eq!(after.fold.book.stamp(6), before.fold.book.stamp(6));
    assert_eq!(after.fold.book.stamp(6).map(|stamp| stamp.at), Some(1_772_409_600));
}

#[test]
fn an_id_is_done_once_and_never_for_another_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = begun(sqlite(folder.path()));
    basics_done(&log);
    let first = done(&log, "ship", ship("SH-1", "4"));
    let again = done(&log, "ship", ship("SH-1", "4"));
    assert_eq!(
        (again.first, again.last, &again.events, again.repeated),
        (first.first, first.last, &first.events, true)
    );
    // Its first answer, though by now it would be refused.
    done(&log, "all", ship("SH-2", "6"));
    assert!(done(&log, "ship", ship("SH-1", "4")).repeated);
    let other =
        |log: &Log<Company>| block_on(log.ask(outside("ship", ship("SH-1", "5")))).expect_err("another");
    assert!(matches!(other(&log), Failure::Refused(problem) if problem.code == "command-id-reused"));
    drop(log);
    let log: Log<Company> = Log::new(sqlite(folder.path()), CompanyId(1), clock());
    assert_eq!(done(&log, "ship", ship("SH-1", "4")).events, first.events);
    assert!(matches!(other(&log), Failure::Refused(problem) if problem.code == "command-id-reused"));
    // A refused command has left no trace: its id is free.
    let refused = block_on(log.ask(outside("more", ship("SH-3", "1")))).expect_err("nothing left");
    assert!(matches!(refused, Failure::Refused(problem) if problem.code == "E301"));
    done(&log, "more", found("ST-2", "1", "7.00"));
}

#[test]
fn many_who_wait_share_commits_and_each_gets_its_own_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(Faulty::new(sqlite(folder.path())));
    let commits = store.commits.clone();
    let log = begun(store);
    basics_done(&log);
    commits.store(0, Ordering::SeqCst);
    // Ten are there; forty want one each, every fourth under the id of the one before.
    let wishes = (0..40).map(|number| {
        let name = number - usize::from(number % 4 == 3);
        let log = log.clone();
        async move { log.ask(outside(&format!("ship-{name}"), ship(&format!("SH-{name}"), "1"))).await }
    });
    let answers = block_on(join_all(wishes));
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let done: Vec<_> = done.into_iter().flatten().collect();
    let fresh = done.iter().filter(|done| !done.repeated).count();
    let firsts: std::collections::BTreeSet<u64> = done.iter().map(|done| done.first).collect();
    assert_eq!((fresh, firsts.len()), (10, 10));
    assert!(refused.iter().all(|answer| matches!(answer, Err(Failure::Refused(p)) if p.code == "E301")));
    assert!(commits.load(Ordering::SeqCst) <= 3, "{} commits", commits.load(Ordering::SeqCst));
}

#[test]
fn those_who_ask_again_and_again_share_every_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(Faulty::new(sqlite(folder.path())));
    let commits = store.commits.clone();
    let log = begun(store);
    basics_done(&log);
    commits.store(0, Ordering::SeqCst);
    let writers = (0..16).map(|writer| {
        let log = log.clone();
        async move {
            for number in 0..10 {
                let code = format!("I-{writer}-{number}");
                log.ask(outside(&code, item(&code))).await.expect("possible");
            }
        }
    });
    block_on(join_all(writers));
    // 160 commands in the ten commits of one writer, and a few while they fall into step.
    let commits = commits.load(Ordering::SeqCst);
    assert!((10..=14).contains(&commits), "{commits} commits");
}

/// Half of those who wait are decided while the other half is written. 40 pieces are there; 40, then 64 want one of them.
#[test]
fn a_turn_is_decided_on_the_one_before_it_and_again_if_that_fails() {
    for (fate, lost_at_first) in [(RIGHT, 0), (FULL, 20), (LOST_BEFORE, 20), (LOST_AFTER, 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(Faulty::new(sqlite(folder.path())));
        let (commits, next, looks) = (store.commits.clone(), store.next.clone(), store.looks.clone());
        let log = begun(store.clone());
        basics_done(&log);
        done(&log, "more", found("ST-2", "30", "210.00"));
        let ask = |from: usize, to: usize| {
            let wish = |at| outside(&format!("ship-{at}"), ship(&format!("SH-{at}"), "1"));
            let wishes = (from..to).map(|at| log.ask(wish(at)));
            block_on(join_all(wishes))
        };
        commits.store(0, Ordering::SeqCst);
        looks.store(0, Ordering::SeqCst);
        next.store(fate, Ordering::SeqCst);
        let answers = ask(0, 40);
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), lost_at_first, "{fate}");
        assert_eq!(commits.load(Ordering::SeqCst), 2, "{fate}: two halves");
        assert_eq!(
            looks.load(Ordering::SeqCst),
            usize::from(lost_at_first > 0),
            "{fate}: nobody asks the engine first, unless what it believed never came"
        );
        // What failed is free for others, what didn't is not; the ids are what they were.
        let rest = ask(0, 64);
        let (made, refused): (Vec<_>, Vec<_>) = rest.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (40, 24), "{fate}");
        assert!(refused.iter().all(|one| matches!(one, Err(Failure::Refused(p)) if p.code == "E301")));
        let numbers: std::collections::BTreeSet<u64> =
            made.into_iter().flatten().map(|one| one.first).collect();
        assert_eq!(numbers.len(), 40, "{fate}: each its own event");
        // A failure is forgotten: afterwards nobody asks the engine first again.
        done(&log, "item", item("one more"));
        looks.store(0, Ordering::SeqCst);
        done(&log, "item-2", item("and another"));
        assert_eq!(looks.load(Ordering::SeqCst), 0, "{fate}");
        let served = block_on(log.view(None)).expect("reads");
        let other: Log<Company> = Log::new(store.clone(), CompanyId(1), clock());
        let replayed = block_on(other.view(None)).expect("reads");
        assert_eq!((served.tip, served.fold.digest()), (replayed.tip, replayed.fold.digest()), "{fate}");
    }
}

/// Whoever stops waiting, at whatever moment of whose turn: nothing is lost, nothing is done twice.
#[test]
fn turns_that_are_left_alone_at_any_moment_hurt_nobody() {
    for moment in 0..60 {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(Faulty::new(sqlite(folder.path())));
        let log = begun(store.clone());
        basics_done(&log);
        let wish = |at: usize| outside(&format!("I-{at}"), item(&format!("I-{at}")));
        let mut asking: Vec<_> = (0..48).map(|at| Some(Box::pin(log.ask(wish(at))))).collect();
        let left_alone = |at: usize| at % 3 == moment % 3;
        let mut polls = 0;
        block_on(std::future::poll_fn(|context| {
            polls += 1;
            let mut waits = 0;
            for (at, place) in asking.iter_mut().enumerate() {
                if polls > moment && left_alone(at) {
                    *place = None;
                }
                let Some(ask) = place else { continue };
                match ask.as_mut().poll(context) {
                    std::task::Poll::Ready(answer) => {
                        answer.unwrap_or_else(|failure| panic!("{moment}: {at}: {failure}"));
                        *place = None;
                    }
                    std::task::Poll::Pending => waits += 1,
                }
            }
            if waits == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        }));
        drop(asking);
        for answer in block_on(join_all((0..48).map(|at| log.ask(wish(at))))) {
            answer.expect("possible, or done before");
        }
        assert_eq!(block_on(log.view(None)).expect("reads").tip.seq, 6 + 48, "{moment}: each once");
    }
}

#[test]
fn a_failed_commit_leaves_nothing_and_a_lost_answer_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(Faulty::new(sqlite(folder.path())));
    let next = store.next.clone();
    let log = begun(store);
    basics_done(&log);
    let digest = |log: &Log<Company>| block_on(log.view(None)).expect("reads").fold.digest();
    let before = digest(&log);
    next.store(FULL, Ordering::SeqCst);
    let full = block_on(log.ask(outside("ship", ship("SH-1", "4")))).expect_err("full");
    assert!(matches!(full, Failure::Store(store::Error::Full(_))));
    assert_eq!(digest(&log), before);
    next.store(LOST_BEFORE, Ordering::SeqCst);
    let lost = block_on(log.ask(outside("ship", ship("SH-1", "4")))).expect_err("lost");
    assert!(matches!(lost, Failure::Store(store::Error::Lost { .. })));
    assert_eq!(digest(&log), before);
    next.store(LOST_AFTER, Ordering::SeqCst);
    let answered = done(&log, "ship", ship("SH-1", "4"));
    assert_eq!((answered.first, answered.last), (7, 7));
    assert_ne!(digest(&log), before);
    // All of it once.
    let last = done(&log, "rest", ship("SH-2", "6"));
    assert_eq!(last.last, 8);
}

#[test]
fn who_stops_waiting_takes_nothing_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = begun(sqlite(folder.path()));
    basics_done(&log);
    // Polled once, then dropped: in the queue, or in the middle of its turn.
    for number in 0..20 {
        let id = format!("gone-{number}");
        let mut gone = Box::pin(log.ask(outside(&id, found(&id, "1", "1.00"))));
        let mut stays = Box::pin(
            log.ask(outside(&format!("stays-{number}"), found(&format!("S-{number}"), "1", "1.00"))),
        );
        block_on(async {
            futures_util::future::poll_fn(|context| {
                let _ = gone.as_mut().poll(context);
                let _ = stays.as_mut().poll(context);
                std::task::Poll::Ready(())
            })
            .await;
        });
        drop(gone);
        block_on(stays).expect("the other one is answered");
        done(&log, &id, found(&id, "1", "1.00"));
    }
    let state = block_on(log.view(None)).expect("reads");
    assert_eq!(state.tip.seq, 6 + 40, "each once");
}

#[test]
fn another_node_sees_what_was_promised() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(folder.path());
    let (one, two) = (begun(store.clone()), Log::<Company>::new(store, CompanyId(1), clock()));
    basics_done(&one);
    assert_eq!(block_on(two.view(None)).expect("reads").tip.seq, 6);
    let done = done(&one, "ship", ship("SH-1", "4"));
    // A reader without a session may be a moment behind; one that saw event 7 is not.
    assert_eq!(block_on(two.view(Some(0))).expect("reads").tip.seq, 6);
    assert_eq!(block_on(two.view(Some(done.last))).expect("reads").tip.seq, 7);
    assert!(block_on(two.view(Some(99))).is_err(), "event 99 was never written");
    // It decides on what the other one wrote.
    let refused = block_on(two.ask(outside("ship-2", ship("SH-2", "7")))).expect_err("six are left");
    assert!(matches!(refused, Failure::Refused(problem) if problem.code == "E301"));
    block_on(two.ask(outside("ship-2", ship("SH-2", "6")))).expect("six are left");
    assert_eq!(block_on(one.view(None)).expect("reads").tip.seq, 8);
}

#[test]
fn both_families_of_events_share_a_turn_and_one_late_fence_hurts_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(folder.path());
    let log = begun(store.clone());
    basics_done(&log);
    let hold = |beside| Wish::Exchange { command: Box::new(plan::Command::Hold(plan::Switch::On)), beside };
    let late = vec![store::Write::Fence("sync".into(), 7)];
    let wishes = vec![
        outside("ship", ship("SH-1", "4")),
        asked("late", hold(late)),
        outside("ship-2", ship("SH-2", "1")),
    ];
    let answers = block_on(log.ask_all(wishes));
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    let lost = store::Error::Conflict(store::Conflict::Lease("sync".into()));
    assert_eq!(answers[1].as_ref().expect_err("late"), &Failure::Store(lost));
    let kept = store::Item { key: "look".into(), value: b"now".to_vec(), until: None };
    let beside = vec![store::Write::Put(store::Sheet::Outbox, kept)];
    let answers =
        block_on(log.ask_all(vec![asked("hold", hold(beside)), outside("ship-3", ship("SH-3", "1"))]));
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let state = block_on(log.view(None)).expect("reads");
    // Each fold goes by its own numbers: the log's ninth event is the exchange's, the book has nine of its own.
    assert_eq!((state.tip.seq, state.fold.book.seq(), state.fold.exchange.seq()), (10, 9, 9));
    assert!(state.fold.exchange.is_held());
    let item = block_on(store.item(CompanyId(1), store::Sheet::Outbox, "look".into())).expect("reads");
    assert_eq!(item.map(|item| item.value), Some(b"now".to_vec()));
    // Another program replays both, and the log verifies.
    let other: Log<Company> = Log::new(store.clone(), CompanyId(1), clock());
    assert_eq!(block_on(other.view(None)).expect("reads").fold.digest(), state.fold.digest());
    assert_eq!(block_on(company::verify(&*store, &other, &*clock())).expect("verifies").findings, []);
    let refused = block_on(log.ask(asked("off", plan::Command::Disconnect.into()))).expect_err("never was");
    let Failure::Refused(problem) = refused else { panic!("{refused}") };
    assert_eq!((problem.code.as_str(), problem.remedy.contains("millbook xero connect")), ("S101", true));
}

#[test]
fn a_preview_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = begun(sqlite(folder.path()));
    basics_done(&log);
    let state = block_on(log.view(None)).expect("reads");
    let asking = book::Asking { today: today(), by: 0 };
    let (shown, after) = preview(&state.fold.book, ship("SH-1", "4"), asking).expect("possible");
    assert_eq!(
        shown["would"]["documents"],
        json!([{ "document": "SH-1", "before": "0.00", "after": "28.00" }])
    );
    assert_eq!(shown["would"]["lots"], json!([{ "lot": "ST-1/1", "before": "70.00", "after": "42.00" }]));
    assert_ne!(after.digest(), state.fold.book.digest());
    assert_eq!(block_on(log.view(None)).expect("reads").fold.digest(), state.fold.digest());
}

#[test]
fn companies_are_made_opened_and_put_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let companies = companies(sqlite(folder.path()));
    let jam = block_on(companies.add(add_company("jam"), Currency::NZD)).expect("made");
    let tea = block_on(companies.add(add_company("tea"), Currency::EUR)).expect("made");
    assert_eq!((jam.company, tea.company, companies.opened()), (1, 2, 2));
    let taken =
        block_on(companies.add(asked("other", add_company("JAM").wish), Currency::NZD)).expect_err("taken");
    assert!(matches!(taken, Failure::Refused(problem) if problem.code == "taken"));
    // The same id again finishes what was begun.
    assert_eq!(block_on(companies.add(add_company("jam"), Currency::NZD)).expect("made").company, 1);
    let log = companies.log(1);
    basics_done(&log);
    assert_eq!(companies.put_away(Duration::ZERO), 1, "jam is held");
    drop(log);
    assert_eq!(companies.put_away(Duration::from_secs(60)), 0, "jam was used this minute");
    assert_eq!((companies.put_away(Duration::ZERO), companies.opened()), (1, 0));
    let found = block_on(companies.registered("Jam")).expect("there");
    assert_eq!(block_on(companies.log(found.company).view(None)).expect("reads").tip.seq, 6);
    let missing = block_on(companies.registered("tee")).expect_err("none");
    assert!(missing.to_string().contains("Name one of: jam, tea"), "{missing}");
    let never = block_on(companies.log(9).ask(outside("x", item("JAM")))).expect_err("never begun");
    assert!(matches!(never, Failure::Refused(problem) if problem.code == "not-opened"));
}

#[test]
fn a_company_that_was_begun_and_interrupted_is_finished_by_making_it_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let companies = companies(sqlite(folder.path()));
    // A process that ended between the two logs: registered, not opened.
    block_on(companies.installation().ask(add_company("jam"))).expect("registered");
    let other = asked("other", add_company("jam").wish);
    let refused = block_on(companies.add(other.clone(), Currency::EUR)).expect_err("another currency");
    assert!(matches!(refused, Failure::Refused(problem) if problem.code == "taken"));
    assert_eq!(block_on(companies.add(other, Currency::NZD)).expect("finished").company, 1);
    basics_done(&companies.log(1));
    let third = asked("third", add_company("jam").wish);
    let refused = block_on(companies.add(third, Currency::NZD)).expect_err("it is at work");
    assert!(matches!(refused, Failure::Refused(problem) if problem.code == "taken"));
}
