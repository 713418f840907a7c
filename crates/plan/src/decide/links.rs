//! Links, what was found, and what people say about a thing (DOC-8, SEL-9, LOG-4).

use std::collections::BTreeSet;

use book::{Book, Content};

use crate::bills;
use crate::case::{Open, name, party, terms, word};
use crate::command::{Asking, Decided};
use crate::consolidated;
use crate::decide::nothing;
use crate::event::{Candidate, Decision, Event, Found, Linking, MatchedBy};
use crate::exchange::Exchange;
use crate::linked::words;
use crate::parts::{best, gone};
use crate::refusal::{Code, Refusal};
use crate::settings::Purchasing;
use crate::subject::{Guid, Subject};
use crate::take::paper_of;

/// The thing is in the book, and Xero could have it.
fn must_be_here(book: &Book, subject: &Subject) -> Result<(), Refusal> {
    let is_here = match subject {
        Subject::Journal(_) => false,
        Subject::Party(id) => book.party(*id).is_some(),
        Subject::Item(id) => book.item(*id).is_some(),
        Subject::Tracking(id) => book.tracking_categories().row(id.number()).is_some(),
        Subject::Option(id) => book.tracking_options().row(id.number()).is_some(),
        Subject::Document(id)
        | Subject::Order(id)
        | Subject::File(id, _)
        | Subject::Note(id, _)
        | Subject::Payment(id, _)
        | Subject::Allocation(id, _)
        | Subject::Credit(id, _)
        | Subject::Sent(id) => {
            let document = book.document(*id);
            if document.is_some_and(|document| terms(document.content()).is_none()) {
                return Err(Refusal::new(Code::NotForXero).with("name", name(book, subject)));
            }
            document.is_some()
        }
        Subject::Consolidated(id) | Subject::ConsolidatedPayment(id, _) => consolidated::is_here(book, id),
    };
    if is_here { Ok(()) } else { Err(Refusal::new(Code::NothingHere).with("what", kind(subject))) }
}

fn kind(subject: &Subject) -> &'static str {
    match subject {
        Subject::Party(_) => "such supplier or customer",
        Subject::Item(_) => "such item",
        Subject::Tracking(_) => "such tracking category",
        Subject::Journal(_) => "such journal",
        Subject::Option(_) => "such tracking option",
        Subject::Document(_)
        | Subject::Order(_)
        | Subject::File(..)
        | Subject::Note(..)
        | Subject::Payment(..)
        | Subject::Allocation(..)
        | Subject::Credit(..)
        | Subject::Sent(..)
        | Subject::Consolidated(_)
        | Subject::ConsolidatedPayment(..) => "such document",
    }
}

fn must_not_be_under_way(book: &Book, exchange: &Exchange, subject: &Subject) -> Result<(), Refusal> {
    match Open::of(exchange).batch(subject) {
        None => Ok(()),
        Some(batch) => {
            Err(Refusal::new(Code::UnderWay).with("subject", name(book, subject)).with("batch", batch))
        }
    }
}

/// Which of a document's two counterparts a person means who says its number: an order where orders go, unless the id is a
/// bill that was found for it.
fn meant(book: &Book, exchange: &Exchange, subject: &Subject, xero: Option<Guid>) -> Subject {
    let Subject::Document(id) = subject else { return subject.clone() };
    let is_order = matches!(book.document(*id).map(book::Document::content), Some(Content::PurchaseOrder(_)));
    let as_order = matches!(exchange.settings().purchasing, Purchasing::Orders | Purchasing::OrdersAndBills);
    let found = exchange.found(subject).unwrap_or_default();
    let is_bill = xero.is_some_and(|xero| found.iter().any(|one| one.xero == xero));
    let order = Subject::Order(*id);
    let linked = exchange.link(subject).is_some() && exchange.link(&order).is_none();
    if is_order && as_order && !is_bill && !linked { order } else { subject.clone() }
}

pub(super) fn link(
    book: &Book,
    exchange: &Exchange,
    subject: &Subject,
    xero: Guid,
    asking: Asking,
) -> Result<Decided, Refusal> {
    must_be_here(book, subject)?;
    let subject = meant(book, exchange, subject, Some(xero));
    let called = || name(book, &subject);
    if exchange.link(&subject).is_some_and(|link| link.xero == xero) {
        return Ok(nothing());
    }
    // A contact that was merged into another one there may be linked to that one.
    if let Some(link) = exchange.link(&subject).filter(|_| gone(exchange, &subject).is_none()) {
        let refusal = Refusal::new(Code::LinkedAlready).with("name", called()).with("xero", link.xero);
        return Err(refusal.with("subject", word(book, &subject)));
    }
    must_not_be_under_way(book, exchange, &subject)?;
    let found = exchange.found(&subject).unwrap_or_default();
    let candidate = found.iter().find(|one| one.xero == xero);
    let shown = candidate.map_or_else(|| xero.to_string(), |one| one.name.to_string());
    if let Some(other) = exchange.subject(xero) {
        let refusal = Refusal::new(Code::TakenElsewhere).with("candidate", shown);
        return Err(refusal.with("other", name(book, other)));
    }
    if let Some(candidate) = candidate {
        usable(candidate)?;
        if let (Subject::Document(id), MatchedBy::Mentions) = (&subject, candidate.by) {
            return bills::link(book, exchange, *id, candidate, asking);
        }
    }
    let fits: Vec<&Candidate> = best(found).into_iter().filter(|one| !one.archived).collect();
    let is_only = matches!(fits.as_slice(), [one] if one.xero == xero);
    let how = if is_only { Linking::Matched } else { Linking::Chosen };
    let held = candidate.and_then(|one| one.held.clone());
    let paper = paper_of(book, exchange, &subject);
    if let (Some(held), Some(paper)) = (&held, &paper)
        && (held.paper.kind, held.paper.contact) != (paper.kind, paper.contact)
    {
        return Err(Refusal::new(Code::WrongPaper).with("name", called()).with("candidate", shown));
    }
    let version = subject.document().map_or(0, |id| book.changed(id));
    Ok(vec![Event::XeroLinked { subject, xero, how, held, paper: paper.map(Box::new), version }].into())
}

fn usable(candidate: &Candidate) -> Result<(), Refusal> {
    let tracked =
        candidate.by == MatchedBy::Tracked || candidate.item.as_ref().is_some_and(|item| item.tracked);
    match (candidate.archived, tracked) {
        (true, _) => Err(Refusal::new(Code::ArchivedCandidate).with("candidate", &candidate.name)),
        (_, true) => Err(Refusal::new(Code::TrackedCandidate).with("candidate", &candidate.name)),
        _ => Ok(()),
    }
}

pub(super) fn unlink(book: &Book, exchange: &Exchange, subject: &Subject) -> Result<Decided, Refusal> {
    must_be_here(book, subject)?;
    let subject = meant(book, exchange, subject, None);
    must_not_be_under_way(book, exchange, &subject)?;
    match exchange.link(&subject) {
        Some(_) => Ok(vec![Event::XeroUnlinked { subject }].into()),
        None => Err(Refusal::new(Code::NotLinked).with("name", name(book, &subject))),
    }
}

/// Answers that say what is known already change nothing, unless it is about a number that may have been another then.
pub(super) fn find(exchange: &Exchange, found: &[Found]) -> Result<Decided, Refusal> {
    let is_new = |one: &&Found| {
        let is_number = matches!(one.subject, Subject::Document(_)) && exchange.link(&one.subject).is_none();
        is_number || exchange.found(&one.subject) != Some(&one.candidates)
    };
    let found: Vec<Found> = found.iter().filter(is_new).cloned().collect();
    Ok(if found.is_empty() { nothing() } else { vec![Event::XeroFound(found)].into() })
}

pub(super) fn decide(
    book: &Book,
    exchange: &Exchange,
    subject: &Subject,
    decision: &Decision,
) -> Result<Decided, Refusal> {
    must_be_here(book, subject)?;
    let decided = |subject: Subject| Event::XeroDecided { subject, decision: decision.clone() };
    match decision {
        Decision::Retry => {
            let about = about(book, exchange, subject);
            Ok(about.into_iter().map(decided).collect::<Vec<_>>().into())
        }
        Decision::SendAgain => {
            let subject = meant(book, exchange, subject, None);
            must_not_be_under_way(book, exchange, &subject)?;
            let Some(link) = exchange.link(&subject) else {
                return Err(Refusal::new(Code::NotLinked).with("name", name(book, &subject)));
            };
            match link.now.as_deref() {
                Some(now) if !now.status.is_gone() => {
                    let refusal = Refusal::new(Code::StillThere).with("name", name(book, &subject));
                    Err(refusal.with("status", words(&now.status)))
                }
                _ => Ok(vec![decided(subject)].into()),
            }
        }
        // Said of a payment by `ChoosePayments`, which looks whether there is anything to overpay.
        Decision::Overpay => Err(Refusal::new(Code::NotForXero).with("name", name(book, subject))),
        Decision::Exclude(why) if why.trim().is_empty() => {
            Err(Refusal::new(Code::NoReason).with("name", name(book, subject)))
        }
        Decision::Add | Decision::Exclude(_) | Decision::Include | Decision::SendAnyway => {
            let Some(id) = subject.document() else {
                return Err(Refusal::new(Code::NotForXero).with("name", name(book, subject)));
            };
            let subject = Subject::Document(id);
            if is_said(exchange, &subject, decision) {
                return Ok(nothing());
            }
            Ok(vec![decided(subject)].into())
        }
    }
}

/// Whether a decision would change nothing.
fn is_said(exchange: &Exchange, subject: &Subject, decision: &Decision) -> bool {
    use crate::settings::Switch;
    let said = exchange.said(subject).cloned().unwrap_or_default();
    match decision {
        Decision::Add => said.added == Switch::On,
        Decision::SendAnyway => said.anyway == Switch::On,
        Decision::Exclude(why) => said.excluded.as_ref() == Some(why),
        Decision::Include => said.excluded.is_none(),
        Decision::SendAgain | Decision::Retry | Decision::Overpay => false,
    }
}

/// Everything about a thing that was refused or has an answer: a document's counterparts and files, and what it needs.
fn about(book: &Book, exchange: &Exchange, subject: &Subject) -> Vec<Subject> {
    let Some(id) = subject.document() else { return vec![subject.clone()] };
    let content = book.document(id).map(book::Document::content);
    let whose = content.and_then(party).map(Subject::Party);
    let items = book.line_subjects(id).into_iter().filter_map(|line| line.item).map(Subject::Item);
    let own = [Subject::Document(id), Subject::Order(id)].into_iter().chain(whose).chain(items);
    let beside = exchange.problems().filter(|one| one.document() == Some(id)).cloned();
    let has_answer = |one: &Subject| exchange.found(one).is_some() || exchange.problem(one).is_some();
    let about: BTreeSet<Subject> = own.filter(has_answer).chain(beside).collect();
    about.into_iter().collect()
}
