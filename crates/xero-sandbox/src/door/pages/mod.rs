//! The pages: consent, and a desk where a person plays the accountant.
//!
//! Server-rendered, one small stylesheet, no script. A form that comes from another site is refused (`same_origin`).
//!
//! Not here: what the buttons do in an organisation, which are calls like any client's.

mod actions;
mod consent;
mod desk;
mod documents;
mod kinds;
mod layout;
mod ledger;
mod start;
mod text;

use jiff::Timestamp;
use maud::html;

pub use consent::{Consent, consent};

use super::http::{HttpRequest, HttpResponse};
use super::sandbox::Sandbox;

/// A page that says why a request was refused.
pub fn refused(code: &str, why: &str) -> String {
    let body = html! {
        h1 { "This request was refused" }
        p { b { (code) } ": " (why) }
    };
    layout::narrow("Refused", &body)
}

/// The page for an address that has none.
pub fn nothing_here(path: &str) -> String {
    let body = html! {
        h1 { "Nothing here" }
        p { "The sandbox has no page " code { (path) } "." }
        p { a href="/" { "To the start" } }
    };
    layout::narrow("Nothing here", &body)
}

/// Refuses what another site's page made a browser send. Clients that aren't browsers send no `Origin`.
pub fn same_origin(request: &HttpRequest) -> Result<(), HttpResponse> {
    let host = request.header("host").unwrap_or_default();
    let Some(origin) = request.header("origin") else {
        return match request.header("sec-fetch-site") {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) => Err(cross_site()),
        };
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    // A name that only resolves to this machine could still be another site's (DNS rebinding).
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    if local && origin.strip_prefix("http://") == Some(host) { Ok(()) } else { Err(cross_site()) }
}

fn cross_site() -> HttpResponse {
    HttpResponse::html(403, refused("cross-site", "This form was sent by a page of another site."))
}

impl Sandbox {
    /// Answers a request for a page, or a page's form.
    pub(super) fn page(&mut self, request: &HttpRequest, path: &[String], now: Timestamp) -> HttpResponse {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let posting = match request.method.as_str() {
            "GET" | "HEAD" => false,
            "POST" => true,
            _ => return HttpResponse::empty(405),
        };
        if posting && let Err(refusal) = same_origin(request) {
            return refusal;
        }
        match (posting, parts.as_slice()) {
            (false, []) => self.start_page(now),
            (true, ["sandbox", "faults"]) => self.set_faults_by_hand(request),
            (true, ["sandbox", "clock"]) => self.set_clock_by_hand(request),
            (false, ["sandbox", "calls"]) => self.calls_page(),
            (false, ["sandbox", "calls", number]) => self.call_page(number),
            (false, ["sandbox", "webhooks"]) => self.webhooks_page(),
            (_, ["sandbox", "orgs", tenant, rest @ ..]) => self.org_page(request, tenant, rest, posting, now),
            _ => HttpResponse::html(404, nothing_here(&request.path)),
        }
    }

    fn org_page(
        &mut self,
        request: &HttpRequest,
        tenant: &str,
        path: &[&str],
        posting: bool,
        now: Timestamp,
    ) -> HttpResponse {
        let nothing = || HttpResponse::html(404, nothing_here(&request.path));
        let Some(org) = self.orgs.iter().find(|o| o.id() == tenant) else { return nothing() };
        match (posting, path) {
            (false, ["trial-balance"]) => self.trial_balance_page(org, request, now),
            (false, ["accounts", account]) => self.account_page(org, account, request, now),
            (false, ["journals"]) => self.journals_page(tenant, request, now),
            (false, ["lock-dates"]) => self.lock_dates_page(org),
            (true, ["lock-dates"]) => self.set_lock_dates_by_hand(tenant, request),
            (_, ["documents", word, rest @ ..]) => match (kinds::named(word), posting, rest) {
                (Some(kind), false, []) => self.list_page(tenant, kind, request, now),
                (Some(kind), false, [id]) => self.document_page(tenant, kind, id, now, &[]),
                (Some(kind), true, [id, action]) => self.act(tenant, kind, id, action, request, now),
                _ => nothing(),
            },
            _ => nothing(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        for (host, origin, fetch_site, allowed) in [
            ("127.0.0.1:4010", Some("http://127.0.0.1:4010"), None, true),
            ("localhost:4010", Some("http://localhost:4010"), Some("same-origin"), true),
            ("127.0.0.1:4010", None, None, true),
            ("127.0.0.1:4010", None, Some("cross-site"), false),
            ("127.0.0.1:4010", Some("http://evil.example"), None, false),
            ("127.0.0.1:4010", Some("null"), None, false),
            ("127.0.0.1:4010", Some("http://127.0.0.1:4011"), None, false),
            ("evil.example:4010", Some("http://evil.example:4010"), None, false),
        ] {
            let mut request = HttpRequest::new("POST", "/").with_header("host", host);
            request.headers.extend(origin.map(|o| ("origin".into(), o.into())));
            request.headers.extend(fetch_site.map(|s| ("sec-fetch-site".into(), s.into())));
            assert_eq!(same_origin(&request).is_ok(), allowed, "{host} {origin:?} {fetch_site:?}");
        }
    }
}
