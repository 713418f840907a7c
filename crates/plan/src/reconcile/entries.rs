//! Entries of Xero's that may not be ours, read for what they put on accounts, in base currency (REC-5).
//!
//! ```text
//! bank transaction "Carrier" 2026-04-02   845 Direct labour +120.00   (spent 138.00 with tax, at no rate)
//! ```
//! A foreign line's base amount is net ÷ rate, rounded to the cent, as Xero has it (API-FACTS 6.3). Not here: which are ours.

use book::{Day, Text};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use xero::statuses::{
    BankTransactionStatus, BankTransactionType, CreditNoteType, DocumentStatus, InvoiceType, LineAmountTypes,
    ManualJournalStatus,
};
use xero::{Decimal, XeroId};

use super::AccountId;
use crate::lists::Lists;
use crate::subject::Guid;

/// What kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A manual journal.
    ManualJournal,
    /// A sales invoice.
    Invoice,
    /// A bill.
    Bill,
    /// A credit note of either side.
    CreditNote,
    /// Money spent or received.
    BankTransaction,
}

impl EntryKind {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            EntryKind::ManualJournal => "manual journal",
            EntryKind::Invoice => "invoice",
            EntryKind::Bill => "bill",
            EntryKind::CreditNote => "credit note",
            EntryKind::BankTransaction => "bank transaction",
        }
    }
}

/// What an entry puts on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryLine {
    /// The account.
    pub account: AccountId,
    /// Base currency, debits positive.
    #[serde(with = "crate::number::text")]
    pub amount: Decimal,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: Guid,
    /// What kind.
    pub kind: EntryKind,
    /// What people know it by: its text, number or contact.
    pub name: Text,
    /// Its day.
    pub day: Day,
    /// Whether it stands in Xero's ledger: drafts and what is gone don't.
    pub counts: bool,
    /// Its lines that name an account.
    pub lines: Vec<EntryLine>,
}

impl Entry {
    /// What it puts on an account.
    #[must_use]
    pub fn on(&self, account: AccountId, base: Currency) -> Amount {
        let lines = self.lines.iter().filter(|line| line.account == account);
        lines.filter_map(|line| amount(line.amount, base)).fold(Amount::ZERO, super::sum)
    }
}

/// Xero's number in minor units of the base currency; none beyond any amount.
pub(crate) fn amount(number: Decimal, base: Currency) -> Option<Amount> {
    let rounded = number.rounded(base.minor_digits())?;
    Amount::parse(&rounded.trimmed(base.minor_digits()).to_string(), base).ok()
}

/// Foreign money in base currency, rounded to the cent.
pub(crate) fn to_base(number: Decimal, rate: Option<Decimal>) -> Option<Decimal> {
    match rate.filter(|rate| !rate.is_zero() && *rate != Decimal::new(1, 0)) {
        None => Some(number),
        Some(rate) => number.divided(rate, 2),
    }
}

fn minus(number: Decimal) -> Decimal {
    Decimal::ZERO.minus(number).unwrap_or_default()
}

/// Whether what is bought, or what is sold, is debited.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Debits {
    Lines,
    OtherSide,
}

fn text(texts: &[Option<&str>]) -> Text {
    let first = texts.iter().flatten().map(|text| text.trim()).find(|text| !text.is_empty());
    first.unwrap_or("without a name").chars().take(80).collect::<String>().into()
}

fn day(day: Option<xero::Day>) -> Option<Day> {
    let day = day?;
    day.to_string().parse().ok()
}

/// The lines of a document or bank transaction, without their tax, in base currency.
fn lines(
    lines: &Option<Vec<xero::LineItem>>,
    amounts: Option<&LineAmountTypes>,
    rate: Option<Decimal>,
    (debits, lists): (Debits, &Lists),
) -> Vec<EntryLine> {
    let read = lines.iter().flatten().filter_map(|line| {
        let by_code = || lists.account_of_code(line.account_code.as_deref()?).map(|one| one.id);
        let account = line.account_id.filter(|id| !id.is_nothing()).or_else(by_code)?;
        let inside = match amounts {
            Some(LineAmountTypes::Inclusive) => line.tax_amount.unwrap_or_default(),
            _ => Decimal::ZERO,
        };
        let net = to_base(line.line_amount?.minus(inside)?, rate)?;
        let amount = if debits == Debits::Lines { net } else { minus(net) };
        Some(EntryLine { account, amount })
    });
    read.collect()
}

/// A manual journal. Its lines count without tax.
#[must_use]
pub fn manual_journal(journal: &xero::ManualJournal, lists: &Lists) -> Option<Entry> {
    let inclusive = journal.line_amount_types == Some(LineAmountTypes::Inclusive);
    let read = journal.journal_lines.iter().flatten().filter_map(|line| {
        let by_code = || lists.account_of_code(line.account_code.as_deref()?).map(|one| one.id);
        let account = line.account_id.filter(|id| !id.is_nothing()).or_else(by_code)?;
        let tax = line.tax_amount.filter(|_| inclusive).unwrap_or_default();
        Some(EntryLine { account, amount: line.line_amount?.minus(tax)? })
    });
    Some(Entry {
        id: journal.manual_journal_id?.cast(),
        kind: EntryKind::ManualJournal,
        name: text(&[journal.narration.as_deref()]),
        day: day(journal.date)?,
        counts: journal.status == Some(ManualJournalStatus::Posted),
        lines: read.collect(),
    })
}

fn posts(status: &Option<DocumentStatus>) -> bool {
    matches!(status, Some(DocumentStatus::Authorised | DocumentStatus::Paid))
}

fn whose(contact: &Option<Box<xero::Contact>>) -> Option<&str> {
    contact.as_ref().and_then(|contact| contact.name.as_deref())
}

/// A sales invoice or bill.
#[must_use]
pub fn invoice(invoice: &xero::Invoice, lists: &Lists) -> Option<Entry> {
    let (kind, debits) = match invoice.kind.as_ref()? {
        InvoiceType::Sale => (EntryKind::Invoice, Debits::OtherSide),
        InvoiceType::Bill => (EntryKind::Bill, Debits::Lines),
        _ => return None,
    };
    Some(Entry {
        id: invoice.invoice_id?.cast(),
        kind,
        name: text(&[
            invoice.invoice_number.as_deref(),
            invoice.reference.as_deref(),
            whose(&invoice.contact),
        ]),
        day: day(invoice.date)?,
        counts: posts(&invoice.status),
        lines: lines(
            &invoice.line_items,
            invoice.line_amount_types.as_ref(),
            invoice.currency_rate,
            (debits, lists),
        ),
    })
}

/// A credit note of either side.
#[must_use]
pub fn credit_note(note: &xero::CreditNote, lists: &Lists) -> Option<Entry> {
    let debits = match note.kind.as_ref()? {
        CreditNoteType::Sale => Debits::Lines,
        CreditNoteType::Bill => Debits::OtherSide,
        CreditNoteType::Other(_) => return None,
    };
    Some(Entry {
        id: note.credit_note_id?.cast(),
        kind: EntryKind::CreditNote,
        name: text(&[note.credit_note_number.as_deref(), note.reference.as_deref(), whose(&note.contact)]),
        day: day(note.date)?,
        counts: posts(&note.status),
        lines: lines(&note.line_items, note.line_amount_types.as_ref(), note.currency_rate, (debits, lists)),
    })
}

/// Money spent or received. Overpayments stand on Xero's own accounts, transfers on banks.
#[must_use]
pub fn bank_transaction(transaction: &xero::BankTransaction, lists: &Lists) -> Option<Entry> {
    use BankTransactionType as Kind;
    let debits = match transaction.kind.as_ref()? {
        Kind::Spend | Kind::SpendPrepayment => Debits::Lines,
        Kind::Receive | Kind::ReceivePrepayment => Debits::OtherSide,
        Kind::ReceiveOverpayment | Kind::SpendOverpayment | Kind::ReceiveTransfer | Kind::SpendTransfer => {
            return None;
        }
        Kind::Other(_) => return None,
    };
    let amounts = transaction.line_amount_types.as_ref();
    Some(Entry {
        id: transaction.bank_transaction_id.map(XeroId::cast)?,
        kind: EntryKind::BankTransaction,
        name: text(&[transaction.reference.as_deref(), whose(&transaction.contact)]),
        day: day(transaction.date)?,
        counts: transaction.status == Some(BankTransactionStatus::Authorised),
        lines: lines(&transaction.line_items, amounts, transaction.currency_rate, (debits, lists)),
    })
}
