//! Contacts (API-FACTS 4.5): matching by id, number or name; unique names among the active; archived ones are closed.
//!
//! Example: `POST` of a known name in other case updates that contact; `PUT` of it is refused. How a contact is
//! shown, alone and inside documents, is in `shown.rs`.

use super::contact_lists::read_lists;
use super::filter::{Field, fold};
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{Address, Contact, Phone};
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View};
use super::shown::ContactForm;
use super::table::Table;
use super::{Org, State};
use crate::exchange::{EventType, Method};

pub(crate) struct Contacts;

pub(crate) const ARCHIVED: &str = "The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.";
const UNNAMED: &str = "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber";

/// (key, longest): the plain texts of a contact, in the order of `texts`.
const TEXTS: &[(&str, usize)] = &[
    ("ContactNumber", 50),
    ("AccountNumber", 50),
    ("FirstName", 255),
    ("LastName", 255),
    ("EmailAddress", 255),
    ("BankAccountDetails", 255),
    ("CompanyNumber", 50),
    ("TaxNumber", 50),
    ("AccountsReceivableTaxType", 50),
    ("AccountsPayableTaxType", 50),
    ("DefaultCurrency", 3),
];

fn texts(c: &mut Contact) -> [&mut Option<String>; 11] {
    [
        &mut c.number,
        &mut c.account_number,
        &mut c.first_name,
        &mut c.last_name,
        &mut c.email,
        &mut c.bank_account,
        &mut c.company_number,
        &mut c.tax_number,
        &mut c.receivable_tax,
        &mut c.payable_tax,
        &mut c.currency,
    ]
}

/// Keys of `Address::parts` with their limits.
pub(crate) const ADDRESS: &[(&str, usize)] = &[
    ("AddressLine1", 500),
    ("AddressLine2", 500),
    ("AddressLine3", 500),
    ("AddressLine4", 500),
    ("City", 255),
    ("Region", 255),
    ("PostalCode", 50),
    ("Country", 50),
    ("AttentionTo", 255),
];

/// Keys of `Phone::parts` with their limits.
pub(crate) const PHONE: &[(&str, usize)] =
    &[("PhoneNumber", 50), ("PhoneAreaCode", 10), ("PhoneCountryCode", 20)];

impl Resource for Contacts {
    type Row = Contact;
    const PLURAL: &'static str = "Contacts";
    const SINGULAR: &'static str = "Contact";
    const ID: &'static str = "ContactID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<Contact> {
        &state.contacts
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.state.contacts.with_key('k', &key.to_lowercase()).next().map(|c| c.id)
    }

    fn enforces_paging(ctx: &Ctx<'_>) -> bool {
        ctx.asks("summaryOnly")
    }

    fn keeps(_org: &Org, c: &Contact, ctx: &Ctx<'_>) -> bool {
        let asked = ctx.asks("includeArchived") || ctx.call.parameter("IDs").is_some();
        let term = ctx.call.parameter("searchTerm").map(fold);
        let found = |term: &String| {
            let more = [&c.first_name, &c.last_name, &c.number, &c.email, &c.company_number];
            let mut all = std::iter::once(&c.name).chain(more.into_iter().flatten());
            all.any(|text| fold(text).contains(term.as_str()))
        };
        (!c.archived || asked) && term.as_ref().is_none_or(found)
    }

    fn field(_org: &Org, c: &Contact, path: &str) -> Option<Field> {
        Some(match path {
            "contactid" => Field::Guid(c.id),
            "contactnumber" => Field::maybe(c.number.as_deref()),
            "accountnumber" => Field::maybe(c.account_number.as_deref()),
            "contactstatus" => Field::text(if c.archived { "ARCHIVED" } else { "ACTIVE" }),
            "name" => Field::text(&c.name),
            "firstname" => Field::maybe(c.first_name.as_deref()),
            "lastname" => Field::maybe(c.last_name.as_deref()),
            "emailaddress" => Field::maybe(c.email.as_deref()),
            "companynumber" => Field::maybe(c.company_number.as_deref()),
            "taxnumber" => Field::maybe(c.tax_number.as_deref()),
            "issupplier" => Field::Flag(c.supplier),
            "iscustomer" => Field::Flag(c.customer),
            "defaultcurrency" => Field::maybe(c.currency.as_deref()),
            "updateddateutc" => Field::Instant(c.updated),
            _ => return None,
        })
    }

    fn write(org: &Org, c: &Contact, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        let form = match view {
            View::Written => ContactForm::Written,
            View::Single => ContactForm::Single,
            _ if ctx.asks("summaryOnly") => ContactForm::Summary,
            View::Page => ContactForm::Page,
            View::List => ContactForm::List,
        };
        org.write_contact(c, form, ctx, out);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let found = match org.match_contact(f, target)? {
            Some(contact) if ctx.call.method == Method::Put => {
                let name = if f.guid("ContactID").is_some() {
                    contact.name
                } else {
                    f.text("Name").unwrap_or_default()
                };
                let unique = "The contact name must be unique across all active contacts.";
                let message =
                    format!("The contact name {name} is already assigned to another contact. {unique}");
                return Err(Refusal::from(message).echoed(|out| echo(f, Guid::ZERO, out)));
            }
            found => found,
        };
        let id = found.as_ref().map_or(Guid::ZERO, |c| c.id);
        org.save_contact(f, found, ctx).map_err(|refusal| refusal.echoed(|out| echo(f, id, out)))
    }
}

/// A refused contact: what was sent, in Xero's order.
fn echo(f: &Fields<'_>, id: Guid, out: &mut Out) {
    out.guid("ContactID", id);
    for key in
        ["ContactNumber", "AccountNumber", "ContactStatus", "Name", "FirstName", "LastName", "EmailAddress"]
    {
        out.maybe(key, f.text(key).as_deref());
    }
    let listed = |key: &str| f.list(key).unwrap_or_default();
    out.objects("Addresses", listed("Addresses"), |out, a| {
        let keys = std::iter::once("AddressType").chain(ADDRESS.iter().map(|k| k.0));
        keys.for_each(|key| out.maybe(key, a.text(key).as_deref()));
        out.empty_lists(&["ValidationErrors"]);
    });
    out.objects("Phones", listed("Phones"), |out, p| {
        let keys = std::iter::once("PhoneType").chain(PHONE.iter().map(|k| k.0));
        keys.for_each(|key| out.maybe(key, p.text(key).as_deref()));
        out.empty_lists(&["ValidationErrors"]);
    });
    out.empty_lists(&["ContactGroups"]);
    for key in ["IsSupplier", "IsCustomer"] {
        if let Some(flag) = f.flag(key) {
            out.flag(key, flag);
        }
    }
    out.empty_lists(&["ContactPersons"]);
    out.flag("HasValidationErrors", true);
}

impl Org {
    /// The contact an element names: by the path's id, its ContactID, ContactNumber or Name.
    pub(crate) fn match_contact(
        &self,
        f: &Fields<'_>,
        target: Option<Guid>,
    ) -> Result<Option<Contact>, Refusal> {
        if let Some(id) = target.or_else(|| f.guid("ContactID")) {
            return self.state.contacts.get(id).cloned().map(Some).ok_or(Refusal::NotFound);
        }
        let number = f.filled("ContactNumber").map(|n| n.trim().to_lowercase());
        if let Some(found) = number.and_then(|n| self.state.contacts.with_key('k', &n).next()) {
            return Ok(Some(found.clone()));
        }
        let name = f.filled("Name").map(|n| n.trim().to_lowercase());
        let named: Vec<&Contact> =
            name.map(|n| self.state.contacts.with_key('n', &n).collect()).unwrap_or_default();
        let active = named.iter().find(|c| !c.archived).or_else(|| named.first());
        Ok(active.map(|c| (*c).clone()))
    }

    /// Writes what was sent over a contact, or makes a new one.
    pub(crate) fn save_contact(
        &mut self,
        f: &Fields<'_>,
        found: Option<Contact>,
        ctx: &Ctx<'_>,
    ) -> Result<Saved, Refusal> {
        if found.as_ref().is_some_and(|c| c.archived) {
            return Err(ARCHIVED.into());
        }
        let created = found.is_none();
        let mut c = match found {
            Some(contact) => contact,
            None => fresh(self.new_id()),
        };
        let mut wrong = Vec::new();
        if let Some(name) = f.text_of("Name", 255) {
            c.name = name.trim().to_owned();
        }
        if c.name.is_empty() {
            wrong.push(UNNAMED.to_owned());
        }
        if c.name.contains(['<', '>']) {
            wrong.push(ours("the contact name must not contain < or >"));
        }
        let twin =
            self.state.contacts.with_key('n', &c.name.to_lowercase()).any(|o| o.id != c.id && !o.archived);
        if twin {
            let unique = "The contact name must be unique across all active contacts.";
            wrong.push(format!(
                "The contact name {} is already assigned to another contact. {unique}",
                c.name
            ));
        }
        for ((key, max), slot) in TEXTS.iter().zip(texts(&mut c)) {
            if let Some(text) = f.text_of(key, *max) {
                *slot = Some(text);
            }
        }
        let number = c.number.as_deref().filter(|n| !n.is_empty()).map(str::to_lowercase);
        if number.is_some_and(|n| self.state.contacts.with_key('k', &n).any(|o| o.id != c.id)) {
            wrong.push(ours("ContactNumber is already assigned to another contact"));
        }
        if c.email.as_deref().is_some_and(|e| !e.is_empty() && !plausible_email(e)) {
            wrong.push("Email address must be valid".to_owned());
        }
        if c.currency.as_deref().is_some_and(|code| !code.is_empty() && !self.has_currency(code)) {
            let code = c.currency.clone().unwrap_or_default();
            wrong.push(format!("Organisation is not subscribed to currency {code}"));
        }
        read_lists(f, &mut c, &mut wrong);
        match f.filled("ContactStatus").map(|s| s.to_uppercase()).as_deref() {
            None | Some("ACTIVE") => {}
            Some("ARCHIVED") if !created => c.archived = true,
            Some(other) => wrong.push(ours(&format!("ContactStatus cannot become {other}"))),
        }
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        c.updated = ctx.now;
        let (id, archived) = (c.id, c.archived);
        self.state.contacts.put(c);
        let event = if created { EventType::Create } else { EventType::Update };
        self.notify_contact(id, event, ctx.now);
        let changes = if created {
            "Created"
        } else if archived {
            "Archived"
        } else {
            "Edited"
        };
        self.note(id, changes, format!("Contact {} through the API", changes.to_lowercase()), ctx);
        Ok(Saved { id, warnings: Vec::new() })
    }

    /// The contact of a document, by id or (where allowed) matched or made by name.
    pub(crate) fn document_contact(
        &mut self,
        f: &Fields<'_>,
        inline: Inline,
        ctx: &Ctx<'_>,
    ) -> Result<Option<Guid>, Refusal> {
        let Some(sent) = f.object("Contact") else { return Ok(None) };
        let found = self.match_contact(&sent, None)?;
        if found.as_ref().is_some_and(|c| c.archived) {
            return Err(ARCHIVED.into());
        }
        let named = ["Name", "ContactID", "ContactNumber"].iter().any(|key| sent.filled(key).is_some());
        if !named {
            return Err(UNNAMED.into());
        }
        // Fields beside the identifying ones overwrite the contact (API-FACTS 4.5).
        let plain = [
            "FirstName",
            "LastName",
            "EmailAddress",
            "Addresses",
            "Phones",
            "ContactPersons",
            "AccountNumber",
        ];
        let overwrites = sent.guid("ContactID").is_none() && plain.iter().any(|key| sent.has(key));
        match found {
            Some(contact) if !overwrites => Ok(Some(contact.id)),
            None if inline == Inline::MustExist => {
                Err("A Contact must be specified for this type of transaction".into())
            }
            found => self.save_contact(&sent, found, ctx).map(|saved| Some(saved.id)),
        }
    }
}

/// Whether a document may make a new contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Makes,
    MustExist,
}

fn plausible_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let plain = !text.chars().any(char::is_whitespace);
    plain
        && !user.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains('@')
}

/// A new contact with the empty slots Xero makes up (recorded).
fn fresh(id: Guid) -> Contact {
    let empty = || Some(String::new());
    let address = |kind: &str| {
        let parts = [None, None, None, None, empty(), empty(), empty(), empty(), None];
        Address { kind: kind.to_owned(), parts }
    };
    let phone = |kind: &&str| Phone { kind: (*kind).to_owned(), parts: [empty(), empty(), empty()] };
    Contact {
        id,
        bank_account: empty(),
        addresses: vec![address("STREET"), address("POBOX")],
        phones: ["DEFAULT", "DDI", "FAX", "MOBILE"].iter().map(phone).collect(),
        by_api: true,
        ..Contact::default()
    }
}
