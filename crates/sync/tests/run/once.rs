//! Each thing is made once, whatever fails in between: counted in what the stand-in holds.

use std::time::Duration;

use sync::{Report, Stop};
use xero_sandbox::door::fault::{Fault, Name};

use crate::desk::Dies;
use crate::shop::Shop;

const NAMES: [&str; 3] = ["Alder Mills", "Birch & Sons", "Cedar Ltd"];

fn shop() -> Shop {
    let shop = Shop::new();
    NAMES.iter().for_each(|name| shop.supplier(name));
    shop
}

/// Runs every five minutes until nothing is open and nothing is left.
fn settle(shop: &mut Shop) -> Report {
    for _ in 0..40 {
        let report = shop.run();
        if report.is_settled() && report.left == 0 {
            return report;
        }
        shop.house.clock.advance(Duration::from_secs(300));
        if let Some(at) = report.again_at() {
            shop.house.clock.advance_to(at);
        }
    }
    shop.run()
}

fn all_once(shop: &Shop, why: &str) {
    for name in NAMES {
        assert_eq!(shop.contacts(name), 1, "{name}: {why}");
    }
    assert_eq!(shop.desk.lock().exchange.open().count(), 0, "{why}");
    assert_eq!(shop.desk.lock().exchange.links().count(), NAMES.len(), "{why}");
}

#[test]
fn a_run_makes_what_is_missing_in_one_call_and_the_second_run_none() {
    let mut shop = shop();
    let report = shop.run();
    assert_eq!(report.to_string(), "created 3 updated 0 left 0 blocked 0 calls 1");
    assert_eq!(shop.house.calls(), ["PUT /Contacts"]);
    all_once(&shop, "first run");
    let before = shop.desk.lock().events.len();
    let report = shop.run();
    assert_eq!(report, Report::default());
    assert!(shop.house.calls().is_empty());
    assert_eq!(shop.desk.lock().events.len(), before);
    assert_eq!(shop.desk.lock().leases, 1, "an idle run takes no lease");
}

// rule: LOG-1
#[test]
fn the_bytes_of_request_and_answer_lie_beside_the_log() {
    let mut shop = shop();
    shop.run();
    let inner = shop.desk.lock();
    let keys: Vec<&str> = inner.bodies.keys().map(|key| key.rsplit('-').next().unwrap()).collect();
    assert_eq!(keys, ["answer", "request"]);
    for bytes in inner.bodies.values() {
        assert!(String::from_utf8(bytes.clone()).unwrap().contains("Alder Mills"));
    }
}

// rule: DOC-14
#[test]
fn a_process_that_dies_anywhere_makes_everything_once() {
    for dies in [Dies::Before, Dies::After] {
        for at in 0..4 {
            for wait in [0, 130, 400, 1_000] {
                let mut shop = shop();
                let died = shop.run_and_die(at, dies);
                shop.restart(7);
                shop.house.clock.advance(Duration::from_secs(wait));
                settle(&mut shop);
                all_once(&shop, &format!("{dies:?} {at} (died: {died}), then {wait} s"));
            }
        }
    }
}

// rule: DOC-14
#[test]
fn whatever_goes_wrong_with_an_answer_everything_is_made_once() {
    // A silent no-op is about documents that exist.
    let faults = Name::TABLE.iter().map(|row| row.0);
    for name in faults.filter(|name| !name.is_of_identity() && *name != Name::SilentNoOp) {
        for method in ["PUT", "GET"] {
            let mut shop = shop();
            shop.house.fault(Fault { method: Some(method.into()), ..Fault::next(name) });
            settle(&mut shop);
            all_once(&shop, &format!("{name:?} on {method}"));
        }
    }
}

// rule: DOC-14
#[test]
fn a_lost_answer_and_a_dead_process_make_everything_once() {
    for name in [Name::LostAnswer, Name::InternalErrorAfterCommit] {
        for wait in [0, 400] {
            let mut shop = shop();
            let fault = Fault { method: Some("PUT".into()), times: 3, ..Fault::next(name) };
            shop.house.fault(fault);
            shop.run();
            shop.restart(9);
            shop.house.clock.advance(Duration::from_secs(wait));
            settle(&mut shop);
            all_once(&shop, &format!("{name:?}, then {wait} s"));
        }
    }
}

#[test]
fn an_update_is_sent_once_and_a_lost_one_is_read_back() {
    let mut shop = shop();
    shop.run();
    shop.house.calls();
    shop.rename(1, "Birch & Daughters");
    shop.house.fault(Fault { method: Some("POST".into()), times: 3, ..Fault::next(Name::LostAnswer) });
    let report = shop.run();
    assert!(matches!(report.stopped, Some(Stop::Wait { .. })), "{report}");
    shop.house.clock.advance(Duration::from_secs(900));
    let report = settle(&mut shop);
    assert!(report.is_settled(), "{report}");
    assert_eq!(shop.contacts("Birch & Daughters"), 1);
    let posts = shop.house.calls().iter().filter(|call| call.starts_with("POST")).count();
    assert!(posts <= 3, "{posts}");
}

// rule: SCH-4
#[test]
fn two_processes_do_not_run_one_company_at_once() {
    let mut shop = shop();
    shop.house.fault(Fault { method: Some("PUT".into()), ..Fault::next(Name::SlowAnswer) });
    let mut other = crate::shop::runner(&shop.house, &shop.desk, 5);
    let (first, second) = shop.house.run(futures_util::future::join(
        shop.runner.run(sync::Cause::Schedule, sync::Until::NothingReady),
        other.run(sync::Cause::Schedule, sync::Until::NothingReady),
    ));
    let elsewhere = |report: &Report| report.stopped == Some(Stop::Elsewhere);
    assert_eq!(u32::from(elsewhere(&first)) + u32::from(elsewhere(&second)), 1, "{first}\n{second}");
    all_once(&shop, "two processes");
}
