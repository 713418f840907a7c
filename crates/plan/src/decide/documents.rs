//! Taking Xero's version of a document over into the book (DOC-23), and the correcting pair (DOC-20).
//!
//! ```text
//! I-1 is approved in Xero at 100.00 and says 120.00 here.   The pair: I-1 says 100.00 again, credit invoice I-2 over 100.00 for
//! it, invoice I-3 over 120.00.
//! ```
//! All three are changes of the book, made only when a person says so; they go to Xero as any document does.
//! Not here: how Xero's version becomes the book's (`take`).

use std::sync::Arc;

use book::{
    Bill, BillLine, BillTarget, Book, Content, CreditTarget, Document, DocumentId, Invoice, InvoiceKind,
    Life, LineRef, Repeated, SupplierCredit, SupplierCreditLine,
};
use money::{Money, Quantity};

use crate::case::short_name;
use crate::command::{Asking, Decided};
use crate::disposition::{Disposition, disposition};
use crate::exchange::Exchange;
use crate::refusal::{Code, Refusal};
use crate::subject::Subject;
use crate::take::{self, Fork};
use crate::tax::lost_by_document;
use crate::why::{Reason, first_open_day};

pub(super) fn take_over(
    book: &Book,
    exchange: &Exchange,
    document: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    take::take_over(book, exchange, document, asking)
}

/// What nobody gives back of a purchase's tax becomes part of its cost; the rest of it stays as it is (TAX-6).
pub(super) fn count_tax(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let Some(lost) = lost_by_document(book, exchange, id) else { return Ok(Decided::default()) };
    let Some(document) = book.document(id) else { return Ok(Decided::default()) };
    let mut content = document.content().clone();
    let terms = match &mut content {
        Content::PurchaseOrder(c) => &mut Arc::make_mut(c).terms,
        Content::Bill(c) => &mut Arc::make_mut(c).terms,
        Content::SupplierCredit(c) => &mut Arc::make_mut(c).terms,
        _ => return Ok(Decided::default()),
    };
    if terms.lost_tax.as_ref() == Some(&lost) {
        return Ok(Decided::default());
    }
    terms.lost_tax = Some(lost);
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: short_name(book, id) };
    fork.save(Some(id), content)?;
    Ok(Decided { book: fork.events, exchange: Vec::new() })
}

pub(super) fn correct(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let name = short_name(book, id);
    let not_frozen = |why: &str| Refusal::new(Code::NotFrozen).with("document", &name).with("why", why);
    let Some(document) = book.document(id) else {
        return Err(Refusal::new(Code::NothingHere).with("what", "such document"));
    };
    match disposition(book, exchange, id) {
        Some(Disposition::Differs(why)) if why.code == Reason::Frozen.id() => {}
        Some(Disposition::Differs(why)) => return Err(not_frozen(why.message.trim_end_matches('.'))),
        _ => return Err(not_frozen("it isn't frozen in Xero with something else than here")),
    }
    let version = exchange.link(&Subject::Document(id)).map_or(0, |link| link.version);
    let Some(old) = said_at(document, version) else {
        let refusal = Refusal::new(Code::NoPair).with("document", &name);
        let refusal = refusal.with("why", "its own text hasn't changed, only what it goes by");
        return Err(refusal.with("remedy", "Take that back, or change the document in Xero."));
    };
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: name.clone() };
    let open = first_open_day(exchange.lists()).map_or(asking.today, |open| open.max(asking.today));
    match (old, document.content()) {
        (Content::Invoice(old), Content::Invoice(new)) => invoices(&mut fork, id, old, new, open)?,
        (Content::Bill(old), Content::Bill(new)) => bills(&mut fork, id, old, new, open)?,
        _ => return Err(not_frozen("only invoices and bills have one")),
    }
    Ok(Decided { book: fork.events, exchange: Vec::new() })
}

/// What a document said when Xero got it, if it says something else now.
fn said_at(document: &Document, version: u32) -> Option<&Content> {
    document.versions().iter().find(|(entry, _)| *entry > version).map(|(_, before)| before)
}

/// A day that isn't locked: the document's own if it can be.
fn day(own: book::Day, fork: &Fork, open: book::Day) -> book::Day {
    if own < open && open > fork.asking.today { open } else { own }
}

fn invoices(
    fork: &mut Fork,
    id: DocumentId,
    old: &Arc<Invoice>,
    new: &Arc<Invoice>,
    open: book::Day,
) -> Result<(), Refusal> {
    fork.save(Some(id), Content::Invoice(old.clone()))?;
    let source = |(place, _): (usize, _)| Some(LineRef { document: id, line: place as u16 });
    let mut back = Invoice::clone(old);
    back.kind = match old.kind {
        InvoiceKind::Invoice => InvoiceKind::Credit,
        InvoiceKind::Credit => InvoiceKind::Invoice,
    };
    back.terms.day = open;
    back.due = matches!(back.kind, InvoiceKind::Invoice).then_some(open);
    back.sources = match back.kind {
        InvoiceKind::Credit => old.lines.iter().enumerate().map(source).collect(),
        InvoiceKind::Invoice => vec![None; old.lines.len()],
    };
    fork.save(None, back.into())?;
    let mut again = Invoice::clone(new);
    again.terms.day = day(new.terms.day, fork, open);
    again.due = new.due.map(|due| due.max(again.terms.day));
    fork.save(None, again.into())?;
    Ok(())
}

fn bills(
    fork: &mut Fork,
    id: DocumentId,
    old: &Arc<Bill>,
    new: &Arc<Bill>,
    open: book::Day,
) -> Result<(), Refusal> {
    fork.save(Some(id), Content::Bill(old.clone()))?;
    let nets = fork.book.totals(id).map(|totals| totals.lines).unwrap_or_default();
    let lines = old.lines.iter().enumerate().zip(nets).filter(|((_, line), _)| !line.quantity.is_zero());
    let credited = lines.map(|((place, line), total)| {
        // With prices that include tax a line of a credit includes it too.
        let with_tax = old.terms.prices == book::Prices::Inclusive;
        let gross = total.net.checked_add(total.tax).unwrap_or(total.net);
        let amount: Money = if with_tax { gross } else { total.net };
        let target = match &line.target {
            BillTarget::Expense(account) => CreditTarget::Other(account.clone()),
            BillTarget::Order(_) | BillTarget::Fee(_) => {
                CreditTarget::Price(LineRef { document: id, line: place as u16 })
            }
        };
        SupplierCreditLine { target, amount, tax: line.tax, tracking: line.tracking }
    });
    let mut terms = old.terms.clone();
    terms.day = open;
    let credit = SupplierCredit { terms, lines: credited.collect() };
    let mut again = Bill::clone(new);
    again.repeated = Repeated::Confirmed;
    again.terms.day = day(new.terms.day, fork, open);
    again.due = new.due.map(|due| due.max(again.terms.day));
    // The new bill's units are those that came in, so that the old one's, which are credited, price nothing.
    let mut lines = Vec::new();
    for line in &again.lines {
        match (&line.target, line.receipt) {
            (BillTarget::Order(at), None) => lines.extend(by_receipts(fork, *at, line)?),
            _ => lines.push(line.clone()),
        }
    }
    let meant = gross(fork, &again)?;
    again.lines = lines;
    let comes_to = gross(fork, &again)?;
    if let (Some(meant), Some(comes_to)) = (meant, comes_to)
        && meant != comes_to
    {
        return Err(no_bill(fork, format!("in lines by receipt it would come to {comes_to}, not {meant}")));
    }
    fork.save(None, credit.into())?;
    fork.save(None, again.into())?;
    Ok(())
}

/// What a bill would come to.
fn gross(fork: &Fork, bill: &Bill) -> Result<Option<Money>, Refusal> {
    let (book, name) = (fork.book.clone(), fork.name.clone());
    let mut trial = Fork { book, events: Vec::new(), asking: fork.asking, name };
    let id = trial.save(None, bill.clone().into())?;
    Ok(trial.book.totals(id).map(|totals| totals.gross))
}

fn no_bill(fork: &Fork, why: String) -> Refusal {
    let remedy = "Change the bill in Xero, or enter a supplier credit and a new bill by hand.";
    Refusal::new(Code::NoPair).with("document", &fork.name).with("why", why).with("remedy", remedy)
}

/// A bill line by the receipts whose units it bills: 10 units that came as 6 and 4 are a line of 6 and one of 4. A correcting pair
/// needs receipts that have them all, and lines that come to the same as the one.
fn by_receipts(fork: &Fork, at: LineRef, line: &BillLine) -> Result<Vec<BillLine>, Refusal> {
    let order = fork.book.document(at.document);
    let dependents = order.map(Document::dependents).unwrap_or_default();
    let came = dependents.iter().flat_map(|id| {
        let document = fork.book.document(*id).filter(|one| one.life() == Life::Live);
        let lines = match document.map(Document::content) {
            Some(Content::Receipt(receipt)) => receipt.lines.as_slice(),
            _ => &[],
        };
        let of_line = |(place, one): (usize, &book::ReceiptLine)| {
            (one.line == at.line).then_some((LineRef { document: *id, line: place as u16 }, one.quantity))
        };
        lines.iter().enumerate().filter_map(of_line).collect::<Vec<_>>()
    });
    let came: Vec<(LineRef, Quantity)> = came.collect();
    let piece = |receipt, quantity| BillLine { receipt: Some(receipt), quantity, ..line.clone() };
    if let Some((receipt, _)) = came.iter().find(|(_, quantity)| *quantity >= line.quantity) {
        return Ok(vec![piece(*receipt, line.quantity)]);
    }
    let (mut pieces, mut left) = (Vec::new(), line.quantity);
    for (receipt, quantity) in came {
        let these = quantity.min(left);
        if !these.is_zero() {
            pieces.push(piece(receipt, these));
        }
        left = left.checked_sub(these).unwrap_or_default();
    }
    if left.is_zero() {
        return Ok(pieces);
    }
    let (order, number) = (short_name(&fork.book, at.document), at.line + 1);
    Err(no_bill(fork, format!("not all that line {number} of {order} bills has been received")))
}
