//! Looking: what people changed in Xero on documents of ours, kind by kind, since the last look.
//!
//! ```text
//! GET Invoices?page=1&pageSize=1000   If-Modified-Since: the last look, minus the overlap
//! ```
//! A kind of which nothing is open is left out, but in the nightly run and when a person asks. What is as we know it appends
//! nothing; how far we have looked is a note beside the log, by Xero's clock. Not here: when (`timetable`).

use std::collections::BTreeSet;
use std::time::Duration;

use plan::{
    Candidate, Command, Exchange, Found, HeldCredit, HeldStatus, MatchedBy, PaperKind, SeenCredit,
    SeenDocument, SeenPayment, Subject, Tier, answers,
};
use world::Moment;
use xero::{
    Contact, CreditNote, Invoice, Item, Overpayment, Payment, Prepayment, PurchaseOrder, Quote, Resource,
    Stamp,
};
use xero_client::resource::list;

use crate::answer::{candidate, guid};
use crate::desk::{Beside, View};
use crate::kinds::Sent;
use crate::report::{Phase, Stop};
use crate::rounds::{Cause, Runner};
use crate::timetable::look_is_due;
use crate::trip::Trip;

/// The note that says when we last looked.
pub const LOOKED: &str = "looked";
/// The note that says when a notice of Xero was last followed.
const NOTICED: &str = "noticed";
/// Pages of a kind in one look; what changed later comes with the next look.
pub(crate) const PAGES: u32 = 20;
/// What is seen is recorded so many at a time.
pub(crate) const AT_ONCE: usize = 200;

/// The collections to look at.
pub(crate) type Kinds = BTreeSet<&'static str>;

/// What to look at, and why.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks {
    /// It is time to.
    pub(crate) timetable: Kinds,
    /// Xero gave notice.
    pub(crate) noticed: Kinds,
}

impl Looks {
    pub(crate) fn is_empty(&self) -> bool {
        self.timetable.is_empty() && self.noticed.is_empty()
    }
}

/// The collections to look at when Xero gives notice of something of a kind: there is none of payments, and what was paid
/// changes what is due.
fn collections(kind: &str) -> &'static [&'static str] {
    match kind {
        "INVOICE" => &[Invoice::PATH, Payment::PATH],
        "CREDITNOTE" => &[CreditNote::PATH, Invoice::PATH, Payment::PATH],
        "PREPAYMENT" | "OVERPAYMENT" => &[Invoice::PATH, CreditNote::PATH, Payment::PATH],
        _ => &[],
    }
}

/// Which kinds' status may still change by what people do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Open,
    All,
}

impl Runner {
    /// What to look at in this run: by the timetable, and what a notice of Xero is about (PAY-7).
    pub(crate) async fn looks_due(&self, cause: Cause, view: &View) -> Result<Looks, Stop> {
        let timetable = self.timetable_due(cause, view).await?;
        let waits = match cause {
            Cause::Schedule => self.clock.now() < self.calm_until(view).await,
            Cause::PostNow => true,
            Cause::ByHand | Cause::Refresh | Cause::Nightly => false,
        };
        // Nobody's notices are worth more than the timetable: what can't be read now is looked at then.
        let told = if waits { BTreeSet::new() } else { self.desk.notices().await.unwrap_or_default() };
        if told.is_empty() {
            return Ok(Looks { timetable, noticed: Kinds::new() });
        }
        let now = note(NOTICED, self.clock.now().millis());
        self.desk.keep(vec![now]).await.map_err(Stop::Desk)?;
        self.desk.noticed(told.clone()).await.map_err(Stop::Desk)?;
        let about: Kinds = told.iter().flat_map(|kind| collections(kind)).copied().collect();
        let noticed = kinds(&view.exchange, Which::All).intersection(&about).copied().collect();
        Ok(Looks { timetable, noticed })
    }

    /// Whether a notice of Xero may be followed now, and there is one.
    pub(crate) async fn notice_is_due(&self) -> bool {
        let Ok(view) = self.desk.view().await else { return false };
        self.clock.now() >= self.calm_until(&view).await
            && self.desk.notices().await.is_ok_and(|told| !told.is_empty())
    }

    /// Until when no notice is followed: a storm of them must not use up the day's calls (SCH-6). By the tier 432 or 2,160 a day
    /// at most, with three calls each.
    async fn calm_until(&self, view: &View) -> Moment {
        let pause = match view.exchange.settings().tier {
            Tier::Free => Duration::from_secs(10 * 60),
            Tier::Paid => Duration::from_secs(2 * 60),
        };
        let last = self.desk.note(NOTICED.to_owned()).await.ok().flatten();
        let last = last.and_then(|text| text.parse().ok()).map(Moment::from_millis);
        last.map_or(Moment::from_millis(i64::MIN), |last| last.plus(pause))
    }

    async fn timetable_due(&self, cause: Cause, view: &View) -> Result<Kinds, Stop> {
        let which = match cause {
            Cause::Refresh | Cause::Nightly => Which::All,
            Cause::ByHand => Which::Open,
            Cause::PostNow => return Ok(Kinds::new()),
            Cause::Schedule => {
                let last = self.desk.note(LOOKED.to_owned()).await.map_err(Stop::Desk)?;
                let last = last.and_then(|text| text.parse().ok()).map(Moment::from_millis);
                let settings = view.exchange.settings();
                if !look_is_due(settings, &self.zone, self.clock.now(), last) {
                    return Ok(Kinds::new());
                }
                Which::Open
            }
        };
        Ok(kinds(&view.exchange, which))
    }
}

/// The collections of what we link to.
fn kinds(exchange: &Exchange, which: Which) -> Kinds {
    let wanted = |status: &HeldStatus| match status {
        HeldStatus::Draft | HeldStatus::Awaiting | HeldStatus::Approved | HeldStatus::Other(_) => true,
        HeldStatus::Paid
        | HeldStatus::Billed
        | HeldStatus::Declined
        | HeldStatus::Voided
        | HeldStatus::Deleted => which == Which::All,
    };
    let held = exchange.links().filter_map(|(_, link)| link.now.as_deref());
    let held = held.filter(|held| wanted(&held.status)).map(|held| collection(held.paper.kind));
    let bills = answers::orders_without_bill(exchange).next().map(|_| Invoice::PATH);
    // What is approved may be paid, or unpaid again.
    let payable = |link: &plan::Link| {
        link.now.as_deref().is_some_and(|held| held.status.posts() && wanted(&held.status))
    };
    let pays = exchange.settings().payments != plan::Payments::None;
    let payments = exchange.links().find(|(_, link)| pays && payable(link)).map(|_| Payment::PATH);
    // Money that waits to be used: payments tell what is paid back of it; it itself is read at night and when a person asks.
    let kinds: Vec<plan::CreditKind> = exchange.all_credits().map(|credit| credit.kind).collect();
    let is = |kind| which == Which::All && kinds.contains(&kind);
    let before = is(plan::CreditKind::Prepayment).then_some(Prepayment::PATH);
    let over = is(plan::CreditKind::Overpayment).then_some(Overpayment::PATH);
    let paid_back = (pays && !kinds.is_empty()).then_some(Payment::PATH);
    held.chain(bills).chain(payments).chain(before).chain(over).chain(paid_back).collect()
}

fn collection(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Invoice | PaperKind::Bill => Invoice::PATH,
        PaperKind::CreditInvoice | PaperKind::SupplierCredit => CreditNote::PATH,
        PaperKind::Order => PurchaseOrder::PATH,
        PaperKind::Quote => Quote::PATH,
    }
}

impl Trip<'_> {
    /// Looks at these kinds. What a notice was about doesn't put the timetable off: it looks at other kinds too.
    pub(crate) async fn look_around(&mut self, looks: Looks) -> Result<(), Stop> {
        self.phase(Phase::Looking);
        let mut marks = Vec::new();
        if !looks.timetable.is_empty() {
            marks.push(note(LOOKED, self.now().millis()));
        }
        for kind in looks.timetable.union(&looks.noticed).copied() {
            let mark = match kind {
                Invoice::PATH => self.look_at_kind::<Invoice>().await?,
                CreditNote::PATH => self.look_at_kind::<CreditNote>().await?,
                PurchaseOrder::PATH => self.look_at_kind::<PurchaseOrder>().await?,
                Payment::PATH => self.look_at_kind::<Payment>().await?,
                Prepayment::PATH => self.look_at_kind::<Prepayment>().await?,
                Overpayment::PATH => self.look_at_kind::<Overpayment>().await?,
                _ => self.look_at_kind::<Quote>().await?,
            };
            marks.extend(mark.map(|mark| note(&mark_key(kind), mark.millis())));
        }
        self.keep(marks).await
    }

    /// Looks at one kind; up to when, by Xero's clock.
    pub(crate) async fn look_at_kind<T: Sent>(&mut self) -> Result<Option<Stamp>, Stop> {
        let note = self.note(&mark_key(T::PATH)).await?;
        let (connected, _) = self.view.exchange.connected();
        let since = note.and_then(|text| text.parse().ok()).unwrap_or(connected.saturating_mul(1_000));
        let mut call = list::<T>();
        if let Some(since) = Stamp::from_millis(since) {
            call = call.changed_since(since);
        }
        let (all, whole) = self.pages::<T>(call, PAGES).await?;
        let last = all.items.iter().filter_map(Sent::updated).max();
        self.see(&all.items).await?;
        Ok(match whole {
            crate::trip::Whole::Yes => all.at,
            crate::trip::Whole::No => last,
        })
    }

    /// Looks at the items that we link to: one that Xero began to track holds what comes next (TRK-1).
    pub(crate) async fn look_at_items(&mut self) -> Result<(), Stop> {
        let is_item = |(subject, _): (&Subject, _)| matches!(subject, Subject::Item(_));
        if !self.view.exchange.links().any(is_item) {
            return Ok(());
        }
        let note = self.note(&mark_key(Item::PATH)).await?;
        let (connected, _) = self.view.exchange.connected();
        let since = note.and_then(|text| text.parse().ok()).unwrap_or(connected.saturating_mul(1_000));
        let mut call = list::<Item>();
        if let Some(since) = Stamp::from_millis(since) {
            call = call.changed_since(since);
        }
        let Some(page) = self.page::<Item>(call).await? else { return Ok(()) };
        let exchange = &self.view.exchange;
        let new = |record: &Item| {
            let subject = exchange.subject(guid(record.item_id?))?.clone();
            let candidate = candidate(record, MatchedBy::Code, exchange.lists());
            let known = exchange.link(&subject)?.item.as_ref();
            (known != candidate.item.as_ref()).then(|| Found { subject, candidates: vec![candidate] })
        };
        let found = page.items.iter().filter_map(new).collect();
        self.record(found).await?;
        let mark = page.at.map(|at| crate::looks::note(&mark_key(Item::PATH), at.millis()));
        self.keep(mark.into_iter().collect()).await
    }

    /// Looks at the contacts that we link to: one that was archived or merged holds what comes next (DOC-8).
    pub(crate) async fn look_at_contacts(&mut self) -> Result<(), Stop> {
        let is_party = |(subject, _): (&Subject, _)| matches!(subject, Subject::Party(_));
        if !self.view.exchange.links().any(is_party) {
            return Ok(());
        }
        let note = self.note(&mark_key(Contact::PATH)).await?;
        let (connected, _) = self.view.exchange.connected();
        let since = note.and_then(|text| text.parse().ok()).unwrap_or(connected.saturating_mul(1_000));
        let mut call = list::<Contact>().with("includeArchived", "true").with("summaryOnly", "true");
        if let Some(since) = Stamp::from_millis(since) {
            call = call.changed_since(since);
        }
        let (all, whole) = self.pages::<Contact>(call, PAGES).await?;
        let exchange = &self.view.exchange;
        let new = |record: &Contact| {
            let subject = exchange.subject(guid(record.contact_id?))?.clone();
            let this = candidate(record, MatchedBy::Mark, exchange.lists());
            let into = record.merged_to_contact_id.filter(|id| this.archived && !id.is_nothing());
            let into = into.map(|id| Candidate {
                xero: guid(id),
                archived: false,
                name: "the contact that it was merged into".into(),
                ..this.clone()
            });
            // One that is in use, as it always was, is no news.
            let is_news = this.archived || exchange.found(&subject).is_some();
            is_news.then(|| Found { subject, candidates: [this].into_iter().chain(into).collect() })
        };
        let found = all.items.iter().filter_map(new).collect();
        let last = all.items.iter().filter_map(|record| record.updated_date_utc).max();
        self.record(found).await?;
        let mark = if whole == crate::trip::Whole::Yes { all.at } else { last };
        let mark = mark.map(|at| note_of(Contact::PATH, at));
        self.keep(mark.into_iter().collect()).await
    }

    /// Has what is new of these recorded.
    async fn see<T: Sent>(&mut self, records: &[T]) -> Result<(), Stop> {
        let exchange = &self.view.exchange;
        let new = |record: &T| {
            let subject = exchange.subject(guid(record.id()?))?.clone();
            let held = record.held(exchange.lists())?;
            let known = exchange.link(&subject)?.now.as_deref();
            (known != Some(&held)).then_some(SeenDocument { subject, held })
        };
        let seen: Vec<SeenDocument> = records.iter().filter_map(new).collect();
        self.report.seen += u32::try_from(seen.len()).unwrap_or(u32::MAX);
        for chunk in seen.chunks(AT_ONCE) {
            self.ask(Command::See(chunk.to_vec()), Vec::new()).await?;
        }
        self.see_payments(records, Vec::new()).await?;
        self.see_credits(records).await?;
        self.see_bills(records).await
    }

    /// Has recorded what is new of payments on documents of ours; of those in `whole` these are all.
    pub(crate) async fn see_payments<T: Sent>(
        &mut self,
        records: &[T],
        whole: Vec<Subject>,
    ) -> Result<(), Stop> {
        let exchange = &self.view.exchange;
        let read = records.iter().filter_map(|record| record.payment(exchange.lists()));
        let ours = |(of, payment)| Some(SeenPayment { subject: exchange.subject(of)?.clone(), payment });
        let payments: Vec<SeenPayment> = read.filter_map(ours).collect();
        let is_new = |one: &SeenPayment| {
            let known = exchange.paid(&one.subject).and_then(|paid| paid.payment(one.payment.id));
            known.map_or(!one.payment.deleted, |known| *known != one.payment)
        };
        let new = payments.iter().filter(|one| is_new(one)).count();
        self.report.seen += u32::try_from(new).unwrap_or(u32::MAX);
        if whole.is_empty() && new == 0 {
            return Ok(());
        }
        self.ask(Command::SeePayments { whole, payments }, Vec::new()).await?;
        Ok(())
    }

    /// Has recorded what is new of advances and overpayments of ours.
    async fn see_credits<T: Sent>(&mut self, records: &[T]) -> Result<(), Stop> {
        let exchange = &self.view.exchange;
        let new = |credit: HeldCredit| {
            let subject = exchange.subject(credit.id)?.clone();
            let known = exchange.paid(&subject)?.credit.as_ref()?;
            (*known != credit).then_some(SeenCredit { subject, credit })
        };
        let seen: Vec<SeenCredit> = records.iter().filter_map(Sent::credit).filter_map(new).collect();
        if seen.is_empty() {
            return Ok(());
        }
        self.report.seen += u32::try_from(seen.len()).unwrap_or(u32::MAX);
        self.ask(Command::SeeCredits(seen), Vec::new()).await?;
        Ok(())
    }

    /// Has bills recorded that somebody made from orders of ours since the last look.
    async fn see_bills<T: Sent>(&mut self, records: &[T]) -> Result<(), Stop> {
        let View { book, exchange, .. } = &self.view;
        let found = answers::bills_seen(book, exchange, &self.held_of(records));
        self.record(found).await
    }
}

fn note_of(kind: &str, at: Stamp) -> Beside {
    note(&mark_key(kind), at.millis())
}

pub(crate) fn mark_key(kind: &str) -> String {
    format!("looked-{kind}")
}

pub(crate) fn note(key: &str, millis: i64) -> Beside {
    Beside::Note { key: key.to_owned(), text: millis.to_string() }
}
