//! Trial balance, the ledger of one account, journals, lock dates.
//!
//! From an account's balance a link leads to its lines, from a line to its document.

use jiff::Timestamp;
use maud::{Markup, html};
use rust_decimal::Decimal;
use serde_json::Value;

use super::desk::{address, today};
use super::{kinds, text};
use crate::door::http::{HttpRequest, HttpResponse, value};
use crate::door::sandbox::Sandbox;
use crate::exchange::Method;
use crate::org::{LockDates, Org};

/// Debit and credit cells of a balance.
fn sides(net: Decimal) -> Markup {
    html! {
        td.n { @if net > Decimal::ZERO { (text::amount(net)) } }
        td.n { @if net < Decimal::ZERO { (text::amount(-net)) } }
    }
}

/// A form with one day, sent by GET.
fn day_form(name: &str, day: jiff::civil::Date) -> Markup {
    html! {
        form.row method="get" {
            div { label for="day" { "As at" } input #day type="date" name=(name) value=(day); }
            button { "Show" }
        }
    }
}

/// The link to what a ledger line comes from.
fn source(tenant: &str, source_type: &str, source_id: &str) -> Markup {
    let kind = kinds::of_source(source_type);
    html! {
        @match kind {
            Some(kind) => a href=(address(tenant, &format!("documents/{}/{source_id}", kind.word))) { (source_type) },
            None => (source_type),
        }
    }
}

impl Sandbox {
    pub(super) fn trial_balance_page(
        &self,
        org: &Org,
        request: &HttpRequest,
        now: Timestamp,
    ) -> HttpResponse {
        let day = text::day_or(value(&request.query_pairs(), "date"), today(org, now));
        let rows = org.trial_balance(day);
        let tenant = org.id();
        let sum = |sign: i64| -> Decimal {
            rows.iter().map(|r| r.balance * Decimal::from(sign)).filter(|b| *b > Decimal::ZERO).sum()
        };
        let body = html! {
            h1 { "Trial balance" }
            (day_form("date", day))
            div.card.flush { table {
                thead { tr { th { "Code" } th { "Account" } th { "Type" } th.n { "Debit" } th.n { "Credit" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            td { (row.code) }
                            td { a href=(address(&tenant, &format!("accounts/{}?until={day}", row.account_id))) { (row.name) } }
                            td.muted { (row.account_type) }
                            (sides(row.balance))
                        }
                    }
                    @if rows.is_empty() { tr { td colspan="5" { "Nothing is booked up to this day." } } }
                }
                tfoot { tr {
                    td {} td { "Total" } td {}
                    td.n { (text::amount(sum(1))) } td.n { (text::amount(sum(-1))) }
                } }
            } }
        };
        self.desk_page(org, "trial-balance", "Trial balance", &body)
    }

    pub(super) fn account_page(
        &self,
        org: &Org,
        account: &str,
        request: &HttpRequest,
        now: Timestamp,
    ) -> HttpResponse {
        let day = text::day_or(value(&request.query_pairs(), "until"), today(org, now));
        let (tenant, lines) = (org.id(), org.ledger_lines(account, day));
        let names = org.trial_balance(day);
        let name = names.iter().find(|r| r.account_id == account);
        let title = name.map_or_else(|| "Account".to_owned(), |r| format!("{} {}", r.code, r.name));
        let mut balance = Decimal::ZERO;
        let body = html! {
            h1 { (title) }
            (day_form("until", day))
            div.card.flush { table {
                thead { tr {
                    th { "Date" } th { "Journal" } th { "From" } th { "Description" }
                    th.n { "Debit" } th.n { "Credit" } th.n { "Balance" }
                } }
                tbody {
                    @for line in &lines {
                        tr {
                            td.nowrap { (line.date) }
                            td { (line.journal_number) }
                            td { (source(&tenant, &line.source_type, &line.source_id)) }
                            td { (line.description) }
                            (sides(line.net))
                            td.n { ({ balance += line.net; text::amount(balance) }) }
                        }
                    }
                    @if lines.is_empty() { tr { td colspan="7" { "No lines up to this day." } } }
                }
            } }
        };
        self.desk_page(org, "trial-balance", &title, &body)
    }

    pub(super) fn journals_page(
        &mut self,
        tenant: &str,
        request: &HttpRequest,
        now: Timestamp,
    ) -> HttpResponse {
        let query = request.query_pairs();
        let offset: u64 = value(&query, "offset").and_then(|o| o.parse().ok()).unwrap_or(0);
        let journals = self.list(tenant, "Journals", &[("offset", &offset.to_string())], now);
        let next = journals.last().and_then(|j| j["JournalNumber"].as_u64());
        let body = html! {
            h1 { "Journals" }
            p.muted { "The general ledger in the order it was written, a hundred at a time." }
            div.card.flush { table {
                thead { tr {
                    th { "Number" } th { "Date" } th { "From" } th { "Account" } th { "Description" }
                    th.n { "Debit" } th.n { "Credit" }
                } }
                tbody {
                    @for journal in &journals {
                        @for (at, line) in journal["JournalLines"].as_array().into_iter().flatten().enumerate() {
                            (journal_line(tenant, journal, line, at == 0))
                        }
                    }
                    @if journals.is_empty() { tr { td colspan="7" { "No more journals." } } }
                }
            } }
            @if let (Some(next), 100) = (next, journals.len()) {
                p { a href=(format!("?offset={next}")) { "Later ones" } }
            }
        };
        match self.orgs.iter().find(|o| o.id() == tenant) {
            Some(org) => self.desk_page(org, "journals", "Journals", &body),
            None => HttpResponse::empty(404),
        }
    }

    pub(super) fn lock_dates_page(&self, org: &Org) -> HttpResponse {
        let locks = org.lock_dates();
        let shown = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
        let body = html! {
            h1 { "Lock dates" }
            div.card {
                p { "What is dated on or before a lock date can't be approved, changed or voided." }
                form method="post" action=(address(&org.id(), "lock-dates")) {
                    div.row {
                        div {
                            label for="period" { "For everyone but advisers" }
                            input #period type="date" name="period" value=(shown(locks.period));
                        }
                        div {
                            label for="year" { "For everyone" }
                            input #year type="date" name="end_of_year" value=(shown(locks.end_of_year));
                        }
                        button.primary { "Set" }
                    }
                }
            }
        };
        self.desk_page(org, "lock-dates", "Lock dates", &body)
    }

    pub(super) fn set_lock_dates_by_hand(&mut self, tenant: &str, request: &HttpRequest) -> HttpResponse {
        let form = request.form();
        let day = |name: &str| value(&form, name).and_then(|d| d.parse().ok());
        let locks = LockDates { period: day("period"), end_of_year: day("end_of_year") };
        if let Some(org) = self.org_mut(tenant) {
            org.set_lock_dates(locks);
        }
        HttpResponse::redirect(303, &address(tenant, "lock-dates"))
    }

    /// Accounts a payment can come from or go to: id and label.
    pub(super) fn payment_accounts(&mut self, tenant: &str, now: Timestamp) -> Vec<(String, String)> {
        let (_, body) = self.ask_as_accountant(tenant, Method::Get, "Accounts", &[], None, now);
        let accounts = body["Accounts"].as_array().cloned().unwrap_or_default();
        accounts
            .iter()
            .filter(|a| a["Type"] == "BANK" || a["EnablePaymentsToAccount"] == true)
            .filter(|a| a["Status"] != "ARCHIVED")
            .map(|a| {
                let label = format!("{} {}", text::plain(&a["Code"]), text::plain(&a["Name"]));
                (text::plain(&a["AccountID"]), label.trim().to_owned())
            })
            .collect()
    }
}

fn journal_line(tenant: &str, journal: &Value, line: &Value, first: bool) -> Markup {
    let net = text::decimal(&line["NetAmount"]).unwrap_or_default();
    let account = text::plain(&line["AccountID"]);
    html! {
        tr {
            td { @if first { (text::plain(&journal["JournalNumber"])) } }
            td.nowrap { @if first { (text::day(&journal["JournalDate"])) } }
            td { @if first {
                (source(tenant, &text::plain(&journal["SourceType"]), &text::plain(&journal["SourceID"])))
            } }
            td { a href=(address(tenant, &format!("accounts/{account}"))) {
                (text::plain(&line["AccountCode"])) " " (text::plain(&line["AccountName"]))
            } }
            td { (text::plain(&line["Description"])) }
            (sides(net))
        }
    }
}
