//! What each document of the book should look like in Xero: one file for each kind, all by the same few steps.
//!
//! `wanted(book, exchange, B-1)` is the bill 4711 of Nord, 115.00: contact, number, dates, currency and rate, lines with
//! item, account, tax and tracking; or every reason why that can't be said yet. It depends on the book and on what we
//! know of Xero, never on what was sent before. A purchase order is a bill by `wanted` where it is its own bill (SEL-2), and a
//! Xero purchase order by `order`; the settings say which of the two goes (`disposition`).
//! Not here: whether a document is due (`disposition`), Xero's records (`forms`).

mod bill;
mod credit_invoice;
mod invoice;
mod order;
mod quote;
mod supplier_credit;

use book::{Book, Content, Day, DocumentId, InvoiceKind, LineSubject, LineTotal, Terms, Text, TradeLine};
use money::{Percent, Quantity, UnitPrice};

use crate::exchange::Exchange;
use crate::hold::{Caution, Hold};
use crate::lines::{Draft, Frame, Measure};
use crate::making::{ITEM_CODE, Made, Making};
use crate::paper::{LineOrigin, Paper, PaperKind, PaperLine};

/// What a document should look like in Xero; none for kinds that Xero never has, and for orders that are no bill.
///
/// # Errors
/// Every reason why it can't be said.
pub fn wanted(book: &Book, exchange: &Exchange, id: DocumentId) -> Result<Option<Paper>, Vec<Hold>> {
    made(book, exchange, id).transpose().map(|made| made.map(|(paper, _)| paper))
}

/// What a person should look at in a document that goes all the same: taxes to check, texts that were cut.
#[must_use]
pub fn cautions(book: &Book, exchange: &Exchange, id: DocumentId) -> Vec<Caution> {
    let as_order = || order::paper(book, exchange, id);
    match made(book, exchange, id).or_else(as_order) {
        Some(Ok((_, cautions))) => cautions,
        Some(Err(_)) | None => Vec::new(),
    }
}

/// What a purchase order should look like as a Xero purchase order (SEL-2, SEL-5); none for other documents.
///
/// # Errors
/// Every reason why it can't be said.
pub fn order(book: &Book, exchange: &Exchange, id: DocumentId) -> Result<Option<Paper>, Vec<Hold>> {
    order::paper(book, exchange, id).transpose().map(|made| made.map(|(paper, _)| paper))
}

fn made(book: &Book, exchange: &Exchange, id: DocumentId) -> Option<Made> {
    match book.document(id)?.content() {
        Content::PurchaseOrder(order) => bill::of_order(book, exchange, id, order),
        Content::Bill(content) => Some(bill::paper(book, exchange, id, content)),
        Content::SupplierCredit(content) => Some(supplier_credit::paper(book, exchange, id, content)),
        Content::Invoice(content) => Some(match content.kind {
            InvoiceKind::Invoice => invoice::paper(book, exchange, id, content),
            InvoiceKind::Credit => credit_invoice::paper(book, exchange, id, content),
        }),
        Content::Quote(content) => Some(quote::paper(book, exchange, id, content)),
        _ => None,
    }
}

/// What stands above the lines.
pub(crate) struct Header<'a> {
    pub(crate) kind: PaperKind,
    pub(crate) terms: &'a Terms,
    pub(crate) number: Text,
    pub(crate) reference: String,
    pub(crate) date: Day,
    pub(crate) due: Option<Day>,
}

/// Characters of a reference.
const REFERENCE: usize = 255;

/// A line of the book: what it says of quantity, price and tax.
pub(crate) struct Said {
    pub(crate) origin: LineOrigin,
    pub(crate) quantity: Quantity,
    pub(crate) price: Option<(UnitPrice, Percent)>,
    pub(crate) percent: Option<Percent>,
    /// What the description says instead of the item's name.
    pub(crate) instead: Option<String>,
}

impl Said {
    fn of(place: usize, line: &TradeLine) -> Said {
        Said {
            origin: origin(place),
            quantity: line.quantity,
            price: Some((line.price, line.discount)),
            percent: line.tax,
            instead: None,
        }
    }
}

fn origin(place: usize) -> LineOrigin {
    LineOrigin::Line(u16::try_from(place).unwrap_or(u16::MAX))
}

impl Making<'_> {
    /// A paper of lines that the book has, each with what it is about and what it comes to. A line that is no longer wanted
    /// has quantity 0 and doesn't go.
    pub(crate) fn paper(&mut self, header: Header<'_>, lines: Vec<(Said, LineSubject, LineTotal)>) -> Paper {
        let contact = self.contact(header.terms.party);
        let rate = self.rate(header.terms);
        let amounts = self.amounts(header.terms);
        let what = "the reference";
        let reference = self.cut(what, header.reference, REFERENCE).into();
        let frame = Frame { kind: header.kind, party: header.terms.party, amounts: &amounts };
        let wanted = lines.into_iter().filter(|(said, ..)| !said.quantity.is_zero());
        let lines: Vec<PaperLine> =
            wanted.map(|(said, about, total)| self.book_line(said, &about, total, &frame)).collect();
        Paper {
            kind: header.kind,
            contact,
            number: header.number,
            reference,
            url: "".into(),
            date: header.date,
            due: header.due,
            currency: header.terms.currency,
            rate,
            amounts,
            lines,
            sources: Vec::new(),
        }
    }

    fn book_line(
        &mut self,
        said: Said,
        about: &LineSubject,
        total: LineTotal,
        frame: &Frame<'_>,
    ) -> PaperLine {
        let name = self.name(&said.origin, about);
        let (item, description) = self.described(about, said.instead);
        let measure = match said.price {
            Some((price, discount)) => {
                Measure::Priced { quantity: said.quantity, unit: self.unit(about), price, discount }
            }
            None => Measure::Amount,
        };
        let draft = Draft {
            origin: said.origin,
            description,
            item,
            account: self.account(about, &name),
            measure,
            percent: said.percent,
            total,
            tracking: about.tracking,
            name,
        };
        self.line(draft, frame)
    }

    /// What people call a line: `Line 1 (STEEL)`, `Fee F-1`.
    fn name(&self, origin: &LineOrigin, about: &LineSubject) -> String {
        let item = about.item.and_then(|item| self.book.item(item)).map(|row| row.record.code.clone());
        match (origin, item) {
            (LineOrigin::Line(place), Some(item)) => format!("Line {} ({item})", u32::from(*place) + 1),
            (LineOrigin::Line(place), None) => format!("Line {}", u32::from(*place) + 1),
            (LineOrigin::Fee(fee), _) => format!("Fee {}", self.number_of(DocumentId::new(*fee))),
            (LineOrigin::PaperTotal, _) => "The difference to the paper's total".to_owned(),
            (LineOrigin::Summed(..), item) => format!("Line of {}", item.unwrap_or_default()),
        }
    }

    fn number_of(&self, id: DocumentId) -> &str {
        self.book.document(id).map_or("?", |document| document.number())
    }

    /// The item's code in Xero, and what the line says: the item's name with its part number where that is no item's code
    /// (DOC-9), and the unit where it isn't the stock unit (DOC-22).
    fn described(&mut self, about: &LineSubject, instead: Option<String>) -> (Option<Text>, String) {
        let Some((item, row)) = about.item.and_then(|item| Some((item, self.book.item(item)?))) else {
            return (None, instead.unwrap_or_else(|| self.other_description(about)));
        };
        let record = &row.record;
        let name = if about.name.trim().is_empty() { &record.code } else { &about.name };
        let code = self.item(item);
        let is_long = code.is_none() && record.code.chars().count() > ITEM_CODE;
        let named = if is_long { format!("{}, {name}", record.code) } else { name.to_string() };
        let named = match instead {
            Some(instead) => format!("{instead}: {named}"),
            None => named,
        };
        let Some((unit, factor)) = about.unit else { return (code, named) };
        let codes = |id: u32| self.book.units().row(id).map_or("?", |row| &row.record.code);
        let (unit, stock) = (codes(unit.number()), codes(record.unit.number()));
        (code, format!("{named}, per {unit} of {factor} {stock}"))
    }

    /// What a line without an item says.
    fn other_description(&self, about: &LineSubject) -> String {
        if let Some(fee) = about.fee {
            let order = self.order_of_fee(fee).map(|order| format!(" of {}", self.number_of(order)));
            return format!("Additional fee {}{}", self.number_of(fee), order.unwrap_or_default());
        }
        // Not the account's name: renaming it in Xero is no change of the document.
        "Expense".to_owned()
    }

    fn order_of_fee(&self, fee: DocumentId) -> Option<DocumentId> {
        let Content::Fee(content) = self.book.document(fee)?.content() else { return None };
        match &content.target {
            book::FeeTarget::Order(order) => Some(*order),
            book::FeeTarget::Receipts(receipts) => {
                let Content::Receipt(receipt) = self.book.document(*receipts.first()?)?.content() else {
                    return None;
                };
                Some(receipt.order)
            }
            book::FeeTarget::Transfer(transfer) => Some(*transfer),
        }
    }

    fn unit(&self, about: &LineSubject) -> String {
        let stock = about.item.and_then(|item| self.book.item(item)).map(|row| row.record.unit);
        let unit = about.unit.map(|(unit, _)| unit).or(stock);
        let unit = unit.and_then(|unit| self.book.units().row(unit.number()));
        unit.map_or_else(String::new, |row| row.record.code.to_string())
    }
}

/// What a document's lines are about and come to, one pair for each line of `Totals`.
fn parts(book: &Book, id: DocumentId) -> impl Iterator<Item = (LineSubject, LineTotal)> + use<> {
    let totals = book.totals(id).map(|totals| totals.lines).unwrap_or_default();
    book.line_subjects(id).into_iter().zip(totals)
}

/// Lines of trade with their parts.
fn trade(book: &Book, id: DocumentId, lines: &[TradeLine]) -> Vec<(Said, LineSubject, LineTotal)> {
    let said = lines.iter().enumerate().map(|(place, line)| Said::of(place, line));
    said.zip(parts(book, id)).map(|(said, (about, total))| (said, about, total)).collect()
}
