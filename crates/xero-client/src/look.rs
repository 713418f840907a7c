//! Looking for what we may have created: by the mark that every kind carries from us.
//!
//! A create whose answer was lost is settled by a look: the contact by its ContactNumber, the invoice by its number, the
//! bill by number and contact, the journal by the first word of its narration among journals changed since five minutes
//! before the intent (DESIGN, "Our markers"). Finding nothing proves nothing until two minutes after the request can
//! last have been alive: `counts_from`.
//!
//! Not here: what a found thing is compared with (`plan`).

use crate::call::{Call, segment};
use crate::failure::{Failure, Reason};
use crate::habits;
use crate::limits::{Priority, Tenant};
use crate::resource::{list, one};
use crate::send::Client;
use std::time::Duration;
use world::Moment;
use xero::outcome::Cause;
use xero::statuses::{BankTransactionType, InvoiceType, PaymentStatus};
use xero::*;

/// How long after a request can last have been alive "not found" begins to count.
pub const SETTLED_AFTER: Duration = Duration::from_secs(120);
/// How long before the intent a changed journal may be dated: clocks differ.
const JOURNAL_OVERLAP: i64 = 5 * 60 * 1_000;

/// When "not found" counts for a request that was last sent then with this timeout.
#[must_use]
pub fn counts_from(last_sent: Moment, timeout: Duration) -> Moment {
    last_sent.plus(timeout).plus(SETTLED_AFTER)
}

/// A question, and which of the answers are meant.
pub struct Look<T> {
    call: Call,
    matches: Box<dyn Fn(&T) -> bool + Send + Sync>,
}

/// What a look found.
#[derive(Clone, Debug)]
pub enum Found<T> {
    /// Exactly one: it was done.
    One(Box<T>),
    /// None: it was not done, once that counts (`counts_from`).
    None,
    /// Several carry the mark: a person must say which.
    Several(Vec<T>),
}

fn is(field: &Option<String>, wanted: &str) -> bool {
    field.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case(wanted.trim()))
}

/// A `where` clause for a text; none if the text has a quotation mark, for which there is no escape (API-FACTS 2.7).
fn equals(field: &str, text: &str) -> Option<String> {
    (!text.contains('"')).then(|| format!(" AND {field}==\"{text}\""))
}

fn look<T>(call: Call, matches: impl Fn(&T) -> bool + Send + Sync + 'static) -> Look<T> {
    Look { call, matches: Box::new(matches) }
}

/// A contact by its ContactNumber.
#[must_use]
pub fn contact(number: &str) -> Look<Contact> {
    let wanted = number.to_owned();
    look(one::<Contact>(number), move |contact: &Contact| is(&contact.contact_number, &wanted))
}

/// An item by its code; one with a slash in a filter, because nobody says what Xero makes of a slash in a path.
#[must_use]
pub fn item(code: &str) -> Look<Item> {
    let wanted = code.to_owned();
    if code.contains('/') && !code.contains('"') {
        let call = list::<Item>().with("where", format!("Code==\"{code}\""));
        return look(call, move |item: &Item| is(&item.code, &wanted));
    }
    look(one::<Item>(code), move |item: &Item| is(&item.code, &wanted))
}

/// A sales invoice by its number.
#[must_use]
pub fn sale(number: &str) -> Look<Invoice> {
    let wanted = number.to_owned();
    let call = if number.contains(',') {
        list::<Invoice>()
            .with("where", format!("Type==\"ACCREC\"{}", equals("InvoiceNumber", number).unwrap_or_default()))
    } else {
        list::<Invoice>().with("InvoiceNumbers", number)
    };
    let sale = |invoice: &Invoice| invoice.kind == Some(InvoiceType::Sale);
    look(call, move |invoice: &Invoice| sale(invoice) && is(&invoice.invoice_number, &wanted))
}

/// A bill by its contact and number; numbers of bills are not unique, so `Url` decides where we set one.
#[must_use]
pub fn bill(contact: XeroId<Contact>, number: &str, url: Option<&str>) -> Look<Invoice> {
    let (wanted, url) = (number.to_owned(), url.map(str::to_owned));
    let clause = format!(
        "Type==\"ACCPAY\" AND Contact.ContactID=={}{}",
        contact.in_where(),
        equals("InvoiceNumber", number).unwrap_or_default()
    );
    look(list::<Invoice>().with("where", clause).with("page", "1"), move |bill: &Invoice| {
        bill.kind == Some(InvoiceType::Bill)
            && is(&bill.invoice_number, &wanted)
            && url.as_ref().is_none_or(|url| is(&bill.url, url))
    })
}

/// A credit note of ours by its number.
#[must_use]
pub fn credit_note(number: &str) -> Look<CreditNote> {
    let wanted = number.to_owned();
    look(one::<CreditNote>(number), move |note: &CreditNote| is(&note.credit_note_number, &wanted))
}

/// A supplier's credit by contact and number.
#[must_use]
pub fn supplier_credit(contact: XeroId<Contact>, number: &str) -> Look<CreditNote> {
    let wanted = number.to_owned();
    let clause = format!("Type==\"ACCPAYCREDIT\" AND Contact.ContactID=={}", contact.in_where());
    look(list::<CreditNote>().with("where", clause).with("page", "1"), move |note: &CreditNote| {
        is(&note.credit_note_number, &wanted)
    })
}

/// A purchase order by its number. Deleted ones keep theirs.
#[must_use]
pub fn order(number: &str) -> Look<PurchaseOrder> {
    let wanted = number.to_owned();
    look(one::<PurchaseOrder>(number), move |order: &PurchaseOrder| is(&order.purchase_order_number, &wanted))
}

/// A quote by its number; Xero matches parts of numbers, we the whole.
#[must_use]
pub fn quote(number: &str) -> Look<Quote> {
    let wanted = number.to_owned();
    look(list::<Quote>().with("QuoteNumber", number), move |quote: &Quote| is(&quote.quote_number, &wanted))
}

/// A live payment by its reference, among the payments of one document.
#[must_use]
pub fn payment(document: XeroId<Invoice>, reference: &str) -> Look<Payment> {
    let wanted = reference.to_owned();
    let clause = format!("Invoice.InvoiceId=={}", document.in_where());
    look(list::<Payment>().with("where", clause).with("page", "1"), move |payment: &Payment| {
        payment.status != Some(PaymentStatus::Deleted) && is(&payment.reference, &wanted)
    })
}

/// A manual journal by the first word of its narration, among those changed since shortly before the intent.
#[must_use]
pub fn journal(mark: &str, intent: Stamp) -> Look<ManualJournal> {
    let wanted = mark.to_owned();
    let mut call = list::<ManualJournal>().with("page", "1").with("pageSize", habits::PAGE.to_string());
    call.since = Stamp::from_millis(intent.millis() - JOURNAL_OVERLAP);
    look(call, move |journal: &ManualJournal| {
        journal.narration.as_ref().is_some_and(|text| text.split_whitespace().next() == Some(wanted.as_str()))
    })
}

/// A credit note that is applied to an invoice.
#[must_use]
pub fn allocation(note: XeroId<CreditNote>, invoice: XeroId<Invoice>) -> Look<CreditNote> {
    look(one::<CreditNote>(&note.to_string()), move |note: &CreditNote| {
        note.allocations.iter().flatten().any(|allocation| {
            let to = allocation.invoice.as_ref().and_then(|invoice| invoice.invoice_id);
            to == Some(invoice) && allocation.is_deleted != Some(true)
        })
    })
}

/// The bank transaction that made a prepayment or overpayment, among those changed since shortly before the intent: by its
/// kind and reference (`intent` in milliseconds since 1970), or by its line's text, because Xero documents references for plain ones only (API-FACTS 4.11).
#[must_use]
pub fn credit(kind: BankTransactionType, reference: &str, text: &str, intent: i64) -> Look<BankTransaction> {
    let (reference, text) = (reference.to_owned(), text.to_owned());
    let mut call = list::<BankTransaction>().with("page", "1").with("pageSize", habits::PAGE.to_string());
    call.since = Stamp::from_millis(intent - JOURNAL_OVERLAP);
    look(call, move |bank: &BankTransaction| {
        let says = |line: &LineItem| is(&line.description, &text);
        let by_text = bank.line_items.iter().flatten().any(says);
        bank.kind.as_ref() == Some(&kind) && (is(&bank.reference, &reference) || by_text)
    })
}

/// A file at a document by its name.
#[must_use]
pub fn attachment<T: Resource>(document: XeroId<T>, file_name: &str) -> Look<Attachment> {
    let wanted = file_name.to_owned();
    let path = format!("{}/{}/Attachments", T::PATH, segment(&document.to_string()));
    look(Call::read(path), move |file: &Attachment| is(&file.file_name, &wanted))
}

impl<T> Look<T> {
    /// What to ask.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Which of the answers are meant.
    #[must_use]
    pub fn of(&self, answers: Vec<T>) -> Found<T> {
        let mut found: Vec<T> = answers.into_iter().filter(|item| (self.matches)(item)).collect();
        match (found.pop(), found.is_empty()) {
            (None, _) => Found::None,
            (Some(one), true) => Found::One(Box::new(one)),
            (Some(last), false) => {
                found.push(last);
                Found::Several(found)
            }
        }
    }
}

impl Client {
    /// Looks.
    ///
    /// # Errors
    /// A `Failure`: then nothing is known. "Not found" is an answer and no failure.
    pub async fn look<T: Resource>(
        &self,
        tenant: Tenant,
        look: &Look<T>,
        priority: Priority,
    ) -> Result<Found<T>, Failure> {
        let items = match self.page::<T>(tenant, look.call.clone(), priority).await {
            Ok(page) => page.items,
            Err(Failure { reason: Reason::Xero(Cause::NotFound), .. }) => Vec::new(),
            Err(why) => return Err(why),
        };
        Ok(look.of(items))
    }
}
