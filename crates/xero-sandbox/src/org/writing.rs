//! Writing many elements of any resource: one transaction, or one per element, and the answer of both.
//!
//! Example: three invoices, the second refused. With `summarizeErrors` absent: 400, nothing stored. With `false`: 200,
//! the first and third stored, the second shown with `StatusAttributeString: ERROR`.

use serde_json::Value;

use super::Org;
use super::envelope::{bad_request, not_built, not_found, ok, refused};
use super::guid::Guid;
use super::input::{Fields, elements, ours};
use super::out::Out;
use super::resource::{Batch, Ctx, Refusal, Resource, Saved, View};
use crate::exchange::Answer;

/// One element of the answer of a write: done, or refused with what to show.
enum Done {
    Saved(Saved),
    Refused { messages: Vec<String>, members: String },
}

/// Saves every element of the body.
pub(crate) fn save_many<R: Resource>(org: &mut Org, target: Option<Guid>, ctx: &Ctx<'_>) -> Answer {
    let mut sent = match elements(&ctx.call.body, R::PLURAL, R::SINGULAR) {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    if R::BATCH == Batch::First || target.is_some() {
        sent.truncate(1);
    }
    if sent.is_empty() {
        return bad_request(&ours(&format!("the body holds no {}", R::PLURAL)));
    }
    let together = ctx.summarizes();
    let mut done = Vec::with_capacity(sent.len());
    org.begin();
    for element in &sent {
        if !together {
            org.begin();
        }
        match save_one::<R>(org, element, target, ctx) {
            Ok(one) => {
                if !together {
                    if matches!(one, Done::Saved(_)) { org.commit() } else { org.rollback() }
                }
                done.push(one);
            }
            Err(answer) => {
                org.rollback();
                return answer;
            }
        }
    }
    let failed = done.iter().any(|one| matches!(one, Done::Refused { .. }));
    if together && failed {
        org.rollback();
        return refused(|out| {
            for one in &done {
                if let Done::Refused { messages, members } = one {
                    out.element(|out| {
                        out.members(members);
                        out.messages("ValidationErrors", messages);
                    });
                }
            }
        });
    }
    org.commit();
    let org = &*org;
    let told = ctx.call.parameter("summarizeErrors").is_some() && !together;
    ok(org, R::ENVELOPE, ctx, |out| {
        out.objects(R::PLURAL, &done, |out, one| write_done::<R>(org, one, ctx, told, out));
    })
}

fn save_one<R: Resource>(
    org: &mut Org,
    element: &Value,
    target: Option<Guid>,
    ctx: &Ctx<'_>,
) -> Result<Done, Answer> {
    let fields = Fields::of(element);
    match R::save(org, &fields, target, ctx) {
        Ok(saved) => Ok(Done::Saved(saved)),
        Err(Refusal::NotFound) => Err(not_found()),
        Err(Refusal::NotBuilt) => Err(not_built()),
        Err(Refusal::Invalid { messages, echo }) => {
            let members = echo.unwrap_or_else(|| sent_members::<R>(element, target));
            Ok(Done::Refused { messages, members })
        }
    }
}

/// The sent object as it was, with its id or the zero id first.
fn sent_members<R: Resource>(element: &Value, target: Option<Guid>) -> String {
    let mut out = Out::default();
    let fields = Fields::of(element);
    out.guid(R::ID, target.or_else(|| fields.guid(R::ID)).unwrap_or(Guid::ZERO));
    for (key, value) in element.as_object().into_iter().flatten() {
        if !key.eq_ignore_ascii_case(R::ID)
            && !value.is_null()
            && !key.contains(['"', '\\'])
            && !key.contains(char::is_control)
        {
            out.raw(key, &value.to_string());
        }
    }
    out.finish()
}

fn write_done<R: Resource>(org: &Org, one: &Done, ctx: &Ctx<'_>, told: bool, out: &mut Out) {
    match one {
        Done::Saved(saved) => {
            if let Some(row) = R::table(&org.state).get(saved.id) {
                R::write(org, row, View::Written, ctx, out);
            }
            if told {
                out.text("StatusAttributeString", if saved.warnings.is_empty() { "OK" } else { "WARNING" });
            }
            if !saved.warnings.is_empty() {
                out.messages("Warnings", &saved.warnings);
            }
        }
        Done::Refused { messages, members } => {
            out.members(members);
            out.text("StatusAttributeString", "ERROR");
            out.messages("ValidationErrors", messages);
        }
    }
}
