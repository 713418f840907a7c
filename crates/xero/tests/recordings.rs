//! Every recorded answer of a real Xero, read into the outcome it must have.
//!
//! The table names each file of `xero/recordings/` (their README says what each shows) with what was asked and the
//! outcome in words. What was sent is not recorded; `asked` is what the recording's name and answer say.
//! Not here: our own answers to invented bodies (beside the code).

use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::PathBuf;
use xero::element::{Element, read_elements};
use xero::envelope::read_page;
use xero::errors::{explain, of_cause};
use xero::outcome::{Cause, Deed, Received, happened};
use xero::{
    Account, Attachment, BrandingTheme, Contact, CreditNote, HistoryRecord, Invoice, Item, PurchaseOrder,
    Quote, Resource, TaxRate,
};

#[derive(Deserialize)]
struct Recording<'a> {
    #[serde(borrow)]
    request: Request<'a>,
    #[serde(borrow)]
    response: Reply<'a>,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize)]
struct Request<'a> {
    method: &'a str,
}

#[derive(Deserialize)]
struct Reply<'a> {
    status: u16,
    content_type: &'a str,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Which kind the answer lists.
#[derive(Clone, Copy)]
enum Kind {
    Accounts,
    Attachments,
    BrandingThemes,
    Contacts,
    CreditNotes,
    History,
    Invoices,
    Items,
    Organisation,
    PurchaseOrders,
    Quotes,
    TaxRates,
}
use Kind::*;

/// File, kind, what was asked of each element (nothing for a read), outcome.
const TABLE: &[(&str, Kind, &str, &str)] = &[
    ("accounts", Accounts, "", "read: 090 BANK NONE | 091 BANK NONE"),
    (
        "bills_page",
        Invoices,
        "",
        "read of page 1 / 24 (48): ACCPAY Elec. VOIDED 2025-12-17 due 0.0 of 89.0 | ACCPAY RPT445-1 PAID 2025-10-16 due 0.0 of 97.0",
    ),
    ("branding_themes", BrandingThemes, "", "read: Standard 1 | Very orange invoice! 2 | Special Projects 4"),
    ("contact", Contacts, "", "read: ACTIVE false"),
    ("contact_archive", Contacts, "[{\"ContactStatus\":\"ARCHIVED\"}]", "done: ARCHIVED false"),
    ("contact_archive_archived", Contacts, "[{\"ContactStatus\":\"ARCHIVED\"}]", "refused: contact-archived"),
    ("contact_archive_with_documents", Contacts, "[{\"ContactStatus\":\"ARCHIVED\"}]", "done: ARCHIVED true"),
    ("contact_create", Contacts, "[{}]", "done: ACTIVE false"),
    ("contact_create_duplicate_name", Contacts, "[{}]", "NotDone: invalid contact-name-taken"),
    ("contact_update", Contacts, "[{}]", "done: ACTIVE false"),
    ("contacts_by_name", Contacts, "", "read: ACTIVE false"),
    ("contacts_by_name_other_case", Contacts, "", "read: ACTIVE false"),
    ("contacts_page", Contacts, "", "read of page 1 / 816 (1631): ACTIVE false | ACTIVE false"),
    (
        "credit_notes_page",
        CreditNotes,
        "",
        "read of page 1 / 3 (5): CN-0025 PAID left 0.0 lines 2 | CN-0026 PAID left 0.0 lines 1",
    ),
    ("invoice", Invoices, "", "read: ACCREC INV-0016 PAID 2026-06-28 due 0.0 of 541.25"),
    ("invoice_attachment_create", Attachments, "[{}]", "done: recording.pdf 18"),
    (
        "invoice_create",
        Invoices,
        "[{\"Status\":\"AUTHORISED\"}]",
        "done: ACCREC INV-0055 AUTHORISED 2026-09-14 due 24.15 of 24.15",
    ),
    ("invoice_delete_authorised", Invoices, "[{\"Status\":\"DELETED\"}]", "refused: invoice-status"),
    (
        "invoice_history",
        History,
        "",
        "read: 2026-09-05T12:01:01.56Z Invoice sent | 2026-09-05T11:54:51.193Z Credited",
    ),
    ("invoice_history_create", History, "[{}]", "done: 2026-09-14T09:30:00.532Z -"),
    ("invoice_not_found", Invoices, "", "NotDone: not-found"),
    (
        "invoice_void",
        Invoices,
        "[{\"Status\":\"VOIDED\"}]",
        "done: ACCREC INV-0055 VOIDED 2026-09-14 due 24.15 of 24.15",
    ),
    (
        "invoices_page",
        Invoices,
        "",
        "read of page 1 / 867 (1734): ACCREC INV-0016 PAID 2026-06-28 due 0.0 of 541.25 | ACCREC INV-0010 PAID 2026-05-20 due 0.0 of 500.0",
    ),
    ("item_create", Items, "[{}]", "done: REC-a1a54b7c 128.19"),
    ("item_update", Items, "[{}]", "done: REC-a1a54b7c 128.19"),
    ("items", Items, "", "read: 00002867 128.19 | 0000452 199.95"),
    ("organisation", Organisation, "", "read: Demo Company (NZ) NZD locked 2009-09-30"),
    ("purchase_order", PurchaseOrders, "", "read: BILLED 2026-09-04 1150.0"),
    (
        "purchase_order_create",
        PurchaseOrders,
        "[{\"Status\":\"SUBMITTED\"}]",
        "done: SUBMITTED 2026-09-14 115.0",
    ),
    (
        "purchase_order_create_batch",
        PurchaseOrders,
        "[{\"Status\":\"SUBMITTED\"},{\"Status\":\"SUBMITTED\"}]",
        "done: SUBMITTED 2026-10-04 115.0 | done: SUBMITTED 2026-10-04 115.0",
    ),
    ("purchase_order_delete", PurchaseOrders, "[{\"Status\":\"DELETED\"}]", "done: DELETED 2026-09-14 115.0"),
    (
        "purchase_order_delete_billed",
        PurchaseOrders,
        "[{\"Status\":\"DELETED\"}]",
        "done: DELETED 2026-09-14 115.0",
    ),
    (
        "purchase_order_delete_keeping_number",
        PurchaseOrders,
        "[{\"Status\":\"DELETED\"}]",
        "done: DELETED 2026-09-14 115.0",
    ),
    (
        "purchase_order_number_held_by_deleted",
        PurchaseOrders,
        "[{\"Status\":\"SUBMITTED\"}]",
        "refused: order-status, order-deleted",
    ),
    (
        "purchase_order_update",
        PurchaseOrders,
        "[{\"Status\":\"AUTHORISED\"}]",
        "done: AUTHORISED 2026-09-14 115.0",
    ),
    (
        "purchase_orders_page",
        PurchaseOrders,
        "",
        "read of page 1 / 20 (40): BILLED 2026-09-04 1150.0 | AUTHORISED 2026-09-02 470.0",
    ),
    ("quote", Quotes, "", "read: QU-0853 DRAFT EXCLUSIVE 703.02"),
    ("quote_accept", Quotes, "[{\"Status\":\"ACCEPTED\"}]", "done: QU-0010 ACCEPTED EXCLUSIVE 703.02"),
    ("quote_create", Quotes, "[{\"Status\":\"DRAFT\"}]", "done: QU-0008 DRAFT EXCLUSIVE 703.02"),
    ("quote_delete", Quotes, "[{\"Status\":\"DELETED\"}]", "done: QU-0010 DELETED EXCLUSIVE 703.02"),
    ("quote_delete_accepted", Quotes, "[{\"Status\":\"DELETED\"}]", "done: QU-0009 DELETED EXCLUSIVE 703.02"),
    ("quote_send", Quotes, "[{\"Status\":\"SENT\"}]", "done: QU-0009 SENT EXCLUSIVE 703.02"),
    ("quotes_page", Quotes, "", "read: QU-0853 DRAFT EXCLUSIVE 703.02 | QU-0162 DRAFT EXCLUSIVE 3113.6"),
    ("rate_limit_minute", Organisation, "", "NotDone: limit-minute Some(26)"),
    ("tax_rates", TaxRates, "", "read: INPUT 12.5 DELETED | OUTPUT 12.5 DELETED"),
];

fn summary<T: Resource>(recording: &Recording<'_>, asked: &str, show: impl Fn(&T) -> String) -> String {
    let mut headers: Vec<_> =
        recording.response.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    headers.push(("Content-Type".to_owned(), recording.response.content_type.to_owned()));
    let body = if recording.body.get() == "null" { "" } else { recording.body.get() };
    let received = Received { status: recording.response.status, headers: &headers, body: body.as_bytes() };
    let deed = match recording.request.method {
        "GET" => Deed::Read,
        "PUT" => Deed::Create,
        "POST" => Deed::Update,
        other => panic!("method {other}"),
    };
    if let Some(cause) = received.failure() {
        return failed(deed, &cause);
    }
    if deed == Deed::Read {
        let page = read_page::<T>(received.body).unwrap();
        assert_eq!(page.unreadable, []);
        assert!(page.at.is_some());
        let pages =
            page.pagination.map(|p| format!(" of page {} / {} ({})", p.page, p.page_count, p.item_count));
        let shown: Vec<_> = page.items.iter().map(show).collect();
        return format!("read{}: {}", pages.unwrap_or_default(), shown.join(" | "));
    }
    let asked: Vec<T> = serde_json::from_str(asked).unwrap();
    let elements = read_elements(received.body, &asked).unwrap();
    elements.iter().map(|element| outcome(element, &show)).collect::<Vec<_>>().join(" | ")
}

fn failed(deed: Deed, cause: &Cause) -> String {
    let detail = match cause {
        Cause::Limited { retry_after, .. } => format!(" {retry_after:?}"),
        Cause::Invalid { messages, .. } => messages.iter().map(|m| format!(" {}", code(&m.text))).collect(),
        _ => String::new(),
    };
    format!("{:?}: {}{detail}", happened(deed, cause), of_cause(cause).unwrap().code)
}

fn code(message: &str) -> String {
    explain(message).known.map_or_else(|| message.to_owned(), |row| row.code.to_owned())
}

fn outcome<T: Resource>(element: &Element<T>, show: &impl Fn(&T) -> String) -> String {
    match element {
        Element::Done { held, id, warnings } => {
            assert_eq!(id.is_some(), T::IDENTIFIED);
            assert!(warnings.is_empty());
            format!("done: {}", show(held))
        }
        Element::Altered { held, differences, .. } => {
            let fields: Vec<_> =
                differences.iter().map(|d| format!("{} {} is {}", d.path, d.asked, d.held)).collect();
            format!("altered: {} ({})", show(held), fields.join(", "))
        }
        Element::Refused { messages } => {
            format!("refused: {}", messages.iter().map(|m| code(&m.text)).collect::<Vec<_>>().join(", "))
        }
        Element::Unclear { why, .. } => format!("unclear: {why}"),
    }
}

fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(|| "-".to_owned(), T::to_string)
}

fn read(name: &str, kind: Kind, asked: &str, file: &str) -> String {
    let r: Recording<'_> = serde_json::from_str(file).unwrap_or_else(|e| panic!("{name}: {e}"));
    match kind {
        Accounts => summary(&r, asked, |a: &Account| {
            format!("{} {} {}", text(&a.code), text(&a.kind), text(&a.tax_type))
        }),
        Attachments => {
            summary(&r, asked, |a: &Attachment| format!("{} {}", text(&a.file_name), text(&a.content_length)))
        }
        BrandingThemes => {
            summary(&r, asked, |t: &BrandingTheme| format!("{} {}", text(&t.name), text(&t.sort_order)))
        }
        Contacts => {
            summary(&r, asked, |c: &Contact| format!("{} {}", text(&c.contact_status), text(&c.is_customer)))
        }
        CreditNotes => summary(&r, asked, |n: &CreditNote| {
            let lines = n.line_items.as_ref().map_or(0, Vec::len);
            format!(
                "{} {} left {} lines {lines}",
                text(&n.credit_note_number),
                text(&n.status),
                text(&n.remaining_credit)
            )
        }),
        History => {
            summary(&r, asked, |h: &HistoryRecord| format!("{} {}", text(&h.date_utc), text(&h.changes)))
        }
        Invoices => summary(&r, asked, |i: &Invoice| {
            let (number, status) = (text(&i.invoice_number), text(&i.status));
            format!(
                "{} {number} {status} {} due {} of {}",
                text(&i.kind),
                text(&i.date),
                text(&i.amount_due),
                text(&i.total)
            )
        }),
        Items => summary(&r, asked, |i: &Item| {
            let price = i.sales_details.as_ref().and_then(|d| d.unit_price);
            format!("{} {}", text(&i.code), text(&price))
        }),
        Organisation => summary(&r, asked, |o: &xero::Organisation| {
            format!("{} {} locked {}", text(&o.name), text(&o.base_currency), text(&o.period_lock_date))
        }),
        PurchaseOrders => summary(&r, asked, |o: &PurchaseOrder| {
            format!("{} {} {}", text(&o.status), text(&o.date), text(&o.total))
        }),
        Quotes => summary(&r, asked, |q: &Quote| {
            let number = text(&q.quote_number);
            format!("{number} {} {} {}", text(&q.status), text(&q.line_amount_types), text(&q.total))
        }),
        TaxRates => summary(&r, asked, |t: &TaxRate| {
            format!("{} {} {}", text(&t.tax_type), text(&t.effective_rate), text(&t.status))
        }),
    }
}

fn folder() -> Option<PathBuf> {
    let folder =
        std::env::var_os("MILLBOOK_SHARED").map(|shared| PathBuf::from(shared).join("xero/recordings"));
    let found = folder.filter(|folder| folder.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("MILLBOOK_NO_SKIP").is_none(), "MILLBOOK_SHARED has no xero/recordings");
        eprintln!("SKIPPED: recordings: MILLBOOK_SHARED has no xero/recordings");
    }
    found
}

#[test]
fn every_recorded_answer_has_its_outcome() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for (name, kind, asked, expected) in TABLE {
        let file = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let outcome = read(name, *kind, asked, &file);
        if outcome != *expected {
            wrong.push(format!("{name}\n  expected {expected}\n  is       {outcome}"));
        }
    }
    let named: Vec<_> = TABLE.iter().map(|row| row.0.to_owned()).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(name) = name.strip_suffix(".json").filter(|name| !named.contains(&(*name).to_owned())) {
            wrong.push(format!("{name} is not in the table"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
