//! Nodes on one PostgreSQL, and a bad network between: bytes held back, connections cut, answers lost.
//!
//! Three nodes are asked for the same shipments under the same ids, and each for items of its own. An answer that came is in the log once,
//! where it says; a command whose answer was lost is there once or not at all, and is asked again under its id until it is answered. Meanwhile
//! the nodes take a lease from each other, which ends after milliseconds: what is written under it stands in the log in the order of its
//! fences. In the end all three know the same state as a fourth that reads the log. MILLBOOK_FULL=1 does it for ten networks.
#![cfg(unix)]

mod shop;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use company::{Company, Failure, Log, Wish};
use futures_executor::block_on;
use money::Currency;
use plan::{Command, Switch};
use serde_json::{Value, json};
use shop::*;
use store::contract::network::{Fate, Line, Network};
use store::contract::server::Server;
use store::postgres::{Postgres, Settings};
use store::{CompanyId, Conflict, Error, Lease, Pages, Store, Taken, Write};

const ONE: CompanyId = CompanyId(1);
const NODES: usize = 3;
/// Writers of a node.
const WRITERS: usize = 4;
const SHIPMENTS: usize = 400;
/// Pieces that are there.
const STOCK: usize = 280;
/// Items of a node's own.
const ITEMS: usize = 150;
/// Whoever holds the lease does so many things under it.
const UNDER_LEASE: usize = 4;
/// A lease ends while its holder is held up.
const LEASE: Duration = Duration::from_millis(20);

/// A store by a way that may be cut while it is opened.
fn store_at(url: &str) -> Arc<Postgres> {
    loop {
        match block_on(Postgres::open(Settings { connections: 6, ..Settings::new(url) })) {
            Ok(store) => return Arc::new(store),
            Err(error) => assert!(matches!(error, Error::Lost { .. }), "{error:?}"),
        }
    }
}

fn log_of(store: &Arc<Postgres>) -> Arc<Log<Company>> {
    Arc::new(Log::new(store.clone(), ONE, clock()))
}

fn begin(server: &Server) -> (Arc<Postgres>, Arc<Log<Company>>) {
    let store = store_at(&server.url());
    let log = log_of(&store);
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    for (number, wish) in basics().into_iter().enumerate() {
        block_on(log.ask(outside(&format!("basic-{number}"), wish))).expect("possible");
    }
    let stock = found("ST-2", &(STOCK - 10).to_string(), "490.00");
    block_on(log.ask(outside("stock", stock))).expect("possible");
    (store, log)
}

/// An answer: the events of a command and where they stand, or that it was refused.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Done(u64, Value),
    Refused(String),
    /// The lease was somebody else's by then.
    Late,
}

impl Answer {
    /// Where it stands in the log; nowhere, if nothing was to be done.
    fn first(&self) -> Option<u64> {
        match self {
            Answer::Done(first, _) => Some(*first).filter(|first| *first > 0),
            Answer::Refused(_) | Answer::Late => None,
        }
    }
}

/// Asks until it is answered: nothing but a lost connection is in the way. Under a lease it may come late.
fn ask(log: &Log<Company>, id: &str, wish: &Wish) -> Answer {
    loop {
        match block_on(log.ask(asked(id, wish.clone()))) {
            Ok(done) => return Answer::Done(done.first, json!(done.events)),
            Err(Failure::Refused(problem)) => return Answer::Refused(problem.code),
            Err(Failure::Store(Error::Lost { .. })) => {}
            Err(Failure::Store(Error::Conflict(Conflict::Lease(_)))) => return Answer::Late,
            Err(failure) => panic!("{id}: {failure:?}"),
        }
    }
}

fn under(lease: &Lease, switch: Switch) -> Wish {
    let beside = vec![Write::Fence(lease.name.clone(), lease.fence)];
    Wish::Exchange { command: Box::new(Command::Hold(switch)), beside }
}

fn take(store: &Postgres, holder: &str, length: Duration) -> Option<Lease> {
    match block_on(store.lease_take(ONE, "sync".to_owned(), holder.to_owned(), length)) {
        Ok(Taken::Ours(lease)) => Some(lease),
        Ok(Taken::Theirs(_)) | Err(Error::Lost { .. } | Error::Busy(_)) => None,
        Err(error) => panic!("{holder}: {error:?}"),
    }
}

/// Every command that stands in the log, with its first event, in order.
fn logged(store: &dyn Store) -> Vec<(String, u64)> {
    let mut pages = Pages::new(store, ONE, 0);
    let mut all = Vec::new();
    loop {
        let rows = block_on(pages.next()).expect("a page");
        if rows.is_empty() {
            return all;
        }
        all.extend(rows.into_iter().map(|row| (row.entry.command, row.first)));
    }
}

/// A node's shipments, from another place on for each writer.
fn ships(log: &Log<Company>, place: usize) -> Vec<(String, Answer)> {
    let mut numbers: Vec<usize> = (place % WRITERS..SHIPMENTS).step_by(WRITERS).collect();
    let count = numbers.len();
    numbers.rotate_left(place * count / (NODES * WRITERS));
    let one = |number| {
        let id = format!("ship-{number}");
        let answer = ask(log, &id, &Wish::Outside(ship(&format!("SH-{number}"), "1")));
        (id, answer)
    };
    numbers.into_iter().map(one).collect()
}

/// A node's items, and what it does under the lease whenever it gets it.
fn runs(store: &Postgres, log: &Log<Company>, node: usize) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for number in 0..ITEMS {
        let id = format!("item-{node}-{number}");
        answers.push((id.clone(), ask(log, &id, &Wish::Outside(item(&id)))));
        let Some(lease) = take(store, &format!("node {node}"), LEASE) else { continue };
        for time in 0..UNDER_LEASE {
            let switch = if time % 2 == 0 { Switch::On } else { Switch::Off };
            let id = format!("run-{}-{node}-{time}", lease.fence);
            answers.push((id.clone(), ask(log, &id, &under(&lease, switch))));
        }
    }
    answers
}

// rule: SCH-4
#[test]
fn what_was_answered_through_a_bad_network_stands_in_the_log_once() {
    let seeds = if std::env::var_os("MILLBOOK_FULL").is_some() { 10 } else { 1 };
    for seed in 1..=seeds {
        let Some(server) = Server::start(&["fsync=off"]) else { return };
        nodes_meet(&server, &Network::foul(seed));
    }
}

fn nodes_meet(server: &Server, network: &Arc<Network>) {
    let (direct, fourth) = begin(server);
    let before = logged(&*direct).len();
    let nodes: Vec<_> = (0..NODES)
        .map(|_| store_at(&Line::new(network, server).url()))
        .map(|store| (log_of(&store), store))
        .collect();
    let answers: Vec<(String, Answer)> = std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for (node, (log, store)) in nodes.iter().enumerate() {
            threads.push(scope.spawn(move || runs(store, log, node)));
            let writers = (0..WRITERS).map(|writer| node * WRITERS + writer);
            threads.extend(writers.map(|place| scope.spawn(move || ships(log, place))));
        }
        threads.into_iter().flat_map(|thread| thread.join().expect("a writer")).collect()
    });
    let [_, unsent, cut, unanswered, _, late] = network.fates();
    assert!([unsent, cut, unanswered, late, network.cuts()].iter().all(|count| *count > 0), "a fair network");

    // Whoever asks is answered alike; an answer is what stands in the log, in its place, and nothing else stands there.
    let mut said: BTreeMap<&str, &Answer> = BTreeMap::new();
    for (id, answer) in &answers {
        assert_eq!(*said.entry(id).or_insert(answer), answer, "{id}");
    }
    let done = |start: &str| {
        said.iter().filter(|(id, answer)| id.starts_with(start) && matches!(answer, Answer::Done(..))).count()
    };
    assert_eq!((done("ship"), done("item")), (STOCK, NODES * ITEMS));
    let rows = logged(&*direct).split_off(before);
    let places: BTreeMap<&str, u64> = rows.iter().map(|(id, first)| (id.as_str(), *first)).collect();
    assert_eq!(places.len(), rows.len(), "a command twice");
    let answered: BTreeMap<&str, u64> =
        said.iter().filter_map(|(id, answer)| Some((*id, answer.first()?))).collect();
    assert_eq!(places, answered);
    // Nobody wrote under a lease that somebody else had by then.
    let fence = |id: &str| id.strip_prefix("run-")?.split('-').next()?.parse::<u64>().ok();
    let fences: Vec<u64> = rows.iter().filter_map(|(id, _)| fence(id)).collect();
    assert!(fences.is_sorted() && fences.len() > NODES, "{fences:?}");

    // Asked again, each is answered what it was answered; all know the same.
    network.clear_up();
    for (id, answer) in said.iter().filter(|(id, _)| id.starts_with("ship")) {
        let number = id.trim_start_matches("ship-");
        assert_eq!(&&ask(&fourth, id, &Wish::Outside(ship(&format!("SH-{number}"), "1"))), answer);
    }
    let state = block_on(log_of(&direct).view(None)).expect("reads");
    for log in nodes.iter().map(|node| &node.0).chain([&fourth]) {
        let known = loop {
            match block_on(log.view(None)) {
                Ok(known) => break known,
                Err(failure) => assert!(matches!(failure, Failure::Store(Error::Lost { .. })), "{failure:?}"),
            }
        };
        assert_eq!((known.tip, known.fold.digest()), (state.tip, state.fold.digest()));
    }
    assert_eq!(block_on(company::verify(&*direct, &fourth, &*clock())).expect("verifies").findings, []);
}

/// A commit that believes its tip, and one that holds it, meet each fate; the one who asks again is answered as the log says.
#[test]
fn a_commit_is_cut_at_every_moment() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let (direct, other) = begin(&server);
    let line = Line::new(&Network::fair(), &server);
    let log = log_of(&store_at(&line.url()));
    let one = |log: &Log<Company>, id: &str| block_on(log.ask(outside(id, item(id))));
    for holds in [false, true] {
        for fate in [Fate::Passes, Fate::Unsent, Fate::Cut, Fate::Unanswered] {
            let id = format!("{fate:?}-{holds}");
            // Whoever has just met another's rows looks first the next time, once.
            one(&other, &format!("other-{id}")).expect("possible");
            one(&log, &format!("met-{id}")).expect("possible");
            if !holds {
                one(&log, &format!("calm-{id}")).expect("possible");
            }
            line.next(fate);
            let first = one(&log, &id);
            let is_there = logged(&*direct).iter().any(|(command, _)| *command == id);
            match (&first, fate) {
                (Ok(_), Fate::Passes | Fate::Unanswered | Fate::Cut) => assert!(is_there, "{id}"),
                (Err(Failure::Store(error)), Fate::Unsent | Fate::Cut) => {
                    assert!(error.may_have_happened() && (fate == Fate::Cut || !is_there), "{id}: {error:?}");
                }
                _ => panic!("{id}: {first:?}"),
            }
            let again = one(&log, &id).expect("possible");
            assert!(again.repeated || fate == Fate::Unsent || fate == Fate::Cut, "{id}");
            if let Ok(first) = first {
                assert_eq!((first.first, first.events), (again.first, again.events));
            }
            let times = logged(&*direct).iter().filter(|row| **row == (id.clone(), again.first)).count();
            assert_eq!(times, 1, "{id}");
        }
    }
}

/// While a node's commit waits on its way another one writes: it is decided again on what is there by then.
#[test]
fn a_commit_that_is_late_is_decided_again() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let (direct, other) = begin(&server);
    let line = Line::new(&Network::fair(), &server);
    let log = log_of(&store_at(&line.url()));
    for id in ["met", "calm"] {
        block_on(log.ask(outside(id, item(id)))).expect("possible");
    }
    line.next(Fate::Held);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| ask(&log, "all", &Wish::Outside(ship("SH-1", &STOCK.to_string()))));
        line.wait_until_held();
        block_on(other.ask(outside("one", ship("SH-2", "1")))).expect("nobody holds it up");
        line.let_go();
        assert_eq!(waits.join().expect("answered"), Answer::Refused("E301".to_owned()));
    });
    assert_eq!(logged(&*direct).last().map(|row| row.0.clone()), Some("one".to_owned()));
}

/// A node's lease goes to another while its connection is away; and nobody gets it while a commit under it is on its way.
// rule: SCH-4
#[test]
fn a_node_that_was_away_writes_nothing_under_a_lease_that_it_lost() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let (direct, other) = begin(&server);
    let line = Line::new(&Network::fair(), &server);
    let store = store_at(&line.url());
    let log = log_of(&store);
    block_on(log.view(None)).expect("reads");
    let until_ours = |holder: &str| loop {
        if let Some(lease) = take(&direct, holder, Duration::from_millis(1)) {
            return lease;
        }
    };
    for fate in [Fate::Unsent, Fate::Unanswered] {
        let lease = take(&store, "node", Duration::from_millis(1)).expect("free by now");
        let (mine, theirs) = (format!("mine-{fate:?}"), format!("theirs-{fate:?}"));
        line.next(fate);
        let first = block_on(log.ask(asked(&mine, under(&lease, Switch::On))));
        assert_eq!(first.is_ok(), fate == Fate::Unanswered, "{first:?}");
        let taken = until_ours("other");
        assert!(taken.fence > lease.fence);
        assert!(matches!(ask(&other, &theirs, &under(&taken, Switch::Off)), Answer::Done(..)));
        // Back again: what happened is what it was; what didn't happens no more.
        match (first, ask(&log, &mine, &under(&lease, Switch::On))) {
            (Ok(first), again) => assert_eq!(again, Answer::Done(first.first, json!(first.events))),
            (Err(_), again) => assert_eq!(again, Answer::Late),
        }
        let there = logged(&*direct).iter().filter(|(id, _)| *id == mine).count();
        assert_eq!(there, usize::from(fate == Fate::Unanswered));
        until_ours("nobody");
    }
    let lease = loop {
        if let Some(lease) = take(&store, "node", Duration::from_millis(1)) {
            break lease;
        }
    };
    line.next(Fate::Held);
    std::thread::scope(|scope| {
        let mine = scope.spawn(|| ask(&log, "held", &under(&lease, Switch::On)));
        line.wait_until_held();
        let taker = scope.spawn(|| until_ours("other"));
        line.let_go();
        assert!(matches!(mine.join().expect("answered"), Answer::Done(..)));
        assert!(taker.join().expect("taken").fence > lease.fence);
    });
}
