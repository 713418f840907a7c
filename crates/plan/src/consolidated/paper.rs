//! A consolidated invoice in Xero's terms: lines by item, account, tax and tracking, including tax (CNS-1).
//!
//! WEB-2026-03-05: 3 JAM @ 11.50 = 34.50 with tax on 200. Whom it names is the channel's customer, else the only one of its sources. It is dated
//! on its last day, and due when the last of its sources is. A rate is the sources' one, or what their sums come to. Two
//! warehouses whose sales stand on one account are one line.
//! Not here: the sums (`book::consolidate`), a line's own terms (`lines`).

use std::collections::{BTreeMap, BTreeSet};

use book::{
    Book, Consolidated, Content, DocumentId, Invoice, InvoiceKind, LineSubject, LineTotal, Part, PartyId,
    Prices, StandsOn, SummedBy, Terms, Tracking, Whose,
};
use money::{Money, Percent, Quantity, Rate, UnitPrice};
use xero::XeroId;

use super::number;
use crate::exchange::Exchange;
use crate::hold::{Hold, HoldCode};
use crate::making::Making;
use crate::paper::{LineOrigin, Paper, PaperKind};
use crate::papers::{Header, Said};
use crate::settings::AccountRole;
use crate::subject::{ConsolidatedId, Subject};

/// Characters of its reference.
const REFERENCE: usize = 255;

/// What it should look like; every reason why that can't be said.
pub(super) fn paper(book: &Book, exchange: &Exchange, one: &Consolidated) -> Result<Paper, Vec<Hold>> {
    let invoices: Vec<(DocumentId, &Invoice)> =
        one.sources.iter().filter_map(|held| Some((held.document, invoice(book, held.document)?))).collect();
    let party = customer(book, one, &invoices).map_err(|hold| vec![hold])?;
    let Some((first, _)) = invoices.first() else { return Err(vec![Hold::new(HoldCode::NoLines)]) };
    let Consolidated { whose, currency, first: from, last, kind, .. } = *one;
    let id = ConsolidatedId { whose, currency, first: from, kind };
    let mut making = Making::new(book, exchange, &Subject::Consolidated(id), last).about(*first);
    let rate = rate(&invoices, one);
    let terms = Terms {
        party,
        day: last,
        currency,
        rate,
        reference: None,
        prices: Prices::Inclusive,
        lost_tax: None,
    };
    let due = invoices.iter().filter_map(|(_, invoice)| invoice.due).max().unwrap_or(last).max(last);
    let header = Header {
        kind: if kind == InvoiceKind::Credit { PaperKind::CreditInvoice } else { PaperKind::Invoice },
        terms: &terms,
        number: making.number("number", &number(book, &id)),
        reference: reference(book, &invoices),
        date: last,
        due: (kind == InvoiceKind::Invoice).then_some(due),
    };
    let lines = lines(book, exchange, one);
    let paper = Paper { sources: one.sources.clone(), ..making.paper(header, lines) };
    making.finish_sum(paper, one.total)
}

fn invoice(book: &Book, id: DocumentId) -> Option<&Invoice> {
    match book.document(id)?.content() {
        Content::Invoice(invoice) => Some(invoice),
        _ => None,
    }
}

/// Whom it names.
fn customer(book: &Book, one: &Consolidated, invoices: &[(DocumentId, &Invoice)]) -> Result<PartyId, Hold> {
    let channel = match one.whose {
        Whose::Customer(party) => return Ok(party),
        Whose::Channel(id) => book.channels().row(id.number()).map(|row| &row.record),
    };
    if let Some(customer) = channel.and_then(|channel| channel.customer) {
        return Ok(customer);
    }
    let parties: BTreeSet<PartyId> = invoices.iter().map(|(_, invoice)| invoice.terms.party).collect();
    match parties.first() {
        Some(only) if parties.len() == 1 => Ok(*only),
        _ => {
            let name = channel.map_or("The channel", |channel| &channel.name);
            Err(Hold::new(HoldCode::NoCustomer).with("channel", name).with("count", parties.len()))
        }
    }
}

/// The numbers of its sources, or of the first and the last.
fn reference(book: &Book, invoices: &[(DocumentId, &Invoice)]) -> String {
    let number = |id: DocumentId| book.document(id).map_or("", |document| document.number());
    let all = invoices.iter().map(|(id, _)| number(*id)).collect::<Vec<_>>().join(", ");
    match (invoices.first(), invoices.last()) {
        (Some((first, _)), Some((last, _))) if all.chars().count() > REFERENCE => {
            format!("{} … {}, {} documents", number(*first), number(*last), invoices.len())
        }
        _ => all,
    }
}

/// The rate of all sources; of several the one at which they come to the same in base currency.
fn rate(invoices: &[(DocumentId, &Invoice)], one: &Consolidated) -> Option<Rate> {
    let rates: BTreeMap<DocumentId, Rate> =
        invoices.iter().filter_map(|(id, invoice)| Some((*id, invoice.terms.rate?))).collect();
    let any = *rates.values().next()?;
    if rates.values().all(|rate| *rate == any) {
        return Some(any);
    }
    let (mut foreign, mut base) = (0_i128, 0_i128);
    for held in &one.sources {
        let Some(rate) = rates.get(&held.document) else { continue };
        let minor: i128 = held.parts.iter().map(|(_, part)| i128::from(part.gross.minor())).sum();
        foreign = foreign.checked_add(minor.abs())?;
        base = base.checked_add(minor.abs().checked_mul(MICRO * MICRO)? / i128::from(rate.millionths()))?;
    }
    let mean = foreign.checked_mul(MICRO * MICRO)?.checked_div(base).unwrap_or_default();
    Rate::from_millionths(i64::try_from(mean).ok()?).ok().or(Some(any))
}

const MICRO: i128 = 1_000_000;

/// What one line of Xero sums up: the item, the account there, the tax, the tracking, and what it corrects.
type By = (u32, Option<XeroId<xero::Account>>, Option<Percent>, Tracking, Option<DocumentId>);

fn lines(book: &Book, exchange: &Exchange, one: &Consolidated) -> Vec<(Said, LineSubject, LineTotal)> {
    let mut sums: BTreeMap<By, (SummedBy, Part)> = BTreeMap::new();
    for line in &one.lines {
        let key = &line.by.account;
        let at = (key.category, key.warehouse);
        let account = exchange.settings().account(AccountRole::Sales, at, one.last);
        let by = (line.by.item.number(), account, line.by.tax, key.tracking, line.corrects);
        let sum = sums.entry(by).or_insert_with(|| {
            let nothing = Part { quantity: Quantity::ZERO, gross: Money::zero(one.currency) };
            (line.by.clone(), nothing)
        });
        // Both are parts of a total that fits.
        sum.1.gross = sum.1.gross.checked_add(line.part.gross).unwrap_or(sum.1.gross);
        sum.1.quantity = sum.1.quantity.checked_add(line.part.quantity).unwrap_or(sum.1.quantity);
    }
    let some = sums.into_iter().filter(|(_, (_, part))| !part.gross.is_zero());
    some.map(|(by, (summed, part))| line(book, summed, by.4, part)).collect()
}

fn line(
    book: &Book,
    by: SummedBy,
    corrects: Option<DocumentId>,
    part: Part,
) -> (Said, LineSubject, LineTotal) {
    let name = book.item(by.item).map(|row| row.record.name.clone()).unwrap_or_default();
    let price = price(part);
    let number = corrects.and_then(|id| book.document(id)).map(|document| document.number());
    let said = Said {
        quantity: if price.is_some() { part.quantity } else { Quantity::units(1) },
        price: price.map(|price| (price, Percent::ZERO)),
        percent: by.tax,
        instead: number.map(|number| format!("Correction of {number}")),
        origin: LineOrigin::Summed(by.clone(), corrects),
    };
    let about = LineSubject {
        item: Some(by.item),
        name,
        fee: None,
        of: None,
        unit: None,
        on: StandsOn::Sales { category: by.account.category, warehouse: by.account.warehouse },
        tracking: by.account.tracking,
    };
    (said, about, LineTotal { net: part.gross, tax: Money::zero(part.gross.currency()) })
}

/// What one stock unit comes to, with tax; none if that says nothing: a price that was corrected, money against goods.
fn price(part: Part) -> Option<UnitPrice> {
    let (gross, quantity) = (i128::from(part.gross.minor()), i128::from(part.quantity.millionths()));
    if quantity == 0 || (gross < 0) != (quantity < 0) {
        return None;
    }
    let scale = 10_i128.pow(6_u32.saturating_sub(u32::from(part.gross.currency().minor_digits())));
    let price = gross.abs().checked_mul(scale * MICRO)? / quantity.abs();
    i64::try_from(price).ok().map(UnitPrice::from_millionths)
}
