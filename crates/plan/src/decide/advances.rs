//! Refunds of advances on both sides, and those that come from Xero (DOC-17).
//!
//! ```text
//! prepayment of PY-1, 10.00 paid back in Xero, nothing here   →   PY-7, a refund of 10.00 on the pro-forma, paired with it
//! ```
//! They go by the rule of payments (`book::BothSides`), all amounts above zero. Not here: what moves (`advances`).

use book::{Advance, Book, BothSides, Content, Day, DocumentId, Moves, PaidOn, Payment, PaymentKind};
use money::{Money, Rate};

use crate::allocations::{Credit, credits_of};
use crate::case::short_name;
use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::paid::{HeldPayment, Pair};
use crate::payment_papers::{account_word, any};
use crate::payments::{Sides, money, new_pairs};
use crate::refusal::Refusal;
use crate::subject::{Guid, Subject};
use crate::take::Fork;

/// What is paid back of a document's advances.
pub(crate) struct Refunds<'a> {
    pub(crate) sides: Sides,
    /// The prepayments, and what stands for them.
    pub(crate) credits: Vec<Credit<'a>>,
}

/// The credits that a document's advances became.
fn advances<'a>(book: &Book, exchange: &'a Exchange, of: DocumentId) -> Vec<Credit<'a>> {
    let is_advance = |credit: &Credit<'_>| match credit.subject {
        Subject::Credit(_, payment) => is_advance(book, payment),
        _ => false,
    };
    credits_of(exchange, of).into_iter().filter(is_advance).collect()
}

/// Whether a payment was made in advance.
pub(crate) fn is_advance(book: &Book, payment: DocumentId) -> bool {
    match book.document(payment).map(book::Document::content) {
        Some(Content::Payment(payment)) => payment.advance == Advance::Yes,
        _ => false,
    }
}

/// Both sides of what is paid back of a document's advances; none if Xero has none of them.
pub(crate) fn refunds<'a>(book: &Book, exchange: &'a Exchange, of: DocumentId) -> Option<Refunds<'a>> {
    let credits = advances(book, exchange, of);
    let BothSides { currency, book: here, .. } = book.advances_of(of)?;
    let back = here.into_iter().filter(|one| one.amount.minor() < 0);
    let back = back.map(|one| PaidOn { amount: -one.amount, ..one }).collect();
    let held = || credits.iter().filter_map(|credit| credit.paid);
    let theirs = |one: &HeldPayment| PaidOn {
        id: one.id,
        day: one.paper.day,
        amount: money(one.paper.amount, currency).unwrap_or(Money::zero(currency)),
        deleted: one.deleted,
    };
    let xero: Vec<PaidOn<Guid>> = held().flat_map(|paid| &paid.held).map(theirs).collect();
    let links = held().flat_map(|paid| &paid.pairs).map(|pair| (pair.ours, pair.theirs)).collect();
    let sides = BothSides { currency, book: back, xero, links };
    (!credits.is_empty()).then_some(Refunds { sides, credits })
}

/// Finds which refunds are the same, else takes what was paid back in Xero.
///
/// # Errors
/// The book refuses a refund.
pub(crate) fn take(
    book: &Book,
    exchange: &Exchange,
    of: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let Some(refunds) = refunds(book, exchange, of) else { return Ok(nothing()) };
    let Ok(compared) = refunds.sides.compare() else { return Ok(nothing()) };
    let new = new_pairs(&refunds.sides, &compared);
    if !new.is_empty() {
        let pairs = new.iter().filter_map(|(ours, theirs)| paired(book, exchange, &refunds, *ours, *theirs));
        return Ok(pairs.collect::<Vec<_>>().into());
    }
    if !exchange.settings().payments.come() {
        return Ok(nothing());
    }
    let each: Vec<(Vec<Guid>, Day, Money)> = match &compared.moves {
        Moves::EachToBook(each) => {
            let one = |id: &Guid| refunds.sides.xero.iter().find(|one| one.id == *id);
            each.iter().filter_map(one).map(|one| (vec![one.id], one.day, one.amount)).collect()
        }
        Moves::OneToBook(day, amount, stands_for) => vec![(stands_for.clone(), *day, *amount)],
        _ => return Ok(nothing()),
    };
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: short_name(book, of) };
    let mut events = Vec::new();
    for (theirs, day, amount) in each {
        let held = refunds.credits.iter().filter_map(|credit| credit.paid);
        let held = held.flat_map(|paid| &paid.held).find(|one| theirs.contains(&one.id));
        let account =
            held.and_then(|one| one.paper.account).and_then(|id| account_word(exchange.lists(), id));
        let rate = held
            .and_then(|one| one.paper.rate)
            .and_then(|rate| Rate::parse(&rate.rounded(6)?.to_string()).ok());
        let reference = held.map(|one| one.paper.reference.clone()).filter(|text| !text.trim().is_empty());
        let kind = PaymentKind::Refund;
        let payment =
            Payment { of, kind, day, amount, rate, account, reference, tax: None, advance: Advance::Yes };
        let id = fork.save(None, Content::Payment(payment.into()))?;
        events.extend(theirs.iter().filter_map(|one| paired(&fork.book, exchange, &refunds, id, *one)));
    }
    Ok(Decided { book: fork.events, exchange: events })
}

/// That a refund here is one in Xero: it is remembered with the credit that it pays back.
fn paired(
    book: &Book,
    exchange: &Exchange,
    refunds: &Refunds<'_>,
    ours: DocumentId,
    theirs: Guid,
) -> Option<Event> {
    let has = |credit: &&Credit<'_>| credit.paid.is_some_and(|paid| paid.payment(theirs).is_some());
    let credit = refunds.credits.iter().find(has)?;
    let held = credit.paid.and_then(|paid| paid.payment(theirs))?;
    let said = any(book, exchange, ours).map_or_else(|_| held.paper.clone(), |ours| ours.paper);
    Some(Event::XeroPaymentsPaired {
        subject: credit.subject.clone(),
        pairs: vec![Pair { ours, theirs, said }],
    })
}
