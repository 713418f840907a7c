//! The machinery all resources share: list, read one, write many.
//!
//! A resource is a type with [`Resource`]: its table, its names, its fields for `where`, its JSON, and how one
//! sent element is saved. Example: `GET Invoices?where=…&page=2` filters by `field`, sorts, cuts page 2 and calls
//! `write` for each row; `PUT Invoices` calls `save` per element.
//! A refused element changes nothing; with `summarizeErrors` absent or true one refused element undoes the whole
//! call (API-FACTS 3.2, 3.4).

use jiff::civil::Date;

use super::envelope::{Envelope, bad_query, high_volume, not_built, not_found, ok};
use super::filter::{Field, Filter, parse_order};
use super::guid::Guid;
use super::input::{Fields, truth};
use super::out::Out;
use super::table::{Row, Table};
use super::writing::save_many;
use super::{Org, State};
use crate::exchange::{Answer, Call, Method};

/// What a call brings along.
pub(crate) struct Ctx<'a> {
    pub call: &'a Call,
    /// Milliseconds UTC.
    pub now: i64,
    /// Today where the organisation is.
    pub today: Date,
}

impl Ctx<'_> {
    /// Decimals of unit prices: 2, or 4 with `unitdp=4`.
    pub(crate) fn price_places(&self) -> u32 {
        if self.call.parameter("unitdp").map(str::trim) == Some("4") { 4 } else { 2 }
    }

    pub(crate) fn asks(&self, name: &str) -> bool {
        self.call.parameter(name).and_then(truth).unwrap_or(false)
    }

    /// Errors come as 400 for the whole call unless `summarizeErrors=false`.
    pub(crate) fn summarizes(&self) -> bool {
        self.call.parameter("summarizeErrors").and_then(truth).unwrap_or(true)
    }
}

/// How much of a record is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Single,
    Page,
    /// Several records without paging: no lines, short contacts.
    List,
    Written,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    Never,
    OnRequest,
    Always,
}

/// How many elements one write takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    Many,
    /// A longer list is cut to its first element (API-FACTS 2.3).
    First,
}

/// A saved element.
pub(crate) struct Saved {
    pub id: Guid,
    pub warnings: Vec<String>,
}

/// Why an element or a call was not done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The element is wrong; `echo` holds the members of its answer, if the resource has its own form.
    Invalid { messages: Vec<String>, echo: Option<String> },
    /// The whole call is a 404.
    NotFound,
    /// The whole call is a 501.
    NotBuilt,
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Refusal::Invalid { messages: vec![message], echo: None }
    }
}

impl From<&str> for Refusal {
    fn from(message: &str) -> Self {
        Refusal::from(message.to_owned())
    }
}

impl From<Vec<String>> for Refusal {
    fn from(messages: Vec<String>) -> Self {
        Refusal::Invalid { messages, echo: None }
    }
}

impl Refusal {
    /// Adds the members of the element's answer.
    pub(crate) fn echoed(self, write: impl FnOnce(&mut Out)) -> Refusal {
        match self {
            Refusal::Invalid { messages, echo: None } => {
                let mut out = Out::default();
                write(&mut out);
                Refusal::Invalid { messages, echo: Some(out.finish()) }
            }
            other => other,
        }
    }
}

/// One kind of record behind an endpoint.
pub(crate) trait Resource {
    type Row: Row;
    const PLURAL: &'static str;
    const SINGULAR: &'static str;
    const ID: &'static str;
    const PAGING: Paging;
    const BATCH: Batch = Batch::Many;
    const ENVELOPE: Envelope = Envelope::Usual;

    fn table(state: &State) -> &Table<Self::Row>;

    /// Rows of the table that belong to this endpoint.
    fn belongs(_row: &Self::Row) -> bool {
        true
    }

    /// Finds one by its business key (number, code, name).
    fn by_key(_org: &Org, _key: &str) -> Option<Guid> {
        None
    }

    /// A field for `where` and `order`, by path in lower case.
    fn field(org: &Org, row: &Self::Row, path: &str) -> Option<Field>;

    /// The resource's own query parameters; None when one of them narrows nothing.
    fn narrow<'a>(_org: &'a Org, _ctx: &Ctx<'_>) -> Option<Vec<&'a Self::Row>> {
        None
    }

    /// Whether a row passes the resource's own parameters.
    fn keeps(_org: &Org, _row: &Self::Row, _ctx: &Ctx<'_>) -> bool {
        true
    }

    /// Whether these parameters page even without `page`.
    fn enforces_paging(_ctx: &Ctx<'_>) -> bool {
        false
    }

    fn write(org: &Org, row: &Self::Row, view: View, ctx: &Ctx<'_>, out: &mut Out);

    /// Creates or updates from one sent element. `target` is the id of the path.
    fn save(
        org: &mut Org,
        fields: &Fields<'_>,
        target: Option<Guid>,
        ctx: &Ctx<'_>,
    ) -> Result<Saved, Refusal>;
}

/// Whether a resource's endpoint takes writes at all is in the routes; this is one call on it.
pub(crate) fn handle<R: Resource>(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    match (ctx.call.method, rest) {
        (Method::Get, []) => list::<R>(org, ctx),
        (Method::Get, [key]) => match find::<R>(org, key) {
            Some(id) => single::<R>(org, id, ctx),
            None => not_found(),
        },
        (Method::Put | Method::Post, []) => save_many::<R>(org, None, ctx),
        (Method::Post, [key]) => match find::<R>(org, key) {
            Some(id) => save_many::<R>(org, Some(id), ctx),
            None => not_found(),
        },
        _ => not_built(),
    }
}

/// The row of a path segment: an id or a business key.
pub(crate) fn find<R: Resource>(org: &Org, key: &str) -> Option<Guid> {
    let by_id = Guid::parse(key).and_then(|id| R::table(&org.state).get(id));
    match by_id {
        Some(row) => R::belongs(row).then(|| row.id()),
        None => R::by_key(org, key),
    }
}

fn single<R: Resource>(org: &Org, id: Guid, ctx: &Ctx<'_>) -> Answer {
    let Some(row) = R::table(&org.state).get(id) else { return not_found() };
    if ctx.call.wants_pdf {
        return super::envelope::pdf(R::SINGULAR, &row.id().to_string());
    }
    ok(org, R::ENVELOPE, ctx, |out| {
        out.objects(R::PLURAL, [row], |out, row| R::write(org, row, View::Single, ctx, out));
    })
}

fn list<R: Resource>(org: &Org, ctx: &Ctx<'_>) -> Answer {
    let rows = match selected::<R>(org, ctx) {
        Ok(rows) => rows,
        Err(message) => return bad_query(&format!("{message} in type '{}'", R::SINGULAR)),
    };
    let number = |name: &str| ctx.call.parameter(name).map(|v| v.trim().parse::<i64>().unwrap_or(1));
    let paged = match R::PAGING {
        Paging::Never => false,
        Paging::OnRequest => number("page").is_some() || R::enforces_paging(ctx),
        Paging::Always => true,
    };
    if !paged {
        if rows.len() > 100_000 {
            return high_volume();
        }
        return ok(org, R::ENVELOPE, ctx, |out| {
            out.objects(R::PLURAL, rows, |out, row| R::write(org, row, View::List, ctx, out));
        });
    }
    let size = usize::try_from(number("pageSize").unwrap_or(100).clamp(1, 1000)).unwrap_or(100);
    let page = usize::try_from(number("page").unwrap_or(1).clamp(1, i64::from(u32::MAX))).unwrap_or(1);
    let count = rows.len();
    ok(org, R::ENVELOPE, ctx, |out| {
        if R::ENVELOPE == Envelope::Usual {
            out.object("pagination", |out| {
                out.count("page", page as u64);
                out.count("pageSize", size as u64);
                out.count("pageCount", count.div_ceil(size) as u64);
                out.count("itemCount", count as u64);
            });
        }
        let shown = rows.into_iter().skip((page - 1).saturating_mul(size)).take(size);
        out.objects(R::PLURAL, shown, |out, row| R::write(org, row, View::Page, ctx, out));
    })
}

/// The rows that pass every parameter, in order.
fn selected<'a, R: Resource>(org: &'a Org, ctx: &Ctx<'_>) -> Result<Vec<&'a R::Row>, String> {
    let filter = ctx.call.parameter("where").map(Filter::parse).transpose()?;
    let order = ctx.call.parameter("order").map(parse_order).transpose()?.unwrap_or_default();
    let since = ctx.call.if_modified_since.map(|at| at.as_second().saturating_mul(1000));
    let table = R::table(&org.state);
    let mut rows: Vec<&R::Row> = match (wanted_ids::<R>(org, ctx), since) {
        (Some(rows), _) => rows,
        (None, Some(since)) => table.updated_since(since).collect(),
        (None, None) => table.by_updated().collect(),
    };
    rows.retain(|row| {
        R::belongs(row) && since.is_none_or(|since| row.updated() >= since) && R::keeps(org, row, ctx)
    });
    if let Some(filter) = filter {
        let mut passing = Vec::new();
        for row in rows {
            if filter.passes(&|path| R::field(org, row, path))? {
                passing.push(row);
            }
        }
        rows = passing;
    }
    if !order.is_empty() {
        let mut keyed = Vec::with_capacity(rows.len());
        for row in rows {
            let mut keys = Vec::with_capacity(order.len());
            for (path, _) in &order {
                keys.push(
                    R::field(org, row, path)
                        .ok_or_else(|| format!("No property or field '{path}' exists"))?,
                );
            }
            keyed.push((keys, row));
        }
        keyed.sort_by(|a, b| {
            let each = order.iter().enumerate().map(|(at, (_, descending))| {
                let order = a.0[at].sort(&b.0[at]);
                if *descending { order.reverse() } else { order }
            });
            each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    Ok(rows)
}

/// Rows named by `IDs` or the resource's own list parameter, each once, by change.
fn wanted_ids<'a, R: Resource>(org: &'a Org, ctx: &Ctx<'_>) -> Option<Vec<&'a R::Row>> {
    let mut rows: Vec<&R::Row> = match ctx.call.parameter("IDs") {
        Some(ids) => {
            ids.split(',').filter_map(Guid::parse).filter_map(|id| R::table(&org.state).get(id)).collect()
        }
        None => R::narrow(org, ctx)?,
    };
    rows.sort_by_key(|row| (row.updated(), row.id()));
    rows.dedup_by_key(|row| row.id());
    Some(rows)
}
