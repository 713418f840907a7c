//! Lists of documents, and one document with what can be done to it by hand.

use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::desk::{address, today};
use super::kinds::Kind;
use super::text;
use crate::door::http::{HttpRequest, HttpResponse, value};
use crate::door::sandbox::Sandbox;
use crate::exchange::Method;

const PAGE_SIZE: &str = "50";

/// Facts shown at the head of a document, where it has them.
const FACTS: &[&str] = &[
    "Type",
    "PaymentType",
    "Status",
    "Reference",
    "Narration",
    "CurrencyCode",
    "CurrencyRate",
    "LineAmountTypes",
    "SubTotal",
    "TotalTax",
    "Total",
    "Amount",
    "AmountPaid",
    "AmountCredited",
    "AmountDue",
    "RemainingCredit",
    "Url",
];

/// Those of them that are amounts.
const AMOUNTS: &[&str] = &[
    "SubTotal",
    "TotalTax",
    "Total",
    "Amount",
    "AmountPaid",
    "AmountCredited",
    "AmountDue",
    "RemainingCredit",
];

/// What a person calls a document by.
pub fn name_of(kind: &Kind, document: &Value) -> String {
    let name = text::plain(&document[kind.name]);
    if name.is_empty() { "(no number)".to_owned() } else { name }
}

fn contact_of(document: &Value) -> String {
    let direct = text::plain(&document["Contact"]["Name"]);
    if direct.is_empty() { text::plain(&document["Invoice"]["Contact"]["Name"]) } else { direct }
}

fn total_of(document: &Value) -> String {
    let total = text::money(&document["Total"]);
    if total.is_empty() { text::money(&document["Amount"]) } else { total }
}

impl Sandbox {
    pub(super) fn list_page(
        &mut self,
        tenant: &str,
        kind: &Kind,
        request: &HttpRequest,
        now: Timestamp,
    ) -> HttpResponse {
        let asked = request.query_pairs();
        let page: u32 = value(&asked, "page").and_then(|p| p.parse().ok()).unwrap_or(1).max(1);
        let number = page.to_string();
        let mut query =
            vec![("page", number.as_str()), ("pageSize", PAGE_SIZE), ("order", "UpdatedDateUTC DESC")];
        query.extend(kind.filter.map(|f| ("where", f)));
        let rows = self.list(tenant, kind.endpoint, &query, now);
        let body = html! {
            h1 { (kind.title) }
            div.card.flush { table {
                thead { tr {
                    th { "Name" } th { "Date" } th { "Contact" } th { "Status" } th.n { "Total" } th.n { "Due" }
                } }
                tbody {
                    @for row in &rows { (list_row(tenant, kind, row)) }
                    @if rows.is_empty() { tr { td colspan="6" { "None here." } } }
                }
            } }
            div.row {
                @if page > 1 { a href=(format!("?page={}", page - 1)) { "Newer" } }
                @if rows.len() >= 50 { a href=(format!("?page={}", page + 1)) { "Older" } }
            }
        };
        match self.orgs.iter().find(|o| o.id() == tenant) {
            Some(org) => self.desk_page(org, &format!("documents/{}", kind.word), kind.title, &body),
            None => HttpResponse::empty(404),
        }
    }

    pub(super) fn document_page(
        &mut self,
        tenant: &str,
        kind: &Kind,
        id: &str,
        now: Timestamp,
        refusal: &[String],
    ) -> HttpResponse {
        let path = format!("{}/{id}", kind.endpoint);
        let Some(document) = self.list(tenant, &path, &[], now).into_iter().next() else {
            return HttpResponse::html(404, super::nothing_here(&path));
        };
        let accounts = self.payment_accounts(tenant, now);
        let history = self.list_history(tenant, &path, now);
        let Some(org) = self.orgs.iter().find(|o| o.id() == tenant) else { return HttpResponse::empty(404) };
        let title = format!("{} {}", kind.one, name_of(kind, &document));
        let due = document.get("AmountDue").filter(|_| document["Status"] == "AUTHORISED");
        let body = html! {
            h1 { (title) }
            @for message in refusal { p.note.bad role="alert" { (message) } }
            div.grid {
                div.card { (facts(&document)) }
                div.card {
                    h2 { "By hand" }
                    (moves(tenant, kind, id, &document))
                    @if let Some(due) = due {
                        (pay(tenant, kind, id, due, &accounts, &today(org, now).to_string()))
                    }
                }
            }
            (lines(&document))
            (edit(tenant, kind, id, &document))
            (applied(&document))
            (history)
            details.card {
                summary { "As the API writes it" }
                pre { (serde_json::to_string_pretty(&document).unwrap_or_default()) }
            }
        };
        let mut page = self.desk_page(org, &format!("documents/{}", kind.word), &title, &body);
        page.status = if refusal.is_empty() { 200 } else { 400 };
        page
    }

    fn list_history(&mut self, tenant: &str, path: &str, now: Timestamp) -> Markup {
        let (_, body) =
            self.ask_as_accountant(tenant, Method::Get, &format!("{path}/History"), &[], None, now);
        let records = body["HistoryRecords"].as_array().cloned().unwrap_or_default();
        html! {
            @if !records.is_empty() {
                div.card.flush { h2 { "History" } table { tbody {
                    @for record in &records { tr {
                        td.nowrap { (text::plain(&record["DateUTCString"])) }
                        td { (text::plain(&record["User"])) }
                        td { (text::plain(&record["Changes"])) }
                        td { (text::plain(&record["Details"])) }
                    } }
                } } }
            }
        }
    }
}

fn list_row(tenant: &str, kind: &Kind, row: &Value) -> Markup {
    let link = address(tenant, &format!("documents/{}/{}", kind.word, text::plain(&row[kind.id])));
    html! { tr {
        td { a href=(link) { (name_of(kind, row)) } }
        td.nowrap { (text::day(&row["Date"])) }
        td { (contact_of(row)) }
        td { (text::status(&text::plain(&row["Status"]))) }
        td.n { (total_of(row)) }
        td.n { (text::money(&row["AmountDue"])) }
    } }
}

fn facts(document: &Value) -> Markup {
    let contact = contact_of(document);
    html! { dl {
        @if !contact.is_empty() { dt { "Contact" } dd { (contact) } }
        @for name in ["Date", "DueDate", "DeliveryDate", "ExpiryDate"] {
            @if document.get(name).is_some() { dt { (name) } dd { (text::day(&document[name])) } }
        }
        @for name in FACTS {
            @if let Some(fact) = document.get(name) {
                dt { (name) }
                dd {
                    @if *name == "Status" { (text::status(&text::plain(fact))) }
                    @else if AMOUNTS.contains(name) { (text::money(fact)) }
                    @else { (text::plain(fact)) }
                }
            }
        }
    } }
}

fn moves(tenant: &str, kind: &Kind, id: &str, document: &Value) -> Markup {
    let now = text::plain(&document["Status"]);
    let possible: Vec<_> = kind.moves.iter().filter(|(from, _, _)| *from == now).collect();
    html! {
        @if possible.is_empty() { p.muted { "Nothing can be done to it in this status." } }
        @else {
            form.row method="post" action=(address(tenant, &format!("documents/{}/{id}/status", kind.word))) {
                @for (_, label, to) in possible {
                    @let losing = matches!(*to, "VOIDED" | "DELETED");
                    button class=(if losing { "danger" } else { "primary" }) name="status" value=(to) { (label) }
                }
            }
        }
    }
}

fn pay(
    tenant: &str,
    kind: &Kind,
    id: &str,
    due: &Value,
    accounts: &[(String, String)],
    today: &str,
) -> Markup {
    html! {
        form.row method="post" action=(address(tenant, &format!("documents/{}/{id}/pay", kind.word))) {
            div { label for="amount" { "Amount" } input #amount name="amount" inputmode="decimal" size="10" value=(text::plain(due)); }
            div { label for="paid" { "Date" } input #paid type="date" name="date" value=(today); }
            div { label for="account" { "Account" }
                select #account name="account" { @for (id, label) in accounts { option value=(id) { (label) } } }
            }
            button.primary { "Pay" }
        }
    }
}

/// Lines of a document or a journal.
pub fn line_items(document: &Value) -> (&'static str, Vec<Value>) {
    match (document["LineItems"].as_array(), document["JournalLines"].as_array()) {
        (_, Some(lines)) => ("JournalLines", lines.clone()),
        (Some(lines), None) => ("LineItems", lines.clone()),
        (None, None) => ("LineItems", Vec::new()),
    }
}

fn lines(document: &Value) -> Markup {
    let (_, lines) = line_items(document);
    html! { @if !lines.is_empty() { div.card.flush { h2 { "Lines" } table {
        thead { tr {
            th { "Description" } th { "Item" } th.n { "Quantity" } th.n { "Unit" } th { "Account" } th { "Tax" }
            th.n { "Tax amount" } th.n { "Amount" }
        } }
        tbody { @for line in &lines { tr {
            td { (text::plain(&line["Description"])) }
            td { (text::plain(&line["ItemCode"])) }
            td.n { (text::plain(&line["Quantity"])) }
            td.n { (text::plain(&line["UnitAmount"])) }
            td { (text::plain(&line["AccountCode"])) }
            td { (text::plain(&line["TaxType"])) }
            td.n { (text::money(&line["TaxAmount"])) }
            td.n { (text::money(&line["LineAmount"])) }
        } } }
    } } } }
}

fn applied(document: &Value) -> Markup {
    let rows = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let (payments, allocations) = (rows("Payments"), rows("Allocations"));
    html! { @if !payments.is_empty() || !allocations.is_empty() { div.card.flush {
        h2 { "Applied" }
        table { tbody {
            @for payment in &payments { tr {
                td { "Payment " (text::plain(&payment["Reference"])) } td { (text::day(&payment["Date"])) }
                td.n { (text::money(&payment["Amount"])) }
            } }
            @for allocation in &allocations { tr {
                td { "Allocated to " (text::plain(&allocation["Invoice"]["InvoiceNumber"])) }
                td { (text::day(&allocation["Date"])) }
                td.n { (text::money(&allocation["Amount"])) }
            } }
        } }
    } } }
}

fn edit(tenant: &str, kind: &Kind, id: &str, document: &Value) -> Markup {
    let (key, lines) = line_items(document);
    let possible = kind.edits.contains(&text::plain(&document["Status"]).as_str());
    let fields: &[&str] = if key == "JournalLines" {
        &["Description", "LineAmount", "AccountCode"]
    } else {
        &["Description", "Quantity", "UnitAmount", "AccountCode"]
    };
    let head = if key == "JournalLines" { "Narration" } else { "Reference" };
    html! { @if possible { details.card {
        summary { "Edit" }
        form method="post" action=(address(tenant, &format!("documents/{}/{id}/edit", kind.word))) {
            div.row {
                div { label for="head" { (head) } input #head name=(head) value=(text::plain(&document[head])); }
                div { label for="date" { "Date" } input #date type="date" name="Date" value=(text::day(&document["Date"])); }
                @if document.get("DueDate").is_some() {
                    div { label for="due" { "Due" } input #due type="date" name="DueDate" value=(text::day(&document["DueDate"])); }
                }
            }
            table {
                thead { tr { @for field in fields { th { (field) } } } }
                tbody { @for (at, line) in lines.iter().enumerate() { tr {
                    @for field in fields { td {
                        input aria-label=(field) name=(format!("{field}.{at}")) value=(text::plain(&line[*field]));
                    } }
                } } }
            }
            p { button.primary { "Save" } }
        }
    } } }
}
