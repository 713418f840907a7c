//! What each failure means for the run, and that one bad thing holds up nothing else.

use std::time::Duration;

use plan::{Connection, Subject};
use sync::{Cause, Report, Stop};
use xero_sandbox::door::fault::{Fault, Name};

use crate::shop::Shop;

// rule: LOG-4
#[test]
fn one_bad_thing_blocks_itself_alone() {
    let mut shop = Shop::new();
    for name in ["Alder Mills", "<Birch>", "Cedar Ltd"] {
        shop.supplier(name);
    }
    let report = shop.run();
    assert_eq!((report.created, report.blocked.len(), report.left), (2, 1, 0), "{report}");
    assert_eq!(report.blocked[0].subject, Subject::Party(book::PartyId::new(1)));
    shop.house.clock.advance(Duration::from_secs(300));
    assert_eq!(shop.run(), Report::default(), "what was refused isn't tried again by itself");
    shop.rename(1, "Birch");
    shop.house.clock.advance(Duration::from_secs(300));
    let report = shop.run();
    assert_eq!(report.to_string(), "created 1 updated 0 left 0 blocked 0 calls 1");
}

// rule: LOG-4
#[test]
fn a_batch_that_is_refused_as_a_whole_is_sent_in_halves() {
    let mut shop = Shop::new();
    (0..8).for_each(|number| shop.supplier(&format!("Supplier {number}")));
    shop.run();
    shop.house.calls();
    // Somebody points one supplier's link at a contact that isn't there: Xero answers 404 for the whole batch.
    (0..8).for_each(|number| shop.rename(number, &format!("Supplier number {number}")));
    let gone = Subject::Party(book::PartyId::new(5));
    shop.desk.point_at(&gone, "11111111-1111-1111-1111-111111111111");
    let report = shop.run();
    assert_eq!((report.updated, report.blocked.len()), (7, 1), "{report}");
    assert_eq!(report.blocked[0].subject, gone);
    assert!(report.calls.writing <= 7, "{}", report.calls.writing);
    assert_eq!(shop.desk.lock().exchange.open().count(), 0);
}

// rule: SCH-5
#[test]
fn a_limit_ends_the_run_and_says_when_to_come_back() {
    let mut shop = Shop::new();
    shop.supplier("Alder Mills");
    shop.house.fault(Fault { times: 1, ..Fault::next(Name::LimitDay) });
    let report = shop.run();
    let Some(Stop::Wait { until, .. }) = report.stopped.clone() else { panic!("{report}") };
    assert_eq!(shop.desk.lock().exchange.open().count(), 0, "it was certainly not done");
    let events = shop.desk.lock().events.len();
    shop.house.calls();
    let again = shop.run();
    assert!(matches!(again.stopped, Some(Stop::Wait { .. })), "{again}");
    assert!(shop.house.calls().is_empty());
    assert_eq!(shop.desk.lock().events.len(), events, "waiting leaves nothing in the log");
    shop.house.clock.advance_to(until);
    shop.house.clock.advance(Duration::from_secs(3_600));
    assert_eq!(shop.run().created, 1);
}

// rule: CON-6
#[test]
fn a_dead_refresh_token_is_said_once_and_work_waits() {
    let mut shop = Shop::new();
    shop.supplier("Alder Mills");
    shop.house.clock.advance(Duration::from_secs(3_600));
    shop.house.fault(Fault::next(Name::InvalidGrant));
    let report = shop.run();
    assert!(matches!(report.stopped, Some(Stop::SignIn(_))), "{report}");
    assert!(matches!(shop.desk.lock().exchange.connection(), Connection::SignInLost(_)));
    let events = shop.desk.lock().events.len();
    let again = shop.run();
    assert!(matches!(again.stopped, Some(Stop::SignIn(_))), "{again}");
    assert_eq!(shop.desk.lock().events.len(), events);
    // Somebody connects again, and the work goes on.
    shop.house.sign_in(&crate::support::web());
    shop.desk.connect(crate::shop::organisation(&shop.house));
    assert_eq!(shop.run().created, 1);
}

// rule: CON-6
#[test]
fn a_withdrawn_consent_is_a_lost_sign_in_and_one_forbidden_call_is_not() {
    let mut shop = Shop::new();
    shop.supplier("Alder Mills");
    shop.house.fault(Fault::next(Name::Forbidden));
    let report = shop.run();
    assert_eq!((report.blocked.len(), report.left), (0, 1), "once may be a mishap: {report}");
    shop.house.fault(Fault::next(Name::Forbidden));
    let report = shop.run();
    assert_eq!(report.blocked.len(), 1, "{report}");
    assert_eq!(*shop.desk.lock().exchange.connection(), Connection::Connected);
    shop.rename(0, "Alder Mill");
    shop.house.fault(Fault { times: 2, ..Fault::next(Name::Forbidden) });
    let report = shop.run();
    assert!(matches!(report.stopped, Some(Stop::SignIn(_))), "{report}");
    assert!(matches!(shop.desk.lock().exchange.connection(), Connection::SignInLost(_)));
}

#[test]
fn a_database_that_is_briefly_away_holds_nothing_up() {
    for done in [false, true] {
        for away in [1, 2, 3] {
            let mut shop = Shop::new();
            shop.supplier("Alder Mills");
            {
                let mut inner = shop.desk.lock();
                (inner.away, inner.done_all_the_same) = (away, done);
            }
            let report = shop.run();
            assert_eq!(report.to_string(), "created 1 updated 0 left 0 blocked 0 calls 1", "{away} {done}");
            assert_eq!(shop.contacts("Alder Mills"), 1);
        }
    }
}

#[test]
fn a_database_that_stays_away_ends_the_run() {
    let mut shop = Shop::new();
    shop.supplier("Alder Mills");
    shop.desk.lock().away = 1_000;
    let report = shop.run();
    assert!(matches!(report.stopped, Some(Stop::Desk(_) | Stop::Elsewhere)), "{report}");
    shop.desk.lock().away = 0;
    shop.house.clock.advance(Duration::from_secs(300));
    assert_eq!(shop.run().created, 1);
}

// rule: SCH-3
#[test]
fn by_hand_not_more_often_than_once_in_five_minutes() {
    let mut shop = Shop::new();
    assert_eq!(shop.run_as(Cause::ByHand).stopped, None);
    shop.house.clock.advance(Duration::from_secs(120));
    let report = shop.run_as(Cause::ByHand);
    let Some(Stop::TooEarly(until)) = report.stopped else { panic!("{report}") };
    assert_eq!(until.since(world::Clock::now(&shop.house.clock)), Duration::from_secs(180));
    shop.house.clock.advance(Duration::from_secs(180));
    assert_eq!(shop.run_as(Cause::ByHand).stopped, None);
}

#[test]
fn a_thousand_errors_in_one_run_hold_up_nothing() {
    let mut shop = Shop::new();
    (0..1_000).for_each(|number| shop.supplier(&format!("<{number}>")));
    shop.supplier("Alder Mills");
    let report = shop.run();
    assert_eq!((report.created, report.blocked.len(), report.calls.writing), (1, 1_000, 21));
    assert_eq!(shop.desk.lock().exchange.open().count(), 0);
}

#[test]
fn a_rest_ends_when_it_was_said_to_however_often_somebody_asks() {
    let mut shop = Shop::new();
    shop.supplier("Alder Mills");
    shop.house.fault(Fault::next(Name::OrganisationOffline));
    let report = shop.run();
    let until = report.again_at().unwrap();
    for _ in 0..4 {
        shop.house.clock.advance(Duration::from_secs(60));
        let report = shop.run();
        assert_eq!(report.again_at(), Some(until), "{report}");
    }
    assert!(shop.house.calls().len() <= 1);
    shop.house.clock.advance_to(until);
    let report = shop.run();
    let asked_first = shop.house.calls().iter().any(|call| call.starts_with("GET /Contacts"));
    assert_eq!((report.created, report.open.len(), asked_first), (1, 0, true), "{report}");
    assert_eq!(shop.contacts("Alder Mills"), 1);
}
