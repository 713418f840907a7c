//! One run under way: the company, the client, the lease, and what was done so far.
//!
//! The lease is renewed while anything waits, and nothing is sent when too little of it is left: whoever takes it next
//! meets no request of ours. A trip may be dropped at any moment; the next one begins with what this one intended.
//!
//! Not here: what is sent (`carry`), what was never answered (`settle`), the order of things (`rounds`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::{Either, select};
use plan::{Command, Outcome, Subject, Verb};
use world::{Chance, Clock, Moment, identifier};
use xero::Resource;
use xero::envelope::Page;
use xero_client::call::Call;
use xero_client::failure::Failure;
use xero_client::limits::{Priority, Tenant};
use xero_client::resource::{All, list};
use xero_client::send::{Answer, Client};

use crate::desk::{Beside, Desk, Fence, Trouble, View};
use crate::report::{Phase, Progress, Report, Stop};
use crate::terms::{Stopping, Terms};
use crate::verdict::{Verdict, verdict};

/// An operation at one state of both sides: it is tried once in a run.
pub(crate) type Tried = (Subject, Verb, u32, u64);

/// What the desk says when somebody else has the lease by now.
const LEASE_LOST: &str = "lease-lost";

/// One run.
pub(crate) struct Trip<'a> {
    pub(crate) desk: &'a dyn Desk,
    pub(crate) client: &'a Client,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) chance: &'a dyn Chance,
    pub(crate) terms: &'a Terms,
    /// Where the company is reached.
    pub(crate) home: Option<&'a str>,
    pub(crate) stopping: &'a Stopping,
    pub(crate) fence: Fence,
    /// Nobody sent anything for this company after this moment, but this run.
    pub(crate) others_sent_until: Moment,
    pub(crate) renewed: Moment,
    pub(crate) priority: Priority,
    pub(crate) tenant: Tenant,
    pub(crate) view: View,
    pub(crate) report: Report,
    /// What was tried in this run: never again.
    pub(crate) tried: BTreeSet<Tried>,
    /// Kinds of things that we may not send, and what that means for each.
    pub(crate) closed: BTreeMap<String, Outcome>,
    /// Whether Xero failed at the last batch.
    pub(crate) failed_before: bool,
    /// Batches whose bytes were sent again in this run, and when.
    pub(crate) resent: BTreeMap<u32, Moment>,
    /// Whether an answer pointed at an account, a rate, a lock date: then Xero's lists are read anew.
    pub(crate) lists_wanted: bool,
    /// What was asked and linked in this run: never again.
    pub(crate) asked: BTreeSet<String>,
    pub(crate) progress: Progress,
}

/// What a wish came to.
pub(crate) enum Asked {
    /// It is in the log.
    Done,
    /// It was refused.
    Refused(String),
}

impl Trip<'_> {
    /// Now.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Does something that takes time, and holds the lease meanwhile.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T> + Send) -> Result<T, Stop> {
        let mut work = Box::pin(work);
        loop {
            self.hold().await?;
            let alarm = self.clock.sleep_until(self.renewed.plus(self.terms.renew));
            match select(work, alarm).await {
                Either::Left((done, _)) => return Ok(done),
                Either::Right(((), rest)) => work = rest,
            }
        }
    }

    /// Renews the lease when it is time to; ends the run when too little of it is left.
    async fn hold(&mut self) -> Result<(), Stop> {
        if self.now() >= self.renewed.plus(self.terms.renew) {
            match self.desk.renew_lease(self.fence, self.terms.lease).await {
                Ok(Some(fence)) => (self.fence, self.renewed) = (fence, self.now()),
                Ok(None) => return Err(Stop::Elsewhere),
                // The database is away: try again soon, as long as the lease lasts.
                Err(_) => self.renewed = self.renewed.plus(Duration::from_secs(5)),
            }
        }
        let left = self.fence.until.since(self.now());
        if left < self.terms.timeout + self.terms.margin { Err(Stop::Elsewhere) } else { Ok(()) }
    }

    /// Waits, unless somebody tells us to stop.
    pub(crate) async fn sleep(&mut self, until: Moment) -> Result<(), Stop> {
        let (alarm, stopping) = (self.clock.sleep_until(until), self.stopping.clone());
        let told = Box::pin(async move { stopping.told().await });
        self.during(async { drop(select(alarm, told).await) }).await?;
        self.go_on()
    }

    /// Whether nobody told us to stop.
    pub(crate) fn go_on(&self) -> Result<(), Stop> {
        if self.stopping.is_told() { Err(Stop::Told) } else { Ok(()) }
    }

    /// Has a wish recorded. Asks again, with the same id, while the log can't be reached for a moment.
    pub(crate) async fn ask(&mut self, wish: Command, beside: Vec<Beside>) -> Result<Asked, Stop> {
        let id = identifier(self.chance);
        let mut waits = [1, 4, 15].into_iter();
        loop {
            let fence = Some(self.fence);
            let asked = self.desk.ask(id.clone(), wish.clone(), beside.clone(), fence);
            match self.during(asked).await? {
                Ok(view) => {
                    self.view = view;
                    return Ok(Asked::Done);
                }
                Err(Trouble::Refused { code, .. }) if code == LEASE_LOST => return Err(Stop::Elsewhere),
                Err(Trouble::Refused { code, text }) => return Ok(Asked::Refused(format!("{code} {text}"))),
                Err(trouble) => self.again(&mut waits, trouble).await?,
            }
        }
    }

    /// Reads the state anew: somebody may have worked.
    pub(crate) async fn refresh(&mut self) -> Result<(), Stop> {
        let mut waits = [1, 4, 15].into_iter();
        loop {
            match self.during(self.desk.view()).await? {
                Ok(view) => {
                    self.view = view;
                    return Ok(());
                }
                Err(trouble) => self.again(&mut waits, trouble).await?,
            }
        }
    }

    /// Waits before the next try, or gives up.
    async fn again(&mut self, waits: &mut impl Iterator<Item = u64>, trouble: Trouble) -> Result<(), Stop> {
        match (&trouble, waits.next()) {
            (Trouble::NotNow(_), Some(seconds)) => {
                let until = self.now().plus(Duration::from_secs(seconds));
                self.during(self.clock.sleep_until(until)).await
            }
            _ => Err(Stop::Desk(trouble)),
        }
    }

    /// Bytes kept beside the log.
    pub(crate) async fn body(&mut self, key: String) -> Result<Option<Vec<u8>>, Stop> {
        self.during(self.desk.body(key)).await?.map_err(Stop::Desk)
    }

    /// A note of ours.
    pub(crate) async fn note(&mut self, key: &str) -> Result<Option<String>, Stop> {
        self.during(self.desk.note(key.to_owned())).await?.map_err(Stop::Desk)
    }

    /// Keeps notes.
    pub(crate) async fn keep(&mut self, beside: Vec<Beside>) -> Result<(), Stop> {
        if beside.is_empty() {
            return Ok(());
        }
        self.during(self.desk.keep(beside)).await?.map_err(Stop::Desk)
    }

    /// Sends a call and counts it.
    pub(crate) async fn send(&mut self, call: &mut Call) -> Result<Result<Answer, Failure>, Stop> {
        self.go_on()?;
        let reads = call.method == world::Method::Get;
        let (client, tenant, priority) = (self.client, self.tenant, self.priority);
        let sent = self.during(client.send(tenant, call, priority)).await?;
        let tries = match &sent {
            Ok(answer) => answer.tries,
            Err(failure) => failure.tries,
        };
        let calls = &mut self.report.calls;
        *(if reads { &mut calls.reading } else { &mut calls.writing }) += tries;
        Ok(sent)
    }

    /// Reads one page; none if Xero has no such thing.
    pub(crate) async fn page<T: Resource>(&mut self, call: Call) -> Result<Option<Page<T>>, Stop> {
        let mut call = call;
        let answer = match self.send(&mut call).await? {
            Ok(answer) => answer,
            Err(failure) => return self.unread(&call.path, failure).await.map(|()| None),
        };
        let page = xero::envelope::read_page(&answer.body);
        let why =
            |why| Stop::Wait { why: format!("Xero's answer can't be read: {why}."), until: self.soon() };
        page.map(Some).map_err(why)
    }

    /// A read that failed: none if there is no such thing, else the run ends.
    async fn unread(&mut self, path: &str, failure: Failure) -> Result<(), Stop> {
        if failure.reason == xero_client::failure::Reason::Xero(xero::outcome::Cause::NotFound) {
            return Ok(());
        }
        let (said, until) = (failure.to_string(), failure.again_at.unwrap_or(self.soon()));
        match verdict(path, &failure, self.now()) {
            Verdict::Ends(stop) => Err(stop),
            Verdict::TurnedAway(why) => {
                self.turned_away(path, why).await?;
                Err(Stop::Wait { why: said, until })
            }
            Verdict::MayNot(why) => Err(Stop::Wait { why: why.to_string(), until }),
            Verdict::Wrong(_) | Verdict::Failed(_) | Verdict::Look => Err(Stop::Wait { why: said, until }),
        }
    }

    /// Xero turned us away: it does so altogether if we may not even read the organisation.
    pub(crate) async fn turned_away(&mut self, path: &str, why: String) -> Result<(), Stop> {
        let lost = Stop::SignIn(why);
        if crate::kinds::kind(path) == "Organisation" {
            return Err(lost);
        }
        let mut call = list::<xero::Organisation>();
        match self.send(&mut call).await? {
            Ok(_) => Ok(()),
            Err(failure) => match verdict("Organisation", &failure, self.now()) {
                Verdict::Ends(stop) => Err(stop),
                _ => Err(lost),
            },
        }
    }

    /// When to come back if nothing else is known.
    pub(crate) fn soon(&self) -> Moment {
        self.now().plus(Duration::from_secs(60))
    }

    /// A list to its end, page after page, at most so many of them. Whether it was the whole list stands beside it.
    pub(crate) async fn pages<T: Resource>(
        &mut self,
        call: Call,
        most: u32,
    ) -> Result<(All<T>, Whole), Stop> {
        let size = xero_client::habits::of(T::PATH).page_size;
        let mut all = All { items: Vec::new(), unreadable: Vec::new(), at: None, calls: 0 };
        for number in 1..=most {
            let mut asked = call.clone();
            if let Some(size) = size {
                asked = asked.with("page", number.to_string());
                if size != xero_client::habits::QUOTES_PAGE {
                    asked = asked.with("pageSize", size.to_string());
                }
            }
            let Some(page) = self.page::<T>(asked).await? else { return Ok((all, Whole::Yes)) };
            let count = page.items.len() + page.unreadable.len();
            all.at = all.at.or(page.at);
            all.items.extend(page.items);
            all.unreadable.extend(page.unreadable);
            all.calls += 1;
            let last = match (size, page.pagination.map(|pagination| pagination.page_count)) {
                (None, _) => true,
                (Some(_), Some(pages)) => number >= pages,
                (Some(size), None) => count < usize::try_from(size).unwrap_or(usize::MAX),
            };
            if last || count == 0 {
                return Ok((all, Whole::Yes));
            }
        }
        Ok((all, Whole::No))
    }

    /// Tells whoever watches where we are.
    pub(crate) fn phase(&mut self, phase: Phase) {
        self.progress.phase = phase;
        self.terms.tell(self.progress);
    }
}

/// Whether a list was read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    /// It was.
    Yes,
    /// It is longer.
    No,
}
