//! Tracking categories and their options (API-FACTS 4.4): at most 2 ACTIVE and 4 in all; used ones can only be
//! archived.

use super::envelope::{Envelope, not_built, not_found, ok, refused};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, elements, ours};
use super::out::Out;
use super::records::{TrackingCategory, TrackingOption};
use super::resource::{Batch, Ctx, Paging, Refusal, Resource, Saved, View, find, handle};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct TrackingCategories;

fn write_option(o: &TrackingOption, out: &mut Out) {
    out.guid("TrackingOptionID", o.id);
    out.text("Name", &o.name);
    out.text("Status", &o.status);
    out.flag("HasValidationErrors", false);
    out.flag("IsDeleted", o.status == "DELETED");
    out.flag("IsArchived", o.status == "ARCHIVED");
    out.flag("IsActive", o.status == "ACTIVE");
}

impl Resource for TrackingCategories {
    type Row = TrackingCategory;
    const PLURAL: &'static str = "TrackingCategories";
    const SINGULAR: &'static str = "TrackingCategory";
    const ID: &'static str = "TrackingCategoryID";
    const PAGING: Paging = Paging::Never;
    const BATCH: Batch = Batch::First;

    fn table(state: &State) -> &Table<TrackingCategory> {
        &state.tracking
    }

    fn keeps(_org: &Org, t: &TrackingCategory, ctx: &Ctx<'_>) -> bool {
        t.status == "ACTIVE" || t.status == "ARCHIVED" && ctx.asks("includeArchived")
    }

    fn field(_org: &Org, t: &TrackingCategory, path: &str) -> Option<Field> {
        Some(match path {
            "trackingcategoryid" => Field::Guid(t.id),
            "name" => Field::text(&t.name),
            "status" => Field::text(&t.status),
            _ => return None,
        })
    }

    fn write(_org: &Org, t: &TrackingCategory, _view: View, ctx: &Ctx<'_>, out: &mut Out) {
        out.text("Name", &t.name);
        out.text("Status", &t.status);
        out.guid("TrackingCategoryID", t.id);
        let all = ctx.asks("includeArchived");
        let shown = t.options.iter().filter(|o| o.status == "ACTIVE" || all && o.status == "ARCHIVED");
        out.objects("Options", shown, |out, o| write_option(o, out));
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let named = target.or_else(|| f.guid("TrackingCategoryID"));
        let mut category = match named {
            Some(id) => org.state.tracking.get(id).cloned().ok_or(Refusal::NotFound)?,
            None => TrackingCategory {
                id: org.new_id(),
                name: String::new(),
                status: "ACTIVE".to_owned(),
                options: Vec::new(),
                updated: 0,
            },
        };
        let mut wrong = Vec::new();
        category.name = f.text_of("Name", 100).map(|n| n.trim().to_owned()).unwrap_or(category.name);
        wrong.extend(status_of(f, &mut category.status));
        let others = || org.state.tracking.iter().filter(|t| t.id != category.id && t.status != "DELETED");
        if category.name.is_empty() {
            wrong.push(ours("Name is required for a tracking category"));
        }
        if others().any(|t| t.name.eq_ignore_ascii_case(&category.name)) {
            wrong.push(ours(&format!("a tracking category named '{}' exists already", category.name)));
        }
        if others().count() >= 4
            || category.status == "ACTIVE" && others().filter(|t| t.status == "ACTIVE").count() >= 2
        {
            wrong.push(ours("an organisation has at most 2 active and 4 tracking categories in all"));
        }
        for option in f.list("Options").filter(|_| named.is_none()).unwrap_or_default() {
            let name = option.text_of("Name", 100).unwrap_or_default();
            wrong.extend(option.problems());
            category.options.push(TrackingOption { id: org.new_id(), name, status: "ACTIVE".to_owned() });
        }
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        category.updated = ctx.now;
        let id = category.id;
        org.state.tracking.put(category);
        Ok(Saved { id, warnings: Vec::new() })
    }
}

fn status_of(f: &Fields<'_>, status: &mut String) -> Option<String> {
    let wanted = f.filled("Status")?.to_uppercase();
    if !["ACTIVE", "ARCHIVED"].contains(&wanted.as_str()) {
        return Some(ours(&format!("Status '{wanted}' cannot be set: ACTIVE or ARCHIVED")));
    }
    *status = wanted;
    None
}

pub(crate) fn handle_tracking(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    let Some(id) = rest.first().and_then(|key| find::<TrackingCategories>(org, key)) else {
        return if rest.is_empty() { handle::<TrackingCategories>(org, rest, ctx) } else { not_found() };
    };
    let Some(category) = org.state.tracking.get(id).cloned() else { return not_found() };
    match (ctx.call.method, &rest[1..]) {
        (Method::Delete, []) => {
            if org.tracking_used(|t| t.0 == id) {
                return refusal(&category, "the tracking category has been used: archive it");
            }
            org.state.tracking.remove(id);
            let gone = TrackingCategory { status: "DELETED".to_owned(), ..category };
            ok(org, Envelope::Usual, ctx, |out| {
                out.objects("TrackingCategories", [&gone], |out, row| {
                    TrackingCategories::write(org, row, View::Single, ctx, out);
                });
            })
        }
        (_, []) => handle::<TrackingCategories>(org, rest, ctx),
        (method, [_, below @ ..]) => options(org, category, method, below, ctx),
    }
}

fn refusal(category: &TrackingCategory, message: &str) -> Answer {
    refused(|out| {
        out.element(|out| {
            out.guid("TrackingCategoryID", category.id);
            out.text("Name", &category.name);
            out.messages("ValidationErrors", &[ours(message)]);
        });
    })
}

/// `/Options` and `/Options/{id}`.
fn options(
    org: &mut Org,
    mut category: TrackingCategory,
    method: Method,
    below: &[&str],
    ctx: &Ctx<'_>,
) -> Answer {
    let at = below.first().and_then(|key| {
        let id = Guid::parse(key)?;
        category.options.iter().position(|o| o.id == id)
    });
    let changed = match (method, at) {
        (Method::Delete, Some(at)) => {
            let option = category.options[at].id;
            if org.tracking_used(|t| t.1 == option) {
                return refusal(&category, "the tracking option has been used: archive it");
            }
            let gone = category.options.remove(at);
            vec![TrackingOption { status: "DELETED".to_owned(), ..gone }]
        }
        (Method::Put | Method::Post, at) if at.is_some() || below.is_empty() => {
            let sent = match elements(&ctx.call.body, "Options", "TrackingOption") {
                Ok(sent) if !sent.is_empty() => sent,
                Ok(_) => return super::envelope::bad_request(&ours("the body holds no Options")),
                Err(message) => return super::envelope::bad_request(&message),
            };
            let mut changed = Vec::new();
            for element in &sent {
                let f = Fields::of(element);
                let mut option = match at {
                    Some(at) => category.options[at].clone(),
                    None => {
                        TrackingOption { id: org.new_id(), name: String::new(), status: "ACTIVE".to_owned() }
                    }
                };
                option.name = f.text_of("Name", 100).unwrap_or(option.name).trim().to_owned();
                let mut wrong: Vec<String> = status_of(&f, &mut option.status).into_iter().collect();
                wrong.extend(f.problems());
                let twin =
                    |o: &TrackingOption| o.id != option.id && o.name.eq_ignore_ascii_case(&option.name);
                if option.name.is_empty() || category.options.iter().any(twin) {
                    wrong.push(ours(&format!("an option needs a name of its own, not '{}'", option.name)));
                }
                if let Some(first) = wrong.first() {
                    return refusal(&category, first.trim_start_matches("[sandbox] "));
                }
                match at {
                    Some(at) => category.options[at] = option.clone(),
                    None => category.options.push(option.clone()),
                }
                changed.push(option);
            }
            changed
        }
        (Method::Get, _) => return not_built(),
        _ => return not_found(),
    };
    category.updated = ctx.now;
    org.state.tracking.put(category);
    ok(org, Envelope::Usual, ctx, |out| out.objects("Options", &changed, |out, o| write_option(o, out)))
}

impl Org {
    fn tracking_used(&self, used: impl Fn(&(Guid, Guid)) -> bool) -> bool {
        let documents = super::Books::ALL.iter().flat_map(|b| b.table(&self.state).iter());
        documents.flat_map(|d| &d.lines).flat_map(|l| &l.tracking).any(&used)
            || self.state.journals.iter().flat_map(|j| &j.lines).flat_map(|l| &l.tracking).any(used)
    }

    /// Reads `Tracking` of a line: by ids or names, at most two. Unknown names are dropped, as they are not created
    /// (API-FACTS 4.4 leaves open whether Xero refuses them).
    pub(crate) fn read_tracking(&self, f: &Fields<'_>) -> Option<Vec<(Guid, Guid)>> {
        let list = f.list("Tracking")?;
        let mut read = Vec::new();
        for one in list.iter().take(2) {
            let name = one.filled("Name").unwrap_or_default();
            let category = match one.guid("TrackingCategoryID") {
                Some(id) => self.state.tracking.get(id),
                None => self.state.tracking.with_key('n', &name.trim().to_lowercase()).next(),
            };
            let option = category.and_then(|c| {
                let (id, text) = (one.guid("TrackingOptionID"), one.filled("Option").unwrap_or_default());
                let found = c.options.iter().find(|o| match id {
                    Some(id) => o.id == id,
                    None => o.name.eq_ignore_ascii_case(text.trim()),
                });
                found.map(|o| (c.id, o.id))
            });
            read.extend(option.filter(|new| read.iter().all(|old: &(Guid, Guid)| old.0 != new.0)));
        }
        Some(read)
    }

    /// The names of a category and its option.
    pub(crate) fn tracking_names(&self, tracking: (Guid, Guid)) -> Option<(&str, &str)> {
        let category = self.state.tracking.get(tracking.0)?;
        let option = category.options.iter().find(|o| o.id == tracking.1)?;
        Some((&category.name, &option.name))
    }
}
