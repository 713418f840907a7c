//! What the accountant's buttons do: each is one call, and a refusal is shown at the document.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::desk::address;
use super::documents::line_items;
use super::kinds::Kind;
use super::text;
use crate::door::http::{HttpRequest, HttpResponse, value};
use crate::door::sandbox::Sandbox;
use crate::exchange::Method;

impl Sandbox {
    /// A form of a document's page.
    pub(super) fn act(
        &mut self,
        tenant: &str,
        kind: &Kind,
        id: &str,
        action: &str,
        request: &HttpRequest,
        now: Timestamp,
    ) -> HttpResponse {
        let form = request.form();
        let path = format!("{}/{id}", kind.endpoint);
        let Some(document) = self.list(tenant, &path, &[], now).into_iter().next() else {
            return HttpResponse::html(404, super::nothing_here(&request.path));
        };
        let (status, answer) = match action {
            "status" => {
                let body = json!({kind.id: id, "Status": value(&form, "status").unwrap_or_default()});
                self.ask_as_accountant(tenant, Method::Post, &path, &[], Some(&body), now)
            }
            "pay" => {
                let text = |name: &str| value(&form, name).unwrap_or_default();
                let document = if kind.endpoint == "CreditNotes" { "CreditNote" } else { "Invoice" };
                let body = json!({document: {kind.id: id}, "Account": {"AccountID": text("account")},
                    "Date": text("date"), "Amount": text("amount")});
                self.ask_as_accountant(tenant, Method::Put, "Payments", &[], Some(&body), now)
            }
            "edit" => {
                let body = edited(kind, id, &document, &form);
                self.ask_as_accountant(tenant, Method::Post, &path, &[("unitdp", "4")], Some(&body), now)
            }
            _ => return HttpResponse::html(404, super::nothing_here(&request.path)),
        };
        if (200..300).contains(&status) {
            return HttpResponse::redirect(303, &address(tenant, &format!("documents/{}/{id}", kind.word)));
        }
        let mut messages = text::messages(&answer);
        messages.retain(|m| m != "A validation exception occurred");
        if messages.is_empty() {
            messages.push(format!("The organisation refused this with status {status}."));
        }
        self.document_page(tenant, kind, id, now, &messages)
    }
}

/// The document with the form's values: all lines again, each with its id, so that none is deleted.
fn edited(kind: &Kind, id: &str, document: &Value, form: &[(String, String)]) -> Value {
    let mut body = Map::new();
    body.insert(kind.id.into(), id.into());
    for name in ["Reference", "Narration", "Date", "DueDate"] {
        if let Some(text) = value(form, name) {
            body.insert(name.into(), text.into());
        }
    }
    for name in ["CurrencyRate", "LineAmountTypes", "Status"] {
        if let Some(kept) = document.get(name) {
            body.insert(name.into(), kept.clone());
        }
    }
    if kind.endpoint == "Quotes" {
        body.insert("Contact".into(), json!({"ContactID": document["Contact"]["ContactID"]}));
    }
    let (key, lines) = line_items(document);
    let lines = lines.iter().enumerate().map(|(at, line)| edited_line(at, line, form)).collect();
    body.insert(key.into(), Value::Array(lines));
    Value::Object(body)
}

fn edited_line(at: usize, line: &Value, form: &[(String, String)]) -> Value {
    let mut new = Map::new();
    for name in ["LineItemID", "ItemCode", "TaxType", "Tracking", "DiscountRate"] {
        if let Some(kept) = line.get(name).filter(|v| !v.is_null() && *v != "") {
            new.insert(name.into(), kept.clone());
        }
    }
    for name in ["Description", "Quantity", "UnitAmount", "LineAmount", "AccountCode"] {
        if let Some(text) = value(form, &format!("{name}.{at}")).filter(|t| !t.is_empty()) {
            new.insert(name.into(), text.into());
        }
    }
    Value::Object(new)
}
