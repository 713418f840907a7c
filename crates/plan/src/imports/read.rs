//! Xero's contacts, items and tracking categories as rows that can be imported.
//!
//! A contact's terms and currency are taken over where we have such terms; prices and tax come from an item's two sides.
//! Not here: what becomes of a row (`judge`).

use book::{PaymentTerms, Text};
use money::{Currency, UnitPrice};
use xero::statuses::{ContactStatus, PaymentTermType};

use super::Incoming;
use crate::lists::read::number;
use crate::lists::{Lists, Standing};
use crate::subject::Guid;

fn text(field: Option<&String>) -> Text {
    field.map_or("", |text| text.trim()).into()
}

/// An id of one kind as an id of any.
fn guid(id: impl ToString) -> Option<Guid> {
    Guid::read(&id.to_string()).filter(|id| !id.is_nothing())
}

/// Contacts; those without an id are left out.
#[must_use]
pub fn read_contacts(contacts: &[xero::Contact]) -> Vec<Incoming> {
    contacts.iter().filter_map(read_contact).collect()
}

fn read_contact(contact: &xero::Contact) -> Option<Incoming> {
    let terms = contact.payment_terms.as_ref();
    let term = |term: Option<&xero::PaymentTerm>| terms_of(term?);
    let defaults = [&contact.purchases_tracking_categories, &contact.sales_tracking_categories];
    let tracking = defaults
        .into_iter()
        .flatten()
        .flatten()
        .map(|one| (text(one.tracking_category_name.as_ref()), text(one.tracking_option_name.as_ref())));
    let mut tracking: Vec<(Text, Text)> = tracking.filter(|(_, option)| !option.is_empty()).collect();
    tracking.dedup();
    Some(Incoming {
        xero: guid(contact.contact_id?)?,
        code: text(contact.account_number.as_ref()),
        mark: text(contact.contact_number.as_ref()),
        name: text(contact.name.as_ref()),
        archived: !matches!(contact.contact_status, None | Some(ContactStatus::Active)),
        used_as: (contact.is_supplier == Some(true), contact.is_customer == Some(true)),
        currency: contact.default_currency.as_deref().and_then(|code| Currency::parse(code).ok()),
        terms: (
            term(terms.and_then(|terms| terms.bills.as_ref())),
            term(terms.and_then(|terms| terms.sales.as_ref())),
        ),
        tracking,
        ..Incoming::default()
    })
}

/// Xero's terms in ours; none where a number makes no sense.
fn terms_of(term: &xero::PaymentTerm) -> Option<PaymentTerms> {
    let number = term.day?;
    let days = || u16::try_from(number).ok().filter(|days| *days <= 3_660);
    let day = || u8::try_from(number).ok().filter(|day| (1..=31).contains(day));
    match term.kind.as_ref()? {
        PaymentTermType::DaysAfterDate => days().map(PaymentTerms::Days),
        PaymentTermType::DaysAfterMonth => days().map(PaymentTerms::DaysAfterMonth),
        PaymentTermType::OfCurrentMonth => day().map(PaymentTerms::DayOfMonth),
        PaymentTermType::OfFollowingMonth => day().map(PaymentTerms::DayOfNextMonth),
        PaymentTermType::Other(_) => None,
    }
}

/// Items; those without an id are left out.
#[must_use]
pub fn read_items(items: &[xero::Item]) -> Vec<Incoming> {
    items.iter().filter_map(read_item).collect()
}

fn read_item(item: &xero::Item) -> Option<Incoming> {
    let (bought, sold) = (item.purchase_details.as_deref(), item.sales_details.as_deref());
    let price = |side: Option<&xero::ItemPrice>| number(side?.unit_price, UnitPrice::parse);
    let tax = |side: Option<&xero::ItemPrice>| text(side.and_then(|side| side.tax_type.as_ref()));
    let description = [&item.description, &item.purchase_description].into_iter().flatten().next();
    let name = match text(item.name.as_ref()) {
        name if name.is_empty() => text(description),
        name => name,
    };
    let account = bought.and_then(|side| side.account_code.as_ref().or(side.cogs_account_code.as_ref()));
    Some(Incoming {
        xero: guid(item.item_id?)?,
        code: text(item.code.as_ref()),
        name,
        prices: (price(bought), price(sold)),
        taxes: (tax(bought), tax(sold)),
        account: text(account),
        tracked: item.is_tracked_as_inventory == Some(true),
        ..Incoming::default()
    })
}

/// The tracking categories that were last seen, active ones first; Xero has at most two active ones (IMP-6).
#[must_use]
pub fn read_categories(lists: &Lists) -> Vec<Incoming> {
    let usable = |standing: Standing| standing == Standing::Active;
    let mut read: Vec<Incoming> = lists
        .tracking
        .iter()
        .filter_map(|category| {
            let options = category.options.iter().filter(|option| usable(option.standing));
            Some(Incoming {
                xero: guid(category.id)?,
                name: category.name.clone(),
                archived: !usable(category.standing),
                options: options.filter_map(|option| Some((guid(option.id)?, option.name.clone()))).collect(),
                ..Incoming::default()
            })
        })
        .collect();
    read.sort_by_key(|category| category.archived);
    read
}
