//! History records and notes of documents (API-FACTS 4.15), newest first; nobody can change them.

use super::Org;
use super::envelope::{Envelope, bad_request, not_built, ok};
use super::guid::Guid;
use super::input::{Fields, elements, ours};
use super::out::Out;
use super::records::HistoryRecord;
use super::resource::Ctx;
use crate::exchange::{Answer, Method};

fn when(record: &HistoryRecord, out: &mut Out) {
    let at = jiff::Timestamp::from_millisecond(record.updated).unwrap_or_default();
    out.text("DateUTCString", &at.strftime("%Y-%m-%dT%H:%M:%S").to_string());
}

impl Org {
    /// Notes what happened to a record, in the name of the connected user.
    pub(crate) fn note(&mut self, parent: Guid, changes: &str, details: String, ctx: &Ctx<'_>) -> Guid {
        let id = self.new_id();
        let user = ctx.call.user.name.clone();
        let changes = changes.to_owned();
        self.state.history.put(HistoryRecord { id, parent, changes, user, details, updated: ctx.now });
        id
    }
}

/// The answer for a note on a document that isn't there.
pub(crate) fn unknown_document(ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method == Method::Get {
        return super::envelope::not_found();
    }
    bad_request("The document with the supplied id was not found for this endpoint.")
}

pub(crate) fn handle_history(org: &mut Org, parent: Guid, ctx: &Ctx<'_>) -> Answer {
    match ctx.call.method {
        Method::Get => {
            let mut records: Vec<&HistoryRecord> =
                org.state.history.with_key('d', &parent.to_string()).collect();
            records.sort_by_key(|r| std::cmp::Reverse((r.updated, r.id)));
            ok(org, Envelope::Usual, ctx, |out| {
                out.objects("HistoryRecords", records, |out, record| {
                    out.text("Changes", &record.changes);
                    when(record, out);
                    out.instant("DateUTC", record.updated);
                    out.text("User", &record.user);
                    out.text("Details", &record.details);
                });
            })
        }
        Method::Put | Method::Post => add(org, parent, ctx),
        Method::Delete => not_built(),
    }
}

fn add(org: &mut Org, parent: Guid, ctx: &Ctx<'_>) -> Answer {
    let sent = match elements(&ctx.call.body, "HistoryRecords", "HistoryRecord") {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    let mut details = Vec::new();
    for element in &sent {
        let f = Fields::of(element);
        match f.text_of("Details", 2500).filter(|d| !d.trim().is_empty()) {
            Some(text) => details.push(text),
            None => {
                let problem = f.problems().into_iter().next();
                return bad_request(&problem.unwrap_or_else(|| ours("Details is required for a note")));
            }
        }
    }
    let made: Vec<Guid> = details.into_iter().map(|text| org.note(parent, "Note", text, ctx)).collect();
    let records: Vec<&HistoryRecord> = made.iter().filter_map(|id| org.state.history.get(*id)).collect();
    ok(org, Envelope::Usual, ctx, |out| {
        out.objects("HistoryRecords", records, |out, record| {
            when(record, out);
            out.instant_without_offset("DateUTC", record.updated);
            out.text("Details", &record.details);
            out.empty_lists(&["ValidationErrors"]);
        });
    })
}
