//! Exactly once, whatever fails: each operation of operations.txt under each fault at each of its requests.
//!
//! ```text
//! bill updated × (not sent, answer lost, 429, 500, 503 … at request 1, 2 …; stopped before, behind, before recording;
//!                 stopped at every change of the store; another program goes on; two programs at once)
//! ```
//! Then things are let settle; the stand-in's own state must hold each thing exactly once with the right content, and a
//! second run must make no writing call. An operation gets all of this by its lines. Not here: which call was made when.

mod scenario;

use std::time::Duration;

use scenario::Scene;
use simulation::{Failing, Point, Which};
use xero_sandbox::door::fault::Name;

/// An operation: what is there before, what makes it necessary, what Xero has then.
struct Operation {
    name: String,
    before: Vec<String>,
    now: Vec<String>,
    then: Vec<String>,
}

fn operations() -> Vec<Operation> {
    let mut all: Vec<Operation> = Vec::new();
    let mut part = 0;
    let lines = include_str!("operations.txt").lines();
    for line in lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("operation: ") {
            let (name, empty) = (name.to_owned(), Vec::new);
            all.push(Operation { name, before: empty(), now: empty(), then: empty() });
            part = 0;
            continue;
        }
        let operation = all.last_mut().expect("`operation:` comes first");
        match (line, part) {
            ("now", _) => part = 1,
            ("then", _) => part = 2,
            (line, 0) => operation.before.push(line.to_owned()),
            (line, 1) => operation.now.push(line.to_owned()),
            (line, _) => operation.then.push(line.to_owned()),
        }
    }
    assert!(all.len() > 10, "operations.txt lost its operations");
    all
}

/// What can go wrong with a writing request. (`HighVolumeException` is for reads only: API-FACTS 2.3.)
const FAULTS: &[Failing] = &[
    Failing::NotSent,
    Failing::There(Name::ConnectionDropped),
    Failing::There(Name::LostAnswer),
    Failing::There(Name::CutAnswer),
    Failing::There(Name::SlowAnswer),
    Failing::There(Name::InternalError),
    Failing::There(Name::InternalErrorAfterCommit),
    Failing::There(Name::Maintenance),
    Failing::There(Name::OrganisationOffline),
    Failing::There(Name::TokenExpired),
    Failing::There(Name::LimitMinute),
    Failing::There(Name::LimitDay),
    Failing::There(Name::LimitConcurrent),
    Failing::There(Name::LimitAppMinute),
    Failing::There(Name::IdempotencyDown),
];

const POINTS: &[Point] = &[Point::BeforeRequest, Point::Answered, Point::BeforeRecording];

/// How a story goes wrong, and whether it did: told too late, it didn't.
type Went = Result<bool, String>;

/// The operation is needed now: a scene that can be copied.
fn ready(operation: &Operation) -> Scene {
    let mut scene = Scene::new();
    say(&mut scene, operation, "connect");
    say(&mut scene, operation, "usual accounts");
    for line in &operation.before {
        say(&mut scene, operation, line);
    }
    say(&mut scene, operation, "sync");
    for line in &operation.now {
        say(&mut scene, operation, line);
    }
    scene.asked.clear();
    scene
}

fn say(scene: &mut Scene, operation: &Operation, line: &str) {
    if let Err(why) = scene.say(line) {
        panic!("{}: {line}\n  {why}", operation.name);
    }
}

/// Everything comes to rest; then each thing is there exactly once, and nothing is left to write.
fn proven(scene: &mut Scene, operation: &Operation) -> Result<(), String> {
    scene.settle()?;
    for line in &operation.then {
        scene.say(line).map_err(|why| format!("{line}\n  {why}"))?;
    }
    scene.say("writes ").ok();
    scene.asked.clear();
    scene.settle()?;
    scene.say("writes 0").map_err(|why| format!("a second run writes again\n  {why}"))
}

/// One story for every place at which it can go wrong: until it is told too late.
fn at_every_place(
    operation: &Operation,
    told: &str,
    story: impl Fn(&mut Scene, usize) -> Went,
) -> (usize, Vec<String>) {
    let ready = ready(operation);
    let (mut places, mut problems) = (0, Vec::new());
    loop {
        let mut scene = ready.copy();
        match story(&mut scene, places).and_then(|went| proven(&mut scene, operation).map(|()| went)) {
            Ok(false) => return (places, problems),
            Ok(true) => {}
            Err(why) => problems.push(format!("{}, {told} at place {}: {why}", operation.name, places + 1)),
        }
        places += 1;
        assert!(places < 200, "{}, {told}: it never ends", operation.name);
    }
}

fn all_stories(stories: impl Fn(&Operation) -> Vec<(usize, Vec<String>)>) {
    let only = std::env::var("OPERATION").unwrap_or_default();
    let (mut count, mut problems) = (0, Vec::new());
    for operation in operations().iter().filter(|one| one.name.contains(&only)) {
        for (places, found) in stories(operation) {
            assert!(places > 0, "{}: it never came to the place where it should fail", operation.name);
            count += places;
            problems.extend(found);
        }
    }
    println!("{count} stories");
    assert!(problems.is_empty(), "\n{}\n{} of {count} stories", problems.join("\n\n"), problems.len());
}

#[test]
fn nothing_fails() {
    for operation in operations() {
        let mut scene = ready(&operation);
        if let Err(why) = proven(&mut scene, &operation) {
            panic!("{}: {why}", operation.name);
        }
    }
}

// rule: DOC-14
#[test]
fn each_operation_under_each_fault() {
    all_stories(|operation| {
        let story = |failing: Failing| {
            at_every_place(operation, &format!("{failing:?}"), move |scene, place| {
                scene.stage.xero.fail_after(place, Which::Writing, failing);
                scene.run(0)?;
                Ok(!scene.stage.xero.is_failing())
            })
        };
        FAULTS.iter().map(|failing| story(*failing)).collect()
    });
}

// rule: DOC-14
#[test]
fn each_operation_when_a_question_to_xero_fails() {
    all_stories(|operation| {
        // One story for every question; the faults take turns.
        let turn = operation.name.len();
        vec![at_every_place(operation, "a question fails", |scene, place| {
            let failing = FAULTS[(turn + place) % FAULTS.len()];
            scene.stage.xero.fail_after(place, Which::Reading, failing);
            scene.run(0)?;
            Ok(!scene.stage.xero.is_failing())
        })]
    });
}

// rule: DOC-14
#[test]
fn each_operation_with_a_program_that_dies_around_its_request() {
    all_stories(|operation| {
        let story = |point: Point| {
            at_every_place(operation, &format!("died {point:?}"), move |scene, place| {
                scene.stage.nodes[0].crash.after(place, point);
                scene.run_or_crash(0)
            })
        };
        POINTS.iter().map(|point| story(*point)).collect()
    });
}

// rule: DOC-14
#[test]
fn each_operation_with_a_program_that_dies_at_any_change_of_its_store() {
    all_stories(|operation| {
        vec![at_every_place(operation, "died before a change", |scene, place| {
            scene.stage.nodes[0].crash.after(place, Point::Change);
            scene.run_or_crash(0)
        })]
    });
}

// rule: DOC-14, SCH-4
#[test]
fn each_operation_with_another_program_that_goes_on_where_one_died() {
    all_stories(|operation| {
        vec![at_every_place(operation, "another goes on", |scene, place| {
            let other = scene.stage.add_node();
            scene.stage.nodes[0].crash.after(place, Point::Answered);
            let died = scene.run_or_crash(0)?;
            scene.settle_by(other)?;
            Ok(died)
        })]
    });
}

// rule: SCH-4
#[test]
fn each_operation_by_two_programs_at_once() {
    all_stories(|operation| {
        vec![at_every_place(operation, "two at once", |scene, place| {
            let other = scene.stage.add_node();
            scene.run_both(0, other)?;
            Ok(place == 0)
        })]
    });
}

// rule: DOC-14
#[test]
fn each_operation_while_the_database_is_gone_for_a_moment() {
    all_stories(|operation| {
        // Ten seconds are over before the runner gives up, ten minutes aren't; the places take turns.
        vec![at_every_place(operation, "the database gone", |scene, place| {
            let length = Duration::from_secs(if place % 2 == 0 { 10 } else { 600 });
            scene.stage.memory.go_away(place, length);
            scene.run(0)?;
            scene.stage.wait(length);
            Ok(!scene.stage.memory.has_yet_to_go())
        })]
    });
}
