//! One call to the Accounting API, built and not yet sent: the exact bytes, and the key under which they may go twice.
//!
//! 120 invoices make three creates (50, 50, 20). A create is a PUT, so that a number in use is an answer and not an edit;
//! a POST is refused here unless every element has its id. The bytes and the key of a call are fixed before it is
//! sent, so that a caller can store them first and send the same again within the key's life.
//!
//! Not here: sending (`send`), what came of it (`xero::outcome`).

use crate::habits::{self, Habit};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use world::{Chance, Method, Moment, identifier};
use xero::outcome::Deed;
use xero::{Resource, Stamp, XeroId, envelope};

/// How long we trust a key; Xero forgets it after six minutes (API-FACTS 2.8).
pub const KEY_LIFE: Duration = Duration::from_secs(5 * 60);
/// Bytes of one write; Xero takes 10 MB and advises 3.5.
pub const MOST_BYTES: usize = 3_000_000;
/// Bytes that Xero refuses.
pub const LIMIT_BYTES: usize = 10_000_000;
/// How far back before the last look a look begins: clocks differ, and Xero counts whole seconds.
pub const OVERLAP: Duration = Duration::from_secs(120);

/// A key under which Xero does a thing once, for as long as it remembers the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    text: String,
    first_sent: Option<Moment>,
}

impl Key {
    /// A key nobody used.
    #[must_use]
    pub fn fresh(chance: &dyn Chance) -> Self {
        Self { text: identifier(chance), first_sent: None }
    }

    /// A key from the log, with when it was first sent.
    #[must_use]
    pub fn stored(text: String, first_sent: Option<Moment>) -> Self {
        Self { text, first_sent }
    }

    /// As it goes into the header.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When it was first sent.
    #[must_use]
    pub fn first_sent(&self) -> Option<Moment> {
        self.first_sent
    }

    /// Whether the same bytes may be sent under it now.
    #[must_use]
    pub fn usable(&self, now: Moment) -> bool {
        self.first_sent.is_none_or(|first| now < first.plus(KEY_LIFE))
    }

    pub(crate) fn sent(&mut self, now: Moment) {
        self.first_sent.get_or_insert(now);
    }
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What kind of call, for what its failure means.
    pub deed: Deed,
    /// The method.
    pub method: Method,
    /// The path below the API's root, encoded: `Invoices/254591b2-…`.
    pub path: String,
    /// Names and values of the query.
    pub query: Vec<(&'static str, String)>,
    /// Only what changed since, minus the overlap.
    pub since: Option<Stamp>,
    /// What we want to read.
    pub accept: &'static str,
    /// What the body is.
    pub content_type: &'static str,
    /// The body; empty for none.
    pub body: Arc<[u8]>,
    /// The idempotency key; writes only.
    pub key: Option<Key>,
}

pub(crate) const JSON: &str = "application/json";
/// What stays as it is in a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One part of a path, encoded: a number with a slash in it stays one part.
#[must_use]
pub fn segment(text: &str) -> String {
    match text {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(text, SEGMENT).to_string(),
    }
}

impl Call {
    fn new(deed: Deed, method: Method, path: String) -> Self {
        let (query, body) = (Vec::new(), Arc::from([]));
        Self { deed, method, path, query, since: None, accept: JSON, content_type: JSON, body, key: None }
    }

    /// A read of any path.
    #[must_use]
    pub fn read(path: impl Into<String>) -> Self {
        Self::new(Deed::Read, Method::Get, path.into())
    }

    /// A removal. Xero takes no key for it; removing twice does no more than removing once.
    #[must_use]
    pub fn remove(path: impl Into<String>) -> Self {
        Self::new(Deed::Delete, Method::Delete, path.into())
    }

    /// One more part of the query.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Only what changed since this moment, or shortly before.
    #[must_use]
    pub fn changed_since(mut self, moment: Stamp) -> Self {
        let overlap = i64::try_from(OVERLAP.as_millis()).unwrap_or(0);
        self.since = Stamp::from_millis(moment.millis() - overlap).or(Some(moment));
        self
    }

    fn write(deed: Deed, method: Method, path: String, body: Vec<u8>, chance: &dyn Chance) -> Self {
        let mut call = Self::new(deed, method, path);
        call.body = body.into();
        call.key = Some(Key::fresh(chance));
        call
    }

    /// The address below `root`.
    #[must_use]
    pub fn url(&self, root: &str) -> String {
        let mut url = format!("{}/{}", root.trim_end_matches('/'), self.path);
        if !self.query.is_empty() {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
            url.push('?');
            url.push_str(&query);
        }
        url
    }
}

/// A write of elements, with what was asked, to hold against the answer.
#[derive(Clone, Debug)]
pub struct Write<T> {
    /// The call; its bytes and key may be stored before it is sent.
    pub call: Call,
    /// The elements in the order sent.
    pub asked: Vec<T>,
}

/// Why a write is refused before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSendable {
    /// An element of a create has an id already (position).
    HasId(usize),
    /// An element of an update has no id (position): Xero would guess by number or name, or create.
    NoId(usize),
    /// An element alone is larger than Xero takes (position, bytes).
    TooLarge(usize, usize),
    /// An element can't be written (position, why).
    Unwritable(usize, String),
    /// Lines Xero holds that an update would silently delete.
    LinesLost(Vec<String>),
    /// A file name Xero can't keep.
    FileName(String),
}

impl fmt::Display for NotSendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HasId(at) => write!(f, "element {at} has an id: it exists, so it is updated, not created"),
            Self::NoId(at) => write!(f, "element {at} has no id: without one Xero may edit another document"),
            Self::TooLarge(at, bytes) => {
                write!(f, "element {at} has {bytes} bytes; Xero takes {LIMIT_BYTES} in all")
            }
            Self::Unwritable(at, why) => write!(f, "element {at} can't be written: {why}"),
            Self::LinesLost(ids) => {
                write!(f, "the update leaves out lines {} and Xero would delete them", ids.join(", "))
            }
            Self::FileName(name) => {
                write!(
                    f,
                    "{name:?} is no file name Xero keeps: leave out < > : \" / \\ ? * | + #, and give it an ending"
                )
            }
        }
    }
}

impl std::error::Error for NotSendable {}

/// Creates: as few PUTs as count and bytes allow.
///
/// # Errors
/// An element that has an id, is too large, or can't be written.
pub fn create<T: Resource>(elements: &[T], chance: &dyn Chance) -> Result<Vec<Write<T>>, NotSendable> {
    create_under(T::PATH.to_owned(), elements, chance)
}

/// Creates below another record: `CreditNotes/{id}/Allocations`, `TrackingCategories/{id}/Options`.
///
/// # Errors
/// As `create`.
pub fn create_under<T: Resource>(
    path: String,
    elements: &[T],
    chance: &dyn Chance,
) -> Result<Vec<Write<T>>, NotSendable> {
    if let Some(at) = elements.iter().position(|element| element.id().is_some()) {
        return Err(NotSendable::HasId(at));
    }
    batches(elements, habits::of(T::PATH), |body| {
        Call::write(Deed::Create, Method::Put, path.clone(), body, chance)
    })
}

/// Updates: POSTs in which every element has its id, many in one where Xero takes many.
///
/// # Errors
/// An element without id, too large, or unwritable.
pub fn update<T: Resource>(elements: &[T], chance: &dyn Chance) -> Result<Vec<Write<T>>, NotSendable> {
    let missing = |element: &T| element.id().is_none_or(XeroId::is_nothing);
    if let Some(at) = elements.iter().position(missing) {
        return Err(NotSendable::NoId(at));
    }
    let habit = habits::of(T::PATH);
    let post = |path: String, body| Call::write(Deed::Update, Method::Post, path, body, chance);
    if habit.many_updates {
        return batches(elements, habit, |body| post(T::PATH.to_owned(), body));
    }
    let mut writes = Vec::new();
    for element in elements {
        let id = element.id().unwrap_or_default();
        let one = Habit { summarize: false, listed: habit.listed_updates, ..habit };
        writes.extend(batches(std::slice::from_ref(element), one, |body| {
            post(format!("{}/{id}", T::PATH), body)
        })?);
    }
    Ok(writes)
}

/// An update below another record: `TrackingCategories/{id}/Options/{id}`; also for kinds without ids (`TaxRates`).
///
/// # Errors
/// The element can't be written.
pub fn update_at<T: Resource>(
    path: String,
    element: &T,
    chance: &dyn Chance,
) -> Result<Write<T>, NotSendable> {
    let habit = habits::of(T::PATH);
    let habit = Habit { summarize: false, listed: habit.listed_updates, ..habit };
    let mut writes = batches(std::slice::from_ref(element), habit, |body| {
        Call::write(Deed::Update, Method::Post, path.clone(), body, chance)
    })?;
    writes.pop().ok_or(NotSendable::NoId(0))
}

/// Asks Xero to e-mail a sales invoice to its contact (API-FACTS 4.7).
#[must_use]
pub fn email(id: XeroId<xero::Invoice>, chance: &dyn Chance) -> Call {
    Call::write(Deed::Update, Method::Post, format!("Invoices/{id}/Email"), b"{}".to_vec(), chance)
}

/// Deletes what is deleted by a status: payments and batches of them. The body is bare, as Xero's file has it.
///
/// # Errors
/// The kind has no such status.
pub fn delete_by_status<T: Resource>(id: XeroId<T>, chance: &dyn Chance) -> Result<Write<T>, NotSendable> {
    const BODY: &str = "{\"Status\":\"DELETED\"}";
    let asked = T::from_json(BODY).map_err(|e| NotSendable::Unwritable(0, e.to_string()))?;
    let path = format!("{}/{id}", T::PATH);
    let call = Call::write(Deed::Update, Method::Post, path, BODY.as_bytes().to_vec(), chance);
    Ok(Write { call, asked: vec![asked] })
}

fn batches<T: Resource>(
    elements: &[T],
    habit: Habit,
    call: impl Fn(Vec<u8>) -> Call,
) -> Result<Vec<Write<T>>, NotSendable> {
    let mut writes = Vec::new();
    let (mut bytes, mut asked, mut size) = (Vec::new(), Vec::new(), 0);
    let mut flush = |bytes: &mut Vec<Vec<u8>>, asked: &mut Vec<T>| {
        if asked.is_empty() {
            return;
        }
        let body = if habit.listed { envelope::wrap::<T>(bytes) } else { bytes.concat() };
        let mut call = call(body);
        if habit.summarize {
            call = call.with("summarizeErrors", "false");
        }
        if habit.four_decimals {
            call = call.with("unitdp", "4");
        }
        bytes.clear();
        writes.push(Write { call, asked: std::mem::take(asked) });
    };
    for (at, element) in elements.iter().enumerate() {
        let written = element.to_json().map_err(|e| NotSendable::Unwritable(at, e.to_string()))?.into_bytes();
        if written.len() > LIMIT_BYTES - 100 {
            return Err(NotSendable::TooLarge(at, written.len()));
        }
        if asked.len() == habit.batch || size + written.len() > MOST_BYTES {
            flush(&mut bytes, &mut asked);
            size = 0;
        }
        size += written.len() + 1;
        bytes.push(written);
        asked.push(element.clone());
    }
    flush(&mut bytes, &mut asked);
    Ok(writes)
}

/// Refuses an update whose line set would delete lines nobody meant to delete (API-FACTS 7.3).
///
/// # Errors
/// The ids of lines Xero holds that are neither sent nor named as removed.
pub fn keeps_lines(
    held: &[xero::LineItem],
    sent: &[xero::LineItem],
    removed: &[XeroId<xero::LineItem>],
) -> Result<(), NotSendable> {
    let stays = |id: &XeroId<xero::LineItem>| {
        removed.contains(id) || sent.iter().any(|line| line.line_item_id.as_ref() == Some(id))
    };
    let lost: Vec<_> = held.iter().filter_map(|line| line.line_item_id).filter(|id| !stays(id)).collect();
    if lost.is_empty() {
        Ok(())
    } else {
        Err(NotSendable::LinesLost(lost.iter().map(ToString::to_string).collect()))
    }
}
