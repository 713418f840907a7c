//! How many calls work takes, counted in the stand-in: a full run, an idle one, a whole day (SCH-6).

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::{Either, select};
use sync::{Audience, Cause, Report, Stopping, work};
use world::simulated::drive;
use world::{Clock, Moment};

use crate::office::{Office, bill};

fn writing(calls: &[String]) -> usize {
    calls.iter().filter(|call| !call.starts_with("GET")).count()
}

// rule: SCH-6
#[test]
fn a_hundred_documents_with_new_contacts_and_items_take_eight_writing_calls_at_most() {
    let mut office = Office::new();
    office.fill();
    let report = office.run(Cause::Schedule);
    assert_eq!((report.created, report.left, report.blocked.len()), (130, 0, 0), "{report}");
    let calls = office.house.calls();
    assert_eq!(writing(&calls), 4, "eight are allowed: {calls:#?}");
    assert_eq!(usize::try_from(report.calls.all()).unwrap(), calls.len(), "the report counts every call");
    let look = office.run(Cause::Schedule);
    assert_eq!(
        (look.calls.all(), look.seen),
        (1, 0),
        "it is day, and invoices are open: one look, nothing new"
    );
    office.house.calls();
    let events = office.desk.lock().events.len();
    office.house.clock.advance(Duration::from_secs(300));
    assert_eq!(office.run(Cause::Schedule), Report::default());
    assert!(office.house.calls().is_empty());
    assert_eq!(office.desk.lock().events.len(), events, "looks that find nothing append nothing");
}

/// Keeps what ran.
#[derive(Default)]
struct Kept(Mutex<Vec<(Cause, Report)>>);

impl Audience for Kept {
    fn ran(&self, _: usize, cause: Cause, report: &Report) {
        self.0.lock().unwrap().push((cause, report.clone()));
    }
}

/// Runs the schedule until then, while the shop works: `say` is asked every minute what it does.
fn day(office: &mut Office, until: Moment, lines: Vec<(Moment, String)>) -> Vec<(Cause, Report)> {
    let (kept, stopping) = (Kept::default(), Stopping::default());
    let clock = office.house.clock.clone();
    let mut lines = lines.into_iter().peekable();
    let spare = crate::office::spare(office);
    let mut runners = [std::mem::replace(&mut office.runner, spare)];
    {
        let mut schedule = Box::pin(work(&mut runners, &kept, &stopping));
        while clock.now() < until {
            while lines.peek().is_some_and(|(at, _)| *at <= clock.now()) {
                let (_, line) = lines.next().unwrap();
                office.say(&line);
            }
            let next = clock.sleep_until(clock.now().plus(Duration::from_secs(60)));
            match drive(&clock, select(schedule, next)).unwrap() {
                Either::Left(_) => panic!("the schedule ended by itself"),
                Either::Right(((), rest)) => schedule = rest,
            }
        }
        stopping.tell();
        drive(&clock, schedule).expect("it ends when it is told to");
    }
    let [runner] = runners;
    office.runner = runner;
    kept.0.into_inner().unwrap()
}

// rule: SCH-6, SCH-7, SCH-1
#[test]
fn a_normal_day_of_a_hundred_documents_takes_300_calls_at_most() {
    let mut office = Office::new();
    for number in 0..5 {
        office.say(&format!("supplier S{number} terms 20 days"));
        office.say(&format!("customer C{number} terms 20 days"));
        office.say(&format!("item I{number} tax 15"));
    }
    // 00:00Z is 13:00 in Auckland; the working day there is 08:00 to 17:00, one document every 5 minutes 24 seconds.
    let morning = office.house.clock.now().plus(Duration::from_secs(19 * 3_600));
    let lines = (0..100_u32).flat_map(|number| {
        let at = morning.plus(Duration::from_secs(324) * number);
        let of = number % 5;
        let lines = if number % 5 < 3 {
            bill(number, of, of).to_vec()
        } else {
            vec![format!("invoice V-{number} 2026-11-20 for C{of}: 2 I{of} @ 20.00 tax 15")]
        };
        lines.into_iter().map(move |line| (at, line))
    });
    let until = office.house.clock.now().plus(Duration::from_secs(36 * 3_600));
    let runs = day(&mut office, until, lines.collect());
    let calls = office.house.calls();
    let created: u32 = runs.iter().map(|(_, report)| report.created).sum();
    assert_eq!(created, 100 + 5 + 5, "documents, and the parties and items they need");
    assert!(calls.len() <= 300, "{} calls", calls.len());
    assert_eq!(runs.iter().filter(|(cause, _)| *cause == Cause::Nightly).count(), 2);
    let count = |what: &str| calls.iter().filter(|call| call.starts_with(what)).count();
    println!(
        "{} calls: {} writing, {} of them lists",
        calls.len(),
        writing(&calls),
        count("GET /Organisation")
    );
}
