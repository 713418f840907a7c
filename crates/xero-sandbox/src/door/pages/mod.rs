//! The pages: consent, and a desk where a person plays the accountant.
//!
//! Server-rendered, one small stylesheet, no script. A form that comes from another site is refused (`same_origin`).
//!
//! Not here: what the buttons do in an organisation, which are calls like any client's.

mod consent;
mod layout;

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
    /// Answers a request for a page.
    pub(super) fn page(&mut self, request: &HttpRequest, path: &[String], _now: Timestamp) -> HttpResponse {
        match path {
            [] => HttpResponse::html(200, self.home()),
            _ => HttpResponse::html(404, nothing_here(&request.path)),
        }
    }
}

impl Sandbox {
    fn home(&self) -> String {
        let body = html! {
            h1 { "A stand-in Xero" }
            div.card {
                h2 { "Organisations" }
                ul { @for org in &self.orgs { li { (org.name()) " " code { (org.id()) } } } }
            }
            div.card {
                h2 { "Apps" }
                ul { @for app in &self.door.apps { li { (app.name) " " code { (app.id) } } } }
            }
        };
        layout::wide("Start", &[], "/", &body)
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
