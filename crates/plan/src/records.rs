//! Contacts and items that a document needs and Xero doesn't have (DOC-8).
//!
//! Supplier Nord becomes contact `Nord` with account number NORD and our mark MB-P000003; item STEEL an untracked item of that
//! code with both accounts and taxes. Documents name them by id and code only, so that what people change on them in Xero
//! stays theirs. Not here: whether Xero has them already (`Question`).

use book::{Book, Day, Item, ItemId, PartyId, Stocking, Text};
use money::UnitPrice;
use xero::Decimal;

use crate::exchange::Exchange;
use crate::lists::{Account, Standing};
use crate::making::ITEM_CODE;
use crate::settings::{AccountRole, TaxSide};
use crate::sums::number;
use crate::tax;

/// Characters of a contact's name, its account number, an item's name and description.
const CONTACT_NAME: usize = 255;
const ACCOUNT_NUMBER: usize = 50;
const ITEM_NAME: usize = 50;
const ITEM_DESCRIPTION: usize = 4_000;

/// What a contact of ours is found by: its ContactNumber, which nobody can edit in Xero.
#[must_use]
pub fn contact_mark(party: PartyId) -> Text {
    format!("MB-P{:06}", u64::from(party.number()) + 1).into()
}

/// A supplier or customer as a new contact; empty for a party that isn't there.
#[must_use]
pub fn contact(book: &Book, exchange: &Exchange, id: PartyId) -> xero::Contact {
    let Some(row) = book.party(id) else { return xero::Contact::default() };
    let party = &row.record;
    let lists = exchange.lists();
    let is_subscribed =
        |currency: &money::Currency| *currency == book.base() || lists.currencies.contains(currency);
    let name = if party.name.trim().is_empty() { &party.code } else { &party.name };
    xero::Contact {
        name: Some(contact_name(name)),
        contact_number: Some(contact_mark(id).to_string()),
        account_number: Some(party.code.to_string()).filter(|code| code.chars().count() <= ACCOUNT_NUMBER),
        default_currency: party.currency.filter(is_subscribed).map(|currency| currency.code().to_owned()),
        ..xero::Contact::default()
    }
}

/// A name as Xero takes it (API-FACTS 4.5): no `<` and `>`, single blanks, none at the ends, 255 characters.
#[must_use]
pub fn contact_name(name: &str) -> String {
    let plain: String = name.chars().map(|one| if matches!(one, '<' | '>') { ' ' } else { one }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    first(&words, CONTACT_NAME).trim_end().to_owned()
}

fn first(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// Whether an item can be one in Xero: a longer part number goes into the lines' descriptions (DOC-9).
#[must_use]
pub fn is_item(item: &Item) -> bool {
    item.code.chars().count() <= ITEM_CODE
}

/// An item as a new, untracked item (TRK-1); empty for one that isn't there. What isn't known, an account or a tax rate, is left
/// out: lines say theirs themselves.
#[must_use]
pub fn item(book: &Book, exchange: &Exchange, id: ItemId) -> xero::Item {
    let Some(row) = book.item(id) else { return xero::Item::default() };
    let item = &row.record;
    let name = if item.name.trim().is_empty() { &item.code } else { &item.name };
    let (settings, lists) = (exchange.settings(), exchange.lists());
    let role = |role| {
        let account = settings.account(role, (item.category, None), Day::LAST);
        account.and_then(|account| lists.account(account))
    };
    let expense = || lists.account_of_code(item.expense_account.as_deref()?);
    let bought = match item.stocking {
        Stocking::Stocked => role(AccountRole::Purchases),
        Stocking::NonInventory => expense(),
    };
    let price = |account: Option<&Account>, price: Option<UnitPrice>, side| {
        Some(Box::new(item_price(exchange, item, account, price, side)))
    };
    xero::Item {
        code: Some(item.code.to_string()),
        name: Some(first(name, ITEM_NAME).trim().to_owned()),
        description: Some(first(name, ITEM_DESCRIPTION)),
        purchase_description: Some(first(name, ITEM_DESCRIPTION)),
        is_sold: Some(true),
        is_purchased: Some(true),
        purchase_details: price(bought, item.purchase_price, TaxSide::Purchases),
        sales_details: price(role(AccountRole::Sales), item.sales_price, TaxSide::Sales),
        ..xero::Item::default()
    }
}

fn item_price(
    exchange: &Exchange,
    item: &Item,
    account: Option<&Account>,
    price: Option<UnitPrice>,
    side: TaxSide,
) -> xero::ItemPrice {
    let account = account.filter(|account| account.standing == Standing::Active);
    let lists = exchange.lists();
    let is_registered = lists.organisation.as_ref().is_some_and(|organisation| organisation.pays_tax);
    let tax_type = account.filter(|_| is_registered).and_then(|account| {
        // No document, so no party's own preference.
        let wanted = tax::Wanted { side, percent: item.tax, class: &account.class, party: None };
        Some(tax::choose(lists, exchange.settings(), wanted)?.rate.tax_type.to_string())
    });
    let four_decimals =
        |price: UnitPrice| number(price.millionths()).rounded(4).map(|price| price.trimmed(2));
    xero::ItemPrice {
        unit_price: price.and_then(four_decimals).filter(|price: &Decimal| !price.is_zero()),
        account_code: account.map(|account| account.code.to_string()).filter(|code| !code.is_empty()),
        tax_type,
        ..xero::ItemPrice::default()
    }
}
