//! Typed work with one kind of thing: read a page, a list to its end, one by id; create and update in batches.
//!
//! `client.create(tenant, &invoices, …)` sends ⌈N/50⌉ calls and answers one `Element` for each invoice, in order; a batch
//! whose call failed leaves a `Failure` for its range and doesn't stop the others unless Xero is out of reach.
//!
//! Not here: how one call is sent (`send`).

use crate::call::{Call, Write, create, segment, update};
use crate::failure::{Failure, Reason};
use crate::habits;
use crate::limits::{Priority, Tenant};
use crate::send::{Answer, Client};
use std::ops::Range;
use xero::element::{Element, Message, messages, read_element, read_elements};
use xero::envelope::{Page, Unreadable, read_page};
use xero::outcome::{Cause, Happened};
use xero::{AccountBalance, Day, Report, Resource, Stamp, XeroId};

/// A whole list.
#[derive(Clone, Debug)]
pub struct All<T> {
    /// The elements that could be read.
    pub items: Vec<T>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
    /// Xero's clock at the first page: the mark for the next look.
    pub at: Option<Stamp>,
    /// Calls made.
    pub calls: u32,
}

/// Takes an answer in; how many elements it had, and how many pages there are, if it says so.
type Take<'t> = dyn FnMut(&Answer) -> Result<(usize, Option<u32>), Failure> + Send + 't;

/// Is told how much of a list has been read, and how much there is, if Xero says so.
pub type Told<'t> = dyn FnMut(usize, Option<u32>) + Send + 't;

/// What became of a range of elements.
#[derive(Debug)]
pub struct Batch<T: Resource> {
    /// Which of the elements given.
    pub range: Range<usize>,
    /// One outcome each, or why the whole call has nothing to show.
    pub outcome: Result<Vec<Element<T>>, Failure>,
    /// The call as sent: the same bytes under the same key, for as long as the key lives.
    pub call: Call,
}

/// A question for a list of `T`: the path and what the resource lets us ask.
#[must_use]
pub fn list<T: Resource>() -> Call {
    let call = Call::read(T::PATH);
    if habits::of(T::PATH).four_decimals { call.with("unitdp", "4") } else { call }
}

/// A question for one `T` by its id or number.
#[must_use]
pub fn one<T: Resource>(name: &str) -> Call {
    let call = Call::read(format!("{}/{}", T::PATH, segment(name)));
    if habits::of(T::PATH).four_decimals && !T::PATH.ends_with("payments") {
        call.with("unitdp", "4")
    } else {
        call
    }
}

impl Client {
    /// One answer with a list: a page, or everything where Xero doesn't page.
    ///
    /// # Errors
    /// A `Failure`; a read never did anything.
    pub async fn page<T: Resource>(
        &self,
        tenant: Tenant,
        mut call: Call,
        priority: Priority,
    ) -> Result<Page<T>, Failure> {
        page(&self.send(tenant, &mut call, priority).await?)
    }

    /// A list to its end, page after page. Elements that move between pages while reading may come twice, never not
    /// at all, because Xero orders by the time of change.
    ///
    /// # Errors
    /// The first `Failure`.
    pub async fn all<T: Resource>(
        &self,
        tenant: Tenant,
        call: Call,
        priority: Priority,
    ) -> Result<All<T>, Failure> {
        self.all_told(tenant, call, priority, &mut |_, _| ()).await
    }

    /// A list to its end, and somebody is told after each page.
    ///
    /// # Errors
    /// The first `Failure`.
    pub async fn all_told<T: Resource>(
        &self,
        tenant: Tenant,
        call: Call,
        priority: Priority,
        told: &mut Told<'_>,
    ) -> Result<All<T>, Failure> {
        let mut all = All { items: Vec::new(), unreadable: Vec::new(), at: None, calls: 0 };
        let mut take = |answer: &Answer| {
            let page: Page<T> = page(answer)?;
            let count = page.items.len() + page.unreadable.len();
            all.items.extend(page.items);
            all.unreadable.extend(page.unreadable);
            all.at = all.at.or(page.at);
            all.calls += 1;
            told(all.items.len(), page.pagination.map(|pagination| pagination.item_count));
            Ok((count, page.pagination.map(|pagination| pagination.page_count)))
        };
        self.pages(tenant, habits::of(T::PATH).page_size, call, priority, &mut take).await?;
        Ok(all)
    }

    /// Page after page, until `take`, which counts its elements and knows how many pages there are, has had the last.
    async fn pages(
        &self,
        tenant: Tenant,
        size: Option<u32>,
        call: Call,
        priority: Priority,
        take: &mut Take<'_>,
    ) -> Result<(), Failure> {
        for number in 1_u32.. {
            let mut asked = call.clone();
            if let Some(size) = size {
                asked = asked.with("page", number.to_string());
                if size != habits::QUOTES_PAGE {
                    asked = asked.with("pageSize", size.to_string());
                }
            }
            let answer = self.send(tenant, &mut asked, priority).await?;
            let (count, pages) = take(&answer)?;
            let last = match (size, pages) {
                (None, _) => true,
                (Some(_), Some(pages)) => number >= pages,
                (Some(size), None) => count < usize::try_from(size).unwrap_or(usize::MAX),
            };
            if last || count == 0 {
                break;
            }
        }
        Ok(())
    }

    /// One thing by its id or number; none if Xero has none.
    ///
    /// # Errors
    /// A `Failure` other than "not found".
    pub async fn find<T: Resource>(
        &self,
        tenant: Tenant,
        name: &str,
        priority: Priority,
    ) -> Result<Option<T>, Failure> {
        match self.page::<T>(tenant, one::<T>(name), priority).await {
            Ok(page) => Ok(page.items.into_iter().next()),
            Err(Failure { reason: Reason::Xero(Cause::NotFound), .. }) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// One thing by its id.
    ///
    /// # Errors
    /// A `Failure`; "not found" is one.
    pub async fn get<T: Resource>(
        &self,
        tenant: Tenant,
        id: XeroId<T>,
        priority: Priority,
    ) -> Result<T, Failure> {
        let mut call = one::<T>(&id.to_string());
        let answer = self.send(tenant, &mut call, priority).await?;
        let page: Page<T> = page(&answer)?;
        let why =
            || page.unreadable.first().map_or_else(|| "an empty list".to_owned(), |bad| bad.why.clone());
        page.items.into_iter().next().ok_or_else(|| unreadable(why(), &answer, Happened::NotDone))
    }

    /// Sends one prepared write and reads what became of each element.
    ///
    /// # Errors
    /// A `Failure` for the whole call.
    pub async fn write<T: Resource>(
        &self,
        tenant: Tenant,
        write: &mut Write<T>,
        priority: Priority,
    ) -> Result<Vec<Element<T>>, Failure> {
        let answer = self.send(tenant, &mut write.call, priority).await?;
        read_written(&answer, &write.asked)
    }

    /// Creates all of them, in as few calls as possible.
    ///
    /// # Errors
    /// Only if they aren't sendable; what Xero says is in the batches.
    pub async fn create<T: Resource>(
        &self,
        tenant: Tenant,
        elements: &[T],
        priority: Priority,
    ) -> Result<Vec<Batch<T>>, Failure> {
        let writes = create(elements, self.chance())?;
        Ok(self.batches(tenant, writes, priority).await)
    }

    /// Updates all of them, in as few calls as possible.
    ///
    /// # Errors
    /// Only if they aren't sendable; what Xero says is in the batches.
    pub async fn update<T: Resource>(
        &self,
        tenant: Tenant,
        elements: &[T],
        priority: Priority,
    ) -> Result<Vec<Batch<T>>, Failure> {
        let writes = update(elements, self.chance())?;
        Ok(self.batches(tenant, writes, priority).await)
    }

    /// Sends prepared writes one after another.
    pub async fn batches<T: Resource>(
        &self,
        tenant: Tenant,
        writes: Vec<Write<T>>,
        priority: Priority,
    ) -> Vec<Batch<T>> {
        let (mut batches, mut start) = (Vec::new(), 0);
        for mut write in writes {
            let range = start..start + write.asked.len();
            start = range.end;
            let outcome = self.write(tenant, &mut write, priority).await;
            batches.push(Batch { range, outcome, call: write.call });
        }
        batches
    }

    /// Removes something. What isn't there is removed.
    ///
    /// # Errors
    /// A `Failure` that says whether it happened.
    pub async fn remove(&self, tenant: Tenant, path: String, priority: Priority) -> Result<(), Failure> {
        match self.send(tenant, &mut Call::remove(path), priority).await {
            Ok(answer) if refused_in(&answer).is_empty() => Ok(()),
            Ok(answer) => {
                let (summary, messages) = (String::new(), refused_in(&answer));
                let reason = Reason::Xero(Cause::Invalid { summary, messages });
                let correlation = answer.correlation;
                Err(Failure { happened: Happened::NotDone, reason, correlation, again_at: None, tries: 1 })
            }
            Err(failure) if failure.happened == Happened::Done => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// The balances of all accounts at the end of a day.
    ///
    /// # Errors
    /// A `Failure`, also when the report can't be understood.
    pub async fn balances(
        &self,
        tenant: Tenant,
        day: Day,
        priority: Priority,
    ) -> Result<Vec<AccountBalance>, Failure> {
        let mut call = Call::read("Reports/TrialBalance").with("date", day.to_string());
        let answer = self.send(tenant, &mut call, priority).await?;
        let bad = |why: String| unreadable(why, &answer, Happened::NotDone);
        let page = read_page::<Report>(&answer.body).map_err(|why| bad(why.to_string()))?;
        let report = page.items.first().ok_or_else(|| bad("no report".to_owned()))?;
        report.account_balances().map_err(bad)
    }
}

fn page<T: Resource>(answer: &Answer) -> Result<Page<T>, Failure> {
    read_page(&answer.body).map_err(|why| unreadable(why.to_string(), answer, Happened::NotDone))
}

/// Errors in the 200 answer to a removal.
fn refused_in(answer: &Answer) -> Vec<Message> {
    std::str::from_utf8(&answer.body).map(|raw| messages(raw).0).unwrap_or_default()
}

/// Reads the answer to a write. Bare answers without a list (an allocation's removal) are one element.
///
/// # Errors
/// The answer can't be read, so nobody knows what was done.
pub fn read_written<T: Resource>(answer: &Answer, asked: &[T]) -> Result<Vec<Element<T>>, Failure> {
    let list = read_elements(&answer.body, asked);
    match list {
        Ok(elements) => Ok(elements),
        Err(why) => match std::str::from_utf8(&answer.body) {
            Ok(raw) if asked.len() == 1 && T::from_json(raw).is_ok_and(|held| held.id().is_some()) => {
                Ok(vec![read_element(raw, asked.first())])
            }
            _ => Err(unreadable(why.to_string(), answer, Happened::Unknown)),
        },
    }
}

fn unreadable(why: String, answer: &Answer, happened: Happened) -> Failure {
    let (reason, correlation) = (Reason::Xero(Cause::Unreadable(why)), answer.correlation.clone());
    Failure { happened, reason, correlation, again_at: None, tries: 1 }
}
