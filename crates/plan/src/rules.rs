//! The rules of a document that Xero doesn't have: what stops it, in the order in which people are told (LOG-3).
//!
//! `RULES` is the table: a rule looks at one document and says why it stops, or nothing; the first one that stops it is what people
//! see. Behind the rules stand its paper and what it needs in Xero first, its number, the locked period, and what Xero said.
//! Not here: the sentences (`why`), documents that Xero has (`linked`).

use std::collections::BTreeSet;

use book::{Approval, Content, Life, QuoteState, Stage, Text};

use crate::case::{Case, has_text, name, party, terms};
use crate::consolidated::{Which, is_paid_in_advance, of_source};
use crate::disposition::{Asks, Disposition, Look};
use crate::exchange::{Connection, Exchange};
use crate::hold::{Hold, HoldCode};
use crate::linked;
use crate::operations;
use crate::parts::{Part, part, standing};
use crate::settings::{OrderTrigger, Purchasing, Switch};
use crate::subject::Subject;
use crate::why::{Because, Reason, Why, explained, first_open_day};

type Rule = fn(&Case<'_>) -> Option<Disposition>;

/// What stops a document that Xero doesn't have, in the order in which people are told.
const RULES: &[Rule] = &[
    not_for_xero,
    withdrawn,
    excluded,
    stage,
    kind_not_sent,
    approval,
    no_supplier_invoice,
    no_due_date,
    before_connection,
    switch_off,
    never_connected,
    consolidated,
];

/// Looks at a document that Xero doesn't have.
pub(crate) fn not_in_xero(case: &Case<'_>) -> Look {
    if let Some(stopped) = RULES.iter().find_map(|rule| rule(case)) {
        return stopped.into();
    }
    match case.wanted() {
        Ok(None) => Disposition::NotDue(case.not_for_xero()).into(),
        Ok(Some(paper)) => {
            if let Some(stopped) = asked_for_number(case).or_else(|| locked(case, paper.date).map(Look::from))
            {
                return stopped;
            }
            if let Some(stopped) = under_way(case).or_else(|| refused(case)) {
                return stopped.into();
            }
            let reason = reason(case);
            let mut look = Look::from(Disposition::Due(reason.clone()));
            look.operations = operations::create(case, Some(paper), &BTreeSet::new(), reason);
            look
        }
        Err(holds) => held_up(case, &holds, Verdict::Create),
    }
}

/// Why a document whose tax becomes part of its cost is due (TAX-6).
pub(crate) const COSTS: &str = "tax that can't be reclaimed becomes part of its cost";

/// What the paper that can't be made yet would be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Xero doesn't have it.
    Create,
    /// Xero has it, and it changed here.
    Update,
}

/// A paper that can't be made: what needs a person first, then what comes by itself.
pub(crate) fn held_up(case: &Case<'_>, holds: &[Hold], verdict: Verdict) -> Look {
    let parts: Vec<(&Subject, Part)> = holds
        .iter()
        .filter_map(Hold::waits_for)
        .map(|subject| (subject, part(case.world, subject)))
        .collect();
    let needs: BTreeSet<Subject> = parts.iter().map(|(subject, _)| (*subject).clone()).collect();
    // Items that are linked and were found tracked are asked about again when somebody says "Retry" (TRK-1).
    let tracked = holds.iter().any(|hold| hold.code() == HoldCode::TrackedItem).then(|| items(case));
    let asked = tracked.into_iter().flatten().filter(|one| matches!(part(case.world, one), Part::Ask));
    let it = case.it();
    let stuck = parts.iter().find_map(|(_, part)| match part {
        Part::Stuck(because) => Some(because.clone().why(&it)),
        _ => None,
    });
    let stuck = stuck.or_else(|| {
        let stops = |hold: &&Hold| hold.waits_for().is_none() && hold.code() != HoldCode::TaxIsCost;
        holds.iter().find(stops).map(|hold| {
            let mut why = hold.why();
            why.command = why.command.or_else(|| repairs(hold.code(), case.number()));
            why.message = format!("{} is not sent: {}", crate::why::capital(&it), why.message);
            why
        })
    });
    let is_cost = holds.iter().any(|hold| hold.code() == HoldCode::TaxIsCost);
    let mut look = match stuck {
        Some(why) => Look::from(Disposition::Blocked(why)),
        None if is_cost => {
            let mut look = Look::from(Disposition::Due(COSTS.to_owned()));
            look.costs = true;
            look
        }
        None => Look::from(waits(case, &parts)),
    };
    if !matches!(look.disposition, Disposition::Blocked(_)) {
        look.operations = match verdict {
            Verdict::Create => operations::create(case, None, &needs, reason(case)),
            Verdict::Update => operations::update_later(case, &needs, "it changed here".to_owned()),
        };
    }
    // One that is stuck doesn't keep others from what it needs too.
    look.needs = asked.chain(needs).collect();
    look
}

/// The items on a document's lines.
fn items<'a>(case: &Case<'a>) -> impl Iterator<Item = Subject> + use<'a> {
    case.world.book.line_subjects(case.id).into_iter().filter_map(|line| line.item).map(Subject::Item)
}

/// The command by which we see that something was repaired in Xero; what is repaired here is seen by itself.
pub(crate) fn repairs(code: HoldCode, number: &str) -> Option<String> {
    match code {
        HoldCode::TrackedItem | HoldCode::NoItemAccount => Some(format!("millbook xero retry {number}")),
        HoldCode::NoTaxRate
        | HoldCode::NoSuchAccount
        | HoldCode::AccountNotActive
        | HoldCode::AccountNotUsable
        | HoldCode::CurrencyOff
        | HoldCode::CategoryOff
        | HoldCode::OptionOff => Some("millbook xero refresh".to_owned()),
        _ => None,
    }
}

fn waits(case: &Case<'_>, parts: &[(&Subject, Part)]) -> Disposition {
    let names = |wanted: fn(&Part) -> bool| {
        let some = parts.iter().filter(|(_, part)| wanted(part));
        some.map(|(subject, _)| name(case.world.book, subject)).collect::<Vec<_>>().join(", ")
    };
    let under_way = parts.iter().find_map(|(_, part)| match part {
        Part::UnderWay(batch) => Some(*batch),
        _ => None,
    });
    if let Some(batch) = under_way {
        let what = format!(
            "{}, which is under way in batch {batch}",
            names(|part| matches!(part, Part::UnderWay(_)))
        );
        return Disposition::Waiting(case.because(Reason::Comes).with("what", what).why(&case.it()));
    }
    let asked = names(|part| matches!(part, Part::Ask));
    if !asked.is_empty() {
        return Disposition::Waiting(case.because(Reason::ToAsk).with("what", asked).why(&case.it()));
    }
    Disposition::Due(reason(case))
}

fn not_for_xero(case: &Case<'_>) -> Option<Disposition> {
    let is_for = terms(case.document.content()).is_some();
    (!is_for).then(|| Disposition::NotDue(case.not_for_xero()))
}

/// What people call a withdrawn document.
pub(crate) fn life(life: Life) -> &'static str {
    match life {
        Life::Live => "in force",
        Life::Cancelled => "cancelled",
        Life::Deleted => "deleted",
    }
}

fn withdrawn(case: &Case<'_>) -> Option<Disposition> {
    let life = match case.document.life() {
        Life::Live => return None,
        other => life(other),
    };
    Some(Disposition::NotDue(case.because(Reason::Withdrawn).with("life", life).why(&case.it())))
}

pub(crate) fn excluded(case: &Case<'_>) -> Option<Disposition> {
    let why = case.said.excluded.as_ref()?;
    let leaves = linked::leaves(case).map_or(String::new(), |leaves| format!(" {leaves}"));
    let because = case.because(Reason::Excluded).with("why", why.trim().trim_end_matches('.'));
    Some(Disposition::Excluded(because.with("leaves", leaves).why(&case.it())))
}

fn stage(case: &Case<'_>) -> Option<Disposition> {
    let stage = match case.document.content() {
        Content::Invoice(c) => c.stage,
        Content::Bill(c) => c.stage,
        Content::Quote(_) if case.exchange().settings().quotes == Switch::Off => {
            return Some(Disposition::NotDue(case.why(Reason::QuotesOff)));
        }
        Content::Quote(c) if c.state == QuoteState::Draft => {
            return Some(Disposition::NotDue(case.why(Reason::QuoteDraft)));
        }
        _ => return None,
    };
    match stage {
        Stage::Draft => Some(Disposition::NotDue(case.why(Reason::Draft))),
        Stage::ProForma => Some(Disposition::NotDue(case.why(Reason::ProForma))),
        Stage::Issued => None,
    }
}

/// Which kinds go at all (SEL-2, SEL-4, SEL-5): in the file of the settings stands the same as a table.
fn kind_not_sent(case: &Case<'_>) -> Option<Disposition> {
    let reason = match (case.document.content(), case.exchange().settings().purchasing) {
        (Content::PurchaseOrder(_), Purchasing::Bills) => Reason::OrdersNotSent,
        (Content::Bill(_), Purchasing::Orders) => Reason::BillsNotSent,
        _ => return None,
    };
    Some(Disposition::NotDue(case.why(reason)))
}

/// With a workflow on, a purchase goes when it is approved (SEL-8).
pub(crate) fn approval(case: &Case<'_>) -> Option<Disposition> {
    match case.world.book.approval(case.id)? {
        Approval::Approved => None,
        Approval::Draft => Some(Disposition::NotDue(case.why(Reason::NotSubmitted))),
        Approval::Awaiting => Some(Disposition::Waiting(case.why(Reason::ToApprove))),
        Approval::Rejected(why) => {
            let why = why.trim().trim_end_matches('.').to_owned();
            Some(Disposition::NotDue(case.because(Reason::Rejected).with("why", why).why(&case.it())))
        }
    }
}

/// What sends a purchase (DOC-1).
fn no_supplier_invoice(case: &Case<'_>) -> Option<Disposition> {
    let settings = case.exchange().settings();
    let has_one = match case.document.content() {
        Content::Bill(bill) => has_text(&bill.terms.reference),
        Content::PurchaseOrder(order) => {
            let by_approval = settings.order_trigger == OrderTrigger::Approval;
            let as_order = matches!(case.subject, Subject::Order(_));
            order.invoice.is_some() || (as_order && (by_approval || case.bills().next().is_some()))
        }
        _ => return None,
    };
    (!has_one).then(|| Disposition::NotDue(case.why(Reason::NoSupplierInvoice)))
}

/// Invoices and bills need a due date; credits, orders and quotes need none (DOC-3).
fn no_due_date(case: &Case<'_>) -> Option<Disposition> {
    let due = match case.document.content() {
        Content::Bill(bill) => bill.due,
        // What it is summed up in has one of its own.
        Content::Invoice(_) if is_summed_up(case) => return None,
        Content::Invoice(invoice) if invoice.kind == book::InvoiceKind::Invoice => invoice.due,
        Content::PurchaseOrder(order) if matches!(case.subject, Subject::Document(_)) => {
            order.invoice.as_ref()?.due
        }
        _ => return None,
    };
    let party = party(case.document.content()).and_then(|party| case.world.book.party(party));
    let party = party.map_or("the party", |row| &row.record.name);
    match due {
        Some(_) => None,
        None => {
            Some(Disposition::NotDue(case.because(Reason::NoDueDate).with("party", party).why(&case.it())))
        }
    }
}

fn is_summed_up(case: &Case<'_>) -> bool {
    case.world.book.consolidation_source(case.id, None).is_some() && !is_paid_in_advance(case)
}

/// What was saved before the connection goes only if it is saved again or added (CON-4).
fn before_connection(case: &Case<'_>) -> Option<Disposition> {
    let is_before = case.saved() < case.exchange().connected_after();
    let stops = is_before && case.said.added == Switch::Off;
    stops.then(|| Disposition::NotDue(case.why(Reason::BeforeConnection)))
}

pub(crate) fn switch_off(case: &Case<'_>) -> Option<Disposition> {
    let (switch, name) = case.switch();
    let stops = switch == Switch::Off && case.said.added == Switch::Off;
    stops.then(|| Disposition::NotDue(case.because(Reason::SwitchOff).with("switch", name).why(&case.it())))
}

fn never_connected(case: &Case<'_>) -> Option<Disposition> {
    let stops = *case.exchange().connection() == Connection::Never;
    stops.then(|| Disposition::Waiting(case.why(Reason::NotConnected)))
}

/// Why nothing leaves at all.
pub(crate) fn stopped_because(exchange: &Exchange) -> Option<Because> {
    match exchange.connection() {
        Connection::Connected if exchange.is_held() => Some(Because::new(Reason::Held)),
        Connection::Connected => None,
        Connection::Never => Some(Because::new(Reason::NotConnected)),
        Connection::Disconnected(why) => Some(Because::new(Reason::Disconnected).with("why", trimmed(why))),
        Connection::SignInLost(why) => Some(Because::new(Reason::SignInLost).with("why", trimmed(why))),
    }
}

fn trimmed(text: &Text) -> &str {
    text.trim().trim_end_matches('.')
}

pub(crate) fn stopped(case: &Case<'_>) -> Option<Why> {
    stopped_because(case.exchange()).map(|because| because.why(&case.it()))
}

/// Invoices that are summed up go as part of another (CNS-1).
fn consolidated(case: &Case<'_>) -> Option<Disposition> {
    of_source(case, Which::All).map(|look| look.disposition)
}

/// Whether Xero has one of its number already (DOC-26). Xero itself keeps orders' and quotes' numbers apart.
fn asked_for_number(case: &Case<'_>) -> Option<Look> {
    let is_asked = !matches!(case.document.content(), Content::Quote(_))
        && matches!(case.subject, Subject::Document(_))
        && case.said.anyway == Switch::Off;
    if !is_asked {
        return None;
    }
    // What was saved after the answer may have another number.
    let saved = case.world.book.stamp(case.saved()).map_or(i64::MIN, |stamp| stamp.at);
    let is_fresh = case.exchange().found_at(&case.subject).is_none_or(|at| saved <= at);
    let Some(found) = case.exchange().found(&case.subject).filter(|_| is_fresh) else {
        let because = case.because(Reason::ToAsk).with("what", "its number");
        let mut look = Look::from(Disposition::Waiting(because.why(&case.it())));
        look.asks = Some(Asks::Number);
        look.operations = operations::create(case, None, &BTreeSet::new(), reason(case));
        return Some(look);
    };
    // What is gone there, or stands for another document of ours, is in nobody's way.
    let is_there = |one: &&crate::event::Candidate| {
        let gone = one.held.as_ref().is_some_and(|held| held.status.is_gone());
        !gone && !one.archived && case.exchange().subject(one.xero).is_none()
    };
    let there: Vec<_> = found.iter().filter(is_there).collect();
    let first = there.first()?;
    let names: Vec<&str> = there.iter().map(|one| &*one.name).collect();
    let is_ours = there.iter().all(|one| one.by == crate::event::MatchedBy::Mark);
    let reason = if is_ours { Reason::MarkedSeveral } else { Reason::NumberTaken };
    let because = case.because(reason).with("candidates", names.join(", "));
    Some(Disposition::Blocked(because.with("id", first.xero).why(&case.it())).into())
}

/// A document dated in a locked period is blocked, never re-dated by itself (DOC-25).
pub(crate) fn locked(case: &Case<'_>, date: book::Day) -> Option<Disposition> {
    let lists = case.exchange().lists();
    let until = lists.organisation.as_ref()?.locked_until().filter(|until| date <= *until)?;
    let open = first_open_day(lists).unwrap_or(date);
    let because = case.because(Reason::Locked).with("date", date).with("until", until).with("open", open);
    // Orders and quotes stand in no ledger.
    let posts =
        matches!(case.subject, Subject::Document(_)) && !matches!(case.document.content(), Content::Quote(_));
    posts.then(|| Disposition::Blocked(because.why(&case.it())))
}

pub(crate) fn under_way(case: &Case<'_>) -> Option<Disposition> {
    let batch = case.world.open.batch(&case.subject)?;
    Some(Disposition::Waiting(case.because(Reason::UnderWay).with("batch", batch).why(&case.it())))
}

/// What Xero refused, until something changes (LOG-4), or what carries our mark more than once.
pub(crate) fn refused(case: &Case<'_>) -> Option<Disposition> {
    let problem = standing(case.world.book, case.exchange(), &case.subject)?;
    let (meaning, remedy, words) = explained(&problem.messages);
    let because = case.because(Reason::Refused).with("meaning", meaning).with("remedy", remedy);
    Some(Disposition::Blocked(because.with("words", words).why(&case.it())))
}

/// Why it goes, in a sentence without a full stop.
fn reason(case: &Case<'_>) -> String {
    if case.said.added == Switch::On {
        return "somebody added it".to_owned();
    }
    match case.document.content() {
        Content::PurchaseOrder(order) if order.invoice.is_none() && case.bills().next().is_none() => {
            "it is approved".to_owned()
        }
        Content::PurchaseOrder(_) | Content::Bill(_) => "it has its supplier invoice ID".to_owned(),
        Content::Quote(_) => "it was sent to the customer".to_owned(),
        _ => "it is in force".to_owned(),
    }
}
