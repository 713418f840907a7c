//! Attachments of any record: raw bytes up and down (API-FACTS 4.15). At most 10 per record and 10 MB each; the same
//! name overwrites.

use super::Org;
use super::envelope::{Envelope, bad_request, not_built, not_found, ok};
use super::guid::Guid;
use super::input::ours;
use super::out::Out;
use super::records::Attachment;
use super::resource::Ctx;
use crate::exchange::{Answer, Method};

fn write(attachment: &Attachment, out: &mut Out) {
    out.guid("AttachmentID", attachment.id);
    out.text("FileName", &attachment.name);
    let (endpoint, parent) = (&attachment.endpoint, attachment.parent);
    let url = format!("https://api.xero.com/api.xro/2.0/{endpoint}/{parent}/Attachments/{}", attachment.name);
    out.text("Url", &url);
    out.text("MimeType", &attachment.mime);
    out.count("ContentLength", attachment.bytes.len() as u64);
    if attachment.online {
        out.flag("IncludeOnline", true);
    }
}

impl Org {
    pub(crate) fn attachments(&self, parent: Guid) -> Vec<&Attachment> {
        self.state.attachments.with_key('d', &parent.to_string()).collect()
    }

    pub(crate) fn has_attachments(&self, parent: Guid) -> bool {
        self.state.attachments.len() > 0 && !self.attachments(parent).is_empty()
    }

    /// `"Attachments":[…]` of a single record.
    pub(crate) fn write_attachments(&self, parent: Guid, out: &mut Out) {
        out.objects("Attachments", self.attachments(parent), |out, attachment| write(attachment, out));
    }
}

fn shown(org: &Org, attachments: Vec<&Attachment>, ctx: &Ctx<'_>) -> Answer {
    ok(org, Envelope::Usual, ctx, |out| {
        out.objects("Attachments", attachments, |out, attachment| write(attachment, out));
    })
}

pub(crate) fn handle_attachments(
    org: &mut Org,
    endpoint: &str,
    parent: Guid,
    rest: &[&str],
    ctx: &Ctx<'_>,
) -> Answer {
    match (ctx.call.method, rest) {
        (Method::Get, []) => shown(org, org.attachments(parent), ctx),
        (Method::Get, [key]) => {
            let wanted = Guid::parse(key);
            let found = org.attachments(parent).into_iter().find(|a| Some(a.id) == wanted || a.name == **key);
            found.map_or_else(not_found, |a| Answer {
                status: 200,
                content_type: a.mime.clone(),
                body: a.bytes.clone(),
                headers: Vec::new(),
            })
        }
        (Method::Put | Method::Post, [name]) => upload(org, endpoint, parent, name, ctx),
        (Method::Delete, _) => not_built(),
        _ => not_found(),
    }
}

fn upload(org: &mut Org, endpoint: &str, parent: Guid, name: &str, ctx: &Ctx<'_>) -> Answer {
    let bytes = &ctx.call.body;
    let taken: Vec<(Guid, String)> = org.attachments(parent).iter().map(|a| (a.id, a.name.clone())).collect();
    let same = taken.iter().find(|(_, taken)| taken == name).map(|(id, _)| *id);
    let refusal = if name.is_empty() || name.chars().any(|c| "<>:\"/\\|?*\0".contains(c) || c.is_control()) {
        Some(format!("the file name '{name}' holds a character that is not allowed"))
    } else if bytes.is_empty() {
        Some("the attachment is empty".to_owned())
    } else if bytes.len() > 10_000_000 {
        Some(format!("the attachment has {} bytes, at most 10,000,000 are allowed", bytes.len()))
    } else if same.is_none() && taken.len() >= 10 {
        Some("the record has 10 attachments already, more are not allowed".to_owned())
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return bad_request(&ours(&refusal));
    }
    let sales = org.document(parent).is_some_and(|(d, _)| d.kind.sales());
    let attachment = Attachment {
        id: same.unwrap_or_else(|| org.new_id()),
        parent,
        endpoint: endpoint.to_owned(),
        name: name.to_owned(),
        mime: ctx.call.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
        online: ctx.asks("IncludeOnline") && sales && matches!(endpoint, "Invoices" | "CreditNotes"),
        bytes: bytes.clone(),
        updated: ctx.now,
    };
    let id = attachment.id;
    org.state.attachments.put(attachment);
    org.note(parent, "Attached a file", format!("Attached the file {name}"), ctx);
    let made = org.state.attachments.get(id).into_iter().collect();
    shown(org, made, ctx)
}
