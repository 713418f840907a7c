//! What people do in Xero's own pages and no app can: restore a contact, merge two, void a prepayment, change the
//! plan or the tax registration.
//!
//! `org.merge_contacts(nord, nord_ltd, now)`: Nord is archived and says into whom it was merged; its documents are the
//! other's now (API-FACTS 4.5). Not here: what the API can do as well.

use jiff::Timestamp;

use super::document::{Document, Status};
use super::guid::Guid;
use super::posting::Backorders;
use super::{Books, Org};
use crate::exchange::EventType;

/// Whether an organisation is registered for its country's sales tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Registration {
    /// It is.
    #[default]
    Registered,
    /// It isn't: `PaysTax` is false.
    None,
}

impl Org {
    /// Makes an archived contact active again; whether there was one.
    pub fn restore_contact(&mut self, id: &str, now: Timestamp) -> bool {
        let Some(mut contact) = Guid::parse(id).and_then(|id| self.state.contacts.get(id)).cloned() else {
            return false;
        };
        let was_archived = contact.archived;
        (contact.archived, contact.merged_into, contact.updated) = (false, None, now.as_millisecond());
        self.notify_contact(contact.id, EventType::Update, now.as_millisecond());
        self.state.contacts.put(contact);
        was_archived
    }

    /// Merges one contact into another; whether both are there and active.
    pub fn merge_contacts(&mut self, loser: &str, survivor: &str, now: Timestamp) -> bool {
        let active =
            |id: &str| Guid::parse(id).filter(|id| self.state.contacts.get(*id).is_some_and(|c| !c.archived));
        let (Some(loser), Some(survivor)) = (active(loser), active(survivor)) else { return false };
        if loser == survivor {
            return false;
        }
        for books in Books::ALL {
            let mine = |d: &&Document| d.contact == loser;
            let moved: Vec<_> = books.table(&self.state).iter().filter(mine).cloned().collect();
            for mut document in moved {
                document.contact = survivor;
                self.put_document(document, books);
            }
        }
        if let Some(mut contact) = self.state.contacts.get(loser).cloned() {
            let at = now.as_millisecond();
            (contact.archived, contact.merged_into, contact.updated) = (true, Some(survivor), at);
            self.notify_contact(loser, EventType::Update, at);
            self.state.contacts.put(contact);
        }
        true
    }

    /// Voids a prepayment or overpayment that isn't used (API-FACTS 4.11: only pages can); whether there was one.
    pub fn void_credit(&mut self, id: &str, now: Timestamp) -> bool {
        let found = Guid::parse(id).and_then(|id| self.state.bank_transactions.get(id)).cloned();
        let is_free = |d: &Document| (d.kind.prepaid() || d.kind.overpaid()) && !d.settled();
        let Some(mut document) = found.filter(|d| is_free(d) && d.status == Status::Authorised) else {
            return false;
        };
        (document.status, document.updated) = (Status::Voided, now.as_millisecond());
        let posted = self.post_document(&mut document, Backorders::Refused, now.as_millisecond());
        self.put_document(document, Books::BankTransactions);
        posted.is_ok()
    }

    /// The plan the organisation pays for, e.g. `STARTER`.
    pub fn set_plan(&mut self, class: &str) {
        self.state.meta.settings.class = class.to_owned();
    }

    /// Whether it is registered for tax.
    pub fn set_registration(&mut self, registration: Registration) {
        self.state.meta.settings.registration = registration;
    }
}

#[cfg(test)]
mod tests {
    use crate::exchange::{Call, Method, UserRef};
    use crate::{Country, Org, seed};
    use serde_json::Value;

    fn call(org: &mut Org, method: Method, path: &str, body: &str) -> Value {
        let now = "2026-11-22T01:00:00Z".parse().expect("a time");
        let call = Call::new(method, path, UserRef::adviser()).with("includeArchived", "true");
        let answer = org.call(&if body.is_empty() { call } else { call.body(body) }, now);
        assert_eq!(answer.status, 200, "{path} {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    #[test]
    fn a_merged_contact_says_into_whom_and_its_bills_are_the_others() {
        let now = "2026-11-22T01:00:00Z".parse().expect("a time");
        let mut org = seed::demo(Country::Nz, 1, now);
        let bill = r#"{"Type":"ACCPAY","Contact":{"Name":"Nord"},"Date":"2026-11-20","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":5,"AccountCode":"429"}]}"#;
        let nord = call(&mut org, Method::Put, "Invoices", bill)["Invoices"][0].clone();
        let ost = call(&mut org, Method::Put, "Contacts", r#"{"Name":"Ost"}"#)["Contacts"][0].clone();
        let id = |value: &Value| value["ContactID"].as_str().expect("an id").to_owned();
        let (loser, survivor) = (id(&nord["Contact"]), id(&ost));
        assert!(!org.merge_contacts(&loser, &loser, now));
        assert!(org.merge_contacts(&loser, &survivor, now));
        assert!(!org.merge_contacts(&loser, &survivor, now), "it is archived by now");
        let path = format!("Invoices/{}", nord["InvoiceID"].as_str().expect("an id"));
        assert_eq!(call(&mut org, Method::Get, &path, "")["Invoices"][0]["Contact"]["Name"], "Ost");
        let read =
            |org: &mut Org| call(org, Method::Get, &format!("Contacts/{loser}"), "")["Contacts"][0].clone();
        let merged = read(&mut org);
        assert_eq!(
            (merged["ContactStatus"].as_str(), merged["MergedToContactID"].as_str()),
            (Some("ARCHIVED"), Some(&*survivor))
        );
        assert!(org.restore_contact(&loser, now));
        assert_eq!(read(&mut org)["ContactStatus"], "ACTIVE");
    }
}
