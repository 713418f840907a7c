//! The answers around the records: Xero's envelope, and each refusal in its form (API-FACTS 2.4, 3.1 to 3.3).

use super::Org;
use super::out::Out;
use super::resource::Ctx;
use crate::exchange::Answer;

/// Quotes answer a little differently from everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    Usual,
    Quotes,
}

const JSON: &str = "application/json; charset=utf-8";

fn answer(status: u16, content_type: &str, body: String) -> Answer {
    Answer { status, content_type: content_type.to_owned(), body: body.into_bytes(), headers: Vec::new() }
}

/// 200 with the envelope and what `inner` writes into it.
pub(crate) fn ok(org: &Org, envelope: Envelope, ctx: &Ctx<'_>, inner: impl FnOnce(&mut Out)) -> Answer {
    let mut out = Out::default();
    out.element(|out| {
        if envelope == Envelope::Quotes {
            out.flag("SummarizeErrors", ctx.summarizes());
        }
        out.guid("Id", org.answer_id(ctx));
        out.text("Status", "OK");
        out.text("ProviderName", &ctx.call.app_name);
        out.instant_without_offset("DateTimeUTC", ctx.now);
        inner(out);
    });
    answer(200, if envelope == Envelope::Quotes { "application/json" } else { JSON }, out.finish())
}

fn error(number: u64, kind: &str, message: &str, inner: impl FnOnce(&mut Out)) -> Answer {
    let mut out = Out::default();
    out.element(|out| {
        out.count("ErrorNumber", number);
        out.text("Type", kind);
        out.text("Message", message);
        inner(out);
    });
    answer(400, JSON, out.finish())
}

/// 400 with the refused elements.
pub(crate) fn refused(elements: impl FnOnce(&mut Out)) -> Answer {
    error(10, "ValidationException", "A validation exception occurred", |out| out.list("Elements", elements))
}

/// 400 for a body that can't be read at all.
pub(crate) fn bad_request(message: &str) -> Answer {
    error(10, "ValidationException", message, |out| out.list("Elements", |_| ()))
}

/// 400 for a `where` or `order` that can't be read. Number and type as Xero's answers have them.
pub(crate) fn bad_query(message: &str) -> Answer {
    error(16, "QueryParseException", message, |_| ())
}

/// 400: more than 100,000 records without paging (API-FACTS 2.3).
pub(crate) fn high_volume() -> Answer {
    let message = "The request touches more than 100000 records: ask for pages or a narrower filter";
    error(51, "HighVolumeException", message, |_| ())
}

/// 404, an HTML page without JSON (recorded).
pub(crate) fn not_found() -> Answer {
    answer(404, "text/html; charset=utf-8", "The resource you're looking for cannot be found".to_owned())
}

/// 501: Xero has no such method here.
pub(crate) fn not_built() -> Answer {
    answer(501, "text/plain; charset=utf-8", "The method is not implemented for this resource".to_owned())
}

/// 204.
pub(crate) fn no_content() -> Answer {
    answer(204, "", String::new())
}

/// 403: the user or the app may not.
pub(crate) fn forbidden() -> Answer {
    let mut out = Out::default();
    out.element(|out| {
        out.text("title", "Forbidden");
        out.count("status", 403);
        out.text("detail", "AuthorizationUnsuccessful");
    });
    answer(403, JSON, out.finish())
}

/// A small PDF that names the document: enough for clients that store it.
pub(crate) fn pdf(kind: &str, id: &str) -> Answer {
    let text = format!("BT /F1 12 Tf 72 720 Td ({kind} {id}, from the Millbook sandbox) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut body = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(body.len());
        body.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let start = body.len();
    let rows: String = offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")).collect();
    body.push_str(&format!("xref\n0 6\n0000000000 65535 f \n{rows}"));
    body.push_str(&format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    answer(200, "application/pdf", body)
}
