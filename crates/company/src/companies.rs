//! All companies of a process: opened when asked, put away when idle.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use money::Currency;
use store::{CompanyId, Store};
use world::Clock;

use crate::fold::{Asked, Done, Failure};
use crate::installation::{Installation, InstallationEvent, InstallationWish, Registered};
use crate::log::Log;
use crate::operations::{Company, Wish};

/// The installation, and the companies that are open here.
pub struct Companies {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    installation: Log<Installation>,
    open: Mutex<BTreeMap<u32, Arc<Log<Company>>>>,
    program: Option<String>,
}

impl Companies {
    /// Of a store; nothing is read yet.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Companies {
        let installation = Log::new(store.clone(), CompanyId(0), clock.clone());
        Companies { store, clock, installation, open: Mutex::default(), program: None }
    }

    /// Companies start from snapshots that this very program wrote; `program` names it down to its build.
    #[must_use]
    pub fn with_snapshots(mut self, program: &str) -> Companies {
        self.program = Some(program.to_owned());
        self
    }

    /// Where it is stored.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Company 0.
    pub fn installation(&self) -> &Log<Installation> {
        &self.installation
    }

    /// The company of a code, as registered.
    ///
    /// # Errors
    /// There is none; the store's.
    pub async fn registered(&self, code: &str) -> Result<Registered, Failure> {
        let state = self.installation.view(None).await?;
        Ok(state.fold.company(code)?.clone())
    }

    /// The log of a company, by its number.
    pub fn log(&self, company: u32) -> Arc<Log<Company>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let log = Log::new(self.store.clone(), CompanyId(company), self.clock.clone());
            Arc::new(match &self.program {
                Some(program) => log.with_snapshots(program),
                None => log,
            })
        };
        open.entry(company).or_insert_with(make).clone()
    }

    /// Makes a company and begins its log. What was begun and interrupted, also by the end of the process, is finished by
    /// asking again: with the same id, or for the same code and currency.
    ///
    /// # Errors
    /// The code is taken; the store's.
    pub async fn add(&self, asked: Asked<InstallationWish>, base: Currency) -> Result<Registered, Failure> {
        let (id, by, via, today) = (asked.id.clone(), asked.by, asked.via.clone(), asked.today);
        let code = match &asked.wish {
            InstallationWish::AddCompany { code, .. } => code.clone(),
            _ => String::new(),
        };
        let registered = match self.installation.ask(asked).await {
            Ok(done) => self.added(&done).await?,
            Err(refused @ Failure::Refused(_)) => self.begun(&code, base).await?.ok_or(refused)?,
            Err(other) => return Err(other),
        };
        let open = Asked { id: format!("open-{id}"), by, via, today, wish: Wish::Open(base) };
        self.log(registered.company).ask(open).await?;
        Ok(registered)
    }

    async fn added(&self, done: &Done<InstallationEvent>) -> Result<Registered, Failure> {
        let state = self.installation.view(Some(done.last)).await?;
        let number = done.events.iter().find_map(|event| match event {
            InstallationEvent::CompanyAdded { company, .. } => Some(*company),
            _ => None,
        });
        let found = state.fold.companies().iter().find(|one| Some(one.company) == number).cloned();
        found.ok_or_else(|| Failure::Damaged {
            row: done.first,
            why: "the company that was added is not there".to_owned(),
        })
    }

    /// The company of this code, if it is registered and its log is still empty: whoever made it was interrupted.
    async fn begun(&self, code: &str, base: Currency) -> Result<Option<Registered>, Failure> {
        let state = self.installation.view(None).await?;
        let Ok(registered) = state.fold.company(code) else { return Ok(None) };
        let is_empty = self.log(registered.company).view(None).await?.tip.seq == 0;
        Ok((is_empty && registered.base == base).then(|| registered.clone()))
    }

    /// Closes what nobody has asked for so long and nobody holds; how many. It is opened again when asked.
    pub fn put_away(&self, idle: Duration) -> usize {
        let until = self.clock.now().minus(idle);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let before = open.len();
        open.retain(|_, log| Arc::strong_count(log) > 1 || log.used() > until);
        before - open.len()
    }

    /// How many companies are open here.
    pub fn opened(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
