//! Running a company's synchronisation: its runner, with what the limits were when it last ran, and the plan without running.
//!
//! Not here: what a run does (`sync`), when runs begin (`sync::work`).

use std::sync::Arc;

use book::Day;
use plan::{PlanLine, Planner};
use sync::{Runner, known_limits};
use xero_client::limits::{Budget, Limiter};
use xero_client::queue::Queue;

use super::Xero;
use crate::fold::Failure;
use crate::installation::Registered;
use crate::log::locked;

impl Xero {
    /// A company's runner; `holder` says who we are to whoever finds its lease taken.
    ///
    /// # Errors
    /// Nobody has set an app.
    pub async fn runner(&self, company: &Registered, holder: &str) -> Result<Runner, Failure> {
        let desk = Arc::new(self.desk(company, holder));
        let (settings, _) = self.app(company).await?;
        let id = &settings.app.client_id;
        // What this day's calls were is remembered from one program to the next.
        if !locked(&self.lines).contains_key(id)
            && let Some(known) = known_limits(&*desk).await
        {
            let now = self.world.clock.now();
            let line = Queue::new(self.world.clock.clone(), Limiter::restored(Budget::STARTER, &known, now));
            locked(&self.lines).entry(id.clone()).or_insert(line);
        }
        let client = self.client(company).await?;
        let world = (self.world.clock.clone(), self.world.chance.clone());
        let zone = jiff::tz::TimeZone::get(&company.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Ok(Runner::new(desk, client, world, zone).with_home(self.home(company).await?))
    }

    /// Where people reach a company; none if nobody has said where the installation is.
    ///
    /// # Errors
    /// The installation's log can't be read.
    pub async fn home(&self, company: &Registered) -> Result<Option<String>, Failure> {
        let installation = self.companies.installation().view(None).await?.fold;
        Ok(installation.address().map(|address| format!("{address}/{}", company.code)))
    }

    /// A company's calls (SCH-6): used, left, and what each setting costs a day.
    ///
    /// # Errors
    /// Nobody has set an app; the log can't be read.
    pub async fn budget(&self, company: &Registered) -> Result<sync::Budget, Failure> {
        let exchange = self.companies.log(company.company).view(None).await?.fold.exchange;
        Ok(self.runner(company, "").await?.budget(&exchange))
    }

    /// A company's date.
    #[must_use]
    pub fn today(&self, company: &Registered) -> Day {
        crate::today(&company.zone, self.world.clock.now())
    }

    /// What the next run would do, as far as it is known before Xero is asked; changes nothing.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn plan(&self, company: &Registered) -> Result<Vec<PlanLine>, Failure> {
        let state = self.companies.log(company.company).view(None).await?.fold;
        Ok(Planner::default().on(self.today(company)).plan(&state.book, &state.exchange).lines(&state.book))
    }
}
