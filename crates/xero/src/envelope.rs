//! The envelope of an answer: a list under its plural name, perhaps with a page block.
//!
//! `{"Id":…,"Status":"OK","pagination":{"page":1,"pageCount":9},"Invoices":[…]}` reads into a `Page<Invoice>`. The key is
//! matched ignoring case. If one element can't be read, the others are, and that one is listed as unreadable.
//!
//! Not here: elements of a write's answer (`element`), answers that aren't 200 (`outcome`).

use crate::resources::Resource;
use crate::text::Text;
use crate::{Stamp, XeroId};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where a page stands in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Pagination {
    /// This page, from 1.
    pub page: u32,
    /// Elements a page.
    pub page_size: u32,
    /// Pages in all.
    pub page_count: u32,
    /// Elements in all.
    pub item_count: u32,
}

/// An element that was there and could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its position in the list.
    pub position: usize,
    /// What was wrong and where.
    pub why: String,
}

/// The elements of one answer.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The elements that could be read.
    pub items: Vec<T>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
    /// Where this page stands; absent where Xero doesn't page, and on quotes.
    pub pagination: Option<Pagination>,
    /// Xero's clock when it answered.
    pub at: Option<Stamp>,
}

/// An answer without the list that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnEnvelope(pub String);

impl std::fmt::Display for NotAnEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAnEnvelope {}

/// The top level of an answer, its values untouched.
pub(crate) struct Envelope<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Envelope<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, NotAnEnvelope> {
        let fields: BTreeMap<Key<'a>, &'a RawValue> = serde_json::from_slice(body)
            .map_err(|e| NotAnEnvelope(format!("the answer is no JSON object: {e}")))?;
        Ok(Self(fields.into_iter().map(|(key, value)| (key.0.0.to_lowercase(), value)).collect()))
    }

    pub(crate) fn field<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(&name.to_lowercase())?.get()).ok()
    }

    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(&name.to_lowercase()).copied()
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Text<'a>);

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.0 == other.0.0
    }
}

impl Eq for Key<'_> {}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.0.cmp(&other.0.0)
    }
}

/// Reads the list of `T` in a 200 answer.
///
/// # Errors
/// The body is no JSON object, or has no list of that name.
pub fn read_page<T: Resource>(body: &[u8]) -> Result<Page<T>, NotAnEnvelope> {
    let envelope = Envelope::read(body)?;
    let list = envelope
        .raw(T::PLURAL)
        .ok_or_else(|| NotAnEnvelope(format!("the answer has no list named {}", T::PLURAL)))?;
    let (items, unreadable) = match T::list_from_json(list.get()) {
        Ok(items) => (items, Vec::new()),
        Err(_) => one_by_one(list)?,
    };
    let (pagination, at) = (envelope.field("pagination"), envelope.field("DateTimeUTC"));
    Ok(Page { items, unreadable, pagination, at })
}

fn one_by_one<T: Resource>(list: &RawValue) -> Result<(Vec<T>, Vec<Unreadable>), NotAnEnvelope> {
    let raw: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|e| NotAnEnvelope(format!("{} is no list: {e}", T::PLURAL)))?;
    let (mut items, mut unreadable) = (Vec::new(), Vec::new());
    for (position, element) in raw.into_iter().enumerate() {
        match T::from_json(element.get()) {
            Ok(item) => items.push(item),
            Err(why) => unreadable.push(Unreadable { position, why: why.to_string() }),
        }
    }
    Ok((items, unreadable))
}

/// The body of a write: `{"Invoices":[…]}`, each element already in bytes.
#[must_use]
pub fn wrap<T: Resource>(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut body = format!("{{\"{}\":[", T::PLURAL).into_bytes();
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(element);
    }
    body.extend_from_slice(b"]}");
    body
}

/// One organisation a token reaches (API-FACTS 1.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Connection {
    /// The connection's id; the one to disconnect.
    pub id: String,
    /// The consent it came from.
    pub auth_event_id: Option<String>,
    /// The value of the header `xero-tenant-id`.
    pub tenant_id: XeroId<Connection>,
    /// `ORGANISATION`, or something to leave alone.
    pub tenant_type: String,
    /// The organisation's name.
    pub tenant_name: Option<String>,
    /// When it was connected first.
    pub created_date_utc: Option<Stamp>,
    /// When it was connected last.
    pub updated_date_utc: Option<Stamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contact, Currency, Invoice};

    #[test]
    fn one_bad_element_spoils_no_other() {
        let body = br#"{"contacts":[{"ContactID":"x"},{"Name":"Nord","NewField":{"a":[1]}},{"Name":7}]}"#;
        let page: Page<Contact> = read_page(body).unwrap();
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].name.as_deref(), Some("Nord"));
        assert_eq!(page.unreadable.iter().map(|u| u.position).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn an_answer_of_something_else_is_no_empty_list() {
        assert!(read_page::<Invoice>(br#"{"Contacts":[]}"#).is_err());
        assert!(read_page::<Invoice>(b"<html>").is_err());
        assert!(read_page::<Invoice>(b"[]").is_err());
        assert!(read_page::<Invoice>(br#"{"Invoices":7}"#).is_err());
    }

    #[test]
    fn a_wrapped_body_reads_again() {
        let one = Currency { code: Some("EUR".into()), ..Currency::default() };
        let bytes = serde_json::to_vec(&one).unwrap();
        let body = wrap::<Currency>(&[bytes.clone(), bytes]);
        assert_eq!(read_page::<Currency>(&body).unwrap().items, [one.clone(), one]);
    }
}
