//! The payments of a consolidated invoice: those of its documents, one in Xero for each bank account and day (CNS-2).
//!
//! ```text
//! WEB-2026-03-05 of I-1 and I-2: PY-1 11.50 of I-1, PY-2 20.00 of I-2, both on 6 March on 090   →   one payment of 31.50
//! 25.00 paid there                                                                      →   I-1 11.50, I-2 13.50: oldest first
//! ```
//! A document that two of them hold, for it was corrected, pays the first what that one holds of it, and the rest the next. A refund of a
//! credit in it takes off. Not here: what moves (`payments`), the rule of spreading (`book::spread`).

use book::{Book, BothSides, DocumentId, InvoiceKind, PaidOn, spread as spread_over};
use money::Money;

use super::{HeldBy, called, link, number, standing};
use crate::case::World;
use crate::disposition::Look;
use crate::exchange::Exchange;
use crate::payments::{Payee, Sides, both, is_credit, whole};
use crate::settings::Payments;
use crate::subject::{ConsolidatedId, Subject};

/// What becomes of its payments; none if there is nothing to say of them.
pub(crate) fn look(world: World<'_>, id: ConsolidatedId, held_by: &HeldBy) -> Option<Look> {
    let World { book, exchange, .. } = world;
    if exchange.settings().payments == Payments::None {
        return None;
    }
    let (held, _) = standing(link(exchange, &id)?)?;
    let sides = sides(book, exchange, id, held_by)?;
    let (subject, it) = (Subject::Consolidated(id), called(book, &id));
    whole(Payee { world, subject, it, number: number(book, &id) }, held, sides)
}

/// Both sides of it.
pub(crate) fn sides(book: &Book, exchange: &Exchange, id: ConsolidatedId, held_by: &HeldBy) -> Option<Sides> {
    let (_, ours) = standing(link(exchange, &id)?)?;
    let mut all: Vec<PaidOn<DocumentId>> = Vec::new();
    for source in &ours.sources {
        let Some(paid) = book.payments_of(source.document) else { continue };
        let share = Share::of(exchange, id, source.document, held_by);
        let turned = is_turned(book, id, source.document);
        let (mut before, mut said) = (0, paid.book);
        said.sort_by_key(|one| (one.day, one.id));
        for one in said {
            let amount = match one.deleted {
                true => one.amount.minor(),
                false => share.part(before, before + one.amount.minor()),
            };
            before += if one.deleted { 0 } else { one.amount.minor() };
            if amount == 0 {
                continue;
            }
            let amount = Money::new(if turned { -amount } else { amount }, id.currency);
            all.push(PaidOn { amount, ..one });
        }
    }
    let ours = BothSides { currency: id.currency, book: all, xero: Vec::new(), links: Vec::new() };
    both(exchange, &Subject::Consolidated(id), ours)
}

/// Whether what is paid on a document counts the other way there: a credit in an invoice, an invoice in a credit.
fn is_turned(book: &Book, id: ConsolidatedId, document: DocumentId) -> bool {
    let credit = book.document(document).is_some_and(|document| is_credit(document.content()));
    credit != (id.kind == InvoiceKind::Credit)
}

/// What of a document's payments is one consolidated invoice's: from so many cents on, up to so many.
struct Share {
    from: i64,
    until: i64,
}

impl Share {
    fn of(exchange: &Exchange, id: ConsolidatedId, document: DocumentId, held_by: &HeldBy) -> Share {
        let holders = held_by.get(&document).map_or(&[][..], Vec::as_slice);
        if holders.len() < 2 {
            return Share { from: i64::MIN, until: i64::MAX };
        }
        let gross = |holder: &ConsolidatedId| -> Option<i64> {
            let (_, ours) = standing(link(exchange, holder)?).filter(|(held, _)| held.status.posts())?;
            let parts = ours.sources.iter().filter(|one| one.document == document).flat_map(|one| &one.parts);
            Some(parts.map(|(_, part)| part.gross.minor()).sum())
        };
        let posting: Vec<(ConsolidatedId, i64)> =
            holders.iter().filter_map(|holder| Some((*holder, gross(holder)?.abs()))).collect();
        let Some(place) = posting.iter().position(|(holder, _)| *holder == id) else {
            return Share { from: i64::MIN, until: i64::MAX };
        };
        let before: i64 = posting[..place].iter().map(|(_, gross)| gross).sum();
        Share {
            from: if place == 0 { i64::MIN } else { before },
            until: if place + 1 == posting.len() { i64::MAX } else { before + posting[place].1 },
        }
    }

    /// What of the way from one sum to another lies in it.
    fn part(&self, from: i64, until: i64) -> i64 {
        until.clamp(self.from, self.until) - from.clamp(self.from, self.until)
    }
}

/// A payment of Xero spread over its documents, oldest first, each part as that document counts it; none if it is more than they
/// still have to pay.
pub(crate) fn spread(
    book: &Book,
    exchange: &Exchange,
    id: ConsolidatedId,
    amount: Money,
) -> Option<Vec<(DocumentId, Money)>> {
    let (_, ours) = standing(link(exchange, &id)?)?;
    let open = ours.sources.iter().filter_map(|one| {
        let document = book.document(one.document).filter(|document| document.life() == book::Life::Live)?;
        let outstanding = book.settlement(one.document)?.outstanding;
        let book::Content::Invoice(invoice) = document.content() else { return None };
        let open = Money::new(outstanding.minor().max(0), outstanding.currency());
        let open = if is_turned(book, id, one.document) { -open } else { open };
        Some((one.document, invoice.terms.day, open))
    });
    let (parts, over) = spread_over(amount, &open.collect::<Vec<_>>()).ok()?;
    let turned = |(document, part): (DocumentId, Money)| {
        (document, if is_turned(book, id, document) { -part } else { part })
    };
    (over.is_zero() && amount.minor() > 0).then(|| parts.into_iter().map(turned).collect())
}
