//! Payments, refunds and allocations of credit (PAY, DOC-17, DOC-19). They post nothing: the document's own entries are
//! made by Xero.
//!
//! `pay PY-1 2026-03-20 of I-1 50.00`: a payment names what it pays, has its own day, bank account and rate, and may be more
//! than is outstanding. A credit gives no more than it has. Not here: sums (`settlement.rs`).

use money::Money;

use crate::content::{Content, Kind};
use crate::document::Document;
use crate::ids::DocumentId;
use crate::refusal::{Code, Refusal};
use crate::settlement::{Gives, Nature, nature, settlement, settles};
use crate::trade::{Advance, Allocation, Payment, PaymentKind, Stage};

use super::Checked;
use super::check::{CODE_LENGTH, TEXT_LENGTH, live, text};

pub(crate) fn check(at: Checked<'_>, mut payment: Payment) -> Result<Payment, Refusal> {
    let (document, of) = payable(at, payment.of, "paying it")?;
    at.day(payment.day)?;
    for (field, value, limit) in
        [("bank account", &payment.account, CODE_LENGTH), ("reference", &payment.reference, TEXT_LENGTH)]
    {
        value.as_ref().map_or(Ok(()), |value| text(field, value, limit))?;
    }
    above_zero(payment.amount)?;
    let currency = payment.amount.currency();
    if currency != of.currency && currency != at.book.base() {
        let refusal = Refusal::new(Code::BadValue).with("field", "currency").with("value", currency);
        let why = format!("{} is in {}, the accounts in {}", document.number, of.currency, at.book.base());
        return Err(refusal.with("why", why));
    }
    let rate = at.rate(of.currency, payment.rate, payment.day)?;
    payment.rate = Some(rate);
    let base =
        at.book.try_to_base(payment.amount, if currency == of.currency { rate } else { money::Rate::ONE })?;
    at.book.fits(i128::from(base.minor()))?;
    let amount = settles(&payment, &of);
    if amount.is_zero() {
        let refusal = Refusal::new(Code::BadValue).with("field", "amount").with("value", payment.amount);
        return Err(refusal.with("why", format!("in {} it is nothing", of.currency)));
    }
    payment.advance = advance(at, &payment, &of, amount);
    if payment.tax.is_some() && payment.advance == Advance::No {
        let refusal = Refusal::new(Code::BadValue).with("field", "tax");
        let refusal = refusal.with("value", payment.tax.map(|tax| format!("{tax}%")).unwrap_or_default());
        return Err(refusal.with("why", "only an advance on a pro-forma has one"));
    }
    keeps(
        at,
        |old| matches!(old, Content::Payment(old) if (old.of, old.kind) == (payment.of, payment.kind)),
    )?;
    gives_what_is_there(at, document, payment.of, &of, amount, "paid back")?;
    Ok(payment)
}

/// An advance stays one for life. A refund pays back an advance as far as nothing else took it.
fn advance(at: Checked<'_>, payment: &Payment, of: &Nature, amount: Money) -> Advance {
    let old = at.id.map(|id| &at.book.documents[id.index()].content);
    if let Some(Content::Payment(old)) = old {
        return old.advance;
    }
    match (of.gives, of.stage, payment.kind) {
        (Gives::Credit, _, _) | (_, Stage::Issued, PaymentKind::Payment) => Advance::No,
        (_, Stage::Draft | Stage::ProForma, _) => Advance::Yes,
        (_, Stage::Issued, PaymentKind::Refund) => match settlement(at.book, payment.of, at.id) {
            Some(now) if -amount.minor() <= now.advances.minor().min(now.left.minor()) => Advance::Yes,
            _ => Advance::No,
        },
    }
}

/// A refund gives back what was paid, a credit no more than it has.
fn gives_what_is_there(
    at: Checked<'_>,
    document: &Document,
    id: DocumentId,
    of: &Nature,
    amount: Money,
    action: &str,
) -> Result<(), Refusal> {
    let Some(now) = settlement(at.book, id, at.id) else { return Ok(()) };
    let (wanted, there) = match of.gives {
        Gives::Asks if amount.minor() < 0 => (-amount, now.paid),
        Gives::Credit if amount.minor() > 0 => (amount, now.left),
        Gives::Credit => (-amount, now.payments),
        Gives::Asks => return Ok(()),
    };
    if wanted.minor() <= there.minor() {
        return Ok(());
    }
    Err(not_left(document, wanted, there, action))
}

fn not_left(document: &Document, wanted: Money, left: Money, action: &str) -> Refusal {
    let refusal = Refusal::new(Code::NotLeft).with("number", &document.number).with("wanted", wanted);
    refusal.with("left", left).with("action", action)
}

fn above_zero(amount: Money) -> Result<(), Refusal> {
    if amount.minor() > 0 {
        return Ok(());
    }
    let refusal = Refusal::new(Code::BadValue).with("field", "amount").with("value", amount);
    Err(refusal.with("why", "it is not above zero"))
}

/// A payment stays a payment of its document; another one is another payment.
fn keeps(at: Checked<'_>, same: impl Fn(&Content) -> bool) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let document = &at.book.documents[id.index()];
    if same(&document.content) {
        return Ok(());
    }
    let refusal =
        Refusal::new(Code::FieldFixed).with("field", "What it is for").with("name", &document.number);
    Err(refusal.with("why", "it may be in Xero already").with("remedy", "Delete it and make a new one."))
}

/// A live document that can be paid.
fn payable<'b>(at: Checked<'b>, id: DocumentId, action: &str) -> Result<(&'b Document, Nature), Refusal> {
    let unknown = || Refusal::new(Code::Unknown).with("kind", "document").with("id", id.number());
    let document = at.book.document(id).ok_or_else(unknown)?;
    live(document, action)?;
    match (nature(&document.content), &document.content) {
        (Some(found), _)
            if found.stage == Stage::Draft
                || found.stage == Stage::ProForma && found.gives == Gives::Credit =>
        {
            let refusal = Refusal::new(Code::DocumentState).with("number", &document.number);
            let refusal = refusal.with("state", "a draft").with("action", action);
            Err(refusal.with("remedy", "Put it in force, or make it a pro-forma."))
        }
        (Some(found), _) => Ok((document, found)),
        (None, Content::PurchaseOrder(_)) => {
            let refusal = Refusal::new(Code::DocumentState).with("number", &document.number);
            let refusal =
                refusal.with("state", "an order without a supplier's invoice").with("action", action);
            Err(refusal.with("remedy", "Enter the supplier's invoice or pro-forma first."))
        }
        (None, _) => {
            let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
            let wanted = "an invoice, purchase invoice or credit";
            Err(refusal.with("actual", document.kind().one()).with("wanted", wanted))
        }
    }
}

pub(crate) fn check_allocation(at: Checked<'_>, allocation: Allocation) -> Result<Allocation, Refusal> {
    let (giver, from) = payable(at, allocation.from, "allocating it")?;
    let (taker, to) = payable(at, allocation.to, "allocating to it")?;
    at.day(allocation.day)?;
    above_zero(allocation.amount)?;
    let wrong = |name: &Document, actual: String, wanted: String| {
        let refusal = Refusal::new(Code::WrongKind).with("name", &name.number);
        refusal.with("actual", actual).with("wanted", wanted)
    };
    if to.gives == Gives::Credit || to.stage != Stage::Issued {
        let actual = if to.gives == Gives::Credit { "a credit" } else { "a pro-forma" };
        return Err(wrong(taker, actual.into(), "an invoice or purchase invoice in force".into()));
    }
    if allocation.from == allocation.to || (from.party, from.side) != (to.party, to.side) {
        let party = &at.book.parties[from.party.0].code;
        let side = match from.side {
            crate::settlement::TradeSide::Purchase => "purchase invoice",
            crate::settlement::TradeSide::Sale => "invoice",
        };
        let actual = match allocation.from == allocation.to {
            true => "the same document".to_owned(),
            false => format!("{} of {}", taker.kind().one(), at.book.parties[to.party.0].code),
        };
        return Err(wrong(taker, actual, format!("another {side} of {party}")));
    }
    for currency in [to.currency, allocation.amount.currency()] {
        if currency != from.currency {
            let refusal = Refusal::new(Code::BadValue).with("field", "currency").with("value", currency);
            return Err(refusal.with("why", format!("{} is in {}", giver.number, from.currency)));
        }
    }
    let same = |old: &Content| match old {
        Content::Allocation(old) => (old.from, old.to) == (allocation.from, allocation.to),
        _ => false,
    };
    keeps(at, same)?;
    let wanted = allocation.amount;
    if let Some(left) = settlement(at.book, allocation.from, at.id).map(|now| now.left)
        && wanted.minor() > left.minor()
    {
        return Err(not_left(giver, wanted, left, "allocated"));
    }
    if let Some(open) = settlement(at.book, allocation.to, at.id).map(|now| now.outstanding)
        && wanted.minor() > open.minor()
    {
        let refusal = Refusal::new(Code::NotOutstanding).with("number", &taker.number);
        return Err(refusal.with("wanted", wanted).with("outstanding", open));
    }
    Ok(allocation)
}

/// What a payment or allocation names.
pub(crate) fn named(content: &Content) -> Vec<DocumentId> {
    match content {
        Content::Payment(c) => vec![c.of],
        Content::Allocation(c) => vec![c.from, c.to],
        _ => Vec::new(),
    }
}

/// The payments and allocations that keep a document from being withdrawn.
pub(crate) fn none_paid(at: Checked<'_>, id: DocumentId, action: &str) -> Result<(), Refusal> {
    let document = &at.book.documents[id.index()];
    let money = document.dependents.iter().filter(|one| {
        let document = &at.book.documents[one.index()];
        document.is_live() && matches!(document.kind(), Kind::Payment | Kind::Allocation)
    });
    let standing = super::check::numbers(at.book, money.copied());
    if standing.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::HasDependents).with("number", &document.number);
    Err(refusal.with("action", action).with("dependents", standing))
}
