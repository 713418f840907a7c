//! Credit that was used in Xero comes to the book; what both sides have is remembered; what a person says of what stands alone.
//!
//! ```text
//! 20.00 of credit note I-2 used on I-1 in Xero, nothing here   →   AL-1 over 20.00, and both sides agree on it, in one entry of the log
//! ```
//! Not here: what moves (`allocations`).

use book::{Allocation, Book, Content, Day, DocumentId};
use money::Money;
use xero::Decimal;

use crate::allocated::Agreed;
use crate::allocations::{Use, credits_of, uses};
use crate::case::{short_name, terms};
use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::payments::money;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::take::Fork;

/// Notes what both sides have, else takes what was used in Xero.
///
/// # Errors
/// The book refuses an allocation.
pub(crate) fn take(
    book: &Book,
    exchange: &Exchange,
    from: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let uses = uses(book, exchange, from);
    let new: Vec<Event> = uses.iter().filter(|one| one.is_new()).map(|one| as_there(exchange, one)).collect();
    if !new.is_empty() {
        return Ok(new.into());
    }
    let comes =
        |one: &&Use| one.moves() < Decimal::ZERO && one.to != one.from && exchange.settings().payments.come();
    let coming: Vec<&Use> = uses.iter().filter(comes).collect();
    if coming.is_empty() {
        return Ok(nothing());
    }
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: short_name(book, from) };
    let mut agreed = Vec::new();
    for one in coming {
        let Some(amount) = amount(book, one) else { continue };
        let day = day(book, one.from).max(day(book, one.to));
        let allocation = Allocation { from, to: one.to, day, amount };
        fork.save(None, Content::Allocation(allocation.into()))?;
        agreed.push(as_there(exchange, one));
    }
    Ok(Decided { book: fork.events, exchange: agreed })
}

fn amount(book: &Book, one: &Use) -> Option<Money> {
    let currency = terms(book.document(one.from)?.content())?.currency;
    money(Decimal::ZERO.minus(one.moves())?, currency)
}

fn day(book: &Book, of: DocumentId) -> Day {
    let terms = book.document(of).and_then(|document| terms(document.content()));
    terms.map_or(Day::FIRST, |terms| terms.day)
}

/// What both sides have from now on is what Xero has.
fn as_there(exchange: &Exchange, one: &Use) -> Event {
    agreed(exchange, one, |there| there)
}

fn agreed(exchange: &Exchange, one: &Use, amount: impl Fn(Decimal) -> Decimal) -> Event {
    let to = exchange.link(&Subject::Document(one.to)).map(|link| link.xero).unwrap_or_default();
    let credits = credits_of(exchange, one.from).into_iter();
    let all = credits.map(|credit| {
        let amount = amount(credit.used_on(to).0);
        Agreed { credit: credit.subject, to, amount }
    });
    Event::XeroAllocationsAgreed(all.collect())
}

/// What was taken back in Xero goes anew; none if it doesn't stand here alone.
pub(super) fn send_again(book: &Book, exchange: &Exchange, allocation: DocumentId) -> Option<Decided> {
    let (from, to) = match book.document(allocation)?.content() {
        Content::Allocation(content) => (content.from, content.to),
        // What an advance gives to its own invoice.
        Content::Payment(content) => (content.of, content.of),
        _ => return None,
    };
    let uses = uses(book, exchange, from);
    let one = uses.iter().find(|one| one.to == to && one.stands() > Decimal::ZERO)?;
    Some(vec![as_there(exchange, one)].into())
}

/// What was taken back here comes anew; none if it doesn't stand in Xero alone.
pub(super) fn take_again(
    book: &Book,
    exchange: &Exchange,
    from: DocumentId,
    to: crate::subject::Guid,
) -> Option<Decided> {
    let to = exchange.subject(to)?.document()?;
    let uses = uses(book, exchange, from);
    let one = uses.iter().find(|one| one.to == to && one.stands() < Decimal::ZERO)?;
    Some(vec![agreed(exchange, one, |_| Decimal::ZERO)].into())
}
