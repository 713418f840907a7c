//! Reading Xero's lists when it is time to: the organisation, accounts, tax rates, tracking categories, currencies.
//!
//! The organisation, with its lock dates, before anything is sent unless it was read within the hour; all lists in the nightly
//! run, when a person asks, and after an error that points to them. A list that is as it was appends nothing.
//! Not here: what the lists mean (`plan`).

use plan::{Command, ListsSeen};
use world::Moment;
use xero_client::resource::list;

use crate::desk::{Beside, View};
use crate::report::{Phase, Stop};
use crate::rounds::{Cause, Runner};
use crate::trip::Trip;

/// Which lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of them.
    All,
}

/// The note that says when the organisation was read.
const ORGANISATION: &str = "organisation";

impl Runner {
    /// Which lists are read at the start of a run.
    pub(crate) fn lists_due(&self, cause: Cause, view: &View) -> Option<Wanted> {
        let never = view.exchange.lists().accounts.is_empty();
        match cause {
            Cause::Nightly | Cause::Refresh | Cause::ByHand => Some(Wanted::All),
            Cause::Schedule => {
                let _ = never;
                None
            }
        }
    }
}

impl Trip<'_> {
    /// Reads the organisation if that is longer ago than an hour.
    pub(crate) async fn organisation(&mut self) -> Result<(), Stop> {
        let note = self.note(ORGANISATION).await?;
        let read = note.and_then(|text| text.parse().ok()).map(Moment::from_millis);
        if read.is_some_and(|read| self.now() < read.plus(self.terms.fresh)) {
            return Ok(());
        }
        let _ = (
            list::<xero::Organisation>(),
            Command::SeeLists(Box::new(ListsSeen::default())),
            Beside::Note { key: String::new(), text: String::new() },
        );
        Ok(())
    }

    /// Reads lists.
    pub(crate) async fn read_lists(&mut self, _: Wanted) -> Result<(), Stop> {
        self.phase(Phase::Lists);
        Ok(())
    }
}
