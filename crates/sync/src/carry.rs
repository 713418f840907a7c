//! Carrying a plan's operations out: intend, send, settle, batch by batch.
//!
//! ```text
//! intend 17: PUT Invoices, 50 bills   the log has it, and the bytes lie beside it
//! send                                Xero answers for each
//! settle 17: 49 done, 1 refused       the log has that too
//! ```
//! A batch that is refused as a whole is sent again in halves, until what is wrong stands alone: it blocks nothing else
//! (LOG-4). Not here: what was intended and never answered (`settle`).

use std::collections::VecDeque;

use book::Text;
use plan::{Body, Command, Intended, Intent, Operation, Outcome, Settlement, Subject, Verb};
use sha2::{Digest, Sha256};
use world::identifier;
use xero_client::call::Call;
use xero_client::failure::Failure;
use xero_client::send::Answer;

use crate::answer::{Became, read};
use crate::batch::{Batch, batches};
use crate::desk::Beside;
use crate::report::{Blocked, Phase, Stop};
use crate::trip::{Asked, Tried, Trip};
use crate::verdict::{Verdict, verdict};

/// Why something wasn't done that nobody answered for: it may have been what Xero fails at, so it goes alone next time.
pub const VANISHED: &str = "Xero's answer was lost, and Xero doesn't have it.";

const MAY_NOT: &str = "Xero doesn't let the connected user do this. Give the user the right in Xero, or connect as another user.";

/// The key of a request's bytes beside the log.
#[must_use]
pub fn request_key(key: &str) -> String {
    format!("{key}-request")
}

/// The key of an answer's bytes beside the log.
#[must_use]
pub fn answer_key(key: &str) -> String {
    format!("{key}-answer")
}

/// What a batch comes to.
enum Next {
    /// It is over, or stays open.
    On,
    /// It is sent again in halves.
    Halves,
}

/// An operation at the state it was made from.
pub(crate) fn tried(operation: &Operation) -> Tried {
    (operation.subject.clone(), operation.verb, operation.basis.version, operation.basis.link)
}

impl Trip<'_> {
    /// Carries operations out, until all were tried once or the book has moved on.
    pub(crate) async fn carry(&mut self, operations: Vec<Operation>) -> Result<(), Stop> {
        self.phase(Phase::Sending);
        let planned = self.view.book.seq();
        let operations = operations.into_iter().map(|one| linked_back(one, self.home)).collect();
        let (batches, unsendable) = self.in_batches(operations);
        for (operation, why) in unsendable {
            self.without_call(vec![operation], refused(why.into())).await?;
        }
        let mut batches = VecDeque::from(batches);
        while let Some(batch) = batches.pop_front() {
            if self.view.book.seq() != planned {
                return Ok(()); // somebody worked meanwhile: what is left is planned again
            }
            let operations = batch.operations.clone();
            if let Next::Halves = self.exchange(batch).await? {
                let (first, second) = operations.split_at(operations.len() / 2);
                for half in [second, first] {
                    let (calls, _) = batches_of(half, self);
                    calls.into_iter().rev().for_each(|call| batches.push_front(call));
                }
            }
        }
        Ok(())
    }

    /// Batches; whatever may be what Xero fails at goes alone, and last.
    fn in_batches(&self, operations: Vec<Operation>) -> (Vec<Batch>, Vec<(Operation, String)>) {
        let vanished = |operation: &Operation| {
            let problem = self.view.exchange.problem(&operation.subject);
            problem.is_some_and(|problem| problem.messages.iter().any(|why| **why == *VANISHED))
        };
        let (alone, together): (Vec<_>, Vec<_>) = operations.into_iter().partition(vanished);
        let (mut calls, mut unsendable) = batches(together, self.chance);
        for operation in alone {
            let (call, wrong) = batches(vec![operation], self.chance);
            calls.extend(call);
            unsendable.extend(wrong);
        }
        (calls, unsendable)
    }

    /// Intends, sends and settles one batch.
    async fn exchange(&mut self, mut batch: Batch) -> Result<Next, Stop> {
        self.go_on()?;
        let path = batch.call.path.clone();
        if let Some(outcome) = self.closed.get(crate::kinds::kind(&path)).cloned() {
            self.without_call(batch.operations, outcome).await?;
            return Ok(Next::On);
        }
        if !self.fill(&mut batch).await? {
            let why = "The file's bytes are missing; attach it again.";
            self.without_call(batch.operations, refused(why.into())).await?;
            return Ok(Next::On);
        }
        let Some(number) = self.intend(&batch).await? else {
            return Ok(if batch.operations.len() > 1 { Next::Halves } else { Next::On });
        };
        match self.send(&mut batch.call).await? {
            Ok(answer) => {
                self.failed_before = false;
                self.answered(number, &batch.call, &answer, &batch.operations).await
            }
            Err(failure) => self.unanswered(number, &batch.call, failure, &batch.operations).await,
        }
    }

    /// Puts the bytes of a file into its call; false if there are none.
    async fn fill(&mut self, batch: &mut Batch) -> Result<bool, Stop> {
        let Some(Operation { body: Body::File(file), .. }) = batch.operations.first() else {
            return Ok(true);
        };
        let sha256 = file.sha256.to_string();
        let bytes = self.during(self.desk.file(sha256)).await?.map_err(Stop::Desk)?;
        let found = bytes.is_some();
        batch.call.body = bytes.unwrap_or_default().into();
        Ok(found)
    }

    /// Records what is about to be sent; none if the log refuses it.
    async fn intend(&mut self, batch: &Batch) -> Result<Option<u32>, Stop> {
        let key = batch.call.key.as_ref().map(|key| key.text().to_owned()).unwrap_or_default();
        let beside = match batch.operations.first().map(|operation| operation.verb) {
            // A file's bytes lie in the book's store already, under the same hash.
            Some(Verb::Attach) => Vec::new(),
            _ => vec![self.kept(request_key(&key), &batch.call.body)],
        };
        self.intend_as((batch.line(), key, &batch.call.body), &batch.operations, beside).await
    }

    async fn intend_as(
        &mut self,
        (call, key, bytes): (String, String, &[u8]),
        operations: &[Operation],
        beside: Vec<Beside>,
    ) -> Result<Option<u32>, Stop> {
        let intent = Intent {
            batch: self.view.exchange.next_batch(),
            call: call.into(),
            key: key.as_str().into(),
            body: sha256(bytes).into(),
            operations: operations.iter().map(intended).collect(),
        };
        self.tried.extend(operations.iter().map(tried));
        match self.ask(Command::Intend(Box::new(intent)), beside).await? {
            Asked::Done => {
                let mut open = self.view.exchange.open();
                Ok(open.find(|(_, intent)| *intent.key == *key).map(|(number, _)| number))
            }
            Asked::Refused(_) if operations.len() > 1 => Ok(None),
            Asked::Refused(why) => {
                self.blocked(operations.first(), &why);
                Ok(None)
            }
        }
    }

    /// Bytes to keep beside the log.
    pub(crate) fn kept(&self, key: String, bytes: &[u8]) -> Beside {
        Beside::Body { key, bytes: bytes.to_vec(), until: self.now().plus(self.terms.keep) }
    }

    /// Records an answer.
    async fn answered(
        &mut self,
        number: u32,
        call: &Call,
        answer: &Answer,
        operations: &[Operation],
    ) -> Result<Next, Stop> {
        match read(&call.path, &call.body, answer, self.view.exchange.lists()) {
            Ok(became) => {
                let outcomes = became.into_iter().take(operations.len()).zip(0_u16..);
                let known = outcomes.filter_map(|(became, place)| match became {
                    Became::Known(outcome) => Some((place, outcome)),
                    Became::Unclear(_) => None,
                });
                let outcomes = known.collect::<Vec<_>>();
                self.count(&outcomes, operations);
                let key = call.key.as_ref().map(|key| answer_key(key.text()));
                let beside = key.map(|key| self.kept(key, &answer.body)).into_iter().collect();
                self.settled(number, outcomes, answer.correlation.clone(), beside).await?;
                Ok(Next::On)
            }
            Err(failure) => self.unanswered(number, call, failure, operations).await,
        }
    }

    /// Records a call that has nothing to show.
    async fn unanswered(
        &mut self,
        number: u32,
        call: &Call,
        failure: Failure,
        operations: &[Operation],
    ) -> Result<Next, Stop> {
        let said: Text = failure.to_string().into();
        let correlation = failure.correlation.clone();
        let mut verdict = verdict(&call.path, &failure, self.now());
        if let Verdict::TurnedAway(why) = verdict {
            verdict = match self.turned_away(&call.path, why).await {
                Ok(()) => Verdict::MayNot(MAY_NOT.into()),
                Err(stop) => Verdict::Ends(stop),
            };
        }
        // What may have been done stays open, whatever the last try says.
        let open = failure.happened != xero::outcome::Happened::NotDone;
        let outcome = match &verdict {
            _ if open => None,
            Verdict::Wrong(messages) if operations.len() == 1 => {
                Some(Outcome::Refused { messages: messages.clone() })
            }
            Verdict::MayNot(why) => Some(self.may_not(why, operations)),
            _ => Some(Outcome::NotDone { why: said.clone() }),
        };
        if let Some(outcome) = &outcome {
            let outcomes: Vec<_> = (0..).zip(operations.iter().map(|_| outcome.clone())).collect();
            self.count(&outcomes, operations);
            self.settled(number, outcomes, correlation, Vec::new()).await?;
        }
        match verdict {
            Verdict::Ends(stop) => Err(stop),
            Verdict::Wrong(_) if !open && operations.len() > 1 => Ok(Next::Halves),
            Verdict::MayNot(_) => {
                let kind = crate::kinds::kind(&call.path).to_owned();
                self.closed.extend(outcome.map(|outcome| (kind, outcome)));
                Ok(Next::On)
            }
            Verdict::Failed(why) if self.failed_before => Err(Stop::Wait { why, until: self.soon() }),
            Verdict::Failed(_) => {
                self.failed_before = true;
                Ok(Next::On)
            }
            Verdict::Wrong(_) | Verdict::Look | Verdict::TurnedAway(_) => Ok(Next::On),
        }
    }

    /// Records outcomes. What the log doesn't know as open any more was settled by somebody else.
    pub(crate) async fn settled(
        &mut self,
        batch: u32,
        outcomes: Vec<(u16, Outcome)>,
        correlation: Option<String>,
        beside: Vec<Beside>,
    ) -> Result<(), Stop> {
        if outcomes.is_empty() {
            return self.keep(beside).await;
        }
        let settlement = Settlement { batch, outcomes, correlation: correlation.map(Text::from) };
        match self.ask(Command::Settle(Box::new(settlement)), beside).await? {
            Asked::Done => Ok(()),
            Asked::Refused(_) => self.refresh().await,
        }
    }

    /// Being turned away once may be a mishap and is tried again; the same words twice are a refusal.
    fn may_not(&self, why: &Text, operations: &[Operation]) -> Outcome {
        let known = |operation: &Operation| {
            let problem = self.view.exchange.problem(&operation.subject);
            problem.is_some_and(|problem| problem.messages.contains(why))
        };
        let is_mishap = **why == *MAY_NOT && !operations.iter().any(known);
        if is_mishap { Outcome::NotDone { why: why.clone() } } else { refused(why.clone()) }
    }

    /// Records what became of operations for which no call was made.
    async fn without_call(&mut self, operations: Vec<Operation>, outcome: Outcome) -> Result<(), Stop> {
        let key = identifier(self.chance);
        let Some(number) = self.intend_as(("not sent".to_owned(), key, &[]), &operations, Vec::new()).await?
        else {
            return Ok(());
        };
        let outcomes: Vec<_> = (0..).zip(operations.iter().map(|_| outcome.clone())).collect();
        self.count(&outcomes, &operations);
        self.settled(number, outcomes, None, Vec::new()).await
    }

    /// Counts outcomes for the report.
    fn count(&mut self, outcomes: &[(u16, Outcome)], operations: &[Operation]) {
        for (place, outcome) in outcomes {
            let Some(operation) = operations.get(usize::from(*place)) else { continue };
            self.count_one(outcome, operation.verb);
            if let Outcome::Refused { messages } = outcome {
                self.blocked(Some(operation), &messages.join(" "));
            }
            if let Outcome::Done { altered, .. } = outcome
                && !altered.is_empty()
            {
                self.blocked(Some(operation), &altered.join(" "));
            }
        }
        self.terms.tell(self.progress);
    }

    /// Counts one outcome, wherever it came from.
    pub(crate) fn count_one(&mut self, outcome: &Outcome, verb: Verb) {
        self.progress.done += 1;
        match (outcome, verb) {
            (Outcome::Done { .. }, Verb::Create) => self.report.created += 1,
            (Outcome::Done { .. }, Verb::Update | Verb::Attach | Verb::Annotate) => self.report.updated += 1,
            (Outcome::Refused { messages }, _) => {
                self.lists_wanted |= messages.iter().any(|message| points_to_lists(message));
            }
            (Outcome::NotDone { .. } | Outcome::Several { .. }, _) => {}
        }
    }

    fn blocked(&mut self, operation: Option<&Operation>, why: &str) {
        let Some(operation) = operation else { return };
        let (subject, name) = (operation.subject.clone(), operation.name.clone());
        self.report.blocked.push(Blocked { subject, name, why: why.to_owned() });
    }
}

/// With a link back to us on invoices, bills and journals that are made. It is no part of a document's paper: an address that
/// changes later changes no document. Xero takes no link that has the word xero in it.
fn linked_back(mut operation: Operation, home: Option<&str>) -> Operation {
    let Some(home) = home.filter(|home| !home.to_ascii_lowercase().contains("xero")) else {
        return operation;
    };
    match (operation.verb, &operation.subject, &mut operation.body) {
        (Verb::Create, subject, Body::Invoice(record)) => {
            record.url = subject.document().map(|id| format!("{home}/documents/{}", id.number()));
        }
        (Verb::Create, Subject::Journal(number), Body::Journal(record)) => {
            let link = format!("{home}/journals/{}", plan::journals::mark(*number));
            if let Some(paper) = &mut operation.journal {
                paper.url = link.as_str().into();
            }
            record.url = Some(link);
        }
        _ => {}
    }
    operation
}

fn refused(why: Text) -> Outcome {
    Outcome::Refused { messages: vec![why] }
}

fn batches_of(operations: &[Operation], trip: &Trip<'_>) -> (Vec<Batch>, Vec<(Operation, String)>) {
    batches(operations.to_vec(), trip.chance)
}

fn intended(operation: &Operation) -> Intended {
    Intended {
        subject: operation.subject.clone(),
        verb: operation.verb,
        mark: operation.mark.clone(),
        xero: operation.xero,
        version: operation.basis.version,
        paper: operation.paper.clone(),
        payment: operation.payment.clone(),
        allocation: operation.allocation.clone(),
        journal: operation.journal.clone(),
        credit: operation.credit.clone(),
    }
}

/// What an error is about when Xero's lists may have changed since we read them.
fn points_to_lists(message: &str) -> bool {
    let about = |subject| ["account", "tax", "currency", "dates", "lines"].contains(&subject);
    xero::errors::explain(message).known.is_some_and(|known| about(known.subject))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
