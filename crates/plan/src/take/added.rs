//! What a document's header says now, and lines that somebody added in Xero.
//!
//! An added line of a bill or supplier credit is an expense on its own account; one of a sale, quote or order needs an item that the
//! book knows. Not here: lines that were there before (`take`).

use std::sync::Arc;

use book::{BillTarget, Content, CreditTarget, SupplierCreditLine};
use money::Money;

use crate::paper::{LineOrigin, PaperLine};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::take::Taking;
use crate::take::fork::Fork;
use crate::take::lines::{bill_line, no_number, percent, read, trade_line};

impl Taking<'_> {
    /// Dates and rate.
    pub(super) fn header(&self, content: &mut Content, fork: &Fork) -> Result<(), Refusal> {
        let rate = match self.now.rate {
            rate if rate == self.then.rate => None,
            Some(rate) => {
                Some(read(rate).ok_or_else(|| fork.cannot("rate", format!("{rate} is none here")))?)
            }
            None => return Err(fork.cannot("rate", "there is none any more")),
        };
        let date = (self.now.date != self.then.date).then_some(self.now.date);
        let due = (self.now.due != self.then.due).then_some(self.now.due);
        macro_rules! terms {
            ($content:expr) => {{
                let content = Arc::make_mut($content);
                content.terms.rate = rate.or(content.terms.rate);
                content
            }};
        }
        match content {
            Content::Invoice(content) => {
                let content = terms!(content);
                content.terms.day = date.unwrap_or(content.terms.day);
                content.due = due.unwrap_or(content.due);
            }
            Content::Bill(content) => {
                let content = terms!(content);
                content.terms.day = date.unwrap_or(content.terms.day);
                content.due = due.unwrap_or(content.due);
            }
            Content::SupplierCredit(content) => {
                let content = terms!(content);
                content.terms.day = date.unwrap_or(content.terms.day);
            }
            Content::Quote(content) => {
                let content = terms!(content);
                content.terms.day = date.unwrap_or(content.terms.day);
                content.until = due.unwrap_or(content.until);
            }
            Content::PurchaseOrder(content) => {
                let content = terms!(content);
                match (&self.case.subject, &mut content.invoice) {
                    (Subject::Document(_), Some(invoice)) => {
                        invoice.day = date.unwrap_or(invoice.day);
                        invoice.due = due.unwrap_or(invoice.due);
                    }
                    _ => content.terms.day = date.unwrap_or(content.terms.day),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A line that somebody added in Xero.
    pub(super) fn new_line(
        &mut self,
        content: &mut Content,
        now: &PaperLine,
        name: &str,
        fork: &Fork,
    ) -> Result<(), Refusal> {
        let exchange = self.exchange();
        let tax = percent(exchange, now).ok_or_else(|| fork.cannot(name, "its tax type isn't known"))?;
        let place = match content {
            Content::Bill(bill) => {
                let account = self.expense(now, name, fork)?;
                let bill = Arc::make_mut(bill);
                bill.lines.push(
                    bill_line(BillTarget::Expense(account), now, tax).ok_or_else(|| no_number(fork, name))?,
                );
                bill.lines.len()
            }
            Content::SupplierCredit(credit) => {
                let account = self.expense(now, name, fork)?;
                let credit = Arc::make_mut(credit);
                let amount = Money::parse_in(&now.amount.to_string(), credit.terms.currency).ok();
                let amount = amount.ok_or_else(|| no_number(fork, name))?;
                let target = CreditTarget::Other(account);
                credit.lines.push(SupplierCreditLine { target, amount, tax, tracking: Default::default() });
                credit.lines.len()
            }
            Content::Invoice(invoice) => {
                let line = trade_line(&fork.book, now, tax).map_err(|why| fork.cannot(name, why))?;
                let invoice = Arc::make_mut(invoice);
                invoice.sources.resize(invoice.lines.len(), None);
                invoice.sources.push(None);
                invoice.lines.push(line);
                invoice.lines.len()
            }
            Content::Quote(quote) => {
                let line = trade_line(&fork.book, now, tax).map_err(|why| fork.cannot(name, why))?;
                let quote = Arc::make_mut(quote);
                quote.lines.push(line);
                quote.lines.len()
            }
            Content::PurchaseOrder(order) => {
                let line = trade_line(&fork.book, now, tax).map_err(|why| fork.cannot(name, why))?;
                let order = Arc::make_mut(order);
                order.lines.push(line);
                order.lines.len()
            }
            _ => return Err(fork.cannot(name, "the book has no place for it")),
        };
        if let (Ok(place), Some(id)) = (u16::try_from(place - 1), now.id) {
            self.pairs.insert(LineOrigin::Line(place), id);
        }
        Ok(())
    }
}
