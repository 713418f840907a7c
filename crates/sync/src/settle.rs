//! What became of what was intended and never answered: always the first thing a run does (DOC-14).
//!
//! ```text
//! younger than the key   the same bytes under the same key: Xero does it once, or says what it did
//! older                  a create is looked for by its mark, an update by reading the record; a file goes again
//! ```
//! "Xero doesn't have it" counts only when no request of ours can be alive any more (`counts_from`); until then it stays
//! open. Several that carry the mark are candidates for a person. Not here: what is sent for the first time (`carry`).

use std::time::Duration;

use plan::{
    Command, Intended, MatchedBy, OpenIntent, Outcome, Paper, PaperKind, SeenDocument, Subject, Verb,
};
use world::{Method, Moment, Waiting};
use xero::element::Element;
use xero::outcome::Deed;
use xero::{Contact, HistoryRecord, Resource, Stamp, TrackingCategory, XeroId};
use xero_client::call::{Call, KEY_LIFE, Key};
use xero_client::look::{self, Found, Look, counts_from};
use xero_client::resource::one;

use crate::answer::{Became, asked, became, candidate, compare, done_without_record, guid, read};
use crate::carry::{VANISHED, answer_key, request_key};
use crate::kinds::{Sent, kind, of_kind};
use crate::report::{Open, Phase, Stop};
use crate::trip::Trip;
use crate::verdict::{Verdict, verdict};

/// How long before the intent a document may be dated that we made by it: clocks differ.
const CLOCKS: Duration = Duration::from_secs(5 * 60);
/// How long a call may wait for its turn after its key was looked at.
const TURN: Duration = Duration::from_secs(65);

/// What a look says about one operation.
pub(crate) enum Looked {
    Became(Outcome),
    /// Xero doesn't have it, as far as it says now.
    Nothing,
    /// It may be sent again as it is.
    Again,
}

/// What may become of open intents: under hold nothing is sent, also not again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Resend {
    Yes,
    No,
}

impl Trip<'_> {
    /// Settles what can be settled now.
    pub(crate) async fn settle_open(&mut self) -> Result<(), Stop> {
        let numbers: Vec<u32> = self.view.exchange.open().map(|(number, _)| number).collect();
        if !numbers.is_empty() {
            self.phase(Phase::Settling);
        }
        self.report.open.clear();
        for number in numbers {
            let found = self.view.exchange.open().find(|(batch, _)| *batch == number);
            let Some((_, intent)) = found else { continue };
            let intent = intent.clone();
            self.settle_batch(number, &intent).await?;
            let until = self.counts(number, &intent);
            let still = self.view.exchange.open().find(|(batch, _)| *batch == number);
            let things = still.map_or(0, |(_, intent)| intent.open.len());
            if things > 0 {
                self.report.open.push(Open { batch: number, things, until });
            }
        }
        Ok(())
    }

    async fn settle_batch(&mut self, number: u32, intent: &OpenIntent) -> Result<(), Stop> {
        let intended_at = Moment::from_millis(intent.at.saturating_mul(1_000));
        let key = Key::stored(intent.key.to_string(), Some(intended_at));
        let held = if self.view.exchange.is_held() { Resend::No } else { Resend::Yes };
        let fits = held == Resend::Yes && key.usable(self.now()) && !self.resent.contains_key(&number);
        if fits && let Some(call) = self.rebuilt(intent, key).await? {
            self.resent.insert(number, self.now());
            self.resend(number, intent, call).await?;
        }
        let still = self.view.exchange.open().find(|(batch, _)| *batch == number);
        let open = still.map(|(_, intent)| intent.open.clone()).unwrap_or_default();
        let counts = self.now() >= self.counts(number, intent);
        for (place, intended) in open {
            let outcome = match self.look(intent, place, &intended, intended_at).await? {
                Looked::Became(outcome) => outcome,
                Looked::Again => Outcome::NotDone { why: "It may be sent again as it is.".into() },
                Looked::Nothing if counts => Outcome::NotDone { why: VANISHED.into() },
                Looked::Nothing => continue,
            };
            self.count_one(&outcome, intended.verb);
            // One by one: what one of them is linked to is no answer for the next.
            self.settled(number, vec![(place, outcome)], None, Vec::new()).await?;
        }
        Ok(())
    }

    /// From when on "not found" counts: nobody sent later than the run before ours, or than the key lived, or than we did.
    fn counts(&self, number: u32, intent: &OpenIntent) -> Moment {
        let intended_at = Moment::from_millis(intent.at.saturating_mul(1_000));
        let theirs = self.others_sent_until.min(intended_at.plus(KEY_LIFE).plus(TURN));
        let last = self.resent.get(&number).copied().unwrap_or(theirs).max(theirs);
        counts_from(last, self.terms.timeout)
    }

    /// The call as it was sent, with its bytes; none if they are gone.
    async fn rebuilt(&mut self, intent: &OpenIntent, key: Key) -> Result<Option<Call>, Stop> {
        let Some((method, path)) = intent.call.split_once(' ') else { return Ok(None) };
        let is_file = kind(path) == "Attachments";
        let bytes = match is_file {
            // Under the same name it overwrites: it goes again, with a key of its own.
            true => return Ok(None),
            false => self.body(request_key(&intent.key)).await?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let (deed, method) = match method {
            "PUT" => (Deed::Create, Method::Put),
            "POST" => (Deed::Update, Method::Post),
            _ => return Ok(None),
        };
        let mut call = Call::read(path);
        (call.deed, call.method, call.body, call.key) = (deed, method, bytes.into(), Some(key));
        Ok(Some(call))
    }

    /// Sends the same bytes under the same key. What it doesn't tell is looked for.
    async fn resend(&mut self, number: u32, intent: &OpenIntent, mut call: Call) -> Result<(), Stop> {
        let answer = match self.send(&mut call).await? {
            Ok(answer) => answer,
            Err(failure) => {
                return match verdict(&call.path, &failure, self.now()) {
                    Verdict::Ends(stop) => Err(stop),
                    Verdict::TurnedAway(why) => self.turned_away(&call.path, why).await,
                    Verdict::Wrong(_) | Verdict::MayNot(_) | Verdict::Failed(_) | Verdict::Look => Ok(()),
                };
            }
        };
        let Ok(read) = read(&call.path, &call.body, &answer, self.view.exchange.lists()) else {
            return Ok(());
        };
        let mut outcomes = Vec::new();
        for (became, place) in read.into_iter().zip(0_u16..) {
            let open = intent.open.iter().find(|(at, _)| *at == place);
            if let (Became::Known(outcome), Some((_, intended))) = (became, open) {
                self.count_one(&outcome, intended.verb);
                outcomes.push((place, outcome));
            }
        }
        let kept = self.kept(answer_key(&intent.key), &answer.body);
        self.settled(number, outcomes, answer.correlation, vec![kept]).await
    }

    /// Looks for what one operation was to do.
    async fn look(
        &mut self,
        intent: &OpenIntent,
        place: u16,
        intended: &Intended,
        intended_at: Moment,
    ) -> Result<Looked, Stop> {
        let Some((_, path)) = intent.call.split_once(' ') else { return Ok(Looked::Again) };
        let path = path.to_owned();
        if let Subject::Sent(id) = intended.subject {
            return self.look_for_email(id).await;
        }
        match (intended.verb, intended.xero) {
            (Verb::Attach, _) => Ok(Looked::Again),
            (Verb::Annotate, _) => self.look_for_note(&path, &intended.mark).await,
            (Verb::Update, Some(id)) => {
                let sent = self.body(request_key(&intent.key)).await?.unwrap_or_default();
                self.look_at(&path, &id.to_string(), &sent, usize::from(place), intended).await
            }
            (Verb::Create | Verb::Update, _) => self.look_for(&path, intended, intended_at).await,
        }
    }

    /// Reads the record that was to be changed: it was, if it says what was asked.
    async fn look_at(
        &mut self,
        path: &str,
        id: &str,
        sent: &[u8],
        place: usize,
        intended: &Intended,
    ) -> Result<Looked, Stop> {
        fn of<'a, T: Sent>(
            trip: &'a mut Trip<'_>,
            at: (&'a str, &'a [u8], usize),
            intended: &'a Intended,
        ) -> Waiting<'a, Result<Looked, Stop>> {
            Box::pin(read_again::<T>(trip, at, intended))
        }
        async fn read_again<T: Sent>(
            trip: &mut Trip<'_>,
            (id, sent, place): (&str, &[u8], usize),
            intended: &Intended,
        ) -> Result<Looked, Stop> {
            let page = trip.page::<T>(one::<T>(id)).await?;
            let Some(held) = page.and_then(|page| page.items.into_iter().next()) else {
                return Ok(Looked::Nothing);
            };
            let Some(asked) = asked::<T>(sent).into_iter().nth(place) else { return Ok(Looked::Nothing) };
            let lists = trip.view.exchange.lists();
            match compare(&asked, &held) {
                done @ Element::Done { .. } => match became(done, lists) {
                    Became::Known(outcome) => Ok(Looked::Became(outcome)),
                    Became::Unclear(_) => Ok(Looked::Nothing),
                },
                _ => {
                    if let Some(held) = held.held(lists) {
                        let seen = SeenDocument { subject: intended.subject.clone(), held };
                        trip.ask(Command::See(vec![seen]), Vec::new()).await?;
                    }
                    Ok(Looked::Nothing)
                }
            }
        }
        if kind(path) == "Options" {
            return Ok(Looked::Again);
        }
        match of_kind!(path, of(self, (id, sent, place), intended)) {
            Some(looked) => looked.await,
            None => Ok(Looked::Again),
        }
    }

    /// Looks for what was to be made, by its mark.
    async fn look_for(
        &mut self,
        path: &str,
        intended: &Intended,
        intended_at: Moment,
    ) -> Result<Looked, Stop> {
        let (mark, subject) = (&*intended.mark, &intended.subject);
        let earliest = Some(intended_at.minus(CLOCKS).millis());
        if let Some(paying) = &intended.payment {
            return self.look_for_payment(&intended.subject, paying).await;
        }
        if let Some(sent) = &intended.credit {
            return self.look_for_credit(&intended.subject, sent, intended_at).await;
        }
        if let Some(sent) = &intended.allocation {
            return self.look_for_allocation(sent).await;
        }
        let Some(paper) = &intended.paper else {
            return match kind(path) {
                "Contacts" => self.found(look::contact(mark), subject, None).await,
                "Items" => self.found(look::item(mark), subject, None).await,
                "Options" => self.look_for_option(path, mark).await,
                "ManualJournals" => match Stamp::from_millis(intended_at.millis()) {
                    Some(at) => self.found(look::journal(mark, at), subject, None).await,
                    None => Ok(Looked::Nothing),
                },
                _ => Ok(Looked::Again),
            };
        };
        let Paper { kind, contact, number, url, .. } = &**paper;
        let contact: XeroId<Contact> = *contact;
        match kind {
            PaperKind::Invoice => self.found(look::sale(number), subject, earliest).await,
            PaperKind::Bill => {
                let url = Some(&**url).filter(|url| !url.is_empty());
                self.found(look::bill(contact, number, url), subject, earliest).await
            }
            PaperKind::CreditInvoice => self.found(look::credit_note(number), subject, earliest).await,
            PaperKind::SupplierCredit => {
                self.found(look::supplier_credit(contact, number), subject, earliest).await
            }
            PaperKind::Order => self.found(look::order(number), subject, earliest).await,
            PaperKind::Quote => self.found(look::quote(number), subject, earliest).await,
        }
    }

    /// Asks, and leaves out what was there before we intended to make it, what stands for something else
    /// of ours, and what was found before and not taken: suppliers number alike, and a bill may come twice.
    async fn found<T: Sent>(
        &mut self,
        look: Look<T>,
        subject: &Subject,
        earliest: Option<i64>,
    ) -> Result<Looked, Stop> {
        let found = self.looked(&look).await?;
        let exchange = &self.view.exchange;
        let lists = exchange.lists();
        let known = exchange.found(subject).unwrap_or_default();
        let ours = |record: &T| {
            let is_new = match (earliest, record.updated()) {
                (Some(earliest), Some(updated)) => updated.millis() >= earliest,
                _ => true,
            };
            let id = record.id().map_or(plan::Guid::NOTHING, guid);
            is_new && exchange.subject(id).is_none() && !known.iter().any(|known| known.xero == id)
        };
        let records = match found {
            Found::None => Vec::new(),
            Found::One(record) => vec![*record],
            Found::Several(records) => records,
        };
        let records: Vec<T> = records.into_iter().filter(ours).collect();
        Ok(match records.as_slice() {
            [] => Looked::Nothing,
            [record] => Looked::Became(Outcome::Done {
                xero: record.id().map_or(plan::Guid::NOTHING, guid),
                held: record.held(lists).map(Box::new),
                warnings: Vec::new(),
                altered: Vec::new(),
                payment: None,
                journal: record.journal(lists).map(Box::new),
                credit: None,
            }),
            several => {
                let candidates = several.iter().map(|record| candidate(record, MatchedBy::Mark, lists));
                Looked::Became(Outcome::Several { candidates: candidates.collect() })
            }
        })
    }

    pub(crate) async fn looked<T: Resource + Send + Sync>(
        &mut self,
        look: &Look<T>,
    ) -> Result<Found<T>, Stop> {
        let page = self.page::<T>(look.call().clone()).await?;
        Ok(look.of(page.map(|page| page.items).unwrap_or_default()))
    }

    async fn look_for_option(&mut self, path: &str, name: &str) -> Result<Looked, Stop> {
        let category = path.split('/').nth(1).unwrap_or_default();
        let page = self.page::<TrackingCategory>(one::<TrackingCategory>(category)).await?;
        let categories = page.map(|page| page.items).unwrap_or_default();
        let mut options = categories.iter().flat_map(|category| category.options.iter().flatten());
        let same = |option: &&xero::TrackingOption| {
            option.name.as_deref().is_some_and(|found| found.trim().eq_ignore_ascii_case(name.trim()))
        };
        Ok(options.find(same).map_or(Looked::Nothing, |option| {
            Looked::Became(Outcome::Done {
                xero: option.tracking_option_id.map_or(plan::Guid::NOTHING, guid),
                held: None,
                warnings: Vec::new(),
                altered: Vec::new(),
                payment: None,
                journal: None,
                credit: None,
            })
        }))
    }

    /// A note is there if the history has one that says the same.
    async fn look_for_note(&mut self, path: &str, mark: &str) -> Result<Looked, Stop> {
        let path = path.split('?').next().unwrap_or_default();
        let page = self.page::<HistoryRecord>(Call::read(path)).await?;
        let notes = page.map(|page| page.items).unwrap_or_default();
        let is = |note: &HistoryRecord| note.details.as_deref().is_some_and(|details| details.contains(mark));
        Ok(match notes.iter().any(is) {
            true => Looked::Became(done_without_record()),
            false => Looked::Nothing,
        })
    }
}
