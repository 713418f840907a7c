//! Imports: decided beside a living company, moved into its log at once, or not at all.

mod shop;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use bundle::{Bundle, Existing, Memory, Progress};
use company::{Company, Failure, Importing, Log, NotImported, Trial, Wish, verify};
use futures_executor::block_on;
use money::Currency;
use shop::*;
use store::contract::server::Server;
use store::{CompanyId, Store};

const ONE: CompanyId = CompanyId(1);

/// Units, a warehouse, so many items, and found stock of each.
fn bundle_of(items: usize) -> Memory {
    let mut item = String::from("code,name,unit\n");
    let mut stock = String::from("number,kind,day,warehouse,ins.item,ins.quantity,ins.cost\n");
    for at in 0..items {
        item.push_str(&format!("I{at},Item {at},pc\n"));
        stock.push_str(&format!("ST-{at},found,2026-03-02,Main,I{at},3,1.05\n"));
    }
    let files = [
        ("unit.csv", "code,name\npc,piece\n".to_owned()),
        ("warehouse.csv", "code,name\nMain,Main\n".to_owned()),
        ("item.csv", item),
        ("stock_entry.csv", stock),
    ];
    Memory(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect())
}

fn site() -> serde_json::Value {
    serde_json::json!({ "save_record": { "record": { "site": { "code": "N", "name": "North" } } } })
}

fn how(trial: Trial) -> Importing {
    Importing { holder: "test".into(), by: 7, today: today(), existing: Existing::Refuse, trial }
}

/// A company on its store, and another reader or writer of the same store.
fn two(folder: &std::path::Path, other: CompanyId) -> (Arc<Log<Company>>, Arc<Log<Company>>) {
    let store = sqlite(folder);
    (begun(store.clone()), Arc::new(Log::new(store, other, clock())))
}

fn begun(store: Arc<dyn Store>) -> Arc<Log<Company>> {
    let log = Arc::new(Log::new(store, ONE, clock()));
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    log
}

fn import(log: &Log<Company>, files: &Memory, trial: Trial) -> Result<bundle::Done, NotImported> {
    let bundle = Bundle::open(files).expect("memory");
    block_on(log.import(bundle, how(trial), &mut |_| ControlFlow::Continue(())))
}

#[test]
fn what_was_imported_is_in_the_log_after_a_restart_and_proves_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = {
        let log = begun(sqlite(folder.path()));
        let done = import(&log, &bundle_of(2_500), Trial::Real).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!((done.made, done.events), (5_002, 5_002));
        block_on(log.ask(outside("more", item("JAM")))).expect("the log goes on");
        block_on(log.view(None)).expect("reads")
    };
    let store = sqlite(folder.path());
    let log: Log<Company> = Log::new(store.clone(), ONE, clock());
    let after = block_on(log.view(None)).expect("reads");
    assert_eq!((after.tip, after.fold.digest()), (before.tip, before.fold.digest()));
    assert_eq!(after.tip.seq, 5_004);
    assert_eq!(after.fold.book.stamp(4_000).map(|stamp| stamp.by), Some(7));
    let damage = block_on(verify(&*store, &log, &*clock())).expect("verifies");
    assert!(damage.findings.is_empty(), "{:?}", damage.findings);
    // Once more it is refused whole; skipping, it does nothing.
    let again = import(&log, &bundle_of(2_500), Trial::Real).expect_err("all of it is there");
    assert!(again.to_string().contains("item.csv, line 2: The item I0 exists already."), "{again}");
    assert_eq!(block_on(log.view(None)).expect("reads").tip, after.tip);
}

#[test]
fn while_it_runs_commands_wait_and_reads_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, other) = two(folder.path(), CompanyId(2));
    let files = bundle_of(500);
    let mut answers = Vec::new();
    let mut look = |at: Progress| {
        if at.done == 600 {
            let inside = || {
                let refused = block_on(log.ask(outside("early", item("JAM"))));
                let read = block_on(log.view(None)).expect("reads").tip.seq;
                let beside = block_on(other.ask(asked("open-2", Wish::Open(Currency::NZD)))).is_ok();
                (refused, read, beside)
            };
            answers.push(std::thread::scope(|scope| scope.spawn(inside).join().expect("answers")));
        }
        ControlFlow::Continue(())
    };
    let bundle = Bundle::open(&files).expect("memory");
    block_on(log.import(bundle, how(Trial::Real), &mut look)).unwrap_or_else(|why| panic!("{why}"));
    let (refused, read, beside) = answers.pop().expect("it was asked");
    let Err(Failure::Refused(problem)) = refused else { panic!("{refused:?}") };
    assert_eq!(
        (problem.code.as_str(), problem.facts["progress"].as_str()),
        ("import-running", "600 of 1002")
    );
    assert_eq!((read, beside), (1, true));
    block_on(log.ask(outside("early", item("JAM")))).expect("it can be asked again");
}

#[test]
fn a_trial_a_wrong_bundle_and_a_cancelled_one_leave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = begun(sqlite(folder.path()));
    let before = block_on(log.view(None)).expect("reads");
    let done = import(&log, &bundle_of(2_500), Trial::Dry).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(done.made, 5_002);

    let mut wrong = bundle_of(2_500);
    wrong.0.insert("site.csv".into(), b"code,name\nN,North\nN,North again\n".to_vec());
    let why = import(&log, &wrong, Trial::Real).expect_err("wrong");
    assert!(matches!(&why, NotImported::Wrong(problems) if problems.count() == 1), "{why}");

    let files = bundle_of(2_500);
    let mut look =
        |at: Progress| if at.done >= 4_800 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let bundle = Bundle::open(&files).expect("memory");
    let why = block_on(log.import(bundle, how(Trial::Real), &mut look)).expect_err("cancelled");
    assert!(matches!(why, NotImported::Cancelled));

    let after = block_on(log.view(None)).expect("reads");
    assert_eq!((after.tip, after.fold.digest()), (before.tip, before.fold.digest()));
    import(&log, &files, Trial::Real).unwrap_or_else(|why| panic!("nothing is in its way: {why}"));
}

/// Polled until rows are staged, then dropped: what a crash leaves.
fn left_halfway(log: &Log<Company>, files: &Memory) {
    let seen = AtomicUsize::new(0);
    let mut look = |at: Progress| {
        seen.store(at.done, Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    let bundle = Bundle::open(files).expect("memory");
    let mut running = Box::pin(log.import(bundle, how(Trial::Real), &mut look));
    let mut context = Context::from_waker(Waker::noop());
    while seen.load(Ordering::Relaxed) < 2_200 {
        assert!(running.as_mut().poll(&mut context).is_pending(), "it ended early");
        std::thread::yield_now();
    }
}

#[test]
fn one_that_was_left_halfway_is_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = clock();
    let open = || {
        let settings = store::sqlite::Settings::new(folder.path().join("books.db"), clock.clone());
        Arc::new(store::sqlite::Sqlite::open(settings).expect("opens"))
    };
    let files = bundle_of(2_500);
    {
        let store = open();
        let log = begun(store.clone());
        left_halfway(&log, &files);
        let why = import(&log, &files, Trial::Real).expect_err("somebody may be at it still");
        assert!(why.to_string().contains("test is importing into this company"), "{why}");
        let why = block_on(log.ask(outside("early", site()))).expect_err("for commands alike");
        assert!(matches!(&why, Failure::Refused(problem) if problem.code == "import-running"), "{why}");
        clock.advance(std::time::Duration::from_secs(121));
        block_on(log.ask(outside("site", site()))).expect("commands are taken again");
        assert_eq!(block_on(store.unstage_abandoned()), Ok(vec![ONE]));
        left_halfway(&log, &files);
    }
    // A file belongs to one process: a new one knows that nobody is at it.
    let log: Log<Company> = Log::new(open(), ONE, clock.clone());
    assert_eq!(block_on(log.view(None)).expect("reads").tip.seq, 2);
    import(&log, &files, Trial::Real).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(block_on(log.view(None)).expect("reads").tip.seq, 5_004);
}

#[test]
fn one_that_was_overtaken_from_elsewhere_is_refused_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    // The import sleeps for longer than its lease: then others write.
    let slept = clock();
    let settings = store::sqlite::Settings::new(folder.path().join("books.db"), slept.clone());
    let store = Arc::new(store::sqlite::Sqlite::open(settings).expect("opens"));
    let (log, node) = (begun(store.clone()), Log::<Company>::new(store, ONE, clock()));
    let files = bundle_of(10);
    let mut look = |at: Progress| {
        if at.done == 0 {
            slept.advance(std::time::Duration::from_secs(121));
            let inside = || block_on(node.ask(outside("meanwhile", site()))).map(|_| ());
            let done = std::thread::scope(|scope| scope.spawn(inside).join().expect("answers"));
            done.expect("it may");
        }
        ControlFlow::Continue(())
    };
    let bundle = Bundle::open(&files).expect("memory");
    let why = block_on(log.import(bundle, how(Trial::Real), &mut look)).expect_err("overtaken");
    assert!(why.to_string().starts_with("import-overtaken"), "{why}");
    let book = block_on(log.view(None)).expect("reads").fold.book;
    assert!(book.sites().find("N").is_some() && book.items().find("I0").is_none());
    import(&log, &files, Trial::Real).unwrap_or_else(|why| panic!("{why}"));
}

/// Two nodes on one PostgreSQL: what the one imports, the other waits for.
#[test]
fn another_node_is_told_of_an_import_and_how_far_it_is() {
    let Some(server) = Server::start(&["fsync=off"]) else { return };
    let node = || {
        let settings = store::postgres::Settings::new(server.url());
        Arc::new(block_on(store::postgres::Postgres::open(settings)).expect("opens"))
    };
    the_other_is_told(node(), node());
}

/// A file's owner, and a guest beside it: each is told of the other's import.
#[test]
fn owner_and_guest_are_told_of_the_others_import_and_how_far_it_is() {
    use store::sqlite::{Guest, Host};
    for owner_imports in [true, false] {
        let folder = tempfile::tempdir().expect("a folder");
        let owner = sqlite(folder.path());
        let host = Host::open(owner.clone(), &world::simulated::SeededChance::new(1), Host::PATIENCE);
        let guest = Arc::new(Guest::open(&folder.path().join("books.db")).expect("is let in"));
        match owner_imports {
            true => the_other_is_told(owner, guest),
            false => the_other_is_told(guest, owner),
        }
        drop(host.expect("takes guests in"));
    }
}

fn the_other_is_told(imports: Arc<dyn Store>, other: Arc<dyn Store>) {
    let node = |store| Arc::new(Log::<Company>::new(store, ONE, clock()));
    let (log, other) = (node(imports), node(other));
    block_on(log.ask(asked("open", Wish::Open(Currency::NZD)))).expect("begins");
    block_on(other.ask(outside("site", site()))).expect("commands are taken");
    let files = bundle_of(500);
    let mut answers = Vec::new();
    let mut look = |at: Progress| {
        if at.done == 600 {
            let inside = || {
                let refused = block_on(other.ask(outside("early", item("JAM"))));
                (refused, block_on(other.view(None)).expect("reads").tip.seq)
            };
            answers.push(std::thread::scope(|scope| scope.spawn(inside).join().expect("answers")));
        }
        ControlFlow::Continue(())
    };
    let bundle = Bundle::open(&files).expect("memory");
    block_on(log.import(bundle, how(Trial::Real), &mut look)).unwrap_or_else(|why| panic!("{why}"));
    let (refused, read) = answers.pop().expect("it was asked");
    let Err(Failure::Refused(problem)) = refused else { panic!("{refused:?}") };
    // The clock stands still, so nothing was written down since the first entry.
    assert_eq!(
        (problem.code.as_str(), problem.facts["progress"].as_str(), read),
        ("import-running", "0 of 1002", 2)
    );
    let done = block_on(other.ask(outside("early", item("JAM")))).expect("it can be asked again");
    assert_eq!(done.first, 1_005);
}

// rule: CON-4
#[test]
fn a_cut_over_that_has_come_stands_before_what_is_imported_on_that_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = begun(sqlite(folder.path()));
    let organisation = serde_json::json!({
        "id": "254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07", "name": "Demo", "base": "NZD", "version": "NZ",
        "zone": "NEWZEALANDSTANDARDTIME", "short_code": "!demo", "pays_tax": true, "year_end": [31, 3],
        "period_lock": null, "year_lock": null, "not_allowed": [], "plan": "BUSINESS", "edition": "BUSINESS",
    });
    let connect = plan::Command::Connect {
        organisation: Box::new(serde_json::from_value(organisation).expect("an organisation")),
        app: plan::App::Custom,
        cut_over: Some(today()),
        another: plan::Another::Refused,
    };
    // Nineteen days ahead; what is asked on that day already goes behind it.
    let early = "2026-03-12".parse().expect("a day");
    let connected = company::Asked { today: early, ..asked("connect", connect.into()) };
    block_on(log.ask(connected)).expect("connects");
    let unit =
        serde_json::json!({ "save_record": { "record": { "unit": { "code": "box", "name": "box" } } } });
    block_on(log.ask(company::Asked { today: early, ..outside("before", unit) })).expect("saves");
    let cut = || {
        let exchange = block_on(log.view(None)).expect("reads").fold.exchange;
        exchange.section_cut_over(book::Section::Stock).expect("connected").after
    };
    assert_eq!(cut(), None);
    import(&log, &bundle_of(1), Trial::Dry).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(cut(), None, "a trial leaves nothing");
    import(&log, &bundle_of(3), Trial::Real).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(cut(), Some(2), "the company's beginning and a unit");
    let done = block_on(log.ask(outside("after", item("JAM")))).expect("saves");
    assert_eq!((done.events.len(), cut()), (1, Some(2)), "said once");
}
