//! One run, from what is open to an empty plan.
//!
//! ```text
//! settle → Xero's lists → look → plan → ask, link, send → plan again … until nothing is ready
//! ```
//! A run that finds nothing to do takes no lease and makes no call. What was tried once isn't tried again in the same run, and
//! a run plans so many times at most: it always ends. It is one future; dropped anywhere, it is a crash, and the next run
//! begins with what it intended. Not here: when runs begin (`work`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use book::Day;
use plan::{Command, Connection, Operation, Plan, Planner, Purpose, Subject};
use world::{Chance, Clock, Moment, Waiting};
use xero_client::limits::{Priority, Tenant};
use xero_client::send::Client;

use crate::carry::tried;
use crate::desk::{Beside, Desk, View};
use crate::journals::Documents;
use crate::looks::Looks;
use crate::report::{Phase, Progress, Report, Stop};
use crate::terms::{Stopping, Terms};
use crate::trip::Trip;
use crate::witness::{Reading, reading_due};

/// Says what to do: the planner, or somebody else in a test.
pub trait Plans: Send + Sync {
    /// What to do now.
    fn plan(&mut self, view: &View) -> Plan;
}

impl Plans for Planner {
    fn plan(&mut self, view: &View) -> Plan {
        self.on(view.today).plan(&view.book, &view.exchange).clone()
    }
}

/// Why a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Every five minutes.
    Schedule,
    /// A person pressed "Synchronise".
    ByHand,
    /// A person pressed "Refresh": look, and read Xero's lists.
    Refresh,
    /// The nightly run.
    Nightly,
    /// A person pressed "Post now": journals alone (POST-18).
    PostNow,
}

impl Cause {
    /// Who waits for its calls (SCH-5).
    fn priority(self) -> Priority {
        match self {
            Cause::Schedule => Priority::FiveMinute,
            Cause::ByHand | Cause::Refresh | Cause::PostNow => Priority::Asked,
            Cause::Nightly => Priority::Nightly,
        }
    }
}

/// How long a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until nothing is ready.
    NothingReady,
    /// Until nothing is open either: it waits for what Xero or the time has to say.
    Settled,
}

/// Carries out the plans of one company.
pub struct Runner {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) client: Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) terms: Terms,
    pub(crate) stopping: Stopping,
    pub(crate) zone: jiff::tz::TimeZone,
    pub(crate) home: Option<String>,
    plans: Box<dyn Plans>,
    /// The day for which Xero's balances are read besides.
    witness: Option<Day>,
    /// The lease of our last run, if it ended in order, and when: if ours is the next one, nobody sent anything since.
    last: Option<(u64, Moment)>,
    /// Nothing by schedule before this, how often in a row it was so, and why.
    rest: Option<(Moment, u32, String)>,
}

/// The note that says when somebody last synchronised by hand.
const BY_HAND: &str = "by-hand";
/// The note that says when a run last asked Xero anything.
pub const RAN: &str = "ran";
/// The note that keeps what the limiter knows.
pub(crate) const LIMITS: &str = "limits";

impl Runner {
    /// A runner of one company, in its time zone.
    #[must_use]
    pub fn new(
        desk: Arc<dyn Desk>,
        client: Client,
        (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>),
        zone: jiff::tz::TimeZone,
    ) -> Runner {
        let (terms, stopping, plans) = (Terms::default(), Stopping::default(), Box::new(Planner::default()));
        let (home, witness, last, rest) = (None, None, None, None);
        Runner { desk, client, clock, chance, terms, stopping, zone, home, plans, witness, last, rest }
    }

    /// The same, and documents that Xero can link back to us get a link: `https://books.example.com/jam` is where the company is
    /// reached.
    #[must_use]
    pub fn with_home(mut self, home: Option<String>) -> Runner {
        self.home = home;
        self
    }

    /// The same with other numbers.
    #[must_use]
    pub fn with_terms(mut self, terms: Terms) -> Runner {
        self.terms = terms;
        self
    }

    /// The same, ended by this word.
    #[must_use]
    pub fn with_stopping(mut self, stopping: Stopping) -> Runner {
        self.stopping = stopping;
        self
    }

    /// The same with plans of somebody else.
    #[must_use]
    pub fn with_plans(mut self, plans: Box<dyn Plans>) -> Runner {
        self.plans = plans;
        self
    }

    /// The same, and each run reads Xero's balances of a day and others' entries on our accounts (REC-2, REC-5).
    #[must_use]
    pub fn with_balances_of(mut self, day: Day) -> Runner {
        self.witness = Some(day);
        self
    }

    /// One run. What stopped it stands in the report.
    ///
    /// Boxed and not inlined: what is awaited is compiled where it is called, so a run as a plain future would be compiled
    /// again in each place that starts one.
    #[inline(never)]
    pub fn run(&mut self, cause: Cause, until: Until) -> Waiting<'_, Report> {
        Box::pin(async move {
            if let Some(report) = self.resting(cause) {
                return report;
            }
            let report = self.attempt(cause, until).await.unwrap_or_else(Report::stopped);
            self.rest(&report);
            report
        })
    }

    /// The report of a run by schedule that doesn't begin, because nothing goes yet.
    fn resting(&self, cause: Cause) -> Option<Report> {
        let (until, _, why) = self.rest.as_ref().filter(|_| cause == Cause::Schedule)?;
        let stop = Stop::Wait { why: why.clone(), until: *until };
        (*until > self.clock.now()).then(|| Report::stopped(stop))
    }

    /// The longer nobody answers, the rarer a run by schedule asks: after 5, 10, 20, 40, 60 minutes.
    fn rest(&mut self, report: &Report) {
        let times = self.rest.as_ref().map_or(0, |(_, times, _)| *times);
        match &report.stopped {
            Some(Stop::Wait { until, why }) => {
                let pause = self.terms.every * 2_u32.pow(times.min(4)).min(12);
                let pause = pause.saturating_sub(Duration::from_secs(5)); // the next run by schedule is on time
                self.rest = Some(((*until).max(self.clock.now().plus(pause)), times + 1, why.clone()));
            }
            Some(Stop::TooEarly(_) | Stop::Elsewhere | Stop::Told | Stop::Desk(_)) => {}
            Some(Stop::SignIn(_) | Stop::NotConnected) | None => self.rest = None,
        }
    }

    async fn attempt(&mut self, cause: Cause, until: Until) -> Result<Report, Stop> {
        let view = self.desk.view().await.map_err(Stop::Desk)?;
        let tenant = tenant(&view)?;
        if cause == Cause::ByHand {
            self.not_too_early().await?;
        }
        let looks = self.looks_due(cause, &view).await?;
        let lists = self.lists_due(cause, &view);
        let journals = self.journals_due(cause, &view);
        let balances = self.balances_due(&view);
        let documents = if cause == Cause::PostNow { Documents::Stay } else { Documents::Go };
        let witness = reading_due(cause, self.witness, &view);
        let nothing = lists.is_none()
            && journals.is_none()
            && !balances
            && witness.is_none()
            && looks.is_empty()
            && view.exchange.open().next().is_none();
        if nothing && !has_work(&self.plans.plan(&view)) {
            return Ok(Report::default());
        }
        let taken = self.desk.take_lease(self.terms.lease).await.map_err(Stop::Desk)?;
        let fence = taken.ok_or(Stop::Elsewhere)?;
        let quiet = self.last.take().filter(|(last, _)| last + 1 == fence.number).map(|(_, ended)| ended);
        let mut trip = Trip {
            home: self.home.as_deref(),
            desk: &*self.desk,
            client: &self.client,
            clock: &*self.clock,
            chance: &*self.chance,
            terms: &self.terms,
            stopping: &self.stopping,
            fence,
            others_sent_until: quiet.unwrap_or(self.clock.now()),
            renewed: self.clock.now(),
            priority: cause.priority(),
            tenant,
            view,
            report: Report::default(),
            tried: BTreeSet::new(),
            closed: BTreeMap::new(),
            failed_before: false,
            resent: BTreeMap::new(),
            lists_wanted: false,
            asked: BTreeSet::new(),
            progress: Progress { phase: Phase::Settling, done: 0, of: 0 },
        };
        let zone = self.zone.clone();
        let before = Before { quiet: quiet.is_some(), lists, looks, documents, journals, zone, witness };
        let ended = trip.whole(before, until, &mut *self.plans).await;
        if let Err(stop) = &ended {
            trip.report.stopped = Some(stop.clone());
        }
        trip.lose_sign_in().await;
        let (report, fence) = (trip.report, trip.fence);
        if report.calls.all() > 0 {
            let known = serde_json::to_string(&self.client.queue().snapshot()).unwrap_or_default();
            let note = |key: &str, text| Beside::Note { key: key.to_owned(), text };
            let ran = self.clock.now().millis().to_string();
            // Not kept, the calls of this run are learned of from the first answer.
            let _ = self.desk.keep(vec![note(LIMITS, known), note(RAN, ran)]).await;
        }
        if self.desk.release_lease(fence).await.is_ok() {
            self.last = Some((fence.number, self.clock.now()));
        }
        Ok(report)
    }

    async fn not_too_early(&self) -> Result<(), Stop> {
        let note = self.desk.note(BY_HAND.to_owned()).await.map_err(Stop::Desk)?;
        let last = note.and_then(|text| text.parse().ok()).map(Moment::from_millis);
        match last.map(|last| last.plus(self.terms.every)) {
            Some(until) if until > self.clock.now() => return Err(Stop::TooEarly(until)),
            _ => {}
        }
        let text = self.clock.now().millis().to_string();
        self.desk.keep(vec![Beside::Note { key: BY_HAND.to_owned(), text }]).await.map_err(Stop::Desk)
    }
}

/// What precedes the rounds.
pub(crate) struct Before {
    quiet: bool,
    lists: Option<Purpose>,
    looks: Looks,
    documents: Documents,
    /// Up to which day journals are posted.
    journals: Option<Day>,
    zone: jiff::tz::TimeZone,
    witness: Option<Reading>,
}

/// The organisation that calls name; a custom connection implies it.
fn tenant(view: &View) -> Result<Tenant, Stop> {
    let exchange = &view.exchange;
    match (exchange.connection(), &exchange.lists().organisation) {
        (Connection::Connected, _) if exchange.app() == Some(plan::App::Custom) => Ok(Tenant::NOTHING),
        (Connection::Connected, Some(organisation)) => {
            Ok(Tenant::read(&organisation.id.to_string()).unwrap_or_default())
        }
        (Connection::SignInLost(why), _) => Err(Stop::SignIn(why.to_string())),
        (Connection::Connected | Connection::Never | Connection::Disconnected(_), _) => {
            Err(Stop::NotConnected)
        }
    }
}

fn has_work(plan: &Plan) -> bool {
    !plan.questions.is_empty()
        || !plan.links.is_empty()
        || !plan.takes.is_empty()
        || !plan.costs.is_empty()
        || !plan.pays.is_empty()
        || plan.operations.iter().any(Operation::is_ready)
}

impl Trip<'_> {
    /// All of a run.
    async fn whole(&mut self, before: Before, until: Until, plans: &mut dyn Plans) -> Result<(), Stop> {
        let goes = (before.documents, before.journals);
        self.refresh().await?;
        if self.view.exchange.open().next().is_some() && !before.quiet {
            // Whoever ran before may have a request under way for as long as a request may be.
            self.sleep(self.now().plus(self.terms.timeout)).await?;
        }
        self.settle_open().await?;
        if let Some(purpose) = before.lists {
            self.read_lists(purpose).await?;
        }
        if !before.looks.is_empty() {
            self.look_around(before.looks).await?;
        }
        // What somebody changed of ours explains what Xero's balances say.
        if before.journals.is_some() || before.witness.is_some() {
            self.look_at_journals().await?;
        }
        self.documents_and_journals(goes, plans).await?;
        self.synchronise_balances(&before.zone).await?;
        while until == Until::Settled
            && let Some(when) = self.report.open.iter().map(|open| open.until).min()
        {
            self.sleep(when.max(self.soon())).await?;
            self.settle_open().await?;
            self.documents_and_journals(goes, plans).await?;
            self.synchronise_balances(&before.zone).await?;
        }
        self.read_besides(before.witness).await
    }

    /// Plans and carries out until nothing is ready.
    pub(crate) async fn rounds(&mut self, plans: &mut dyn Plans) -> Result<(), Stop> {
        for _ in 0..self.terms.rounds {
            self.go_on()?;
            let plan = plans.plan(&self.view);
            self.report.left = left(&plan, &self.report);
            let ready =
                |operation: &&Operation| operation.is_ready() && !self.tried.contains(&tried(operation));
            let ready: Vec<Operation> = plan.operations.iter().filter(ready).cloned().collect();
            self.progress.of = self.progress.done + u32::try_from(plan.operations.len()).unwrap_or(u32::MAX);
            let any = self.answer(&plan.questions).await?
                | self.link(&plan.links).await?
                | self.for_each(&plan.costs, "cost", Command::CountTax).await?
                | self.for_each(&plan.takes, "take", Command::TakeOver).await?
                | self.take_payments(&plan.pays).await?;
            if any {
                continue;
            }
            if ready.is_empty() {
                break;
            }
            self.organisation().await?;
            self.carry(ready).await?;
            if std::mem::take(&mut self.lists_wanted) {
                self.read_lists(Purpose::All).await?;
            }
        }
        self.settle_open().await?;
        let plan = plans.plan(&self.view);
        self.report.left = left(&plan, &self.report);
        Ok(())
    }

    /// If nobody lets us in, the log says so once, and all work waits for somebody to connect again (CON-6).
    async fn lose_sign_in(&mut self) {
        if let Some(Stop::SignIn(why)) = &self.report.stopped {
            let wish = Command::LoseSignIn { why: why.as_str().into() };
            // If it can't be recorded now, the next run finds out again.
            let _ = self.ask(wish, Vec::new()).await;
        }
    }
}

/// Operations that wait for something, and weren't refused in this run.
fn left(plan: &Plan, report: &Report) -> u32 {
    let refused: BTreeSet<&Subject> = report.blocked.iter().map(|blocked| &blocked.subject).collect();
    let left = plan.operations.iter().filter(|operation| !refused.contains(&operation.subject)).count();
    u32::try_from(left).unwrap_or(u32::MAX)
}
