//! Xero's quotes (API-FACTS 4.14): amounts in capitals, a day on which they end, and a life of their own.

use xero::Decimal;
use xero::statuses::{LineAmountTypes, QuoteLineAmountTypes, QuoteStatus};

use super::{Over, Read, contact, day, line};
use crate::held::{Held, HeldStatus};
use crate::lists::Lists;
use crate::paper::{Paper, PaperKind};
use crate::settings::NewStatus;

pub(crate) fn write(paper: &Paper, over: Over<'_>, lists: &Lists) -> xero::Quote {
    let status = match over {
        Over::Nothing(NewStatus::Draft) => Some(QuoteStatus::Draft),
        // A new quote can't be accepted at once.
        Over::Nothing(NewStatus::Awaiting | NewStatus::Approved) => Some(QuoteStatus::Sent),
        Over::Held(_) => None,
    };
    let amounts = match paper.amounts {
        LineAmountTypes::Inclusive => QuoteLineAmountTypes::Inclusive,
        LineAmountTypes::NoTax => QuoteLineAmountTypes::NoTax,
        LineAmountTypes::Exclusive | LineAmountTypes::Other(_) => QuoteLineAmountTypes::Exclusive,
    };
    xero::Quote {
        quote_id: over.id(),
        quote_number: Some(paper.number.to_string()),
        reference: over.text(&paper.reference),
        contact: contact(paper),
        line_items: line::write(paper, over, lists),
        date: day(paper.date),
        expiry_date: paper.due.and_then(day),
        status,
        currency_code: Some(paper.currency.code().to_owned()),
        currency_rate: paper.rate,
        line_amount_types: Some(amounts),
        ..xero::Quote::default()
    }
}

pub(crate) fn read(quote: &xero::Quote, lists: &Lists) -> Option<Held> {
    let amounts = quote.line_amount_types.as_ref().map(|amounts| LineAmountTypes::from(amounts.as_str()));
    let read = Read {
        kind: PaperKind::Quote,
        id: quote.quote_id.map(xero::XeroId::cast),
        status: quote.status.as_ref().map(status),
        contact: &quote.contact,
        number: &quote.quote_number,
        reference: &quote.reference,
        url: &None,
        date: quote.date,
        due: quote.expiry_date,
        currency: &quote.currency_code,
        rate: quote.currency_rate,
        amounts,
        lines: &quote.line_items,
        net: quote.sub_total,
        tax: quote.total_tax,
        total: quote.total,
        due_amount: Some(Decimal::ZERO),
        paid: Decimal::ZERO,
        credited: Decimal::ZERO,
        payments: Vec::new(),
        credits: Vec::new(),
        sent: None,
        updated: quote.updated_date_utc,
    };
    read.held(lists)
}

fn status(status: &QuoteStatus) -> HeldStatus {
    match status {
        QuoteStatus::Draft => HeldStatus::Draft,
        QuoteStatus::Sent => HeldStatus::Awaiting,
        QuoteStatus::Accepted => HeldStatus::Approved,
        QuoteStatus::Declined => HeldStatus::Declined,
        QuoteStatus::Invoiced => HeldStatus::Billed,
        QuoteStatus::Deleted => HeldStatus::Deleted,
        QuoteStatus::Other(word) => HeldStatus::Other(word.clone()),
    }
}
