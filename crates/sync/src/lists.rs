//! Reading Xero's lists when it is time to: the organisation, accounts, tax rates, tracking categories, currencies.
//!
//! The organisation, with its lock dates, before anything is sent unless it was read within the hour (decision 0065); all
//! lists in the nightly run, when a person asks, and after an error that points to them. A list that is as it was appends
//! nothing. Not here: what the lists mean (`plan`).

use plan::{
    Command, List, ListsSeen, Purpose, read_accounts, read_currencies, read_organisation, read_tax_rates,
    read_tracking,
};
use world::Moment;
use xero::Resource;
use xero_client::resource::list;

use crate::desk::{Beside, View};
use crate::report::{Phase, Stop};
use crate::rounds::{Cause, Runner};
use crate::trip::{Asked, Trip};

/// The note that says when the organisation was read.
const ORGANISATION: &str = "organisation-read";

impl Runner {
    /// What lists are read for at the start of a run.
    pub(crate) fn lists_due(&self, cause: Cause, view: &View) -> Option<Purpose> {
        let never = view.exchange.lists().accounts.is_empty();
        match cause {
            Cause::Nightly => Some(Purpose::Nightly),
            Cause::Refresh | Cause::PostNow => Some(Purpose::All),
            Cause::Schedule | Cause::ByHand => never.then_some(Purpose::All),
        }
    }
}

impl Trip<'_> {
    /// Reads the organisation if that is longer ago than an hour.
    pub(crate) async fn organisation(&mut self) -> Result<(), Stop> {
        let note = self.note(ORGANISATION).await?;
        let read = note.and_then(|text| text.parse().ok()).map(Moment::from_millis);
        match read {
            Some(read) if self.now() < read.plus(self.terms.fresh) => Ok(()),
            _ => self.read_lists(Purpose::Run).await,
        }
    }

    /// Reads lists, and has what is new in them recorded.
    pub(crate) async fn read_lists(&mut self, purpose: Purpose) -> Result<(), Stop> {
        let mut seen = ListsSeen::default();
        for wanted in purpose.lists() {
            self.phase(Phase::Lists(*wanted));
            let count = match wanted {
                List::Organisation => {
                    seen.organisation = self.read_organisation(purpose).await?;
                    continue;
                }
                List::Accounts => seen.accounts.insert(read_accounts(&self.whole_list().await?)).len(),
                List::TaxRates => seen.tax_rates.insert(read_tax_rates(&self.whole_list().await?)).len(),
                List::Tracking => seen.tracking.insert(read_tracking(&self.archived_too().await?)).len(),
                List::Currencies => seen.currencies.insert(read_currencies(&self.whole_list().await?)).len(),
            };
            self.report.lists.retain(|(list, _)| list != wanted);
            self.report.lists.push((*wanted, count));
        }
        if purpose != Purpose::Run {
            self.look_at_items().await?;
            self.look_at_contacts().await?;
        }
        let text = self.now().millis().to_string();
        let read = Beside::Note { key: ORGANISATION.to_owned(), text };
        match seen.new_to(self.view.exchange.lists()) {
            None => self.keep(vec![read]).await,
            Some(seen) => match self.ask(Command::SeeLists(Box::new(seen)), vec![read]).await? {
                Asked::Done => Ok(()),
                Asked::Refused(why) => Err(Stop::Wait { why, until: self.soon() }),
            },
        }
    }

    /// The organisation. What the user may do there is asked for only together with the other lists.
    async fn read_organisation(&mut self, purpose: Purpose) -> Result<Option<plan::Organisation>, Stop> {
        let Some(organisation) = self.whole_list::<xero::Organisation>().await?.into_iter().next() else {
            return Ok(None);
        };
        let actions = match purpose {
            Purpose::Run => Vec::new(),
            Purpose::All | Purpose::Nightly => self.whole_list::<xero::Action>().await?,
        };
        let until = self.soon();
        let read = read_organisation(&organisation, &actions, None);
        let mut read = read.map_err(|why| Stop::Wait { why: why.to_string(), until })?;
        if let Some(known) = &self.view.exchange.lists().organisation {
            read.role.clone_from(&known.role);
            if purpose == Purpose::Run {
                read.not_allowed.clone_from(&known.not_allowed);
            }
        }
        Ok(Some(read))
    }

    async fn whole_list<T: Resource>(&mut self) -> Result<Vec<T>, Stop> {
        Ok(self.page::<T>(list::<T>()).await?.map(|page| page.items).unwrap_or_default())
    }

    async fn archived_too(&mut self) -> Result<Vec<xero::TrackingCategory>, Stop> {
        let call = list::<xero::TrackingCategory>().with("includeArchived", "true");
        Ok(self.page(call).await?.map(|page| page.items).unwrap_or_default())
    }
}
