//! What a look at payments found, what comes from Xero, and what people say of payments that don't match (PAY-1, PAY-2).
//!
//! ```text
//! whole: invoice I-1      named: 60.00      known: 60.00, 40.00   →   the 40.00 was deleted in Xero
//! 60.00 in Xero, nothing here                                     →   PY-7 over 60.00 on I-1, paired with it, in one entry of the log
//! ```
//! What comes is worked out from the state at the log's tip: asked twice, it comes once. Not here: what moves (`payments`).

use book::{Book, Content, Day, DocumentId, Moves, Payment, PaymentKind, Text};
use money::{Money, Rate};

use crate::case::short_name;
use crate::command::{Asking, Decided, PaymentsChoice};
use crate::consolidated;
use crate::credited::SeenCredit;
use crate::decide::{advances, allocations, nothing};
use crate::event::{Decision, Event};
use crate::exchange::Exchange;
use crate::paid::{HeldPayment, Pair, PaymentPaper, SeenPayment};
use crate::payment_papers::{account_word, of as paper_of};
use crate::payments::{Sides, held_in, is_credit, new_pairs, sides_of, unpaired};
use crate::refusal::{Code, Refusal};
use crate::subject::{Guid, Subject};
use crate::take::Fork;
use crate::why::Reason;

/// What is new of it; of a document whose payments are all named, what isn't named is deleted.
pub(super) fn see(
    exchange: &Exchange,
    whole: &[Subject],
    payments: &[SeenPayment],
) -> Result<Decided, Refusal> {
    let is_new = |one: &SeenPayment| {
        let known = exchange.paid(&one.subject).and_then(|paid| paid.payment(one.payment.id));
        match known {
            Some(known) => *known != one.payment && known.updated <= one.payment.updated,
            // What was deleted before anybody knew it has never been anything.
            None => !one.payment.deleted,
        }
    };
    let mut seen: Vec<SeenPayment> = payments.iter().filter(|one| is_new(one)).cloned().collect();
    for subject in whole {
        let known = exchange.paid(subject).into_iter().flat_map(|paid| paid.live());
        let named = |one: &HeldPayment| {
            payments.iter().any(|seen| seen.subject == *subject && seen.payment.id == one.id)
        };
        let gone = known.filter(|one| !named(one)).map(|one| SeenPayment {
            subject: subject.clone(),
            payment: HeldPayment { deleted: true, ..one.clone() },
        });
        seen.extend(gone);
    }
    Ok(if seen.is_empty() { nothing() } else { vec![Event::XeroPaymentsSeen(seen)].into() })
}

/// Finds which are the same, else takes what comes from Xero: payments first, then credit that was used.
///
/// # Errors
/// The book refuses a payment or allocation.
pub(super) fn take_all(
    book: &Book,
    exchange: &Exchange,
    of: &Subject,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let payments = take(book, exchange, of, asking)?;
    let Subject::Document(id) = of else { return Ok(payments) };
    if payments != Decided::default() {
        return Ok(payments);
    }
    let refunds = advances::take(book, exchange, *id, asking)?;
    if refunds != Decided::default() {
        return Ok(refunds);
    }
    allocations::take(book, exchange, *id, asking)
}

/// The payments of it.
///
/// # Errors
/// The book refuses a payment.
pub(crate) fn take(
    book: &Book,
    exchange: &Exchange,
    of: &Subject,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let Some(sides) = sides_of(book, exchange, of) else { return Ok(nothing()) };
    let Ok(compared) = sides.compare() else { return Ok(nothing()) };
    let new = new_pairs(&sides, &compared);
    if !new.is_empty() {
        return Ok(paired(book, exchange, of, &new));
    }
    if !exchange.settings().payments.come() {
        return Ok(nothing());
    }
    match &compared.moves {
        Moves::EachToBook(each) => enter(book, exchange, of, each, asking),
        Moves::OneToBook(day, amount, stands_for) => {
            let mut entering = Entering::new(book, exchange, of, asking);
            entering.enter(stands_for, *day, *amount)?;
            Ok(entering.decided())
        }
        Moves::Nothing | Moves::EachToXero(_) | Moves::OneToXero(..) | Moves::PersonDecides(..) => {
            Ok(nothing())
        }
    }
}

fn paired(book: &Book, exchange: &Exchange, of: &Subject, pairs: &[(DocumentId, Guid)]) -> Decided {
    let pairs = pairs.iter().map(|(ours, theirs)| pair(book, exchange, of, *ours, *theirs)).collect();
    by_subject(exchange, of, pairs).into()
}

/// Pairs are remembered with what holds Xero's payment: what is paid, or an overpayment of it.
fn by_subject(exchange: &Exchange, of: &Subject, pairs: Vec<Pair>) -> Vec<Event> {
    let mut events: Vec<(Subject, Vec<Pair>)> = Vec::new();
    for pair in pairs {
        let subject = held_in(exchange, of, pair.theirs).map_or(of.clone(), |(subject, _)| subject);
        match events.iter_mut().find(|(known, _)| *known == subject) {
            Some((_, pairs)) => pairs.push(pair),
            None => events.push((subject, vec![pair])),
        }
    }
    events.into_iter().map(|(subject, pairs)| Event::XeroPaymentsPaired { subject, pairs }).collect()
}

/// A pair with what ours says now; where that can't be said in Xero's terms, with what theirs says.
fn pair(book: &Book, exchange: &Exchange, of: &Subject, ours: DocumentId, theirs: Guid) -> Pair {
    let held = held_in(exchange, of, theirs).map(|(_, held)| held);
    let said = match paper_of(book, exchange, ours) {
        Ok(ours) => ours.paper,
        Err(_) => held.map_or_else(nothing_said, |held| held.paper.clone()),
    };
    Pair { ours, theirs, said }
}

fn nothing_said() -> PaymentPaper {
    let (day, amount) = (Day::FIRST, xero::Decimal::ZERO);
    PaymentPaper { day, amount, account: None, rate: None, bank: None, reference: Text::from("") }
}

/// Enters payments of Xero into the book, each by itself.
fn enter(
    book: &Book,
    exchange: &Exchange,
    of: &Subject,
    each: &[Guid],
    asking: Asking,
) -> Result<Decided, Refusal> {
    let mut entering = Entering::new(book, exchange, of, asking);
    for theirs in each {
        let paid = entering.sides.as_ref().and_then(|sides| sides.xero.iter().find(|one| one.id == *theirs));
        let Some((day, amount)) = paid.map(|one| (one.day, one.amount)) else { continue };
        entering.enter(&[*theirs], day, amount)?;
    }
    Ok(entering.decided())
}

/// Payments on their way into the book.
struct Entering<'a> {
    exchange: &'a Exchange,
    of: &'a Subject,
    sides: Option<Sides>,
    fork: Fork,
    pairs: Vec<Pair>,
}

impl<'a> Entering<'a> {
    fn new(book: &Book, exchange: &'a Exchange, of: &'a Subject, asking: Asking) -> Entering<'a> {
        let fork = Fork { book: book.clone(), events: Vec::new(), asking, name: name_of(book, of) };
        Entering { exchange, of, sides: sides_of(book, exchange, of), fork, pairs: Vec::new() }
    }

    /// One payment that stands for these: account, rate and reference are the latest's. On a consolidated invoice it is spread
    /// over the documents, oldest first (CNS-2).
    fn enter(&mut self, theirs: &[Guid], day: Day, amount: Money) -> Result<(), Refusal> {
        let held = theirs.iter().filter_map(|id| held_in(self.exchange, self.of, *id)).map(|(_, held)| held);
        let Some(held) = held.max_by_key(|one| (one.paper.day, one.id)) else { return Ok(()) };
        let parts = match self.of {
            Subject::Consolidated(id) => {
                consolidated::payments::spread(&self.fork.book, self.exchange, *id, amount)
            }
            other => other.document().map(|id| vec![(id, amount)]),
        };
        let Some(parts) = parts else {
            let refusal = Refusal::new(Code::PaymentsNotSo).with("document", &self.fork.name);
            return Err(refusal.with("why", "it is more than its documents still have to pay"));
        };
        for (document, amount) in parts {
            let id = self.save(document, &held.paper, day, amount)?;
            let pair = |theirs: &Guid| pair(&self.fork.book, self.exchange, self.of, id, *theirs);
            let pairs: Vec<Pair> = theirs.iter().map(pair).collect();
            self.pairs.extend(pairs);
        }
        Ok(())
    }

    fn save(
        &mut self,
        of: DocumentId,
        paper: &PaymentPaper,
        day: Day,
        amount: Money,
    ) -> Result<DocumentId, Refusal> {
        let PaymentPaper { account, rate, reference, .. } = paper;
        let document = self.fork.book.document(of);
        let credit = document.is_some_and(|document| is_credit(document.content()));
        // Money of a credit that goes back is a refund; money below zero is the other kind.
        let kind = match credit == (amount.minor() < 0) {
            true => PaymentKind::Payment,
            false => PaymentKind::Refund,
        };
        let text = reference.trim();
        let payment = Payment {
            of,
            kind,
            day,
            amount: amount.abs(),
            rate: rate.and_then(|rate| Rate::parse(&rate.rounded(6)?.to_string()).ok()),
            account: account.and_then(|id| account_word(self.exchange.lists(), id)),
            reference: (!text.is_empty()).then(|| text.into()),
            tax: None,
            advance: book::Advance::No,
        };
        self.fork.save(None, Content::Payment(payment.into()))
    }

    fn decided(self) -> Decided {
        let paired = by_subject(self.exchange, self.of, self.pairs);
        Decided { book: self.fork.events, exchange: paired }
    }
}

/// What people call what is paid.
fn name_of(book: &Book, of: &Subject) -> String {
    match of {
        Subject::Consolidated(id) => consolidated::called(book, id),
        other => other.document().map_or_else(String::new, |id| short_name(book, id)),
    }
}

/// What a person says of payments that don't match, or that stand alone.
pub(super) fn choose(
    book: &Book,
    exchange: &Exchange,
    of: &Subject,
    choice: &PaymentsChoice,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let name = name_of(book, of);
    if let PaymentsChoice::Overpay = choice {
        return overpay(book, exchange, of);
    }
    let not_so = |why: &str| Refusal::new(Code::PaymentsNotSo).with("document", &name).with("why", why);
    let Some(sides) = sides_of(book, exchange, of) else {
        return Err(not_so("it has no payments"));
    };
    let Ok(compared) = sides.compare() else { return Err(not_so("its payments can't be summed up")) };
    let live_here = |id: &DocumentId| sides.book.iter().any(|one| one.id == *id && !one.deleted);
    let live_there = |id: &Guid| sides.xero.iter().any(|one| one.id == *id && !one.deleted);
    let (mut here, mut there) = unpaired(&sides, &compared);
    let subject = of;
    let parted =
        |pairs: Vec<(DocumentId, Guid)>| Event::XeroPaymentsParted { subject: subject.clone(), pairs };
    match choice {
        PaymentsChoice::Same(ours, theirs) => {
            if !ours.is_empty() || !theirs.is_empty() {
                (here, there) = (ours.clone(), theirs.clone());
            }
            if here.is_empty() || there.is_empty() {
                return Err(not_so("not both sides have payments that don't match"));
            }
            if !here.iter().all(live_here) || !there.iter().all(live_there) {
                return Err(not_so("one of these is none of its live payments"));
            }
            let pairs: Vec<(DocumentId, Guid)> =
                here.iter().flat_map(|ours| there.iter().map(|theirs| (*ours, *theirs))).collect();
            Ok(paired(book, exchange, of, &pairs))
        }
        PaymentsChoice::Different if there.is_empty() => Err(not_so("all its payments in Xero are here")),
        PaymentsChoice::Different => enter(book, exchange, of, &there, asking),
        PaymentsChoice::SendAgain(ours) if is_credit_here(book, *ours) => {
            let again = of.document().and_then(|of| made_again(exchange, of, *ours));
            let again = again.or_else(|| allocations::send_again(book, exchange, *ours));
            again.ok_or_else(|| not_so("it doesn't stand here alone"))
        }
        PaymentsChoice::Overpay => Ok(nothing()),
        PaymentsChoice::TakeAgain(theirs) if exchange.subject(*theirs).is_some() => {
            let again = of.document().and_then(|of| allocations::take_again(book, exchange, of, *theirs));
            again.ok_or_else(|| not_so("it doesn't stand in Xero alone"))
        }
        PaymentsChoice::SendAgain(ours) => {
            let pairs: Vec<(DocumentId, Guid)> =
                sides.links.iter().filter(|pair| pair.0 == *ours && !live_there(&pair.1)).copied().collect();
            let stands = compared.standing_in_book.contains(ours) && !pairs.is_empty();
            if stands { Ok(vec![parted(pairs)].into()) } else { Err(not_so("it doesn't stand here alone")) }
        }
        PaymentsChoice::TakeAgain(theirs) => {
            let pairs: Vec<(DocumentId, Guid)> =
                sides.links.iter().filter(|pair| pair.1 == *theirs && !live_here(&pair.0)).copied().collect();
            if !compared.standing_in_xero.contains(theirs) || pairs.is_empty() {
                return Err(not_so("it doesn't stand in Xero alone"));
            }
            let mut decided = enter(book, exchange, of, &[*theirs], asking)?;
            decided.exchange.insert(0, parted(pairs));
            Ok(decided)
        }
    }
}

fn is_credit_here(book: &Book, id: DocumentId) -> bool {
    match book.document(id).map(book::Document::content) {
        Some(Content::Allocation(_)) => true,
        Some(Content::Payment(payment)) => payment.advance == book::Advance::Yes,
        _ => false,
    }
}

/// An advance that was voided in Xero is made anew.
fn made_again(exchange: &Exchange, of: DocumentId, payment: DocumentId) -> Option<Decided> {
    let subject = Subject::Credit(of, payment);
    let held = exchange.paid(&subject)?.credit.as_ref()?;
    let decision = Decision::SendAgain;
    held.status.is_gone().then(|| vec![Event::XeroDecided { subject, decision }].into())
}

/// What is paid beyond what is due, and advances that Xero takes as nothing else, go as overpayments.
fn overpay(book: &Book, exchange: &Exchange, of: &Subject) -> Result<Decided, Refusal> {
    let name = name_of(book, of);
    let not_so = |why: &str| Refusal::new(Code::PaymentsNotSo).with("document", &name).with("why", why);
    let Some(of) = of.document() else { return Err(not_so("it is overpaid by its documents")) };
    let is_new = |id: &DocumentId| exchange.link(&Subject::Credit(of, *id)).is_none();
    let said = |id: DocumentId| {
        let (subject, decision) = (Subject::Credit(of, id), Decision::Overpay);
        Event::XeroDecided { subject, decision }
    };
    let why = crate::disposition::disposition(book, exchange, of);
    let code = why.as_ref().and_then(|one| one.why()).map(|why| why.code);
    let is = |reason: Reason| code == Some(reason.id());
    let sides = match (is(Reason::MoreThanDue), is(Reason::AdvanceCurrency) || is(Reason::AdvanceRefused)) {
        (true, _) => book.payments_of(of),
        (_, true) => book.advances_of(of),
        (false, false) => return Err(not_so("nothing of it waits for that")),
    };
    let live = sides.into_iter().flat_map(|sides| sides.book);
    let live = live.filter(|one| !one.deleted && one.amount.minor() > 0 && is_new(&one.id));
    let ids: Vec<DocumentId> = match is(Reason::MoreThanDue) {
        true => live.max_by_key(|one| (one.day, one.id)).map(|one| one.id).into_iter().collect(),
        false => live.map(|one| one.id).collect(),
    };
    if ids.is_empty() {
        return Err(not_so("its overpayment is in Xero already"));
    }
    Ok(ids.into_iter().map(said).collect::<Vec<_>>().into())
}

/// What is new of advances and overpayments.
pub(super) fn see_credits(exchange: &Exchange, seen: &[SeenCredit]) -> Result<Decided, Refusal> {
    let is_new = |one: &&SeenCredit| {
        let known = exchange.paid(&one.subject).and_then(|paid| paid.credit.as_ref());
        known.is_some_and(|known| *known != one.credit)
    };
    let seen: Vec<SeenCredit> = seen.iter().filter(is_new).cloned().collect();
    Ok(if seen.is_empty() { nothing() } else { vec![Event::XeroCreditsSeen(seen)].into() })
}
