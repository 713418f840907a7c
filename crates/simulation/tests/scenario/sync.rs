//! Running our program: until it has come to rest, once, with a fault, with its death, by two programs at once.
//!
//! `sync` · `sync faults lost-answer at 2` · `sync dies answered` · `send` (the five-minute run) · `night` · `by hand`.
//! Not here: what it should have done; the next lines say so.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join;
use plan::ImportKind;
use simulation::{Failing, Point, Which, Xero};
use sync::{Audience, Cause, Report, Stop, Stopping, Trouble, Until};
use world::Clock;
use xero_sandbox::door::fault::Name;

use super::{Played, Scene, after, without_ids};

/// A fault by its word, as the stand-in's control has it, or `not-sent`.
pub fn failing(word: &str) -> Result<Failing, String> {
    if word == "not-sent" {
        return Ok(Failing::NotSent);
    }
    let found = Name::TABLE.iter().find(|(_, known, _)| *known == word);
    found.map(|(name, _, _)| Failing::There(*name)).ok_or_else(|| format!("no fault {word}"))
}

fn point(word: &str) -> Result<Point, String> {
    match word {
        "before-request" => Ok(Point::BeforeRequest),
        "answered" => Ok(Point::Answered),
        "before-recording" => Ok(Point::BeforeRecording),
        "before-change" => Ok(Point::Change),
        _ => Err("before-request, answered, before-recording, before-change".to_owned()),
    }
}

/// Nobody listens.
struct Nobody;

impl Audience for Nobody {
    fn ran(&self, _: usize, _: Cause, _: &Report) {}
}

/// An organisation of somebody else.
const OTHER: &str = "00000000-0000-4000-8000-00000000beef";

impl Scene {
    /// Lines that run our program; none if it isn't one.
    pub fn runs(&mut self, line: &str) -> Option<Played> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let once =
            |scene: &mut Scene, cause| scene.finish(|scene| scene.run_as(0, cause, Until::NothingReady));
        let played = match words.as_slice() {
            ["sync"] => self.settle(),
            ["sync", "on", "two", "nodes"] => {
                let other = self.stage.add_node();
                self.run_both(0, other).and_then(|()| self.settle())
            }
            ["sync", "faults", word, rest @ ..] => self.with_fault(word, rest),
            ["sync", "dies", word, rest @ ..] => self.with_death(word, rest),
            ["restart"] => {
                self.stage.restart(0);
                Ok(())
            }
            ["notices", "on"] => self.notices_on("our-key"),
            ["notices", "come", rest @ ..] => self.notices_come(rest),
            ["send"] => once(self, Cause::Schedule),
            ["night"] => once(self, Cause::Nightly),
            ["night", "and", "somebody", "fetches", "items"] => self.night_beside_a_person(),
            ["post"] => once(self, Cause::PostNow),
            ["every", "run", "is", "a", "night"] => {
                self.cause = Cause::Nightly;
                Ok(())
            }
            ["work", duration] => super::duration(duration).and_then(|duration| self.work(duration)),
            ["by", "hand"] => once(self, Cause::ByHand),
            _ => match line.split_once(" stops: ") {
                Some((how, text)) => self.stops(how, text),
                None if line.ends_with(" stops:") => self.stops(line.trim_end_matches(" stops:"), ""),
                None => return None,
            },
        };
        Some(played.and_then(|()| self.hear()))
    }

    fn place_of(rest: &[&str]) -> Result<usize, String> {
        let at = after(rest, "at").unwrap_or("1");
        at.parse::<usize>().ok().and_then(|at| at.checked_sub(1)).ok_or_else(|| format!("at {at}?"))
    }

    fn with_fault(&mut self, word: &str, rest: &[&str]) -> Played {
        self.stage.xero.fail_after(Scene::place_of(rest)?, Which::Writing, failing(word)?);
        self.settle()?;
        if self.stage.xero.is_failing() { Err("there was no such request".to_owned()) } else { Ok(()) }
    }

    fn with_death(&mut self, word: &str, rest: &[&str]) -> Played {
        self.stage.nodes[0].crash.after(Scene::place_of(rest)?, point(word)?);
        if !self.run_or_crash(0)? {
            return Err("it never came there".to_owned());
        }
        self.settle()
    }

    /// `by hand stops: text`: the run doesn't do its work, and says why.
    fn stops(&mut self, how: &str, expected: &str) -> Played {
        let cause = match how {
            "sync" => Cause::Refresh,
            "send" => Cause::Schedule,
            "by hand" => Cause::ByHand,
            "night" => Cause::Nightly,
            "post" => Cause::PostNow,
            _ => return Err("sync, send, by hand or night stops: why".to_owned()),
        };
        let report = self.run_as(0, cause, Until::NothingReady);
        let stop = report.stopped.as_ref().ok_or_else(|| format!("it didn't stop: {report}"))?;
        let stop = without_ids(&stop.to_string());
        self.blessed = Some(format!("{how} stops: {stop}"));
        if stop == expected { Ok(()) } else { Err(format!("it stops: {stop}")) }
    }

    /// A nightly run that has begun, and a person who asks for something at once: both go through one line.
    fn night_beside_a_person(&mut self) -> Played {
        let mut runner = self.stage.take_runner(0, 0);
        let (xero, company) = (&self.stage.nodes[0].xero, &self.stage.places[0].company);
        let mut goes_on = |_| ControlFlow::Continue(());
        let clock = self.stage.clock.clone();
        let person = async {
            clock.sleep_until(clock.now().plus(Duration::from_secs(1))).await;
            xero.fetch(company, ImportKind::Items, &mut goes_on).await
        };
        let (report, fetched) = self.stage.run(join(runner.run(Cause::Nightly, Until::NothingReady), person));
        self.stage.keep_runner(0, 0, runner);
        fetched.map_err(|failure| failure.to_string())?;
        self.finish(|_| report)
    }

    fn finish(&mut self, run: impl FnOnce(&mut Scene) -> Report) -> Played {
        let report = run(self);
        match &report.stopped {
            Some(stop) => Err(format!("it stopped: {stop}")),
            None => Ok(()),
        }
    }

    /// Somebody sets the address of notices in Xero's pages, and their key here.
    fn notices_on(&mut self, key: &str) -> Played {
        let secret = xero_client::settings::Secret::new(key);
        self.stage
            .run(self.stage.nodes[0].xero.set_notice_key(0, Some(&secret)))
            .map_err(|why| why.to_string())?;
        self.stage.xero.subscribe("sandbox-client", key);
        self.notices_come(&["401", "401", "200", "200"])
    }

    /// What the stand-in has to post is posted; with which statuses we answer, in any order. `thrice`: Xero posts everything three times; `forged`:
    /// somebody else signs it; `of another`: it is about an organisation of somebody else.
    fn notices_come(&mut self, words: &[&str]) -> Played {
        let times = if words.contains(&"thrice") { 3 } else { 1 };
        let mut answered = Vec::new();
        for (signature, body, number) in self.stage.xero.notices() {
            let forged = words.contains(&"forged");
            let signature = if forged { signature.chars().rev().collect() } else { signature };
            let text = String::from_utf8_lossy(&body).replace(&self.office.organisation, OTHER);
            let (signature, body) = match words.contains(&"other") {
                true => (xero_sandbox::door::webhook::sign("our-key", text.as_bytes()), text.into_bytes()),
                false => (signature, body),
            };
            for _ in 0..times {
                let received = self.stage.nodes[0].xero.receive(0, Some(&signature), &body);
                let status = self.stage.run(received).map_err(|why| why.to_string())?.status();
                answered.push(status.to_string());
                self.stage.xero.answered(&number, status);
            }
        }
        answered.sort_by(|one, other| other.cmp(one));
        let expected: Vec<&str> = words.iter().filter(|word| word.starts_with(['2', '4'])).copied().collect();
        let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        expected.sort_by(|one, other| other.cmp(one));
        if answered == expected { Ok(()) } else { Err(format!("we answered {}", answered.join(" "))) }
    }

    /// The schedules run for so long.
    fn work(&mut self, duration: Duration) -> Played {
        let mut runners = [self.stage.take_runner(0, 0)];
        let (clock, stopping) = (self.stage.clock.clone(), Stopping::default());
        let until = clock.now().plus(duration);
        let stop = async {
            clock.sleep_until(until).await;
            stopping.tell();
        };
        self.stage.run(join(sync::work(&mut runners, &Nobody, &stopping), stop));
        // A runner that was told to stop is of no more use.
        Ok(())
    }

    /// One run of a program.
    pub fn run_as(&mut self, node: usize, cause: Cause, until: Until) -> Report {
        let mut runner = self.stage.take_runner(node, 0);
        let report = self.stage.run(runner.run(cause, until));
        self.stage.keep_runner(node, 0, runner);
        report
    }

    /// A person does something in Xero when so many other requests of ours have been answered; what came of it.
    pub fn act_after(
        &mut self,
        others: usize,
        act: impl FnOnce(Arc<Xero>) -> Option<String> + Send + 'static,
    ) -> Arc<Mutex<Option<String>>> {
        let refused = Arc::new(Mutex::new(None));
        let answer = refused.clone();
        self.stage.xero.meanwhile(others, move |xero| {
            *answer.lock().expect("one thread") = act(xero);
        });
        refused
    }

    /// One run of a program, whatever comes of it.
    pub fn run(&mut self, node: usize) -> Played {
        self.run_as(node, self.cause, Until::NothingReady);
        self.hear()
    }

    /// One run of a program that may die; whether it did. Then it is started anew.
    pub fn run_or_crash(&mut self, node: usize) -> Result<bool, String> {
        let mut runner = self.stage.take_runner(node, 0);
        let crash = self.stage.nodes[node].crash.clone();
        let ended = self.stage.run(crash.run(runner.run(self.cause, Until::NothingReady))).is_some();
        crash.never();
        if ended {
            self.stage.keep_runner(node, 0, runner);
        } else {
            drop(runner);
            self.stage.restart(node);
        }
        self.hear()?;
        Ok(!ended)
    }

    /// Two programs at once.
    pub fn run_both(&mut self, one: usize, other: usize) -> Played {
        let (mut first, mut second) = (self.stage.take_runner(one, 0), self.stage.take_runner(other, 0));
        let run =
            join(first.run(self.cause, Until::NothingReady), second.run(self.cause, Until::NothingReady));
        self.stage.run(run);
        self.stage.keep_runner(one, 0, first);
        self.stage.keep_runner(other, 0, second);
        self.hear()
    }

    /// Runs until nothing is open and nothing stopped it.
    pub fn settle(&mut self) -> Played {
        self.settle_by(0)
    }

    pub fn settle_by(&mut self, node: usize) -> Played {
        for _ in 0..30 {
            let report = self.run_as(node, self.cause, Until::Settled);
            self.hear()?;
            match &report.stopped {
                None if report.is_settled() => return Ok(()),
                None => self.stage.wait(Duration::from_secs(60)),
                // Whoever died holds the lease for two minutes; a database that is gone comes back.
                Some(Stop::Elsewhere | Stop::Desk(Trouble::NotNow(_))) => {
                    self.stage.wait(Duration::from_secs(60))
                }
                Some(Stop::Wait { until, .. } | Stop::TooEarly(until)) => {
                    self.stage
                        .clock
                        .advance_to((*until).max(self.stage.clock.now().plus(Duration::from_secs(1))));
                }
                Some(stop) => return Err(format!("it stopped: {stop}\n  {report}")),
            }
        }
        Err("it never comes to rest".to_owned())
    }
}
