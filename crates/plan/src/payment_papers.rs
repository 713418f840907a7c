//! A payment of the book in Xero's terms: its day, amount, bank account, rate and reference (PAY-9).
//!
//! `PY-1: 61.00 USD at 0.61 from 100.00 NZD on 090, "INV 7 PY-1"`. The reference ends with the payment's number, our mark. The account
//! is the payment's own, else the role Bank's for the currency that was paid. Not here: which payments go (`payments`).

use book::{Content, Day, DocumentId, Text};
use money::Currency;
use xero::{Decimal, XeroId};

use crate::case::World;
use crate::exchange::Exchange;
use crate::lists::{Account, Lists, Standing};
use crate::paid::PaymentPaper;
use crate::payments::{Payee, decimal};
use crate::settings::{AccountRole, Settings};
use crate::why::{Because, Reason, Why};

/// What a payment of ours says, and our mark.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    pub(crate) paper: PaymentPaper,
    pub(crate) mark: Text,
}

/// What a payment of the book says in Xero; why it can't be said.
pub(crate) fn ours(payee: &Payee<'_>, id: DocumentId) -> Result<Ours, Why> {
    let World { book, exchange, .. } = payee.world;
    of(book, exchange, id).map_err(|account| {
        let number = book.document(id).map_or("", |document| document.number());
        let because = Because::new(Reason::PaymentAccount).with("payment", number);
        because.with("account", account).why(&payee.it)
    })
}

/// The same; what is wrong with the bank account.
pub(crate) fn of(book: &book::Book, exchange: &Exchange, id: DocumentId) -> Result<Ours, String> {
    said(book, exchange, id, book::Book::payments_of)
}

/// What an advance, or a refund of one, says in Xero; what is wrong with the bank account.
pub(crate) fn advance(book: &book::Book, exchange: &Exchange, id: DocumentId) -> Result<Ours, String> {
    said(book, exchange, id, book::Book::advances_of)
}

/// The same for any payment.
pub(crate) fn any(book: &book::Book, exchange: &Exchange, id: DocumentId) -> Result<Ours, String> {
    match crate::decide::advances::is_advance(book, id) {
        true => advance(book, exchange, id),
        false => of(book, exchange, id),
    }
}

/// Which of a document's payments are meant.
type These = fn(&book::Book, DocumentId) -> Option<book::BothSides<DocumentId, DocumentId>>;

fn said(book: &book::Book, exchange: &Exchange, id: DocumentId, these: These) -> Result<Ours, String> {
    let none = || "no payment is there".to_owned();
    let found = book.document(id).ok_or_else(none)?;
    let Content::Payment(payment) = found.content() else { return Err(none()) };
    let sides = these(book, payment.of).ok_or_else(none)?;
    let amount = sides.book.iter().find(|one| one.id == id).ok_or_else(none)?.amount.abs();
    let (currency, base) = (sides.currency, book.base());
    let account = account(exchange, payment.account.as_deref(), payment.amount.currency(), payment.day)?;
    let rate = payment.rate.filter(|_| currency != base);
    let is_base = payment.amount.currency() == base && currency != base;
    let reference = match payment.reference.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => format!("{text} {}", found.number()),
        None => found.number().to_owned(),
    };
    let paper = PaymentPaper {
        day: payment.day,
        amount: decimal(amount),
        account: Some(account),
        rate: rate.map(|rate| Decimal::new(i128::from(rate.millionths()), 6)),
        bank: is_base.then(|| decimal(payment.amount)),
        reference: reference.into(),
    };
    Ok(Ours { paper, mark: found.number().into() })
}

/// The bank account: by its code, its name or its id, else the role's.
fn account(
    exchange: &Exchange,
    named: Option<&str>,
    currency: Currency,
    day: Day,
) -> Result<XeroId<xero::Account>, String> {
    let lists = exchange.lists();
    let found = match named.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => by_name(lists, name).ok_or_else(|| format!("Xero has no account {name}"))?,
        None => {
            let id = bank(exchange.settings(), currency, day);
            let id = id.ok_or_else(|| "no account has the role Bank".to_owned())?;
            lists.account(id).ok_or_else(|| "Xero has the account of the role Bank no more".to_owned())?
        }
    };
    match found.standing {
        Standing::Active => Ok(found.id),
        Standing::Archived => Err(format!("account {found} is archived in Xero")),
        Standing::Gone => Err(format!("account {found} was deleted in Xero")),
    }
}

fn by_name<'a>(lists: &'a Lists, name: &str) -> Option<&'a Account> {
    lists.account_of_code(name).or_else(|| {
        let named = lists.accounts.iter().find(|one| one.name.trim().eq_ignore_ascii_case(name));
        named.or_else(|| lists.account(XeroId::read(name)?))
    })
}

/// The account of the role Bank for a currency, else for all.
pub(crate) fn bank(settings: &Settings, currency: Currency, day: Day) -> Option<XeroId<xero::Account>> {
    let fits = |one: &&crate::settings::Mapping| {
        one.role == AccountRole::Bank && one.from <= day && one.currency.is_none_or(|its| its == currency)
    };
    let rank = |one: &&crate::settings::Mapping| (one.currency.is_some(), one.from);
    settings.accounts.iter().filter(fits).max_by_key(rank).map(|one| one.account)
}

/// What people call an account in the book: its code, its name where it has none.
pub(crate) fn account_word(lists: &Lists, id: XeroId<xero::Account>) -> Option<Text> {
    let account = lists.account(id)?;
    Some(if account.code.is_empty() { account.name.clone() } else { account.code.clone() })
}
