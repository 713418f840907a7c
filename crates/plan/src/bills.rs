//! Bills that somebody makes in Xero from our purchase orders (SEL-11).
//!
//! ```text
//! order PO-3 of Nord is in Xero; a look finds bill 4711 of Nord, reference "PO-3"  →  linked: its lines, date, rate and
//! currency become a purchase invoice of the order here (POST-23)
//! ```
//! A bill is the order's if it is of the same supplier and its number or reference holds our order's number or the supplier invoice
//! ID. Only one fits: it is linked by itself; several: a person chooses. Its lines are paired with the order's by item, then by
//! text; a line that fits none is an expense on its own account. Not here: what is found (`answers`), looking (`sync`).

use std::collections::BTreeMap;
use std::sync::Arc;

use book::{
    Bill, BillTarget, Book, Content, DocumentId, LineRef, Prices, PurchaseOrder, Repeated, Stage,
    SupplierInvoice, Terms, Text,
};
use xero::statuses::LineAmountTypes;

use crate::case::{Case, short_name};
use crate::command::{Asking, Decided};
use crate::event::{Candidate, Event, Linking};
use crate::exchange::Exchange;
use crate::held::Held;
use crate::paper::{LineOrigin, Paper, PaperKind, PaperLine};
use crate::refusal::{Code, Refusal};
use crate::subject::{Guid, Subject};
use crate::take::{Fork, bill_line, expense, line_name, paper_of, percent, read};
use crate::why::{Reason, Why};

/// What becomes of the bills that were found for an order.
pub(crate) enum BillFound {
    /// The only one that fits.
    Link(Guid),
    /// A person has to do something.
    Stuck(Why),
}

/// Whether a bill names an order: its number or the supplier invoice ID, as a word of its own, in number or reference.
pub(crate) fn mentions(book: &Book, id: DocumentId, bill: &Paper) -> bool {
    let Some(document) = book.document(id) else { return false };
    let Content::PurchaseOrder(order) = document.content() else { return false };
    let invoice = order.invoice.as_ref().map(|invoice| invoice.id.trim());
    let names = [Some(document.number().trim()), invoice];
    let holds = |name: &str| holds_word(&bill.number, name) || holds_word(&bill.reference, name);
    names.into_iter().flatten().filter(|name| !name.is_empty()).any(holds)
}

/// `PO-1` is in `for PO-1, thanks` and not in `PO-12`.
fn holds_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let is_end = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric());
    text.match_indices(&word).any(|(at, found)| {
        is_end(text[..at].chars().next_back()) && is_end(text[at + found.len()..].chars().next())
    })
}

/// Of what was found for an order, what still fits.
fn fitting(exchange: &Exchange, id: DocumentId) -> impl Iterator<Item = &Candidate> {
    exchange.found(&Subject::Document(id)).unwrap_or_default().iter().filter(|one| {
        let is_there = one.held.as_ref().is_some_and(|held| !held.status.is_gone());
        is_there && exchange.subject(one.xero).is_none()
    })
}

/// What becomes of what was found for an order; nothing if none of it fits any more.
pub(crate) fn of_order(case: &Case<'_>) -> Option<BillFound> {
    let fits: Vec<&Candidate> = fitting(case.exchange(), case.id).collect();
    let names: Vec<&str> = fits.iter().map(|one| &*one.name).collect();
    let because = |reason| case.because(reason).with("candidates", names.join(", "));
    match fits.as_slice() {
        [] => None,
        [one] => {
            let today = one.held.as_ref().map_or(book::Day::FIRST, |held| held.paper.date);
            let asking = Asking { today, by: 0, at: 0 };
            Some(match link(case.world.book, case.exchange(), case.id, one, asking) {
                Ok(_) => BillFound::Link(one.xero),
                Err(refused) => BillFound::Stuck(
                    because(Reason::BillNotFit).with("why", refused.message()).why(&case.it()),
                ),
            })
        }
        [first, ..] => {
            let because = because(Reason::BillToChoose).with("count", fits.len()).with("id", first.xero);
            Some(BillFound::Stuck(because.why(&case.it())))
        }
    }
}

/// Links a bill of Xero's with the order that it was made from: it becomes a purchase invoice of the order, or, where the
/// order is its own bill, the order's prices.
///
/// # Errors
/// The bill is another supplier's, or says what the book can't.
pub(crate) fn link(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    candidate: &Candidate,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let name = short_name(book, id);
    let Some(held) = &candidate.held else {
        return Err(Refusal::new(Code::NotReadYet).with("candidate", &candidate.name));
    };
    let Some(Content::PurchaseOrder(order)) = book.document(id).map(book::Document::content) else {
        return Err(Refusal::new(Code::WrongPaper).with("name", name).with("candidate", &candidate.name));
    };
    let whose = exchange.link(&Subject::Party(order.terms.party)).map(|link| link.xero);
    if held.paper.kind != PaperKind::Bill || whose != Some(held.paper.contact.cast()) {
        return Err(Refusal::new(Code::WrongPaper).with("name", name).with("candidate", &candidate.name));
    }
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name };
    let mut lines = Lines::new(book, exchange, id, order);
    let saved = match &order.invoice {
        None => {
            let bill = lines.bill(order, held, &fork)?;
            fork.save(None, bill.into())?
        }
        Some(invoice) => {
            let order = lines.own(order, invoice, held, &fork)?;
            fork.save(Some(id), order.into())?
        }
    };
    let subject = Subject::Document(saved);
    let mut paper = paper_of(&fork.book, exchange, &subject);
    for line in paper.iter_mut().flat_map(|paper| &mut paper.lines) {
        line.id = line.origin.as_ref().and_then(|origin| lines.ids.get(origin)).copied().flatten();
    }
    let version = fork.book.changed(saved);
    let (xero, held) = (candidate.xero, Some(held.clone()));
    let how = if fitting(exchange, id).count() == 1 { Linking::Matched } else { Linking::Chosen };
    let linked = Event::XeroLinked { subject, xero, how, held, paper: paper.map(Box::new), version };
    Ok(Decided { book: fork.events, exchange: vec![linked] })
}

type LineId = xero::XeroId<xero::LineItem>;

/// An order's lines and fees, and which of them the bill has named already.
struct Lines<'a> {
    book: &'a Book,
    exchange: &'a Exchange,
    id: DocumentId,
    /// Code in Xero, text, still free.
    open: Vec<(Option<Text>, Text, bool)>,
    /// Fees of the order's own supplier: document, number, still free.
    fees: Vec<(DocumentId, Text, bool)>,
    /// Which line in Xero became which of ours.
    ids: BTreeMap<LineOrigin, Option<LineId>>,
}

impl<'a> Lines<'a> {
    fn new(book: &'a Book, exchange: &'a Exchange, id: DocumentId, order: &PurchaseOrder) -> Lines<'a> {
        let item = |item| {
            let row = book.item(item);
            let link = exchange.link(&Subject::Item(item)).and_then(|link| link.item.as_ref());
            let code = link.map(|item| item.code.clone()).or_else(|| row.map(|row| row.record.code.clone()));
            (code, row.map_or_else(|| Text::from(""), |row| row.record.name.clone()), true)
        };
        let fees = book.document(id).into_iter().flat_map(|document| document.dependents());
        let own = |fee: &&DocumentId| {
            let document = book.document(**fee).filter(|one| one.life() == book::Life::Live);
            document.is_some_and(|document| crate::case::is_own_fee(document.content(), id))
        };
        let number = |fee: &DocumentId| book.document(*fee).map_or("", |document| document.number()).into();
        Lines {
            book,
            exchange,
            id,
            open: order.lines.iter().map(|line| item(line.item)).collect(),
            fees: fees.filter(own).map(|fee| (*fee, number(fee), true)).collect(),
            ids: BTreeMap::new(),
        }
    }

    /// The line of the order that a line of the bill is about: by item, then by text, each once.
    fn find(&mut self, line: &PaperLine) -> Option<usize> {
        let by_code = |one: &(Option<Text>, Text, bool)| {
            let same = |code: &Text| line.item.as_ref().is_some_and(|item| item.eq_ignore_ascii_case(code));
            one.2 && one.0.as_ref().is_some_and(same)
        };
        let by_text = |one: &(Option<Text>, Text, bool)| {
            let (said, ours) = (line.description.to_lowercase(), one.1.to_lowercase());
            one.2 && line.item.is_none() && !ours.is_empty() && said.contains(&ours)
        };
        let found = self.open.iter().position(by_code).or_else(|| self.open.iter().position(by_text))?;
        self.open[found].2 = false;
        Some(found)
    }

    fn fee(&mut self, line: &PaperLine) -> Option<DocumentId> {
        let names = |fee: &&mut (DocumentId, Text, bool)| fee.2 && holds_word(&line.description, &fee.1);
        let fee = self.fees.iter_mut().find(names)?;
        fee.2 = false;
        Some(fee.0)
    }

    /// The purchase invoice that the bill is.
    fn bill(&mut self, order: &PurchaseOrder, held: &Held, fork: &Fork) -> Result<Bill, Refusal> {
        let paper = &held.paper;
        let mut lines = Vec::new();
        for (place, line) in paper.lines.iter().enumerate().filter(|(_, line)| !line.amount.is_zero()) {
            let name = line_name(place, line);
            let tax = percent(self.exchange, line);
            let tax =
                tax.ok_or_else(|| fork.cannot(&name, format!("the tax type {} isn't known", line.tax_type)))?;
            let target = match (self.find(line), self.fee(line)) {
                (Some(at), _) => BillTarget::Order(LineRef { document: self.id, line: at as u16 }),
                (None, Some(fee)) => BillTarget::Fee(fee),
                (None, None) => {
                    let account = expense(self.exchange, line, paper.date);
                    let why = |why| format!("no line of the order fits it, and {why}");
                    BillTarget::Expense(account.map_err(|no| fork.cannot(&name, why(no)))?)
                }
            };
            let made = bill_line(target, line, tax);
            let made = made.ok_or_else(|| fork.cannot(&name, "its quantity or price is none here"))?;
            self.ids.insert(LineOrigin::Line(lines.len() as u16), line.id);
            lines.push(made);
        }
        Ok(Bill {
            terms: self.terms(order, paper, fork)?,
            due: paper.due,
            stage: Stage::Issued,
            paper_total: None,
            repeated: Repeated::Refused,
            lines,
        })
    }

    fn terms(&self, order: &PurchaseOrder, paper: &Paper, fork: &Fork) -> Result<Terms, Refusal> {
        let rate = match paper.rate.filter(|_| paper.currency != self.book.base()) {
            None => None,
            Some(rate) => {
                Some(read(rate).ok_or_else(|| fork.cannot("rate", format!("{rate} is none here")))?)
            }
        };
        let prices = match paper.amounts {
            LineAmountTypes::Inclusive => Prices::Inclusive,
            _ => Prices::Exclusive,
        };
        let number = if paper.number.trim().is_empty() { &paper.reference } else { &paper.number };
        Ok(Terms {
            party: order.terms.party,
            day: paper.date,
            currency: paper.currency,
            rate,
            reference: Some(number.clone()).filter(|number| !number.trim().is_empty()),
            prices,
            lost_tax: order.terms.lost_tax.clone(),
        })
    }

    /// The order that is its own bill, as the bill says: every line must be one of the order's.
    fn own(
        &mut self,
        order: &Arc<PurchaseOrder>,
        invoice: &SupplierInvoice,
        held: &Held,
        fork: &Fork,
    ) -> Result<PurchaseOrder, Refusal> {
        let paper = &held.paper;
        if paper.currency != order.terms.currency {
            return Err(fork.cannot("currency", format!("the order is in {}", order.terms.currency)));
        }
        let mut order = PurchaseOrder::clone(order);
        let rate = self.terms(&order, paper, fork)?.rate;
        order.terms.rate = rate.or(order.terms.rate);
        order.invoice = Some(SupplierInvoice {
            id: Some(paper.number.clone()).filter(|id| !id.trim().is_empty()).unwrap_or(invoice.id.clone()),
            day: paper.date,
            due: paper.due.or(invoice.due),
            repeated: invoice.repeated,
        });
        for (place, line) in paper.lines.iter().enumerate().filter(|(_, line)| !line.amount.is_zero()) {
            let name = line_name(place, line);
            let Some(at) = self.find(line) else {
                return Err(fork.cannot(&name, "no line of the order fits it, and the order is its own bill"));
            };
            let tax = percent(self.exchange, line);
            let tax =
                tax.ok_or_else(|| fork.cannot(&name, format!("the tax type {} isn't known", line.tax_type)))?;
            let said = bill_line(BillTarget::Expense(Text::from("")), line, tax);
            let said = said.ok_or_else(|| fork.cannot(&name, "its quantity or price is none here"))?;
            let ours = &mut order.lines[at];
            (ours.quantity, ours.price, ours.discount, ours.tax) =
                (said.quantity, said.price, said.discount, tax);
            self.ids.insert(LineOrigin::Line(at as u16), line.id);
        }
        Ok(order)
    }
}

#[cfg(test)]
mod tests {
    use super::holds_word;

    // rule: SEL-11
    #[test]
    fn a_number_is_mentioned_as_a_word() {
        assert!(holds_word("po-1", "PO-1"));
        assert!(holds_word("Your order (PO-1), thank you", "po-1"));
        assert!(holds_word("4711/PO-1", "PO-1"));
        assert!(!holds_word("PO-17", "PO-1"));
        assert!(!holds_word("XPO-1", "PO-1"));
    }
}
