//! The way of a call to an organisation: token, connection, right, limits, kept answer, the organisation, webhooks.
//!
//! The order matters and is Xero's as far as known: a missing right is a 401 with a challenge (not a 403), limits
//! come before idempotency so that replays count, faults after a commit are kept like any answer.
//!
//! Source: API-FACTS 1.5, 2.1, 2.4, 2.8, 3.1, 3.3. Not here: what the organisation answers (`crate::org`).

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::json;

use super::app::App;
use super::calls::CallRecord;
use super::fault::{Fault, Name};
use super::http::{Effect, Handled, HttpRequest, HttpResponse};
use super::idempotency::Verdict;
use super::identity::Access;
use super::limit::Problem;
use super::sandbox::Sandbox;
use super::scope;
use crate::exchange::{Answer, Call, Method, UserRef};

const LARGEST_BODY: usize = 10 * 1024 * 1024;
const SLOW_MS: u64 = 2_000;

/// A caller that was let in.
struct Caller {
    app: App,
    tenant: String,
    user: UserRef,
}

impl Sandbox {
    /// Answers a call below `/api.xro/2.0/` and writes it down.
    pub(super) fn accounting(&mut self, request: &HttpRequest, path: &[String], now: Timestamp) -> Handled {
        let fault = self.door.faults.strike(request, |name| !name.is_of_identity());
        let mut record = CallRecord {
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            fault: fault.as_ref().map(|f| f.name.word().to_owned()),
            request: request.body.clone(),
            ..CallRecord::default()
        };
        let mut handled = self.pass(request, path, now, fault.as_ref(), &mut record);
        let correlation = self.door.mint.guid();
        handled.response = handled.response.with_header("Xero-Correlation-Id", &correlation);
        record.status = handled.response.status;
        record.content_type = handled.response.header("content-type").unwrap_or_default().to_owned();
        record.response = handled.response.body.clone();
        self.door.calls.add(record);
        handled
    }

    fn pass(
        &mut self,
        request: &HttpRequest,
        path: &[String],
        now: Timestamp,
        fault: Option<&Fault>,
        record: &mut CallRecord,
    ) -> Handled {
        let struck = |name| fault.is_some_and(|f| f.name == name);
        if struck(Name::ConnectionDropped) {
            return Handled { effect: Effect::Lost, ..Handled::now(HttpResponse::empty(503)) };
        }
        if struck(Name::Maintenance) {
            let text = "The Xero API is currently offline for maintenance";
            return Handled::now(HttpResponse::text(503, text));
        }
        let caller = match self.let_in(request, path, now, fault, record) {
            Ok(caller) => caller,
            Err(refusal) => return Handled::now(refusal),
        };
        let forced = [
            (Name::LimitMinute, Problem::Minute),
            (Name::LimitDay, Problem::Day),
            (Name::LimitConcurrent, Problem::Concurrent),
            (Name::LimitAppMinute, Problem::AppMinute),
        ];
        let forced = forced.iter().find(|(name, _)| struck(*name)).map(|(_, problem)| *problem);
        let taken = match forced {
            Some(problem) => Err(problem),
            None => self.door.limits.take(&caller.app, &caller.tenant, now),
        };
        let remaining = match taken {
            Ok(remaining) => remaining,
            Err(problem) => {
                let limits = &self.door.limits;
                return Handled::now(limits.refusal(problem, &caller.app, &caller.tenant, now));
            }
        };
        let mut delay_ms = self.door.latency_ms;
        if let Some(Fault { name: Name::SlowAnswer, delay_ms: longer, .. }) = fault {
            delay_ms = delay_ms.saturating_add(longer.unwrap_or(SLOW_MS));
        }
        let response = remaining.on(self.answer_once(request, path, &caller, now, fault, record));
        Handled {
            response,
            effect: match fault.map(|f| f.name) {
                Some(Name::LostAnswer) => Effect::Lost,
                Some(Name::CutAnswer) => Effect::Cut,
                _ => Effect::Arrives,
            },
            delay_ms,
            ticket: (delay_ms > 0).then(|| self.door.limits.depart(&caller.app, &caller.tenant)),
            ..Handled::default()
        }
    }

    /// Token, connection and right, or the refusal.
    fn let_in(
        &mut self,
        request: &HttpRequest,
        path: &[String],
        now: Timestamp,
        fault: Option<&Fault>,
        record: &mut CallRecord,
    ) -> Result<Caller, HttpResponse> {
        if fault.is_some_and(|f| f.name == Name::TokenExpired) {
            self.door.grants.expire(bearer(request).unwrap_or_default(), now);
        }
        let access = match self.door.grants.access(bearer(request).unwrap_or_default(), now) {
            Ok(access) => access.clone(),
            Err(detail) => return Err(self.unauthorized(&detail)),
        };
        record.app = Some(access.app.clone());
        let app = self.door.apps.iter().find(|a| a.id == access.app).cloned();
        let tenant = self.tenant_of(request, &access);
        let (Some(app), Some((tenant, person))) = (app, tenant) else { return Err(self.forbidden()) };
        if fault.is_some_and(|f| f.name == Name::Forbidden) {
            return Err(self.forbidden());
        }
        record.tenant = Some(tenant.clone());
        let user = self.door.people.iter().find(|p| p.id == person).map(|p| p.user());
        let caller = Caller { app, tenant, user: user.unwrap_or_else(UserRef::adviser) };
        if !scope::allows(&access.scopes, &request.method, path) {
            let left = self.door.limits.remaining(&caller.app, &caller.tenant, now);
            let refusal = self.unauthorized("AuthorizationUnsuccessful");
            let challenge = "Bearer error=\"insufficent_scope\"";
            return Err(left.on(refusal.with_header("WWW-Authenticate", challenge)));
        }
        Ok(caller)
    }

    /// The organisation a call is for and the person whose connection it uses.
    fn tenant_of(&self, request: &HttpRequest, access: &Access) -> Option<(String, String)> {
        let asked = match &access.tenant {
            Some(only) => only.as_str(),
            None => request.header("xero-tenant-id")?.trim(),
        };
        let mut connections = self.door.connections.iter();
        let found = connections.find(|c| {
            c.app == access.app
                && c.tenant.eq_ignore_ascii_case(asked)
                && access.person.as_ref().is_none_or(|p| *p == c.person)
        })?;
        let exists = self.orgs.iter().any(|o| o.id() == found.tenant);
        exists.then(|| (found.tenant.clone(), found.person.clone()))
    }

    /// The kept answer to a repeated write, or a new one, which is kept.
    fn answer_once(
        &mut self,
        request: &HttpRequest,
        path: &[String],
        caller: &Caller,
        now: Timestamp,
        fault: Option<&Fault>,
        record: &mut CallRecord,
    ) -> HttpResponse {
        let struck = |name| fault.is_some_and(|f| f.name == name);
        if request.body.len() > LARGEST_BODY {
            return ours(413, "body-too-large", "A request body may have 10 MB.");
        }
        if struck(Name::OrganisationOffline) {
            return HttpResponse::text(503, "The organisation is offline");
        }
        if struck(Name::IdempotencyDown) && request.header("idempotency-key").is_some() {
            return self.internal_error();
        }
        let slot = match self.door.idempotency.look(&caller.app.id, &caller.tenant, request, now) {
            Verdict::Answer(answer) => {
                record.replayed = answer.status != 400;
                return answer;
            }
            Verdict::First(slot) => Some(slot),
            Verdict::NoKey => None,
        };
        let mut response = if struck(Name::InternalError) {
            self.internal_error()
        } else if struck(Name::HighVolume) {
            high_volume()
        } else {
            self.ask(request, path, caller, now, fault)
        };
        if struck(Name::InternalErrorAfterCommit) {
            response = self.internal_error();
        }
        if let Some(slot) = slot {
            self.door.idempotency.keep(slot, &response);
        }
        response
    }

    /// Asks the organisation.
    fn ask(
        &mut self,
        request: &HttpRequest,
        path: &[String],
        caller: &Caller,
        now: Timestamp,
        fault: Option<&Fault>,
    ) -> HttpResponse {
        let accept = request.header("accept").unwrap_or_default().to_ascii_lowercase();
        let is_file = path.len() == 4 && path[2].eq_ignore_ascii_case("attachments") && is_get(request);
        let wants_pdf = accept.contains("application/pdf");
        if !accept.contains("application/json") && !wants_pdf && !is_file {
            return ours(406, "json-only", "Xero would answer XML here. Send `Accept: application/json`.");
        }
        let method = match request.method.as_str() {
            "GET" | "HEAD" => Method::Get,
            "PUT" => Method::Put,
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            _ => return ours(501, "method-not-built", "Xero has GET, PUT, POST and DELETE."),
        };
        let mut call = Call {
            method,
            path: path.iter().map(|part| part.replace('/', "%2F")).collect::<Vec<_>>().join("/"),
            query: request.query_pairs(),
            if_modified_since: request.header("if-modified-since").and_then(modified_since),
            content_type: request.header("content-type").map(str::to_owned),
            wants_pdf,
            body: request.body.clone(),
            user: caller.user.clone(),
            app_name: caller.app.name.clone(),
            tier: caller.app.tier,
        };
        if fault.is_some_and(|f| f.name == Name::SilentNoOp) && method != Method::Get {
            call = as_it_is(call);
        }
        let Some(org) = self.org_mut(&caller.tenant) else { return self.forbidden() };
        let answer = org.call(&call, now);
        self.spread_notices(&caller.tenant);
        self.send(answer)
    }

    fn send(&mut self, answer: Answer) -> HttpResponse {
        let Answer { status, content_type, body, headers } = answer;
        let mut response = HttpResponse { status, headers: Vec::new(), body };
        if !content_type.is_empty() && status != 204 {
            response = response.with_header("content-type", &content_type);
        }
        if status == 404 && response.body.is_empty() {
            response.body = NOT_FOUND.into();
        }
        response.headers.extend(headers);
        response
    }

    fn unauthorized(&mut self, detail: &str) -> HttpResponse {
        let instance = self.door.mint.guid();
        let body = json!({"Type": null, "Title": "Unauthorized", "Status": 401, "Detail": detail,
            "Instance": instance, "Extensions": {}});
        HttpResponse::json(401, &body)
    }

    fn forbidden(&mut self) -> HttpResponse {
        let instance = self.door.mint.guid();
        let body = json!({"title": "Forbidden", "status": 403, "detail": "AuthenticationUnsuccessful",
            "instance": instance});
        HttpResponse::json(403, &body)
    }

    fn internal_error(&mut self) -> HttpResponse {
        let instance = self.door.mint.guid();
        let body = json!({"Type": null, "Title": "An error occurred", "Status": 500,
            "Detail": "An error occurred in Xero. Check the API Status page for current service status.",
            "Instance": instance, "Extensions": {}});
        HttpResponse::json(500, &body)
    }
}

/// As Xero's: HTML, whatever was accepted.
const NOT_FOUND: &str = "<!DOCTYPE html><html><head><title>404 Not Found</title></head>\
    <body><h1>The resource you're looking for cannot be found</h1></body></html>";

fn is_get(request: &HttpRequest) -> bool {
    request.method == "GET" || request.method == "HEAD"
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// An answer that Xero would not give, marked so.
fn ours(status: u16, code: &str, text: &str) -> HttpResponse {
    HttpResponse::text(status, format!("sandbox: {code}: {text}\n")).with_header("X-Sandbox", code)
}

fn high_volume() -> HttpResponse {
    let message = "The request covers more than 100,000 records. Use paging or a narrower filter.";
    let body = json!({"ErrorNumber": 51, "Type": "HighVolumeException", "Message": message});
    HttpResponse::json(400, &body)
}

/// The call that reads what this one would have written: the element named in the path or in the body.
fn as_it_is(call: Call) -> Call {
    let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let mut parts: Vec<&str> = call.path.split('/').collect();
    let endpoint = parts[0].trim_end_matches(['s', 'S']).to_ascii_lowercase();
    let element = body.as_object().and_then(|o| o.values().find_map(|v| v.get(0))).unwrap_or(&body);
    let id = element.as_object().and_then(|o| {
        o.iter().find(|(name, _)| name.to_ascii_lowercase() == format!("{endpoint}id")).map(|(_, v)| v)
    });
    let id = id.and_then(|v| v.as_str()).map(str::to_owned);
    parts.truncate(2);
    let mut path = parts.join("/");
    if let (1, Some(id)) = (parts.len(), id) {
        path = format!("{path}/{id}");
    }
    Call { method: Method::Get, path, query: Vec::new(), body: Vec::new(), if_modified_since: None, ..call }
}

/// `If-Modified-Since` in the forms clients send: ISO 8601 with `Z`, an offset or nothing, a date, RFC 1123. Cut to
/// the second. Something else is no condition.
fn modified_since(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"');
    let moment = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| {
            text.parse::<DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
        })
        .or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|z| z.timestamp()))?;
    Timestamp::from_second(moment.as_second()).ok()
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
