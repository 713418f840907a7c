//! The lists inside a sent contact: addresses, phones, persons, default accounts, payment terms.

use super::contacts::{ADDRESS, PHONE};
use super::input::{Fields, ours};
use super::records::{Contact, Person};

const DEFAULTS: &[&str] = &[
    "SalesDefaultAccountCode",
    "PurchasesDefaultAccountCode",
    "SalesDefaultLineAmountType",
    "PurchasesDefaultLineAmountType",
];

/// Reads them over what the contact has; persons are replaced as a whole.
pub(crate) fn read_lists(f: &Fields<'_>, c: &mut Contact, wrong: &mut Vec<String>) {
    for sent in f.list("Addresses").unwrap_or_default() {
        let kind = sent.filled("AddressType").unwrap_or_default().to_uppercase();
        match c.addresses.iter_mut().find(|a| a.kind == kind) {
            Some(address) => {
                for ((key, max), slot) in ADDRESS.iter().zip(&mut address.parts) {
                    *slot = sent.text_of(key, *max).or(slot.take());
                }
            }
            None => wrong.push(ours(&format!("AddressType '{kind}' is not POBOX or STREET"))),
        }
        wrong.extend(sent.problems());
    }
    for sent in f.list("Phones").unwrap_or_default() {
        let kind = sent.filled("PhoneType").unwrap_or_default().to_uppercase();
        match c.phones.iter_mut().find(|p| p.kind == kind) {
            Some(phone) => {
                for ((key, max), slot) in PHONE.iter().zip(&mut phone.parts) {
                    *slot = sent.text_of(key, *max).or(slot.take());
                }
            }
            None if kind == "OFFICE" => {}
            None => wrong.push(ours(&format!("PhoneType '{kind}' is not DEFAULT, DDI, MOBILE or FAX"))),
        }
        wrong.extend(sent.problems());
    }
    if let Some(persons) = f.list("ContactPersons") {
        if persons.len() > 5 {
            wrong.push(ours(&format!("a contact has at most 5 ContactPersons, {} were sent", persons.len())));
        }
        let read = |p: &Fields<'_>| Person {
            first_name: p.text("FirstName").unwrap_or_default(),
            last_name: p.text("LastName").unwrap_or_default(),
            email: p.text("EmailAddress").unwrap_or_default(),
            included: p.flag("IncludeInEmails").unwrap_or(false),
        };
        c.persons = persons.iter().map(read).collect();
    }
    for key in DEFAULTS {
        if let Some(value) = f.text_of(key, 50) {
            c.defaults.retain(|(k, _)| k != key);
            c.defaults.push(((*key).to_owned(), value));
        }
    }
    let Some(terms) = f.object("PaymentTerms") else { return };
    for side in ["Bills", "Sales"] {
        let Some(term) = terms.object(side) else { continue };
        let kind = term.filled("Type").unwrap_or_default().to_uppercase();
        let day = term.number("Day").and_then(|d| u32::try_from(d).ok()).unwrap_or(0);
        let monthly = ["OFCURRENTMONTH", "OFFOLLOWINGMONTH"].contains(&kind.as_str());
        if monthly && !(1..=31).contains(&day) {
            let named = if side == "Sales" { "Sales Invoices" } else { "Bills" };
            let rest = "must be between 1 and 31 when set to the following (or current) month";
            wrong.push(format!("Due Date for {named} {rest}"));
        } else if !monthly && !["DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH"].contains(&kind.as_str()) {
            wrong.push(ours(&format!("payment terms of type '{kind}' do not exist")));
        }
        c.terms.retain(|t| t.0 != side);
        c.terms.push((side.to_owned(), day, kind));
    }
}
