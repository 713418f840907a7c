//! The start page: organisations, how to connect, limits as they are used, the clock, faults, webhooks, calls.

use jiff::Timestamp;
use maud::{Markup, html};

use super::desk::address;
use super::{layout, text};
use crate::door::app::Flow;
use crate::door::calls::CallRecord;
use crate::door::clock::Clock;
use crate::door::fault::{Fault, Name};
use crate::door::http::{HttpRequest, HttpResponse, value};
use crate::door::sandbox::Sandbox;

fn navigation() -> Vec<(String, String)> {
    [("/", "Start"), ("/sandbox/calls", "Calls"), ("/sandbox/webhooks", "Webhooks")]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .to_vec()
}

impl Sandbox {
    pub(super) fn start_page(&self, now: Timestamp) -> HttpResponse {
        let body = html! {
            h1 { "A stand-in Xero" }
            div.grid {
                div.card {
                    h2 { "Organisations" }
                    ul { @for org in &self.orgs { li {
                        a href=(address(&org.id(), "trial-balance")) { (org.name()) } br;
                        span.muted { "tenant id " code { (org.id()) } }
                    } } }
                    h2 { "People" }
                    ul { @for person in &self.door.people { li { (person.name()) " " span.muted { (person.email) } } } }
                }
                (self.how_to_connect())
                (self.clock_card(now))
            }
            (self.limits_card(now))
            (self.faults_card())
            div.card.flush { h2 { "Calls of late" } (calls_table(self.door.calls.iter().rev().take(15))) }
        };
        HttpResponse::html(200, layout::wide("Start", "", &navigation(), "/", &body))
    }

    fn how_to_connect(&self) -> Markup {
        let base = &self.door.base_url;
        html! { div.card {
            h2 { "Connect an app" }
            dl {
                @for app in &self.door.apps {
                    dt { (match app.flow { Flow::Web => "Code flow", Flow::Pkce => "PKCE", Flow::Custom { .. } => "Custom" }) }
                    dd {
                        code { (app.id) } @if let Some(secret) = &app.secret { ", secret " code { (secret) } }
                        br; span.muted { "tier " (app.tier.word()) }
                    }
                }
                dt { "Authorise" } dd { code { (base) "/identity/connect/authorize" } }
                dt { "Token" } dd { code { (base) "/connect/token" } }
                dt { "API" } dd { code { (base) "/api.xro/2.0" } }
                dt { "Control" } dd { a href="/sandbox/api/openapi.json" { "openapi.json" } }
            }
        } }
    }

    fn clock_card(&self, now: Timestamp) -> Markup {
        let mode = match self.door.clock {
            Clock::Moved(0) => "real time",
            Clock::Moved(_) => "moved, running",
            Clock::Standing(_) => "standing still",
        };
        html! { div.card {
            h2 { "Clock" }
            p { (text::moment(now)) " UTC, " (mode) }
            form.row method="post" action="/sandbox/clock" {
                div { label for="minutes" { "Minutes on" } input #minutes name="minutes" type="number" value="31" size="6"; }
                button name="do" value="advance" { "Move" }
                button name="do" value="real" { "Real time" }
            }
        } }
    }

    fn limits_card(&self, now: Timestamp) -> Markup {
        let rows = self.door.connections.iter().filter_map(|c| {
            let app = self.door.apps.iter().find(|a| a.id == c.app)?;
            let org = self.orgs.iter().find(|o| o.id() == c.tenant)?;
            Some((app, org))
        });
        let sizes = self.door.limits.sizes;
        html! { div.card.flush {
            h2 { "Limits" }
            table {
                thead { tr { th { "App" } th { "Organisation" } th { "This minute" } th { "Today" } th.n { "In flight" } } }
                tbody { @for (app, org) in rows {
                    @let left = self.door.limits.remaining(app, &org.id(), now);
                    @let day = sizes.day.unwrap_or(app.tier.calls_a_day());
                    tr {
                        td { (app.name) } td { (org.name()) }
                        td { (used(sizes.minute - left.minute.min(sizes.minute), sizes.minute)) }
                        td { (used(day - left.day.min(day), day)) }
                        td.n { (self.door.limits.in_flight(app, &org.id())) " of " (sizes.concurrent) }
                    }
                } }
            }
        } }
    }

    fn faults_card(&self) -> Markup {
        html! { div.card {
            h2 { "Faults" }
            @for fault in &self.door.faults.on {
                p.note { (fault.name.word()) ", " (fault.times) " more "
                    @if let Some(method) = &fault.method { (method) " " }
                    @if let Some(path) = &fault.path { "on " code { (path) } }
                }
            }
            form.row method="post" action="/sandbox/faults" {
                div { label for="fault" { "The next calls" }
                    select #fault name="name" {
                        @for (_, word, does) in Name::TABLE { option value=(word) { (word) ": " (does) } }
                    }
                }
                div { label for="times" { "Times" } input #times name="times" type="number" min="1" value="1" size="4"; }
                div { label for="method" { "Method" }
                    select #method name="method" { @for m in ["", "GET", "PUT", "POST", "DELETE"] { option value=(m) { (if m.is_empty() { "any" } else { m }) } } }
                }
                div { label for="path" { "Path contains" } input #path name="path" placeholder="/Invoices" size="14"; }
                button.primary name="do" value="add" { "Set" }
                button name="do" value="clear" { "Clear all" }
            }
        } }
    }

    pub(super) fn set_faults_by_hand(&mut self, request: &HttpRequest) -> HttpResponse {
        let form = request.form();
        let text = |name: &str| value(&form, name).filter(|t| !t.is_empty()).map(str::to_owned);
        if value(&form, "do") == Some("clear") {
            self.door.faults.on.clear();
        } else if let Some((name, _, _)) =
            Name::TABLE.iter().find(|(_, word, _)| Some(*word) == value(&form, "name"))
        {
            let times = text("times").and_then(|t| t.parse().ok()).unwrap_or(1).max(1);
            self.add_fault(Fault { times, method: text("method"), path: text("path"), ..Fault::next(*name) });
        }
        HttpResponse::redirect(303, "/")
    }

    pub(super) fn set_clock_by_hand(&mut self, request: &HttpRequest) -> HttpResponse {
        let form = request.form();
        let minutes: i64 = value(&form, "minutes").and_then(|m| m.parse().ok()).unwrap_or(0);
        self.door.clock = match value(&form, "do") {
            Some("real") => Clock::Moved(0),
            _ => self.door.clock.advanced(minutes.saturating_mul(60_000)),
        };
        HttpResponse::redirect(303, "/")
    }

    pub(super) fn calls_page(&self) -> HttpResponse {
        let body = html! {
            h1 { "Calls" }
            p.muted { "The newest " (self.door.calls.keep) " of " (self.door.calls.made()) "." }
            div.card.flush { (calls_table(self.door.calls.iter().rev())) }
        };
        HttpResponse::html(200, layout::wide("Calls", "", &navigation(), "/sandbox/calls", &body))
    }

    pub(super) fn call_page(&self, number: &str) -> HttpResponse {
        let call = number.parse().ok().and_then(|n| self.door.calls.numbered(n));
        let Some(call) = call else { return HttpResponse::html(404, super::nothing_here("/sandbox/calls")) };
        let pretty = |bytes: &[u8]| match serde_json::from_slice::<serde_json::Value>(bytes) {
            Ok(value) => serde_json::to_string_pretty(&value).unwrap_or_default(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        };
        let body = html! {
            h1 { (call.method) " " (call.path) }
            div.card { dl {
                dt { "When" } dd { (text::moment(call.at)) " UTC" }
                dt { "Query" } dd { code { (call.query) } }
                dt { "App" } dd { (call.app.as_deref().unwrap_or("unknown")) }
                dt { "Organisation" } dd { (call.tenant.as_deref().unwrap_or("none")) }
                dt { "Answer" } dd { (call.status) " " (call.content_type) @if call.replayed { " (a kept answer)" } }
                @if let Some(fault) = &call.fault { dt { "Fault" } dd { (fault) } }
            } }
            @if !call.request.is_empty() { h2 { "Request" } pre { (pretty(&call.request)) } }
            @if !call.response.is_empty() { h2 { "Answer" } pre { (pretty(&call.response)) } }
        };
        HttpResponse::html(200, layout::wide("Call", "", &navigation(), "/sandbox/calls", &body))
    }

    pub(super) fn webhooks_page(&self) -> HttpResponse {
        let body = html! {
            h1 { "Webhooks" }
            @for (app, hook) in self.door.webhooks.iter() {
                div.card.flush {
                    h2 { (app) " → " (hook.wish.url) }
                    table {
                        thead { tr { th { "Post" } th { "Purpose" } th { "Attempts" } th { "Results" } th { "Body" } } }
                        tbody { @for post in hook.posts().collect::<Vec<_>>().into_iter().rev() { tr {
                            td { (post.number) } td { (format!("{:?}", post.purpose)) } td.n { (post.attempts) }
                            td { (post.results.join(", ")) } td { code { (String::from_utf8_lossy(&post.body)) } }
                        } } }
                    }
                }
            }
            @if self.door.webhooks.iter().next().is_none() {
                p { "No app has webhooks. " code { "POST /sandbox/api/webhooks {\"url\": \"http://…\"}" } " sets an address." }
            }
        };
        HttpResponse::html(200, layout::wide("Webhooks", "", &navigation(), "/sandbox/webhooks", &body))
    }
}

fn used(used: u32, of: u32) -> Markup {
    html! { meter min="0" max=(of) high=(of - of / 5) optimum="0" value=(used) {} " " (used) " of " (of) }
}

fn calls_table<'a>(calls: impl Iterator<Item = &'a CallRecord>) -> Markup {
    html! { table {
        thead { tr { th { "When" } th { "Call" } th { "App" } th.n { "Status" } th { "Remark" } } }
        tbody { @for call in calls { tr {
            td.nowrap { (text::moment(call.at)) }
            td { a href=(format!("/sandbox/calls/{}", call.number)) { (call.method) " " (call.path) }
                @if !call.query.is_empty() { " " span.muted { (call.query) } } }
            td { (call.app.as_deref().unwrap_or_default()) }
            td.n { (call.status) }
            td { (call.fault.as_deref().unwrap_or_default()) @if call.replayed { "kept answer" } }
        } } }
    } }
}
