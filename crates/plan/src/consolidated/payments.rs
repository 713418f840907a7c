//! The payments of a consolidated invoice: those of its documents, one in Xero for each bank account and day (CNS-2).
//!
//! ```text
//! WEB-2026-03-05 of I-1 and I-2: PY-1 11.50 of I-1, PY-2 20.00 of I-2, both on 6 March on 090   →   one payment of 31.50
//! 25.00 paid there                                                                      →   I-1 11.50, I-2 13.50: oldest first
//! ```
//! A document that two of them hold, for it was corrected, pays the first what that one holds of it, and the rest the next. Was it made
//! less, the first is open by that and the next is paid that much too much: there what is too much goes to the first, so that both end
//! paid, and money that goes back counts on the next. A refund of a credit in it takes off. Not here: what moves (`payments`), the rule of spreading (`book::spread`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, BothSides, DocumentId, InvoiceKind, PaidOn, spread as spread_over};
use money::Money;

use super::{HeldBy, called, held, link, number, standing};
use crate::case::{World, short_name};
use crate::disposition::{Disposition, Look};
use crate::exchange::Exchange;
use crate::payments::{Payee, Sides, both, is_credit, whole};
use crate::settings::Payments;
use crate::subject::{ConsolidatedId, Subject};
use crate::why::{Because, Reason};

/// What becomes of its payments; none if there is nothing to say of them.
pub(crate) fn look(world: World<'_>, id: ConsolidatedId, held_by: &HeldBy) -> Option<Look> {
    let World { book, exchange, .. } = world;
    if exchange.settings().payments == Payments::None {
        return None;
    }
    let (held, _) = standing(link(exchange, &id)?)?;
    let sides = sides(book, exchange, id, held_by)?;
    let (subject, it) = (Subject::Consolidated(id), called(book, &id));
    let look = whole(Payee { world, subject, it, number: number(book, &id) }, held, sides);
    look.or_else(|| credits_open(world, id, held_by))
}

/// A credit that only makes less what another one asks for, while that one is open: people use it on that in Xero.
fn credits_open(world: World<'_>, id: ConsolidatedId, held_by: &HeldBy) -> Option<Look> {
    let World { book, exchange, .. } = world;
    let (held, ours) = standing(link(exchange, &id)?)?;
    if id.kind != InvoiceKind::Credit || !held.status.posts() || held.due.is_zero() {
        return None;
    }
    let (document, other, due) = ours.sources.iter().find_map(|one| {
        let others = held_by.get(&one.document)?.iter();
        others.filter(|other| other.kind == InvoiceKind::Invoice).find_map(|other| {
            let (held, _) = standing(link(exchange, other)?)?;
            (held.status.posts() && !held.due.is_zero()).then_some((one.document, *other, held.due))
        })
    })?;
    let because = Because::new(Reason::SumCreditOpen).with("number", number(book, &id));
    let because = because.with("document", short_name(book, document)).with("sum", called(book, &other));
    let because = because.with("due", due.trimmed(2)).with("left", held.due.trimmed(2));
    Some(Disposition::Sent(held.status.clone(), Some(because.why(&called(book, &id)))).into())
}

/// Both sides of it.
pub(crate) fn sides(book: &Book, exchange: &Exchange, id: ConsolidatedId, held_by: &HeldBy) -> Option<Sides> {
    let mut all = own(book, exchange, id, held_by)?;
    let by_others = reductions(exchange, id, held_by);
    for lesser in by_others.iter().map(|(lesser, ..)| *lesser).collect::<BTreeSet<_>>() {
        let comes = passed(book, exchange, lesser, held_by).into_iter().filter(|one| one.to == id);
        all.extend(comes.map(|one| one.part));
    }
    for gone in passed(book, exchange, id, held_by) {
        let Some(from) = all.iter_mut().find(|one| one.id == gone.part.id && !one.deleted) else { continue };
        from.amount = from.amount.checked_sub(gone.part.amount).unwrap_or(from.amount);
    }
    all.retain(|one| !one.amount.is_zero());
    let ours = BothSides { currency: id.currency, book: all, xero: Vec::new(), links: Vec::new() };
    both(exchange, &Subject::Consolidated(id), ours)
}

/// What was paid on its documents, as far as it is its own.
fn own(
    book: &Book,
    exchange: &Exchange,
    id: ConsolidatedId,
    held_by: &HeldBy,
) -> Option<Vec<PaidOn<DocumentId>>> {
    let (_, ours) = standing(link(exchange, &id)?)?;
    let mut all: Vec<PaidOn<DocumentId>> = Vec::new();
    for source in &ours.sources {
        let turned = is_turned(book, id, source.document);
        for one in Shares::of(book, exchange, source.document, held_by).paid(book, id) {
            let amount = if turned { -one.amount } else { one.amount };
            all.push(PaidOn { amount, ..one });
        }
    }
    Some(all)
}

/// What of a document several consolidated invoices have, as the document counts it: what made it less is below zero.
struct Shares {
    document: DocumentId,
    up: Vec<(ConsolidatedId, i64)>,
    down: Vec<(ConsolidatedId, i64)>,
    is_alone: bool,
}

impl Shares {
    fn of(book: &Book, exchange: &Exchange, document: DocumentId, held_by: &HeldBy) -> Shares {
        let holders = held_by.get(&document).map_or(&[][..], Vec::as_slice);
        let credit = book.document(document).is_some_and(|one| is_credit(one.content()));
        let gross = |holder: &ConsolidatedId| -> Option<i64> {
            let (_, ours) = standing(link(exchange, holder)?).filter(|(held, _)| held.status.posts())?;
            let parts = ours.sources.iter().filter(|one| one.document == document).flat_map(|one| &one.parts);
            let sum: i64 = parts.map(|(_, part)| part.gross.minor()).sum();
            Some(if credit { -sum } else { sum })
        };
        let posting = holders.iter().filter_map(|holder| Some((*holder, gross(holder)?)));
        let (up, down): (Vec<_>, Vec<_>) = posting.partition(|(_, gross)| *gross >= 0);
        let down: Vec<_> = down.into_iter().map(|(holder, gross)| (holder, -gross)).collect();
        let is_alone = holders.len() < 2 || up.is_empty();
        Shares { document, up, down, is_alone }
    }

    /// The payments of one of them: what is paid fills those that ask for it one after the other; what is paid back goes to
    /// those that made the document less first.
    fn paid(&self, book: &Book, id: ConsolidatedId) -> Vec<PaidOn<DocumentId>> {
        let mut said = book.payments_of(self.document).map(|sides| sides.book).unwrap_or_default();
        said.sort_by_key(|one| (one.day, one.id));
        if self.is_alone {
            return said;
        }
        let room: i64 = self.down.iter().map(|(_, gross)| gross).sum();
        let (mut paid, mut back) = (0, 0);
        let part = |one: PaidOn<DocumentId>| {
            let minor = one.amount.minor();
            let amount = match (one.deleted, minor >= 0) {
                (true, _) => minor,
                (_, true) => {
                    paid += minor;
                    part(&self.up, id, paid - minor, paid)
                }
                (_, false) => {
                    let lesser = (-minor).min(room - back);
                    back += lesser;
                    let rest = minor + lesser;
                    paid += rest;
                    part(&self.up, id, paid - rest, paid) - part(&self.down, id, back - lesser, back)
                }
            };
            PaidOn { amount: Money::new(amount, one.amount.currency()), ..one }
        };
        said.into_iter().map(part).filter(|one| !one.amount.is_zero()).collect()
    }

    /// What one of them still asks for; below zero what it still gives back. None: it is the only one.
    fn open(&self, book: &Book, id: ConsolidatedId) -> Option<i64> {
        if self.is_alone {
            return None;
        }
        let live = self.paid(book, id).into_iter().filter(|one| !one.deleted);
        let paid: i64 = live.map(|one| one.amount.minor()).sum();
        let asks = |all: &[(ConsolidatedId, i64)]| {
            all.iter().find(|(holder, _)| *holder == id).map(|(_, gross)| *gross)
        };
        match (asks(&self.up), asks(&self.down)) {
            (Some(gross), _) => Some((gross - paid).max(0)),
            (None, Some(gross)) => Some((-gross - paid).min(0)),
            (None, None) => None,
        }
    }
}

/// What of the way from one sum to another is one holder's, if they are filled one after the other.
fn part(all: &[(ConsolidatedId, i64)], id: ConsolidatedId, from: i64, until: i64) -> i64 {
    let Some(place) = all.iter().position(|(holder, _)| *holder == id) else { return 0 };
    let before: i64 = all[..place].iter().map(|(_, gross)| gross).sum();
    let low = if place == 0 { i64::MIN } else { before };
    let high = if place + 1 == all.len() { i64::MAX } else { before + all[place].1 };
    until.clamp(low, high) - from.clamp(low, high)
}

/// Those in which documents of it were made less, with the document and by how much.
fn reductions(
    exchange: &Exchange,
    id: ConsolidatedId,
    held_by: &HeldBy,
) -> Vec<(ConsolidatedId, DocumentId, i64)> {
    let Some((_, ours)) = link(exchange, &id).and_then(standing) else { return Vec::new() };
    let lesser = |document: DocumentId| {
        let others = held_by.get(&document).into_iter().flatten().filter(move |other| **other != id);
        others.filter_map(move |other| {
            let (_, ours) = standing(link(exchange, other)?).filter(|(held, _)| held.status.posts())?;
            let parts = ours.sources.iter().filter(|one| one.document == document).flat_map(|one| &one.parts);
            let gross: i64 = parts.map(|(_, part)| part.gross.minor()).sum();
            (gross < 0).then_some((*other, document, -gross))
        })
    };
    ours.sources.iter().flat_map(|one| lesser(one.document)).collect()
}

/// Money that is too much on one, for a document was made less in it, and goes to the one that is open by that.
struct Passed {
    to: ConsolidatedId,
    part: PaidOn<DocumentId>,
}

fn passed(book: &Book, exchange: &Exchange, from: ConsolidatedId, held_by: &HeldBy) -> Vec<Passed> {
    let open = |id: ConsolidatedId| -> Option<i64> {
        let (_, ours) = standing(link(exchange, &id)?).filter(|(held, _)| held.status.posts())?;
        let parts = ours.sources.iter().flat_map(|one| &one.parts);
        let total: i64 = parts.map(|(_, part)| part.gross.minor()).sum();
        let live = own(book, exchange, id, held_by)?.into_iter().filter(|one| !one.deleted);
        Some(total - live.map(|one| one.amount.minor()).sum::<i64>())
    };
    let is_invoice = |id: &ConsolidatedId| id.kind == InvoiceKind::Invoice;
    let mut wanted: BTreeMap<ConsolidatedId, i64> = BTreeMap::new();
    let ours = link(exchange, &from).and_then(standing).filter(|_| is_invoice(&from));
    for source in ours.iter().flat_map(|(_, ours)| &ours.sources) {
        let gross: i64 = source.parts.iter().map(|(_, part)| part.gross.minor()).sum();
        let others = held_by.get(&source.document).into_iter().flatten();
        let other = others.copied().find(|other| *other != from && is_invoice(other));
        if let Some(other) = other.filter(|_| gross < 0) {
            *wanted.entry(other).or_default() -= gross;
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut over = open(from).map_or(0, |open| -open);
    let mut all = own(book, exchange, from, held_by).unwrap_or_default();
    all.retain(|one| !one.deleted && one.amount.minor() > 0);
    all.sort_by_key(|one| (one.day, one.id));
    let mut passed = Vec::new();
    for (to, most) in wanted {
        let mut lacks = open(to).unwrap_or(0).min(most);
        while lacks > 0 && over > 0 {
            let Some(last) = all.last_mut() else { break };
            let minor = last.amount.minor().min(lacks).min(over);
            let amount = |minor| Money::new(minor, from.currency);
            passed.push(Passed { to, part: PaidOn { amount: amount(minor), ..last.clone() } });
            (lacks, over) = (lacks - minor, over - minor);
            last.amount = amount(last.amount.minor() - minor);
            if last.amount.is_zero() {
                all.pop();
            }
        }
    }
    passed
}

/// Whether what is paid on a document counts the other way there: a credit in an invoice, an invoice in a credit.
fn is_turned(book: &Book, id: ConsolidatedId, document: DocumentId) -> bool {
    let credit = book.document(document).is_some_and(|document| is_credit(document.content()));
    credit != (id.kind == InvoiceKind::Credit)
}

/// A payment of Xero spread over its documents, oldest first, each part as that document counts it; none if it is more than they
/// still have to pay. Of what was made less elsewhere as much is given back as was paid; what is too much then is for the documents
/// of those, if they are paid in Xero, and else the document's own.
pub(crate) fn spread(
    book: &Book,
    exchange: &Exchange,
    id: ConsolidatedId,
    amount: Money,
) -> Option<Vec<(DocumentId, Money)>> {
    let held_by = held(exchange);
    let shares = |document| Shares::of(book, exchange, document, &held_by);
    let (parts, mut over) = spread_over(amount, &asked(book, exchange, id, &shares)?).ok()?;
    let mut parts: BTreeMap<DocumentId, Money> = parts.into_iter().collect();
    let lesser = reductions(exchange, id, &held_by);
    for other in lesser.iter().map(|(other, ..)| *other).collect::<BTreeSet<_>>() {
        let is_paid = link(exchange, &other).and_then(standing).is_some_and(|(held, _)| held.due.is_zero());
        let most: i64 = lesser.iter().filter(|one| one.0 == other).map(|one| one.2).sum();
        let most = Money::new(most.min(over.minor()), over.currency());
        if !is_paid || most.minor() <= 0 {
            continue;
        }
        let mut open = asked(book, exchange, other, &shares)?;
        open.retain(|(document, _, open)| open.minor() > 0 && lesser.iter().all(|one| one.1 != *document));
        let (more, rest) = spread_over(most, &open).ok()?;
        over = over.checked_sub(most).ok()?.checked_add(rest).ok()?;
        parts.extend(more);
    }
    for (_, document, _) in lesser.iter().filter(|one| !is_turned(book, id, one.1)) {
        let given = parts.get(document).map_or(0, |part| part.minor());
        let room = shares(*document).open(book, id).unwrap_or(0) - given;
        let more = Money::new(room.max(0).min(over.minor()), over.currency());
        over = over.checked_sub(more).ok()?;
        let sum = Money::new(given, over.currency()).checked_add(more).ok()?;
        if !more.is_zero() {
            parts.insert(*document, sum);
        }
    }
    let turned = |(document, part): (DocumentId, Money)| {
        (document, if is_turned(book, id, document) { -part } else { part })
    };
    (over.is_zero() && amount.minor() > 0).then(|| parts.into_iter().map(turned).collect())
}

/// What each document still asks for in it, and its day.
fn asked(
    book: &Book,
    exchange: &Exchange,
    id: ConsolidatedId,
    shares: &dyn Fn(DocumentId) -> Shares,
) -> Option<Vec<(DocumentId, book::Day, Money)>> {
    let (_, ours) = standing(link(exchange, &id)?)?;
    let open = ours.sources.iter().filter_map(|one| {
        let document = book.document(one.document).filter(|document| document.life() == book::Life::Live)?;
        let money = book.settlement(one.document)?;
        let book::Content::Invoice(invoice) = document.content() else { return None };
        let left = money.outstanding.minor().max(0);
        let paid = money.gross.minor() - money.outstanding.minor();
        let open = match shares(one.document).open(book, id) {
            None => left,
            Some(open) if open < 0 => open.max(-paid.max(0)),
            Some(open) => open.min(left),
        };
        let open = if is_turned(book, id, one.document) { -open } else { open };
        Some((one.document, invoice.terms.day, Money::new(open, id.currency)))
    });
    Some(open.collect())
}
